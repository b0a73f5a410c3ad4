// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/sensor.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::stac {

/// One entry of an Item's `assets`. @param sensor what is known of the product; may be null
[[nodiscard]] std::optional<data::Asset> parseAsset(const QString &key, const Json &asset, const data::Sensor *sensor,
                                                    const ParseContext &context);
/// Applies the provider's rules: access, connection, and a public address instead of s3: where there is one.
void applyRules(data::Asset &asset, const std::vector<AssetRule> &rules);

} // namespace astra::providers::stac
