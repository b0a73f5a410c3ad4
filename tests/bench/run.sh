#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds what measures and runs it all, one after the other, then prints one table: what, measured, bound.
# It never fails because of a number: machines differ. Read it on one that does nothing else.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/../../packaging/lib.sh"

install_packages run build journey bench
mkdir -p "$root/build"
say "Building (build/release)"
cd "$root"
cmake --preset release -DASTRA_BENCH=ON >build/configure.log || { cat build/configure.log; die "cmake could not configure the build"; }
cmake --build "$build" --target astra benches -- --quiet

log=$build/bench.log
: >"$log"
measure() {
    say "$1"
    shift
    "$@" 2>&1 | tee -a "$log" || echo "(it did not end well)" | tee -a "$log"
}
measure "NDVI of a whole Sentinel-2 tile" "$build/bin/bench_ndvi"
measure "Formulas" env OMP_NUM_THREADS=1 "$build/bin/bench_expression"
[ ! -x "$build/bin/bench_many" ] || measure "Composites of many scenes" "$build/bin/bench_many"
measure "Ten thousand polygons" "$build/bin/bench_zonal" 10980 10000 1
measure "First pixels" "$build/bin/bench_first_pixels"
measure "Federated search" "$build/bin/bench_search"
measure "Parsing and merging" "$build/bin/bench_merge"
[ ! -x "$build/bin/bench_pan" ] || measure "Panning" "$root/tests/app/virtual-display.sh" "$build/bin/bench_pan"
[ ! -x "$build/bin/bench_list" ] || measure "A list of ten thousand" "$root/tests/app/virtual-display.sh" "$build/bin/bench_list"
measure "Cold start" "$root/tests/app/virtual-display.sh" "$root/tests/bench/start.py" "$build/bin/astra"

say "All of it"
{
    printf '%-62s %10s   %s\n' "what" "measured" "bound"
    awk -F ' *[|] *' '/^= / { sub(/^= /, "", $1); printf "%-62s %10s   %s\n", $1, $2, $3 }' "$log"
} | tee "$build/bench.txt"
