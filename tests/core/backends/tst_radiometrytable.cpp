// SPDX-License-Identifier: Apache-2.0
// The radiometry table: the same ground as every product stores and every catalogue describes it. Map, point value and
// job must give one NDVI.
#include "core/backends/local/localbackend.h"
#include "core/data/offsetoverride.h"
#include "core/imagery/preview.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "core/providers/stac/stacparser.h"
#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"
#include "tests/core/raster/gdalfiles.h"
#include "tests/support/shareddata.h"

#include <QDirIterator>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;

namespace {

constexpr int patch = 8; // pixels a side
constexpr int columns = 8;
constexpr int rows = 6;
constexpr double tolerance = 0.005;

/// The ground: patches of one reflectance each, from water-dark red to bright leaves.
double red(int x) { return 0.02 + 0.02 * (x / patch); }
double nir(int y) { return 0.18 + 0.06 * (y / patch); }
double trueNdvi(int x, int y) { return (nir(y) - red(x)) / (nir(y) + red(x)); }

/// How one product writes it down, and what one catalogue says of it.
struct Product {
    QByteArray name;
    Json item;
    double scale = 0.0001;
    double offset = 0; ///< in the pixels
    GDALDataType type = GDT_UInt16;
    double nodata = 0;
    bool jp2 = false;
    QString redFile = QStringLiteral("B04.tif");
    QString nirFile = QStringLiteral("B08.tif");
};

Json asset(const QString &href, const char *name, const char *common, const Json &more = Json::object())
{
    Json json {
        {"href", "./" + toStd(href)},
        {"type", href.endsWith(u".jp2") ? "image/jp2" : "image/tiff; application=geotiff; profile=cloud-optimized"},
        {"roles", {"data", "reflectance"}},
        {"eo:bands", {{{"name", name}, {"common_name", common}}}}};
    json.update(more);
    return json;
}

Json stated(double scale, double offset)
{
    return {{"raster:bands", {{{"scale", scale}, {"offset", offset}, {"nodata", 0}, {"data_type", "uint16"}}}}};
}

Json item(const char *id, const char *collection, const char *time, const Json &properties, const Json &assets)
{
    Json all {{"datetime", time}};
    all.update(properties);
    return {{"type", "Feature"},   {"stac_version", "1.0.0"}, {"id", id},         {"collection", collection},
            {"geometry", nullptr}, {"properties", all},       {"assets", assets}, {"links", Json::array()}};
}

constexpr const char *sentinelId = "S2B_MSIL2A_20230705T101559_N0509_R065_T32TMT_20230705T174912";
constexpr const char *sentinelTime = "2023-07-05T10:15:59.024Z";

/// Sentinel-2 as Planetary Computer names it; `more` is what the catalogue states of each band.
Product sentinel(const char *name, const char *baseline, double offset, const Json &more = Json::object(),
                 const Json &properties = Json::object())
{
    Product p;
    p.name = name;
    p.offset = offset;
    Json all = properties;
    if (qstrlen(baseline) > 0)
        all["s2:processing_baseline"] = baseline;
    p.item = item(sentinelId, "sentinel-2-l2a", sentinelTime, all,
                  {{"red", asset(p.redFile, "B04", "red", more)}, {"nir", asset(p.nirFile, "B08", "nir", more)}});
    return p;
}

Product landsat(const char *name, const Json &more)
{
    Product p;
    p.name = name;
    p.scale = 0.0000275;
    p.offset = -0.2;
    p.redFile = QStringLiteral("x_SR_B4.TIF");
    p.nirFile = QStringLiteral("x_SR_B5.TIF");
    Json type {{"type", "image/vnd.stac.geotiff; cloud-optimized=true"}};
    type.update(more);
    p.item = item(
        "LC08_L2SP_204043_20200219_20200822_02_T1_SR", "landsat-c2l2-sr", "2020-02-19T11:20:00Z",
        {{"platform", "LANDSAT_8"}},
        {{"red", asset(p.redFile, "OLI_B4", "red", type)}, {"nir08", asset(p.nirFile, "OLI_B5", "nir08", type)}});
    return p;
}

Product hls(const char *name, const char *half, const QString &nirFile)
{
    Product p;
    p.name = name;
    p.type = GDT_Int16;
    p.nodata = -9999;
    p.nirFile = nirFile;
    const QString nirBand = nirFile.left(3);
    // The bands are told by their files alone, so that "B05" must be read by its product.
    p.item = item(half[0] == 'l' ? "HLS.L30.T32TMT.2023186T101559.v2.0" : "HLS.S30.T32TMT.2023186T101559.v2.0",
                  half[0] == 'l' ? "hls2-l30" : "hls2-s30", sentinelTime, Json::object(),
                  {{"B04", {{"href", "./B04.tif"}, {"type", "image/tiff"}}},
                   {toStd(nirBand), {{"href", "./" + toStd(nirFile)}, {"type", "image/tiff"}}}});
    return p;
}

std::vector<Product> products()
{
    const Json offset = stated(0.0001, -0.1);
    const Json flagged {{"earthsearch:boa_offset_applied", true}};
    std::vector<Product> all;
    all.push_back(sentinel("L2A before 04.00", "02.14", 0));
    all.push_back(sentinel("L2A before 04.00, scale stated", "02.14", 0, stated(0.0001, 0)));
    all.push_back(sentinel("L2A 05.09, item states the offset (CDSE, Collection 1)", "05.09", -0.1, offset));
    all.push_back(sentinel("L2A 05.09, baseline alone (Planetary Computer)", "05.09", -0.1));
    all.push_back(sentinel("L2A 04.00, baseline alone", "04.00", -0.1));
    all.push_back(sentinel("L2A 05.09, a scale without an offset", "05.09", -0.1, stated(0.0001, 0)));
    all.push_back(sentinel("Earth Search: removed, the offset stated all the same", "05.09", 0, offset, flagged));
    all.push_back(sentinel("Earth Search: removed, nothing stated", "05.09", 0, Json::object(), flagged));

    Product twin = sentinel("Earth Search: the JPEG 2000 twin still has it", "05.09", -0.1, offset, flagged);
    twin.jp2 = true;
    twin.redFile = QStringLiteral("B04.jp2");
    twin.nirFile = QStringLiteral("B08.jp2");
    twin.item["assets"] = {{"red-jp2", asset(twin.redFile, "B04", "red", offset)},
                           {"nir-jp2", asset(twin.nirFile, "B08", "nir", offset)}};
    all.push_back(twin);

    // Told by its own file, with the "T" of 2018 and the baseline of 2023.
    Product old = sentinel("an old date processed again (05.00)", "05.00", -0.1);
    old.item["id"] = "S2B_MSIL2A_20180705T101559_N0500_R065_T32TMT_20230530T175912";
    old.item["properties"]["datetime"] = "2018-07-05T10:15:59.024Z";
    all.push_back(old);

    Product l1c = sentinel("L1C 05.09", "05.09", -0.1);
    l1c.item["id"] = "S2B_MSIL1C_20230705T101559_N0509_R065_T32TMT_20230705T121212";
    l1c.item["collection"] = "sentinel-2-l1c";
    all.push_back(l1c);

    Product silent = sentinel("nothing is stated: the pixels have it", "", -0.1);
    silent.item["id"] = "S2B_32TMT_20230705_0_L2A";
    all.push_back(silent);
    Product removed = sentinel("nothing is stated: the pixels have it no more", "", 0);
    removed.item["id"] = "S2B_32TMT_20230705_0_L2A";
    all.push_back(removed);

    all.push_back(landsat("Landsat, stated", stated(0.0000275, -0.2)));
    all.push_back(landsat("Landsat, nothing stated (USGS)", Json::object()));
    all.push_back(hls("HLS L30", "l30", QStringLiteral("B05.tif")));
    all.push_back(hls("HLS S30", "s30", QStringLiteral("B8A.tif")));
    return all;
}

/// One band on disk: whole numbers, the last column without data.
void writeBand(const QString &path, const Product &p, const std::function<double(int, int)> &reflectance)
{
    test::Made made;
    made.width = patch * columns + 1;
    made.height = patch * rows;
    made.type = p.type;
    made.nodata = p.nodata;
    const QString tiff = p.jp2 ? QString(path + QStringLiteral(".tif")) : path;
    test::makeTiff(tiff, made, [&](int x, int y, int) {
        return x == patch * columns ? p.nodata : std::round((reflectance(x, y) - p.offset) / p.scale);
    });
    if (!p.jp2)
        return;
    test::makeJp2(tiff, path);
    QFile::remove(tiff);
}

/// Every Item in a document, however deep.
void collectItems(const Json &json, std::vector<Json> &items)
{
    if (json.is_object() && stringAt(json, "type") == u"Feature" && member(json, "assets").is_object())
        items.push_back(json);
    else if (json.is_structured()) {
        for (const auto &inner : json)
            collectItems(inner, items);
    }
}

/// Scale and offset of red as docs/radiometry.md has them, told from the Item's own text.
std::pair<double, double> expectedOf(const Json &item, bool isCog)
{
    const Json &properties = member(item, "properties");
    if (stringAt(item, "id").startsWith(u'L'))
        return {0.0000275, -0.2};
    QString baseline = stringAt(properties, "s2:processing_baseline", stringAt(properties, "processing:version"));
    if (const auto match = QRegularExpression(u"_N(\\d\\d)\\d\\d_"_qs).match(stringAt(item, "id"));
        baseline.isEmpty() && match.hasMatch())
        baseline = match.captured(1);
    const bool isGone = isCog && asBool(member(properties, "earthsearch:boa_offset_applied")).value_or(false);
    return {0.0001, baseline.toDouble() < 4 || isGone ? 0.0 : -0.1};
}

data::Acquisition make(const Product &p, const QString &folder)
{
    writeBand(folder + u'/' + p.redFile, p, [](int x, int) { return red(x); });
    writeBand(folder + u'/' + p.nirFile, p, [](int, int y) { return nir(y); });
    QFile file(folder + u"/item.json");
    if (!file.open(QIODevice::WriteOnly) || file.write(toText(p.item)) < 0)
        qFatal("The item cannot be written.");
    file.close();
    auto opened = library::openLocal(file.fileName());
    if (!opened)
        qFatal("%s", qUtf8Printable(opened.error().message));
    return std::move(*opened);
}

} // namespace

Q_DECLARE_METATYPE(Product)

class TestRadiometryTable : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sameNdvi_data();
    void sameNdvi();
    void falseFlag_warnsAndCanBeOverridden();
    void falseFlag_theOtherWay();
    void savedItem_keepsWhatWasDecided();
    void rawProducts_sayWhatTheyHold();
    void recordedItems_followTheTable();
    void realScenes_raiseNoFalseAlarm_data();
    void realScenes_raiseNoFalseAlarm();

private:
    [[nodiscard]] std::shared_ptr<imagery::SceneReader> reader(const data::Acquisition &scene) const
    {
        return std::make_shared<imagery::SceneReader>(scene, nullptr);
    }
    [[nodiscard]] double pointNdvi(const data::Acquisition &scene, int x, int y);
    /// In shades of grey, so that the colour tells the number.
    [[nodiscard]] Result<imagery::Preview> picture(const data::Acquisition &scene);
    [[nodiscard]] double pictureNdvi(const imagery::Preview &preview, int x, int y) const;
    [[nodiscard]] Result<data::JobResult> job(const data::Acquisition &scene, const QString &output);
    [[nodiscard]] QPointF centreOf(int x, int y) const;

    Pools m_pools;
    static constexpr double low = -0.2;
    static constexpr double high = 1.0;
};

QPointF TestRadiometryTable::centreOf(int x, int y) const
{
    const test::Made made;
    std::vector<QPointF> point {{made.transform[0] + (x + 0.5) * 10, made.transform[3] - (y + 0.5) * 10}};
    raster::Transform::create(u"EPSG:32631"_qs, u"EPSG:4326"_qs)->apply(point);
    return point.front();
}

double TestRadiometryTable::pointNdvi(const data::Acquisition &scene, int x, int y)
{
    const QPointF at = centreOf(x, y);
    const auto values = waitFor(
        imagery::valuesAt(m_pools, reader(scene), *imagery::styleNamed(u"ndvi"_qs), at.x(), at.y(), {}));
    return values ? values->back().value.value_or(NAN) : NAN;
}

Result<imagery::Preview> TestRadiometryTable::picture(const data::Acquisition &scene)
{
    render::Style style = *imagery::styleNamed(u"ndvi"_qs);
    style.ramp = u"greys"_qs;
    style.low = low;
    style.high = high;
    return waitFor(imagery::preview(m_pools, reader(scene), style, {}, 256, 0, {}));
}

double TestRadiometryTable::pictureNdvi(const imagery::Preview &preview, int x, int y) const
{
    // The picture is in Web Mercator, which over half a kilometre is straight enough.
    const QPointF at = centreOf(x, y);
    const auto &box = preview.box;
    const auto column = static_cast<std::size_t>((at.x() - box.west) / box.width() * preview.picture.width);
    const auto row = static_cast<std::size_t>((box.north - at.y()) / (box.north - box.south) * preview.picture.height);
    const auto *pixel = preview.picture.rgba.data()
        + 4 * (row * static_cast<std::size_t>(preview.picture.width) + column);
    const auto *ramp = render::ramp(u"greys"_qs);
    const double first = ramp->stops.front()[0];
    const double last = ramp->stops.back()[0];
    return pixel[3] == 0 ? NAN : low + (high - low) * (pixel[0] - first) / (last - first);
}

Result<data::JobResult> TestRadiometryTable::job(const data::Acquisition &scene, const QString &output)
{
    backends::LocalBackend backend(m_pools, nullptr, u"Astra test"_qs);
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {scene};
    request.output = output;
    return waitFor(backend.submit(request, Progress(), [](const QString &) {}));
}

void TestRadiometryTable::sameNdvi_data()
{
    QTest::addColumn<Product>("product");
    for (const auto &p : products())
        QTest::newRow(p.name.constData()) << p;
}

void TestRadiometryTable::sameNdvi()
{
    QFETCH(Product, product);
    QTemporaryDir folder;
    const auto scene = make(product, folder.path());
    const auto drawn = picture(scene);
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY2(drawn->warning.isEmpty(), qUtf8Printable(drawn->warning));
    const auto made = job(scene, folder.filePath(u"ndvi.tif"_qs));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    const auto computed = test::readAll(made->output);
    const int width = patch * columns + 1;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const int x = column * patch + patch / 2;
            const int y = row * patch + patch / 2;
            const double expected = trueNdvi(x, y);
            const auto close = [&](double value, const char *what) {
                QVERIFY2(std::abs(value - expected) <= tolerance,
                         qPrintable(u"%1 at %2, %3: %4, not %5; %6"_qs.arg(QLatin1String(what))
                                        .arg(x)
                                        .arg(y)
                                        .arg(value)
                                        .arg(expected)
                                        .arg(drawn->radiometry)));
            };
            close(pictureNdvi(*drawn, x, y), "preview");
            close(computed[static_cast<std::size_t>(y * width + x)], "job");
            if (row == column)
                close(pointNdvi(scene, x, y), "point");
        }
    }
    QVERIFY(std::isnan(computed[patch * columns])); // the column without data
}

void TestRadiometryTable::falseFlag_warnsAndCanBeOverridden()
{
    // As seen at Earth Search in 2022 and 2025: "not removed", an offset stated, and pixels without it.
    QTemporaryDir folder;
    const auto scene = make(
        sentinel("false flag", "05.09", 0, stated(0.0001, -0.1), {{"earthsearch:boa_offset_applied", false}}),
        folder.path());
    const auto drawn = picture(scene);
    QVERIFY(drawn);
    QVERIFY2(drawn->warning.contains(u"removed already"), qUtf8Printable(drawn->warning));
    QVERIFY(drawn->warning.startsWith(u"The item says"));
    QVERIFY(drawn->warning.contains(u"too high"));
    QVERIFY(pointNdvi(scene, 36, 36) > trueNdvi(36, 36) + 0.1);
    const auto wrong = job(scene, folder.filePath(u"wrong.tif"_qs));
    QVERIFY(wrong && wrong->notes.contains(drawn->warning));

    const auto right = data::withOverride(scene, data::OffsetOverride::Leave);
    const auto redrawn = picture(right);
    QVERIFY(redrawn && redrawn->warning.isEmpty());
    QVERIFY(redrawn->radiometry.contains(u"overridden by you"));
    QVERIFY(std::abs(pointNdvi(right, 36, 36) - trueNdvi(36, 36)) < tolerance);
    QVERIFY(std::abs(pictureNdvi(*redrawn, 36, 36) - trueNdvi(36, 36)) < tolerance);
    const auto made = job(right, folder.filePath(u"right.tif"_qs));
    QVERIFY(made);
    QVERIFY(std::abs(test::readAll(made->output)[36 * (patch * columns + 1) + 36] - trueNdvi(36, 36)) < tolerance);

    // Written down beside the result and in it.
    const auto properties = member(readJsonFile(made->item).value(), "properties");
    const Json &rules = member(properties, "astra:radiometry");
    QCOMPARE(rules.size(), 2U);
    for (const auto &rule : rules) {
        QCOMPARE(stringAt(rule, "override"), u"leave"_qs);
        QVERIFY(stringAt(rule, "source").startsWith(u"overridden by you"));
        QCOMPARE(numberAt(rule, "offset"), std::optional(0.0));
    }
    QCOMPARE(stringAt(member(properties, "astra:inputs")[0], "offset_override"), u"leave"_qs);
    const auto file = raster::Dataset::open({made->output, {}, {}, 1});
    QCOMPARE(file->info().metadataValue(u"ASTRA_OFFSET_OVERRIDE"_qs), u"leave"_qs);
    const auto tag = parseJson(file->info().metadataValue(u"ASTRA_RADIOMETRY"_qs).toUtf8());
    QVERIFY(tag && tag->is_array() && tag->size() == 2);
    const auto before = member(readJsonFile(wrong->item).value(), "properties");
    QCOMPARE(stringAt(member(before, "astra:radiometry")[0], "warning"), drawn->warning);
}

void TestRadiometryTable::falseFlag_theOtherWay()
{
    QTemporaryDir folder;
    const auto scene = make(sentinel("flag true, offset there", "05.09", -0.1, stated(0.0001, -0.1),
                                     {{"earthsearch:boa_offset_applied", true}}),
                            folder.path());
    const auto drawn = picture(scene);
    QVERIFY(drawn);
    QVERIFY2(drawn->warning.contains(u"too low"), qUtf8Printable(drawn->warning));
    const auto right = data::withOverride(scene, data::OffsetOverride::Apply, scene.best().qualifiedId());
    QVERIFY(std::abs(pointNdvi(right, 20, 20) - trueNdvi(20, 20)) < tolerance);
}

void TestRadiometryTable::savedItem_keepsWhatWasDecided()
{
    QTemporaryDir folder;
    const Json flag {{"earthsearch:boa_offset_applied", true}};
    auto scene = make(sentinel("flag", "05.09", 0, stated(0.0001, -0.1), flag), folder.path());
    for (const auto decided : {data::OffsetOverride::None, data::OffsetOverride::Apply, data::OffsetOverride::Leave}) {
        scene = data::withOverride(scene, decided);
        QFile file(folder.filePath(u"saved.json"_qs));
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(toText(data::toStacItem(scene.best())));
        file.close();
        const auto again = library::openLocal(file.fileName());
        QVERIFY2(again, again ? "" : qUtf8Printable(again.error().message));
        QCOMPARE(again->best().offsetOverride, decided);
        QVERIFY(again->best().offsetRemoved);
        const double ndvi = pointNdvi(*again, 36, 36);
        QCOMPARE(ndvi, pointNdvi(scene, 36, 36));
        QCOMPARE(std::abs(ndvi - trueNdvi(36, 36)) < tolerance, decided != data::OffsetOverride::Apply);
    }
}

void TestRadiometryTable::rawProducts_sayWhatTheyHold()
{
    QTemporaryDir folder;
    test::Made made;
    made.type = GDT_Float32;
    test::makeTiff(folder.filePath(u"dem.tif"_qs), made, [](int x, int y, int) { return 100.0 + x + y; });
    QFile file(folder.filePath(u"item.json"_qs));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(
        toText(item("Copernicus_DSM_COG_10_N45_00_E003_00_DEM", "cop-dem-glo-30", "2021-04-22T00:00:00Z",
                    Json::object(), {{"data", {{"href", "./dem.tif"}, {"type", "image/tiff"}, {"roles", {"data"}}}}})));
    file.close();
    const auto scene = library::openLocal(file.fileName());
    QVERIFY(scene);
    const QPointF at = centreOf(10, 20);
    const auto values = waitFor(
        imagery::valuesAt(m_pools, reader(*scene), imagery::Look::defaultStyle(scene->best()), at.x(), at.y(), {}));
    QVERIFY2(values, values ? "" : qUtf8Printable(values.error().message));
    QCOMPARE(values->front().value, std::optional(130.0));
    const auto band = data::findBand(scene->best(), values->front().band);
    QCOMPARE(raster::radiometry(scene->best(), *band, nullptr).quantity, u"m"_qs);
}

void TestRadiometryTable::recordedItems_followTheTable()
{
    if (test::sharedData().isEmpty())
        QSKIP("no recordings here");
    std::map<QString, int> counted;
    QDirIterator files(test::sharedData() + u"/stac", {u"*.json"_qs}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const auto json = readJsonFile(files.next());
        std::vector<Json> items;
        if (json)
            collectItems(*json, items);
        for (const auto &one : items) {
            providers::stac::ParseContext context;
            context.provider = QFileInfo(files.filePath()).dir().dirName();
            context.base = QUrl(u"https://example.com/item.json"_qs);
            const auto scene = providers::stac::parseItem(one, context);
            const auto red = scene ? data::findBand(*scene, u"red"_qs) : std::nullopt;
            if (!red || (!scene->product.startsWith(u"sentinel-2-") && scene->product != u"landsat-c2-l2"))
                continue;
            const auto r = raster::radiometry(*scene, *red, nullptr);
            const auto [scale, offset] = expectedOf(one, red->asset->isCog());
            const QString what = files.fileName() + u": " + scene->id + u": " + raster::describe(r);
            QVERIFY2(r.scale == scale && r.offset == offset, qUtf8Printable(what));
            QVERIFY2(r.quantity == u"reflectance" && r.nodata == std::optional(0.0), qUtf8Printable(what));
            ++counted[context.provider];
        }
    }
    for (const auto *provider : {"earth-search", "planetary-computer", "cdse", "usgs-landsatlook"})
        QVERIFY2(counted[QString::fromLatin1(provider)] > 0, provider);
}

void TestRadiometryTable::realScenes_raiseNoFalseAlarm_data()
{
    QTest::addColumn<QString>("folder");
    QTest::newRow("Landsat 8, all cloud") << u"l8c2-001062-west"_qs;
    QTest::newRow("Sentinel-2 before 04.00") << u"s2-29RKH-20200219"_qs;
}
void TestRadiometryTable::realScenes_raiseNoFalseAlarm()
{
    if (test::sharedData().isEmpty())
        QSKIP("no recordings here");
    QFETCH(QString, folder);
    const auto scene = library::openLocal(test::sharedData() + u"/rasters/" + folder);
    QVERIFY2(scene, scene ? "" : qUtf8Printable(scene.error().message));
    const auto drawn = picture(*scene);
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QVERIFY2(drawn->warning.isEmpty(), qUtf8Printable(drawn->warning));
}

QTEST_GUILESS_MAIN(TestRadiometryTable)
#include "tst_radiometrytable.moc"
