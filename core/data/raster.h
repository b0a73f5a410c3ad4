// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

#include <QString>
#include <QUrl>

#include <array>
#include <cmath>
#include <limits>
#include <vector>

namespace astra::data {

/// Where pixels are: a local path, or an href with the connection that opens it. No handle, no signature.
struct RasterSource {
    QString path; ///< local file; wins over href
    QUrl href;
    QString connection;
    int band = 1; ///< 1-based
    friend bool operator==(const RasterSource &, const RasterSource &) = default;
};
[[nodiscard]] RasterSource sourceOf(const BandRef &band);

/// A north-up pixel grid in some CRS. (originX, originY) is the outer corner of the upper left pixel.
struct Grid {
    QString crs; ///< "EPSG:32629" or WKT2
    double originX = 0;
    double originY = 0;
    double pixelWidth = 1; ///< CRS units, > 0
    double pixelHeight = 1; ///< CRS units, > 0: y falls by this per row
    int width = 0;
    int height = 0;
    friend bool operator==(const Grid &, const Grid &) = default;
};

/// Pixels of one band in float32, row by row; NaN is nodata, always and only.
struct Block {
    int width = 0;
    int height = 0;
    std::vector<float> values;

    static constexpr float nodata = std::numeric_limits<float>::quiet_NaN();
    Block() = default;
    Block(int w, int h, float fill = nodata)
        : width(w)
        , height(h)
        , values(static_cast<std::size_t>(w) * static_cast<std::size_t>(h), fill)
    {
    }
    [[nodiscard]] float at(int x, int y) const
    {
        return values[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
    }
};

/// RGBA, 8 bits each, premultiplied, row by row: what a texture takes. Transparent where there is no data.
struct Picture {
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> rgba; ///< 4 × width × height
};

} // namespace astra::data
