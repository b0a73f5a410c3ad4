// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the file names of Landsat and Sentinel-2 products say. Pure: no file is touched.

#include "core/data/scene.h"

namespace astra::library {

/// One file recognised by its name.
struct ProductFile {
    QString group; ///< files with the same one are one scene: the product's name without the band
    QString product; ///< "landsat-c2-l2", "landsat-c1-l1", "sentinel-2-l2a", …; empty where the name does not tell
    QString platform; ///< "landsat-8", "sentinel-2a"; empty: unknown
    QString baseline; ///< "02.14"; empty: unknown
    QDateTime datetime; ///< invalid: unknown
    data::Band band; ///< native name, common name, nominal gsd
};
/// @param path for a SAFE product the folders count too. Nothing for a file that is no band of a known product.
[[nodiscard]] std::optional<ProductFile> productFile(const QString &path);

/// The common name of a Landsat band ("B4", 8 → "red"); empty where it has none.
[[nodiscard]] QString landsatCommonName(const QString &band, int mission);

} // namespace astra::library
