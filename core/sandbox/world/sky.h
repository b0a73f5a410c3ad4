// SPDX-License-Identifier: Apache-2.0
#pragma once

// Clouds with soft edges, and where their shadows fall.

#include "core/sandbox/world/spectra.h"

#include <vector>

namespace astra::sandbox {

struct Weather {
    std::uint32_t seed = 0;
    float level = 2; ///< what the noise must exceed to be cloud; 1 and more: a clear sky
    float size = 2600; ///< metres, of a cloud
    float height = 1300; ///< metres above ground, of its base
};

/// How dense cloud is over, and between the sun and, each pixel of a square part of the world.
class Sky
{
public:
    /// @param first the part's first column and row in the whole world @param size pixels a side
    Sky(const Weather &weather, const Season &season, int first, int size);
    /// Fills the rows of 20 m cells from…to (of `cellRows`), so that several threads can share the work.
    void fill(int from, int to);
    [[nodiscard]] int cellRows() const { return m_cells; }

    [[nodiscard]] float cloud(int column, int row) const { return smooth(m_cloud, column, row); } ///< 0 … 1
    [[nodiscard]] float shadow(int column, int row) const { return smooth(m_shadow, column, row); } ///< 0 … 1
    /// What the sensor sees of the ground below.
    [[nodiscard]] static Spectrum seen(const Spectrum &ground, float cloud, float shadow);

private:
    [[nodiscard]] float density(float x, float y) const;
    [[nodiscard]] float smooth(const std::vector<float> &cells, int column, int row) const;

    Weather m_weather;
    float m_offsetX; ///< metres from a shadow to its cloud
    float m_offsetY;
    int m_first;
    int m_cells;
    std::vector<float> m_cloud; ///< with a border of one cell
    std::vector<float> m_shadow;
};

} // namespace astra::sandbox
