// SPDX-License-Identifier: Apache-2.0
#include "core/render/style.h"

#include <algorithm>

namespace astra::render {

namespace {

Ramp make(const QString &id, const std::vector<std::uint32_t> &colours)
{
    Ramp r {id, {}};
    for (const auto c : colours) {
        r.stops.push_back(
            {static_cast<std::uint8_t>(c >> 16), static_cast<std::uint8_t>(c >> 8), static_cast<std::uint8_t>(c)});
    }
    return r;
}

Ramp reversed(const QString &id, Ramp ramp)
{
    ramp.id = id;
    std::reverse(ramp.stops.begin(), ramp.stops.end());
    return ramp;
}

const std::vector<Ramp> &ramps()
{
    // ColorBrewer 2.0 (Cynthia Brewer, Apache-2.0), the 11-class diverging schemes and 9-class Blues; viridis and
    // cividis (matplotlib, CC0) at eleven even steps.
    static const std::vector<Ramp> all = [] {
        std::vector<Ramp> r {
            make(QStringLiteral("rdylgn"),
                 {0xa50026, 0xd73027, 0xf46d43, 0xfdae61, 0xfee08b, 0xffffbf, 0xd9ef8b, 0xa6d96a, 0x66bd63, 0x1a9850,
                  0x006837}),
            make(QStringLiteral("brbg"),
                 {0x543005, 0x8c510a, 0xbf812d, 0xdfc27d, 0xf6e8c3, 0xf5f5f5, 0xc7eae5, 0x80cdc1, 0x35978f, 0x01665e,
                  0x003c30}),
            make(QStringLiteral("puor"),
                 {0x7f3b08, 0xb35806, 0xe08214, 0xfdb863, 0xfee0b6, 0xf7f7f7, 0xd8daeb, 0xb2abd2, 0x8073ac, 0x542788,
                  0x2d004b}),
            make(QStringLiteral("prgn"),
                 {0x40004b, 0x762a83, 0x9970ab, 0xc2a5cf, 0xe7d4e8, 0xf7f7f7, 0xd9f0d3, 0xa6dba0, 0x5aae61, 0x1b7837,
                  0x00441b}),
            make(QStringLiteral("rdbu"),
                 {0x67001f, 0xb2182b, 0xd6604d, 0xf4a582, 0xfddbc7, 0xf7f7f7, 0xd1e5f0, 0x92c5de, 0x4393c3, 0x2166ac,
                  0x053061}),
            make(QStringLiteral("blues"),
                 {0xf7fbff, 0xdeebf7, 0xc6dbef, 0x9ecae1, 0x6baed6, 0x4292c6, 0x2171b5, 0x08519c, 0x08306b}),
            make(QStringLiteral("viridis"),
                 {0x440154, 0x482475, 0x414487, 0x355f8d, 0x2a788e, 0x21918c, 0x22a884, 0x44bf70, 0x7ad151, 0xbddf26,
                  0xfde725}),
            make(QStringLiteral("cividis"),
                 {0x00224e, 0x083370, 0x35456c, 0x4f576c, 0x666970, 0x7d7c78, 0x948e77, 0xaea371, 0xc8b866, 0xe5cf52,
                  0xfee838}),
            make(QStringLiteral("greys"), {0x000000, 0xffffff}),
        };
        r.push_back(reversed(QStringLiteral("rdbu-reversed"), r[4]));
        return r;
    }();
    return all;
}

} // namespace

const Ramp *ramp(const QString &id)
{
    const auto found = std::find_if(ramps().begin(), ramps().end(), [&](const Ramp &r) { return r.id == id; });
    return found == ramps().end() ? nullptr : &*found;
}

} // namespace astra::render
