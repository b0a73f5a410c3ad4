// SPDX-License-Identifier: Apache-2.0
#include "core/providers/acquisition.h"
#include "core/providers/resultlist.h"

#include <QTest>

using namespace astra;
using namespace astra::providers;

namespace {

data::Rings box(double west, double south, double east, double north)
{
    return data::GeoBox {west, south, east, north}.rings();
}

data::Scene scene(const QString &provider, const QString &id, const QString &time, const QString &key = {})
{
    data::Scene s;
    s.provider = provider;
    s.id = id;
    s.datetime = QDateTime::fromString(time, Qt::ISODate).toUTC();
    s.acquisition = key;
    s.footprint = box(9, 47, 10, 48);
    return s;
}

} // namespace

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
            << u"whatever"_qs << QString() << u"GS2B_20200705T101559_017394_N05.00"_qs << QString() << l2a << QString();
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
        QTest::newRow("anything else") << u"m_4307307_nw_18_060"_qs << QString() << QString() << QString() << QString()
                                       << QString();
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
        QVERIFY(joinHalves(st, sr));
        QVERIFY(st.id.endsWith(u"_SR"));
        QCOMPARE(st.assets.size(), 3U);
        auto other = sr;
        QVERIFY(!joinHalves(other, sr)); // the same half twice
        other.provider = u"mirror"_qs;
        other.id.replace(u"_SR"_qs, u"_ST"_qs);
        QVERIFY(!joinHalves(other, sr)); // halves are joined within one catalogue only
    }

    void results_mergeCopiesAndSortNewestFirst()
    {
        using Kind = ResultList::Change::Kind;
        ResultList list;
        QCOMPARE(list.add(scene(u"a"_qs, u"old"_qs, u"2020-07-01T10:00:00Z"_qs)).first, 0);
        QCOMPARE(list.add(scene(u"a"_qs, u"new"_qs, u"2020-07-03T10:00:00Z"_qs)).first, 0);
        QCOMPARE(list.add(scene(u"a"_qs, u"middle"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs)).first, 1);
        QCOMPARE(list.add(scene(u"a"_qs, u"old"_qs, u"2020-07-01T10:00:00Z"_qs)).kind, Kind::None);
        const auto change = list.add(scene(u"b"_qs, u"twin"_qs, u"2020-07-02T09:48:00Z"_qs, u"K"_qs));
        QCOMPARE(change.kind, Kind::Changed);
        QCOMPARE(change.first, 1);
        QCOMPARE(list.rows().size(), 3U);
        QCOMPARE(list.rows()[1].copies.size(), 2U);
        QCOMPARE(list.rows()[1].key(), u"K"_qs);
    }

    void results_staySortedWhenAnotherCopyBecomesTheBest()
    {
        ResultList list;
        auto poor = scene(u"z"_qs, u"twelve minutes later"_qs, u"2020-07-02T10:12:00Z"_qs, u"K"_qs);
        poor.baseline = u"02.14"_qs;
        (void)list.add(poor);
        (void)list.add(scene(u"a"_qs, u"between"_qs, u"2020-07-02T10:06:00Z"_qs));
        auto better = scene(u"a"_qs, u"datatake start"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        better.baseline = u"05.00"_qs;
        const auto change = list.add(better);
        QCOMPARE(change.first, 0);
        QCOMPARE(change.last, 1);
        QCOMPARE(list.rows()[0].best().id, u"between"_qs);
        QCOMPARE(list.rows()[1].best().id, u"datatake start"_qs);
    }

    void results_keepPartsOfATileApart()
    {
        ResultList list;
        auto west = scene(u"a"_qs, u"EPAE"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        west.baseline = u"05.00"_qs;
        west.footprint = box(9, 47, 9.6, 48);
        auto east = scene(u"a"_qs, u"SGS"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        east.baseline = u"05.00"_qs;
        east.footprint = box(9.4, 47, 10, 48);
        (void)list.add(west);
        (void)list.add(east);
        QCOMPARE(list.rows().size(), 2U);
        QVERIFY(list.rows()[0].key() != list.rows()[1].key());
        // Another baseline of the whole tile joins the first of them.
        auto whole = scene(u"b"_qs, u"reprocessed"_qs, u"2020-07-02T10:00:00Z"_qs, u"K"_qs);
        whole.baseline = u"05.10"_qs;
        (void)list.add(whole);
        QCOMPARE(list.rows().size(), 2U);
        // A twin with the tile's square for a footprint is the same product.
        auto square = scene(u"c"_qs, u"square"_qs, u"2020-07-02T10:00:00Z"_qs, u"Q"_qs);
        square.baseline = u"05.00"_qs;
        auto cut = square;
        cut.id = u"cut"_qs;
        cut.footprint = box(9, 47, 9.5, 48);
        (void)list.add(square);
        (void)list.add(cut);
        QCOMPARE(list.rows().size(), 3U);
    }
};

QTEST_GUILESS_MAIN(TestAcquisition)
#include "tst_acquisition.moc"
