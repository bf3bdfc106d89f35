#!/bin/sh
# Tests the live page and the report in Chromium, and holds them against axe-core.
#
#   tests/browser/test.sh path/to/rollcast [names of tests]
#
# Installs what is missing: Debian's chromium and chromium-driver, which needs
# root, and axe-core of npm, into the folder of the build.
set -eu

rollcast=$(realpath "$1")
shift
here=$(cd "$(dirname "$0")" && pwd)
tools=$here/../../target/browser-tests
axe=$tools/node_modules/axe-core/axe.min.js

if ! command -v chromium >/dev/null || ! command -v chromedriver >/dev/null; then
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends chromium chromium-driver
fi
if ! [ -f "$axe" ]; then
    mkdir -p "$tools"
    npm install --silent --no-audit --no-fund --ignore-scripts --prefix "$tools" axe-core@4.14.1
fi
exec python3 "$here/test.py" "$rollcast" "$axe" "$@"
