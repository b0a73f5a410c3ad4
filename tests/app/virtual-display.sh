#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# virtual-display.sh COMMAND [ARGUMENT…]: runs it with a screen, a window manager, a D-Bus session and XDG folders of
# its own, and ends with its status. Nothing of it reaches the desktop or the home folder of who runs it.
set -euo pipefail

folder=$(mktemp -d)
children=()
end() {
    [ ${#children[@]} -eq 0 ] || kill "${children[@]}" 2>/dev/null || true
    wait 2>/dev/null || true
    rm -rf "$folder"
}
trap end EXIT

export XDG_RUNTIME_DIR=$folder/run XDG_CONFIG_HOME=$folder/config XDG_DATA_HOME=$folder/data XDG_CACHE_HOME=$folder/cache
mkdir -p "$XDG_RUNTIME_DIR" "$XDG_CONFIG_HOME" "$XDG_DATA_HOME" "$XDG_CACHE_HOME"
chmod 700 "$XDG_RUNTIME_DIR"
unset WAYLAND_DISPLAY QT_QPA_PLATFORM

# The server chooses a free display and writes its number once it answers.
mkfifo "$folder/display"
Xvfb -displayfd 3 -screen 0 "${SCREEN:-1440x900x24}" -nolisten tcp 3>"$folder/display" 2>"$folder/xvfb.log" &
children+=($!)
if ! read -r -t 20 number <"$folder/display"; then
    cat "$folder/xvfb.log" >&2
    exit 1
fi
export DISPLAY=:$number
openbox >/dev/null 2>&1 &
children+=($!)

# Names and places of controls come over the accessibility bus, which this D-Bus session starts when asked.
export QT_LINUX_ACCESSIBILITY_ALWAYS_ON=1 LC_ALL=C.UTF-8
dbus-run-session -- "$@"
