// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogpyramid.h"
#include "core/raster/cogwriter.h"
#include "core/raster/tempfile.h"
#include "core/raster/tilecodec.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/sanitized.h"

#include <QDir>
#include <QProcess>
#include <QSemaphore>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <numeric>
#include <random>
#include <thread>

using namespace astra;
using namespace astra::raster;

namespace {

constexpr int side = CogPyramid::tileSize;

CogSpec specOf(int width, int height, SampleType type = SampleType::Float32)
{
    CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 20, width, height};
    spec.type = type;
    return spec;
}

/// What is at a place, whatever tile asks for it: smooth, noisy and with holes.
float valueAt(int x, int y, int band, SampleType type)
{
    if ((x / 70 + y / 50) % 7 == 0)
        return data::Block::nodata;
    auto h = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U
        + static_cast<quint32>(band) * 97U;
    h = (h ^ (h >> 13)) * 1274126177U;
    const auto noise = static_cast<float>((h >> 16) % 100);
    const auto smooth = static_cast<float>(std::abs(x % 240 - 120));
    switch (type) {
    case SampleType::UInt8:
        return smooth + noise * 0.7F + 1.0F;
    case SampleType::Int16:
        return 100.0F * smooth - 50.0F * noise;
    case SampleType::UInt16:
        return 100.0F * smooth + 3.3F * noise + 1.0F;
    default:
        return smooth / 120.0F + noise / 1000.0F - 0.5F;
    }
}

std::vector<data::Block> tileOf(const CogSpec &spec, int column, int row)
{
    std::vector<data::Block> bands;
    for (int b = 0; b < spec.bandCount(); ++b) {
        data::Block block(std::min(side, spec.grid.width - column * side),
                          std::min(side, spec.grid.height - row * side));
        for (int y = 0; y < block.height; ++y) {
            for (int x = 0; x < block.width; ++x) {
                block.values[static_cast<size_t>(y * block.width + x)] = valueAt(column * side + x, row * side + y, b,
                                                                                 spec.type);
            }
        }
        bands.push_back(std::move(block));
    }
    return bands;
}

/// Puts these tiles on the pool and waits until they have been put.
void putAll(CogPyramid &pyramid, const CogSpec &spec, const std::vector<quint32> &tiles, QThreadPool &pool)
{
    QSemaphore done;
    for (const quint32 tile : tiles) {
        pool.start([&, tile] {
            const int columns = pyramid.columns();
            pyramid.put(tile, tileOf(spec, static_cast<int>(tile) % columns, static_cast<int>(tile) / columns),
                        "t" + QByteArray::number(tile));
            done.release();
        });
    }
    done.acquire(static_cast<int>(tiles.size()));
}

std::vector<quint32> allTiles(const CogPyramid &pyramid)
{
    std::vector<quint32> tiles(static_cast<size_t>(pyramid.columns() * pyramid.rows()));
    std::iota(tiles.begin(), tiles.end(), 0U);
    return tiles;
}

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

CogSpec kind(const QByteArray &name)
{
    CogSpec spec = specOf(1537, 1301);
    if (name == "uint16") {
        spec = specOf(1537, 1301, SampleType::UInt16);
        spec.nodata = 0;
    } else if (name == "int16") {
        spec = specOf(1537, 1301, SampleType::Int16);
        spec.nodata = -32768;
    } else if (name == "uint8 without nodata") {
        spec = specOf(1537, 1301, SampleType::UInt8);
    } else if (name == "classes") {
        spec = specOf(1537, 1301, SampleType::UInt8);
        spec.nodata = 255;
        spec.overviews = OverviewMethod::Nearest;
        for (int i = 0; i < 256; ++i) {
            spec.colours.push_back({static_cast<quint8>(i), static_cast<quint8>(255 - i), static_cast<quint8>(i / 2),
                                    static_cast<quint8>(i == 255 ? 0 : 255)});
        }
    } else if (name == "three bands") {
        spec.bands = {QStringLiteral("red"), QStringLiteral("nir"), QStringLiteral("swir16")};
    } else if (name == "four bands of 16 bits") {
        spec = specOf(1537, 1301, SampleType::UInt16);
        spec.nodata = 0;
        spec.bands = {QStringLiteral("a"), QStringLiteral("b"), QStringLiteral("c"), QStringLiteral("d")};
    } else if (name == "nodata -9999") {
        spec.nodata = -9999;
    } else if (name == "big") {
        spec.bigTiff = true;
    }
    return spec;
}

} // namespace

class tst_CogPyramid : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_pool.setMaxThreadCount(4);
    }

    void judgedByOthers_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("zstd");
        for (const bool zstd : {false, true}) {
            for (const char *name : {"float", "uint16", "int16", "uint8 without nodata", "classes", "three bands",
                                     "four bands of 16 bits", "nodata -9999", "big"})
                QTest::addRow("%s, %s", name, zstd ? "ZSTD" : "DEFLATE") << QByteArray(name) << zstd;
        }
    }
    /// GDAL's validator of COGs, numpy's overviews, and every pixel of the full resolution as GDAL reads it.
    void judgedByOthers()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, zstd);
        CogSpec spec = kind(name);
        spec.codec = zstd ? Codec::Zstd : Codec::Deflate;
        const auto made = writeCog(
            path(), spec, [&](int column, int row) { return tileOf(spec, column, row); }, m_pool);
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
        QProcess python;
        const QString method = spec.overviews == OverviewMethod::Nearest ? QStringLiteral("nearest")
                                                                         : QStringLiteral("average");
        python.start(QStringLiteral("/usr/bin/python3"), {QFINDTESTDATA("check_cog.py"), path(), method});
        QVERIFY(python.waitForFinished(60000));
        const QByteArray said = python.readAllStandardOutput() + python.readAllStandardError();
        QVERIFY2(python.exitCode() == 0, said.constData());

        std::unique_ptr<GDALDataset> file(GDALDataset::Open(path().toUtf8().constData()));
        QVERIFY(file);
        QCOMPARE(QByteArray(file->GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE")),
                 QByteArray(zstd ? "ZSTD" : "DEFLATE"));
        QCOMPARE(file->GetRasterCount(), spec.bandCount());
        for (int b = 0; b < spec.bandCount(); ++b) {
            auto *band = file->GetRasterBand(b + 1);
            if (!spec.bands.isEmpty())
                QCOMPARE(QString::fromUtf8(band->GetDescription()), spec.bands[b]);
            QCOMPARE(band->GetOverviewCount(), 2);
            const auto values = test::readAll(path(), b + 1);
            int wrong = 0;
            for (int y = 0; y < 1301; ++y) {
                for (int x = 0; x < 1537; ++x) {
                    const float v = valueAt(x, y, b, spec.type);
                    const double got = values[static_cast<size_t>(y * 1537 + x)];
                    const bool floats = spec.type == SampleType::Float32;
                    const double missing = spec.nodata.value_or(floats ? std::nan("") : 0.0);
                    const double wanted = std::isnan(v) ? missing
                        : floats                        ? static_cast<double>(v)
                                                        : static_cast<double>(std::nearbyint(v));
                    wrong += !(got == wanted || (std::isnan(got) && std::isnan(wanted)));
                }
            }
            QCOMPARE(wrong, 0);
        }
    }

    void sameBytes_data()
    {
        QTest::addColumn<QByteArray>("name");
        QTest::addColumn<bool>("zstd");
        QTest::addRow("float, DEFLATE") << QByteArray("float") << false;
        QTest::addRow("float, ZSTD") << QByteArray("float") << true;
        QTest::addRow("uint16") << QByteArray("uint16") << true;
        QTest::addRow("classes") << QByteArray("classes") << false;
        QTest::addRow("three bands") << QByteArray("three bands") << true;
        QTest::addRow("uint8 without nodata") << QByteArray("uint8 without nodata") << true;
    }
    /// Whatever the order of the tiles, the number of threads, and where the job was cut off.
    void sameBytes()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, zstd);
        CogSpec spec = kind(name);
        spec.codec = zstd ? Codec::Zstd : Codec::Deflate;
        spec.level = 1;
        QVERIFY(writeCog(
            path("plain.tif"), spec, [&](int column, int row) { return tileOf(spec, column, row); }, m_pool));
        const QByteArray wanted = bytesOf(path("plain.tif"));
        std::mt19937 random(7);
        for (const size_t cut : {0, 1, 2, 5, 7, 8, 11, 12}) {
            const QString part = path(".a.part");
            m_pool.setMaxThreadCount(1 + static_cast<int>(cut % 4));
            std::vector<quint32> first;
            {
                const auto store = TileStore::open(part, "plan");
                QVERIFY(store);
                auto pyramid = CogPyramid::create(**store, 3, spec, m_pool);
                QVERIFY(pyramid);
                first = allTiles(**pyramid);
                QCOMPARE(first.size(), size_t(12));
                std::shuffle(first.begin(), first.end(), random);
                first.resize(cut);
                putAll(**pyramid, spec, first, m_pool);
            }
            const auto store = TileStore::open(part, "plan");
            auto pyramid = CogPyramid::create(**store, 3, spec, m_pool);
            std::vector<quint32> rest;
            for (const quint32 tile : allTiles(**pyramid)) {
                const bool done = std::find(first.begin(), first.end(), tile) != first.end();
                QCOMPARE((*pyramid)->missing(tile), !done); // nothing stored is asked for again
                if (!done)
                    rest.push_back(tile);
            }
            std::shuffle(rest.begin(), rest.end(), random);
            putAll(**pyramid, spec, rest, m_pool);
            const auto ok = (*pyramid)->finish(path(), {}, {});
            QVERIFY2(ok, ok ? "" : qPrintable(ok.error().message));
            QVERIFY(bytesOf(path()) == wanted);
            QCOMPARE((*store)->tally({3, 0, 5}), QByteArray("t5"));
            (*store)->discard();
        }
    }

    /// Tiles of the full resolution alone are kept, or any of them is lost: what is owed is made again.
    void overviewsThatWereLost_areMadeAgain()
    {
        const CogSpec spec = kind("uint16");
        QVERIFY(writeCog(
            path("plain.tif"), spec, [&](int column, int row) { return tileOf(spec, column, row); }, m_pool));
        const QByteArray wanted = bytesOf(path("plain.tif"));
        auto whole = TileStore::temporary(path());
        {
            auto pyramid = CogPyramid::create(**whole, 0, spec, m_pool);
            putAll(**pyramid, spec, allTiles(**pyramid), m_pool);
            QVERIFY((*pyramid)->drain());
        }
        std::vector<TileStore::Key> keys;
        for (quint32 i = 0; i < 12; ++i)
            keys.push_back({0, 0, i});
        for (quint32 i = 0; i < 4; ++i)
            keys.push_back({0, 1, i});
        keys.push_back({0, 2, 0});
        std::mt19937 random(11);
        for (int round = 0; round < 12; ++round) {
            auto part = TileStore::temporary(path());
            for (const auto key : keys) {
                const bool lost = round == 0 ? key.level > 0 : random() % 3 == 0;
                if (!lost)
                    QVERIFY((*part)->put(key, *(*whole)->bytes(key), {}));
            }
            auto pyramid = CogPyramid::create(**part, 0, spec, m_pool);
            std::vector<quint32> rest;
            for (const quint32 tile : allTiles(**pyramid)) {
                if ((*pyramid)->missing(tile))
                    rest.push_back(tile);
            }
            putAll(**pyramid, spec, rest, m_pool);
            QVERIFY((*pyramid)->finish(path(), {}, {}));
            QVERIFY(bytesOf(path()) == wanted);
        }
    }

    void files_shareOneStore()
    {
        const auto store = TileStore::temporary(path());
        const CogSpec one = kind("float");
        const CogSpec two = kind("classes");
        auto a = CogPyramid::create(**store, 0, one, m_pool);
        auto b = CogPyramid::create(**store, 1, two, m_pool);
        putAll(**a, one, allTiles(**a), m_pool);
        putAll(**b, two, allTiles(**b), m_pool);
        QVERIFY((*a)->finish(path("a.tif"), {}, {}));
        QVERIFY((*b)->finish(path("b.tif"), {}, {}));
        QCOMPARE(test::readAll(path("a.tif")).size(), size_t(1537 * 1301));
        std::unique_ptr<GDALDataset> classes(GDALDataset::Open(path("b.tif").toUtf8().constData()));
        const auto *table = classes->GetRasterBand(1)->GetColorTable();
        QVERIFY(table);
        QCOMPARE(table->GetColorEntryCount(), 256);
        const auto *entry = table->GetColorEntry(100);
        QCOMPARE((std::array<int, 4> {entry->c1, entry->c2, entry->c3, entry->c4}),
                 (std::array<int, 4> {100, 155, 50, 255}));
        QCOMPARE(int(table->GetColorEntry(255)->c4), 0); // nodata is transparent
    }

    void tagsOfSeveralBands()
    {
        const auto store = TileStore::temporary(path());
        CogSpec spec = kind("three bands");
        spec.grid.width = spec.grid.height = 20;
        auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
        putAll(**pyramid, spec, allTiles(**pyramid), m_pool);
        std::vector<data::Statistics> statistics(3);
        for (int i = 0; i < 3; ++i)
            statistics[static_cast<size_t>(i)] = {200, 400, 1.0 * i, 2.0 * i, 1.5 * i, 0.25};
        QVERIFY((*pyramid)->finish(path(), {{QStringLiteral("ASTRA_RECIPE"), QStringLiteral("{}")}}, statistics));
        std::unique_ptr<GDALDataset> file(GDALDataset::Open(path().toUtf8().constData()));
        QCOMPARE(QByteArray(file->GetMetadataItem("ASTRA_RECIPE")), QByteArray("{}"));
        QCOMPARE(QByteArray(file->GetMetadataItem("INTERLEAVE", "IMAGE_STRUCTURE")), QByteArray("PIXEL"));
        for (int b = 0; b < 3; ++b) {
            auto *band = file->GetRasterBand(b + 1);
            QCOMPARE(QByteArray(band->GetMetadataItem("STATISTICS_MEAN")).toDouble(), 1.5 * b);
            QCOMPARE(QByteArray(band->GetMetadataItem("STATISTICS_VALID_PERCENT")), QByteArray("50"));
            QVERIFY(std::isnan(band->GetNoDataValue()));
        }
    }

    void missingTile_givesNoFile()
    {
        const auto store = TileStore::temporary(path());
        const CogSpec spec = kind("float");
        auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
        putAll(**pyramid, spec, {0, 1, 2}, m_pool);
        QVERIFY((*pyramid)->drain());
        const auto ok = (*pyramid)->finish(path(), {}, {});
        QCOMPARE(ok.error().code, ErrorCode::Internal);
        QVERIFY(isEmpty());
    }

    void wrongTiles_areToldAtTheEnd()
    {
        const CogSpec spec = kind("float");
        for (const int wrong : {0, 1, 2}) {
            const auto store = TileStore::temporary(path());
            auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
            (*pyramid)->put(wrong == 0 ? 12 : 0,
                            wrong == 1 ? std::vector {data::Block(4, 4)} : std::vector<data::Block> {}, {});
            QCOMPARE((*pyramid)->drain().error().code, ErrorCode::Internal);
            (*pyramid)->put(0, tileOf(spec, 0, 0), {}); // too late
            QVERIFY((*pyramid)->missing(0));
        }
    }

    void aTileTwice_countsOnce()
    {
        const auto store = TileStore::temporary(path());
        const CogSpec spec = kind("uint16");
        auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
        auto tiles = allTiles(**pyramid);
        tiles.insert(tiles.end(), {0, 3, 11});
        putAll(**pyramid, spec, tiles, m_pool);
        QVERIFY((*pyramid)->finish(path(), {}, {}));
    }

    void stopped_keepsWhatWasPut()
    {
        StopSource stop;
        const CogSpec spec = kind("float");
        {
            const auto store = TileStore::open(path(".a.part"), "plan");
            auto pyramid = CogPyramid::create(**store, 0, spec, m_pool, stop.get_token());
            putAll(**pyramid, spec, {0, 1, 2, 3, 4}, m_pool);
            stop.request_stop();
            (*pyramid)->put(5, tileOf(spec, 1, 1), {});
            QCOMPARE((*pyramid)->drain().error().code, ErrorCode::Cancelled);
            QCOMPARE((*pyramid)->finish(path(), {}, {}).error().code, ErrorCode::Cancelled);
        }
        const auto store = TileStore::open(path(".a.part"), "plan");
        for (quint32 i = 0; i < 12; ++i)
            QCOMPARE((*store)->has({0, 0, i}), i < 5);
        QVERIFY(!QFile::exists(path()));
    }

    void fullDisk_isToldAndWhatWasKeptStays()
    {
        std::signal(SIGXFSZ, SIG_IGN);
        CogSpec spec = kind("float");
        qint64 kept = 0;
        {
            const auto store = TileStore::open(path(".a.part"), "plan");
            auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
            rlimit before {};
            QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
            rlimit small = before;
            small.rlim_cur = 2'000'000;
            QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
            putAll(**pyramid, spec, allTiles(**pyramid), m_pool);
            const auto ok = (*pyramid)->drain();
            setrlimit(RLIMIT_FSIZE, &before);
            QVERIFY(!ok);
            QCOMPARE(ok.error().code, ErrorCode::Storage);
            QCOMPARE((*pyramid)->finish(path(), {}, {}).error().code, ErrorCode::Storage);
        }
        QVERIFY(!QFile::exists(path()));
        const auto store = TileStore::open(path(".a.part"), "plan");
        kept = static_cast<qint64>((*store)->kept().size());
        QVERIFY(kept > 0 && kept < 12);
        auto pyramid = CogPyramid::create(**store, 0, spec, m_pool); // room again: it goes on
        for (const quint32 tile : allTiles(**pyramid)) {
            if ((*pyramid)->missing(tile))
                putAll(**pyramid, spec, {tile}, m_pool);
        }
        QVERIFY((*pyramid)->finish(path(), {}, {}));
    }

    void fullDiskAtTheEnd_leavesTheOldFile()
    {
        std::signal(SIGXFSZ, SIG_IGN);
        QVERIFY(writeCog(path(), specOf(4, 4), data::Block(4, 4, 7.0F), m_pool));
        const CogSpec spec = kind("float");
        const auto store = TileStore::open(path(".a.part"), "plan");
        auto pyramid = CogPyramid::create(**store, 0, spec, m_pool);
        putAll(**pyramid, spec, allTiles(**pyramid), m_pool);
        QVERIFY((*pyramid)->drain());
        rlimit before {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &before), 0);
        rlimit small = before;
        small.rlim_cur = 2'000'000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto ok = (*pyramid)->finish(path(), {}, {});
        setrlimit(RLIMIT_FSIZE, &before);
        QCOMPARE(ok.error().code, ErrorCode::Storage);
        QCOMPARE(test::readAll(path()).size(), size_t(16));
        QVERIFY((*pyramid)->finish(path(), {}, {})); // and once there is room
        QCOMPARE(test::readAll(path()).size(), size_t(1537 * 1301));
    }

    void droppedTasks_endTheWait()
    {
        // A pool that shuts down throws its queue away; nobody must wait for it for ever.
        const CogSpec spec = kind("uint16");
        auto whole = TileStore::temporary(path());
        for (quint32 i = 0; i < 12; ++i)
            QVERIFY((*whole)->put({0, 0, i}, "anything", {}));
        QThreadPool pool;
        pool.setMaxThreadCount(1);
        QSemaphore begun;
        QSemaphore go;
        pool.start([&] {
            begun.release();
            go.acquire();
        });
        begun.acquire();
        auto pyramid = CogPyramid::create(**whole, 0, spec, pool);
        std::atomic<bool> over {false};
        ErrorCode code = ErrorCode::Internal;
        std::thread waiter([&] {
            code = (*pyramid)->drain().error().code;
            over = true;
        });
        // The overviews are asked for by drain(), sooner or later; the pool throws them away again and again.
        while (!over) {
            pool.clear();
            std::this_thread::yield();
        }
        go.release();
        waiter.join();
        QCOMPARE(code, ErrorCode::Cancelled);
    }

    void durable_isTheSameFile()
    {
        CogSpec spec = kind("classes");
        QVERIFY(writeCog(
            path("plain.tif"), spec, [&](int column, int row) { return tileOf(spec, column, row); }, m_pool));
        spec.durable = true;
        QVERIFY(writeCog(
            path(), spec, [&](int column, int row) { return tileOf(spec, column, row); }, m_pool));
        QVERIFY(bytesOf(path()) == bytesOf(path("plain.tif")));
    }

    void aFileUnderWay_hasNoName()
    {
        auto temp = TempFile::beside(path());
        QVERIFY(temp);
        QVERIFY(temp->file().writeAt(0, "abc", 3));
        QVERIFY(isEmpty()); // as far as anyone can see, also after a kill
        QVERIFY(temp->becomes(path(), true));
        QCOMPARE(bytesOf(path()), QByteArray("abc"));
        QCOMPARE(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
    }

    /// Once it has its name the file is there, whatever becomes of the promise about its folder.
    void aFolderThatCannotBeSynced_takesNoFile()
    {
        if (test::sanitized)
            QSKIP("a sanitizer needs files for its own checks");
        auto temp = TempFile::beside(path());
        QVERIFY(temp);
        QVERIFY(temp->file().writeAt(0, "abc", 3));
        rlimit before {};
        QCOMPARE(::getrlimit(RLIMIT_NOFILE, &before), 0);
        rlimit none = before;
        none.rlim_cur = 0; // the folder cannot be opened
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &none), 0);
        const auto named = temp->becomes(path(), true);
        QCOMPARE(::setrlimit(RLIMIT_NOFILE, &before), 0);
        QVERIFY(named);
        QCOMPARE(bytesOf(path()), QByteArray("abc"));
    }

    void badSpecs_areRefused()
    {
        const auto store = TileStore::temporary(path());
        const auto refused = [&](const CogSpec &spec) {
            const auto made = CogPyramid::create(**store, 0, spec, m_pool);
            return !made && made.error().code == ErrorCode::InvalidInput;
        };
        CogSpec spec = kind("uint16");
        spec.nodata = -9999; // an unsigned number cannot be that
        QVERIFY(refused(spec));
        spec = kind("three bands");
        spec.colours.push_back({1, 2, 3, 4});
        QVERIFY(refused(spec));
        spec = kind("float");
        spec.level = 13;
        QVERIFY(refused(spec));
        spec.codec = Codec::Zstd;
        QVERIFY(!refused(spec));
        spec.level = 20;
        QVERIFY(refused(spec));
        spec = kind("float");
        spec.grid.crs = QStringLiteral("nonsense");
        QVERIFY(refused(spec));
    }

    void tiles_comeBackFromTheirBytes_data() { judgedByOthers_data(); }
    void tiles_comeBackFromTheirBytes()
    {
        QFETCH(QByteArray, name);
        QFETCH(bool, zstd);
        CogSpec spec = kind(name);
        spec.codec = zstd ? Codec::Zstd : Codec::Deflate;
        for (const auto &[column, row] : {std::pair(0, 0), {3, 0}, {1, 2}, {3, 2}}) {
            auto bands = tileOf(spec, column, row);
            for (auto &band : bands)
                quantise(band, spec);
            QByteArray bytes;
            encodeTile(bands, spec, bytes);
            const auto back = decodeTile(bytes, spec, bands[0].width, bands[0].height);
            QVERIFY(back);
            QCOMPARE(back->size(), bands.size());
            for (size_t b = 0; b < bands.size(); ++b) {
                int wrong = 0;
                for (size_t i = 0; i < bands[b].values.size(); ++i) {
                    const float v = bands[b].values[i];
                    const float got = (*back)[b].values[i];
                    wrong += !(v == got || (std::isnan(v) && std::isnan(got)));
                }
                QCOMPARE(wrong, 0);
            }
            QVERIFY(!decodeTile(bytes.left(bytes.size() / 2), spec, 512, 512));
            QVERIFY(!decodeTile("nonsense", spec, 512, 512));
            QVERIFY(!decodeTile({}, spec, 512, 512));
        }
    }

private:
    bool isEmpty() const { return QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty(); }
    QString path(const char *name = "a.tif") const { return m_dir->filePath(QString::fromLatin1(name)); }
    std::unique_ptr<QTemporaryDir> m_dir;
    QThreadPool m_pool;
};

QTEST_GUILESS_MAIN(tst_CogPyramid)
#include "tst_cogpyramid.moc"
