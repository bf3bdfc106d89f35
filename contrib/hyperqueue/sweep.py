#!/usr/bin/env python3
"""Runs a planned rollcast study on HyperQueue.

    rollcast study plan study.toml -o study
    sweep.py study --shards 500 --server-dir ~/.hq-server/hq-current
    sweep.py study --shards 7 --local 3

Each round submits the shards that are missing, one task a shard, and waits.
What failed, or was lost with its worker, is missing in the next round. When
nothing is, the shards are merged. Interrupt it or lose it at any moment and
start it again: finished work stands in the study's directory, which all
workers must see under the same path.

Needs the package `hyperqueue` (PyPI) of the same version as the server.
Exit codes: those of `rollcast study merge`; 3 if shards are still missing
after the last round.
"""

import argparse
import contextlib
import pathlib
import subprocess
import sys
import tempfile

from hyperqueue import Client, Job
from hyperqueue.cluster import LocalCluster, WorkerConfig


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("study", type=pathlib.Path, help="directory of the planned study")
    parser.add_argument("--shards", type=int, required=True, help="parts to divide it into")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--server-dir", type=pathlib.Path, help="directory of a running server")
    where.add_argument("--local", type=int, metavar="WORKERS", help="a cluster in this process")
    parser.add_argument("--rollcast", default="rollcast", help="the program on the workers")
    parser.add_argument("--rounds", type=int, default=3, help="how often to try what failed")
    return parser.parse_args()


def expand(ranges):
    """`3,7-9` as 3, 7, 8, 9."""
    for part in filter(None, ranges.strip().split(",")):
        first, _, last = part.partition("-")
        yield from range(int(first), int(last or first) + 1)


def missing(options):
    command = [options.rollcast, "study", "status", str(options.study), "--missing"]
    status = subprocess.run(
        [*command, "--shards", str(options.shards)], stdout=subprocess.PIPE, text=True
    )
    if status.returncode not in (0, 3):
        sys.exit(status.returncode)
    return list(expand(status.stdout))


@contextlib.contextmanager
def connection(options):
    if options.server_dir:
        yield Client(options.server_dir)
        return
    with LocalCluster() as cluster:
        for _ in range(options.local):
            cluster.start_worker(WorkerConfig(cores=1))
        yield cluster.client()


def submit(client, options, shards, logs):
    """Runs `shards` and returns what the workers say of those that failed."""
    # No limit on failed tasks: each shard has its own chance.
    job = Job(max_fails=None)
    names = {}
    for shard in shards:
        command = [options.rollcast, "study", "run", str(options.study), "--quiet"]
        task = job.program(
            [*command, "--threads", "1", "--shard", f"{shard}/{options.shards}"],
            stdout=None,
            stderr=f"{logs}/{shard}.txt",
            name=f"shard-{shard}",
            crash_limit=5,
        )
        names[task.task_id] = shard
    submitted = client.submit(job)
    if client.wait_for_jobs([submitted], raise_on_error=False):
        return {}
    failed = client.get_failed_tasks(submitted)
    return {names[task]: context.error for task, context in failed.items()}


def main():
    options = arguments()
    options.study = options.study.resolve()
    # On a cluster the workers write the logs, so they must see the folder.
    with tempfile.TemporaryDirectory(dir=options.study, prefix=".hq-", suffix=".tmp") as logs:
        todo = missing(options)
        if todo:
            with connection(options) as client:
                for attempt in range(1, options.rounds + 1):
                    print(f"round {attempt}: {len(todo)} shards", file=sys.stderr)
                    for shard, error in sorted(submit(client, options, todo, logs).items()):
                        said = pathlib.Path(logs, f"{shard}.txt")
                        text = said.read_text().strip() if said.exists() else ""
                        print(f"shard {shard}: {error.strip()}: {text}", file=sys.stderr)
                    todo = missing(options)
                    if not todo:
                        break
    sys.exit(subprocess.run([options.rollcast, "study", "merge", str(options.study)]).returncode)


if __name__ == "__main__":
    main()
