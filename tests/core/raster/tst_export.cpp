// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogwriter.h"
#include "core/raster/export.h"
#include "tests/core/raster/gdalfiles.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <QThreadPool>

#include <sys/resource.h>

#include <cmath>
#include <csignal>

using namespace astra;
using namespace astra::raster;

namespace {

constexpr int width = 700; // more than a tile, and no multiple of anything
constexpr int height = 800;

/// Waves with holes: no two pixels near each other are alike.
float valueAt(int x, int y, int band)
{
    if ((x / 9 + y / 7 + band) % 23 == 0)
        return data::Block::nodata;
    return static_cast<float>(0.3 + 0.25 * std::sin(x / 31.0 + band) + 0.2 * std::cos(y / 47.0 - band));
}

std::vector<data::Block> pixels(int bands, int w, int h, const std::function<float(int x, int y, int band)> &value)
{
    std::vector<data::Block> blocks(static_cast<std::size_t>(bands), data::Block(w, h));
    for (int band = 0; band < bands; ++band) {
        for (int y = 0; y < h; ++y) {
            for (int x = 0; x < w; ++x)
                blocks[static_cast<std::size_t>(band)]
                    .values[static_cast<std::size_t>(y) * static_cast<std::size_t>(w) + static_cast<std::size_t>(x)]
                    = value(x, y, band);
        }
    }
    return blocks;
}

data::Statistics statisticsOf(const data::Block &block)
{
    data::Statistics s;
    s.minimum = HUGE_VAL;
    s.maximum = -HUGE_VAL;
    double sum = 0;
    double squares = 0;
    for (const float value : block.values) {
        ++s.total;
        if (std::isnan(value))
            continue;
        ++s.valid;
        s.minimum = std::min(s.minimum, static_cast<double>(value));
        s.maximum = std::max(s.maximum, static_cast<double>(value));
        sum += value;
        squares += static_cast<double>(value) * static_cast<double>(value);
    }
    s.mean = sum / static_cast<double>(s.valid);
    s.stddev = std::sqrt(squares / static_cast<double>(s.valid) - s.mean * s.mean);
    return s;
}

const std::vector<std::array<std::uint8_t, 3>> redToGreen {{165, 0, 38}, {255, 255, 191}, {0, 104, 55}};

Json toJson(const std::vector<std::array<std::uint8_t, 3>> &ramp)
{
    Json json = Json::array();
    for (const auto &stop : ramp)
        json.push_back({stop[0], stop[1], stop[2]});
    return json;
}

} // namespace

class tst_Export : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        QVERIFY(m_folder->isValid());
    }

    void geoTiff_keepsEverything()
    {
        makeCog(2);
        QVERIFY(exported("out.tif", Format::GeoTiff, {}));
        check("out.tif", {{"format", "geotiff"}});
        QCOMPARE(names(), (QStringList {QStringLiteral("cog.tif"), QStringLiteral("out.tif")}));
    }
    void geoTiff_ofClasses()
    {
        makeClasses();
        QVERIFY(exported("out.tif", Format::GeoTiff, {}));
        check("out.tif", {{"format", "geotiff"}});
    }

    void png_oneBand()
    {
        makeCog(1);
        QVERIFY(exported("out.png", Format::Png, {{{0, 0.6}}, redToGreen}));
        check("out.png", {{"format", "png"}, {"ranges", {{0, 0.6}}}, {"ramp", toJson(redToGreen)}});
        QCOMPARE(names(),
                 (QStringList {QStringLiteral("cog.tif"), QStringLiteral("out.pgw"), QStringLiteral("out.png")}));
    }
    void png_greys()
    {
        makeCog(1);
        QVERIFY(exported("out.png", Format::Png, {{{0.6, 0.1}}, {}})); // dark is much
        check("out.png", {{"format", "png"}, {"ranges", {{0.6, 0.1}}}, {"grey", true}});
    }
    void png_threeBandsOfFour()
    {
        makeCog(4);
        QVERIFY(exported("out.png", Format::Png, {{{0, 0.6}, {0.1, 0.5}, {-0.2, 0.9}}, {}}));
        check("out.png", {{"format", "png"}, {"ranges", {{0, 0.6}, {0.1, 0.5}, {-0.2, 0.9}}}});
    }
    void png_ofWholeNumbers()
    {
        test::Made made;
        made.width = 300;
        made.height = 40;
        made.nodata = 0;
        made.options = {"TILED=YES"};
        test::makeTiff(path("cog.tif"), made, [](int x, int y, int) { return x % 17 == 0 ? 0 : 20 * x + y; });
        QVERIFY(exported("out.png", Format::Png, {{{500, 4000}}, redToGreen}));
        check("out.png", {{"format", "png"}, {"ranges", {{500, 4000}}}, {"ramp", toJson(redToGreen)}});
    }
    void png_ofClasses()
    {
        makeClasses();
        QVERIFY(exported("out.png", Format::Png, {{{0, 1}}, redToGreen})); // the file's own colours win
        check("out.png", {{"format", "png"}});
    }
    void png_byStatistics()
    {
        makeCog(3);
        QVERIFY(exported("out.png", Format::Png, {}));
        check("out.png", {{"format", "png"}});
        QVERIFY(exported("other.png", Format::Png, {{{0, 0}, {0, 0}, {0, 0}}, {}}));
        check("other.png", {{"format", "png"}});
        makeCog(1);
        QVERIFY(exported("one.png", Format::Png, {{{0, 0}}, redToGreen}));
        check("one.png", {{"format", "png"}, {"ramp", toJson(redToGreen)}});
    }
    void png_ofNothingAndOfOneValue()
    {
        write({data::Block(20, 10)}, {});
        QVERIFY(exported("nothing.png", Format::Png, {}));
        for (const double opacity : test::readAll(path("nothing.png"), 2))
            QCOMPARE(opacity, 0.0);
        write({data::Block(20, 10, 7)}, {});
        QVERIFY(exported("one.png", Format::Png, {}));
        for (const double grey : test::readAll(path("one.png"), 1))
            QVERIFY(std::abs(grey - 128) <= 1);
    }

    void jpeg_oneBandAndThree()
    {
        makeCog(3, false);
        QVERIFY(exported("out.jpg", Format::Jpeg, {{{0, 0.6}, {0.1, 0.5}, {-0.2, 0.9}}, {}}));
        check("out.jpg", {{"format", "jpeg"}, {"ranges", {{0, 0.6}, {0.1, 0.5}, {-0.2, 0.9}}}});
        QVERIFY(names().contains(QStringLiteral("out.jgw")));
        QVERIFY(exported("grey.jpeg", Format::Jpeg, {{{0, 0.6}}, {}}));
        check("grey.jpeg", {{"format", "jpeg"}, {"ranges", {{0, 0.6}}}, {"grey", true}});
        QVERIFY(names().contains(QStringLiteral("grey.jgw")));
    }
    void jpeg_isWhiteWithoutData()
    {
        write(pixels(1, 64, 64, [](int x, int, int) { return x < 32 ? data::Block::nodata : 0.0F; }), {});
        QVERIFY(exported("out.jpg", Format::Jpeg, {{{0, 1}}, {}}));
        const auto grey = test::readAll(path("out.jpg"));
        QVERIFY(grey[10] > 250 && grey[50] < 5);
    }

    void replaces_whatIsThere()
    {
        makeCog(1);
        QFile old(path("out.png"));
        QVERIFY(old.open(QIODevice::WriteOnly));
        old.write("an old picture");
        old.close();
        QVERIFY(exported("out.png", Format::Png, {{{0, 0.6}}, redToGreen}));
        check("out.png", {{"format", "png"}, {"ranges", {{0, 0.6}}}, {"ramp", toJson(redToGreen)}});
    }

    void stopped_leavesNothing()
    {
        makeCog(1);
        StopSource source;
        source.request_stop();
        const auto result = exportCog(path("cog.tif"), path("out.png"), Format::Png, {}, source.get_token());
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QCOMPARE(names(), QStringList {QStringLiteral("cog.tif")});
    }

    void errors_areToldAndLeaveNothing()
    {
        makeCog(2);
        QCOMPARE(exportCog(path("cog.tif"), path("out.png"), Format::Png, {{{0, 1}, {0, 1}}, {}}).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(exportCog(path("cog.tif"), path("out.png"), Format::Png, {{{0, 1}, {0, 1}, {0, 1}}, {}}).error().code,
                 ErrorCode::InvalidInput);
        QCOMPARE(exportCog(path("none.tif"), path("out.png"), Format::Png, {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(exportCog(path("cog.tif"), path("nowhere/out.png"), Format::Png, {}).error().code, ErrorCode::Storage);
        QCOMPARE(names(), QStringList {QStringLiteral("cog.tif")});

        write({data::Block(65600, 1, 1)}, {});
        QCOMPARE(exportCog(path("cog.tif"), path("out.jpg"), Format::Jpeg, {}).error().code, ErrorCode::Unsupported);
        QVERIFY(exported("wide.png", Format::Png, {}));
    }
    void truncatedInput_isAnError()
    {
        makeCog(1);
        QFile file(path("cog.tif"));
        QVERIFY(file.resize(file.size() / 3));
        for (const auto format : {Format::GeoTiff, Format::Png, Format::Jpeg})
            QVERIFY(!exportCog(path("cog.tif"), path("out.tif"), format, {}));
        QCOMPARE(names(), QStringList {QStringLiteral("cog.tif")});
    }
    void fullDisk_isAnErrorAndLeavesNothing()
    {
        makeCog(3);
        rlimit before {};
        getrlimit(RLIMIT_FSIZE, &before);
        ::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit then fails as one on a full disk does
        const rlimit small {20000, before.rlim_max};
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        std::vector<Result<void>> results;
        for (const auto format : {Format::GeoTiff, Format::Png, Format::Jpeg})
            results.push_back(exportCog(path("cog.tif"), path("out.tif"), format, {}));
        setrlimit(RLIMIT_FSIZE, &before);
        for (const auto &result : results) {
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Storage);
        }
        QCOMPARE(names(), QStringList {QStringLiteral("cog.tif")});
    }

private:
    [[nodiscard]] QString path(const char *name) const { return m_folder->filePath(QString::fromLatin1(name)); }
    [[nodiscard]] QStringList names() const
    {
        return QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    [[nodiscard]] bool exported(const char *name, Format format, const Picturing &picturing)
    {
        const auto result = exportCog(path("cog.tif"), path(name), format, picturing);
        if (!result)
            qWarning("%s", qPrintable(result.error().message));
        return result.has_value();
    }
    void check(const char *name, const Json &options)
    {
        QProcess python;
        python.start(
            QStringLiteral("/usr/bin/python3"),
            {QFINDTESTDATA("check_export.py"), path("cog.tif"), path(name), QString::fromStdString(options.dump())});
        QVERIFY(python.waitForFinished(60000));
        const QByteArray said = python.readAllStandardOutput() + python.readAllStandardError();
        QVERIFY2(python.exitCode() == 0, said.constData());
    }
    void write(const std::vector<data::Block> &bands, CogSpec spec)
    {
        spec.grid = {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 20, bands[0].width, bands[0].height};
        std::vector<data::Statistics> statistics;
        for (std::size_t i = 0; i < bands.size(); ++i) {
            statistics.push_back(statisticsOf(bands[i]));
            spec.bands.append(QStringLiteral("band %1").arg(i + 1));
        }
        const auto tile = [&](int column, int row) {
            constexpr int side = CogPyramid::tileSize;
            const int w = std::min(side, bands[0].width - column * side);
            const int h = std::min(side, bands[0].height - row * side);
            return pixels(static_cast<int>(bands.size()), w, h, [&](int x, int y, int band) {
                return bands[static_cast<std::size_t>(band)].at(column * side + x, row * side + y);
            });
        };
        const auto made = writeCog(path("cog.tif"), spec, tile, m_pool,
                                   {{QStringLiteral("ASTRA_RECIPE"), QStringLiteral("{\"operation\":\"stack\"}")},
                                    {QStringLiteral("ASTRA_NOTES"), QStringLiteral("für später")}},
                                   statistics);
        QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    }
    void makeCog(int bands, bool holes = true)
    {
        write(pixels(bands, width, height,
                     [&](int x, int y, int band) {
                         const float value = valueAt(x, y, band);
                         return holes || !std::isnan(value) ? value : 0.3F;
                     }),
              {});
    }
    void makeClasses()
    {
        CogSpec spec;
        spec.type = SampleType::UInt8;
        spec.nodata = 255;
        spec.overviews = OverviewMethod::Nearest;
        spec.colours = {{240, 240, 240, 255}, {0, 158, 115, 255}, {213, 94, 0, 255}, {204, 121, 167, 255}};
        write(pixels(1, 600, 520,
                     [](int x, int y, int) {
                         return x < 30 ? data::Block::nodata : static_cast<float>((x / 10 + y / 20) % 4);
                     }),
              spec);
    }

    std::unique_ptr<QTemporaryDir> m_folder;
    QThreadPool m_pool;
};

QTEST_GUILESS_MAIN(tst_Export)
#include "tst_export.moc"
