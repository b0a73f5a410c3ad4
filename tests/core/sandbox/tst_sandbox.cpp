// SPDX-License-Identifier: Apache-2.0
#include "core/data/geobox.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"
#include "core/sandbox/sandbox.h"

#include <QEventLoop>
#include <QNetworkAccessManager>
#include <QNetworkReply>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <set>

using namespace astra;

namespace {
struct Answer {
    int status = 0;
    QByteArray body;
    QByteArray contentRange;
    Json json;
};
std::string at(const Json &json, const char *key) { return toStd(stringAt(json, key)); }
} // namespace

/// The services, met as the application meets them: over HTTP, from providers.json on.
class TestSandbox : public QObject
{
    Q_OBJECT

private:
    Answer ask(const QByteArray &method, const QString &address, const QByteArray &body = {},
               const QByteArray &key = {}, const QByteArray &range = {});
    Answer get(const QString &address) { return ask("GET", address); }
    Answer astra(const QString &path, const QByteArray &key) { return ask("GET", m_base + u"/api/v1" + path, {}, key); }
    /// Every item of a catalogue for a query, page by page along the next links.
    std::vector<Json> all(const QString &catalogue, Json query, bool post);
    Json provider(const char *id);
    Json finished(const Json &request);

    QTemporaryDir m_dir;
    QNetworkAccessManager m_net;
    QDateTime m_now = QDateTime::currentDateTimeUtc();
    std::unique_ptr<sandbox::Sandbox> m_sandbox;
    QString m_base;
    QByteArray m_box; ///< of the world, as JSON

private Q_SLOTS:
    void initTestCase();
    void definitions_tellEverything();
    void landing_isValid();
    void paging_isComplete_data();
    void paging_isComplete();
    void search_filters();
    void search_refusesNonsense();
    void items_describeTheSameAcquisitions();
    void files_haveRanges();
    void unsignedReads_areRefused();
    void failing_answers503();
    void keys_areChecked();
    void assets_areListed();
    void process_equalsTruth();
    void process_refusesNonsense();
};

Answer TestSandbox::ask(const QByteArray &method, const QString &address, const QByteArray &body, const QByteArray &key,
                        const QByteArray &range)
{
    QNetworkRequest request {QUrl(address)};
    if (!key.isEmpty())
        request.setRawHeader("Authorization", "Bearer " + key);
    if (!range.isEmpty())
        request.setRawHeader("Range", range);
    request.setHeader(QNetworkRequest::ContentTypeHeader, QStringLiteral("application/json"));
    const std::unique_ptr<QNetworkReply> reply(m_net.sendCustomRequest(request, method, body));
    QEventLoop loop;
    connect(reply.get(), &QNetworkReply::finished, &loop, &QEventLoop::quit);
    loop.exec();
    Answer answer;
    answer.status = reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    answer.body = reply->readAll();
    answer.contentRange = reply->rawHeader("Content-Range");
    if (const auto json = parseJson(answer.body))
        answer.json = *json;
    return answer;
}

std::vector<Json> TestSandbox::all(const QString &catalogue, Json query, bool post)
{
    std::vector<Json> items;
    QString address = m_base + u'/' + catalogue + u"/search";
    QByteArray body = toText(query);
    if (!post)
        address += u"?limit=" + QString::number(asInteger(member(query, "limit")).value_or(10))
            + u"&collections=sentinel-2-l2a,landsat-c2-l2,landsat-c2l2-sr";
    for (int page = 0; page < 50; ++page) {
        const Answer answer = post ? ask("POST", address, body) : get(address);
        if (answer.status != 200)
            return {};
        for (const Json &item : member(answer.json, "features"))
            items.push_back(item);
        const Json *next = nullptr;
        for (const Json &link : member(answer.json, "links")) {
            if (at(link, "rel") == "next")
                next = &link;
        }
        if (!next)
            return items;
        address = stringAt(*next, "href");
        body = toText(member(*next, "body"));
    }
    return {};
}

Json TestSandbox::provider(const char *id)
{
    const Answer answer = get(m_base + u"/providers.json");
    for (const Json &entry : member(answer.json, "providers")) {
        if (at(entry, "id") == id)
            return entry;
    }
    return {};
}

void TestSandbox::initTestCase()
{
    sandbox::SandboxConfig config;
    config.cacheDir = m_dir.path();
    config.size = 288;
    config.slowMs = 0;
    config.clock = [this] { return m_now; };
    auto started = sandbox::Sandbox::start(config);
    QVERIFY2(started.has_value(), started ? "" : qPrintable(started.error().message));
    m_sandbox = std::move(*started);
    m_base = m_sandbox->url().toString(QUrl::StripTrailingSlash);
    m_box = toText(member(member(get(m_base + u"/providers.json").json, "world"), "bbox"));
}

void TestSandbox::definitions_tellEverything()
{
    const Answer answer = get(m_base + u"/providers.json");
    QCOMPARE(answer.status, 200);
    QCOMPARE(member(answer.json, "providers").size(), 4U);
    for (const Json &entry : member(answer.json, "providers")) {
        QCOMPARE(asBool(member(entry, "invented")), true);
        QVERIFY(stringAt(entry, "url").startsWith(m_base));
    }
    QCOMPARE(at(provider("sandbox-astra"), "protocol"), std::string("astra"));
    QCOMPARE(asBool(member(provider("sandbox-astra"), "processing")), true);
    QVERIFY(data::GeoBox::fromJson(member(member(answer.json, "world"), "bbox")).has_value());
    QVERIFY(!answer.body.contains(m_sandbox->key().reveal()));
}

void TestSandbox::landing_isValid()
{
    for (const QString &name : {QStringLiteral("coast"), QStringLiteral("signed"), QStringLiteral("archive")}) {
        const Answer landing = get(m_base + u'/' + name);
        QCOMPARE(landing.status, 200);
        QCOMPARE(at(landing.json, "type"), std::string("Catalog"));
        QVERIFY(asStringList(member(landing.json, "conformsTo"))
                    .contains(QStringLiteral("https://api.stacspec.org/v1.0.0/item-search")));
        const Answer collections = get(m_base + u'/' + name + u"/collections");
        QCOMPARE(member(collections.json, "collections").size(), 2U);
        QCOMPARE(get(m_base + u'/' + name + u"/collections/none").status, 404);
        QCOMPARE(get(m_base + u'/' + name + u"/nowhere").status, 404);
        const Answer items = get(m_base + u'/' + name + u"/collections/sentinel-2-l2a/items?limit=1");
        QCOMPARE(member(items.json, "features").size(), 1U);
        const Json &item = items.json["features"][0];
        QCOMPARE(get(stringAt(item["links"][0], "href")).json, item);
    }
}

void TestSandbox::paging_isComplete_data()
{
    QTest::addColumn<QString>("catalogue");
    QTest::addColumn<bool>("post");
    for (const char *name : {"coast", "signed", "archive"}) {
        QTest::addRow("%s post", name) << QString::fromLatin1(name) << true;
        QTest::addRow("%s get", name) << QString::fromLatin1(name) << false;
    }
}

void TestSandbox::paging_isComplete()
{
    QFETCH(QString, catalogue);
    QFETCH(bool, post);
    Json query {{"collections", {"sentinel-2-l2a", "landsat-c2-l2", "landsat-c2l2-sr"}}, {"limit", 100}};
    const auto whole = all(catalogue, query, post);
    QVERIFY(whole.size() >= 8);
    std::set<std::string> ids;
    std::string last = "9999";
    for (const Json &item : whole) {
        ids.insert(at(item, "id"));
        QVERIFY(at(item["properties"], "datetime") <= last);
        last = at(item["properties"], "datetime");
    }
    QCOMPARE(ids.size(), whole.size());
    for (const int limit : {1, 3, static_cast<int>(whole.size())}) {
        query["limit"] = limit;
        QCOMPARE(all(catalogue, query, post), whole);
    }
}

void TestSandbox::search_filters()
{
    const auto count = [&](Json query) {
        query["collections"] = {"sentinel-2-l2a", "landsat-c2-l2"};
        query["limit"] = 100;
        return all(QStringLiteral("coast"), query, true).size();
    };
    const std::size_t whole = count({});
    const Json box = *parseJson(m_box);
    QCOMPARE(count({{"bbox", box}}), whole);
    QCOMPARE(count({{"bbox", {10, 50, 11, 51}}}), 0U);
    QCOMPARE(count({{"intersects", data::geometryFromRings(data::GeoBox::fromJson(box)->rings())}}), whole);
    QCOMPARE(count({{"datetime", "2025-07-01T00:00:00Z/2025-07-31T23:59:59Z"}}), 1U);
    QCOMPARE(count({{"datetime", "2024-01-01/2024-12-31"}}), 0U);
    std::size_t under = 0;
    double cloud = -1;
    for (const Json &item : all(QStringLiteral("coast"), {{"limit", 100}}, true)) {
        const double cover = *numberAt(item["properties"], "eo:cloud_cover");
        under += cover < 10 ? 1 : 0;
        cloud = std::max(cloud, cover);
    }
    QCOMPARE(count({{"query", {{"eo:cloud_cover", {{"lt", 10}}}}}}), under);
    QVERIFY(under < whole);
    QCOMPARE(count({{"query", {{"eo:cloud_cover", {{"lte", 100}}}}}}), whole);
    QCOMPARE(all(QStringLiteral("coast"), {{"collections", {"landsat-c2-l2"}}, {"limit", 100}}, true).size(), 3U);
}

void TestSandbox::search_refusesNonsense()
{
    const QString address = m_base + u"/coast/search";
    for (const char *body : {"{", "[]", R"({"bbox":[1,2,3]})", R"({"datetime":"soon"})", R"({"next":"x"})",
                             R"({"next":"after:-4"})", R"({"intersects":7})"})
        QVERIFY2(ask("POST", address, body).status == 400, body);
    QCOMPARE(ask("POST", m_base + u"/signed/search", R"({"limit":5})").status, 400); // wants collections
    QCOMPARE(ask("DELETE", m_base + u"/providers.json").status, 405);
    QCOMPARE(get(m_base + u"/coast/data/../../world.json").status, 404);
}

void TestSandbox::items_describeTheSameAcquisitions()
{
    const Json query {{"collections", {"sentinel-2-l2a", "landsat-c2-l2", "landsat-c2l2-sr"}},
                      {"datetime", "2025-09-01T00:00:00Z/2025-09-30T23:59:59Z"},
                      {"limit", 10}};
    const auto coast = all(QStringLiteral("coast"), query, true);
    const auto signing = all(QStringLiteral("signed"), query, true);
    const auto archive = all(QStringLiteral("archive"), query, true);
    QCOMPARE(coast.size(), 2U);
    QCOMPARE(at(coast[0], "id"), std::string("S2A_30TUZ_20250924_0_L2A"));
    QCOMPARE(at(signing[0], "id"), std::string("S2A_MSIL2A_20250924T110701_R137_T30TUZ_20250924T152837"));
    QCOMPARE(at(archive[0], "id"), std::string("S2A_MSIL2A_20250924T110701_N0511_R137_T30TUZ_20250924T152837"));
    QCOMPARE(at(coast[1], "id"), std::string("LC08_L2SP_202030_20250902_02_T1"));
    QCOMPARE(at(signing[1], "id"), at(coast[1], "id"));
    QCOMPARE(at(archive[1], "id"), std::string("LC08_L2SP_202030_20250902_20250903_02_T1_SR"));
    QCOMPARE(at(coast[0]["properties"], "s2:product_uri"), at(archive[0], "id") + ".SAFE");

    QCOMPARE(numberAt(coast[0]["assets"]["red"]["raster:bands"][0], "offset"), -0.1);
    QVERIFY(!signing[0]["assets"]["B04"].contains("raster:bands"));
    QCOMPARE(at(signing[0]["properties"], "s2:processing_baseline"), std::string("05.11"));
    QCOMPARE(numberAt(archive[0]["assets"]["B04_10m"], "raster:offset"), -0.1);
    QCOMPARE(at(archive[0]["assets"]["B8A_20m"]["bands"][0], "eo:common_name"), std::string("nir08"));
    QCOMPARE(numberAt(coast[1]["assets"]["nir08"]["raster:bands"][0], "scale"), 0.0000275);
    for (const auto *list : {&coast, &signing, &archive}) {
        for (const Json &item : *list) {
            QCOMPARE(asBool(member(item["properties"], "astra:invented")), true);
            QVERIFY(stringAt(item["properties"], "title").contains(u"Invented"));
        }
    }
}

void TestSandbox::files_haveRanges()
{
    const auto items = all(QStringLiteral("coast"), {{"collections", {"sentinel-2-l2a"}}, {"limit", 1}}, true);
    const QString href = stringAt(items.at(0)["assets"]["red"], "href");
    const Answer whole = get(href);
    QCOMPARE(whole.status, 200);
    const Answer part = ask("GET", href, {}, {}, "bytes=100-299");
    QCOMPARE(part.status, 206);
    QCOMPARE(part.body, whole.body.mid(100, 200));
    QCOMPARE(part.contentRange, "bytes 100-299/" + QByteArray::number(whole.body.size()));
    QCOMPARE(get(m_base + u"/coast/data/none/B04.tif").status, 404);
    QCOMPARE(get(m_base + u"/archive/members/any/SR_B4.tif").status, 401);
}

void TestSandbox::unsignedReads_areRefused()
{
    const auto items = all(QStringLiteral("signed"), {{"collections", {"landsat-c2-l2"}}, {"limit", 1}}, true);
    const QString href = stringAt(items.at(0)["assets"]["red"], "href");
    QCOMPARE(get(href).status, 403);
    QCOMPARE(get(href + u"?se=2099-01-01T00%3A00%3A00Z&sp=r&sig=00").status, 403);
    QString address = stringAt(provider("sandbox-signed")["connection"], "token");
    const Answer other = get(QString(address).replace(QStringLiteral("{container}"), QStringLiteral("sentinel2-l2")));
    const Answer token = get(QString(address).replace(QStringLiteral("{container}"), QStringLiteral("landsat-c2")));
    QCOMPARE(token.status, 200);
    const auto expiry = QDateTime::fromString(stringAt(token.json, "msft:expiry"), Qt::ISODate);
    QVERIFY(std::abs(m_now.secsTo(expiry) - 120) <= 1);
    const QString signedHref = href + u'?' + stringAt(token.json, "token");
    QCOMPARE(get(signedHref).status, 200);
    QCOMPARE(get(href + u'?' + stringAt(other.json, "token")).status, 403); // another container's
    m_now = m_now.addSecs(118);
    QCOMPARE(get(signedHref).status, 200);
    m_now = m_now.addSecs(3);
    QCOMPARE(get(signedHref).status, 403);
    QCOMPARE(get(QString(address).replace(QStringLiteral("{container}"), QStringLiteral("other"))).status, 404);
}

void TestSandbox::failing_answers503()
{
    sandbox::SandboxConfig config;
    config.cacheDir = m_dir.path();
    config.size = 288;
    config.failing = QStringLiteral("sandbox-archive");
    const auto other = sandbox::Sandbox::start(config);
    QVERIFY(other.has_value());
    const QString base = (*other)->url().toString(QUrl::StripTrailingSlash);
    QCOMPARE(get(base + u"/archive/search").status, 503);
    QCOMPARE(get(base + u"/coast/search").status, 200);
    QVERIFY(!((*other)->key() == m_sandbox->key())); // each start its own
}

void TestSandbox::keys_areChecked()
{
    QVERIFY(m_sandbox->key().reveal().startsWith("astra_sk_test_"));
    const QString search = QStringLiteral("/search?bbox=-180,-90,180,90&datetime=2025-01-01/2025-12-31&limit=100");
    for (const QString &path : {search, QStringLiteral("/scenes/x"), QStringLiteral("/assets?scene_id=x"),
                                QStringLiteral("/process/job_1"), QStringLiteral("/anything")}) {
        for (const QByteArray &key : {QByteArray(), QByteArray("astra_sk_test_wrong"), QByteArray("x")}) {
            const Answer answer = astra(path, key);
            QCOMPARE(answer.status, 401);
            QCOMPARE(at(answer.json["error"], "code"), std::string("UNAUTHORIZED"));
        }
    }
    const QByteArray plan = m_sandbox->planKey().reveal();
    const Answer found = astra(search, plan);
    QCOMPARE(found.status, 200);
    QCOMPARE(numberAt(found.json["context"], "matched"), static_cast<double>(found.json["features"].size()));
    QCOMPARE(found.json["features"].size(), 13U);
    const Answer refused = ask("POST", m_base + u"/api/v1/process", "{}", plan);
    QCOMPARE(refused.status, 403);
    QCOMPARE(at(refused.json["error"], "code"), std::string("FORBIDDEN"));
}

void TestSandbox::assets_areListed()
{
    const QByteArray key = m_sandbox->key().reveal();
    const QString id = QStringLiteral("sentinel-2-l2a%3AS2C_MSIL2A_20250716T110641_N0511_R137_T30TUZ_20250716T150019");
    const Answer scene = astra(u"/scenes/" + id, key);
    QCOMPARE(scene.status, 200);
    QCOMPARE(at(scene.json["properties"], "astra:provider"), std::string("sentinel-2-l2a"));
    const Answer assets = astra(u"/assets?scene_id=" + id + u"&bands=red,B08,B99", key);
    QCOMPARE(assets.json["assets"].size(), 3U);
    QCOMPARE(at(assets.json["assets"]["B99"], "status"), std::string("error"));
    const QString href = stringAt(assets.json["assets"]["red"], "href");
    QCOMPARE(static_cast<double>(get(href).body.size()), *numberAt(assets.json["assets"]["red"], "file:size"));
    QCOMPARE(astra(QStringLiteral("/scenes/none"), key).status, 400);
    QCOMPARE(astra(QStringLiteral("/scenes/sentinel-2-l2a%3Anone"), key).status, 404);
    QCOMPARE(astra(QStringLiteral("/search?bbox=1,2,3&datetime=2025-01-01"), key).status, 400);
    QCOMPARE(astra(QStringLiteral("/search?bbox=1,2,3,4"), key).status, 400);
}

Json TestSandbox::finished(const Json &request)
{
    const QByteArray key = m_sandbox->key().reveal();
    const Answer submitted = ask("POST", m_base + u"/api/v1/process", toText(request), key);
    if (submitted.status != 202)
        return {};
    const QString poll = m_base + stringAt(submitted.json, "poll_url");
    Json job = submitted.json;
    while (at(job, "status") == "queued" || at(job, "status") == "processing")
        job = ask("GET", poll, {}, key).json;
    return job;
}

void TestSandbox::process_equalsTruth()
{
    const QDateTime date(QDate(2025, 4, 17), QTime(11, 6, 31), Qt::UTC);
    const std::string id = "sentinel-2-l2a:S2C_MSIL2A_20250417T110631_N0511_R137_T30TUZ_20250417T144408";
    const auto box = data::GeoBox::fromJson(*parseJson(m_box));
    const QPointF middle = box->center();
    const Json job = finished(
        {{"operation", "ndvi"},
         {"scene_ids", {id}},
         {"bbox", {middle.x() - 0.004, middle.y() - 0.003, middle.x() + 0.004, middle.y() + 0.003}},
         {"params", {{"mask", "mask_clouds"}}}});
    QCOMPARE(at(job, "status"), std::string("completed"));
    const QString href = stringAt(job["result"], "href");
    const Answer file = get(href);
    QCOMPARE(file.status, 200);
    QCOMPARE(static_cast<double>(file.body.size()), *numberAt(job["result"], "file:size"));
    QCOMPARE(get(href.section(u'?', 0, 0)).status, 403);

    const QString path = m_dir.filePath(QStringLiteral("ndvi.tif"));
    QFile out(path);
    QVERIFY(out.open(QIODevice::WriteOnly) && out.write(file.body) == file.body.size());
    out.close();
    auto dataset = raster::Dataset::open({path, {}, {}, 1});
    QVERIFY(dataset.has_value());
    const auto &info = dataset->info();
    QVERIFY(info.width > 50 && info.width < 100); // the rectangle, not the scene
    const auto pixels = dataset->read(1, {0, 0, info.width, info.height}, info.width, info.height);
    QVERIFY(pixels.has_value());
    const auto grid = info.grid();
    QVERIFY(grid.has_value());
    const auto degrees = raster::Transform::create(grid->crs, QStringLiteral("EPSG:4326"));
    int compared = 0;
    for (int row = 0; row < info.height; row += 7) {
        for (int column = 0; column < info.width; column += 5) {
            std::vector<QPointF> p {{grid->originX + (column + 0.5) * 10, grid->originY - (row + 0.5) * 10}};
            degrees->apply(p);
            const auto is = [&](const QString &band) { return sandbox::truth(band, p[0].x(), p[0].y(), date); };
            const float value = pixels->at(column, row);
            const double sum = is(QStringLiteral("nir")) + is(QStringLiteral("red")) - 0.0016;
            if (std::isnan(value) || sum < 0.02)
                continue;
            QVERIFY(std::abs(static_cast<double>(value) - is(QStringLiteral("ndvi"))) < 2 * 0.0008 / sum);
            ++compared;
        }
    }
    QVERIFY2(compared > 30, qPrintable(QString::number(compared)));
    m_now = m_now.addSecs(3601);
    QCOMPARE(get(href).status, 403); // an hour is over
}

void TestSandbox::process_refusesNonsense()
{
    const QByteArray key = m_sandbox->key().reveal();
    const auto post = [&](const QByteArray &body) {
        return ask("POST", m_base + u"/api/v1/process", body, key).status;
    };
    QCOMPARE(post("no"), 400);
    QCOMPARE(post(R"({"operation":"ndvi"})"), 400);
    QCOMPARE(post(R"({"operation":"magic","scene_id":"a:b"})"), 400);
    QCOMPARE(post(R"({"operation":"ndvi","scene_id":"a:b"})"), 404);
    const QByteArray scene = R"("scene_id":"landsat-c2-l2:LC09_L2SP_202030_20250629_20250630_02_T1")";
    QCOMPARE(post("{\"operation\":\"ndvi\"," + scene + ",\"bbox\":[1,2,3]}"), 400);
    QCOMPARE(post("{\"operation\":\"ndvi\"," + scene + ",\"bbox\":[10,50,11,51]}"), 400);
    QCOMPARE(post("{\"operation\":\"ndvi\"," + scene + ",\"mask\":\"all\"}"), 400);
    QCOMPARE(astra(QStringLiteral("/process/job_none"), key).status, 404);
    const Json whole = finished(*parseJson("{\"operation\":\"ndvi\"," + scene + "}"));
    QCOMPARE(at(whole, "status"), std::string("completed"));
}

QTEST_GUILESS_MAIN(TestSandbox)
#include "tst_sandbox.moc"
