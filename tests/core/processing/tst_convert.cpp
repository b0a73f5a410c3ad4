// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/raster/gdalfiles.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::processing;

namespace {

SceneFacts scene(const char *id, const QStringList &bands)
{
    SceneFacts facts;
    facts.id = QString::fromLatin1(id);
    facts.bands = bands;
    return facts;
}
const QStringList sentinelBands {QStringLiteral("B04"), QStringLiteral("red"), QStringLiteral("nir"),
                                 QStringLiteral("scl")};

Result<Plan> planned(const char *operation, const QStringList &bands, const std::vector<SceneFacts> &scenes)
{
    auto made = makeOperation(QString::fromLatin1(operation), {{"bands", toJson(bands)}});
    if (!made)
        return fail(made.error());
    return (*made)->plan(scenes);
}

QStringList readsOf(const Plan &plan)
{
    QStringList list;
    for (const auto &read : plan.reads)
        list.append(QStringLiteral("%1:%2").arg(read.scene).arg(read.band));
    return list;
}
QStringList namesOf(const Plan &plan)
{
    QStringList list;
    for (const auto &band : plan.files[0].bands)
        list.append(band.name);
    return list;
}

} // namespace

class tst_Convert : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void bands_inTheOrderAsked()
    {
        const auto plan = planned("convert", {QStringLiteral("nir"), QStringLiteral("B04")},
                                  {scene("a", sentinelBands)});
        QVERIFY(plan);
        QCOMPARE(readsOf(*plan), (QStringList {QStringLiteral("0:nir"), QStringLiteral("0:B04")}));
        QCOMPARE(namesOf(*plan), (QStringList {QStringLiteral("nir"), QStringLiteral("B04")}));
        QCOMPARE(plan->files.size(), std::size_t(1));
        QCOMPARE(plan->files[0].type, raster::SampleType::Float32);
        QCOMPARE(plan->files[0].overviews, raster::OverviewMethod::Average);
    }

    void severalScenes()
    {
        const std::vector<SceneFacts> two {scene("first", sentinelBands), scene("second", {QStringLiteral("red")})};
        const auto each = planned("stack", {QStringLiteral("red"), QStringLiteral("s1.nir")}, two);
        QVERIFY(each);
        QCOMPARE(readsOf(*each),
                 (QStringList {QStringLiteral("0:red"), QStringLiteral("1:red"), QStringLiteral("0:nir")}));
        QCOMPARE(namesOf(*each),
                 (QStringList {QStringLiteral("s1.red"), QStringLiteral("s2.red"), QStringLiteral("s1.nir")}));
        QCOMPARE(each->files[0].bands[1].description, QStringLiteral("red of second"));
        const auto missing = planned("stack", {QStringLiteral("nir")}, two);
        QVERIFY(!missing);
        QCOMPARE(missing.error().code, ErrorCode::NotFound);
        QCOMPARE(missing.error().message, QStringLiteral("second has no band “nir”; it has: red"));
        QVERIFY(!planned("stack", {QStringLiteral("s3.red")}, two));
        QVERIFY(!planned("stack", {QStringLiteral("s0.red")}, two));
        QVERIFY(!planned("stack", {QStringLiteral("red"), QStringLiteral("s2.red")}, two)); // twice
    }

    void badParameters()
    {
        QCOMPARE(makeOperation(QStringLiteral("stack"), Json::object()).error().code, ErrorCode::InvalidInput);
        QCOMPARE(makeOperation(QStringLiteral("convert"), {{"bands", 3}}).error().code, ErrorCode::InvalidInput);
        QVERIFY(!planned("convert", {}, {scene("a", sentinelBands)}));
        QStringList many;
        for (int i = 0; i < 65; ++i)
            many.append(QStringLiteral("b%1").arg(i));
        QVERIFY(!planned("convert", many, {scene("a", many)}));
        many.removeLast();
        QVERIFY(planned("convert", many, {scene("a", many)}));
    }

    void classes_stayAsTheyAre()
    {
        const auto scl = planned("convert", {QStringLiteral("scl")}, {scene("a", sentinelBands)});
        QVERIFY(scl);
        QVERIFY(scl->reads[0].classes);
        QCOMPARE(scl->files[0].type, raster::SampleType::UInt8);
        QCOMPARE(scl->files[0].nodata, std::optional(0.0));
        QCOMPARE(scl->files[0].overviews, raster::OverviewMethod::Nearest);
        QCOMPARE(scl->files[0].colours.size(), std::size_t(12));
        QCOMPARE(scl->files[0].classes.size(), 12);
        const auto qa = planned("convert", {QStringLiteral("QA_PIXEL")}, {scene("a", {QStringLiteral("qa_pixel")})});
        QVERIFY(qa);
        QCOMPARE(qa->files[0].type, raster::SampleType::UInt16);
        QCOMPARE(qa->files[0].nodata, std::optional(1.0));
        const auto both = planned("convert", {QStringLiteral("red"), QStringLiteral("scl")},
                                  {scene("a", sentinelBands)});
        QVERIFY(both);
        QVERIFY(!both->reads[0].classes && both->reads[1].classes);
        QCOMPARE(both->files[0].type, raster::SampleType::Float32);
    }

    /// Two scenes of one grid, shifted by whole pixels, bands of two types: against GDAL and numpy.
    void stack_againstNumpy()
    {
        make("red.tif", GDT_UInt16, {}, [](int x, int y, int) { return (x * 7 + y * 13) % 4000; });
        make("nir.tif", GDT_UInt16, {}, [](int x, int y, int) { return (x * 31 + y * 3) % 9000; });
        make("later.tif", GDT_Int16, std::array<double, 6> {500500, 10, 0, 4999800, 0, -10},
             [](int x, int y, int) { return (x * 11 - y * 5) % 3000; });
        const data::Radiometry offset {0.0001, -0.1, 0.0, {}, {}};
        test::SceneFiles scenes;
        scenes.add(scene("first", {}),
                   {{QStringLiteral("red"), {path("red.tif"), 1, offset}},
                    {QStringLiteral("nir"), {path("nir.tif"), 1, offset}}});
        scenes.add(scene("second", {}), {{QStringLiteral("red"), {path("later.tif"), 1, {2, 0, 0.0, {}, {}}}}});
        data::Recipe recipe;
        recipe.operation = QStringLiteral("stack");
        recipe.parameters = {{"bands", {"s1.nir", "red"}}};
        QVERIFY(ran(recipe, scenes, "out.tif"));
        check("out.tif",
              {{{"file", toStd(path("nir.tif"))}, {"scale", 0.0001}, {"offset", -0.1}, {"name", "nir of first"}},
               {{"file", toStd(path("red.tif"))}, {"scale", 0.0001}, {"offset", -0.1}, {"name", "red of first"}},
               {{"file", toStd(path("later.tif"))}, {"scale", 2}, {"x", 50}, {"y", 20}, {"name", "red of second"}}});
    }

    void classes_againstNumpy()
    {
        make("scl.tif", GDT_Byte, {}, [](int x, int y, int) { return (x / 20 + y / 30) % 12; });
        test::SceneFiles scenes;
        scenes.add(scene("first", {}), {{QStringLiteral("scl"), {path("scl.tif"), 1, {1, 0, 0.0, {}, {}}}}});
        data::Recipe recipe;
        recipe.operation = QStringLiteral("convert");
        recipe.parameters = {{"bands", {"scl"}}};
        QVERIFY(ran(recipe, scenes, "out.tif"));
        check("out.tif", Json::array({{{"file", toStd(path("scl.tif"))}, {"name", "scl"}}}));
        std::unique_ptr<GDALDataset> file(GDALDataset::Open(path("out.tif").toUtf8().constData()));
        QVERIFY(file && file->GetRasterBand(1)->GetColorTable());
        const GDALColorEntry &vegetation = *file->GetRasterBand(1)->GetColorTable()->GetColorEntry(4);
        QVERIFY(vegetation.c1 == 0 && vegetation.c2 == 160 && vegetation.c3 == 0);
    }

    void aBandWithoutData_isTold()
    {
        make("red.tif", GDT_UInt16, {}, [](int x, int, int) { return 1 + x; });
        make("none.tif", GDT_UInt16, {}, [](int, int, int) { return 0; });
        test::SceneFiles scenes;
        scenes.add(scene("first", {}),
                   {{QStringLiteral("red"), {path("red.tif"), 1, {1, 0, 0.0, {}, {}}}},
                    {QStringLiteral("nir"), {path("none.tif"), 1, {1, 0, 0.0, {}, {}}}}});
        data::Recipe recipe;
        recipe.operation = QStringLiteral("stack");
        recipe.parameters = {{"bands", {"red", "nir"}}};
        const auto result = ran(recipe, scenes, "out.tif");
        QVERIFY(result);
        QVERIFY2(result->notes.contains(QStringLiteral("The band nir has no data here.")),
                 qPrintable(result->notes.join(u'\n')));
    }

    void init() { m_folder = std::make_unique<QTemporaryDir>(); }

private:
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    void make(const char *name, GDALDataType type, std::optional<std::array<double, 6>> place,
              const std::function<double(int x, int y, int band)> &value) const
    {
        test::Made made;
        made.width = 600;
        made.height = 530;
        made.type = type;
        made.nodata = 0;
        made.options = {"TILED=YES", "COMPRESS=DEFLATE"};
        if (place)
            made.transform = *place;
        test::makeTiff(path(name), made, value);
    }
    std::optional<data::JobResult> ran(const data::Recipe &recipe, SceneSet &scenes, const char *output)
    {
        auto result = processing::run(recipe, scenes, path(output), m_pools, Progress());
        if (!result) {
            qWarning("%s", qPrintable(result.error().message));
            return std::nullopt;
        }
        return std::move(*result);
    }
    void check(const char *name, const Json &bands)
    {
        QProcess python;
        python.start(QStringLiteral("/usr/bin/python3"),
                     {QFINDTESTDATA("check_stack.py"), path(name), QString::fromStdString(bands.dump())});
        QVERIFY(python.waitForFinished(60000));
        QCOMPARE(python.exitStatus(), QProcess::NormalExit);
        const QByteArray said = python.readAllStandardOutput() + python.readAllStandardError();
        QVERIFY2(python.exitCode() == 0, said.constData());
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_Convert)
#include "tst_convert.moc"
