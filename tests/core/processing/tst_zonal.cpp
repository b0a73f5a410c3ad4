// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/zonal.h"
#include "core/processing/tables.h"
#include "tests/core/processing/zonalsample.h"
#include "tests/support/shareddata.h"

#include <QFile>
#include <QTemporaryDir>

using namespace astra;
using namespace astra::processing;

class TestZonal : public QObject
{
    Q_OBJECT

    const test::ZonalSample m_sample;
    Pools m_pools;

    static std::unique_ptr<Operation> zonal(const Json &parameters)
    {
        auto made = makeOperation(QStringLiteral("zonal"), parameters);
        if (!made)
            qWarning("%s", qUtf8Printable(made.error().message));
        return made ? *std::move(made) : nullptr;
    }
    [[nodiscard]] const Json &expected(std::size_t area, const char *how, std::size_t scene = 0) const
    {
        return m_sample.all["areas"][area]["scenes"][scene][how];
    }
    static QString noteOf(const Table &table, std::size_t row)
    {
        return asString(test::at(table, row, "note")).value_or(QStringLiteral("none"));
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_sample.all.contains("areas"), "tests/data/operations/zonal.json"); }

    void everyStatistic_asNumpyHasIt_data()
    {
        QTest::addColumn<bool>("masked");
        QTest::addColumn<int>("side");
        for (const int side : {64, 16, 7, 1}) {
            QTest::addRow("masked, tiles of %d", side) << true << side;
            QTest::addRow("not masked, tiles of %d", side) << false << side;
        }
    }

    void everyStatistic_asNumpyHasIt()
    {
        QFETCH(bool, masked);
        QFETCH(int, side);
        const auto operation = zonal({{"areas", m_sample.areas()}, {"percentiles", "10, 50,97.5"}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, masked, side);
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        QCOMPARE(summary->tables.size(), 1U);
        const Table &table = summary->tables.front();
        const Json &areas = m_sample.all["areas"];
        QCOMPARE(table.rows.size(), areas.size());
        for (std::size_t i = 0; i < areas.size(); ++i) {
            QCOMPARE(asString(test::at(table, i, "area")), asString(areas[i]["name"]));
            QCOMPARE(test::rowDiffers(table, i, expected(i, masked ? "masked" : "unmasked")), QString());
            const double hectares = areas[i]["hectares"].get<double>();
            QVERIFY(std::abs(test::at(table, i, "area_ha").get<double>() / hectares - 1) < 1e-5);
        }
        QCOMPARE(summary->notes.contains(QStringLiteral("Clouds were not masked.")), !masked);
    }

    void whatIsNotThere_isSaid()
    {
        const auto operation = zonal({{"areas", m_sample.areas()}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, true, 16);
        QVERIFY(summary);
        const Table &table = summary->tables.front();
        const std::map<QString, QString> notes {
            {QStringLiteral("box"), {}},
            {QStringLiteral("half clouded"), {}},
            {QStringLiteral("partly outside"), QStringLiteral("partly outside of what is covered")},
            {QStringLiteral("outside"), QStringLiteral("outside of what is covered")},
            {QStringLiteral("smaller than a pixel"), QStringLiteral("holds the centre of no pixel")},
            {QStringLiteral("clouded"), QStringLiteral("masked")},
            {QStringLiteral("without data"), QStringLiteral("no data")}};
        std::size_t seen = 0;
        for (std::size_t i = 0; i < table.rows.size(); ++i) {
            const auto wanted = notes.find(asString(test::at(table, i, "area")).value_or(QString()));
            if (wanted == notes.end())
                continue;
            ++seen;
            QCOMPARE(noteOf(table, i), wanted->second);
            const bool isEmpty = !wanted->second.isEmpty() && !wanted->second.startsWith(u"partly");
            QCOMPARE(test::at(table, i, "mean").is_null(), isEmpty);
        }
        QCOMPARE(seen, notes.size());
        QVERIFY(summary->notes.contains(QStringLiteral("Of 4 of 12 areas nothing is known; the table says why.")));
    }

    void bands_inPlaceOfAValue()
    {
        const auto operation = zonal({{"areas", m_sample.areas()}, {"bands", {"red", "nir"}}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, false, 16);
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        const Table &table = summary->tables.front();
        QCOMPARE(table.rows.size(), 24U);
        for (std::size_t i = 0; i < 12; ++i) {
            QCOMPARE(asString(test::at(table, 2 * i, "value")), QStringLiteral("red"));
            QCOMPARE(asString(test::at(table, 2 * i + 1, "value")), QStringLiteral("nir"));
            QCOMPARE(test::rowDiffers(table, 2 * i + 1, expected(i, "nir")), QString());
        }
        const Json json = operation->toGeoJson(*summary);
        const Json &box = json["features"][0]["properties"];
        QVERIFY(box["mean_nir"] == test::at(table, 1, "mean"));
        QVERIFY(box["mean_red"] == test::at(table, 0, "mean"));
        QVERIFY(box.contains("area_ha") && !box.contains("area_ha_nir") && !box.contains("value"));
    }

    void aFormula_asTheIndexItIs()
    {
        const auto operation = zonal(
            {{"areas", m_sample.areas({QStringLiteral("star")})}, {"value", "(nir - red) / (nir + red)"}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, true, 13, true);
        QVERIFY(summary);
        QCOMPARE(test::rowDiffers(summary->tables.front(), 0, expected(10, "masked")), QString());
    }

    void ordersAndShapesOfTiles_changeNothing()
    {
        const auto textOf = [&](int side, bool backwards) {
            const auto operation = zonal({{"areas", m_sample.areas()}, {"percentiles", "5,50"}});
            const auto summary = m_sample.run(*operation, 1, true, side, backwards);
            return summary ? toCsv(summary->tables.front()) : QByteArray("failed");
        };
        const QByteArray whole = textOf(64, false);
        QVERIFY(whole.size() > 500);
        for (const int side : {3, 8, 17}) {
            QCOMPARE(textOf(side, false), whole);
            QCOMPARE(textOf(side, true), whole);
        }
    }

    void tilesWithoutAreas_areNotAskedFor()
    {
        const auto operation = zonal({{"areas", m_sample.areas({QStringLiteral("box")})}});
        QVERIFY(operation);
        qsizetype tiles = 0;
        const auto summary = m_sample.run(*operation, 1, false, 10, false, &tiles);
        QVERIFY(summary);
        QCOMPARE(tiles, 1);
        QCOMPARE(test::at(summary->tables.front(), 0, "pixels").get<int>(), 40);
    }

    void theGrid_reachesNoFartherThanTheAreas()
    {
        const auto operation = zonal({{"areas", m_sample.areas({QStringLiteral("box")})}});
        QVERIFY(operation);
        const auto plan = operation->plan(m_sample.facts(1));
        QVERIFY(plan && plan->within && plan->files.empty() && plan->masksItself);
        const auto part = raster::cropped(m_sample.grid, *plan->within);
        QVERIFY(part);
        QVERIFY(part->width <= 9 && part->height <= 7); // 7.68 × 5.07 pixels
    }

    void geoJson_hasTheAreasWithTheirNumbers()
    {
        const auto operation = zonal({{"areas", m_sample.areas()}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, true, 16);
        QVERIFY(summary);
        const Json json = operation->toGeoJson(*summary);
        const auto areas = data::areasFromGeoJson(json);
        QVERIFY2(areas, areas ? "" : qPrintable(areas.error().message));
        QCOMPARE(areas->size(), 12U);
        QCOMPARE(areas->at(1).rings.size(), 2U); // the hole
        QCOMPARE(areas->at(11).name, QStringLiteral("=1+1"));
        const Json &properties = json["features"][1]["properties"];
        QVERIFY(properties["mean"] == test::at(summary->tables.front(), 1, "mean"));
        QCOMPARE(stringAt(properties, "value"), QStringLiteral("NDVI"));
        QVERIFY(json["features"][5]["properties"]["mean"].is_null());
    }

    void nothingInside_isAnError()
    {
        for (const char *name : {"outside", "smaller than a pixel"}) {
            const auto operation = zonal({{"areas", m_sample.areas({QString::fromLatin1(name)})}});
            QVERIFY(operation);
            const auto summary = m_sample.run(*operation, 1, false, 16);
            QVERIFY(!summary);
            QCOMPARE(summary.error().code, ErrorCode::InvalidInput);
            QVERIFY2(summary.error().message.contains(u"holds the centre of a pixel"),
                     qPrintable(summary.error().message));
        }
    }

    void percentilesOfTooManyPixels_areRefused()
    {
        // 7,100² pixels, all of them in the area.
        const data::Grid large {QStringLiteral("EPSG:32632"), 600000, 5600000, 10, 10, 7100, 7100};
        const Json world = {{"type", "Polygon"}, {"coordinates", {{{5, 45}, {15, 45}, {15, 55}, {5, 55}, {5, 45}}}}};
        for (const bool asked : {false, true}) {
            Json parameters {{"areas", world}};
            if (asked)
                parameters["percentiles"] = "50";
            const auto operation = zonal(parameters);
            QVERIFY(operation && operation->plan(m_sample.facts(1)));
            const auto prepared = operation->prepare({large, {}, {}});
            QCOMPARE(prepared.has_value(), !asked);
            if (asked)
                QVERIFY2(prepared.error().message.contains(u"50,410,000"), qPrintable(prepared.error().message));
        }
    }

    /// More values than are sorted at once. A permutation, and few values that come often.
    void percentilesOfAMillion()
    {
        constexpr int side = 1200;
        constexpr int count = side * side;
        const data::Grid large {QStringLiteral("EPSG:32632"), 600000, 5600000, 10, 10, side, side};
        const Json world = {{"type", "Polygon"}, {"coordinates", {{{5, 45}, {15, 45}, {15, 55}, {5, 55}, {5, 45}}}}};
        const auto operation = zonal(
            {{"areas", world}, {"bands", {"nir", "red"}}, {"percentiles", "0,10,50,99.5,100"}});
        QVERIFY(operation && operation->plan(m_sample.facts(1)));
        StopSource stop;
        QVERIFY(operation->prepare({large, {}, stop.get_token()}));
        TileInput input;
        input.window = large;
        input.bands.assign(2, data::Block(side, side));
        for (int i = 0; i < count; ++i) {
            const auto at = static_cast<std::size_t>(i);
            input.bands[0].values[at] = static_cast<float>(qint64 {i} * 700'001 % count); // 700,001 is prime to count
            input.bands[1].values[at] = static_cast<float>(i % 5);
        }
        const auto tally = operation->tile(input).tally;
        const auto table = operation->sumUp({tally}).tables.front();
        QCOMPARE(table.rows.size(), 2U);
        const auto percentile = [&](std::size_t row, const char *name) {
            return test::at(table, row, name).get<double>();
        };
        QCOMPARE(percentile(0, "p0"), 0.0);
        QCOMPARE(percentile(0, "p10"), 143'999.9);
        QCOMPARE(percentile(0, "p50"), 719'999.5);
        QCOMPARE(percentile(0, "p99.5"), 1'432'799.005);
        QCOMPARE(percentile(0, "p100"), 1'439'999.0);
        QCOMPARE(percentile(1, "p10"), 0.0);
        QCOMPARE(percentile(1, "p50"), 2.0);
        QCOMPARE(percentile(1, "p99.5"), 4.0);
        stop.request_stop();
        QVERIFY(operation->sumUp({tally}).tables.front().rows.empty());
    }

    void aStop_endsATile()
    {
        const auto operation = zonal({{"areas", m_sample.areas()}});
        QVERIFY(operation && operation->plan(m_sample.facts(1)));
        QVERIFY(operation->prepare({m_sample.grid, {}, {}}));
        StopSource stop;
        TileInput input;
        input.window = m_sample.grid;
        input.stop = stop.get_token();
        input.bands = {m_sample.scenes[0].at(QStringLiteral("nir")), m_sample.scenes[0].at(QStringLiteral("red"))};
        QVERIFY(!operation->tile(input).tally.isEmpty());
        stop.request_stop();
        QVERIFY(operation->tile(input).tally.isEmpty());
    }

    void allMasked_isSaid()
    {
        const auto operation = zonal({{"areas", m_sample.areas({QStringLiteral("clouded")})}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 1, true, 16);
        QVERIFY(summary);
        QVERIFY(summary->notes.front().contains(u"Nothing is known of any area"));
    }

    void badParameters_data()
    {
        QTest::addColumn<QByteArray>("parameters");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *tag, const char *parameters, const char *says) {
            QTest::newRow(tag) << QByteArray(parameters) << QString::fromUtf8(says);
        };
        const char *area = R"("areas":{"type":"Polygon","coordinates":[[[10.41,50.54],[10.42,50.54],[10.41,50.55]]]})";
        row("no areas", "{}", "areas");
        row("areas are a text", R"({"areas":"a.geojson"})", "not a polygon");
        row("a line", R"({"areas":{"type":"LineString","coordinates":[[1,2],[3,4]]}})", "not a polygon");
        const auto with = [&](const char *tag, const QByteArray &more, const char *says) {
            QTest::newRow(tag) << QByteArray("{" + QByteArray(area) + "," + more + "}") << QString::fromUtf8(says);
        };
        with("unknown name", R"("value":"NDVII")", "NDVII");
        with("a band that is not there", R"("value":"NBR")", "swir22");
        with("an unfinished formula", R"("value":"nir -")", "where a value should follow");
        with("a formula without a band", R"("value":"1 + 1")", "names no band");
        with("bands that are not there", R"("bands":["red","swir16"])", "swir16");
        with("percentile 101", R"("percentiles":"10,101")", "101");
        with("percentiles that are words", R"("percentiles":"median")", "median");
        with("21 percentiles", R"("percentiles":"1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21")", "20");
        with("unknown parameter", R"("stat":"mean")", "stat");
    }

    void badParameters()
    {
        QFETCH(QByteArray, parameters);
        QFETCH(QString, says);
        const auto json = parseJson(parameters);
        QVERIFY(json);
        auto made = makeOperation(QStringLiteral("zonal"), *json);
        QString message;
        if (!made) {
            message = made.error().message;
        } else {
            const auto plan = (*made)->plan(m_sample.facts(1));
            QVERIFY(!plan);
            message = plan.error().message;
        }
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    void damagedTallies_arePassedOver()
    {
        const auto operation = zonal({{"areas", m_sample.areas()}});
        QVERIFY(operation);
        QVERIFY(m_sample.run(*operation, 1, false, 64));
        for (const QByteArray &bytes : {QByteArray(), QByteArray("\1"), QByteArray(40, '\1'), QByteArray(4000, '\xff')})
            QCOMPARE(operation->sumUp({bytes}).tables.front().rows.size(), 12U);
    }

    // With files, through the executor --------------------------------------------------------------------------------

    void throughTheExecutor()
    {
        const QTemporaryDir folder;
        m_sample.write(folder.path());
        test::FolderScenes scenes(folder.path(), m_sample.facts(1));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("zonal");
        recipe.maskClouds = true;
        recipe.parameters = {{"areas", m_sample.areas()}};
        const QString output = folder.filePath(QStringLiteral("zonal.csv"));
        const auto result = run(recipe, scenes, output, m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        QCOMPARE(result->output, output);
        QVERIFY(result->files.isEmpty());
        const Json &json = result->tables.at(0);
        Table table {stringAt(json, "name"), asStringList(json["columns"]), {}};
        for (const auto &row : json["rows"])
            table.rows.push_back(row.get<std::vector<Json>>());
        QCOMPARE(table.rows.size(), 12U);
        for (std::size_t i = 0; i < 12; ++i)
            QCOMPARE(test::rowDiffers(table, i, expected(i, "masked")), QString());
        QFile file(output);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), toCsv(table));
        QVERIFY(toCsv(table).contains("\r\n'=1+1,NDVI,"));

        const QString geo = folder.filePath(QStringLiteral("zonal.geojson"));
        QVERIFY(run(recipe, scenes, geo, m_pools, {}));
        const auto areas = readJsonFile(geo);
        QVERIFY(areas);
        QCOMPARE(member((*areas)["features"][0]["properties"], "mean").get<double>(),
                 test::at(table, 0, "mean").get<double>());

        const auto raster = run(recipe, scenes, folder.filePath(QStringLiteral("zonal.tif")), m_pools, {});
        QVERIFY(!raster);
        QCOMPARE(raster.error().code, ErrorCode::InvalidInput);
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("zonal.tif"))));
    }

    void outsideOfTheScene_isAnErrorAndLeavesNothing()
    {
        const QTemporaryDir folder;
        m_sample.write(folder.path());
        test::FolderScenes scenes(folder.path(), m_sample.facts(1));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("zonal");
        recipe.parameters = {{"areas", m_sample.areas({QStringLiteral("outside")})}};
        const QString output = folder.filePath(QStringLiteral("zonal.csv"));
        const auto result = run(recipe, scenes, output, m_pools, {});
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidInput);
        QVERIFY(!QFile::exists(output));
        QVERIFY(QDir(folder.path()).entryList({QStringLiteral("*part*")}, QDir::Files | QDir::Hidden).isEmpty());
    }

    void stopped_leavesNothing()
    {
        const QTemporaryDir folder;
        m_sample.write(folder.path());
        test::FolderScenes scenes(folder.path(), m_sample.facts(1));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("zonal");
        recipe.parameters = {{"areas", m_sample.areas()}};
        StopSource stop;
        stop.request_stop();
        const QString output = folder.filePath(QStringLiteral("zonal.csv"));
        const auto result = run(recipe, scenes, output, m_pools, Progress(stop.get_token()));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QVERIFY(!QFile::exists(output));
    }

    void landsat()
    {
        if (test::sharedData().isEmpty())
            QSKIP("The folder of real rasters is not there.");
        const Json &bale = m_sample.all["bale"];
        Json features = Json::array();
        for (const auto &area : bale["areas"]) {
            features.push_back(
                {{"type", "Feature"}, {"properties", {{"name", area["name"]}}}, {"geometry", area["geometry"]}});
        }
        for (const auto &scene : bale["series"]) {
            SceneFacts facts;
            facts.id = stringAt(scene, "id");
            facts.bands = QStringList {QStringLiteral("red"), QStringLiteral("nir")};
            test::FolderScenes scenes(test::sharedData() + QStringLiteral("/rasters/landsat-bale-167055-4dates"),
                                      {facts},
                                      {{facts.id + QStringLiteral("_red"), stringAt(scene, "red")},
                                       {facts.id + QStringLiteral("_nir"), stringAt(scene, "nir")}});
            data::Recipe recipe;
            recipe.operation = QStringLiteral("zonal");
            recipe.parameters = {{"areas", {{"type", "FeatureCollection"}, {"features", features}}},
                                 {"percentiles", "10,50,97.5"}};
            const QTemporaryDir folder;
            const auto result = run(recipe, scenes, folder.filePath(QStringLiteral("z.csv")), m_pools, {});
            QVERIFY2(result, result ? "" : qPrintable(result.error().message));
            const Json &json = result->tables.at(0);
            Table table {stringAt(json, "name"), asStringList(json["columns"]), {}};
            for (const auto &row : json["rows"])
                table.rows.push_back(row.get<std::vector<Json>>());
            for (std::size_t i = 0; i < 4; ++i)
                QCOMPARE(test::rowDiffers(table, i, scene["areas"][i]), QString());
        }
    }
};

QTEST_GUILESS_MAIN(TestZonal)
#include "tst_zonal.moc"
