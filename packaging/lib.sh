# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by the scripts beside it; sourced, never run.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build/release
SECONDS=0
# ccache, where there is one, knows the same sources again in another checkout, and works with precompiled headers.
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1 CCACHE_SLOPPINESS=pch_defines,time_macros

# What is being done, with the minutes gone by since the script began.
say() { printf '\n==> [%d:%02d] %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"; }
die() {
    printf 'failed: %s\n' "$*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "this needs to be root, or sudo, for: $*"
    fi
}

# The names in packages/<list>.txt that are not installed.
missing_packages() {
    local list name
    for list in "$@"; do
        while read -r name; do
            case $name in '' | '#'*) continue ;; esac
            [ "$(dpkg-query -W -f='${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || printf '%s\n' "$name"
        done <"$root/packaging/packages/$list.txt"
    done | sort -u
}

# install_packages <list>…: only what is missing, and never at the price of removing something.
install_packages() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    if [ ${#missing[@]} -eq 0 ]; then
        say "Debian packages: all here ($*)"
        return
    fi
    say "Debian packages: installing ${#missing[@]} (${missing[*]})"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-remove --no-install-recommends "${missing[@]}" >/dev/null
}

# build_release <target>…: one tree for try.sh and check.sh, so that neither builds again what the other has built.
build_release() {
    cd "$root" || exit
    cmake --preset release -DASTRA_TESTS=ON >"$root/build/configure.log" 2>&1 \
        || { cat "$root/build/configure.log"; die "cmake could not configure the build"; }
    cmake --build "$build" --target "$@" -- --quiet
}
