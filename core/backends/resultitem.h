// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/job.h"

namespace astra::backends {

/// Where the Item of a result lies: "x.tif" → "x.json".
[[nodiscard]] QString itemPath(const QString &tiffPath);

/// Writes the STAC Item beside a finished GeoTIFF (temporary name, then rename) and gives the result that it describes:
/// what was computed, from which scenes, by which recipe and software, with which radiometry, and its statistics.
/// Reads the raster's header; I/O pool only. Holds no signed address: inputs are named by identity and their own Item.
/// @param notes copies swapped, radiometry used: one sentence each
/// @param computedBy "Astra 0.1.0", or the service's title
[[nodiscard]] Result<data::JobResult> describeResult(const data::JobRequest &request, const QString &tiffPath,
                                                     const data::Statistics &statistics, const QStringList &notes,
                                                     const QString &computedBy);

} // namespace astra::backends
