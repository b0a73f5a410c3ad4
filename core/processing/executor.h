// SPDX-License-Identifier: Apache-2.0
#pragma once

// Runs a recipe over whole scenes in rows of tiles: memory stays bounded, cancelling takes effect between tiles, and
// the output appears whole or not at all.

#include "core/base/pools.h"
#include "core/base/progress.h"
#include "core/data/job.h"
#include "core/raster/dataset.h"
#include "core/raster/warp.h"

#include <functional>
#include <memory>

namespace astra::processing {

/// One band, open. Used only in the thread that runs the executor.
class BandReader
{
public:
    virtual ~BandReader() = default;
    /// The band's own pixels, full resolution.
    [[nodiscard]] virtual const data::Grid &grid() const = 0;
    [[nodiscard]] virtual const data::Radiometry &radiometry() const = 0;
    /// Values (radiometry applied) on a window of any grid.
    [[nodiscard]] virtual Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) = 0;
};

/// Where the executor gets its bands: a scene, or files given by hand.
class InputReader
{
public:
    virtual ~InputReader() = default;
    /// Opens a band by common or native name; ErrorCode::NotFound where the input has none of that name.
    /// Mask bands ("scl", "qa_pixel") keep their raw numbers.
    [[nodiscard]] virtual Result<std::unique_ptr<BandReader>> band(const QString &name) = 0;
};

/// A band of an open dataset with a known radiometry: what most InputReaders hand out.
[[nodiscard]] Result<std::unique_ptr<BandReader>> bandReader(raster::Dataset dataset, int band,
                                                             const data::Radiometry &radiometry);

/// Under this key the result's file carries the rule of each band: a JSON list of raster::toJson() with "band".
inline constexpr const char *radiometryTag = "ASTRA_RADIOMETRY";

/// What goes into a file's metadata besides the recipe and the radiometry; asked for once everything has been read.
using ExtraTags = std::function<std::vector<std::pair<QString, QString>>()>;

/// Blocks; call it on the I/O pool. Reads in the calling thread, computes on `pools.cpu`.
/// The result's `item` and `scene` are left to the caller, who knows where the inputs came from.
[[nodiscard]] Result<data::JobResult> run(const data::Recipe &recipe, InputReader &inputs, const QString &output,
                                          Pools &pools, const Progress &progress, const ExtraTags &extra = {});

} // namespace astra::processing
