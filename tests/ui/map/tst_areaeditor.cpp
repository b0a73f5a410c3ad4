// SPDX-License-Identifier: Apache-2.0
#include "core/render/tilegrid.h"
#include "ui/map/areaeditor.h"

#include <QtTest>

using namespace astra::map;
using astra::data::GeoBox;

class TestAreaEditor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void box_survivesTheWorldAndBack_data();
    void box_survivesTheWorldAndBack();
    void handles_areWhereTheyAreDrawn();
    void smallFrame_hasNoGripInTheMiddle();
    void corner_movesTwoSides();
    void draggedPastTheOtherSide_turnsOver();
    void middle_movesWithoutChangingTheSize();
    void east_canCrossTheAntimeridian();
};

void TestAreaEditor::box_survivesTheWorldAndBack_data()
{
    QTest::addColumn<GeoBox>("box");
    QTest::newRow("plain") << GeoBox {-122.5, 37.2, -121.9, 37.9};
    QTest::newRow("over the antimeridian") << GeoBox {178.25, -18.5, -179.5, -16.25};
    QTest::newRow("up to 180") << GeoBox {170, -10, 180, 10};
    QTest::newRow("all round") << GeoBox {-180, -60, 180, 60};
}

void TestAreaEditor::box_survivesTheWorldAndBack()
{
    QFETCH(GeoBox, box);
    const GeoBox back = boxOf(worldRect(box));
    QCOMPARE(back, box);
    QVERIFY(back.isValid());
}

void TestAreaEditor::handles_areWhereTheyAreDrawn()
{
    const QRectF frame(100, 200, 300, 160);
    QCOMPARE(handleAt(frame, {100, 200}), Handle::NorthWest);
    QCOMPARE(handleAt(frame, {405, 363}), Handle::SouthEast);
    QCOMPARE(handleAt(frame, {250, 198}), Handle::North);
    QCOMPARE(handleAt(frame, {104, 280}), Handle::West);
    QCOMPARE(handleAt(frame, {250, 280}), Handle::Middle);
    // Between handles and inside the map is free: a drag there pans.
    QCOMPARE(handleAt(frame, {180, 200}), Handle::None);
    QCOMPARE(handleAt(frame, {180, 240}), Handle::None);
    QCOMPARE(handleAt({}, {0, 0}), Handle::None);
}

void TestAreaEditor::smallFrame_hasNoGripInTheMiddle()
{
    QCOMPARE(handleAt(QRectF(100, 100, 50, 300), {125, 250}), Handle::None);
    QCOMPARE(handleAt(QRectF(100, 100, 4, 4), {103, 103}), Handle::SouthEast);
}

void TestAreaEditor::corner_movesTwoSides()
{
    const QRectF area(0.2, 0.3, 0.1, 0.1);
    const QRectF now = dragged(area, Handle::NorthEast, {0.05, -0.02});
    QCOMPARE(now.left(), 0.2);
    QCOMPARE(now.right(), 0.35);
    QCOMPARE(now.top(), 0.28);
    QCOMPARE(now.bottom(), 0.4);
}

void TestAreaEditor::draggedPastTheOtherSide_turnsOver()
{
    const QRectF now = dragged(QRectF(0.2, 0.3, 0.1, 0.1), Handle::West, {0.25, 0});
    QCOMPARE(now.left(), 0.3);
    QCOMPARE(now.right(), 0.45);
    QVERIFY(boxOf(dragged(QRectF(0.2, 0.3, 0.1, 0.1), Handle::West, {0.1, 0})).width() >= 0);
}

void TestAreaEditor::middle_movesWithoutChangingTheSize()
{
    const QRectF now = dragged(QRectF(0.2, 0.3, 0.1, 0.1), Handle::Middle, {0.1, -0.9});
    QCOMPARE(now, QRectF(0.3, 0, 0.1, 0.1)); // not beyond the pole
}

void TestAreaEditor::east_canCrossTheAntimeridian()
{
    const GeoBox box = boxOf(dragged(worldRect({170, -5, 175, 5}), Handle::East, {10.0 / 360, 0}));
    QCOMPARE(box, (GeoBox {170, -5, -175, 5}));
    QVERIFY(box.crossesAntimeridian());
}

QTEST_APPLESS_MAIN(TestAreaEditor)
#include "tst_areaeditor.moc"
