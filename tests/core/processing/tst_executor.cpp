// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"
#include "tests/support/sanitized.h"
#include "tests/support/shareddata.h"

#include <QCryptographicHash>
#include <QDir>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include <gdal_priv.h>
#include <ogr_spatialref.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <cmath>
#include <csignal>

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

/// Several scenes out of files.
class Scenes : public SceneSet
{
public:
    explicit Scenes(std::vector<Files> scenes)
        : m_scenes(std::move(scenes))
    {
    }
    int count() const override { return static_cast<int>(m_scenes.size()); }
    SceneFacts facts(int scene) const override
    {
        auto facts = m_scenes[static_cast<size_t>(scene)].facts();
        facts.id = QStringLiteral("scene%1").arg(scene);
        facts.datetime = QDateTime(QDate(2024, 6, 1 + scene), QTime(10, 0), Qt::UTC);
        return facts;
    }
    Result<std::unique_ptr<InputReader>> open(int scene, const StopToken &) override
    {
        ++opened;
        return std::make_unique<Files>(m_scenes[static_cast<size_t>(scene)]);
    }
    Json identity(int scene) const override { return {{"id", scene}, {"copy", copy}}; }
    QStringList localFiles() const override { return files; }
    int copy = 0;
    std::atomic<int> opened {0};
    QStringList files;

private:
    std::vector<Files> m_scenes;
};

/// Bands of any size out of nothing; asks before each read, in the reader's thread, whether it fails.
class Endless : public InputReader
{
public:
    explicit Endless(int side, std::function<std::optional<Error>()> onRead = {})
        : m_grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, side, side}
        , m_onRead(std::move(onRead))
    {
    }
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
            if (m_owner->m_onRead) {
                if (auto error = m_owner->m_onRead())
                    return fail(std::move(*error));
            }
            return data::Block(window.width, window.height, 0.25F);
        }

    private:
        Endless *m_owner;
        data::Radiometry m_none;
    };
    data::Grid m_grid;
    std::function<std::optional<Error>()> m_onRead;
};

/// Bands that come as zeros which the file does not explain, the first so many times they are opened.
class Zeroing : public InputReader
{
public:
    using Zeros = BandReader::Zeros;
    explicit Zeroing(int bad, Zeros zeros = Zeros::Impossible)
        : m_bad(bad)
        , m_zeros(zeros)
    {
    }
    static SceneFacts facts() { return Endless(1).facts(); }
    std::atomic<int> disbelieved {0};
    Result<std::unique_ptr<BandReader>> band(const QString &) override
    {
        return std::make_unique<Reader>(*this, m_opened++ < m_bad);
    }

private:
    class Reader : public BandReader
    {
    public:
        Reader(Zeroing &owner, bool zero)
            : m_owner(owner)
            , m_zero(zero)
        {
        }
        const data::Grid &grid() const override { return m_grid; }
        const data::Radiometry &radiometry() const override { return m_none; }
        Result<data::Block> read(const data::Grid &window, raster::Resampling) override
        {
            return data::Block(window.width, window.height, m_zero ? 0.0F : 0.25F);
        }
        Zeros zeros() const override { return m_zero ? m_owner.m_zeros : Zeros::Explained; }
        void disbelieve() override { ++m_owner.disbelieved; }

    private:
        Zeroing &m_owner;
        bool m_zero;
        data::Grid m_grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, 100, 100};
        data::Radiometry m_none;
    };
    const int m_bad;
    const Zeros m_zeros;
    std::atomic<int> m_opened {0};
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

/// Some other language: every sentence of ours is in brackets.
class Brackets : public QTranslator
{
public:
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        return QByteArrayView(context).startsWith("astra::") ? QStringLiteral("[%1]").arg(QString::fromUtf8(source))
                                                             : QString();
    }
    bool isEmpty() const override { return false; }
};

/// The process's largest resident size since the last time it was forgotten, MB.
double peak()
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    for (const auto &line : status.readAll().split('\n')) {
        if (line.startsWith("VmHWM:"))
            return line.mid(6).simplified().split(' ').front().toDouble() / 1024;
    }
    return 0;
}
bool forgetPeak()
{
    QFile file(QStringLiteral("/proc/self/clear_refs"));
    return file.open(QIODevice::WriteOnly | QIODevice::Unbuffered) && file.write("5") == 1;
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

    /// What clouds hide is no dark ground, and no ground at all.
    void negativesUnderClouds_areNotCounted()
    {
        make("nir", 40, 10, [](int, int) { return 3000; });
        make("red", 40, 10, [](int x, int) { return x < 20 ? 400 : 2000; });
        make("scl", 20, 20, [](int x, int) { return x < 10 ? 9 : 4; });
        Files files;
        const data::Radiometry rule {0.0001, -0.1, 0.0, QStringLiteral("reflectance"), {}};
        files.add(QStringLiteral("nir"), file("nir"), rule);
        files.add(QStringLiteral("red"), file("red"), rule);
        files.add(QStringLiteral("scl"), file("scl"));
        const auto told = [](const Result<data::JobResult> &result) {
            return result->notes.join(u' ').contains(QStringLiteral("below zero"));
        };
        auto recipe = recipeFor("NDVI");
        const auto whole = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(whole && told(whole));
        recipe.maskClouds = true;
        const auto masked = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(masked && !told(masked));
    }

    /// Classes have no values in between: nearest, whatever operation reads them.
    void classes_areNeverBlended()
    {
        make("nir", 80, 10, [](int x, int y) { return 1000 + x + y; });
        make("scl", 40, 20, [](int x, int y) { return (x + y) % 2 ? 4 : 8; });
        Files files;
        files.add(QStringLiteral("nir"), file("nir"));
        files.add(QStringLiteral("scl"), file("scl"));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("expression");
        recipe.parameters = {{"expression", "where(scl == 4, nir, scl)"}};
        QVERIFY(runIn(recipe, files, out(), m_pools, {}));
        const auto values = pixels(out());
        QCOMPARE(values.size(), size_t(6400));
        for (int y = 0; y < 80; ++y) {
            for (int x = 0; x < 80; ++x)
                QCOMPARE(values[static_cast<size_t>(y * 80 + x)], (x / 2 + y / 2) % 2 ? 1000.0 + x + y : 8.0);
        }
        // In overviews, too, beside a band of values.
        make("red", 1200, 10, [](int, int) { return 1000; });
        make("scl2", 1200, 10, [](int x, int y) { return (x + y) % 2 ? 4 : 8; });
        Files fine;
        fine.add(QStringLiteral("red"), file("red"));
        fine.add(QStringLiteral("scl"), file("scl2"));
        recipe.operation = QStringLiteral("stack");
        recipe.parameters = {{"bands", {"red", "scl"}}};
        QVERIFY(runIn(recipe, fine, out(), m_pools, {}));
        const std::unique_ptr<GDALDataset> stack(GDALDataset::Open(out().toUtf8().constData()));
        QVERIFY(stack && stack->GetRasterBand(2)->GetOverviewCount() > 0);
        auto *overview = stack->GetRasterBand(2)->GetOverview(0);
        std::vector<double> small(600 * 600);
        QCOMPARE(overview->RasterIO(GF_Read, 0, 0, 600, 600, small.data(), 600, 600, GDT_Float64, 0, 0, nullptr),
                 CE_None);
        QVERIFY(std::all_of(small.begin(), small.end(), [](double v) { return v == 4 || v == 8; }));
    }

    /// A job begun in one language goes on in another.
    void language_isNoPartOfThePlan()
    {
        Scenes scenes({noise(), noise()});
        for (const char *operation : {"index", "composite", "change"}) {
            data::Recipe recipe = recipeFor("NDVI");
            recipe.operation = QString::fromLatin1(operation);
            if (recipe.operation != u"index")
                recipe.parameters = Json::object();
            Scenes one({noise()});
            Scenes &of = recipe.operation == u"index" ? one : scenes;
            if (recipe.operation == u"composite")
                recipe.parameters = {{"bands", {"red", "nir"}}};
            if (recipe.operation == u"change")
                recipe.parameters = {{"value", "NDVI"}};
            RunOptions options;
            options.part = m_dir->filePath(QStringLiteral(".part"));
            options.readers = 1;
            StopSource stop;
            int steps = 0;
            const Progress progress(stop.get_token(), [&](double) {
                if (++steps == 6)
                    stop.request_stop();
            });
            Brackets brackets;
            QVERIFY(QCoreApplication::installTranslator(&brackets));
            const auto cut = run(recipe, of, out(), m_pools, progress, options);
            QCoreApplication::removeTranslator(&brackets);
            QCOMPARE(cut.error().code, ErrorCode::Cancelled);
            const auto rest = run(recipe, of, out(), m_pools, {}, options);
            QVERIFY(rest);
            QVERIFY2(rest->tilesKept >= 3, operation);
            QVERIFY(QCoreApplication::installTranslator(&brackets));
            const auto other = run(recipe, of, file("other"), m_pools, {});
            QCoreApplication::removeTranslator(&brackets);
            QVERIFY(other);
            const auto infoOf = [](const QString &path) {
                data::RasterSource source;
                source.path = path;
                return raster::Dataset::open(source)->info();
            };
            const auto here = infoOf(out());
            const auto there = infoOf(file("other"));
            for (size_t band = 0; band < here.bands.size(); ++band)
                QCOMPARE(here.bands[band].description, there.bands[band].description);
            for (const char *tag : {"ASTRA_PLAN", "ASTRA_RADIOMETRY", "ASTRA_RAMP", "ASTRA_CLASSES"})
                QCOMPARE(here.metadataValue(QString::fromLatin1(tag)), there.metadataValue(QString::fromLatin1(tag)));
            QFile::remove(options.part);
        }
    }

    /// Without a name for its part, a run has no file that a kill could leave.
    void unnamedPart_isNoFile()
    {
        Scenes scenes({noise()});
        bool sawAny = false;
        int steps = 0;
        const Progress progress({}, [&](double f) {
            ++steps;
            sawAny = sawAny
                || (f < 0.97
                    && !QDir(m_dir->path())
                            .entryList({QStringLiteral(".*.part")}, QDir::Files | QDir::Hidden)
                            .isEmpty());
        });
        QVERIFY(run(recipeFor("NDVI"), scenes, out(), m_pools, progress));
        QVERIFY(steps > 5 && !sawAny);
    }

    void memory_staysUnderTheSetting()
    {
        if (test::sanitized)
            QSKIP("a sanitizer's own memory cannot be told from ours");
        if (!forgetPeak())
            QSKIP("this system does not forget the peak of resident memory");
        constexpr double setting = 96;
        // Beside tiles under way: open overviews (16 bands of 1 MB, two or three a level), what waits for the disk, and
        // the codecs of every thread.
        constexpr double constant = 160;
        Endless inputs(6000);
        auto facts = inputs.facts();
        facts.bands.clear();
        Json names = Json::array();
        for (int i = 0; i < 16; ++i) {
            facts.bands << QStringLiteral("b%1").arg(i);
            names.push_back(toStd(facts.bands.back()));
        }
        SingleScene scenes(inputs, facts);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("stack");
        recipe.parameters = {{"bands", names}};
        RunOptions options;
        options.memory = static_cast<qint64>(setting) << 20;
        const double before = peak();
        QVERIFY(run(recipe, scenes, out(), m_pools, {}, options));
        const double used = peak() - before;
        qInfo("16 bands took %.0f MB", used);
        QVERIFY2(used < setting + constant, qPrintable(QString::number(used)));
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
        Endless inputs(20000, [&]() -> std::optional<Error> {
            if (++reads == 30) {
                clock.start();
                stop.request_stop();
            }
            return {};
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
        std::atomic<int> reads {0};
        const Error lost {ErrorCode::Network, QStringLiteral("cut off"), {}, true};
        Endless inputs(3000, [&]() -> std::optional<Error> {
            if (++reads >= 9)
                return lost;
            return {};
        });
        const auto result = runIn(recipeFor("NDVI"), inputs, out(), m_pools, {});
        QCOMPARE(result.error(), lost);
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    /// The same bytes, whatever the memory, the number of readers and where it was cut off; and nothing done twice.
    void cutOff_goesOnWithWhatIsMissing()
    {
        Scenes scenes({noise()});
        const auto once = run(recipeFor("NDVI"), scenes, file("once"), m_pools, {});
        QVERIFY(once);
        QCOMPARE(once->tilesComputed, qint64(16));
        QCOMPARE(once->reads.windows, qint64(32));
        RunOptions few;
        few.memory = 1 << 20;
        few.readers = 7;
        QVERIFY(run(recipeFor("NDVI"), scenes, file("few"), m_pools, {}, few));
        QCOMPARE(hashOf(file("few")), hashOf(file("once")));

        RunOptions options;
        options.part = m_dir->filePath(QStringLiteral(".part"));
        options.readers = 1;
        qint64 kept = 0;
        int runs = 0;
        while (runs < 20) {
            ++runs;
            StopSource stop;
            std::vector<double> seen;
            const Progress progress(stop.get_token(), [&](double f) {
                seen.push_back(f);
                if (seen.size() >= 4)
                    stop.request_stop(); // after three more tiles
            });
            const auto result = run(recipeFor("NDVI"), scenes, out(), m_pools, progress, options);
            QVERIFY(std::is_sorted(seen.begin(), seen.end()));
            QVERIFY(seen.front() >= 0.97 * static_cast<double>(kept) / 16 - 1e-9); // begins where it was
            if (result) {
                QCOMPARE(result->tilesKept + result->tilesComputed, qint64(16));
                QVERIFY(result->tilesKept >= kept);
                QCOMPARE(result->reads.windows, 2 * result->tilesComputed); // none of the kept ones was read
                QCOMPARE(result->statistics, once->statistics);
                break;
            }
            QCOMPARE(result.error().code, ErrorCode::Cancelled);
            QVERIFY(QFile::exists(options.part) && !QFile::exists(out()));
            kept += 3;
        }
        QVERIFY(runs > 2 && runs < 20);
        QCOMPARE(hashOf(out()), hashOf(file("once")));
        // Killed here, before anybody has put down that it is done: nothing is computed again.
        QVERIFY(QFile::exists(options.part));
        const auto again = run(recipeFor("NDVI"), scenes, out(), m_pools, {}, options);
        QVERIFY(again);
        QCOMPARE(again->tilesComputed, qint64(0));
        QCOMPARE(hashOf(out()), hashOf(file("once")));
    }

    void otherPlan_keepsNothing()
    {
        Scenes scenes({noise()});
        RunOptions options;
        options.part = m_dir->filePath(QStringLiteral(".part"));
        StopSource stop;
        int steps = 0;
        const Progress progress(stop.get_token(), [&](double) {
            if (++steps == 6)
                stop.request_stop();
        });
        QVERIFY(!run(recipeFor("NDVI"), scenes, out(), m_pools, progress, options));
        scenes.copy = 1; // another copy of the scene: never mixed with the first
        const auto other = run(recipeFor("NDVI"), scenes, out(), m_pools, {}, options);
        QVERIFY(other);
        QCOMPARE(other->tilesKept, qint64(0));
    }

    void cancel_isQuick_alsoInALongKernel()
    {
        // 24 scenes: much is under way at any time.
        std::vector<Files> many(24, noise());
        Scenes scenes(std::move(many));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("composite");
        recipe.parameters = {{"method", "median"}, {"bands", {"nir", "red"}}};
        StopSource stop;
        QElapsedTimer clock;
        int steps = 0;
        const Progress progress(stop.get_token(), [&](double) {
            if (++steps == 3) {
                clock.start();
                stop.request_stop();
            }
        });
        const auto result = run(recipe, scenes, out(), m_pools, progress);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed()))); // 200 ms on a quiet machine
        QVERIFY(QDir(m_dir->path())
                    .entryList({QStringLiteral("out*"), QStringLiteral(".*")}, QDir::Files | QDir::Hidden)
                    .isEmpty());
    }

    void severalFiles_andTables()
    {
        make("nir", 600, 10, [](int x, int y) { return x < 300 && y < 300 ? 4000 : 2000; });
        make("red", 600, 10, [](int, int) { return 1000; });
        make("green", 600, 10, [](int, int) { return 1000; });
        make("nir2", 600, 10, [](int, int) { return 2000; });
        Files before;
        Files after;
        for (Files *of : {&before, &after}) {
            of->add(QStringLiteral("red"), file("red"));
            of->add(QStringLiteral("green"), file("green"));
        }
        before.add(QStringLiteral("nir"), file("nir"));
        after.add(QStringLiteral("nir"), file("nir2"));
        Scenes scenes({before, after});
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.parameters = Json::object();
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY(result);
        const QString classes = m_dir->filePath(QStringLiteral("out_classes.tif"));
        QVERIFY(result->files.contains(classes));
        const auto difference = pixels(out());
        const auto of = pixels(classes);
        QVERIFY(difference.size() == 360000 && of.size() == 360000);
        for (int y = 0; y < 600; ++y) {
            for (int x = 0; x < 600; ++x) {
                const bool changed = x < 300 && y < 300;
                const auto i = static_cast<size_t>(y * 600 + x);
                QVERIFY(std::abs(difference[i] - (changed ? 1.0 / 3 - 0.6 : 0.0)) < 1e-6);
                QVERIFY((of[i] != 0) == changed);
            }
        }
        QVERIFY(result->tables.is_array() && !result->tables.empty());
        QVERIFY(std::any_of(result->files.begin(), result->files.end(),
                            [](const QString &path) { return path.endsWith(u".csv") && QFile::exists(path); }));
        // One scene is not enough.
        Scenes one({before});
        QCOMPARE(run(recipe, one, file("x"), m_pools, {}).error().code, ErrorCode::InvalidInput);
    }

    void areas_cutAndSpareReads()
    {
        Scenes scenes({noise()}); // 2000 pixels of 10 m a side
        auto recipe = recipeFor("NDVI");
        const data::Grid grid {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, 2000, 2000};
        const auto whole = raster::boundsInDegrees(grid);
        QVERIFY(whole);
        const auto near = raster::boundsInDegrees(raster::windowOf(grid, 100, 100, 50, 40));
        const auto far = raster::boundsInDegrees(raster::windowOf(grid, 1800, 1900, 60, 50));
        QVERIFY(near && far);
        recipe.area = {{QStringLiteral("a"), near->rings()}, {QStringLiteral("b"), far->rings()}};
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY(result);
        int width = 0;
        const auto values = pixels(out(), &width);
        const auto height = static_cast<int>(values.size()) / width;
        QVERIFY(width >= 1760 && width <= 1775 && height >= 1850 && height <= 1865);
        qint64 valid = 0;
        for (const double v : values)
            valid += !std::isnan(v);
        QVERIFY(std::abs(static_cast<double>(valid) - (50 * 40 + 60 * 50)) < 300); // boxes in degrees are not upright
        QCOMPARE(result->statistics.valid, valid);
        QCOMPARE(result->reads.windows, qint64(2 * 2)); // two tiles of sixteen
        const auto cost = estimate(recipe, scenes, {});
        const auto all = estimate(recipeFor("NDVI"), scenes, {});
        QVERIFY(cost && all);
        QVERIFY(cost->exact && cost->bytes > 0 && cost->bytes < all->bytes);
        QCOMPARE(all->requests, qint64(0)); // nothing remote
        const qint64 files = QFileInfo(file("nir0")).size() + QFileInfo(file("red0")).size();
        QVERIFY(all->bytes > files / 2 && all->bytes < files * 1.1); // the files' own overviews are not read
    }

    void grids_ofSeveralScenes()
    {
        // Two scenes, shifted by 1.5 pixels against each other; nearest keeps the numbers.
        make("a", 300, 10, [](int x, int y) { return 1000 + x + y; });
        make(
            "b", 300, 10, [](int x, int y) { return 5000 + x + y; }, 15, -10);
        Files first;
        Files second;
        first.add(QStringLiteral("nir"), file("a"));
        second.add(QStringLiteral("nir"), file("b"));
        Scenes scenes({first, second});
        data::Recipe recipe;
        recipe.operation = QStringLiteral("composite");
        recipe.parameters = {{"method", "mean"}, {"bands", {"nir"}}};
        recipe.resampling = QStringLiteral("nearest");
        QVERIFY(run(recipe, scenes, out(), m_pools, {}));
        int width = 0;
        const auto values = pixels(out(), &width);
        QCOMPARE(width, 302); // the union, on the first one's pixels
        // Target (10, 10) is a(10, 10); its centre lies at 8.5 pixels of b, which takes column 9 from there on: floor.
        const double b = 5000 + std::floor(10.5 - 1.5) + (10 - 1);
        QCOMPARE(values[static_cast<size_t>(10 * width + 10)], (1000 + 10 + 10 + b) / 2);
        QCOMPARE(values[0], 1000.0); // only the first one is there
    }

    void infinities_areNoData()
    {
        const float inf = std::numeric_limits<float>::infinity();
        data::Block block(64, 64, 0.5F);
        block.values[5] = inf;
        block.values[6] = -inf;
        raster::CogSpec spec;
        spec.grid = {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, 64, 64};
        QVERIFY(raster::writeCog(file("nir"), spec, block, m_pools.cpu));
        Files files;
        files.add(QStringLiteral("nir"), file("nir"));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("expression");
        recipe.parameters = {{"expression", "1 / nir"}};
        const auto result = runIn(recipe, files, out(), m_pools, {});
        QVERIFY(result);
        const auto values = pixels(out());
        QVERIFY(std::isnan(values[5]) && std::isnan(values[6]));
        QCOMPARE(values[7], 2.0);
        QCOMPARE(result->statistics.maximum, 2.0);
    }

    void resultInPlaceOfAnInput_isRefused()
    {
        Scenes scenes({noise()});
        scenes.files = QStringList {file("nir0"), file("red0")};
        const auto before = hashOf(file("nir0"));
        const auto result = run(
            recipeFor("NDVI"), scenes,
            m_dir->filePath(QStringLiteral("../%1/nir0.tif").arg(QFileInfo(m_dir->path()).fileName())), m_pools, {});
        QVERIFY(!result && result.error().code == ErrorCode::InvalidInput);
        QCOMPARE(hashOf(file("nir0")), before);
        QFile::link(file("nir0"), file("link"));
        QVERIFY(!run(recipeFor("NDVI"), scenes, file("link"), m_pools, {}));
    }

    /// Nor any file that stands beside the result.
    void fileBesideInPlaceOfAnInput_isRefused()
    {
        make("nir", 32, 10, [](int, int) { return 4000; });
        make("red", 32, 10, [](int, int) { return 1000; });
        QVERIFY(QFile::copy(file("nir"), file("a_classes")));
        Files before;
        Files after;
        before.add(QStringLiteral("nir"), file("a_classes"));
        before.add(QStringLiteral("red"), file("red"));
        after.add(QStringLiteral("nir"), file("nir"));
        after.add(QStringLiteral("red"), file("red"));
        Scenes scenes({before, after});
        scenes.files = QStringList {file("a_classes"), file("red"), file("nir")};
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.parameters = {{"value", "NDVI"}};
        const auto kept = hashOf(file("a_classes"));
        const auto result = run(recipe, scenes, file("a"), m_pools, {});
        QVERIFY(!result && result.error().code == ErrorCode::InvalidInput);
        QVERIFY(result.error().message.contains(u"a_classes"));
        QCOMPARE(hashOf(file("a_classes")), kept);
        QVERIFY(!QFile::exists(file("a")));
    }

    void badFiles_areErrorsAndLeaveNothing()
    {
        Scenes scenes({noise()});
        const auto listing = [this] {
            return QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden | QDir::System);
        };
        // Cut off in the middle: the table promises tiles that are not there.
        QFile nir(file("nir0"));
        QVERIFY(nir.open(QIODevice::ReadWrite));
        const QByteArray whole = nir.readAll();
        QVERIFY(nir.resize(nir.size() / 2));
        nir.close();
        const auto before = listing();
        const auto truncated = run(recipeFor("NDVI"), scenes, out(), m_pools, {});
        QVERIFY(!truncated && truncated.error().code != ErrorCode::Internal);
        QCOMPARE(listing(), before);
        // Bytes turned over inside a tile.
        QByteArray corrupt = whole;
        for (qsizetype i = corrupt.size() - 60000; i < corrupt.size() - 40000; ++i)
            corrupt[i] = static_cast<char>(~corrupt[i]);
        QVERIFY(nir.open(QIODevice::WriteOnly));
        nir.write(corrupt);
        nir.close();
        const auto broken = run(recipeFor("NDVI"), scenes, out(), m_pools, {});
        QVERIFY(!broken && broken.error().code != ErrorCode::Internal);
        QCOMPARE(listing(), before);
        // A full disk, for which a limit on file size stands in.
        QVERIFY(nir.open(QIODevice::WriteOnly));
        nir.write(whole);
        nir.close();
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        rlimit small = old;
        small.rlim_cur = 100000;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto full = run(recipeFor("NDVI"), scenes, out(), m_pools, {});
        setrlimit(RLIMIT_FSIZE, &old);
        QVERIFY(!full);
        QCOMPARE(full.error().code, ErrorCode::Storage);
        QCOMPARE(listing(), before);
    }

    void folderThatIsReadOnly_isTold()
    {
        if (::geteuid() == 0) {
            // Root may write anywhere but into what is no folder.
            Scenes scenes({noise()});
            const auto result = run(recipeFor("NDVI"), scenes, QStringLiteral("/proc/astra/out.tif"), m_pools, {});
            QVERIFY(!result);
            QCOMPARE(result.error().code, ErrorCode::Storage);
            return;
        }
        Scenes scenes({noise()});
        QDir(m_dir->path()).mkdir(QStringLiteral("ro"));
        const QString folder = m_dir->filePath(QStringLiteral("ro"));
        QVERIFY(QFile::setPermissions(folder, QFile::ReadOwner | QFile::ExeOwner));
        const auto result = run(recipeFor("NDVI"), scenes, folder + QStringLiteral("/out.tif"), m_pools, {});
        QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Storage);
    }

    void zerosThatTheFileDoesNotExplain_areReadAgainThenFail()
    {
        Zeroing once(2); // nir and red, as the run opens them; opened anew both are whole
        RunOptions one;
        one.readers = 1;
        const auto mended = runIn(recipeFor("NDVI"), once, out(), m_pools, {}, one);
        QVERIFY(mended);
        QCOMPARE(mended->statistics.valid, qint64(10000));
        QCOMPARE(mended->reads.retries.size(), size_t(2));
        QCOMPARE(once.disbelieved.load(), 0);
        QFile::remove(out());
        Zeroing always(1000);
        const auto lost = runIn(recipeFor("NDVI"), always, out(), m_pools, {}, one);
        QVERIFY(!lost);
        QVERIFY(lost.error().message.contains(u"zeros"));
        QVERIFY(always.disbelieved > 0); // another copy of the scene may be tried
        QVERIFY(QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden).isEmpty());
    }

    /// What a network brought may be zeros by right: it is asked for again, and a retry is told of only where something
    /// else came then.
    void zerosThatNobodyCanJudge()
    {
        RunOptions one;
        one.readers = 1;
        Zeroing once(2, BandReader::Zeros::Doubtful);
        const auto mended = runIn(recipeFor("NDVI"), once, out(), m_pools, {}, one);
        QVERIFY(mended);
        QCOMPARE(mended->reads.retries.size(), size_t(2));
        QFile::remove(out());
        Zeroing always(1000, BandReader::Zeros::Doubtful);
        const auto believed = runIn(recipeFor("NDVI"), always, out(), m_pools, {}, one);
        QVERIFY(believed);
        QVERIFY(believed->reads.retries.empty());
        QCOMPARE(always.disbelieved.load(), 0);
    }

    /// Zeros that stand in the file are no reason to read it again, and so there is no retry to tell of.
    void storedZeros_areNoRetry()
    {
        raster::initialise();
        const auto plain = [this](const char *name, GByte value) {
            const std::array<const char *, 4> options {"TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", nullptr};
            std::unique_ptr<GDALDataset> file0(GetGDALDriverManager()->GetDriverByName("GTiff")->Create(
                file(name).toUtf8().constData(), 600, 600, 1, GDT_Byte, const_cast<char **>(options.data())));
            std::array<double, 6> transform {500000, 10, 0, 5000000, 0, -10};
            file0->SetGeoTransform(transform.data());
            OGRSpatialReference reference;
            reference.importFromEPSG(32631);
            file0->SetSpatialRef(&reference);
            std::vector<GByte> bytes(360000, value);
            QCOMPARE(file0->GetRasterBand(1)->RasterIO(GF_Write, 0, 0, 600, 600, bytes.data(), 600, 600, GDT_Byte, 0, 0,
                                                       nullptr),
                     CE_None);
        };
        plain("nir", 0);
        plain("red", 7);
        Files files;
        files.add(QStringLiteral("nir"), file("nir"));
        files.add(QStringLiteral("red"), file("red"));
        const auto result = runIn(recipeFor("NDVI"), files, out(), m_pools, {});
        QVERIFY(result);
        QVERIFY(result->reads.retries.empty());
        QCOMPARE(result->statistics.mean, -1.0);
    }

    void sameInput_sameBytes_andTags()
    {
        Scenes scenes({noise()});
        RunOptions options;
        options.software = QStringLiteral("Astra 9.9");
        QVERIFY(run(recipeFor("NDVI"), scenes, file("x1"), m_pools, {}, options));
        QVERIFY(run(recipeFor("NDVI"), scenes, file("x2"), m_pools, {}, options));
        QCOMPARE(hashOf(file("x1")), hashOf(file("x2")));
        data::RasterSource source;
        source.path = file("x1");
        const auto info = raster::Dataset::open(source)->info();
        const auto tag = [&](const char *name) { return info.metadataValue(QString::fromLatin1(name)); };
        QVERIFY(tag("ASTRA_SOFTWARE").startsWith(u"Astra 9.9, GDAL "));
        const auto inputs = parseJson(tag("ASTRA_INPUTS").toUtf8());
        QVERIFY(inputs && inputs->size() == 1);
        QCOMPARE(listAt((*inputs)[0], "bands").size(), size_t(2));
        QCOMPARE(tag("ASTRA_PLAN").size(), 64);
        const auto ramp = parseJson(tag("ASTRA_RAMP").toUtf8());
        QVERIFY(ramp && stringAt((*ramp)[0], "band") == u"NDVI" && numberAt((*ramp)[0], "high"));
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
    static QByteArray hashOf(const QString &path)
    {
        QFile file(path);
        return file.open(QIODevice::ReadOnly)
            ? QCryptographicHash::hash(file.readAll(), QCryptographicHash::Sha256).toHex()
            : QByteArray();
    }
    /// 2000 × 2000 pixels that do not compress to nothing; written once, each test has a copy.
    Files noise()
    {
        quint32 seed = 7;
        const auto next = [&seed](int, int) {
            seed = seed * 1664525U + 1013904223U;
            return 1000 + static_cast<int>(seed >> 20);
        };
        Files files;
        for (const char *name : {"nir0", "red0"}) {
            const QString kept = m_kept.filePath(QString::fromLatin1(name));
            if (!QFile::exists(kept)) {
                make(name, 2000, 10, next);
                QFile::copy(file(name), kept);
            } else {
                QFile::copy(kept, file(name));
            }
            files.add(QString::fromLatin1(name).left(3), file(name));
        }
        return files;
    }
    void make(const char *name, int side, double pixel, const std::function<int(int, int)> &value, double east = 0,
              double north = 0)
    {
        data::Block block(side, side);
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x)
                block.values[static_cast<size_t>(y * side + x)] = static_cast<float>(value(x, y));
        }
        raster::CogSpec spec;
        spec.grid = {QStringLiteral("EPSG:32631"), 500000 + east, 5000000 + north, pixel, pixel, side, side};
        spec.type = raster::SampleType::UInt16;
        const auto ok = raster::writeCog(file(name), spec, block, m_pools.cpu);
        Q_ASSERT(ok);
        Q_UNUSED(ok)
    }
    std::unique_ptr<QTemporaryDir> m_dir;
    QTemporaryDir m_kept;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_Executor)
#include "tst_executor.moc"
