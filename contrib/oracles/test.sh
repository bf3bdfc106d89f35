#!/bin/sh
# Compares the figures of rollcast's studies with those of SALib, sim-tools and
# scipy; oracles.py says which.
#
#   contrib/oracles/test.sh path/to/rollcast [folder for the Python packages]
#
# Installs the packages itself, into a virtual environment (about 600 MB).
set -eu

rollcast=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
venv=${2:-$here/../../target/oracles-venv}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if ! "$venv/bin/python" -c 'import SALib, sim_tools, scipy' 2>/dev/null; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check \
        SALib==1.6.0 sim-tools==1.3.0 scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
fi
python=$(realpath -s "$venv/bin/python")
"$python" -W ignore::DeprecationWarning "$here/oracles.py" "$rollcast" "$work"
