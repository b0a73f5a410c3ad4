// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/operation.h"

namespace astra::processing {

struct BandGrid {
    int scene = 0;
    QString band;
    data::Grid grid;
};
/// The grid of the result: the finest band of the first scene gives CRS, pixel size and where pixels begin (the
/// recipe's wish for a CRS or a pixel size comes first); `extent`, the
/// recipe's box and area and `within` how far it reaches,
/// snapped outward to whole pixels. Fails with a sentence: scenes or bands of one that do not meet, a box
/// outside of them, a scene that crosses the edge of the map asked for, more than 2³¹ pixels or 2³⁰ on a side.
[[nodiscard]] Result<data::Grid> targetGrid(const std::vector<BandGrid> &grids, Extent extent,
                                            const data::Recipe &recipe, const std::optional<data::GeoBox> &within = {});
/// Order of work: in columns of at most 32 tiles, along a Z curve in each square of 32 by 32, so that an overview's
/// four tiles follow one another and few overviews are under way at a time, whatever the size.
/// @param run the curve's smallest square: its rows follow one another whole. A power of two, at most 32
[[nodiscard]] std::vector<quint32> tileOrder(int columns, int rows, int run);

} // namespace astra::processing
