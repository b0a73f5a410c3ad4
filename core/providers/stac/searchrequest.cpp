// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/searchrequest.h"

#include <QCoreApplication>
#include <QUrlQuery>

namespace astra::providers::stac {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

Json cloudClause(CloudFilter dialect, double lessThan)
{
    if (dialect == CloudFilter::Query)
        return {{"eo:cloud_cover", {{"lt", lessThan}}}};
    return {{"op", "<"}, {"args", {{{"property", "eo:cloud_cover"}}, lessThan}}};
}

Json strings(const QStringList &list)
{
    Json array = Json::array();
    for (const auto &text : list)
        array.push_back(toStd(text));
    return array;
}

Json searchBody(const Definition &definition, const data::SearchQuery &query, const QStringList &collections)
{
    Json body {{"limit", std::clamp(query.limit, 1, definition.pageSize)}};
    if (!collections.isEmpty())
        body["collections"] = strings(collections);
    // A box across the antimeridian is refused by some and misread by others; two polygons mean the same to all.
    if (!query.intersects.empty())
        body["intersects"] = data::geometryFromRings(query.intersects);
    else if (query.bbox.crossesAntimeridian())
        body["intersects"] = data::geometryFromRings(query.bbox.rings());
    else if (query.bbox.isValid())
        body["bbox"] = query.bbox.toJson();
    if (query.datetime.start || query.datetime.end)
        body["datetime"] = toStd(query.datetime.toString());
    if (query.cloudCoverLt && definition.cloudFilter == CloudFilter::Query) {
        body["query"] = cloudClause(CloudFilter::Query, *query.cloudCoverLt);
    } else if (query.cloudCoverLt && definition.cloudFilter == CloudFilter::Cql2) {
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

QString fingerprint(const Cursor &cursor)
{
    return QString(QString::fromLatin1(cursor.method) + u' ' + cursor.url.toString(QUrl::FullyEncoded) + u' '
                   + QString::fromUtf8(cursor.method == "POST" ? toText(cursor.body) : QByteArray()));
}

/// Empty where `to` may be followed from `from`.
QString obstacle(const QUrl &from, const QUrl &to)
{
    if (from.scheme() == u"https" && to.scheme() != u"https")
        return Text::tr(
            "The link to the next page leads from a secure address to an insecure one and is not followed.");
    if (to.scheme() != from.scheme() || to.host() != from.host() || to.port() != from.port())
        return Text::tr("The link to the next page leads to another server (%1) and is not followed.").arg(to.host());
    return {};
}

} // namespace

Cursor firstRequest(const Definition &definition, const data::SearchQuery &query, const QStringList &collections)
{
    Cursor cursor;
    cursor.url = QUrl(QString(definition.url.toString() + u"/search"));
    const Json body = searchBody(definition, query, collections);
    if (definition.get) {
        cursor.method = "GET";
        cursor.url = asQuery(cursor.url, body);
    } else {
        cursor.method = "POST";
        cursor.body = body;
    }
    return cursor;
}

Continuation continuation(const Cursor &answered, const QUrl &pageUrl, const ParsedPage &page)
{
    if (page.count == 0)
        return {};
    if (!page.next) {
        const bool all = page.matched && *page.matched <= page.count;
        if (limitOf(answered) == page.count && !all && answered.followed.isEmpty())
            return {std::nullopt, Text::tr("The answer is full and names no next page: there may be more.")};
        return {};
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
    }
    if (const QString why = obstacle(pageUrl, next.url); !why.isEmpty())
        return {std::nullopt, why};
    next.followed = answered.followed;
    next.followed.append(fingerprint(answered));
    if (next.followed.contains(fingerprint(next)))
        return {std::nullopt, Text::tr("The link to the next page leads in a circle and is not followed.")};
    return {next, {}};
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
    QUrlQuery query(request.url);
    query.removeAllQueryItems(QStringLiteral("limit"));
    query.addQueryItem(QStringLiteral("limit"), QString::number(limit));
    request.url.setQuery(query);
    return request;
}

} // namespace astra::providers::stac
