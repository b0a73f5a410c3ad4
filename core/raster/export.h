// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/stopsource.h"
#include "core/raster/cogspec.h"

namespace astra::raster {

enum class Format { GeoTiff, Png, Jpeg };

/// How pixels of a picture get their colour: from these ranges to 0…255. GeoTIFF: not used.
struct Picturing {
    std::vector<std::pair<double, double>> ranges {}; ///< by band: one or three
    std::vector<std::array<std::uint8_t, 3>> ramp {}; ///< one band: its stops; empty: greys
};

/// A finished COG as another file: an ordinary tiled GeoTIFF, or an 8-bit picture (nodata transparent in PNG, white in
/// JPEG) with a world file beside it. Written whole or not at all; in parts, whatever the size. I/O pool.
[[nodiscard]] Result<void> exportCog(const QString &cog, const QString &path, Format format, const Picturing &picturing,
                                     StopToken stop = {});

} // namespace astra::raster
