#!/usr/bin/env bash
# The shipped scenarios on other processors: builds for aarch64 and for big-endian
# s390x, runs them under emulation and compares every table with
# scenarios/golden.sha256.
#
#     contrib/architectures.sh [aarch64] [s390x]
#
# On Debian it takes
#
#     apt-get install qemu-user gcc-aarch64-linux-gnu libc6-dev-arm64-cross \
#                     gcc-s390x-linux-gnu libc6-dev-s390x-cross
#     rustup target add aarch64-unknown-linux-gnu s390x-unknown-linux-gnu
#
# The builds are in target/cross. The two scenarios `scale*` have 100,000 machines
# and take about as long as all others together: ONLY='[!s]*' leaves out what begins
# with an s.
set -euo pipefail
cd "$(dirname "$0")/.."

processors=("$@")
[ $# -gt 0 ] || processors=(aarch64 s390x)
for processor in "${processors[@]}"; do
    target=$processor-unknown-linux-gnu
    linker=CARGO_TARGET_$(tr a-z- A-Z_ <<<"$target")_LINKER
    env "$linker=$processor-linux-gnu-gcc" CARGO_TARGET_DIR=target/cross \
        cargo build --release --target "$target" --quiet
    echo -n "$processor: "
    RUNNER="qemu-$processor -L /usr/$processor-linux-gnu" \
        contrib/golden.sh "target/cross/$target/release/rollcast"
done
