// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/job.h"
#include "core/raster/dataset.h"
#include "core/raster/warp.h"

#include <memory>
#include <optional>

namespace astra::processing {

/// One band, open. Used by one thread at a time.
class BandReader
{
public:
    /// What the tiles of zeros are worth that the last read brought.
    enum class Zeros {
        Explained, ///< there are none, or the file's table says that nothing else is stored there
        Doubtful, ///< they came over a network as they are: the file is not compressed and cannot tell
        Impossible, ///< something else is stored
    };

    virtual ~BandReader() = default;
    /// The band's own pixels, full resolution.
    [[nodiscard]] virtual const data::Grid &grid() const = 0;
    [[nodiscard]] virtual const data::Radiometry &radiometry() const = 0;
    /// Whether the file itself says that its numbers are classes: it has a table of colours.
    [[nodiscard]] virtual bool hasClasses() const { return false; }
    /// From here on windows of this grid are read as parts of one read of all of it (raster::Alignment).
    virtual void alignTo(const data::Grid &target) { Q_UNUSED(target) }
    /// Values (radiometry applied) on a window of any grid.
    [[nodiscard]] virtual Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) = 0;
    /// Numbers as they stand in the file, where the window is one of the band itself (nothing to resample): the quick
    /// way. Absent: use read().
    [[nodiscard]] virtual std::optional<Result<raster::RawBlock>> readRaw(const data::Grid &window)
    {
        Q_UNUSED(window)
        return std::nullopt;
    }
    /// Of the last read() or readRaw().
    [[nodiscard]] virtual Zeros zeros() const { return Zeros::Explained; }
    /// What it gave was not to be believed, also once it had been opened anew: as if it could not be read.
    virtual void disbelieve() { }
    /// What reading the window would take; asks the file's own table of tiles.
    [[nodiscard]] virtual raster::ReadCost cost(const data::Grid &window)
    {
        Q_UNUSED(window)
        return {};
    }
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

/// Whether a band of this name holds classes or bits ("scl", "qa_pixel"), which are neither scaled nor blended.
[[nodiscard]] bool isClasses(const QString &band);

/// A band of an open dataset with a known radiometry: what most InputReaders hand out.
[[nodiscard]] Result<std::unique_ptr<BandReader>> bandReader(raster::Dataset dataset, int band,
                                                             const data::Radiometry &radiometry);

} // namespace astra::processing
