#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs a command on a D-Bus and in XDG folders of its own, with a real keyring in one of four states:
#   keychain-session.sh open|locked|mortal|none COMMAND [ARG …]
# "mortal" is open, but once killed nothing starts it again; ASTRA_KEYRING_START is a command that does.
# ASTRA_SESSION_DIR, where it is set, is the folder for all of it, and stays.
set -u
state=$1
shift
if [ -n "${ASTRA_SESSION_DIR:-}" ]; then
  root=$ASTRA_SESSION_DIR
else
  root=$(mktemp -d)
  trap 'rm -rf "$root"' EXIT INT TERM
fi
(umask 077 && cd "$root" && mkdir -p run data config cache)
export XDG_RUNTIME_DIR="$root/run" XDG_DATA_HOME="$root/data" XDG_CONFIG_HOME="$root/config" XDG_CACHE_HOME="$root/cache"
# No prompt can open, and no daemon of the person's own can be found.
unset DISPLAY WAYLAND_DISPLAY DBUS_SESSION_BUS_ADDRESS GNOME_KEYRING_CONTROL

# A bus that starts no service by itself: at first nobody answers for org.freedesktop.secrets.
cat > "$root/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
  "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir=$root/run</listen>
  <policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>
</busconfig>
CONF
case $state in
  none)
    dbus-run-session --config-file="$root/bus.conf" -- "$@"
    exit $?
    ;;
  mortal) bus="--config-file=$root/bus.conf" ;;
  *) bus=--config-file=/usr/share/dbus-1/session.conf ;;
esac

export KEYRING_STATE="$state"
# The pass phrase is that of a keyring which lives as long as this script.
export ASTRA_KEYRING_START='printf "open sesame" | gnome-keyring-daemon --unlock --components=secrets >/dev/null 2>&1'
# shellcheck disable=SC2016 # the inner shell expands these, on its own bus
dbus-run-session "$bus" -- sh -c '
  eval "$ASTRA_KEYRING_START"
  gdbus wait --session --timeout 10 org.freedesktop.secrets
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
