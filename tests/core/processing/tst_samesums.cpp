// SPDX-License-Identifier: Apache-2.0

// Tables and statistics are the same to the last bit whatever the memory, the number of threads and where a run was
// cut off.

#include "core/processing/areasum.h"
#include "core/processing/executor.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/raster/gdalfiles.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

constexpr int width = 1100; // three by three tiles
constexpr int height = 1060;
const data::Grid grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, width, height};

struct Setting {
    qint64 memory = 0;
    int threads = 0;
};

/// With 1 MB a tile comes in strips of 16 rows.
constexpr std::array<Setting, 6> settings {
    {{1 << 20, 2}, {1 << 20, 8}, {64LL << 20, 1}, {64LL << 20, 8}, {400LL << 20, 2}, {2LL << 30, 8}}};

/// Three polygons that cross tiles, one of them thin.
Json areas()
{
    const auto transform = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
    Json features = Json::array();
    int number = 0;
    for (const auto &corners : std::vector<std::vector<QPointF>> {{{20, 30}, {1080, 60}, {1050, 1040}, {90, 1000}},
                                                                  {{500, 500}, {530, 500}, {530, 530}, {500, 530}},
                                                                  {{10, 700}, {1090, 705}, {1090, 709}, {10, 704}}}) {
        std::vector<QPointF> ring;
        for (const auto &corner : corners)
            ring.emplace_back(grid.originX + corner.x() * 10, grid.originY - corner.y() * 10);
        ring.push_back(ring.front());
        transform->apply(ring);
        Json coordinates = Json::array();
        for (const auto &point : ring)
            coordinates.push_back({point.x(), point.y()});
        features.push_back({{"type", "Feature"},
                            {"properties", {{"name", "area " + std::to_string(number++)}}},
                            {"geometry", {{"type", "Polygon"}, {"coordinates", {coordinates}}}}});
    }
    return {{"type", "FeatureCollection"}, {"features", std::move(features)}};
}

QByteArray hashOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result() : QByteArray();
}

} // namespace

class tst_SameSums : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        std::mt19937 random(3);
        for (int scene = 0; scene < 2; ++scene) {
            SceneFacts facts;
            facts.id = QStringLiteral("scene%1").arg(scene);
            facts.platform = QStringLiteral("sentinel-2a");
            facts.datetime = QDateTime({2024, 6, 1 + scene}, {10, 0}, Qt::UTC);
            facts.mask = MaskKind::Scl;
            test::SceneFiles::Bands bands;
            for (const char *name : {"nir", "red", "scl"}) {
                const QString path = m_dir.filePath(QStringLiteral("%1-%2.tif").arg(QLatin1String(name)).arg(scene));
                test::Made made;
                made.width = width;
                made.height = height;
                made.type = GDT_Float32;
                made.options = {"TILED=YES", "COMPRESS=DEFLATE", "ZLEVEL=1"};
                const bool isMask = qstrcmp(name, "scl") == 0;
                test::makeTiff(path, made, [&](int, int, int) {
                    const auto number = static_cast<double>(random() % 65536);
                    if (isMask)
                        return number < 4000 ? 9.0 : 4.0;
                    return number < 2000 ? std::numeric_limits<double>::quiet_NaN() : 0.01 + number / 65536 / 3;
                });
                bands[QString::fromLatin1(name)] = {path, 1, {}};
            }
            m_pair.add(facts, bands);
            if (scene == 0)
                m_one.add(facts, bands);
        }
    }

    void jobs_data()
    {
        QTest::addColumn<QString>("operation");
        for (const char *operation : {"index", "zonal", "timeseries", "change", "composite"})
            QTest::newRow(operation) << QString::fromLatin1(operation);
    }
    void jobs()
    {
        QFETCH(QString, operation);
        const auto recipe = recipeFor(operation);
        auto &scenes = operation == u"index" || operation == u"zonal" ? m_one : m_pair;
        const auto once = runWith(recipe, scenes, {192LL << 20, 4});
        QVERIFY2(once, once ? "" : qPrintable(once.error().message));
        const auto hash = hashOf(out(recipe));
        QVERIFY(!hash.isEmpty());
        for (const auto &setting : settings) {
            const auto other = runWith(recipe, scenes, setting);
            QVERIFY2(other, other ? "" : qPrintable(other.error().message));
            QCOMPARE(other->statistics, once->statistics);
            QVERIFY2(other->tables == once->tables, toText(other->tables).constData());
            QCOMPARE(other->notes, once->notes);
            QCOMPARE(hashOf(out(recipe)), hash);
        }
    }

    /// Cut off after some tiles that were computed in strips; the rest is computed in whole tiles by other threads.
    void resumed_data() { jobs_data(); }
    void resumed()
    {
        QFETCH(QString, operation);
        const auto recipe = recipeFor(operation);
        auto &scenes = operation == u"index" || operation == u"zonal" ? m_one : m_pair;
        const auto once = runWith(recipe, scenes, {2LL << 30, 2});
        QVERIFY2(once, once ? "" : qPrintable(once.error().message));
        const auto hash = hashOf(out(recipe));
        const QString part = m_dir.filePath(QStringLiteral(".part"));
        StopSource stop;
        int steps = 0;
        const Progress progress(stop.get_token(), [&](double) {
            if (++steps == 4)
                stop.request_stop();
        });
        QVERIFY(!runWith(recipe, scenes, {1 << 20, 1}, part, progress));
        const auto rest = runWith(recipe, scenes, {400LL << 20, 8}, part);
        QVERIFY2(rest, rest ? "" : qPrintable(rest.error().message));
        QVERIFY(rest->tilesKept >= 3 && rest->tilesComputed > 0);
        QCOMPARE(rest->statistics, once->statistics);
        QVERIFY(rest->tables == once->tables);
        QCOMPARE(hashOf(out(recipe)), hash);
        QFile::remove(part);
    }

    /// Before numbers are rounded for a table, and for windows of any shape.
    void sums_ofAnyWindows()
    {
        const auto named = data::areasFromGeoJson(areas());
        QVERIFY(named);
        const auto zones = Zones::create(*named, grid);
        QVERIFY(zones);
        data::Block values(width, height);
        data::Block clouds(width, height, 0);
        std::mt19937 random(9);
        for (std::size_t i = 0; i < values.values.size(); ++i) {
            values.values[i] = std::ldexp(static_cast<float>(random() % 100000) - 30000,
                                          static_cast<int>(random() % 40) - 30);
            clouds.values[i] = random() % 9 == 0 ? 1 : 0;
        }
        const auto sumsFor = [&](int wide, int high) {
            AreaSums sums(1, 3);
            for (int y = 0; y < height; y += high) {
                for (int x = 0; x < width; x += wide) {
                    const int w = std::min(wide, width - x);
                    const int h = std::min(high, height - y);
                    TileInput input;
                    input.window = raster::windowOf(grid, x, y, w, h);
                    input.bands.push_back(cut(values, x, y, w, h));
                    input.masks.push_back(std::make_shared<const data::Block>(cut(clouds, x, y, w, h)));
                    sums.add(tallyOf(input, *zones, {{0, {}, 0}}, false));
                }
            }
            return sums;
        };
        const auto whole = sumsFor(width, height);
        for (const auto &[wide, high] : {std::pair(512, 512), {512, 16}, {512, 48}, {1, height}, {97, 31}}) {
            const auto parts = sumsFor(wide, high);
            for (int area = 0; area < 3; ++area) {
                QVERIFY(whole.at(0, area).values.valid > 100);
                QCOMPARE(parts.at(0, area).masked, whole.at(0, area).masked);
                QCOMPARE(parts.at(0, area).values.result(), whole.at(0, area).values.result());
                QCOMPARE(parts.at(0, area).values.sum.parts(), whole.at(0, area).values.sum.parts());
            }
        }
    }

private:
    static data::Block cut(const data::Block &from, int x, int y, int wide, int high)
    {
        data::Block out(wide, high);
        for (int row = 0; row < high; ++row) {
            for (int column = 0; column < wide; ++column)
                out.values[static_cast<std::size_t>(row * wide + column)] = from.at(x + column, y + row);
        }
        return out;
    }
    static data::Recipe recipeFor(const QString &operation)
    {
        data::Recipe recipe;
        recipe.operation = operation;
        recipe.maskClouds = true;
        recipe.parameters = Json::object();
        if (operation == u"index")
            recipe.parameters = {{"index", "NDVI"}};
        if (operation == u"zonal")
            recipe.parameters = {{"areas", areas()}, {"percentiles", "10, 50, 90"}};
        if (operation == u"timeseries")
            recipe.parameters = {{"areas", areas()}};
        if (operation == u"composite")
            recipe.parameters = {{"bands", {"nir", "red"}}};
        return recipe;
    }
    QString out(const data::Recipe &recipe) const
    {
        const bool isTable = recipe.operation == u"zonal" || recipe.operation == u"timeseries";
        return m_dir.filePath(isTable ? QStringLiteral("out.csv") : QStringLiteral("out.tif"));
    }
    Result<data::JobResult> runWith(const data::Recipe &recipe, SceneSet &scenes, Setting setting,
                                    const QString &part = {}, const Progress &progress = {})
    {
        Pools pools;
        pools.cpu.setMaxThreadCount(setting.threads);
        RunOptions options;
        options.memory = setting.memory;
        options.readers = setting.threads;
        options.part = part;
        return run(recipe, scenes, out(recipe), pools, progress, options);
    }

    QTemporaryDir m_dir;
    test::SceneFiles m_one;
    test::SceneFiles m_pair;
};

QTEST_GUILESS_MAIN(tst_SameSums)
#include "tst_samesums.moc"
