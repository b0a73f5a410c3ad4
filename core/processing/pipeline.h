// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/processing: tiles of a plan, read side by side, computed on the CPU pool and handed to their files, with
// a bounded number of bytes under way and no waiting for one another.

#include "core/base/pools.h"
#include "core/base/progress.h"
#include "core/processing/tilesums.h"
#include "core/processing/work.h"
#include "core/raster/cogpyramid.h"

namespace astra::processing {

struct PipelineOptions {
    qint64 memory = 192LL << 20;
    int readers = 1; ///< at least 1
    bool durable = false;
};

struct PipelineReport {
    std::vector<TileSums> sums; ///< by tile, row by row
    qint64 windows = 0; ///< asked for, and answered
    qint64 kept = 0; ///< tiles
    qint64 computed = 0;
    QStringList doubts; ///< reads that were repeated because of their zeros
};

/// Computes what the store has not; returns once all of it is there. Blocks; I/O thread.
/// @param first already open, for one of the readers @param files by Plan::files; none for tables alone
[[nodiscard]] Result<PipelineReport> computeTiles(const Work &work, const Operation &operation, SceneSet &scenes,
                                                  OpenBands &first, raster::TileStore &store,
                                                  const std::vector<std::unique_ptr<raster::CogPyramid>> &files,
                                                  Pools &pools, const Progress &progress,
                                                  const PipelineOptions &options);

} // namespace astra::processing
