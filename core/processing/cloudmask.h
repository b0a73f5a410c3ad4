// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

namespace astra::processing {

enum class MaskKind {
    Scl, ///< Sentinel-2 scene classification: no data, saturated, cloud shadow, cloud (medium, high), cirrus go
    QaPixel, ///< Landsat Collection 2: fill, dilated cloud, cirrus, cloud, cloud shadow go
};

/// Whether a pixel with this mask value is to be left out; an unknown one (NaN) is.
[[nodiscard]] bool isMasked(float maskValue, MaskKind kind);
/// NaN into `values` wherever the mask says so. Blocks of equal size; the mask's own nodata is NaN.
void applyCloudMask(data::Block &values, const data::Block &mask, MaskKind kind);
/// The band to look for: "scl", "qa_pixel".
[[nodiscard]] QString maskBand(MaskKind kind);

} // namespace astra::processing
