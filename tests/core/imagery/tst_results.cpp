// SPDX-License-Identifier: Apache-2.0
// Results of jobs are drawn as their files say. What is right is read from the file by GDAL itself.
#include "core/imagery/preview.h"
#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "core/processing/executor.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/raster/gdalfiles.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace astra;
using imagery::Look;

namespace {

// Pixels are those of the map at zoom 14, so that what is drawn there is the file's pixel and no other.
constexpr int zoom = 14;
constexpr render::TileId corner {zoom, 8512, 5824};
constexpr int side = 2048;

using Colour = std::array<int, 4>;

Colour at(const data::Picture &picture, int x, int y)
{
    const auto *p = picture.rgba.data() + 4 * (std::ptrdiff_t(y) * picture.width + x);
    return {p[0], p[1], p[2], p[3]};
}

/// The colour table as GDAL reads it, transparent where the value is nodata.
struct Table {
    explicit Table(const QString &path)
    {
        const std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
        auto *band = file->GetRasterBand(1);
        overviews = band->GetOverviewCount();
        const int nodata = static_cast<int>(band->GetNoDataValue());
        const GDALColorTable *const table = band->GetColorTable();
        for (int i = 0; table && i < table->GetColorEntryCount(); ++i) {
            const GDALColorEntry *entry = table->GetColorEntry(i);
            colours.push_back(i == nodata ? Colour {} : Colour {entry->c1, entry->c2, entry->c3, 255});
        }
    }
    std::vector<Colour> colours;
    int overviews = 0;
};

double bandOf(bool after, int band, int x, int y)
{
    // Bands: red, nir, green, swir16, in hundredths of reflectance; what happens changes from patch to patch.
    if (x < 100 && y < 100)
        return 0; // nothing there
    const int what = (x / 37 + 3 * (y / 29)) % 5;
    const std::array<double, 4> meadow {5, 45, 8, 15};
    const std::array<double, 4> bare {20, 22, 15, 40};
    const std::array<double, 4> water {4, 2, 8, 1};
    const auto i = static_cast<std::size_t>(band);
    switch (what) {
    case 1:
        return (after ? meadow : bare)[i];
    case 2:
        return (after ? bare : meadow)[i];
    case 3:
        return (after ? water : meadow)[i];
    default:
        return meadow[i];
    }
}

} // namespace

class TestResults : public QObject
{
    Q_OBJECT

private:
    /// Files of bands in Web Mercator.
    [[nodiscard]] test::SceneFiles::Bands write(const QString &name, const QStringList &bands, int size,
                                                const QString &quantity,
                                                const std::function<double(int, int, int)> &value)
    {
        const data::Grid grid = raster::mercatorGrid(zoom, corner.x, corner.y, render::tileSize);
        test::SceneFiles::Bands files;
        for (qsizetype i = 0; i < bands.size(); ++i) {
            test::Made made;
            made.width = size;
            made.height = size;
            made.type = GDT_Byte;
            made.epsg = 3857;
            made.transform = {grid.originX, grid.pixelWidth, 0, grid.originY, 0, -grid.pixelHeight};
            made.nodata = 0;
            const QString path = m_folder.filePath(name + bands[i] + u".tif"_qs);
            test::makeTiff(path, made, [&](int x, int y, int) { return value(static_cast<int>(i), x, y); });
            files[bands[i]] = {path, 1, {quantity.isEmpty() ? 1 : 0.01, 0, 0.0, quantity, u"test"_qs}};
        }
        return files;
    }
    [[nodiscard]] static processing::SceneFacts facts(const QString &id)
    {
        processing::SceneFacts facts;
        facts.id = id;
        facts.platform = u"sentinel-2a"_qs;
        facts.datetime = QDateTime({2024, 6, 10}, {10, 30}, Qt::UTC);
        return facts;
    }
    [[nodiscard]] QString run(const char *operation, const Json &parameters, test::SceneFiles &scenes,
                              const QString &name)
    {
        data::Recipe recipe;
        recipe.operation = QString::fromLatin1(operation);
        recipe.parameters = parameters;
        const QString output = m_folder.filePath(name);
        const auto done = processing::run(recipe, scenes, output, m_pools, {});
        if (!done)
            qFatal("%s", qUtf8Printable(done.error().message));
        return output;
    }
    /// As the map draws it where nobody chose a style.
    [[nodiscard]] std::map<render::TileId, data::Picture> tiles(const data::Acquisition &scene,
                                                                const std::vector<render::TileId> &wanted,
                                                                imagery::TileLoader::Status *status = nullptr)
    {
        imagery::SceneTiles loader(scene, Look::defaultStyle(scene.best()), m_pools, nullptr);
        std::map<render::TileId, data::Picture> drawn;
        connect(&loader, &imagery::TileLoader::tileReady, &loader,
                [&](const render::TileId &id, const data::Picture &picture) { drawn[id] = picture; });
        connect(&loader, &imagery::TileLoader::failed, &loader,
                [](const Error &error) { qWarning("%s", qUtf8Printable(error.message)); });
        loader.setVisible(wanted);
        (void)QTest::qWaitFor([&] { return drawn.size() == wanted.size(); }, 20000);
        if (status)
            *status = loader.status();
        return drawn;
    }
    [[nodiscard]] Result<imagery::Preview> preview(const data::Acquisition &scene, int size)
    {
        const auto reader = std::make_shared<imagery::SceneReader>(scene, nullptr);
        return waitFor(imagery::preview(m_pools, reader, Look::defaultStyle(scene.best()), {}, size, 0, {}));
    }
    [[nodiscard]] data::Acquisition open(const QString &path)
    {
        auto scene = library::openLocal(path);
        if (!scene)
            qFatal("%s", qUtf8Printable(scene.error().message));
        return std::move(*scene);
    }

    QTemporaryDir m_folder;
    Pools m_pools;
    QString m_change;

private Q_SLOTS:
    void initTestCase()
    {
        const QStringList bands {u"red"_qs, u"nir"_qs, u"green"_qs, u"swir16"_qs};
        test::SceneFiles scenes;
        for (const bool after : {false, true}) {
            const QString name = after ? u"after"_qs : u"before"_qs;
            scenes.add(facts(name), write(name, bands, side, u"reflectance"_qs, [after](int band, int x, int y) {
                           return bandOf(after, band, x, y);
                       }));
        }
        m_change = run("change", {{"value", "NDVI"}}, scenes, u"change.tif"_qs);
    }

    void classes_haveTheColoursOfTheirTable_data()
    {
        QTest::addColumn<int>("level");
        QTest::newRow("full resolution") << 0;
        QTest::newRow("first overview") << 1;
        QTest::newRow("second overview") << 2;
    }
    void classes_haveTheColoursOfTheirTable()
    {
        QFETCH(const int, level);
        const QString path = m_folder.filePath(u"change_classes.tif"_qs);
        const Table table(path);
        QCOMPARE(table.colours.size(), std::size_t(256));
        QVERIFY(table.overviews >= 2);
        const auto values = test::readAll(path, 1, level - 1);
        const int width = side >> level;
        QCOMPARE(values.size(), static_cast<std::size_t>(width) * static_cast<std::size_t>(width));

        const int count = 8 >> level;
        std::vector<render::TileId> wanted;
        for (int i = 0; i < count * count; ++i)
            wanted.push_back({zoom - level, (corner.x >> level) + i % count, (corner.y >> level) + i / count});
        const auto drawn = tiles(open(path), wanted);
        QCOMPARE(drawn.size(), wanted.size());
        std::set<int> seen;
        for (const auto &[id, picture] : drawn) {
            const int left = (id.x - (corner.x >> level)) * render::tileSize;
            const int top = (id.y - (corner.y >> level)) * render::tileSize;
            for (int y = 0; y < render::tileSize; ++y) {
                for (int x = 0; x < render::tileSize; ++x) {
                    const auto from = static_cast<std::size_t>(top + y) * static_cast<std::size_t>(width)
                        + static_cast<std::size_t>(left + x);
                    const int value = static_cast<int>(values[from]);
                    seen.insert(value);
                    QVERIFY2(at(picture, x, y) == table.colours[static_cast<std::size_t>(value)],
                             qPrintable(u"%1 at %2, %3"_qs.arg(value).arg(left + x).arg(top + y)));
                }
            }
        }
        QVERIFY(seen.size() >= 5); // several classes and what is not there
        QVERIFY(seen.contains(255));
    }

    /// At a size that is no overview's, and of pixels drawn larger than they are.
    void classes_areNeverBlended()
    {
        const QString path = m_folder.filePath(u"change_classes.tif"_qs);
        const Table table(path);
        std::set<Colour> allowed(table.colours.begin(), table.colours.begin() + 5);
        allowed.insert(Colour {});
        for (const int size : {701, 3001}) {
            const auto drawn = preview(open(path), size);
            QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
            for (int y = 0; y < drawn->picture.height; ++y) {
                for (int x = 0; x < drawn->picture.width; ++x)
                    QVERIFY(allowed.contains(at(drawn->picture, x, y)));
            }
        }
    }

    void classes_areNamed()
    {
        const data::Acquisition scene = open(m_folder.filePath(u"change_classes.tif"_qs));
        imagery::TileLoader::Status status;
        QCOMPARE(tiles(scene, {corner}, &status).size(), std::size_t(1));
        QVERIFY(status.drawn.palette.size() >= 5);
        QCOMPARE(status.drawn.palette[2].name, u"Vegetation loss"_qs);
        QVERIFY(status.drawn.palette[5].name.isEmpty());

        const auto values = test::readAll(m_folder.filePath(u"change_classes.tif"_qs));
        const auto reader = std::make_shared<imagery::SceneReader>(scene, nullptr);
        const data::Grid grid = raster::mercatorGrid(zoom, corner.x, corner.y, render::tileSize);
        const std::array names {u"No change"_qs, u"Vegetation gain"_qs, u"Vegetation loss"_qs, u"Built-up gain"_qs,
                                u"Water change"_qs};
        for (int x = 10; x < side; x += 371) {
            const int y = side - 1 - x;
            std::vector<QPointF> point {
                {grid.originX + (x + 0.5) * grid.pixelWidth, grid.originY - (y + 0.5) * grid.pixelHeight}};
            raster::Transform::create(grid.crs, u"EPSG:4326"_qs)->apply(point);
            const auto read = waitFor(
                imagery::valuesAt(m_pools, reader, Look::defaultStyle(scene.best()), point[0].x(), point[0].y(), {}));
            QVERIFY(read && read->size() == 1);
            const auto value = values[static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x)];
            QCOMPARE(read->front().value.value_or(255), value);
            QCOMPARE(read->front().name, value < 5 ? names[static_cast<std::size_t>(value)] : QString());
        }
    }

    void difference_hasItsRampAroundZero()
    {
        const auto values = test::readAll(m_change);
        imagery::TileLoader::Status status;
        const auto drawn = tiles(open(m_change), {corner}, &status);
        QCOMPARE(drawn.size(), std::size_t(1));
        QCOMPARE(status.drawn.ramp, u"prgn"_qs);
        QCOMPARE(status.drawn.index, u"NDVI change"_qs);
        QCOMPARE(std::pair(status.drawn.low, status.drawn.high), std::pair(-0.5, 0.5));
        QVERIFY(!status.range); // not stretched
        std::set<Colour> seen;
        for (int y = 0; y < render::tileSize; ++y) {
            for (int x = 0; x < render::tileSize; ++x) {
                const double value = values[static_cast<std::size_t>(y) * side + static_cast<std::size_t>(x)];
                const Colour colour = at(drawn.begin()->second, x, y);
                seen.insert(colour);
                if (std::isnan(value))
                    QCOMPARE(colour, Colour {});
                else if (value == 0)
                    QCOMPARE(colour, (Colour {0xf7, 0xf7, 0xf7, 255}));
                else if (value >= 0.5)
                    QCOMPARE(colour, (Colour {0x00, 0x44, 0x1b, 255}));
                else if (value <= -0.5)
                    QCOMPARE(colour, (Colour {0x40, 0x00, 0x4b, 255}));
            }
        }
        QVERIFY(seen.size() >= 4);
    }

    /// As the scenes that it is made of are drawn: reflectance from 0 to 0.30 with a gamma of 1.4.
    void composite_isTrueColour_data()
    {
        QTest::addColumn<QStringList>("bands");
        QTest::newRow("red, green and blue") << QStringList {u"red"_qs, u"green"_qs, u"blue"_qs};
        QTest::newRow("its first three") << QStringList {u"swir16"_qs, u"nir"_qs, u"red"_qs};
    }
    void composite_isTrueColour()
    {
        QFETCH(const QStringList, bands);
        test::SceneFiles scenes;
        for (int scene = 0; scene < 2; ++scene) {
            scenes.add(facts(QString::number(scene)),
                       write(QString::number(scene), bands, 256, u"reflectance"_qs,
                             [scene](int band, int x, int) { return 1 + 4 * band + x / 16 + 2 * scene; }));
        }
        const QString path = run("composite", {{"method", "mean"}, {"bands", toJson(bands)}}, scenes,
                                 bands.front() + u"-composite.tif"_qs);
        imagery::TileLoader::Status status;
        const auto drawn = tiles(open(path), {corner}, &status);
        QCOMPARE(drawn.size(), std::size_t(1));
        QCOMPARE(status.quantity, u"reflectance"_qs);
        for (int x = 0; x < 256; x += 16) {
            for (int band = 0; band < 3; ++band) {
                const double value = (2 + 4 * band + x / 16) * 0.01; // NOLINT(bugprone-integer-division)
                const double expected = 255 * std::pow(std::min(1.0, value / 0.3), 1 / 1.4);
                QVERIFY(std::abs(at(drawn.begin()->second, x + 8, 9)[static_cast<std::size_t>(band)] - expected)
                        <= 1.5);
            }
        }
    }

    /// How many scenes a composite is made of is no colour of it, whatever it is opened as.
    void countOfScenes_isNoColour_data()
    {
        QTest::addColumn<QStringList>("bands");
        QTest::addColumn<QStringList>("drawn");
        QTest::addColumn<QStringList>("asFile"); // numbers of bands
        QTest::newRow("one") << QStringList {u"nir"_qs} << QStringList {u"nir"_qs} << QStringList {u"1"_qs};
        QTest::newRow("two") << QStringList {u"nir"_qs, u"red"_qs} << QStringList {u"nir"_qs} << QStringList {u"1"_qs};
        QTest::newRow("three") << QStringList {u"swir16"_qs, u"nir"_qs, u"red"_qs}
                               << QStringList {u"swir16"_qs, u"nir"_qs, u"red"_qs}
                               << QStringList {u"1"_qs, u"2"_qs, u"3"_qs};
    }
    void countOfScenes_isNoColour()
    {
        QFETCH(const QStringList, bands);
        QFETCH(const QStringList, drawn);
        QFETCH(const QStringList, asFile);
        test::SceneFiles scenes;
        for (int scene = 0; scene < 2; ++scene) {
            scenes.add(facts(QString::number(scene)),
                       write(u"counted"_qs + QString::number(scene), bands, 256, u"reflectance"_qs,
                             [](int band, int x, int) { return 1 + 4 * band + x / 16; }));
        }
        const QString path = run("composite", {{"method", "mean"}, {"bands", toJson(bands)}}, scenes,
                                 QString::number(bands.size()) + u"-counted.tif"_qs);
        const auto scene = open(path);
        QCOMPARE(Look::defaultStyle(scene.best()).bands, drawn);
        const auto &asset = scene.best().assets.front();
        const auto style = Look::assetStyle(scene.best(), asset.key);
        QVERIFY(style);
        QStringList numbers;
        for (const auto &band : style->bands)
            numbers << band.section(u'#', -1);
        QCOMPARE(numbers, asFile);
        if (drawn.size() > 1)
            return;
        // Grey, from the reflectance of the one band: 0 to 0.30.
        const auto pictures = tiles(scene, {corner});
        QCOMPARE(pictures.size(), std::size_t(1));
        for (int x = 0; x < 256; x += 16) {
            const auto colour = at(pictures.begin()->second, x + 8, 9);
            const double expected = 255 * std::min(1.0, (1 + x / 16) * 0.01 / 0.3); // NOLINT(bugprone-integer-division)
            QVERIFY(std::abs(colour[0] - expected) <= 1.5 && colour[1] == colour[0] && colour[2] == colour[0]);
        }
    }

    /// Numbers of which nobody knows what they are have no range that holds for them.
    void compositeOfRawNumbers_isStretched()
    {
        const QStringList bands {u"red"_qs, u"green"_qs, u"blue"_qs};
        test::SceneFiles scenes;
        for (int scene = 0; scene < 2; ++scene) {
            scenes.add(
                facts(QString::number(scene)),
                write(u"raw"_qs + QString::number(scene), bands, 256, {}, [](int, int x, int) { return 1 + x / 2; }));
        }
        const QString path = run("composite", {{"method", "mean"}, {"bands", toJson(bands)}}, scenes, u"raw.tif"_qs);
        const auto drawn = tiles(open(path), {corner});
        QCOMPARE(drawn.size(), std::size_t(1));
        const int left = at(drawn.begin()->second, 20, 9)[0];
        const int right = at(drawn.begin()->second, 230, 9)[0];
        QVERIFY(left < 60 && right > 200);
    }

    /// Files that say nothing themselves, as services write them.
    void silentFile_isDrawnAsItsItemSays()
    {
        const data::Grid grid = raster::mercatorGrid(zoom, corner.x, corner.y, render::tileSize);
        test::Made made;
        made.width = 256;
        made.height = 256;
        made.epsg = 3857;
        made.transform = {grid.originX, grid.pixelWidth, 0, grid.originY, 0, -grid.pixelHeight};
        const auto item = [&](const QString &name, const Json &asset, const Json &properties) {
            Json all {{"type", "Feature"},        {"stac_version", "1.0.0"},  {"id", toStd(name)},
                      {"geometry", nullptr},      {"properties", properties}, {"links", Json::array()},
                      {"assets", {{"it", asset}}}};
            all["properties"]["datetime"] = "2024-06-10T10:30:00Z";
            all["assets"]["it"]["href"] = "./" + toStd(name) + ".tif";
            all["assets"]["it"]["type"] = "image/tiff; application=geotiff";
            all["assets"]["it"]["roles"] = {"data"};
            all["assets"]["it"]["eo:bands"] = Json::array({{{"name", "measure"}}});
            QFile file(m_folder.filePath(name + u".json"_qs));
            QVERIFY(file.open(QIODevice::WriteOnly));
            file.write(toText(all));
        };
        made.type = GDT_Byte;
        test::makeTiff(m_folder.filePath(u"cover.tif"_qs), made, [](int x, int, int) { return x / 64; });
        const Json classes {{{"value", 1}, {"name", "wood"}, {"color_hint", "009e73"}},
                            {{"value", 2}, {"name", "lake"}, {"description", "A lake"}, {"color_hint", "0072B2"}}};
        item(u"cover"_qs, {{"classification:classes", classes}}, Json::object());
        imagery::TileLoader::Status status;
        auto drawn = tiles(open(m_folder.filePath(u"cover.tif"_qs)), {corner}, &status);
        QCOMPARE(drawn.size(), std::size_t(1));
        QCOMPARE(at(drawn[corner], 10, 9), Colour {}); // no class is 0 or 3
        QCOMPARE(at(drawn[corner], 70, 9), (Colour {0x00, 0x9e, 0x73, 255}));
        QCOMPARE(at(drawn[corner], 140, 9), (Colour {0x00, 0x72, 0xb2, 255}));
        QCOMPARE(at(drawn[corner], 200, 9), Colour {});
        QCOMPARE(status.drawn.palette[1].name, u"wood"_qs);
        QCOMPARE(status.drawn.palette[2].name, u"A lake"_qs);

        made.type = GDT_Float32;
        test::makeTiff(m_folder.filePath(u"depth.tif"_qs), made, [](int x, int, int) { return x < 128 ? -4 : 8; });
        const auto render = [](const char *ramp, double low, double high) {
            return Json {{"renders",
                          {{"it",
                            {{"assets", {"it"}},
                             {"colormap_name", ramp},
                             {"rescale", Json::array({Json::array({low, high})})}}}}}};
        };
        item(u"depth"_qs, Json::object(), render("prgn", -8, 8));
        drawn = tiles(open(m_folder.filePath(u"depth.tif"_qs)), {corner}, &status);
        QCOMPARE(at(drawn[corner], 200, 9), (Colour {0x00, 0x44, 0x1b, 255}));
        QCOMPARE(status.drawn.low, -8.0);
        // What makes no sense is not believed: greys, stretched.
        item(u"depth"_qs, Json::object(), render("no such ramp", 8, -8));
        drawn = tiles(open(m_folder.filePath(u"depth.tif"_qs)), {corner}, &status);
        QCOMPARE(at(drawn[corner], 200, 9), (Colour {255, 255, 255, 255}));
        QVERIFY(status.range);
    }
};

QTEST_GUILESS_MAIN(TestResults)
#include "tst_results.moc"
