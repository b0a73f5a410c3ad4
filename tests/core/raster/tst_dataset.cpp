// SPDX-License-Identifier: Apache-2.0
#include "core/raster/dataset.h"
#include "core/raster/tilecodec.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <numeric>

using namespace astra;
using namespace astra::raster;

namespace {

/// A file's bytes as if they were far away; counts, and fails on demand.
class MemorySource : public ByteSource
{
public:
    explicit MemorySource(QByteArray bytes)
        : m_bytes(std::move(bytes))
    {
    }
    quint64 size() const override { return static_cast<quint64>(m_bytes.size()); }
    Result<std::vector<QByteArray>> read(const std::vector<ByteRange> &ranges) override
    {
        ++calls;
        if (error)
            return fail(*error);
        std::vector<QByteArray> out;
        for (const auto &r : ranges) {
            out.push_back(m_bytes.mid(static_cast<qsizetype>(r.offset), static_cast<qsizetype>(r.length)));
            received += static_cast<quint64>(out.back().size());
            if (shortReads)
                out.back().chop(1);
        }
        return out;
    }
    void close() override { }

    int calls = 0;
    quint64 received = 0;
    std::optional<Error> error;
    bool shortReads = false;

private:
    QByteArray m_bytes;
};

class MemoryFactory : public ByteSourceFactory
{
public:
    Result<std::shared_ptr<ByteSource>> open(const QUrl &href, const QString &, StopToken) override
    {
        if (!source)
            return fail(ErrorCode::NotFound, href.path());
        return std::shared_ptr<ByteSource>(source);
    }
    std::shared_ptr<MemorySource> source;
};

data::RasterSource remote(const QString &url)
{
    data::RasterSource source;
    source.href = QUrl(url);
    return source;
}

/// One of GDAL's options, for as long as it lives.
class ConfigOption
{
public:
    ConfigOption(const char *name, const char *value)
        : m_name(name)
    {
        CPLSetThreadLocalConfigOption(name, value);
    }
    ~ConfigOption() { CPLSetThreadLocalConfigOption(m_name, nullptr); }
    ConfigOption(const ConfigOption &) = delete;
    ConfigOption &operator=(const ConfigOption &) = delete;

private:
    const char *m_name;
};

QByteArray bytesOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

} // namespace

class tst_Dataset : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void info_saysWhatTheFileSays()
    {
        test::Made made;
        made.bands = 2;
        made.nodata = 7;
        test::makeTiff(path("a.tif"), made, [](int x, int y, int band) { return x + 100 * y + 10000 * band; });
        const auto file = Dataset::open(test::local(path("a.tif")));
        QVERIFY(file);
        QCOMPARE(file->info().crs, QStringLiteral("EPSG:32631"));
        QCOMPARE(file->info().bandCount, 2);
        QCOMPARE(file->info().bands[1].nodata, std::optional(7.0));
        QCOMPARE(*file->info().grid(), (data::Grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, 64, 64}));
    }

    void read_windowBandAndNodata()
    {
        test::Made made;
        made.bands = 2;
        made.nodata = 20304; // band 2, x 4, y 3
        test::makeTiff(path("a.tif"), made, [](int x, int y, int band) { return x + 100 * y + 10000 * band; });
        auto file = Dataset::open(test::local(path("a.tif")));
        QVERIFY(file);
        const auto block = file->read(2, {3, 2, 3, 2}, 3, 2);
        QVERIFY(block);
        QCOMPARE(block->at(0, 0), 20203.0F);
        QCOMPARE(block->at(2, 1), 20305.0F);
        QVERIFY(std::isnan(block->at(1, 1)));
        const auto other = file->read(2, {3, 2, 3, 2}, 3, 2, 20203.0); // the caller's nodata wins
        QVERIFY(std::isnan(other->at(0, 0)));
        QCOMPARE(other->at(1, 1), 20304.0F);
        QCOMPARE(file->read(3, {0, 0, 1, 1}, 1, 1).error().code, ErrorCode::InvalidInput);
        QCOMPARE(file->read(1, {60, 60, 10, 10}, 1, 1).error().code, ErrorCode::Internal);
    }

    void hostileVrt_isRefusedUnderEveryName()
    {
        // Opened by GDAL's own means, this would ask the server named in it for pixels.
        QTcpServer server;
        QVERIFY(server.listen(QHostAddress::LocalHost));
        const QByteArray vrt = QStringLiteral("<VRTDataset rasterXSize=\"20\" rasterYSize=\"20\">"
                                              "<VRTRasterBand dataType=\"Byte\" band=\"1\"><SimpleSource>"
                                              "<SourceFilename relativeToVRT=\"0\">/vsicurl/http://127.0.0.1:%1/a.tif"
                                              "</SourceFilename><SourceBand>1</SourceBand></SimpleSource>"
                                              "</VRTRasterBand></VRTDataset>")
                                   .arg(server.serverPort())
                                   .toUtf8();
        MemoryFactory factory;
        for (const QString &name : {QStringLiteral("a.tif"), QStringLiteral("a.vrt"), QStringLiteral("a.jp2"),
                                    QStringLiteral("a.png"), QStringLiteral("a.mbtiles"), QStringLiteral("a.xml")}) {
            QFile file(m_dir.filePath(name));
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(vrt) == vrt.size());
            file.close();
            QCOMPARE(Dataset::open(test::local(file.fileName())).error().code, ErrorCode::InvalidInput);
            factory.source = std::make_shared<MemorySource>(vrt);
            const auto far = Dataset::open(remote(QStringLiteral("https://example.com/") + name), &factory);
            QCOMPARE(far.error().code, ErrorCode::InvalidInput);
        }
        // Nor as the overviews beside an honest file.
        test::makeTiff(path("honest.tif"), {}, [](int x, int, int) { return x; });
        QFile ovr(path("honest.tif.ovr"));
        QVERIFY(ovr.open(QIODevice::WriteOnly) && ovr.write(vrt) == vrt.size());
        ovr.close();
        auto honest = Dataset::open(test::local(path("honest.tif")));
        QVERIFY(honest);
        QVERIFY(honest->info().overviews.empty());
        QVERIFY(honest->read(1, {0, 0, 64, 64}, 8, 8));
        QVERIFY(!server.waitForNewConnection(0));
    }

    void gdalsOwnFileSystems_areNotLocalFiles()
    {
        for (const QString &name :
             {QStringLiteral("/vsicurl/http://127.0.0.1:9/a.tif"), QStringLiteral("/vsimem/a.tif"),
              QStringLiteral("http://127.0.0.1:9/a.tif"), QStringLiteral("/vsizip/a.zip/a.tif")})
            QCOMPARE(Dataset::open(test::local(name)).error().code, ErrorCode::NotFound);
        QCOMPARE(Dataset::open(remote(QStringLiteral("https://example.com/a.tif"))).error().code,
                 ErrorCode::Unsupported);
    }

    void remote_readsLittleAndTheSame()
    {
        test::Made made;
        made.width = made.height = 2048;
        made.options = {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"};
        made.overviews = true;
        test::makeTiff(path("big.tif"), made, [](int x, int y, int) { return (x * 31 + y * 17) % 60000; });
        MemoryFactory factory;
        factory.source = std::make_shared<MemorySource>(bytesOf(path("big.tif")));
        auto far = Dataset::open(remote(QStringLiteral("https://example.com/big.tif?x=1")), &factory);
        auto near = Dataset::open(test::local(path("big.tif")));
        QVERIFY(far && near);
        QCOMPARE(far->info().name, QStringLiteral("big.tif"));
        const Window window {300, 300, 200, 200}; // within one block
        const auto a = far->read(1, window, 200, 200);
        const auto b = near->read(1, window, 200, 200);
        QVERIFY(a && b);
        QCOMPARE(a->values, b->values);
        QVERIFY(far->source() == factory.source);
        QVERIFY(factory.source->calls <= 4);
        QVERIFY(factory.source->received < factory.source->size() / 8);
    }

    void remote_errorsAreTheSourcesOwn()
    {
        test::Made made;
        made.width = made.height = 1024;
        made.options = {"TILED=YES"};
        test::makeTiff(path("c.tif"), made, [](int x, int y, int) { return x ^ y; });
        MemoryFactory factory;
        factory.source = std::make_shared<MemorySource>(bytesOf(path("c.tif")));
        auto file = Dataset::open(remote(QStringLiteral("https://example.com/c.tif")), &factory);
        QVERIFY(file);
        const Error lost {ErrorCode::Timeout, QStringLiteral("too slow"), QStringLiteral("example.com"), true};
        factory.source->error = lost;
        const auto block = file->read(1, {512, 512, 512, 512}, 512, 512);
        QVERIFY(!block);
        QCOMPARE(block.error(), lost);

        factory.source = std::make_shared<MemorySource>(bytesOf(path("c.tif")));
        auto other = Dataset::open(remote(QStringLiteral("https://example.com/c.tif")), &factory);
        QVERIFY(other);
        factory.source->shortReads = true; // never zeros in place of what is missing
        QCOMPARE(other->read(1, {512, 512, 512, 512}, 512, 512).error().code, ErrorCode::Network);

        factory.source->shortReads = false;
        factory.source->error = lost;
        QCOMPARE(Dataset::open(remote(QStringLiteral("https://example.com/c.tif")), &factory).error(), lost);
    }

    void damagedFile_isAnError()
    {
        test::Made made;
        made.options = {"TILED=YES", "COMPRESS=DEFLATE"};
        made.width = made.height = 512;
        test::makeTiff(path("d.tif"), made, [](int x, int y, int) { return (x * y) % 9973; });
        const auto whole = bytesOf(path("d.tif"));
        QFile cut(path("cut.tif"));
        QVERIFY(cut.open(QIODevice::WriteOnly));
        cut.write(whole.left(whole.size() / 2));
        cut.close();
        auto file = Dataset::open(test::local(path("cut.tif")));
        if (file)
            QCOMPARE(file->read(1, {0, 0, 512, 512}, 512, 512).error().code, ErrorCode::Storage);
        else
            QCOMPARE(file.error().code, ErrorCode::InvalidInput);
    }

    /// In words of ours: which file, what is wrong with it, what to do; never libtiff's own.
    void shortenedFile_isToldPlainly_data()
    {
        QTest::addColumn<QByteArrayList>("options");
        QTest::addColumn<int>("kept"); // per cent
        QTest::addColumn<QString>("words");
        const QString early = QStringLiteral("cut.tif ends early: it has ");
        const QByteArray tiles("TILED=YES");
        for (const int kept : {40, 70, 95}) {
            QTest::addRow("COG, %d %%", kept) << QByteArrayList {"COG"} << kept << early;
            QTest::addRow("DEFLATE, %d %%", kept) << QByteArrayList {tiles, "COMPRESS=DEFLATE"} << kept << early;
            QTest::addRow("LZW, %d %%", kept) << QByteArrayList {tiles, "COMPRESS=LZW"} << kept << early;
            QTest::addRow("not compressed, %d %%", kept) << QByteArrayList {tiles} << kept << early;
            QTest::addRow("BigTIFF, strips, %d %%", kept)
                << QByteArrayList {"BIGTIFF=YES", "COMPRESS=LZW"} << kept << early;
        }
    }
    void shortenedFile_isToldPlainly()
    {
        QFETCH(QByteArrayList, options);
        QFETCH(int, kept);
        QFETCH(QString, words);
        test::Made made;
        made.width = made.height = 1024;
        const bool isCog = options == QByteArrayList {"COG"};
        for (const auto &option : options) {
            if (!isCog)
                made.options.push_back(option.constData());
        }
        test::makeTiff(path("d.tif"), made, [](int x, int y, int) { return (x * 7919 + y * 104729) % 9973; });
        if (isCog) {
            const std::unique_ptr<GDALDataset> from(GDALDataset::Open(path("d.tif").toUtf8().constData()));
            auto *driver = GetGDALDriverManager()->GetDriverByName("COG");
            const std::unique_ptr<GDALDataset> to(
                driver->CreateCopy(path("cog.tif").toUtf8().constData(), from.get(), FALSE, nullptr, nullptr, nullptr));
            QVERIFY(to);
        }
        const auto whole = bytesOf(path(isCog ? "cog.tif" : "d.tif"));
        QFile cut(path("cut.tif"));
        QVERIFY(cut.open(QIODevice::WriteOnly));
        cut.write(whole.left(whole.size() * kept / 100));
        cut.close();
        auto file = Dataset::open(test::local(path("cut.tif")));
        if (!file) {
            QVERIFY2(file.error().message.startsWith(words), qPrintable(file.error().message));
            return;
        }
        for (const auto &error :
             {file->read(1, {0, 0, 1024, 1024}, 1024, 1024).error(), file->readRaw(1, {0, 0, 1024, 1024}).error()}) {
            QCOMPARE(error.code, ErrorCode::Storage);
            QVERIFY2(error.message.startsWith(words), qPrintable(error.message));
            QVERIFY(error.message.endsWith(QStringLiteral("Copy or download the file again.")));
        }
    }

    void damagedFile_saysWhere()
    {
        test::Made made;
        made.width = made.height = 256;
        made.options = {"TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128", "COMPRESS=LZW"};
        test::makeTiff(path("d.tif"), made, [](int x, int y, int) { return (x * 7919 + y * 104729) % 9973; });
        fillBlocks(path("d.tif"), '\xff');
        auto file = Dataset::open(test::local(path("d.tif")));
        const auto error = file->read(1, {128, 0, 64, 64}, 64, 64).error();
        QCOMPARE(error.message,
                 QStringLiteral("d.tif cannot be read at column 128, row 0: it is damaged there. Copy or download the "
                                "file again."));
    }

    void grid_refusesWhatHasNoPlace()
    {
        test::Made none;
        none.epsg = 0;
        test::makeTiff(path("nocrs.tif"), none, [](int, int, int) { return 1; });
        const auto nocrs = Dataset::open(test::local(path("nocrs.tif")))->info().grid();
        QCOMPARE(nocrs.error().code, ErrorCode::Unsupported);
        QVERIFY(nocrs.error().message.contains(QStringLiteral("has no coordinate system")));
        test::Made turned;
        turned.transform = {500000, 8, 6, 5000000, 6, -8};
        test::makeTiff(path("turned.tif"), turned, [](int, int, int) { return 1; });
        QCOMPARE(Dataset::open(test::local(path("turned.tif")))->info().grid().error().code, ErrorCode::Unsupported);
    }

    void realOnes()
    {
        const QString shared = test::sharedData();
        if (shared.isEmpty())
            QSKIP("no ../shared/data");
        const QString rasters = shared + QStringLiteral("/rasters/");
        const auto gcps = Dataset::open(test::local(rasters + QStringLiteral("cog-fixtures/cog_gcps.tif")));
        QVERIFY(gcps);
        QVERIFY(gcps->info().grid().error().message.contains(QStringLiteral("control points")));
        auto placed = Dataset::open(test::local(rasters + QStringLiteral("cog-fixtures/cog_gcps.tif")));
        QVERIFY(placed && placed->rectify());
        QVERIFY(placed->info().isApproximate && placed->info().grid());
        QCOMPARE(placed->info().name, gcps->info().name);
        QCOMPARE(placed->info().overviews.size(), gcps->info().overviews.size());
        QCOMPARE(placed->info().bands.front().dataType, gcps->info().bands.front().dataType);
        const auto rotated = Dataset::open(test::local(rasters + QStringLiteral("odd-rasters/rotated.tif")));
        QVERIFY(rotated && !rotated->info().grid());
        const auto ovr = Dataset::open(test::local(
            rasters + QStringLiteral("l8c1-016037-20170813-extovr/LC08_L1TP_016037_20170813_20170814_01_RT_B3.TIF")));
        QVERIFY(ovr);
        QVERIFY(!ovr->info().overviews.empty()); // from the .ovr beside it
        auto jp2 = Dataset::open(test::local(rasters + QStringLiteral("s2-l1c-19UDP-preview-jp2/B04.jp2")));
        QVERIFY(jp2);
        QVERIFY(jp2->read(1, {0, 0, 16, 16}, 16, 16));
        const auto rgb = Dataset::open(test::local(rasters + QStringLiteral("odd-rasters/RGB.byte.tif")));
        QCOMPARE(rgb->info().bandCount, 3);
    }

    void readRaw_isTheFilesOwnNumbers_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<QByteArrayList>("options");
        const QByteArrayList tiled {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32"};
        for (const auto type : {GDT_Byte, GDT_UInt16, GDT_Int16, GDT_Float32}) {
            const auto row = [type](const char *what, const QByteArrayList &options) {
                QTest::addRow("%s, %s", GDALGetDataTypeName(type), what) << static_cast<int>(type) << options;
            };
            row("strips", {});
            row("strips, DEFLATE", {"COMPRESS=DEFLATE", "BLOCKYSIZE=32"});
            row("tiles", tiled);
            row("tiles, LZW", tiled + QByteArrayList {"COMPRESS=LZW", "PREDICTOR=2"});
            row("tiles, DEFLATE", tiled + QByteArrayList {"COMPRESS=DEFLATE"});
            row("tiles, DEFLATE, predictor 2", tiled + QByteArrayList {"COMPRESS=DEFLATE", "PREDICTOR=2"});
            row("tiles, ZSTD, predictor 2", tiled + QByteArrayList {"COMPRESS=ZSTD", "PREDICTOR=2"});
            row("tiles, DEFLATE, big-endian",
                tiled + QByteArrayList {"COMPRESS=DEFLATE", "PREDICTOR=2", "ENDIANNESS=BIG"});
            row("BigTIFF, ZSTD", tiled + QByteArrayList {"COMPRESS=ZSTD", "BIGTIFF=YES"});
            row("sparse", tiled + QByteArrayList {"COMPRESS=DEFLATE", "SPARSE_OK=TRUE"});
            if (type == GDT_Float32)
                row("tiles, ZSTD, predictor 3", tiled + QByteArrayList {"COMPRESS=ZSTD", "PREDICTOR=3"});
            if (type == GDT_UInt16)
                row("tiles of 12 bits", tiled + QByteArrayList {"COMPRESS=DEFLATE", "NBITS=12"});
        }
    }
    void readRaw_isTheFilesOwnNumbers()
    {
        QFETCH(int, type);
        QFETCH(QByteArrayList, options);
        test::Made made;
        made.width = 100;
        made.height = 70;
        made.type = static_cast<GDALDataType>(type);
        made.nodata = 5;
        for (const auto &option : options)
            made.options.push_back(option.constData());
        const bool sparse = options.contains("SPARSE_OK=TRUE");
        const double scale = type == GDT_Float32 ? 0.37 : 1; // all bytes of a float count
        const auto value = [&](int x, int y) {
            return sparse && x / 32 == 1 ? 5.0
                : type == GDT_Float32    ? static_cast<double>(static_cast<float>(scale * ((3 * x + 7 * y) % 250)))
                                         : (3 * x + 7 * y) % 250;
        };
        test::makeTiff(path("raw.tif"), made, [&](int x, int y, int) { return value(x, y); });
        auto file = Dataset::open(test::local(path("raw.tif")));
        QVERIFY(file);
        QCOMPARE(file->info().isStriped(), !options.contains("TILED=YES"));
        // Tiles of the file, two at its edge, the strips of it all, and windows across several.
        for (const Window w :
             {Window {32, 32, 32, 32}, Window {96, 64, 4, 6}, Window {64, 64, 32, 6}, Window {0, 32, 100, 32},
              Window {0, 64, 100, 6}, Window {10, 20, 60, 41}, Window {32, 32, 31, 32}, Window {0, 0, 100, 70}}) {
            const auto raw = file->readRaw(1, w);
            QVERIFY(raw);
            QCOMPARE(raw->nodata, std::optional(5.0));
            QCOMPARE(std::pair(raw->width, raw->height), std::pair(w.width, w.height));
            const int sample = raw->type == RawBlock::Type::UInt8 ? 1 : raw->type == RawBlock::Type::Float32 ? 4 : 2;
            QCOMPARE(raw->bytes.size(), qsizetype(w.width) * w.height * sample);
            int wrong = 0;
            for (int i = 0; i < w.width * w.height; ++i) {
                const char *at = raw->bytes.constData();
                const double got = raw->type == RawBlock::Type::UInt8 ? reinterpret_cast<const quint8 *>(at)[i]
                    : raw->type == RawBlock::Type::UInt16             ? reinterpret_cast<const quint16 *>(at)[i]
                    : raw->type == RawBlock::Type::Int16              ? reinterpret_cast<const qint16 *>(at)[i]
                                                         : static_cast<double>(reinterpret_cast<const float *>(at)[i]);
                wrong += got != value(w.x + i % w.width, w.y + i / w.width);
            }
            QCOMPARE(wrong, 0);
        }
        QCOMPARE(file->readRaw(1, {90, 0, 20, 20}).error().code, ErrorCode::Internal);
        QCOMPARE(file->readRaw(2, {0, 0, 20, 20}).error().code, ErrorCode::InvalidInput);
    }

    void readRaw_ofADamagedTile_isAnError()
    {
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
        made.width = 128;
        test::makeTiff(path("damaged.tif"), made, [](int x, int y, int) { return (x * 7919 + y * 104729) % 5000; });
        const auto offset = longsOf(bytesOf(path("damaged.tif")), 324).front();
        QFile file(path("damaged.tif"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(offset + 100) && file.write(QByteArray(500, '\0')) == 500);
        file.close();
        auto damaged = Dataset::open(test::local(path("damaged.tif")));
        QVERIFY(damaged);
        const auto raw = damaged->readRaw(1, {0, 0, 64, 64});
        QVERIFY(!raw);
        QCOMPARE(raw.error().code, ErrorCode::Storage);
    }

    /// Tag 317 says what the bytes cannot be: rows of floats where there are 16 bits a pixel, or nothing known.
    void readRaw_ofAPredictorThatCannotBe_data()
    {
        QTest::addColumn<int>("predictor");
        for (const int predictor : {0, 3, 4, 7, 34892, 65535})
            QTest::addRow("%d", predictor) << predictor;
    }
    void readRaw_ofAPredictorThatCannotBe()
    {
        QFETCH(int, predictor);
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE", "PREDICTOR=2"};
        const auto value = [](int x, int y) { return (x * 7919 + y * 104729) % 5000; };
        test::makeTiff(path("hostile.tif"), made, [&](int x, int y, int) { return value(x, y); });
        patch(path("hostile.tif"), 317, static_cast<quint16>(predictor));
        auto file = Dataset::open(test::local(path("hostile.tif")));
        if (!file)
            return;
        const auto raw = file->readRaw(1, {0, 0, 64, 64});
        if (raw) // GDAL's word on it: so many pixels, whatever they are
            QCOMPARE(raw->bytes.size(), qsizetype(64 * 64 * 2));
        else
            QCOMPARE(raw.error().code, ErrorCode::Storage);
    }
    /// What keeps the file above from being written past its end, whoever asks.
    void unpack_refusesWhatItDoesNotKnow()
    {
        const std::vector<std::uint8_t> numbers(512 * 512 * 2, 1);
        CogSpec spec;
        spec.grid.width = spec.grid.height = 512;
        spec.type = SampleType::UInt16;
        spec.codec = Codec::Deflate;
        spec.bands.resize(1);
        QByteArray packed;
        encodeTile(std::vector {data::Block(512, 512, 257.0F)}, spec, packed);
        const std::span<const char> bytes(packed.constData(), static_cast<std::size_t>(packed.size()));
        std::vector<std::uint8_t> to(numbers.size() + 64, 0xAA);
        const std::span room(to.data(), numbers.size());
        Packing packing {Codec::Deflate, 2, SampleType::UInt16, 512, 512, 1};
        QVERIFY(unpack(bytes, packing, room));
        QVERIFY(std::equal(numbers.begin(), numbers.end(), to.begin()));
        for (const int predictor : {-1, 0, 3, 4, 7, 34892}) {
            packing.predictor = predictor;
            QVERIFY(!packing.isKnown());
            QVERIFY(!unpack(bytes, packing, room));
        }
        QVERIFY(std::all_of(to.begin() + numbers.size(), to.end(), [](auto byte) { return byte == 0xAA; }));
        for (const auto type : {SampleType::UInt8, SampleType::Int16})
            QVERIFY(!(Packing {Codec::Zstd, 3, type, 16, 16, 1}.isKnown()));
        QVERIFY((Packing {Codec::Zstd, 3, SampleType::Float32, 16, 16, 1}.isKnown()));
        QVERIFY(!(Packing {Codec::Zstd, 1, SampleType::UInt16, 30000, 30000, 1}.isKnown()));
        QVERIFY(!(Packing {Codec::Zstd, 1, SampleType::UInt8, 0, 16, 1}.isKnown()));
        const int most = std::numeric_limits<int>::max();
        QVERIFY(!(Packing {Codec::Zstd, 1, SampleType::Float32, most, most, most}.isKnown()));
    }

    void readRaw_ofADamagedTileAsWideAsTheImage_isAnError_data()
    {
        QTest::addColumn<int>("height"); // of the image; the tile has 64
        QTest::addRow("a whole tile") << 64;
        QTest::addRow("a tile at the lower edge") << 50;
    }
    void readRaw_ofADamagedTileAsWideAsTheImage_isAnError()
    {
        QFETCH(int, height);
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
        made.height = height;
        test::makeTiff(path("damaged.tif"), made, [](int x, int y, int) { return (x * 7919 + y * 104729) % 5000; });
        const QByteArray tiff = bytesOf(path("damaged.tif"));
        const auto last = longsOf(tiff, 324).front() + longsOf(tiff, 325).front() - 1; // of its checksum
        QFile file(path("damaged.tif"));
        QVERIFY(file.open(QIODevice::ReadWrite) && file.seek(last) && file.putChar(static_cast<char>(tiff[last] ^ 1)));
        file.close();
        auto damaged = Dataset::open(test::local(path("damaged.tif")));
        QVERIFY(damaged);
        const auto raw = damaged->readRaw(1, {0, 0, 64, height});
        QVERIFY(!raw);
        QCOMPARE(raw.error().code, ErrorCode::Storage);
    }

    /// A large read of a local file ends soon once it is not wanted any more.
    void read_ends_whenStopped()
    {
        test::Made made;
        made.width = made.height = 512;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
        test::makeTiff(path("long.tif"), made, [](int x, int y, int) { return x + y; });
        StopSource source;
        auto file = Dataset::open(test::local(path("long.tif")), nullptr, source.get_token());
        QVERIFY(file);
        QVERIFY(file->read(1, {0, 0, 512, 512}, 512, 512));
        QVERIFY(file->readRaw(1, {0, 0, 500, 500}));
        source.request_stop();
        QCOMPARE(file->read(1, {0, 0, 512, 512}, 512, 512).error().code, ErrorCode::Cancelled);
        QCOMPARE(file->read(1, {0, 0, 512, 512}, 100, 100).error().code, ErrorCode::Cancelled);
        QCOMPARE(file->readRaw(1, {0, 0, 500, 500}).error().code, ErrorCode::Cancelled);
        QCOMPARE(Dataset::open(test::local(path("long.tif")), nullptr, source.get_token()).error().code,
                 ErrorCode::Cancelled);
    }

    void readRaw_ofBandsThatLieInterleaved()
    {
        test::Made made;
        made.bands = 3;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "INTERLEAVE=PIXEL", "COMPRESS=DEFLATE"};
        test::makeTiff(path("a.tif"), made, [](int x, int y, int band) { return x + 100 * y + 10000 * band; });
        auto file = Dataset::open(test::local(path("a.tif")));
        for (int band = 1; band <= 3; ++band) {
            const auto raw = file->readRaw(band, {0, 0, 64, 64});
            QVERIFY(raw);
            const auto *at = reinterpret_cast<const quint16 *>(raw->bytes.constData());
            QCOMPARE(int(at[64 * 9 + 5]), 5 + 900 + 10000 * band);
        }
    }

    void readRaw_refusesWhatItCannotSay()
    {
        test::Made made;
        made.type = GDT_Float64;
        test::makeTiff(path("a.tif"), made, [](int, int, int) { return 1.0; });
        auto file = Dataset::open(test::local(path("a.tif")));
        QCOMPARE(file->readRaw(1, {0, 0, 64, 64}).error().code, ErrorCode::Unsupported);
    }

    /// The table is read here from the TIFF itself: tags 324 and 325 of its first directory.
    void cost_isWhatTheTableOfTilesSays()
    {
        test::Made made;
        made.width = 160;
        made.height = 96;
        made.options = {"TILED=YES", "BLOCKXSIZE=32", "BLOCKYSIZE=32", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"};
        // The third column of tiles is never stored: GDAL leaves out what is all zero.
        test::makeTiff(path("sparse.tif"), made,
                       [](int x, int y, int) { return x / 32 == 2 ? 0 : 1 + (x * 7919 + y * 104729) % 5000; });
        const auto sizes = longsOf(bytesOf(path("sparse.tif")), 325);
        QCOMPARE(sizes.size(), size_t(15));
        QCOMPARE(sizes[2], 0U);
        auto file = Dataset::open(test::local(path("sparse.tif")));
        const auto all = file->cost(1, -1, {0, 0, 160, 96});
        QVERIFY(all);
        QVERIFY(all->exact);
        QCOMPARE(all->bytes, std::accumulate(sizes.begin(), sizes.end(), qint64(0)));
        QCOMPARE(all->blocks, 15);
        QCOMPARE(all->sparse, 3);
        QCOMPARE(all->requests, 1); // they all lie together
        const auto some = file->cost(1, -1, {31, 40, 34, 10}); // tiles 5, 6 and 7
        QCOMPARE(some->bytes, qint64(sizes[5]) + sizes[6]);
        QCOMPARE(some->blocks, 3);
        QCOMPARE(some->sparse, 1);
        const auto none = file->cost(1, -1, {64, 0, 32, 96});
        QCOMPARE(none->bytes, 0);
        QCOMPARE(none->sparse, 3);
        QCOMPARE(none->requests, 0);
        QCOMPARE(file->cost(1, 0, {0, 0, 1, 1}).error().code, ErrorCode::Internal); // it has no overview
    }

    void cost_ofStripsAndOfOtherFormats()
    {
        test::Made made;
        made.options = {"BLOCKYSIZE=16"};
        test::makeTiff(path("strips.tif"), made, [](int x, int y, int) { return x + y; });
        auto strips = Dataset::open(test::local(path("strips.tif")));
        const auto two = strips->cost(1, -1, {10, 20, 5, 20});
        QVERIFY(two->exact);
        QCOMPARE(two->bytes, 2 * 16 * 64 * 2);
        test::makeJp2(path("strips.tif"), path("a.jp2"));
        auto jp2 = Dataset::open(test::local(path("a.jp2")));
        const auto quarter = jp2->cost(1, -1, {0, 0, 32, 32});
        QVERIFY(!quarter->exact);
        QVERIFY(std::abs(quarter->bytes - QFileInfo(path("a.jp2")).size() / 4) <= 1);
        QCOMPARE(quarter->requests, 1);
    }

    void cost_ofAnOverview()
    {
        test::Made made;
        made.width = made.height = 256;
        made.overviews = true;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"};
        test::makeTiff(path("a.tif"), made, [](int x, int y, int) { return x + y; });
        auto file = Dataset::open(test::local(path("a.tif")));
        const auto whole = file->cost(1, 0, {0, 0, 128, 128});
        QVERIFY(whole->exact);
        QVERIFY(whole->bytes >= 128 * 128 * 2);
    }

    /// Zeros that the file explains (not stored, or stored in few bytes) and zeros that it does not.
    void unexplainedZeros_areFound()
    {
        test::Made made;
        made.width = made.height = 128;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE", "SPARSE_OK=TRUE"};
        test::makeTiff(path("a.tif"), made,
                       [](int x, int y, int) { return x >= 64 && y >= 64 ? 0 : 1 + (x * 7919 + y * 104729) % 5000; });
        auto file = Dataset::open(test::local(path("a.tif")));
        const Window all {0, 0, 128, 128};
        auto block = file->read(1, all, 128, 128);
        QCOMPARE(*file->unexplainedZeros(1, -1, all, *block), 0); // the one tile of zeros is not stored
        QCOMPARE(*file->unexplainedZeros(1, -1, all, data::Block(128, 128, 0.0F)), 3);
        QCOMPARE(*file->unexplainedZeros(1, -1, all, data::Block(128, 128)), 3); // zeros that were made nodata
        QCOMPARE(*file->unexplainedZeros(1, -1, {10, 10, 64, 64}, data::Block(64, 64, 0.0F)), 0); // no whole tile
        auto raw = file->readRaw(1, {64, 0, 64, 64});
        QCOMPARE(*file->unexplainedZeros(1, {64, 0, 64, 64}, *raw), 0);
        raw->bytes.fill('\0');
        QCOMPARE(*file->unexplainedZeros(1, {64, 0, 64, 64}, *raw), 1);
        raw->bytes[raw->bytes.size() - 2] = 1;
        QCOMPARE(*file->unexplainedZeros(1, {64, 0, 64, 64}, *raw), 0);
    }

    void unexplainedZeros_wherePlainlyStored()
    {
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
        test::makeTiff(path("zeros.tif"), made, [](int, int, int) { return 0; });
        auto zeros = Dataset::open(test::local(path("zeros.tif")));
        QCOMPARE(*zeros->unexplainedZeros(1, -1, {0, 0, 64, 64}, data::Block(64, 64, 0.0F)), 0); // few bytes
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"};
        test::makeTiff(path("plain.tif"), made, [](int, int, int) { return 0; });
        auto plain = Dataset::open(test::local(path("plain.tif")));
        QCOMPARE(*plain->unexplainedZeros(1, -1, {0, 0, 64, 64}, data::Block(64, 64, 0.0F)), 0); // the bytes are zeros
    }

    /// Without compression the file's own bytes tell whether zeros are what should have come.
    void unexplainedZeros_wherePlainlyStoredIsSomethingElse()
    {
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"};
        test::makeTiff(path("plain.tif"), made, [](int, int, int) { return 0; });
        auto plain = Dataset::open(test::local(path("plain.tif")));
        const Window tile {0, 0, 64, 64};
        const auto read = plain->read(1, tile, 64, 64);
        fillBlocks(path("plain.tif"), 7); // GDAL still has the zeros
        QCOMPARE(*plain->unexplainedZeros(1, -1, tile, *read), 1);
    }

    /// Nodata that is no zero is no block of zeros, though both are NaN once they are read.
    void unexplainedZeros_ofPlainNodata()
    {
        test::Made made;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64"};
        made.nodata = 77;
        test::makeTiff(path("none.tif"), made, [](int, int, int) { return 77; });
        auto none = Dataset::open(test::local(path("none.tif")));
        const auto read = none->read(1, {0, 0, 64, 64}, 64, 64);
        QVERIFY(std::isnan(read->at(0, 0)));
        QCOMPARE(*none->unexplainedZeros(1, -1, {0, 0, 64, 64}, *read), 0);
    }

    /// What GDAL itself makes of nothing but zeros is never doubted, however small the blocks.
    void unexplainedZeros_ofSmallBlocks_data()
    {
        QTest::addColumn<int>("type");
        QTest::addColumn<int>("side");
        QTest::addColumn<QByteArrayList>("options");
        for (const auto type : {GDT_Byte, GDT_UInt16, GDT_Float32}) {
            for (const char *codec : {"DEFLATE", "LZW", "PACKBITS", "ZSTD", "LZMA"}) {
                const QByteArray compress = QByteArray("COMPRESS=") + codec;
                for (const int side : {16, 32, 64, 256}) {
                    const QByteArray size = QByteArray::number(side);
                    QTest::addRow("%s, %s, tiles of %d", GDALGetDataTypeName(type), codec, side)
                        << static_cast<int>(type) << side
                        << QByteArrayList {compress, "TILED=YES", "BLOCKXSIZE=" + size, "BLOCKYSIZE=" + size};
                }
                QTest::addRow("%s, %s, strips of one row", GDALGetDataTypeName(type), codec)
                    << static_cast<int>(type) << 300 << QByteArrayList {compress, "BLOCKYSIZE=1"};
            }
        }
    }
    void unexplainedZeros_ofSmallBlocks()
    {
        QFETCH(int, type);
        QFETCH(int, side);
        QFETCH(QByteArrayList, options);
        test::Made made;
        made.type = static_cast<GDALDataType>(type);
        made.width = made.height = side;
        for (const auto &option : options)
            made.options.push_back(option.constData());
        test::makeTiff(path("small.tif"), made, [](int, int, int) { return 0; });
        auto file = Dataset::open(test::local(path("small.tif")));
        QVERIFY(file);
        QVERIFY(file->cost(1, -1, {0, 0, side, side})->bytes > 0);
        QCOMPARE(*file->unexplainedZeros(1, -1, {0, 0, side, side}, data::Block(side, side, 0.0F)), 0);
    }

    /// Zeros in a corner of a large block are its own, or those of a block that came as nothing else.
    void unexplainedZeros_inAPartOfABlock()
    {
        test::Made made;
        made.width = made.height = 256;
        made.options = {"TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=128"};
        // Left above: half zeros by right. Right below: nothing but zeros came, and something else is stored.
        test::makeTiff(path("parts.tif"), made,
                       [](int x, int y, int) { return x < 64 || (x >= 128 && y >= 128) ? 0 : 1 + (x * y) % 5000; });
        auto file = Dataset::open(test::local(path("parts.tif")));
        QVERIFY(file->read(1, {0, 0, 256, 256}, 256, 256)); // GDAL keeps it
        const auto zeros = [&](const Window &w) {
            const auto read = file->read(1, w, w.width, w.height);
            return *file->unexplainedZeros(1, -1, w, *read);
        };
        QCOMPARE(zeros({0, 0, 256, 256}), 0);
        fillBlocks(path("parts.tif"), 7);
        QCOMPARE(zeros({0, 0, 60, 60}), 0);
        QCOMPARE(zeros({140, 140, 60, 60}), 1);
        QCOMPARE(zeros({100, 100, 60, 60}), 1); // a corner of each of the four
        QCOMPARE(zeros({0, 0, 256, 256}), 1);
        const Window corner {140, 140, 60, 60};
        QCOMPARE(*file->unexplainedZeros(1, corner, *file->readRaw(1, corner)), 1);
    }

    /// A mask takes what is imagery in the file: nothing is missing there.
    void unexplainedZeros_underAMask()
    {
        const ConfigOption inside("GDAL_TIFF_INTERNAL_MASK", "YES");
        test::Made made;
        made.width = made.height = 128;
        made.options = {"TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=DEFLATE"};
        test::makeTiff(path("masked.tif"), made, [](int x, int y, int) { return 1 + (x * 7919 + y * 104729) % 5000; });
        {
            const std::unique_ptr<GDALDataset> to(
                GDALDataset::Open(path("masked.tif").toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_UPDATE));
            QCOMPARE(to->CreateMaskBand(GMF_PER_DATASET), CE_None);
            std::vector<std::uint8_t> mask(128 * 128, 255);
            for (std::size_t y = 0; y < 64; ++y)
                std::fill_n(mask.begin() + static_cast<std::ptrdiff_t>(y * 128), 64, std::uint8_t(0));
            QCOMPARE(to->GetRasterBand(1)->GetMaskBand()->RasterIO(GF_Write, 0, 0, 128, 128, mask.data(), 128, 128,
                                                                   GDT_Byte, 0, 0, nullptr),
                     CE_None);
        }
        auto file = Dataset::open(test::local(path("masked.tif")));
        const Window w {0, 0, 128, 128};
        const auto read = file->read(1, w, 128, 128);
        QVERIFY(std::isnan(read->at(10, 10)));
        QVERIFY(!std::isnan(read->at(100, 10)));
        QCOMPARE(*file->unexplainedZeros(1, -1, w, *read), 0);
    }

private:
    /// Overwrites all blocks of a file where they lie.
    static void fillBlocks(const QString &path, char value)
    {
        const std::unique_ptr<GDALDataset> from(GDALDataset::Open(path.toUtf8().constData()));
        auto *band = from->GetRasterBand(1);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadWrite));
        int width = 0;
        int height = 0;
        band->GetBlockSize(&width, &height);
        for (int y = 0; y * height < band->GetYSize(); ++y) {
            for (int x = 0; x * width < band->GetXSize(); ++x) {
                const QByteArray place = QByteArray::number(x) + '_' + QByteArray::number(y);
                const auto number = [&](const char *what) {
                    const QByteArray name = what + place;
                    return QByteArray(band->GetMetadataItem(name.constData(), "TIFF")).toLongLong();
                };
                QVERIFY(file.seek(number("BLOCK_OFFSET_")));
                QCOMPARE(file.write(QByteArray(number("BLOCK_SIZE_"), value)), number("BLOCK_SIZE_"));
            }
        }
    }
    /// Sets a SHORT tag of the first directory.
    static void patch(const QString &path, int wanted, quint16 value)
    {
        QByteArray tiff = bytesOf(path);
        quint32 directory = 0;
        quint16 count = 0;
        memcpy(&directory, tiff.constData() + 4, sizeof directory);
        memcpy(&count, tiff.constData() + directory, sizeof count);
        for (quint32 entry = directory + 2; entry < directory + 2 + 12U * count; entry += 12) {
            quint16 tag = 0;
            memcpy(&tag, tiff.constData() + entry, sizeof tag);
            if (tag != wanted)
                continue;
            memcpy(tiff.data() + entry + 8, &value, sizeof value);
            QFile file(path);
            QVERIFY(file.open(QIODevice::WriteOnly) && file.write(tiff) == tiff.size());
            return;
        }
        QFAIL("The file has no such tag.");
    }
    /// All values of a LONG or SHORT tag in the first directory of a little-endian TIFF.
    static std::vector<quint32> longsOf(const QByteArray &tiff, int wanted)
    {
        const auto at = [&](quint32 offset, int size) {
            quint32 v = 0;
            memcpy(&v, tiff.constData() + offset, static_cast<size_t>(size));
            return v;
        };
        const quint32 directory = at(4, 4);
        std::vector<quint32> values;
        for (quint32 i = 0; i < at(directory, 2); ++i) {
            const quint32 entry = directory + 2 + 12 * i;
            if (static_cast<int>(at(entry, 2)) != wanted)
                continue;
            const quint32 size = at(entry + 2, 2) == 3 ? 2 : 4;
            const quint32 count = at(entry + 4, 4);
            const quint32 first = count * size <= 4 ? entry + 8 : at(entry + 8, 4);
            for (quint32 k = 0; k < count; ++k)
                values.push_back(at(first + k * size, static_cast<int>(size)));
        }
        return values;
    }
    QString path(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)); }
    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(tst_Dataset)
#include "tst_dataset.moc"
