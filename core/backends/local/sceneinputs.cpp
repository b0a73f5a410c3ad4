// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/sceneinputs.h"

#include "core/imagery/openscene.h"
#include "core/raster/radiometry.h"

#include <QCoreApplication>

#include <algorithm>
#include <atomic>
#include <mutex>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::backends)
};

} // namespace

struct SceneCopies::Copy {
    Copy(const data::Scene &of, const std::shared_ptr<ByteSourceFactory> &all,
         const std::shared_ptr<net::ReadCounter> &counter)
        : scene(of)
        , sources(net::counted(all, counter, [invented = invented] { *invented = true; }))
        , witness(scene, sources.get())
    {
    }

    const data::Scene scene;
    const std::shared_ptr<std::atomic<bool>> invented = std::make_shared<std::atomic<bool>>(false);
    const std::shared_ptr<ByteSourceFactory> sources;
    imagery::PixelWitness witness; ///< asked once, whichever thread opens the first band
    std::atomic<bool> failed = false;
    mutable std::mutex mutex;
    std::map<QString, data::Radiometry> rules;
};

namespace {

using Copy = SceneCopies::Copy;

/// Passes reads on and notes when one fails; one that was stopped has not.
class WatchedBand final : public processing::BandReader
{
public:
    WatchedBand(std::unique_ptr<BandReader> inner, Copy &copy)
        : m_inner(std::move(inner))
        , m_copy(copy)
    {
    }
    [[nodiscard]] const data::Grid &grid() const override { return m_inner->grid(); }
    [[nodiscard]] const data::Radiometry &radiometry() const override { return m_inner->radiometry(); }
    [[nodiscard]] Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        return watched(m_inner->read(window, resampling));
    }
    [[nodiscard]] std::optional<Result<raster::RawBlock>> readRaw(const data::Grid &window) override
    {
        auto block = m_inner->readRaw(window);
        return block ? std::optional(watched(*std::move(block))) : std::nullopt;
    }
    [[nodiscard]] raster::ReadCost cost(const data::Grid &window) override { return m_inner->cost(window); }
    void alignTo(const data::Grid &target) override { m_inner->alignTo(target); }
    [[nodiscard]] Zeros zeros() const override { return m_inner->zeros(); }
    [[nodiscard]] bool hasClasses() const override { return m_inner->hasClasses(); }
    void disbelieve() override { m_copy.failed = true; }

private:
    template<typename T> Result<T> watched(Result<T> read)
    {
        if (!read && read.error().code != ErrorCode::Cancelled)
            m_copy.failed = true;
        return read;
    }

    std::unique_ptr<BandReader> m_inner;
    Copy &m_copy;
};

/// One copy of a scene. Belongs to the thread that opened it.
class SceneInputs final : public processing::InputReader
{
public:
    SceneInputs(Copy &copy, StopToken stop)
        : m_copy(copy)
        , m_stop(std::move(stop))
    {
    }
    [[nodiscard]] Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override;

private:
    tl::unexpected<Error> unreadable(Error error)
    {
        if (error.code != ErrorCode::Cancelled)
            m_copy.failed = true;
        return fail(std::move(error));
    }

    Copy &m_copy;
    StopToken m_stop;
};

Result<std::unique_ptr<processing::BandReader>> SceneInputs::band(const QString &name)
{
    const data::Scene &scene = m_copy.scene;
    const auto ref = data::findBand(scene, name);
    if (!ref) {
        return fail(ErrorCode::NotFound,
                    Text::tr("%1 has no band “%2”; it has: %3")
                        .arg(scene.id, name, data::bandNames(scene).join(QStringLiteral(", "))),
                    scene.provider);
    }
    if (const QString why = imagery::obstacle(scene, *ref->asset); !why.isEmpty())
        return unreadable({ErrorCode::Unauthorized, why, scene.provider, false});
    auto dataset = raster::Dataset::open(data::sourceOf(*ref), m_copy.sources.get(), m_stop);
    if (!dataset)
        return unreadable(std::move(dataset.error()));
    const auto evidence = m_copy.witness.about(*ref, *dataset, m_stop);
    if (!evidence)
        return fail(evidence.error());
    auto radiometry = raster::radiometry(scene, *ref, &dataset->info(), *evidence);
    if (imagery::isMaskBand(name)) {
        radiometry.scale = 1;
        radiometry.offset = 0;
    }
    auto reader = processing::bandReader(std::move(*dataset), ref->index, radiometry);
    if (!reader)
        return unreadable(std::move(reader.error()));
    {
        const std::lock_guard lock(m_copy.mutex);
        m_copy.rules.emplace(name, radiometry);
    }
    return std::make_unique<WatchedBand>(std::move(*reader), m_copy);
}

} // namespace

SceneCopies::SceneCopies(const std::vector<data::Scene> &scenes, const std::shared_ptr<ByteSourceFactory> &sources,
                         std::shared_ptr<net::ReadCounter> counter, Recording recording)
    : m_counter(std::move(counter))
    , m_recording(std::move(recording))
{
    m_copies.reserve(scenes.size());
    for (const auto &scene : scenes)
        m_copies.push_back(std::make_unique<Copy>(scene, sources, m_counter));
}

SceneCopies::~SceneCopies() = default;

processing::SceneFacts SceneCopies::facts(int scene) const { return processing::factsOf(copy(scene).scene); }

Result<std::unique_ptr<processing::InputReader>> SceneCopies::open(int scene, const StopToken &stop)
{
    return std::make_unique<SceneInputs>(copy(scene), stop);
}

Json SceneCopies::identity(int scene) const { return inputRecord(copy(scene).scene, rules(scene), m_recording); }

QStringList SceneCopies::localFiles() const
{
    QStringList files;
    for (const auto &of : m_copies) {
        for (const auto &asset : of->scene.assets) {
            if (asset.href.isLocalFile())
                files << asset.href.toLocalFile();
        }
    }
    return files;
}

bool SceneCopies::isRemote() const
{
    return std::ranges::any_of(m_copies, [](const auto &of) {
        const std::lock_guard lock(of->mutex);
        return std::ranges::any_of(of->rules, [&](const auto &opened) {
            const auto band = data::findBand(of->scene, opened.first);
            return band && !band->asset->href.isLocalFile();
        });
    });
}

int SceneCopies::failed() const
{
    const auto found = std::ranges::find_if(m_copies, [](const auto &of) { return of->failed.load(); });
    return found == m_copies.end() ? -1 : static_cast<int>(found - m_copies.begin());
}

bool SceneCopies::invented(int scene) const { return *copy(scene).invented; }

std::map<QString, data::Radiometry> SceneCopies::rules(int scene) const
{
    const Copy &of = copy(scene);
    const std::lock_guard lock(of.mutex);
    return of.rules;
}

} // namespace astra::backends
