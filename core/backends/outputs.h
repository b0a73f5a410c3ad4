// SPDX-License-Identifier: Apache-2.0
#pragma once

// The files that a job writes, and whether it may.

#include "core/data/job.h"
#include "core/processing/operation.h"

namespace astra::backends {

/// What stands beside a result under its own name: "/a/b.tif", "_classes" → "/a/b_classes.tif".
/// @param extension in place of the result's own
[[nodiscard]] QString fileBeside(const QString &output, const QString &suffix, const QString &extension = {});
/// All files of a job: the one asked for, what stands beside it, and the Item.
[[nodiscard]] QStringList filesOf(const data::JobRequest &request, const processing::Plan &plan);
/// Whether they can be written: names that say their format, a folder that is there and may be written to, nothing but
/// ordinary files replaced, and none that the job reads.
[[nodiscard]] Result<void> checkFiles(const data::JobRequest &request, const processing::Plan &plan);

} // namespace astra::backends
