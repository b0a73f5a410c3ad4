#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Unpacks the Landsat 7 scene that Debian's r-cran-stars carries (six bands: 1 2 3 4 5 7) into build/samples.
# Nothing is installed. The main job is tested on it: real input, in every clone.
set -euo pipefail
# shellcheck source=packaging/lib.sh
. "$(dirname "$0")/lib.sh"

samples=$root/build/samples
if [ ! -s "$samples/L7_ETMs.tif" ]; then
    say "Real sample: Landsat 7 from Debian's r-cran-stars"
    mkdir -p "$samples/package"
    cd "$samples/package"
    apt-cache show r-cran-stars >/dev/null 2>&1 || as_root apt-get update -qq
    apt-get download -qq r-cran-stars || die "r-cran-stars could not be downloaded; the tests need its Landsat 7 scene"
    dpkg -x r-cran-stars_*.deb .
    cp usr/lib/R/site-library/stars/tif/L7_ETMs.tif "$samples/L7_ETMs.tif.part"
    mv "$samples/L7_ETMs.tif.part" "$samples/L7_ETMs.tif"
    rm -rf "$samples/package"
fi
