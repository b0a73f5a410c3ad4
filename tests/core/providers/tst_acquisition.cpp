// SPDX-License-Identifier: Apache-2.0
#include "core/providers/acquisition.h"
#include "core/providers/overlap.h"
#include "core/providers/stac/stacparser.h"
#include "tests/support/scenes.h"
#include "tests/support/shareddata.h"

#include <QDirIterator>
#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::providers;
using test::box;
using test::scene;

class TestAcquisition : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void key_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("uri");
        QTest::addColumn<QString>("datatake");
        QTest::addColumn<QString>("tile");
        QTest::addColumn<QString>("product");
        QTest::addColumn<QString>("key");
        const QString s2 = u"S2B|20200705T101559|32TMT|L2A"_qs;
        const QString l2a = u"sentinel-2-l2a"_qs;
        // One acquisition as four catalogues name it.
        QTest::newRow("earth search") << u"S2B_32TMT_20200705_1_L2A"_qs
                                      << u"S2B_MSIL2A_20200705T101559_N0500_R065_T32TMT_20230530T175912.SAFE"_qs
                                      << QString() << QString() << l2a << s2;
        QTest::newRow("planetary computer, no baseline in the id")
            << u"S2B_MSIL2A_20200705T101559_R065_T32TMT_20200825T083452"_qs << QString() << QString() << QString()
            << l2a << s2;
        QTest::newRow("copernicus") << u"S2B_MSIL2A_20200705T101559_N0500_R065_T32TMT_20230530T175912"_qs << QString()
                                    << QString() << QString() << l2a << s2;
        QTest::newRow("datatake and tile")
            << u"whatever"_qs << QString() << u"GS2B_20200705T101559_017394_N05.00"_qs << u"MGRS-32TMT"_qs << l2a << s2;
        QTest::newRow("datatake without tile")
            << u"whatever"_qs << QString() << u"GS2B_20200705T101559_017394_N05.00"_qs << QString() << l2a
            << u"sentinel-2-l2a|whatever"_qs;
        QTest::newRow("earth search, version 0")
            << u"S2B_32TMT_20200705_0_L2A"_qs << u"S2B_MSIL2A_20200705T101559_N0214_R065_T32TMT_20200705T134456"_qs
            << QString() << QString() << l2a << s2;
        QTest::newRow("tile without its leading zero")
            << u"x"_qs << QString() << u"GS2A_20200705T101559_017394_N05.00"_qs << u"MGRS-7VEG"_qs << l2a
            << u"S2A|20200705T101559|07VEG|L2A"_qs;
        QTest::newRow("no such mission") << u"S2E_MSIL2A_20200705T101559_N0500_R065_T32TMT_20230530T175912"_qs
                                         << QString() << QString() << QString() << QString() << QString();
        QTest::newRow("broken off") << u"S2B_MSIL2A_20200705T101559_N0500_R065_T32TMT_2023"_qs << QString() << QString()
                                    << QString() << QString() << QString();
        QTest::newRow("level 1 is another acquisition")
            << u"S2B_MSIL1C_20200705T101559_N0500_R065_T32TMT_20230530T175912"_qs << QString() << QString() << QString()
            << QString() << u"S2B|20200705T101559|32TMT|L1C"_qs;
        const QString landsat = u"LC08|2|028030|20200114|02|L2"_qs;
        const QString l2 = u"landsat-c2-l2"_qs;
        QTest::newRow("usgs reflectance") << u"LC08_L2SP_028030_20200114_20200824_02_T1_SR"_qs << QString() << QString()
                                          << QString() << l2 << landsat;
        QTest::newRow("usgs temperature") << u"LC08_L2SP_028030_20200114_20200824_02_T1_ST"_qs << QString() << QString()
                                          << QString() << l2 << landsat;
        QTest::newRow("landsat elsewhere, real time tier")
            << u"LC08_L2SR_028030_20200114_02_RT"_qs << QString() << QString() << QString() << l2 << landsat;
        QTest::newRow("mss counts in the older grid") << u"LM01_L1GS_001010_19720908_02_T2"_qs << QString() << QString()
                                                      << QString() << QString() << u"LM01|1|001010|19720908|02|L1"_qs;
        const QString radar = u"S1|S1A_IW_GRDH_1SSH_20250731T135702_20250731T135722_060328_077F7E"_qs;
        const QString grd = u"sentinel-1-grd"_qs;
        const QString s1 = u"S1A_IW_GRDH_1SSH_20250731T135702_20250731T135722_060328_077F7E"_qs;
        QTest::newRow("radar, short") << s1 << QString() << QString() << QString() << grd << radar;
        QTest::newRow("radar, whole") << QString(s1 + u"_9F5E") << QString() << QString() << QString() << grd << radar;
        QTest::newRow("radar as COG") << QString(s1 + u"_9F5E_COG") << QString() << QString() << QString() << grd
                                      << radar;
        QTest::newRow("radar, flattened, is another product")
            << QString(s1 + u"_rtc") << QString() << QString() << QString() << u"sentinel-1-rtc"_qs
            << QString(u"sentinel-1-rtc|" + s1 + u"_rtc");
        QTest::newRow("radar, complex") << u"S1B_IW_SLC__1SDV_20200705T053454_20200705T053519_033317_03DC40_A1B2"_qs
                                        << QString() << QString() << QString() << QString()
                                        << u"S1|S1B_IW_SLC__1SDV_20200705T053454_20200705T053519_033317_03DC40"_qs;
        const QString naip = u"naip"_qs;
        QTest::newRow("aerial, with a publication date")
            << u"vt_m_4307308_nw_18_030_20230622_20231113"_qs << QString() << QString() << QString() << naip
            << u"NAIP|vt_m_4307308_nw_18_030_20230622"_qs;
        QTest::newRow("aerial, without one") << u"vt_m_4307308_nw_18_030_20230622"_qs << QString() << QString()
                                             << QString() << naip << u"NAIP|vt_m_4307308_nw_18_030_20230622"_qs;
        QTest::newRow("aerial, without a state") << u"m_4307307_nw_18_h_20160727"_qs << QString() << QString()
                                                 << QString() << naip << u"NAIP|m_4307307_nw_18_h_20160727"_qs;
        QTest::newRow("elevation") << u"Copernicus_DSM_COG_30_S90_00_W180_00_DEM"_qs << QString() << QString()
                                   << QString() << u"cop-dem-glo-90"_qs
                                   << u"DEM|Copernicus_DSM_COG_30_S90_00_W180_00_DEM"_qs;
        QTest::newRow("anything else") << u"AST_L1T_00312272006020322_20150518201805"_qs << QString() << QString()
                                       << QString() << u"aster-l1t"_qs
                                       << u"aster-l1t|AST_L1T_00312272006020322_20150518201805"_qs;
        QTest::newRow("anything else of nothing")
            << u"x"_qs << QString() << QString() << QString() << QString() << QString();
    }
    void key()
    {
        QFETCH(QString, id);
        QFETCH(QString, uri);
        QFETCH(QString, datatake);
        QFETCH(QString, tile);
        QFETCH(QString, product);
        QTEST(acquisitionKey({id, uri, datatake, tile}, product), "key");
    }

    void baselineOf_readsTheName()
    {
        QCOMPARE(baselineOf({u"S2B_MSIL2A_20200705T101559_N0214_R065_T32TMT_20230530T175912"_qs, {}, {}, {}}),
                 u"02.14"_qs);
        QCOMPARE(baselineOf({u"x"_qs, {}, u"GS2B_20200705T101559_017394_N05.11"_qs, {}}), u"05.11"_qs);
        QCOMPARE(baselineOf({u"S2B_MSIL2A_20200705T101559_R065_T32TMT_20200825T083452"_qs, {}, {}, {}}), QString());
    }

    void joinHalves_makesOneSceneNamedByItsReflectance()
    {
        auto st = scene(u"usgs"_qs, u"LC08_L2SP_028030_20200114_20200824_02_T1_ST"_qs, u"2020-01-14T17:05:46Z"_qs);
        auto sr = scene(u"usgs"_qs, u"LC08_L2SP_028030_20200114_20200824_02_T1_SR"_qs, u"2020-01-14T17:05:46Z"_qs);
        data::Asset thermal;
        thermal.key = u"lwir11"_qs;
        data::Asset red;
        red.key = u"red"_qs;
        data::Asset quality;
        quality.key = u"qa_pixel"_qs;
        st.assets = {thermal, quality};
        sr.assets = {red, quality};
        QVERIFY(areHalves(st, sr));
        auto joined = st;
        joinHalves(joined, sr);
        QVERIFY(joined.id.endsWith(u"_SR"));
        QCOMPARE(joined.assets.size(), 3U);
        auto other = sr;
        joinHalves(other, st);
        QCOMPARE(other.id, joined.id); // whichever came first
        QVERIFY(!areHalves(other, sr)); // the same half twice
        other.provider = u"mirror"_qs;
        QVERIFY(!areHalves(other, st)); // halves are joined within one catalogue only
        // The items beside the files have one id for both halves.
        st.id = sr.id = u"LC08_L2SP_001062_20201031_20201106_02_T2"_qs;
        st.collection = u"landsat-c2l2-st"_qs;
        sr.collection = u"landsat-c2l2-sr"_qs;
        QVERIFY(areHalves(st, sr));
        sr.collection = st.collection;
        QVERIFY(!areHalves(st, sr));
    }

    void overlap_isTheGroundInCommon()
    {
        const auto half = overlapOf(box(9, 47, 10, 48), box(9.5, 47, 10.5, 48));
        QVERIFY(std::abs(half.first - 1) < 1e-9);
        QVERIFY(std::abs(half.ofSmaller() - 0.5) < 0.01);
        QVERIFY(std::abs(half.ofBoth() - 1.0 / 3) < 0.01);
        const auto inside = overlapOf(box(9, 47, 10, 48), box(9.25, 47.25, 9.75, 47.75));
        QVERIFY(std::abs(inside.ofSmaller() - 1) < 1e-9);
        QVERIFY(std::abs(inside.ofBoth() - 0.25) < 0.01);
        const data::Rings triangle {{{9, 47}, {10, 47}, {9, 48}}};
        QVERIFY(std::abs(overlapOf(triangle, box(9, 47, 10, 48)).second - 1) < 1e-9);
        QVERIFY(std::abs(overlapOf(triangle, box(9, 47, 10, 48)).first - 0.5) < 0.01);
        QCOMPARE(overlapOf(box(9, 47, 10, 48), box(19, 47, 20, 48)).common, 0.0);
        QCOMPARE(overlapOf({}, box(19, 47, 20, 48)).ofSmaller(), 1.0);
        QCOMPARE(overlapOf({}, {}).ofBoth(), 0.0);
    }

    void looksSame_asksForPlatformTimeGroundAndAnotherCatalogue()
    {
        auto a = scene(u"a"_qs, u"one"_qs, u"2020-07-02T10:00:00Z"_qs);
        a.platform = u"eye-1"_qs;
        a.instrument = u"pan"_qs;
        a.bbox = data::boundsOf(a.footprint);
        auto b = a;
        b.provider = u"b"_qs;
        b.datetime = a.datetime.addMSecs(900);
        QVERIFY(looksSame(a, b));
        const auto differs = [&](auto change) {
            auto other = b;
            change(other);
            other.bbox = data::boundsOf(other.footprint);
            return !looksSame(a, other) && !looksSame(other, a);
        };
        QVERIFY(differs([](auto &s) { s.provider = u"a"_qs; }));
        QVERIFY(differs([](auto &s) { s.platform = u"eye-2"_qs; }));
        QVERIFY(differs([](auto &s) { s.instrument = u"thermal"_qs; }));
        QVERIFY(differs([](auto &s) { s.datetime = s.datetime.addMSecs(200); }));
        QVERIFY(differs([](auto &s) { s.datetime = {}; }));
        QVERIFY(differs([](auto &s) { s.footprint = box(9.04, 47, 10.04, 48); })); // 92 % in common
        QVERIFY(!differs([](auto &s) { s.footprint = box(9.01, 47, 10.01, 48); }));
        a.platform.clear();
        b.platform.clear();
        QVERIFY(!looksSame(a, b));
    }

    void isNamed_tellsProductNamesFromIds()
    {
        auto s = scene(u"a"_qs, u"S2B_32TMT_20200705_1_L2A"_qs, {}, u"S2B|20200705T101559|32TMT|L2A"_qs);
        QVERIFY(isNamed(s));
        s.id = u"Copernicus_DSM_COG_30_S90_00_W180_00_DEM"_qs;
        s.acquisition = QString(u"DEM|" + s.id);
        QVERIFY(isNamed(s));
        s.id = u"x"_qs;
        s.acquisition = u"c|x"_qs;
        QVERIFY(!isNamed(s));
        s.acquisition.clear();
        QVERIFY(!isNamed(s));
    }

    void recorded_items_ofOneProductHaveOneKey()
    {
        const QString data = test::sharedData();
        if (data.isEmpty())
            QSKIP("no shared data beside the checkout");
        QHash<QString, QSet<QString>> folders; // key → catalogues
        int keyed = 0;
        QDirIterator files(data + u"/stac"_qs, {u"*.json"_qs}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            const QString path = files.next();
            const auto json = readJsonFile(path);
            if (!json)
                continue;
            std::vector<Json> items;
            if (member(*json, "features").is_array())
                items = member(*json, "features").get<std::vector<Json>>();
            else if (stringAt(*json, "type") == u"Feature")
                items.push_back(*json);
            for (const auto &item : items) {
                const auto parsed = stac::parseItem(item, {});
                if (!parsed || parsed->product.isEmpty())
                    continue;
                QVERIFY2(!parsed->acquisition.isEmpty(), qPrintable(parsed->id));
                folders[parsed->acquisition].insert(QFileInfo(path).dir().dirName());
                ++keyed;
            }
        }
        QVERIFY(keyed > 100);
        // Known to be held by several of the recorded catalogues.
        const auto at = [&](const QString &key) { return folders.value(key); };
        QVERIFY(at(u"S2B|20200705T101559|32TMT|L2A"_qs).contains(u"earth-search"_qs));
        QVERIFY(at(u"S2B|20200705T101559|32TMT|L2A"_qs).contains(u"cdse"_qs));
        QVERIFY(at(u"LC08|2|047027|20201204|02|L2"_qs).contains(u"planetary-computer"_qs));
        QVERIFY(at(u"LC08|2|047027|20201204|02|L2"_qs).contains(u"usgs-landsatlook"_qs));
        QVERIFY(at(u"S2A|20200219T112111|29RKH|L2A"_qs).contains(u"earth-search"_qs));
    }
};

QTEST_GUILESS_MAIN(TestAcquisition)
#include "tst_acquisition.moc"
