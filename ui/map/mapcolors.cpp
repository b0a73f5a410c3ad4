// SPDX-License-Identifier: Apache-2.0
#include "ui/map/mapcolors.h"

namespace astra::map {

MapColors MapColors::from(const QVariantMap &map)
{
    const auto color = [&map](const QString &name) { return map.value(name).value<QColor>(); };
    MapColors colors;
    colors.water = color(QStringLiteral("water"));
    colors.land = color(QStringLiteral("land"));
    colors.border = color(QStringLiteral("border"));
    colors.label = color(QStringLiteral("label"));
    colors.footprint = color(QStringLiteral("footprint"));
    colors.hovered = color(QStringLiteral("hovered"));
    colors.chosen = color(QStringLiteral("chosen"));
    colors.chosenFill = color(QStringLiteral("chosenFill"));
    colors.casing = color(QStringLiteral("casing"));
    return colors;
}

} // namespace astra::map
