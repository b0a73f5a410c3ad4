// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/progress.h"
#include "core/data/job.h"
#include "core/processing/operation.h"

namespace astra::backends {

/// Whether the recipe wants something else than a COG: its rasters are made from one, which then goes.
[[nodiscard]] bool wantsExport(const data::Recipe &recipe, const processing::Plan &plan);
/// Makes the files that were asked for from the COGs of `done`, whose output is data::interimPath(). The COGs go,
/// whether or not it works. I/O pool.
[[nodiscard]] Result<data::JobResult> exported(const data::JobRequest &request, const processing::Plan &plan,
                                               data::JobResult done, const StopToken &stop);

} // namespace astra::backends
