// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one rule for how a file's numbers become values. Decided once per band and scene, and said in words, so that the
// map, a point value and a job can neither differ nor be silent about it. The numbers are the product's
// (resources/sensors); here is only who is believed. docs/radiometry.md tells it at length.

#include "core/raster/pixelevidence.h"

namespace astra::raster {

/// Who is believed, in this order: a person's override of the offset; the item (that the offset is gone from the
/// pixels, then its scale and offset, the offset only for reflectance); the processing baseline; the pixels, where item
/// and baseline are silent or contradict each other; the product's table; the file's tags; else the numbers stand as
/// they are. Where the pixels contradict what was decided, `warning` says so.
/// @param file null where it is not open yet; then its tags and nodata are not known
/// @param evidence null where the pixels were not asked
[[nodiscard]] data::Radiometry radiometry(const data::Scene &scene, const data::BandRef &band, const Info *file,
                                          const PixelEvidence *evidence = nullptr);

/// The scale of a band and the offset that its product's pixels may or may not carry (Sentinel-2: −0.1, whatever the
/// baseline); nothing for a product without any.
[[nodiscard]] std::optional<data::Radiometry> productOffset(const data::Scene &scene, const data::BandRef &band);

/// Whether the product's pixels may carry the offset of a processing baseline or not, so that a person may override it.
[[nodiscard]] bool carriesOffset(const data::Scene &scene);

/// value = DN × scale + offset; NaN stays NaN.
void apply(data::Block &block, const data::Radiometry &radiometry);

/// "DN × 0.0001 − 0.1: item metadata", "DN: raw values; no rule is known for them".
[[nodiscard]] QString describe(const data::Radiometry &radiometry);
/// {"rule", "scale", "offset", "nodata", "quantity", "source", "warning"}, as results carry it.
[[nodiscard]] Json toJson(const data::Radiometry &radiometry);

} // namespace astra::raster
