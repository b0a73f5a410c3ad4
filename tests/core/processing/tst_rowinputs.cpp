// SPDX-License-Identifier: Apache-2.0

// Inputs whose rows lie whole, so that a part of a row costs as much as all of it: each is unpacked a bounded number of
// times, and memory does not grow with the width.

#include "core/processing/executor.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/sanitized.h"

#include <QCryptographicHash>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <mutex>

using namespace astra;
using namespace astra::processing;

namespace {

/// Bands that remember the rows they read last, as a cache of that size does, and count those they had to unpack.
class Rows : public InputReader
{
public:
    Rows(int width, int height)
        : m_grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, width, height}
    {
    }
    SceneFacts facts() const
    {
        SceneFacts facts;
        facts.id = QStringLiteral("rows");
        facts.bands = QStringList {QStringLiteral("nir"), QStringLiteral("red")};
        return facts;
    }
    Result<std::unique_ptr<BandReader>> band(const QString &) override { return std::make_unique<Band>(*this); }
    std::atomic<qint64> unpacked {0}; ///< rows
    std::atomic<int> tallest {0}; ///< rows of a read

private:
    class Band : public BandReader
    {
    public:
        explicit Band(Rows &owner)
            : m_owner(owner)
        {
        }
        const data::Grid &grid() const override { return m_owner.m_grid; }
        const data::Radiometry &radiometry() const override { return m_none; }
        Result<data::Block> read(const data::Grid &window, raster::Resampling) override
        {
            const int top = qRound((m_owner.m_grid.originY - window.originY) / 10);
            if (std::pair(top, window.height) != m_last)
                m_owner.unpacked += window.height;
            m_last = {top, window.height};
            int tallest = m_owner.tallest;
            while (tallest < window.height && !m_owner.tallest.compare_exchange_weak(tallest, window.height)) { }
            return data::Block(window.width, window.height, 0.25F);
        }
        raster::ReadCost cost(const data::Grid &window) override
        {
            return {window.height * qint64 {2} * m_owner.m_grid.width, 1, true, window.height, 0};
        }

    private:
        Rows &m_owner;
        data::Radiometry m_none;
        std::pair<int, int> m_last {-1, -1};
    };
    data::Grid m_grid;
};

double statusMegabytes(const char *name)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : status.readAll().split('\n')) {
        if (line.startsWith(name))
            return line.mid(static_cast<qsizetype>(qstrlen(name))).simplified().split(' ').front().toDouble() / 1024;
    }
    return 0;
}

QByteArray hashOf(const QString &path)
{
    QFile file(path);
    QCryptographicHash hash(QCryptographicHash::Sha256);
    return file.open(QIODevice::ReadOnly) && hash.addData(&file) ? hash.result() : QByteArray();
}

data::Recipe ndvi()
{
    data::Recipe recipe;
    recipe.parameters = {{"index", "NDVI"}};
    return recipe;
}

} // namespace

class tst_RowInputs : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void eachRow_isUnpackedOnceForManyTiles_data()
    {
        QTest::addColumn<int>("columns"); // of tiles
        QTest::addColumn<int>("readers");
        QTest::addColumn<qint64>("memory");
        QTest::addColumn<int>("times");
        QTest::newRow("a scene") << 20 << 3 << (192LL << 20) << 1;
        QTest::newRow("a wide one") << 70 << 3 << (192LL << 20) << 3; // 32, 32 and 6 tiles
        QTest::newRow("little memory") << 20 << 2 << (16LL << 20) << 5; // four tiles a reader
        QTest::newRow("one reader") << 40 << 1 << (192LL << 20) << 2;
    }
    void eachRow_isUnpackedOnceForManyTiles()
    {
        QFETCH(int, columns);
        QFETCH(int, readers);
        QFETCH(qint64, memory);
        QFETCH(int, times);
        constexpr int height = 700;
        Rows rows(columns * 512, height);
        SingleScene scenes(rows, rows.facts());
        RunOptions options;
        options.readers = readers;
        options.memory = memory;
        const auto result = run(ndvi(), scenes, out(), m_pools, {}, options);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->statistics.valid, qint64(columns) * 512 * height);
        QCOMPARE(rows.unpacked, qint64(2) * times * height);
        QVERIFY(rows.tallest * qint64(2) * 2 * columns * 512 * readers <= 16LL << 20 || rows.tallest == 16);
    }

    /// The pixels of a file in strips are those of the same file in tiles.
    void stripsAndTiles_areTheSame()
    {
        std::vector<QByteArray> hashes;
        for (const std::vector<const char *> &options : {std::vector<const char *> {"TILED=YES", "COMPRESS=DEFLATE"},
                                                         {"COMPRESS=DEFLATE", "BLOCKYSIZE=1"},
                                                         {"COMPRESS=DEFLATE", "BLOCKYSIZE=300"}}) {
            auto scenes = pair(2700, 1100, options);
            QVERIFY(run(ndvi(), *scenes, out(), m_pools, {}));
            hashes.push_back(hashOf(out()));
        }
        QVERIFY(!hashes[0].isEmpty());
        QCOMPARE(hashes[1], hashes[0]);
        QCOMPARE(hashes[2], hashes[0]);
    }

    void memory_doesNotGrowWithTheWidth()
    {
        if (test::sanitized)
            QSKIP("a sanitizer's own memory cannot be told from ours");
        std::vector<double> used;
        for (const int width : {40000, 20000, 40000}) { // the first makes what stays: threads, codecs, the heap
            auto scenes = pair(width, 1100, {"COMPRESS=DEFLATE", "ZLEVEL=1", "BLOCKYSIZE=1"});
            QFile forget(QStringLiteral("/proc/self/clear_refs"));
            if (!forget.open(QIODevice::WriteOnly) || forget.write("5") != 1)
                QSKIP("this system does not forget the peak of resident memory");
            forget.close();
            RunOptions options;
            options.memory = 96LL << 20;
            options.readers = 2;
            QVERIFY(run(ndvi(), *scenes, out(), m_pools, {}, options));
            used.push_back(statusMegabytes("VmHWM:"));
        }
        qInfo("width 20000: %.0f MB, 40000: %.0f MB", used[1], used[2]);
        // What the heap keeps differs by tens of MB from run to run; the rows themselves would take twice as much.
        QVERIFY2(used[2] < used[1] + 80, qPrintable(QStringLiteral("%1 and %2").arg(used[1]).arg(used[2])));
        QVERIFY(used[2] < 400);
    }

private:
    QString out() const { return m_dir.filePath(QStringLiteral("out.tif")); }
    std::unique_ptr<test::SceneFiles> pair(int width, int height, const std::vector<const char *> &options)
    {
        auto scenes = std::make_unique<test::SceneFiles>();
        SceneFacts facts;
        facts.id = QStringLiteral("strips");
        test::SceneFiles::Bands bands;
        for (const char *name : {"nir", "red"}) {
            const QString path = m_dir.filePath(QLatin1String(name) + QStringLiteral(".tif"));
            QFile::remove(path);
            test::Made made;
            made.width = width;
            made.height = height;
            made.options = options;
            const int base = qstrcmp(name, "nir") == 0 ? 3000 : 1000;
            test::makeTiff(path, made, [base](int x, int y, int) { return base + x % 512 + y % 64; });
            bands[QString::fromLatin1(name)] = {path, 1, {}};
        }
        scenes->add(facts, bands);
        return scenes;
    }

    QTemporaryDir m_dir;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_RowInputs)
#include "tst_rowinputs.moc"
