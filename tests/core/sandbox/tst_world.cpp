// SPDX-License-Identifier: Apache-2.0
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"
#include "core/sandbox/sandbox.h"
#include "core/sandbox/world/world.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

#include <cmath>

using namespace astra;
using namespace astra::sandbox;

namespace {
constexpr int small = 288;

/// Raw numbers of a file, whole.
data::Block read(const WorldScene &scene, const char *band)
{
    const SceneFile *file = scene.file(QString::fromLatin1(band));
    if (!file)
        return {};
    auto dataset = raster::Dataset::open({file->path, {}, {}, 1});
    if (!dataset)
        return {};
    const auto &info = dataset->info();
    auto block = dataset->read(1, {0, 0, info.width, info.height}, info.width, info.height);
    return block ? *block : data::Block();
}

/// Longitude and latitude of the middle of a 10 m pixel of the whole world, by the coordinates written down for it.
QPointF placeOf(int column, int row)
{
    std::vector<QPointF> points {{360000 + 10 * (column + 0.5), 4816020 - 10 * (row + 0.5)}};
    if (const auto degrees = raster::Transform::create(QStringLiteral("EPSG:32630"), QStringLiteral("EPSG:4326")))
        degrees->apply(points);
    return points[0];
}

/// The largest rounding of a Sentinel-2-like number, as sandbox.h promises.
double tolerance(double reflectance) { return (reflectance < 0.0404 ? 0.0004 : 0.0008) + 1e-6; }

bool clear(float scl) { return !std::isnan(scl) && scl != 0 && scl != 3 && !(scl >= 8 && scl <= 10); }
} // namespace

/// The files: made the same every time, kept, checked, and holding what truth() says.
class TestWorld : public QObject
{
    Q_OBJECT

private:
    World open(int size = small, const QString &dir = {})
    {
        auto world = World::open(dir.isEmpty() ? m_dir.path() : dir, size, m_pools, {});
        if (!world)
            qFatal("%s", qPrintable(world.error().message));
        return std::move(*world);
    }
    void compareWithTruth(const World &world, const WorldScene &scene, int step);

    QTemporaryDir m_dir;
    Pools m_pools;

private Q_SLOTS:
    void twoGenerations_areTheSame();
    void damage_isNoticedAndMended();
    void stopped_leavesNothing();
    void impossibleSize_isRefused();
    void calendar_isAsPromised();
    void sentinel_holdsTheTruth();
    void landsat_holdsTheMeanOfNine();
    void covers_havePlausibleNdvi();
    void outside_isNaN();
    void whole_isSmallAndQuicklyFoundAgain();
};

void TestWorld::twoGenerations_areTheSame()
{
    const QTemporaryDir other;
    const World a = open();
    QVERIFY(a.made());
    const World b = open(small, other.path());
    QVERIFY(b.made());
    QCOMPARE(a.checksum(), b.checksum());
    QVERIFY(!open().made()); // found
    QCOMPARE(open().checksum(), a.checksum());
}

void TestWorld::damage_isNoticedAndMended()
{
    const QTemporaryDir dir;
    const World world = open(96, dir.path());
    QFile file(world.scenes()[0].files[2].path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(file.size() - 3));
    QCOMPARE(file.write("?"), 1); // one byte, the size as before
    file.close();
    const World again = open(96, dir.path());
    QVERIFY(again.made());
    QCOMPARE(again.checksum(), world.checksum());
}

void TestWorld::stopped_leavesNothing()
{
    const QTemporaryDir dir;
    StopSource stop;
    stop.request_stop();
    const auto world = World::open(dir.path(), 96, m_pools, Progress(stop.get_token()));
    QVERIFY(!world);
    QCOMPARE(world.error().code, ErrorCode::Cancelled);
    QVERIFY(QDir(dir.path()).isEmpty());
}

void TestWorld::impossibleSize_isRefused()
{
    for (const int size : {0, 95, 100, 2112, -96}) {
        const auto world = World::open(m_dir.path(), size, m_pools, {});
        QVERIFY(!world);
        QCOMPARE(world.error().code, ErrorCode::InvalidInput);
    }
}

void TestWorld::calendar_isAsPromised()
{
    int before0400 = 0;
    int landsat = 0;
    QDateTime last;
    for (const Pass &pass : passes()) {
        QVERIFY(pass.time().isValid() && pass.processedTime() > pass.time());
        QCOMPARE(pass.time().date().year(), 2025);
        QVERIFY(!last.isValid() || pass.time() > last);
        last = pass.time();
        landsat += pass.sensor == Sensor::Landsat ? 1 : 0;
        before0400 += pass.sensor == Sensor::Sentinel2 && pass.offset() == 0 ? 1 : 0;
    }
    QVERIFY(passes().size() >= 12);
    QVERIFY(landsat >= 3);
    QVERIFY(before0400 >= 2);
    QCOMPARE(passes()[0].id(), QStringLiteral("S2A_MSIL2A_20250117T111321_N0511_R137_T30TUZ_20250117T142512"));
}

void TestWorld::compareWithTruth(const World &world, const WorldScene &scene, int step)
{
    const double offset = scene.pass.offset();
    const data::Block red = read(scene, "B04");
    const data::Block nir = read(scene, "B08");
    const data::Block scl = read(scene, "SCL");
    const int size = world.grid(10).width;
    QCOMPARE(red.width, size);
    QCOMPARE(scl.width, size / 2);
    int compared = 0;
    for (int row = 1; row < size; row += step) {
        for (int column = 2; column < size; column += step) {
            if (!clear(scl.at(column / 2, row / 2)))
                continue;
            const QPointF place = placeOf(worldFirst(size) + column, worldFirst(size) + row);
            const auto is = [&](const char *band) {
                return truth(QString::fromLatin1(band), place.x(), place.y(), scene.pass.time());
            };
            const double r = (static_cast<double>(red.at(column, row)) - offset) / 10000;
            const double n = (static_cast<double>(nir.at(column, row)) - offset) / 10000;
            const double trueRed = is("red");
            const double trueNir = is("nir");
            // Below one DN nothing can be written without an offset: 0 is "no data".
            QVERIFY(std::abs(r - trueRed) <= tolerance(trueRed) || (offset == 0 && r == 0.0001));
            QVERIFY(std::abs(n - trueNir) <= tolerance(trueNir) || (offset == 0 && n == 0.0001));
            // NDVI moves by at most 2 (n Δr + r Δn) / (n + r)².
            const double sum = trueRed + trueNir - tolerance(trueRed) - tolerance(trueNir);
            if (sum > 0.01)
                QVERIFY(std::abs((n - r) / (n + r) - is("ndvi"))
                        <= 2 * (trueNir * tolerance(trueRed) + trueRed * tolerance(trueNir)) / (sum * sum));
            ++compared;
        }
    }
    QVERIFY2(compared > 15 || scene.cloudCover > 60, qPrintable(QString::number(compared)));
}

void TestWorld::sentinel_holdsTheTruth()
{
    const World world = open();
    for (const WorldScene &scene : world.scenes()) {
        if (scene.pass.sensor == Sensor::Sentinel2)
            compareWithTruth(world, scene, 29);
    }
}

void TestWorld::landsat_holdsTheMeanOfNine()
{
    const World world = open();
    for (const WorldScene &scene : world.scenes()) {
        if (scene.pass.sensor != Sensor::Landsat)
            continue;
        const data::Block nir = read(scene, "SR_B5");
        const data::Block quality = read(scene, "QA_PIXEL");
        QCOMPARE(nir.width, small / 3);
        for (int row = 3; row < nir.height; row += 11) {
            for (int column = 1; column < nir.width; column += 13) {
                const float bits = quality.at(column, row);
                if (std::isnan(bits) || (static_cast<unsigned>(bits) & 0b11011U) != 0)
                    continue;
                double sum = 0;
                for (int i = 0; i < 9; ++i) {
                    const QPointF place = placeOf(worldFirst(small) + 3 * column + i % 3,
                                                  worldFirst(small) + 3 * row + i / 3);
                    sum += truth(QStringLiteral("nir08"), place.x(), place.y(), scene.pass.time());
                }
                const double value = static_cast<double>(nir.at(column, row)) * 0.0000275 - 0.2;
                QVERIFY2(std::abs(value - sum / 9) < 0.0000138 + 1e-6, qPrintable(QString::number(value - sum / 9)));
            }
        }
    }
}

void TestWorld::covers_havePlausibleNdvi()
{
    const QDateTime july(QDate(2025, 7, 1), QTime(11, 0), Qt::UTC);
    const auto ndvi = [&](int column, int row) {
        const QPointF p = placeOf(column, row);
        return truth(QStringLiteral("ndvi"), p.x(), p.y(), july);
    };
    std::map<Cover, std::pair<double, int>> sums;
    for (int row = 5; row < worldSize; row += 23) {
        for (int column = 5; column < worldSize; column += 23) {
            const Site site = siteOfPixel(column, row);
            if (site.share > 0.05F)
                continue;
            auto &[sum, count] = sums[site.cover];
            sum += ndvi(column, row);
            ++count;
        }
    }
    const auto mean = [&](Cover cover) {
        const auto &[sum, count] = sums[cover];
        return count == 0 ? std::nan("") : sum / count;
    };
    QVERIFY(mean(Cover::Water) < -0.1);
    QVERIFY(mean(Cover::Conifer) > 0.7 && mean(Cover::Conifer) < 0.88);
    QVERIFY(mean(Cover::Broadleaf) > 0.7 && mean(Cover::Broadleaf) < 0.88);
    QVERIFY(mean(Cover::RedRoof) > 0.03 && mean(Cover::RedRoof) < 0.3);
    QVERIFY(mean(Cover::Maize) > mean(Cover::Wheat) + 0.2); // the wheat is ripe, the maize stands
}

void TestWorld::outside_isNaN()
{
    const QDateTime day(QDate(2025, 7, 1), QTime(0, 0), Qt::UTC);
    QVERIFY(std::isnan(truth(QStringLiteral("red"), 0, 0, day)));
    const QPointF inside = placeOf(1000, 1000);
    QVERIFY(!std::isnan(truth(QStringLiteral("red"), inside.x(), inside.y(), day)));
    QVERIFY(std::isnan(truth(QStringLiteral("purple"), inside.x(), inside.y(), day)));
    QVERIFY(std::isnan(truth(QStringLiteral("red"), inside.x(), inside.y(), {})));
}

void TestWorld::whole_isSmallAndQuicklyFoundAgain()
{
#ifdef ASTRA_SANITIZED
    QSKIP("The whole world takes minutes under a sanitizer, and is made by the same code as the small ones.");
#else
    const QString dir = qEnvironmentVariable("ASTRA_TEST_WORLD", m_dir.path()); // to keep and look at it
    QElapsedTimer timer;
    timer.start();
    const World world = open(worldSize, dir);
    qInfo("made in %lld ms, %lld MB", timer.restart(), world.bytes() / 1000000);
    QVERIFY(world.bytes() < 150'000'000);
    const World again = open(worldSize, dir);
    qInfo("found again in %lld ms", timer.elapsed());
    QVERIFY(!again.made());

    int clearScenes = 0;
    int edges = 0;
    for (const WorldScene &scene : world.scenes()) {
        qInfo("%s: %.1f %% cloud, %.1f %% snow, %.1f %% no data", qPrintable(scene.pass.id()), scene.cloudCover,
              scene.snow, scene.nodata);
        clearScenes += scene.cloudCover < 5 ? 1 : 0;
        edges += scene.nodata > 5 ? 1 : 0;
        if (scene.pass.sensor == Sensor::Sentinel2)
            compareWithTruth(world, scene, 151);
    }
    QVERIFY(clearScenes >= 5);
    QCOMPARE(edges, 1);
    const auto cloudiest = std::max_element(world.scenes().begin(), world.scenes().end(),
                                            [](const auto &a, const auto &b) { return a.cloudCover < b.cloudCover; });
    QVERIFY(cloudiest->cloudCover > 40);
    QVERIFY(world.scenes().front().snow > 1); // January, on the heights
    QVERIFY(std::abs(world.box().width() - 0.23) < 0.03);
#endif
}

QTEST_GUILESS_MAIN(TestWorld)
#include "tst_world.moc"
