// SPDX-License-Identifier: Apache-2.0
#pragma once

// Areas as recipes hold them, and as people's files do.

#include "core/data/recipe.h"

namespace astra::data {

/// Corners that areas may have altogether.
inline constexpr std::size_t mostCorners = 2'000'000;
/// Corners of all areas that a recipe writes out; beyond these, they stand packed in it.
inline constexpr std::size_t mostWrittenOut = 10'000;

/// GeoJSON; of more corners than mostWrittenOut {"type": "PackedAreas", "names", "corners", "bbox", "sha256",
/// "packed"}. "packed" is in base64; for each area the number of its rings, for each ring that of its corners, for each
/// corner longitude and latitude in 1e-9 degrees as the difference from the corner before, the first of all from 0, 0.
/// All are whole numbers, seven bits to a byte, the lowest first; differences have their sign in the lowest bit
/// (zigzag). "sha256" is of these bytes. Areas that would not come back as they are, to the last bit, are written out
/// however many corners they have: those that areasFromGeoJson() has read do come back.
[[nodiscard]] Json toJson(const std::vector<NamedArea> &areas);
/// What toJson() makes, and all GeoJSON of areasFromGeoJson(). An area that says what its corners hash to and does not
/// have them is an error: they stand in the result's file.
[[nodiscard]] Result<std::vector<NamedArea>> areasFromJson(const Json &json);

/// A recipe (Recipe::toJson()) with no more of packed areas than names, number, bbox and hash: it tells the same
/// areas.
[[nodiscard]] Json withoutCorners(Json recipe);
[[nodiscard]] bool lacksCorners(const Json &recipe);

/// A file of GeoJSON, of at most 256 MB. An error says what to do about a file of another format. I/O.
[[nodiscard]] Result<std::vector<NamedArea>> readAreas(const QString &path);

} // namespace astra::data
