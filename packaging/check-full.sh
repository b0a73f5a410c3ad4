#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What check.sh --full adds once everything is built and tested: shellcheck, clang-tidy, clazy, sanitizers, fuzzing.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$root"
jobs=$(nproc)
mkdir -p build

say "Scripts: shellcheck"
git ls-files -z -- '*.sh' .ci/run | xargs -0 shellcheck -x

say "clang-tidy 16 over core and app"
# The compile commands are GCC's, which alone decides about warnings.
if ! run-clang-tidy-16 -quiet -j "$jobs" -p "$build" -extra-arg=-Wno-error -extra-arg=-Wno-unknown-warning-option \
    "^$root/(core|app)/.*\.cpp$" >build/clang-tidy.log 2>/dev/null; then
    grep -E ' (warning|error): ' -A 3 build/clang-tidy.log || cat build/clang-tidy.log
    die "clang-tidy found something"
fi
grep -q '^clang-tidy-16 ' build/clang-tidy.log || die "clang-tidy looked at nothing"

say "clazy over core, ui and app"
# qstring-ref speaks of Qt 5; non-pod-global-static of libraries that are loaded late.
git ls-files -z -- 'core/*.cpp' 'ui/*.cpp' 'app/*.cpp' \
    | xargs -0 -n 4 -P "$jobs" clazy-standalone -p "$build" --extra-arg=-Wno-error \
        --checks=level0,level1,no-qstring-ref,no-non-pod-global-static >build/clazy.log 2>&1 \
    || { grep -E 'error:' build/clazy.log || tail build/clazy.log; die "clazy could not read it all"; }
if grep -E -- '-Wclazy' build/clazy.log | sort -u; then
    die "clazy found something"
fi

# sanitized <preset> <what it is> [ctest option]…: core's tests, rebuilt.
sanitized() {
    local preset=$1 what=$2
    shift 2
    say "$what: building core and its tests"
    cmake --preset "$preset" >"build/$preset.log" || { cat "build/$preset.log"; die "cmake could not configure build/$preset"; }
    cmake --build "build/$preset" --target tests/core/all -- --quiet
    say "$what: running core's tests"
    ctest --test-dir "build/$preset/tests/core" -j "$jobs" --output-on-failure --no-tests=error "$@"
}
export LSAN_OPTIONS=suppressions=$root/packaging/sanitizers/lsan.supp:print_suppressions=0
export UBSAN_OPTIONS=print_stacktrace=1
export TSAN_OPTIONS=suppressions=$root/packaging/sanitizers/tsan.supp:halt_on_error=0:history_size=4:die_after_fork=0
sanitized asan "ASan and UBSan"
sanitized tsan "TSan"

say "Fuzzing, twenty seconds for each target"
packaging/fuzz.sh 20
