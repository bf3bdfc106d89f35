#!/usr/bin/env bash
# Fuzzing with libFuzzer, on the stable toolchain.
#
#     fuzz/run.sh [SECONDS] [TARGET...]     default: 10 s for every target
#     fuzz/run.sh 3600 whole                the long run: an hour or more for each
#     FUZZ_SEED=1 fuzz/run.sh 5             the same inputs each time, as far as they get
#
# Inputs that reach new code are kept in target/fuzz/corpus/TARGET; the corpus that
# is committed is fuzz/corpus/TARGET. One that fails is
# written to fuzz/artifacts/TARGET-...; `target/fuzz/HOST/release/TARGET FILE` shows it
# again. What is found becomes a test of its kind, named after the rule.
set -euo pipefail
cd "$(dirname "$0")"

seconds=${1:-10}
shift || true
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=($(sed -n 's/^name = "\([a-z_]*\)"$/\1/p' Cargo.toml))

export CARGO_TARGET_DIR=../target/fuzz
# What cargo-fuzz sets, as far as it is stable: counters of edges for libFuzzer.
export RUSTFLAGS="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=16 --cfg fuzzing"
# With a target named, build scripts and macros go without the counters.
host=$(rustc -vV | sed -n 's/^host: //p')
cargo build --quiet --release --target "$host" $(printf -- '--bin %s ' "${targets[@]}")

mkdir -p artifacts
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" "../target/fuzz/corpus/$target"
    echo "== $target, $seconds s"
    status=0
    # New inputs go to the first folder; the kept ones are read.
    "../target/fuzz/$host/release/$target" "../target/fuzz/corpus/$target" "corpus/$target" \
        -max_total_time="$seconds" -timeout=30 -rss_limit_mb=2048 -max_len=8192 \
        ${FUZZ_SEED:+-seed="$FUZZ_SEED"} \
        -artifact_prefix="artifacts/$target-" -print_final_stats=1 \
        >"../target/fuzz/$target.log" 2>&1 || status=$?
    grep -E '^(SUMMARY|stat::number_of_executed_units|Test unit)|panicked|assert' \
        "../target/fuzz/$target.log" || true
    test $status -eq 0
done
