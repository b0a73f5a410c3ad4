// SPDX-License-Identifier: Apache-2.0
#pragma once

// When are two scenes the same acquisition? Never by their time alone, which differs by minutes between catalogues,
// but by what the product is called; only where that says nothing, by platform, time and footprint together.

#include "core/data/scene.h"

namespace astra::providers {

/// The names under which an item carries its product's identity; any may be empty.
struct ProductNames {
    QString id;
    QString productUri; ///< "s2:product_uri" and the like
    QString datatake; ///< "GS2B_20200705T101559_017394_N05.00"
    QString tile; ///< "32TMT", "MGRS-32TMT" or "T32TMT"
};

/// The key that all copies share, for example "S2B|20200705T101559|32TMT|L2A" or
/// "LC08|2|028030|20200114|02|L2". Where the names tell none, "family|id"; empty without a family.
/// @param family the product; the collection where that is not known
[[nodiscard]] QString acquisitionKey(const ProductNames &names, const QString &family);
/// The processing baseline ("05.00") that the names tell.
[[nodiscard]] QString baselineOf(const ProductNames &names);

/// Surface reflectance and surface temperature of one Landsat scene are two items at USGS.
[[nodiscard]] bool areHalves(const data::Scene &a, const data::Scene &b);
/// Takes the assets of the other half over.
void joinHalves(data::Scene &scene, const data::Scene &other);

/// Whether the key is the product's own name: platform, time and footprint then have no say.
[[nodiscard]] bool isNamed(const data::Scene &scene);
/// Whether two scenes that are not named may be one: of one instrument of one platform, within a second, over the same
/// ground, and at two catalogues; one catalogue does not list a scene twice, but two products of it.
[[nodiscard]] bool looksSame(const data::Scene &a, const data::Scene &b);
/// Scenes that share a key, or look the same, as acquisitions with their keys: two granules of a tile that came down
/// separately (one baseline, different ground) are two. In whatever order they come, the result is the same.
[[nodiscard]] std::vector<data::Acquisition> acquisitionsOf(std::vector<data::Scene> scenes);

} // namespace astra::providers
