// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/job.h"
#include "core/data/raster.h"

namespace astra::backends {

/// One file of a result, as its Item and the window know it.
struct ResultFile {
    data::Asset asset;
    Json json; ///< what the asset says beyond toStacItem(): bands with statistics, classes
    Json render; ///< how it is to be shown (render extension); null: nothing to say
    std::optional<data::Grid> grid; ///< rasters that say where they lie
    QString crs; ///< "EPSG:n" or WKT2; empty: not stated
    Json radiometry = Json::array(); ///< rule of each band that was read, as the file carries it
};

/// "NDVI" for an index, else the operation's name.
[[nodiscard]] QString measureOf(const data::Recipe &recipe);

/// The result's own file and those beside it, in this order. Reads the rasters' headers; I/O pool only.
[[nodiscard]] Result<std::vector<ResultFile>> describeFiles(const data::JobRequest &request,
                                                            const data::JobResult &done);

} // namespace astra::backends
