// SPDX-License-Identifier: Apache-2.0
#include "ui/map/cameramotion.h"

#include <QtTest>

#include <cmath>

using namespace astra::map;
using astra::render::Camera;

class TestCameraMotion : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void zoomAt_keepsThePlaceUnderThePointer();
    void zoomAt_addsUpWhileUnderWay();
    void drag_movesByPixels();
    void drag_stopsAtThePoles();
    void fling_slowsDownAndEnds();
    void goTo_takesTheShortWayAcrossTheAntimeridian();
    void camera_neverShowsBeyondThePoles();

private:
    static CameraMotion at(double x, double y, double zoom)
    {
        CameraMotion motion;
        motion.resize(800, 600);
        motion.setCamera({x, y, zoom, 800, 600});
        return motion;
    }
    static void finish(CameraMotion &motion)
    {
        for (int frame = 0; frame < 1000 && motion.step(16); ++frame) { }
        QVERIFY(!motion.moving());
    }
};

void TestCameraMotion::zoomAt_keepsThePlaceUnderThePointer()
{
    for (const bool animated : {false, true}) {
        CameraMotion motion = at(0.3, 0.4, 6);
        const QPointF pointer(650, 120);
        const QPointF place = toWorldUnwrapped(motion.camera(), pointer);
        motion.zoomAt(pointer, 2, animated);
        finish(motion);
        QCOMPARE(motion.camera().zoom, 8.0);
        const QPointF now = toWorldUnwrapped(motion.camera(), pointer);
        QVERIFY(std::abs(now.x() - place.x()) < 1e-12 && std::abs(now.y() - place.y()) < 1e-12);
    }
}

void TestCameraMotion::zoomAt_addsUpWhileUnderWay()
{
    CameraMotion motion = at(0.5, 0.5, 4);
    motion.zoomAt({400, 300}, 1, true);
    QVERIFY(motion.step(16));
    motion.zoomAt({400, 300}, 1, true);
    finish(motion);
    QCOMPARE(motion.camera().zoom, 6.0);
}

void TestCameraMotion::drag_movesByPixels()
{
    CameraMotion motion = at(0.5, 0.5, 5);
    const QPointF place = toWorldUnwrapped(motion.camera(), {100, 100});
    motion.putUnder(place, {160, 70});
    // 60 pixels right, 30 up, of a world that is 256 × 2^5 pixels wide.
    QCOMPARE(motion.camera().x, 0.5 - 60.0 / 8192);
    QCOMPARE(motion.camera().y, 0.5 + 30.0 / 8192);
}

void TestCameraMotion::drag_stopsAtThePoles()
{
    CameraMotion motion = at(0.5, 0.1, 5);
    motion.putUnder(toWorldUnwrapped(motion.camera(), {0, 0}), {0, 5000});
    QCOMPARE(toWorldUnwrapped(motion.camera(), {0, 0}).y(), 0.0);
}

void TestCameraMotion::fling_slowsDownAndEnds()
{
    CameraMotion motion = at(0.5, 0.5, 8);
    motion.fling({1, 0});
    double last = motion.camera().x;
    double step = 1;
    for (int frame = 0; motion.step(16); ++frame) {
        const double moved = last - motion.camera().x;
        QVERIFY(moved > 0);
        QVERIFY(frame == 0 || moved < step);
        step = moved;
        last = motion.camera().x;
        QVERIFY(frame < 300);
    }
    // The whole way of a speed that falls by 1/e each 325 ms is 325 pixels for each pixel per millisecond.
    const double way = (0.5 - motion.camera().x) * 65536;
    QVERIFY2(way > 300 && way < 325, qPrintable(QString::number(way)));
}

void TestCameraMotion::goTo_takesTheShortWayAcrossTheAntimeridian()
{
    CameraMotion motion = at(0.98, 0.5, 5);
    motion.goTo({0.02, 0.5, 5, 0, 0}, true);
    motion.step(60);
    const double x = motion.camera().x;
    QVERIFY2(x > 0.98 || x < 0.02, qPrintable(QString::number(x)));
    finish(motion);
    QVERIFY(std::abs(motion.camera().x - 0.02) < 1e-9);
}

void TestCameraMotion::camera_neverShowsBeyondThePoles()
{
    CameraMotion motion = at(0.5, 0.5, 0);
    QCOMPARE(motion.camera().zoom, std::log2(600.0 / 256));
    QVERIFY(toWorldUnwrapped(motion.camera(), {0, 600}).y() <= 1 + 1e-9);
}

QTEST_APPLESS_MAIN(TestCameraMotion)
#include "tst_cameramotion.moc"
