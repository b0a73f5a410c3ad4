// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacprovider.h"

#include "core/data/sensor.h"
#include "core/providers/searchfilter.h"
#include "core/providers/stac/collectionparser.h"
#include "core/providers/stac/stacclient.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::providers::stac {

namespace {

constexpr int maxListPages = 50;
constexpr std::size_t maxWalked = 50; ///< collections that a search without a search looks into

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

using Client = std::shared_ptr<StacClient>;
using Collections = std::vector<data::CollectionInfo>;

/// The list of collections, page by page.
struct Listing {
    Client client;
    Capabilities known;
    StopToken stop;
    Collections found {};
    int pages = 0;

    static Future<Collections> send(const std::shared_ptr<Listing> &self, const Cursor &cursor)
    {
        const auto deadline = self->client->definition().deadline;
        return chain(self->client->send(cursor, self->stop, deadline, {}, descriptionAge),
                     [self, cursor](const Result<net::HttpResponse> &answer) -> Future<Collections> {
                         if (!answer)
                             return ready<Collections>(fail(answer.error()));
                         return chain(
                             runOn(self->client->pools().cpu,
                                   [self, cursor, response = *answer] { return self->take(response, cursor); }),
                             [self](const Result<Cursor> &next) -> Future<Collections> {
                                 if (!next)
                                     return ready<Collections>(fail(next.error()));
                                 return next->url.isEmpty() ? ready<Collections>(std::move(self->found))
                                                            : send(self, *next);
                             });
                     });
    }

    /// @return the request for the next page; no address: that was the last
    Result<Cursor> take(const net::HttpResponse &response, const Cursor &asked)
    {
        const auto json = jsonOf(response, client->definition().id);
        if (!json)
            return fail(json.error());
        auto parsed = parseCollections(*json, client->definition());
        if (!parsed)
            return fail(parsed.error());
        std::move(parsed->collections.begin(), parsed->collections.end(), std::back_inserter(found));
        ParsedPage page;
        page.count = static_cast<int>(parsed->collections.size());
        page.next = std::move(parsed->next);
        const auto next = page.next ? continuation(asked, asked.url, page, known).next : std::nullopt;
        return ++pages < maxListPages && next ? *next : Cursor {};
    }
};

Future<Collections> listOf(const Client &client, const Capabilities &known, const StopToken &stop)
{
    return Listing::send(std::make_shared<Listing>(Listing {client, known, stop}), {"GET", known.collections, {}, {}});
}

/// Of these collections, those that may hold an answer.
QStringList worthAsking(const Collections &collections, const data::SearchQuery &query)
{
    QStringList ids;
    for (const auto &collection : collections) {
        if (mayHold(collection, query) && static_cast<std::size_t>(ids.size()) < maxWalked)
            ids.append(collection.id);
    }
    return ids;
}

/// One call of search or tally.
struct Search {
    Client client;
    data::SearchQuery query;
    QStringList ids; ///< collections to ask for; empty: any
    QStringList expected; ///< collections that an answer may come from; empty: any
    StopToken stop;
    OnPause onPause;
    Capabilities known {};

    using Self = std::shared_ptr<Search>;

    static Self make(const Client &client, const data::SearchQuery &query, QStringList ids, StopToken stop,
                     OnPause onPause)
    {
        // A provider of which we know no collections may call them what it likes.
        const QStringList expected = query.collections.isEmpty() ? QStringList() : ids;
        return std::make_shared<Search>(
            Search {client, query, std::move(ids), expected, std::move(stop), std::move(onPause)});
    }

    /// What is asked first, once it is known what the catalogue honours.
    template<typename T, typename F> static Future<T> begin(const Self &self, F go)
    {
        return chain(self->client->capabilities(), [self, go](const Result<Capabilities> &answer) -> Future<T> {
            if (!answer)
                return ready<T>(fail(answer.error()));
            self->known = *answer;
            if (self->known.asking != Asking::Items || !self->ids.isEmpty())
                return go();
            return chain(listOf(self->client, self->known, self->stop), [self, go](const Result<Collections> &list) {
                if (!list)
                    return ready<T>(fail(list.error()));
                self->ids = worthAsking(*list, self->query);
                return self->ids.isEmpty() ? ready<T>(T {}) : go();
            });
        });
    }

    template<typename T, typename F> static Future<T> send(const Self &self, const Cursor &request, F read)
    {
        return chain(self->client->ask(request, self->known, self->stop, self->onPause),
                     [self, read](const Result<Answered> &answer) -> Future<T> {
                         if (!answer)
                             return ready<T>(fail(answer.error()));
                         return runOn(self->client->pools().cpu,
                                      [self, read, answered = *answer] { return read(*self, answered); });
                     });
    }

    [[nodiscard]] Result<ParsedPage> parse(const Answered &answered) const
    {
        const Definition &definition = client->definition();
        if (!answered.response.ok())
            return fail(net::errorFrom(answered.response, definition.id));
        auto context = ParseContext::of(definition, answered.request.url);
        context.invented |= answered.response.invented;
        context.packed = true;
        return parsePage(answered.response.body, context);
    }

    [[nodiscard]] Result<Page> page(const Answered &answered) const
    {
        auto parsed = parse(answered);
        if (!parsed)
            return fail(parsed.error());
        Page page;
        auto on = continuation(answered.request, answered.request.url, *parsed, known);
        if (on.next)
            page.next = keepSmall(std::move(*on.next), answered.request,
                                  std::clamp(query.limit, 1, client->definition().pageSize));
        page.scenes = std::move(parsed->scenes);
        page.matched = known.asking == Asking::Items && ids.size() != 1 ? std::nullopt : parsed->matched;
        page.notes = std::move(parsed->notes);
        if (!on.note.isEmpty())
            page.notes.append(on.note);
        page.cutShort = on.cutShort;
        page.cloudFilterSent = query.cloudCoverLt && known.cloudFilter != CloudFilter::None
            && known.asking != Asking::Items;
        page.aside.unreadable = parsed->unreadable;
        keepAnswers(page, query, expected);
        return page;
    }

    [[nodiscard]] Result<Tally> tally(const Answered &answered) const
    {
        auto parsed = parse(answered);
        if (!parsed)
            return fail(parsed.error());
        const int limit = limitOf(answered.request);
        const bool whole = parsed->matched ? *parsed->matched <= parsed->count
                                           : !parsed->next && (limit == 0 || parsed->count < limit);
        auto anyCloud = query;
        anyCloud.cloudCoverLt.reset();
        Page page;
        page.scenes = std::move(parsed->scenes);
        keepAnswers(page, anyCloud, expected);
        Tally tally;
        tally.count = {static_cast<int>(page.scenes.size()), !whole};
        if (!whole && parsed->matched)
            tally.count = {*parsed->matched, false};
        for (const auto &scene : page.scenes) {
            tally.noCloud.value += scene.cloudCover ? 0 : 1;
            tally.cloudier.value += query.cloudCoverLt && scene.cloudCover && *scene.cloudCover >= *query.cloudCoverLt;
        }
        tally.noCloud.atLeast = tally.cloudier.atLeast = !whole;
        return tally;
    }
};

/// The requests that may find an item, most likely first.
struct Lookup {
    Client client;
    QString id;
    StopToken stop;
    std::vector<Cursor> requests {};

    using Self = std::shared_ptr<const Lookup>;

    static Future<Item> send(const Self &self, std::size_t at)
    {
        const auto deadline = self->client->definition().deadline;
        return chain(self->client->send(self->requests[at], self->stop, deadline),
                     [self, at](const Result<net::HttpResponse> &answer) -> Future<Item> {
                         if (!answer)
                             return ready<Item>(fail(answer.error()));
                         if (answer->status == 404 && at + 1 < self->requests.size())
                             return send(self, at + 1);
                         return runOn(self->client->pools().cpu,
                                      [self, at, response = *answer] { return self->read(response, at); });
                     });
    }

    [[nodiscard]] Result<Item> read(const net::HttpResponse &response, std::size_t at) const
    {
        const Definition &definition = client->definition();
        auto json = jsonOf(response, definition.id);
        if (!json)
            return fail(json.error());
        const Json &features = member(*json, "features");
        if (features.is_array() && features.empty())
            return fail(ErrorCode::NotFound, Text::tr("%1 has no scene “%2”.").arg(definition.title, id),
                        definition.id);
        Json raw = features.is_array() ? Json(features.front()) : Json(std::move(*json));
        auto context = ParseContext::of(definition, requests[at].url);
        context.invented |= response.invented;
        auto scene = parseItem(raw, context);
        if (!scene)
            return fail(scene.error());
        if (scene->id != id)
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 answered with another scene than “%2”.").arg(definition.title, id), definition.id);
        return Item {std::move(*scene), std::move(raw)};
    }
};

/// In each of these collections; where there are none, by the search.
std::vector<Cursor> itemRequests(const Capabilities &known, const QString &id, const QStringList &collections)
{
    std::vector<Cursor> requests;
    const auto escaped = [](const QString &text) { return QString::fromLatin1(QUrl::toPercentEncoding(text)); };
    for (const auto &collection : collections) {
        QUrl url = known.collections;
        const QString path = url.path(QUrl::FullyEncoded) + u'/' + escaped(collection) + u"/items/" + escaped(id);
        url.setPath(path, QUrl::TolerantMode);
        requests.push_back({"GET", url, {}, {}});
    }
    if (collections.isEmpty())
        requests.push_back({"POST", known.search, Json {{"ids", {toStd(id)}}, {"limit", 1}}, {}});
    return requests;
}

} // namespace

StacProvider::StacProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_client(std::make_shared<StacClient>(std::move(definition), std::move(http), pools))
{
}

data::ProviderInfo StacProvider::info() const { return m_client->definition().info(); }

Limits StacProvider::limits() const
{
    Limits limits;
    limits.deadline = m_client->definition().deadline;
    return limits;
}

Future<Page> StacProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop,
                                  OnPause onPause)
{
    auto [ids, held] = m_client->definition().collectionsFor(query.collections);
    if (!held)
        return ready<Page>(notHeld(m_client->definition().title));
    const auto search = Search::make(m_client, query, std::move(ids), std::move(stop), std::move(onPause));
    return Search::begin<Page>(search, [search, cursor] {
        const Cursor request = cursor
            ? *cursor
            : firstRequest(search->client->definition(), search->known, search->query, search->ids);
        return Search::send<Page>(search, request,
                                  [](const Search &self, const Answered &answered) { return self.page(answered); });
    });
}

Future<Tally> StacProvider::tally(const data::SearchQuery &query, StopToken stop)
{
    auto [ids, held] = m_client->definition().collectionsFor(query.collections);
    if (!held)
        return ready<Tally>(Tally {});
    const auto search = Search::make(m_client, query, std::move(ids), std::move(stop), {});
    return Search::begin<Tally>(search, [search]() -> Future<Tally> {
        const Definition &definition = search->client->definition();
        if (search->known.asking == Asking::Items && search->ids.size() > 1)
            return ready<Tally>(
                fail(ErrorCode::Unsupported, Text::tr("%1 does not count.").arg(definition.title), definition.id));
        return Search::send<Tally>(search, tallyRequest(definition, search->known, search->query, search->ids),
                                   [](const Search &self, const Answered &answered) { return self.tally(answered); });
    });
}

Future<Collections> StacProvider::collections(StopToken stop)
{
    return chain(m_client->capabilities(),
                 [client = m_client, stop = std::move(stop)](const Result<Capabilities> &known) -> Future<Collections> {
                     return known ? listOf(client, *known, stop) : ready<Collections>(fail(known.error()));
                 });
}

Future<Item> StacProvider::item(const QString &id, StopToken stop)
{
    const Definition &definition = m_client->definition();
    // What the id looks like first; a scene that is not in one collection may be in the next.
    QStringList collections;
    if (const QString product = data::productOfName(id); !product.isEmpty())
        collections = definition.collectionsFor({product}).ids;
    collections += definition.collectionsFor({}).ids;
    collections.removeDuplicates();
    const auto lookup = std::make_shared<Lookup>(Lookup {m_client, id, std::move(stop)});
    return chain(m_client->capabilities(), [lookup, collections](const Result<Capabilities> &known) -> Future<Item> {
        if (!known)
            return ready<Item>(fail(known.error()));
        if (known->asking != Asking::Items || !collections.isEmpty()) {
            lookup->requests = itemRequests(*known, lookup->id, collections);
            return Lookup::send(lookup, 0);
        }
        return chain(listOf(lookup->client, *known, lookup->stop),
                     [lookup, known = *known](const Result<Collections> &list) -> Future<Item> {
                         if (!list)
                             return ready<Item>(fail(list.error()));
                         lookup->requests = itemRequests(known, lookup->id, worthAsking(*list, {}));
                         return Lookup::send(lookup, 0);
                     });
    });
}

} // namespace astra::providers::stac
