// SPDX-License-Identifier: Apache-2.0
#include "ui/map/footprintmodel.h"

#include "core/render/tilegrid.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

namespace astra::map {

FootprintModel::Shape FootprintModel::project(const data::Rings &rings)
{
    Shape shape;
    for (const data::Ring &ring : rings) {
        data::Ring projected;
        for (const QPointF &point : ring) {
            const QPointF world = render::toWorld(point.x(), point.y());
            shape.seam = shape.seam || std::abs(point.x()) >= 180;
            const QRectF dot(world, QSizeF(1e-12, 1e-12));
            shape.bounds = shape.bounds.isNull() ? dot : shape.bounds.united(dot);
            if (projected.empty() || projected.back() != world)
                projected.push_back(world);
        }
        if (projected.size() > 1 && projected.front() == projected.back())
            projected.pop_back();
        if (projected.size() > 2)
            shape.rings.push_back(std::move(projected));
    }
    return shape;
}

void FootprintModel::setFootprints(std::vector<Footprint> footprints)
{
    const auto old = std::exchange(m_footprints, {});
    auto oldShapes = std::exchange(m_shapes, {});
    const auto oldIndex = std::exchange(m_index, {});
    m_footprints.reserve(footprints.size());
    m_shapes.reserve(footprints.size());
    m_index.reserve(static_cast<qsizetype>(footprints.size()));
    for (Footprint &footprint : footprints) {
        if (footprint.key.isEmpty() || m_index.contains(footprint.key))
            continue;
        const int before = oldIndex.value(footprint.key, -1);
        const auto at = static_cast<std::size_t>(std::max(before, 0));
        m_shapes.push_back(before >= 0 && old[at].rings == footprint.rings ? std::move(oldShapes[at])
                                                                           : project(footprint.rings));
        m_index.insert(footprint.key, int(m_footprints.size()));
        m_footprints.push_back(std::move(footprint));
    }
    m_order.resize(m_footprints.size());
    std::iota(m_order.begin(), m_order.end(), 0);
    ++m_revision;
    Q_EMIT changed();
}

void FootprintModel::setOrder(const QStringList &keys)
{
    std::fill(m_order.begin(), m_order.end(), int(keys.size()));
    for (int place = 0; place < int(keys.size()); ++place) {
        if (const int index = indexOf(keys[place]); index >= 0)
            m_order[std::size_t(index)] = place;
    }
}

void FootprintModel::append(std::vector<Footprint> footprints)
{
    std::vector<Footprint> all = m_footprints;
    std::move(footprints.begin(), footprints.end(), std::back_inserter(all));
    setFootprints(std::move(all));
}

QStringList FootprintModel::at(double longitude, double latitude) const
{
    std::vector<std::size_t> found;
    const QPointF world = render::toWorld(longitude, latitude);
    for (std::size_t i = 0; i < m_footprints.size(); ++i) {
        if (m_shapes[i].bounds.contains(world) && data::contains(m_footprints[i].rings, longitude, latitude))
            found.push_back(i);
    }
    std::stable_sort(found.begin(), found.end(),
                     [this](std::size_t a, std::size_t b) { return m_order[a] < m_order[b]; });
    QStringList keys;
    for (const std::size_t i : found)
        keys << m_footprints[i].key;
    return keys;
}

data::GeoBox FootprintModel::bounds(const QString &key) const
{
    data::Rings rings;
    if (const int index = indexOf(key); index >= 0) {
        rings = m_footprints[std::size_t(index)].rings;
    } else if (key.isEmpty()) {
        for (const Footprint &footprint : m_footprints)
            rings.insert(rings.end(), footprint.rings.begin(), footprint.rings.end());
    }
    return data::boundsOf(rings).value_or(data::GeoBox {});
}

} // namespace astra::map
