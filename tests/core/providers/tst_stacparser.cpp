// SPDX-License-Identifier: Apache-2.0
#include "core/providers/providerregistry.h"
#include "core/providers/stac/stacparser.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QTest>

using namespace astra;
using namespace astra::providers;
using namespace astra::providers::stac;

namespace {

Json parsed(const char *text)
{
    auto json = parseJson(text);
    return json ? *json : Json();
}

ParseContext shipped(const QString &id)
{
    const auto registry = ProviderRegistry::shipped({});
    return ParseContext::of(*registry.find(id), registry.find(id)->url);
}

Json fixture(const QString &file)
{
    const auto json = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/stac/") + file);
    return json ? *json : Json();
}

Json recording(const QString &file)
{
    const auto json = readJsonFile(astra::test::sharedData() + u"/stac/"_qs + file);
    return json ? *json : Json();
}

} // namespace

class TestStacParser : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void item_fullOfVersion10()
    {
        ParseContext context;
        context.provider = u"cat"_qs;
        context.base = QUrl(u"https://cat.example/search"_qs);
        context.invented = true;
        const auto scene = parseItem(fixture(u"item-1.0.json"_qs), context);
        QVERIFY(scene);
        QCOMPARE(scene->qualifiedId(), u"cat:S2B_MSIL2A_20240510T101559_N0510_R065_T32TMT_20240510T130000"_qs);
        QCOMPARE(scene->datetime, QDateTime(QDate(2024, 5, 10), QTime(10, 15, 59, 24), Qt::UTC));
        QCOMPARE(scene->platform, u"sentinel-2b"_qs);
        QCOMPARE(scene->product, u"sentinel-2-l2a"_qs);
        QCOMPARE(scene->baseline, u"05.10"_qs);
        QCOMPARE(scene->cloudCover.value(), 12.5);
        QCOMPARE(scene->epsg.value(), 32632);
        QCOMPARE(scene->acquisition, u"S2B|20240510T101559|32TMT|L2A"_qs);
        QCOMPARE(scene->license, u"CC-BY-4.0"_qs);
        QCOMPARE(scene->bbox.value(), (data::GeoBox {9, 47, 10, 48}));
        QVERIFY(scene->invented);
        QCOMPARE(scene->assets.size(), 4U); // no address and an address on this machine: both out

        const auto *narrow = scene->asset(u"B8A"_qs);
        QCOMPARE(narrow->href.toString(), u"https://cat.example/collections/x/items/B8A.tif"_qs);
        QCOMPARE(narrow->bands.front(), (data::Band {u"B8A"_qs, u"nir08"_qs, 20})); // not "rededge"
        QCOMPARE(narrow->stated->offset, -0.1);
        QCOMPARE(narrow->stated->nodata.value(), 0.0);
        QCOMPARE(narrow->size, 1234);
        const auto *twin = scene->asset(u"blue-jp2"_qs);
        QCOMPARE(twin->bands.front().name, u"B02"_qs);
        QCOMPARE(twin->access, data::Access::Login);
        QVERIFY(!twin->stated);
        const auto *picture = scene->asset(u"visual"_qs);
        QCOMPARE(picture->bands.size(), 3U);
        QVERIFY(picture->roles.contains(u"visual"_qs));
        QVERIFY(scene->asset(u"meta"_qs)->bands.empty());
        QVERIFY(!data::findBand(*scene, u"red"_qs)); // the picture holds none to measure
    }

    void item_ofVersion11()
    {
        const auto scene = parseItem(fixture(u"item-1.1.json"_qs), {});
        QVERIFY(scene);
        QCOMPARE(scene->datetime, QDateTime(QDate(2024, 5, 10), QTime(0, 0), Qt::UTC));
        QCOMPARE(scene->cloudCover.value(), 72.0);
        QCOMPARE(scene->epsg.value(), 32760);
        QVERIFY(scene->bbox->crossesAntimeridian());
        QCOMPARE(scene->footprint.size(), 2U);
        const auto band = data::findBand(*scene, u"red"_qs);
        QVERIFY(band);
        QCOMPARE(band->asset->stated->scale, 0.0001);
        QCOMPARE(band->asset->stated->offset, -0.1);
    }

    void item_wrongTypesAreAbsent()
    {
        const auto scene = parseItem(fixture(u"item-wrong-types.json"_qs), {});
        QVERIFY(scene);
        QVERIFY(!scene->datetime.isValid());
        QVERIFY(scene->platform.isEmpty() && scene->collection.isEmpty());
        QVERIFY(!scene->cloudCover && !scene->epsg && !scene->gsd && !scene->bbox);
        QCOMPARE(scene->assets.size(), 1U);
        QCOMPARE(scene->assets.front().bands.front().name, u"c"_qs);
    }

    void item_withoutIdIsRefused()
    {
        QVERIFY(!parseItem(parsed(R"({"type":"Feature"})"), {}));
        QVERIFY(!parseItem(parsed(R"({"id":5})"), {}));
        QVERIFY(!parseItem(Json::array(), {}));
        QVERIFY(!parseItem(Json(), {}));
    }

    void page_leavesOutWhatCannotBeRead()
    {
        Json page = fixture(u"page-odd.json"_qs);
        page["features"].push_back(fixture(u"item-1.0.json"_qs));
        const auto read = parsePage(page, {});
        QVERIFY(read);
        QCOMPARE(read->count, 4);
        QCOMPARE(read->scenes.size(), 2U);
        QCOMPARE(read->matched.value(), 99);
        QCOMPARE(read->notes.size(), 3); // unreadable; no footprint; no files
        QCOMPARE(read->next->method, QByteArray("GET"));
        QVERIFY(read->next->body.is_null());
        const auto error = parsePage(parsed(R"({"code":"NotFound","description":"Collection X does not exist."})"), {});
        QVERIFY(!error);
        QVERIFY(error.error().message.contains(u"Collection X does not exist."));
    }

    void rules_rewritePublicBucketsAndMarkLogins()
    {
        const auto context = shipped(u"earth-search"_qs);
        const auto scene = parseItem(fixture(u"item-buckets.json"_qs), context);
        QVERIFY(scene);
        QCOMPARE(scene->asset(u"a"_qs)->href.toString(QUrl::FullyEncoded),
                 u"https://sentinel-cogs.s3.us-west-2.amazonaws.com/a/b%20c.tif"_qs);
        QCOMPARE(scene->asset(u"a"_qs)->access, data::Access::Public);
        QCOMPARE(scene->asset(u"b"_qs)->access, data::Access::Paid); // known to charge its readers
        QCOMPARE(scene->asset(u"c"_qs)->access, data::Access::Public);
    }

    void addresses_theEasiestIsFirst()
    {
        ParseContext context;
        context.base = QUrl(u"https://h.example/search"_qs);
        context.assets = {{u"s3://open/"_qs, data::Access::Public, {}, u"https://open.example/"_qs},
                          {u"https://closed.example/"_qs, data::Access::Login, u"key"_qs, {}}};
        const auto scene = parseItem(fixture(u"item-addresses.json"_qs), context);
        QVERIFY(scene);
        QCOMPARE(scene->assets.size(), 7U);
        const auto *one = scene->asset(u"one"_qs);
        QCOMPARE(one->href, QUrl(u"https://closed.example/x.tif"_qs));
        QCOMPARE(one->connection, u"key"_qs);
        QCOMPARE(one->alternates,
                 (std::vector<data::Alternate> {{u"s3"_qs, QUrl(u"s3://paid/x.tif"_qs), data::Access::Paid, {}}}));
        const auto *two = scene->asset(u"two"_qs);
        QCOMPARE(two->href, QUrl(u"https://open.example/y.tif"_qs));
        QCOMPARE(two->access, data::Access::Public);
        QCOMPARE(two->alternates.at(0).href, QUrl(u"https://closed.example/y.tif"_qs));
        QVERIFY(scene->asset(u"three"_qs)->alternates.empty()); // the same file under the same address
        QCOMPARE(scene->asset(u"four"_qs)->access, data::Access::Paid);
        QCOMPARE(scene->asset(u"five"_qs)->access, data::Access::Login);
        QCOMPARE(scene->asset(u"six"_qs)->href, QUrl(u"https://u.example/u.jp2"_qs));
        QVERIFY(scene->asset(u"six"_qs)->alternates.empty());
        QCOMPARE(scene->asset(u"eight"_qs)->href, QUrl(u"https://signed.example/t.tif"_qs));
        QCOMPARE(scene->asset(u"eight"_qs)->access, data::Access::Login);
    }

    void assets_stateTheirUnits()
    {
        const auto scene = parseItem(fixture(u"item-units.json"_qs), {});
        QCOMPARE(scene->asset(u"old"_qs)->unit, u"m"_qs);
        QCOMPARE(scene->asset(u"new"_qs)->unit, u"dB"_qs);
        QCOMPARE(scene->asset(u"own"_qs)->unit, u"kelvin"_qs);
        QVERIFY(scene->asset(u"odd"_qs)->unit.isEmpty());
    }

    void times_ofTheSceneAndOfItsMaking_data()
    {
        QTest::addColumn<QByteArray>("item");
        QTest::addColumn<QString>("time");
        QTest::addColumn<QString>("processed");
        QTest::newRow("an interval") << QByteArray(
            R"({"id":"a","properties":{"datetime":null,)"
            R"("start_datetime":"2020-01-02T00:00:00Z","end_datetime":"2020-01-09T00:00:00Z","updated":"2021-01-01"}})")
                                     << u"2020-01-02T00:00:00.000Z"_qs << u"2021-01-01T00:00:00.000Z"_qs;
        QTest::newRow("a day") << QByteArray(R"({"id":"a","properties":{"datetime":"2010-01-09"}})")
                               << u"2010-01-09T00:00:00.000Z"_qs << QString();
        QTest::newRow("of its name") << QByteArray(
            R"({"id":"S2B_MSIL2A_20200705T101559_N0500_R065_T32TMT_20230530T175912.SAFE",)"
            R"("properties":{"datetime":"2020-07-05T10:15:59.024Z","created":"2024-01-01T00:00:00Z"}})")
                                     << u"2020-07-05T10:15:59.024Z"_qs << u"2023-05-30T17:59:12.000Z"_qs;
        QTest::newRow("nothing that is a time")
            << QByteArray(R"({"id":"a","properties":{"datetime":7,"created":"?"}})") << QString() << QString();
    }
    void times_ofTheSceneAndOfItsMaking()
    {
        QFETCH(QByteArray, item);
        const auto scene = parseItem(parsed(item.constData()), {});
        QVERIFY(scene);
        QTEST(scene->datetime.toString(Qt::ISODateWithMs), "time");
        QTEST(scene->processed.toString(Qt::ISODateWithMs), "processed");
    }

    void text_isReadAsItsTreeIs_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("links after the features") << QByteArray(
            R"({"features":[{"id":"a","bbox":[1,2,3,4],"assets":{"x":{"href":"x.tif",)"
            R"("proj:epsg":32632,"proj:shape":[1,[2,{"href":3}]]}}}],"links":[{"rel":"next","href":"?p=2","x":{"y":{"z":1}}}]})");
        QTest::newRow("features that are none")
            << QByteArray(R"({"features":[1,"a",null,[],{},[{"id":"b"}]],"links":{}})");
        QTest::newRow("features twice") << QByteArray(R"({"features":[{"id":"a"}],"features":[]})");
        QTest::newRow("features no list") << QByteArray(R"({"features":{"id":"a"},"description":"no"})");
        QTest::newRow("features further in") << QByteArray(R"({"x":{"features":[{"id":"a"}]}})");
        QTest::newRow("a list") << QByteArray(R"([{"features":[]}])");
        QTest::newRow("broken off") << QByteArray(R"({"features":[{"id":"a","assets":{"x":{"proj:shape":[1,)");
        QTest::newRow("too deep") << QByteArray(R"({"features":[{"id":"a","assets":{"x":{"proj:shape":)")
                + QByteArray(200, '[') + QByteArray(200, ']') + "}}}]}";
        QTest::newRow("nothing") << QByteArray();
    }
    void text_isReadAsItsTreeIs()
    {
        QFETCH(QByteArray, text);
        const auto streamed = parsePage(text, {});
        const auto json = parseJson(text);
        const auto tree = json ? parsePage(*json, {}) : Result<ParsedPage>(fail(json.error()));
        QCOMPARE(streamed.has_value(), tree.has_value());
        if (!tree) {
            QCOMPARE(streamed.error().message, tree.error().message);
            return;
        }
        QCOMPARE(streamed->count, tree->count);
        QVERIFY(streamed->scenes == tree->scenes);
        QCOMPARE(streamed->next.has_value(), tree->next.has_value());
        QCOMPARE(streamed->notes, tree->notes);
    }

    void rules_wildcardIsALabelNotASuffix()
    {
        const AssetRule rule {u"https://*.blob.example/"_qs, data::Access::Signed, u"pc"_qs, {}};
        QVERIFY(rule.matches(QUrl(u"https://a.blob.example/c/d.tif"_qs)));
        QVERIFY(!rule.matches(QUrl(u"https://blob.example/c"_qs)));
        QVERIFY(!rule.matches(QUrl(u"https://evil.example/.blob.example/"_qs)));
        QVERIFY(!rule.matches(QUrl(u"https://a.blob.example.evil.org/"_qs)));
        QVERIFY(!rule.matches(QUrl(u"http://a.blob.example/"_qs)));
        QVERIFY(!rule.matches(QUrl(u"https://a.blob.example:8443/"_qs)));
        const AssetRule port {u"http://127.0.0.1:8080/x/"_qs, data::Access::Login, {}, {}};
        QVERIFY(port.matches(QUrl(u"http://127.0.0.1:8080/x/y"_qs)));
        QVERIFY(!port.matches(QUrl(u"http://127.0.0.1:8081/x/y"_qs)));
    }

    void address_withoutAPathKeepsItsQuery()
    {
        ParseContext context;
        context.base = QUrl(u"https://cat.example/search"_qs);
        context.assets = {{u"https://tiles.example/a/"_qs, data::Access::Login, u"mine"_qs, {}}};
        for (const char *href : {"https://tiles.example?file=/a/b.tif", "https://tiles.example#/a/b.tif",
                                 "https://tiles.example/a?file=/a/b.tif"}) {
            Json item = fixture(u"item-1.0.json"_qs);
            item["assets"] = {{"one", {{"href", href}, {"type", "image/tiff"}}}};
            const auto scene = parseItem(item, context);
            QVERIFY(scene);
            QCOMPARE(scene->assets.front().href, QUrl(QString::fromLatin1(href)));
            QCOMPARE(scene->assets.front().access, data::Access::Public); // none of them lies below /a/
        }
    }

    // --- recordings of the real services

    void recorded_data()
    {
        QTest::addColumn<QString>("provider");
        QTest::addColumn<QString>("file");
        QTest::addColumn<int>("count");
        QTest::addColumn<int>("matched"); // -1: not said
        QTest::addColumn<QString>("first");
        QTest::addColumn<QString>("acquisition");
        QTest::addColumn<QString>("baseline");
        QTest::newRow("earth search") << u"earth-search"_qs << u"earth-search/search_post_s2_202007_p1.json"_qs << 10
                                      << 16 << u"S2B_32TMT_20200705_1_L2A"_qs << u"S2B|20200705T101559|32TMT|L2A"_qs
                                      << u"05.00"_qs;
        QTest::newRow("planetary computer")
            << u"planetary-computer"_qs << u"planetary-computer/search_post_s2_limit1_p1.json"_qs << 1 << -1
            << u"S2A_MSIL2A_20230216T150721_R082_T19PHS_20230217T082924"_qs << u"S2A|20230216T150721|19PHS|L2A"_qs
            << u"04.00"_qs;
        QTest::newRow("copernicus") << u"cdse"_qs << u"cdse/search_post_s2_many.json"_qs << 8 << -1
                                    << u"S2B_MSIL2A_20231109T092119_N0509_R093_T35UPV_20231109T104845"_qs
                                    << u"S2B|20231109T092119|35UPV|L2A"_qs << u"05.09"_qs;
        QTest::newRow("landsat at earth search")
            << u"earth-search"_qs << u"earth-search/items_get_landsat-c2-l2.json"_qs << 10 << 9537293
            << u"LC09_L2SR_094032_20250202_02_T2"_qs << u"LC09|2|094032|20250202|02|L2"_qs << QString();
    }
    void recorded()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        QFETCH(QString, provider);
        QFETCH(QString, file);
        const auto page = parsePage(recording(file), shipped(provider));
        QVERIFY(page);
        QCOMPARE(page->notes, QStringList());
        QTEST(page->count, "count");
        QCOMPARE(page->scenes.size(), static_cast<std::size_t>(page->count));
        QTEST(page->matched.value_or(-1), "matched");
        const auto &scene = page->scenes.front();
        QTEST(scene.id, "first");
        QTEST(scene.acquisition, "acquisition");
        QTEST(scene.baseline, "baseline");
    }

    void recorded_bands()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        struct Row {
            QString provider;
            QString file;
            QString end;
            data::Access access;
        };
        const std::vector<Row> rows {
            {u"earth-search"_qs, u"earth-search/search_post_s2_202007_p1.json"_qs, u"/B04.tif"_qs,
             data::Access::Public},
            {u"planetary-computer"_qs, u"planetary-computer/search_post_s2_limit1_p1.json"_qs, u"_B04_10m.tif"_qs,
             data::Access::Signed},
            {u"cdse"_qs, u"cdse/search_post_s2_many.json"_qs, u"_B04_10m.jp2"_qs, data::Access::Login},
            {u"earth-search"_qs, u"earth-search/items_get_landsat-c2-l2.json"_qs, u"_SR_B4.TIF"_qs, data::Access::Paid},
            {u"planetary-computer"_qs, u"planetary-computer/items_get_landsat-c2-l2.json"_qs, u"_SR_B4.TIF"_qs,
             data::Access::Signed},
        };
        for (const auto &row : rows) {
            const auto page = parsePage(recording(row.file), shipped(row.provider));
            QVERIFY2(page, qPrintable(row.file));
            for (const auto &scene : page->scenes) {
                const auto red = data::findBand(scene, u"red"_qs);
                QVERIFY2(red, qPrintable(scene.id));
                QVERIFY2(red->asset->href.path().endsWith(row.end), qPrintable(red->asset->href.toString()));
                QCOMPARE(red->asset->access, row.access);
                QVERIFY(data::findBand(scene, u"nir"_qs));
            }
        }
    }

    void recorded_radiometryAsStated()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        const auto earth = parsePage(recording(u"earth-search/search_post_s2_202007_p1.json"_qs),
                                     shipped(u"earth-search"_qs));
        const auto &scene = earth->scenes.front();
        QVERIFY(scene.offsetRemoved);
        QCOMPARE(scene.asset(u"red"_qs)->stated->offset, -0.1);
        const auto copernicus = parsePage(recording(u"cdse/search_post_s2_many.json"_qs), shipped(u"cdse"_qs));
        QCOMPARE(data::findBand(copernicus->scenes.front(), u"red"_qs)->asset->stated->offset, -0.1);
        QCOMPARE(copernicus->scenes.front().epsg.value(), 32635);
        QCOMPARE(copernicus->scenes.front().platform, u"sentinel-2b"_qs);
        const auto usgs = parseItem(
            recording(u"usgs-landsatlook/item_landsat-c2l2-sr_LC08_L2SP_028030_20200114_20200824_02_T1_SR.json"_qs),
            shipped(u"usgs"_qs));
        QCOMPARE(usgs->platform, u"landsat-8"_qs);
        QCOMPARE(usgs->product, u"landsat-c2-l2"_qs);
        QCOMPARE(usgs->acquisition, u"LC08|2|028030|20200114|02|L2"_qs);
        const auto red = data::findBand(*usgs, u"SR_B4"_qs);
        QCOMPARE(red->band.commonName, u"red"_qs);
        QVERIFY(!red->asset->stated);
        QVERIFY(red->asset->isCog());
        QVERIFY(data::findBand(*usgs, u"qa_pixel"_qs));
    }

    void recorded_nothingCrashesTheParser()
    {
        if (astra::test::sharedData().isEmpty())
            QSKIP("no shared data beside the checkout");
        int items = 0;
        const QDir root(astra::test::sharedData() + u"/stac"_qs);
        for (const auto &folder : root.entryList(QDir::Dirs | QDir::NoDotAndDotDot)) {
            for (const auto &name : QDir(root.filePath(folder)).entryList({u"*.json"_qs}, QDir::Files)) {
                const Json json = recording(folder + u'/' + name);
                const auto page = parsePage(json, {});
                items += page ? page->count : 0;
                const auto item = parseItem(json, {});
                if (item && item->bbox)
                    QVERIFY2(item->bbox->isValid() || item->bbox->width() == 0, qPrintable(name));
            }
        }
        QVERIFY(items > 150);
    }
};

QTEST_GUILESS_MAIN(TestStacParser)
#include "tst_stacparser.moc"
