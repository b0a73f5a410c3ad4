// SPDX-License-Identifier: Apache-2.0
#include "core/data/recipe.h"
#include "core/data/ringsplit.h"

#include <QCoreApplication>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Areas)
};

constexpr std::size_t mostVertices = 2'000'000;
constexpr double slack = 1e-4; // degrees: what writers round away

tl::unexpected<Error> refuse(const QString &why) { return fail(ErrorCode::InvalidInput, why); }

/// Twice the signed area in degrees: above zero where the ring runs counter-clockwise.
double turn(const Ring &ring)
{
    double sum = 0;
    for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
        // From the first corner, so that a small ring far from 0°, 0° keeps its sign.
        const QPointF a = ring[j] - ring[0];
        const QPointF b = ring[i] - ring[0];
        sum += a.x() * b.y() - b.x() * a.y();
    }
    return sum;
}

struct Bounds {
    double west = 0;
    double south = 0;
    double east = 0;
    double north = 0;

    explicit Bounds(const Ring &ring)
    {
        const auto [x0, x1] = std::minmax_element(ring.begin(), ring.end(),
                                                  [](auto &a, auto &b) { return a.x() < b.x(); });
        const auto [y0, y1] = std::minmax_element(ring.begin(), ring.end(),
                                                  [](auto &a, auto &b) { return a.y() < b.y(); });
        west = x0->x();
        east = x1->x();
        south = y0->y();
        north = y1->y();
    }
    [[nodiscard]] bool contains(const Bounds &other) const
    {
        return other.west >= west && other.east <= east && other.south >= south && other.north <= north;
    }
};

/// Reads polygons, counting what they hold altogether.
class Reader
{
public:
    /// @param what "Area 3": how an error speaks of it
    [[nodiscard]] Result<Rings> geometry(const Json &json, const QString &what)
    {
        const QString type = stringAt(json, "type");
        const Json &coordinates = member(json, "coordinates");
        Rings rings;
        if (type == u"Polygon") {
            if (auto ok = polygon(rings, coordinates, what); !ok)
                return fail(std::move(ok.error()));
        } else if (type == u"MultiPolygon" && coordinates.is_array() && !coordinates.empty()) {
            for (const auto &one : coordinates) {
                if (auto ok = polygon(rings, one, what); !ok)
                    return fail(std::move(ok.error()));
            }
        } else {
            return refuse(Text::tr("%1 is not a polygon: areas are Polygon or MultiPolygon.").arg(what));
        }
        return rings;
    }

private:
    [[nodiscard]] Result<void> polygon(Rings &all, const Json &coordinates, const QString &what)
    {
        if (!coordinates.is_array() || coordinates.empty())
            return refuse(Text::tr("%1 has a polygon without coordinates.").arg(what));
        Rings outer;
        std::vector<Rings> holes; // by part of the outer ring
        for (const auto &one : coordinates) {
            auto raw = ring(one, what);
            if (!raw)
                return fail(std::move(raw.error()));
            Rings parts;
            appendSplit(parts, *raw);
            if (parts.empty())
                return refuse(Text::tr("%1 has a ring of fewer than three corners.").arg(what));
            const bool isOuter = outer.empty();
            for (auto &part : parts) {
                if ((turn(part) > 0) != isOuter)
                    std::reverse(part.begin(), part.end());
            }
            if (isOuter) {
                outer = std::move(parts);
                holes.resize(outer.size());
                continue;
            }
            for (auto &part : parts)
                holes[placeOf(part, outer)].push_back(std::move(part));
        }
        for (std::size_t i = 0; i < outer.size(); ++i) {
            all.push_back(std::move(outer[i]));
            std::move(holes[i].begin(), holes[i].end(), std::back_inserter(all));
        }
        return {};
    }

    /// Which part of a ring split at the antimeridian a hole's part lies in.
    [[nodiscard]] static std::size_t placeOf(const Ring &hole, const Rings &outer)
    {
        const Bounds bounds(hole);
        const auto found = outer.size() == 1
            ? outer.begin()
            : std::find_if(outer.begin(), outer.end(), [&](const Ring &ring) { return Bounds(ring).contains(bounds); });
        return found == outer.end() ? 0 : static_cast<std::size_t>(found - outer.begin());
    }

    [[nodiscard]] Result<Ring> ring(const Json &positions, const QString &what)
    {
        if (!positions.is_array())
            return refuse(Text::tr("%1 has a ring that is not a list of positions.").arg(what));
        m_vertices += positions.size();
        if (m_vertices > mostVertices)
            return refuse(Text::tr("The areas have more than %L1 corners.").arg(mostVertices));
        Ring ring;
        ring.reserve(positions.size());
        for (const auto &position : positions) {
            const bool pair = position.is_array() && position.size() >= 2;
            const auto x = pair ? asNumber(position[0]) : std::nullopt;
            const auto y = pair ? asNumber(position[1]) : std::nullopt;
            if (!x || !y)
                return refuse(Text::tr("%1 has a position that is not longitude and latitude.").arg(what));
            // A little beyond ±180 is a way to cross the antimeridian.
            if (std::abs(*x) > 540 || std::abs(*y) > 90 + slack) {
                return refuse(Text::tr("%1 has the position %2, %3, which is not on the earth: GeoJSON is in degrees "
                                       "of longitude and latitude (WGS 84).")
                                  .arg(what)
                                  .arg(*x)
                                  .arg(*y));
            }
            ring.emplace_back(*x, std::clamp(*y, -90.0, 90.0));
        }
        return ring;
    }

    std::size_t m_vertices = 0;
};

/// A text or a number, on one short line; empty: none.
QString wordFrom(const Json &json)
{
    if (const auto whole = asInteger(json))
        return QString::number(*whole);
    if (const auto number = asNumber(json))
        return QString::number(*number, 'g', 15);
    return asString(json).value_or(QString()).left(200).simplified();
}

QString nameOf(const Json &feature, std::size_t place)
{
    const Json &properties = member(feature, "properties");
    for (const Json *candidate : {&member(properties, "name"), &member(properties, "id"), &member(feature, "id")}) {
        if (QString word = wordFrom(*candidate); !word.isEmpty())
            return word;
    }
    return QString::number(place);
}

/// GeoJSON of before RFC 7946 may name a CRS; one that is not longitude and latitude would put areas elsewhere.
Result<void> checkCrs(const Json &json)
{
    const Json &crs = member(json, "crs");
    if (crs.is_null())
        return {};
    const QString name = stringAt(member(crs, "properties"), "name");
    static constexpr std::array degrees {":CRS84", ":4326", "/CRS84", "/4326"};
    if (std::any_of(degrees.begin(), degrees.end(), [&](const char *end) { return name.endsWith(QLatin1String(end)); }))
        return {};
    return refuse(Text::tr("The GeoJSON's coordinate system is “%1”; it has to be in degrees of longitude and latitude "
                           "(WGS 84).")
                      .arg(name.left(60).simplified()));
}

/// A signed ring begins a polygon, or is a hole in the one before it.
bool isHole(const Ring &ring, const Ring *outer)
{
    return outer && turn(ring) < 0 && Bounds(*outer).contains(Bounds(ring));
}

Json positionsOf(const Ring &ring)
{
    Json positions = Json::array();
    for (const auto &point : ring)
        positions.push_back(Json::array({point.x(), point.y()}));
    if (ring.front() != ring.back())
        positions.push_back(Json(positions.front()));
    return positions;
}

Json polygonsOf(const Rings &rings)
{
    Json polygons = Json::array();
    const Ring *outer = nullptr;
    for (const auto &ring : rings) {
        if (ring.empty())
            continue;
        if (isHole(ring, outer)) {
            polygons.back().push_back(positionsOf(ring));
            continue;
        }
        polygons.push_back(Json::array({positionsOf(ring)}));
        outer = &ring;
    }
    if (polygons.size() == 1)
        return {{"type", "Polygon"}, {"coordinates", std::move(polygons.front())}};
    return {{"type", "MultiPolygon"}, {"coordinates", std::move(polygons)}};
}

} // namespace

Result<std::vector<NamedArea>> areasFromGeoJson(const Json &json)
{
    if (auto ok = checkCrs(json); !ok)
        return fail(std::move(ok.error()));
    const QString type = stringAt(json, "type");
    Reader reader;
    std::vector<NamedArea> areas;
    const auto add = [&](const Json &feature, const Json &geometry, const QString &what) -> Result<void> {
        auto rings = reader.geometry(geometry, what);
        if (!rings)
            return fail(std::move(rings.error()));
        areas.push_back({nameOf(feature, areas.size() + 1), *std::move(rings)});
        return {};
    };
    if (type == u"FeatureCollection") {
        const Json &features = listAt(json, "features");
        if (features.empty())
            return refuse(Text::tr("There is no area in the GeoJSON."));
        for (const auto &feature : features) {
            const QString what = Text::tr("Area %1").arg(areas.size() + 1);
            if (auto ok = add(feature, member(feature, "geometry"), what); !ok)
                return fail(std::move(ok.error()));
        }
        return areas;
    }
    const bool isFeature = type == u"Feature";
    if (auto ok = add(json, isFeature ? member(json, "geometry") : json, Text::tr("The GeoJSON")); !ok)
        return fail(std::move(ok.error()));
    return areas;
}

Json toGeoJson(const std::vector<NamedArea> &areas)
{
    Json features = Json::array();
    for (const auto &area : areas) {
        features.push_back(
            {{"type", "Feature"}, {"properties", {{"name", toStd(area.name)}}}, {"geometry", polygonsOf(area.rings)}});
    }
    return {{"type", "FeatureCollection"}, {"features", std::move(features)}};
}

} // namespace astra::data
