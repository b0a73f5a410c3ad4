// SPDX-License-Identifier: Apache-2.0
#include "core/processing/targetgrid.h"

#include <QTest>

#include <set>

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

    void order_isWholeAndInColumns()
    {
        for (const bool strips : {false, true}) {
            const auto order = tileOrder(70, 3, strips);
            QCOMPARE(order.size(), size_t(210));
            QCOMPARE(std::set<quint32>(order.begin(), order.end()).size(), size_t(210));
            QCOMPARE(order[31], 31U);
            QCOMPARE(order[32], strips ? 32U : 70U);
        }
    }
};

QTEST_GUILESS_MAIN(tst_TargetGrid)
#include "tst_targetgrid.moc"
