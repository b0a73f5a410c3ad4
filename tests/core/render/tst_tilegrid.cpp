// SPDX-License-Identifier: Apache-2.0
#include "core/render/tilegrid.h"

#include <QSet>
#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::render;

namespace {

Camera cameraAt(double longitude, double latitude, double zoom, double width, double height)
{
    const QPointF world = toWorld(longitude, latitude);
    return {world.x(), world.y(), zoom, width, height};
}

bool near(double a, double b, double tolerance) { return std::abs(a - b) <= tolerance; }

} // namespace

class tst_TileGrid : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void world_knownPlaces()
    {
        // From EPSG:3857 by its formula: lon 2.3522, lat 48.8566 is x 261845.706, y 6250564.350 (half world
        // 20037508.342789).
        const QPointF paris = toWorld(2.3522, 48.8566);
        QVERIFY(near(paris.x(), 0.5 + 261845.706 / 40075016.685578, 1e-9));
        QVERIFY(near(paris.y(), 0.5 - 6250564.350 / 40075016.685578, 1e-9));
        QCOMPARE(toWorld(0, 0), QPointF(0.5, 0.5));
        QVERIFY(near(toWorld(0, 90).y(), 0, 1e-9)); // beyond the square world: its edge
        QVERIFY(near(toWorld(0, -90).y(), 1, 1e-9));
    }

    void world_roundTrip()
    {
        for (double longitude = -180; longitude <= 180; longitude += 22.5) {
            for (double latitude = -85; latitude <= 85; latitude += 17) {
                const QPointF w = toWorld(longitude, latitude);
                const QPointF back = fromWorld(w.x(), w.y());
                QVERIFY(near(back.x(), longitude, 1e-9) && near(back.y(), latitude, 1e-9));
            }
        }
    }

    void camera_roundTrip()
    {
        const auto camera = cameraAt(11.5, 47.25, 9.4, 900, 600);
        for (const QPointF view : {QPointF(0, 0), QPointF(450, 300), QPointF(899, 17), QPointF(3, 599)}) {
            const QPointF back = worldToView(camera, viewToWorld(camera, view));
            QVERIFY(near(back.x(), view.x(), 1e-6) && near(back.y(), view.y(), 1e-6));
        }
        QCOMPARE(worldToView(camera, {camera.x, camera.y}), QPointF(450, 300));
    }

    void camera_acrossTheAntimeridian()
    {
        const auto camera = cameraAt(179.5, 0, 8, 800, 400);
        const QPointF east = worldToView(camera, toWorld(-179.5, 0)); // one degree further east
        const double pixelsPerDegree = 256 * 256 / 360.0;
        QVERIFY(near(east.x(), 400 + pixelsPerDegree, 1e-6));
        QVERIFY(near(fromWorld(viewToWorld(camera, {400 + pixelsPerDegree, 200}).x(), 0.5).x(), -179.5, 1e-9));
        const auto box = viewBox(camera);
        QVERIFY(box.crossesAntimeridian());
        QVERIFY(near(box.width(), 800 / pixelsPerDegree, 1e-9));
    }

    void viewBox_ofTheWholeWorld()
    {
        const auto box = viewBox(cameraAt(0, 0, 0, 1000, 800));
        QCOMPARE(box.west, -180.0);
        QCOMPARE(box.east, 180.0);
        QVERIFY(near(box.north, 85.0511, 1e-3) && near(box.south, -85.0511, 1e-3));
    }

    void fitting_showsTheBoxAndNoMoreThanNeeded_data()
    {
        QTest::addColumn<double>("west");
        QTest::addColumn<double>("south");
        QTest::addColumn<double>("east");
        QTest::addColumn<double>("north");
        QTest::newRow("wide") << 5.0 << 46.0 << 11.0 << 47.0;
        QTest::newRow("tall") << -70.0 << -40.0 << -69.0 << -30.0;
        QTest::newRow("across the antimeridian") << 178.0 << -18.0 << -179.0 << -16.0;
    }
    void fitting_showsTheBoxAndNoMoreThanNeeded()
    {
        QFETCH(double, west);
        QFETCH(double, south);
        QFETCH(double, east);
        QFETCH(double, north);
        const auto camera = fitting({west, south, east, north}, 800, 600, 40);
        const QPointF a = worldToView(camera, toWorld(west, north));
        const QPointF b = worldToView(camera, toWorld(east, south));
        QVERIFY(a.x() >= 40 - 1e-6 && a.y() >= 40 - 1e-6 && b.x() <= 760 + 1e-6 && b.y() <= 560 + 1e-6);
        QVERIFY(near(b.x() - a.x(), 720, 1e-6) || near(b.y() - a.y(), 520, 1e-6)); // one side is used up
    }

    void fitting_aPoint_staysWithinTheZooms()
    {
        QCOMPARE(fitting({10, 50, 10.0000001, 50.0000001}, 800, 600).zoom, static_cast<double>(maximumZoom));
        QCOMPARE(fitting({-180, -85, 180, 85}, 100, 100).zoom, 0.0);
    }

    void visibleTiles_coverTheView()
    {
        const auto camera = cameraAt(11.5, 47.25, 9.4, 900, 600);
        const auto tiles = visibleTiles(camera);
        QSet<TileId> set(tiles.begin(), tiles.end());
        QCOMPARE(set.size(), static_cast<int>(tiles.size())); // none twice
        for (int x = 0; x <= 900; x += 45) {
            for (int y = 0; y <= 600; y += 50) {
                const QPointF w = viewToWorld(camera, {std::min(x, 899) + 0.5, std::min(y, 599) + 0.5});
                const TileId id {9, static_cast<int>(w.x() * 512), static_cast<int>(w.y() * 512)};
                QVERIFY(set.contains(id));
            }
        }
        for (const auto &id : tiles) { // and nothing out of sight
            const auto box = tileBox(id);
            const QPointF a = worldToView(camera, toWorld(box.west, box.north));
            const QPointF b = worldToView(camera, toWorld(box.east, box.south));
            QVERIFY(b.x() > 0 && a.x() < 900 && b.y() > 0 && a.y() < 600);
        }
        // The nearest to the centre comes first.
        QCOMPARE(tiles.front().x, static_cast<int>(camera.x * 512));
        QCOMPARE(tiles.front().y, static_cast<int>(camera.y * 512));
    }

    void visibleTiles_sharpScreensGetFinerTiles()
    {
        const auto camera = cameraAt(0.1, 0.1, 6, 256, 256);
        QCOMPARE(visibleTiles(camera, 1).front().z, 6);
        QCOMPARE(visibleTiles(camera, 2).front().z, 7);
        QCOMPARE(visibleTiles(camera, 2, {}, 5).front().z, 5);
    }

    void visibleTiles_wrapAtTheAntimeridian()
    {
        const auto tiles = visibleTiles(cameraAt(180, 0.0, 4, 512, 256));
        QSet<int> columns;
        for (const auto &id : tiles) {
            QVERIFY(id.x >= 0 && id.x < 16);
            columns.insert(id.x);
        }
        QCOMPARE(columns, (QSet<int> {15, 0}));
    }

    void visibleTiles_onlyWithinBounds()
    {
        const auto camera = cameraAt(0, 0, 1, 2000, 2000);
        QCOMPARE(visibleTiles(camera).size(), size_t(4));
        QCOMPARE(visibleTiles(camera, 1, data::GeoBox {1, 1, 10, 10}), (std::vector<TileId> {{1, 1, 0}}));
        const auto split = visibleTiles(camera, 1, data::GeoBox {179, 1, -179, 10});
        QCOMPARE(split.size(), size_t(2));
        QVERIFY(visibleTiles(cameraAt(0, 0, 5, 0, 100)).empty());
    }

    void tileBox_ofTheCorners()
    {
        const auto box = tileBox({1, 0, 0});
        QCOMPARE(box.west, -180.0);
        QCOMPARE(box.east, 0.0);
        QVERIFY(near(box.south, 0, 1e-12) && near(box.north, 85.05112878, 1e-8));
    }
};

QTEST_GUILESS_MAIN(tst_TileGrid)
#include "tst_tilegrid.moc"
