// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/definitions.h"

#include "core/sandbox/catalogues.h"

#include <QCoreApplication>

namespace astra::sandbox {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::sandbox)
};

std::string said(const QString &text) { return text.toStdString(); }

Json catalogue(Manner manner, const std::string &title, const QString &base)
{
    Json families = Json::object();
    for (const QString &id : collectionsOf(manner)) {
        Json &held = families[id.startsWith(u"sentinel") ? "sentinel-2-l2a" : "landsat-c2-l2"];
        held.push_back(toStd(id));
    }
    return {{"id", toStd(providerId(manner))},
            {"title", title},
            {"protocol", "stac"},
            {"url", toStd(QString(base + u'/' + mannerPath(manner)))},
            {"enabled", true},
            {"invented", true},
            {"attribution", said(Text::tr("Invented data of the Astra sandbox"))},
            {"license", "CC0-1.0"},
            {"families", std::move(families)},
            {"search", {{"method", "POST"}, {"cloudFilter", "query"}, {"pageSize", 100}}},
            {"limits", {{"parallel", 4}, {"perSecond", 50}}},
            {"deadlineSeconds", 35}};
}
} // namespace

Json definitions(const QString &base, const data::GeoBox &box)
{
    Json coast = catalogue(Manner::Coast, said(Text::tr("Coast catalogue")), base);

    Json signing = catalogue(Manner::Signed, said(Text::tr("Signed catalogue")), base);
    signing["search"]["requiresCollections"] = true;
    const std::string connection = "sandbox-signed";
    signing["assets"] = Json::array();
    for (const char *container : {"sentinel2-l2", "landsat-c2"}) {
        signing["assets"].push_back({{"match", toStd(base + u'/' + QLatin1String(container) + u'/')},
                                     {"access", "signed"},
                                     {"connection", connection}});
    }
    signing["connection"] = {
        {"id", connection},
        {"title", said(Text::tr("Signed catalogue"))},
        {"about", said(Text::tr("Invented images, signed for free whenever they are read."))},
        {"hosts", {toStd(base)}},
        {"signIn",
         Json::array(
             {{{"id", "sas"}, {"type", "sas"}, {"token", toStd(QString(base + u"/sas/sandbox/{container}"))}}})}};

    signing["collections"]["*"] = {{"access", "signed"}, {"connection", connection}};

    Json archive = catalogue(Manner::Archive, said(Text::tr("Slow archive")), base);
    archive["assets"] = Json::array(
        {{{"match", toStd(QString(base + u"/archive/data/"))}, {"access", "public"}},
         {{"match", toStd(QString(base + u"/archive/members/"))},
          {"access", "login"},
          {"note", said(Text::tr("Only members of this invented archive can read these."))}}});

    archive["collections"]["landsat-c2l2-sr"] = {{"access", "login"}};

    Json space = catalogue(Manner::Space, said(Text::tr("Members' space")), base);
    space["search"] = {{"method", "POST"}, {"cloudFilter", "cql2"}, {"pageSize", 50}, {"requiresCollections", true}};
    const std::string members = said(Text::tr("Nobody can be a member of an invented service."));
    space["assets"] = Json::array(
        {{{"match", "s3://eodata/"}, {"access", "login"}, {"note", members}},
         {{"match", toStd(QString(base + u"/space/odata/"))}, {"access", "login"}, {"note", members}}});

    Json survey = catalogue(Manner::Survey, said(Text::tr("Land survey")), base);
    survey["search"]["requiresCollections"] = true;
    survey["assets"] = Json::array(
        {{{"match", toStd(QString(base + u"/survey/"))}, {"access", "login"}, {"note", members}},
         {{"match", "s3://usgs-landsat/"}, {"access", "paid"}}});

    survey["collections"]["*"] = {{"access", "login"}};

    const Json astra {
        {"id", astraId},
        {"title", said(Text::tr("ASTRA service"))},
        {"protocol", "astra"},
        {"url", toStd(QString(base + u"/api/v1"))},
        {"enabled", true},
        {"invented", true},
        {"attribution", said(Text::tr("Invented data of the Astra sandbox"))},
        {"license", "CC0-1.0"},
        {"families", {{"sentinel-2-l2a", {"sentinel-2-l2a"}}, {"landsat-c2-l2", {"landsat-c2-l2"}}}},
        {"search", {{"method", "GET"}, {"pageSize", 100}}},
        {"limits", {{"parallel", 4}, {"perSecond", 50}}},
        {"deadlineSeconds", 35},
        {"processing", true},
        {"connection",
         {{"id", astraId},
          {"title", said(Text::tr("ASTRA service"))},
          {"about", said(Text::tr("An invented service on this computer, with a key of its own."))},
          {"hosts", {toStd(base)}},
          {"base", toStd(QString(base + u"/api"))},
          {"signIn",
           Json::array({{{"id", "key"},
                         {"type", "key"},
                         {"pattern", "^astra_[A-Za-z0-9_-]{8,}$"},
                         {"environments", {{"astra_sk_live_", "live"}, {"astra_sk_test_", "test"}, {"astra_", "live"}}},
                         {"mask", {{"prefix", true}, {"tail", 4}}}}})},
          {"test",
           {{"path", "/v1/search"},
            {"query", {{"bbox", "0,0,0.1,0.1"}, {"datetime", "2025-01-01/2025-01-02"}, {"limit", "1"}}}}}}}};
    return {{"providers",
             Json::array({std::move(coast), std::move(signing), std::move(archive), std::move(space), std::move(survey),
                          astra})},
            {"world",
             {{"title", said(Text::tr("Invented world"))},
              {"invented", true},
              {"bbox", box.toJson()},
              {"datetime", "2025-01-01/2025-12-31"}}}};
}

} // namespace astra::sandbox
