// SPDX-License-Identifier: Apache-2.0

// Change and composite from files to files.

#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/expected.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <gdal_priv.h>

#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

/// One band of a written file, NaN where it says that there is no data.
std::vector<float> pixels(const QString &path, int band = 1)
{
    raster::initialise();
    const std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
    if (!file || band > file->GetRasterCount())
        return {};
    const int width = file->GetRasterXSize();
    const int height = file->GetRasterYSize();
    std::vector<float> values(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
    GDALRasterBand *raster = file->GetRasterBand(band);
    if (raster->RasterIO(GF_Read, 0, 0, width, height, values.data(), width, height, GDT_Float32, 0, 0, nullptr)
        != CE_None)
        return {};
    int has = 0;
    const auto nodata = static_cast<float>(raster->GetNoDataValue(&has));
    for (float &v : values)
        v = has != 0 && v == nodata ? data::Block::nodata : v;
    return values;
}

qint64 count(const std::vector<float> &values, float value) { return std::count(values.begin(), values.end(), value); }

bool contains(const QStringList &texts, const char *part)
{
    return texts.join(u'\n').contains(QLatin1String(part), Qt::CaseInsensitive);
}

const Json *rowOf(const Json &tables, int value)
{
    for (const auto &row : tables.at(0).at("rows")) {
        if (row.at(0) == value)
            return &row;
    }
    return nullptr;
}

SceneFacts facts(const char *id, const QDate &day, const char *platform = "sentinel-2a")
{
    SceneFacts facts;
    facts.id = QString::fromLatin1(id);
    facts.platform = QString::fromLatin1(platform);
    facts.datetime = QDateTime(day, {10, 0}, Qt::UTC);
    return facts;
}

} // namespace

class tst_ManyScenes : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void init() { m_dir = std::make_unique<QTemporaryDir>(); }

    void change_twelveHectaresFromFiles()
    {
        test::SceneFiles scenes;
        pair(scenes);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.maskClouds = true;
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->files,
                 QStringList({m_dir->filePath(QStringLiteral("out_classes.tif")),
                              m_dir->filePath(QStringLiteral("out_areas.csv"))}));
        QFile csv(result->files[1]);
        QVERIFY(csv.open(QIODevice::ReadOnly));
        QVERIFY(csv.readAll().contains("\n2,Vegetation loss,1200,12.0,"));

        const Json *loss = rowOf(result->tables, 2);
        QVERIFY(loss);
        QCOMPARE(loss->at(2).get<int>(), 1200);
        QCOMPARE(loss->at(3).get<double>(), 12.0);
        const Json *masked = rowOf(result->tables, 255);
        QVERIFY(masked);
        QCOMPARE(masked->at(3).get<double>(), 100.0);
        QVERIFY2(contains(result->notes, "lies about 1.0 pixels off"), qPrintable(result->notes.join(u'\n')));
        QVERIFY(contains(result->notes, "4.17 % of what both scenes cover is masked"));

        const auto classes = pixels(result->files[0]);
        QCOMPARE(count(classes, 2), 1200);
        QCOMPARE(count(classes, 0), 600 * 400 - 1200 - 10'000);
        QCOMPARE(std::count_if(classes.begin(), classes.end(), [](float v) { return std::isnan(v); }), 10'000);
        const auto difference = pixels(out());
        QCOMPARE(difference.size(), classes.size());
        for (std::size_t i = 0; i < classes.size(); ++i)
            QCOMPARE(std::isnan(difference[i]), std::isnan(classes[i]));

        const std::unique_ptr<GDALDataset> file(GDALDataset::Open(result->files[0].toUtf8().constData()));
        QVERIFY(file);
        GDALRasterBand *band = file->GetRasterBand(1);
        QCOMPARE(band->GetRasterDataType(), GDT_Byte);
        QCOMPARE(band->GetNoDataValue(), 255.0);
        const GDALColorTable *colours = band->GetColorTable();
        QVERIFY(colours);
        const GDALColorEntry *vermilion = colours->GetColorEntry(2);
        QCOMPARE(vermilion->c1, short(0xd5));
        QCOMPARE(vermilion->c2, short(0x5e));
        QCOMPARE(vermilion->c3, short(0x00));
        QVERIFY(band->GetOverviewCount() > 0);
        // Overviews of classes are picked, never averaged: nothing but the classes is in them.
        GDALRasterBand *small = band->GetOverview(0);
        std::vector<std::uint8_t> values(static_cast<std::size_t>(small->GetXSize() * small->GetYSize()));
        QCOMPARE(small->RasterIO(GF_Read, 0, 0, small->GetXSize(), small->GetYSize(), values.data(), small->GetXSize(),
                                 small->GetYSize(), GDT_Byte, 0, 0, nullptr),
                 CE_None);
        for (const auto value : values)
            QVERIFY(value == 0 || value == 2 || value == 255);
    }

    void change_insideOfABox_onlyThatIsMeasured()
    {
        test::SceneFiles scenes;
        pair(scenes);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        // Some ground with the lower half of the harvested field, far from clouds.
        recipe.bbox = *boxAround(4303000, 3198000, 4304000, 3198600);
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const auto classes = pixels(result->files[0]);
        QCOMPARE(rowOf(result->tables, 2)->at(2).get<qint64>(), count(classes, 2));
        QVERIFY(count(classes, 2) > 300 && count(classes, 2) < 1200);
        QVERIFY(contains(result->notes, "clouds were not masked"));
    }

    void change_insideOfAPolygon_countsNothingOutside()
    {
        test::SceneFiles scenes;
        pair(scenes);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.maskClouds = true;
        // A triangle over cloud and most of the harvested field.
        const auto box = boxAround(4300000, 3196010, 4305990, 3199990);
        QVERIFY(box);
        recipe.area = {{QStringLiteral("triangle"),
                        {{{box->west, box->north}, {box->east, box->north}, {box->west, box->south}}}}};
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const auto classes = pixels(result->files[0]);
        qint64 told = 0;
        for (const int value : {0, 1, 2, 3, 4}) {
            const auto of = rowOf(result->tables, value)->at(2).get<qint64>();
            QCOMPARE(of, count(classes, static_cast<float>(value)));
            told += of;
        }
        QVERIFY(rowOf(result->tables, 2)->at(2).get<int>() > 100);
        const auto masked = rowOf(result->tables, 255)->at(2).get<qint64>();
        QVERIFY(masked > 100);
        // All pixels of the triangle, whose corners reach a little beyond the scene, and no other.
        const double inside = raster::areaKm2(recipe.area[0].rings) * 1e6 / 100;
        QVERIFY2(std::abs(static_cast<double>(told + masked) - inside) < 0.02 * inside,
                 qPrintable(QString::number(told + masked)));
        QVERIFY(told + masked < static_cast<qint64>(classes.size()) * 6 / 10);
    }

    void change_ofFullyMaskedScenes_isSaid()
    {
        test::SceneFiles scenes;
        pair(scenes, 9); // SCL: cloud all over
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.maskClouds = true;
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->statistics.valid, 0);
        QVERIFY2(contains(result->notes, "every pixel is masked"), qPrintable(result->notes.join(u'\n')));
    }

    void theNumberOfScenesIsChecked_data()
    {
        QTest::addColumn<QString>("operation");
        QTest::addColumn<int>("scenes");
        QTest::newRow("change of one") << QStringLiteral("change") << 1;
        QTest::newRow("change of three") << QStringLiteral("change") << 3;
        QTest::newRow("composite of one") << QStringLiteral("composite") << 1;
    }
    void theNumberOfScenesIsChecked()
    {
        QFETCH(QString, operation);
        QFETCH(int, scenes);
        test::SceneFiles files;
        for (int i = 0; i < scenes; ++i)
            files.add(facts("one", {2024, 6, 1}), {{QStringLiteral("red"), {}}, {QStringLiteral("nir"), {}}});
        data::Recipe recipe;
        recipe.operation = operation;
        const auto result = run(recipe, files, out(), m_pools, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidInput);
        QVERIFY(!QFileInfo::exists(out()));
    }

    void change_isCancelled()
    {
        test::SceneFiles scenes;
        pair(scenes);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        StopSource stop;
        const Progress progress(stop.get_token(), [&](double) { stop.request_stop(); });
        const auto result = run(recipe, scenes, out(), m_pools, progress);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        for (const auto &name : QDir(m_dir->path()).entryList(QDir::Files | QDir::Hidden))
            QVERIFY2(name.startsWith(QStringLiteral("in-")), qPrintable(name));
    }

    void composite_memoryDoesNotChangePixels()
    {
        test::SceneFiles scenes;
        std::mt19937 random(5);
        for (int scene = 0; scene < 7; ++scene) {
            const data::Grid grid {QStringLiteral("EPSG:32632"), 600000.0 + scene * 1000, 5000000, 10, 10, 700, 600};
            data::Block block(700, 600);
            for (float &v : block.values)
                v = random() % 5 == 0 ? data::Block::nodata : static_cast<float>(1 + random() % 9000);
            scenes.add(facts("of seven", QDate(2024, 6, 1).addDays(scene)),
                       {{QStringLiteral("nir"), write(QStringLiteral("seven-%1").arg(scene), grid, block)}});
        }
        for (const char *method : {"median", "mean", "best"}) {
            data::Recipe recipe;
            recipe.operation = QStringLiteral("composite");
            recipe.parameters = {{"method", method}};
            std::vector<std::vector<float>> all;
            for (const qint64 memory : {192LL << 20, 1LL << 20}) {
                RunOptions options;
                options.memory = memory;
                const auto result = run(recipe, scenes, out(), m_pools, {}, options);
                QVERIFY2(result, result ? "" : qPrintable(result.error().message));
                for (int band : {1, 2})
                    all.push_back(pixels(out(), band));
            }
            QCOMPARE(all[0].size(), std::size_t(1300 * 600)); // as far as all of them reach
            QCOMPARE(test::difference(all[2], all[0], 0), QString());
            QCOMPARE(test::difference(all[3], all[1], 0), QString());
        }
    }

    void bale_twoSensors()
    {
        if (test::sharedData().isEmpty())
            QSKIP("no shared data");
        const Json &wanted = test::expected("real").at("bale");
        const QString folder = test::sharedData() + QStringLiteral("/rasters/landsat-bale-167055-4dates/");
        const auto bands = [&](const char *name, int first, double nodata) {
            test::SceneFiles::Bands all;
            for (const char *band : {"green", "red", "nir", "swir16"}) {
                all[QString::fromLatin1(band)] = {
                    QStringLiteral("%1%2_B%3.TIF").arg(folder, QString::fromLatin1(name)).arg(first++),
                    1,
                    {1, 0, nodata, {}, {}}};
            }
            return all;
        };
        test::SceneFiles scenes;
        scenes.add(facts("LT05", {2000, 3, 9}, "landsat-5"), bands("LT05_L1TP_167055_20000309_20161214_01_T1", 2, 255));
        scenes.add(facts("LC08", {2017, 3, 8}, "landsat-8"),
                   bands("LC08_L1TP_167055_20170308_20170317_01_T1", 3, 65535));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("change");
        recipe.parameters = {{"threshold", wanted.at("threshold")}};
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QVERIFY(contains(result->notes, "Landsat TM and Landsat OLI"));
        QCOMPARE(test::difference(pixels(result->files[0]), test::floats(wanted.at("classes")), 0), QString());
        const auto all = pixels(out());
        std::vector<float> some;
        for (int y = 0; y < 101; y += 10) {
            for (int x = 0; x < 101; x += 10)
                some.push_back(all[static_cast<std::size_t>(y * 101 + x)]);
        }
        QCOMPARE(test::difference(some, test::floats(wanted.at("difference")), 1e-6F), QString());
        for (int i = 0; i < 5; ++i) {
            const Json &right = wanted.at("table").at(static_cast<std::size_t>(i));
            const Json *row = rowOf(result->tables, i);
            QVERIFY(row);
            QCOMPARE(row->at(2).get<qint64>(), right.at("pixels").get<qint64>());
            QVERIFY(std::abs(row->at(3).get<double>() - right.at("ha").get<double>()) < 1e-3);
        }
    }

    void newYork_medianOfGridsThatDiffer()
    {
        if (test::sharedData().isEmpty())
            QSKIP("no shared data");
        const Json &wanted = test::expected("real").at("new_york");
        const QString folder = test::sharedData() + QStringLiteral("/rasters/l8c1-newyork-19dates/");
        test::SceneFiles scenes;
        for (const auto &name : asStringList(wanted.at("scenes"))) {
            const auto band = [&](int number) {
                return test::SceneFiles::Band {
                    QStringLiteral("%1%2_B%3.TIF").arg(folder, name).arg(number), 1, {1, 0, 0.0, {}, {}}};
            };
            scenes.add(
                facts(qPrintable(name), QDate::fromString(name.right(8), QStringLiteral("yyyyMMdd")), "landsat-8"),
                {{QStringLiteral("red"), band(4)}, {QStringLiteral("nir"), band(5)}});
        }
        QVERIFY(scenes.count() >= 11);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("composite");
        recipe.parameters = {{"value", "NDVI"}};
        recipe.resampling = QStringLiteral("nearest");
        const auto result = run(recipe, scenes, out(), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const int width = wanted.at("width").get<int>();
        const int height = wanted.at("height").get<int>();
        for (const auto &[band, name, tolerance] : {std::tuple(1, "median", 1e-6F), std::tuple(2, "count", 0.0F)}) {
            const auto all = pixels(out(), band);
            QCOMPARE(all.size(), static_cast<std::size_t>(width * height));
            std::vector<float> some;
            for (int y = 0; y < height; y += 7) {
                for (int x = 0; x < width; x += 7)
                    some.push_back(all[static_cast<std::size_t>(y * width + x)]);
            }
            QCOMPARE(test::difference(some, test::floats(wanted.at(name)), tolerance), QString());
        }
    }

private:
    QString out() const { return m_dir->filePath(QStringLiteral("out.tif")); }

    static std::optional<data::GeoBox> boxAround(double left, double bottom, double right, double top)
    {
        const auto box = raster::boundsInDegrees({QStringLiteral("EPSG:3035"), left, top, 10, 10,
                                                  static_cast<int>((right - left) / 10),
                                                  static_cast<int>((top - bottom) / 10)});
        return box ? std::optional(*box) : std::nullopt;
    }

    test::SceneFiles::Band write(const QString &name, const data::Grid &grid, const data::Block &block,
                                 bool classes = false)
    {
        raster::CogSpec spec;
        spec.grid = grid;
        spec.type = classes ? raster::SampleType::UInt8 : raster::SampleType::UInt16;
        spec.nodata = 0;
        const QString path = m_dir->filePath(QStringLiteral("in-%1.tif").arg(name));
        if (!raster::writeCog(path, spec, block, m_pools.cpu))
            qWarning("%s was not written", qPrintable(path));
        data::Radiometry radiometry;
        if (!classes)
            radiometry = {0.0001, 0, 0.0, QStringLiteral("reflectance"), {}};
        return {path, 1, radiometry};
    }

    /// Fields of many brightnesses and one NDVI, 6 by 4 km in a projection true to area. Then 40 by 30 pixels are
    /// harvested, and as many under a cloud; everything lies a pixel to the right.
    void pair(test::SceneFiles &scenes, float everywhere = 4)
    {
        const data::Grid grid {QStringLiteral("EPSG:3035"), 4300000, 3200000, 10, 10, 600, 400};
        for (int scene = 0; scene < 2; ++scene) {
            test::SceneFiles::Bands bands;
            for (const auto &[name, level] : std::map<const char *, float> {
                     {"red", 400.0F}, {"nir", 4000.0F}, {"green", 600.0F}, {"swir16", 2000.0F}}) {
                data::Block block(600, 400);
                for (int y = 0; y < 400; ++y) {
                    for (int x = 0; x < 600; ++x) {
                        const int field = ((x + 10 - scene) / 13) * 131 + (y / 11) * 57;
                        block.values[static_cast<std::size_t>(y * 600 + x)] = level
                            * (1 + 0.05F * static_cast<float>(field % 7));
                    }
                }
                if (scene == 1 && QLatin1String(name) == QLatin1String("nir")) {
                    for (const auto &[left, top] : {std::pair(333, 123), std::pair(20, 310)}) {
                        for (int y = top; y < top + 30; ++y)
                            std::fill_n(block.values.begin() + y * 600 + left, 40, 1500.0F);
                    }
                }
                bands[QString::fromLatin1(name)] = write(QStringLiteral("%1-%2").arg(scene).arg(QLatin1String(name)),
                                                         grid, block);
            }
            data::Block scl(600, 400, everywhere);
            for (int y = 0; y < 50; ++y)
                std::fill_n(scl.values.begin() + (y + 300 * scene) * 600, 100, 9.0F);
            bands[QStringLiteral("scl")] = write(QStringLiteral("%1-scl").arg(scene), grid, scl, true);
            SceneFacts of = facts(scene == 0 ? "before" : "after", QDate(2023 + scene, 6, 10));
            of.mask = MaskKind::Scl;
            scenes.add(of, std::move(bands));
        }
    }

    Pools m_pools;
    std::unique_ptr<QTemporaryDir> m_dir;
};

QTEST_GUILESS_MAIN(tst_ManyScenes)
#include "tst_manyscenes.moc"
