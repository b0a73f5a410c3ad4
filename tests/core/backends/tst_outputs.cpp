// SPDX-License-Identifier: Apache-2.0
// What a job may write and under which names; its formats; what its Item tells of the files.
#include "core/backends/inputrecord.h"
#include "core/backends/local/localbackend.h"
#include "core/backends/outputs.h"
#include "core/library/localscene.h"
#include "core/raster/dataset.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <gdal_priv.h>

#include <cmath>

using namespace astra;

class TestOutputs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init() { m_out = std::make_unique<QTemporaryDir>(); }
    void names_data();
    void names();
    void inputsAreNotOverwritten();
    void whatIsNotOurs_isNotReplaced();
    void tablesBeside_areOnesOfTheFiles();
    void counts_areSaid();
    void maskOptions_wantAMask();
    void item_tellsOfEveryFile();
    void item_ofManyBands();
    void picture_isAPicture();
    void geotiff_keepsItsTags();
    void table_hasAnItem();

private:
    [[nodiscard]] data::JobRequest request(const QString &operation, const Json &parameters, const QString &name) const;
    [[nodiscard]] Result<data::JobResult> run(const data::JobRequest &request);
    [[nodiscard]] Json itemOf(const data::JobResult &result) const
    {
        return readJsonFile(result.item).value_or(Json());
    }

    QTemporaryDir m_folder;
    std::unique_ptr<QTemporaryDir> m_out;
    data::Acquisition m_scene;
    Pools m_pools;
};

void TestOutputs::initTestCase()
{
    QVERIFY(!test::writeLandsat(m_folder.path()).isEmpty());
    auto opened = library::openLocal(m_folder.path());
    QVERIFY(opened);
    m_scene = std::move(*opened);
}

data::JobRequest TestOutputs::request(const QString &operation, const Json &parameters, const QString &name) const
{
    data::JobRequest request;
    request.recipe.operation = operation;
    request.recipe.parameters = parameters;
    request.inputs = {m_scene};
    if (operation == u"change")
        request.inputs.push_back(m_scene);
    request.output = m_out->filePath(name);
    return request;
}

Result<data::JobResult> TestOutputs::run(const data::JobRequest &request)
{
    backends::LocalBackend backend(m_pools, nullptr, QStringLiteral("Astra test"));
    auto result = waitFor(backend.submit(request, Progress(), [](const QString &) {}));
    m_pools.io.waitForDone();
    return result;
}

void TestOutputs::names_data()
{
    QTest::addColumn<QString>("operation");
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("name");
    QTest::addColumn<bool>("good");
    const auto row = [](const char *operation, const char *format, const char *name, bool good) {
        QTest::addRow("%s %s %s", operation, format, name)
            << QString::fromLatin1(operation) << QString::fromLatin1(format) << QString::fromLatin1(name) << good;
    };
    for (const char *format : {"", "cog", "geotiff"}) {
        row("index", format, "a.tif", true);
        row("index", format, "a.TIFF", true);
        row("index", format, "a.out", true);
        row("index", format, "a.png", false);
        row("index", format, "a.csv", false);
        row("index", format, "a.json", false);
    }
    row("index", "png", "a.png", true);
    row("index", "png", "a.tif", false);
    row("index", "png", "a.jpg", false);
    row("index", "jpeg", "a.jpeg", true);
    row("index", "jpeg", "a.jpg", true);
    row("index", "jpeg", "a.png", false);
    row("timeseries", "", "a.csv", true);
    row("timeseries", "", "a.json", true);
    row("timeseries", "", "a.tif", false);
}

void TestOutputs::names()
{
    QFETCH(QString, operation);
    QFETCH(QString, format);
    QFETCH(QString, name);
    QFETCH(bool, good);
    auto job = request(
        operation, operation == u"index" ? Json({{"index", "NDVI"}}) : Json({{"value", "NDVI"}, {"point", "-11,24"}}),
        name);
    job.recipe.format = format;
    const auto checked = waitFor(backends::LocalBackend(m_pools, nullptr, {}).checkFiles(job));
    QVERIFY2(checked.has_value() == good, checked ? "" : qUtf8Printable(checked.error().message));
}

void TestOutputs::inputsAreNotOverwritten()
{
    backends::LocalBackend backend(m_pools, nullptr, {});
    const Json parameters {{"index", "NDVI"}};
    auto job = request(QStringLiteral("index"), parameters, QStringLiteral("a.tif"));
    const QString input = job.inputs.front().best().assets.front().href.toLocalFile();
    job.output = input;
    QVERIFY(waitFor(backend.checkFiles(job)).error().message.contains(u"is read by this job"));
    const QString link = m_out->filePath(QStringLiteral("link.tif"));
    QVERIFY(QFile::link(input, link));
    job.output = link;
    QVERIFY(!waitFor(backend.checkFiles(job)));
    job.output = m_folder.path() + QStringLiteral("/../") + QFileInfo(m_folder.path()).fileName() + u'/'
        + QFileInfo(input).fileName();
    QVERIFY(!waitFor(backend.checkFiles(job)));
    // Nor the Item that tells of an input.
    job = request(QStringLiteral("index"), parameters, QStringLiteral("item.tif"));
    job.inputs.front().copies.front().self = QUrl::fromLocalFile(m_out->filePath(QStringLiteral("item.json")));
    QVERIFY(!waitFor(backend.checkFiles(job)));
    QVERIFY(QFile::exists(input));
}

/// Areas and recipes lie beside results, by names that results want, too.
void TestOutputs::whatIsNotOurs_isNotReplaced()
{
    backends::LocalBackend backend(m_pools, nullptr, {});
    const auto put = [&](const QString &name, const QByteArray &text) {
        QFile file(m_out->filePath(name));
        return file.open(QIODevice::WriteOnly) && file.write(text) == text.size();
    };
    const Json ndvi {{"index", "NDVI"}};
    const Json series {{"value", "NDVI"}, {"point", "-11,24"}};
    QVERIFY(put(QStringLiteral("farm.json"), R"({"type":"Polygon","coordinates":[]})"));
    QVERIFY(put(QStringLiteral("how.json"), R"({"recipe":{"operation":"index"},"inputs":[]})"));
    for (const auto *name : {"farm.tif", "how.tif", "farm.out"}) {
        const auto refused = waitFor(
            backend.checkFiles(request(QStringLiteral("index"), ndvi, QString::fromLatin1(name))));
        QVERIFY2(!refused, name);
        QVERIFY2(refused.error().message.contains(u".json is there"), qUtf8Printable(refused.error().message));
    }
    // As a table's Item, and as the table itself.
    QVERIFY(!waitFor(backend.checkFiles(request(QStringLiteral("timeseries"), series, QStringLiteral("farm.csv")))));
    QVERIFY(!waitFor(backend.checkFiles(request(QStringLiteral("timeseries"), series, QStringLiteral("farm.json")))));
    QVERIFY(put(QStringLiteral("mine.csv"), "a,b\r\n"));
    auto table = request(QStringLiteral("timeseries"), series, QStringLiteral("mine.csv"));
    QVERIFY(!waitFor(backend.checkFiles(table)));
    table.id = QStringLiteral("taken-up"); // its own table, killed before it had an Item
    QVERIFY(waitFor(backend.checkFiles(table)));
    // An earlier result is replaced.
    const auto job = request(QStringLiteral("index"), ndvi, QStringLiteral("again.tif"));
    QVERIFY(run(job));
    QVERIFY(QFile::exists(m_out->filePath(QStringLiteral("again.json"))));
    QVERIFY(waitFor(backend.checkFiles(job)));
}

void TestOutputs::tablesBeside_areOnesOfTheFiles()
{
    auto job = request(QStringLiteral("change"), Json::object(), QStringLiteral("two.tif"));
    const QString table = m_out->filePath(QStringLiteral("two_areas.csv"));
    const auto plan = backends::planOf(job);
    QVERIFY(plan);
    QVERIFY(backends::filesOf(job, *plan).contains(table));
    // All that is written, and nothing else, is among the files that a job claims.
    const auto done = run(job);
    QVERIFY2(done, done ? "" : qUtf8Printable(done.error().message));
    QStringList written = QStringList {done->output, done->item} + done->files;
    QStringList claimed = backends::filesOf(job, *plan);
    written.sort();
    claimed.sort();
    QCOMPARE(claimed, written);
    // Another's table is kept; that of an earlier result is replaced.
    QVERIFY(run(job));
    const auto index = request(QStringLiteral("index"), {{"index", "NDVI"}}, QStringLiteral("lone.tif"));
    QVERIFY(run(index));
    QFile lone(m_out->filePath(QStringLiteral("lone_areas.csv"))); // beside a result that has no such table
    QVERIFY(lone.open(QIODevice::WriteOnly) && lone.write("a,b\r\n") == 5);
    lone.close();
    QVERIFY(!run(request(QStringLiteral("change"), Json::object(), QStringLiteral("lone.tif"))));
    QVERIFY(waitFor(backends::LocalBackend(m_pools, nullptr, {}).checkFiles(index)));
    QVERIFY(QFile::remove(done->item));
    const auto refused = run(job);
    QVERIFY(!refused);
    QVERIFY2(refused.error().message.contains(u"two_areas.csv"), qUtf8Printable(refused.error().message));
    job.id = QStringLiteral("taken-up");
    QVERIFY(backends::checkFiles(job, *plan));
    QVERIFY(QFile::remove(table) && QDir().mkpath(table));
    QVERIFY(!backends::checkFiles(job, *plan));
    // Two jobs of one table: the name that another job's raster has, too.
    QVERIFY(backends::filesOf(request(QStringLiteral("zonal"), Json::object(), QStringLiteral("two_areas.csv")),
                              processing::Plan())
                .contains(table));
}

void TestOutputs::counts_areSaid()
{
    backends::LocalBackend backend(m_pools, nullptr, {});
    auto one = request(QStringLiteral("index"), {{"index", "NDVI"}}, QStringLiteral("a.tif"));
    one.inputs.push_back(m_scene);
    QVERIFY(waitFor(backend.checkFiles(one)).error().message.contains(u"exactly one scene, not 2"));
    auto two = request(QStringLiteral("change"), Json::object(), QStringLiteral("a.tif"));
    two.inputs.pop_back();
    QVERIFY(waitFor(backend.checkFiles(two)).error().message.contains(u", not 1"));
    two.inputs.clear();
    QVERIFY(!waitFor(backend.checkFiles(two)));
}

void TestOutputs::maskOptions_wantAMask()
{
    backends::LocalBackend backend(m_pools, nullptr, {});
    auto job = request(QStringLiteral("index"), {{"index", "NDVI"}}, QStringLiteral("a.tif"));
    job.recipe.maskDilation = 30;
    QVERIFY(!waitFor(backend.checkFiles(job)));
    job.recipe.maskClouds = true;
    QVERIFY(waitFor(backend.checkFiles(job)));
}

void TestOutputs::item_tellsOfEveryFile()
{
    const auto result = run(request(QStringLiteral("change"), {{"value", "NDVI"}}, QStringLiteral("c.tif")));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QCOMPARE(result->files.size(), 2);
    const Json item = itemOf(*result);
    const Json &assets = member(item, "assets");
    QCOMPARE(assets.size(), 3U);
    for (const auto &asset : assets) {
        const QString href = stringAt(asset, "href");
        QVERIFY(href.startsWith(u"./"));
        QCOMPARE(asInteger(member(asset, "file:size")), QFileInfo(m_out->filePath(href.mid(2))).size());
    }
    const Json &classes = member(member(assets, "classes"), "classification:classes");
    QCOMPARE(classes.size(), 5U);
    QCOMPARE(stringAt(classes[2], "name"), QStringLiteral("vegetation_loss"));
    QCOMPARE(asInteger(member(classes[2], "value")), 2);
    QCOMPARE(stringAt(member(member(assets, "classes"), "raster:bands")[0], "data_type"), QStringLiteral("uint8"));
    QCOMPARE(stringAt(member(assets, "areas"), "type"), QStringLiteral("text/csv"));
    const Json &properties = member(item, "properties");
    const Json &table = member(properties, "astra:tables")[0];
    QCOMPARE(stringAt(table, "name"), QStringLiteral("areas"));
    QCOMPARE(asInteger(member(table, "rows")[0][2]), 64 * 48); // nothing changed between a scene and itself
    const Json &render = member(member(properties, "renders"), "change");
    QCOMPARE(asStringList(member(render, "assets")), QStringList {QStringLiteral("change")});
    QVERIFY(member(render, "rescale")[0][0] < member(render, "rescale")[0][1]);
    const Json &input = member(properties, "astra:inputs")[1];
    QCOMPARE(listAt(input, "bands").size(), 3U);
    for (const auto &band : listAt(input, "bands")) { // green tells water from the rest
        QCOMPARE(asNumber(member(band, "scale")), 0.0000275);
        QCOMPARE(asNumber(member(band, "offset")), -0.2);
    }
    // Which formula it was that the name stood for, and files by the way from the result.
    QCOMPARE(stringAt(member(member(input, "formulas"), "NDVI"), "formula"),
             QStringLiteral("(nir - red) / (nir + red)"));
    const Json &files = member(member(input, "scene"), "assets");
    QVERIFY(!files.empty());
    for (const auto &file : files)
        QVERIFY2(stringAt(file, "href").startsWith(u"../"), qUtf8Printable(stringAt(file, "href")));
    const Json full = backends::placed(input, m_out->path());
    const QUrl first(stringAt(member(member(full, "scene"), "assets")[0], "href"));
    QVERIFY2(QFile::exists(first.toLocalFile()), qUtf8Printable(first.toString()));
    // The scene is its result, ready to be shown.
    QCOMPARE(result->scene.assets.size(), 3U);
    QVERIFY(data::findBand(result->scene, result->scene.assets[0].bands[0].name));
}

void TestOutputs::item_ofManyBands()
{
    const auto result = run(request(QStringLiteral("convert"), {{"bands", {"red", "nir"}}}, QStringLiteral("s.tif")));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    const Json item = itemOf(*result);
    const Json &bands = member(member(member(item, "assets"), "convert"), "raster:bands");
    QCOMPARE(bands.size(), 2U);
    // red = (10000 + x) × 0.0000275 − 0.2 for x = 0…63; nir = (20000 + 10 y) × 0.0000275 − 0.2 for y = 0…47
    const auto near = [](const Json &number, double expected) {
        return std::abs(asNumber(number).value_or(-99) - expected) < 1e-6;
    };
    QVERIFY(near(member(member(bands[0], "statistics"), "mean"), 10031.5 * 0.0000275 - 0.2));
    QVERIFY(near(member(member(bands[0], "statistics"), "maximum"), 10063 * 0.0000275 - 0.2));
    QVERIFY(near(member(member(bands[1], "statistics"), "mean"), 20235 * 0.0000275 - 0.2));
    QVERIFY(near(member(member(bands[1], "statistics"), "valid_percent"), 100));
    // A stack of bands is a scene again: its bands are found by the field's names, also when it is opened from disk.
    const auto again = library::openLocal(result->output);
    QVERIFY(again);
    QCOMPARE(data::findBand(again->best(), QStringLiteral("nir08"))->index, 2);
    QCOMPARE(data::findBand(again->best(), QStringLiteral("red"))->index, 1);
}

void TestOutputs::picture_isAPicture()
{
    auto job = request(QStringLiteral("index"), {{"index", "NDVI"}}, QStringLiteral("p.png"));
    job.recipe.format = QStringLiteral("png");
    job.recipe.maskClouds = true;
    const auto result = run(job);
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QCOMPARE(result->output, job.output);
    const std::unique_ptr<GDALDataset> image(GDALDataset::Open(qPrintable(job.output), GDAL_OF_RASTER));
    QVERIFY(image);
    QCOMPARE(image->GetRasterXSize(), 64);
    QCOMPARE(image->GetRasterYSize(), 48);
    GDALRasterBand *alpha = image->GetRasterBand(image->GetRasterCount());
    const auto at = [&](int x, int y) {
        std::uint8_t value = 7;
        return alpha->RasterIO(GF_Read, x, y, 1, 1, &value, 1, 1, GDT_Byte, 0, 0) == CE_None ? value : 7;
    };
    QCOMPARE(at(10, 10), 255);
    QCOMPARE(at(50, 10), 0); // the right half is cloud
    const auto left = QDir(m_out->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot, QDir::Name);
    QCOMPARE(left, QStringList({QStringLiteral("p.json"), QStringLiteral("p.pgw"), QStringLiteral("p.png")}));
    const Json item = itemOf(*result);
    const Json &asset = member(member(item, "assets"), "ndvi");
    QCOMPARE(stringAt(asset, "type"), QStringLiteral("image/png"));
    QCOMPARE(asStringList(member(asset, "roles")), QStringList {QStringLiteral("visual")});
    QCOMPARE(stringAt(member(member(item, "properties"), "astra:recipe"), "format"), QStringLiteral("png"));
    QVERIFY(data::GeoBox::fromJson(member(item, "bbox")));
}

void TestOutputs::geotiff_keepsItsTags()
{
    auto job = request(QStringLiteral("index"), {{"index", "NDVI"}}, QStringLiteral("g.tif"));
    job.recipe.format = QStringLiteral("geotiff");
    const auto result = run(job);
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    const auto file = raster::Dataset::open({job.output, {}, {}, 1});
    QVERIFY(file);
    QVERIFY(file->info().overviews.empty());
    const auto recipe = parseJson(file->info().metadataValue(QStringLiteral("ASTRA_RECIPE")).toUtf8());
    QVERIFY(recipe);
    QCOMPARE(stringAt(*recipe, "format"), QStringLiteral("geotiff"));
    const auto inputs = parseJson(file->info().metadataValue(QStringLiteral("ASTRA_INPUTS")).toUtf8());
    QVERIFY(inputs);
    QCOMPARE(inputs->size(), 1U);
    QVERIFY(file->info().metadataValue(QStringLiteral("ASTRA_SOFTWARE")).startsWith(u"Astra test, GDAL 3."));
    QCOMPARE(stringAt(member(member(itemOf(*result), "assets"), "ndvi"), "type"),
             QStringLiteral("image/tiff; application=geotiff"));
}

void TestOutputs::table_hasAnItem()
{
    const auto box = m_scene.best().bbox.value();
    const QString point = QStringLiteral("%1,%2").arg(box.center().x(), 0, 'f', 6).arg(box.center().y(), 0, 'f', 6);
    const auto result = run(
        request(QStringLiteral("timeseries"), {{"value", "NDVI"}, {"point", toStd(point)}}, QStringLiteral("t.csv")));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QVERIFY(QFileInfo(result->output).size() > 0);
    const Json item = itemOf(*result);
    const Json &properties = member(item, "properties");
    QCOMPARE(member(properties, "astra:tables").size(), 1U);
    QVERIFY(member(member(properties, "astra:inputs")[0], "scene").is_object());
    QCOMPARE(stringAt(member(member(item, "assets"), "timeseries"), "type"), QStringLiteral("text/csv"));
    QVERIFY(data::GeoBox::fromJson(member(item, "bbox")));
    // A table of JSON does not take its Item's place.
    const auto json = run(
        request(QStringLiteral("timeseries"), {{"value", "NDVI"}, {"point", toStd(point)}}, QStringLiteral("u.json")));
    QVERIFY(json);
    QCOMPARE(json->item, m_out->filePath(QStringLiteral("u.item.json")));
    QVERIFY(QFile::exists(json->item));
}

QTEST_GUILESS_MAIN(TestOutputs)
#include "tst_outputs.moc"
