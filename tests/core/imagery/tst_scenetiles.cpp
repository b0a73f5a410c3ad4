// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using imagery::SceneTiles;

namespace {

/// The tile of this zoom level over the middle of the scene.
render::TileId tileOver(const data::Acquisition &scene, int z)
{
    const QPointF world = render::toWorld(scene.best().bbox->center().x(), scene.best().bbox->center().y());
    return {z, static_cast<int>(world.x() * (1 << z)), static_cast<int>(world.y() * (1 << z))};
}

} // namespace

class TestSceneTiles : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void tiles_come();
    void blank_isSaidOfAllInView();
    void style_repaintsWithoutReading();
    void leavingTheView_closesTransfers();
    void copyThatFails_isReplaced();
    void noCopyLeft_saysSoOnce();
    void destruction_whileReading();
    void cache_forgetsTheLongestUnused();

private:
    /// The same scene with every band at the server.
    data::Scene remote(const test::FaultServer &server) const;
    void serve(test::FaultServer &server) const;

    QTemporaryDir m_folder;
    data::Acquisition m_scene;
    Pools m_pools;
};

void TestSceneTiles::initTestCase()
{
    QVERIFY(!test::writeLandsat(m_folder.path()).isEmpty());
    auto opened = library::openLocal(m_folder.path());
    QVERIFY(opened);
    m_scene = std::move(*opened);
}

data::Scene TestSceneTiles::remote(const test::FaultServer &server) const
{
    data::Scene scene = m_scene.best();
    scene.provider = QStringLiteral("elsewhere");
    for (auto &asset : scene.assets)
        asset.href = server.url(u'/' + asset.href.fileName());
    return scene;
}

void TestSceneTiles::serve(test::FaultServer &server) const
{
    for (const auto &asset : m_scene.best().assets) {
        QFile file(asset.href.toLocalFile());
        QVERIFY(file.open(QIODevice::ReadOnly));
        test::Reply reply;
        reply.ranges = true;
        reply.body = file.readAll();
        server.on(QByteArray("/" + asset.href.fileName().toUtf8()), reply);
    }
}

void TestSceneTiles::tiles_come()
{
    SceneTiles tiles(m_scene, *imagery::styleNamed(QStringLiteral("true-color")), m_pools, nullptr);
    QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
    tiles.setVisible({tileOver(m_scene, 14), tileOver(m_scene, 13)});
    QTRY_COMPARE(ready.count(), 2);
    const auto picture = ready.front()[1].value<data::Picture>();
    QCOMPARE(picture.width, render::tileSize);
    QCOMPARE(tiles.status().ready, 2);
    QCOMPARE(tiles.status().quantity, QStringLiteral("reflectance"));
    QVERIFY(std::abs(tiles.bounds().west - m_scene.best().bbox->west) < 1e-9);
}

/// The right half of the scene is cloud. Tiles of level 19 are 76 m wide at the equator: these lie in one half each.
void TestSceneTiles::blank_isSaidOfAllInView()
{
    const data::GeoBox box = *m_scene.best().bbox;
    const QPointF middle = box.center();
    const auto tileAt = [&](double share) {
        const QPointF at = render::toWorld(box.west + share * (box.east - box.west), middle.y());
        const double count = std::exp2(19);
        return render::TileId {19, static_cast<int>(at.x() * count), static_cast<int>(at.y() * count)};
    };
    auto style = *imagery::styleNamed(QStringLiteral("true-color"));
    style.maskClouds = true;
    SceneTiles tiles(m_scene, style, m_pools, nullptr);
    tiles.setVisible({tileAt(0.8)});
    QCOMPARE(tiles.status().blank, imagery::Blank::None); // nobody knows yet
    QTRY_COMPARE(tiles.status().blank, imagery::Blank::Masked);
    tiles.setVisible({tileAt(0.8), tileAt(2)});
    QTRY_COMPARE(tiles.status().ready, 2);
    QCOMPARE(tiles.status().blank, imagery::Blank::Masked);
    tiles.setVisible({tileAt(2)});
    QCOMPARE(tiles.status().blank, imagery::Blank::NoData);
    tiles.setVisible({tileAt(0.8), tileAt(0.2)});
    QTRY_COMPARE(tiles.status().ready, 2);
    QCOMPARE(tiles.status().blank, imagery::Blank::None);
    tiles.setVisible({tileAt(0.8)});
    QCOMPARE(tiles.status().blank, imagery::Blank::Masked);
    style.maskClouds = false;
    tiles.setStyle(style);
    QTRY_COMPARE(tiles.status().ready, 1);
    QCOMPARE(tiles.status().blank, imagery::Blank::None);
}

void TestSceneTiles::style_repaintsWithoutReading()
{
    test::FaultServer server;
    serve(server);
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{remote(server)}}, *imagery::styleNamed(QStringLiteral("color-infrared")), m_pools, http);
    QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
    tiles.setVisible({tileOver(m_scene, 13)});
    QTRY_COMPARE(ready.count(), 1);
    const auto before = server.requests();
    QVERIFY(before > 0);
    tiles.setStyle(*imagery::styleNamed(QStringLiteral("ndvi"))); // its bands have been read
    QTRY_COMPARE(ready.count(), 2);
    QCOMPARE(server.requests(), before);
}

void TestSceneTiles::leavingTheView_closesTransfers()
{
    test::FaultServer server;
    serve(server);
    const QByteArray slow = "/"
        + data::findBand(m_scene.best(), QStringLiteral("red"))->asset->href.fileName().toUtf8();
    QFile file(data::findBand(m_scene.best(), QStringLiteral("red"))->asset->href.toLocalFile());
    QVERIFY(file.open(QIODevice::ReadOnly));
    test::Reply hang;
    hang.hang = true;
    server.on(slow, hang);
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{remote(server)}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    tiles.setVisible({tileOver(m_scene, 13)});
    QTRY_VERIFY(server.requests(slow) > 0);
    QTRY_VERIFY(http->counters().openTransfers > 0);
    // Another style: what was being opened for the old one ends.
    tiles.setVisible({});
    tiles.setStyle(*imagery::styleNamed(QStringLiteral("ndwi")));
    QTRY_COMPARE(http->counters().openTransfers, 0);
}

void TestSceneTiles::copyThatFails_isReplaced()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", [gone](const test::SeenRequest &, int) { return gone; });
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{remote(server), m_scene.best()}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    tiles.setVisible({tileOver(m_scene, 13)});
    QTRY_COMPARE(ready.count(), 1);
    QCOMPARE(failed.count(), 0);
    QCOMPARE(tiles.status().copy, QStringLiteral("local"));
    QCOMPARE(tiles.status().notes.size(), 1);
}

void TestSceneTiles::noCopyLeft_saysSoOnce()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", [gone](const test::SeenRequest &, int) { return gone; });
    const auto http = net::HttpClient::create();
    SceneTiles tiles({{remote(server)}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    tiles.setVisible({tileOver(m_scene, 13), tileOver(m_scene, 14)});
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(!failed.front()[0].value<Error>().message.isEmpty());
    QCOMPARE(tiles.status().ready, 0);
}

void TestSceneTiles::destruction_whileReading()
{
    test::FaultServer server;
    test::Reply hang;
    hang.hang = true;
    server.on("*", [hang](const test::SeenRequest &, int) { return hang; });
    const auto http = net::HttpClient::create();
    {
        SceneTiles tiles({{remote(server)}}, *imagery::styleNamed(QStringLiteral("ndvi")), m_pools, http);
        tiles.setVisible({tileOver(m_scene, 13)});
        QTRY_VERIFY(server.requests() > 0);
    }
    QTRY_COMPARE(http->counters().openTransfers, 0);
}

void TestSceneTiles::cache_forgetsTheLongestUnused()
{
    imagery::TileCache cache(3 * 16 * sizeof(float));
    const auto key = [](int x) { return imagery::TileCache::Key({5, x, 0}, QStringLiteral("red")); };
    for (int x = 0; x < 3; ++x)
        cache.insert(key(x), data::Block(4, 4));
    QVERIFY(cache.find(key(0)));
    cache.insert(key(3), data::Block(4, 4));
    QVERIFY(cache.find(key(0)));
    QVERIFY(!cache.find(key(1)));
    QCOMPARE(cache.bytes(), 3 * 16 * sizeof(float));
}

QTEST_GUILESS_MAIN(TestSceneTiles)
#include "tst_scenetiles.moc"
