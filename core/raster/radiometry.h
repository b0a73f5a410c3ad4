// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one rule for how a file's numbers become values. Decided once per band and scene, and said in words, so that the
// map, a point value and a job can neither differ nor be silent about it.

#include "core/raster/dataset.h"

namespace astra::raster {

/// Who is believed, in this order: the item's own statement (its offset only for reflectance, and not where it says the
/// offset was removed from the pixels already), Sentinel-2's processing baseline, the product's table, the file's
/// tags; else the numbers stand as they are.
/// @param file null where it is not open yet; then its tags and nodata are not known
[[nodiscard]] data::Radiometry radiometry(const data::Scene &scene, const data::BandRef &band, const Info *file);

/// value = DN × scale + offset; NaN stays NaN.
void apply(data::Block &block, const data::Radiometry &radiometry);

/// "DN × 0.0001 − 0.1: item metadata", "raw values: …".
[[nodiscard]] QString describe(const data::Radiometry &radiometry);

} // namespace astra::raster
