// SPDX-License-Identifier: Apache-2.0
#include "core/render/tilegrid.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace astra::render {

namespace {

constexpr double pi = std::numbers::pi;
constexpr double latitudeLimit = 85.05112877980659; // where the world is square

double worldPixels(const Camera &camera) { return std::exp2(camera.zoom) * tileSize; }
double wrapped(double x) { return x - std::floor(x); }

int zoomFor(const Camera &camera, double devicePixelRatio, int maxZoom)
{
    const double sharp = camera.zoom + std::log2(std::max(devicePixelRatio, 0.25));
    return std::clamp(static_cast<int>(std::lround(sharp)), 0, std::clamp(maxZoom, 0, maximumZoom));
}

/// Strictly inside: boxes that only share an edge show nothing of each other.
bool overlaps(const data::GeoBox &a, const data::GeoBox &b)
{
    for (const auto &p : a.split()) {
        for (const auto &q : b.split()) {
            if (p.west < q.east && q.west < p.east && p.south < q.north && q.south < p.north)
                return true;
        }
    }
    return false;
}

} // namespace

QPointF toWorld(double longitude, double latitude)
{
    const double phi = std::clamp(latitude, -latitudeLimit, latitudeLimit) * pi / 180;
    return {(longitude + 180) / 360, 0.5 - std::asinh(std::tan(phi)) / (2 * pi)};
}

QPointF fromWorld(double x, double y) { return {x * 360 - 180, std::atan(std::sinh((0.5 - y) * 2 * pi)) * 180 / pi}; }

QPointF worldToView(const Camera &camera, QPointF world)
{
    double dx = world.x() - camera.x;
    dx -= std::round(dx); // the copy of the world nearest to the centre
    const double scale = worldPixels(camera);
    return {camera.width / 2 + dx * scale, camera.height / 2 + (world.y() - camera.y) * scale};
}

QPointF viewToWorld(const Camera &camera, QPointF view)
{
    const double scale = worldPixels(camera);
    return {wrapped(camera.x + (view.x() - camera.width / 2) / scale),
            camera.y + (view.y() - camera.height / 2) / scale};
}

data::GeoBox viewBox(const Camera &camera)
{
    const double halfX = camera.width / 2 / worldPixels(camera);
    const double halfY = camera.height / 2 / worldPixels(camera);
    const double north = fromWorld(0, std::max(0.0, camera.y - halfY)).y();
    const double south = fromWorld(0, std::min(1.0, camera.y + halfY)).y();
    if (halfX >= 0.5)
        return {-180, south, 180, north};
    const double west = wrapped(camera.x - halfX) * 360 - 180;
    const double east = wrapped(camera.x + halfX) * 360 - 180;
    return {west, south, east <= -180 ? 180 : east, north};
}

Camera fitting(const data::GeoBox &box, double width, double height, double margin)
{
    const QPointF upper = toWorld(box.west, box.north);
    const QPointF lower = toWorld(box.east, box.south);
    const double spanX = std::max(box.width() / 360, 1e-9);
    const double spanY = std::max(lower.y() - upper.y(), 1e-9);
    const double roomX = std::max(width - 2 * margin, 1.0);
    const double roomY = std::max(height - 2 * margin, 1.0);
    const double scale = std::min(roomX / spanX, roomY / spanY);
    Camera camera;
    camera.x = wrapped(upper.x() + spanX / 2);
    camera.y = (upper.y() + lower.y()) / 2;
    camera.zoom = std::clamp(std::log2(scale / tileSize), 0.0, static_cast<double>(maximumZoom));
    camera.width = width;
    camera.height = height;
    return camera;
}

std::vector<TileId> visibleTiles(const Camera &camera, double devicePixelRatio,
                                 const std::optional<data::GeoBox> &bounds, int maxZoom)
{
    if (!(camera.width > 0 && camera.height > 0))
        return {};
    const int z = zoomFor(camera, devicePixelRatio, maxZoom);
    const int side = 1 << z;
    const double halfX = std::min(camera.width / 2 / worldPixels(camera), 0.5);
    const double halfY = camera.height / 2 / worldPixels(camera);
    // Half a billionth of a tile keeps an edge that falls on a tile's edge from asking for the tile beyond.
    constexpr double slack = 5e-10;
    const int left = static_cast<int>(std::floor((camera.x - halfX) * side + slack));
    const int right = static_cast<int>(std::ceil((camera.x + halfX) * side - slack));
    const int top = std::max(0, static_cast<int>(std::floor((camera.y - halfY) * side + slack)));
    const int bottom = std::min(side, static_cast<int>(std::ceil((camera.y + halfY) * side - slack)));
    struct Candidate {
        double distance;
        TileId id;
    };
    std::vector<Candidate> found;
    for (int y = top; y < bottom; ++y) {
        for (int x = left; x < std::min(right, left + side); ++x) {
            const TileId id {z, (x % side + side) % side, y};
            if (bounds && !overlaps(tileBox(id), *bounds))
                continue;
            found.push_back({std::hypot((x + 0.5) / side - camera.x, (y + 0.5) / side - camera.y), id});
        }
    }
    std::sort(found.begin(), found.end(), [](const Candidate &a, const Candidate &b) {
        return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
    });
    std::vector<TileId> tiles;
    tiles.reserve(found.size());
    for (const auto &candidate : found)
        tiles.push_back(candidate.id);
    return tiles;
}

data::GeoBox tileBox(const TileId &tile)
{
    const double side = std::exp2(tile.z);
    const QPointF upper = fromWorld(tile.x / side, tile.y / side);
    const QPointF lower = fromWorld((tile.x + 1) / side, (tile.y + 1) / side);
    return {upper.x(), lower.y(), lower.x(), upper.y()};
}

} // namespace astra::render
