// SPDX-License-Identifier: Apache-2.0
#include "core/data/areajson.h"
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

constexpr double slack = 1e-4; // degrees: what writers round away
constexpr double perDegree = 1e9; // a tenth of a millimetre: what is kept of coordinates

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

/// On multiples of 1e-9 degrees, so that corners are short in every text and come back as they are; nothing of fewer
/// than three corners, none twice in a row.
Rings snapped(Rings rings)
{
    const auto onGrid = [](double degrees) { return std::round(degrees * perDegree) / perDegree + 0.0; }; // no -0
    for (auto &ring : rings) {
        for (auto &point : ring)
            point = {onGrid(point.x()), onGrid(point.y())};
        const auto same = [](const QPointF &a, const QPointF &b) { return a.x() == b.x() && a.y() == b.y(); };
        ring.erase(std::unique(ring.begin(), ring.end(), same), ring.end());
        while (ring.size() > 1 && same(ring.front(), ring.back()))
            ring.pop_back();
    }
    std::erase_if(rings, [](const Ring &ring) { return ring.size() < 3; });
    return rings;
}

/// Counter-clockwise or clockwise. One that encloses as much on either side stays as it is.
Ring turned(Ring ring, bool counterClockwise)
{
    if (const double way = turn(ring); counterClockwise ? way < 0 : way > 0)
        std::reverse(ring.begin(), ring.end());
    return ring;
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
        std::vector<Bounds> bounds; // of its parts
        std::vector<Rings> holes; // by part
        Rings apart;
        for (const auto &one : coordinates) {
            auto raw = ring(one, what);
            if (!raw)
                return fail(std::move(raw.error()));
            Rings parts;
            appendSplit(parts, *raw);
            parts = snapped(std::move(parts));
            if (parts.empty())
                return refuse(Text::tr("%1 has a ring of fewer than three corners.").arg(what));
            if (outer.empty()) {
                for (auto &part : parts) {
                    bounds.emplace_back(part);
                    outer.push_back(turned(std::move(part), true));
                }
                holes.resize(outer.size());
                continue;
            }
            for (auto &part : parts) {
                const auto around = std::ranges::find_if(
                    bounds, [own = Bounds(part)](const Bounds &outside) { return outside.contains(own); });
                // One that reaches beyond its polygon encloses ground there: no hole, as it will be read again.
                if (around == bounds.end())
                    apart.push_back(turned(std::move(part), true));
                else
                    holes[static_cast<std::size_t>(around - bounds.begin())].push_back(turned(std::move(part), false));
            }
        }
        for (std::size_t i = 0; i < outer.size(); ++i) {
            all.push_back(std::move(outer[i]));
            std::move(holes[i].begin(), holes[i].end(), std::back_inserter(all));
        }
        std::move(apart.begin(), apart.end(), std::back_inserter(all));
        return {};
    }

    [[nodiscard]] Result<Ring> ring(const Json &positions, const QString &what)
    {
        if (!positions.is_array())
            return refuse(Text::tr("%1 has a ring that is not a list of positions.").arg(what));
        m_vertices += positions.size();
        if (m_vertices > mostCorners)
            return refuse(Text::tr("The areas have more than %L1 corners.").arg(mostCorners));
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
    std::optional<Bounds> outer;
    for (const auto &ring : rings) {
        if (ring.empty())
            continue;
        // A ring begins a polygon, or is a hole in the one before it.
        if (outer && turn(ring) < 0 && outer->contains(Bounds(ring))) {
            polygons.back().push_back(positionsOf(ring));
            continue;
        }
        polygons.push_back(Json::array({positionsOf(ring)}));
        outer.emplace(ring);
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
