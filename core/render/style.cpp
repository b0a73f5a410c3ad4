// SPDX-License-Identifier: Apache-2.0
#include "core/render/style.h"

#include <algorithm>
#include <cmath>

namespace astra::render {

namespace {

constexpr int tableSize = 1024; // finer than 8 bits can show

using Colour = std::array<std::uint8_t, 3>;

Colour colourAt(const Ramp &ramp, double t)
{
    const double position = std::clamp(t, 0.0, 1.0) * static_cast<double>(ramp.stops.size() - 1);
    const auto below = std::min(static_cast<std::size_t>(position), ramp.stops.size() - 1);
    const auto above = std::min(below + 1, ramp.stops.size() - 1);
    const double f = position - static_cast<double>(below);
    Colour colour {};
    for (std::size_t c = 0; c < 3; ++c)
        colour[c] = static_cast<std::uint8_t>(std::lround(ramp.stops[below][c] * (1 - f) + ramp.stops[above][c] * f));
    return colour;
}

/// Value → place in a table: computed once per picture, looked up per pixel.
class Scale
{
public:
    explicit Scale(const Style &style)
        : m_low(static_cast<float>(style.low))
        , m_factor(style.high != style.low ? static_cast<float>((tableSize - 1) / (style.high - style.low)) : 0.0F)
    {
    }
    [[nodiscard]] std::size_t operator()(float value) const
    {
        const float place = (value - m_low) * m_factor + 0.5F;
        return static_cast<std::size_t>(std::clamp(place, 0.0F, static_cast<float>(tableSize - 1)));
    }

private:
    float m_low;
    float m_factor;
};

void paintComposite(const std::vector<data::Block> &blocks, const Style &style, data::Picture &picture)
{
    std::array<std::uint8_t, tableSize> level {};
    const double power = style.gamma > 0 ? 1 / style.gamma : 1;
    for (std::size_t i = 0; i < level.size(); ++i)
        level[i] = static_cast<std::uint8_t>(
            std::lround(255 * std::pow(static_cast<double>(i) / (tableSize - 1), power)));
    const Scale scale(style);
    for (std::size_t i = 0; i < blocks[0].values.size(); ++i) {
        const float r = blocks[0].values[i];
        const float g = blocks[1].values[i];
        const float b = blocks[2].values[i];
        if (std::isnan(r) || std::isnan(g) || std::isnan(b))
            continue;
        std::uint8_t *pixel = picture.rgba.data() + 4 * i;
        pixel[0] = level[scale(r)];
        pixel[1] = level[scale(g)];
        pixel[2] = level[scale(b)];
        pixel[3] = 255;
    }
}

void paintRamp(const data::Block &block, const Style &style, data::Picture &picture)
{
    const Ramp *colours = ramp(style.ramp);
    if (!colours)
        colours = ramp(QStringLiteral("greys"));
    std::vector<Colour> table(tableSize);
    for (std::size_t i = 0; i < table.size(); ++i)
        table[i] = colourAt(*colours, static_cast<double>(i) / (tableSize - 1));
    const Scale scale(style);
    for (std::size_t i = 0; i < block.values.size(); ++i) {
        const float value = block.values[i];
        if (std::isnan(value))
            continue;
        const Colour &colour = table[scale(value)];
        std::copy(colour.begin(), colour.end(), picture.rgba.data() + 4 * i);
        picture.rgba[4 * i + 3] = 255;
    }
}

void paintClasses(const data::Block &block, const Style &style, data::Picture &picture)
{
    std::vector<std::array<std::uint8_t, 4>> table; // as a texture takes them
    table.reserve(style.palette.size());
    for (const auto &[colour, name] : style.palette) {
        const auto times = [alpha = colour[3]](std::uint8_t part) {
            return static_cast<std::uint8_t>((part * alpha + 127) / 255);
        };
        table.push_back({times(colour[0]), times(colour[1]), times(colour[2]), colour[3]});
    }
    for (std::size_t i = 0; i < block.values.size(); ++i) {
        const float value = block.values[i];
        if (!(value >= 0) || value >= static_cast<float>(table.size()))
            continue;
        const auto &colour = table[static_cast<std::size_t>(value)];
        std::copy(colour.begin(), colour.end(), picture.rgba.data() + 4 * i);
    }
}

} // namespace

data::Picture paint(const std::vector<data::Block> &blocks, const Style &style)
{
    data::Picture picture;
    if (blocks.empty())
        return picture;
    picture.width = blocks[0].width;
    picture.height = blocks[0].height;
    picture.rgba.assign(4 * blocks[0].values.size(), 0);
    const bool sameSize = std::all_of(blocks.begin(), blocks.end(),
                                      [&](const data::Block &b) { return b.values.size() == blocks[0].values.size(); });
    Q_ASSERT(sameSize);
    if (!style.palette.empty())
        paintClasses(blocks[0], style, picture);
    else if (style.index.isEmpty() && blocks.size() >= 3 && sameSize)
        paintComposite(blocks, style, picture);
    else
        paintRamp(blocks[0], style, picture);
    return picture;
}

} // namespace astra::render
