// SPDX-License-Identifier: Apache-2.0
#include "core/raster/geodesy.h"

#include <QTest>

#include <cmath>
#include <numbers>

using namespace astra;
using namespace astra::raster;

namespace {

/// Area of a box on the WGS 84 ellipsoid by its closed formula (authalic), no geodesics involved.
double boxKm2(double west, double south, double east, double north)
{
    constexpr double b = 6356.752314245179;
    constexpr double e = 0.08181919084262149;
    const auto q = [](double degrees) {
        const double s = std::sin(degrees * std::numbers::pi / 180);
        return s / (1 - e * e * s * s) + std::atanh(e * s) / e;
    };
    return b * b * (east - west) * std::numbers::pi / 180 / 2 * (q(north) - q(south));
}

} // namespace

class tst_Geodesy : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void area_ofBoxes_data()
    {
        QTest::addColumn<double>("west");
        QTest::addColumn<double>("south");
        QTest::addColumn<double>("east");
        QTest::addColumn<double>("north");
        QTest::newRow("a degree at the equator") << 0.0 << 0.0 << 1.0 << 1.0;
        QTest::newRow("the Alps") << 5.0 << 43.5 << 16.5 << 48.25;
        QTest::newRow("a field") << 11.0 << 47.0 << 11.01 << 47.01;
        QTest::newRow("up to the pole") << -60.0 << 80.0 << 60.0 << 90.0;
        QTest::newRow("the world") << -180.0 << -90.0 << 180.0 << 90.0;
    }
    void area_ofBoxes()
    {
        QFETCH(double, west);
        QFETCH(double, south);
        QFETCH(double, east);
        QFETCH(double, north);
        const double expected = boxKm2(west, south, east, north);
        QVERIFY(std::abs(areaKm2(data::GeoBox {west, south, east, north}) - expected) < 2e-6 * expected);
    }

    void area_acrossTheAntimeridian()
    {
        const double expected = boxKm2(0, -10, 2, 10);
        QVERIFY(std::abs(areaKm2(data::GeoBox {179, -10, -179, 10}) - expected) < 2e-6 * expected);
    }

    void area_ofRings()
    {
        const data::Rings square {{{10, 50}, {11, 50}, {11, 51}, {10, 51}, {10, 50}}};
        const data::Rings backwards {{{10, 50}, {10, 51}, {11, 51}, {11, 50}}};
        const double expected = boxKm2(10, 50, 11, 51);
        QVERIFY(std::abs(areaKm2(square) - expected) < 2e-6 * expected);
        QVERIFY(std::abs(areaKm2(backwards) - expected) < 2e-6 * expected);
        QCOMPARE(areaKm2(data::Rings {}), 0.0);
    }

    void distance_knownLines()
    {
        // A degree along the equator: a × π / 180. The quarter meridian of WGS 84: 10 001 965.729 m.
        QVERIFY(std::abs(distanceMetres({0, 0}, {1, 0}) - 6378137.0 * std::numbers::pi / 180) < 1e-6);
        QVERIFY(std::abs(distanceMetres({0, 0}, {0, 90}) - 10001965.729) < 1e-3);
        QVERIFY(std::abs(distanceMetres({179.5, 0}, {-179.5, 0}) - 6378137.0 * std::numbers::pi / 180) < 1e-6);
    }

    void transform_knownPoint()
    {
        // The central meridian of zone 31 is 3° E: easting 500 000, northing 0 at the equator.
        const auto t = Transform::create(QStringLiteral("EPSG:4326"), QStringLiteral("EPSG:32631"));
        QVERIFY(t);
        std::vector<QPointF> points {{3, 0}};
        t->apply(points);
        QVERIFY(std::abs(points[0].x() - 500000) < 1e-6 && std::abs(points[0].y()) < 1e-6);
        QCOMPARE(Transform::create(QStringLiteral("EPSG:4326"), QStringLiteral("nonsense")).error().code,
                 ErrorCode::Unsupported);
    }

    void cropped_snapsOutward()
    {
        const data::Grid grid {QStringLiteral("EPSG:4326"), 10, 50, 0.1, 0.1, 100, 80};
        const auto part = cropped(grid, {11.23, 47.61, 11.58, 48.04});
        QVERIFY(part);
        QCOMPARE(part->width, 4); // 11.2 … 11.6
        QCOMPARE(part->height, 5); // 48.1 … 47.6
        QVERIFY(std::abs(part->originX - 11.2) < 1e-9 && std::abs(part->originY - 48.1) < 1e-9);
        const auto exact = cropped(grid, {11.2, 47.6, 11.6, 48.1}); // whole pixels stay as they are
        QCOMPARE(exact->width, 4);
        QCOMPARE(exact->height, 5);
        QCOMPARE(cropped(grid, {-20, -10, 120, 80})->width, 100);
        QCOMPARE(cropped(grid, {50, 10, 51, 11}).error().code, ErrorCode::InvalidInput);
    }

    void bounds_ofUtm()
    {
        const data::Grid grid {QStringLiteral("EPSG:32631"), 500000, 1000000, 10, 10, 100, 100};
        const auto box = boundsInDegrees(grid);
        QVERIFY(box);
        QVERIFY(std::abs(box->west - 3) < 1e-9);
        QVERIFY(box->north > 9.04 && box->north < 9.05 && box->south < box->north);
    }

    void mercator_grids()
    {
        const auto grid = mercatorGrid(1, 1, 0);
        QCOMPARE(grid.originX, 0.0);
        QVERIFY(std::abs(grid.originY - 20037508.342789244) < 1e-6);
        QVERIFY(std::abs(grid.pixelWidth - 20037508.342789244 / 256) < 1e-6);
        const auto fitted = mercatorGrid(data::GeoBox {0, -10, 20, 10}, 400, 100);
        QVERIFY(fitted);
        QCOMPARE(fitted->height, 100);
        QVERIFY(std::abs(fitted->width - 100) <= 1);
        const auto crossing = mercatorGrid(data::GeoBox {170, -10, -170, 10}, 100, 100);
        QVERIFY(crossing);
        QCOMPARE(crossing->height, 100); // 20° of latitude are a little taller than 20° are wide
        QCOMPARE(crossing->width, 99);
    }

    void epsg_numbers()
    {
        QCOMPARE(epsgOf(QStringLiteral("EPSG:32631")), std::optional(32631));
        QVERIFY(!epsgOf(QStringLiteral("PROJCRS[…]")));
    }
};

QTEST_GUILESS_MAIN(tst_Geodesy)
#include "tst_geodesy.moc"
