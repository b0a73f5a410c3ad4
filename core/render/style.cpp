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

Style composite(const QString &id, const QStringList &bands, double high, double gamma)
{
    Style s;
    s.id = id;
    s.bands = bands;
    s.high = high;
    s.gamma = gamma;
    return s;
}

Style indexStyle(const QString &name, const QStringList &bands, double low, double high, const QString &ramp)
{
    Style s;
    s.id = name.toLower();
    s.bands = bands;
    s.index = name;
    s.low = low;
    s.high = high;
    s.ramp = ramp;
    return s;
}

std::vector<Style> builtIn()
{
    const QString red = QStringLiteral("red");
    const QString green = QStringLiteral("green");
    const QString blue = QStringLiteral("blue");
    const QString nir = QStringLiteral("nir");
    const QString nir08 = QStringLiteral("nir08");
    const QString swir16 = QStringLiteral("swir16");
    const QString swir22 = QStringLiteral("swir22");
    // Ranges: what tells surfaces apart, not −1…1, where nearly all of a picture would be one colour.
    return {
        composite(QStringLiteral("true-color"), {red, green, blue}, 0.30, 1.4),
        composite(QStringLiteral("color-infrared"), {nir, red, green}, 0.40, 1.0),
        indexStyle(QStringLiteral("NDVI"), {nir, red}, -0.2, 0.9, QStringLiteral("rdylgn")),
        indexStyle(QStringLiteral("NDWI"), {green, nir}, -0.8, 0.8, QStringLiteral("brbg")),
        indexStyle(QStringLiteral("MNDWI"), {green, swir16}, -0.8, 0.8, QStringLiteral("brbg")),
        indexStyle(QStringLiteral("NDMI"), {nir08, swir16}, -0.8, 0.8, QStringLiteral("rdbu")),
        indexStyle(QStringLiteral("NDSI"), {green, swir16}, 0, 1, QStringLiteral("blues")),
        indexStyle(QStringLiteral("NBR"), {nir, swir22}, -0.5, 1, QStringLiteral("rdylgn")),
        indexStyle(QStringLiteral("NDBI"), {swir16, nir}, -0.5, 0.5, QStringLiteral("rdbu-reversed")),
    };
}

} // namespace

const std::vector<Style> &styles()
{
    static const std::vector<Style> all = builtIn();
    return all;
}

std::optional<Style> styleNamed(const QString &id)
{
    for (const auto &style : styles()) {
        if (style.id.compare(id, Qt::CaseInsensitive) == 0)
            return style;
    }
    return std::nullopt;
}

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
    if (style.index.isEmpty() && blocks.size() >= 3 && sameSize)
        paintComposite(blocks, style, picture);
    else
        paintRamp(blocks[0], style, picture);
    return picture;
}

} // namespace astra::render
