// SPDX-License-Identifier: Apache-2.0
#include "core/data/geobox.h"

#include "core/data/ringsplit.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::GeoBox)
};

bool inRange(double value, double limit) { return std::isfinite(value) && value >= -limit && value <= limit; }

/// Longitudes made continuous: a jump over 180° is a step across the antimeridian, not around the world.
Ring unwrapped(const Ring &ring)
{
    Ring out;
    out.reserve(ring.size());
    double shift = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        if (i > 0) {
            const double step = ring[i].x() - ring[i - 1].x();
            if (step > 180)
                shift -= 360;
            else if (step < -180)
                shift += 360;
        }
        out.emplace_back(ring[i].x() + shift, ring[i].y());
    }
    return out;
}

/// The part of a ring where keep(x) holds, cut at the meridian `at` (Sutherland–Hodgman against one line).
Ring clipped(const Ring &ring, double at, bool keepEast)
{
    Ring out;
    const auto inside = [&](const QPointF &p) { return keepEast ? p.x() >= at : p.x() <= at; };
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const QPointF &a = ring[i];
        const QPointF &b = ring[(i + 1) % ring.size()];
        if (inside(a))
            out.push_back(a);
        if (inside(a) != inside(b)) {
            const double t = (at - a.x()) / (b.x() - a.x());
            out.emplace_back(at, a.y() + t * (b.y() - a.y()));
        }
    }
    return out;
}

/// From meridian to meridian and nothing between: the world's whole width, not a strip without any.
bool spansTheWorld(const Ring &ring)
{
    bool west = false;
    bool east = false;
    for (const auto &point : ring) {
        west |= point.x() == -180;
        east |= point.x() == 180;
        if (std::abs(point.x()) != 180)
            return false;
    }
    return west && east;
}

std::optional<Ring> ringFrom(const Json &coordinates)
{
    if (!coordinates.is_array() || coordinates.size() > 200000)
        return std::nullopt;
    Ring ring;
    ring.reserve(coordinates.size());
    for (const auto &position : coordinates) {
        if (!position.is_array() || position.size() < 2)
            return std::nullopt;
        const auto x = asNumber(position[0]);
        const auto y = asNumber(position[1]);
        // Some catalogues write a little beyond ±180: that is a way to cross the antimeridian.
        if (!x || !y || std::abs(*x) > 540 || std::abs(*y) > 90.0001)
            return std::nullopt;
        ring.emplace_back(*x, std::clamp(*y, -90.0, 90.0));
    }
    return ring;
}

bool segmentsCross(QPointF a, QPointF b, QPointF c, QPointF d)
{
    const auto side = [](QPointF p, QPointF q, QPointF r) {
        return (q.x() - p.x()) * (r.y() - p.y()) - (q.y() - p.y()) * (r.x() - p.x());
    };
    return (side(a, b, c) > 0) != (side(a, b, d) > 0) && (side(c, d, a) > 0) != (side(c, d, b) > 0);
}

} // namespace

void appendSplit(Rings &rings, const Ring &raw)
{
    Ring ring = spansTheWorld(raw) ? raw : unwrapped(raw);
    const bool closed = raw.size() > 3 && raw.front() == raw.back();
    const double turn = closed ? ring.back().x() - ring.front().x() : 0;
    if (closed || (ring.size() > 1 && ring.front() == ring.back()))
        ring.pop_back();
    // A ring around a pole does not close after unwrapping (it ends 360° away): close it along the pole.
    if (std::abs(turn) > 180) {
        double sum = 0;
        for (const auto &point : ring)
            sum += point.y();
        const double pole = sum < 0 ? -90 : 90;
        ring.emplace_back(ring.front().x() + turn, ring.front().y());
        ring.emplace_back(ring.front().x() + turn, pole);
        ring.emplace_back(ring.front().x(), pole);
    }
    if (ring.size() < 3)
        return;
    const auto [low, high] = std::minmax_element(ring.begin(), ring.end(),
                                                 [](auto &a, auto &b) { return a.x() < b.x(); });
    const int first = static_cast<int>(std::floor((low->x() + 180) / 360));
    const int last = static_cast<int>(std::ceil((high->x() + 180) / 360)) - 1;
    for (int world = first; world <= std::max(first, last); ++world) {
        Ring part = last > first ? clipped(clipped(ring, -180 + 360.0 * world, true), 180 + 360.0 * world, false)
                                 : ring;
        if (part.size() < 3)
            continue;
        for (auto &point : part)
            point.setX(point.x() - 360.0 * world);
        rings.push_back(std::move(part));
    }
}

bool GeoBox::isValid() const
{
    return inRange(west, 180) && inRange(east, 180) && inRange(south, 90) && inRange(north, 90) && south < north
        && west != east;
}

QPointF GeoBox::center() const
{
    double x = west + width() / 2;
    if (x > 180)
        x -= 360;
    return {x, (south + north) / 2};
}

bool GeoBox::contains(double longitude, double latitude) const
{
    if (latitude < south || latitude > north)
        return false;
    return crossesAntimeridian() ? longitude >= west || longitude <= east : longitude >= west && longitude <= east;
}

bool GeoBox::intersects(const GeoBox &other) const
{
    if (other.south > north || other.north < south)
        return false;
    for (const auto &a : split()) {
        for (const auto &b : other.split()) {
            if (a.west <= b.east && b.west <= a.east)
                return true;
        }
    }
    return false;
}

std::vector<GeoBox> GeoBox::split() const
{
    if (!crossesAntimeridian())
        return {*this};
    return {{west, south, 180, north}, {-180, south, east, north}};
}

Rings GeoBox::rings() const
{
    Rings rings;
    for (const auto &box : split()) {
        rings.push_back({{box.west, box.south}, {box.east, box.south}, {box.east, box.north}, {box.west, box.north}});
    }
    return rings;
}

Result<GeoBox> GeoBox::checked(double west, double south, double east, double north)
{
    if (!std::isfinite(west) || !std::isfinite(south) || !std::isfinite(east) || !std::isfinite(north))
        return fail(ErrorCode::InvalidInput, Text::tr("The rectangle needs four numbers."));
    for (const double longitude : {west, east}) {
        if (!inRange(longitude, 180)) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("The longitude %1 is outside −180…180.").arg(QString::number(longitude)));
        }
    }
    for (const double latitude : {south, north}) {
        if (!inRange(latitude, 90))
            return fail(ErrorCode::InvalidInput,
                        Text::tr("The latitude %1 is outside −90…90.").arg(QString::number(latitude)));
    }
    if (south >= north)
        return fail(ErrorCode::InvalidInput, Text::tr("The southern edge must lie below the northern one."));
    if (west == east)
        return fail(ErrorCode::InvalidInput, Text::tr("The western and eastern edges are the same."));
    return GeoBox {west, south, east, north};
}

Result<GeoBox> GeoBox::parse(const QString &text)
{
    const QStringList parts = text.split(u',');
    if (parts.size() != 4)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A rectangle is written west,south,east,north: four numbers in degrees."));
    std::array<double, 4> numbers {};
    for (int i = 0; i < 4; ++i) {
        bool ok = false;
        numbers[static_cast<std::size_t>(i)] = parts[i].trimmed().toDouble(&ok);
        if (!ok)
            return fail(ErrorCode::InvalidInput, Text::tr("“%1” is not a number of degrees.").arg(parts[i].trimmed()));
    }
    return checked(numbers[0], numbers[1], numbers[2], numbers[3]);
}

QString GeoBox::toString() const
{
    const auto number = [](double value) { return QString::number(value, 'g', 12); };
    return QStringList {number(west), number(south), number(east), number(north)}.join(u',');
}

Json GeoBox::toJson() const { return Json::array({west, south, east, north}); }

std::optional<GeoBox> GeoBox::fromJson(const Json &array)
{
    if (!array.is_array() || (array.size() != 4 && array.size() != 6))
        return std::nullopt;
    const std::size_t half = array.size() / 2;
    const auto w = asNumber(array[0]);
    const auto s = asNumber(array[1]);
    const auto e = asNumber(array[half]);
    const auto n = asNumber(array[half + 1]);
    if (!w || !s || !e || !n)
        return std::nullopt;
    GeoBox box {*w, *s, *e, *n};
    // Some catalogues write a little beyond ±180: that is a way to cross the antimeridian, or to mean the whole world.
    if (box.east - box.west >= 360) {
        box.west = -180;
        box.east = 180;
    } else if (box.west >= -540 && box.west < -180) {
        box.west += 360;
        box.east += box.east < -180 ? 360 : 0;
    } else if (box.east > 180 && box.east <= 540) {
        box.east -= 360;
        box.west -= box.west > 180 ? 360 : 0;
    }
    return box.isValid() ? std::optional(box) : std::nullopt;
}

std::optional<GeoBox> boundsOf(const Rings &rings)
{
    GeoBox box {180, 90, -180, -90};
    double eastOfZero = 180; // westernmost point of the eastern hemisphere, for boxes that cross the antimeridian
    double westOfZero = -180;
    bool touchesEast = false;
    bool touchesWest = false;
    bool any = false;
    for (const auto &ring : rings) {
        for (const auto &p : ring) {
            any = true;
            box.west = std::min(box.west, p.x());
            box.east = std::max(box.east, p.x());
            box.south = std::min(box.south, p.y());
            box.north = std::max(box.north, p.y());
            if (p.x() >= 0)
                eastOfZero = std::min(eastOfZero, p.x());
            else
                westOfZero = std::max(westOfZero, p.x());
            touchesEast = touchesEast || p.x() >= 180;
            touchesWest = touchesWest || p.x() <= -180;
        }
    }
    if (!any)
        return std::nullopt;
    // Rings are split at ±180: parts that touch it from both sides belong together across it.
    const GeoBox crossing {eastOfZero, box.south, westOfZero, box.north};
    if (rings.size() > 1 && touchesEast && touchesWest && crossing.isValid() && crossing.width() < box.width())
        box = crossing;
    return box.isValid() ? std::optional(box) : std::nullopt;
}

Rings ringsFromGeometry(const Json &geometry)
{
    Rings rings;
    const QString type = stringAt(geometry, "type");
    const Json &coordinates = member(geometry, "coordinates");
    if (!coordinates.is_array() || coordinates.empty())
        return rings;
    const auto addPolygon = [&](const Json &polygon) {
        if (polygon.is_array() && !polygon.empty()) {
            if (const auto ring = ringFrom(polygon[0]))
                appendSplit(rings, *ring);
        }
    };
    if (type == u"Polygon") {
        addPolygon(coordinates);
    } else if (type == u"MultiPolygon") {
        for (const auto &polygon : coordinates)
            addPolygon(polygon);
    }
    return rings;
}

Json geometryFromRings(const Rings &rings)
{
    if (rings.empty())
        return nullptr;
    Json polygons = Json::array();
    for (const auto &ring : rings) {
        Json points = Json::array();
        for (const auto &p : ring)
            points.push_back(Json::array({p.x(), p.y()}));
        if (!ring.empty() && ring.front() != ring.back())
            points.push_back(points.front());
        polygons.push_back(Json::array({points}));
    }
    if (polygons.size() == 1)
        return {{"type", "Polygon"}, {"coordinates", polygons.front()}};
    return {{"type", "MultiPolygon"}, {"coordinates", polygons}};
}

bool contains(const Rings &rings, double longitude, double latitude)
{
    for (const auto &ring : rings) {
        bool inside = false;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const auto &a = ring[i];
            const auto &b = ring[j];
            if ((a.y() > latitude) != (b.y() > latitude)
                && longitude < (b.x() - a.x()) * (latitude - a.y()) / (b.y() - a.y()) + a.x())
                inside = !inside;
        }
        if (inside)
            return true;
    }
    return false;
}

bool intersects(const Rings &rings, const GeoBox &box)
{
    for (const auto &part : box.split()) {
        const Ring edges {
            {part.west, part.south}, {part.east, part.south}, {part.east, part.north}, {part.west, part.north}};
        for (const auto &corner : edges) {
            if (contains(rings, corner.x(), corner.y()))
                return true;
        }
        for (const auto &ring : rings) {
            for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
                if (part.contains(ring[i].x(), ring[i].y()))
                    return true;
                for (std::size_t k = 0; k < edges.size(); ++k) {
                    if (segmentsCross(ring[j], ring[i], edges[k], edges[(k + 1) % edges.size()]))
                        return true;
                }
            }
        }
    }
    return false;
}

} // namespace astra::data
