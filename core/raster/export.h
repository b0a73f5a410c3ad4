// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/stopsource.h"
#include "core/raster/cogspec.h"

namespace astra::raster {

enum class Format { GeoTiff, Png, Jpeg };

/// How pixels of a picture get their colour; GeoTIFF: not used. A file with one band and a colour table keeps its
/// colours, whatever is said here.
struct Picturing {
    /// By band, from … to: drawn as 0 … 255. One: the first band; three: the first three are red, green and blue; none:
    /// as many as the file has. Where both ends are equal, or there are none, the range is the file's mean ± two
    /// standard deviations (its tags STATISTICS_*), one and the same for three bands, so that hues stay.
    std::vector<std::pair<double, double>> ranges {};
    std::vector<std::array<std::uint8_t, 3>> ramp {}; ///< one band: its stops; empty: greys
};

/// A finished COG as another file: an ordinary tiled GeoTIFF with all its metadata and no overviews, or an 8-bit
/// picture (where any band has no data: transparent in PNG, white in JPEG) with a world file beside it (.pgw, .jgw, …).
/// Written whole or not at all; in parts, whatever the size. I/O pool.
/// @param durable on the disk before it has its name, power cut or not
[[nodiscard]] Result<void> exportCog(const QString &cog, const QString &path, Format format, const Picturing &picturing,
                                     StopToken stop = {}, bool durable = false);

} // namespace astra::raster
