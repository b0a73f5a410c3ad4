// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"

#include <functional>

namespace astra::processing {

/// How much of the WGS 84 ellipsoid each pixel of a grid covers. A map projection stretches: a 10 m pixel of UTM is
/// 99.8 to 100.1 m², one of Web Mercator at 60° a quarter of what it seems. Immutable: any thread.
class PixelAreas
{
public:
    /// Blocks for milliseconds: transforms a lattice over the whole grid.
    [[nodiscard]] static Result<PixelAreas> create(const data::Grid &grid);
    /// A row of the grid from column `from` to before `to`, in runs of one area (square metres a pixel): 64 columns or
    /// more. What a pixel gets depends on its place in the grid alone.
    void row(int row, int from, int to, const std::function<void(int from, int to, double area)> &each) const;
    [[nodiscard]] const data::Grid &grid() const { return m_grid; }

private:
    data::Grid m_grid;
    int m_columnStep = 0; ///< pixels a cell of the lattice is wide; the whole grid where rows are uniform
    int m_rowStep = 0;
    int m_columns = 0; ///< cells in a row of the lattice
    std::vector<double> m_areas; ///< m² a pixel, by cell
};

} // namespace astra::processing
