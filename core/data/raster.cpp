// SPDX-License-Identifier: Apache-2.0
#include "core/data/raster.h"

namespace astra::data {

RasterSource sourceOf(const BandRef &band)
{
    RasterSource source;
    source.band = band.index;
    if (band.asset->href.isLocalFile()) {
        source.path = band.asset->href.toLocalFile();
    } else {
        source.href = band.asset->href;
        source.connection = band.asset->connection;
    }
    return source;
}

} // namespace astra::data
