#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Puts the OpenID provider that tst_oidc signs in at into build/oidc: once for each change of tests/oidc/package-lock.json,
# every package checked against its sum there. From npm's own cache where it has them.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"

oidc=$root/build/oidc
if ! cmp -s "$root/tests/oidc/package-lock.json" "$oidc/installed.json"; then
    say "OpenID provider for the tests: npm ci (build/oidc)"
    # Node.js need not be Debian's: whichever is there will do.
    if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
        install_packages node
    fi
    major=$(node --version | sed 's/^v//; s/\..*//')
    [ "$major" -ge 18 ] || die "tst_oidc needs Node.js 18 or newer, and this is $(node --version)"
    mkdir -p "$oidc"
    rm -f "$oidc/installed.json"
    cp "$root/tests/oidc/package.json" "$root/tests/oidc/package-lock.json" "$root/tests/oidc/.npmrc" "$oidc"
    npm ci --prefix "$oidc" --prefer-offline --ignore-scripts --loglevel=error >"$oidc/npm.log" 2>&1 \
        || { cat "$oidc/npm.log" >&2; die "npm could not install the OpenID provider that tst_oidc needs"; }
    cp "$root/tests/oidc/package-lock.json" "$oidc/installed.json"
fi
