// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/sceneinputs.h"

#include "core/imagery/openscene.h"
#include "core/raster/radiometry.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

/// Passes reads on and notes when one fails.
class WatchedBand final : public processing::BandReader
{
public:
    WatchedBand(std::unique_ptr<BandReader> inner, std::shared_ptr<std::atomic<bool>> failed)
        : m_inner(std::move(inner))
        , m_failed(std::move(failed))
    {
    }
    [[nodiscard]] const data::Grid &grid() const override { return m_inner->grid(); }
    [[nodiscard]] const data::Radiometry &radiometry() const override { return m_inner->radiometry(); }
    [[nodiscard]] Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        auto block = m_inner->read(window, resampling);
        if (!block)
            *m_failed = true;
        return block;
    }

private:
    std::unique_ptr<BandReader> m_inner;
    std::shared_ptr<std::atomic<bool>> m_failed;
};

} // namespace

SceneInputs::SceneInputs(const data::Scene &scene, ByteSourceFactory *sources, imagery::PixelWitness &witness,
                         std::shared_ptr<std::atomic<bool>> failed, StopToken stop)
    : m_scene(scene)
    , m_sources(sources)
    , m_witness(witness)
    , m_failed(std::move(failed))
    , m_stop(std::move(stop))
{
}

Result<std::unique_ptr<processing::BandReader>> SceneInputs::band(const QString &name)
{
    const auto ref = data::findBand(m_scene, name);
    if (!ref) {
        return fail(ErrorCode::NotFound,
                    Text::tr("%1 has no band “%2”; it has: %3")
                        .arg(m_scene.id, name, data::bandNames(m_scene).join(QStringLiteral(", "))),
                    m_scene.provider);
    }
    if (const QString why = imagery::obstacle(m_scene, *ref->asset); !why.isEmpty()) {
        *m_failed = true;
        return fail(ErrorCode::Unauthorized, why, m_scene.provider);
    }
    auto dataset = raster::Dataset::open(data::sourceOf(*ref), m_sources, m_stop);
    if (!dataset) {
        *m_failed = true;
        return fail(dataset.error());
    }
    const auto evidence = m_witness.about(*ref, *dataset, m_stop);
    if (!evidence)
        return fail(evidence.error());
    auto radiometry = raster::radiometry(m_scene, *ref, &dataset->info(), *evidence);
    if (imagery::isMaskBand(name)) {
        radiometry.scale = 1;
        radiometry.offset = 0;
    }
    auto reader = processing::bandReader(std::move(*dataset), ref->index, radiometry);
    if (!reader) {
        *m_failed = true;
        return reader;
    }
    return std::make_unique<WatchedBand>(std::move(*reader), m_failed);
}

SceneCopies::SceneCopies(const std::vector<data::Scene> &scenes, std::shared_ptr<ByteSourceFactory> sources)
    : m_sources(std::move(sources))
{
    m_copies.reserve(scenes.size()); // the witnesses refer to their scenes
    for (const auto &scene : scenes) {
        Copy &copy = m_copies.emplace_back(Copy {scene});
        copy.witness = std::make_unique<imagery::PixelWitness>(copy.scene, m_sources.get());
    }
}

processing::SceneFacts SceneCopies::facts(int scene) const { return processing::factsOf(copy(scene).scene); }

Result<std::unique_ptr<processing::InputReader>> SceneCopies::open(int scene, const StopToken &stop)
{
    const Copy &of = copy(scene);
    return std::make_unique<SceneInputs>(of.scene, m_sources.get(), *of.witness, of.failed, stop);
}

Json SceneCopies::identity(int scene) const
{
    const data::Scene &of = copy(scene).scene;
    return {{"provider", toStd(of.provider)},
            {"collection", toStd(of.collection)},
            {"id", toStd(of.id)},
            {"baseline", toStd(of.baseline)}};
}

int SceneCopies::failed() const
{
    const auto found = std::find_if(m_copies.begin(), m_copies.end(), [](const Copy &of) { return of.failed->load(); });
    return found == m_copies.end() ? -1 : static_cast<int>(found - m_copies.begin());
}

} // namespace astra::backends
