// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/processing: tiles of a plan, read side by side, computed on the CPU pool and handed to their files, with
// a bounded number of bytes under way and no waiting for one another.

#include "core/base/pools.h"
#include "core/base/progress.h"
#include "core/processing/operation.h"
#include "core/processing/sceneset.h"
#include "core/processing/statistics.h"
#include "core/raster/areas.h"
#include "core/raster/cogpyramid.h"

#include <map>
#include <tuple>

namespace astra::processing {

/// What is known of a plan's bands once their files were opened. Constant while tiles are computed.
struct Work {
    Plan plan;
    data::Grid grid; ///< of the result
    raster::Resampling resampling = raster::Resampling::Bilinear; ///< of values
    std::vector<data::Radiometry> rules; ///< by Plan::reads
    std::vector<std::optional<CloudMask>> masks; ///< by scene
    std::vector<MaskKind> maskKinds; ///< by scene
    std::optional<raster::Areas> areas; ///< what lies outside of them is nodata

    [[nodiscard]] int columns() const;
    [[nodiscard]] int rows() const;
    [[nodiscard]] raster::Window windowOf(quint32 tile) const;
    /// Whether any pixel of the part is wanted: others are nodata and need not be read.
    [[nodiscard]] bool touches(const raster::Window &part) const;
    /// Reflectance with an offset taken off, so that values below zero mean something.
    [[nodiscard]] bool hasOffset(std::size_t read) const;
};

/// The scenes of a set, each band opened when it is first read. Used by one thread at a time.
class OpenBands
{
public:
    OpenBands(SceneSet &scenes, StopToken stop);

    /// @param anew what came of it so far may not be believed
    [[nodiscard]] Result<BandReader *> band(int scene, const QString &name, bool anew = false);
    /// The same file, read in its own pixels or larger ones: there may be both at the same time.
    [[nodiscard]] Result<BandReader *> mask(int scene, MaskKind kind, bool anew = false);
    /// Lays all bands on their grids, those open and those to come. @param work outlives this
    void alignTo(const Work &work);

private:
    using Key = std::tuple<int, QString, bool>; ///< scene, band, whether it is read as a mask
    [[nodiscard]] Result<BandReader *> get(const Key &key, bool anew);
    void align(const Key &key, BandReader &band) const;

    SceneSet &m_scenes;
    StopToken m_stop;
    const Work *m_work = nullptr; ///< null: no grid is known yet
    std::map<int, std::unique_ptr<InputReader>> m_readers;
    std::map<Key, std::unique_ptr<BandReader>> m_bands;
};

/// What tiles leave behind besides pixels. Kept with each in the store, so that a run that goes on has it.
struct TileSums {
    std::vector<std::vector<PartialStatistics>> files; ///< by file and band, of the pixels as they stand in the file
    qint64 offset = 0; ///< valid reflectances that were read with an offset, after masks and areas
    qint64 negative = 0; ///< of these, those below zero
    std::vector<QByteArray> tallies; ///< the operation's, by strips
    [[nodiscard]] QByteArray toBytes() const;
    [[nodiscard]] static std::optional<TileSums> fromBytes(const QByteArray &bytes);
};

struct PipelineOptions {
    qint64 memory = 192LL << 20;
    int readers = 1;
    bool durable = false;
};

struct PipelineReport {
    std::vector<TileSums> sums; ///< by tile, row by row
    qint64 windows = 0; ///< asked for, and answered
    qint64 kept = 0; ///< tiles
    qint64 computed = 0;
    QStringList doubts; ///< reads that were repeated because of their zeros
};

/// Computes what the store has not; returns once all of it is there. Blocks; I/O thread.
/// @param first already open, for one of the readers @param files by Plan::files; none for tables alone
[[nodiscard]] Result<PipelineReport> computeTiles(const Work &work, const Operation &operation, SceneSet &scenes,
                                                  OpenBands &first, raster::TileStore &store,
                                                  const std::vector<std::unique_ptr<raster::CogPyramid>> &files,
                                                  Pools &pools, const Progress &progress,
                                                  const PipelineOptions &options);

/// Values of one read on a window of the result's grid, masked and cut as tiles are.
[[nodiscard]] Result<data::Block> readMasked(const Work &work, OpenBands &bands, int read, const data::Grid &window);

/// How Plan::files become files.
[[nodiscard]] raster::CogSpec specOf(const OutputFile &file, const data::Grid &grid);

} // namespace astra::processing
