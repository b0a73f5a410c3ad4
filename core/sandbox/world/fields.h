// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/sandbox/world/landscape.h"

namespace astra::sandbox {

/// Lays the mosaic of fields at a place: crop, vigour, season, tone, and hedges and tracks as the overlay.
void layFields(float x, float y, Site &site);

} // namespace astra::sandbox
