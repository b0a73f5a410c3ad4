// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small rasters with numbers that a test can work out: shared by the tests of library, imagery, backends and engine.
// Header only, so that the support library itself need not link core/raster.

#include "core/base/pools.h"
#include "core/raster/cogwriter.h"

#include <QTest>

#include <functional>

namespace astra::test {

/// 30 m pixels in UTM 29 N; the upper left corner is at (300000, 2700000).
[[nodiscard]] inline data::Grid utmGrid(int width = 64, int height = 48, double pixel = 30)
{
    return {QStringLiteral("EPSG:32629"), 300000, 2700000, pixel, pixel, width, height};
}

/// Writes value(x, y) as UInt16 with nodata 0.
inline bool writeBand(const QString &path, const data::Grid &grid, const std::function<double(int, int)> &value)
{
    Pools pools;
    raster::CogSpec spec;
    spec.grid = grid;
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    data::Block block(grid.width, grid.height);
    for (int y = 0; y < grid.height; ++y) {
        for (int x = 0; x < grid.width; ++x)
            block.values[static_cast<std::size_t>(y * grid.width + x)] = static_cast<float>(value(x, y));
    }
    const auto written = raster::writeCog(path, spec, block, pools.cpu);
    if (!written)
        qWarning("%s", qUtf8Printable(written.error().message));
    return written.has_value();
}

/// A Landsat Collection 2 level 2 scene: red = 10000 + x, nir = 20000 + 10 y, green and blue flat; QA says cloud in the
/// right half. @return the prefix of its files
inline QString writeLandsat(const QString &folder)
{
    const QString prefix = QStringLiteral("LC08_L2SP_204043_20200219_20200822_02_T1");
    const data::Grid grid = utmGrid();
    const auto path = [&](const QString &band) { return QString(folder + u'/' + prefix + u'_' + band + u".TIF"); };
    const bool ok = writeBand(path(QStringLiteral("SR_B4")), grid, [](int x, int) { return 10000 + x; })
        && writeBand(path(QStringLiteral("SR_B5")), grid, [](int, int y) { return 20000 + 10 * y; })
        && writeBand(path(QStringLiteral("SR_B3")), grid, [](int, int) { return 12000; })
        && writeBand(path(QStringLiteral("SR_B2")), grid, [](int, int) { return 9000; })
        && writeBand(path(QStringLiteral("QA_PIXEL")), grid,
                     [&](int x, int) { return x < grid.width / 2 ? 21824 : 22280; });
    return ok ? prefix : QString();
}

} // namespace astra::test
