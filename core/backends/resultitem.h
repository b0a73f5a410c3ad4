// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/job.h"

namespace astra::backends {

/// Where the Item of a result lies: "x.tif" → "x.json"; of a table "x.json" → "x.item.json".
[[nodiscard]] QString itemPath(const QString &resultPath);

/// Writes the STAC Item beside a finished result (temporary name, then rename) and gives the result that it describes:
/// what was computed, from which scenes, by which recipe and software, with which radiometry, its files with their
/// bands and statistics, and its tables. Reads the rasters' headers; I/O pool only. Holds no signed address.
/// @param request its inputs' copies that were read come first
/// @param done output, files, statistics, tables and notes
/// @param inputs inputRecord() of each; empty: made from the request
/// @param computedBy "Astra 0.1.0", or the service's title
[[nodiscard]] Result<data::JobResult> describeResult(const data::JobRequest &request, data::JobResult done,
                                                     const QString &computedBy, std::vector<Json> inputs = {});

} // namespace astra::backends
