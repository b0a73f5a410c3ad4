// SPDX-License-Identifier: Apache-2.0
#pragma once

// Inside core/processing: a plan whose files are open, and its bands.

#include "core/processing/operation.h"
#include "core/processing/sceneset.h"
#include "core/raster/areas.h"

#include <map>
#include <tuple>

namespace astra::processing {

/// What is known of a plan's bands once their files were opened. Constant while tiles are computed.
struct Work {
    Plan plan;
    data::Grid grid; ///< of the result
    std::vector<raster::CogSpec> specs; ///< by Plan::files
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

/// Values of one read on a window of the result's grid, masked and cut as tiles are.
[[nodiscard]] Result<data::Block> readMasked(const Work &work, OpenBands &bands, int read, const data::Grid &window);

} // namespace astra::processing
