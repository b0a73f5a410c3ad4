// SPDX-License-Identifier: Apache-2.0
// How much of an area a scene shows: counted here a second time, pixel by pixel, from the numbers that were written.
#include "core/imagery/clearsky.h"
#include "core/net/httpclient.h"
#include "core/raster/geodesy.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;
using imagery::ClearSkies;

namespace {

/// SCL over 64 × 48 pixels: no data in the left eighth, cloud in the upper half of the rest save a clear corner, and
/// one pixel of each class in a row.
int sclAt(int x, int y)
{
    if (x < 8)
        return 0;
    if (y == 40 && x >= 20 && x < 32)
        return x - 20;
    return y < 24 && x < 50 ? 9 : 4;
}

bool isClear(int scl)
{
    switch (scl) {
    case 2: // dark, vegetation, bare, water, unclassified, snow
    case 4:
    case 5:
    case 6:
    case 7:
    case 11:
        return true;
    default:
        return false;
    }
}

data::GeoBox boxOf(const data::Grid &grid) { return *raster::boundsInDegrees(grid); }

data::Scene sceneOf(const QUrl &mask, const QString &band = QStringLiteral("SCL"))
{
    data::Scene scene;
    scene.provider = QStringLiteral("test");
    scene.id = QStringLiteral("scene");
    data::Asset asset;
    asset.key = band;
    asset.href = mask;
    asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
    asset.bands = {{band, band.toLower(), 20.0}};
    scene.assets = {asset};
    return scene;
}

/// Counted with a transform of its own: the share of the pixels whose centre lies in the area.
data::ClearSky counted(const data::Grid &grid, const data::GeoBox &box, const data::Rings &area,
                       const std::function<int(int, int)> &scl)
{
    const auto toDegrees = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326")).value();
    int inside = 0;
    int covered = 0;
    int clear = 0;
    constexpr int margin = 80; // around the file, for areas that reach beyond it
    for (int y = -margin; y < grid.height + margin; ++y) {
        for (int x = -margin; x < grid.width + margin; ++x) {
            std::vector<QPointF> p {
                {grid.originX + (x + 0.5) * grid.pixelWidth, grid.originY - (y + 0.5) * grid.pixelHeight}};
            toDegrees.apply(p);
            if (!box.contains(p[0].x(), p[0].y()) || (!area.empty() && !data::contains(area, p[0].x(), p[0].y())))
                continue;
            ++inside;
            if (x < 0 || y < 0 || x >= grid.width || y >= grid.height || scl(x, y) == 0)
                continue;
            ++covered;
            clear += isClear(scl(x, y)) ? 1 : 0;
        }
    }
    return {100.0 * clear / inside, 100.0 * covered / inside, {}};
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

test::Reply fileReply(const QByteArray &body)
{
    test::Reply reply;
    reply.body = body;
    reply.ranges = true;
    reply.headers = {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}};
    return reply;
}

} // namespace

class TestClearSky : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void box_isCounted();
    void polygon_isCounted();
    void polygonAroundTheBox_isTheBox();
    void partlyCovered_countsWhatTheFileLacks();
    void farAway_isNotCovered();
    void smallerThanAPixel_isThatPixel();
    void antimeridian();
    void qaPixel_bits_data();
    void qaPixel_bits();
    void largeMask_readsAnOverview();
    void remote_costsLittleAndOnce();
    void secondRun_readsTheFile();
    void brokenFile_isNoTrouble();
    void copyThatFails_isReplaced();
    void copiesWithoutAWay_areSaid();
    void stop_settlesAtOnce();
    void fewAtATime();

private:
    [[nodiscard]] Result<data::ClearSky> ask(const data::Scene &scene, const data::GeoBox &box,
                                             const data::Rings &area = {})
    {
        ClearSkies skies(m_pools, nullptr, {});
        return waitFor(skies.of({{scene}}, box, area, {}));
    }
    void compare(const Result<data::ClearSky> &told, const data::ClearSky &expected)
    {
        QVERIFY2(told, told ? "" : qUtf8Printable(told.error().message));
        QVERIFY2(std::abs(told->clear - expected.clear) < 1e-9,
                 qPrintable(QStringLiteral("%1, not %2").arg(told->clear).arg(expected.clear)));
        QVERIFY2(std::abs(told->covered - expected.covered) < 1e-9,
                 qPrintable(QStringLiteral("%1, not %2").arg(told->covered).arg(expected.covered)));
    }
    [[nodiscard]] QString path(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    Pools m_pools;
    data::Grid m_grid = test::utmGrid();
    data::Scene m_scene;
};

void TestClearSky::initTestCase()
{
    QVERIFY(test::writeBand(path(u"scl.tif"_qs), m_grid, sclAt));
    m_scene = sceneOf(QUrl::fromLocalFile(path(u"scl.tif"_qs)));
}

void TestClearSky::box_isCounted()
{
    const auto box = boxOf(raster::windowOf(m_grid, 4, 6, 50, 40));
    const auto told = ask(m_scene, box);
    compare(told, counted(m_grid, box, {}, sclAt));
    QCOMPARE(told->source, u"SCL at 30 m"_qs);
    QVERIFY(told->clear > 20 && told->clear < 60);
}

void TestClearSky::polygon_isCounted()
{
    const auto box = boxOf(raster::windowOf(m_grid, 4, 4, 56, 40));
    const QPointF c = box.center();
    const data::Rings area {{{box.west, c.y()}, {c.x(), box.north}, {box.east, c.y()}, {c.x(), box.south}}};
    const auto told = ask(m_scene, box, area);
    compare(told, counted(m_grid, box, area, sclAt));
    QVERIFY(told->covered > ask(m_scene, box)->covered); // the corners without data are cut off
}

void TestClearSky::polygonAroundTheBox_isTheBox()
{
    const auto box = boxOf(raster::windowOf(m_grid, 20, 26, 20, 10));
    const data::Rings around {{{box.west - 1, box.south - 1},
                               {box.east + 1, box.south - 1},
                               {box.east + 1, box.north + 1},
                               {box.west - 1, box.north + 1}}};
    const auto told = ask(m_scene, box, around);
    QVERIFY(told);
    QCOMPARE(told->covered, 100.0);
    QCOMPARE(told->clear, 100.0);
    compare(told, *ask(m_scene, box));
}

void TestClearSky::partlyCovered_countsWhatTheFileLacks()
{
    data::Grid shifted = m_grid; // half of it east of the file
    shifted.originX += 32 * shifted.pixelWidth;
    const auto box = boxOf(shifted);
    const auto told = ask(m_scene, box);
    compare(told, counted(m_grid, box, {}, sclAt));
    QVERIFY(told->covered > 40 && told->covered < 60);
}

void TestClearSky::farAway_isNotCovered()
{
    const auto told = ask(m_scene, {10, 50, 10.1, 50.1});
    QVERIFY(told);
    QCOMPARE(told->covered, 0.0);
    QCOMPARE(told->clear, 0.0);
}

void TestClearSky::smallerThanAPixel_isThatPixel()
{
    const auto at = [&](int x, int y) {
        const auto pixel = boxOf(raster::windowOf(m_grid, x, y, 1, 1));
        const QPointF c = pixel.center() + QPointF(pixel.width() / 5, 0);
        return ask(m_scene, {c.x() - 1e-6, c.y() - 1e-6, c.x() + 1e-6, c.y() + 1e-6});
    };
    QCOMPARE(at(30, 30)->clear, 100.0);
    QCOMPARE(at(30, 10)->clear, 0.0);
    QCOMPARE(at(30, 10)->covered, 100.0);
    QCOMPARE(at(3, 10)->covered, 0.0);
}

void TestClearSky::antimeridian()
{
    // UTM zone 1 around 180° west: x = 500000 lies at 177° W.
    data::Grid grid = test::utmGrid(64, 48, 500);
    grid.crs = u"EPSG:32701"_qs;
    grid.originX = 170000;
    grid.originY = 8000000;
    const QString file = path(u"date-line.tif"_qs);
    QVERIFY(test::writeBand(file, grid, [](int x, int) { return x < 16 ? 9 : 4; }));
    const auto toDegrees = raster::Transform::create(grid.crs, u"EPSG:4326"_qs).value();
    std::vector<QPointF> corners {{grid.originX + 500, grid.originY - 23000},
                                  {grid.originX + 31000, grid.originY - 500}};
    toDegrees.apply(corners);
    const data::GeoBox box {corners[0].x(), corners[0].y(), corners[1].x(), corners[1].y()};
    QVERIFY2(box.crossesAntimeridian(), qPrintable(box.toString()));
    compare(ask(sceneOf(QUrl::fromLocalFile(file)), box),
            counted(grid, box, {}, [](int x, int) { return x < 16 ? 9 : 4; }));
    const data::Rings area = box.rings();
    compare(ask(sceneOf(QUrl::fromLocalFile(file)), box, area),
            counted(grid, box, area, [](int x, int) { return x < 16 ? 9 : 4; }));
}

void TestClearSky::qaPixel_bits_data()
{
    QTest::addColumn<int>("value");
    QTest::addColumn<double>("clear");
    QTest::addColumn<double>("covered");
    QTest::newRow("clear land") << 21824 << 100.0 << 100.0;
    QTest::newRow("water") << 21952 << 100.0 << 100.0;
    QTest::newRow("snow") << 30048 << 100.0 << 100.0;
    QTest::newRow("fill") << 1 << 0.0 << 0.0;
    QTest::newRow("dilated cloud") << 21826 << 0.0 << 100.0;
    QTest::newRow("cirrus") << 54596 << 0.0 << 100.0;
    QTest::newRow("cloud") << 22280 << 0.0 << 100.0;
    QTest::newRow("shadow") << 23888 << 0.0 << 100.0;
}
void TestClearSky::qaPixel_bits()
{
    QFETCH(int, value);
    const QString file = path(u"qa-%1.tif"_qs.arg(value));
    QVERIFY(test::writeBand(file, m_grid, [value](int, int) { return value; }));
    const auto told = ask(sceneOf(QUrl::fromLocalFile(file), u"QA_PIXEL"_qs),
                          boxOf(raster::windowOf(m_grid, 9, 9, 9, 9)));
    QVERIFY2(told, told ? "" : qUtf8Printable(told.error().message));
    QTEST(told->clear, "clear");
    QTEST(told->covered, "covered");
    QVERIFY(told->source.startsWith(u"QA_PIXEL"));
}

void TestClearSky::largeMask_readsAnOverview()
{
    const data::Grid grid = test::utmGrid(2048, 1536, 20);
    const auto halves = [](int x, int) { return x < 1024 ? 8 : 5; };
    const QString file = path(u"large.tif"_qs);
    QVERIFY(test::writeBand(file, grid, halves));
    // The box of the grid in degrees is wider than the grid: a little of it lies outside.
    const auto whole = ask(sceneOf(QUrl::fromLocalFile(file)), boxOf(raster::windowOf(grid, 256, 256, 1536, 1024)));
    QVERIFY2(whole, whole ? "" : qUtf8Printable(whole.error().message));
    QCOMPARE(whole->covered, 100.0);
    QVERIFY(std::abs(whole->clear - 50) < 1);
    QCOMPARE(whole->source, u"SCL at 80 m"_qs); // the coarsest overview there is
    const auto field = ask(sceneOf(QUrl::fromLocalFile(file)), boxOf(raster::windowOf(grid, 900, 700, 200, 200)));
    QCOMPARE(field->source, u"SCL at 20 m"_qs);
}

void TestClearSky::remote_costsLittleAndOnce()
{
    const data::Grid grid = test::utmGrid(2048, 2048, 20);
    // Noise, so that no part of it compresses away.
    const auto noisy = [](int x, int y) {
        const auto n = static_cast<quint32>(x * 7919 + y * 104729) * 2654435761U;
        return static_cast<int>((n >> 20) % 8) + 4;
    };
    QVERIFY(test::writeBand(path(u"remote.tif"_qs), grid, noisy));
    test::FaultServer server;
    server.on("/scl.tif", fileReply(bytesOf(path(u"remote.tif"_qs))));
    const auto http = net::HttpClient::create();
    ClearSkies skies(m_pools, http->byteSources(), {});
    const data::Acquisition scene {{sceneOf(server.url(u"/scl.tif"_qs))}};
    const auto box = boxOf(raster::windowOf(grid, 300, 300, 1500, 1500));
    const auto told = waitFor(skies.of(scene, box, {}, {}));
    QVERIFY2(told, told ? "" : qUtf8Printable(told.error().message));
    QVERIFY2(server.requests() <= 3, qPrintable(QString::number(server.requests())));
    const int before = server.requests();
    const auto again = waitFor(skies.of(scene, box, {}, {}));
    QCOMPARE(again.value(), *told);
    QCOMPARE(server.requests(), before);
    // Another area of the same mask is another question.
    const auto corner = boxOf(raster::windowOf(grid, 10, 10, 100, 100));
    compare(waitFor(skies.of(scene, corner, {}, {})), counted(test::utmGrid(200, 200, 20), corner, {}, noisy));
}

void TestClearSky::secondRun_readsTheFile()
{
    QTemporaryDir cache;
    test::FaultServer server;
    server.on("/scl.tif", fileReply(bytesOf(path(u"scl.tif"_qs))));
    const data::Acquisition scene {{sceneOf(server.url(u"/scl.tif"_qs))}};
    const auto box = boxOf(m_grid);
    Result<data::ClearSky> first = cancelled();
    {
        const auto http = net::HttpClient::create();
        ClearSkies skies(m_pools, http->byteSources(), cache.path());
        first = waitFor(skies.of(scene, box, {}, {}));
        QVERIFY(first);
        m_pools.io.waitForDone();
    }
    const int before = server.requests();
    const auto http = net::HttpClient::create();
    ClearSkies skies(m_pools, http->byteSources(), cache.path());
    const auto second = waitFor(skies.of(scene, box, {}, {}));
    QVERIFY(second);
    QVERIFY(std::abs(second->clear - first->clear) < 1e-9 && second->source == first->source);
    QCOMPARE(server.requests(), before);
    // No address, signed or not, is written down.
    QVERIFY(!bytesOf(cache.filePath(u"clear-sky.json"_qs)).contains("127.0.0.1"));
}

void TestClearSky::brokenFile_isNoTrouble()
{
    for (const QByteArray &text :
         {QByteArray(
              "{\"areas\": [{\"key\": 5, \"clear\": \"x\"}, {\"key\": \"a\", \"clear\": 400, \"covered\": 1}, 7]}"),
          QByteArray("[]"), QByteArray("no JSON"), QByteArray("{\"areas\": 3}")}) {
        QTemporaryDir cache;
        QFile file(cache.filePath(u"clear-sky.json"_qs));
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
        file.close();
        ClearSkies skies(m_pools, nullptr, cache.path());
        QVERIFY(waitFor(skies.of({{m_scene}}, boxOf(m_grid), {}, {})));
        m_pools.io.waitForDone();
    }
}

void TestClearSky::copyThatFails_isReplaced()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", gone);
    const auto http = net::HttpClient::create();
    ClearSkies skies(m_pools, http->byteSources(), {});
    data::Scene login = m_scene;
    login.assets[0].access = data::Access::Login;
    const data::Acquisition copies {{login, sceneOf(server.url(u"/scl.tif"_qs)), m_scene}};
    const auto box = boxOf(m_grid);
    const auto told = waitFor(skies.of(copies, box, {}, {}));
    compare(told, counted(m_grid, box, {}, sclAt));
    QCOMPARE(server.requests(), 1);
    const auto broken = waitFor(skies.of({{copies.copies[1]}}, box, {}, {}));
    QVERIFY(!broken);
    QCOMPARE(broken.error().code, ErrorCode::NotFound);
}

void TestClearSky::copiesWithoutAWay_areSaid()
{
    data::Scene bare = m_scene;
    bare.assets.clear();
    const auto none = ask(bare, boxOf(m_grid));
    QCOMPARE(none.error().code, ErrorCode::Unsupported);
    QVERIFY(none.error().message.contains(u"has no cloud mask"));
    data::Scene login = m_scene;
    login.assets[0].access = data::Access::Login;
    login.assets[0].href = QUrl(u"https://example.com/scl.tif"_qs);
    const auto closed = ask(login, boxOf(m_grid));
    QCOMPARE(closed.error().code, ErrorCode::Unauthorized);
    QVERIFY2(closed.error().message.contains(u"needs a login"), qUtf8Printable(closed.error().message));
    QCOMPARE(ask(m_scene, {}).error().code, ErrorCode::InvalidInput);
}

void TestClearSky::stop_settlesAtOnce()
{
    test::FaultServer server;
    test::Reply hang;
    hang.hang = true;
    server.on("*", hang);
    const auto http = net::HttpClient::create();
    ClearSkies skies(m_pools, http->byteSources(), {});
    StopSource stop;
    const auto running = skies.of({{sceneOf(server.url(u"/a.tif"_qs))}}, boxOf(m_grid), {}, stop.get_token());
    const auto second = skies.of({{sceneOf(server.url(u"/b.tif"_qs))}}, boxOf(m_grid), {}, stop.get_token());
    const auto waiting = skies.of({{sceneOf(server.url(u"/c.tif"_qs))}}, boxOf(m_grid), {}, stop.get_token());
    QTRY_COMPARE(server.requests(), 2);
    QVERIFY(!running.isFinished() && !waiting.isFinished());
    stop.request_stop();
    for (const auto &future : {running, second, waiting}) {
        QVERIFY(future.isFinished());
        QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
    }
    // What was stopped has made room.
    server.on("/d.tif", fileReply(bytesOf(path(u"scl.tif"_qs))));
    QVERIFY(waitFor(skies.of({{sceneOf(server.url(u"/d.tif"_qs))}}, boxOf(m_grid), {}, {})));
    QCOMPARE(server.requests("/c.tif"), 0);
}

void TestClearSky::fewAtATime()
{
    test::FaultServer server;
    auto reply = fileReply(bytesOf(path(u"scl.tif"_qs)));
    reply.delayMs = 30;
    server.on("*", reply);
    const auto http = net::HttpClient::create();
    ClearSkies skies(m_pools, http->byteSources(), {});
    std::vector<Future<data::ClearSky>> all;
    for (int i = 0; i < 8; ++i)
        all.push_back(skies.of({{sceneOf(server.url(u"/%1.tif"_qs.arg(i)))}}, boxOf(m_grid), {}, {}));
    for (const auto &one : all)
        QVERIFY(waitFor(one));
    QVERIFY2(server.peakBusy() <= 2, qPrintable(QString::number(server.peakBusy())));
}

QTEST_GUILESS_MAIN(TestClearSky)
#include "tst_clearsky.moc"
