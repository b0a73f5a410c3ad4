// SPDX-License-Identifier: Apache-2.0
#include "core/raster/areas.h"
#include "core/raster/geodesy.h"
#include "tests/core/raster/gdalfiles.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <gdal_alg.h>
#include <ogr_geometry.h>

#include <numbers>
#include <random>

using namespace astra;
using namespace astra::raster;

class TestAreas : public QObject
{
    Q_OBJECT

    using Picture = std::vector<unsigned char>;

    static data::NamedArea area(data::Rings rings) { return {QStringLiteral("a"), std::move(rings)}; }

    /// Two degrees a side; pixels of 1/32° are exact numbers.
    static data::Grid degrees(int width = 64, int height = 64)
    {
        return {QStringLiteral("EPSG:4326"), 10, 52, 1.0 / 32, 1.0 / 32, width, height};
    }

    /// What gdal_rasterize burns by default.
    static Picture burnt(const data::Rings &rings, const data::Grid &grid)
    {
        raster::initialise();
        OGRSpatialReference reference;
        reference.SetFromUserInput(grid.crs.toUtf8().constData());
        reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
        std::unique_ptr<GDALDataset> file(
            GetGDALDriverManager()->GetDriverByName("MEM")->Create("", grid.width, grid.height, 1, GDT_Byte, nullptr));
        std::array<double, 6> transform {grid.originX, grid.pixelWidth, 0, grid.originY, 0, -grid.pixelHeight};
        file->SetGeoTransform(transform.data());
        file->SetSpatialRef(&reference);
        OGRPolygon polygon;
        polygon.assignSpatialReference(&reference);
        for (const auto &ring : rings) {
            OGRLinearRing out;
            for (const auto &point : ring)
                out.addPoint(point.x(), point.y());
            out.closeRings();
            polygon.addRing(&out);
        }
        int band = 1;
        double value = 1;
        OGRGeometryH geometry = OGRGeometry::ToHandle(&polygon);
        if (GDALRasterizeGeometries(file.get(), 1, &band, 1, &geometry, nullptr, nullptr, &value, nullptr, nullptr,
                                    nullptr)
            != CE_None)
            qFatal("GDAL does not burn the polygon.");
        Picture out(static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height));
        if (file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, grid.width, grid.height, out.data(), grid.width,
                                             grid.height, GDT_Byte, 0, 0, nullptr)
            != CE_None)
            qFatal("GDAL's picture cannot be read.");
        return out;
    }

    /// Where one of many areas is; each pixel may be told of once only.
    static Picture laid(const Areas &areas, const data::Grid &grid, int which = 0)
    {
        Picture out(static_cast<std::size_t>(grid.width) * static_cast<std::size_t>(grid.height));
        for (int row = 0; row < grid.height; ++row) {
            areas.spans(row, 0, grid.width, [&](int found, int from, int to) {
                for (int x = from; found == which && x < to; ++x)
                    ++out[static_cast<std::size_t>(row) * static_cast<std::size_t>(grid.width)
                          + static_cast<std::size_t>(x)];
            });
        }
        return out;
    }

    static qint64 differing(const Picture &a, const Picture &b)
    {
        qint64 count = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            count += a[i] != b[i];
        return count;
    }

    static data::Ring star(std::mt19937 &random, QPointF middle, double radius, int corners)
    {
        std::uniform_real_distribution<double> share(0.2, 1);
        data::Ring ring;
        for (int i = 0; i < corners; ++i) {
            const double angle = 2 * std::numbers::pi * i / corners;
            const double r = radius * share(random);
            ring.emplace_back(middle.x() + r * std::cos(angle), middle.y() + r * std::sin(angle));
        }
        return ring;
    }

private Q_SLOTS:
    void shapes_data()
    {
        QTest::addColumn<data::Rings>("rings");
        const auto box = [](double west, double south, double east, double north) {
            return data::Ring {{west, south}, {east, south}, {east, north}, {west, north}};
        };
        constexpr double pixel = 1.0 / 32;
        QTest::newRow("box") << data::Rings {box(10.2, 50.3, 11.1, 51.7)};
        QTest::newRow("along the edges of pixels") << data::Rings {box(10.25, 50.25, 11, 51.75)};
        QTest::newRow("through the centres of pixels")
            << data::Rings {box(10 + 4.5 * pixel, 50 + 7.5 * pixel, 10 + 30.5 * pixel, 50 + 40.5 * pixel)};
        data::Ring clockwise = box(10 + 4.5 * pixel, 50 + 7.5 * pixel, 10 + 30.5 * pixel, 50 + 40.5 * pixel);
        std::reverse(clockwise.begin(), clockwise.end());
        QTest::newRow("the same, clockwise") << data::Rings {clockwise};
        QTest::newRow("hole") << data::Rings {box(10.1, 50.1, 11.9, 51.9), box(10.5, 50.5, 11.3, 51.2)};
        QTest::newRow("hole through centres")
            << data::Rings {box(10.1, 50.1, 11.9, 51.9),
                            box(10 + 14.5 * pixel, 50 + 17.5 * pixel, 10 + 30.5 * pixel, 50 + 40.5 * pixel)};
        QTest::newRow("island in a hole")
            << data::Rings {box(10.1, 50.1, 11.9, 51.9), box(10.5, 50.5, 11.3, 51.2), box(10.7, 50.7, 11, 51)};
        QTest::newRow("two that overlap cancel") << data::Rings {box(10.1, 50.1, 11, 51), box(10.5, 50.5, 11.3, 51.2)};
        QTest::newRow("bow tie") << data::Rings {{{10.1, 50.1}, {11.9, 51.9}, {11.9, 50.1}, {10.1, 51.9}}};
        QTest::newRow("steps through centres") << data::Rings {{{10 + 2.5 * pixel, 50 + 2.5 * pixel},
                                                                {10 + 20.5 * pixel, 50 + 2.5 * pixel},
                                                                {10 + 20.5 * pixel, 50 + 9.5 * pixel},
                                                                {10 + 33.5 * pixel, 50 + 9.5 * pixel},
                                                                {10 + 33.5 * pixel, 50 + 20.5 * pixel},
                                                                {10 + 2.5 * pixel, 50 + 20.5 * pixel}}};
        QTest::newRow("all of it and more") << data::Rings {box(0, 40, 30, 60)};
        QTest::newRow("partly outside") << data::Rings {box(9, 51, 10.7, 55)};
        QTest::newRow("outside") << data::Rings {box(20, 51, 21, 52)};
        QTest::newRow("less than a pixel") << data::Rings {box(10.001, 50.001, 10.002, 50.002)};
        QTest::newRow("a sliver") << data::Rings {{{10.1, 50.2}, {11.8, 51.4}, {11.8, 51.41}}};
        QTest::newRow("flat") << data::Rings {{{10.1, 50.2}, {11.8, 50.2}, {10.9, 50.2}}};
        std::mt19937 random(20240630);
        std::uniform_real_distribution<double> x(9.5, 12.5);
        std::uniform_real_distribution<double> y(49.5, 52.5);
        for (int i = 0; i < 200; ++i) {
            data::Rings rings {star(random, {x(random), y(random)}, 0.9, 3 + i)};
            if (i % 3 == 0)
                rings.push_back(star(random, rings[0][0], 0.3, 7));
            QTest::addRow("star %d", i) << rings;
        }
    }

    void shapes()
    {
        QFETCH(data::Rings, rings);
        const data::Grid grid = degrees();
        const auto areas = Areas::create({area(rings)}, grid);
        QVERIFY(areas);
        QCOMPARE(differing(laid(*areas, grid), burnt(rings, grid)), 0);
    }

    /// Against numbers of GDAL's that a script wrote down; "?" is too near to an edge to be told.
    void polygonsFromOutside_asGdalHasThem()
    {
        const auto table = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/areas/expected.json"));
        QVERIFY(table);
        const auto number = [](const Json &json, const char *key) { return numberAt(json, key).value(); };
        int told = 0;
        for (const auto &shape : listAt(*table, "shapes")) {
            const Json &given = (*table)["grids"][shape["grid"].get<std::size_t>()];
            const double pixel = number(given, "pixel");
            const data::Grid grid {stringAt(given, "crs"),
                                   number(given, "x"),
                                   number(given, "y"),
                                   pixel,
                                   pixel,
                                   static_cast<int>(number(*table, "width")),
                                   static_cast<int>(number(*table, "height"))};
            const auto read = data::areasFromGeoJson({{"type", "Polygon"}, {"coordinates", shape["coordinates"]}});
            QVERIFY(read);
            const auto areas = Areas::create(*read, grid);
            QVERIFY(areas);
            const Picture picture = laid(*areas, grid);
            std::size_t at = 0;
            static const QRegularExpression run(QStringLiteral("(\\d+)([.#?])"));
            for (const auto &row : asStringList(shape["rows"])) {
                for (auto found = run.globalMatch(row); found.hasNext();) {
                    const auto one = found.next();
                    for (int i = one.captured(1).toInt(); i > 0; --i, ++at) {
                        if (one.captured(2) == u'?')
                            continue;
                        QCOMPARE(picture.at(at), one.captured(2) == u'#' ? 1 : 0);
                        ++told;
                    }
                }
            }
            QCOMPARE(at, picture.size());
        }
        QVERIFY(told > 50 * 48 * 40 * 9 / 10);
    }

    void partsOfRows_giveTheSame()
    {
        std::mt19937 random(7);
        std::vector<data::NamedArea> list;
        for (int i = 0; i < 40; ++i)
            list.push_back(area({star(random, {10 + 0.05 * i, 51}, 0.5, 9 + i)}));
        const data::Grid grid = degrees();
        const auto areas = Areas::create(list, grid);
        QVERIFY(areas);
        for (int which = 0; which < 40; ++which) {
            const Picture whole = laid(*areas, grid, which);
            QCOMPARE(differing(whole, burnt(list[static_cast<std::size_t>(which)].rings, grid)), 0);
            for (const int side : {1, 7, 16, 63}) {
                Picture parts(whole.size());
                for (int y = 0; y < 64; ++y) {
                    for (int x = 0; x < 64; x += side) {
                        areas->spans(y, x, std::min(64, x + side), [&](int found, int from, int to) {
                            QVERIFY(from >= x && from < to && to <= x + side);
                            for (int column = from; found == which && column < to; ++column)
                                ++parts[static_cast<std::size_t>(y * 64 + column)];
                        });
                    }
                }
                QCOMPARE(differing(whole, parts), 0);
            }
        }
    }

    void touches_asSpansDo()
    {
        std::mt19937 random(11);
        std::vector<data::NamedArea> list;
        for (int i = 0; i < 5; ++i)
            list.push_back(area({star(random, {10.2 + 0.3 * i, 50.3 + 0.3 * i}, 0.2, 5)}));
        const data::Grid grid = degrees();
        const auto areas = Areas::create(list, grid);
        QVERIFY(areas);
        int touched = 0;
        for (int y = 0; y < 64; y += 4) {
            for (int x = 0; x < 64; x += 4) {
                bool any = false;
                for (int row = y; row < y + 4; ++row)
                    areas->spans(row, x, x + 4, [&](int, int, int) { any = true; });
                QCOMPARE(areas->touches(x, y, 4, 4), any);
                touched += any;
            }
        }
        QVERIFY(touched > 20 && touched < 200);
    }

    /// An edge along a parallel is a curve in UTM: 6° of it sag by kilometres.
    void longEdges_followTheMap()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 300000, 5700000, 100, 100, 4200, 600};
        const data::Ring ring {{6.2, 51.1}, {11.9, 51.1}, {11.9, 51.3}, {6.2, 51.3}};
        const auto areas = Areas::create({area({ring})}, grid);
        QVERIFY(areas);
        const Picture picture = laid(*areas, grid);
        // The other way round: the centre of each pixel in degrees.
        const auto back = Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
        QVERIFY(back);
        qint64 wrong = 0;
        qint64 inside = 0;
        for (int y = 0; y < grid.height; ++y) {
            std::vector<QPointF> row;
            for (int x = 0; x < grid.width; ++x)
                row.emplace_back(grid.originX + (x + 0.5) * 100, grid.originY - (y + 0.5) * 100);
            back->apply(row);
            for (int x = 0; x < grid.width; ++x) {
                const QPointF p = row[static_cast<std::size_t>(x)];
                const bool is = picture[static_cast<std::size_t>(y * grid.width + x)] == 1;
                inside += is;
                // Where it is farther than a quarter of a pixel (25 m) from the edges.
                constexpr double quarter = 26.0 / 111000;
                const double off = std::min(std::min(std::abs(p.y() - 51.1), std::abs(p.y() - 51.3)),
                                            std::min(std::abs(p.x() - 6.2), std::abs(p.x() - 11.9)) * 0.6);
                const bool should = p.x() > 6.2 && p.x() < 11.9 && p.y() > 51.1 && p.y() < 51.3;
                wrong += off > quarter && is != should;
            }
        }
        QCOMPARE(wrong, 0);
        QVERIFY(inside > 800'000);
    }

    void aroundThePole()
    {
        const data::Grid grid {QStringLiteral("EPSG:3413"), -1000000, 1000000, 10000, 10000, 200, 200};
        // Everything north of 85°, as two halves of the world.
        const data::Rings rings {{{-180, 85}, {0, 85}, {0, 90}, {-180, 90}}, {{0, 85}, {180, 85}, {180, 90}, {0, 90}}};
        const auto areas = Areas::create({area(rings)}, grid);
        QVERIFY(areas);
        const Picture picture = laid(*areas, grid);
        const auto back = Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
        QVERIFY(back);
        int wrong = 0;
        for (int y = 0; y < 200; ++y) {
            for (int x = 0; x < 200; ++x) {
                std::vector<QPointF> p {{-1000000 + (x + 0.5) * 10000, 1000000 - (y + 0.5) * 10000}};
                back->apply(p);
                const bool near = std::abs(p[0].y() - 85) < 0.03;
                wrong += !near && (p[0].y() > 85) != (picture[static_cast<std::size_t>(y * 200 + x)] == 1);
            }
        }
        QCOMPARE(wrong, 0);
    }

    void theWholeWorld_isAllOfAGrid()
    {
        for (const char *crs : {"EPSG:32632", "EPSG:3857", "EPSG:3413"}) {
            const data::Grid grid {QString::fromLatin1(crs), 500000, 5700000, 100, 100, 100, 100};
            const auto areas = Areas::create({area(data::GeoBox {-180, -90, 180, 90}.rings())}, grid);
            QVERIFY(areas);
            QCOMPARE(differing(laid(*areas, grid), Picture(10000, 1)), 0);
        }
    }

    void acrossTheAntimeridian()
    {
        // Fiji, UTM 60 S: an area on both sides of 180°.
        const data::Grid grid {QStringLiteral("EPSG:32760"), 800000, 8200000, 100, 100, 400, 400};
        const auto areas = Areas::create({area(data::GeoBox {179.95, -17, -179.9, -16.5}.rings())}, grid);
        QVERIFY(areas);
        const Picture picture = laid(*areas, grid);
        const auto back = Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
        QVERIFY(back);
        int wrong = 0;
        int inside = 0;
        for (int y = 0; y < 400; ++y) {
            for (int x = 0; x < 400; ++x) {
                std::vector<QPointF> p {{800000 + (x + 0.5) * 100, 8200000 - (y + 0.5) * 100}};
                back->apply(p);
                const double east = p[0].x() < 0 ? p[0].x() + 360 : p[0].x();
                const double off = std::min({std::abs(east - 179.95), std::abs(east - 180.1), std::abs(p[0].y() + 17),
                                             std::abs(p[0].y() + 16.5)});
                const bool should = east > 179.95 && east < 180.1 && p[0].y() > -17 && p[0].y() < -16.5;
                const bool is = picture[static_cast<std::size_t>(y * 400 + x)] == 1;
                wrong += off > 0.0003 && should != is;
                inside += is;
            }
        }
        QCOMPARE(wrong, 0);
        QVERIFY(inside > 10000);
    }

    void aMillionVertices()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 399960, 5700000, 10, 10, 10980, 10980};
        // A coast: bays of every size, its corners some metres apart.
        std::mt19937 random(3);
        std::uniform_real_distribution<double> noise(-1, 1);
        data::Ring ring;
        for (int i = 0; i < 1'000'000; ++i) {
            const double angle = 2 * std::numbers::pi * i / 1e6;
            const double r = 0.4 + 0.05 * std::sin(40 * angle) + 0.01 * std::sin(901 * angle) + 2e-4 * noise(random);
            ring.emplace_back(8.34 + 1.58 * r * std::cos(angle), 50.95 + r * std::sin(angle));
        }
        QElapsedTimer timer;
        timer.start();
        const auto areas = Areas::create({area({ring})}, grid);
        const auto took = timer.elapsed();
        QVERIFY(areas);
        QVERIFY2(took < 2000, qPrintable(QStringLiteral("%1 ms").arg(took)));
        qint64 inside = 0;
        timer.restart();
        for (int row = 0; row < grid.height; ++row) {
            for (int x = 0; x < grid.width; x += 512)
                areas->spans(row, x, std::min(grid.width, x + 512),
                             [&](int, int from, int to) { inside += to - from; });
        }
        qInfo("%lld ms to index, %lld ms to walk over", static_cast<long long>(took),
              static_cast<long long>(timer.elapsed()));
        // As much as the polygon itself covers, in pixels of 100 m² on the map (0.04 % larger on the ground at most).
        const double covered = areaKm2(data::Rings {ring}) * 1e4;
        QVERIFY2(std::abs(static_cast<double>(inside) / covered - 1) < 1e-3,
                 qPrintable(QStringLiteral("%1 %2").arg(inside).arg(covered)));
    }

    void tooIntricate_isSaid()
    {
        // A saw whose every tooth is as high as the grid.
        const data::Grid grid {QStringLiteral("EPSG:4326"), 10, 52, 1e-4, 1e-4, 20000, 20000};
        data::Ring ring;
        for (int i = 0; i < 100'000; ++i)
            ring.emplace_back(10 + 2e-5 * i, i % 2 ? 50.0 : 52.0);
        const auto areas = Areas::create({area({ring})}, grid);
        QVERIFY(!areas);
        QCOMPARE(areas.error().code, ErrorCode::InvalidInput);
    }

    void noAreas_touchNothing()
    {
        const auto areas = Areas::create({}, degrees());
        QVERIFY(areas);
        QVERIFY(!areas->touches(0, 0, 64, 64));
    }

    void unknownCrs_isAnError()
    {
        data::Grid grid = degrees();
        grid.crs = QStringLiteral("EPSG:999999");
        QVERIFY(!Areas::create({area({{{10, 50}, {11, 50}, {11, 51}}})}, grid));
    }
};

QTEST_GUILESS_MAIN(TestAreas)
#include "tst_areas.moc"
