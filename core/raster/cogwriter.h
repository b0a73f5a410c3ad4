// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/raster/cogpyramid.h"

#include <functional>

namespace astra::raster {

/// Makes tile (column, row) of every band: CogPyramid::tileSize a side, less at the right and lower edge.
using TileMaker = std::function<std::vector<data::Block>(int column, int row)>;

/// A whole COG at once, named or not there; nothing is kept of one that was stopped. `tile` is called on the CPU pool,
/// many at a time and row after row, while this waits (not a CPU-pool thread). @param statistics by band; empty: none
[[nodiscard]] Result<void> writeCog(const QString &path, const CogSpec &spec, const TileMaker &tile, QThreadPool &cpu,
                                    const Metadata &metadata = {}, const std::vector<data::Statistics> &statistics = {},
                                    const StopToken &stop = {});
/// The same from pixels in memory: one band.
[[nodiscard]] Result<void> writeCog(const QString &path, const CogSpec &spec, const data::Block &pixels,
                                    QThreadPool &cpu, const Metadata &metadata = {});

} // namespace astra::raster
