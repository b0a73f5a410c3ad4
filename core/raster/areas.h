// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"
#include "core/data/recipe.h"

#include <QRectF>

#include <functional>
#include <memory>

namespace astra::raster {

/// Polygons laid on a grid: a pixel belongs to each area that holds its centre (even–odd rule, edges as gdal_rasterize
/// takes them). Immutable after create(): thread-safe.
class Areas
{
public:
    /// Any number of vertices: edges are sorted by row once. Edges are straight in the grid's CRS, after long ones were
    /// divided so that they follow the line on the map to a quarter of a pixel.
    [[nodiscard]] static Result<Areas> create(const std::vector<data::NamedArea> &areas, const data::Grid &grid);
    /// The runs of pixels [from, to) of each area in one row of the grid, cut to the columns asked for.
    void spans(int row, int from, int to, const std::function<void(int area, int from, int to)> &each) const;
    /// Whether any pixel of the part belongs to any area: other tiles need not be read.
    [[nodiscard]] bool touches(int x, int y, int width, int height) const;
    /// Around an area's corners, in pixels of the grid; what lies far beyond the grid is not counted. Null: all of it.
    [[nodiscard]] QRectF bounds(int area) const;

private:
    struct Laid;
    std::shared_ptr<const Laid> m_laid;
};

} // namespace astra::raster
