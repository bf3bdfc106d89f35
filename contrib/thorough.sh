#!/usr/bin/env bash
# What takes too long for every change, and is run before a release: property tests with
# other cases, faults in system calls (needs strace), a round of fuzzing, and the package.
#
#     contrib/thorough.sh [SECONDS]     SECONDS of fuzzing for each target (60)
set -euo pipefail
cd "$(dirname "$0")/.."
rollcast="${CARGO_TARGET_DIR:-target}/debug/rollcast"

cargo build
for round in 1 2 3 4 5; do
    seed=$((RANDOM + round))
    echo "property tests, seed $seed"
    PROPTEST_RNG_SEED=$seed cargo test --quiet properties
done
contrib/faults.sh "$rollcast" 3
fuzz/run.sh "${1:-60}"
cargo package --no-verify --quiet
