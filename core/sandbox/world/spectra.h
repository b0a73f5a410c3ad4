// SPDX-License-Identifier: Apache-2.0
#pragma once

// How bright a site is on a day of the year: reflectance spectra of covers, the seasons of plants, snow and the sun's
// slant on hills.

#include "core/sandbox/world/landscape.h"

namespace astra::sandbox {

/// Order of the bands everywhere in the generator.
enum SpectralBand { Blue, Green, Red, RedEdge, Nir, NirNarrow, Swir16, Swir22, SpectralBandCount };
using Spectrum = std::array<float, SpectralBandCount>;

/// What is the same for all pixels of a date.
struct Season {
    float day = 1; ///< of the year, 1 … 366
    float sunX = 0; ///< unit vector to the sun: east
    float sunY = 0; ///< south
    float sunZ = 1; ///< up
    float snowLine = 9000; ///< metres above which snow lies
};
[[nodiscard]] Season seasonOf(int dayOfYear);

struct Ground {
    Spectrum reflectance {};
    float snow = 0; ///< share
    bool water = false; ///< mostly
    bool dark = false; ///< hardly lit
};
[[nodiscard]] Ground groundAt(const Site &site, const Season &season);

} // namespace astra::sandbox
