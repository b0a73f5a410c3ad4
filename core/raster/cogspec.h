// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

#include <optional>
#include <utility>
#include <vector>

namespace astra::raster {

enum class SampleType { UInt8, UInt16, Float32, Int16 };
enum class OverviewMethod {
    Average, ///< mean of the valid pixels
    Nearest, ///< for classes
};
enum class Codec {
    Deflate, ///< read everywhere
    Zstd, ///< TIFF's 50000: by GDAL and what is built on it
};

/// What a cloud-optimised GeoTIFF is to be.
struct CogSpec {
    data::Grid grid;
    SampleType type = SampleType::Float32;
    std::optional<double> nodata; ///< what NaN is written as (and tagged); Float32: NaN when absent
    OverviewMethod overviews = OverviewMethod::Average;
    QString description; ///< of the band
    std::optional<double> scale; ///< tags only; the numbers given are written as they are
    std::optional<double> offset;
    int level = 0; ///< of DEFLATE 1…12, of ZSTD 1…19; 0: 6 (GDAL's own default) and 1
    Codec codec = Codec::Deflate;
    /// Descriptions of all bands; empty: one band, named by `description`. Pixels of several lie interleaved.
    QStringList bands {};
    std::vector<std::array<std::uint8_t, 4>> colours {}; ///< UInt8 with one band: RGBA by value
    bool bigTiff = false; ///< 64-bit offsets whatever the size; without it only where they are needed
    bool durable = false; ///< on the disk before it has its name, power cut or not

    [[nodiscard]] int bandCount() const { return bands.isEmpty() ? 1 : static_cast<int>(bands.size()); }
};

using Metadata = std::vector<std::pair<QString, QString>>;

} // namespace astra::raster
