// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/openscene.h"

#include "core/base/phrases.h"
#include "core/data/resolve.h"
#include "core/net/httpclient.h"
#include "core/processing/inputreader.h"
#include "core/raster/radiometry.h"

#include <QCoreApplication>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

/// Idle Datasets kept a band: the map reads two windows at a time, a preview or a point may come between.
constexpr std::size_t mostIdle = 4;

/// Runs f(0…count-1) -> Result<T> side by side and gathers what they return, in order.
template<typename T, typename F> Future<std::vector<T>> gather(QThreadPool &pool, int count, F f)
{
    struct State {
        std::mutex mutex;
        std::vector<T> values;
        int left = 0;
        Settler<std::vector<T>> settler;
    };
    const auto state = std::make_shared<State>();
    state->values.resize(static_cast<std::size_t>(count));
    state->left = count;
    auto future = state->settler.future();
    if (count == 0)
        state->settler.settle(std::vector<T>());
    for (int i = 0; i < count; ++i) {
        pool.start([state, i, f] {
            Result<T> result = f(i);
            std::unique_lock lock(state->mutex);
            if (!result) {
                auto settler = std::move(state->settler);
                lock.unlock();
                settler.settle(fail(result.error()));
                return;
            }
            state->values[static_cast<std::size_t>(i)] = std::move(*result);
            if (--state->left > 0)
                return;
            lock.unlock();
            state->settler.settle(std::move(state->values));
        });
    }
    return future;
}

} // namespace

QString obstacle(const data::Scene &scene, const data::Asset &asset)
{
    const QString scheme = asset.href.scheme();
    const bool isWeb = scheme == u"file" || scheme == u"http" || scheme == u"https";
    if (isWeb && (!data::needsAccount(asset.access) || !asset.connection.isEmpty()))
        return {};
    const QString note = data::accessNote(asset.href, asset.access, asset.connection);
    return note.isEmpty() ? Text::tr("The pixels of %1 at %2 lie where Astra cannot read (%3).")
                                .arg(scene.id, scene.provider, scheme.isEmpty() ? QStringLiteral("?") : scheme)
                          : Text::tr("The pixels of %1 at %2 cannot be read: %3.").arg(scene.id, scene.provider, note);
}

QString inventedNote() { return ASTRA_PHRASE("astra::imagery", "Read with a test key: these pixels are invented."); }

std::size_t copyAfter(const data::Acquisition &acquisition, std::size_t index)
{
    const auto &copies = acquisition.copies;
    for (++index; index < copies.size() && data::pixelAccess(copies[index]) == data::Access::Paid; ++index) { }
    return index;
}

bool isMaskBand(const QString &name) { return processing::isClasses(name); }

OpenScene::OpenScene(data::Scene scene, const std::shared_ptr<ByteSourceFactory> &sources)
    : m_scene(std::move(scene))
    , m_sources(net::watched(sources, [invented = m_invented] { *invented = true; }))
    , m_witness(m_scene, m_sources.get())
{
}

QStringList OpenScene::notes() const
{
    return *m_invented && !m_scene.invented ? QStringList {inventedNote()} : QStringList();
}

Result<OpenScene::Borrowed> OpenScene::borrow(const QString &band, const StopToken &stop)
{
    if (stop.stop_requested())
        return cancelled();
    const auto ref = data::findBand(m_scene, band);
    if (!ref) {
        return fail(ErrorCode::NotFound,
                    Text::tr("%1 has no band “%2”; it has: %3")
                        .arg(m_scene.id, band, data::bandNames(m_scene).join(QStringLiteral(", "))),
                    m_scene.provider);
    }
    if (const QString why = obstacle(m_scene, *ref->asset); !why.isEmpty())
        return fail(ErrorCode::Unauthorized, why, m_scene.provider);
    {
        const std::lock_guard lock(m_mutex);
        auto &store = m_bands[band];
        if (!store.idle.empty()) {
            Borrowed borrowed {*ref, *store.facts, std::move(store.idle.back())};
            store.idle.pop_back();
            return borrowed;
        }
    }
    // The Dataset outlives this read: only its opening is bound to this read's stop.
    StopSource opening;
    auto dataset = [&] {
        const StopCallback forward(stop, [&opening] { opening.request_stop(); });
        return raster::Dataset::open(data::sourceOf(*ref), m_sources.get(), opening.get_token());
    }();
    if (!dataset)
        return fail(dataset.error());
    if (opening.stop_requested()) // it would read nothing for anyone after us
        return cancelled();
    if (ref->index > dataset->info().bandCount) {
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("%1 should hold “%2” as band %3, but has only %n bands.", nullptr, dataset->info().bandCount)
                .arg(dataset->info().name, band)
                .arg(ref->index),
            m_scene.provider);
    }
    if (auto placed = dataset->rectify(); !placed)
        return fail(placed.error());
    if (const auto grid = dataset->info().grid(); !grid)
        return fail(grid.error());
    const auto evidence = m_witness.about(*ref, *dataset, stop);
    if (!evidence)
        return fail(evidence.error());
    BandFacts facts {dataset->info(), raster::radiometry(m_scene, *ref, &dataset->info(), *evidence),
                     hintOf(m_scene, *ref, dataset->info())};
    if (auto &radiometry = facts.radiometry; radiometry.quantity.isEmpty() && radiometry.scale == 1
        && radiometry.offset == 0 && !facts.hint.quantity.isEmpty()) {
        radiometry.quantity = facts.hint.quantity;
        radiometry.source = ASTRA_PHRASE("astra::imagery", "as it was computed, so the file says");
    }
    const std::lock_guard lock(m_mutex);
    auto &store = m_bands[band];
    if (!store.facts)
        store.facts = facts;
    return Borrowed {*ref, std::move(facts), std::move(*dataset)};
}

void OpenScene::giveBack(const QString &band, raster::Dataset dataset)
{
    const std::lock_guard lock(m_mutex);
    auto &idle = m_bands[band].idle;
    if (idle.size() < mostIdle)
        idle.push_back(std::move(dataset));
}

Result<OpenScene::BandFacts> OpenScene::facts(const QString &band, const StopToken &stop)
{
    {
        const std::lock_guard lock(m_mutex);
        if (const auto known = m_bands.find(band); known != m_bands.end() && known->second.facts)
            return *known->second.facts;
    }
    auto borrowed = borrow(band, stop);
    if (!borrowed)
        return fail(borrowed.error());
    giveBack(band, std::move(borrowed->dataset));
    return std::move(borrowed->facts);
}

Result<data::Block> OpenScene::read(const QString &band, const data::Grid &grid, raster::Resampling resampling,
                                    const StopToken &stop)
{
    auto borrowed = borrow(band, stop);
    if (!borrowed)
        return fail(borrowed.error());
    const bool classes = isMaskBand(band) || !borrowed->facts.hint.palette.empty();
    const auto source = borrowed->dataset.source();
    Result<data::Block> block = [&] {
        const StopCallback closing(stop, [source] {
            if (source)
                source->close();
        });
        return raster::readOnGrid(borrowed->dataset, borrowed->ref.index, grid,
                                  classes ? raster::Resampling::Nearest : resampling,
                                  borrowed->facts.radiometry.nodata);
    }();
    if (stop.stop_requested())
        return cancelled();
    if (!block)
        return block;
    giveBack(band, std::move(borrowed->dataset));
    if (!classes)
        raster::apply(*block, borrowed->facts.radiometry);
    return block;
}

Future<std::vector<OpenScene::BandFacts>> openBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                                    const QStringList &bands, const StopToken &stop)
{
    return gather<OpenScene::BandFacts>(pools.io, static_cast<int>(bands.size()),
                                        [scene, bands, stop](int i) { return scene->facts(bands[i], stop); });
}

Future<std::vector<data::Block>> readBands(Pools &pools, const std::shared_ptr<OpenScene> &scene,
                                           const QStringList &bands, const data::Grid &grid,
                                           raster::Resampling resampling, const StopToken &stop)
{
    return gather<data::Block>(pools.io, static_cast<int>(bands.size()), [scene, bands, grid, resampling, stop](int i) {
        return scene->read(bands[i], grid, resampling, stop);
    });
}

} // namespace astra::imagery
