// SPDX-License-Identifier: Apache-2.0
#include "core/data/offsetoverride.h"
#include "core/data/sensor.h"

#include <QTest>

using namespace astra;
using namespace astra::data;

class TestSensor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sensors_areAllUsable()
    {
        QCOMPARE(sensors().size(), 10U);
        const QStringList withoutColour {u"cop-dem"_qs, u"sentinel-1-grd"_qs};
        for (const auto &sensor : sensors()) {
            for (const auto *name : {"red", "green", "blue"}) {
                const bool found = sensor.find(QString::fromLatin1(name)) != nullptr;
                QVERIFY2(found != withoutColour.contains(sensor.product), qPrintable(sensor.title));
            }
            for (const auto &name : sensor.dark)
                QVERIFY2(sensor.find(name), qPrintable(name));
        }
    }

    void find_data()
    {
        QTest::addColumn<QString>("product");
        QTest::addColumn<QString>("platform");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("native");
        QTest::newRow("s2 common") << u"sentinel-2-l2a"_qs << u"sentinel-2b"_qs << u"nir"_qs << u"B08"_qs;
        QTest::newRow("s2 narrow") << u"sentinel-2-l2a"_qs << u"sentinel-2b"_qs << u"nir08"_qs << u"B8A"_qs;
        QTest::newRow("s2 native") << u"sentinel-2-l2a"_qs << QString() << u"b8a"_qs << u"B8A"_qs;
        QTest::newRow("s2 key") << u"sentinel-2-l2a"_qs << QString() << u"rededge2"_qs << u"B06"_qs;
        QTest::newRow("oli") << u"landsat-c2-l2"_qs << u"landsat-9"_qs << u"red"_qs << u"SR_B4"_qs;
        QTest::newRow("etm") << u"landsat-c2-l2"_qs << u"landsat-7"_qs << u"red"_qs << u"SR_B3"_qs;
        QTest::newRow("tm") << u"landsat-c2-l2"_qs << u"landsat-5"_qs << u"nir08"_qs << u"SR_B4"_qs;
        // B05 is the near infrared of one half of HLS and a red edge of the other.
        QTest::newRow("hls l30") << u"hls-l30"_qs << QString() << u"nir08"_qs << u"B05"_qs;
        QTest::newRow("hls s30") << u"hls-s30"_qs << QString() << u"nir08"_qs << u"B8A"_qs;
        QTest::newRow("hls s30 trap") << u"hls-s30"_qs << QString() << u"rededge071"_qs << u"B05"_qs;
        QTest::newRow("naip") << u"naip"_qs << QString() << u"nir"_qs << u"NIR"_qs;
        QTest::newRow("dem") << u"cop-dem"_qs << QString() << u"data"_qs << u"elevation"_qs;
        QTest::newRow("thermal") << u"landsat-c2-l2"_qs << u"landsat-8"_qs << u"lwir11"_qs << u"ST_B10"_qs;
    }
    void find()
    {
        QFETCH(QString, product);
        QFETCH(QString, platform);
        QFETCH(QString, name);
        const auto *sensor = sensorFor(product, platform);
        QVERIFY(sensor);
        const auto *band = sensor->find(name);
        QVERIFY(band);
        QTEST(band->band.name, "native");
    }

    void findInFileName_takesWholeNamesOnly()
    {
        const auto *sentinel = sensorFor(u"sentinel-2-l2a"_qs);
        const auto *landsat = sensorFor(u"landsat-c2-l2"_qs, u"landsat-8"_qs);
        QCOMPARE(sentinel->findInFileName(u"T32TMT_20200705T101559_B04_10m.jp2"_qs)->band.commonName, u"red"_qs);
        QCOMPARE(sentinel->findInFileName(u"B8A.tif"_qs)->band.commonName, u"nir08"_qs);
        QCOMPARE(landsat->findInFileName(u"LC08_L2SP_028030_20200114_20200824_02_T1_SR_B4.TIF"_qs)->band.name,
                 u"SR_B4"_qs);
        QCOMPARE(landsat->findInFileName(u"LC08_L2SP_028030_20200114_20200824_02_T1_SR_QA_AEROSOL.TIF"_qs)->band.name,
                 u"SR_QA_AEROSOL"_qs);
        QCOMPARE(landsat->findInFileName(u"LC08_L2SP_028030_20200114_20200824_02_T1_ST_B10.TIF"_qs)->band.name,
                 u"ST_B10"_qs);
        QVERIFY(!landsat->findInFileName(u"LC08_L2SP_028030_20200114_20200824_02_T1_ST_ATRAN.TIF"_qs));
        QVERIFY(!sentinel->findInFileName(u"thumbnail.jpg"_qs));
    }

    void radiometry_isTheProducts()
    {
        const auto *sentinel = sensorFor(u"sentinel-2-l2a"_qs);
        QCOMPARE(sentinel->find(u"red"_qs)->radiometry->scale, 0.0001);
        QCOMPARE(sentinel->find(u"red"_qs)->radiometry->nodata.value(), 0.0);
        QVERIFY(!sentinel->find(u"SCL"_qs)->radiometry);
        QCOMPARE(sentinel->baselineFrom, u"04.00"_qs);
        QCOMPARE(sentinel->baselineOffset, -0.1);
        const auto *landsat = sensorFor(u"landsat-c2-l2"_qs);
        QCOMPARE(landsat->find(u"red"_qs)->radiometry->offset, -0.2);
        QCOMPARE(landsat->find(u"lwir11"_qs)->radiometry->quantity, u"kelvin"_qs);
    }

    void baseline_tellsOfTheOffset()
    {
        const auto *sentinel = sensorFor(u"sentinel-2-l2a"_qs);
        QVERIFY(!sentinel->hasOffsetSince(u"03.01"_qs));
        QVERIFY(sentinel->hasOffsetSince(u"04.00"_qs) && sentinel->hasOffsetSince(u"05.11"_qs));
        QVERIFY(!sentinel->hasOffsetSince({}) && !sentinel->hasOffsetSince(u"new"_qs));
        QVERIFY(!sensorFor(u"landsat-c2-l2"_qs)->hasOffsetSince(u"05.11"_qs));
    }

    void bandOf_looksAtEveryPlatform()
    {
        // Of a Landsat whose platform is not stated, the thermal band is still known.
        const auto *thermal = bandOf(u"landsat-c2-l2"_qs, {}, {u"ST_B6"_qs, {}, {}});
        QVERIFY(thermal && thermal->radiometry->offset == 149.0);
        QCOMPARE(bandOf(u"landsat-c2-l2"_qs, u"landsat-7"_qs, {u"QA_PIXEL"_qs, {}, {}})->nodata.value(), 1.0);
        QVERIFY(!bandOf(u"landsat-c2-l2"_qs, {}, {u"B99"_qs, {}, {}}));
        QVERIFY(!bandOf({}, {}, {u"B04"_qs, {}, {}}));
    }

    void override_hasTwoWords()
    {
        for (const auto value : {OffsetOverride::None, OffsetOverride::Apply, OffsetOverride::Leave})
            QCOMPARE(overrideNamed(overrideName(value)).value(), value);
        QCOMPARE(overrideNamed(u"Leave"_qs).value(), OffsetOverride::Leave);
        QVERIFY(overrideNamed(u"remove"_qs).error().message.contains(u"apply"));
    }

    void names_tellProductAndPlatform()
    {
        QCOMPARE(productOfName(u"S2B_MSIL2A_20200705T101559_R065_T32TMT_20200825T083452"_qs), u"sentinel-2-l2a"_qs);
        QCOMPARE(productOfName(u"S2B_32TMT_20200705_1_L2A"_qs), u"sentinel-2-l2a"_qs);
        QCOMPARE(productOfName(u"S2B_32TMT_20200705_1_L1C"_qs), u"sentinel-2-l1c"_qs);
        QCOMPARE(productOfName(u"LC09_L2SR_094032_20250202_02_T2"_qs), u"landsat-c2-l2"_qs);
        QCOMPARE(productOfName(u"LC08_L1TP_094032_20250202_02_T2"_qs), QString());
        QCOMPARE(productOfName(u"holiday.tif"_qs), QString());
        QCOMPARE(platformOfName(u"S2C_32TMT_20200705_1_L2A"_qs), u"sentinel-2c"_qs);
        QCOMPARE(platformOfName(u"LE07_L2SP_022049_20000101_02_T1"_qs), u"landsat-7"_qs);
        QCOMPARE(productOfCollection(u"landsat-c2l2-st"_qs), u"landsat-c2-l2"_qs);
        QCOMPARE(productOfCollection(u"naip"_qs), u"naip"_qs);
        QCOMPARE(productOfCollection(u"hls2-s30"_qs), u"hls-s30"_qs);
        QCOMPARE(productOfCollection(u"goes-cmi"_qs), QString());
        QCOMPARE(productOfName(u"HLS.L30.T10SEH.2021213T184452.v2.0"_qs), u"hls-l30"_qs);
    }

    void fromJson_refusesNonsense()
    {
        QVERIFY(!Sensor::fromJson(Json::array()));
        QVERIFY(!Sensor::fromJson({{"product", "x"}, {"bands", Json::array()}}));
        QVERIFY(!Sensor::fromJson({{"product", "x"}, {"bands", {{{"common", "red"}}}}}));
    }
};

QTEST_GUILESS_MAIN(TestSensor)
#include "tst_sensor.moc"
