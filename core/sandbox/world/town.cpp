// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/town.h"

#include "core/sandbox/world/noise.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
struct Place {
    float x, y, radius;
};
constexpr float townX = 12900;
constexpr float townY = 9650;
constexpr std::array<Place, 13> villages {{{7000, 11300, 420},
                                           {3600, 6100, 360},
                                           {16900, 7000, 460},
                                           {15300, 11700, 430},
                                           {10300, 13400, 470},
                                           {18300, 9500, 300},
                                           {5000, 8800, 330},
                                           {8100, 9900, 380},
                                           {13700, 13000, 290},
                                           {900, 8600, 330},
                                           {11900, 16300, 270},
                                           {5900, 6500, 300},
                                           {19400, 12700, 300}}};
/// Which villages a road joins; −1 is the town.
constexpr std::array<std::pair<int, int>, 13> links {
    {{-1, 2}, {-1, 3}, {-1, 4}, {2, 5}, {3, 8}, {8, 4}, {4, 0}, {0, 6}, {6, 1}, {6, 9}, {0, 7}, {7, 11}, {3, 12}}};

/// One lot within a block: a roof with the garden's share, or a yard. Houses of a block resemble each other.
void layLot(float p, float q, float size, float built, std::uint32_t block, Site &site)
{
    const auto i = static_cast<std::int32_t>(std::floor(p / size));
    const auto j = static_cast<std::int32_t>(std::floor(q / size));
    const auto b = static_cast<std::int32_t>(block);
    const float kind = 0.55F * unit(i, j, 620) + 0.45F * unit(b, 0, 620);
    site.cover = kind < 0.60F ? Cover::RedRoof : kind < 0.93F ? Cover::GreyRoof : Cover::BrightRoof;
    site.tone = 0.66F + 0.34F * unit(i, j, 611) + 0.34F * unit(b, 1, 611);
    site.vigour = 0.8F + 0.2F * unit(i, j, 621);
    const float green = clamp01(1.15F - 1.2F * built + 0.5F * (unit(b, 2, 622) - 0.5F));
    site.overlay = unit(i, j, 623) < 0.5F ? Cover::Broadleaf : Cover::Meadow;
    site.share = clamp01(green * (0.5F + 0.6F * unit(i, j, 622)));
    if (built > 0.5F && unit(i, j, 624) < 0.2F) {
        site.overlay = Cover::Street;
        site.share = 0.6F;
    }
}
} // namespace

float builtAt(float x, float y)
{
    const float wobble = std::max(0.25F, 1 + 0.95F * fractal(x / 800, y / 800, 5, 601));
    const float town = std::sqrt((x - townX) * (x - townX) + 1.5F * (y - townY) * (y - townY));
    float built = 1.15F - town / (1900 * wobble + 150);
    for (const Place &v : villages) {
        const float d = std::sqrt((x - v.x) * (x - v.x) + (y - v.y) * (y - v.y));
        if (d < 2.2F * v.radius)
            built = std::max(built, 0.66F * (1.05F - d / (0.85F * v.radius * wobble * wobble + 30)));
    }
    return clamp01(built);
}

void layTown(float x, float y, float built, Site &site)
{
    // Streets follow a slowly turning grid.
    const float wx = x + 210 * gradientNoise(x / 1300, y / 1300, 631);
    const float wy = y + 210 * gradientNoise(x / 1300, y / 1300, 632);
    constexpr float cosine = 0.8944272F;
    constexpr float sine = 0.4472136F;
    const float p = cosine * wx + sine * wy;
    const float q = cosine * wy - sine * wx;
    const bool works = (x - 14900) * (x - 14900) + 2 * (y - 9900) * (y - 9900) < 900.0F * 900.0F;
    const float blockP = works ? 260 : built > 0.7F ? 105 : 150;
    const float blockQ = works ? 170 : built > 0.7F ? 74 : 96;
    const auto i = static_cast<std::int32_t>(std::floor(p / blockP));
    const auto j = static_cast<std::int32_t>(std::floor(q / blockQ));
    const float inP = p - static_cast<float>(i) * blockP;
    const float inQ = q - static_cast<float>(j) * blockQ;
    const float edge = std::min(std::min(inP, blockP - inP), std::min(inQ, blockQ - inQ));

    site.shift = 0;
    if (works && unit(i, j, 640) < 0.8F) {
        const auto hall = static_cast<std::int32_t>(std::floor(inP / 65));
        site.cover = unit(i * 8 + hall, j, 641) < 0.55F ? Cover::BrightRoof : Cover::GreyRoof;
        site.tone = 0.7F + 0.6F * unit(i * 8 + hall, j, 642);
        site.overlay = Cover::Street;
        site.share = edge < 22 || inP - static_cast<float>(hall) * 65 < 14 ? 0.85F : 0.0F;
    } else if (unit(i / 2, j / 2, 643) < 0.06F || unit(i, j, 643) < 0.03F) {
        site.cover = unit(i, j, 644) < 0.5F ? Cover::Meadow : Cover::Broadleaf; // a park
        site.vigour = 0.9F;
        site.tone = 0.9F + 0.2F * unit(static_cast<std::int32_t>(x / 10), static_cast<std::int32_t>(y / 10), 645);
        site.share = 0;
    } else {
        layLot(p, q, built > 0.7F ? 19 : 24, built, hashOf(i, j, 646), site);
    }
    const bool avenue = i % 6 == 0 && (inP < blockP / 2);
    const float half = avenue ? 11.0F : 5.0F;
    const float street = clamp01((half + 4 - edge) / 9);
    if (street > 0.25F && street > site.share * 0.5F) {
        site.overlay = Cover::Street;
        site.share = street;
    }
}

void layRoads(float x, float y, float river, Site &site)
{
    const float wx = x + 260 * gradientNoise(x / 1500, y / 1500, 651);
    const float wy = y + 260 * gradientNoise(x / 1500, y / 1500, 652);
    float road = 0;
    const float through = 10600 + 1400 * gradientNoise(wx / 5200, 2.2F, 653) + 120 * (wx / 4000);
    road = clamp01((13 + 5 - std::abs(wy - through)) / 10); // the motorway
    if (y > 9800)
        road = std::max(road, 0.8F * clamp01((6 + 5 - std::abs(river - 330)) / 10)); // up the valley
    for (const auto &[from, to] : links) {
        const Place a = from < 0 ? Place {townX, townY, 0} : villages[static_cast<std::size_t>(from)];
        const Place b = villages[static_cast<std::size_t>(to)];
        const float length2 = (b.x - a.x) * (b.x - a.x) + (b.y - a.y) * (b.y - a.y);
        const float t = clamp01(((wx - a.x) * (b.x - a.x) + (wy - a.y) * (b.y - a.y)) / length2);
        const float dx = wx - a.x - t * (b.x - a.x);
        const float dy = wy - a.y - t * (b.y - a.y);
        if (std::abs(dx) < 12 && std::abs(dy) < 12)
            road = std::max(road, 0.75F * clamp01((5 + 5 - std::sqrt(dx * dx + dy * dy)) / 10));
    }
    if (road > site.share * (site.overlay == Cover::Water ? 0.4F : 0.9F) && road > 0.1F) {
        site.overlay = Cover::Road;
        site.share = road;
    }
}

} // namespace astra::sandbox
