#!/bin/sh
# Checks a binary of rollcast against scenarios/golden.sha256: every table of every
# shipped scenario, byte for byte.
#
#     contrib/golden.sh [BINARY]
#     RUNNER="qemu-s390x -L /usr/s390x-linux-gnu" contrib/golden.sh BINARY
#
# RUNNER is put before the binary. ONLY is a pattern of scenarios, such as
# ONLY='[a-r]*', for an emulator that is too slow for all of them. The file is
# recorded anew with `ROLLCAST_BLESS=1 cargo test --test golden`.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
binary=${1:-"$root/target/release/rollcast"}
only=${ONLY:-*}
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT INT TERM

for scenario in "$root"/scenarios/$only.toml; do
    name=$(basename "$scenario" .toml)
    code=0
    # shellcheck disable=SC2086 # The runner is a command with its arguments.
    ${RUNNER:-} "$binary" run "$scenario" -o "$out/$name" --quiet >/dev/null || code=$?
    # 4 says that an objective was missed: there are tables all the same.
    case $code in 0 | 4) grep "  $name/" "$root/scenarios/golden.sha256" >>"$out/wanted" ;;
        *) echo "$name: exit code $code" >&2; exit 1 ;;
    esac
done

cd "$out"
if command -v sha256sum >/dev/null; then check="sha256sum"; else check="shasum -a 256"; fi
if $check -c wanted >checked 2>/dev/null && [ -s wanted ]; then
    echo "$(wc -l <wanted | tr -d ' ') tables have the recorded bytes"
else
    grep -v ': OK$' checked >&2
    echo "$(grep -vc ': OK$' checked) of $(wc -l <wanted | tr -d ' ') tables differ" >&2
    exit 1
fi
