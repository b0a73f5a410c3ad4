// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <QPointF>
#include <QRectF>

namespace astra::map {

/// The part of the area's frame that is dragged.
enum class Handle { None, West, East, North, South, NorthWest, NorthEast, SouthWest, SouthEast, Middle };

/// A box in world coordinates and back; x runs on beyond 1 where the box crosses the antimeridian.
[[nodiscard]] QRectF worldRect(const data::GeoBox &box);
/// Rounded to 1e-5 degrees (about a metre), longitudes within ±180, at most one world wide.
[[nodiscard]] data::GeoBox boxOf(const QRectF &world);

/// The handle at a point of the view. `frame`: the area in view pixels.
[[nodiscard]] Handle handleAt(const QRectF &frame, QPointF point);
/// The area after its handle was dragged by `offset` (both in world coordinates). Dragged past the other side it turns
/// over; it never gets empty.
[[nodiscard]] QRectF dragged(const QRectF &area, Handle handle, QPointF offset);
[[nodiscard]] Qt::CursorShape cursorFor(Handle handle);

} // namespace astra::map
