// SPDX-License-Identifier: Apache-2.0
#include "core/raster/geodesy.h"
#include "core/raster/warp.h"
#include "tests/core/raster/gdalfiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::raster;

class tst_Warp : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sameGrid_isCopied()
    {
        auto file = plane({});
        const data::Grid grid = *file.info().grid();
        const auto part = readOnGrid(file, 1, windowOf(grid, 3, 4, 5, 6), Resampling::Bilinear);
        QVERIFY(part);
        for (int y = 0; y < 6; ++y) {
            for (int x = 0; x < 5; ++x)
                QCOMPARE(part->at(x, y), static_cast<float>(x + 3 + 100 * (y + 4)));
        }
        const auto beyond = readOnGrid(file, 1, windowOf(grid, -2, 62, 4, 4), Resampling::Nearest);
        QVERIFY(beyond);
        QVERIFY(std::isnan(beyond->at(1, 0)) && std::isnan(beyond->at(2, 2)));
        QCOMPARE(beyond->at(2, 1), 6300.0F);
        const auto away = readOnGrid(file, 1, windowOf(grid, 5000, 0, 4, 4), Resampling::Nearest);
        QVERIFY(away && std::isnan(away->at(0, 0)));
    }

    void finerGrid_interpolates()
    {
        auto file = plane({});
        data::Grid grid = *file.info().grid();
        grid.originX += 100;
        grid.originY -= 100;
        grid.pixelWidth = grid.pixelHeight = 5;
        grid.width = grid.height = 20;
        // A plane stays a plane under bilinear interpolation: value = column + 100 × row at pixel centres.
        const auto smooth = readOnGrid(file, 1, grid, Resampling::Bilinear);
        const auto blocky = readOnGrid(file, 1, grid, Resampling::Nearest);
        QVERIFY(smooth && blocky);
        for (int y = 0; y < 20; ++y) {
            for (int x = 0; x < 20; ++x) {
                const double column = 10 + (x + 0.5) / 2 - 0.5;
                const double row = 10 + (y + 0.5) / 2 - 0.5;
                QVERIFY(std::abs(smooth->at(x, y) - (column + 100 * row)) < 1e-3);
                QCOMPARE(blocky->at(x, y), static_cast<float>(10 + x / 2 + 100 * (10 + y / 2)));
            }
        }
    }

    void nodata_staysWhereItIs()
    {
        test::Made made;
        made.type = GDT_Float32;
        made.nodata = -1;
        test::makeTiff(path(), made, [](int x, int, int) { return x == 20 ? -1 : 5; });
        auto file = Dataset::open(test::local(path()));
        data::Grid grid = *file->info().grid();
        grid.pixelWidth = grid.pixelHeight = 2;
        grid.width = 320;
        grid.height = 10;
        const auto fine = readOnGrid(*file, 1, grid, Resampling::Bilinear);
        QVERIFY(fine);
        for (int x = 0; x < 320; ++x) {
            if (x / 5 == 20)
                QVERIFY(std::isnan(fine->at(x, 5)));
            else
                QCOMPARE(fine->at(x, 5), 5.0F); // no nodata is mixed in
        }
    }

    void coarserGrid_usesOverviewsOrMeans()
    {
        test::Made made;
        made.width = made.height = 512;
        made.type = GDT_Float32;
        made.overviews = true;
        auto file = plane(made);
        data::Grid grid = *file.info().grid();
        grid.pixelWidth = grid.pixelHeight = 80;
        grid.width = grid.height = 64;
        for (const auto how : {Resampling::Bilinear, Resampling::Average}) {
            const auto block = readOnGrid(file, 1, grid, how);
            QVERIFY(block);
            for (int i = 1; i < 63; i += 6) // the mean of 8 × 8 pixels of a plane
                QVERIFY(std::abs(block->at(i, 63 - i) - (8 * i + 3.5 + 100 * (8 * (63 - i) + 3.5))) < 60);
        }
    }

    void average_withoutOverviews_isTheMean()
    {
        auto file = plane({});
        data::Grid grid = *file.info().grid();
        grid.pixelWidth = grid.pixelHeight = 40;
        grid.width = grid.height = 16;
        const auto block = readOnGrid(file, 1, grid, Resampling::Average);
        QVERIFY(block);
        for (int y = 0; y < 16; ++y) {
            for (int x = 0; x < 16; ++x)
                QVERIFY(std::abs(block->at(x, y) - (4 * x + 1.5 + 100 * (4 * y + 1.5))) < 1e-2);
        }
    }

    void mercatorTile_isWithinAQuarterPixel_data()
    {
        QTest::addColumn<int>("zoom");
        for (const int zoom : {6, 8, 10, 12, 14})
            QTest::newRow(qPrintable(QString::number(zoom))) << zoom;
    }
    void mercatorTile_isWithinAQuarterPixel()
    {
        QFETCH(int, zoom);
        // Each pixel holds its own column: the value says which source position was taken.
        test::Made made;
        made.width = made.height = 2048;
        made.type = GDT_Float32;
        made.transform = {500000, 60, 0, 5200000, 0, -60};
        test::makeTiff(path(), made, [](int x, int, int) { return x; });
        auto file = Dataset::open(test::local(path()));
        QVERIFY(file);
        // The tile of that zoom that holds the middle of the file.
        const auto forth = Transform::create(made32631(), QStringLiteral("EPSG:3857"));
        std::vector<QPointF> middle {{500000 + 60 * 1024.0, 5200000 - 60 * 1024.0}};
        forth->apply(middle);
        constexpr double half = 20037508.342789244;
        const double side = 2 * half / std::exp2(zoom);
        const auto grid = mercatorGrid(zoom, static_cast<int>((middle[0].x() + half) / side),
                                       static_cast<int>((half - middle[0].y()) / side));
        const auto block = readOnGrid(*file, 1, grid, Resampling::Bilinear);
        QVERIFY(block);
        const auto back = Transform::create(QStringLiteral("EPSG:3857"), made32631());
        int checked = 0;
        for (int y = 3; y < 256; y += 7) {
            for (int x = 2; x < 256; x += 7) {
                std::vector<QPointF> p {
                    {grid.originX + (x + 0.5) * grid.pixelWidth, grid.originY - (y + 0.5) * grid.pixelHeight}};
                back->apply(p);
                const double column = (p[0].x() - 500000) / 60;
                const double row = (5200000 - p[0].y()) / 60;
                const double unit = std::max(1.0, grid.pixelWidth * 0.68 / 60); // a target pixel in source pixels
                if (column < 2 * unit || row < 2 * unit || column > 2048 - 2 * unit || row > 2048 - 2 * unit)
                    continue;
                ++checked;
                // Thinned reads take one of the pixels in the target's, so a whole one is allowed there.
                const double allowed = unit > 1.5 ? unit + 0.25 : 0.25;
                QVERIFY2(std::abs(block->at(x, y) - (column - 0.5)) <= allowed,
                         qPrintable(
                             QStringLiteral("%1 %2: %3 for %4").arg(x).arg(y).arg(block->at(x, y)).arg(column - 0.5)));
            }
        }
        QVERIFY(checked > 0);
    }

    void windows_areTheWholeBitForBit()
    {
        // Another CRS (curved lines), the same one at an odd pixel size, and one with an overview; by every method.
        test::Made made;
        made.type = GDT_Float32;
        made.nodata = -1;
        made.width = made.height = 900;
        made.overviews = true;
        test::makeTiff(path(), made, [](int x, int y, int) {
            return x % 97 == 3 ? -1 : std::sin(x * 0.37) * 1000 + y * y % 613 * 0.7;
        });
        auto file = Dataset::open(test::local(path()));
        QVERIFY(file);
        const auto box = boundsInDegrees(*file->info().grid());
        QVERIFY(box);
        const std::vector<data::Grid> grids {
            *mercatorGrid(*box, 1200, 1200),
            {QStringLiteral("EPSG:4326"), box->west, box->north, box->width() / 1111, 0.0821 / 1111, 1111, 1111},
            {made32631(), 499990, 5000123, 7.3, 9.1, 1234, 987},
            {made32631(), 500000, 5000000, 20, 20, 450, 450},
            {made32631(), 500003, 4999999, 70, 70, 129, 130},
        };
        for (const auto &grid : grids) {
            for (const auto how : {Resampling::Nearest, Resampling::Bilinear, Resampling::Average}) {
                const auto alignment = Alignment::create(file->info(), grid, how);
                QVERIFY(alignment);
                const auto whole = readOnGrid(*file, 1, grid, how);
                QVERIFY(whole);
                int seen = 0;
                for (const auto &[x, y, w, h] : {std::array {0, 0, 100, 60}, std::array {64, 65, 37, 1},
                                                 std::array {grid.width - 51, grid.height - 77, 51, 77},
                                                 std::array {90, 3, 1, 100}, std::array {33, 100, 96, 30}}) {
                    const auto found = alignment->partOf(windowOf(grid, x, y, w, h));
                    QVERIFY(found && found->x == x && found->y == y);
                    const auto part = readOnGrid(*file, 1, *alignment, *found);
                    QVERIFY(part);
                    for (int j = 0; j < h; ++j) {
                        for (int i = 0; i < w; ++i) {
                            const float a = part->at(i, j);
                            const float b = whole->at(x + i, y + j);
                            QVERIFY((std::isnan(a) && std::isnan(b)) || a == b);
                            seen += !std::isnan(a);
                        }
                    }
                }
                QVERIFY(seen > 5000);
                QVERIFY(!alignment->partOf(windowOf(grid, grid.width - 5, 0, 6, 5)));
                QVERIFY(!alignment->partOf({grid.crs, grid.originX + grid.pixelWidth / 2, grid.originY, grid.pixelWidth,
                                            grid.pixelHeight, 5, 5}));
            }
        }
    }

    void antimeridianUtm_isFound()
    {
        // Zone 1 straddles 180°: its western part lies on the map's far right.
        test::Made made;
        made.epsg = 32701;
        made.width = made.height = 256;
        made.type = GDT_Float32;
        made.transform = {100000, 500, 0, 8100000, 0, -500};
        test::makeTiff(path(), made, [](int, int, int) { return 9; });
        auto file = Dataset::open(test::local(path()));
        QVERIFY(file);
        const auto box = boundsInDegrees(*file->info().grid());
        QVERIFY(box);
        QVERIFY(box->crossesAntimeridian());
        int filled[2] = {0, 0};
        for (const int x : {0, 63}) { // zoom 6, both sides; latitude about −17.5
            const auto block = readOnGrid(*file, 1, mercatorGrid(6, x, 35), Resampling::Bilinear);
            QVERIFY(block);
            for (const float v : block->values)
                filled[x ? 1 : 0] += v == 9.0F;
        }
        QVERIFY(filled[0] > 0 && filled[1] > 0);
    }

private:
    static QString made32631() { return QStringLiteral("EPSG:32631"); }
    QString path() const { return m_dir.filePath(QStringLiteral("w.tif")); }
    Dataset plane(const test::Made &made)
    {
        test::makeTiff(path(), made, [](int x, int y, int) { return x + 100 * y; });
        return std::move(*Dataset::open(test::local(path())));
    }
    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(tst_Warp)
#include "tst_warp.moc"
