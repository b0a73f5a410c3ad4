// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogwriter.h"
#include "tests/core/raster/gdalfiles.h"

#include <QDir>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <map>
#include <thread>

using namespace astra;
using namespace astra::raster;

namespace {

struct Ifd {
    quint64 offset = 0;
    std::map<int, std::vector<quint64>> numbers; // SHORT, LONG and LONG8 tags
};

/// A reader of TIFF's structure of its own, as far as the order of things goes.
std::vector<Ifd> directories(const QByteArray &tiff)
{
    const auto at = [&](quint64 offset, int size) {
        quint64 v = 0;
        memcpy(&v, tiff.constData() + offset, static_cast<size_t>(size));
        return v;
    };
    std::vector<Ifd> list;
    for (quint64 next = at(4, 4); next != 0;) {
        Ifd ifd;
        ifd.offset = next;
        const auto count = at(next, 2);
        for (quint64 i = 0; i < count; ++i) {
            const quint64 entry = next + 2 + 12 * i;
            const int size = at(entry + 2, 2) == 3 ? 2 : at(entry + 2, 2) == 4 ? 4 : 0;
            if (size == 0)
                continue;
            const quint64 n = at(entry + 4, 4);
            const quint64 values = n * static_cast<quint64>(size) <= 4 ? entry + 8 : at(entry + 8, 4);
            for (quint64 k = 0; k < n; ++k)
                ifd.numbers[static_cast<int>(at(entry, 2))].push_back(
                    at(values + k * static_cast<quint64>(size), size));
        }
        list.push_back(ifd);
        next = at(next + 2 + 12 * count, 4);
    }
    return list;
}

CogSpec specOf(int width, int height, SampleType type = SampleType::Float32)
{
    CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 20, width, height};
    spec.type = type;
    return spec;
}

data::Block ramp(int width, int height)
{
    data::Block block(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            const bool hole = (x / 7 + y / 5) % 11 == 0;
            block.values[static_cast<size_t>(y * width + x)] = hole
                ? data::Block::nodata
                : static_cast<float>(x) * 0.25F - static_cast<float>(y);
        }
    }
    return block;
}

} // namespace

class tst_CogWriter : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void pixels_comeBackAsTheyWere_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("height");
        QTest::newRow("one tile") << 37 << 21;
        QTest::newRow("exact tiles") << 1024 << 512;
        QTest::newRow("odd sizes") << 1537 << 1301;
        QTest::newRow("one pixel") << 1 << 1;
        QTest::newRow("tall") << 3 << 1500;
    }
    void pixels_comeBackAsTheyWere()
    {
        QFETCH(int, width);
        QFETCH(int, height);
        const auto block = ramp(width, height);
        QVERIFY(writeCog(path(), specOf(width, height), block, m_pool));
        const auto values = test::readAll(path());
        QCOMPARE(values.size(), block.values.size());
        for (size_t i = 0; i < values.size(); ++i) {
            if (std::isnan(block.values[i]))
                QVERIFY(std::isnan(values[i]));
            else
                QCOMPARE(static_cast<float>(values[i]), block.values[i]);
        }
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void overviews_areMeansOfTheValid()
    {
        const auto block = ramp(1537, 1301);
        QVERIFY(writeCog(path(), specOf(1537, 1301), block, m_pool));
        const auto half = test::readAll(path(), 1, 0);
        QCOMPARE(half.size(), size_t(769 * 651));
        for (int y = 0; y < 650; y += 13) { // without the odd last row and column
            for (int x = 0; x < 768; x += 7) {
                double sum = 0;
                int n = 0;
                for (const auto &[dx, dy] : {std::pair(0, 0), {1, 0}, {0, 1}, {1, 1}}) {
                    const float v = block.at(2 * x + dx, 2 * y + dy);
                    if (!std::isnan(v)) {
                        sum += v;
                        ++n;
                    }
                }
                const double got = half[static_cast<size_t>(y * 769 + x)];
                if (n == 0)
                    QVERIFY(std::isnan(got));
                else
                    QVERIFY(std::abs(got - sum / n) < 1e-3);
            }
        }
        QCOMPARE(test::readAll(path(), 1, 1).size(), size_t(385 * 326));
    }

    void integers_roundClampAndKeepNodata()
    {
        auto spec = specOf(4, 1, SampleType::UInt16);
        spec.nodata = 0;
        spec.scale = 0.0001;
        spec.offset = -0.1;
        data::Block block(4, 1);
        block.values = {1234.4F, 70000.0F, data::Block::nodata, -3.0F};
        QVERIFY(writeCog(path(), spec, block, m_pool));
        QCOMPARE(test::readAll(path()), (std::vector<double> {1234, 65535, 0, 0}));
        const auto file = Dataset::open(test::local(path()));
        QVERIFY(file);
        QCOMPARE(file->info().bands[0].dataType, QStringLiteral("UInt16"));
        QCOMPARE(file->info().bands[0].nodata, std::optional(0.0));
        QCOMPARE(file->info().bands[0].scale, std::optional(0.0001));
        QCOMPARE(file->info().bands[0].offset, std::optional(-0.1));
    }

    void classes_areNotMixedInOverviews()
    {
        auto spec = specOf(1100, 700, SampleType::UInt8);
        spec.overviews = OverviewMethod::Nearest;
        data::Block block(1100, 700);
        for (size_t i = 0; i < block.values.size(); ++i)
            block.values[i] = i % 2 ? 11.0F : 4.0F;
        QVERIFY(writeCog(path(), spec, block, m_pool));
        for (const double v : test::readAll(path(), 1, 0))
            QVERIFY(v == 4.0 || v == 11.0);
    }

    void structure_isCloudOptimised()
    {
        QVERIFY(writeCog(path(), specOf(1537, 1301), ramp(1537, 1301), m_pool));
        QFile file(path());
        QVERIFY(file.open(QIODevice::ReadOnly));
        const QByteArray tiff = file.readAll();
        QVERIFY(tiff.mid(8).startsWith("GDAL_STRUCTURAL_METADATA_SIZE="));
        const auto promised = tiff.mid(8 + 30, 6).toUInt();
        QVERIFY(tiff.mid(8 + 43, promised).endsWith("KNOWN_INCOMPATIBLE_EDITION=NO\n "));
        const auto list = directories(tiff);
        QCOMPARE(list.size(), size_t(3));
        QCOMPARE(list[0].offset, quint64((8 + 43 + promised + 1) / 2 * 2));
        QCOMPARE(list[0].numbers.at(256), (std::vector<quint64> {1537}));
        QCOMPARE(list[1].numbers.at(256), (std::vector<quint64> {769}));
        QCOMPARE(list[2].numbers.at(256), (std::vector<quint64> {385}));
        quint64 before = list[2].offset;
        for (const auto &ifd : {list[2], list[1], list[0]}) { // data: smallest image first, tiles row by row
            QCOMPARE(ifd.numbers.at(322), (std::vector<quint64> {512}));
            const auto &offsets = ifd.numbers.at(324);
            const auto &sizes = ifd.numbers.at(325);
            QCOMPARE(offsets.size(), sizes.size());
            for (size_t i = 0; i < offsets.size(); ++i) {
                QVERIFY(offsets[i] > before);
                before = offsets[i];
                quint32 leader = 0;
                memcpy(&leader, tiff.constData() + offsets[i] - 4, 4);
                QCOMPARE(quint64(leader), sizes[i]);
                const auto end = static_cast<qsizetype>(offsets[i] + sizes[i]);
                QCOMPARE(tiff.mid(end - 4, 4), tiff.mid(end, 4));
            }
        }
        QVERIFY(list[0].offset < list[1].offset && list[1].offset < list[2].offset);
    }

    void tags_say()
    {
        auto spec = specOf(20, 10);
        spec.description = QStringLiteral("NDVI = (nir − red) / (nir + red)");
        data::Statistics statistics;
        statistics.valid = 200;
        statistics.total = 200;
        statistics.minimum = statistics.maximum = statistics.mean = 0.5;
        QVERIFY(writeCog(path(), spec, [](int, int) { return std::vector {data::Block(20, 10, 0.5F)}; }, m_pool,
                         {{QStringLiteral("ASTRA_RECIPE"), QStringLiteral("{\"a\":\"<ü>\"}")}}, {statistics}));
        const auto file = Dataset::open(test::local(path()));
        QVERIFY(file);
        QCOMPARE(file->info().crs, QStringLiteral("EPSG:32631"));
        QCOMPARE(file->info().metadataValue(QStringLiteral("ASTRA_RECIPE")), QStringLiteral("{\"a\":\"<ü>\"}"));
        QCOMPARE(file->info().bands[0].description, spec.description);
        QVERIFY(std::isnan(*file->info().bands[0].nodata));
        const auto grid = file->info().grid();
        QVERIFY(grid);
        QCOMPARE(*grid, spec.grid);
        std::unique_ptr<GDALDataset> raw(GDALDataset::Open(path().toUtf8().constData()));
        QCOMPARE(QByteArray(raw->GetRasterBand(1)->GetMetadataItem("STATISTICS_MEAN")), QByteArray("0.5"));
        QCOMPARE(QByteArray(raw->GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE")), QByteArray("COG"));
        QCOMPARE(QByteArray(raw->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")), QByteArray("DEFLATE"));
    }

    void sameInput_sameBytes()
    {
        const auto other = m_dir->filePath(QStringLiteral("b.tif"));
        QVERIFY(writeCog(path(), specOf(1300, 1100), ramp(1300, 1100), m_pool));
        QVERIFY(writeCog(other, specOf(1300, 1100), ramp(1300, 1100), m_pool));
        QFile a(path());
        QFile b(other);
        QVERIFY(a.open(QIODevice::ReadOnly) && b.open(QIODevice::ReadOnly));
        QVERIFY(a.readAll() == b.readAll());
    }

    void stopped_leavesNothing()
    {
        StopSource stop;
        const auto ok = writeCog(
            path(), specOf(1024, 1024),
            [&](int, int row) {
                if (row == 1)
                    stop.request_stop();
                return std::vector {data::Block(512, 512, 1.0F)};
            },
            m_pool, {}, {}, stop.get_token());
        QVERIFY(!ok);
        QCOMPARE(ok.error().code, ErrorCode::Cancelled);
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void unfinished_keepsTheOldFile()
    {
        QVERIFY(writeCog(path(), specOf(4, 4), data::Block(4, 4, 7.0F), m_pool));
        QVERIFY(!writeCog(
            path(), specOf(600, 600),
            [](int column, int row) {
                return std::vector {data::Block(row == 0 ? (column == 0 ? 512 : 88) : 1, 512, 1.0F)}; // then too small
            },
            m_pool));
        QCOMPARE(test::readAll(path()).size(), size_t(16));
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    void fullDisk_isAStorageErrorAndLeavesNothing()
    {
        // A limit on file size stands in for the full disk: write() fails half-way in the same manner.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit before {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit small = before;
        small.rlim_cur = 20000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        data::Block noise(1024, 1024);
        quint32 seed = 1;
        for (float &v : noise.values) {
            seed = seed * 1664525U + 1013904223U;
            v = static_cast<float>(seed);
        }
        const auto ok = writeCog(path(), specOf(1024, 1024), noise, m_pool);
        setrlimit(RLIMIT_FSIZE, &before);
        QVERIFY(!ok);
        QCOMPARE(ok.error().code, ErrorCode::Storage);
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void badInput_isRefusedFirst()
    {
        auto spec = specOf(4, 4);
        spec.grid.crs = QStringLiteral("nonsense");
        const data::Block pixels(4, 4);
        QCOMPARE(writeCog(path(), spec, pixels, m_pool).error().code, ErrorCode::InvalidInput);
        const auto none = [](int, int) { return std::vector<data::Block> {}; };
        QCOMPARE(writeCog(path(), specOf(0, 4), none, m_pool).error().code, ErrorCode::InvalidInput);
        QCOMPARE(writeCog(QStringLiteral("/no/such/folder/a.tif"), specOf(4, 4), pixels, m_pool).error().code,
                 ErrorCode::Storage);
    }

    void droppedTasks_endTheWait()
    {
        // A pool that shuts down throws its queue away; the writer must not wait for it for ever.
        QThreadPool pool;
        pool.setMaxThreadCount(1);
        QSemaphore begun;
        QSemaphore go;
        pool.start([&] { // its only thread
            begun.release();
            go.acquire();
        });
        begun.acquire();
        std::atomic<bool> over {false};
        Result<void> ok;
        std::thread writing([&] {
            ok = writeCog(path(), specOf(2048, 512), data::Block(2048, 512, 1.0F), pool);
            over = true;
        });
        while (!over) {
            pool.clear();
            std::this_thread::yield();
        }
        go.release();
        writing.join();
        QVERIFY(!ok);
        QCOMPARE(ok.error().code, ErrorCode::Cancelled);
    }

private:
    QString path() const { return m_dir->filePath(QStringLiteral("a.tif")); }
    std::unique_ptr<QTemporaryDir> m_dir;
    QThreadPool m_pool;
};

QTEST_GUILESS_MAIN(tst_CogWriter)
#include "tst_cogwriter.moc"
