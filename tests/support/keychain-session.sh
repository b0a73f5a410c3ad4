#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command on a D-Bus and in XDG folders of its own, with a real keyring in one of three states:
#   keychain-session.sh open|locked|none COMMAND [ARG …]
set -u
state=$1
shift
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT INT TERM
(umask 077 && cd "$root" && mkdir run data config cache)
export XDG_RUNTIME_DIR="$root/run" XDG_DATA_HOME="$root/data" XDG_CONFIG_HOME="$root/config" XDG_CACHE_HOME="$root/cache"
# No prompt can open, and no daemon of the person's own can be found.
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL

if [ "$state" = none ]; then
  # A bus that starts no service by itself: nobody answers for org.freedesktop.secrets.
  cat > "$root/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$root/run</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
CONF
  dbus-run-session --config-file="$root/bus.conf" -- "$@"
  exit $?
fi

export KEYRING_STATE="$state"
# shellcheck disable=SC2016 # the inner shell expands these, on its own bus
dbus-run-session -- sh -c '
  # The pass phrase is that of a keyring which lives as long as this script.
  printf "open sesame" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1
  if [ "$KEYRING_STATE" = locked ]; then
    gdbus call --session --dest org.freedesktop.secrets --object-path /org/freedesktop/secrets \
      --method org.freedesktop.Secret.Service.Lock "[\"/org/freedesktop/secrets/collection/login\"]" >/dev/null
  fi
  "$@"
  status=$?
  # The daemon outlives its bus otherwise.
  pid=$(gdbus call --session --dest org.freedesktop.DBus --object-path /org/freedesktop/DBus \
    --method org.freedesktop.DBus.GetConnectionUnixProcessID org.freedesktop.secrets 2>/dev/null |
    sed "s/[^0-9]*uint32 \([0-9]*\).*/\1/")
  [ -n "$pid" ] && kill "$pid" 2>/dev/null
  exit $status' sh "$@"
