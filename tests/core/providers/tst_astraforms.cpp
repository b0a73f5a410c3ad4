// SPDX-License-Identifier: Apache-2.0
// Every way in which an ASTRA service is known to say the same thing: one row each, numbered as the points on which its
// documentation, its servers and its client packages disagree.
#include "core/credentials/connections.h"
#include "core/providers/astra/astrapaging.h"
#include "core/providers/astra/astraprovider.h"
#include "core/providers/providerregistry.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTest>
#include <QUrlQuery>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::astra_os;
using astra::test::FaultServer;
using astra::test::json;
using astra::test::Reply;
using astra::test::SeenRequest;

namespace {

const std::string upstream = "S2A_MSIL2A_20250703T101041_N0511_R022_T32TPR_20250703T154203";

Json scene(const std::string &id = "sentinel-2-l2a:" + upstream, const std::string &time = "2025-07-03T10:10:41Z")
{
    return {{"type", "Feature"},
            {"id", id},
            {"collection", "sentinel-2-l2a"},
            {"bbox", {10.2, 45.0, 11.6, 46.0}},
            {"geometry",
             {{"type", "Polygon"},
              {"coordinates", {{{10.2, 45.0}, {11.6, 45.0}, {11.6, 46.0}, {10.2, 46.0}, {10.2, 45.0}}}}}},
            {"properties",
             {{"datetime", time},
              {"eo:cloud_cover", 3.4},
              {"platform", "sentinel-2a"},
              {"astra:provider", "sentinel-2-l2a"},
              {"astra:provider_name", "Sentinel-2 L2A (Copernicus)"},
              {"astra:original_id", upstream}}},
            {"assets", {{"red", {{"href", "https://h/B04.tif"}, {"type", "image/tiff"}}}}},
            {"links", Json::array()}};
}

Json with(Json json, const char *pointer, const Json &value)
{
    json[Json::json_pointer(pointer)] = value;
    return json;
}
Json without(Json json, const char *object, const char *key)
{
    json[Json::json_pointer(object)].erase(key);
    return json;
}

Definition definition(const QUrl &url)
{
    auto d = *ProviderRegistry::shipped({}).find(u"astra-os"_qs);
    d.url = QUrl(url.toString(QUrl::StripTrailingSlash));
    return d;
}

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {10.9, 45.4, 11.1, 45.6};
    q.datetime = *data::TimeRange::parse(u"2025-07-01/2025-07-31"_qs);
    q.collections = {u"sentinel-2-l2a"_qs};
    return q;
}

Json collectionOf(const Json &features, const Json &rest = Json::object())
{
    Json answer {{"type", "FeatureCollection"}, {"features", features}};
    answer.update(rest);
    return answer;
}

} // namespace
Q_DECLARE_METATYPE(astra::Json)

class TestAstraForms : public QObject
{
    Q_OBJECT

    std::shared_ptr<net::HttpClient> m_http;
    std::unique_ptr<Pools> m_pools;

    [[nodiscard]] Result<Page> searched(const Json &answer)
    {
        FaultServer server;
        server.on("/search", json(answer));
        AstraProvider service(definition(server.url()), m_http, *m_pools);
        return waitFor(service.search(query(), {}, {}));
    }

private Q_SLOTS:
    void initTestCase()
    {
        m_pools = std::make_unique<Pools>();
        net::ClientConfig config;
        config.backoff = std::chrono::milliseconds(1);
        m_http = net::HttpClient::create(config);
    }
    void cleanupTestCase() { m_http.reset(); }

    void scene_everyForm_data();
    void scene_everyForm();
    void context_everyForm_data();
    void context_everyForm();
    void warnings_everyForm_data();
    void warnings_everyForm();
    void nothingButWarnings_data();
    void nothingButWarnings();
    void closedFiles_sayWhatTheyTake();
    void otherCollections_areSetAside();
    void assets_everyForm_data();
    void assets_everyForm();
    void signatures_areKeptApartAndRenewed_data();
    void signatures_areKeptApartAndRenewed();
    void bands_everyNaming_data();
    void bands_everyNaming();
    void errors_everyEnvelope_data();
    void errors_everyEnvelope();
    void notFound_everyForm_data();
    void notFound_everyForm();
    void keys_everyForm_data();
    void keys_everyForm();
    void key_isOptional();
    void key_followsTheServiceAndNobodyElse();
    void dates_areAlwaysSent();
    void time_isThePaging();
    void time_thatStandsStillIsSaid_data();
    void time_thatStandsStillIsSaid();
    void tally_countsWithoutTheLimit();
    void collections_asTheServiceSaysOrAsKnown_data();
    void collections_asTheServiceSaysOrAsKnown();
    void pauses_areReported();
};

void TestAstraForms::scene_everyForm_data()
{
    QTest::addColumn<Json>("item");
    QTest::addColumn<QString>("collection");
    const QString l2a = u"sentinel-2-l2a"_qs;
    QTest::newRow("8: assets as a map") << scene() << l2a;
    QTest::newRow("8: assets as a list") << with(
        scene(), "/assets", {{{"key", "red"}, {"href", "https://h/B04.tif"}, {"type", "image/tiff"}}})
                                         << l2a;
    QTest::newRow("14: prefix of the servers") << scene() << l2a;
    QTest::newRow("14: prefix of the documentation") << scene("sentinel-2:" + upstream) << l2a;
    QTest::newRow("14: prefix of another source") << scene("planetary-computer:" + upstream) << l2a;
    QTest::newRow("15: source by its short name") << with(scene(), "/properties/astra:provider", "copernicus") << l2a;
    QTest::newRow("15: source without a name")
        << without(without(scene(), "/properties", "astra:provider"), "/properties", "astra:provider_name") << l2a;
    QTest::newRow("16: collection at the top") << scene() << l2a;
    QTest::newRow("16: collection among the properties")
        << with(without(scene(), "", "collection"), "/properties/astra:collection", "sentinel-2-l2a") << l2a;
    QTest::newRow("16: no collection at all") << without(scene(), "", "collection") << QString();
    QTest::newRow("original id only in the id") << without(scene(), "/properties", "astra:original_id") << l2a;
    QTest::newRow("bbox: null") << with(scene(), "/bbox", nullptr) << l2a;
    QTest::newRow("bbox: absent") << without(scene(), "", "bbox") << l2a;
    QTest::newRow("bbox: without geometry") << with(scene(), "/geometry", nullptr) << l2a;
    QTest::newRow("links: absent") << without(scene(), "", "links") << l2a;
    QTest::newRow("stac_extensions of the documentation")
        << with(scene(), "/stac_extensions", {"https://example.org/eo"}) << l2a;
}

void TestAstraForms::scene_everyForm()
{
    QFETCH(Json, item);
    QFETCH(QString, collection);
    const auto page = searched(collectionOf(Json::array({item})));
    QVERIFY2(page, page ? "" : qPrintable(page.error().message));
    QCOMPARE(page->scenes.size(), 1U);
    const auto &read = page->scenes.front();
    QCOMPARE(read.id, stringAt(item, "id")); // echoed as it came
    QCOMPARE(read.collection, collection);
    QCOMPARE(read.product, u"sentinel-2-l2a"_qs);
    QCOMPARE(read.acquisition, u"S2A|20250703T101041|32TPR|L2A"_qs);
    QCOMPARE(read.bbox.value(), (data::GeoBox {10.2, 45, 11.6, 46}));
    QCOMPARE(read.assets.size(), 1U);
    QCOMPARE(read.asset(u"red"_qs)->bands.front().name, u"B04"_qs);
}

void TestAstraForms::context_everyForm_data()
{
    QTest::addColumn<Json>("rest");
    QTest::addColumn<int>("matched");
    QTest::addColumn<bool>("more");
    QTest::newRow("13: matched, returned, limit")
        << Json {{"context", {{"matched", 1}, {"returned", 1}, {"limit", 10}}}} << 1 << false;
    QTest::newRow("13: without a limit") << Json {{"context", {{"matched", 1}, {"returned", 1}}}} << 1 << false;
    QTest::newRow("13: without matched") << Json {{"context", {{"returned", 1}}}} << -1 << false;
    QTest::newRow("13: absent") << Json::object() << -1 << false;
    QTest::newRow("13: null") << Json {{"context", nullptr}} << -1 << false;
    QTest::newRow("13: of a wrong type") << Json {{"context", {{"matched", "1"}, {"limit", -4}}}} << -1 << false;
    QTest::newRow("13: more matched than returned") << Json {{"context", {{"matched", 7}}}} << -1 << true;
    QTest::newRow("13: a limit below the one asked for") << Json {{"context", {{"limit", 1}}}} << -1 << true;
}

void TestAstraForms::context_everyForm()
{
    QFETCH(Json, rest);
    QFETCH(int, matched);
    QFETCH(bool, more);
    const auto page = searched(collectionOf(Json::array({scene()}), rest));
    QVERIFY(page);
    QCOMPARE(page->scenes.size(), 1U);
    QCOMPARE(page->matched.value_or(-1), matched);
    QCOMPARE(page->next.has_value(), more);
    QVERIFY(!page->cutShort);
}

void TestAstraForms::warnings_everyForm_data()
{
    QTest::addColumn<Json>("warnings");
    QTest::addColumn<QStringList>("silent");
    QTest::addColumn<QStringList>("notes");
    const QStringList none;
    const QString usgs = u"Landsat Collection 2 L2 (USGS)"_qs;
    QTest::newRow("12: null") << Json() << none << none;
    QTest::newRow("12: empty") << Json::array() << none << none;
    QTest::newRow("12: of a wrong type") << Json("text") << none << none;
    QTest::newRow("12: text of a source that was stopped")
        << Json {"Landsat Collection 2 L2 (USGS): The operation was aborted"} << QStringList {usgs}
        << QStringList {usgs + u": The operation was aborted"_qs};
    QTest::newRow("12: text that names the source twice")
        << Json {"Landsat Collection 2 L2 (USGS): Landsat Collection 2 L2 (USGS) API error: 503"} << QStringList {usgs}
        << QStringList {usgs + u": "_qs + usgs + u" API error: 503"_qs};
    QTest::newRow("12: text of an unknown source")
        << Json {"Kompsat: fetch failed"} << QStringList {u"Kompsat"_qs} << QStringList {u"Kompsat: fetch failed"_qs};
    QTest::newRow("12: a known source, whatever it says")
        << Json {"UP42: quota used"} << QStringList {u"UP42"_qs} << QStringList {u"UP42: quota used"_qs};
    QTest::newRow("12: text about nothing in particular")
        << Json {"Note: times are in UTC"} << none << QStringList {u"Note: times are in UTC"_qs};
    QTest::newRow("12: object, timeout") << Json {{{"provider", "usgs"},
                                                   {"code", "PROVIDER_TIMEOUT"},
                                                   {"message", "no answer within 8 s"}}}
                                         << QStringList {u"usgs"_qs} << QStringList {u"usgs: no answer within 8 s"_qs};
    QTest::newRow("12: object, error") << Json {{{"provider", "copernicus"},
                                                 {"code", "PROVIDER_ERROR"},
                                                 {"message", "down"}}}
                                       << QStringList {u"copernicus"_qs} << QStringList {u"copernicus: down"_qs};
    QTest::newRow("12: object, partial") << Json {{{"provider", "copernicus"}, {"code", "PARTIAL_RESULTS"}}}
                                         << QStringList {u"copernicus"_qs}
                                         << QStringList {u"copernicus: PARTIAL_RESULTS"_qs};
    QTest::newRow("12: object, another code")
        << Json {{{"provider", "usgs"}, {"code", "SLOW"}, {"message", "took 7 s"}}} << none
        << QStringList {u"usgs: took 7 s"_qs};
    QTest::newRow("12: mixed") << Json {"UP42: x",
                                        {{"provider", "usgs"}, {"code", "PROVIDER_ERROR"}, {"message", "y"}},
                                        7,
                                        nullptr}
                               << QStringList {u"UP42"_qs, u"usgs"_qs} << QStringList {u"UP42: x"_qs, u"usgs: y"_qs};
    QTest::newRow("12: a key quoted back") << Json {"UP42: key astra_sk_live_0123456789abcdef refused"}
                                           << QStringList {u"UP42"_qs} << QStringList {u"UP42: key astra_… refused"_qs};
}

void TestAstraForms::warnings_everyForm()
{
    QFETCH(Json, warnings);
    QFETCH(QStringList, silent);
    QFETCH(QStringList, notes);
    const auto page = searched(collectionOf(Json::array({scene()}), {{"warnings", warnings}}));
    QVERIFY(page);
    QCOMPARE(page->scenes.size(), 1U); // warnings never fail a search that brought something
    QCOMPARE(page->silent, silent);
    QCOMPARE(page->notes, notes);
}

void TestAstraForms::nothingButWarnings_data()
{
    QTest::addColumn<Json>("warnings");
    QTest::addColumn<bool>("failed");
    QTest::newRow("no warning: nothing is there") << Json() << false;
    QTest::newRow("every source failed, in words") << Json {"UP42: aborted", "Kompsat: HTTP 503"} << true;
    QTest::newRow("every source failed, as objects")
        << Json {{{"provider", "usgs"}, {"code", "PROVIDER_TIMEOUT"}, {"message", "m"}}} << true;
    QTest::newRow("a failure without a name") << Json {"All upstream requests failed"} << true;
    QTest::newRow("17: no source has this collection") << Json {"No providers match the collections"} << false;
    QTest::newRow("one failed, another word besides") << Json {"UP42: aborted", "Note: dates are UTC"} << false;
}

void TestAstraForms::nothingButWarnings()
{
    QFETCH(Json, warnings);
    QFETCH(bool, failed);
    const auto page = searched(collectionOf(Json::array(), {{"warnings", warnings}, {"context", {{"returned", 0}}}}));
    QCOMPARE(!page, failed);
    if (failed) {
        QVERIFY2(page.error().message.startsWith(u"No source behind ASTRA OS answered"),
                 qPrintable(page.error().message));
        QVERIFY(page.error().retryable);
    } else {
        QVERIFY(page->scenes.empty() && !page->next && !page->cutShort);
    }
}

void TestAstraForms::closedFiles_sayWhatTheyTake()
{
    const auto context = stac::ParseContext::of(definition(QUrl(u"https://h/api/v1"_qs)), {});
    const auto accessOf = [&](const Json &item) { return parseScene(item, context)->assets.front().access; };
    const Json open = scene();
    const Json closed = with(open, "/assets/red/astra:requires_auth", true);
    QCOMPARE(accessOf(open), data::Access::Public);
    QCOMPARE(accessOf(with(open, "/assets/red/astra:requires_auth", "yes")), data::Access::Public); // no boolean
    QCOMPARE(accessOf(closed), data::Access::Login);
    QCOMPARE(accessOf(with(closed, "/id", "planet:20250703_1")), data::Access::Paid);
    QCOMPARE(accessOf(with(closed, "/collection", "airbus:pneo")), data::Access::Paid);
    QCOMPARE(accessOf(with(open, "/collection", "airbus:pneo")), data::Access::Public); // a quicklook
    QCOMPARE(accessOf(with(open, "/assets/red/href", "s3://eodata/B04.jp2")), data::Access::Login);
    QCOMPARE(accessOf(with(open, "/assets/red/href", "s3://usgs-landsat/B4.TIF")), data::Access::Paid);
}

void TestAstraForms::otherCollections_areSetAside()
{
    // A name that the service does not know is passed over: what comes instead was not asked for.
    Json l1c = scene("x:1");
    l1c["collection"] = "sentinel-2-l1c";
    l1c["properties"]["astra:original_id"] = "S2A_MSIL1C_20250703T101041_N0511_R022_T32TPR_20250703T154203";
    const auto page = searched(collectionOf(Json::array({l1c, scene()})));
    QVERIFY(page);
    QCOMPARE(page->scenes.size(), 1U);
    QCOMPARE(page->aside.wrongLevel, 1);
}

void TestAstraForms::assets_everyForm_data()
{
    QTest::addColumn<Json>("answer");
    QTest::addColumn<QUrl>("red");
    QTest::addColumn<data::Access>("access");
    const QUrl cdn(u"https://cdn.example.net/r.tif"_qs);
    const QUrl own(u"https://h/B04.tif"_qs);
    const auto open = data::Access::Public;
    QTest::newRow("8: map with href")
        << Json {{"assets", {{"red", {{"href", "https://cdn.example.net/r.tif"}, {"type", "image/tiff"}}}}}} << cdn
        << open;
    QTest::newRow("8: list with band, status and url")
        << Json {{"assets", {{{"band", "red"}, {"status", "ready"}, {"url", "https://cdn.example.net/r.tif"}}}}} << cdn
        << open;
    QTest::newRow("8: list with key and href")
        << Json {{"assets", {{{"key", "red"}, {"href", "https://cdn.example.net/r.tif"}}}}} << cdn << open;
    QTest::newRow("8: a band that failed")
        << Json {{"assets", {{{"band", "red"}, {"status", "error"}, {"error", "gone"}}}}} << own << open;
    QTest::newRow("8: an address of no web server")
        << Json {{"assets", {{{"band", "red"}, {"status", "ready"}, {"url", "s3://bucket/B04.jp2"}}}}} << own << open;
    QTest::newRow("8: a file of this machine")
        << Json {{"assets", {{"red", {{"href", "file:///etc/passwd"}}}}}} << own << open;
    QTest::newRow("8: absent") << Json::object() << own << open;
    QTest::newRow("8: null") << Json {{"assets", nullptr}} << own << open;
    QTest::newRow("8: entries of wrong types") << Json {{"assets", {7, nullptr, "x", Json::array()}}} << own << open;
}

void TestAstraForms::assets_everyForm()
{
    QFETCH(Json, answer);
    QFETCH(QUrl, red);
    QFETCH(data::Access, access);
    FaultServer server;
    server.on("/assets", json(answer));
    server.on("*", json(scene()));
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    const QString id = u"sentinel-2-l2a:"_qs + QString::fromStdString(upstream);
    const auto item = waitFor(service.item(id, {}));
    QVERIFY2(item, item ? "" : qPrintable(item.error().message));
    QCOMPARE(item->scene.asset(u"red"_qs)->href, red);
    QCOMPARE(item->scene.asset(u"red"_qs)->access, access);
}

void TestAstraForms::signatures_areKeptApartAndRenewed_data()
{
    QTest::addColumn<bool>("says");
    QTest::newRow("28: with expires_at") << true;
    QTest::newRow("28: without, so an hour") << false;
}

void TestAstraForms::signatures_areKeptApartAndRenewed()
{
    // 23: the documented service signs every file, for an hour; three bands, one question at each turn.
    QFETCH(bool, says);
    const QStringList bands {u"red"_qs, u"nir"_qs, u"B12"_qs};
    FaultServer server;
    std::atomic<int> round = 0;
    QDateTime now = QDateTime::currentDateTimeUtc();
    std::mutex clock;
    const auto time = [&] {
        const std::lock_guard lock(clock);
        return now;
    };
    server.on("/assets", [&](const SeenRequest &, int) {
        ++round;
        Json assets = Json::object();
        for (const auto &band : bands) {
            Json &entry = assets[toStd(band)];
            entry = {{"href", toStd(server.url(u"/files/%1.tif?sig=CaNaRy%2&x=%2"_qs.arg(band).arg(round)).toString())},
                     {"type", "image/tiff"}};
            if (says)
                entry["expires_at"] = toStd(QDateTime::currentDateTimeUtc().addSecs(3600).toString(Qt::ISODate));
        }
        return json({{"scene_id", "x"}, {"format", "cog"}, {"assets", assets}});
    });
    std::atomic<bool> revoked = false;
    for (const auto &band : bands) {
        server.on("/files/" + band.toLatin1() + ".tif", [&](const SeenRequest &request, int) {
            const QByteArray wanted = "sig=CaNaRy" + QByteArray::number(round) + '&';
            Reply reply;
            reply.status = request.target.contains(wanted) && !(revoked && round < 3) ? 200 : 403;
            reply.body = "pixels";
            return reply;
        });
    }
    Json own = with(scene(), "/assets/red/astra:requires_auth", true);
    own["assets"]["visual"] = {{"href", "https://h/TCI.tif?sig=CaNaRy"}, {"type", "image/tiff"}};
    server.on("*", json(own));
    const auto http = net::HttpClient::create();
    const auto d = definition(server.url());
    credentials::Connections::Settings settings;
    settings.clock = time;
    const auto connections = credentials::Connections::create(
        {}, std::make_unique<credentials::CredentialStore>(credentials::CredentialStore::Kind::MemoryOnly), http,
        settings);
    http->setAuthorizer(connections);
    AstraProvider service(d, http, *m_pools);
    const auto item = waitFor(service.item(u"sentinel-2-l2a:x"_qs, {}));
    QVERIFY2(item, item ? "" : qPrintable(item.error().message));
    // No value holds a signature.
    QVERIFY(!toText(data::toStacItem(item->scene)).contains(test::canaryMark));
    QVERIFY(!toText(item->raw).contains(test::canaryMark));
    const auto readAll = [&] {
        std::vector<Future<net::HttpResponse>> reads;
        for (const auto &band : bands) {
            const auto *asset = item->scene.asset(band);
            net::HttpRequest request;
            request.url = asset->href;
            request.connection = asset->connection;
            request.retries = 0;
            reads.push_back(http->send(request));
        }
        QList<int> statuses;
        for (const auto &read : reads) {
            const auto response = waitFor(read);
            statuses << (response ? response->status : -1);
        }
        return statuses;
    };
    for (const auto &band : bands) {
        QCOMPARE(item->scene.asset(band)->access, data::Access::Signed);
        QCOMPARE(item->scene.asset(band)->connection, u"astra-os"_qs);
    }
    const QList<int> fine {200, 200, 200};
    QCOMPARE(readAll(), fine);
    QCOMPARE(round, 1);
    {
        const std::lock_guard lock(clock);
        now = now.addSecs(3600 - 200); // close to the end: signed again before it
    }
    QCOMPARE(readAll(), fine);
    QCOMPARE(round, 2);
    revoked = true; // refused before their time: once more, and for all of them at once
    QCOMPARE(readAll(), fine);
    QCOMPARE(round, 3);
    QCOMPARE(readAll(), fine);
    QCOMPARE(server.requests("/assets"), 3);
}

void TestAstraForms::bands_everyNaming_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("key");
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("asked");
    QTest::addColumn<QString>("band");
    const QString s2 = QString::fromStdString(upstream);
    const QString l8 = u"LC08_L2SP_192028_20250703_20250711_02_T1"_qs;
    QTest::newRow("9: native, Sentinel-2") << s2 << u"B08"_qs << u"x.tif"_qs << u"nir"_qs << u"B08"_qs;
    QTest::newRow("9: normalised, Sentinel-2") << s2 << u"nir"_qs << u"x.tif"_qs << u"B08"_qs << u"B08"_qs;
    QTest::newRow("9: normalised, narrow infrared") << s2 << u"nir08"_qs << u"x.tif"_qs << u"B8A"_qs << u"B8A"_qs;
    QTest::newRow("9: normalised, red edge") << s2 << u"rededge2"_qs << u"x.tif"_qs << u"B06"_qs << u"B06"_qs;
    QTest::newRow("9: as it came, Sentinel-2") << s2 << u"B04_10m"_qs << u"x.jp2"_qs << u"red"_qs << u"B04"_qs;
    QTest::newRow("9: classes") << s2 << u"scl"_qs << u"x.tif"_qs << u"SCL"_qs << u"SCL"_qs;
    QTest::newRow("9: native, Landsat") << l8 << u"SR_B5"_qs << u"x.TIF"_qs << u"nir08"_qs << u"SR_B5"_qs;
    QTest::newRow("9: normalised, Landsat's near infrared is nir")
        << l8 << u"nir"_qs << u"LC08_L2SP_192028_20250703_20250711_02_T1_SR_B5.TIF"_qs << u"nir08"_qs << u"SR_B5"_qs;
    QTest::newRow("9: the same without a telling file name")
        << l8 << u"nir"_qs << u"x.TIF"_qs << u"nir08"_qs << u"SR_B5"_qs;
    QTest::newRow("9: as it came, Landsat") << l8 << u"qa_pixel"_qs << u"x.TIF"_qs << u"QA_PIXEL"_qs << u"QA_PIXEL"_qs;
}

void TestAstraForms::bands_everyNaming()
{
    QFETCH(QString, id);
    QFETCH(QString, key);
    QFETCH(QString, file);
    QFETCH(QString, asked);
    QFETCH(QString, band);
    Json item = scene("x:" + toStd(id));
    item["properties"]["astra:original_id"] = toStd(id);
    item["properties"].erase("platform");
    item["collection"] = id.startsWith(u'L') ? "landsat-c2-l2" : "sentinel-2-l2a";
    item["assets"] = {{toStd(key), {{"href", "https://h/" + toStd(file)}}}};
    const auto read = parseScene(item, stac::ParseContext::of(definition(QUrl(u"https://h/api/v1"_qs)), {}));
    QVERIFY(read);
    const auto found = data::findBand(*read, asked);
    QVERIFY(found);
    QCOMPARE(found->band.name, band);
}

void TestAstraForms::errors_everyEnvelope_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("says");
    QTest::newRow("10: A, object") << 400
                                   << QByteArray(
                                          R"({"error":{"code":"VALIDATION_ERROR","message":"datetime is missing",)"
                                          R"("details":{"parameter":"datetime","received":null}}})")
                                   << ErrorCode::InvalidInput << u"datetime is missing"_qs;
    QTest::newRow("10: A, key") << 401 << QByteArray(R"({"error":{"code":"UNAUTHORIZED","message":"revoked"}})")
                                << ErrorCode::Unauthorized << u"revoked"_qs;
    QTest::newRow("10: A, plan") << 403 << QByteArray(R"({"error":{"code":"FORBIDDEN","message":"plan"}})")
                                 << ErrorCode::Unauthorized << u"plan"_qs;
    QTest::newRow("10: B, text") << 400 << QByteArray(R"({"error":"bbox needs four numbers"})")
                                 << ErrorCode::InvalidInput << u"four numbers"_qs;
    QTest::newRow("10: C, list of findings")
        << 400 << QByteArray(R"({"error":[{"code":"invalid_type","path":["start_date"],"message":"expected string"}]})")
        << ErrorCode::InvalidInput << u"start_date: expected string"_qs;
    QTest::newRow("10: D, web page") << 500 << QByteArray("<!DOCTYPE html><p>oh") << ErrorCode::Network
                                     << u"web page"_qs;
    QTest::newRow("10: D, nothing") << 500 << QByteArray() << ErrorCode::Network << u"500"_qs;
    QTest::newRow("10: quotas, whatever the plan is called")
        << 429 << QByteArray(R"({"error":{"code":"RATE_LIMITED","message":"wait"}})") << ErrorCode::RateLimited
        << u"wait"_qs;
    QTest::newRow("no FeatureCollection") << 200 << QByteArray(R"({"data":null,"errors":[{"message":"x"}]})")
                                          << ErrorCode::InvalidInput << u"no list of scenes"_qs;
    QTest::newRow("no JSON") << 200 << QByteArray("<html>sign in") << ErrorCode::InvalidInput << QString();
}

void TestAstraForms::errors_everyEnvelope()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(ErrorCode, code);
    QFETCH(QString, says);
    FaultServer server;
    Reply reply;
    reply.status = status;
    reply.body = body;
    server.on("/search", reply);
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    const auto page = waitFor(service.search(query(), {}, {}));
    QVERIFY(!page);
    QCOMPARE(page.error().code, code);
    QCOMPARE(page.error().origin, u"astra-os"_qs);
    QVERIFY2(page.error().message.contains(says), qPrintable(page.error().message));
}

void TestAstraForms::notFound_everyForm_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("11: 404 SCENE_NOT_FOUND")
        << 404 << QByteArray(R"({"error":{"code":"SCENE_NOT_FOUND","message":"no such scene"}})");
    QTest::newRow("11: 404 NOT_FOUND") << 404 << QByteArray(R"({"error":{"code":"NOT_FOUND","message":"no"}})");
    QTest::newRow("11: 404 in words") << 404 << QByteArray(R"({"error":"no such scene"})");
    QTest::newRow("11: 404 as a page") << 404 << QByteArray("<html>");
    QTest::newRow("11: 500 that quotes a 404")
        << 500 << QByteArray(R"({"error":"Landsat Collection 2 L2 (USGS) API error: 404 Not Found"})");
}

void TestAstraForms::notFound_everyForm()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    FaultServer server;
    Reply reply;
    reply.status = status;
    reply.body = body;
    server.on("*", reply);
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    const auto item = waitFor(service.item(u"sentinel-2:x"_qs, {}));
    QVERIFY(!item);
    QCOMPARE(item.error().code, ErrorCode::NotFound);
    QCOMPARE(server.requests(), 1); // not asked again, and no addresses of a scene that is not there
}

void TestAstraForms::keys_everyForm_data()
{
    QTest::addColumn<QString>("key");
    QTest::addColumn<bool>("taken");
    QTest::newRow("18: live") << u"astra_sk_live_0123456789abcdefghijklmnopqrstuvwxyz"_qs << true;
    QTest::newRow("18: test") << u"astra_sk_test_0123456789abcdefghijklmnopqrstuvwxyz"_qs << true;
    QTest::newRow("18: forty characters") << u"astra_V1StGXR8_Z5jdHi6B-myTV1StGXR8_Z5jdHi6B-my"_qs << true;
    QTest::newRow("18: as in the examples") << u"astra_YOUR_KEY"_qs << true;
    QTest::newRow("18: of another service") << u"sk_live_0123456789abcdef"_qs << false;
}

void TestAstraForms::keys_everyForm()
{
    QFETCH(QString, key);
    QFETCH(bool, taken);
    const auto shipped = definition(QUrl(u"https://astraos.cloud/api/v1"_qs));
    const auto kinds = credentials::ServiceKinds::read({}, {});
    const auto *connection = kinds.find(shipped.apiConnection);
    QVERIFY(connection);
    QCOMPARE(connection->method({})->pattern.match(key).hasMatch(), taken);
    QVERIFY(connection->covers(QUrl(u"https://astraos.cloud/api/v1/search"_qs))); // 27: both of its names
    QVERIFY(connection->covers(QUrl(u"https://www.astraos.cloud/api/v1/search"_qs)));
    QVERIFY(!connection->covers(QUrl(u"https://cdn.astraos.cloud/x"_qs)));
}

void TestAstraForms::key_isOptional()
{
    // 19: required, optional, or not looked at. Without a key we ask without one.
    FaultServer server;
    server.on("/search", json(collectionOf(Json::array({scene()}))));
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    QVERIFY(waitFor(service.search(query(), {}, {})));
    QVERIFY(server.seen().front().header("Authorization").isEmpty());
}

void TestAstraForms::key_followsTheServiceAndNobodyElse()
{
    // 27: astraos.cloud sends us on to www.astraos.cloud, which needs the key, too; a third host must not see it.
    FaultServer third;
    third.on("/search", json(collectionOf(Json::array({scene()}))));
    FaultServer home;
    FaultServer www;
    const QByteArray bearer = "Bearer " + test::canaryText("astra_sk_live_");
    const auto sendOn = [](const QUrl &to) {
        Reply reply;
        reply.status = 308;
        reply.headers = {{"Location", to.toEncoded()}};
        return reply;
    };
    home.on("/probe", json(collectionOf(Json::array())));
    home.on("/search", [&](const SeenRequest &request, int) {
        return sendOn(QUrl(QString(www.url(u"/search?"_qs).toString() + QUrl::fromEncoded(request.target).query())));
    });
    bool away = false;
    www.on("/search", [&](const SeenRequest &request, int) {
        if (away)
            return sendOn(third.url(u"/search"_qs));
        return request.header("Authorization") == bearer ? json(collectionOf(Json::array({scene()})))
                                                         : json({{"error", "API key is invalid"}}, 401);
    });
    const auto d = definition(home.url());
    const Json here {{"id", "astra-os"},
                     {"hosts", {toStd(home.url({}).toString()), toStd(www.url({}).toString())}},
                     {"base", toStd(home.url({}).toString())},
                     {"test", {{"path", "/probe"}}}};
    const auto http = net::HttpClient::create();
    const auto connections = credentials::Connections::create(
        {*credentials::ServiceKinds::read({}, {here}).find(u"astra-os"_qs)},
        std::make_unique<credentials::CredentialStore>(credentials::CredentialStore::Kind::MemoryOnly), http);
    http->setAuthorizer(connections);
    QVERIFY(waitFor(connections->connectKey(u"astra-os"_qs, Secret(bearer.mid(7)))));
    AstraProvider service(d, http, *m_pools);
    const auto page = waitFor(service.search(query(), {}, {}));
    QVERIFY2(page, page ? "" : qPrintable(page.error().message));
    QCOMPARE(page->scenes.size(), 1U);
    QCOMPARE(home.seen().back().header("Authorization"), bearer);
    QCOMPARE(www.seen().back().header("Authorization"), bearer);
    away = true;
    QVERIFY(waitFor(service.search(query(), {}, {})));
    QCOMPARE(third.requests(), 1);
    QVERIFY(third.seen().front().header("Authorization").isEmpty());
}

void TestAstraForms::dates_areAlwaysSent()
{
    // 26: required, whatever some examples leave out. 24: the box with commas.
    const auto d = definition(QUrl(u"https://h/api/v1"_qs));
    auto q = query();
    q.datetime = {};
    const QUrlQuery open(searchUrl(d, q, q.bbox, {}));
    QCOMPARE(open.queryItemValue(u"datetime"_qs, QUrl::FullyDecoded), u"1972-01-01T00:00:00Z/.."_qs);
    QCOMPARE(open.queryItemValue(u"bbox"_qs, QUrl::FullyDecoded), u"10.9,45.4,11.1,45.6"_qs);
}

void TestAstraForms::time_isThePaging()
{
    // 250 scenes, an hour apart from each other, three of them at one moment; at most 100 to an answer.
    struct One {
        std::string id;
        QDateTime time;
    };
    std::vector<One> all;
    const QDateTime first(QDate(2025, 7, 30), QTime(12, 0), Qt::UTC);
    for (int i = 0; i < 250; ++i)
        all.push_back({"x:" + std::to_string(i), first.addSecs(-3600LL * (i >= 98 && i <= 100 ? 99 : i))});
    FaultServer server;
    server.on("/search", [&](const SeenRequest &request, int) {
        const QUrlQuery items(QUrl::fromEncoded(request.target));
        const auto range = *data::TimeRange::parse(items.queryItemValue(u"datetime"_qs, QUrl::FullyDecoded));
        const int limit = items.queryItemValue(u"limit"_qs).toInt();
        Json features = Json::array();
        for (const auto &one : all) {
            if (range.contains(one.time) && static_cast<int>(features.size()) < limit) {
                Json item = scene(one.id, toStd(one.time.toString(Qt::ISODate)));
                item["properties"].erase("astra:original_id");
                features.push_back(item);
            }
        }
        const auto returned = features.size();
        return json(collectionOf(features, {{"context", {{"matched", returned}, {"returned", returned}}}}));
    });
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    QStringList ids;
    std::optional<Cursor> cursor;
    int pages = 0;
    do {
        const auto page = waitFor(service.search(query(), cursor, {}));
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        for (const auto &one : page->scenes)
            ids.append(one.id);
        QVERIFY(!page->cutShort);
        QVERIFY(!page->matched || !page->next); // a full answer does not know what there is
        cursor = page->next;
    } while (cursor && ++pages < 10);
    QCOMPARE(ids.size(), 250);
    QCOMPARE(QSet<QString>(ids.begin(), ids.end()).size(), 250); // nothing twice, nothing missed
    QCOMPARE(server.requests(), 3);
}

void TestAstraForms::time_thatStandsStillIsSaid_data()
{
    QTest::addColumn<QStringList>("times");
    QTest::addColumn<bool>("goesOn");
    QTest::newRow("all at one moment, the first time")
        << QStringList {u"2025-07-03T10:00:00Z"_qs, u"2025-07-03T10:00:00Z"_qs} << true;
    QTest::newRow("not in order") << QStringList {u"2025-07-03T10:00:00Z"_qs, u"2025-07-05T10:00:00Z"_qs} << true;
    QTest::newRow("older than what was asked for")
        << QStringList {u"2025-05-03T10:00:00Z"_qs, u"2025-05-02T10:00:00Z"_qs} << false;
    QTest::newRow("without any time") << QStringList {QString(), QString()} << false;
}

void TestAstraForms::time_thatStandsStillIsSaid()
{
    QFETCH(QStringList, times);
    QFETCH(bool, goesOn);
    Json features = Json::array();
    for (const auto &time : times)
        features.push_back(scene("x:" + std::to_string(features.size()), toStd(time)));
    FaultServer server;
    server.on("/search", json(collectionOf(features)));
    auto d = definition(server.url());
    d.pageSize = 2;
    AstraProvider service(d, m_http, *m_pools);
    auto page = waitFor(service.search(query(), {}, {}));
    QVERIFY(page);
    QCOMPARE(page->next.has_value(), goesOn);
    for (int i = 0; page->next && i < 5; ++i) {
        page = waitFor(service.search(query(), page->next, {}));
        QVERIFY(page);
    }
    QVERIFY(!page->next); // it ends
    QVERIFY(page->cutShort); // and says that there may be more
    QVERIFY(page->notes.join(u' ').contains(u"at most"));
    // A cursor that is none of ours asks nothing.
    const int before = server.requests();
    const auto foreign = waitFor(service.search(query(), Cursor {"GET", server.url(), {}, {}}, {}));
    QVERIFY(foreign && foreign->scenes.empty() && !foreign->next);
    QCOMPARE(server.requests(), before);
}

void TestAstraForms::tally_countsWithoutTheLimit()
{
    Json features = Json::array();
    for (int i = 0; i < 5; ++i)
        features.push_back(with(scene("x:" + std::to_string(i)), "/properties/eo:cloud_cover", 20 * i));
    features.push_back(without(scene("x:none"), "/properties", "eo:cloud_cover"));
    bool late = false;
    FaultServer server;
    server.on("/search", [&](const SeenRequest &request, int) {
        const QUrlQuery items(QUrl::fromEncoded(request.target));
        if (items.hasQueryItem(u"cloud_cover_lt"_qs) || items.queryItemValue(u"limit"_qs) != u"100")
            return json({{"error", "asked otherwise"}}, 400);
        return json(collectionOf(features, late ? Json {{"warnings", {"UP42: aborted"}}} : Json::object()));
    });
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    auto q = query();
    q.cloudCoverLt = 40;
    q.limit = 3;
    const auto tally = waitFor(service.tally(q, {}));
    QVERIFY2(tally, tally ? "" : qPrintable(tally.error().message));
    QCOMPARE(tally->count, (data::Count {6, false}));
    QCOMPARE(tally->cloudier, (data::Count {3, false})); // 40, 60, 80
    QCOMPARE(tally->noCloud, (data::Count {1, false}));
    late = true; // a source is missing: all of it is "at least"
    QCOMPARE(waitFor(service.tally(q, {}))->count, (data::Count {6, true}));
}

void TestAstraForms::collections_asTheServiceSaysOrAsKnown_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QStringList>("rows");
    const QStringList known {u"landsat-c2-l2|landsat-c2-l2|2"_qs, u"sentinel-2-l2a|sentinel-2-l2a|2"_qs};
    const QByteArray list = toText(
        {{"providers",
          {{{"id", "sentinel-2-l2a"}, {"name", "S2"}, {"collections", {"sentinel-2-l2a"}}, {"commercial", true}},
           {{"id", "planetary-computer"},
            {"name", "PC"},
            {"collections", {"sentinel-2-l2a", "landsat-c2-l2-sr"}},
            {"commercial", false}},
           {{"id", "planet"}, {"name", "Planet Labs"}, {"collections", {"planet:psscene", 7}}, {"commercial", true}},
           {{"id", "odd"}, {"collections", "none"}},
           7}}});
    // id|family|access: open sources are not commercial whatever the flag says, and the easiest way in counts.
    QTest::newRow("the list") << 200 << list
                              << QStringList {u"sentinel-2-l2a|sentinel-2-l2a|1"_qs,
                                              u"landsat-c2-l2-sr|landsat-c2-l2|1"_qs, u"planet:psscene||3"_qs};
    QTest::newRow("no such address") << 404 << QByteArray("<html>") << known;
    QTest::newRow("something else") << 200 << QByteArray("{}") << known;
    QTest::newRow("not for us") << 401 << QByteArray(R"({"error":"key"})") << known;
}

void TestAstraForms::collections_asTheServiceSaysOrAsKnown()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(QStringList, rows);
    FaultServer server;
    Reply reply;
    reply.status = status;
    reply.body = body;
    server.on("/api/providers", reply);
    AstraProvider service(definition(server.url(u"/api/v1"_qs)), m_http, *m_pools);
    const auto list = waitFor(service.collections({}));
    QVERIFY2(list, list ? "" : qPrintable(list.error().message));
    QStringList read;
    for (const auto &one : *list) {
        QCOMPARE(one.provider, u"astra-os"_qs);
        read << QString(one.id + u'|' + one.family + u'|' + QString::number(static_cast<int>(one.access)));
    }
    QCOMPARE(read, rows);
}

void TestAstraForms::pauses_areReported()
{
    FaultServer server;
    Reply wait;
    wait.status = 503;
    server.on("/search", {wait, json(collectionOf(Json::array({scene()})))});
    AstraProvider service(definition(server.url()), m_http, *m_pools);
    std::atomic<int> pauses = 0;
    const auto page = waitFor(service.search(query(), {}, {}, [&](std::chrono::milliseconds) { ++pauses; }));
    QVERIFY(page);
    QCOMPARE(server.requests(), 2);
    QCOMPARE(pauses, 1);
}

QTEST_GUILESS_MAIN(TestAstraForms)
#include "tst_astraforms.moc"
