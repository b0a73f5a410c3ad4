// SPDX-License-Identifier: Apache-2.0
// The same input makes the same bytes: in every language of the window, and again from the recipe that a result holds,
// for every operation.
#include "core/engine/engine.h"
#include "core/engine/jobtitle.h"
#include "core/raster/dataset.h"
#include "tests/support/smallscenes.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include <algorithm>

using namespace astra;
using engine::Engine;

namespace {

/// A language that has other words for everything.
class Foreign final : public QTranslator
{
public:
    [[nodiscard]] bool isEmpty() const override { return false; }
    [[nodiscard]] QString translate(const char * /*context*/, const char *text, const char * /*which*/,
                                    int /*n*/) const override
    {
        return QString(u"«" + QString::fromUtf8(text) + u"»");
    }
};

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What an Item says but for the moments at which it was made.
QByteArray contentOf(const QString &path)
{
    const QByteArray bytes = bytesOf(path);
    auto json = parseJson(bytes, path).value_or(Json());
    if (!path.endsWith(u".json") || !json.contains("properties"))
        return bytes;
    for (const char *moment : {"created", "updated", "processing:datetime"})
        json["properties"].erase(moment);
    return toText(json, 2);
}

QString prefixOf(const QString &day) { return u"LC08_L2SP_204043_" + day + u"_20200822_02_T1"; }

} // namespace

class TestSameBytes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init();
    void cleanup() { QCoreApplication::removeTranslator(&m_foreign); }
    void operation_data();
    void operation();
    void unreadAssetsElsewhere();

private:
    [[nodiscard]] QString scene(int number) const { return m_root->filePath(u"scenes/%1"_qs.arg(number)); }
    [[nodiscard]] Result<data::JobResult> run(data::JobRequest request, const QString &folder);
    /// Runs it in English, and what its recipe says in another language.
    void runTwice(const data::Recipe &recipe, const QStringList &sources, const QString &name);

    std::unique_ptr<QTemporaryDir> m_root;
    std::shared_ptr<Engine> m_engine;
    Foreign m_foreign;
};

void TestSameBytes::init()
{
    m_root = std::make_unique<QTemporaryDir>();
    QVERIFY(m_root->isValid());
    engine::EngineConfig config;
    config.configDir = m_root->filePath(u"config"_qs);
    config.dataDir = m_root->filePath(u"data"_qs);
    config.cacheDir = m_root->filePath(u"cache"_qs);
    config.keychain = false;
    auto made = waitFor(Engine::create(config));
    QVERIFY(made);
    m_engine = *made;
    const data::Grid grid = test::utmGrid();
    const QStringList days {u"20200219"_qs, u"20200622"_qs};
    for (int i = 0; i < days.size(); ++i) {
        QVERIFY(QDir().mkpath(scene(i)));
        const auto band = [&](const char *name, const std::function<double(int, int)> &value) {
            return test::writeBand(scene(i) + u'/' + prefixOf(days[i]) + u'_' + QLatin1String(name) + u".TIF", grid,
                                   value);
        };
        QVERIFY(band("SR_B4", [i](int x, int y) { return 10000 + x + 300 * i * (y % 7); }));
        QVERIFY(band("SR_B5", [i](int x, int y) { return 20000 + 10 * y - 4000 * i * (x % 2); }));
        QVERIFY(band("SR_B3", [](int, int) { return 12000; }));
        QVERIFY(band("SR_B2", [](int, int) { return 9000; }));
        QVERIFY(band("SR_B6", [](int x, int) { return 13000 + x; }));
        QVERIFY(band("QA_PIXEL", [i](int x, int) { return x < 40 + 8 * i ? 21824 : 22280; }));
    }
}

Result<data::JobResult> TestSameBytes::run(data::JobRequest request, const QString &folder)
{
    QDir().mkpath(m_root->filePath(folder));
    request.output = m_root->filePath(folder + u'/' + request.output);
    jobs::Job *job = m_engine->submit(request);
    if (!QTest::qWaitFor([job] { return job->isFinished(); }, 30'000))
        return fail(ErrorCode::Timeout, u"the job does not end"_qs);
    return job->result() ? Result<data::JobResult>(*job->result()) : fail(job->error().value_or(Error()));
}

void TestSameBytes::runTwice(const data::Recipe &recipe, const QStringList &sources, const QString &name)
{
    data::JobRequest request;
    request.recipe = recipe;
    request.output = name;
    for (const auto &source : sources) {
        auto opened = waitFor(m_engine->open(source));
        QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
        request.inputs.push_back(std::move(*opened));
    }
    request.title = engine::titleOf(request.recipe, request.inputs);
    const auto first = run(request, u"first"_qs);
    QVERIFY2(first, first ? "" : qUtf8Printable(first.error().message));

    QVERIFY(QCoreApplication::installTranslator(&m_foreign));
    const auto held = waitFor(m_engine->recipeOf(first->output));
    QVERIFY2(held, held ? "" : qUtf8Printable(held.error().message));
    auto again = waitFor(m_engine->reproduce(*held, {}, {}));
    QVERIFY2(again, again ? "" : qUtf8Printable(again.error().message));
    QVERIFY2(again->notes.isEmpty(), qUtf8Printable(again->notes.join(u'|')));
    again->request.output = name;
    const auto second = run(again->request, u"second"_qs);
    QVERIFY2(second, second ? "" : qUtf8Printable(second.error().message));

    const QDir one(m_root->filePath(u"first"_qs));
    const QDir other(m_root->filePath(u"second"_qs));
    const QStringList files = one.entryList(QDir::Files, QDir::Name);
    QVERIFY(files.size() >= 2);
    QTRY_COMPARE(other.entryList(QDir::Files | QDir::Hidden, QDir::Name),
                 files); // its kept tiles go once it is noted as done
    for (const auto &file : files) {
        QByteArray then = contentOf(one.filePath(file));
        const QByteArray now = contentOf(other.filePath(file));
        QVERIFY(!then.isEmpty());
        if (file.endsWith(u".json"))
            QCOMPARE(QString::fromUtf8(now), QString::fromUtf8(then));
        if (now != then) {
            const auto differs = std::ranges::mismatch(now, then).in1 - now.begin();
            QFAIL(qPrintable(u"%1 differs at %2: “%3” was “%4”"_qs.arg(file).arg(differs).arg(
                QString::fromUtf8(now.mid(differs - 100, 200)), QString::fromUtf8(then.mid(differs - 100, 200)))));
        }
    }
}

void TestSameBytes::operation_data()
{
    QTest::addColumn<QString>("operation");
    QTest::addColumn<QString>("parameters");
    QTest::addColumn<int>("scenes");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("format");
    QTest::addColumn<bool>("clouds");
    const auto row = [](const char *operation, const char *parameters, int scenes, const char *name,
                        const char *format = "", bool clouds = true) {
        QTest::addRow("%s %s%s", operation, name, clouds ? "" : " unmasked")
            << QString::fromLatin1(operation) << QString::fromUtf8(parameters) << scenes << QString::fromLatin1(name)
            << QString::fromLatin1(format) << clouds;
    };
    row("index", R"({"index": "EVI2"})", 1, "out.tif");
    row("index", R"({"index": "NDVI"})", 1, "out.png", "png", false);
    row("index", R"({"index": "NDVI"})", 1, "out.jpg", "jpeg");
    row("expression", R"({"expression": "(nir - red) / (nir + red + L) * 1", "constants": "L=0.25"})", 1, "out.tif");
    row("change", "{}", 2, "out.tif");
    row("change", R"({"threshold": 0.2})", 2, "out.tif", "geotiff", false);
    row("composite", R"({"method": "median"})", 2, "out.tif");
    row("composite", R"({"method": "best", "value": "NDVI"})", 2, "out.tif", "", false);
    row("zonal", R"({"value": "NDVI", "areas": "HERE", "percentiles": "10, 50"})", 1, "out.csv");
    row("zonal", R"({"value": "NDVI", "areas": "HERE"})", 1, "out.geojson", "", false);
    row("timeseries", R"({"value": "NDVI", "areas": "HERE"})", 2, "out.csv");
    row("timeseries", R"({"value": "NDVI", "point": "-10.9625,24.3935;-10.955,24.39"})", 2, "out.csv", "", false);
    row("stack", R"({"bands": ["red", "nir"]})", 2, "out.tif");
    row("convert", R"({"bands": ["green", "red"]})", 1, "out.tif", "geotiff", false);
}

void TestSameBytes::operation()
{
    QFETCH(QString, operation);
    QFETCH(QString, parameters);
    QFETCH(int, scenes);
    QFETCH(QString, name);
    QFETCH(QString, format);
    QFETCH(bool, clouds);
    const auto polygon = [](double west, double east) {
        const double south = 24.390;
        const double north = 24.396;
        return Json {
            {"type", "Feature"},
            {"properties", {{"name", "from " + std::to_string(west)}}},
            {"geometry",
             {{"type", "Polygon"},
              {"coordinates", {{{west, south}, {east, south}, {east, north}, {west, north}, {west, south}}}}}}};
    };
    data::Recipe recipe;
    recipe.operation = operation;
    recipe.parameters = parseJson(parameters.toUtf8(), operation).value();
    // One in it, one that reaches out of it, one beside it.
    if (recipe.parameters.contains("areas")) {
        recipe.parameters["areas"] = {
            {"type", "FeatureCollection"},
            {"features", {polygon(-10.97, -10.96), polygon(-10.957, -10.94), polygon(3, 3.1)}}};
    }
    recipe.format = format;
    recipe.maskClouds = clouds;
    QStringList sources;
    for (int i = 0; i < scenes; ++i)
        sources << scene(i);
    runTwice(recipe, sources, name);
}

void TestSameBytes::unreadAssetsElsewhere()
{
    const QString prefix = prefixOf(u"20200219"_qs);
    const auto asset = [&](const QString &href, const char *common) {
        return Json {{"href", toStd(href)},
                     {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
                     {"roles", {"data"}},
                     {"eo:bands", {{{"name", common}, {"common_name", common}}}}};
    };
    const Json item {{"type", "Feature"},
                     {"stac_version", "1.0.0"},
                     {"id", "elsewhere"},
                     {"geometry", nullptr},
                     {"properties", {{"datetime", "2020-02-19T11:20:00Z"}}},
                     {"links", {{{"rel", "self"}, {"href", "s3://bucket/items/elsewhere.json"}}}},
                     {"assets",
                      {{"red", asset(u"./" + prefix + u"_SR_B4.TIF", "red")},
                       {"nir", asset(u"./" + prefix + u"_SR_B5.TIF", "nir")},
                       {"blue", asset(u"s3://bucket/items/blue.tif"_qs, "blue")}}}};
    const QString path = scene(0) + u"/item.json";
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(toText(item)) > 0);
    file.close();
    data::Recipe recipe;
    recipe.operation = u"index"_qs;
    recipe.parameters = {{"index", "NDVI"}};
    runTwice(recipe, {path}, u"out.tif"_qs);
    const auto result = raster::Dataset::open({m_root->filePath(u"second/out.tif"_qs), {}, {}, 1});
    QVERIFY(result);
    QVERIFY(result->info().metadataValue(u"ASTRA_INPUTS"_qs).contains(u"s3://bucket/items/blue.tif"));
}

QTEST_GUILESS_MAIN(TestSameBytes)
#include "tst_samebytes.moc"
