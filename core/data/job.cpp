// SPDX-License-Identifier: Apache-2.0
#include "core/data/job.h"

#include <QCoreApplication>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Recipe)
};

} // namespace

Json Recipe::toJson() const
{
    Json json {{"operation", toStd(operation)}, {"parameters", parameters}, {"mask_clouds", maskClouds}};
    if (bbox)
        json["bbox"] = bbox->toJson();
    return json;
}

Result<Recipe> Recipe::fromJson(const Json &json)
{
    Recipe recipe;
    const auto operation = asString(member(json, "operation"));
    if (!operation || operation->isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("The recipe names no operation."));
    recipe.operation = *operation;
    if (const Json &parameters = member(json, "parameters"); parameters.is_object())
        recipe.parameters = parameters;
    else if (!parameters.is_null())
        return fail(ErrorCode::InvalidInput, Text::tr("The recipe's parameters are not a JSON object."));
    if (const Json &bbox = member(json, "bbox"); !bbox.is_null()) {
        recipe.bbox = GeoBox::fromJson(bbox);
        if (!recipe.bbox)
            return fail(ErrorCode::InvalidInput, Text::tr("The recipe's rectangle is not four numbers in range."));
    }
    recipe.maskClouds = asBool(member(json, "mask_clouds")).value_or(false);
    return recipe;
}

Json Statistics::toJson() const
{
    if (valid == 0)
        return {{"valid", 0}, {"total", total}};
    return {{"minimum", minimum}, {"maximum", maximum}, {"mean", mean},
            {"stddev", stddev},   {"valid", valid},     {"total", total}};
}

} // namespace astra::data
