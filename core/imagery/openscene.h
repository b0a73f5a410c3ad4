// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/bytesource.h"
#include "core/base/pools.h"
#include "core/data/raster.h"
#include "core/imagery/drawinghint.h"
#include "core/imagery/pixelwitness.h"
#include "core/raster/dataset.h"
#include "core/raster/warp.h"

#include <atomic>
#include <map>

namespace astra::imagery {

/// One copy of a scene, its bands opened when first read. Thread-safe: each read borrows a Dataset of the band from a
/// small store, so that no Dataset is ever used by two threads at once. A read that is stopped closes the source under
/// it and throws that Dataset away; other reads go on.
class OpenScene
{
public:
    /// @param sources null: local files only
    OpenScene(data::Scene scene, const std::shared_ptr<ByteSourceFactory> &sources);

    [[nodiscard]] const data::Scene &scene() const { return m_scene; }
    /// What there is to say of the pixels read so far: nothing, or that a test key brought some of them, of a scene
    /// that is not known as invented.
    [[nodiscard]] QStringList notes() const;

    /// What is known of a band once it was opened.
    struct BandFacts {
        raster::Info info;
        data::Radiometry radiometry;
        DrawingHint hint;
    };
    /// I/O pool. Opens the band where it is not open yet.
    [[nodiscard]] Result<BandFacts> facts(const QString &band, const StopToken &stop);
    /// I/O pool. Values (radiometry applied) on a grid; NaN where there are none. Masks and classes are read nearest
    /// and keep their numbers.
    [[nodiscard]] Result<data::Block> read(const QString &band, const data::Grid &grid, raster::Resampling resampling,
                                           const StopToken &stop);

private:
    struct BandStore {
        std::vector<raster::Dataset> idle;
        std::optional<BandFacts> facts;
    };
    struct Borrowed {
        data::BandRef ref;
        BandFacts facts;
        raster::Dataset dataset;
    };
    [[nodiscard]] Result<Borrowed> borrow(const QString &band, const StopToken &stop);
    void giveBack(const QString &band, raster::Dataset dataset);

    const data::Scene m_scene;
    const std::shared_ptr<std::atomic<bool>> m_invented = std::make_shared<std::atomic<bool>>(false);
    const std::shared_ptr<ByteSourceFactory> m_sources;
    PixelWitness m_witness;
    std::mutex m_mutex;
    std::map<QString, BandStore> m_bands;
};

/// Why nothing of this asset should be asked for at all (a login is wanted, a bucket that we cannot read); empty where
/// it can be tried.
[[nodiscard]] QString obstacle(const data::Scene &scene, const data::Asset &asset);
/// What is said of a result or picture whose pixels a test key brought, where the scene is not known as invented.
[[nodiscard]] QString inventedNote();
/// The copy to read where the one at `index` fails: the next one that costs the reader nothing. What is paid for is
/// read only where somebody chose it. `copies.size()`: there is none.
[[nodiscard]] std::size_t copyAfter(const data::Acquisition &acquisition, std::size_t index);
/// Whether a band holds classes or bits, which are neither scaled nor blended.
[[nodiscard]] bool isMaskBand(const QString &name);

/// Opens bands side by side on the I/O pool. The first error settles the future.
[[nodiscard]] Future<std::vector<OpenScene::BandFacts>> openBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                                                  const QStringList &bands, const StopToken &stop);
/// Reads bands side by side on the I/O pool. The first error settles the future.
[[nodiscard]] Future<std::vector<data::Block>> readBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                                         const QStringList &bands, const data::Grid &grid,
                                                         raster::Resampling resampling, const StopToken &stop);

} // namespace astra::imagery
