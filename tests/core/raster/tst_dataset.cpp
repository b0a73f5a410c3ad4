// SPDX-License-Identifier: Apache-2.0
#include "core/raster/dataset.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QTcpServer>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

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

private:
    QString path(const char *name) const { return m_dir.filePath(QString::fromLatin1(name)); }
    QTemporaryDir m_dir;
};

QTEST_GUILESS_MAIN(tst_Dataset)
#include "tst_dataset.moc"
