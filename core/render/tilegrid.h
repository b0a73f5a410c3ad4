// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <QHashFunctions>

#include <vector>

namespace astra::render {

/// Side of a tile in pixels.
inline constexpr int tileSize = 256;
inline constexpr int maximumZoom = 20;

/// One Web Mercator tile; (0, 0) is the north-west one. x is within 0 … 2^z − 1.
struct TileId {
    int z = 0;
    int x = 0;
    int y = 0;
    friend auto operator<=>(const TileId &, const TileId &) = default;
};
inline size_t qHash(const TileId &id, size_t seed = 0) { return qHashMulti(seed, id.z, id.x, id.y); }

/// Longitude/latitude in degrees ↔ world coordinates (0…1 east and south; Web Mercator, EPSG:3857 by formula;
/// the screen's arithmetic: every metre shown or computed goes through core/raster/geodesy and PROJ).
[[nodiscard]] QPointF toWorld(double longitude, double latitude);
[[nodiscard]] QPointF fromWorld(double x, double y);

/// What the camera sees: the centre in world coordinates, and a zoom where 2^zoom × tileSize pixels span the world.
struct Camera {
    double x = 0.5;
    double y = 0.5;
    double zoom = 2;
    double width = 0; ///< viewport, device-independent pixels
    double height = 0;
    friend bool operator==(const Camera &, const Camera &) = default;
};
/// World → viewport pixels and back. Longitudes wrap: the copy of the world nearest to the centre is meant.
[[nodiscard]] QPointF worldToView(const Camera &camera, QPointF world);
[[nodiscard]] QPointF viewToWorld(const Camera &camera, QPointF view);
/// The part of the world in view.
[[nodiscard]] data::GeoBox viewBox(const Camera &camera);
/// The camera that shows the whole box with `margin` pixels around it.
[[nodiscard]] Camera fitting(const data::GeoBox &box, double width, double height, double margin = 40);

/// Tiles in view at the zoom level that suits `devicePixelRatio`, nearest to the centre first; only those that touch
/// `bounds` (if given). A pure function.
[[nodiscard]] std::vector<TileId> visibleTiles(const Camera &camera, double devicePixelRatio = 1,
                                               const std::optional<data::GeoBox> &bounds = {},
                                               int maxZoom = maximumZoom);
/// The tile's rectangle in degrees.
[[nodiscard]] data::GeoBox tileBox(const TileId &tile);

} // namespace astra::render
