// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/collectiondocs.h"

#include "core/sandbox/items.h"
#include "core/sandbox/itemsearch.h"

#include <algorithm>

namespace astra::sandbox {

namespace {
std::string text(const QString &value) { return toStd(value); }

bool newer(Manner manner) { return manner == Manner::Archive || manner == Manner::Space; }

QString titleOf(const QString &id)
{
    if (id == u"sentinel-2-l2a")
        return QStringLiteral("Sentinel-2 Level-2A (invented)");
    if (id == u"landsat-c2l2-st")
        return QStringLiteral("Landsat Collection 2 Level-2 surface temperature (invented)");
    return QStringLiteral("Landsat Collection 2 Level-2 surface reflectance (invented)");
}

/// An item's assets without what only an item can tell.
Json itemAssets(const Json &assets)
{
    Json general = Json::object();
    for (const auto &[key, asset] : assets.items()) {
        Json &entry = general[key];
        for (const char *kept : {"type", "title", "roles", "gsd", "eo:bands", "raster:bands", "bands", "nodata",
                                 "data_type", "raster:scale", "raster:offset"}) {
            if (asset.contains(kept))
                entry[kept] = asset.at(kept);
        }
    }
    return general;
}

Json sorted(const std::vector<std::string> &values)
{
    std::vector<std::string> list = values;
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    return list;
}
} // namespace

QStringList conformanceOf(Manner manner)
{
    QStringList classes {QStringLiteral("https://api.stacspec.org/v1.0.0/core"),
                         QStringLiteral("https://api.stacspec.org/v1.0.0/collections"),
                         QStringLiteral("https://api.stacspec.org/v1.0.0/ogcapi-features"),
                         QStringLiteral("https://api.stacspec.org/v1.0.0/item-search"),
                         QStringLiteral("https://api.stacspec.org/v1.0.0/item-search#query"),
                         QStringLiteral("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"),
                         QStringLiteral("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson")};
    if (hasFilter(manner)) {
        classes << QStringLiteral("https://api.stacspec.org/v1.0.0-rc.2/item-search#filter")
                << QStringLiteral("http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter")
                << QStringLiteral("http://www.opengis.net/spec/cql2/1.0/conf/cql2-json")
                << QStringLiteral("http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2");
    }
    return classes;
}

Json landingOf(Manner manner, const QString &root)
{
    const auto link = [&](const char *rel, const QString &path, const char *type) {
        return Json {{"rel", rel}, {"href", text(QString(root + path))}, {"type", type}};
    };
    Json get = link("search", QStringLiteral("/search"), "application/geo+json");
    Json post = get;
    get["method"] = "GET";
    post["method"] = "POST";
    Json links {link("self", {}, "application/json"),
                link("root", {}, "application/json"),
                link("data", QStringLiteral("/collections"), "application/json"),
                link("conformance", QStringLiteral("/conformance"), "application/json"),
                std::move(get),
                std::move(post)};
    for (const QString &id : collectionsOf(manner))
        links.push_back(link("child", u"/collections/" + id, "application/json"));
    Json conforms = Json::array();
    for (const QString &name : conformanceOf(manner))
        conforms.push_back(text(name));
    return {{"type", "Catalog"},
            {"stac_version", newer(manner) ? "1.1.0" : "1.0.0"},
            {"id", text(providerId(manner))},
            {"title", "Astra sandbox: invented data"},
            {"description", "A catalogue of an invented world, for trying Astra without a network."},
            {"astra:invented", true},
            {"conformsTo", std::move(conforms)},
            {"links", std::move(links)}};
}

Json collectionDocument(Manner manner, const QString &id, const World &world, const QString &base)
{
    const QString root = base + u'/' + mannerPath(manner);
    const QString self = root + u"/collections/" + id;
    Json summaries {{"gsd", id == u"sentinel-2-l2a" ? Json {10, 20} : Json {30}}};
    std::vector<std::string> platforms;
    std::vector<std::string> instruments;
    Json assets = Json::object();
    std::string first;
    for (const Listing &listing : listingsOf(manner, world)) { // newest first
        if (collectionOf(manner, listing) != id)
            continue;
        const Json item = stacItem(manner, listing, world, base);
        const Json &properties = item.at("properties");
        platforms.push_back(properties.at("platform").get<std::string>());
        for (const Json &instrument : properties.at("instruments"))
            instruments.push_back(instrument.get<std::string>());
        first = properties.at("datetime").get<std::string>();
        if (assets.empty())
            assets = itemAssets(item.at("assets"));
    }
    summaries["platform"] = sorted(platforms);
    summaries["instruments"] = sorted(instruments);
    summaries["constellation"] = Json::array({id == u"sentinel-2-l2a" ? "sentinel-2" : "landsat"});
    Json document {
        {"type", "Collection"},
        {"stac_version", newer(manner) ? "1.1.0" : "1.0.0"},
        {"id", text(id)},
        {"title", text(titleOf(id))},
        {"description", "Scenes of an invented world; no satellite took them."},
        {"license", "CC0-1.0"},
        {"keywords", {"invented", id == u"sentinel-2-l2a" ? "Sentinel" : "Landsat", "reflectance"}},
        {"providers", Json::array({{{"name", "Astra sandbox"}, {"roles", {"producer", "host"}}}})},
        {"astra:invented", true},
        {"extent",
         {{"spatial", {{"bbox", Json::array({world.box().toJson()})}}},
          {"temporal", {{"interval", Json::array({Json::array({first, nullptr})})}}}}},
        {"summaries", std::move(summaries)},
        {"item_assets", std::move(assets)},
        {"links",
         {{{"rel", "self"}, {"href", text(self)}, {"type", "application/json"}},
          {{"rel", "items"}, {"href", text(QString(self + u"/items"))}, {"type", "application/geo+json"}},
          {{"rel", "license"}, {"href", "https://creativecommons.org/publicdomain/zero/1.0/"}, {"type", "text/html"}},
          {{"rel", "root"}, {"href", text(root)}, {"type", "application/json"}}}}};
    if (manner == Manner::Space)
        document["auth:schemes"] = {{"s3", {{"type", "s3"}}}, {"oidc", {{"type", "openIdConnect"}}}};
    return document;
}

} // namespace astra::sandbox
