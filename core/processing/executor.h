// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a recipe over whole scenes tile by tile: memory stays bounded, cancelling takes effect between tiles, what is
// done is kept over a crash, and the output appears whole or not at all.

#include "core/base/pools.h"
#include "core/base/progress.h"
#include "core/processing/sceneset.h"

#include <functional>
#include <memory>

namespace astra::processing {

/// Under this key the result's file carries the rule of each band: a JSON list of raster::toJson() with "band".
inline constexpr const char *radiometryTag = "ASTRA_RADIOMETRY";

/// What goes into a file's metadata besides recipe, radiometry and notes; asked for once everything has been read.
using ExtraTags = std::function<std::vector<std::pair<QString, QString>>()>;

struct RunOptions {
    qint64 memory = 192LL << 20; ///< bytes of tiles under way at a time
    int readers = 0; ///< threads that read; 0: one more than cores, eight where inputs are remote
    bool durable = false; ///< survive a power cut: tiles every few seconds, the result before it has its name
    /// Where finished tiles wait (data::partPath): taken up where it exists, and left there for its owner to remove
    /// once nothing of the job can be lost any more. Empty: a file of its own that goes with the run.
    QString part {};
    QString draft {}; ///< where a table is written until it is put in its place (data::draftPath)
    QString software {}; ///< "Astra 0.1.0": stands in the file, with the versions of what reads and projects
    ExtraTags extra {};
};

/// Blocks; call it on the I/O pool. Reads in threads of that pool's kind, computes on `pools.cpu`.
/// @param output the raster; other files of the plan beside it, by their suffix, and tables as CSV. The CSV of the
/// first table, where tables are all that comes out. It may not be one of the files that are read. The result's `item`
/// and `scene` are left to the caller, who knows where the inputs came from.
[[nodiscard]] Result<data::JobResult> run(const data::Recipe &recipe, SceneSet &scenes, const QString &output,
                                          Pools &pools, const Progress &progress, const RunOptions &options = {});

/// What run() would read and need. Opens the files' headers; I/O pool. `seconds` is left to the caller.
[[nodiscard]] Result<data::Estimate> estimate(const data::Recipe &recipe, SceneSet &scenes, const StopToken &stop);

} // namespace astra::processing
