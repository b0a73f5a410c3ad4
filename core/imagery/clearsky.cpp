// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/clearsky.h"

#include "core/base/phrases.h"
#include "core/data/packedassets.h"
#include "core/imagery/clearshare.h"
#include "core/imagery/clearskystore.h"
#include "core/imagery/look.h"
#include "core/imagery/openscene.h"
#include "core/net/httpclient.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QDir>

#include <atomic>
#include <deque>
#include <map>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

constexpr int mostAtOnce = 3; // scenes
constexpr int mostAtOneHost = 2;

/// One copy's mask, where it can be tried at all.
struct Candidate {
    data::RasterSource source;
    processing::MaskKind kind = processing::MaskKind::Scl;
    QByteArray key; ///< of the answer that it would give
    bool invented = false; ///< the scene is known as that
};

QByteArray keyOf(const data::Acquisition &acquisition, const data::BandRef &mask, const data::GeoBox &box,
                 const data::Rings &area)
{
    const QUrl file = mask.asset->href.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    for (const QByteArray &part : {acquisition.key().toUtf8(), file.toEncoded(), QByteArray::number(mask.index),
                                   toText(box.toJson()), toText(data::geometryFromRings(area))}) {
        hash.addData(part);
        hash.addData(QByteArrayView("\n", 1));
    }
    return hash.result().toHex();
}

} // namespace

class ClearSkies::Private : public std::enable_shared_from_this<Private>
{
public:
    /// One area of one acquisition, asked for.
    struct Ask {
        std::vector<Candidate> candidates; ///< best first, at least one
        QString host; ///< of the first one; empty: this computer
        data::GeoBox box;
        data::Rings area;
        StopToken stop;
        std::mutex mutex;
        std::optional<Settler<data::ClearSky>> settler {std::in_place};
        std::unique_ptr<StopCallback<std::function<void()>>> onStop;

        void settle(Result<data::ClearSky> result)
        {
            std::optional<Settler<data::ClearSky>> mine;
            {
                const std::lock_guard lock(mutex);
                mine.swap(settler);
            }
            if (mine)
                mine->settle(std::move(result));
        }
    };
    using AskPtr = std::shared_ptr<Ask>;

    Private(Pools &p, std::shared_ptr<ByteSourceFactory> s, const QString &file)
        : pools(p)
        , sources(std::move(s))
        , store(file)
    {
    }

    void add(const AskPtr &ask);
    void close();
    /// The masks that can be tried, or why there are none.
    [[nodiscard]] static Result<std::vector<Candidate>> candidatesOf(const data::Acquisition &acquisition,
                                                                     const data::GeoBox &box, const data::Rings &area);

    Pools &pools;
    const std::shared_ptr<ByteSourceFactory> sources;
    ClearSkyStore store;

private:
    void startNext(); ///< the mutex held
    void run(const AskPtr &ask);
    [[nodiscard]] Result<data::ClearSky> answer(const Ask &ask, const StopToken &stop);
    /// @param invented becomes true where a test key brought pixels of it
    [[nodiscard]] Result<data::ClearSky> readFrom(const Candidate &candidate, const Ask &ask, const StopToken &stop,
                                                  const std::shared_ptr<std::atomic<bool>> &invented);

    std::mutex m_mutex;
    std::deque<AskPtr> m_waiting;
    int m_running = 0;
    std::map<QString, int> m_busy; ///< by host
    bool m_isClosed = false;
    StopSource m_closing;
};

Result<std::vector<Candidate>> ClearSkies::Private::candidatesOf(const data::Acquisition &acquisition,
                                                                 const data::GeoBox &box, const data::Rings &area)
{
    std::vector<Candidate> candidates;
    std::optional<Error> why;
    for (const auto &scene : acquisition.copies) {
        const auto kind = maskOf(scene);
        // A number has no room for a mark: only the acquisition itself can say that it is invented.
        if (!kind || (scene.invented && !acquisition.best().invented))
            continue;
        const auto mask = data::findBand(scene, processing::maskBand(*kind));
        // Asked for every row of a list: that must not cost anybody money.
        if (mask->asset->access == data::Access::Paid) {
            if (!why)
                why = Error {ErrorCode::Unauthorized,
                             Text::tr("Whoever reads %1 at %2 pays for it.").arg(scene.id, scene.provider),
                             scene.provider, false};
            continue;
        }
        if (const QString obstacle = imagery::obstacle(scene, *mask->asset); !obstacle.isEmpty()) {
            if (!why)
                why = Error {ErrorCode::Unauthorized, obstacle, scene.provider, false};
            continue;
        }
        candidates.push_back({data::sourceOf(*mask), *kind, keyOf(acquisition, *mask, box, area), scene.invented});
    }
    if (!candidates.empty())
        return candidates;
    return fail(why.value_or(Error {
        ErrorCode::Unsupported, Text::tr("%1 has no cloud mask (neither SCL nor QA_PIXEL).").arg(acquisition.best().id),
        acquisition.best().provider, false}));
}

void ClearSkies::Private::add(const AskPtr &ask)
{
    // Settles at once; the reading, if it is under way, is closed by a stop of its own.
    const std::weak_ptr<Ask> weak = ask;
    ask->onStop = std::make_unique<StopCallback<std::function<void()>>>(ask->stop, [weak] {
        if (const auto asked = weak.lock())
            asked->settle(cancelled());
    });
    const std::lock_guard lock(m_mutex);
    m_waiting.push_back(ask);
    startNext();
}

void ClearSkies::Private::close()
{
    std::deque<AskPtr> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_isClosed = true;
        dropped.swap(m_waiting);
    }
    m_closing.request_stop();
}

void ClearSkies::Private::startNext()
{
    for (auto next = m_waiting.begin(); next != m_waiting.end() && m_running < mostAtOnce && !m_isClosed;) {
        const AskPtr ask = *next;
        const bool isFull = !ask->host.isEmpty() && m_busy[ask->host] >= mostAtOneHost;
        if (isFull && !ask->stop.stop_requested()) {
            ++next;
            continue;
        }
        next = m_waiting.erase(next);
        if (ask->stop.stop_requested())
            continue;
        ++m_running;
        ++m_busy[ask->host];
        pools.io.start([self = shared_from_this(), ask] { self->run(ask); });
    }
}

void ClearSkies::Private::run(const AskPtr &ask)
{
    StopSource together;
    const auto stopAll = [&together] { together.request_stop(); };
    const StopCallback<std::function<void()>> onStop(ask->stop, stopAll);
    const StopCallback<std::function<void()>> onClose(m_closing.get_token(), stopAll);
    auto result = answer(*ask, together.get_token());
    bool isLast = false;
    {
        const std::lock_guard lock(m_mutex);
        --m_running;
        --m_busy[ask->host];
        startNext();
        isLast = m_running == 0;
    }
    ask->settle(std::move(result));
    if (isLast)
        store.save();
}

Result<data::ClearSky> ClearSkies::Private::answer(const Ask &ask, const StopToken &stop)
{
    for (const auto &candidate : ask.candidates) {
        if (auto known = store.find(candidate.key))
            return *known;
    }
    std::optional<Error> first;
    for (const auto &candidate : ask.candidates) {
        const auto invented = std::make_shared<std::atomic<bool>>(false);
        auto sky = readFrom(candidate, ask, stop, invented);
        if (stop.stop_requested())
            return cancelled();
        // Told beside scenes that are marked, and never kept.
        if (sky && *invented && !candidate.invented)
            sky = fail(ErrorCode::Unsupported, shown(inventedNote()));
        if (sky) {
            if (!*invented)
                store.insert(candidate.key, *sky);
            return sky;
        }
        if (!first)
            first = sky.error();
    }
    return fail(*first);
}

Result<data::ClearSky> ClearSkies::Private::readFrom(const Candidate &candidate, const Ask &ask, const StopToken &stop,
                                                     const std::shared_ptr<std::atomic<bool>> &invented)
{
    const auto watched = net::watched(sources, [invented] { *invented = true; });
    auto mask = raster::Dataset::open(candidate.source, watched.get(), stop);
    if (!mask)
        return fail(mask.error());
    return clearShare(*mask, candidate.source.band, candidate.kind, ask.box, ask.area);
}

ClearSkies::ClearSkies(Pools &pools, std::shared_ptr<ByteSourceFactory> sources, const QString &cacheDir)
    : d(std::make_shared<Private>(pools, std::move(sources),
                                  cacheDir.isEmpty() ? QString()
                                                     : QDir(cacheDir).filePath(QStringLiteral("clear-sky.json"))))
{
}

ClearSkies::~ClearSkies() { d->close(); }

Future<data::ClearSky> ClearSkies::of(const data::Acquisition &acquisition, const data::GeoBox &box,
                                      const data::Rings &area, StopToken stop)
{
    if (!box.isValid())
        return ready<data::ClearSky>(fail(ErrorCode::InvalidInput, Text::tr("No area is drawn.")));
    auto candidates = Private::candidatesOf(data::unpacked(acquisition), box, area);
    if (!candidates)
        return ready<data::ClearSky>(fail(candidates.error()));
    for (const auto &candidate : *candidates) {
        if (const auto known = d->store.inMemory(candidate.key))
            return ready<data::ClearSky>(*known);
    }
    const auto ask = std::make_shared<Private::Ask>();
    ask->candidates = std::move(*candidates);
    const data::RasterSource &best = ask->candidates.front().source;
    ask->host = best.path.isEmpty() ? best.href.host() : QString();
    ask->box = box;
    ask->area = area;
    ask->stop = std::move(stop);
    auto future = ask->settler->future();
    d->add(ask);
    return future;
}

} // namespace astra::imagery
