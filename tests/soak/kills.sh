#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Kills jobs of the program N times (1000) at random moments, resumes them, and compares every result with one that
# nobody interrupted: tests/app/tst_resume, at length. Run by hand; a seed given after N repeats one run.
#   tests/soak/kills.sh [N] [SEED]      ASTRA_BUILD: the build folder (build/release)
set -eu
cd "$(dirname "$0")/../.."
kills=${1:-1000}
seed=${2:-$(od -An -N2 -tu2 /dev/urandom | tr -d ' ')}
test="${ASTRA_BUILD:-build/release}/bin/tst_resume"
[ -x "$test" ] || { echo "$test is not there: build tst_resume first" >&2; exit 2; }
echo "$kills kills, seed $seed"
# A function of a test may take five minutes by default.
ASTRA_KILLS=$kills ASTRA_SEED=$seed QTEST_FUNCTION_TIMEOUT=$((kills * 5000 + 300000)) exec "$test" killed_anywhere -maxwarnings 0
