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
    void help_namesEveryOption();
    void recipe_samePixels_data();
    void recipe_samePixels();
    void recipe_inputsElsewhere();
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

void TestCliProcess::help_namesEveryOption()
{
    const auto all = runAstra({u"process"_qs, u"--help"_qs});
    for (const char *name : {"--mask-dilation", "--mask-snow", "--crs", "--pixel", "--resampling", "--format",
                             "--codec", "--set", "--estimate", "--batch", "--priority", "--no-classes", "--areas"})
        QVERIFY2(all.output.contains(name), name);
    const auto change = runAstra({u"process"_qs, u"change"_qs, u"--help"_qs});
    QVERIFY(change.output.contains("Scenes: 2"));
    QVERIFY(change.output.contains("--threshold N"));
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

void TestCliProcess::recipe_hostileFiles_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("says");
    QTest::newRow("empty") << QByteArray() << QByteArray("empty");
    QTest::newRow("no recipe") << QByteArray("{}") << QByteArray("holds no recipe");
    QTest::newRow("later") << QByteArray(R"({"astra_recipe":9,"operation":"index"})") << QByteArray("version 9");
    QTest::newRow("unknown member") << QByteArray(R"({"operation":"index","magic":1})") << QByteArray("magic");
    QTest::newRow("deep") << QByteArray(100000, '[') << QByteArray("nested too deeply");
    QTest::newRow("no inputs") << QByteArray(R"({"operation":"index"})") << QByteArray("from what it was made");
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
