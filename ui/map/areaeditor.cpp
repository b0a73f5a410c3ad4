// SPDX-License-Identifier: Apache-2.0
#include "ui/map/areaeditor.h"

#include "core/render/tilegrid.h"

#include <algorithm>
#include <cmath>

namespace astra::map {

namespace {
constexpr double reach = 9; ///< pixels around a handle: the target is 18 wide, 24 with the line's own
constexpr double middleNeeds = 56; ///< smaller frames have no grip in the middle: their handles would meet it

double rounded(double degrees) { return std::round(degrees * 1e5) / 1e5; }
bool west(Handle h) { return h == Handle::West || h == Handle::NorthWest || h == Handle::SouthWest; }
bool east(Handle h) { return h == Handle::East || h == Handle::NorthEast || h == Handle::SouthEast; }
bool north(Handle h) { return h == Handle::North || h == Handle::NorthWest || h == Handle::NorthEast; }
bool south(Handle h) { return h == Handle::South || h == Handle::SouthWest || h == Handle::SouthEast; }
} // namespace

QRectF worldRect(const data::GeoBox &box)
{
    const QPointF upperLeft = render::toWorld(box.west, box.north);
    const QPointF lowerRight = render::toWorld(box.west, box.south);
    return {upperLeft.x(), upperLeft.y(), box.width() / 360, lowerRight.y() - upperLeft.y()};
}

data::GeoBox boxOf(const QRectF &world)
{
    const auto longitude = [](double x) {
        const double wrapped = x - std::floor(x);
        return rounded(wrapped * 360 - 180);
    };
    data::GeoBox box;
    box.north = rounded(render::fromWorld(0.5, std::clamp(world.top(), 0.0, 1.0)).y());
    box.south = rounded(render::fromWorld(0.5, std::clamp(world.bottom(), 0.0, 1.0)).y());
    if (world.width() >= 1) {
        box.west = -180;
        box.east = 180;
        return box;
    }
    box.west = longitude(world.left());
    box.east = longitude(world.right());
    if (box.east == -180)
        box.east = 180;
    return box;
}

Handle handleAt(const QRectF &frame, QPointF point)
{
    if (frame.isEmpty() || !frame.adjusted(-reach, -reach, reach, reach).contains(point))
        return Handle::None;
    const auto near = [](double a, double b) { return std::abs(a - b) <= reach; };
    const QPointF middle = frame.center();
    const bool w = near(point.x(), frame.left());
    const bool e = near(point.x(), frame.right());
    const bool n = near(point.y(), frame.top());
    const bool s = near(point.y(), frame.bottom());
    if (s && e)
        return Handle::SouthEast; // first: a tiny frame can still be made bigger
    if (n && w)
        return Handle::NorthWest;
    if (n && e)
        return Handle::NorthEast;
    if (s && w)
        return Handle::SouthWest;
    if (near(point.y(), middle.y()) && (w || e))
        return w ? Handle::West : Handle::East;
    if (near(point.x(), middle.x()) && (n || s))
        return n ? Handle::North : Handle::South;
    const bool roomy = std::min(frame.width(), frame.height()) >= middleNeeds;
    if (roomy && near(point.x(), middle.x()) && near(point.y(), middle.y()))
        return Handle::Middle;
    return Handle::None;
}

QRectF dragged(const QRectF &area, Handle handle, QPointF offset)
{
    double left = area.left();
    double top = area.top();
    double right = area.right();
    double bottom = area.bottom();
    if (handle == Handle::Middle) {
        const double down = std::clamp(offset.y(), -top, 1 - bottom);
        return area.translated(offset.x(), down);
    }
    if (west(handle))
        left += offset.x();
    if (east(handle))
        right += offset.x();
    if (north(handle))
        top += offset.y();
    if (south(handle))
        bottom += offset.y();
    constexpr double least = 1e-7; // 4 m at the equator
    QRectF result = QRectF(QPointF(left, std::clamp(top, 0.0, 1.0)), QPointF(right, std::clamp(bottom, 0.0, 1.0)));
    result = result.normalized();
    result.setWidth(std::clamp(result.width(), least, 1.0));
    result.setHeight(std::max(result.height(), least));
    return result;
}

Qt::CursorShape cursorFor(Handle handle)
{
    switch (handle) {
    case Handle::None:
        return Qt::ArrowCursor;
    case Handle::West:
    case Handle::East:
        return Qt::SizeHorCursor;
    case Handle::North:
    case Handle::South:
        return Qt::SizeVerCursor;
    case Handle::NorthWest:
    case Handle::SouthEast:
        return Qt::SizeFDiagCursor;
    case Handle::NorthEast:
    case Handle::SouthWest:
        return Qt::SizeBDiagCursor;
    case Handle::Middle:
        return Qt::SizeAllCursor;
    }
    return Qt::ArrowCursor;
}

} // namespace astra::map
