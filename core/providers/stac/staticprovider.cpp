// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/staticprovider.h"

#include "core/providers/searchfilter.h"
#include "core/providers/stac/stacclient.h"
#include "core/providers/stac/staticcatalog.h"

#include <QCoreApplication>
#include <QElapsedTimer>

#include <algorithm>
#include <atomic>
#include <climits>
#include <cstdint>

namespace astra::providers::stac {

namespace {

constexpr int parallel = 4;
constexpr int filesAPage = 400;
constexpr std::chrono::hours fileAge {1}; ///< how old an answer may be that is taken for the file

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

} // namespace

/// One file of the catalogue.
struct StaticFile {
    Json json;
    bool invented = false; ///< answered to a test key
};

/// Where the files come from.
class StaticReader
{
public:
    StaticReader(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
        : m_definition(std::move(definition))
        , m_http(std::move(http))
        , m_pools(pools)
    {
    }
    [[nodiscard]] const Definition &definition() const { return m_definition; }
    [[nodiscard]] Pools &pools() const { return m_pools; }

    [[nodiscard]] Future<StaticFile> read(const QUrl &url, const StopToken &stop, const OnPause &onPause) const
    {
        if (url.isLocalFile()) {
            // Only a definition leads to a disk, and from there links to the same disk (mayFollow).
            return runOn(m_pools.io, [path = url.toLocalFile()] { return fileOf(readJsonFile(path), false); });
        }
        net::HttpRequest request;
        request.url = url;
        request.headers = {{"Accept", "application/geo+json, application/json"}};
        request.connection = url.host() == m_definition.url.host() ? m_definition.apiConnection : QString();
        request.retries = 2;
        request.deadline = m_definition.deadline;
        request.fresh = fileAge;
        request.onPause = onPause;
        return chain(m_http->send(std::move(request), stop),
                     [this, id = m_definition.id](const Result<net::HttpResponse> &answer) -> Future<StaticFile> {
                         if (!answer)
                             return ready<StaticFile>(fail(answer.error()));
                         return runOn(m_pools.cpu, [response = *answer, id] {
                             return fileOf(jsonOf(response, id), response.invented);
                         });
                     });
    }

private:
    [[nodiscard]] static Result<StaticFile> fileOf(Result<Json> json, bool invented)
    {
        if (!json)
            return fail(json.error());
        return StaticFile {*std::move(json), invented};
    }

    const Definition m_definition;
    const std::shared_ptr<net::HttpClient> m_http;
    Pools &m_pools;
};

namespace {

/// What is looked for in the files, and when it is enough.
struct Task {
    data::SearchQuery query {};
    StaticWalk walk;
    bool withItems = true;
    QString wanted {}; ///< the id of one scene; empty: any
    std::size_t enough = SIZE_MAX; ///< scenes that answer the query
    int files = INT_MAX;
    std::chrono::milliseconds time {0};
    StopToken stop {};
    OnPause onPause {};
};

/// Reads a few files at a time until there is enough, and says then what was found.
class Walker : public std::enable_shared_from_this<Walker>
{
public:
    struct Found {
        StaticWalk walk;
        std::vector<data::Scene> scenes {};
        std::vector<data::CollectionInfo> collections {};
        std::optional<Item> wanted {};
        int unreadable = 0;
        int refused = 0;
        QStringList lost {}; ///< files that could not be read, and why
    };

    Walker(std::shared_ptr<const StaticReader> reader, Task task)
        : m_reader(std::move(reader))
        , m_task(std::move(task))
        , m_found {m_task.walk}
    {
        m_clock.start();
    }

    [[nodiscard]] Future<Found> run()
    {
        auto future = m_settler.future();
        next();
        return future;
    }

private:
    struct Batch {
        std::vector<Step> steps;
        std::vector<Result<StaticFile>> files;
        std::atomic<int> missing;
    };

    void next()
    {
        const bool late = std::chrono::milliseconds(m_clock.elapsed()) > m_task.time || m_files >= m_task.files;
        if (m_task.stop.stop_requested()) {
            m_settler.settle(cancelled());
            return;
        }
        if (m_found.walk.atEnd() || late || m_found.wanted || m_answers >= m_task.enough) {
            m_settler.settle(std::move(m_found));
            return;
        }
        const auto batch = std::make_shared<Batch>();
        batch->steps = m_found.walk.take(parallel);
        batch->files.assign(batch->steps.size(), fail(ErrorCode::Cancelled, QString()));
        batch->missing = static_cast<int>(batch->steps.size());
        m_files += static_cast<int>(batch->steps.size());
        for (std::size_t i = 0; i < batch->steps.size(); ++i) {
            const auto done = chain(m_reader->read(batch->steps[i].url, m_task.stop, m_task.onPause),
                                    [self = shared_from_this(), batch, i](Result<StaticFile> file) -> Result<bool> {
                                        batch->files[i] = std::move(file);
                                        if (--batch->missing == 0)
                                            self->takeLater(batch);
                                        return true;
                                    });
            Q_UNUSED(done)
        }
    }

    /// On the pool: parsing is no work for the thread that settled, and the stack does not grow with the walk.
    void takeLater(const std::shared_ptr<Batch> &batch)
    {
        const auto done = runOn(m_reader->pools().cpu, [self = shared_from_this(), batch]() -> Result<bool> {
            self->take(*batch);
            self->next();
            return true;
        });
        Q_UNUSED(done)
    }

    void take(Batch &batch)
    {
        for (std::size_t i = 0; i < batch.steps.size(); ++i) {
            const auto &step = batch.steps[i];
            auto document = batch.files[i] ? parseDocument(batch.files[i]->json, step.url, m_reader->definition(),
                                                           m_task.query, batch.files[i]->invented)
                                           : Result<StaticDocument>(fail(batch.files[i].error()));
            if (!document) {
                if (step.url == m_reader->definition().url) { // nothing was read at all: that is the answer
                    m_settler.settle(fail(document.error()));
                    return;
                }
                m_found.lost.append(
                    Text::tr("%1 could not be read: %2").arg(step.url.fileName(), document.error().message));
                continue;
            }
            m_found.walk.add(step, *document, m_task.withItems);
            m_found.unreadable += document->unreadable;
            m_found.refused += document->refused;
            if (document->collection)
                m_found.collections.push_back(std::move(*document->collection));
            for (auto &scene : document->scenes) {
                if (!m_task.wanted.isEmpty() && scene.id == m_task.wanted)
                    m_found.wanted = Item {scene, itemIn(batch.files[i]->json)};
                m_answers += answers(scene, m_task.query, {}) ? 1 : 0;
                m_found.scenes.push_back(std::move(scene));
            }
        }
    }

    /// The Item with the wanted id, alone or among others.
    [[nodiscard]] Json itemIn(const Json &file) const
    {
        if (const Json &features = member(file, "features"); features.is_array()) {
            for (const auto &feature : features) {
                if (stringAt(feature, "id") == m_task.wanted)
                    return feature;
            }
        }
        return file;
    }

    const std::shared_ptr<const StaticReader> m_reader;
    const Task m_task;
    Found m_found;
    Settler<Found> m_settler;
    QElapsedTimer m_clock;
    std::size_t m_answers = 0;
    int m_files = 0;
};

/// Of another collection and product than asked for; a catalogue of someone's own may call them what it likes.
bool isOther(const data::Scene &scene, const QStringList &wanted)
{
    return !wanted.isEmpty() && !scene.collection.isEmpty() && !wanted.contains(scene.collection)
        && !wanted.contains(scene.product);
}

/// The page that a part of the walk makes.
Page pageOf(Walker::Found found, const data::SearchQuery &query, const QStringList &wanted, const QUrl &start)
{
    Page page;
    page.scenes = std::move(found.scenes);
    page.aside.unreadable = found.unreadable;
    page.notes = found.lost.mid(0, 5);
    if (found.refused > 0)
        page.notes.append(Text::tr("%n links lead where this catalogue may not send us and are not followed.", nullptr,
                                   found.refused));
    if (found.walk.leftOut())
        page.notes.append(Text::tr("The catalogue is larger or deeper than is read of one: there may be more."));
    page.cutShort = !found.lost.isEmpty() || found.refused > 0 || found.walk.leftOut();
    if (!found.walk.atEnd())
        page.next = Cursor {"GET", start, found.walk.toCursor(), {}};
    // Nobody was asked to leave anything out: what does not match is no surprise.
    const auto others = std::erase_if(page.scenes, [&](const data::Scene &scene) { return isOther(scene, wanted); });
    page.aside.wrongLevel = static_cast<int>(others);
    const auto notes = page.notes;
    keepAnswers(page, query, {});
    page.notes = notes;
    return page;
}

} // namespace

StaticProvider::StaticProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_reader(std::make_shared<const StaticReader>(std::move(definition), std::move(http), pools))
{
}

data::ProviderInfo StaticProvider::info() const { return m_reader->definition().info(); }

Limits StaticProvider::limits() const
{
    Limits limits;
    limits.deadline = m_reader->definition().deadline;
    return limits;
}

Future<Page> StaticProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop,
                                    OnPause onPause)
{
    const auto &definition = m_reader->definition();
    const QUrl start = definition.url;
    Task task {query, cursor ? StaticWalk::from(cursor->body) : StaticWalk(start)};
    task.enough = static_cast<std::size_t>(std::max(query.limit, 1));
    task.files = filesAPage;
    task.time = definition.deadline / 3;
    task.stop = std::move(stop);
    task.onPause = std::move(onPause);
    const QStringList wanted = query.collections.isEmpty()
        ? QStringList()
        : QStringList(query.collections + definition.collectionsFor(query.collections).ids);
    return chain(std::make_shared<Walker>(m_reader, std::move(task))->run(),
                 [query, wanted, start](Result<Walker::Found> found) -> Result<Page> {
                     if (!found)
                         return fail(found.error());
                     return pageOf(std::move(*found), query, wanted, start);
                 });
}

Future<std::vector<data::CollectionInfo>> StaticProvider::collections(StopToken stop)
{
    Task task {{}, StaticWalk(m_reader->definition().url)};
    task.withItems = false;
    task.time = m_reader->definition().deadline;
    task.stop = std::move(stop);
    return chain(std::make_shared<Walker>(m_reader, std::move(task))->run(),
                 [](Result<Walker::Found> found) -> Result<std::vector<data::CollectionInfo>> {
                     if (!found)
                         return fail(found.error());
                     return std::move(found->collections);
                 });
}

Future<Item> StaticProvider::item(const QString &id, StopToken stop)
{
    Task task {{}, StaticWalk(m_reader->definition().url)};
    task.wanted = id;
    task.time = m_reader->definition().deadline;
    task.stop = std::move(stop);
    return chain(std::make_shared<Walker>(m_reader, std::move(task))->run(),
                 [reader = m_reader, id](Result<Walker::Found> found) -> Result<Item> {
                     if (!found)
                         return fail(found.error());
                     if (found->wanted)
                         return std::move(*found->wanted);
                     const auto &definition = reader->definition();
                     return fail(ErrorCode::NotFound, Text::tr("%1 has no scene “%2”.").arg(definition.title, id),
                                 definition.id);
                 });
}

} // namespace astra::providers::stac
