// SPDX-License-Identifier: Apache-2.0
#include "core/data/recipe.h"

#include <QCoreApplication>

namespace astra::data {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Recipe)
};
} // namespace

Result<std::vector<NamedArea>> areasFromGeoJson(const Json &json)
{
    const Rings rings = ringsFromGeometry(json);
    if (rings.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("There is no polygon in the GeoJSON."));
    return std::vector {NamedArea {QStringLiteral("1"), rings}};
}

Json toGeoJson(const std::vector<NamedArea> &areas)
{
    Rings all;
    for (const auto &area : areas)
        all.insert(all.end(), area.rings.begin(), area.rings.end());
    return geometryFromRings(all);
}

} // namespace astra::data
