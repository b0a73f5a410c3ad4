#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packaging/fuzz.sh [SECONDS]: every fuzz target for that long (default 30), two at a time. Inputs that broke one stay
# in build/fuzz/found.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$root"
seconds=${1:-30}
mkdir -p build/fuzz/found
cmake --preset fuzz >build/fuzz/configure.log || { cat build/fuzz/configure.log; die "cmake could not configure build/fuzz"; }
cmake --build build/fuzz --target fuzz_targets -- --quiet

run_target() {
    local name=$1
    mkdir -p "build/fuzz/corpus/$name"
    build/fuzz/bin/"fuzz_$name" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=20000 -print_final_stats=1 \
        -artifact_prefix="build/fuzz/found/$name-" "build/fuzz/corpus/$name" "tests/fuzz/seeds/$name" \
        >"build/fuzz/$name.log" 2>&1 || { tail -n 40 "build/fuzz/$name.log"; return 1; }
    printf '%s: %s inputs, nothing found\n' "$name" \
        "$(sed -n 's/^stat::number_of_executed_units: *//p' "build/fuzz/$name.log")"
}
export -f run_target
export seconds
find tests/fuzz/seeds -mindepth 1 -maxdepth 1 -type d -printf '%f\n' | sort | xargs -P2 -I{} bash -c 'run_target {}'
