// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/stacapi.h"

#include "core/data/timerange.h"

#include <QUrlQuery>

#include <algorithm>

namespace astra::sandbox {

namespace {
constexpr qint64 mostItems = 1000;

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

/// "a,b" as a list without empties.
QStringList listOf(const QString &text) { return text.split(u',', Qt::SkipEmptyParts); }
} // namespace

/// What was asked, checked, and as it is to be repeated for the next page.
struct StacApi::Search {
    Json asked = Json::object();
    bool post = false;
    std::optional<data::GeoBox> box;
    data::Rings area;
    data::TimeRange time;
    QStringList collections;
    QStringList ids;
    std::optional<double> cloudBelow;
    bool cloudUpTo = false; ///< the limit itself counts too
    qint64 limit = 10;
    qint64 start = 0;

    [[nodiscard]] bool accepts(Manner manner, const WorldScene &scene) const
    {
        if (!holds(manner, scene) || (!collections.isEmpty() && !collections.contains(collectionOf(manner, scene)))
            || (!ids.isEmpty() && !ids.contains(itemId(manner, scene))) || !time.contains(scene.pass.time()))
            return false;
        if (cloudBelow && !(scene.cloudCover < *cloudBelow || (cloudUpTo && scene.cloudCover == *cloudBelow)))
            return false;
        if (box && !data::intersects({scene.footprint}, *box))
            return false;
        if (area.empty())
            return true;
        const auto bounds = data::boundsOf(area);
        return bounds && data::intersects({scene.footprint}, *bounds);
    }
};

StacApi::StacApi(Manner manner, const World &world, QString base)
    : m_manner(manner)
    , m_world(world)
    , m_base(std::move(base))
{
}

server::Response StacApi::answer(const server::Request &request, const QString &path) const
{
    const bool post = request.method == "POST";
    if (post && path != u"/search")
        return problem(405, "MethodNotAllowed", QStringLiteral("Use GET."));
    if (path.isEmpty() || path == u"/")
        return landing();
    if (path == u"/conformance")
        return server::Response::json(toText(Json {{"conformsTo", Json::array()}}));
    if (path == u"/search")
        return search(request);
    if (path == u"/collections")
        return collections();
    const QStringList parts = path.split(u'/', Qt::SkipEmptyParts);
    if (parts.size() >= 2 && parts[0] == u"collections")
        return inCollection(request, parts);
    return problem(404, "NotFound", QStringLiteral("There is nothing here."));
}

server::Response StacApi::landing() const
{
    const auto link = [this](const char *rel, const QString &path, const char *type) {
        return Json {{"rel", rel}, {"href", toStd(root() + path)}, {"type", type}};
    };
    Json get = link("search", QStringLiteral("/search"), "application/geo+json");
    Json post = get;
    get["method"] = "GET";
    post["method"] = "POST";
    const Json json {
        {"type", "Catalog"},
        {"stac_version", m_manner == Manner::Archive ? "1.1.0" : "1.0.0"},
        {"id", toStd(providerId(m_manner))},
        {"title", "Astra sandbox: invented data"},
        {"description", "A catalogue of an invented world, for trying Astra without a network."},
        {"astra:invented", true},
        {"conformsTo",
         {"https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/collections",
          "https://api.stacspec.org/v1.0.0/item-search", "https://api.stacspec.org/v1.0.0/item-search#query",
          "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
          "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson"}},
        {"links",
         {link("self", {}, "application/json"), link("root", {}, "application/json"),
          link("data", QStringLiteral("/collections"), "application/json"), std::move(get), std::move(post)}}};
    return server::Response::json(toText(json));
}

Json StacApi::collection(const QString &id) const
{
    const QString self = root() + u"/collections/" + id;
    return {
        {"type", "Collection"},
        {"stac_version", "1.0.0"},
        {"id", toStd(id)},
        {"title", toStd(QString(id + u" (invented)"))},
        {"description", "Scenes of an invented world."},
        {"license", "CC0-1.0"},
        {"astra:invented", true},
        {"extent",
         {{"spatial", {{"bbox", Json::array({m_world.box().toJson()})}}},
          {"temporal", {{"interval", Json::array({Json::array({"2025-01-01T00:00:00Z", "2025-12-31T23:59:59Z"})})}}}}},
        {"links",
         {{{"rel", "self"}, {"href", toStd(self)}, {"type", "application/json"}},
          {{"rel", "items"}, {"href", toStd(QString(self + u"/items"))}, {"type", "application/geo+json"}},
          {{"rel", "root"}, {"href", toStd(root())}, {"type", "application/json"}}}}};
}

server::Response StacApi::collections() const
{
    Json list = Json::array();
    for (const QString &id : collectionsOf(m_manner))
        list.push_back(collection(id));
    return server::Response::json(
        toText(Json {{"collections", std::move(list)},
                     {"links", Json::array({{{"rel", "self"}, {"href", toStd(QString(root() + u"/collections"))}}})}}));
}

server::Response StacApi::inCollection(const server::Request &request, const QStringList &parts) const
{
    if (!collectionsOf(m_manner).contains(parts[1]))
        return problem(404, "NotFound", QStringLiteral("There is no such collection."));
    if (parts.size() == 2)
        return server::Response::json(toText(collection(parts[1])));
    if (parts[2] == u"items" && parts.size() == 3) {
        auto search = parse(request);
        if (!search)
            return problem(400, "BadRequest", search.error().message);
        search->collections = QStringList {parts[1]};
        search->asked["collections"] = {toStd(parts[1])};
        return page(*search);
    }
    if (parts[2] == u"items" && parts.size() == 4) {
        for (const WorldScene &scene : m_world.scenes()) {
            if (holds(m_manner, scene) && collectionOf(m_manner, scene) == parts[1]
                && itemId(m_manner, scene) == parts[3])
                return geoJson(stacItem(m_manner, scene, m_world, m_base));
        }
    }
    return problem(404, "NotFound", QStringLiteral("There is no such item."));
}

Result<StacApi::Search> StacApi::parse(const server::Request &request) const
{
    const auto bad = [](const QString &what) { return fail(ErrorCode::InvalidInput, what); };
    Search search;
    search.post = request.method == "POST";
    if (search.post) {
        const auto body = parseJson(request.body);
        if (!body || !body->is_object())
            return bad(QStringLiteral("The body is not a JSON object."));
        search.asked = *body;
    } else {
        for (const auto &[key, value] : request.query.queryItems(QUrl::FullyDecoded)) {
            const bool list = key == u"collections" || key == u"ids";
            Json parsed = toStd(value);
            if (list) {
                parsed = Json::array();
                for (const QString &entry : listOf(value))
                    parsed.push_back(toStd(entry));
            } else if (key == u"bbox") {
                parsed = Json::array();
                for (const QString &number : listOf(value))
                    parsed.push_back(number.toDouble());
            } else if (key == u"limit") {
                parsed = value.toLongLong();
            } else if (key == u"query" || key == u"intersects") {
                const auto json = parseJson(value.toUtf8());
                if (!json)
                    return bad(QStringLiteral("A parameter is not JSON."));
                parsed = *json;
            }
            search.asked[toStd(key)] = std::move(parsed);
        }
    }
    const Json &asked = search.asked;
    if (asked.contains("bbox")) {
        search.box = data::GeoBox::fromJson(asked.at("bbox"));
        if (!search.box)
            return bad(QStringLiteral("bbox is not four numbers in range."));
    }
    if (asked.contains("intersects")) {
        search.area = data::ringsFromGeometry(asked.at("intersects"));
        if (search.area.empty())
            return bad(QStringLiteral("intersects is not a polygon."));
    }
    if (const QString text = stringAt(asked, "datetime"); !text.isEmpty()) {
        const auto range = data::TimeRange::parse(text);
        if (!range)
            return bad(range.error().message);
        search.time = *range;
    }
    search.collections = asStringList(member(asked, "collections"));
    search.ids = asStringList(member(asked, "ids"));
    if (m_manner == Manner::Signed && asked.contains("limit") && search.collections.isEmpty() && search.ids.isEmpty()
        && request.path.endsWith(u"/search"))
        return bad(QStringLiteral("collection is required"));
    const Json &cloud = member(member(asked, "query"), "eo:cloud_cover");
    for (const char *key : {"lt", "lte"}) {
        if (const auto limit = numberAt(cloud, key)) {
            search.cloudBelow = *limit;
            search.cloudUpTo = key[2] == 'e';
        }
    }
    search.limit = std::clamp<qint64>(asInteger(member(asked, "limit")).value_or(10), 1, mostItems);
    const QString token = stringAt(asked, m_manner == Manner::Coast ? "next" : "token");
    const QString number = token.section(u':', -1);
    bool ok = token.isEmpty();
    if (!ok)
        search.start = number.toLongLong(&ok);
    if (!ok || search.start < 0)
        return bad(QStringLiteral("The page token is not one of ours."));
    return search;
}

server::Response StacApi::search(const server::Request &request) const
{
    const auto search = parse(request);
    return search ? page(*search) : problem(400, "BadRequest", search.error().message);
}

server::Response StacApi::page(const Search &search) const
{
    std::vector<const WorldScene *> found;
    for (const WorldScene &scene : m_world.scenes()) {
        if (search.accepts(m_manner, scene))
            found.push_back(&scene);
    }
    std::reverse(found.begin(), found.end()); // newest first
    const auto matched = static_cast<qint64>(found.size());
    const qint64 end = std::min(matched, search.start + search.limit);
    Json features = Json::array();
    for (qint64 i = search.start; i < end; ++i)
        features.push_back(stacItem(m_manner, *found[static_cast<std::size_t>(i)], m_world, m_base));

    Json links = Json::array({{{"rel", "root"}, {"href", toStd(root())}, {"type", "application/json"}}});
    // As the services they resemble: one gives a next link after a full last page too, the others only where more is.
    const bool more = m_manner == Manner::Coast ? end - search.start == search.limit : end < matched;
    if (more) {
        const char *key = m_manner == Manner::Coast ? "next" : "token";
        const QString token = (m_manner == Manner::Coast ? QStringLiteral("after:") : QStringLiteral("next:scenes:"))
            + QString::number(end);
        Json link {{"rel", "next"}, {"type", "application/geo+json"}, {"href", toStd(QString(root() + u"/search"))}};
        link["method"] = search.post ? "POST" : "GET";
        if (search.post) {
            link["body"] = search.asked;
            link["body"][key] = toStd(token);
            if (m_manner == Manner::Coast)
                link["merge"] = false;
        } else {
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
        }
        links.push_back(std::move(link));
    }
    Json collection {{"type", "FeatureCollection"},
                     {"features", std::move(features)},
                     {"numberReturned", end > search.start ? end - search.start : 0},
                     {"links", std::move(links)}};
    if (m_manner == Manner::Coast) {
        collection["numberMatched"] = matched;
        collection["context"] = {
            {"matched", matched}, {"limit", search.limit}, {"returned", collection["numberReturned"]}};
    }
    return geoJson(collection);
}

} // namespace astra::sandbox
