// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/data only.

#include "core/data/geobox.h"

namespace astra::data {

/// Appends a ring as it stands in GeoJSON: unwrapped where consecutive longitudes jump over 180°, split at ±180, closed
/// along the pole where it runs around one, without the point that repeats the first. Nothing of fewer than three
/// corners.
void appendSplit(Rings &rings, const Ring &raw);

} // namespace astra::data
