// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: how the tags and tiles of a cloud-optimised GeoTIFF lie in the file.
//
//   header · what GDAL calls the ghost area · directories, largest image first · tiles, smallest image first
//
// Each tile has its size before it and its last four bytes again behind it, as the ghost area promises, so that a
// reader can take a tile in one request without knowing its size.

#include "core/base/result.h"
#include "core/data/job.h"
#include "core/raster/cogspec.h"

#include <QByteArray>

namespace astra::raster {

/// One tag as it stands in a directory.
struct TiffTag {
    std::uint16_t tag = 0;
    std::uint16_t type = 0;
    std::uint64_t count = 0;
    QByteArray bytes;
};

/// One image: the full resolution or an overview.
struct CogImage {
    int width = 0;
    int height = 0;
    std::vector<std::uint32_t> tileBytes; ///< row by row
};

struct CogLayout {
    QByteArray head; ///< all that stands before the first tile
    bool big = false; ///< BigTIFF
};

/// Bytes that stand before and behind each tile.
inline constexpr std::uint64_t leaderBytes = 4;
inline constexpr std::uint64_t trailerBytes = 4;

/// @param images full resolution first @param tags what the full resolution has besides (see geoTags)
[[nodiscard]] CogLayout layOut(const std::vector<CogImage> &images, const CogSpec &spec,
                               const std::vector<TiffTag> &tags);

/// The tags that say where the grid lies, what the bands are and what else is known, made by GDAL itself: written into
/// a one-pixel file in memory and read back from there. @param statistics by band; empty: none
[[nodiscard]] Result<std::vector<TiffTag>> geoTags(const CogSpec &spec, const Metadata &metadata,
                                                   const std::vector<data::Statistics> &statistics);

} // namespace astra::raster
