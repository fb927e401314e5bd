#!/bin/sh
# Fuzzes parser and compiler on a stable toolchain: fuzz/run.sh [SECONDS]. Findings are kept in fuzz/artifacts.
set -eu
cd "$(dirname "$0")"
seconds=${1:-3600}
target=$(rustc -vV | sed -n 's/^host: //p')
mkdir -p corpus artifacts
cp -n ../tests/language/good/*.yaml ../tests/language/broken/*.yaml ../tests/language/warned/*.yaml corpus/ 2>/dev/null || true
# What cargo-fuzz passes, less the sanitizers that only a nightly compiler has.
RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares" \
    cargo build --locked --release --target "$target" --bin compile
exec "target/$target/release/compile" corpus -dict=yaml.dict -artifact_prefix=artifacts/ \
    -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=20 -max_len=65536
