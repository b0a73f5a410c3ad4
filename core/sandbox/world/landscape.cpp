// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/landscape.h"

#include "core/sandbox/world/fields.h"
#include "core/sandbox/world/noise.h"
#include "core/sandbox/world/terrain.h"
#include "core/sandbox/world/town.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
void layWater(float x, float y, const Shore &shore, Site &site)
{
    site.depth = std::max(0.4F, -site.elevation);
    const float inRiver = step(-500, 300, shore.coast);
    // What the river carries drifts out of the bay and eastwards.
    const float dx = x - 10250 - 0.22F * std::max(0.0F, 9300 - y);
    const float out = std::max(0.0F, 9300 - y);
    const float plume = bump(dx / (700 + 0.42F * out + 260 * fractal(x / 1100, y / 1100, 4, 701)))
        * step(5600, 300, out + 900 * fractal(x / 1500, y / 1500, 4, 702));
    site.silt = clamp01(std::max(0.75F * inRiver, 0.85F * plume) + 0.10F * fractal(x / 600, y / 600, 4, 703) * plume);
    const float swell = gradientNoise(x / 1700 + y / 5200, y / 900 - x / 2700, 704);
    site.tone = 1 + 0.10F * fractal(x / 2600, y / 1500, 5, 705) + 0.05F * swell
        + 0.035F * gradientNoise(x / 75 + y / 130, y / 38, 706);
    if (inRiver < 0.5F) {
        const float open = 1 - 0.55F * shore.bay;
        const float off = -shore.coast + 26 * fractal(x / 160, y / 160, 3, 707);
        const float line = std::max(bump((off - 14) / 17),
                                    shore.beach
                                        * std::max(0.75F * bump((off - 58) / 14), 0.45F * bump((off - 104) / 12)));
        site.foam = clamp01(line * open * (0.55F + 1.1F * fractal(x / 130, y / 130, 3, 708)));
    }
}

bool forestAt(float x, float y, const Site &site, float slope)
{
    const float woods = fractal(x / 1500, y / 1500, 6, 721) + 0.12F * gradientNoise(x / 60, y / 60, 722);
    const float wish = woods + 0.80F * step(0.10F, 0.34F, slope) + 0.30F * step(160, 480, site.elevation);
    return wish > 0.40F;
}

void layForest(float x, float y, Site &site)
{
    const float kind = fractal(x / 900, y / 900, 4, 731) + 0.35F * step(500, 1000, site.elevation)
        + 0.10F * unit(static_cast<std::int32_t>(x / 20), static_cast<std::int32_t>(y / 20), 732);
    site.cover = kind > 0.22F ? Cover::Conifer : Cover::Broadleaf;
    const auto px = static_cast<std::int32_t>(x / 10);
    const auto py = static_cast<std::int32_t>(y / 10);
    site.tone = 1 + 0.30F * gradientNoise(x / 28, y / 28, 733) + 0.22F * gradientNoise(x / 170, y / 170, 734)
        + 0.10F * (unit(px, py, 735) - 0.5F);
    site.vigour = 0.93F + 0.18F * gradientNoise(x / 350, y / 350, 736);
    site.shift = 10 * gradientNoise(x / 500, y / 500, 737) + site.elevation / 60;
    if (fractal(x / 420, y / 420, 2, 738) > 0.52F && gradientNoise(x / 70, y / 70, 739) > -0.2F)
        site.cover = Cover::Heath; // felled
    site.share = 0;
}

void layHeights(float x, float y, float slope, Site &site)
{
    const float wild = fractal(x / 380, y / 380, 5, 741);
    const float bare = 1.5F * step(0.55F, 1.05F, slope) + 0.5F * step(1200, 1700, site.elevation) + 0.9F * wild;
    site.cover = bare > 0.95F                         ? Cover::Rock
        : wild + (site.elevation - 900) / 900 > 0.12F ? Cover::AlpineGrass
                                                      : Cover::Heath;
    site.tone = 1 + 0.22F * gradientNoise(x / 45, y / 45, 742) + 0.18F * wild;
    site.vigour = 0.85F + 0.25F * wild;
    site.shift = site.elevation / 45;
    site.overlay = Cover::Rock;
    site.share = clamp01((bare - 0.5F) * 1.1F);
}

void layLand(float x, float y, const Shore &shore, Site &site)
{
    const float slope = std::sqrt(site.slopeX * site.slopeX + site.slopeY * site.slopeY);
    const float sand = 95 * shore.beach * (0.8F + 0.5F * fractal(x / 300, y / 300, 3, 711));
    if (shore.coast < sand) {
        site.cover = Cover::Sand;
        site.tone = 1.02F + 0.08F * fractal(x / 120, y / 120, 3, 712) - 0.25F * step(22, 0, shore.coast);
        return;
    }
    if (shore.coast < sand + 140 * shore.beach) { // dunes
        site.cover = Cover::Heath;
        site.overlay = Cover::Sand;
        site.share = clamp01(0.45F + 0.9F * fractal(x / 90, y / 90, 3, 713));
        return;
    }
    if (shore.coast < 26 && shore.bay < 0.6F) {
        site.cover = Cover::Rock;
        site.tone = 0.85F + 0.35F * fractal(x / 40, y / 40, 2, 714);
        return;
    }
    const float tree = 1020 + 420 * fractal(x / 800, y / 800, 6, 715);
    const bool woods = forestAt(x, y, site, slope);
    const float built = slope < 0.22F ? builtAt(x, y) : 0;
    const float bank = shore.land - 30 - 45 * gradientNoise(x / 200, y / 200, 716);
    const bool bare = site.elevation > tree || (site.elevation > 420 && !woods);
    if (built > 0.06F && shore.land > 18)
        layTown(x, y, built, site);
    else if (!bare && (woods || (bank < 0 && shore.coast > 500)))
        layForest(x, y, site);
    else if (bare || shore.coast < 130 + 170 * fractal(x / 500, y / 500, 3, 717))
        layHeights(x, y, slope, site);
    else
        layFields(x, y, site);
    layRoads(x, y, shore.river, site);
}
} // namespace

Site siteAt(float x, float y, float elevation, float east, float south)
{
    const Shore shore = shoreAt(x, y);
    Site site;
    site.elevation = elevation;
    site.slopeX = shore.land > 6 ? (east - elevation) / pixelMetres : 0;
    site.slopeY = shore.land > 6 ? (south - elevation) / pixelMetres : 0;
    const float water = clamp01(0.5F - shore.land / 10);
    if (water < 1)
        layLand(x, y, shore, site);
    if (water > 0) {
        layWater(x, y, shore, site);
        if (water >= 1) {
            site.cover = Cover::Water;
            site.share = 0;
            if (shore.coast > 60)
                layRoads(x, y, 9999, site); // bridges
        } else if (site.overlay != Cover::Road || site.share < 0.5F) {
            site.overlay = Cover::Water;
            site.share = water;
        }
    }
    return site;
}

Site siteOfPixel(int column, int row)
{
    const float x = (static_cast<float>(column) + 0.5F) * pixelMetres;
    const float y = (static_cast<float>(row) + 0.5F) * pixelMetres;
    return siteAt(x, y, elevationAt(x, y), elevationAt(x + pixelMetres, y), elevationAt(x, y + pixelMetres));
}

} // namespace astra::sandbox
