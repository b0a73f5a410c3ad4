// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <gdal_priv.h>

#include <cmath>

using namespace astra;
using namespace astra::processing;

namespace {

/// Files by band name, each with its radiometry.
class Files : public InputReader
{
public:
    void add(const QString &name, const QString &path, data::Radiometry radiometry = {})
    {
        m_files.push_back({name, path, std::move(radiometry)});
    }
    Result<std::unique_ptr<BandReader>> band(const QString &name) override
    {
        for (const auto &file : m_files) {
            if (file.name != name)
                continue;
            data::RasterSource source;
            source.path = file.path;
            auto dataset = raster::Dataset::open(source);
            if (!dataset)
                return fail(dataset.error());
            return bandReader(std::move(*dataset), 1, file.radiometry);
        }
        return fail(ErrorCode::NotFound, QStringLiteral("no band ") + name);
    }

    SceneFacts facts() const
    {
        SceneFacts facts;
        facts.id = QStringLiteral("files");
        for (const auto &file : m_files)
            facts.bands << file.name;
        if (facts.bands.contains(QStringLiteral("scl")))
            facts.mask = MaskKind::Scl;
        else if (facts.bands.contains(QStringLiteral("qa_pixel")))
            facts.mask = MaskKind::QaPixel;
        return facts;
    }

private:
    struct File {
        QString name;
        QString path;
        data::Radiometry radiometry;
    };
    std::vector<File> m_files;
};

/// Bands of any size out of nothing; tells of each read.
class Endless : public InputReader
{
public:
    explicit Endless(int side, std::function<void()> onRead = {})
        : m_grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, side, side}
        , m_onRead(std::move(onRead))
    {
    }
    std::optional<Error> failing;
    SceneFacts facts() const
    {
        SceneFacts facts;
        facts.id = QStringLiteral("endless");
        facts.bands = QStringList {QStringLiteral("nir"), QStringLiteral("red")};
        return facts;
    }
    Result<std::unique_ptr<BandReader>> band(const QString &) override { return std::make_unique<Reader>(this); }

private:
    class Reader : public BandReader
    {
    public:
        explicit Reader(Endless *owner)
            : m_owner(owner)
        {
        }
        const data::Grid &grid() const override { return m_owner->m_grid; }
        const data::Radiometry &radiometry() const override { return m_none; }
        Result<data::Block> read(const data::Grid &window, raster::Resampling) override
        {
            if (m_owner->m_onRead)
                m_owner->m_onRead();
            if (m_owner->failing)
                return fail(*m_owner->failing);
            return data::Block(window.width, window.height, 0.25F);
        }

    private:
        Endless *m_owner;
        data::Radiometry m_none;
    };
    data::Grid m_grid;
    std::function<void()> m_onRead;
};

std::vector<double> pixels(const QString &path, int *width = nullptr)
{
    raster::initialise();
    const std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
    if (!file)
        return {};
    const int w = file->GetRasterXSize();
    const int h = file->GetRasterYSize();
    if (width)
        *width = w;
    std::vector<double> values(static_cast<size_t>(w) * static_cast<size_t>(h));
    const auto rc = file->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, w, h, values.data(), w, h, GDT_Float64, 0, 0,
                                                     nullptr);
    return rc == CE_None ? values : std::vector<double> {};
}

template<typename Reader>
Result<data::JobResult> runIn(const data::Recipe &recipe, Reader &reader, const QString &output, Pools &pools,
                              const Progress &progress, const RunOptions &options = {})
{
    SingleScene scenes(reader, reader.facts());
    return run(recipe, scenes, output, pools, progress, options);
}

data::Recipe recipeFor(const char *index)
{
    data::Recipe recipe;
    recipe.parameters = {{"index", index}};
    return recipe;
}

} // namespace

class tst_Executor : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void index_valuesStatisticsAndTags()
    {
        make("nir", 600, 10, [](int x, int y) { return 2000 + x + y; });
        make("red", 600, 10, [](int x, int y) { return x == 5 && y == 7 ? 0 : 1000 + 2 * x; });
        Files files;
        files.add(QStringLiteral("nir"), file("nir"), {0.0001, -0.1, 0.0, QStringLiteral("reflectance"), {}});
        files.add(QStringLiteral("red"), file("red"),
                  {0.0001, -0.1, 0.0, QStringLiteral("reflectance"), QStringLiteral("baseline 05.11")});
        RunOptions options;
        options.extra = [] { return std::vector {std::pair(QStringLiteral("X"), QStringLiteral("y"))}; };
        const auto result = runIn(recipeFor("NDVI"), files, out(), m_pools, {}, options);
        QVERIFY(result);
        const auto values = pixels(out());
        QCOMPARE(values.size(), size_t(360000));
        double sum = 0;
        double squares = 0;
        double least = 9;
        double most = -9;
        for (int y = 0; y < 600; ++y) {
            for (int x = 0; x < 600; ++x) {
                const double got = values[static_cast<size_t>(y * 600 + x)];
                if (x == 5 && y == 7) {
                    QVERIFY(std::isnan(got));
                    continue;
                }
                const double nir = (2000 + x + y - 1000) / 10000.0;
                const double red = (1000 + 2 * x - 1000) / 10000.0;
                const double ndvi = (nir - red) / (nir + red);
                QVERIFY(std::abs(got - ndvi) < 1e-5);
                sum += ndvi;
                squares += ndvi * ndvi;
                least = std::min(least, ndvi);
                most = std::max(most, ndvi);
            }
        }
        const auto &s = result->statistics;
        QCOMPARE(s.total, qint64(360000));
        QCOMPARE(s.valid, qint64(359999));
        const double mean = sum / 359999;
        QVERIFY(std::abs(s.mean - mean) < 1e-6);
        QVERIFY(std::abs(s.stddev - std::sqrt(squares / 359999 - mean * mean)) < 1e-5);
        QVERIFY(std::abs(s.minimum - least) < 1e-6 && std::abs(s.maximum - most) < 1e-6);
        QVERIFY(result->notes.contains(QStringLiteral("red: DN × 0.0001 − 0.1: baseline 05.11")));

        data::RasterSource source;
        source.path = out();
        const auto written = raster::Dataset::open(source);
        QVERIFY(written);
        const auto recipe = parseJson(written->info().metadataValue(QStringLiteral("ASTRA_RECIPE")).toUtf8());
        QVERIFY(recipe && data::Recipe::fromJson(*recipe));
        QCOMPARE(written->info().metadataValue(QStringLiteral("X")), QStringLiteral("y"));
        QCOMPARE(written->info().bands[0].description, QStringLiteral("NDVI = (nir - red) / (nir + red)"));
        QCOMPARE(written->info().overviews.size(), size_t(1));
    }

    void index_choosesTheFormula()
    {
        make("green", 8, 10, [](int, int) { return 3000; });
        make("nir", 8, 10, [](int, int) { return 1000; });
        Files files;
        files.add(QStringLiteral("green"), file("green"));
        files.add(QStringLiteral("nir"), file("nir"));
        QVERIFY(runIn(recipeFor("NDWI"), files, out(), m_pools, {}));
        for (const double v : pixels(out()))
            QVERIFY(std::abs(v - 0.5) < 1e-6);
        const auto missing = runIn(recipeFor("NDVI"), files, file("other"), m_pools, {});
        QCOMPARE(missing.error().code, ErrorCode::NotFound); // no red
    }

    void coarserBand_isBroughtToTheFinest()
    {
        make("nir08", 40, 20, [](int x, int) { return 1000 + 100 * x; });
        make("swir16", 80, 10, [](int, int) { return 1000; });
        Files files;
        files.add(QStringLiteral("nir08"), file("nir08"));
        files.add(QStringLiteral("swir16"), file("swir16"));
        QVERIFY(runIn(recipeFor("NDMI"), files, out(), m_pools, {}));
        int width = 0;
        const auto values = pixels(out(), &width);
        QCOMPARE(width, 80);
        for (int x = 2; x < 78; ++x) {
            const double nir = 1000 + 100 * ((x + 0.5) / 2 - 0.5);
            QVERIFY(std::abs(values[static_cast<size_t>(80 * 40 + x)] - (nir - 1000) / (nir + 1000)) < 1e-5);
        }
    }

    void bbox_cropsToWholePixels()
    {
        make("nir", 700, 10, [](int x, int y) { return 1000 + x + 3 * y; });
        make("red", 700, 10, [](int, int) { return 500; });
        Files files;
        files.add(QStringLiteral("nir"), file("nir"));
        files.add(QStringLiteral("red"), file("red"));
        // Around the pixels 101 … 149 across, 202 … 259 down, given in degrees.
        const auto box = raster::boundsInDegrees({QStringLiteral("EPSG:32631"), 501013, 4997977, 1, 1, 480, 570});
        QVERIFY(box);
        auto recipe = recipeFor("NDVI");
        recipe.bbox = *box;
        QVERIFY(runIn(recipe, files, out(), m_pools, {}));
        data::RasterSource source;
        source.path = out();
        const auto grid = raster::Dataset::open(source)->info().grid();
        QVERIFY(grid);
        const int left = static_cast<int>(std::lround((grid->originX - 500000) / 10));
        const int top = static_cast<int>(std::lround((5000000 - grid->originY) / 10));
        QVERIFY(left >= 100 && left <= 101 && top >= 201 && top <= 202);
        QVERIFY(grid->width >= 49 && grid->width <= 51 && grid->height >= 58 && grid->height <= 60);
        const double nir = 1000 + left + 3 + 3 * (top + 2);
        QVERIFY(std::abs(pixels(out())[static_cast<size_t>(2 * grid->width + 3)] - (nir - 500) / (nir + 500)) < 1e-5);
        recipe.bbox = data::GeoBox {100, 10, 101, 11};
        QCOMPARE(runIn(recipe, files, out(), m_pools, {}).error().code, ErrorCode::InvalidInput);
    }

    void mask_takesCloudsOut()
    {
        make("nir", 40, 10, [](int, int) { return 3000; });
        make("red", 40, 10, [](int, int) { return 1000; });
        make("scl", 20, 20, [](int x, int y) { return y == 3 ? 9 : x == 4 ? 0 : 4; });
        Files files;
        files.add(QStringLiteral("nir"), file("nir"));
        files.add(QStringLiteral("red"), file("red"));
        auto recipe = recipeFor("NDVI");
        recipe.maskClouds = true;
        QCOMPARE(runIn(recipe, files, out(), m_pools, {}).error().code,
                 ErrorCode::InvalidInput); // nothing to mask with
        files.add(QStringLiteral("scl"), file("scl"));
        const auto result = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(result);
        const auto values = pixels(out());
        for (int y = 0; y < 40; ++y) {
            for (int x = 0; x < 40; ++x)
                QCOMPARE(std::isnan(values[static_cast<size_t>(y * 40 + x)]), y / 2 == 3 || x / 2 == 4);
        }
        QCOMPARE(result->statistics.valid, qint64(40 * 40 - 2 * 40 - 2 * 38));
    }

    void offsetTakenOffTwice_isTold()
    {
        make("nir", 16, 10, [](int, int) { return 3000; });
        make("red", 16, 10, [](int, int) { return 400; }); // below 1000: the offset is gone already
        Files files;
        const data::Radiometry wrong {0.0001, -0.1, 0.0, QStringLiteral("reflectance"), {}};
        files.add(QStringLiteral("nir"), file("nir"), wrong);
        files.add(QStringLiteral("red"), file("red"), wrong);
        const auto result = runIn(recipeFor("NDVI"), files, out(), m_pools, {});
        QVERIFY(result);
        QVERIFY(result->notes.last().contains(QStringLiteral("below zero")));
    }

    void badParameters_areRefused()
    {
        Endless inputs(8);
        QCOMPARE(runIn(recipeFor("NOPE"), inputs, out(), m_pools, {}).error().code, ErrorCode::InvalidInput);
        auto recipe = recipeFor("NDVI");
        recipe.operation = QStringLiteral("nonsense");
        QCOMPARE(runIn(recipe, inputs, out(), m_pools, {}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(runIn(recipeFor("NDVI"), inputs, QStringLiteral("/no/such/place/a.tif"), m_pools, {}).error().code,
                 ErrorCode::Storage);
    }

    void progress_rises()
    {
        std::vector<double> seen;
        Endless inputs(1600);
        QVERIFY(runIn(recipeFor("NDVI"), inputs, out(), m_pools, Progress({}, [&](double f) { seen.push_back(f); })));
        QVERIFY(seen.size() >= 5 && std::is_sorted(seen.begin(), seen.end()));
        QCOMPARE(seen.back(), 1.0);
    }

    void cancelled_soonAndWithoutATrace()
    {
        StopSource stop;
        std::atomic<int> reads {0};
        QElapsedTimer clock;
        Endless inputs(20000, [&] {
            if (++reads == 30) {
                clock.start();
                stop.request_stop();
            }
        });
        const auto result = runIn(recipeFor("NDVI"), inputs, out(), m_pools, Progress(stop.get_token()));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QVERIFY(clock.elapsed() < 1000); // 200 ms in a release build; this one is not
        QVERIFY(reads < 40);
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void failedRead_leavesNothing()
    {
        int reads = 0;
        const Error lost {ErrorCode::Network, QStringLiteral("cut off"), {}, true};
        Endless *self = nullptr;
        Endless inputs(3000, [&] {
            if (++reads == 9)
                self->failing = lost;
        });
        self = &inputs;
        const auto result = runIn(recipeFor("NDVI"), inputs, out(), m_pools, {});
        QCOMPARE(result.error(), lost);
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    void realSentinel2_equalsADoubleLoop()
    {
        const QString folder = test::sharedData() + QStringLiteral("/rasters/s2-29RKH-20200219/");
        if (test::sharedData().isEmpty())
            QSKIP("no ../shared/data");
        Files files;
        const data::Radiometry old {0.0001, 0, 0.0, QStringLiteral("reflectance"), QStringLiteral("baseline 02.14")};
        files.add(QStringLiteral("nir"), folder + QStringLiteral("B08.tif"), old);
        files.add(QStringLiteral("red"), folder + QStringLiteral("B04.tif"), old);
        const auto result = runIn(recipeFor("NDVI"), files, out(), m_pools, {});
        QVERIFY(result);
        const auto nir = pixels(folder + QStringLiteral("B08.tif"));
        const auto red = pixels(folder + QStringLiteral("B04.tif"));
        const auto got = pixels(out());
        QCOMPARE(got.size(), nir.size());
        double sum = 0;
        qint64 valid = 0;
        for (size_t i = 0; i < got.size(); ++i) {
            if (nir[i] == 0 || red[i] == 0) {
                QVERIFY(std::isnan(got[i]));
                continue;
            }
            const double ndvi = (nir[i] - red[i]) / (nir[i] + red[i]);
            QVERIFY(std::abs(got[i] - ndvi) < 1e-6);
            sum += ndvi;
            ++valid;
        }
        QCOMPARE(result->statistics.valid, valid);
        QVERIFY(std::abs(result->statistics.mean - sum / static_cast<double>(valid)) < 1e-7);
    }

    void realLandsat_entirelyCloudy_leavesNothing()
    {
        const QString stem = test::sharedData()
            + QStringLiteral("/rasters/l8c2-001062-west/LC08_L2SP_001062_20201031_20201106_02_T2_");
        if (test::sharedData().isEmpty())
            QSKIP("no ../shared/data");
        Files files;
        const data::Radiometry sr {0.0000275, -0.2, 0.0, QStringLiteral("reflectance"), {}};
        files.add(QStringLiteral("nir"), stem + QStringLiteral("SR_B5.TIF"), sr);
        files.add(QStringLiteral("red"), stem + QStringLiteral("SR_B4.TIF"), sr);
        files.add(QStringLiteral("qa_pixel"), stem + QStringLiteral("QA_PIXEL.TIF"), {1, 0, 1.0, {}, {}});
        auto recipe = recipeFor("NDVI");
        const auto whole = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(whole);
        QVERIFY(whole->statistics.valid > 0);
        recipe.maskClouds = true;
        const auto masked = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(masked);
        QCOMPARE(masked->statistics.valid, qint64(0));
        QVERIFY(masked->notes.last().contains(QStringLiteral("No valid pixel")));
    }

private:
    QString file(const char *name) const { return m_dir->filePath(QString::fromLatin1(name) + QStringLiteral(".tif")); }
    QString out() const { return file("out"); }
    void make(const char *name, int side, double pixel, const std::function<int(int, int)> &value)
    {
        data::Block block(side, side);
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x)
                block.values[static_cast<size_t>(y * side + x)] = static_cast<float>(value(x, y));
        }
        raster::CogSpec spec;
        spec.grid = {QStringLiteral("EPSG:32631"), 500000, 5000000, pixel, pixel, side, side};
        spec.type = raster::SampleType::UInt16;
        const auto ok = raster::writeCog(file(name), spec, block, m_pools.cpu);
        Q_ASSERT(ok);
        Q_UNUSED(ok)
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_Executor)
#include "tst_executor.moc"
