// SPDX-License-Identifier: Apache-2.0
// A polygon of a million corners, from its file through a job, what is kept of that, and the same again.
#include "core/data/areajson.h"
#include "core/engine/engine.h"
#include "core/raster/geodesy.h"
#include "tests/support/smallscenes.h"

#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QTemporaryDir>
#include <QTest>

#include <numbers>

using namespace astra;
using engine::Engine;

namespace {

constexpr int corners = 1'000'000;

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class TestLargeArea : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void raster_keepsItOnce();
    void table_keepsItInItsItem();

private:
    [[nodiscard]] QString path(const char *name) const { return m_folder.filePath(QString::fromLatin1(name)); }
    [[nodiscard]] data::JobRequest request(const char *output) const
    {
        data::JobRequest request;
        request.recipe.parameters = {{"index", "NDVI"}};
        request.inputs = {m_scene};
        request.output = path(output);
        return request;
    }
    /// Runs it, or says why not.
    [[nodiscard]] QString run(const data::JobRequest &request) const
    {
        jobs::Job *job = m_engine->submit(request);
        if (!QTest::qWaitFor([&] { return job->isFinished(); }, 60000))
            return QStringLiteral("it does not end");
        return job->error() ? job->error()->message : QString();
    }
    /// Runs the recipe of a file again, or says why not.
    [[nodiscard]] QString again(const char *file, const char *output) const
    {
        const auto recipe = waitFor(m_engine->recipeOf(path(file)));
        if (!recipe)
            return recipe.error().message;
        auto found = waitFor(m_engine->reproduce(*recipe));
        if (!found)
            return found.error().message;
        found->request.output = path(output);
        return run(found->request);
    }

    QTemporaryDir m_folder;
    std::shared_ptr<Engine> m_engine;
    data::Acquisition m_scene;
    std::vector<data::NamedArea> m_areas;
};

void TestLargeArea::initTestCase()
{
    const data::Grid grid = test::utmGrid(512, 512);
    QVERIFY(test::writeBand(path("red.tif"), grid, [](int x, int y) { return 1000 + (x * 31 + y * 17) % 997; }));
    QVERIFY(test::writeBand(path("nir.tif"), grid, [](int x, int y) { return 3000 + (x * 13 + y * 29) % 1009; }));
    engine::EngineConfig config;
    config.configDir = path("config");
    config.dataDir = path("data");
    config.cacheDir = path("cache");
    config.keychain = false;
    const auto made = waitFor(Engine::create(config));
    QVERIFY(made);
    m_engine = *made;
    const auto scene = waitFor(
        m_engine->openFiles({{QStringLiteral("red"), path("red.tif")}, {QStringLiteral("nir"), path("nir.tif")}}));
    QVERIFY2(scene, scene ? "" : qUtf8Printable(scene.error().message));
    m_scene = *scene;

    // A coast in it, with as many digits as writers give.
    const auto bounds = raster::boundsInDegrees(grid);
    QVERIFY(bounds);
    const QPointF middle = bounds->center();
    QByteArray text
        = R"({"type":"Feature","properties":{"name":"coast"},"geometry":{"type":"Polygon","coordinates":[[)";
    text.reserve(50 * corners);
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        const double r = 0.4 + 0.05 * std::sin(40 * angle) + 2e-4 * std::sin(7919.0 * i);
        text += '[' + QByteArray::number(middle.x() + bounds->width() * r * std::cos(angle), 'g', 17) + ','
            + QByteArray::number(middle.y() + (bounds->north - bounds->south) * r * std::sin(angle), 'g', 17) + "],";
    }
    text.chop(1);
    text += "]]}}";
    QFile file(path("coast.geojson"));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(text) == text.size());
    file.close();
    QElapsedTimer timer;
    timer.start();
    auto areas = waitFor(m_engine->areasOf(file.fileName()));
    QVERIFY2(areas, areas ? "" : qUtf8Printable(areas.error().message));
    m_areas = *std::move(areas);
    qInfo("%lld bytes of GeoJSON read in %lld ms", static_cast<long long>(text.size()),
          static_cast<long long>(timer.elapsed()));
    QCOMPARE(m_areas.front().rings.front().size(), std::size_t(corners));
}

void TestLargeArea::raster_keepsItOnce()
{
    QElapsedTimer timer;
    timer.start();
    auto small = request("plain.tif");
    QCOMPARE(run(small), QString());
    const auto plain = timer.restart();
    auto asked = request("coast.tif");
    asked.recipe.area = m_areas;
    QCOMPARE(run(asked), QString());
    const auto first = timer.restart();
    QCOMPARE(again("coast.tif", "again.tif"), QString());
    const auto second = timer.elapsed();

    const auto result = waitFor(m_engine->storedJobs()).value();
    QCOMPARE(result.size(), std::size_t(3));
    const qint64 rows = QFileInfo(path("data/jobs.sqlite")).size();
    const qint64 more = QFileInfo(path("coast.tif")).size() - QFileInfo(path("plain.tif")).size();
    const qint64 item = QFileInfo(path("coast.json")).size();
    qInfo("%lld ms without, %lld ms with it, %lld ms again; %lld bytes of the file, %lld of the Item, %lld of "
          "jobs.sqlite",
          static_cast<long long>(plain), static_cast<long long>(first), static_cast<long long>(second),
          static_cast<long long>(more), static_cast<long long>(item), static_cast<long long>(rows));
    QVERIFY(more < 9'000'000);
    QVERIFY(item < 20'000);
    QVERIFY(rows < 2 * 9'000'000); // two jobs
    QVERIFY(contentOf(path("coast.tif")) == contentOf(path("again.tif")));

    // The Item tells the same recipe, as long as its file is there.
    const auto inside = waitFor(m_engine->recipeOf(path("coast.tif")));
    const auto beside = waitFor(m_engine->recipeOf(path("coast.json")));
    QVERIFY2(beside, beside ? "" : qUtf8Printable(beside.error().message));
    QVERIFY(inside && inside->recipe.area == m_areas && beside->recipe.area == m_areas);
    QVERIFY(QFile::rename(path("coast.tif"), path("moved.tif")));
    const auto gone = waitFor(m_engine->recipeOf(path("coast.json")));
    QVERIFY(!gone);
    QVERIFY2(gone.error().message.contains(u"1,000,000 corners"), qUtf8Printable(gone.error().message));
    // Nor does it take the corners of another result for its own.
    QVERIFY(QFile::copy(path("plain.tif"), path("coast.tif")));
    QVERIFY(!waitFor(m_engine->recipeOf(path("coast.json"))));
}

void TestLargeArea::table_keepsItInItsItem()
{
    auto asked = request("zones.csv");
    asked.recipe.operation = QStringLiteral("zonal");
    // Every fifth corner.
    auto areas = m_areas;
    data::Ring &ring = areas.front().rings.front();
    for (std::size_t i = 0; i < corners / 5; ++i)
        ring[i] = ring[5 * i];
    ring.resize(corners / 5);
    asked.recipe.parameters = {{"areas", data::toJson(areas)}};
    QCOMPARE(run(asked), QString());
    const qint64 item = QFileInfo(path("zones.json")).size();
    QVERIFY2(item > 500'000 && item < 2'000'000, qPrintable(QString::number(item)));
    QCOMPARE(again("zones.csv", "again.csv"), QString());
    const QByteArray table = contentOf(path("zones.csv"));
    QVERIFY(table.startsWith("area,value,") && table.contains("\r\ncoast,"));
    QVERIFY(table == contentOf(path("again.csv")));
}

QTEST_GUILESS_MAIN(TestLargeArea)
#include "tst_largearea.moc"
