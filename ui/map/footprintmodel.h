// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/geobox.h"

#include <QHash>
#include <QObject>
#include <QRectF>
#include <QStringList>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace astra::map {

/// The footprints on the map, in the order of the list beside it: the first is found first.
class FootprintModel : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a view model")
    Q_PROPERTY(int count READ count NOTIFY changed)

public:
    struct Footprint {
        QString key; ///< unique; an empty or known one is left out
        data::Rings rings; ///< degrees, split at ±180
    };
    /// One as it is drawn: rings in world coordinates.
    struct Shape {
        data::Rings rings; ///< 0…1 east and south
        QRectF bounds;
        bool seam = false; ///< touches ±180: edges along it are cuts and not drawn
    };

    using QObject::QObject;

    /// Those that are there already with the same rings are kept as they were projected.
    void setFootprints(std::vector<Footprint> footprints);
    void append(std::vector<Footprint> footprints);
    void clear() { setFootprints({}); }
    /// Another order of the same ones, for at(); those not named come last. Outlines look the same in any order, so
    /// that nothing is drawn again: sorting ten thousand costs no frame.
    void setOrder(const QStringList &keys);

    [[nodiscard]] int count() const { return int(m_footprints.size()); }
    [[nodiscard]] int indexOf(const QString &key) const { return m_index.value(key, -1); }
    /// Keys of all that cover the place, in the order of the list.
    [[nodiscard]] QStringList at(double longitude, double latitude) const;
    /// Around one, or around all for an empty key; invalid where there is none.
    Q_INVOKABLE [[nodiscard]] astra::data::GeoBox bounds(const QString &key = {}) const;

    [[nodiscard]] const std::vector<Shape> &shapes() const { return m_shapes; }
    [[nodiscard]] quint64 revision() const { return m_revision; } ///< another number after each change

Q_SIGNALS:
    void changed();

private:
    [[nodiscard]] static Shape project(const data::Rings &rings);

    std::vector<Footprint> m_footprints;
    std::vector<Shape> m_shapes;
    std::vector<int> m_order; ///< of each: its place in the list
    QHash<QString, int> m_index;
    quint64 m_revision = 0;
};

} // namespace astra::map
