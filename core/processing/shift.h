// SPDX-License-Identifier: Apache-2.0
#pragma once

// How far one picture of a place lies off another: what differs along every edge then is no change.

#include "core/base/stopsource.h"
#include "core/data/raster.h"

#include <functional>
#include <optional>

namespace astra::processing {

/// What is at p in the first picture is at p + (x, y) in the second; pixels, right and down.
struct Shift {
    double x = 0;
    double y = 0;
    int windows = 1; ///< that agree to tell something
    [[nodiscard]] double length() const { return std::hypot(x, y); }
};
constexpr int furthestShift = 4; ///< pixels that are looked for to each side

/// By the peak of the normalised cross-correlation of their edges, between pixels by a parabola through its neighbours.
/// NaN takes no part. Nothing where the two have too little in common (under a quarter of the pixels, or hardly an
/// edge), or the peak lies at the edge of what is looked for.
[[nodiscard]] std::optional<Shift> shiftBetween(const data::Block &first, const data::Block &second);

/// The median over at most 16 windows of 256² spread evenly over the grid.
/// @param read both pictures in a window @return nothing where no window tells anything
[[nodiscard]] Result<std::optional<Shift>>
estimateShift(const data::Grid &grid,
              const std::function<Result<std::pair<data::Block, data::Block>>(const data::Grid &window)> &read,
              const StopToken &stop);

} // namespace astra::processing
