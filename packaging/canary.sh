#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packaging/canary.sh BUILD [CTEST ARGUMENT…]: runs the tests of a build, whose secrets are all marked
# (tests/support/canary.h), and afterwards searches everything that they wrote for the mark: files that are left, files
# that they removed (tests/canary/lastlook.c sees each before it goes), and all that they said. What a test writes in the
# place of a person lies in a folder "given-secrets" and is left out.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"

[ $# -ge 1 ] || { echo "usage: packaging/canary.sh BUILD [CTEST ARGUMENT…]" >&2; exit 2; }
tree=$(cd "$1" && pwd)
shift

# The mark as it is, in UTF-16, in base64 at each of its three places, in hexadecimal; lastlook.c has the same.
marks='CaNaRy|C\x00a\x00N\x00a\x00R\x00y|Q2FOYVJ5|NhTmFSe|DYU5hUn|43614e615279|43614E615279'
# Files under the folders given that hold it, one a line.
marked() { LC_ALL=C grep -raPl --exclude-dir=given-secrets -- "$marks" "$@" || [ $? -eq 1 ]; }

# Short, since sockets lie in it, too.
folder=$(mktemp -d /tmp/searched.XXXXXX)
trap 'rm -rf "$folder"' EXIT
mkdir "$folder/tmp" "$folder/home"
log=$tree/Testing/Temporary/LastTest.log
rm -f "$log" # of another run
report=$folder/removed
lastlook=$tree/tests/canary/libastra_lastlook.so
[ -e "$lastlook" ] || die "$lastlook is not built"

# First of all: does the search find anything at all?
printf 'key=astra_CaNaRy\n' >"$folder/tmp/probe"
[ "$(marked "$folder/tmp")" = "$folder/tmp/probe" ] || die "the search finds no mark"
ASTRA_CANARY_REPORT=$report LD_PRELOAD=$lastlook rm "$folder/tmp/probe"
[ -s "$report" ] || die "removed files are not looked at"
rm "$report"

passed=0
TMPDIR=$folder/tmp HOME=$folder/home XDG_CACHE_HOME=$folder/home/.cache XDG_CONFIG_HOME=$folder/home/.config \
    XDG_DATA_HOME=$folder/home/.local/share ASTRA_CANARY_REPORT=$report LD_PRELOAD=$lastlook \
    ctest --test-dir "$tree" "$@" 2>&1 | tee "$folder/said" || passed=$?

logs=("$folder/tmp" "$folder/home" "$folder/said")
[ ! -e "$log" ] || logs+=("$log")
found=$(marked "${logs[@]}")
[ ! -e "$report" ] || found+=$'\n'$(cat "$report")
if [ -n "${found//$'\n'/}" ]; then
    printf '%s\n' "$found" >&2
    [ $passed -eq 0 ] || say "The tests failed, too; what a failed test says may quote a secret"
    die "secrets of the tests were found outside of their place"
fi
say "No secret of the tests was written anywhere"
exit $passed
