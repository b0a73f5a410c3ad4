// SPDX-License-Identifier: Apache-2.0
#pragma once

// The lie of the land: coast, bay, river. Metres from the world's north-west corner.

namespace astra::sandbox {

struct Shore {
    float coast = 0; ///< distance to the sea's edge; positive on land
    float river = 0; ///< distance to the river's middle; positive east of it
    float halfWidth = 0; ///< of the river
    float land = 0; ///< distance to any water; positive on land
    float beach = 0; ///< 0 … 1: how sandy this stretch of coast is
    float bay = 0; ///< 0 … 1: how sheltered
};
[[nodiscard]] Shore shoreAt(float x, float y);

} // namespace astra::sandbox
