// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/bytesource.h"
#include "core/base/pools.h"
#include "core/data/raster.h"
#include "core/raster/dataset.h"
#include "core/raster/warp.h"

#include <condition_variable>
#include <map>

namespace astra::imagery {

/// One copy of a scene, its bands opened when first read. Thread-safe: each read borrows a Dataset of the band from a
/// small store, so that no Dataset is used by two threads at once. A stopped read closes the source under it and
/// throws the Dataset away; other reads go on.
class OpenScene
{
public:
    OpenScene(data::Scene scene, std::shared_ptr<ByteSourceFactory> sources);

    [[nodiscard]] const data::Scene &scene() const { return m_scene; }

    /// What is known of a band once it was opened.
    struct BandFacts {
        data::BandRef ref;
        raster::Info info;
        data::Radiometry radiometry;
    };
    /// I/O pool. Opens the band where it is not open yet.
    [[nodiscard]] Result<BandFacts> facts(const QString &band, const StopToken &stop);
    /// I/O pool. Values (radiometry applied) on a grid; NaN where there are none. Masks are read nearest and as they
    /// stand.
    [[nodiscard]] Result<data::Block> read(const QString &band, const data::Grid &grid, raster::Resampling resampling,
                                           const StopToken &stop);

private:
    struct BandStore {
        std::vector<raster::Dataset> idle;
        std::optional<BandFacts> facts;
    };
    [[nodiscard]] Result<raster::Dataset> borrow(const QString &band, const StopToken &stop);
    void giveBack(const QString &band, raster::Dataset dataset);

    const data::Scene m_scene;
    const std::shared_ptr<ByteSourceFactory> m_sources;
    std::mutex m_mutex;
    std::map<QString, BandStore> m_bands;
};

/// Everything that several bands of a scene take, read side by side on the I/O pool. The first error settles it and
/// stops the rest.
[[nodiscard]] Future<std::vector<OpenScene::BandFacts>> openBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                                                  const QStringList &bands, const StopToken &stop);
[[nodiscard]] Future<std::vector<data::Block>> readBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                                         const QStringList &bands, const data::Grid &grid,
                                                         const StopToken &stop);

} // namespace astra::imagery
