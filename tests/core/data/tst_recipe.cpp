// SPDX-License-Identifier: Apache-2.0
#include "core/data/job.h"
#include "core/data/jobjson.h"

#include <QTest>

#include <algorithm>

using namespace astra;
using namespace astra::data;

namespace {

Recipe everything()
{
    Recipe recipe;
    recipe.operation = QStringLiteral("composite");
    recipe.parameters = {{"method", "median"}, {"bands", {"red", "nir"}}};
    recipe.bbox = GeoBox {6.5, 46.25, 7.125, 46.75};
    recipe.maskClouds = true;
    recipe.area = {{QStringLiteral("field"), {{{6.5, 46.25}, {7, 46.25}, {7, 46.75}}}}};
    recipe.maskSnow = true;
    recipe.maskDilation = 120.5;
    recipe.grid = Recipe::GridWish {QStringLiteral("EPSG:32632"), 20};
    recipe.resampling = QStringLiteral("average");
    recipe.format = QStringLiteral("geotiff");
    recipe.codec = QStringLiteral("deflate");
    return recipe;
}

Json parsed(const QByteArray &text) { return parseJson(text).value_or(Json()); }

} // namespace

class TestRecipe : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void whatVersion1Says_staysInItsWords()
    {
        Recipe recipe;
        recipe.parameters = {{"index", "NDVI"}};
        QCOMPARE(toText(recipe.toJson()),
                 QByteArray(R"({"mask_clouds":false,"operation":"index","parameters":{"index":"NDVI"}})"));
        recipe.bbox = GeoBox {1, 2, 3, 4};
        recipe.maskClouds = true;
        QCOMPARE(toText(recipe.toJson()),
                 QByteArray(R"({"bbox":[1.0,2.0,3.0,4.0],"mask_clouds":true,"operation":"index",)"
                            R"("parameters":{"index":"NDVI"}})"));
        recipe.maskSnow = true;
        QVERIFY(member(recipe.toJson(), "astra_recipe") == Json(2));
    }

    /// As this program wrote it before there were versions.
    void version1_isRead()
    {
        const auto recipe = Recipe::fromJson(
            parsed(R"({"operation":"index","parameters":{"index":"NDVI"},"mask_clouds":true,"bbox":[1,2,3,4]})"));
        QVERIFY2(recipe, recipe ? "" : qPrintable(recipe.error().message));
        QCOMPARE(recipe->operation, QStringLiteral("index"));
        QVERIFY(recipe->parameters == Json({{"index", "NDVI"}}));
        QVERIFY(recipe->maskClouds);
        QCOMPARE(recipe->bbox, (GeoBox {1, 2, 3, 4}));
        QVERIFY(recipe->area.empty() && !recipe->grid && recipe->format.isEmpty());
        QVERIFY(Recipe::fromJson(parsed(R"({"astra_recipe":1,"operation":"index"})")));
    }

    void version2_comesBackAsItWas()
    {
        const Recipe recipe = everything();
        const auto back = Recipe::fromJson(parsed(toText(recipe.toJson())));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QCOMPARE(back->operation, recipe.operation);
        QVERIFY(back->parameters == recipe.parameters);
        QCOMPARE(back->bbox, recipe.bbox);
        QCOMPARE(back->maskClouds, true);
        QVERIFY(back->area == recipe.area);
        QCOMPARE(back->maskSnow, true);
        QCOMPARE(back->maskDilation, 120.5);
        QVERIFY(back->grid == recipe.grid);
        QCOMPARE(back->resampling, recipe.resampling);
        QCOMPARE(back->format, recipe.format);
        QCOMPARE(back->codec, recipe.codec);
        QVERIFY(back->toJson() == recipe.toJson());
    }

    void halfAGrid_isOne()
    {
        Recipe recipe;
        recipe.grid = Recipe::GridWish {{}, 30};
        const auto back = Recipe::fromJson(recipe.toJson());
        QVERIFY(back);
        QVERIFY(back->grid == recipe.grid);
        recipe.grid = Recipe::GridWish();
        QCOMPARE(toText(recipe.toJson()), toText(Recipe().toJson()));
    }

    void whatCouldChangeThePixels_isRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *name, const char *text, const char *says) {
            QTest::newRow(name) << QByteArray(text) << QString::fromUtf8(says);
        };
        row("nothing", "[]", "names no operation");
        row("no operation", "{}", "names no operation");
        row("empty operation", R"({"operation":""})", "names no operation");
        row("number for operation", R"({"operation":1})", "names no operation");
        row("parameters", R"({"operation":"index","parameters":[1]})", "parameters are not");
        row("three numbers", R"({"operation":"index","bbox":[1,2,3]})", "rectangle");
        row("box upside down", R"({"operation":"index","bbox":[0,5,1,4]})", "rectangle");
        row("mask as text", R"({"operation":"index","mask_clouds":"yes"})", "“mask_clouds” is neither");
        row("unknown in 1", R"({"operation":"index","smooth":3})", "“smooth”");
        row("unknown in 2", R"({"astra_recipe":2,"operation":"index","smooth":3})", "“smooth”");
        row("2 in 1", R"({"operation":"index","mask_snow":true})", "“mask_snow”, which is of version 2");
        row("2 said to be 1", R"({"astra_recipe":1,"operation":"index","codec":"zstd"})", "“codec”");
        row("version 0", R"({"astra_recipe":0,"operation":"index"})", "version is not");
        row("version as text", R"({"astra_recipe":"2","operation":"index"})", "version is not");
        row("snow", R"({"astra_recipe":2,"operation":"index","mask_snow":1})", "“mask_snow”");
        row("dilation", R"({"astra_recipe":2,"operation":"index","mask_dilation":5001})", "0 to 5000");
        row("negative dilation", R"({"astra_recipe":2,"operation":"index","mask_dilation":-1})", "0 to 5000");
        row("grid", R"({"astra_recipe":2,"operation":"index","grid":[1]})", "grid is not");
        row("empty grid", R"({"astra_recipe":2,"operation":"index","grid":{}})", "neither a CRS");
        row("unknown in grid", R"({"astra_recipe":2,"operation":"index","grid":{"pixel":1,"x":2}})", "“x”");
        row("crs", R"({"astra_recipe":2,"operation":"index","grid":{"crs":"+proj=longlat"}})", "EPSG:32632");
        row("pixel 0", R"({"astra_recipe":2,"operation":"index","grid":{"pixel":0}})", "pixel size");
        row("pixel", R"({"astra_recipe":2,"operation":"index","grid":{"pixel":1e300}})", "pixel size");
        row("resampling", R"({"astra_recipe":2,"operation":"index","resampling":"cubic"})",
            "nearest, bilinear, average");
        row("format", R"({"astra_recipe":2,"operation":"index","format":"tiff"})", "cog, geotiff, png, jpeg");
        row("codec", R"({"astra_recipe":2,"operation":"index","codec":7})", "zstd, deflate");
    }

    void whatCouldChangeThePixels_isRefused()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, says);
        const auto recipe = Recipe::fromJson(parsed(text));
        QVERIFY(!recipe);
        QCOMPARE(recipe.error().code, ErrorCode::InvalidInput);
        QVERIFY2(recipe.error().message.contains(says), qPrintable(recipe.error().message));
    }

    void laterVersion_isNamed()
    {
        const auto recipe = Recipe::fromJson(parsed(R"({"astra_recipe":3,"operation":"index","new":1})"));
        QVERIFY(!recipe);
        QCOMPARE(recipe.error().code, ErrorCode::Unsupported);
        QVERIFY(recipe.error().message.contains(u"version 3"));
    }

    void longNames_areQuotedShort()
    {
        const Json json {{"operation", "index"}, {std::string(100000, 'x') + "\n", 1}};
        const auto recipe = Recipe::fromJson(json);
        QVERIFY(!recipe);
        QVERIFY(recipe.error().message.size() < 300);
    }

    void file_holdsItsInputs()
    {
        RecipeFile file;
        file.recipe = everything();
        file.inputs = {{{"provider", "earth-search"}, {"original_id", "S2B"}}, {{"provider", "local"}}};
        file.software = QStringLiteral("Astra 0.1.0, GDAL 3.6.2");
        const auto back = RecipeFile::fromJson(parsed(toText(file.toJson())));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QVERIFY(back->recipe.toJson() == file.recipe.toJson());
        QVERIFY(back->inputs == file.inputs);
        QCOMPARE(back->software, file.software);
    }

    void recipeByItself_isAFileWithoutInputs()
    {
        const auto file = RecipeFile::fromJson(everything().toJson());
        QVERIFY(file);
        QVERIFY(file->inputs.empty());
        QVERIFY(!RecipeFile::fromJson(parsed(R"({"recipe":{"operation":"index"},"inputs":[1]})")));
        QVERIFY(!RecipeFile::fromJson(parsed(R"({"recipe":[1],"inputs":[]})")));
    }

    void jobRequest_comesBackAsItWas()
    {
        JobRequest request;
        request.recipe = everything();
        Scene scene;
        scene.provider = QStringLiteral("earth-search");
        scene.id = QStringLiteral("S2B_1");
        Scene copy = scene;
        copy.provider = QStringLiteral("cdse");
        request.inputs = {Acquisition {{scene, copy}}, Acquisition {{copy}}};
        request.output = QStringLiteral("/tmp/größe.tif");
        request.backend = QStringLiteral("astra-os");
        request.title = QStringLiteral("A title");
        request.id = QStringLiteral("7f-1");
        request.priority = -3;
        const auto back = requestFromJson(parsed(toText(toJson(request))));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QVERIFY(back->recipe.toJson() == request.recipe.toJson());
        QVERIFY(back->inputs == request.inputs);
        QCOMPARE(back->output, request.output);
        QCOMPARE(back->backend, request.backend);
        QCOMPARE(back->title, request.title);
        QCOMPARE(back->id, request.id);
        QCOMPARE(back->priority, -3);
    }

    void jobRequest_refusesWhatIsDamaged()
    {
        const Json good = toJson(JobRequest());
        QVERIFY(requestFromJson(good));
        for (const char *gone : {"recipe", "backend"}) {
            Json bad = good;
            bad.erase(gone);
            QVERIFY2(!requestFromJson(bad), gone);
        }
        Json scenes = good;
        scenes["inputs"] = {{{"copies", Json::array()}}};
        QVERIFY(!requestFromJson(scenes));
        QVERIFY(!requestFromJson(Json::array()));
    }

    void result_comesBackAsItWas()
    {
        JobResult result;
        result.output = QStringLiteral("/tmp/a.tif");
        result.item = QStringLiteral("/tmp/a.json");
        result.statistics = {7, 9, -0.5, 0.75, 0.1, 0.2};
        result.scene.id = QStringLiteral("a");
        result.notes = {QStringLiteral("one"), QStringLiteral("two")};
        result.files = {QStringLiteral("/tmp/a_classes.tif")};
        result.tables = {{{"name", "areas"}, {"columns", {"class"}}, {"rows", {{"water"}}}}};
        result.reads = {12, 3456, 7, {{QStringLiteral("h"), QStringLiteral("broke off"), 8, 9, 1}}};
        result.tilesKept = 3;
        result.tilesComputed = 5;
        const auto back = resultFromJson(parsed(toText(toJson(result))));
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QCOMPARE(back->output, result.output);
        QCOMPARE(back->item, result.item);
        QVERIFY(back->statistics == result.statistics);
        QVERIFY(back->scene == result.scene);
        QCOMPARE(back->notes, result.notes);
        QCOMPARE(back->files, result.files);
        QVERIFY(back->tables == result.tables);
        QVERIFY(back->reads.toJson() == result.reads.toJson());
        QCOMPARE(back->reads.retries.at(0).length, 9);
        QCOMPARE(back->tilesKept, 3);
        QCOMPARE(back->tilesComputed, 5);
        QVERIFY(!resultFromJson(Json::object()));
    }

    void estimate_comesBackAsItWas()
    {
        const Estimate estimate {1LL << 40, 12, 34, 5.5, true, {QStringLiteral("another orbit")}};
        const auto back = estimateFromJson(parsed(toText(toJson(estimate))));
        QVERIFY(back);
        QCOMPARE(back->bytes, 1LL << 40);
        QCOMPARE(back->requests, 12);
        QCOMPARE(back->disk, 34);
        QCOMPARE(back->seconds, 5.5);
        QVERIFY(back->exact);
        QCOMPARE(back->warnings, estimate.warnings);
        QVERIFY(!estimateFromJson(Json("x")));
    }
};

QTEST_GUILESS_MAIN(TestRecipe)
#include "tst_recipe.moc"
