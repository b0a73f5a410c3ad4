// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/progress.h"
#include "core/raster/cogpyramid.h"

#include <functional>
#include <memory>

namespace astra::raster {

/// One band. append() and finish() are called from one thread, which may wait for the disk (not a CPU-pool thread).
class CogWriter
{
public:
    static constexpr int tileSize = CogPyramid::tileSize;

    /// @param cpu outlives the writer
    [[nodiscard]] static Result<CogWriter> create(const QString &path, CogSpec spec, QThreadPool &cpu,
                                                  StopToken stop = {});
    CogWriter(CogWriter &&) noexcept;
    CogWriter &operator=(CogWriter &&) = delete;
    ~CogWriter(); ///< unfinished: waits for its tiles, leaves nothing

    [[nodiscard]] int tileColumns() const;
    [[nodiscard]] int tileRows() const;
    /// The pixels of tile (column, row): tileSize a side, less at the right and lower edge.
    [[nodiscard]] std::pair<int, int> tileExtent(int column, int row) const;

    /// The next row of tiles. `tile(column)` is called on the CPU pool, in any order and at the same time, and gives
    /// the tile's pixels (tileExtent). Returns as soon as the row before is done, so the caller can read ahead.
    [[nodiscard]] Result<void> append(std::function<data::Block(int column)> tile);
    /// The next row of tiles from one strip, as wide as the grid.
    [[nodiscard]] Result<void> append(data::Block strip);
    /// All rows are in: lays the file out and gives it its name.
    [[nodiscard]] Result<void> finish(const Metadata &metadata = {},
                                      const std::optional<data::Statistics> &statistics = {});
    /// Waits for the tiles under way; after this everything that append() was given has been asked for.
    [[nodiscard]] Result<void> drain();

private:
    class Private;
    explicit CogWriter(std::unique_ptr<Private> p);
    std::unique_ptr<Private> d;
};

/// Makes tile (column, row) of every band: CogPyramid::tileSize a side, less at the right and lower edge.
using TileMaker = std::function<std::vector<data::Block>(int column, int row)>;

/// A whole COG at once, named or not there. `tile` is called on the CPU pool, many at a time, while this waits (I/O
/// thread). @param statistics by band; empty: none
[[nodiscard]] Result<void> writeCog(const QString &path, const CogSpec &spec, const TileMaker &tile, QThreadPool &cpu,
                                    const Metadata &metadata = {}, const std::vector<data::Statistics> &statistics = {},
                                    const StopToken &stop = {});
/// The same from pixels in memory: one band.
[[nodiscard]] Result<void> writeCog(const QString &path, const CogSpec &spec, const data::Block &pixels,
                                    QThreadPool &cpu, const Metadata &metadata = {});

} // namespace astra::raster
