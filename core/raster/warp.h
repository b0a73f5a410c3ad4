// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/raster/dataset.h"

namespace astra::raster {

enum class Resampling {
    Nearest, ///< for classes and bit masks
    Bilinear, ///< for what is looked at or computed with
    Average, ///< for shrinking without gaps
};

/// Raw numbers (DN) of one band on another grid: picks the overview whose pixels are not larger than the target's,
/// reads one window, resamples. NaN where the file has no data or does not reach. Positions are within a quarter of a
/// source pixel of PROJ's own answer.
/// @param nodata absent: the file's own tag
[[nodiscard]] Result<data::Block> readOnGrid(Dataset &dataset, int band, const data::Grid &target,
                                             Resampling resampling, std::optional<double> nodata = {});

} // namespace astra::raster
