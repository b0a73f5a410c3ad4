// SPDX-License-Identifier: Apache-2.0

// What was looked at is what is written: the values that a preview paints against those in a job's file, at full
// resolution and at an overview level against a job run on that level's grid.

#include "core/backends/local/sceneinputs.h"
#include "core/imagery/look.h"
#include "core/imagery/openscene.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "core/net/readcounter.h"
#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <gdal_priv.h>

#include <cmath>

using namespace astra;

namespace {

constexpr int side = 1200;
const data::Grid whole {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, side, side};

struct Pixels {
    data::Grid grid;
    std::vector<float> values;
};

Pixels fileValues(const QString &path)
{
    data::RasterSource source;
    source.path = path;
    auto file = raster::Dataset::open(source);
    if (!file)
        return {};
    Pixels pixels {*file->info().grid(), {}};
    pixels.values
        = file->read(1, {0, 0, pixels.grid.width, pixels.grid.height}, pixels.grid.width, pixels.grid.height)->values;
    return pixels;
}

} // namespace

class tst_PreviewEqualsJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        quint32 seed = 3;
        const auto noise = [&seed] {
            seed = seed * 1664525U + 1013904223U;
            return static_cast<int>(seed >> 22);
        };
        make("B08", 10, [&](int x, int y) { return x < 40 && y < 900 ? 0 : 2500 + noise() + x + y / 3; });
        make("B04", 10, [&](int x, int y) { return 1200 + noise() + (x * y) % 701; });
        make("B11", 20, [&](int x, int y) { return 1800 + noise() + x + y; });
        make("SCL", 20, [](int x, int y) { return (x - 200) * (x - 200) + (y - 150) * (y - 150) < 2500 ? 9 : 4; });
        m_scene.id = QStringLiteral("S2B_MSIL2A_20240601T100000_N0510_R022_T31TDK_20240601T120000");
        m_scene.provider = QStringLiteral("local");
        m_scene.collection = m_scene.product = QStringLiteral("sentinel-2-l2a");
        m_scene.platform = QStringLiteral("sentinel-2b");
        m_scene.baseline = QStringLiteral("05.10");
        m_scene.datetime = QDateTime(QDate(2024, 6, 1), QTime(10, 0), Qt::UTC);
        for (const auto &[native, common] :
             {std::pair("B08", "nir"), {"B04", "red"}, {"B11", "swir16"}, {"SCL", "scl"}}) {
            data::Asset asset;
            asset.key = QString::fromLatin1(common);
            asset.href = QUrl::fromLocalFile(file(native));
            data::Band band;
            band.name = QString::fromLatin1(native);
            band.commonName = QString::fromLatin1(common);
            asset.bands.push_back(band);
            m_scene.assets.push_back(asset);
        }
    }

    void equal_data()
    {
        QTest::addColumn<QString>("index");
        QTest::addColumn<bool>("masked");
        QTest::addColumn<double>("pixel"); // 0: full resolution
        for (const char *index : {"NDVI", "NDMI", "EVI2", "SAVI"}) {
            for (const bool masked : {false, true}) {
                for (const double pixel : {0.0, 20.0, 40.0}) {
                    QTest::addRow("%s%s at %g m", index, masked ? " masked" : "", pixel > 0 ? pixel : 10)
                        << QString::fromLatin1(index) << masked << pixel;
                }
            }
        }
    }
    void equal()
    {
        QFETCH(QString, index);
        QFETCH(bool, masked);
        QFETCH(double, pixel);
        data::Recipe recipe;
        recipe.parameters = {{"index", toStd(index)}};
        const auto seen = compare(m_scene, recipe, index.toLower(), masked, pixel);
        QCOMPARE(seen.wrong, QString());
        QCOMPARE(seen.grid.width, static_cast<int>(side * 10 / (pixel > 0 ? pixel : 10)));
        QVERIFY(seen.valid > static_cast<qint64>(seen.grid.width) * seen.grid.height / 2);
    }

    /// A formula that somebody typed, against the operation that takes one.
    void typedFormula_data()
    {
        QTest::addColumn<QString>("formula");
        QTest::addColumn<bool>("masked");
        QTest::addColumn<double>("pixel");
        for (const char *formula : {"(nir - red) / (nir + red + 0.3)", "swir16 / nir - 2 * red",
                                    "where(nir > 1.2 * red, sqrt(abs(swir16)), min(nir, red) - 0.5)"}) {
            for (const bool masked : {false, true}) {
                for (const double pixel : {0.0, 20.0, 40.0}) {
                    QTest::addRow("%s%s at %g m", formula, masked ? " masked" : "", pixel > 0 ? pixel : 10)
                        << QString::fromLatin1(formula) << masked << pixel;
                }
            }
        }
    }
    void typedFormula()
    {
        QFETCH(QString, formula);
        QFETCH(bool, masked);
        QFETCH(double, pixel);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("expression");
        recipe.parameters = {{"expression", toStd(formula)}};
        const auto seen = compare(m_scene, recipe, QStringLiteral("formula:") + formula, masked, pixel);
        QCOMPARE(seen.wrong, QString());
        QVERIFY(seen.valid > static_cast<qint64>(seen.grid.width) * seen.grid.height / 2);
    }

    /// Landsat 8 as it comes: QA_PIXEL, pixels that are not square, no overviews; and a copy that has some. Growing
    /// what is masked is a job's alone: the map masks as the file says. Nor are edges of masks of a file without
    /// overviews compared where its pixels are thinned: map and job then take different ones of those in a pixel.
    void landsat_data()
    {
        QTest::addColumn<bool>("formula");
        QTest::addColumn<bool>("masked");
        QTest::addColumn<QString>("files");
        QTest::addColumn<double>("pixel");
        for (const bool formula : {false, true}) {
            for (const bool masked : {false, true}) {
                for (const char *files : {"as they are", "with overviews", "with clearings"}) {
                    // Pixels measure 600.08 m by 600.85 m; the overviews' twice and four times as much.
                    for (const double pixel : {0.0, 1201.8, 2403.6}) {
                        QTest::addRow("%s%s, files %s, at %g m", formula ? "formula" : "NDVI", masked ? " masked" : "",
                                      files, pixel > 0 ? pixel : 600)
                            << formula << masked << QString::fromLatin1(files) << pixel;
                    }
                }
            }
        }
    }
    void landsat()
    {
        if (test::sharedData().isEmpty())
            QSKIP("the shared data does not lie beside the checkout");
        QFETCH(bool, formula);
        QFETCH(bool, masked);
        QFETCH(QString, files);
        QFETCH(double, pixel);
        QString folder = test::sharedData() + QStringLiteral("/rasters/l8c2-001062-west");
        if (files != u"as they are")
            folder = copied(folder, files == u"with clearings");
        const auto scene = library::openLocal(folder);
        QVERIFY2(scene, scene ? "" : qPrintable(scene.error().message));
        const auto typed = QStringLiteral("(nir - red) / (nir + red + 0.3)");
        data::Recipe recipe;
        recipe.operation = formula ? QStringLiteral("expression") : QStringLiteral("index");
        recipe.parameters = formula ? Json {{"expression", toStd(typed)}} : Json {{"index", "NDVI"}};
        const auto seen = compare(scene->best(), recipe,
                                  formula ? QStringLiteral("formula:") + typed : QStringLiteral("ndvi"), masked, pixel);
        QCOMPARE(seen.wrong, QString());
        if (pixel == 0) {
            QCOMPARE(seen.grid.width, 190);
            QCOMPARE(seen.grid.height, 386);
        }
        const auto all = static_cast<double>(seen.grid.width) * seen.grid.height;
        const double share = static_cast<double>(seen.valid) / all;
        // 51 429 of its 73 340 pixels have data. All of it is cloud; every other ten columns are clear where that is
        // what the copy says.
        if (!masked)
            QVERIFY2(share > 0.6 && share < 0.75, qPrintable(QString::number(share)));
        else if (files == u"with clearings")
            QVERIFY2(share > 0.3 && share < 0.4, qPrintable(QString::number(share)));
        else
            QCOMPARE(seen.valid, 0);
    }

private:
    struct Seen {
        QString wrong; ///< empty: both are the same
        data::Grid grid;
        qint64 valid = 0;
    };
    /// A job, and what the map would show on the job's grid, window by window, through its own reading and drawing.
    /// @param pixel 0: the scene's own
    Seen compare(const data::Scene &scene, data::Recipe recipe, const QString &styleId, bool masked, double pixel)
    {
        recipe.maskClouds = masked;
        if (pixel > 0)
            recipe.grid = data::Recipe::GridWish {{}, pixel};
        backends::SceneCopies scenes({scene}, nullptr, std::make_shared<net::ReadCounter>());
        const QString out = file("out");
        const auto result = processing::run(recipe, scenes, out, m_pools, {});
        if (!result)
            return {result.error().message, {}};
        const auto job = fileValues(out);
        auto style = imagery::styleNamed(styleId);
        if (!style)
            return {QStringLiteral("there is no style ") + styleId, {}};
        style->maskClouds = masked;
        const auto look = imagery::Look::of(scene, *style);
        if (!look)
            return {look.error().message, {}};
        if (look->mask.has_value() != masked)
            return {QStringLiteral("the map masks otherwise"), {}};
        imagery::OpenScene open(scene, nullptr);
        double worst = 0;
        Seen seen {{}, job.grid};
        constexpr int tile = 256;
        for (int y = 0; y < job.grid.height; y += tile) {
            for (int x = 0; x < job.grid.width; x += tile) {
                const auto window = raster::windowOf(job.grid, x, y, std::min(tile, job.grid.width - x),
                                                     std::min(tile, job.grid.height - y));
                std::vector<data::Block> blocks;
                for (const auto &band : look->bands) {
                    auto block = open.read(band, window, raster::Resampling::Bilinear, {});
                    if (!block)
                        return {block.error().message, {}};
                    blocks.push_back(std::move(*block));
                }
                const auto drawn = imagery::prepared(*look, std::move(blocks)).front();
                for (int j = 0; j < window.height; ++j) {
                    for (int i = 0; i < window.width; ++i) {
                        const float a = drawn.at(i, j);
                        const float b = job.values[static_cast<size_t>(y + j) * static_cast<size_t>(job.grid.width)
                                                   + static_cast<size_t>(x + i)];
                        if (std::isnan(a) != std::isnan(b)) {
                            seen.wrong = QStringLiteral("(%1, %2): %3 is shown, %4 is written")
                                             .arg(x + i)
                                             .arg(y + j)
                                             .arg(double(a))
                                             .arg(double(b));
                            return seen;
                        }
                        if (std::isnan(a))
                            continue;
                        worst = std::max(worst, static_cast<double>(std::abs(a - b)));
                        ++seen.valid;
                    }
                }
            }
        }
        if (worst > 1e-4)
            seen.wrong = QStringLiteral("they differ by %1").arg(worst);
        else if (result->statistics.valid != seen.valid)
            seen.wrong = QStringLiteral("%1 pixels are counted, not %2").arg(result->statistics.valid).arg(seen.valid);
        return seen;
    }
    /// The files of a scene with overviews. @param clearings ten columns of QA_PIXEL in twenty are clear
    QString copied(const QString &from, bool clearings)
    {
        QString to = m_dir.filePath(clearings ? QStringLiteral("clearings") : QStringLiteral("overviews"));
        if (QFileInfo::exists(to))
            return to;
        QDir().mkpath(to);
        for (const QString &name : QDir(from).entryList(QDir::Files)) {
            const QString path = to + u'/' + name;
            QFile::copy(from + u'/' + name, path);
            QFile::setPermissions(path, QFile::ReadOwner | QFile::WriteOwner);
            const std::unique_ptr<GDALDataset> file(
                GDALDataset::Open(path.toUtf8().constData(), GDAL_OF_RASTER | GDAL_OF_UPDATE));
            if (!file)
                continue;
            const bool isMask = name.contains(u"QA_PIXEL");
            if (isMask && clearings) {
                constexpr std::uint16_t clear = 21824;
                const std::vector<std::uint16_t> column(static_cast<size_t>(file->GetRasterYSize()), clear);
                for (int x = 0; x < file->GetRasterXSize(); ++x) {
                    if (x / 10 % 2 == 0
                        && file->GetRasterBand(1)->RasterIO(GF_Write, x, 0, 1, file->GetRasterYSize(),
                                                            const_cast<std::uint16_t *>(column.data()), 1,
                                                            file->GetRasterYSize(), GDT_UInt16, 0, 0, nullptr)
                            != CE_None)
                        return {};
                }
            }
            const std::array levels {2, 4};
            if (file->BuildOverviews(isMask ? "NEAREST" : "AVERAGE", 2, levels.data(), 0, nullptr, nullptr, nullptr)
                != CE_None)
                return {};
        }
        return to;
    }
    QString file(const char *name) const { return m_dir.filePath(QString::fromLatin1(name) + QStringLiteral(".tif")); }
    void make(const char *name, int pixel, const std::function<int(int, int)> &value)
    {
        const int size = side * 10 / pixel;
        data::Block block(size, size);
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x)
                block.values[static_cast<size_t>(y) * static_cast<size_t>(size) + static_cast<size_t>(x)]
                    = static_cast<float>(value(x, y));
        }
        raster::CogSpec spec;
        spec.grid = whole;
        spec.grid.pixelWidth = spec.grid.pixelHeight = pixel;
        spec.grid.width = spec.grid.height = size;
        spec.type = raster::SampleType::UInt16;
        if (qstrcmp(name, "SCL") == 0)
            spec.overviews = raster::OverviewMethod::Nearest;
        else
            spec.nodata = 0;
        QVERIFY(raster::writeCog(file(name), spec, block, m_pools.cpu));
    }

    QTemporaryDir m_dir;
    Pools m_pools;
    data::Scene m_scene;
};

QTEST_GUILESS_MAIN(tst_PreviewEqualsJob)
#include "tst_previewequalsjob.moc"
