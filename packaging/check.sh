#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Everything a change must pass: build, all tests, format, qmllint. With --full also clang-tidy, clazy, sanitizers and
# fuzzing. It stops at the first thing that is wrong.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"

full=no
case ${1:-} in
    '') ;;
    --full) full=yes ;;
    *)
        echo "usage: packaging/check.sh [--full]" >&2
        exit 2
        ;;
esac

lists=(run build journey test)
[ $full = no ] || lists+=(check)
install_packages "${lists[@]}"
mkdir -p "$root/build"
"$root/packaging/sample.sh"
"$root/packaging/oidc.sh"
export ASTRA_OIDC=required # without it tst_oidc passes over what is not installed
cd "$root"

say "Format: clang-format 16"
git ls-files -z -- '*.cpp' '*.h' | xargs -0 clang-format-16 --dry-run -Werror

say "Building the program and its tests (build/release)"
build_release all

say "QML: qmllint"
cmake --build "$build" --target all_qmllint -- --quiet

say "Desktop file and AppStream metadata"
desktop-file-validate packaging/linux/*.desktop
appstreamcli validate --no-net --pedantic packaging/linux/*.metainfo.xml

say "Tests, whose secrets are marked and searched for afterwards"
"$root/packaging/canary.sh" "$build" -j2 --output-on-failure --no-tests=error 2>&1 | tee build/ctest.log

if [ $full = yes ]; then
    "$root/packaging/check-full.sh"
fi

say "All of it passed: $(grep 'tests passed' build/ctest.log)"
