// SPDX-License-Identifier: Apache-2.0
#include "app/cli/area.h"

#include "app/cli/say.h"

namespace astra::cli {

namespace {

/// The polygons of a geometry, a Feature, or a FeatureCollection.
data::Rings ringsOf(const Json &json)
{
    const QString type = stringAt(json, "type");
    if (type == u"Feature")
        return data::ringsFromGeometry(member(json, "geometry"));
    data::Rings all;
    if (type == u"FeatureCollection" && member(json, "features").is_array()) {
        for (const auto &feature : member(json, "features")) {
            for (auto &ring : data::ringsFromGeometry(member(feature, "geometry")))
                all.push_back(std::move(ring));
        }
        return all;
    }
    return data::ringsFromGeometry(json);
}

} // namespace

Result<Area> areaFrom(const Arguments &arguments, const QString &fileOption)
{
    const bool hasBox = arguments.has(QStringLiteral("--bbox"));
    if (hasBox && arguments.has(fileOption))
        return fail(ErrorCode::InvalidInput, say("give either --bbox or %1").arg(fileOption));
    Area area;
    if (hasBox) {
        const auto box = data::GeoBox::parse(arguments.value(QStringLiteral("--bbox")));
        if (!box)
            return fail(ErrorCode::InvalidInput, say("--bbox: %1").arg(box.error().message));
        area.box = *box;
    } else if (arguments.has(fileOption)) {
        const QString path = arguments.value(fileOption);
        const auto json = readJsonFile(path, 16LL << 20);
        if (!json)
            return fail(ErrorCode::Storage, json.error().message);
        area.rings = ringsOf(*json);
        area.box = data::boundsOf(area.rings);
        if (!area.box || !area.box->isValid())
            return fail(ErrorCode::Storage, say("%1 holds no polygon in degrees").arg(path));
    }
    return area;
}

} // namespace astra::cli
