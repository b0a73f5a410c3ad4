// SPDX-License-Identifier: Apache-2.0
#include "core/processing/targetgrid.h"

#include "core/raster/geodesy.h"

#include <algorithm>

namespace astra::processing {

Result<data::Grid> targetGrid(const std::vector<BandGrid> &grids, Extent extent, const data::Recipe &recipe)
{
    Q_UNUSED(extent)
    const auto finest = std::min_element(
        grids.begin(), grids.end(), [](const auto &a, const auto &b) { return a.grid.pixelWidth < b.grid.pixelWidth; });
    if (!recipe.bbox)
        return finest->grid;
    return raster::cropped(finest->grid, *recipe.bbox);
}

} // namespace astra::processing
