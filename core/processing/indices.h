// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

#include <QStringList>

#include <vector>

namespace astra::processing {

/// A spectral index. All of those here are normalised differences: (a − b) / (a + b).
struct NormalisedDifference {
    QString name; ///< "NDVI"
    QString title; ///< what it shows, in words
    QString formula; ///< "(nir − red) / (nir + red)"
    QStringList bands; ///< a and b, by common name
    double low = -1; ///< what is worth telling apart by colour
    double high = 1;
    QString ramp; ///< of render
};

[[nodiscard]] const std::vector<NormalisedDifference> &indices();
/// By name, in any case; null where there is none.
[[nodiscard]] const NormalisedDifference *findIndex(const QString &name);

/// The one kernel, for the map and for jobs: float32; NaN in either band, or a + b = 0, gives NaN. Blocks of equal
/// size.
[[nodiscard]] data::Block index(const std::vector<data::Block> &blocks, const QString &name);

} // namespace astra::processing
