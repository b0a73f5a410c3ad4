// SPDX-License-Identifier: Apache-2.0
#include "core/library/localscene.h"
#include "tests/support/shareddata.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;

namespace {

QString fileOf(const data::Scene &scene, const QString &band)
{
    const auto ref = data::findBand(scene, band);
    return ref ? ref->asset->href.toLocalFile() : QString();
}

bool writeText(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

} // namespace

class TestLocalScene : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void folder_ofAProduct();
    void folder_withSeveralProductsNamesThem();
    void folder_withoutASceneSaysSo();
    void item_findsFilesByHrefThenBeside();
    void item_keepsHrefsThatAreNotHere();
    void item_withoutAssetsOrBroken_data();
    void item_withoutAssetsOrBroken();
    void raster_withNumbersForNames();
    void raster_withoutCrs();
    void missing_isNotFound();
    void bandFiles();
    void sharedData_stacksAndItems();
};

void TestLocalScene::folder_ofAProduct()
{
    QTemporaryDir folder;
    const QString prefix = test::writeLandsat(folder.path());
    QVERIFY(!prefix.isEmpty());
    const auto opened = library::openLocal(folder.path());
    QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
    const data::Scene &scene = opened->best();
    QCOMPARE(scene.provider, QStringLiteral("local"));
    QCOMPARE(scene.id, prefix);
    QCOMPARE(scene.product, QStringLiteral("landsat-c2-l2"));
    QCOMPARE(scene.datetime, QDateTime(QDate(2020, 2, 19), QTime(0, 0), Qt::UTC));
    QCOMPARE(scene.epsg, 32629);
    QCOMPARE(*scene.gsd, 30.0);
    QCOMPARE(fileOf(scene, QStringLiteral("nir")), QString(folder.filePath(prefix + u"_SR_B5.TIF")));
    QCOMPARE(fileOf(scene, QStringLiteral("qa_pixel")), QString(folder.filePath(prefix + u"_QA_PIXEL.TIF")));
    // 64 × 48 pixels of 30 m west of the meridian of zone 29 (9° W), near 24.4° N: worked out with cs2cs.
    QVERIFY(scene.bbox);
    QVERIFY(std::abs(scene.bbox->west + 10.97) < 0.02);
    QVERIFY(std::abs(scene.bbox->north - 24.40) < 0.02);
    QVERIFY(data::contains(scene.footprint, scene.bbox->center().x(), scene.bbox->center().y()));
}

void TestLocalScene::folder_withSeveralProductsNamesThem()
{
    QTemporaryDir folder;
    const data::Grid grid = test::utmGrid(8, 8);
    for (const auto *name : {"LC08_L1TP_014031_20180428_B4.TIF", "LC08_L1TP_014031_20180530_B4.TIF"})
        QVERIFY(test::writeBand(folder.filePath(QLatin1String(name)), grid, [](int, int) { return 1; }));
    const auto opened = library::openLocal(folder.path());
    QVERIFY(!opened);
    QVERIFY(opened.error().message.contains(u"LC08_L1TP_014031_20180530"));
    // One of them by the beginning of its name.
    const auto one = library::openLocal(folder.filePath(QStringLiteral("LC08_L1TP_014031_20180530")));
    QVERIFY2(one, one ? "" : qUtf8Printable(one.error().message));
    QCOMPARE(one->best().id, QStringLiteral("LC08_L1TP_014031_20180530"));
}

void TestLocalScene::folder_withoutASceneSaysSo()
{
    QTemporaryDir folder;
    const auto opened = library::openLocal(folder.path());
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::NotFound);
    QVERIFY(opened.error().message.contains(folder.path()));
}

void TestLocalScene::item_findsFilesByHrefThenBeside()
{
    QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("bands")));
    const data::Grid grid = test::utmGrid(16, 16);
    QVERIFY(test::writeBand(folder.filePath(QStringLiteral("bands/B04.tif")), grid, [](int, int) { return 5; }));
    QVERIFY(test::writeBand(folder.filePath(QStringLiteral("B04.tif")), grid, [](int, int) { return 6; }));
    QVERIFY(test::writeBand(folder.filePath(QStringLiteral("B08.tif")), grid, [](int, int) { return 7; }));
    const QByteArray text = R"({"type":"Feature","stac_version":"1.0.0","id":"one",
        "properties":{"datetime":"2020-02-19T11:34:25Z","proj:epsg":4326},"geometry":null,"links":[],"assets":{
        "red":{"href":"./bands/B04.tif","type":"image/tiff","eo:bands":[{"name":"B04","common_name":"red"}]},
        "nir":{"href":"https://example.org/x/B08.tif","type":"image/tiff; profile=cloud-optimized",
               "eo:bands":[{"name":"B08","common_name":"nir"}]}}})";
    QVERIFY(writeText(folder.filePath(QStringLiteral("item.json")), text));
    for (const auto &source : {folder.path(), folder.filePath(QStringLiteral("item.json"))}) {
        const auto opened = library::openLocal(source);
        QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
        const data::Scene &scene = opened->best();
        QCOMPARE(scene.id, QStringLiteral("one"));
        QCOMPARE(fileOf(scene, QStringLiteral("red")), folder.filePath(QStringLiteral("bands/B04.tif")));
        QCOMPARE(fileOf(scene, QStringLiteral("nir")), folder.filePath(QStringLiteral("B08.tif")));
        QCOMPARE(scene.epsg, 32629); // the file is believed, not the Item
    }
}

void TestLocalScene::item_keepsHrefsThatAreNotHere()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("item.json"));
    const QByteArray text = R"({"type":"Feature","stac_version":"1.0.0","id":"far",
        "properties":{"datetime":"2020-02-19T11:34:25Z"},"geometry":null,"links":[],"assets":{
        "red":{"href":"https://example.org/x/B04.tif","type":"image/tiff","eo:bands":[{"name":"B04","common_name":"red"}]}}})";
    QVERIFY(writeText(path, text));
    const auto opened = library::openLocal(path);
    QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
    QCOMPARE(data::findBand(opened->best(), QStringLiteral("red"))->asset->href,
             QUrl(QStringLiteral("https://example.org/x/B04.tif")));
}

void TestLocalScene::item_withoutAssetsOrBroken_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("truncated") << QByteArray("{\"type\":\"Feature\",\"assets\":{");
    QTest::newRow("no assets") << QByteArray("{\"type\":\"Feature\",\"id\":\"x\"}");
    QTest::newRow("a collection") << QByteArray("{\"type\":\"Collection\",\"id\":\"x\",\"assets\":{}}");
    QTest::newRow("an array") << QByteArray("[1,2]");
    QTest::newRow("empty") << QByteArray();
}

void TestLocalScene::item_withoutAssetsOrBroken()
{
    QFETCH(QByteArray, text);
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("x.json"));
    QVERIFY(writeText(path, text));
    const auto opened = library::openLocal(path);
    QVERIFY(!opened);
    QVERIFY(!opened.error().message.isEmpty());
}

void TestLocalScene::raster_withNumbersForNames()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("anything.tif"));
    QVERIFY(test::writeBand(path, test::utmGrid(16, 16), [](int, int) { return 5; }));
    const auto opened = library::openLocal(path);
    QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
    QCOMPARE(opened->best().product, QString());
    QCOMPARE(fileOf(opened->best(), QStringLiteral("1")), path);
}

void TestLocalScene::raster_withoutCrs()
{
    const QString data = test::sharedData();
    if (data.isEmpty())
        QSKIP("../shared/data is absent");
    const auto opened = library::openLocal(data + QStringLiteral("/rasters/s2-l1c-19UDP-preview-jp2/B04.jp2"));
    QVERIFY(!opened);
    QVERIFY(opened.error().message.contains(u"B04.jp2"));
}

void TestLocalScene::missing_isNotFound()
{
    const auto opened = library::openLocal(QStringLiteral("/nowhere/at/all.tif"));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::NotFound);
    QVERIFY(library::isLocal(QStringLiteral("/nowhere/at/all.tif")));
    QVERIFY(library::isLocal(QStringLiteral("item.json")));
    QVERIFY(!library::isLocal(QStringLiteral("earth-search:S2A_29RKH_20200219_0_L2A")));
    QVERIFY(!library::isLocal(QString()));
}

void TestLocalScene::bandFiles()
{
    QTemporaryDir folder;
    const QString red = folder.filePath(QStringLiteral("a.tif"));
    const QString nir = folder.filePath(QStringLiteral("b.tif"));
    QVERIFY(test::writeBand(red, test::utmGrid(16, 16), [](int, int) { return 5; }));
    QVERIFY(test::writeBand(nir, test::utmGrid(16, 16), [](int, int) { return 6; }));
    data::Radiometry stated;
    stated.scale = 0.5;
    const auto opened = library::openBandFiles({{QStringLiteral("red"), red}, {QStringLiteral("nir"), nir}}, stated);
    QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
    QCOMPARE(fileOf(opened->best(), QStringLiteral("nir")), nir);
    QCOMPARE(data::findBand(opened->best(), QStringLiteral("red"))->asset->stated->scale, 0.5);
    QVERIFY(!library::openBandFiles({{QStringLiteral("red"), red}, {QStringLiteral("RED"), nir}}, {}));
    QVERIFY(!library::openBandFiles({{QStringLiteral("red"), folder.filePath(QStringLiteral("no.tif"))}}, {}));
}

void TestLocalScene::sharedData_stacksAndItems()
{
    const QString data = test::sharedData();
    if (data.isEmpty())
        QSKIP("../shared/data is absent");
    const auto stack = library::openLocal(data + QStringLiteral("/rasters/l7-olinda/L7_ETMs.tif"));
    QVERIFY2(stack, stack ? "" : qUtf8Printable(stack.error().message));
    QCOMPARE(data::findBand(stack->best(), QStringLiteral("nir"))->index, 4);
    QCOMPARE(data::findBand(stack->best(), QStringLiteral("swir22"))->index, 6);
    // This one tells by its descriptions which band is which ("band 7 reflectance" is the sixth).
    const auto described = library::openLocal(
        data + QStringLiteral("/rasters/l7-p022r049-two-dates/LE70220491999322EDC01_stack.tif"));
    QVERIFY2(described, described ? "" : qUtf8Printable(described.error().message));
    QCOMPARE(data::findBand(described->best(), QStringLiteral("swir22"))->index, 6);
    QCOMPARE(data::findBand(described->best(), QStringLiteral("lwir"))->index, 7);
    const auto item = library::openLocal(data + QStringLiteral("/rasters/s2-29RKH-20200219"));
    QVERIFY2(item, item ? "" : qUtf8Printable(item.error().message));
    QCOMPARE(*item->best().gsd, 100.0); // thinned files: not the 10 m that the Item states
    QVERIFY(fileOf(item->best(), QStringLiteral("nir")).endsWith(u"/B08.tif"));
}

QTEST_GUILESS_MAIN(TestLocalScene)
#include "tst_localscene.moc"
