// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astraprovider.h"

#include "core/credentials/astraerror.h"
#include "core/providers/astra/astraparser.h"
#include "core/providers/searchfilter.h"

#include <QCoreApplication>
#include <QUrlQuery>

namespace astra::providers::astra_os {

struct AstraProvider::Shared {
    Definition definition;
    std::shared_ptr<net::HttpClient> http;
    Pools *pools;

    [[nodiscard]] Future<net::HttpResponse> get(const QUrl &url, const StopToken &stop) const
    {
        net::HttpRequest request;
        request.url = url;
        request.headers = {net::Header("Accept", "application/json")};
        request.connection = definition.apiConnection;
        request.deadline = definition.deadline;
        request.retries = 2;
        return http->send(request, stop);
    }
};

namespace {

// The service returns no more than this, whatever it is asked.
constexpr int serviceLimit = 100;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

Result<Json> readJson(const net::HttpResponse &response, const Definition &definition)
{
    if (!response.ok()) {
        Error error = credentials::astraError(response, definition.title);
        error.origin = definition.id;
        return fail(error);
    }
    return parseJson(response.body, definition.id);
}

Result<Page> readPage(const net::HttpResponse &response, const Definition &definition, const data::SearchQuery &query,
                      int limit)
{
    const auto json = readJson(response, definition);
    if (!json)
        return fail(json.error());
    auto parsed = parseSearch(*json, stac::ParseContext::of(definition, definition.url));
    if (!parsed)
        return fail(parsed.error());
    if (parsed->scenes.empty() && !parsed->notes.isEmpty() && parsed->count == 0) {
        // Every catalogue behind it failed: that is not the same as "no imagery exists".
        return fail(ErrorCode::Network, parsed->notes.join(u"; "_qs), definition.id, true);
    }
    Page page;
    page.scenes = std::move(parsed->scenes);
    page.matched = parsed->matched;
    page.notes = std::move(parsed->notes);
    if (parsed->count >= limit)
        page.notes.append(Text::tr("This service returns no more than %1 scenes at once. A shorter time or a smaller "
                                   "area shows the rest.")
                              .arg(limit));
    keepAnswers(page, query, {});
    return page;
}

/// The two halves of a search across the antimeridian; one that failed is a note.
Result<Page> joined(Result<Page> west, Result<Page> east)
{
    if (!west && !east)
        return west;
    if (!west || !east) {
        Page page = std::move(west ? *west : *east);
        page.notes.append((west ? east : west).error().message);
        return page;
    }
    for (auto &scene : east->scenes) {
        if (std::none_of(west->scenes.begin(), west->scenes.end(),
                         [&](const data::Scene &known) { return known.id == scene.id; }))
            west->scenes.push_back(std::move(scene));
    }
    west->notes += east->notes;
    west->matched.reset(); // what lies in both would count twice
    return west;
}

} // namespace

QUrl searchUrl(const Definition &definition, const data::SearchQuery &query, const data::GeoBox &box,
               const QStringList &collections)
{
    QUrlQuery items;
    items.addQueryItem(QStringLiteral("bbox"), box.toString());
    // The service requires a time; one that is open at both ends is written out.
    data::TimeRange range = query.datetime;
    if (!range.start && !range.end)
        range.start = QDateTime(QDate(1972, 1, 1), QTime(0, 0), Qt::UTC);
    items.addQueryItem(QStringLiteral("datetime"), range.toString());
    if (!collections.isEmpty())
        items.addQueryItem(QStringLiteral("collections"), collections.join(u','));
    if (query.cloudCoverLt)
        items.addQueryItem(QStringLiteral("cloud_cover_lt"), QString::number(*query.cloudCoverLt));
    const int limit = std::clamp(query.limit, 1, std::min(serviceLimit, definition.pageSize));
    items.addQueryItem(QStringLiteral("limit"), QString::number(limit));
    QUrl url(QString(definition.url.toString() + u"/search"));
    url.setQuery(items);
    return url;
}

AstraProvider::AstraProvider(Definition definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
    : m_shared(std::make_shared<Shared>(Shared {std::move(definition), std::move(http), &pools}))
{
}

data::ProviderInfo AstraProvider::info() const { return m_shared->definition.info(); }

Limits AstraProvider::limits() const
{
    Limits limits;
    limits.deadline = m_shared->definition.deadline;
    return limits;
}

Future<Page> AstraProvider::search(const data::SearchQuery &query, const std::optional<Cursor> &, StopToken stop,
                                   OnPause)
{
    const Definition &definition = m_shared->definition;
    const auto [ids, held] = definition.collectionsFor(query.collections);
    if (!held)
        return ready<Page>(notHeld(definition.title));
    const int limit = std::clamp(query.limit, 1, std::min(serviceLimit, definition.pageSize));
    const auto ask = [shared = m_shared, query, ids = ids, limit, stop](const data::GeoBox &box) {
        return chain(shared->get(searchUrl(shared->definition, query, box, ids), stop),
                     [shared, query, limit](const Result<net::HttpResponse> &answer) -> Future<Page> {
                         if (!answer)
                             return ready<Page>(fail(answer.error()));
                         return runOn(shared->pools->cpu, [shared, query, limit, response = *answer] {
                             return readPage(response, shared->definition, query, limit);
                         });
                     });
    };
    const auto boxes = query.bbox.split();
    if (boxes.size() < 2)
        return ask(query.bbox);
    return chain(ask(boxes.front()), [ask, east = boxes.back()](Result<Page> first) {
        return chain(ask(east), [first = std::move(first)](Result<Page> second) -> Result<Page> {
            return joined(first, std::move(second));
        });
    });
}

Future<Item> AstraProvider::item(const QString &id, StopToken stop)
{
    const QString base = m_shared->definition.url.toString();
    const QString escaped = QString::fromLatin1(QUrl::toPercentEncoding(id));
    const auto shared = m_shared;
    return chain(shared->get(QUrl(QString(base + u"/scenes/" + escaped), QUrl::StrictMode), stop),
                 [shared, base, escaped, id, stop](const Result<net::HttpResponse> &answer) -> Future<Item> {
                     if (!answer)
                         return ready<Item>(fail(answer.error()));
                     auto json = readJson(*answer, shared->definition);
                     if (!json)
                         return ready<Item>(fail(json.error()));
                     const auto context = stac::ParseContext::of(shared->definition, shared->definition.url);
                     auto scene = parseScene(*json, context);
                     if (!scene)
                         return ready<Item>(fail(scene.error()));
                     scene->id = id; // always what search returned
                     const Item item {std::move(*scene), std::move(*json)};
                     // Addresses that the service has signed for us live in /assets only; without that answer those of
                     // the scene itself serve.
                     return chain(
                         shared->get(QUrl(QString(base + u"/assets?scene_id=" + escaped), QUrl::StrictMode), stop),
                         [shared, context, item](const Result<net::HttpResponse> &assets) -> Result<Item> {
                             Item whole = item;
                             if (assets && assets->ok()) {
                                 if (const auto list = parseJson(assets->body))
                                     mergeAssets(whole.scene, *list, context);
                             } else if (!assets && assets.error().code == ErrorCode::Cancelled) {
                                 return fail(assets.error());
                             }
                             return whole;
                         });
                 });
}

} // namespace astra::providers::astra_os
