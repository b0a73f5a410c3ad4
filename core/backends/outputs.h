// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files that a job writes, and whether it may.

#include "core/data/job.h"
#include "core/processing/operation.h"

namespace astra::backends {

/// Whether the operation takes that many scenes.
[[nodiscard]] Result<void> checkCount(const data::JobRequest &request, const processing::Operation &operation);
/// What the operation reads and writes for the scenes of a request, each at its best copy.
[[nodiscard]] Result<processing::Plan> planOf(const data::JobRequest &request);
/// All files of a job: the one asked for, what stands beside it, and the Item.
[[nodiscard]] QStringList filesOf(const data::JobRequest &request, const processing::Plan &plan);
/// Whether they can be written: names that say their format, a folder that is there and may be written to, nothing but
/// ordinary files replaced, none that the job reads, and no JSON or table that is not an earlier result's: areas and
/// recipes have such names, too.
[[nodiscard]] Result<void> checkFiles(const data::JobRequest &request, const processing::Plan &plan);
/// Only that no Item and none of the tables goes that is not ours; without tables, for what a service computes.
[[nodiscard]] Result<void> checkReplaced(const data::JobRequest &request, const QStringList &tables = {});

} // namespace astra::backends
