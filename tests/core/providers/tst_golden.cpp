// SPDX-License-Identifier: Apache-2.0

// Pairs of what a service says and what becomes of it. The small answers in tests/data are composed in the shape of
// recorded ones; the recorded ones are read where they lie. What is expected is written down here, number by number.

#include "core/net/httpclient.h"
#include "core/providers/providerregistry.h"
#include "core/providers/stac/capabilities.h"
#include "core/providers/stac/collectionparser.h"
#include "core/providers/stac/searchrequest.h"
#include "tests/support/shareddata.h"

#include <QFile>
#include <QTest>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::stac;
using data::Access;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray composed(const QString &provider, const QString &name)
{
    return contents(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/") + provider + u'/' + name);
}

Json recorded(const QString &name)
{
    const auto json = readJsonFile(astra::test::sharedData() + u"/stac/"_qs + name);
    return json ? *json : Json();
}

QDateTime utc(const QString &text) { return QDateTime::fromString(text, Qt::ISODateWithMs); }

const data::CollectionInfo *find(const std::vector<data::CollectionInfo> &list, const QString &id)
{
    const auto found = std::find_if(list.begin(), list.end(), [&](const auto &one) { return one.id == id; });
    return found == list.end() ? nullptr : &*found;
}

} // namespace

class TestGolden : public QObject
{
    Q_OBJECT

    ProviderRegistry m_registry = ProviderRegistry::shipped({});

    const Definition &definition(const QString &id) { return *m_registry.find(id); }
    Result<ParsedPage> search(const QString &provider)
    {
        return parsePage(composed(provider, u"search.json"_qs),
                         ParseContext::of(definition(provider), definition(provider).url));
    }
    /// Where the composed page leads, from a first request of that limit.
    Cursor next(const QString &provider, const ParsedPage &page, int limit)
    {
        data::SearchQuery query;
        query.limit = limit;
        const auto known = statedCapabilities(definition(provider));
        const Cursor first = firstRequest(definition(provider), known, query, {});
        return continuation(first, known.search, page, known).next.value_or(Cursor {});
    }

private Q_SLOTS:
    void earthSearch_scenes()
    {
        const auto page = search(u"earth-search"_qs);
        QVERIFY2(page, page ? "" : qPrintable(page.error().message));
        QCOMPARE(page->scenes.size(), 3U);
        QCOMPARE(page->matched.value(), 7);
        QCOMPARE(page->notes, QStringList());
        const auto &newer = page->scenes[0];
        const auto &older = page->scenes[1];
        QCOMPARE(newer.acquisition, u"S2A|20210613T103021|32TMT|L2A"_qs);
        QCOMPARE(older.acquisition, newer.acquisition);
        QCOMPARE(newer.baseline, u"05.00"_qs);
        QCOMPARE(older.baseline, u"03.00"_qs);
        QVERIFY(newer.offsetRemoved && !older.offsetRemoved);
        QCOMPARE(newer.processed, utc(u"2021-06-13T14:24:11.000Z"_qs));
        QCOMPARE(newer.cloudCover.value(), 11.320929);
        QCOMPARE(newer.epsg.value(), 32632);
        QCOMPARE(newer.gsd.value(), 10.0);
        const auto red = data::findBand(newer, u"red"_qs);
        QCOMPARE(red->asset->key, u"red"_qs); // and not its twin
        QCOMPARE(red->band, (data::Band {u"B04"_qs, u"red"_qs, 10}));
        QCOMPARE(red->asset->access, Access::Public);
        QCOMPARE(red->asset->stated->offset, -0.1);
        QCOMPARE(newer.asset(u"red-jp2"_qs)->access, Access::Paid);
        QCOMPARE(newer.asset(u"red-jp2"_qs)->href.host(), u"sentinel-s2-l2a.s3.eu-central-1.amazonaws.com"_qs);
        QCOMPARE(newer.asset(u"red-jp2"_qs)->connection, u"aws"_qs);
        QCOMPARE(data::findBand(newer, u"scl"_qs)->asset->stated->nodata.value(), 0.0);
        const auto &landsat = page->scenes[2];
        QCOMPARE(landsat.acquisition, u"LC08|2|195027|20210613|02|L2"_qs);
        QCOMPARE(landsat.asset(u"red"_qs)->access, Access::Paid);
        QCOMPARE(landsat.asset(u"red"_qs)->href.host(), u"usgs-landsat.s3.us-west-2.amazonaws.com"_qs);
        QCOMPARE(landsat.asset(u"red"_qs)->connection, u"aws"_qs);
        QCOMPARE(landsat.asset(u"red"_qs)->unit, u"reflectance"_qs);
        QCOMPARE(data::findBand(landsat, u"nir"_qs).has_value(), false);
        QVERIFY(!landsat.epsg);
        // The whole body of the next request is the link's.
        const auto on = next(u"earth-search"_qs, *page, 3);
        QCOMPARE(on.method, QByteArray("POST"));
        QCOMPARE(stringAt(on.body, "next"),
                 u"2021-06-13T10:16:41.123456Z,LC08_L2SP_195027_20210613_02_T1,landsat-c2-l2"_qs);
    }

    void planetaryComputer_scenes()
    {
        const auto page = search(u"planetary-computer"_qs);
        QVERIFY(page);
        QVERIFY(!page->matched);
        const auto &scene = page->scenes.front();
        QCOMPARE(scene.acquisition, u"S2A|20210613T103021|32TMT|L2A"_qs); // the same as at Earth Search
        QCOMPARE(scene.platform, u"sentinel-2a"_qs);
        QCOMPARE(scene.processed, utc(u"2021-06-14T06:15:00.771Z"_qs));
        QCOMPARE(data::findBand(scene, u"nir08"_qs)->band.name, u"B8A"_qs); // said to be red edge
        QCOMPARE(data::findBand(scene, u"nir09"_qs)->band.name, u"B09"_qs); // said to be nothing
        const auto *red = scene.asset(u"B04"_qs);
        QCOMPARE(red->access, Access::Signed);
        QCOMPARE(red->connection, u"planetary-computer"_qs);
        QVERIFY(!red->stated);
        QCOMPARE(scene.asset(u"rendered_preview"_qs)->access, Access::Public);
        QVERIFY(scene.asset(u"rendered_preview"_qs)->href.hasQuery());
        const auto on = next(u"planetary-computer"_qs, *page, 1);
        QCOMPARE(on.url.path(), u"/api/stac/v1/"_qs); // where it gets 405, and is sent to /search
        QVERIFY(stringAt(on.body, "token").startsWith(u"next:sentinel-2-l2a:"));
    }

    void cdse_scenes()
    {
        const auto page = search(u"cdse"_qs);
        QVERIFY(page);
        const auto &scene = page->scenes.front();
        QCOMPARE(scene.acquisition, u"S2A|20241107T113311|32VKR|L2A"_qs);
        QCOMPARE(scene.baseline, u"05.11"_qs);
        QCOMPARE(scene.epsg.value(), 32632); // of its assets
        QCOMPARE(scene.processed, utc(u"2024-11-07T12:39:48.000Z"_qs));
        const auto red = data::findBand(scene, u"red"_qs);
        QCOMPARE(red->asset->key, u"B04_10m"_qs);
        QCOMPARE(red->asset->access, Access::Login);
        // The bucket is read piece by piece, with keys; the zipper hands out whole files, with a login.
        QCOMPARE(red->asset->href.host(), u"eodata.dataspace.copernicus.eu"_qs);
        QVERIFY(red->asset->href.path().startsWith(u"/eodata/Sentinel-2/"));
        QVERIFY(red->asset->href.path().endsWith(u"_B04_10m.jp2"));
        QCOMPARE(red->asset->connection, u"cdse-s3"_qs);
        QCOMPARE(red->asset->alternates.size(), 1U);
        QCOMPARE(red->asset->alternates[0].name, u"https"_qs);
        QCOMPARE(red->asset->alternates[0].href.host(), u"zipper.dataspace.copernicus.eu"_qs);
        QCOMPARE(red->asset->alternates[0].access, Access::Login);
        QCOMPARE(red->asset->alternates[0].connection, u"cdse"_qs);
        QCOMPARE(red->asset->stated->offset, -0.1);
        QCOMPARE(red->asset->size, 13022415);
        QVERIFY(scene.asset(u"AOT_10m"_qs)); // with a mark of the database where a list belongs
        QVERIFY(scene.asset(u"thumbnail"_qs)->roles.contains(u"thumbnail"_qs));
    }

    void usgs_scenes()
    {
        const auto page = search(u"usgs"_qs);
        QVERIFY(page);
        QCOMPARE(page->scenes.size(), 2U);
        const auto &scene = page->scenes[0];
        QCOMPARE(scene.acquisition, u"LC08|2|028030|20200114|02|L2"_qs);
        QCOMPARE(page->scenes[1].acquisition, scene.acquisition);
        QCOMPARE(scene.platform, u"landsat-8"_qs);
        QCOMPARE(scene.cloudCover.value(), 42.5); // a text
        QCOMPARE(scene.processed, utc(u"2020-08-24T00:00:00.000Z"_qs)); // of its name, not when it was taken in
        const auto red = data::findBand(scene, u"red"_qs);
        QCOMPARE(red->band.name, u"SR_B4"_qs); // not "B4"
        // What only a browser can log in to comes behind what an account here can open.
        QCOMPARE(red->asset->access, Access::Paid);
        QCOMPARE(red->asset->href.host(), u"usgs-landsat.s3.us-west-2.amazonaws.com"_qs);
        QCOMPARE(red->asset->connection, u"aws"_qs);
        QCOMPARE(red->asset->alternates.at(0).access, Access::Login);
        QCOMPARE(red->asset->alternates.at(0).href.host(), u"landsatlook.usgs.gov"_qs);
        QVERIFY(red->asset->alternates.at(0).connection.isEmpty());
        QVERIFY(!red->asset->stated);
        QCOMPARE(data::findBand(page->scenes[1], u"lwir11"_qs)->band.name, u"ST_B10"_qs);
        QVERIFY(next(u"usgs"_qs, *page, 10).url.isEmpty());
    }

    void text_andTreeAreReadAlike()
    {
        for (const auto &provider : {u"earth-search"_qs, u"planetary-computer"_qs, u"cdse"_qs, u"usgs"_qs}) {
            const auto text = composed(provider, u"search.json"_qs);
            const auto context = ParseContext::of(definition(provider), definition(provider).url);
            const auto streamed = parsePage(text, context);
            const auto tree = parsePage(*parseJson(text), context);
            QCOMPARE(streamed->scenes.size(), tree->scenes.size());
            for (std::size_t i = 0; i < tree->scenes.size(); ++i)
                QVERIFY(streamed->scenes[i] == tree->scenes[i]);
            QCOMPARE(streamed->matched, tree->matched);
            QCOMPARE(streamed->next.has_value(), tree->next.has_value());
            QCOMPARE(streamed->lastId, tree->lastId);
        }
    }

    void landing_tellsWhatIsHonoured_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<int>("filter");
        QTest::addColumn<bool>("sort");
        QTest::addColumn<bool>("fields");
        QTest::newRow("earth search") << u"earth-search"_qs << static_cast<int>(CloudFilter::Query) << true << true;
        QTest::newRow("planetary computer")
            << u"planetary-computer"_qs << static_cast<int>(CloudFilter::Cql2) << true << true;
        QTest::newRow("copernicus") << u"cdse"_qs << static_cast<int>(CloudFilter::Cql2) << true << true;
        QTest::newRow("usgs") << u"usgs"_qs << static_cast<int>(CloudFilter::None) << false << true;
    }
    void landing_tellsWhatIsHonoured()
    {
        QFETCH(QString, provider);
        const auto json = parseJson(composed(provider, u"landing.json"_qs));
        QVERIFY(json);
        Definition plain;
        plain.id = provider;
        plain.url = definition(provider).url;
        const auto known = capabilitiesOf(*json, plain.url, plain);
        QCOMPARE(known.asking, Asking::Post);
        QTEST(static_cast<int>(known.cloudFilter), "filter");
        QTEST(known.sort, "sort");
        QTEST(known.fields, "fields");
        QCOMPARE(known.search, QUrl(QString(plain.url.toString() + u"/search")));
        // What is shipped promises nothing that the landing page does not; USGS knows `query` without saying so.
        const auto stated = statedCapabilities(definition(provider));
        QVERIFY((!stated.sort || known.sort) && (!stated.fields || known.fields));
    }

    void collections_ofEach()
    {
        const auto list = [&](const QString &provider) {
            const auto json = parseJson(composed(provider, u"collections.json"_qs));
            return parseCollections(json ? *json : Json(), definition(provider))->collections;
        };
        const auto earth = list(u"earth-search"_qs);
        QCOMPARE(earth.size(), 4U);
        QCOMPARE(earth[0].family, u"sentinel-2-l2a"_qs);
        QCOMPARE(earth[0].access, Access::Public);
        QCOMPARE(earth[0].gsd.value(), 10.0);
        QCOMPARE(earth[0].datetime.start.value(), utc(u"2015-06-27T10:25:31.456Z"_qs));
        QVERIFY(!earth[0].datetime.end);
        QCOMPARE(earth[1].access, Access::Paid);
        QCOMPARE(earth[1].gsd.value(), 0.6);
        QCOMPARE(earth[1].bbox.value(), (data::GeoBox {-160, 17, -67, 50}));
        QCOMPARE(earth[2].access, Access::Public);
        QCOMPARE(earth[3].access, Access::Paid);
        QCOMPARE(earth[3].platforms, QStringList {u"sentinel-1"_qs});
        const auto computer = list(u"planetary-computer"_qs);
        QCOMPARE(computer[0].access, Access::Signed);
        QCOMPARE(computer[0].connection, u"planetary-computer"_qs);
        QCOMPARE(computer[0].platforms, (QStringList {u"sentinel-2a"_qs, u"sentinel-2b"_qs}));
        QCOMPARE(computer[0].gsd.value(), 10.0);
        QCOMPARE(computer[1].family, u"landsat-c2-l2"_qs);
        QCOMPARE(computer[2].access, Access::Login);
        QVERIFY(computer[3].deprecated && !computer[0].deprecated);
        const auto copernicus = list(u"cdse"_qs);
        QCOMPARE(copernicus[0].access, Access::Login);
        QCOMPARE(copernicus[1].access, Access::Login); // says nothing itself: what the definition says of the rest
        QCOMPARE(copernicus[1].license, u"other"_qs);
        QCOMPARE(copernicus[1].family, QString());
        const auto usgs = list(u"usgs"_qs);
        QCOMPARE(usgs[0].family, u"landsat-c2-l2"_qs);
        QCOMPARE(usgs[0].platforms.front(), u"landsat-4"_qs);
        QCOMPARE(usgs[0].access, Access::Paid);
        QCOMPARE(usgs[0].connection, u"aws"_qs);
        QVERIFY(!usgs[1].gsd);
    }

    void errors_keepWhatTheServiceSaid_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("status");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("says");
        QTest::newRow("earth search") << u"earth-search"_qs << u"error.json"_qs << 502
                                      << static_cast<int>(ErrorCode::Network) << u"Internal server error"_qs;
        QTest::newRow("planetary computer")
            << u"planetary-computer"_qs << u"error.txt"_qs << 422 << static_cast<int>(ErrorCode::InvalidInput)
            << u"collection is required"_qs;
        QTest::newRow("copernicus") << u"cdse"_qs << u"error.json"_qs << 429 << static_cast<int>(ErrorCode::RateLimited)
                                    << u"Rate limit exceeded"_qs;
        QTest::newRow("usgs") << u"usgs"_qs << u"error.html"_qs << 403 << static_cast<int>(ErrorCode::Unauthorized)
                              << u"403"_qs;
    }
    void errors_keepWhatTheServiceSaid()
    {
        QFETCH(QString, provider);
        QFETCH(QString, file);
        QFETCH(QString, says);
        net::HttpResponse response;
        QFETCH(int, status);
        response.status = status;
        response.url = definition(provider).url;
        response.body = composed(provider, file);
        QVERIFY(!response.body.isEmpty());
        const auto error = net::errorFrom(response, provider);
        QTEST(static_cast<int>(error.code), "code");
        QVERIFY2(error.message.contains(says), qPrintable(error.message));
        QVERIFY(error.message.size() < 500);
    }

    // --- the recorded lists

    void recorded_collections_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("open");
        QTest::addColumn<int>("paid");
        QTest::addColumn<int>("login");
        QTest::newRow("earth search") << u"earth-search"_qs << u"earth-search/collections_2025-07.json"_qs << 9 << 5
                                      << 4 << 0;
        QTest::newRow("planetary computer")
            << u"planetary-computer"_qs << u"planetary-computer/collections_2025-07.json"_qs << 126 << 0 << 0 << 1;
        QTest::newRow("copernicus") << u"cdse"_qs << u"cdse/collections_latest.json"_qs << 118 << 0 << 0 << 118;
    }
    void recorded_collections()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        QFETCH(QString, provider);
        QFETCH(QString, file);
        const auto parsed = parseCollections(recorded(file), definition(provider));
        QVERIFY(parsed);
        const auto &list = parsed->collections;
        QTEST(static_cast<int>(list.size()), "count");
        const auto with = [&](Access access) {
            return static_cast<int>(
                std::count_if(list.begin(), list.end(), [&](const auto &one) { return one.access == access; }));
        };
        QTEST(with(Access::Public), "open");
        QTEST(with(Access::Paid), "paid");
        QTEST(with(Access::Login), "login");
        for (const auto &one : list) {
            QVERIFY(!one.title.isEmpty() && !one.license.isEmpty());
            QVERIFY2(one.datetime.start || one.datetime.end || one.id == u"ecmwf-forecast", qPrintable(one.id));
            QVERIFY2(one.bbox.has_value(), qPrintable(one.id));
        }
        const auto *sentinel = find(list, u"sentinel-2-l2a"_qs);
        QCOMPARE(sentinel->family, u"sentinel-2-l2a"_qs);
        QCOMPARE(sentinel->gsd.value(), 10.0);
        QVERIFY(sentinel->platforms.contains(u"sentinel-2a"_qs));
        QVERIFY(!sentinel->datetime.end);
    }

    void recorded_collectionsOfOneServicePageByPage()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        Definition plain;
        plain.id = u"eoapi"_qs;
        const auto first = parseCollections(recorded(u"other/eoapi_collections_get_p1.json"_qs), plain);
        const auto second = parseCollections(recorded(u"other/eoapi_collections_get_p2.json"_qs), plain);
        QCOMPARE(first->collections.size() + second->collections.size(), 20U);
        QCOMPARE(first->next->href, u"https://stac.eoapi.dev/collections?offset=10"_qs);
        QVERIFY(!second->next);
    }

    /// Every recorded page, and where it leads from the request that got it.
    void recorded_nextOfEveryKind_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("leads"); // to this cursor; empty: nowhere
        QTest::addColumn<bool>("cut");
        QTest::newRow("complete body") << u"earth-search/search_post_s2_202007_p1.json"_qs
                                       << u"https://earth-search.aws.element84.com/v1/search"_qs
                                       << u"2020-07-03T10:37:50.577000Z,S2A_32TMT_20200703_1_L2A,sentinel-2-l2a"_qs
                                       << false;
        QTest::newRow("last page with a link")
            << u"earth-search/search_post_s2_202007_p3_empty.json"_qs
            << u"https://earth-search.aws.element84.com/v1/search"_qs << QString() << false;
        QTest::newRow("token") << u"planetary-computer/search_post_naip_p1.json"_qs
                               << u"https://planetarycomputer.microsoft.com/api/stac/v1/search"_qs
                               << u"next:naip:vt_m_4307307_nw_18_060_20211029"_qs << false;
        QTest::newRow("address")
            << u"cdse/items_get_sentinel-2-l2a.json"_qs
            << u"https://stac.dataspace.copernicus.eu/v1/collections/sentinel-2-l2a/items"_qs
            << u"next:sentinel-2-l2a:S2B_MSIL2A_20250202T105429_N0511_R108_T29LNG_20250202T125712"_qs << false;
        QTest::newRow("counted pages") << u"other/bdc_search_get_p1.json"_qs
                                       << u"https://brazildatacube.dpi.inpe.br/stac/search"_qs << u"2"_qs << false;
        QTest::newRow("insecure") << u"other/astraea_search_get_p1.json"_qs
                                  << u"https://eod-catalog-svc-prod.astraea.earth/search"_qs << QString() << true;
    }
    void recorded_nextOfEveryKind()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        QFETCH(QString, file);
        QFETCH(QString, url);
        QFETCH(QString, leads);
        const auto page = parsePage(recorded(file), {});
        QVERIFY(page);
        Definition plain;
        plain.url = QUrl(url);
        const Cursor asked {"POST", QUrl(url), Json {{"limit", 10}}, {}};
        const auto on = continuation(asked, QUrl(url), *page, statedCapabilities(plain));
        QTEST(on.cutShort, "cut");
        QCOMPARE(on.next.has_value(), !leads.isEmpty());
        if (on.next) {
            const QString whole = on.next->url.toDisplayString() + QString::fromUtf8(toText(on.next->body));
            QVERIFY2(whole.contains(leads), qPrintable(whole));
        } else {
            QCOMPARE(!on.note.isEmpty(), on.cutShort);
        }
    }

    void recorded_footprintsAcrossTheAntimeridianAndAtThePoles()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const auto scene = [](const QString &name) {
            return *parseItem(recorded(u"footprints/"_qs + name + u".json"_qs), ParseContext {});
        };
        const auto east = scene(u"s2_S2A_MSIL2A_20230625T234621_N0509_R073_T01WCP_20230626T022157"_qs);
        QCOMPARE(east.footprint.size(), 2U);
        QVERIFY(east.bbox->crossesAntimeridian());
        QVERIFY(east.bbox->width() < 3);
        QVERIFY(data::contains(east.footprint, 179.5, 66.2) && data::contains(east.footprint, -179.5, 66.2));
        QVERIFY(!data::contains(east.footprint, 0, 66.2));
        for (const auto &name : {u"s2_S2B_MSIL2A_20191228T210519_N0212_R071_T01CCV_20201003T104658"_qs,
                                 u"s2_S2B_MSIL2A_20220413T150759_N0400_R025_T33XWJ_20220414T082126"_qs,
                                 u"s2_l1c_example_T01LAC_antimeridian"_qs}) {
            const auto odd = scene(name);
            QVERIFY2(!odd.footprint.empty() && odd.bbox, qPrintable(name));
            QVERIFY2(odd.bbox->width() < 30, qPrintable(name + u' ' + odd.bbox->toString()));
            const QPointF middle = odd.bbox->center();
            QVERIFY2(odd.bbox->contains(middle.x(), middle.y()), qPrintable(name));
        }
    }

    void recorded_landsatOfEveryAge()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const auto scene = [&](const QString &name) {
            return *parseItem(recorded(u"usgs-landsatlook/"_qs + name + u".json"_qs),
                              ParseContext::of(definition(u"usgs"_qs), QUrl(u"https://landsatlook.usgs.gov/"_qs)));
        };
        const auto polar = scene(u"item_landsat-c2l2-sr_LC09_L2SR_086107_20240311_20240312_02_T2_SR"_qs);
        QVERIFY(polar.bbox.has_value());
        QVERIFY(polar.bbox->south < -68 && polar.bbox->width() < 6);
        const auto halves = {scene(u"static_LC08_L2SP_047027_20201204_20210313_02_T1_SR_stac"_qs),
                             scene(u"static_LC08_L2SP_047027_20201204_20210313_02_T1_ST_stac"_qs)};
        for (const auto &half : halves) {
            QCOMPARE(half.acquisition, u"LC08|2|047027|20201204|02|L2"_qs);
            QCOMPARE(half.processed, utc(u"2021-03-13T00:00:00.000Z"_qs));
            QCOMPARE(half.cloudCover.value(), 1.55);
        }
        QVERIFY(data::findBand(*halves.begin(), u"red"_qs));
        const auto first = scene(u"static_LM01_L1GS_001010_19720908_20200909_02_T2_stac"_qs);
        QCOMPARE(first.platform, u"landsat-1"_qs);
        QVERIFY(first.acquisition.startsWith(u"LM01|1|001010|19720908"));
    }

    void recorded_legacyCopernicus()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const auto page = parsePage(recorded(u"cdse/legacy_search_post_s2_202007.json"_qs),
                                    ParseContext::of(definition(u"cdse"_qs), definition(u"cdse"_qs).url));
        QVERIFY(page);
        QVERIFY(!page->scenes.empty());
        QCOMPARE(page->scenes.size() + static_cast<std::size_t>(page->unreadable),
                 static_cast<std::size_t>(page->count));
        int sentinel = 0;
        for (const auto &scene : page->scenes)
            sentinel += scene.acquisition.startsWith(u"S2") && scene.product.startsWith(u"sentinel-2-") ? 1 : 0;
        QVERIFY(sentinel > 0);
    }
};

QTEST_GUILESS_MAIN(TestGolden)
#include "tst_golden.moc"
