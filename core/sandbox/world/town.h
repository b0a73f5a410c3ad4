// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sandbox/world/landscape.h"

namespace astra::sandbox {

/// How built-up a place is: 0 in the open, 1 in the middle of the town.
[[nodiscard]] float builtAt(float x, float y);
/// Lays houses, streets and gardens.
void layTown(float x, float y, float built, Site &site);
/// Lays the roads between town and villages over whatever is there. @param river signed distance to its middle
void layRoads(float x, float y, float river, Site &site);

} // namespace astra::sandbox
