// SPDX-License-Identifier: Apache-2.0
#include "core/providers/pixxel/pixxelprovider.h"

#include "core/data/sensor.h"
#include "core/providers/pagetally.h"
#include "core/providers/pixxel/pixxelparser.h"
#include "core/providers/searchfilter.h"
#include "core/providers/stac/collectionparser.h"

#include <QCoreApplication>
#include <QSet>

#include <algorithm>

namespace astra::providers::pixxel {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

// Which satellites there are changes with a launch.
constexpr std::chrono::hours listsLast {24};

bool isWanted(const QString &collection, const QStringList &wanted)
{
    return wanted.isEmpty() || wanted.contains(collection) || wanted.contains(data::productOfCollection(collection));
}

/// What one of the two searches is asked, one question after the other.
struct Line {
    std::vector<Json> bodies;
    QStringList seen; ///< ids that came from this search: one that goes in a circle is told by them

    [[nodiscard]] Json toJson() const { return {{"bodies", bodies}, {"seen", astra::toJson(seen)}}; }
    [[nodiscard]] static Line from(const Json &json)
    {
        const Json &bodies = listAt(json, "bodies");
        return {std::vector<Json>(bodies.begin(), bodies.end()), asStringList(member(json, "seen"))};
    }
};

struct Questions {
    Line archive;
    Line search;

    [[nodiscard]] bool isEmpty() const { return archive.bodies.empty() && search.bodies.empty(); }
    /// Whether nothing has been answered yet.
    [[nodiscard]] bool areFirst() const { return archive.seen.isEmpty() && search.seen.isEmpty(); }
    [[nodiscard]] Cursor cursor() const
    {
        return {"POST", {}, Json {{"archive", archive.toJson()}, {"search", search.toJson()}}, {}};
    }
    [[nodiscard]] static Questions from(const Cursor &cursor)
    {
        return {Line::from(member(cursor.body, "archive")), Line::from(member(cursor.body, "search"))};
    }
};

/// One answer, and the questions that it leaves open.
struct Part {
    ParsedItems items;
    std::vector<Json> next;
    bool cutShort = false;
};

int limitOf(const Json &body)
{
    return static_cast<int>(std::clamp<qint64>(asInteger(member(body, "limit")).value_or(1), 1, 10000));
}

bool bringsNews(const Part &part, const QStringList &seen)
{
    return std::ranges::any_of(part.items.scenes, [&](const auto &scene) { return !seen.contains(scene.id); });
}

/// The archive goes on by offset. Its answers are not known to name a next page.
void goOnInArchive(Part &part, const Json &body, const QStringList &seen)
{
    const qint64 end = asInteger(member(body, "offset")).value_or(0) + part.items.count;
    const bool more = part.items.total ? *part.items.total > end : part.items.count >= limitOf(body);
    if (!more || part.items.count == 0)
        return;
    if (!bringsNews(part, seen)) {
        part.cutShort = true; // the same again
        return;
    }
    part.next.push_back(body);
    part.next.back()["offset"] = end;
}

/// The other search has no pages, and its answers no order: what is too much at once is asked for in halves.
void goOnInSearch(Part &part, const Json &body, const QStringList &seen)
{
    const bool more = part.items.total ? *part.items.total > part.items.count : part.items.count >= limitOf(body);
    if (!more || part.items.count == 0)
        return;
    if (bringsNews(part, seen))
        part.next = halves(body);
    part.cutShort = part.next.empty();
}

} // namespace

struct PixxelProvider::Shared {
    Definition definition;
    std::shared_ptr<net::HttpClient> http;
    Pools *pools;

    [[nodiscard]] net::HttpRequest request(const QString &path, const Json &body = {}) const
    {
        net::HttpRequest request;
        request.url = QUrl(QString(definition.url.toString() + path));
        request.headers = {{"Accept", "application/geo+json, application/json"}};
        if (!body.is_null()) {
            request.method = "POST";
            request.headers.append(net::Header("Content-Type", "application/json"));
            request.body = toText(body);
        }
        request.connection = definition.apiConnection;
        request.deadline = definition.deadline;
        request.retries = 2;
        return request;
    }
    [[nodiscard]] Result<Json> read(const Result<net::HttpResponse> &answer) const
    {
        if (!answer)
            return fail(answer.error());
        if (!answer->ok())
            return fail(errorOf(*answer, definition));
        return parseJson(answer->body, definition.id);
    }
    [[nodiscard]] Future<Json> list(const QString &path, const StopToken &stop) const
    {
        auto wanted = request(path);
        wanted.fresh = listsLast;
        wanted.retries = 1;
        return chain(http->send(std::move(wanted), stop),
                     [definition = definition](const Result<net::HttpResponse> &answer) -> Result<Json> {
                         return Shared {definition, {}, nullptr}.read(answer);
                     });
    }
};

/// One question to both searches.
struct PixxelProvider::Search {
    std::shared_ptr<const Shared> shared;
    data::SearchQuery query;
    StopToken stop;
    OnPause onPause;

    using Self = std::shared_ptr<const Search>;
    using GoOn = void (*)(Part &, const Json &, const QStringList &);

    /// Collections are named only where some were asked for; the service answers unknown ones with an error.
    static Future<Page> begin(const Self &self)
    {
        const auto satellites = self->shared->list(QStringLiteral("/satellites"), self->stop);
        const auto archives = self->query.collections.isEmpty()
            ? ready<Json>(Json())
            : self->shared->list(QStringLiteral("/archives/collections"), self->stop);
        return chain(satellites, [self, archives](const Result<Json> &first) {
            return chain(archives, [self, first](const Result<Json> &second) { return ask(self, first, second); });
        });
    }

    static Future<Page> ask(const Self &self, const Result<Json> &satellites, const Result<Json> &archives)
    {
        const Definition &definition = self->shared->definition;
        const int limit = std::clamp(self->query.limit, 1, definition.pageSize);
        const QStringList &wanted = self->query.collections;
        Questions questions;
        std::optional<Error> archiveError;
        if (!archives) {
            archiveError = archives.error();
        } else {
            QStringList ids;
            for (const auto &entry : listAt(*archives, "collections")) {
                if (const QString id = stringAt(entry, "id"); !id.isEmpty() && isWanted(id, wanted))
                    ids << id;
            }
            if (wanted.isEmpty() || !ids.isEmpty())
                questions.archive.bodies = {archiveBody(self->query, ids, limit)};
        }
        std::optional<Error> searchError;
        if (!satellites) {
            searchError = satellites.error();
        } else {
            auto pairs = parsePairs(*satellites);
            std::erase_if(pairs, [&](const Pair &pair) { return !isWanted(pair.collection, wanted); });
            if (!pairs.empty())
                questions.search.bodies = {searchBody(self->query, pairs, limit, QDateTime::currentDateTimeUtc())};
        }
        if (questions.isEmpty() && !archiveError && !searchError)
            return ready<Page>(notHeld(definition.title));
        return send(self, questions, archiveError, searchError);
    }

    static Future<Page> send(const Self &self, const Questions &questions,
                             const std::optional<Error> &archiveError = {},
                             const std::optional<Error> &searchError = {})
    {
        const auto archive = archiveError
            ? ready<Part>(fail(*archiveError))
            : part(self, QStringLiteral("/archives/search"), questions.archive, goOnInArchive);
        const auto search = searchError ? ready<Part>(fail(*searchError))
                                        : part(self, QStringLiteral("/search"), questions.search, goOnInSearch);
        return chain(archive, [self, questions, search](const Result<Part> &first) {
            return chain(search, [self, questions, first](const Result<Part> &second) {
                return self->joined(questions, first, second);
            });
        });
    }

    static Future<Part> part(const Self &self, const QString &path, const Line &line, GoOn goOn)
    {
        if (line.bodies.empty())
            return ready<Part>(Part());
        const Json &body = line.bodies.front();
        auto request = self->shared->request(path, body);
        request.onPause = self->onPause;
        return chain(self->shared->http->send(std::move(request), self->stop),
                     [self, body, seen = line.seen, goOn](const Result<net::HttpResponse> &answer) -> Future<Part> {
                         return runOn(self->shared->pools->cpu, [self, body, seen, goOn, answer]() -> Result<Part> {
                             const auto &service = *self->shared;
                             const auto json = service.read(answer);
                             if (!json)
                                 return fail(json.error());
                             auto context = stac::ParseContext::of(service.definition, service.definition.url);
                             context.invented |= answer->invented;
                             auto items = parseItems(*json, context);
                             if (!items)
                                 return fail(items.error());
                             Part read {std::move(*items), {}, false};
                             goOn(read, body, seen);
                             return read;
                         });
                     });
    }

    [[nodiscard]] Result<Page> joined(const Questions &asked, const Result<Part> &archive,
                                      const Result<Part> &search) const
    {
        if (!archive && (!search || asked.search.bodies.empty()))
            return fail(archive.error());
        if (!search && asked.archive.bodies.empty())
            return fail(search.error());
        Page page;
        Questions next {{{}, asked.archive.seen}, {{}, asked.search.seen}};
        // The two overlap: whatever either of them has brought is not told again.
        QSet<QString> told(asked.archive.seen.begin(), asked.archive.seen.end());
        told.unite({asked.search.seen.begin(), asked.search.seen.end()});
        const auto take = [&](const Result<Part> &part, const Line &before, Line &after, const QString &name) {
            if (!part) {
                page.silent << name;
                page.cutShort = true;
                page.notes << part.error().message;
                return;
            }
            for (const auto &scene : part->items.scenes) {
                after.seen << scene.id;
                if (told.contains(scene.id))
                    continue;
                told.insert(scene.id);
                page.scenes.push_back(scene);
            }
            after.seen.removeDuplicates();
            page.aside.unreadable += part->items.unreadable;
            page.cutShort |= part->cutShort;
            after.bodies = part->next;
            if (!before.bodies.empty())
                after.bodies.insert(after.bodies.end(), before.bodies.begin() + 1, before.bodies.end());
        };
        take(archive, asked.archive, next.archive, Text::tr("Pixxel's archive"));
        take(search, asked.search, next.search, Text::tr("Pixxel's search by satellite"));
        if (page.aside.unreadable > 0)
            page.notes.append(
                Text::tr("%n entries could not be read and are left out.", nullptr, page.aside.unreadable));
        // Two searches that overlap do not add up.
        if (asked.areFirst() && (asked.archive.bodies.empty() || asked.search.bodies.empty()))
            page.matched = asked.search.bodies.empty() ? archive->items.total : search->items.total;
        page.cloudFilterSent = query.cloudCoverLt.has_value();
        if (!next.isEmpty())
            page.next = next.cursor();
        // A family stands for what the service calls it.
        std::erase_if(page.scenes, [&](const data::Scene &scene) {
            const bool other = !scene.collection.isEmpty() && !isWanted(scene.collection, query.collections);
            page.aside.wrongLevel += other ? 1 : 0;
            return other;
        });
        keepAnswers(page, query, {});
        return page;
    }
};

PixxelProvider::PixxelProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_shared(std::make_shared<Shared>(Shared {std::move(definition), std::move(http), &pools}))
{
}

data::ProviderInfo PixxelProvider::info() const { return m_shared->definition.info(); }

Limits PixxelProvider::limits() const
{
    Limits limits;
    limits.deadline = m_shared->definition.deadline;
    return limits;
}

Future<Page> PixxelProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop,
                                    OnPause onPause)
{
    const auto search = std::make_shared<const Search>(Search {m_shared, query, std::move(stop), std::move(onPause)});
    if (!cursor)
        return Search::begin(search);
    const auto questions = Questions::from(*cursor);
    return questions.isEmpty() ? ready<Page>(Page()) : Search::send(search, questions);
}

Future<Tally> PixxelProvider::tally(const data::SearchQuery &query, StopToken stop)
{
    data::SearchQuery whole = query;
    whole.cloudCoverLt.reset();
    whole.limit = m_shared->definition.pageSize;
    return chain(search(whole, {}, std::move(stop)), [limit = query.cloudCoverLt](Result<Page> page) -> Result<Tally> {
        if (!page)
            return fail(page.error());
        return tallyOf(*page, limit);
    });
}

Future<std::vector<data::CollectionInfo>> PixxelProvider::collections(StopToken stop)
{
    using List = std::vector<data::CollectionInfo>;
    const auto satellites = m_shared->list(QStringLiteral("/satellites"), stop);
    const auto archives = m_shared->list(QStringLiteral("/archives/collections"), stop);
    return chain(satellites, [shared = m_shared, archives](const Result<Json> &first) {
        return chain(archives, [shared, first](const Result<Json> &second) -> Result<List> {
            if (!first && !second)
                return fail(first.error());
            List all;
            if (second) {
                if (auto parsed = stac::parseCollections(*second, shared->definition))
                    all = std::move(parsed->collections);
            }
            for (auto &other : first ? parseSatellites(*first, shared->definition) : List()) {
                if (std::ranges::find(all, other.id, &data::CollectionInfo::id) == all.end())
                    all.push_back(std::move(other));
            }
            return all;
        });
    });
}

Future<Item> PixxelProvider::item(const QString &id, StopToken stop)
{
    Json body {{"ids", {toStd(id)}}, {"limit", 1}};
    return chain(m_shared->http->send(m_shared->request(QStringLiteral("/archives/search"), body), std::move(stop)),
                 [shared = m_shared, id](const Result<net::HttpResponse> &answer) -> Result<Item> {
                     const auto json = shared->read(answer);
                     if (!json)
                         return fail(json.error());
                     const Json &features = member(*json, "features");
                     if (!features.is_array() || features.empty() || stringAt(features.front(), "id") != id)
                         return fail(ErrorCode::NotFound,
                                     Text::tr("The archive of %1 has no scene “%2”. Scenes that only its search by "
                                              "satellite knows can be opened from a search.")
                                         .arg(shared->definition.title, id),
                                     shared->definition.id);
                     auto scene = stac::parseItem(plainItem(features.front()),
                                                  stac::ParseContext::of(shared->definition, shared->definition.url));
                     if (!scene)
                         return fail(scene.error());
                     scene->invented |= answer->invented;
                     return Item {std::move(*scene), features.front()};
                 });
}

} // namespace astra::providers::pixxel
