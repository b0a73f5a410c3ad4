// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/raster only: tiles of a local TIFF, unpacked without libtiff.

#include "core/raster/dataset.h"
#include "core/raster/posixfile.h"
#include "core/raster/tilecodec.h"

class GDALDataset;
class GDALRasterBand;

namespace astra::raster {

/// Half the time that libtiff takes for its predictor is saved. A tile whose checksum is wrong is an error; GDAL 3.6
/// does not look at it.
class OwnTiles
{
public:
    /// Absent where anything about the file is not of the plainest kind.
    [[nodiscard]] static std::optional<OwnTiles> of(GDALDataset &dataset, const Info &info, const QString &path);
    /// Samples row by row. Absent where the window is not one tile of the file, or cannot be had this way: GDAL is
    /// asked then.
    [[nodiscard]] std::optional<Result<QByteArray>> read(GDALRasterBand &band, const Window &w) const;

private:
    OwnTiles(PosixFile file, const Packing &packing, const Info &info)
        : m_file(std::move(file))
        , m_packing(packing)
        , m_name(info.name)
        , m_width(info.width)
        , m_height(info.height)
    {
    }
    PosixFile m_file;
    Packing m_packing;
    QString m_name;
    int m_width;
    int m_height;
};

} // namespace astra::raster
