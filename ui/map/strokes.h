// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <QColor>
#include <QSGGeometry>

#include <vector>

namespace astra::map {

/// Triangles with a colour at each corner (premultiplied), for a vertex colour material.
struct Mesh {
    std::vector<QSGGeometry::ColoredPoint2D> points;
    std::vector<quint32> indices;
};

/// A closed line of the given width with edges that fade over half a pixel each way. @param skip says of edge i (from
/// point i to the next) that it is left out
void strokeRing(Mesh &mesh, const data::Ring &ring, double width, const QColor &color,
                const std::vector<bool> &skip = {});
/// The inside of a simple polygon (ear clipping).
void fillRing(Mesh &mesh, const data::Ring &ring, const QColor &color);

} // namespace astra::map
