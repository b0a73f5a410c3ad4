// SPDX-License-Identifier: Apache-2.0
#include "core/processing/pixelareas.h"
#include "core/raster/geodesy.h"

#include <QTest>

using namespace astra;
using namespace astra::processing;

namespace {

double total(const PixelAreas &areas)
{
    double sum = 0;
    for (int y = 0; y < areas.grid().height; ++y)
        areas.row(y, 0, areas.grid().width, [&](int from, int to, double area) { sum += (to - from) * area; });
    return sum;
}

double at(const PixelAreas &areas, int x, int y)
{
    double found = 0;
    areas.row(y, x, x + 1, [&](int, int, double area) { found = area; });
    return found;
}

} // namespace

class tst_PixelAreas : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// In UTM a length is stretched by k = 0.9996 (1 + e²/2 …), e the distance from the middle meridian over the
    /// earth's radius there; an area by k².
    void utm_followsTheScaleFactor()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 499990, 5000000, 10, 10, 21000, 300};
        const auto areas = PixelAreas::create(grid);
        QVERIFY(areas);
        const double radius = 6'378'000; // √(M N) at 45° north, in metres
        for (const int x : {0, 5000, 18000, 20990}) {
            const double east = (x - 1 + 0.5) * 10 / 0.9996 / radius;
            const double k = 0.9996 * (1 + east * east / 2);
            QVERIFY2(std::abs(at(*areas, x, 150) - 100 / (k * k)) < 0.004,
                     qPrintable(QString::number(at(*areas, x, 150))));
        }
        QVERIFY(std::abs(at(*areas, 0, 150) - 100.08) < 0.001); // 1 / 0.9996²
    }

    void equalAreaIsEqual()
    {
        const data::Grid grid {QStringLiteral("EPSG:3035"), 4300000, 3200000, 10, 10, 3000, 2000};
        const auto areas = PixelAreas::create(grid);
        QVERIFY(areas);
        QVERIFY(std::abs(at(*areas, 0, 0) - 100) < 1e-5);
        QVERIFY(std::abs(at(*areas, 2999, 1999) - 100) < 1e-5);
        QVERIFY(std::abs(total(*areas) - 6e8) < 10);
    }

    void rowsOfDegrees_shrinkTowardsThePoles()
    {
        // The whole earth: 510,065,622 km² on this ellipsoid.
        const data::Grid grid {QStringLiteral("EPSG:4326"), -180, 90, 0.5, 0.5, 720, 360};
        const auto areas = PixelAreas::create(grid);
        QVERIFY(areas);
        QVERIFY(std::abs(total(*areas) / 1e6 - 510'065'622) < 1'000);
        const auto box = data::GeoBox::checked(10, 60, 10.5, 60.5);
        QVERIFY(box);
        const double wanted = raster::areaKm2(*box) * 1e6;
        QVERIFY(std::abs(at(*areas, 380, 59) / wanted - 1) < 1e-6);
        QCOMPARE(at(*areas, 380, 59), at(*areas, 0, 59));
    }

    void acrossTheAntimeridian()
    {
        for (const double west : {179.995, 180.0, -180.0, 170.0}) {
            const data::Grid grid {QStringLiteral("EPSG:4326"), west, 0.01, 0.01, 0.01, 100, 2};
            const auto areas = PixelAreas::create(grid);
            QVERIFY(areas);
            QVERIFY2(std::abs(at(*areas, 0, 0) - 1'230'908) < 60,
                     qPrintable(QString::number(at(*areas, 0, 0), 'f', 1)));
        }
        const data::Grid utm {QStringLiteral("EPSG:32660"), 700000, 1000000, 30, 30, 4000, 100};
        const auto areas = PixelAreas::create(utm);
        QVERIFY(areas);
        for (int x = 0; x < 4000; x += 50)
            QVERIFY(std::abs(at(*areas, x, 50) - 900) < 2); // k is 1.0009 at its far end
    }

    void nearAPole()
    {
        // Polar stereographic is true to scale at 70° north and smaller at the pole by a known factor.
        const data::Grid grid {QStringLiteral("EPSG:3413"), -64000, 64000, 1000, 1000, 128, 128};
        const auto areas = PixelAreas::create(grid);
        QVERIFY(areas);
        const double k = 0.969858; // of lengths at the pole
        QVERIFY2(std::abs(at(*areas, 64, 64) * k * k / 1e6 - 1) < 1e-3,
                 qPrintable(QString::number(at(*areas, 64, 64), 'f', 1)));
        QVERIFY(std::abs(at(*areas, 63, 64) / at(*areas, 64, 63) - 1) < 1e-6);
    }

    void whatARowGivesDoesNotDependOnItsParts()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 600000, 5000000, 10, 10, 1000, 130};
        const auto areas = PixelAreas::create(grid);
        QVERIFY(areas);
        const auto collected = [&](int row, int step) {
            std::vector<double> out;
            for (int from = 0; from < 1000; from += step) {
                areas->row(row, from, std::min(1000, from + step), [&](int begin, int end, double area) {
                    QVERIFY(begin < end);
                    QCOMPARE(begin, static_cast<int>(out.size()));
                    out.insert(out.end(), static_cast<std::size_t>(end - begin), area);
                });
            }
            return out;
        };
        QCOMPARE(collected(77, 1000).size(), std::size_t(1000));
        QCOMPARE(collected(77, 37), collected(77, 1000));
        QCOMPARE(collected(129, 512), collected(129, 1));
    }

    void anUnknownCrsIsAnError() { QVERIFY(!PixelAreas::create({QStringLiteral("EPSG:1"), 0, 0, 1, 1, 10, 10})); }
};

QTEST_APPLESS_MAIN(tst_PixelAreas)
#include "tst_pixelareas.moc"
