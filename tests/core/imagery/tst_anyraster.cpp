// SPDX-License-Identifier: Apache-2.0
// Whatever raster a scene lists can be looked at: radar, heights, pictures, JPEG 2000, files of which nothing is known.
#include "core/imagery/preview.h"
#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "core/net/httpclient.h"
#include "core/raster/geodesy.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/faultserver.h"
#include "tests/support/shareddata.h"

#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;
using imagery::Look;

namespace {

data::Asset assetOf(const QString &key, const QUrl &href, const std::vector<data::Band> &bands)
{
    data::Asset asset;
    asset.key = key;
    asset.href = href;
    asset.mediaType = href.path().endsWith(u".jp2") ? u"image/jp2"_qs : u"image/tiff; application=geotiff"_qs;
    asset.roles = {u"data"_qs};
    asset.bands = bands;
    return asset;
}

data::Scene sceneOf(const std::vector<data::Asset> &assets, const QString &product = {})
{
    data::Scene scene;
    scene.provider = u"test"_qs;
    scene.id = u"scene"_qs;
    scene.product = product;
    scene.assets = assets;
    return scene;
}

std::array<int, 4> pixelAt(const data::Picture &picture, double across, double down)
{
    const auto x = static_cast<std::size_t>(across * picture.width);
    const auto y = static_cast<std::size_t>(down * picture.height);
    const auto *p = picture.rgba.data() + 4 * (y * static_cast<std::size_t>(picture.width) + x);
    return {p[0], p[1], p[2], p[3]};
}

test::Reply reply(const QString &path)
{
    test::Reply reply;
    if (QFile file(path); file.open(QIODevice::ReadOnly))
        reply.body = file.readAll();
    reply.ranges = true;
    reply.headers = {{"ETag", "\"1\""}, {"Content-Type", "image/jp2"}};
    return reply;
}

} // namespace

class TestAnyRaster : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void heights_areMetres();
    void radar_isDrawnAsItStands();
    void aerial_isDrawnInItsColours();
    void ambiguousBand_isFoundByItsKey();
    void picture_isDrawnByItsKey();
    void unknownKey_namesTheFiles();
    void stretch_isLockedForTheScene();
    void turnedFile_isLaidNorthUp_data();
    void turnedFile_isLaidNorthUp();
    void complexNumbers_areRefused();
    void controlPoints_placeTheirPixels();
    void controlPointsAlone_areDrawnRoughly();
    void jp2_readsLikeAnything();
    void jp2_realOneOverHttp();

private:
    [[nodiscard]] Result<imagery::Preview> draw(const data::Scene &scene, const render::Style &style,
                                                std::optional<data::GeoBox> box = {})
    {
        const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{scene}}, nullptr);
        return waitFor(imagery::preview(m_pools, reader, style, box, 128, 0, {}));
    }
    [[nodiscard]] QUrl make(const QString &name, const test::Made &made,
                            const std::function<double(int, int, int)> &value)
    {
        test::makeTiff(m_folder.filePath(name), made, value);
        return QUrl::fromLocalFile(m_folder.filePath(name));
    }
    /// What the map says of it.
    [[nodiscard]] imagery::TileLoader::Status status(const data::Scene &scene, const render::Style &style)
    {
        imagery::SceneTiles tiles({{scene}}, style, m_pools, nullptr);
        const auto &box = tiles.bounds();
        const QPointF at = render::toWorld(box.center().x(), box.center().y()) * 1024;
        QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
        tiles.setVisible({{10, static_cast<int>(at.x()), static_cast<int>(at.y())}});
        return ready.wait(10000) ? tiles.status() : imagery::TileLoader::Status();
    }

    QTemporaryDir m_folder;
    Pools m_pools;
};

void TestAnyRaster::heights_areMetres()
{
    test::Made made;
    made.type = GDT_Int16; // below the sea as well
    made.nodata = -32768;
    const auto file = make(u"dem.tif"_qs, made, [](int x, int y, int) { return x == 0 ? -32768 : 10 * (x - 32) + y; });
    auto scene = sceneOf({assetOf(u"data"_qs, file, {{u"elevation"_qs, u"elevation"_qs, {}}})}, u"cop-dem"_qs);
    scene.bbox = data::GeoBox {3, 45.1, 3.01, 45.2};
    const auto style = Look::defaultStyle(scene);
    const auto drawn = draw(scene, style);
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY2(drawn->radiometry.startsWith(u"DN in m"), qUtf8Printable(drawn->radiometry));
    QVERIFY(pixelAt(drawn->picture, 0.1, 0.5)[0] < 60 && pixelAt(drawn->picture, 0.9, 0.5)[0] > 200);
    QCOMPARE(pixelAt(drawn->picture, 0.005, 0.5)[3], 0); // nodata
    QCOMPARE(status(scene, style).quantity, u"m"_qs);
}

void TestAnyRaster::radar_isDrawnAsItStands()
{
    test::Made made;
    made.type = GDT_Float32;
    made.nodata = std::numeric_limits<double>::quiet_NaN();
    const auto file = make(u"vv.tif"_qs, made, [](int x, int y, int) { return y < 8 ? NAN : 0.001 * (x + 1); });
    auto scene = sceneOf({assetOf(u"vv"_qs, file, {{u"VV"_qs, u"vv"_qs, {}}})});
    scene.bbox = data::GeoBox {3, 45.1, 3.01, 45.2};
    const auto style = Look::defaultStyle(scene);
    const auto drawn = draw(scene, style);
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY(drawn->radiometry.contains(u"raw values"));
    QCOMPARE(pixelAt(drawn->picture, 0.5, 0.05)[3], 0);
    QVERIFY(pixelAt(drawn->picture, 0.05, 0.5)[0] < 40 && pixelAt(drawn->picture, 0.95, 0.5)[0] > 215);
    const auto said = status(scene, style);
    QCOMPARE(said.quantity, u"raw values"_qs);
    QVERIFY(!said.mayOverride && said.warning.isEmpty());
    scene.assets[0].unit = u"dB"_qs;
    QCOMPARE(status(scene, style).quantity, u"dB"_qs);
}

void TestAnyRaster::aerial_isDrawnInItsColours()
{
    test::Made made;
    made.type = GDT_Byte;
    made.bands = 4;
    // Red grows to the right, green downwards; blue is flat.
    const auto file = make(u"naip.tif"_qs, made, [](int x, int y, int band) {
        return band == 1 ? 3 * x : band == 2 ? 3 * y : band == 3 ? 100 : 200;
    });
    const auto scene = sceneOf({assetOf(u"image"_qs, file,
                                        {{u"Red"_qs, u"red"_qs, {}},
                                         {u"Green"_qs, u"green"_qs, {}},
                                         {u"Blue"_qs, u"blue"_qs, {}},
                                         {u"NIR"_qs, u"nir"_qs, {}}})},
                               u"naip"_qs);
    QVERIFY(!data::findBand(scene, u"image"_qs)); // which of the four?
    QCOMPARE(data::findBand(scene, u"image#4"_qs)->band.commonName, u"nir"_qs);
    for (const auto &style : {Look::defaultStyle(scene), Look::assetStyle(scene, u"image"_qs).value()}) {
        const auto drawn = draw(scene, style);
        QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
        const auto right = pixelAt(drawn->picture, 0.95, 0.05);
        const auto below = pixelAt(drawn->picture, 0.05, 0.95);
        QVERIFY(right[0] > 215 && right[1] < 40);
        QVERIFY(below[0] < 40 && below[1] > 215);
    }
}

void TestAnyRaster::ambiguousBand_isFoundByItsKey()
{
    // Two files whose bands have one name: only the first could be found by it.
    const auto first = make(u"before.tif"_qs, {}, [](int, int, int) { return 100; });
    const auto second = make(u"after.tif"_qs, {}, [](int, int, int) { return 700; });
    const auto scene = sceneOf(
        {assetOf(u"before"_qs, first, {{u"data"_qs, {}, {}}}), assetOf(u"after"_qs, second, {{u"data"_qs, {}, {}}})});
    const auto valueOf = [&](const QString &key) {
        const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{scene}}, nullptr);
        std::vector<QPointF> at {{500300, 4999700}};
        raster::Transform::create(u"EPSG:32631"_qs, u"EPSG:4326"_qs)->apply(at);
        const auto values = waitFor(
            imagery::valuesAt(m_pools, reader, Look::assetStyle(scene, key).value(), at[0].x(), at[0].y(), {}));
        return values ? values->front().value.value_or(-1) : -2;
    };
    QCOMPARE(valueOf(u"before"_qs), 100.0);
    QCOMPARE(valueOf(u"after"_qs), 700.0);
    QCOMPARE(data::findBand(scene, u"after"_qs)->asset->key, u"after"_qs);
    QCOMPARE(data::findBand(scene, u"data"_qs)->asset->key, u"before"_qs); // a band's name comes first
    QVERIFY(!data::findBand(scene, u"after#x"_qs) && !data::findBand(scene, u"later"_qs));
}

void TestAnyRaster::picture_isDrawnByItsKey()
{
    test::Made made;
    made.type = GDT_Byte;
    made.bands = 3;
    const auto file = make(u"tci.tif"_qs, made, [](int x, int, int band) { return band == 1 ? 4 * x : 50; });
    auto asset = assetOf(u"visual"_qs, file, {{u"TCI"_qs, {}, {}}}); // listed as one band, as Sentinel-2's is
    asset.roles = {u"visual"_qs};
    const auto scene = sceneOf({asset}, u"sentinel-2-l2a"_qs);
    const auto style = Look::assetStyle(scene, u"visual"_qs);
    QVERIFY(style && style->id == u"asset:visual");
    const auto drawn = draw(scene, *style);
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY(drawn->radiometry.contains(u"display values"));
    const auto right = pixelAt(drawn->picture, 0.95, 0.5);
    QVERIFY(right[0] > 215 && right[1] < 40);
    QCOMPARE(Look::defaultStyle(scene).id, u"asset:visual"_qs); // there is nothing else to look at
}

void TestAnyRaster::unknownKey_namesTheFiles()
{
    const auto file = make(u"a.tif"_qs, {}, [](int, int, int) { return 1; });
    const auto scene = sceneOf({assetOf(u"lake"_qs, file, {{u"lake"_qs, {}, {}}})});
    const auto style = Look::assetStyle(scene, u"sea"_qs);
    QVERIFY(!style);
    QVERIFY(style.error().message.contains(u"sea") && style.error().message.contains(u"lake"));
}

void TestAnyRaster::stretch_isLockedForTheScene()
{
    const auto file = make(u"slope.tif"_qs, {}, [](int x, int, int) { return 1000 + 10 * x; });
    const auto scene = sceneOf({assetOf(u"data"_qs, file, {{u"data"_qs, {}, {}}})});
    const auto style = Look::assetStyle(scene, u"data"_qs).value();
    const auto whole = draw(scene, style);
    QVERIFY(whole);
    const auto &box = whole->box;
    const double middle = box.west + box.width() / 2;
    // Its left half alone: as dark as in the whole, not stretched anew.
    const auto half = draw(scene, style, data::GeoBox {box.west, box.south, middle, box.north});
    QVERIFY(half);
    const int there = pixelAt(whole->picture, 0.45, 0.5)[0];
    const int here = pixelAt(half->picture, 0.9, 0.5)[0];
    QVERIFY2(std::abs(there - here) < 8, qPrintable(u"%1 and %2"_qs.arg(there).arg(here)));
}

void TestAnyRaster::turnedFile_isLaidNorthUp_data()
{
    QTest::addColumn<double>("angle");
    QTest::addColumn<double>("down"); // metres of northing for each row
    QTest::newRow("rotated") << 25.0 << -10.0;
    QTest::newRow("south-up") << 0.0 << 10.0;
}
void TestAnyRaster::turnedFile_isLaidNorthUp()
{
    QFETCH(double, angle);
    QFETCH(double, down);
    const double c = std::cos(angle * M_PI / 180);
    const double s = std::sin(angle * M_PI / 180);
    constexpr int patch = 8;
    const auto valueOf = [](int x, int y) { return 1000 + 10 * (x / patch) + y / patch; };
    test::Made made;
    made.transform = {500000, 10 * c, -down * s, 5000000, 10 * s, down * c};
    const auto file = make(u"turned-%1.tif"_qs.arg(angle), made, [&](int x, int y, int) { return valueOf(x, y); });
    const auto scene = sceneOf({assetOf(u"data"_qs, file, {{u"data"_qs, {}, {}}})});
    const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{scene}}, nullptr);
    const auto toDegrees = raster::Transform::create(u"EPSG:32631"_qs, u"EPSG:4326"_qs);
    const auto &t = made.transform;
    for (int y = patch / 2; y < made.height; y += patch) {
        for (int x = patch / 2; x < made.width; x += patch) {
            std::vector<QPointF> at {{t[0] + x * t[1] + y * t[2], t[3] + x * t[4] + y * t[5]}};
            toDegrees->apply(at);
            const auto values = waitFor(imagery::valuesAt(m_pools, reader, Look::assetStyle(scene, u"data"_qs).value(),
                                                          at[0].x(), at[0].y(), {}));
            QVERIFY2(values, values ? "" : qUtf8Printable(values.error().message));
            QCOMPARE(values->front().value, std::optional<double>(valueOf(x, y)));
        }
    }
    const auto drawn = draw(scene, Look::defaultStyle(scene));
    QVERIFY(drawn && drawn->notes.isEmpty());
}

void TestAnyRaster::complexNumbers_areRefused()
{
    test::Made made;
    made.type = GDT_CInt16;
    const auto file = make(u"slc.tif"_qs, made, [](int, int, int) { return 3; });
    const auto scene = sceneOf({assetOf(u"vv"_qs, file, {{u"vv"_qs, {}, {}}})});
    const auto drawn = draw(scene, Look::defaultStyle(scene));
    QVERIFY(!drawn);
    QCOMPARE(drawn.error().code, ErrorCode::Unsupported);
    QVERIFY(drawn.error().message.contains(u"complex"));
}

void TestAnyRaster::controlPoints_placeTheirPixels()
{
    // Flown to the south-east: turned by 30°, and known at a few points alone.
    constexpr int patch = 8;
    constexpr int size = 64;
    const auto valueOf = [](int x, int y) { return 1000 + 10 * (x / patch) + y / patch; };
    const auto placeOf = [](double x, double y) {
        const double c = std::cos(M_PI / 6) * 0.001;
        const double s = std::sin(M_PI / 6) * 0.001;
        return QPointF(10 + c * x - s * y, 0.5 - s * x - c * y);
    };
    const QString path = m_folder.filePath(u"flown.tif"_qs);
    {
        raster::initialise();
        auto *driver = GetGDALDriverManager()->GetDriverByName("GTiff");
        std::unique_ptr<GDALDataset> file(
            driver->Create(path.toUtf8().constData(), size, size, 1, GDT_UInt16, nullptr));
        std::vector<std::uint16_t> pixels;
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x)
                pixels.push_back(static_cast<std::uint16_t>(valueOf(x, y)));
        }
        QCOMPARE(file->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, size, size, pixels.data(), size, size, GDT_UInt16, 0,
                                                  0, nullptr),
                 CE_None);
        std::vector<GDAL_GCP> points(16);
        GDALInitGCPs(16, points.data());
        for (int i = 0; i < 16; ++i) {
            points[i].dfGCPPixel = i % 4 * size / 3.0;
            points[i].dfGCPLine = i / 4 * size / 3.0;
            const QPointF at = placeOf(points[i].dfGCPPixel, points[i].dfGCPLine);
            points[i].dfGCPX = at.x();
            points[i].dfGCPY = at.y();
        }
        OGRSpatialReference degrees;
        degrees.importFromEPSG(4326);
        degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        QCOMPARE(file->SetGCPs(16, points.data(), &degrees), CE_None);
        GDALDeinitGCPs(16, points.data());
    }
    const auto scene = sceneOf({assetOf(u"vv"_qs, QUrl::fromLocalFile(path), {{u"VV"_qs, u"vv"_qs, {}}})});
    const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{scene}}, nullptr);
    for (int y = patch / 2; y < size; y += patch) {
        for (int x = patch / 2; x < size; x += patch) {
            const QPointF at = placeOf(x, y);
            const auto values = waitFor(
                imagery::valuesAt(m_pools, reader, Look::defaultStyle(scene), at.x(), at.y(), {}));
            QVERIFY2(values, values ? "" : qUtf8Printable(values.error().message));
            QCOMPARE(values->front().value, std::optional<double>(valueOf(x, y)));
        }
    }
}

void TestAnyRaster::controlPointsAlone_areDrawnRoughly()
{
    if (test::sharedData().isEmpty())
        QSKIP("no recordings here");
    const QString path = test::sharedData() + u"/rasters/cog-fixtures/cog_gcps.tif";
    const auto scene = sceneOf({assetOf(u"vv"_qs, QUrl::fromLocalFile(path), {{u"VV"_qs, u"vv"_qs, {}}})},
                               u"sentinel-1-grd"_qs);
    const auto drawn = draw(scene, Look::defaultStyle(scene));
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY2(drawn->notes.join(u' ').contains(u"approximate"), qUtf8Printable(drawn->notes.join(u' ')));
    // A control point's own pixel lies where the point says; GDAL tells both.
    std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
    QVERIFY(file && file->GetGCPCount() > 10);
    const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{scene}}, nullptr);
    int near = 0;
    int looked = 0;
    for (int i = 0; i < file->GetGCPCount(); ++i) {
        const GDAL_GCP &point = file->GetGCPs()[i];
        const int x = static_cast<int>(point.dfGCPPixel);
        const int y = static_cast<int>(point.dfGCPLine);
        constexpr int reach = 3; // pixels
        if (x < reach || y < reach || x + reach >= file->GetRasterXSize() || y + reach >= file->GetRasterYSize())
            continue;
        QVERIFY(drawn->box.contains(point.dfGCPX, point.dfGCPY));
        std::array<float, 4 * reach * reach + 4 * reach + 1> around {};
        QCOMPARE(file->GetRasterBand(1)->RasterIO(GF_Read, x - reach, y - reach, 2 * reach + 1, 2 * reach + 1,
                                                  around.data(), 2 * reach + 1, 2 * reach + 1, GDT_Float32, 0, 0,
                                                  nullptr),
                 CE_None);
        const auto values = waitFor(
            imagery::valuesAt(m_pools, reader, Look::defaultStyle(scene), point.dfGCPX, point.dfGCPY, {}));
        QVERIFY(values);
        ++looked;
        if (const auto value = values->front().value) {
            near += std::find(around.begin(), around.end(), static_cast<float>(*value)) != around.end() ? 1 : 0;
        }
    }
    QVERIFY2(looked > 20 && near > looked * 8 / 10, qPrintable(u"%1 of %2"_qs.arg(near).arg(looked)));
}

void TestAnyRaster::jp2_readsLikeAnything()
{
    // The same ground as GeoTIFF and, without loss, as JPEG 2000 behind a server.
    const auto red = make(u"B04.tif"_qs, {}, [](int x, int, int) { return 300 + 10 * x; });
    const auto nir = make(u"B08.tif"_qs, {}, [](int, int y, int) { return 3000 + 10 * y; });
    test::FaultServer server;
    std::vector<data::Asset> here;
    std::vector<data::Asset> there;
    for (const auto &[name, common, tiff] :
         {std::tuple(u"B04"_qs, u"red"_qs, red), std::tuple(u"B08"_qs, u"nir"_qs, nir)}) {
        const QString jp2 = m_folder.filePath(name + u".jp2");
        test::makeJp2(tiff.toLocalFile(), jp2);
        server.on("/" + name.toLatin1() + ".jp2", reply(jp2));
        here.push_back(assetOf(name, tiff, {{name, common, {}}}));
        there.push_back(assetOf(name, server.url(u'/' + name + u".jp2"), {{name, common, {}}}));
    }
    auto local = sceneOf(here, u"sentinel-2-l1c"_qs);
    auto remote = sceneOf(there, u"sentinel-2-l1c"_qs);
    local.baseline = remote.baseline = u"02.07"_qs;
    const auto ndvi = *imagery::styleNamed(u"ndvi"_qs);
    const auto drawnHere = draw(local, ndvi);
    QVERIFY2(drawnHere, drawnHere ? "" : qUtf8Printable(drawnHere.error().message));
    const auto http = net::HttpClient::create();
    const auto reader = std::make_shared<imagery::SceneReader>(data::Acquisition {{remote}}, http->byteSources());
    const auto drawnThere = waitFor(imagery::preview(m_pools, reader, ndvi, {}, 128, 0, {}));
    QVERIFY2(drawnThere, drawnThere ? "" : qUtf8Printable(drawnThere.error().message));
    QVERIFY(drawnHere->picture.rgba == drawnThere->picture.rgba);
    QCOMPARE(drawnThere->radiometry, u"DN × 0.0001: baseline 02.07: no offset"_qs);
    QCOMPARE(pixelAt(drawnHere->picture, 0.5, 0.5)[3], 255);
}

void TestAnyRaster::jp2_realOneOverHttp()
{
    if (test::sharedData().isEmpty())
        QSKIP("no recordings here");
    const QString path = test::sharedData() + u"/rasters/s2-l1c-19UDP-preview-jp2/B04.jp2";
    test::FaultServer server;
    server.on("/B04.jp2", reply(path));
    const auto http = net::HttpClient::create();
    auto here = raster::Dataset::open(test::local(path));
    QVERIFY2(here, here ? "" : qUtf8Printable(here.error().message));
    auto there = raster::Dataset::open({{}, server.url(u"/B04.jp2"_qs), {}, 1}, http->byteSources().get());
    QVERIFY2(there, there ? "" : qUtf8Printable(there.error().message));
    const auto &info = here->info();
    const raster::Window whole {0, 0, info.width, info.height};
    const auto expected = here->read(1, whole, info.width, info.height);
    const auto read = there->read(1, whole, info.width, info.height);
    QVERIFY(expected && read);
    QVERIFY(read->values == expected->values);
    const auto numbers = test::readAll(path); // GDAL's own reading
    for (std::size_t i = 0; i < numbers.size(); i += 97)
        QCOMPARE(static_cast<double>(read->values[i]), numbers[i]);
    // It is a preview without a place: that is said, not guessed.
    const auto scene = sceneOf({assetOf(u"B04"_qs, QUrl::fromLocalFile(path), {{u"B04"_qs, u"red"_qs, {}}})});
    const auto drawn = draw(scene, Look::defaultStyle(scene));
    QVERIFY(!drawn && drawn.error().message.contains(u"no coordinate system"));
}

QTEST_GUILESS_MAIN(TestAnyRaster)
#include "tst_anyraster.moc"
