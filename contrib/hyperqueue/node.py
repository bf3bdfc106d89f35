#!/usr/bin/env python3
"""A HyperQueue server, or a worker of it, as a process of its own.

    node.py server FOLDER
    node.py worker FOLDER

The package `hyperqueue` (PyPI) has no `hq` program, and starts workers only in
the process of their server, where none can die alone. A worker of this script
is the worker of a server that nobody uses, led to the other one by its access
file. For tests on one machine: on a cluster, `hq worker start` does it.
"""

import pathlib
import signal
import sys
import tempfile

from hyperqueue.cluster import LocalCluster, WorkerConfig

ACCESS = "hq-current"


def main():
    role, folder = sys.argv[1], pathlib.Path(sys.argv[2]).resolve()
    if role == "server":
        folder.mkdir(exist_ok=True)
        cluster = LocalCluster(str(folder))
    else:
        own = pathlib.Path(tempfile.mkdtemp(prefix="worker-", dir=folder.parent))
        cluster = LocalCluster(str(own))
        (own / ACCESS).unlink()
        (own / ACCESS).symlink_to((folder / ACCESS).resolve())
        cluster.start_worker(WorkerConfig(cores=1))
    print("ready", flush=True)
    # The cluster works in threads; it goes when this process does.
    signal.pause()


if __name__ == "__main__":
    main()
