// SPDX-License-Identifier: Apache-2.0
// What a view of a scene costs at the server, and that tiles read together are what they are alone.
#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/raster/geodesy.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <map>

using namespace astra;
using imagery::SceneTiles;

namespace {

constexpr int side = 2048;

/// Repeats nowhere, so that it compresses as badly as real pixels do.
double rough(int x, int y)
{
    auto n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U;
    n = (n ^ (n >> 13)) * 1274126177U;
    return 1000 + static_cast<double>((n >> 16) % 2000);
}

/// Bends slowly: a tile read another way would show.
double smooth(int x, int y) { return 4000 + 0.9 * x + 0.4 * y; }

data::Scene sceneOf(const std::vector<std::pair<QString, QUrl>> &bands, const data::Grid &grid)
{
    data::Scene scene;
    scene.provider = QStringLiteral("test");
    scene.id = QStringLiteral("scene");
    scene.bbox = *raster::boundsInDegrees(grid);
    scene.footprint = scene.bbox->rings();
    for (const auto &[name, href] : bands) {
        data::Asset asset;
        asset.key = name;
        asset.href = href;
        asset.roles = {QStringLiteral("data")};
        asset.bands = {{name, name, 10.0}};
        asset.stated = data::Radiometry {0.0001, 0, 0.0, QStringLiteral("reflectance"), QStringLiteral("test")};
        scene.assets.push_back(asset);
    }
    return scene;
}

std::vector<render::TileId> tilesOver(const data::Scene &scene, int z)
{
    const auto box = *scene.bbox;
    const QPointF a = render::toWorld(box.west, box.north) * (1 << z);
    const QPointF b = render::toWorld(box.east, box.south) * (1 << z);
    std::vector<render::TileId> tiles;
    for (int y = static_cast<int>(a.y()); y <= static_cast<int>(b.y()); ++y) {
        for (int x = static_cast<int>(a.x()); x <= static_cast<int>(b.x()); ++x)
            tiles.push_back({z, x, y});
    }
    return tiles;
}

std::map<render::TileId, data::Picture> picturesOf(const QSignalSpy &ready)
{
    std::map<render::TileId, data::Picture> pictures;
    for (const auto &one : ready)
        pictures[one[0].value<render::TileId>()] = one[1].value<data::Picture>();
    return pictures;
}

} // namespace

class TestFirstView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void wholeScene_costsTwoRequestsABand();
    void pixelEvidence_costsOneRequestAtMost();
    void together_isAsAlone();
    void partOfTheViewStays_readGoesOn();
    void nothingStays_transfersEnd();
    void badSpot_sparesTheTilesAround();

private:
    data::Scene served(test::FaultServer &server, const test::Reply &first, const test::Reply &later) const;

    QTemporaryDir m_folder;
    const data::Grid m_grid = test::utmGrid(side, side, 10);
    Pools m_pools;
    qint64 m_halfFile = 0; ///< header and overviews, as a file of their own
};

void TestFirstView::initTestCase()
{
    QVERIFY(test::writeBand(m_folder.filePath(QStringLiteral("rough.tif")), m_grid, rough));
    QVERIFY(test::writeBand(m_folder.filePath(QStringLiteral("smooth.tif")), m_grid, smooth));
    const QString half = m_folder.filePath(QStringLiteral("half.tif"));
    QVERIFY(test::writeBand(half, test::utmGrid(side / 2, side / 2, 20), [](int x, int y) {
        return (rough(2 * x, 2 * y) + rough(2 * x + 1, 2 * y) + rough(2 * x, 2 * y + 1) + rough(2 * x + 1, 2 * y + 1))
            / 4;
    }));
    m_halfFile = QFile(half).size();
}

/// Red and near infrared at the server, of the same pixels.
data::Scene TestFirstView::served(test::FaultServer &server, const test::Reply &first, const test::Reply &later) const
{
    QFile file(m_folder.filePath(QStringLiteral("rough.tif")));
    const QByteArray body = file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    const auto script = [=](const test::SeenRequest &, int nth) {
        test::Reply reply = nth == 0 ? first : later;
        reply.ranges = true;
        reply.body = body;
        return reply;
    };
    server.on("/red.tif", script);
    server.on("/nir.tif", script);
    return sceneOf({{QStringLiteral("red"), server.url(QStringLiteral("/red.tif"))},
                    {QStringLiteral("nir"), server.url(QStringLiteral("/nir.tif"))}},
                   m_grid);
}

void TestFirstView::wholeScene_costsTwoRequestsABand()
{
    test::FaultServer server;
    test::Reply late;
    late.delayMs = 50;
    const data::Scene scene = served(server, late, late);
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{scene}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    const auto view = tilesOver(scene, 12); // some 35 m a pixel: the overview of 20 m is the one to read
    QVERIFY(view.size() >= 6 && view.size() <= 16);
    tiles.setVisible(view);
    QTRY_COMPARE(tiles.status().ready, static_cast<int>(view.size()));
    QCOMPARE(server.requests("/red.tif"), 2);
    QCOMPARE(server.requests("/nir.tif"), 2);
    // The file of half the size holds a smaller overview too, a quarter more.
    const qint64 perBand = server.bodyBytesSent() / 2;
    QVERIFY2(perBand * 10 < m_halfFile * 12, qPrintable(QString::number(perBand)));
    QVERIFY(perBand * 10 > m_halfFile * 7); // not from a coarser one
}

void TestFirstView::pixelEvidence_costsOneRequestAtMost()
{
    test::FaultServer server;
    data::Scene scene = served(server, {}, {});
    scene.product = QStringLiteral("sentinel-2-l2a");
    scene.baseline = QStringLiteral("05.11");
    for (auto &asset : scene.assets)
        asset.stated->offset = -0.1;
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{scene}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    const auto view = tilesOver(scene, 12);
    tiles.setVisible(view);
    QTRY_COMPARE(tiles.status().ready, static_cast<int>(view.size()));
    QVERIFY2(server.requests("/red.tif") <= 3, qPrintable(QString::number(server.requests("/red.tif"))));
    QCOMPARE(server.requests("/nir.tif"), 2);
    QVERIFY(tiles.status().mayOverride);
    // Another style of the same bands asks no more.
    const int before = server.requests("/red.tif");
    auto grey = tiles.style();
    grey.ramp = QStringLiteral("greys");
    tiles.setStyle(grey);
    tiles.setVisible(view);
    QTRY_COMPARE(tiles.status().ready, static_cast<int>(view.size()));
    QCOMPARE(server.requests("/red.tif"), before);
}

void TestFirstView::together_isAsAlone()
{
    const auto file = QUrl::fromLocalFile(m_folder.filePath(QStringLiteral("smooth.tif")));
    const data::Scene scene = sceneOf(
        {{QStringLiteral("red"), file}, {QStringLiteral("green"), file}, {QStringLiteral("blue"), file}}, m_grid);
    const auto style = *imagery::styleNamed(QStringLiteral("true-color"));
    const auto view = tilesOver(scene, 12);
    SceneTiles together({{scene}}, style, m_pools, nullptr);
    QSignalSpy ready(&together, &imagery::TileLoader::tileReady);
    together.setVisible(view);
    QTRY_COMPARE(ready.count(), static_cast<int>(view.size()));
    for (const auto &[tile, picture] : picturesOf(ready)) {
        SceneTiles alone({{scene}}, style, m_pools, nullptr);
        QSignalSpy one(&alone, &imagery::TileLoader::tileReady);
        alone.setVisible({tile});
        QTRY_COMPARE(one.count(), 1);
        const auto other = one.front()[1].value<data::Picture>();
        QCOMPARE(picture.rgba.size(), other.rgba.size());
        int worst = 0;
        int transparent = 0;
        for (std::size_t i = 0; i < picture.rgba.size(); i += 4) {
            if (picture.rgba[i + 3] != other.rgba[i + 3]) {
                ++transparent; // the scene's outermost pixels, a hair's breadth within or without
                continue;
            }
            worst = std::max(worst, std::abs(picture.rgba[i] - other.rgba[i]));
        }
        QVERIFY2(worst <= 1, qPrintable(QString::number(worst)));
        QVERIFY2(transparent <= render::tileSize / 2, qPrintable(QString::number(transparent)));
    }
}

void TestFirstView::partOfTheViewStays_readGoesOn()
{
    test::FaultServer server;
    test::Reply late;
    late.delayMs = 100;
    const data::Scene scene = served(server, {}, late);
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{scene}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    auto view = tilesOver(scene, 12);
    tiles.setVisible(view);
    QTRY_COMPARE(server.requests(), 4); // the tiles' bytes are on their way
    view.pop_back();
    tiles.setVisible(view);
    QTRY_COMPARE(tiles.status().ready, static_cast<int>(view.size()));
    QCOMPARE(server.requests(), 4);
}

void TestFirstView::nothingStays_transfersEnd()
{
    test::FaultServer server;
    test::Reply hang;
    hang.hang = true;
    const data::Scene scene = served(server, {}, hang);
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{scene}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    tiles.setVisible(tilesOver(scene, 12));
    QTRY_COMPARE(server.requests(), 4);
    QCOMPARE(http->counters().openTransfers, 2);
    tiles.setVisible({});
    QTRY_COMPARE(http->counters().openTransfers, 0);
    QCOMPARE(failed.count(), 0);
}

void TestFirstView::badSpot_sparesTheTilesAround()
{
    // The last tile of the full resolution, the south-east corner, stands at the end of the file.
    const QString path = m_folder.filePath(QStringLiteral("bad.tif"));
    QVERIFY(QFile::copy(m_folder.filePath(QStringLiteral("rough.tif")), path));
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 100'000));
    QCOMPARE(file.write(QByteArray(50'000, '\xff')), 50'000);
    file.close();
    const data::Scene scene = sceneOf(
        {{QStringLiteral("red"), QUrl::fromLocalFile(path)}, {QStringLiteral("nir"), QUrl::fromLocalFile(path)}},
        m_grid);
    SceneTiles tiles({{scene}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, nullptr);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
    const auto all = tilesOver(scene, 13); // 17 m a pixel: the full resolution
    std::vector<render::TileId> view;
    for (const auto &tile : all) { // four by four of them, the south-east corner among these
        if (tile.x > all.back().x - 4 && tile.y > all.back().y - 4)
            view.push_back(tile);
    }
    QCOMPARE(view.size(), 16U);
    tiles.setVisible(view);
    QTRY_COMPARE(failed.count(), 1);
    QTRY_VERIFY(picturesOf(ready).size() >= 9);
    QVERIFY(!picturesOf(ready).contains(all.back()));
    QVERIFY(picturesOf(ready).contains(view.front()));
}

QTEST_GUILESS_MAIN(TestFirstView)
#include "tst_firstview.moc"
