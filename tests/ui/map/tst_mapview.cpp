// SPDX-License-Identifier: Apache-2.0
// The map under real mouse, wheel and key events. Expected places come from the Web Mercator formula written out here.

#include "tests/ui/map/fakeloader.h"
#include "ui/map/mapview.h"

#include <QQuickWindow>
#include <QtTest>

#include <cmath>
#include <memory>
#include <numbers>

using namespace astra;
using namespace astra::map;
using data::GeoBox;

class TestMapView : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup();
    void drag_pansByPixels();
    void smallMove_isAClick();
    void wheel_keepsThePlaceUnderThePointer();
    void keys_panAQuarterAndZoom();
    void doubleClick_zoomsIn();
    void drawing_byDrag();
    void drawing_byTwoClicks();
    void drawing_escapeKeepsTheOldArea();
    void drawing_middleButtonPans();
    void area_handleResizes();
    void area_middleMoves();
    void area_insideStillPans();
    void area_acrossTheAntimeridian();
    void shiftDrag_zoomsToTheBox();
    void back_returnsToTheView();
    void click_listsWhatLiesBeneath();
    void hover_namesTheTopmost();
    void fit_avoidsThePanels();
    void scale_isTrueAtTheCentre();
    void tiles_areAskedForAndDrawn();
    void footprints_areDrawnOnTheSoftwareRenderer();
    void thousandFootprints_andGoneModel();

private:
    // Camera at (0, 0), zoom 6: the world is 16384 px wide, the view 800 × 600.
    static constexpr double world = 16384;
    static QPointF placeAt(double x, double y)
    {
        const double mercator = std::numbers::pi * (1 - 2 * (0.5 + (y - 300) / world));
        return {(x - 400) / world * 360, std::atan(std::sinh(mercator)) * 180 / std::numbers::pi};
    }
    static bool near(const GeoBox &box, QPointF upperLeft, QPointF lowerRight)
    {
        const auto close = [](double a, double b) { return std::abs(a - b) < 2e-5; };
        return close(box.west, upperLeft.x()) && close(box.north, upperLeft.y()) && close(box.east, lowerRight.x())
            && close(box.south, lowerRight.y());
    }
    void drag(QPoint from, QPoint to, Qt::MouseButton button = Qt::LeftButton, Qt::KeyboardModifiers keys = {})
    {
        QTest::mousePress(m_window.get(), button, keys, from);
        for (int step = 1; step <= 5; ++step)
            QTest::mouseMove(m_window.get(), from + (to - from) * step / 5);
        QTest::mouseRelease(m_window.get(), button, keys, to);
    }
    void wheel(QPoint at, int angle, Qt::KeyboardModifiers keys = {})
    {
        QWheelEvent event(at, m_window->mapToGlobal(at), {}, {0, angle}, Qt::NoButton, keys, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(m_window.get(), &event);
    }
    QColor pixel(int x, int y) { return m_window->grabWindow().pixelColor(x, y); }

    std::unique_ptr<QQuickWindow> m_window;
    MapView *m_map = nullptr;
};

void TestMapView::init()
{
    m_window = std::make_unique<QQuickWindow>();
    m_window->resize(800, 600);
    m_map = new MapView(m_window->contentItem());
    m_map->setSize({800, 600});
    m_map->setProperty("reducedMotion", true);
    m_map->setColors({{QStringLiteral("water"), QColor(Qt::blue)},
                      {QStringLiteral("land"), QColor(Qt::blue)},
                      {QStringLiteral("border"), QColor(Qt::blue)},
                      {QStringLiteral("label"), QColor(Qt::blue)},
                      {QStringLiteral("footprint"), QColor(Qt::yellow)},
                      {QStringLiteral("hovered"), QColor(Qt::white)},
                      {QStringLiteral("chosen"), QColor(Qt::green)},
                      {QStringLiteral("chosenFill"), QColor(0, 255, 0, 128)},
                      {QStringLiteral("casing"), QColor(Qt::black)}});
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    m_map->setCamera({0.5, 0.5, 6, 0, 0});
}

void TestMapView::cleanup() { m_window.reset(); }

void TestMapView::drag_pansByPixels()
{
    QSignalSpy clicked(m_map, &MapView::footprintsClicked);
    drag({400, 300}, {500, 250});
    QVERIFY(std::abs(m_map->camera().x - (0.5 - 100 / world)) < 1e-9);
    QVERIFY(std::abs(m_map->camera().y - (0.5 + 50 / world)) < 1e-9);
    QCOMPARE(clicked.count(), 0);
    QVERIFY(!m_map->moving());
}

void TestMapView::smallMove_isAClick()
{
    QSignalSpy clicked(m_map, &MapView::footprintsClicked);
    const auto before = m_map->camera();
    drag({600, 400}, {602, 401});
    QCOMPARE(m_map->camera(), before);
    QCOMPARE(clicked.count(), 1);
    QVERIFY(clicked[0][0].toStringList().isEmpty());
    const QPointF place = placeAt(602, 401);
    QVERIFY(std::abs(clicked[0][1].toDouble() - place.x()) < 1e-9);
    QVERIFY(std::abs(clicked[0][2].toDouble() - place.y()) < 1e-9);
}

void TestMapView::wheel_keepsThePlaceUnderThePointer()
{
    const QPointF before = m_map->toPlace(650, 120);
    wheel({650, 120}, 120);
    QVERIFY(m_map->zoom() > 6.3);
    QVERIFY(QLineF(m_map->toPlace(650, 120), before).length() < 1e-9);
    const double coarse = m_map->zoom() - 6;
    wheel({650, 120}, -120, Qt::ControlModifier);
    QVERIFY(6 + coarse - m_map->zoom() < coarse / 3); // Ctrl: finer
    wheel({650, 120}, -12000);
    QVERIFY(m_map->zoom() < 2);
}

void TestMapView::keys_panAQuarterAndZoom()
{
    m_map->forceActiveFocus();
    QTest::keyClick(m_window.get(), Qt::Key_Right);
    QVERIFY(std::abs(m_map->camera().x - (0.5 + 200 / world)) < 1e-9);
    QTest::keyClick(m_window.get(), Qt::Key_Up, Qt::ShiftModifier);
    QVERIFY(std::abs(m_map->camera().y - (0.5 - 450 / world)) < 1e-9);
    QTest::keyClick(m_window.get(), Qt::Key_Plus);
    QCOMPARE(m_map->zoom(), 7.0);
    QTest::keyClick(m_window.get(), Qt::Key_PageDown);
    QCOMPARE(m_map->zoom(), 6.0);
}

void TestMapView::doubleClick_zoomsIn()
{
    const QPointF before = m_map->toPlace(300, 200);
    QTest::mouseDClick(m_window.get(), Qt::LeftButton, {}, {300, 200});
    QCOMPARE(m_map->zoom(), 7.0);
    QVERIFY(QLineF(m_map->toPlace(300, 200), before).length() < 1e-9);
}

void TestMapView::drawing_byDrag()
{
    QSignalSpy edited(m_map, &MapView::areaEdited);
    m_map->setDrawing(true);
    drag({500, 400}, {300, 200}); // any corner first
    QVERIFY(!m_map->drawing());
    QCOMPARE(edited.count(), 1);
    QVERIFY(m_map->areaValid());
    QVERIFY(near(edited[0][0].value<GeoBox>(), placeAt(300, 200), placeAt(500, 400)));
    QVERIFY(QLineF(m_map->areaRect().topLeft(), QPointF(300, 200)).length() < 0.01);
    QVERIFY(m_map->areaKm2() > 0);
}

void TestMapView::drawing_byTwoClicks()
{
    QSignalSpy edited(m_map, &MapView::areaEdited);
    m_map->setDrawing(true);
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, {300, 200});
    QVERIFY(m_map->drawing());
    QCOMPARE(edited.count(), 0);
    QTest::mouseMove(m_window.get(), {420, 330});
    QVERIFY(QLineF(m_map->areaRect().bottomRight(), QPointF(420, 330)).length() < 0.01); // grows with the pointer
    QTest::mouseMove(m_window.get(), {500, 400});
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, {500, 400});
    QVERIFY(!m_map->drawing());
    QCOMPARE(edited.count(), 1);
    QVERIFY(near(m_map->area(), placeAt(300, 200), placeAt(500, 400)));
}

void TestMapView::drawing_escapeKeepsTheOldArea()
{
    const GeoBox old {1, 1, 2, 2};
    m_map->setArea(old);
    m_map->setAreaValid(true);
    m_map->setDrawing(true);
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, {300, 200});
    QTest::mouseMove(m_window.get(), {420, 330});
    QTest::keyClick(m_window.get(), Qt::Key_Escape);
    QVERIFY(!m_map->drawing());
    QCOMPARE(m_map->area(), old);
    const QPointF corner = m_map->toView(1, 2);
    QVERIFY(QLineF(m_map->areaRect().topLeft(), corner).length() < 0.01);
}

void TestMapView::drawing_middleButtonPans()
{
    m_map->setDrawing(true);
    drag({400, 300}, {460, 300}, Qt::MiddleButton);
    QVERIFY(m_map->drawing());
    QVERIFY(std::abs(m_map->camera().x - (0.5 - 60 / world)) < 1e-9);
}

void TestMapView::area_handleResizes()
{
    m_map->setDrawing(true);
    drag({300, 200}, {500, 400});
    QSignalSpy edited(m_map, &MapView::areaEdited);
    drag({500, 400}, {550, 420}); // south-east
    QVERIFY(edited.count() >= 2); // while dragging, too
    QVERIFY(near(m_map->area(), placeAt(300, 200), placeAt(550, 420)));
    drag({300, 310}, {250, 310}); // west
    QVERIFY(near(m_map->area(), placeAt(250, 200), placeAt(550, 420)));
    QCOMPARE(m_map->camera().x, 0.5);
}

void TestMapView::area_middleMoves()
{
    m_map->setDrawing(true);
    drag({300, 200}, {500, 400});
    drag({400, 300}, {430, 340});
    QVERIFY(near(m_map->area(), placeAt(330, 240), placeAt(530, 440)));
}

void TestMapView::area_insideStillPans()
{
    m_map->setDrawing(true);
    drag({300, 200}, {500, 400});
    const GeoBox area = m_map->area();
    drag({350, 250}, {380, 250});
    QCOMPARE(m_map->area(), area);
    QVERIFY(std::abs(m_map->camera().x - (0.5 - 30 / world)) < 1e-9);
}

void TestMapView::area_acrossTheAntimeridian()
{
    m_map->setCamera({1.0, 0.5, 6, 0, 0});
    m_map->setDrawing(true);
    drag({300, 200}, {500, 400});
    QVERIFY(m_map->area().crossesAntimeridian());
    QVERIFY(std::abs(m_map->area().west - (180 - 100 / world * 360)) < 2e-5);
    QVERIFY(std::abs(m_map->area().east - (-180 + 100 / world * 360)) < 2e-5);
    QVERIFY(QLineF(m_map->areaRect().center(), QPointF(400, 300)).length() < 0.01);
}

void TestMapView::shiftDrag_zoomsToTheBox()
{
    const QPointF middle = placeAt(300, 250);
    drag({200, 175}, {400, 325}, Qt::LeftButton, Qt::ShiftModifier);
    QVERIFY(m_map->zoom() > 7);
    QVERIFY(QLineF(m_map->toView(middle.x(), middle.y()), QPointF(400, 300)).length() < 2);
    QVERIFY(m_map->rubberBand().isEmpty());
}

void TestMapView::back_returnsToTheView()
{
    const auto before = m_map->camera();
    drag({400, 300}, {500, 250});
    m_map->zoomBy(2);
    QTest::mouseClick(m_window.get(), Qt::BackButton, {}, {400, 300});
    QTest::mouseClick(m_window.get(), Qt::BackButton, {}, {400, 300});
    QVERIFY(std::abs(m_map->camera().x - before.x) < 1e-9);
    QCOMPARE(m_map->zoom(), 6.0);
    QTest::mouseClick(m_window.get(), Qt::ForwardButton, {}, {400, 300});
    QTest::mouseClick(m_window.get(), Qt::ForwardButton, {}, {400, 300});
    QCOMPARE(m_map->zoom(), 8.0);
}

void TestMapView::click_listsWhatLiesBeneath()
{
    FootprintModel model;
    model.setFootprints({{QStringLiteral("a"), {{{-3, -3}, {1, -3}, {1, 1}, {-3, 1}}}},
                         {QStringLiteral("b"), {{{-1, -1}, {3, -1}, {3, 3}, {-1, 3}}}}});
    m_map->setFootprints(&model);
    QSignalSpy clicked(m_map, &MapView::footprintsClicked);
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, {400, 300});
    QCOMPARE(clicked[0][0].toStringList(), (QStringList {QStringLiteral("a"), QStringLiteral("b")}));
    const QPoint far = m_map->toView(2, 2).toPoint();
    QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, far);
    QCOMPARE(clicked[1][0].toStringList(), QStringList {QStringLiteral("b")});
}

void TestMapView::hover_namesTheTopmost()
{
    FootprintModel model;
    model.setFootprints({{QStringLiteral("a"), {{{-3, -3}, {1, -3}, {1, 1}, {-3, 1}}}}});
    m_map->setFootprints(&model);
    QTest::mouseMove(m_window.get(), {390, 310});
    QTRY_COMPARE(m_map->hoveredKey(), QStringLiteral("a"));
    QTest::mouseMove(m_window.get(), {700, 100});
    QTRY_COMPARE(m_map->hoveredKey(), QString());
    QVERIFY(std::abs(m_map->pointerLongitude() - placeAt(700, 100).x()) < 1e-9);
}

void TestMapView::fit_avoidsThePanels()
{
    m_map->setProperty("insetLeft", 300.0);
    m_map->fit({-2, -2, 2, 2});
    const QPointF upperLeft = m_map->toView(-2, 2);
    const QPointF lowerRight = m_map->toView(2, -2);
    QVERIFY(upperLeft.x() >= 300 && lowerRight.x() <= 800);
    QVERIFY(upperLeft.y() >= 0 && lowerRight.y() <= 600);
    QVERIFY(std::abs((upperLeft.x() + lowerRight.x()) / 2 - 550) < 1);
    const auto before = m_map->camera();
    m_map->fit({5, 5, 5, 5}); // no box: nothing happens
    QCOMPARE(m_map->camera(), before);
}

void TestMapView::scale_isTrueAtTheCentre()
{
    // WGS 84 at the equator: 40075016.686 m round.
    QVERIFY(std::abs(m_map->metresPerPixel() - 40075016.686 / world) < 0.5);
    m_map->setCamera(
        {0.5, 0.5 - std::log(std::tan(std::numbers::pi / 3 + std::numbers::pi / 12)) / 2 / std::numbers::pi, 6, 0, 0});
    // At 30° the parallel's radius is a·cos φ / √(1 − e²·sin² φ).
    const double latitude = m_map->centerLatitude() * std::numbers::pi / 180;
    const double radius = 6378137 * std::cos(latitude) / std::sqrt(1 - 0.00669437999 * std::pow(std::sin(latitude), 2));
    QVERIFY(std::abs(m_map->metresPerPixel() - 2 * std::numbers::pi * radius / world) < 0.5);
}

void TestMapView::tiles_areAskedForAndDrawn()
{
    test::FakeLoader loader({-20, -20, 20, 20});
    SceneLayer layer;
    layer.setLoader(&loader);
    m_map->setSceneLayer(&layer);
    QVERIFY(!loader.asked.empty());
    QCOMPARE(loader.asked.back().front().z, 6);
    // Zoom 6 has its tile corner (32, 32) at the view's centre. First only a coarser one: its part stands in.
    loader.give({5, 16, 16}, {200, 0, 0, 255});
    QTRY_COMPARE(pixel(450, 350), QColor(200, 0, 0));
    QCOMPARE(pixel(350, 250), QColor(Qt::blue)); // no data there, nothing drawn
    loader.give({6, 32, 32}, {0, 200, 0, 255});
    QTRY_COMPARE(pixel(450, 350), QColor(0, 200, 0));
    drag({600, 200}, {660, 200});
    QTRY_COMPARE(pixel(470, 350), QColor(0, 200, 0));
    QTRY_COMPARE(pixel(450, 350), QColor(Qt::blue));
    m_map->setSceneLayer(nullptr);
    QTRY_COMPARE(pixel(470, 350), QColor(Qt::blue));
}

void TestMapView::footprints_areDrawnOnTheSoftwareRenderer()
{
    FootprintModel model;
    const QPointF a = placeAt(300, 200);
    const QPointF b = placeAt(500, 400);
    model.setFootprints({{QStringLiteral("a"), {{{a.x(), b.y()}, {b.x(), b.y()}, {b.x(), a.y()}, {a.x(), a.y()}}}}});
    m_map->setFootprints(&model);
    const auto yellow = [this](int x, int y) {
        const QColor color = pixel(x, y);
        return color.red() > 120 && color.green() > 120 && color.blue() < 120;
    };
    QTRY_VERIFY(yellow(300, 300) || yellow(299, 300));
    QCOMPARE(pixel(400, 300), QColor(Qt::blue));
    m_map->setChosenKey(QStringLiteral("a"));
    QTRY_VERIFY(pixel(400, 300).green() > 100); // filled
    m_map->setChosenKey({});
    drag({600, 500}, {640, 500});
    QTRY_VERIFY(yellow(340, 300) || yellow(339, 300));
}

void TestMapView::thousandFootprints_andGoneModel()
{
    {
        FootprintModel model;
        std::vector<FootprintModel::Footprint> many;
        for (int i = 0; i < 1000; ++i) {
            const double x = -8 + (i % 40) * 0.4;
            const double y = -5 + (i / 40) * 0.4;
            many.push_back({QString::number(i), {{{x, y}, {x + 1, y}, {x + 1, y + 1}, {x, y + 1}}}});
        }
        model.setFootprints(many);
        m_map->setFootprints(&model);
        QTRY_VERIFY(pixel(400, 300) != QColor(Qt::blue) || pixel(405, 305) != QColor(Qt::blue));
        QSignalSpy clicked(m_map, &MapView::footprintsClicked);
        QTest::mouseClick(m_window.get(), Qt::LeftButton, {}, {400, 300});
        QVERIFY(clicked[0][0].toStringList().size() >= 4);
    }
    QVERIFY(!m_map->footprints());
    QTRY_COMPARE(pixel(400, 300), QColor(Qt::blue));
}

QTEST_MAIN(TestMapView)
#include "tst_mapview.moc"
