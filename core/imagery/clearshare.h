// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/clearsky.h"
#include "core/data/scene.h"
#include "core/processing/cloudmask.h"
#include "core/raster/dataset.h"

namespace astra::imagery {

/// Counts a mask's pixels over an area: one window of the finest overview that needs at most 256 × 256 of them, nearest
/// neighbour. A pixel belongs to the area when its centre does; what lies outside the file is area without data. Areas
/// far larger than the file are sampled.
/// @param area polygons within the box; empty: the box
[[nodiscard]] Result<data::ClearSky> clearShare(raster::Dataset &mask, int band, processing::MaskKind kind,
                                                const data::GeoBox &box, const data::Rings &area);

} // namespace astra::imagery
