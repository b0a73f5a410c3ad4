// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/searchrequest.h"

#include <QCoreApplication>
#include <QUrlQuery>

namespace astra::providers::stac {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

// A walk over collections keeps these in the body of its cursor.
constexpr auto waiting = "waiting"; ///< collections still to come
constexpr auto asked = "asked"; ///< what is asked of each
constexpr int smallestPage = 10;

Json cloudClause(CloudFilter dialect, double lessThan)
{
    if (dialect == CloudFilter::Query)
        return {{"eo:cloud_cover", {{"lt", lessThan}}}};
    return {{"op", "<"}, {"args", {{{"property", "eo:cloud_cover"}}, lessThan}}};
}

Json searchBody(const data::SearchQuery &query, const QStringList &collections, int limit, CloudFilter filter)
{
    Json body {{"limit", limit}};
    if (!collections.isEmpty())
        body["collections"] = toJson(collections);
    // A box across the antimeridian is refused by some and misread by others; two polygons mean the same to all.
    if (!query.intersects.empty())
        body["intersects"] = data::geometryFromRings(query.intersects);
    else if (query.bbox.crossesAntimeridian())
        body["intersects"] = data::geometryFromRings(query.bbox.rings());
    else if (query.bbox.isValid())
        body["bbox"] = query.bbox.toJson();
    if (query.datetime.start || query.datetime.end)
        body["datetime"] = toStd(query.datetime.toString());
    if (query.cloudCoverLt && filter == CloudFilter::Query) {
        body["query"] = cloudClause(CloudFilter::Query, *query.cloudCoverLt);
    } else if (query.cloudCoverLt && filter == CloudFilter::Cql2) {
        body["filter-lang"] = "cql2-json";
        body["filter"] = cloudClause(CloudFilter::Cql2, *query.cloudCoverLt);
    }
    return body;
}

/// The body as a query string: lists with commas, objects as JSON.
QUrl asQuery(QUrl url, const Json &body)
{
    QUrlQuery query(url);
    const auto plain = [](const Json &value) {
        const auto text = asString(value);
        return text ? *text : QString::fromUtf8(toText(value));
    };
    for (const auto &[key, value] : body.items()) {
        QString text = plain(value);
        if (value.is_array()) {
            QStringList parts;
            for (const auto &entry : value)
                parts.append(plain(entry));
            text = parts.join(u',');
        }
        // A plus sign in a query means a space to many servers.
        query.addQueryItem(QString::fromStdString(key), text.replace(u'%', u"%25"_qs).replace(u'+', u"%2B"_qs));
    }
    url.setQuery(query);
    return url;
}

QUrlQuery withItem(const QUrl &url, const QString &name, const QString &value)
{
    QUrlQuery query(url);
    query.removeAllQueryItems(name);
    query.addQueryItem(name, value);
    return query;
}

QString fingerprint(const Cursor &cursor)
{
    return QString(QString::fromLatin1(cursor.method) + u' ' + cursor.url.toString(QUrl::FullyEncoded) + u' '
                   + QString::fromUtf8(cursor.method == "POST" ? toText(cursor.body) : QByteArray()));
}

/// The items of the first of `collections`; the others wait in the body, which a GET does not send.
Cursor itemsRequest(const Capabilities &known, const Json &filters, QStringList collections)
{
    QUrl url = known.collections;
    const QString id = QString::fromLatin1(QUrl::toPercentEncoding(collections.takeFirst()));
    const QString path = url.path(QUrl::FullyEncoded) + u'/' + id + u"/items";
    url.setPath(path, QUrl::TolerantMode);
    return {"GET", asQuery(url, filters), Json {{waiting, toJson(collections)}, {asked, filters}}, {}};
}

/// The next collection's items; absent where there are none or this is no such walk.
std::optional<Cursor> nextCollection(const Cursor &answered, const Capabilities &known)
{
    const QStringList left = answered.method == "GET" ? asStringList(member(answered.body, waiting)) : QStringList();
    if (left.isEmpty())
        return std::nullopt;
    Cursor next = itemsRequest(known, member(answered.body, asked), left);
    next.followed = answered.followed;
    return next;
}

bool isById(const Cursor &request)
{
    const Json &order = member(request.body, "sortby");
    return request.method == "POST" && order.is_array() && order.size() == 1 && stringAt(order[0], "field") == u"id";
}

/// For a catalogue that names no next pages: everything anew in the order of the ids, each page after the last id of
/// the one before. @param lastId empty: from the start
Cursor byId(const Cursor &answered, CloudFilter dialect, const QString &lastId)
{
    Cursor next = answered;
    next.body["sortby"] = Json::array({{{"field", "id"}, {"direction", "asc"}}});
    next.anew = lastId.isEmpty();
    if (next.anew)
        return next;
    if (dialect == CloudFilter::Query) {
        next.body["query"]["id"] = {{"gt", toStd(lastId)}};
        return next;
    }
    const Json after {{"op", ">"}, {"args", {{{"property", "id"}}, toStd(lastId)}}};
    // The page before has such a clause already, alone or beside the cloud limit.
    Json clouds = member(next.body, "filter");
    if (stringAt(clouds, "op") == u"and")
        clouds = Json(clouds["args"][0]);
    else if (stringAt(clouds, "op") == u">")
        clouds = nullptr;
    next.body["filter-lang"] = "cql2-json";
    next.body["filter"] = clouds.is_null() ? after : Json {{"op", "and"}, {"args", {clouds, after}}};
    return next;
}

/// A full answer without a next link, or one that knows of more.
Continuation withoutLink(const Cursor &answered, const ParsedPage &page, const Capabilities &known)
{
    const bool ordered = isById(answered);
    // Who named a next page before would name this one; who never did may have lost the way to do it.
    if (!answered.followed.isEmpty() && !ordered)
        return {};
    const bool full = limitOf(answered) > 0 && page.count >= limitOf(answered);
    if (ordered ? !full : page.matched ? *page.matched <= page.count : !full)
        return {};
    const bool can = known.asking == Asking::Post && known.sort && known.cloudFilter != CloudFilter::None;
    if (can && answered.method == "POST" && !page.lastId.isEmpty()) {
        Cursor next = byId(answered, known.cloudFilter, ordered ? page.lastId : QString());
        next.followed.append(fingerprint(answered));
        if (!next.followed.contains(fingerprint(next)))
            return {next, {}, false};
    }
    return {std::nullopt, Text::tr("The answer is full and names no next page: there may be more."), true};
}

} // namespace

QString obstacle(const QUrl &from, const QUrl &to)
{
    if (from.scheme() == u"https" && to.scheme() != u"https")
        return Text::tr(
            "The link to the next page leads from a secure address to an insecure one and is not followed.");
    const bool upgrade = from.scheme() == u"http" && to.scheme() == u"https" && from.port() < 0;
    if ((to.scheme() != from.scheme() && !upgrade) || to.host() != from.host() || to.port() != from.port())
        return Text::tr("The link to the next page leads to another server (%1) and is not followed.").arg(to.host());
    return {};
}

Cursor firstRequest(const Definition &definition, const Capabilities &known, const data::SearchQuery &query,
                    const QStringList &collections)
{
    const int limit = std::clamp(query.limit, 1, definition.pageSize);
    if (known.asking == Asking::Items) {
        Json filters = searchBody(query, {}, limit, CloudFilter::None);
        filters.erase("intersects");
        if (query.bbox.isValid())
            filters["bbox"] = query.bbox.toJson();
        return itemsRequest(known, filters, collections);
    }
    const Json body = searchBody(query, collections, limit, known.cloudFilter);
    if (known.asking == Asking::Get)
        return {"GET", asQuery(known.search, body), {}, {}};
    return {"POST", known.search, body, {}};
}

Cursor tallyRequest(const Definition &definition, const Capabilities &known, data::SearchQuery query,
                    const QStringList &collections)
{
    query.cloudCoverLt.reset();
    query.limit = 100;
    Cursor request = firstRequest(definition, known, query, collections);
    // Named one by one: a server that is told what to leave out leaves out more.
    if (known.fields && request.method == "POST")
        request.body["fields"] = {
            {"include", {"id", "collection", "geometry", "bbox", "properties.datetime", "properties.eo:cloud_cover"}}};
    return request;
}

Continuation continuation(const Cursor &answered, const QUrl &pageUrl, const ParsedPage &page,
                          const Capabilities &known)
{
    const bool more = page.count > 0 && page.next;
    if (!more) {
        if (auto next = nextCollection(answered, known))
            return {next, {}, false};
        return page.count > 0 ? withoutLink(answered, page, known) : Continuation {};
    }
    Cursor next;
    next.method = page.next->method;
    next.url = pageUrl.resolved(QUrl(page.next->href));
    if (next.method == "POST") {
        next.body = page.next->body.is_null() ? answered.body : page.next->body;
        if (page.next->merge && answered.body.is_object()) {
            next.body = answered.body;
            next.body.update(page.next->body.is_object() ? page.next->body : Json::object());
        }
    } else if (member(answered.body, waiting).is_array()) {
        next.body = answered.body;
    }
    QString why = obstacle(pageUrl, next.url);
    next.followed = answered.followed;
    next.followed.append(fingerprint(answered));
    if (why.isEmpty() && next.followed.contains(fingerprint(next))) {
        if (page.matched && *page.matched <= page.count)
            return {}; // it is all here: the link leads back to it
        why = Text::tr("The link to the next page leads in a circle and is not followed.");
    }
    if (!why.isEmpty())
        return {nextCollection(answered, known), why, true};
    return {next, {}, false};
}

int limitOf(const Cursor &request)
{
    if (request.method == "POST")
        return static_cast<int>(std::clamp<qint64>(asInteger(member(request.body, "limit")).value_or(0), 0, 100000));
    return QUrlQuery(request.url).queryItemValue(QStringLiteral("limit")).toInt();
}

Cursor withLimit(Cursor request, int limit)
{
    if (request.method == "POST") {
        request.body["limit"] = limit;
        return request;
    }
    request.url.setQuery(withItem(request.url, QStringLiteral("limit"), QString::number(limit)));
    return request;
}

std::optional<Cursor> smaller(const Cursor &request)
{
    const int limit = limitOf(request);
    if (limit <= smallestPage)
        return std::nullopt;
    // Where pages are counted, half as many to the page is twice as many pages before this one.
    const bool post = request.method == "POST";
    const QUrlQuery query(request.url);
    const qint64 page = post ? asInteger(member(request.body, "page")).value_or(0)
                             : query.queryItemValue(QStringLiteral("page")).toLongLong();
    if (page <= 1)
        return withLimit(request, std::max(smallestPage, limit / 2));
    if (limit % 2 != 0)
        return std::nullopt;
    Cursor halved = withLimit(request, limit / 2);
    if (post)
        halved.body["page"] = page * 2 - 1;
    else
        halved.url.setQuery(withItem(halved.url, QStringLiteral("page"), QString::number(page * 2 - 1)));
    return halved;
}

Cursor keepSmall(Cursor next, const Cursor &answered, int first)
{
    const int bearable = limitOf(answered);
    const bool counted = next.body.contains("page") || QUrlQuery(next.url).hasQueryItem(QStringLiteral("page"));
    if (bearable > 0 && bearable < first && limitOf(next) > bearable && !counted)
        return withLimit(std::move(next), bearable);
    return next;
}

} // namespace astra::providers::stac
