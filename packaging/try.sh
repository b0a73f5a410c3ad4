#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# From a bare Debian 12 to the window. Without a display (or with --demo) the same journey is made in a virtual one
# and leaves its pictures and its NDVI in astra-demo/.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"

demo=no
case ${1:-} in
    '') [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] || demo=yes ;;
    --demo) demo=yes ;;
    *)
        echo "usage: packaging/try.sh [--demo]" >&2
        exit 2
        ;;
esac

lists=(run build)
[ $demo = no ] || lists+=(journey)
install_packages "${lists[@]}"

say "Building the program (build/release)"
mkdir -p "$root/build"
build_release astra

if [ $demo = no ]; then
    say "Opening the window; 'Try it offline' needs no network and no account"
    exec "$build/bin/astra" gui
fi
say "No display: making the journey in a virtual one"
"$root/tests/app/virtual-display.sh" "$root/tests/app/journey.py" --astra "$build/bin/astra" --output "$root/astra-demo"
say "Done. In astra-demo/:"
ls -l "$root/astra-demo"
