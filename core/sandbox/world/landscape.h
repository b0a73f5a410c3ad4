// SPDX-License-Identifier: Apache-2.0
#pragma once

// What lies where. A pure function of a place in metres from the world's north-west corner (x east, y south): no
// state, so one pixel alone is the same as one pixel of many.

#include <array>
#include <cstdint>

namespace astra::sandbox {

inline constexpr int worldSize = 1824; ///< pixels a side
inline constexpr float pixelMetres = 10;
inline constexpr double worldWest = 360000; ///< easting of the corner, EPSG:32630
inline constexpr double worldNorth = 4816020; ///< northing of the corner
inline constexpr int worldEpsg = 32630;

enum class Cover : std::uint8_t {
    Sand,
    Rock,
    Conifer,
    Broadleaf,
    Heath,
    AlpineGrass,
    Meadow,
    Wheat,
    Rapeseed,
    Maize,
    Sunflower,
    Fallow,
    Orchard,
    RedRoof,
    GreyRoof,
    BrightRoof,
    Street,
    Road,
    Water,
};

/// One 10 m pixel: a cover, another one that takes a share of it (a road, a hedge, water), and what varies within them.
struct Site {
    float elevation = 0; ///< metres; below 0: depth of the water
    float slopeX = 0; ///< rise per metre to the east
    float slopeY = 0; ///< rise per metre to the south
    float share = 0; ///< of the overlay, 0 … 1
    float tone = 1; ///< brightness of the cover
    float vigour = 1; ///< how well its plants do, about 0.6 … 1.1
    float shift = 0; ///< days that its season is late
    float depth = 0; ///< of the water, metres
    float silt = 0; ///< in the water, 0 … 1
    float foam = 0; ///< on the water, 0 … 1
    Cover cover = Cover::Meadow;
    Cover overlay = Cover::Road;
};

/// Height of the ground, without plants; negative under the sea.
[[nodiscard]] float elevationAt(float x, float y);
/// @param east, south heights 10 m further, for the slope
[[nodiscard]] Site siteAt(float x, float y, float elevation, float east, float south);
/// The site of the pixel in that column and row of the whole world.
[[nodiscard]] Site siteOfPixel(int column, int row);

} // namespace astra::sandbox
