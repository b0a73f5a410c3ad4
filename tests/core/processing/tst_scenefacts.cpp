// SPDX-License-Identifier: Apache-2.0
#include "core/data/sensor.h"
#include "core/processing/scenefacts.h"

#include <QTest>

using namespace astra;
using namespace astra::processing;

class TestSceneFacts : public QObject
{
    Q_OBJECT

    static data::Scene scene(const QString &product, const QString &platform, const QString &id = u"a"_qs)
    {
        data::Scene made;
        made.id = id;
        made.product = product;
        made.platform = platform;
        for (const auto &entry : data::sensorFor(product, platform)->bands) {
            data::Asset asset;
            asset.key = entry.band.name.toLower() + u"-file"_qs;
            asset.href = QUrl(u"https://example.com/"_qs + entry.band.name + u".tif"_qs);
            asset.mediaType = u"image/tiff"_qs;
            asset.bands = {entry.band};
            made.assets.push_back(asset);
        }
        return made;
    }
private Q_SLOTS:
    void orbit_data()
    {
        QTest::addColumn<QString>("id");
        QTest::addColumn<QString>("orbit");
        QTest::newRow("s2") << u"S2B_MSIL2A_20200705T101559_N0214_R065_T32TMT_20200705T132359"_qs << u"R065"_qs;
        QTest::newRow("s2 of Earth Search") << u"S2B_32TMT_20200705_1_L2A"_qs << QString();
        QTest::newRow("landsat") << u"LC08_L2SP_028030_20200114_20200824_02_T1"_qs << u"path 28 row 30"_qs;
        QTest::newRow("landsat of Planetary Computer")
            << u"LT05_L2SP_168055_19860101_02_T1"_qs << u"path 168 row 55"_qs;
        QTest::newRow("within a word") << u"MY_R1234_x"_qs << QString();
        QTest::newRow("nothing") << QString() << QString();
    }
    void orbit()
    {
        QFETCH(QString, id);
        data::Scene plain;
        plain.id = id;
        QTEST(factsOf(plain).orbit, "orbit");
    }

    void bands_areThoseFound()
    {
        const auto s2 = factsOf(scene(u"sentinel-2-l2a"_qs, u"sentinel-2b"_qs));
        for (const auto &name : {u"nir"_qs, u"nir08"_qs, u"B08"_qs, u"B8A"_qs, u"red"_qs, u"scl"_qs, u"SCL"_qs})
            QVERIFY2(s2.bands.contains(name), qPrintable(name));
        QVERIFY(s2.mask == MaskKind::Scl);
        QCOMPARE(s2.gsd.at(u"red"_qs), 10.0);
        QCOMPARE(s2.wavelengths.at(u"red"_qs), 665.0);
        QCOMPARE(s2.wavelengths.at(u"swir22"_qs), 2185.7);
        QCOMPARE(s2.wavelengths.count(u"scl"_qs), 0U);

        // One near infrared serves under both names.
        const auto l8 = factsOf(scene(u"landsat-c2-l2"_qs, u"landsat-8"_qs));
        QVERIFY(l8.bands.contains(u"nir"_qs) && l8.bands.contains(u"nir08"_qs) && l8.mask == MaskKind::QaPixel);
        QCOMPARE(l8.wavelengths.at(u"nir"_qs), 865.0);
        QVERIFY(!l8.bands.contains(u"rededge071"_qs));
        QCOMPARE(factsOf(scene(u"landsat-c2-l2"_qs, u"landsat-5"_qs)).wavelengths.at(u"nir08"_qs), 830.0);
    }

    void wavelengths_areOfThePlatform()
    {
        QCOMPARE(factsOf(scene(u"sentinel-2-l2a"_qs, u"sentinel-2a"_qs)).wavelengths.at(u"swir22"_qs), 2202.4);
        QCOMPARE(factsOf(scene(u"sentinel-2-l2a"_qs, u"sentinel-2c"_qs)).wavelengths.at(u"swir22"_qs), 2190.0);
        QCOMPARE(factsOf(scene(u"naip"_qs, QString())).wavelengths.size(), 0U);
    }

    void withoutProduct_bandsAreStillNamed()
    {
        auto plain = scene(u"naip"_qs, QString());
        plain.product.clear();
        const auto facts = factsOf(plain);
        QVERIFY(facts.bands.contains(u"nir"_qs) && facts.bands.contains(u"nir08"_qs) && !facts.mask);
        QVERIFY(facts.wavelengths.empty());
    }
};

QTEST_APPLESS_MAIN(TestSceneFacts)
#include "tst_scenefacts.moc"
