// SPDX-License-Identifier: Apache-2.0
#include "core/processing/targetgrid.h"

#include <QTest>

#include <map>
#include <set>
#include <tuple>

using namespace astra;
using namespace astra::processing;

namespace {

data::Grid gridOf(const Json &g)
{
    return {QStringLiteral("EPSG:%1").arg(g[0].get<int>()), g[1], g[2], g[3], g[3], g[4], g[5]};
}

data::Grid plain(int width, int height)
{
    return {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, width, height};
}

} // namespace

class tst_TargetGrid : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    /// tests/data/targetgrid/make.py, by GDAL.
    void grid_data()
    {
        QTest::addColumn<QByteArray>("text");
        const auto cases = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/targetgrid/expected.json"));
        QVERIFY(cases && cases->size() >= 11);
        for (const auto &[name, one] : cases->items())
            QTest::newRow(name.c_str()) << toText(one);
    }
    void grid()
    {
        QFETCH(QByteArray, text);
        const auto one = parseJson(text);
        QVERIFY(one);
        std::vector<BandGrid> grids;
        for (const auto &band : listAt(*one, "grids"))
            grids.push_back({band[0], QStringLiteral("b"), gridOf(band[1])});
        const QString extent = stringAt(*one, "extent");
        data::Recipe recipe;
        recipe.bbox = data::GeoBox::fromJson(member(*one, "bbox"));
        if (const Json &wish = member(*one, "wish"); !wish.is_null())
            recipe.grid = data::Recipe::GridWish {stringAt(wish, "crs"), *numberAt(wish, "pixel")};
        const auto got = targetGrid(grids,
                                    extent == u"union"              ? Extent::Union
                                        : extent == u"intersection" ? Extent::Intersection
                                                                    : Extent::FirstScene,
                                    recipe);
        QVERIFY(got);
        const auto expected = gridOf(member(*one, "expected"));
        QCOMPARE(got->crs, expected.crs);
        QCOMPARE(got->width, expected.width);
        QCOMPARE(got->height, expected.height);
        QVERIFY(std::abs(got->originX - expected.originX) < 1e-6 && std::abs(got->originY - expected.originY) < 1e-6);
        QCOMPARE(got->pixelWidth, expected.pixelWidth);
        QCOMPARE(got->pixelHeight, expected.pixelHeight);
    }

    void area_andWithin_cropAsTheirBoxes()
    {
        data::Recipe boxed;
        boxed.bbox = data::GeoBox {3.01, 45.13, 3.03, 45.145};
        const auto byBox = targetGrid({{0, {}, plain(400, 300)}}, Extent::FirstScene, boxed);
        data::Recipe inArea;
        inArea.area = {{QStringLiteral("a"), {{{3.01, 45.13}, {3.03, 45.13}, {3.03, 45.14}}}},
                       {QStringLiteral("b"), {{{3.02, 45.14}, {3.025, 45.145}, {3.025, 45.14}}}}};
        const auto byArea = targetGrid({{0, {}, plain(400, 300)}}, Extent::FirstScene, inArea);
        const auto byPlan = targetGrid({{0, {}, plain(400, 300)}}, Extent::FirstScene, {}, boxed.bbox);
        QVERIFY(byBox && byArea && byPlan);
        QVERIFY(*byBox == *byArea && *byBox == *byPlan);
    }

    void refused_withASentence()
    {
        const auto told = [](const Result<data::Grid> &grid, const char16_t *word) {
            return !grid && grid.error().code == ErrorCode::InvalidInput
                && grid.error().message.contains(QString::fromUtf16(word));
        };
        auto far = plain(100, 100);
        far.originX += 100000;
        QVERIFY(told(targetGrid({{0, {}, plain(100, 100)}, {1, {}, far}}, Extent::Intersection, {}), u"overlap"));
        data::Recipe elsewhere;
        elsewhere.bbox = data::GeoBox {100, 10, 101, 11};
        QVERIFY(told(targetGrid({{0, {}, plain(100, 100)}}, Extent::FirstScene, elsewhere), u"does not touch"));
        auto other = plain(100, 100);
        other.originY -= 9e6;
        other.originX -= 300000;
        QVERIFY(told(targetGrid({{0, {}, plain(100, 100)}, {1, {}, other}}, Extent::Union, {}), u"pixels"));
        // A part of it is no trouble.
        data::Recipe part;
        part.bbox = data::GeoBox {3.0005, 45.145, 3.005, 45.15};
        QVERIFY(targetGrid({{0, {}, plain(100, 100)}, {1, {}, other}}, Extent::Union, part));
        data::Recipe nonsense;
        nonsense.grid = data::Recipe::GridWish {QStringLiteral("EPSG:0"), 10};
        QVERIFY(!targetGrid({{0, {}, plain(100, 100)}}, Extent::FirstScene, nonsense));
        QVERIFY(!targetGrid({}, Extent::FirstScene, {}));
    }

    void bandsThatDoNotMeet_areTold()
    {
        auto far = plain(100, 100);
        far.originX += 100000;
        const auto grid = targetGrid({{0, QStringLiteral("red"), plain(100, 100)}, {0, QStringLiteral("nir"), far}},
                                     Extent::FirstScene, {});
        QVERIFY(!grid);
        QCOMPARE(grid.error().code, ErrorCode::InvalidInput);
        QCOMPARE(grid.error().message, QStringLiteral("red and nir do not overlap."));
    }

    void aSideIsBounded_too()
    {
        auto line = plain(1, 1);
        line.pixelWidth = 1e-4;
        line.width = 1200000000;
        line.pixelHeight = 1e-4;
        const auto grid = targetGrid({{0, {}, line}}, Extent::FirstScene, {});
        QVERIFY(!grid && grid.error().message.contains(u"pixels"));
    }

    /// UTM zones 60 and 1 reach over the 180th meridian; a map in degrees ends there.
    void antimeridian_isCrossedOrTold()
    {
        // 179.8° E … 179.9° W at about 16.5° S: easting 820 km of zone 60 is the meridian itself.
        const data::Grid crossing {QStringLiteral("EPSG:32760"), 800000, 8180000, 100, 100, 350, 300};
        data::Recipe inDegrees;
        inDegrees.grid = data::Recipe::GridWish {QStringLiteral("EPSG:4326"), 0.001};
        for (const Extent extent : {Extent::FirstScene, Extent::Union}) {
            const auto told = targetGrid({{0, {}, crossing}}, extent, inDegrees);
            QVERIFY(!told);
            QVERIFY2(told.error().message.contains(u"180"), qPrintable(told.error().message));
        }
        // A box across it cuts the scene on both of its sides, in metres.
        data::Recipe box;
        box.bbox = data::GeoBox {179.9, -16.6, -179.9, -16.5};
        const auto both = targetGrid({{0, {}, crossing}}, Extent::FirstScene, box);
        QVERIFY(both);
        const double left = both->originX;
        const double right = both->originX + both->pixelWidth * both->width;
        QVERIFY(left > 800000 && left < 815000 && right > 825000 && right < 835000);
        // 0.2° of longitude at 16.5° S are 21.4 km.
        QVERIFY2(std::abs(right - left - 21400) < 500, qPrintable(QString::number(right - left)));
        // A raster in degrees that lies on one side of it is cut by that half of the box.
        const data::Grid degrees {QStringLiteral("EPSG:4326"), 179, -16, 0.001, 0.001, 1000, 1000};
        const auto half = targetGrid({{0, {}, degrees}}, Extent::FirstScene, box);
        QVERIFY(half);
        QCOMPARE(half->width, 100);
        QCOMPARE(half->height, 100);
        // The whole world in degrees has two parts of it, far from each other.
        const data::Grid world {QStringLiteral("EPSG:4326"), -180, 90, 0.1, 0.1, 3600, 1800};
        const auto torn = targetGrid({{0, {}, world}}, Extent::FirstScene, box);
        QVERIFY(!torn && torn.error().message.contains(u"180th"));
    }

    void order_isWholeAndInColumns()
    {
        for (const int run : {1, 2, 8, 32}) {
            const auto order = tileOrder(70, 35, run);
            QCOMPARE(order.size(), size_t(2450));
            QCOMPARE(std::set<quint32>(order.begin(), order.end()).size(), size_t(2450));
            if (run == 1) { // the four tiles of an overview follow one another
                QCOMPARE(std::vector<quint32>(order.begin(), order.begin() + 8),
                         (std::vector<quint32> {0, 1, 70, 71, 2, 3, 72, 73}));
            }
            if (run == 2) // where rows are read whole, those of a square
                QCOMPARE(std::vector<quint32>(order.begin(), order.begin() + 6),
                         (std::vector<quint32> {0, 1, 70, 71, 2, 3}));
            for (quint32 i = 0; i < static_cast<quint32>(run); ++i)
                QCOMPARE(order[i], i);
            QVERIFY(std::all_of(order.begin(), order.begin() + 35 * 32, [](quint32 tile) { return tile % 70 < 32; }));
        }
    }

    /// However large the raster, few overviews wait for the rest of their four tiles.
    void order_keepsFewOverviewsOpen_data()
    {
        QTest::addColumn<int>("columns");
        QTest::addColumn<int>("rows");
        QTest::addColumn<int>("run");
        for (const int run : {1, 2, 4, 8, 16, 32}) {
            for (const auto &[columns, rows] : {std::pair(200, 90), {90, 200}, {1000, 90}})
                QTest::addRow("%d by %d, runs of %d", columns, rows, run) << columns << rows << run;
        }
    }
    void order_keepsFewOverviewsOpen()
    {
        QFETCH(int, columns);
        QFETCH(int, rows);
        QFETCH(int, run);
        std::set<std::tuple<int, int, int>> open;
        std::map<std::tuple<int, int, int>, int> come;
        std::size_t most = 0;
        for (const quint32 tile : tileOrder(columns, rows, run)) {
            int x = static_cast<int>(tile) % columns;
            int y = static_cast<int>(tile) / columns;
            int width = columns;
            int height = rows;
            for (int level = 1; width > 1 || height > 1; ++level) {
                const int pw = (width + 1) / 2;
                const int ph = (height + 1) / 2;
                const std::tuple parent(level, x / 2, y / 2);
                const int needs = (2 * (x / 2) + 1 < width ? 2 : 1) * (2 * (y / 2) + 1 < height ? 2 : 1);
                open.insert(parent);
                most = std::max(most, open.size());
                if (++come[parent] < needs)
                    break;
                open.erase(parent);
                x /= 2;
                y /= 2;
                width = pw;
                height = ph;
            }
        }
        QVERIFY(open.empty());
        QVERIFY2(most <= static_cast<std::size_t>(20 + run), qPrintable(QString::number(most)));
    }
};

QTEST_GUILESS_MAIN(tst_TargetGrid)
#include "tst_targetgrid.moc"
