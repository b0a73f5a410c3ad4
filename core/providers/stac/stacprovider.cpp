// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacprovider.h"

#include "core/data/sensor.h"
#include "core/providers/searchfilter.h"
#include "core/providers/stac/searchrequest.h"
#include "core/providers/stac/stacparser.h"

#include <QCoreApplication>

namespace astra::providers::stac {

struct StacProvider::Shared {
    Definition definition;
    std::shared_ptr<net::HttpClient> http;
    Pools *pools;
};

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

net::HttpRequest requestFor(const Definition &definition, const Cursor &cursor)
{
    net::HttpRequest request;
    request.method = cursor.method;
    request.url = cursor.url;
    request.headers = {{"Accept", "application/geo+json, application/json"}};
    if (cursor.method == "POST") {
        request.headers.append(net::Header("Content-Type", "application/json"));
        request.body = toText(cursor.body);
    }
    request.connection = definition.apiConnection;
    request.retries = 2;
    return request;
}

/// Answers that a smaller page may cure: too large for the server, or too slow.
bool mayBeTooLarge(const Result<net::HttpResponse> &answer)
{
    if (!answer)
        return answer.error().code == ErrorCode::Timeout;
    return answer->status == 500 || answer->status == 502 || answer->status == 504;
}

Result<Json> readJson(const net::HttpResponse &response, const QString &origin)
{
    if (!response.ok())
        return fail(net::errorFrom(response, origin));
    return parseJson(response.body, origin);
}

Result<Page> readPage(const net::HttpResponse &response, const Definition &definition, const Cursor &asked,
                      const data::SearchQuery &query, const QStringList &collections)
{
    const auto json = readJson(response, definition.id);
    if (!json)
        return fail(json.error());
    auto parsed = parsePage(*json, ParseContext::of(definition, asked.url));
    if (!parsed)
        return fail(parsed.error());
    Page page;
    auto [next, note] = continuation(asked, asked.url, *parsed);
    page.next = std::move(next);
    page.scenes = std::move(parsed->scenes);
    page.matched = parsed->matched;
    page.notes = std::move(parsed->notes);
    if (!note.isEmpty())
        page.notes.append(note);
    keepAnswers(page, query, collections);
    return page;
}

/// One search request with its two remedies, each tried once.
struct Attempt {
    Cursor cursor;
    bool halved = false; ///< asked for fewer items already
    bool toSearch = false; ///< sent to the search address already
};

} // namespace

StacProvider::StacProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_shared(std::make_shared<Shared>(Shared {std::move(definition), std::move(http), &pools}))
{
}

data::ProviderInfo StacProvider::info() const { return m_shared->definition.info(); }

Limits StacProvider::limits() const
{
    Limits limits;
    limits.deadline = m_shared->definition.deadline;
    return limits;
}

Future<Page> StacProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop,
                                  OnPause)
{
    const auto [ids, held] = m_shared->definition.collectionsFor(query.collections);
    if (!held)
        return ready<Page>(notHeld(m_shared->definition.title));
    const Cursor first = cursor ? *cursor : firstRequest(m_shared->definition, query, ids);
    // A provider of which we know no collections may call them what it likes.
    const QStringList expected = query.collections.isEmpty() ? QStringList() : ids;

    struct Search {
        std::shared_ptr<const Shared> shared;
        data::SearchQuery query;
        QStringList expected;
        StopToken stop;

        static Future<Page> send(const std::shared_ptr<const Search> &self, const Attempt &attempt)
        {
            const Definition &definition = self->shared->definition;
            auto request = requestFor(definition, attempt.cursor);
            request.deadline = attempt.halved ? definition.deadline / 3 : definition.deadline * 2 / 3;
            return chain(
                self->shared->http->send(request, self->stop),
                [self, attempt](const Result<net::HttpResponse> &answer) { return take(self, attempt, answer); });
        }

        static Future<Page> take(const std::shared_ptr<const Search> &self, Attempt attempt,
                                 const Result<net::HttpResponse> &answer)
        {
            const Definition &definition = self->shared->definition;
            const int limit = limitOf(attempt.cursor);
            if (mayBeTooLarge(answer) && !attempt.halved && limit > 1) {
                attempt.halved = true;
                attempt.cursor = withLimit(attempt.cursor, limit / 2);
                return send(self, attempt);
            }
            if (!answer)
                return ready<Page>(fail(answer.error()));
            const QUrl search(QString(definition.url.toString() + u"/search"));
            const bool lost = answer->status == 404 || answer->status == 405;
            if (lost && attempt.cursor.method == "POST" && !attempt.toSearch && attempt.cursor.url != search) {
                attempt.toSearch = true;
                attempt.cursor.url = search;
                return send(self, attempt);
            }
            return runOn(self->shared->pools->cpu, [self, attempt, response = *answer] {
                return readPage(response, self->shared->definition, attempt.cursor, self->query, self->expected);
            });
        }
    };
    const auto search = std::make_shared<const Search>(Search {m_shared, query, expected, std::move(stop)});
    return Search::send(search, {first});
}

Future<Item> StacProvider::item(const QString &id, StopToken stop)
{
    const Definition &definition = m_shared->definition;
    struct Lookup {
        std::shared_ptr<const Shared> shared;
        QString id;
        StopToken stop;
        std::vector<Cursor> requests;

        static Future<Item> send(const std::shared_ptr<const Lookup> &self, std::size_t at)
        {
            auto request = requestFor(self->shared->definition, self->requests[at]);
            request.deadline = self->shared->definition.deadline;
            return chain(self->shared->http->send(request, self->stop),
                         [self, at](const Result<net::HttpResponse> &answer) -> Future<Item> {
                             if (!answer)
                                 return ready<Item>(fail(answer.error()));
                             if (answer->status == 404 && at + 1 < self->requests.size())
                                 return send(self, at + 1);
                             return runOn(self->shared->pools->cpu,
                                          [self, at, response = *answer] { return self->read(response, at); });
                         });
        }

        [[nodiscard]] Result<Item> read(const net::HttpResponse &response, std::size_t at) const
        {
            const QString &provider = shared->definition.id;
            auto json = readJson(response, provider);
            if (!json)
                return fail(json.error());
            const Json &features = member(*json, "features");
            if (features.is_array() && features.empty())
                return fail(ErrorCode::NotFound, Text::tr("%1 has no scene “%2”.").arg(shared->definition.title, id),
                            provider);
            Json raw = features.is_array() ? Json(features.front()) : Json(std::move(*json));
            auto scene = parseItem(raw, ParseContext::of(shared->definition, requests[at].url));
            if (!scene)
                return fail(scene.error());
            if (scene->id != id)
                return fail(ErrorCode::InvalidInput,
                            Text::tr("%1 answered with another scene than “%2”.").arg(shared->definition.title, id),
                            provider);
            return Item {std::move(*scene), std::move(raw)};
        }
    };

    // What the id looks like first; a scene that is not in one collection may be in the next.
    QStringList collections = definition.collectionsFor({data::productOfName(id)}).ids;
    if (data::productOfName(id).isEmpty())
        collections.clear();
    collections += definition.collectionsFor({}).ids;
    collections.removeDuplicates();
    auto lookup = std::make_shared<Lookup>(Lookup {m_shared, id, std::move(stop), {}});
    const QString escaped = QString::fromLatin1(QUrl::toPercentEncoding(id));
    for (const auto &collection : collections) {
        const QString path = u"/collections/"_qs + QString::fromLatin1(QUrl::toPercentEncoding(collection))
            + u"/items/"_qs + escaped;
        lookup->requests.push_back({"GET", QUrl(QString(definition.url.toString() + path)), {}, {}});
    }
    if (collections.isEmpty()) {
        Json body {{"ids", {toStd(id)}}, {"limit", 1}};
        lookup->requests.push_back({"POST", QUrl(QString(definition.url.toString() + u"/search")), body, {}});
    }
    return Lookup::send(lookup, 0);
}

} // namespace astra::providers::stac
