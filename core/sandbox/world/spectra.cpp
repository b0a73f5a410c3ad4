// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/spectra.h"

#include "core/sandbox/world/noise.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
//                              blue   green  red    edge   nir    narrow swir16 swir22
constexpr Spectrum lush {0.025F, 0.068F, 0.034F, 0.120F, 0.420F, 0.440F, 0.200F, 0.095F};
constexpr Spectrum grass {0.034F, 0.078F, 0.050F, 0.130F, 0.360F, 0.375F, 0.210F, 0.115F};
constexpr Spectrum hay {0.058F, 0.100F, 0.112F, 0.170F, 0.280F, 0.295F, 0.310F, 0.210F};
constexpr Spectrum ripe {0.078F, 0.128F, 0.165F, 0.215F, 0.300F, 0.315F, 0.330F, 0.220F};
constexpr Spectrum stubble {0.092F, 0.135F, 0.178F, 0.215F, 0.275F, 0.290F, 0.360F, 0.280F};
constexpr Spectrum soil {0.054F, 0.076F, 0.100F, 0.122F, 0.155F, 0.168F, 0.245F, 0.210F};
constexpr Spectrum rapeFlower {0.040F, 0.165F, 0.150F, 0.220F, 0.430F, 0.440F, 0.190F, 0.090F};
constexpr Spectrum sunFlower {0.034F, 0.108F, 0.086F, 0.170F, 0.430F, 0.440F, 0.210F, 0.100F};
constexpr Spectrum conifer {0.015F, 0.031F, 0.020F, 0.060F, 0.215F, 0.225F, 0.095F, 0.042F};
constexpr Spectrum leaves {0.019F, 0.046F, 0.027F, 0.090F, 0.330F, 0.345F, 0.155F, 0.068F};
constexpr Spectrum autumn {0.026F, 0.060F, 0.072F, 0.130F, 0.270F, 0.285F, 0.190F, 0.100F};
constexpr Spectrum twigs {0.034F, 0.048F, 0.058F, 0.090F, 0.165F, 0.175F, 0.190F, 0.120F};
constexpr Spectrum heathGreen {0.028F, 0.052F, 0.046F, 0.095F, 0.235F, 0.245F, 0.180F, 0.100F};
constexpr Spectrum heathBrown {0.036F, 0.054F, 0.068F, 0.095F, 0.165F, 0.175F, 0.210F, 0.140F};
constexpr Spectrum sand {0.185F, 0.240F, 0.285F, 0.310F, 0.345F, 0.355F, 0.410F, 0.370F};
constexpr Spectrum rock {0.098F, 0.114F, 0.127F, 0.138F, 0.155F, 0.160F, 0.200F, 0.180F};
constexpr Spectrum redRoof {0.078F, 0.104F, 0.162F, 0.180F, 0.205F, 0.215F, 0.255F, 0.215F};
constexpr Spectrum greyRoof {0.118F, 0.128F, 0.136F, 0.145F, 0.160F, 0.165F, 0.185F, 0.170F};
constexpr Spectrum brightRoof {0.262F, 0.278F, 0.290F, 0.300F, 0.320F, 0.325F, 0.330F, 0.290F};
constexpr Spectrum street {0.070F, 0.077F, 0.082F, 0.090F, 0.104F, 0.107F, 0.125F, 0.115F};
constexpr Spectrum road {0.108F, 0.118F, 0.127F, 0.136F, 0.150F, 0.155F, 0.180F, 0.165F};
constexpr Spectrum sea {0.0230F, 0.0185F, 0.0085F, 0.0055F, 0.0032F, 0.0030F, 0.0018F, 0.0010F};
constexpr Spectrum silty {0.0560F, 0.0850F, 0.0740F, 0.0520F, 0.0240F, 0.0220F, 0.0040F, 0.0020F};
constexpr Spectrum seaBed {0.120F, 0.165F, 0.190F, 0.200F, 0.210F, 0.210F, 0.200F, 0.180F};
/// Metres of water after which a quarter of the bed's light is left.
constexpr Spectrum clearness {7.5F, 5.6F, 1.7F, 0.9F, 0.22F, 0.20F, 0.05F, 0.03F};
constexpr Spectrum foam {0.30F, 0.30F, 0.28F, 0.24F, 0.19F, 0.18F, 0.07F, 0.05F};
constexpr Spectrum snow {0.800F, 0.800F, 0.790F, 0.780F, 0.740F, 0.710F, 0.110F, 0.090F};

Spectrum blend(const Spectrum &a, const Spectrum &b, float t)
{
    Spectrum s;
    for (std::size_t i = 0; i < s.size(); ++i)
        s[i] = mix(a[i], b[i], t);
    return s;
}
Spectrum scaled(Spectrum s, float factor)
{
    for (float &v : s)
        v *= factor;
    return s;
}

/// Rises between a and b, falls between c and d (days).
float grown(float day, float a, float b, float c, float d) { return step(a, b, day) * step(d, c, day); }

/// A field crop: green over soil, then ripe, then stubble, then ploughed.
struct Calendar {
    float sown, full, fade, harvest, ploughed;
    float winter; ///< green share in the cold months (sown in autumn), else 0
};
Spectrum crop(const Calendar &c, const Spectrum &leaf, float day, float vigour, float tone)
{
    const float green = clamp01(vigour
                                * std::max(grown(day, c.sown, c.full, c.fade, c.harvest),
                                           c.winter * std::max(step(c.fade, c.sown, day), step(284, 335, day))));
    const Spectrum bare = blend(scaled(soil, tone), scaled(stubble, tone),
                                day > c.full ? grown(day, c.harvest - 3, c.harvest, c.ploughed, c.ploughed + 6) : 0);
    const float yellow = grown(day, c.fade, c.harvest - 4, c.harvest - 2, c.harvest);
    return blend(blend(bare, leaf, green), scaled(ripe, tone), yellow * clamp01(1 - 0.2F * green));
}

Spectrum field(const Site &site, float season)
{
    const float day = season - site.shift;
    const float v = site.vigour;
    switch (site.cover) {
    case Cover::Wheat:
        return crop({45, 118, 158, 194, 262, 0.36F}, lush, day, v, site.tone);
    case Cover::Rapeseed: {
        const float bloom = grown(day, 96, 109, 128, 140);
        return crop({30, 95, 160, 186, 232, 0.55F}, blend(lush, rapeFlower, bloom), day, v, site.tone);
    }
    case Cover::Maize:
        return crop({128, 192, 244, 282, 330, 0}, lush, day, v, site.tone);
    case Cover::Sunflower:
        return crop({118, 178, 218, 258, 300, 0}, blend(lush, sunFlower, grown(day, 184, 194, 208, 218)), day, v,
                    site.tone);
    case Cover::Orchard: {
        const float leaf = 0.20F + 0.38F * grown(day, 85, 140, 285, 325);
        return blend(blend(scaled(soil, site.tone), grass, 0.35F), leaves, leaf * v);
    }
    default: { // fallow: weeds come and go
        const float weeds = 0.16F + 0.30F * grown(day, 80, 150, 210, 260);
        return blend(scaled(soil, site.tone), hay, weeds * v);
    }
    }
}

Spectrum meadow(const Site &site, float day)
{
    const float d = day - site.shift;
    const float growth = 0.62F + 0.38F * grown(d, 60, 120, 300, 350) - 0.28F * grown(d, 178, 215, 240, 285);
    const float mown = std::max(grown(d, 150, 152, 158, 182), 0.8F * grown(d, 214, 216, 222, 246));
    const float green = clamp01(growth * site.vigour * (1 - 0.55F * mown));
    return scaled(blend(hay, blend(grass, lush, 0.35F), green), 0.92F + 0.10F * (site.tone - 1));
}

Spectrum water(const Site &site, float day)
{
    const Spectrum body = blend(sea, silty, site.silt * (0.75F + 0.35F * grown(day, 20, 60, 130, 190)));
    const float cloudy = 1 - 0.75F * site.silt;
    Spectrum s;
    for (std::size_t i = 0; i < s.size(); ++i) {
        const float through = 1 / (1 + site.depth / (clearness[i] * cloudy));
        s[i] = mix(mix(body[i] * site.tone, seaBed[i], 0.75F * through * through), foam[i], 0.8F * site.foam);
    }
    return s;
}

Spectrum plain(Cover cover, const Site &site, const Season &season)
{
    const float day = season.day - site.shift;
    switch (cover) {
    case Cover::Sand:
        return scaled(sand, site.tone);
    case Cover::Rock:
        return scaled(rock, site.tone);
    case Cover::Conifer:
        return scaled(blend(conifer, leaves, 0.12F * grown(day, 100, 170, 260, 320)), site.tone);
    case Cover::Broadleaf: {
        const float leaf = grown(day, 98, 138, 292, 322);
        const float turn = grown(day, 268, 298, 310, 330);
        return scaled(blend(blend(twigs, leaves, leaf), autumn, 0.85F * turn), site.tone);
    }
    case Cover::Heath:
        return scaled(blend(heathBrown, heathGreen, site.vigour * grown(day, 90, 160, 230, 310)), site.tone);
    case Cover::AlpineGrass:
        return scaled(blend(hay, grass, site.vigour * (0.25F + 0.65F * grown(day, 100, 165, 235, 300))),
                      0.88F * site.tone);
    case Cover::Meadow:
        return meadow(site, season.day);
    case Cover::RedRoof:
        return scaled(redRoof, site.tone);
    case Cover::GreyRoof:
        return scaled(greyRoof, site.tone);
    case Cover::BrightRoof:
        return scaled(brightRoof, site.tone);
    case Cover::Street:
        return street;
    case Cover::Road:
        return road;
    case Cover::Water:
        return water(site, season.day);
    default:
        return field(site, season.day);
    }
}

/// Sunlight on the slope against flat ground; the sky lights every slope alike.
float lightOn(const Site &site, const Season &season)
{
    const float steep = 1.35F; // a little more than true: hills read better
    const float nx = -site.slopeX * steep;
    const float ny = -site.slopeY * steep;
    const float facing = (nx * season.sunX + ny * season.sunY + season.sunZ) / std::sqrt(nx * nx + ny * ny + 1);
    const float direct = facing > 0 ? facing / season.sunZ : 0;
    return std::min(1.75F, 0.24F + 0.76F * direct);
}
} // namespace

Season seasonOf(int dayOfYear)
{
    // The sun at half past eleven, month by month (the middle of each): unit vectors, between them straight lines.
    struct Sun {
        float day, x, y, z;
    };
    constexpr std::array<Sun, 8> year {{{-10, 0.26F, 0.876F, 0.407F},
                                        {15, 0.28F, 0.859F, 0.429F},
                                        {46, 0.33F, 0.769F, 0.548F},
                                        {105, 0.40F, 0.477F, 0.783F},
                                        {172, 0.37F, 0.250F, 0.895F},
                                        {227, 0.38F, 0.411F, 0.829F},
                                        {288, 0.29F, 0.763F, 0.577F},
                                        {356, 0.26F, 0.876F, 0.407F}}};
    Season season;
    season.day = static_cast<float>(dayOfYear);
    std::size_t i = 1;
    while (i + 1 < year.size() && year[i].day < season.day)
        ++i;
    const float t = clamp01((season.day - year[i - 1].day) / (year[i].day - year[i - 1].day));
    const float x = mix(year[i - 1].x, year[i].x, t);
    const float y = mix(year[i - 1].y, year[i].y, t);
    const float z = mix(year[i - 1].z, year[i].z, t);
    const float length = std::sqrt(x * x + y * y + z * z);
    season.sunX = x / length;
    season.sunY = y / length;
    season.sunZ = z / length;
    season.snowLine = 900 + 1500 * step(60, 150, season.day) - 1150 * step(278, 352, season.day);
    return season;
}

Ground groundAt(const Site &site, const Season &season)
{
    Ground ground;
    Spectrum s = plain(site.cover, site, season);
    if (site.share > 0)
        s = blend(s, plain(site.overlay, site, season), site.share);
    const float wet = site.cover == Cover::Water ? 1 - site.share : site.overlay == Cover::Water ? site.share : 0;
    ground.water = wet > 0.5F;
    if (wet < 1) {
        const float sunny = -site.slopeY * 900; // snow stays longer where the sun does not look
        const float line = season.snowLine - sunny * 0.35F + (site.tone - 1) * 260;
        ground.snow = step(line - 90, line + 190, site.elevation) * (site.cover == Cover::Conifer ? 0.55F : 0.95F)
            * (1 - wet);
        const float steep = site.slopeX * site.slopeX + site.slopeY * site.slopeY;
        ground.snow *= 1 - 0.7F * step(0.55F, 1.3F, steep);
        s = blend(s, snow, ground.snow);
        const float light = mix(lightOn(site, season), 1, wet);
        ground.dark = light < 0.42F;
        s = scaled(s, light);
    }
    ground.reflectance = s;
    return ground;
}

} // namespace astra::sandbox
