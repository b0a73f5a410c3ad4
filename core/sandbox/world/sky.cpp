// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/sky.h"

#include "core/sandbox/world/noise.h"

namespace astra::sandbox {

namespace {
constexpr float cellMetres = 2 * pixelMetres;
constexpr float softness = 0.34F; ///< of the noise, from an edge to full density
} // namespace

Sky::Sky(const Weather &weather, const Season &season, int first, int size)
    : m_weather(weather)
    , m_offsetX(weather.height * season.sunX / season.sunZ)
    , m_offsetY(weather.height * season.sunY / season.sunZ)
    , m_first(first)
    , m_cells(size / 2 + 2)
    , m_cloud(static_cast<std::size_t>(m_cells) * static_cast<std::size_t>(m_cells))
    , m_shadow(m_cloud.size())
{
}

float Sky::density(float x, float y) const
{
    if (m_weather.level >= 1)
        return 0;
    const float wide = 0.55F * gradientNoise(x / 11000, y / 11000, m_weather.seed + 50);
    const float px = x / m_weather.size;
    const float py = y / m_weather.size;
    if (wide + 0.9F + 0.3F < m_weather.level)
        return 0;
    const float d = step(m_weather.level, m_weather.level + softness, wide + fractal(px, py, 7, m_weather.seed));
    return d < 0.02F ? 0 : d; // no veil too thin to be seen: a pixel is either touched by cloud or not
}

void Sky::fill(int from, int to)
{
    for (int row = from; row < to; ++row) {
        const float y = static_cast<float>(m_first) * pixelMetres + (static_cast<float>(row) - 0.5F) * cellMetres;
        for (int column = 0; column < m_cells; ++column) {
            const float x = static_cast<float>(m_first) * pixelMetres
                + (static_cast<float>(column) - 0.5F) * cellMetres;
            const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(m_cells)
                + static_cast<std::size_t>(column);
            m_cloud[i] = density(x, y);
            m_shadow[i] = density(x + m_offsetX, y + m_offsetY);
        }
    }
}

float Sky::smooth(const std::vector<float> &cells, int column, int row) const
{
    // A 10 m pixel lies a quarter of a cell off the middle of its own: nine, three, three and one sixteenths.
    const int cx = column / 2 + 1;
    const int cy = row / 2 + 1;
    const int nx = (column & 1) != 0 ? cx + 1 : cx - 1;
    const int ny = (row & 1) != 0 ? cy + 1 : cy - 1;
    const auto at = [&](int x, int y) {
        return cells[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_cells) + static_cast<std::size_t>(x)];
    };
    return (9 * at(cx, cy) + 3 * (at(nx, cy) + at(cx, ny)) + at(nx, ny)) / 16;
}

Spectrum Sky::seen(const Spectrum &ground, float cloud, float shadow)
{
    constexpr Spectrum white {0.96F, 0.95F, 0.95F, 0.96F, 1.0F, 1.0F, 0.55F, 0.38F};
    const float lit = 1 - 0.66F * shadow;
    const float bright = 0.13F + 0.62F * cloud * cloud;
    Spectrum s;
    for (std::size_t i = 0; i < s.size(); ++i)
        s[i] = mix(ground[i] * lit, white[i] * bright, cloud);
    return s;
}

} // namespace astra::sandbox
