// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astrapaging.h"
#include "core/providers/astra/astraprovider.h"
#include "core/providers/providerregistry.h"
#include "tests/support/replayserver.h"

#include <QTest>
#include <QUrlQuery>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::astra_os;
using astra::test::ScriptedServer;
using Asked = ScriptedServer::Asked;
using Answer = ScriptedServer::Answer;

namespace {

const std::string upstream = "S2A_MSIL2A_20250703T101041_N0511_R022_T32TPR_20250703T154203";

/// A scene as the service's servers send it.
Json serverScene()
{
    return {{"type", "Feature"},
            {"id", "sentinel-2-l2a:" + upstream},
            {"collection", "sentinel-2-l2a"},
            {"bbox", nullptr},
            {"geometry",
             {{"type", "Polygon"},
              {"coordinates", {{{10.2, 45.0}, {11.6, 45.0}, {11.6, 46.0}, {10.2, 46.0}, {10.2, 45.0}}}}}},
            {"properties",
             {{"datetime", "2025-07-03T10:10:41Z"},
              {"eo:cloud_cover", 3.4},
              {"platform", "sentinel-2a"},
              {"astra:provider", "sentinel-2-l2a"},
              {"astra:original_id", upstream}}},
            {"assets",
             {{"red", {{"href", "https://h/B04.tif"}, {"type", "image/tiff"}, {"astra:requires_auth", true}}},
              {"nir", {{"href", "https://acc.blob.core.windows.net/c/B08.tif"}, {"type", "image/tiff"}}}}},
            {"links", Json::array()}};
}

/// The same as the service's documentation has it.
Json documentedScene()
{
    Json scene = serverScene();
    scene.erase("collection");
    scene["id"] = "sentinel-2:" + upstream;
    scene["bbox"] = {10.2, 45.0, 11.6, 46.0};
    auto &properties = scene["properties"];
    properties.erase("astra:original_id");
    properties["astra:provider"] = "copernicus";
    properties["astra:collection"] = "sentinel-2-l2a";
    return scene;
}

Json answerOf(const Json &scenes, const Json &warnings = nullptr)
{
    Json answer {{"type", "FeatureCollection"}, {"features", scenes}, {"context", {{"matched", scenes.size()}}}};
    if (!warnings.is_null())
        answer["warnings"] = warnings;
    return answer;
}

Definition definition(const QString &url)
{
    auto d = *ProviderRegistry::shipped({}).find(u"astra-os"_qs);
    d.url = QUrl(url);
    d.apiConnection.clear(); // keys are another room's
    return d;
}

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {10.9, 45.4, 11.1, 45.6};
    q.datetime = *data::TimeRange::parse(u"2025-07-01/2025-07-31"_qs);
    q.collections = {u"sentinel-2-l2a"_qs};
    q.cloudCoverLt = 20;
    return q;
}

} // namespace

class TestAstraProvider : public QObject
{
    Q_OBJECT

    std::shared_ptr<net::HttpClient> m_http;
    std::unique_ptr<Pools> m_pools;

private Q_SLOTS:
    void initTestCase()
    {
        m_pools = std::make_unique<Pools>();
        m_http = net::HttpClient::create();
    }
    void cleanupTestCase() { m_http.reset(); }

    void scene_bothForms()
    {
        const auto context = stac::ParseContext::of(definition(u"https://h/api/v1"_qs), {});
        for (const auto &json : {serverScene(), documentedScene()}) {
            const auto scene = parseScene(json, context);
            QVERIFY(scene);
            QCOMPARE(scene->id, QString::fromStdString(json["id"].get<std::string>())); // echoed, prefix and all
            QCOMPARE(scene->collection, u"sentinel-2-l2a"_qs);
            QCOMPARE(scene->product, u"sentinel-2-l2a"_qs);
            QCOMPARE(scene->baseline, u"05.11"_qs);
            QCOMPARE(scene->acquisition, u"S2A|20250703T101041|32TPR|L2A"_qs); // joins the copies elsewhere
            QCOMPARE(scene->bbox.value(), (data::GeoBox {10.2, 45, 11.6, 46}));
            QCOMPARE(scene->asset(u"red"_qs)->access, data::Access::Login);
            QCOMPARE(scene->asset(u"red"_qs)->bands.front().name, u"B04"_qs);
            QCOMPARE(scene->asset(u"nir"_qs)->access, data::Access::Signed);
            QCOMPARE(scene->asset(u"nir"_qs)->connection, u"planetary-computer"_qs);
        }
    }

    void warnings_everyForm()
    {
        QCOMPARE(warningsOf({{"warnings", nullptr}}).texts, QStringList());
        QCOMPARE(warningsOf(Json::object()).texts, QStringList());
        QCOMPARE(warningsOf({{"warnings", "text"}}).texts, QStringList());
        const Json mixed {
            "CDSE: aborted", {{"provider", "usgs"}, {"code", "X"}, {"message", "slow"}}, {{"code", "Y"}}, 7};
        QCOMPARE(warningsOf({{"warnings", mixed}}).texts,
                 (QStringList {u"CDSE: aborted"_qs, u"usgs: slow"_qs, u"Y"_qs}));
    }

    void assets_mapOrList()
    {
        const QDateTime now = QDateTime::currentDateTimeUtc();
        const auto context = stac::ParseContext::of(definition(u"https://h/api/v1"_qs), {});
        auto scene = *parseScene(serverScene(), context);
        const Json map {
            {"assets", {{"B04", {{"href", "https://cdn/B04.tif"}}}, {"red", {{"href", "https://cdn/r.tif"}}}}}};
        QCOMPARE(mergeAssets(scene, map, context, now).problems, QStringList());
        QCOMPARE(scene.assets.size(), 3U);
        QCOMPARE(scene.asset(u"red"_qs)->href, QUrl(u"https://cdn/r.tif"_qs));
        const Json list {{"assets",
                          {{{"band", "nir"}, {"status", "ready"}, {"url", "https://cdn/n.tif"}},
                           {{"band", "B99"}, {"status", "error"}, {"error", "not in this scene"}},
                           {{"key", "scl"}, {"href", "https://cdn/SCL.tif"}}}}};
        const auto problems = mergeAssets(scene, list, context, now).problems;
        QCOMPARE(problems, QStringList {u"B99: not in this scene"_qs});
        QCOMPARE(scene.asset(u"nir"_qs)->href, QUrl(u"https://cdn/n.tif"_qs));
        QCOMPARE(data::findBand(scene, u"SCL"_qs)->asset->href, QUrl(u"https://cdn/SCL.tif"_qs));
        QCOMPARE(mergeAssets(scene, {{"assets", 7}}, context, now).problems, QStringList());
        // A signature is nothing to keep: the address without it, said to need a login.
        const Json secret {{"assets",
                            {{"B12", {{"href", "https://cdn/B12.tif?sig=abc&e=1"}, {"type", "image/tiff"}}},
                             {"nir", {{"href", "https://cdn/n.tif?X-Amz-Signature=abc"}}}}}};
        const auto links = mergeAssets(scene, secret, context, now).links;
        QCOMPARE(links.size(), 2U);
        QCOMPARE(links[0].query.reveal(), QByteArray("sig=abc&e=1"));
        QCOMPARE(scene.asset(u"B12"_qs)->href, QUrl(u"https://cdn/B12.tif"_qs));
        QCOMPARE(scene.asset(u"B12"_qs)->access, data::Access::Login);
        QCOMPARE(scene.asset(u"nir"_qs)->href, QUrl(u"https://cdn/n.tif"_qs));
        QVERIFY(!toText(data::toStacItem(scene)).contains("abc"));
    }

    void search_asksInTheServicesWords()
    {
        ScriptedServer server([](const Asked &) -> Answer {
            return {200, toText(answerOf({serverScene(), 7}, {"USGS: aborted"}))};
        });
        AstraProvider service(definition(server.base() + u"/api/v1"_qs), m_http, *m_pools);
        const auto page = waitFor(service.search(query(), {}, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(page->scenes.size(), 1U);
        QCOMPARE(page->matched.value(), 2);
        QCOMPARE(page->notes.size(), 2); // the service's own, and the entry that is no scene
        QVERIFY(!page->next);
        const QUrl asked = server.asked()[0].url;
        QCOMPARE(asked.path(), u"/api/v1/search"_qs);
        const QUrlQuery items(asked);
        QCOMPARE(items.queryItemValue(u"bbox"_qs), u"10.9,45.4,11.1,45.6"_qs);
        QCOMPARE(items.queryItemValue(u"datetime"_qs, QUrl::FullyDecoded),
                 u"2025-07-01T00:00:00Z/2025-07-31T23:59:59.999Z"_qs);
        QCOMPARE(items.queryItemValue(u"cloud_cover_lt"_qs), u"20"_qs);
        QCOMPARE(items.queryItemValue(u"limit"_qs), u"100"_qs);
        QCOMPARE(items.queryItemValue(u"collections"_qs), u"sentinel-2-l2a"_qs);
    }

    void search_allCataloguesFailedIsAFailure()
    {
        ScriptedServer server([](const Asked &) -> Answer {
            return {200, toText(answerOf(Json::array(), {"CDSE: aborted", "USGS: aborted"}))};
        });
        AstraProvider service(definition(server.base()), m_http, *m_pools);
        const auto page = waitFor(service.search(query(), {}, {}));
        QVERIFY(!page);
        QVERIFY(page.error().message.contains(u"CDSE: aborted"));
    }

    void search_acrossTheAntimeridianAsksTwice()
    {
        Json east = serverScene();
        east["geometry"] = nullptr;
        east["bbox"] = {178.0, -17.0, 179.5, -16.0};
        Json west = east;
        west["id"] = "sentinel-2-l2a:other";
        west["bbox"] = {-179.9, -17.0, -179.0, -16.0};
        ScriptedServer server([&](const Asked &asked) -> Answer {
            const bool first = QUrlQuery(asked.url).queryItemValue(u"bbox"_qs).startsWith(u"179");
            return {200, toText(answerOf(Json::array({first ? east : west})))};
        });
        AstraProvider service(definition(server.base()), m_http, *m_pools);
        auto q = query();
        q.bbox = {179, -18, -179, -15};
        const auto page = waitFor(service.search(q, {}, {}));
        QVERIFY(page);
        QCOMPARE(server.asked().size(), 2);
        QCOMPARE(page->scenes.size(), 2U);
    }

    void search_errorsAreSentences_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<QString>("says");
        QTest::newRow("object") << 400
                                << QByteArray("{\"error\":{\"code\":\"VALIDATION_ERROR\",\"message\":\"no bbox\"}}")
                                << u"no bbox"_qs;
        QTest::newRow("text") << 400 << QByteArray("{\"error\":\"four numbers\"}") << u"four numbers"_qs;
        QTest::newRow("list") << 400 << QByteArray("{\"error\":[{\"path\":[\"a\"],\"message\":\"a string\"}]}")
                              << u"a string"_qs;
        QTest::newRow("web page") << 404 << QByteArray("<!DOCTYPE html><p>no") << QString();
        QTest::newRow("nothing") << 401 << QByteArray() << QString();
    }
    void search_errorsAreSentences()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(QString, says);
        ScriptedServer server([&](const Asked &) -> Answer { return {status, body}; });
        AstraProvider service(definition(server.base()), m_http, *m_pools);
        const auto page = waitFor(service.search(query(), {}, {}));
        QVERIFY(!page);
        QVERIFY(!page.error().message.isEmpty());
        QVERIFY2(page.error().message.contains(says), qPrintable(page.error().message));
        QCOMPARE(page.error().code == ErrorCode::Unauthorized, status == 401);
    }

    void item_takesAddressesFromAssets()
    {
        ScriptedServer server([](const Asked &asked) -> Answer {
            if (asked.url.path(QUrl::FullyEncoded).startsWith(u"/scenes/sentinel-2-l2a%3A"))
                return {200, toText(serverScene())};
            if (asked.url.path() == u"/assets")
                return {200,
                        toText({{"assets", {{{"band", "red"}, {"status", "ready"}, {"url", "https://cdn/r.tif"}}}}})};
            return {404, "{\"error\":\"which?\"}"};
        });
        AstraProvider service(definition(server.base()), m_http, *m_pools);
        const QString id = u"sentinel-2-l2a:"_qs + QString::fromStdString(upstream);
        const auto item = waitFor(service.item(id, {}));
        QVERIFY2(item, item ? "" : qPrintable(item.error().message));
        QCOMPARE(item->scene.id, id);
        QCOMPARE(item->scene.asset(u"red"_qs)->href, QUrl(u"https://cdn/r.tif"_qs));
        QCOMPARE(QUrlQuery(server.asked()[1].url).queryItemValue(u"scene_id"_qs, QUrl::FullyDecoded), id);
        QVERIFY(!waitFor(service.item(u"landsat:none"_qs, {})));
    }
};

QTEST_GUILESS_MAIN(TestAstraProvider)
#include "tst_astraprovider.moc"
