// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"

#include <QObject>
#include <QPointF>

#include <vector>

namespace astra::data {

/// A closed ring of (longitude, latitude) in degrees; the last point may or may not repeat the first.
using Ring = std::vector<QPointF>;
/// Outer rings only: a footprint or an area. Longitudes within ±180, split at the antimeridian.
using Rings = std::vector<Ring>;

/// A rectangle in degrees (WGS 84). west > east crosses the antimeridian.
class GeoBox
{
    Q_GADGET
    Q_PROPERTY(double west MEMBER west)
    Q_PROPERTY(double south MEMBER south)
    Q_PROPERTY(double east MEMBER east)
    Q_PROPERTY(double north MEMBER north)
    Q_PROPERTY(bool valid READ isValid)

public:
    double west = 0;
    double south = 0;
    double east = 0;
    double north = 0;

    /// In range (±180, ±90), south < north, west ≠ east.
    [[nodiscard]] bool isValid() const;
    [[nodiscard]] bool crossesAntimeridian() const { return west > east; }
    /// Degrees of longitude covered, 0…360.
    [[nodiscard]] double width() const { return crossesAntimeridian() ? east - west + 360 : east - west; }
    [[nodiscard]] QPointF center() const;
    [[nodiscard]] bool contains(double longitude, double latitude) const;
    [[nodiscard]] bool intersects(const GeoBox &other) const;
    /// One box, or two where it crosses the antimeridian: none of them does.
    [[nodiscard]] std::vector<GeoBox> split() const;
    /// The ring(s) of this box.
    [[nodiscard]] Rings rings() const;

    /// "west,south,east,north". An error says which number is wrong and why.
    [[nodiscard]] static Result<GeoBox> parse(const QString &text);
    [[nodiscard]] static Result<GeoBox> checked(double west, double south, double east, double north);
    [[nodiscard]] QString toString() const;
    [[nodiscard]] Json toJson() const; ///< [west, south, east, north]
    /// A STAC bbox of 4 or 6 numbers.
    [[nodiscard]] static std::optional<GeoBox> fromJson(const Json &array);

    friend bool operator==(const GeoBox &, const GeoBox &) = default;
};

/// The smallest box around the rings (the one that crosses the antimeridian where that is narrower).
[[nodiscard]] std::optional<GeoBox> boundsOf(const Rings &rings);
/// A GeoJSON Polygon or MultiPolygon as rings, unwrapped where consecutive longitudes jump over 180° and split at ±180.
[[nodiscard]] Rings ringsFromGeometry(const Json &geometry);
[[nodiscard]] Json geometryFromRings(const Rings &rings);
/// Even–odd test in plain longitude/latitude.
[[nodiscard]] bool contains(const Rings &rings, double longitude, double latitude);
/// Whether the footprint touches the box (edges, corners or containment).
[[nodiscard]] bool intersects(const Rings &rings, const GeoBox &box);

} // namespace astra::data
Q_DECLARE_METATYPE(astra::data::GeoBox)
