// SPDX-License-Identifier: Apache-2.0
#include "core/library/productname.h"

#include <QTest>

using namespace astra;

class TestProductName : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recognises_data();
    void recognises();
    void refuses_data();
    void refuses();
    void landsat_bandsDependOnTheSensor();
};

void TestProductName::recognises_data()
{
    QTest::addColumn<QString>("path");
    QTest::addColumn<QString>("group");
    QTest::addColumn<QString>("product");
    QTest::addColumn<QString>("platform");
    QTest::addColumn<QString>("band");
    QTest::addColumn<QString>("commonName");
    QTest::addColumn<QString>("date");
    QTest::newRow("landsat 8 c2 l2") << "/d/LC08_L2SP_001062_20201031_20201106_02_T2_SR_B4.TIF"
                                     << "LC08_L2SP_001062_20201031_20201106_02_T2"
                                     << "landsat-c2-l2"
                                     << "landsat-8"
                                     << "SR_B4"
                                     << "red"
                                     << "2020-10-31T00:00:00";
    QTest::newRow("landsat 8 quality") << "/d/LC08_L2SP_001062_20201031_20201106_02_T2_QA_PIXEL.TIF"
                                       << "LC08_L2SP_001062_20201031_20201106_02_T2"
                                       << "landsat-c2-l2"
                                       << "landsat-8"
                                       << "QA_PIXEL"
                                       << "qa_pixel"
                                       << "2020-10-31T00:00:00";
    QTest::newRow("landsat 5 c1 l1") << "LT05_L1TP_167055_20000309_20161214_01_T1_B4.TIF"
                                     << "LT05_L1TP_167055_20000309_20161214_01_T1"
                                     << "landsat-c1-l1"
                                     << "landsat-5"
                                     << "B4"
                                     << "nir08"
                                     << "2000-03-09T00:00:00";
    QTest::newRow("landsat, shortened") << "LC08_L1TP_014031_20180428_B5.TIF"
                                        << "LC08_L1TP_014031_20180428"
                                        << "landsat-c1-l1"
                                        << "landsat-8"
                                        << "B5"
                                        << "nir08"
                                        << "2018-04-28T00:00:00";
    QTest::newRow("landsat, old name") << "LT52240631988227CUB02_B3.TIF"
                                       << "LT52240631988227CUB02"
                                       << "landsat-l1"
                                       << "landsat-5"
                                       << "B3"
                                       << "red"
                                       << "1988-08-14T00:00:00";
    QTest::newRow("sentinel-2 granule") << "T29RKH_20200219T112111_B04_10m.jp2"
                                        << "T29RKH_20200219T112111"
                                        << "sentinel-2-l2a"
                                        << ""
                                        << "B04"
                                        << "red"
                                        << "2020-02-19T11:21:11";
    QTest::newRow("sentinel-2 L1C granule") << "T29RKH_20200219T112111_B8A.jp2"
                                            << "T29RKH_20200219T112111"
                                            << "sentinel-2-l1c"
                                            << ""
                                            << "B8A"
                                            << "nir08"
                                            << "2020-02-19T11:21:11";
    QTest::newRow("SAFE") << "/x/S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T123947.SAFE/GRANULE/G/IMG_DATA/"
                             "R10m/T29RKH_20200219T112111_B08_10m.jp2"
                          << "T29RKH_20200219T112111"
                          << "sentinel-2-l2a"
                          << "sentinel-2a"
                          << "B08"
                          << "nir"
                          << "2020-02-19T11:21:11";
    QTest::newRow("band alone") << "/x/B04.tif"
                                << ""
                                << ""
                                << ""
                                << "B04"
                                << "red"
                                << "";
}

void TestProductName::recognises()
{
    QFETCH(QString, path);
    QFETCH(QString, date);
    const auto file = library::productFile(path);
    QVERIFY(file);
    QTEST(file->group, "group");
    QTEST(file->product, "product");
    QTEST(file->platform, "platform");
    QTEST(file->band.name, "band");
    QTEST(file->band.commonName, "commonName");
    QCOMPARE(file->datetime, date.isEmpty() ? QDateTime() : QDateTime::fromString(date + u'Z', Qt::ISODate));
    if (path.contains(u"N0214"))
        QCOMPARE(file->baseline, QStringLiteral("02.14"));
}

void TestProductName::refuses_data()
{
    QTest::addColumn<QString>("path");
    QTest::newRow("metadata") << "LC08_L2SP_001062_20201031_20201106_02_T2_MTL.txt";
    QTest::newRow("true colour picture") << "T29RKH_20200219T112111_TCI_10m.jp2";
    QTest::newRow("another raster") << "elevation.tif";
    QTest::newRow("overviews") << "LC08_L1TP_016037_20170813_20170814_01_RT_B3.TIF.ovr";
    QTest::newRow("impossible day") << "LT52240631988999CUB02_B3.TIF";
    QTest::newRow("empty") << "";
}

void TestProductName::refuses()
{
    QFETCH(QString, path);
    QVERIFY(!library::productFile(path));
}

void TestProductName::landsat_bandsDependOnTheSensor()
{
    QCOMPARE(library::landsatCommonName(QStringLiteral("B4"), 8), QStringLiteral("red"));
    QCOMPARE(library::landsatCommonName(QStringLiteral("B4"), 7), QStringLiteral("nir08"));
    QCOMPARE(library::landsatCommonName(QStringLiteral("B7"), 5), QStringLiteral("swir22"));
    QCOMPARE(library::landsatCommonName(QStringLiteral("B12"), 8), QString());
    QCOMPARE(library::landsatCommonName(QStringLiteral("nonsense"), 8), QString());
}

QTEST_GUILESS_MAIN(TestProductName)
#include "tst_productname.moc"
