// SPDX-License-Identifier: Apache-2.0
#include "core/data/raster.h"
#include "core/data/scene.h"

#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::data;

namespace {

Asset asset(const char *key, const char *href, std::vector<Band> bands, const char *type = "image/tiff")
{
    Asset a;
    a.key = QString::fromLatin1(key);
    a.href = QUrl(QString::fromLatin1(href));
    a.bands = std::move(bands);
    a.mediaType = QString::fromLatin1(type);
    a.roles = {QStringLiteral("data")};
    return a;
}

Band band(const char *name, const char *common, std::optional<double> gsd = {})
{
    return {QString::fromLatin1(name), QString::fromLatin1(common), gsd};
}

const char *const jp2 = "image/jp2";
const char *const cog = "image/tiff; application=geotiff; profile=cloud-optimized";

} // namespace

class TestScene : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void findBand_nativeNameWinsOverCommonName();
    void findBand_nirStandsInForNir08AndBack();
    void findBand_prefersReadableThenCogThenHttpThenFinest();
    void findBand_neverTakesAPicture();
    void findBand_countsBandsInTheFile();
    void bandNames_areThoseThatAreFound();
    void pixelAccess_isTheWorstNeeded();
    void rankCopies_readableFirstThenCogThenBaseline();
    void acquisition_keyFallsBackToTheScene();
    void sourceOf_localPathOrHref();
    void stacItem_carriesWhatTheSceneSays();
    void block_startsWithoutData();
};

void TestScene::findBand_nativeNameWinsOverCommonName()
{
    Scene scene;
    scene.assets = {asset("a", "https://h/a.tif", {band("B08", "red")}, cog),
                    asset("b", "https://h/b.jp2", {band("red", "nir")}, jp2)};
    QCOMPARE(findBand(scene, QStringLiteral("red"))->asset->key, QStringLiteral("b"));
    QCOMPARE(findBand(scene, QStringLiteral("b08"))->asset->key, QStringLiteral("a"));
    QVERIFY(!findBand(scene, QString()));
    QVERIFY(!findBand(scene, QStringLiteral("swir16")));
}

void TestScene::findBand_nirStandsInForNir08AndBack()
{
    Scene landsat;
    landsat.assets = {asset("b5", "https://h/b5.tif", {band("SR_B5", "nir08")}, cog)};
    QCOMPARE(findBand(landsat, QStringLiteral("nir"))->band.name, QStringLiteral("SR_B5"));
    Scene sentinel;
    sentinel.assets = {asset("8", "https://h/8.tif", {band("B08", "nir")}, cog),
                       asset("8a", "https://h/8a.tif", {band("B8A", "nir08")}, cog)};
    QCOMPARE(findBand(sentinel, QStringLiteral("nir"))->band.name, QStringLiteral("B08"));
    QCOMPARE(findBand(sentinel, QStringLiteral("nir08"))->band.name, QStringLiteral("B8A"));
}

void TestScene::findBand_prefersReadableThenCogThenHttpThenFinest()
{
    Scene scene;
    const auto add = [&](const char *key, const char *href, double gsd, const char *type, Access access) {
        scene.assets.push_back(asset(key, href, {band("B04", "red", gsd)}, type));
        scene.assets.back().access = access;
    };
    const auto found = [&] { return findBand(scene, QStringLiteral("red"))->asset->key; };
    add("login", "https://h/1.tif", 10, cog, Access::Login);
    QCOMPARE(found(), QStringLiteral("login"));
    add("jp2", "s3://b/2.jp2", 10, jp2, Access::Public);
    QCOMPARE(found(), QStringLiteral("jp2"));
    add("s3", "s3://b/3.tif", 10, cog, Access::Public);
    QCOMPARE(found(), QStringLiteral("s3"));
    add("coarse", "https://h/4.tif", 60, cog, Access::Public);
    QCOMPARE(found(), QStringLiteral("coarse"));
    add("fine", "https://h/5.tif", 10, cog, Access::Public);
    QCOMPARE(found(), QStringLiteral("fine"));
}

void TestScene::findBand_neverTakesAPicture()
{
    Scene scene;
    scene.assets = {asset("visual", "https://h/tci.tif", {band("", "red"), band("", "green"), band("", "blue")}, cog)};
    scene.assets[0].roles = {QStringLiteral("visual")};
    QVERIFY(!findBand(scene, QStringLiteral("red")));
    QVERIFY(bandNames(scene).isEmpty());
}

void TestScene::findBand_countsBandsInTheFile()
{
    Scene scene;
    scene.assets = {
        asset("all", "https://h/all.tif", {band("b1", "blue"), band("b2", "green"), band("b3", "red")}, cog)};
    QCOMPARE(findBand(scene, QStringLiteral("red"))->index, 3);
}

void TestScene::bandNames_areThoseThatAreFound()
{
    Scene scene;
    scene.assets = {asset("r", "https://h/r.tif", {band("B04", "red")}, cog),
                    asset("r2", "https://h/r.jp2", {band("B04", "red")}, jp2),
                    asset("x", "https://h/x.tif", {band("B99", "")}, cog),
                    asset("meta", "https://h/m.xml", {band("B05", "rededge")}, "application/xml")};
    QCOMPARE(bandNames(scene), QStringList({QStringLiteral("red"), QStringLiteral("B99")}));
}

void TestScene::pixelAccess_isTheWorstNeeded()
{
    Scene scene;
    scene.assets = {asset("r", "https://h/r.tif", {band("B04", "red")}, cog),
                    asset("n", "https://h/n.tif", {band("B08", "nir")}, cog),
                    asset("t", "https://h/t.tif", {band("B10", "lwir")}, cog)};
    scene.assets[1].access = Access::Signed;
    scene.assets[2].access = Access::Login;
    QCOMPARE(pixelAccess(scene), Access::Signed);
    scene.assets.erase(scene.assets.begin(), scene.assets.begin() + 2);
    QCOMPARE(pixelAccess(scene), Access::Login);
}

void TestScene::rankCopies_readableFirstThenCogThenBaseline()
{
    const auto copy = [](const char *provider, const char *type, Access access, const char *baseline) {
        Scene scene;
        scene.provider = QString::fromLatin1(provider);
        scene.baseline = QString::fromLatin1(baseline);
        scene.assets = {asset("r", "https://h/r", {band("B04", "red")}, type)};
        scene.assets[0].access = access;
        return scene;
    };
    Acquisition acquisition;
    acquisition.copies = {copy("login", cog, Access::Login, "05.11"), copy("jp2", jp2, Access::Public, "05.11"),
                          copy("old", cog, Access::Public, "02.14"), copy("z", cog, Access::Signed, "05.11"),
                          copy("a", cog, Access::Public, "05.11")};
    rankCopies(acquisition);
    QStringList order;
    for (const auto &scene : acquisition.copies)
        order.append(scene.provider);
    QCOMPARE(order.join(u' '), QStringLiteral("a z old jp2 login"));
}

void TestScene::acquisition_keyFallsBackToTheScene()
{
    Acquisition acquisition;
    acquisition.copies.resize(1);
    acquisition.copies[0].provider = QStringLiteral("p");
    acquisition.copies[0].id = QStringLiteral("i");
    QCOMPARE(acquisition.key(), QStringLiteral("p:i"));
    acquisition.copies[0].acquisition = QStringLiteral("s2/…");
    QCOMPARE(acquisition.key(), QStringLiteral("s2/…"));
}

void TestScene::sourceOf_localPathOrHref()
{
    Asset remote = asset("r", "https://h/r.tif", {band("B04", "red")}, cog);
    remote.connection = QStringLiteral("planetary-computer");
    const auto source = sourceOf({&remote, 2, remote.bands[0]});
    QCOMPARE(source.band, 2);
    QCOMPARE(source.href, remote.href);
    QCOMPARE(source.connection, QStringLiteral("planetary-computer"));
    QVERIFY(source.path.isEmpty());
    const Asset local = asset("r", "file:///data/a%20b.tif", {band("B04", "red")}, cog);
    QCOMPARE(sourceOf({&local, 1, local.bands[0]}).path, QStringLiteral("/data/a b.tif"));
}

void TestScene::stacItem_carriesWhatTheSceneSays()
{
    Scene scene;
    scene.provider = QStringLiteral("p");
    scene.id = QStringLiteral("i");
    scene.datetime = QDateTime(QDate(2025, 6, 30), QTime(10, 0), Qt::UTC);
    scene.footprint = GeoBox {1, 2, 3, 4}.rings();
    scene.cloudCover = 12.5;
    scene.invented = true;
    scene.assets = {asset("red", "https://h/r.tif", {band("B04", "red", 10)}, cog)};
    scene.assets[0].stated = Radiometry {0.0001, -0.1, 0.0, {}, {}};
    const Json item = toStacItem(scene, {{"processing:software", "x"}});
    QCOMPARE(stringAt(item, "stac_version"), QStringLiteral("1.0.0"));
    QCOMPARE(GeoBox::fromJson(member(item, "bbox")), std::optional(GeoBox {1, 2, 3, 4}));
    const Json &properties = member(item, "properties");
    QCOMPARE(stringAt(properties, "datetime"), QStringLiteral("2025-06-30T10:00:00.000Z"));
    QCOMPARE(numberAt(properties, "eo:cloud_cover"), std::optional(12.5));
    QCOMPARE(asBool(member(properties, "astra:invented")), std::optional(true));
    QCOMPARE(stringAt(properties, "processing:software"), QStringLiteral("x"));
    const Json &red = member(member(item, "assets"), "red");
    QCOMPARE(stringAt(red, "href"), QStringLiteral("https://h/r.tif"));
    QCOMPARE(numberAt(member(red, "raster:bands")[0], "offset"), std::optional(-0.1));
    QCOMPARE(numberAt(member(red, "raster:bands")[0], "nodata"), std::optional(0.0));
    QCOMPARE(stringAt(member(red, "eo:bands")[0], "common_name"), QStringLiteral("red"));
}

void TestScene::block_startsWithoutData()
{
    const Block block(3, 2);
    QCOMPARE(block.values.size(), std::size_t(6));
    QVERIFY(std::isnan(block.at(2, 1)));
}

QTEST_GUILESS_MAIN(TestScene)
#include "tst_scene.moc"
