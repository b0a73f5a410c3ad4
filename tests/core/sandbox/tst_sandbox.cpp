// SPDX-License-Identifier: Apache-2.0
#include "core/data/geobox.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"
#include "core/sandbox/sandbox.h"
#include "tests/core/sandbox/answers.h"

#include <QTemporaryDir>
#include <QtTest>

#include <cmath>
#include <set>

using namespace astra;
using test::Answer;

namespace {
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
    void collections_describeThemselves();
    void paging_isComplete_data();
    void paging_isComplete();
    void search_filters();
    void search_intersectsPolygons();
    void search_filtersByCql2();
    void search_refusesNonsense();
    void items_describeTheSameAcquisitions();
    void space_isForMembers();
    void survey_hasTwoItemsAScene();
    void acquisitions_overlapAsPromised();
    void files_haveRanges();
    void unsignedReads_areRefused();
    void eachStart_hasItsOwnKeys();
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
    return test::ask(m_net, method, request, body);
}

std::vector<Json> TestSandbox::all(const QString &catalogue, Json query, bool post)
{
    std::vector<Json> items;
    QString address = m_base + u'/' + catalogue + u"/search";
    QByteArray body = toText(query);
    if (!post)
        address += u"?limit=" + QString::number(asInteger(member(query, "limit")).value_or(10))
            + u"&collections=sentinel-2-l2a,landsat-c2-l2,landsat-c2l2-sr,landsat-c2l2-st";
    for (int page = 0; page < 50; ++page) {
        const Answer answer = post ? ask("POST", address, body) : get(address);
        if (answer.status != 200)
            return {};
        for (const Json &item : member(answer.json, "features"))
            items.push_back(item);
        const Json next = test::nextOf(answer.json);
        if (next.is_null())
            return items;
        address = stringAt(next, "href");
        body = toText(member(next, "body"));
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
    QCOMPARE(member(answer.json, "providers").size(), 6U);
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
    const QStringList filter {QStringLiteral("signed"), QStringLiteral("space")};
    for (const auto &[name, count] : {std::pair("coast", 2U), std::pair("signed", 2U), std::pair("archive", 2U),
                                      std::pair("space", 1U), std::pair("survey", 2U)}) {
        const QString path = m_base + u'/' + QLatin1String(name);
        const Answer landing = get(path);
        QCOMPARE(landing.status, 200);
        QCOMPARE(at(landing.json, "type"), std::string("Catalog"));
        const QStringList classes = asStringList(member(landing.json, "conformsTo"));
        QVERIFY(classes.contains(QStringLiteral("https://api.stacspec.org/v1.0.0/item-search")));
        QCOMPARE(!classes.filter(QStringLiteral("cql2-json")).isEmpty(), filter.contains(QLatin1String(name)));
        QCOMPARE(get(path + u"/conformance").json["conformsTo"], landing.json["conformsTo"]);
        const Answer collections = get(path + u"/collections");
        QCOMPARE(member(collections.json, "collections").size(), count);
        QCOMPARE(get(path + u"/collections/none").status, 404);
        QCOMPARE(get(path + u"/nowhere").status, 404);
        const QString first = stringAt(collections.json["collections"][0], "id");
        const Answer items = get(path + u"/collections/" + first + u"/items?limit=1");
        QCOMPARE(member(items.json, "features").size(), 1U);
        const Json &item = items.json["features"][0];
        QCOMPARE(get(stringAt(item["links"][0], "href")).json, item);
    }
}

void TestSandbox::collections_describeThemselves()
{
    const Answer space = get(m_base + u"/space/collections/sentinel-2-l2a");
    QCOMPARE(at(space.json, "stac_version"), std::string("1.1.0"));
    QCOMPARE(space.json["summaries"]["platform"], Json({"sentinel-2a", "sentinel-2b", "sentinel-2c"}));
    QCOMPARE(space.json["summaries"]["gsd"], Json({10, 20}));
    QCOMPARE(space.json["extent"]["temporal"]["interval"][0][0], Json("2025-01-17T11:13:21.024Z"));
    QVERIFY(space.json["extent"]["temporal"]["interval"][0][1].is_null());
    QCOMPARE(at(space.json, "license"), std::string("CC0-1.0"));
    QVERIFY(space.json["keywords"].is_array());
    QCOMPARE(at(space.json["item_assets"]["B04_10m"]["bands"][0], "eo:common_name"), std::string("red"));
    QVERIFY(!space.json["item_assets"]["B04_10m"].contains("href"));
    const Answer heat = get(m_base + u"/survey/collections/landsat-c2l2-st");
    QCOMPARE(heat.json["summaries"]["platform"], Json({"LANDSAT_8", "LANDSAT_9"}));
    QVERIFY(heat.json["item_assets"].contains("lwir11"));
}

void TestSandbox::paging_isComplete_data()
{
    QTest::addColumn<QString>("catalogue");
    QTest::addColumn<bool>("post");
    for (const char *name : {"coast", "signed", "archive", "space", "survey"}) {
        QTest::addRow("%s post", name) << QString::fromLatin1(name) << true;
        QTest::addRow("%s get", name) << QString::fromLatin1(name) << false;
    }
}

void TestSandbox::paging_isComplete()
{
    QFETCH(QString, catalogue);
    QFETCH(bool, post);
    Json query {{"collections", {"sentinel-2-l2a", "landsat-c2-l2", "landsat-c2l2-sr", "landsat-c2l2-st"}},
                {"limit", 100}};
    const auto whole = all(catalogue, query, post);
    QVERIFY(whole.size() >= 6);
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
    const auto one = all(QStringLiteral("coast"), {{"ids", {"LC09_L2SP_202030_20250629_02_T1"}}}, true);
    QCOMPARE(one.size(), 1U);
}

/// An area beside the footprints whose box overlaps theirs: an honest catalogue does not find them.
void TestSandbox::search_intersectsPolygons()
{
    const auto box = data::GeoBox::fromJson(*parseJson(m_box));
    const auto count = [&](const data::Ring &ring) {
        return all(QStringLiteral("signed"),
                   {{"collections", {"sentinel-2-l2a", "landsat-c2-l2"}},
                    {"limit", 100},
                    {"intersects", data::geometryFromRings({ring})}},
                   true)
            .size();
    };
    const double w = box->width();
    const double h = box->north - box->south;
    const QPointF corner {box->east, box->north};
    const std::size_t whole = count({{box->west, box->south}, {box->east, box->south}, {box->east, box->north}});
    QVERIFY(whole > 5);
    // An L around the world: its box holds everything, it holds nothing.
    QCOMPARE(count({{box->west - w, box->south - h},
                    {corner.x() + w, box->south - h},
                    {corner.x() + w, box->south - 0.5 * h},
                    {box->west - 0.5 * w, box->south - 0.5 * h},
                    {box->west - 0.5 * w, corner.y() + h},
                    {box->west - w, corner.y() + h}}),
             0U);
    // A thin bar across it has no corner in any footprint, and none of theirs in it.
    const double middle = box->center().y();
    QCOMPARE(count({{box->west - w, middle},
                    {corner.x() + w, middle},
                    {corner.x() + w, middle + 1e-4},
                    {box->west - w, middle + 1e-4}}),
             whole);
}

void TestSandbox::search_filtersByCql2()
{
    const auto count = [&](const char *catalogue, const Json &filter) {
        return all(QString::fromLatin1(catalogue),
                   {{"collections", {"sentinel-2-l2a"}},
                    {"limit", 100},
                    {"filter-lang", "cql2-json"},
                    {"filter", filter}},
                   true)
            .size();
    };
    const auto clause = [](const char *op, double value) {
        return Json {{"op", op}, {"args", {{{"property", "eo:cloud_cover"}}, value}}};
    };
    std::vector<double> covers;
    for (const Json &item : all(QStringLiteral("space"), {{"collections", {"sentinel-2-l2a"}}, {"limit", 100}}, true))
        covers.push_back(*numberAt(item["properties"], "eo:cloud_cover"));
    QVERIFY(covers.size() >= 6);
    std::sort(covers.begin(), covers.end());
    const double middle = covers[covers.size() / 2];
    const auto below = static_cast<std::size_t>(std::lower_bound(covers.begin(), covers.end(), middle)
                                                - covers.begin());
    const auto upTo = static_cast<std::size_t>(std::upper_bound(covers.begin(), covers.end(), middle) - covers.begin());
    QVERIFY(below < upTo);
    QCOMPARE(count("space", clause("<", middle)), below);
    QCOMPARE(count("space", clause("<=", middle)), upTo);
    QCOMPARE(count("space", {{"op", "and"}, {"args", {clause("<=", middle), clause(">=", middle)}}}), upTo - below);
    QCOMPARE(count("coast", clause("<", 0)), count("coast", clause("<=", 100))); // passed over without a word
    QCOMPARE(ask("POST", m_base + u"/space/search", R"({"filter":{"op":"like","args":[1,2]}})").status, 400);
}

void TestSandbox::search_refusesNonsense()
{
    const QString address = m_base + u"/coast/search";
    for (const char *body : {"{", "[]", R"({"bbox":[1,2,3]})", R"({"datetime":"soon"})", R"({"next":"x"})",
                             R"({"next":"after:-4"})", R"({"intersects":7})"})
        QVERIFY2(ask("POST", address, body).status == 400, body);
    QCOMPARE(ask("POST", m_base + u"/signed/search", R"({"limit":5})").status, 422); // wants collections
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

void TestSandbox::space_isForMembers()
{
    const Json query {{"collections", {"sentinel-2-l2a"}}, {"limit", 3}};
    const Answer page = ask("POST", m_base + u"/space/search", toText(query));
    QCOMPARE(page.json["numberReturned"], Json(3));
    QVERIFY(!page.json.contains("numberMatched") && !page.json.contains("context"));
    const Json next = test::nextOf(page.json);
    QCOMPARE(at(next, "method"), std::string("POST"));
    QCOMPARE(next["body"]["collections"], query["collections"]);
    QVERIFY(stringAt(next["body"], "token").startsWith(u"next:sentinel-2-l2a:"));
    QVERIFY(!next.contains("merge"));
    const Json &item = page.json["features"][0];
    QCOMPARE(at(item, "stac_version"), std::string("1.1.0"));
    QCOMPARE(at(item, "id"), std::string("S2B_MSIL2A_20251024T111049_N0511_R137_T30TUZ_20251024T143355"));
    QCOMPARE(at(item["properties"], "datetime"), std::string("2025-10-24T11:10:49.024Z"));
    const Json &red = item["assets"]["B04_10m"];
    QVERIFY(stringAt(red, "href").startsWith(u"s3://eodata/"));
    QCOMPARE(numberAt(red, "raster:offset"), -0.1);
    QCOMPARE(at(red["bands"][0], "eo:common_name"), std::string("red"));
    QCOMPARE(get(stringAt(red["alternate"]["https"], "href")).status, 401);
    const auto bytes = toText(item).size();
    QVERIFY2(bytes > 40000 && bytes < 80000, qPrintable(QString::number(bytes)));
}

void TestSandbox::survey_hasTwoItemsAScene()
{
    const Json query {{"collections", {"landsat-c2l2-sr", "landsat-c2l2-st"}}, {"limit", 2}};
    const Answer page = ask("POST", m_base + u"/survey/search", toText(query));
    QCOMPARE(page.json["context"]["matched"], Json(8));
    QCOMPARE(at(page.json["features"][0], "id"), std::string("LC08_L2SP_202030_20250902_20250903_02_T1_SR"));
    QCOMPARE(at(page.json["features"][1], "id"), std::string("LC08_L2SP_202030_20250902_20250903_02_T1_ST"));
    const Json next = test::nextOf(page.json);
    QCOMPARE(next["body"]["limit"], Json(2));
    QVERIFY(next["body"].contains("next"));
    QCOMPARE(asBool(member(next, "merge")), false);
    const Json &red = page.json["features"][0]["assets"]["red"];
    QVERIFY(!red.contains("raster:bands"));
    QCOMPARE(asBool(member(red["alternate"]["s3"], "storage:requester_pays")), true);
    QVERIFY(!page.json["features"][0]["assets"].contains("lwir11"));
    QVERIFY(page.json["features"][1]["assets"].contains("lwir11"));
    // As the real one: whoever is no member gets a page for people, and 200.
    const Answer file = get(stringAt(red, "href"));
    QCOMPARE(file.status, 200);
    QVERIFY(file.type.startsWith("text/html"));
    QVERIFY(file.url.path().endsWith(u"/survey/login"));
}

/// Where the same acquisition is to be had, and what is odd about it.
void TestSandbox::acquisitions_overlapAsPromised()
{
    const auto holders = [&](const char *day) {
        QStringList names;
        for (const char *name : {"coast", "signed", "archive", "space", "survey"}) {
            const auto found = all(
                QString::fromLatin1(name),
                {{"collections", {"sentinel-2-l2a", "landsat-c2-l2", "landsat-c2l2-sr", "landsat-c2l2-st"}},
                 {"datetime", day}},
                true);
            if (!found.empty())
                names << QString(QLatin1String(name) + u'*' + QString::number(found.size()));
        }
        return names.join(u' ');
    };
    QCOMPARE(holders("2025-09-24"), QStringLiteral("coast*1 signed*1 archive*1 space*1"));
    QCOMPARE(holders("2025-05-02"), QStringLiteral("survey*2")); // for members only
    QCOMPARE(holders("2025-02-21"), QStringLiteral("coast*2")); // two granules
    QCOMPARE(holders("2025-05-17"), QStringLiteral("coast*2 signed*1 archive*1")); // two versions

    const auto parts = all(QStringLiteral("coast"), {{"datetime", "2025-02-21"}}, true);
    const auto west = data::GeoBox::fromJson(parts[0]["bbox"]);
    const auto east = data::GeoBox::fromJson(parts[1]["bbox"]);
    const double shared = west->east - east->west;
    QVERIFY(west->west < east->west && shared > 0);
    QVERIFY(shared < 0.1 * std::max(west->width(), east->width()) + 0.02 * (east->east - west->west));
    QCOMPARE(parts[0]["properties"]["s2:processing_baseline"], parts[1]["properties"]["s2:processing_baseline"]);
    QVERIFY(parts[0]["properties"]["s2:product_uri"] != parts[1]["properties"]["s2:product_uri"]);

    const auto versions = all(QStringLiteral("coast"), {{"datetime", "2025-05-17"}}, true);
    QCOMPARE(at(versions[0], "id"), std::string("S2B_30TUZ_20250517_1_L2A"));
    QCOMPARE(at(versions[0]["properties"], "s2:processing_baseline"), std::string("05.11"));
    QCOMPARE(asBool(member(versions[0]["properties"], "earthsearch:boa_offset_applied")), false);
    QCOMPARE(numberAt(versions[0]["assets"]["red"]["raster:bands"][0], "offset"), -0.1);
    QCOMPARE(numberAt(versions[1]["assets"]["red"]["raster:bands"][0], "offset"), 0.0);
    QCOMPARE(at(versions[0]["assets"]["red"], "href"), at(versions[1]["assets"]["red"], "href")); // the very pixels
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
    QString address = stringAt(provider("sandbox-signed")["connection"]["signIn"][0], "token");
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

void TestSandbox::eachStart_hasItsOwnKeys()
{
    sandbox::SandboxConfig config;
    config.cacheDir = m_dir.path();
    config.size = 288;
    const auto other = sandbox::Sandbox::start(config);
    QVERIFY(other.has_value());
    QVERIFY(!((*other)->key() == m_sandbox->key()));
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
    QCOMPARE(found.json["features"].size(), 11U); // all but what others have alone
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
