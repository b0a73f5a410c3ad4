// SPDX-License-Identifier: Apache-2.0
#pragma once

// When are two scenes the same acquisition? Never by their time, which differs by minutes between catalogues, but by
// what the product is called.

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
/// "LC08|2|028030|20200114|02|L2"; empty where the names tell none.
[[nodiscard]] QString acquisitionKey(const ProductNames &names, const QString &product);
/// The processing baseline ("05.00") that the names tell.
[[nodiscard]] QString baselineOf(const ProductNames &names);

/// Surface reflectance and surface temperature of one Landsat scene are two items at USGS: takes the other's assets
/// over. False where the two are not such halves.
bool joinHalves(data::Scene &scene, const data::Scene &other);
/// Whether two scenes with the same key are the same pixels or two parts of a tile that came down separately.
[[nodiscard]] bool isSameAcquisition(const data::Scene &a, const data::Scene &b);

} // namespace astra::providers
