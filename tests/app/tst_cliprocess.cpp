// SPDX-License-Identifier: Apache-2.0
// astra process and astra recipe as people use them, their files read with GDAL and nothing of ours.
#include "core/base/json.h"
#include "tests/app/program.h"
#include "tests/support/shareddata.h"
#include "tests/support/smallscenes.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <gdal_alg.h>
#include <gdal_priv.h>
#include <ogr_spatialref.h>

#include <cmath>

using namespace astra;
using test::runAstra;

namespace {

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// GDAL's checksum of every band and every overview.
std::vector<int> checksums(const QString &path)
{
    std::vector<int> sums;
    const std::unique_ptr<GDALDataset> file(GDALDataset::Open(qPrintable(path), GDAL_OF_RASTER));
    for (int b = 1; file && b <= file->GetRasterCount(); ++b) {
        auto *band = file->GetRasterBand(b);
        sums.push_back(GDALChecksumImage(band, 0, 0, band->GetXSize(), band->GetYSize()));
        for (int i = 0; i < band->GetOverviewCount(); ++i) {
            auto *overview = band->GetOverview(i);
            sums.push_back(GDALChecksumImage(overview, 0, 0, overview->GetXSize(), overview->GetYSize()));
        }
    }
    return sums;
}

bool write(const QString &path, const QByteArray &text)
{
    QFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
}

} // namespace

class TestCliProcess : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void formula_isPointedAt();
    void constants_areSet();
    void polygon_cutsOut();
    void batch_losesNothing();
    void estimate_doesNothing();
    void batch_estimateIsTheSum();
    void batch_longNames();
    void filesRead_areNotReplaced();
    void help_namesEveryOption();
    void help_isInTheOrderOfWork();
    void memory_isChecked();
    void estimate_afterAJob();
    void recipe_samePixels_data();
    void recipe_samePixels();
    void recipe_inputsElsewhere();
    void recipe_onScenes();
    void recipe_inputsChanged();
    void recipe_indexChanged();
    void recipe_movedTogether();
    void recipe_hostileFiles_data();
    void recipe_hostileFiles();
    void realSentinel2_isTheFormula();

private:
    [[nodiscard]] QString file(const QString &name) const { return m_folder.filePath(name); }
    QTemporaryDir m_folder;
    QString m_scene;
};

void TestCliProcess::initTestCase()
{
    GDALAllRegister();
    m_scene = file(u"scene"_qs);
    QVERIFY(QDir().mkpath(m_scene));
    QVERIFY(!test::writeLandsat(m_scene).isEmpty());
}

void TestCliProcess::formula_isPointedAt()
{
    const auto broken = runAstra({u"process"_qs, u"expression"_qs, m_scene, u"--expression"_qs, u"(nir - ) / 2"_qs,
                                  u"-o"_qs, file(u"f.tif"_qs)});
    QCOMPARE(broken.status, 2);
    QVERIFY2(broken.messages.endsWith("\n  (nir - ) / 2\n         ^\n"), broken.messages.constData());
    const auto unknown = runAstra(
        {u"process"_qs, u"expression"_qs, m_scene, u"--expression"_qs, u"nir - swirl"_qs, u"-o"_qs, file(u"f.tif"_qs)});
    QCOMPARE(unknown.status, 1);
    QVERIFY2(unknown.messages.endsWith("\n  nir - swirl\n        ^^^^^\n"), unknown.messages.constData());
    QVERIFY(!QFile::exists(file(u"f.tif"_qs)));
}

void TestCliProcess::constants_areSet()
{
    const QString output = file(u"savi.tif"_qs);
    const auto run = runAstra(
        {u"process"_qs, u"index"_qs, m_scene, u"--index"_qs, u"SAVI"_qs, u"--set"_qs, u"L=0.25"_qs, u"-o"_qs, output});
    QVERIFY2(run.status == 0, run.messages.constData());
    const double red = (10000 + 7) * 0.0000275 - 0.2;
    const double nir = 20000 * 0.0000275 - 0.2;
    QVERIFY(std::abs(test::readBand(output).values[7] - 1.25 * (nir - red) / (nir + red + 0.25)) < 1e-6);
    QCOMPARE(runAstra({u"process"_qs, u"index"_qs, m_scene, u"--set"_qs, u"L"_qs, u"-o"_qs, output}).status, 2);
    QCOMPARE(runAstra({u"process"_qs, u"change"_qs, m_scene, m_scene, u"--set"_qs, u"L=1"_qs, u"-o"_qs, output}).status,
             2);
}

void TestCliProcess::polygon_cutsOut()
{
    // A rectangle in UTM: columns 8…23, rows 4…35. Its corners in degrees are GDAL's own.
    OGRSpatialReference utm;
    OGRSpatialReference degrees;
    utm.importFromEPSG(32629);
    degrees.importFromEPSG(4326);
    degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    const std::unique_ptr<OGRCoordinateTransformation> to(OGRCreateCoordinateTransformation(&utm, &degrees));
    Json ring = Json::array();
    for (const auto &[column, row] : {std::pair(8, 4), std::pair(24, 4), std::pair(24, 36), std::pair(8, 36)}) {
        double x = 300000 + 30.0 * column;
        double y = 2700000 - 30.0 * row;
        QVERIFY(to->Transform(1, &x, &y));
        ring.push_back({x, y});
    }
    ring.push_back(ring.front());
    QVERIFY(write(file(u"area.geojson"_qs), toText({{"type", "Polygon"}, {"coordinates", {ring}}})));
    const QString output = file(u"area.tif"_qs);
    const auto run = runAstra(
        {u"process"_qs, u"ndvi"_qs, m_scene, u"--aoi"_qs, file(u"area.geojson"_qs), u"-o"_qs, output, u"--json"_qs});
    QVERIFY2(run.status == 0, run.messages.constData());
    QCOMPARE(asInteger(member(member(*parseJson(run.output), "statistics"), "valid")), 16 * 32);
}

void TestCliProcess::batch_losesNothing()
{
    const QString folder = file(u"batch"_qs);
    QVERIFY(QDir().mkpath(folder));
    const auto run = runAstra({u"process"_qs, u"ndvi"_qs, m_scene, file(u"nowhere"_qs), m_scene, u"--batch"_qs,
                               u"-o"_qs, folder, u"--json"_qs});
    QCOMPARE(run.status, 1);
    const auto document = parseJson(run.output);
    QVERIFY2(document, run.output.constData());
    QCOMPARE(listAt(*document, "results").size(), 2U);
    QCOMPARE(listAt(*document, "failures").size(), 1U);
    QCOMPARE(QDir(folder).entryList({u"*.tif"_qs}).size(), 2);
    QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden).size(), 4);
}

void TestCliProcess::estimate_doesNothing()
{
    const auto run = runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"--estimate"_qs, u"--json"_qs});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto estimate = parseJson(run.output);
    QVERIFY(estimate);
    QVERIFY(asInteger(member(*estimate, "bytes")).value_or(0) > 0);
    QCOMPARE(asInteger(member(*estimate, "requests")), 0);
}

void TestCliProcess::batch_estimateIsTheSum()
{
    const auto bytes = [](const test::Run &run) {
        const auto document = parseJson(run.output);
        return document ? asInteger(member(*document, "bytes")).value_or(-1) : -2;
    };
    const auto one = runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"--estimate"_qs, u"--json"_qs});
    const auto two = runAstra(
        {u"process"_qs, u"ndvi"_qs, m_scene, m_scene, u"--batch"_qs, u"--estimate"_qs, u"--json"_qs});
    QVERIFY2(two.status == 0, two.messages.constData());
    QVERIFY(bytes(one) > 0);
    QCOMPARE(bytes(two), 2 * bytes(one));
    const auto partly = runAstra(
        {u"process"_qs, u"ndvi"_qs, m_scene, file(u"nowhere"_qs), u"--batch"_qs, u"--estimate"_qs, u"--json"_qs});
    QCOMPARE(partly.status, 1);
    QCOMPARE(bytes(partly), bytes(one));
}

/// 255 bytes are the most that a name may have, whatever its letters.
void TestCliProcess::batch_longNames()
{
    const QString name = QString(80, QChar(0x6f22)); // three bytes each
    const QString scene = file(name + u".tif"_qs);
    QVERIFY(QFile::copy(m_scene + u"/LC08_L2SP_204043_20200219_20200822_02_T1_SR_B4.TIF"_qs, scene));
    const QString folder = file(u"long"_qs);
    QVERIFY(QDir().mkpath(folder));
    const auto run = runAstra(
        {u"process"_qs, u"convert"_qs, scene, u"--bands"_qs, u"1"_qs, u"--batch"_qs, u"-o"_qs, folder});
    QVERIFY2(run.status == 0, run.messages.constData());
    QCOMPARE(QDir(folder).entryList({u"*.tif"_qs}).size(), 1);
}

void TestCliProcess::filesRead_areNotReplaced()
{
    const QByteArray areas = R"({"type":"Polygon","coordinates":[[[-11,24],[-10.98,24],[-10.98,24.02],[-11,24]]]})";
    for (const auto *name : {"farm.json", "zones.geojson"})
        QVERIFY(write(file(QString::fromLatin1(name)), areas));
    const auto refused = [&](const QStringList &words, const QString &kept) {
        const QByteArray before = contents(kept);
        const auto run = runAstra(words);
        return run.status != 0 && !run.messages.isEmpty() && !before.isEmpty() && contents(kept) == before;
    };
    const QString farm = file(u"farm.json"_qs);
    const QString zones = file(u"zones.geojson"_qs);
    for (const auto &output : {u"farm.csv"_qs, u"farm.json"_qs})
        QVERIFY(refused({u"process"_qs, u"zonal"_qs, m_scene, u"--areas"_qs, farm, u"-o"_qs, file(output)}, farm));
    QVERIFY(refused({u"process"_qs, u"zonal"_qs, m_scene, u"--areas"_qs, zones, u"-o"_qs, zones}, zones));
    QVERIFY(refused({u"process"_qs, u"ndvi"_qs, m_scene, u"--aoi"_qs, farm, u"-o"_qs, file(u"farm.tif"_qs)}, farm));
    QVERIFY(!QFile::exists(file(u"farm.tif"_qs)));
    // A recipe, be it by itself or a result's.
    QVERIFY(runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"-o"_qs, file(u"made.tif"_qs)}).status == 0);
    const auto shown = runAstra({u"recipe"_qs, u"show"_qs, file(u"made.tif"_qs), u"--json"_qs});
    QVERIFY(write(file(u"how.json"_qs), shown.output));
    QVERIFY(
        refused({u"recipe"_qs, u"run"_qs, file(u"how.json"_qs), u"-o"_qs, file(u"how.tif"_qs)}, file(u"how.json"_qs)));
    QVERIFY(
        refused({u"recipe"_qs, u"run"_qs, file(u"made.tif"_qs), u"-o"_qs, file(u"made.tif"_qs)}, file(u"made.tif"_qs)));
}

void TestCliProcess::help_namesEveryOption()
{
    const auto all = runAstra({u"process"_qs, u"--help"_qs});
    for (const auto &line : all.output.split('\n'))
        QVERIFY2(line.startsWith("Usage:") || QString::fromUtf8(line).size() <= 100, line.constData());
    const QByteArray oneLine = all.output.simplified();
    QVERIFY(oneLine.contains("--value FORMULA change: What is compared")); // each that takes it says what for
    QVERIFY(oneLine.contains("; composite: In place of bands"));
    for (const char *name : {"--mask-dilation", "--mask-snow", "--crs", "--pixel", "--resampling", "--format",
                             "--codec", "--set", "--estimate", "--batch", "--priority", "--no-classes", "--areas"})
        QVERIFY2(all.output.contains(name), name);
    const auto change = runAstra({u"process"_qs, u"change"_qs, u"--help"_qs});
    QVERIFY(change.output.contains("Scenes: 2"));
    QVERIFY(change.output.contains("--threshold N"));
    QVERIFY(!change.output.contains("--batch")); // it takes two scenes
    QVERIFY(!change.output.contains("--set"));
    const auto table = runAstra({u"process"_qs, u"timeseries"_qs, u"--help"_qs});
    QVERIFY(!table.output.contains("--codec"));
}

void TestCliProcess::help_isInTheOrderOfWork()
{
    const auto change = runAstra({u"process"_qs, u"change"_qs, u"--help"_qs});
    qsizetype at = -1;
    for (const char *word : {"Usage:",
                             "change: ",
                             "Scenes: 2",
                             "Inputs:",
                             "--band",
                             "Area:",
                             "--bbox",
                             "--aoi",
                             "Its own options:",
                             "--threshold",
                             "Clouds:",
                             "--mask ",
                             "Grid:",
                             "--crs",
                             "Output:",
                             "--output",
                             "--codec",
                             "Run:",
                             "--estimate",
                             "For every command:",
                             "--memory"}) {
        const auto next = change.output.indexOf(word, at + 1);
        QVERIFY2(next > at, word);
        at = next;
    }
}

void TestCliProcess::memory_isChecked()
{
    const auto few = runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"--memory"_qs, u"1M"_qs, u"--estimate"_qs});
    QCOMPARE(few.status, 2);
    QVERIFY2(few.messages.contains("--memory"), few.messages.constData());
    const auto enough = runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"--memory"_qs, u"64M"_qs, u"--estimate"_qs});
    QVERIFY2(enough.status == 0, enough.messages.constData());
}

void TestCliProcess::estimate_afterAJob()
{
    const QString data = file(u"estimate-data"_qs);
    const QStringList words {u"process"_qs, u"ndvi"_qs, m_scene, u"--data"_qs, data};
    const auto before = runAstra(words + QStringList {u"--estimate"_qs});
    QVERIFY2(before.output.contains("not known yet"), before.output.constData());
    const auto job = runAstra(words + QStringList {u"-o"_qs, file(u"estimated.tif"_qs)});
    QVERIFY2(job.status == 0, job.messages.constData());
    const auto after = runAstra(words + QStringList {u"--estimate"_qs, u"--json"_qs});
    const auto seconds = numberAt(parseJson(after.output).value(), "seconds");
    QVERIFY2(seconds && *seconds > 0 && *seconds < 60, after.output.constData());
}

void TestCliProcess::recipe_samePixels_data()
{
    QTest::addColumn<QStringList>("words");
    QTest::newRow("index") << QStringList {u"ndvi"_qs, m_scene, u"--mask"_qs, u"clouds"_qs};
    QTest::newRow("grid") << QStringList {
        u"index"_qs,  m_scene,         u"--index"_qs,         u"SAVI"_qs,   u"--set"_qs,        u"L=0.3"_qs,
        u"--crs"_qs,  u"EPSG:4326"_qs, u"--pixel"_qs,         u"0.0005"_qs, u"--codec"_qs,      u"deflate"_qs,
        u"--mask"_qs, u"clouds"_qs,    u"--mask-dilation"_qs, u"60"_qs,     u"--resampling"_qs, u"average"_qs};
    QTest::newRow("change") << QStringList {u"change"_qs, m_scene, m_scene, u"--threshold"_qs, u"0.2"_qs};
    QTest::newRow("bands") << QStringList {u"convert"_qs, m_scene, u"--bands"_qs, u"red,nir"_qs};
    QTest::newRow("given files") << QStringList {
        u"ndvi"_qs,
        u"--band"_qs,
        u"red="_qs + m_scene + u"/LC08_L2SP_204043_20200219_20200822_02_T1_SR_B4.TIF"_qs,
        u"--band"_qs,
        u"nir="_qs + m_scene + u"/LC08_L2SP_204043_20200219_20200822_02_T1_SR_B5.TIF"_qs,
        u"--scale"_qs,
        u"0.001"_qs};
}

void TestCliProcess::recipe_samePixels()
{
    QFETCH(QStringList, words);
    QTemporaryDir folder;
    const QString first = folder.filePath(u"first.tif"_qs);
    const QString second = folder.filePath(u"second.tif"_qs);
    const QString third = folder.filePath(u"third.tif"_qs);
    const auto made = runAstra(QStringList {u"process"_qs} + words + QStringList {u"-o"_qs, first});
    QVERIFY2(made.status == 0, made.messages.constData());
    const auto again = runAstra({u"recipe"_qs, u"run"_qs, first, u"-o"_qs, second});
    QVERIFY2(again.status == 0, again.messages.constData());
    QVERIFY(!again.messages.contains("differs"));
    const auto shown = runAstra({u"recipe"_qs, u"show"_qs, first, u"--json"_qs});
    QCOMPARE(shown.status, 0);
    QVERIFY(write(folder.filePath(u"recipe.json"_qs), shown.output));
    const auto fromText = runAstra({u"recipe"_qs, u"run"_qs, folder.filePath(u"recipe.json"_qs), u"-o"_qs, third});
    QVERIFY2(fromText.status == 0, fromText.messages.constData());
    const auto sums = checksums(first);
    QVERIFY(!sums.empty());
    QCOMPARE(checksums(second), sums);
    QCOMPARE(checksums(third), sums);
    QCOMPARE(contents(second), contents(first));
    QCOMPARE(contents(third), contents(first));
    // The Item alone knows it, too.
    const auto item = runAstra({u"recipe"_qs, u"show"_qs, folder.filePath(u"first.json"_qs), u"--json"_qs});
    QCOMPARE(item.status, 0);
    QVERIFY(member(*parseJson(item.output), "recipe") == member(*parseJson(shown.output), "recipe"));
}

void TestCliProcess::recipe_onScenes()
{
    const QString recipe = file(u"bare.json"_qs);
    const QString wanted = file(u"wanted.tif"_qs);
    const QString made = file(u"on-scene.tif"_qs);
    QVERIFY(write(recipe, R"({"operation": "index", "parameters": {"index": "NDVI"}})"));
    QVERIFY(runAstra({u"process"_qs, u"ndvi"_qs, m_scene, u"-o"_qs, wanted}).status == 0);
    const auto nameless = runAstra({u"recipe"_qs, u"run"_qs, recipe, u"-o"_qs, made});
    QCOMPARE(nameless.status, 2);
    QVERIFY2(nameless.messages.contains("--scene"), nameless.messages.constData());
    const auto run = runAstra({u"recipe"_qs, u"run"_qs, recipe, u"--scene"_qs, m_scene, u"-o"_qs, made});
    QVERIFY2(run.status == 0, run.messages.constData());
    QCOMPARE(checksums(made), checksums(wanted));
    // As many as the operation takes; and none where the recipe has its own.
    const auto two = runAstra(
        {u"recipe"_qs, u"run"_qs, recipe, u"--scene"_qs, m_scene, u"--scene"_qs, m_scene, u"-o"_qs, made});
    QCOMPARE(two.status, 1);
    QVERIFY2(two.messages.contains("exactly one scene"), two.messages.constData());
    const auto own = runAstra({u"recipe"_qs, u"run"_qs, wanted, u"--scene"_qs, m_scene, u"-o"_qs, file(u"y.tif"_qs)});
    QCOMPARE(own.status, 2);
    QVERIFY2(own.messages.contains("--input"), own.messages.constData());
}

void TestCliProcess::recipe_inputsElsewhere()
{
    const QString here = file(u"here"_qs);
    QVERIFY(QDir().mkpath(here));
    QVERIFY(!test::writeLandsat(here).isEmpty());
    const QString first = file(u"moved.tif"_qs);
    QVERIFY(runAstra({u"process"_qs, u"ndvi"_qs, here, u"-o"_qs, first}).status == 0);
    QVERIFY(QDir().rename(here, file(u"there"_qs)));
    const auto lost = runAstra({u"recipe"_qs, u"run"_qs, first, u"-o"_qs, file(u"x.tif"_qs)});
    QCOMPARE(lost.status, 1);
    QVERIFY2(lost.messages.contains("is gone"), lost.messages.constData());
    const QString id = u"LC08_L2SP_204043_20200219_20200822_02_T1"_qs;
    const auto wrong = runAstra(
        {u"recipe"_qs, u"run"_qs, first, u"--input"_qs, u"other="_qs + m_scene, u"-o"_qs, file(u"x.tif"_qs)});
    QCOMPARE(wrong.status, 1);
    QVERIFY2(wrong.messages.contains(id.toLatin1()), wrong.messages.constData());
    const auto found = runAstra(
        {u"recipe"_qs, u"run"_qs, first, u"--input"_qs, id + u'=' + file(u"there"_qs), u"-o"_qs, file(u"x.tif"_qs)});
    QVERIFY2(found.status == 0, found.messages.constData());
    QCOMPARE(checksums(file(u"x.tif"_qs)), checksums(first));
}

void TestCliProcess::recipe_inputsChanged()
{
    const QString here = file(u"changing"_qs);
    QVERIFY(QDir().mkpath(here));
    QVERIFY(!test::writeLandsat(here).isEmpty());
    const QString first = file(u"changing.tif"_qs);
    QVERIFY(runAstra({u"process"_qs, u"ndvi"_qs, here, u"-o"_qs, first}).status == 0);
    const QStringList again {u"recipe"_qs, u"run"_qs, first, u"-o"_qs, file(u"changed.tif"_qs)};
    QVERIFY(!runAstra(again).messages.contains("differs"));
    // A service computed it, and one band was read by another rule.
    auto item = readJsonFile(file(u"changing.json"_qs));
    QVERIFY(item);
    Json &properties = (*item)["properties"];
    properties["astra:backend"] = "astra-os";
    properties["astra:computed_by"] = "ASTRA";
    properties["astra:inputs"][0]["bands"][0]["offset"] = -0.1;
    QVERIFY(write(file(u"elsewhere.json"_qs), toText(*item)));
    const auto served = runAstra({u"recipe"_qs, u"run"_qs, file(u"elsewhere.json"_qs), u"-o"_qs, file(u"here.tif"_qs)});
    QVERIFY2(served.messages.contains("differs: It was computed by ASTRA"), served.messages.constData());
    QVERIFY2(served.messages.contains("was read by the rule"), served.messages.constData());
    QCOMPARE(served.messages.count("differs"), 2);
    // Another number in place of one: size and length are the same.
    const QString red = here + u"/LC08_L2SP_204043_20200219_20200822_02_T1_SR_B4.TIF"_qs;
    {
        const std::unique_ptr<GDALDataset> band(GDALDataset::Open(qPrintable(red), GDAL_OF_RASTER | GDAL_OF_UPDATE));
        QVERIFY(band);
        std::uint16_t other = 12345;
        QVERIFY(band->GetRasterBand(1)->RasterIO(GF_Write, 5, 5, 1, 1, &other, 1, 1, GDT_UInt16, 0, 0) == CE_None);
    }
    const auto changed = runAstra(again);
    QVERIFY2(changed.messages.contains("differs: LC08_L2SP_204043_20200219_20200822_02_T1_SR_B4.TIF"),
             changed.messages.constData());
    QCOMPARE(changed.messages.count("differs"), 1);
    // Also where it is given by hand, and another scene under the same names.
    const QString id = u"LC08_L2SP_204043_20200219_20200822_02_T1"_qs;
    const auto given = runAstra(again + QStringList {u"--input"_qs, id + u'=' + here});
    QVERIFY2(given.messages.contains("differs"), given.messages.constData());
    const auto other = runAstra(again + QStringList {u"--input"_qs, id + u'=' + m_scene});
    QVERIFY2(!other.messages.contains("differs"), other.messages.constData());
}

void TestCliProcess::recipe_indexChanged()
{
    const QStringList config {u"--config"_qs, file(u"indices"_qs)};
    const auto define = [&](const QString &formula) {
        return runAstra(config
                        + QStringList {u"indices"_qs, u"add"_qs, u"--name"_qs, u"Mine"_qs, u"--formula"_qs, formula})
            .status;
    };
    QCOMPARE(define(u"nir / red"_qs), 0);
    const QString first = file(u"mine.tif"_qs);
    const auto made = runAstra(
        config + QStringList {u"process"_qs, u"index"_qs, m_scene, u"--index"_qs, u"Mine"_qs, u"-o"_qs, first});
    QVERIFY2(made.status == 0, made.messages.constData());
    const QStringList again {u"recipe"_qs, u"run"_qs, first, u"-o"_qs, file(u"mine2.tif"_qs)};
    QVERIFY(!runAstra(config + again).messages.contains("differs"));
    QCOMPARE(runAstra(config + QStringList {u"indices"_qs, u"remove"_qs, u"Mine"_qs}).status, 0);
    const auto without = runAstra(config + again);
    QCOMPARE(without.status, 1);
    QVERIFY2(without.messages.contains("nir / red"), without.messages.constData());
    QCOMPARE(define(u"nir / red * 2"_qs), 0);
    const auto other = runAstra(config + again);
    QVERIFY2(other.messages.contains("differs: The index Mine was"), other.messages.constData());
    QVERIFY2(other.messages.contains("nir / red * 2"), other.messages.constData());
}

/// A result and what it was made from, in another place: nothing in it says whose folder it was.
void TestCliProcess::recipe_movedTogether()
{
    QVERIFY(QDir().mkpath(file(u"one/data"_qs)));
    QVERIFY(!test::writeLandsat(file(u"one/data"_qs)).isEmpty());
    QVERIFY(runAstra({u"process"_qs, u"ndvi"_qs, file(u"one/data"_qs), u"-o"_qs, file(u"one/a.tif"_qs)}).status == 0);
    QVERIFY(!contents(file(u"one/a.tif"_qs)).contains(m_folder.path().toUtf8()));
    QVERIFY(!contents(file(u"one/a.json"_qs)).contains(m_folder.path().toUtf8()));
    QVERIFY(QDir().rename(file(u"one"_qs), file(u"other"_qs)));
    for (const auto &name : {u"a.tif"_qs, u"a.json"_qs}) {
        const auto again = runAstra({u"recipe"_qs, u"run"_qs, file(u"other/"_qs + name), u"-o"_qs, file(u"b.tif"_qs)});
        QVERIFY2(again.status == 0, again.messages.constData());
        QCOMPARE(checksums(file(u"b.tif"_qs)), checksums(file(u"other/a.tif"_qs)));
    }
}

void TestCliProcess::recipe_hostileFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("no recipe") << QByteArray("{}") << QByteArray("holds no recipe");
    QTest::newRow("later") << QByteArray(R"({"astra_recipe":9,"operation":"index"})") << QByteArray("version 9");
    QTest::newRow("unknown member") << QByteArray(R"({"operation":"index","magic":1})") << QByteArray("magic");
    QTest::newRow("deep") << QByteArray(100000, '[') << QByteArray("nested too deeply");
    QTest::newRow("no operation of ours")
        << QByteArray(R"({"recipe":{"operation":"rm -rf"},"inputs":[{"provider":"local","original_id":"a"}]})")
        << QByteArray("where its files lay");
    QTest::newRow("a path for a provider")
        << QByteArray(R"({"recipe":{"operation":"index"},"inputs":[{"provider":"/etc","original_id":"x"}]})")
        << QByteArray("where its files lay");
    QTest::newRow("a device for a file") << QByteArray(
        R"({"recipe":{"operation":"index"},"inputs":[{"provider":"local","original_id":"x","scene":)"
        R"({"assets":[{"key":"r","href":"file:///dev/zero","bands":[{"name":"red"}]}]}}]})")
                                         << QByteArray("/dev/zero is gone");
    QTest::newRow("our files for another's scene")
        << QByteArray(R"({"recipe":{"operation":"index"},"inputs":[{"provider":"elsewhere","original_id":"x","scene":)"
                      R"({"assets":[{"key":"r","href":"file:///etc/passwd","bands":[{"name":"red"}]}]}}]})")
        << QByteArray("not read from here");
}

void TestCliProcess::recipe_hostileFiles()
{
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, says);
    QVERIFY(write(file(u"hostile.json"_qs), text));
    const auto run = runAstra({u"recipe"_qs, u"run"_qs, file(u"hostile.json"_qs), u"-o"_qs, file(u"h.tif"_qs)});
    QCOMPARE(run.status, 1);
    QVERIFY2(run.messages.contains(says), run.messages.constData());
    QCOMPARE(run.messages.count('\n'), 1);
    QVERIFY(!QFile::exists(file(u"h.tif"_qs)));
}

void TestCliProcess::realSentinel2_isTheFormula()
{
    if (test::sharedData().isEmpty())
        QSKIP("no shared data beside the checkout");
    const QString scene = test::sharedData() + u"/rasters/s2-29RKH-20200219"_qs;
    const QString output = file(u"s2.tif"_qs);
    const auto run = runAstra({u"--offline"_qs, u"process"_qs, u"ndvi"_qs, scene, u"-o"_qs, output});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto made = test::readBand(output);
    const auto red = test::readBand(scene + u"/B04.tif"_qs);
    const auto nir = test::readBand(scene + u"/B08.tif"_qs);
    const auto expected = test::expectedNdvi(red, nir, 0.0001, 0);
    QCOMPARE(made.values.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        QCOMPARE(std::isnan(made.values[i]), std::isnan(expected[i]));
        QVERIFY(std::isnan(expected[i]) || std::abs(made.values[i] - expected[i]) < 1e-6F);
    }
}

QTEST_GUILESS_MAIN(TestCliProcess)
#include "tst_cliprocess.moc"
