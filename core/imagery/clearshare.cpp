// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/clearshare.h"

#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

constexpr int mostRead = 256; // pixels a side
constexpr int mostCounted = 512; // a side, where the area is larger than the file
constexpr double slack = 1e-6; // pixels: rounding is no wish for one more

/// Left, top, right, bottom in full-resolution pixels of the mask; may lie outside of it.
Result<std::array<double, 4>> extentOf(const data::Grid &grid, const data::GeoBox &box)
{
    const auto transform = raster::Transform::create(QStringLiteral("EPSG:4326"), grid.crs);
    if (!transform)
        return fail(transform.error());
    std::array<double, 4> e {1e300, 1e300, -1e300, -1e300};
    for (const auto &part : box.split()) {
        const auto bounds = transform->bounds({part.west, part.south, part.east, part.north});
        if (!bounds)
            return fail(bounds.error());
        const auto &[x0, y0, x1, y1] = *bounds;
        e = {std::min(e[0], (x0 - grid.originX) / grid.pixelWidth),
             std::min(e[1], (grid.originY - y1) / grid.pixelHeight),
             std::max(e[2], (x1 - grid.originX) / grid.pixelWidth),
             std::max(e[3], (grid.originY - y0) / grid.pixelHeight)};
    }
    return e;
}

/// One resolution of the mask and the area on it, in its pixels.
struct Level {
    int index = -1; ///< of the overview; -1: the file itself
    double perX = 1; ///< its pixels to one of the full resolution
    double perY = 1;
    std::array<qint64, 4> area {}; ///< left, top, right, bottom; may lie outside the file
    raster::Window window {}; ///< the part that the file holds
};

Level levelOf(const raster::Info &info, int index, const std::array<double, 4> &extent)
{
    const auto size = index < 0 ? std::pair(info.width, info.height) : info.overviews[static_cast<std::size_t>(index)];
    Level level {index, static_cast<double>(size.first) / info.width, static_cast<double>(size.second) / info.height};
    const auto before = [](double v) { return static_cast<qint64>(std::floor(v + slack)); };
    const auto after = [](double v) { return static_cast<qint64>(std::ceil(v - slack)); };
    level.area = {before(extent[0] * level.perX), before(extent[1] * level.perY), after(extent[2] * level.perX),
                  after(extent[3] * level.perY)};
    const auto inside = [](qint64 v, int limit) { return static_cast<int>(std::clamp<qint64>(v, 0, limit)); };
    const int left = inside(level.area[0], size.first);
    const int top = inside(level.area[1], size.second);
    level.window = {left, top, inside(level.area[2], size.first) - left, inside(level.area[3], size.second) - top};
    return level;
}

/// The finest that is small enough, else the coarsest there is.
Level levelFor(const raster::Info &info, const std::array<double, 4> &extent)
{
    Level level = levelOf(info, -1, extent);
    for (int i = 0; i < static_cast<int>(info.overviews.size()); ++i) {
        if (level.window.width <= mostRead && level.window.height <= mostRead)
            break;
        level = levelOf(info, i, extent);
    }
    return level;
}

struct Tally {
    qint64 area = 0;
    qint64 covered = 0;
    qint64 clear = 0;
};

bool hasData(float value, processing::MaskKind kind)
{
    if (!std::isfinite(value))
        return false;
    return kind == processing::MaskKind::Scl ? value != 0 : (static_cast<unsigned>(value) & 1U) == 0;
}

void count(Tally &tally, const data::Block &block, const Level &level, qint64 column, qint64 row,
           processing::MaskKind kind)
{
    ++tally.area;
    const qint64 x = column - level.window.x;
    const qint64 y = row - level.window.y;
    if (x < 0 || y < 0 || x >= level.window.width || y >= level.window.height)
        return;
    const float value = block.at(static_cast<int>(x * block.width / level.window.width),
                                 static_cast<int>(y * block.height / level.window.height));
    if (!hasData(value, kind))
        return;
    ++tally.covered;
    tally.clear += processing::isMasked(value, kind) ? 0 : 1;
}

Tally countAll(const data::Block &block, const Level &level, const data::Grid &grid, const raster::Transform &toDegrees,
               processing::MaskKind kind, const data::GeoBox &box, const data::Rings &area)
{
    Tally tally;
    const auto &[left, top, right, bottom] = level.area;
    const qint64 step = std::max<qint64>(1, (std::max(right - left, bottom - top) + mostCounted - 1) / mostCounted);
    std::vector<QPointF> row;
    for (qint64 y = top + step / 2; y < bottom; y += step) {
        row.clear();
        for (qint64 x = left + step / 2; x < right; x += step) {
            row.emplace_back(grid.originX + (static_cast<double>(x) + 0.5) / level.perX * grid.pixelWidth,
                             grid.originY - (static_cast<double>(y) + 0.5) / level.perY * grid.pixelHeight);
        }
        toDegrees.apply(row);
        qint64 x = left + step / 2;
        for (const QPointF &point : row) {
            if (std::isfinite(point.x()) && box.contains(point.x(), point.y())
                && (area.empty() || data::contains(area, point.x(), point.y())))
                count(tally, block, level, x, y, kind);
            x += step;
        }
    }
    return tally;
}

QString sourceOf(const Level &level, const data::Grid &grid, processing::MaskKind kind)
{
    // Of a grid in degrees only the rough size is told.
    const double metres = grid.pixelWidth / level.perX * (grid.pixelWidth < 0.1 ? 111320 : 1);
    return Text::tr("%1 at %2 m").arg(processing::maskBand(kind).toUpper()).arg(std::lround(metres));
}

} // namespace

Result<data::ClearSky> clearShare(raster::Dataset &mask, int band, processing::MaskKind kind, const data::GeoBox &box,
                                  const data::Rings &area)
{
    const auto &info = mask.info();
    const auto grid = info.grid();
    if (!grid)
        return fail(grid.error());
    const auto extent = extentOf(*grid, box);
    if (!extent)
        return fail(extent.error());
    const auto toDegrees = raster::Transform::create(grid->crs, QStringLiteral("EPSG:4326"));
    if (!toDegrees)
        return fail(toDegrees.error());
    const Level level = levelFor(info, *extent);
    const auto &window = level.window;
    data::ClearSky sky {0, 0, sourceOf(level, *grid, kind)};
    if (window.width <= 0 || window.height <= 0)
        return sky;
    auto block = mask.readLevel(band, level.index, window, std::min(window.width, mostRead),
                                std::min(window.height, mostRead));
    if (!block)
        return fail(block.error());
    Tally tally = countAll(*block, level, *grid, *toDegrees, kind, box, area);
    if (tally.area == 0) {
        // Smaller than a pixel: the one that it lies in.
        std::vector<QPointF> middle {box.center()};
        if (const auto toMask = raster::Transform::create(QStringLiteral("EPSG:4326"), grid->crs))
            toMask->apply(middle);
        count(tally, *block, level,
              static_cast<qint64>(std::floor((middle[0].x() - grid->originX) / grid->pixelWidth * level.perX)),
              static_cast<qint64>(std::floor((grid->originY - middle[0].y()) / grid->pixelHeight * level.perY)), kind);
    }
    sky.clear = 100.0 * static_cast<double>(tally.clear) / static_cast<double>(tally.area);
    sky.covered = 100.0 * static_cast<double>(tally.covered) / static_cast<double>(tally.area);
    return sky;
}

} // namespace astra::imagery
