// SPDX-License-Identifier: Apache-2.0
#pragma once

// Coordinates, distances and areas: all of them PROJ's, on the ellipsoid.

#include "core/data/raster.h"

#include <QPointF>

#include <memory>
#include <vector>

namespace astra::raster {

/// From one CRS to another, x/longitude first. Belongs to the thread that made it; cheap to make again there.
class Transform
{
public:
    /// @param from, to "EPSG:n" or WKT
    [[nodiscard]] static Result<Transform> create(const QString &from, const QString &to);
    /// In place; a point that cannot be transformed becomes (infinity, infinity).
    void apply(std::vector<QPointF> &points) const;
    /// The rectangle around a transformed rectangle; in degrees west > east where it crosses the antimeridian.
    /// As x minimum, y minimum, x maximum, y maximum.
    [[nodiscard]] Result<std::array<double, 4>> bounds(const std::array<double, 4> &box) const;

private:
    class Private;
    std::shared_ptr<Private> d;
};

/// Area on the WGS 84 ellipsoid; edges are straight in longitude and latitude, as in GeoJSON.
[[nodiscard]] double areaKm2(const data::Rings &rings);
[[nodiscard]] double areaKm2(const data::GeoBox &box);
/// Length of the geodesic between two (longitude, latitude) points.
[[nodiscard]] double distanceMetres(QPointF from, QPointF to);

/// The box in degrees around a grid (west > east across the antimeridian).
[[nodiscard]] Result<data::GeoBox> boundsInDegrees(const data::Grid &grid);
/// The part of the grid that covers the box, snapped outward to whole pixels. Fails where they do not meet.
[[nodiscard]] Result<data::Grid> cropped(const data::Grid &grid, const data::GeoBox &box);
/// A window of a grid, in its pixels.
[[nodiscard]] data::Grid windowOf(const data::Grid &grid, int x, int y, int width, int height);
/// The grid (EPSG:3857) of one Web Mercator tile. @param size pixels a side
[[nodiscard]] data::Grid mercatorGrid(int z, int x, int y, int size = 256);
/// An EPSG:3857 grid that shows the box in at most `width` × `height` pixels of equal sides.
[[nodiscard]] Result<data::Grid> mercatorGrid(const data::GeoBox &box, int width, int height);
/// "EPSG:n" as a number, where it is one.
[[nodiscard]] std::optional<int> epsgOf(const QString &crs);

} // namespace astra::raster
