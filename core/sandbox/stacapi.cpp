// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/stacapi.h"

#include "core/sandbox/collectiondocs.h"
#include "core/sandbox/items.h"

#include <QUrlQuery>

#include <algorithm>

namespace astra::sandbox {

namespace {
server::Response problem(int status, const char *code, const QString &why)
{
    return server::Response::json(toText(Json {{"code", code}, {"description", toStd(why)}}), status);
}
server::Response geoJson(const Json &json)
{
    auto response = server::Response::json(toText(json));
    response.headers = {{"Content-Type", "application/geo+json"}};
    return response;
}
/// The two that run stac-server.
bool countsMatches(Manner manner) { return manner == Manner::Coast || manner == Manner::Survey; }
} // namespace

StacApi::StacApi(Manner manner, const World &world, QString base)
    : m_manner(manner)
    , m_world(world)
    , m_base(std::move(base))
    , m_listings(listingsOf(manner, world))
{
}

server::Response StacApi::answer(const server::Request &request, const QString &path) const
{
    const bool post = request.method == "POST";
    if ((post && path != u"/search") || (!post && request.method != "GET"))
        return problem(405, "MethodNotAllowed", QStringLiteral("Use GET."));
    if (path.isEmpty() || path == u"/")
        return server::Response::json(toText(landingOf(m_manner, root())));
    if (path == u"/conformance")
        return server::Response::json(toText(Json {{"conformsTo", toJson(conformanceOf(m_manner))}}));
    if (path == u"/search")
        return search(request);
    if (path == u"/collections")
        return collections();
    const QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
    if (parts.size() >= 2 && parts[0] == u"collections")
        return inCollection(request, parts);
    return problem(404, "NotFound", QStringLiteral("There is nothing here."));
}

server::Response StacApi::collections() const
{
    Json list = Json::array();
    for (const QString &id : collectionsOf(m_manner))
        list.push_back(collectionDocument(m_manner, id, m_world, m_base));
    return server::Response::json(
        toText(Json {{"collections", std::move(list)},
                     {"links", Json::array({{{"rel", "self"}, {"href", toStd(QString(root() + u"/collections"))}}})}}));
}

server::Response StacApi::inCollection(const server::Request &request, const QStringList &parts) const
{
    if (!collectionsOf(m_manner).contains(parts[1]))
        return problem(404, "NotFound", QStringLiteral("There is no such collection."));
    if (parts.size() == 2)
        return server::Response::json(toText(collectionDocument(m_manner, parts[1], m_world, m_base)));
    if (parts[2] == u"items" && parts.size() == 3) {
        auto search = ItemSearch::parse(m_manner, request);
        if (!search)
            return problem(400, "BadRequest", search.error().message);
        search->collections = QStringList {parts[1]};
        search->asked["collections"] = {toStd(parts[1])};
        return page(*search);
    }
    if (parts[2] == u"items" && parts.size() == 4) {
        for (const Listing &listing : m_listings) {
            if (collectionOf(m_manner, listing) == parts[1] && itemId(m_manner, listing) == parts[3])
                return geoJson(stacItem(m_manner, listing, m_world, m_base));
        }
    }
    return problem(404, "NotFound", QStringLiteral("There is no such item."));
}

server::Response StacApi::search(const server::Request &request) const
{
    const auto search = ItemSearch::parse(m_manner, request);
    if (!search)
        return problem(400, "BadRequest", search.error().message);
    if (m_manner == Manner::Signed && search->collections.isEmpty() && search->ids.isEmpty())
        return server::Response::text(QStringLiteral("collection is required"), 422);
    return page(*search);
}

Json StacApi::nextLink(const ItemSearch &search, qint64 end) const
{
    const char *key = tokenKey(m_manner);
    const QString token = (countsMatches(m_manner)         ? QStringLiteral("after:")
                               : m_manner == Manner::Space ? QString(u"next:" + collectionsOf(m_manner).value(0) + u':')
                                                           : QStringLiteral("next:scenes:"))
        + QString::number(end);
    Json link {{"rel", "next"}, {"type", "application/geo+json"}, {"href", toStd(QString(root() + u"/search"))}};
    link["method"] = search.post ? "POST" : "GET";
    if (search.post) {
        link["body"] = search.asked;
        link["body"][key] = toStd(token);
        if (countsMatches(m_manner))
            link["merge"] = false;
        return link;
    }
    QUrlQuery query;
    for (const auto &[name, value] : search.asked.items()) {
        QString written = QString::fromStdString(value.is_string() ? value.get<std::string>() : value.dump());
        if (value.is_array()) // a list of texts or numbers is written with commas
            written = written.mid(1).chopped(1).remove(u'"');
        query.addQueryItem(QString::fromStdString(name), QString::fromLatin1(QUrl::toPercentEncoding(written)));
    }
    query.removeQueryItem(QString::fromLatin1(key));
    query.addQueryItem(QString::fromLatin1(key), token);
    link["href"] = toStd(QString(root() + u"/search?" + query.toString(QUrl::FullyEncoded)));
    return link;
}

server::Response StacApi::page(const ItemSearch &search) const
{
    std::vector<const Listing *> found;
    for (const Listing &listing : m_listings) {
        if (search.accepts(m_manner, listing, propertiesOf(m_manner, listing)))
            found.push_back(&listing);
    }
    const auto matched = static_cast<qint64>(found.size());
    const qint64 end = std::min(matched, search.start + search.limit);
    Json features = Json::array();
    for (qint64 i = search.start; i < end; ++i)
        features.push_back(stacItem(m_manner, *found[static_cast<std::size_t>(i)], m_world, m_base));

    Json links = Json::array({{{"rel", "root"}, {"href", toStd(root())}, {"type", "application/json"}}});
    // As the services they resemble: two give a next link after a full last page too, the others only where more is.
    if (countsMatches(m_manner) ? end - search.start == search.limit : end < matched)
        links.push_back(nextLink(search, end));
    Json collection {{"type", "FeatureCollection"},
                     {"features", std::move(features)},
                     {"numberReturned", end > search.start ? end - search.start : 0},
                     {"links", std::move(links)}};
    if (m_manner == Manner::Coast)
        collection["numberMatched"] = matched;
    if (countsMatches(m_manner))
        collection["context"] = {
            {"matched", matched}, {"limit", search.limit}, {"returned", collection["numberReturned"]}};
    return geoJson(collection);
}

} // namespace astra::sandbox
