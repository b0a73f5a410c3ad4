// SPDX-License-Identifier: Apache-2.0
#include "ui/map/strokes.h"

#include <QtTest>

#include <cmath>

using namespace astra::map;

class TestStrokes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fill_coversTheArea_data();
    void fill_coversTheArea();
    void stroke_isAsWideAsAsked();
    void hairline_coversAsMuch();
    void stroke_leavesOutSkippedEdges();

private:
    static double area(const Mesh &mesh)
    {
        double sum = 0;
        for (std::size_t i = 0; i + 2 < mesh.indices.size(); i += 3) {
            const auto &a = mesh.points[mesh.indices[i]];
            const auto &b = mesh.points[mesh.indices[i + 1]];
            const auto &c = mesh.points[mesh.indices[i + 2]];
            sum += std::abs((b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x)) / 2;
        }
        return sum;
    }
};

void TestStrokes::fill_coversTheArea_data()
{
    QTest::addColumn<QPolygonF>("ring");
    QTest::addColumn<double>("expected");
    QTest::newRow("square") << QPolygonF {{0, 0}, {10, 0}, {10, 10}, {0, 10}} << 100.0;
    QTest::newRow("the other way round") << QPolygonF {{0, 10}, {10, 10}, {10, 0}, {0, 0}} << 100.0;
    QTest::newRow("L") << QPolygonF {{0, 0}, {10, 0}, {10, 4}, {4, 4}, {4, 10}, {0, 10}} << 64.0;
    QTest::newRow("arrow") << QPolygonF {{0, 0}, {10, 5}, {0, 10}, {4, 5}} << 30.0;
}

void TestStrokes::fill_coversTheArea()
{
    QFETCH(QPolygonF, ring);
    QFETCH(double, expected);
    Mesh mesh;
    fillRing(mesh, astra::data::Ring(ring.begin(), ring.end()), Qt::red);
    QCOMPARE(area(mesh), expected);
    for (const quint32 index : mesh.indices)
        QVERIFY(index < mesh.points.size());
}

void TestStrokes::stroke_isAsWideAsAsked()
{
    Mesh mesh;
    strokeRing(mesh, {{0, 0}, {100, 0}, {100, 50}, {0, 50}}, 3, Qt::white);
    // Full colour between 1 px in and out, gone at 2 px: the middle lane's area is that of a 2 px line around.
    QVERIFY(std::abs(area(mesh) - (104.0 * 54 - 96 * 46)) < 1e-3);
}

void TestStrokes::hairline_coversAsMuch()
{
    Mesh mesh;
    strokeRing(mesh, {{0, 0}, {100, 0}, {100, 50}, {0, 50}}, 1.2, Qt::white);
    // Full colour on the line, gone 1.2 px to each side: on average half of twice the width.
    QVERIFY(std::abs(area(mesh) / 2 - 300 * 1.2) < 1e-3);
    QCOMPARE(mesh.indices.size(), std::size_t(4 * 2 * 6)); // two lanes
}

void TestStrokes::stroke_leavesOutSkippedEdges()
{
    Mesh whole;
    Mesh part;
    const astra::data::Ring ring {{0, 0}, {100, 0}, {100, 50}, {0, 50}};
    strokeRing(whole, ring, 2, Qt::white);
    strokeRing(part, ring, 2, Qt::white, {false, true, false, false});
    QCOMPARE(part.indices.size() * 4, whole.indices.size() * 3);
}

QTEST_APPLESS_MAIN(TestStrokes)
#include "tst_strokes.moc"
