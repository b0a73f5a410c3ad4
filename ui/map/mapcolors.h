// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QColor>
#include <QVariantMap>

namespace astra::map {

/// The map's colours; Theme.mapColors in QML, one entry for each member.
struct MapColors {
    QColor water, land, border, label, footprint, hovered, chosen, chosenFill, casing;

    [[nodiscard]] static MapColors from(const QVariantMap &map);
    friend bool operator==(const MapColors &, const MapColors &) = default;
};

} // namespace astra::map
