// SPDX-License-Identifier: Apache-2.0
#include "core/processing/targetgrid.h"

#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <map>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr double mostPixels = 2147483648.0; // 2^31
constexpr double mostOfASide = 1073741824.0; // 2^30
// A millionth of a pixel is rounding, not a wish for one more pixel.
constexpr double slack = 1e-6;

/// x minimum, y minimum, x maximum, y maximum in some CRS.
using Box = std::array<double, 4>;

Box boxOf(const data::Grid &grid)
{
    return {grid.originX, grid.originY - grid.pixelHeight * grid.height, grid.originX + grid.pixelWidth * grid.width,
            grid.originY};
}

Error outsideOf(const QString &crs, const data::Grid &scene)
{
    const auto place = raster::boundsInDegrees(scene);
    return {
        ErrorCode::InvalidInput,
        Text::tr("The scene (%1) lies where the coordinate system %2 gives no coordinates: choose one of that region, "
                 "such as the scene's own (%3).")
            .arg(place ? place->toString() : QString(), crs, scene.crs),
        {},
        false};
}

Result<Box> boxIn(const QString &crs, const data::Grid &grid)
{
    if (grid.crs == crs)
        return boxOf(grid);
    const auto transform = raster::Transform::create(grid.crs, crs);
    if (!transform)
        return fail(transform.error());
    auto box = transform->bounds(boxOf(grid));
    if (box && !std::all_of(box->begin(), box->end(), [](double v) { return std::isfinite(v); }))
        return fail(outsideOf(crs, grid));
    // So PROJ says that the box goes over the edge of the map and on from its other side.
    if (box && (*box)[0] > (*box)[2]) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A scene lies across the 180th meridian, where the map of %1 ends: choose a coordinate "
                             "system that has it whole, such as the scene's own (%2).")
                        .arg(crs, grid.crs));
    }
    return box;
}

Box together(const Box &a, const Box &b)
{
    return {std::min(a[0], b[0]), std::min(a[1], b[1]), std::max(a[2], b[2]), std::max(a[3], b[3])};
}

Box shared(const Box &a, const Box &b)
{
    return {std::max(a[0], b[0]), std::max(a[1], b[1]), std::min(a[2], b[2]), std::min(a[3], b[3])};
}

bool isSome(const Box &box) { return box[0] < box[2] && box[1] < box[3]; }

/// Where pixels begin and how large they are; no size yet.
Result<data::Grid> pixelsFor(const data::Grid &finest, const std::optional<data::Recipe::GridWish> &wish)
{
    data::Grid pixels = finest;
    pixels.width = pixels.height = 0;
    if (!wish)
        return pixels;
    if (!wish->crs.isEmpty() && wish->crs != finest.crs) {
        const auto transform = raster::Transform::create(finest.crs, wish->crs);
        if (!transform)
            return fail(transform.error());
        // As large as a pixel of the scene in its middle, and counted from the CRS's origin.
        const double x = finest.originX + finest.pixelWidth * finest.width / 2;
        const double y = finest.originY - finest.pixelHeight * finest.height / 2;
        std::vector<QPointF> corners {{x, y}, {x + finest.pixelWidth, y - finest.pixelHeight}};
        transform->apply(corners);
        const double diagonal = std::hypot(corners[1].x() - corners[0].x(), corners[1].y() - corners[0].y());
        if (!std::isfinite(diagonal) || diagonal <= 0)
            return fail(outsideOf(wish->crs, finest));
        pixels = {wish->crs, 0, 0, diagonal / std::sqrt(2.0), diagonal / std::sqrt(2.0), 0, 0};
    }
    if (wish->pixel > 0)
        pixels.pixelWidth = pixels.pixelHeight = wish->pixel;
    return pixels;
}

/// Whole pixels around the box. Fails where there are too many.
Result<data::Grid> around(const data::Grid &pixels, const Box &box)
{
    const double left = std::floor((box[0] - pixels.originX) / pixels.pixelWidth + slack);
    const double right = std::ceil((box[2] - pixels.originX) / pixels.pixelWidth - slack);
    const double top = std::floor((pixels.originY - box[3]) / pixels.pixelHeight + slack);
    const double bottom = std::ceil((pixels.originY - box[1]) / pixels.pixelHeight - slack);
    const double width = std::max(1.0, right - left);
    const double height = std::max(1.0, bottom - top);
    if (!(width <= mostOfASide && height <= mostOfASide && width * height <= mostPixels)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The result would have %L1 × %L2 pixels, more than %L3: choose a smaller area or larger "
                             "pixels.")
                        .arg(width, 0, 'f', 0)
                        .arg(height, 0, 'f', 0)
                        .arg(mostPixels, 0, 'f', 0));
    }
    data::Grid grid = pixels;
    grid.originX += left * pixels.pixelWidth;
    grid.originY -= top * pixels.pixelHeight;
    grid.width = static_cast<int>(width);
    grid.height = static_cast<int>(height);
    return grid;
}

Result<void> crop(Box &box, const QString &crs, const data::GeoBox &to)
{
    const auto transform = raster::Transform::create(QStringLiteral("EPSG:4326"), crs);
    if (!transform)
        return fail(transform.error());
    // One that crosses the 180th meridian: its halves, which a coordinate system of that region puts together again.
    std::vector<Box> parts;
    for (const auto &half : to.split()) {
        const auto bounds = transform->bounds({half.west, half.south, half.east, half.north});
        if (!bounds)
            return fail(bounds.error());
        if (const Box part = shared(box, *bounds); isSome(part))
            parts.push_back(part);
    }
    if (parts.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("The area %1 does not touch the scene.").arg(to.toString()));
    if (parts.size() > 1) {
        const double gap = std::max(parts[0][0], parts[1][0]) - std::min(parts[0][2], parts[1][2]);
        if (gap > (box[2] - box[0]) / 2) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("The area %1 lies across the 180th meridian, where the map of %2 ends: ask for its "
                                 "halves one by one.")
                            .arg(to.toString(), crs));
        }
        parts.front() = together(parts[0], parts[1]);
    }
    box = parts.front();
    return {};
}

/// What each scene covers, in the order of their first band.
Result<std::vector<Box>> scenesIn(const QString &crs, const std::vector<BandGrid> &grids)
{
    std::vector<std::pair<int, Box>> boxes;
    std::map<int, std::pair<QString, Box>> first; // band
    for (const auto &band : grids) {
        const auto box = boxIn(crs, band.grid);
        if (!box)
            return fail(box.error());
        const auto &[name, other] = first.try_emplace(band.scene, band.band, *box).first->second;
        if (!isSome(shared(other, *box)))
            return fail(ErrorCode::InvalidInput, Text::tr("%1 and %2 do not overlap.").arg(name, band.band));
        const auto known = std::find_if(boxes.begin(), boxes.end(),
                                        [&](const auto &entry) { return entry.first == band.scene; });
        if (known == boxes.end())
            boxes.emplace_back(band.scene, *box);
        else
            known->second = together(known->second, *box);
    }
    std::sort(boxes.begin(), boxes.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    std::vector<Box> list;
    list.reserve(boxes.size());
    for (const auto &[scene, box] : boxes)
        list.push_back(box);
    return list;
}

} // namespace

Result<data::Grid> targetGrid(const std::vector<BandGrid> &grids, Extent extent, const data::Recipe &recipe,
                              const std::optional<data::GeoBox> &within)
{
    if (grids.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("No band is read, so there is no grid to compute on."));
    const int first = std::min_element(grids.begin(), grids.end(), [](const auto &a, const auto &b) {
                          return a.scene < b.scene;
                      })->scene;
    const data::Grid *finest = nullptr;
    for (const auto &band : grids) {
        if (band.scene == first && (!finest || band.grid.pixelWidth < finest->pixelWidth))
            finest = &band.grid;
    }
    auto pixels = pixelsFor(*finest, recipe.grid);
    if (!pixels)
        return pixels;
    const auto scenes = scenesIn(pixels->crs, grids);
    if (!scenes)
        return fail(scenes.error());
    Box box = scenes->front();
    if (extent == Extent::FirstScene) {
        const auto own = boxIn(pixels->crs, *finest);
        if (!own)
            return fail(own.error());
        box = *own;
    } else {
        for (const Box &other : *scenes)
            box = extent == Extent::Union ? together(box, other) : shared(box, other);
    }
    if (!isSome(box))
        return fail(ErrorCode::InvalidInput, Text::tr("The scenes do not overlap."));
    for (const auto &part : {recipe.bbox, within}) {
        if (!part)
            continue;
        if (auto ok = crop(box, pixels->crs, *part); !ok)
            return fail(std::move(ok.error()));
    }
    if (!recipe.area.empty()) {
        data::Rings rings;
        for (const auto &area : recipe.area)
            rings.insert(rings.end(), area.rings.begin(), area.rings.end());
        const auto bounds = data::boundsOf(rings);
        if (!bounds)
            return fail(ErrorCode::InvalidInput, Text::tr("The area has no corners."));
        if (auto ok = crop(box, pixels->crs, *bounds); !ok)
            return fail(std::move(ok.error()));
    }
    return around(*pixels, box);
}

std::vector<quint32> tileOrder(int columns, int rows, int run)
{
    constexpr int block = 32; // a power of two
    std::vector<quint32> order;
    order.reserve(static_cast<std::size_t>(columns) * static_cast<std::size_t>(rows));
    const auto addSquare = [&](int left, int top) {
        for (int row = top; row < std::min(top + run, rows); ++row) {
            for (int column = left; column < std::min(left + run, columns); ++column)
                order.push_back(static_cast<quint32>(row) * static_cast<quint32>(columns)
                                + static_cast<quint32>(column));
        }
    };
    const auto squares = static_cast<unsigned>(block / run); // a side
    for (int left = 0; left < columns; left += block) {
        for (int top = 0; top < rows; top += block) {
            // Even bits count columns, odd ones rows.
            for (unsigned place = 0; place < squares * squares; ++place) {
                unsigned x = 0;
                unsigned y = 0;
                for (unsigned bit = 0; (1U << bit) < squares; ++bit) {
                    x |= (place >> (2 * bit) & 1U) << bit;
                    y |= (place >> (2 * bit + 1) & 1U) << bit;
                }
                addSquare(left + static_cast<int>(x) * run, top + static_cast<int>(y) * run);
            }
        }
    }
    return order;
}

} // namespace astra::processing
