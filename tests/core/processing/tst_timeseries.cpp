// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/timeseries.h"
#include "core/processing/tables.h"
#include "tests/core/processing/zonalsample.h"
#include "tests/support/shareddata.h"

#include <QFile>
#include <QTemporaryDir>

using namespace astra;
using namespace astra::processing;

class TestTimeseries : public QObject
{
    Q_OBJECT

    const test::ZonalSample m_sample;
    const std::vector<std::size_t> m_byTime {2, 0, 1, 3}; ///< of the sample's scenes
    Pools m_pools;

    static std::unique_ptr<Operation> series(const Json &parameters)
    {
        auto made = makeOperation(QStringLiteral("timeseries"), parameters);
        if (!made)
            qWarning("%s", qUtf8Printable(made.error().message));
        return made ? *std::move(made) : nullptr;
    }
    [[nodiscard]] QString points() const
    {
        QStringList list;
        for (const auto &point : m_sample.all["points"]) {
            list.append(QString::number(point["lon"].get<double>(), 'g', 17) + u','
                        + QString::number(point["lat"].get<double>(), 'g', 17));
        }
        return list.join(QStringLiteral("; "));
    }
    static QString textAt(const Table &table, std::size_t row, const char *column)
    {
        return asString(test::at(table, row, column)).value_or(QStringLiteral("none"));
    }
    static Table tableOf(const data::JobResult &result)
    {
        const Json &json = result.tables.at(0);
        Table table {stringAt(json, "name"), asStringList(json["columns"]), {}};
        for (const auto &row : json["rows"])
            table.rows.push_back(row.get<std::vector<Json>>());
        return table;
    }

private Q_SLOTS:
    void initTestCase() { QVERIFY2(m_sample.all.contains("areas"), "tests/data/operations/zonal.json"); }

    void polygonsThroughDates_data()
    {
        QTest::addColumn<bool>("masked");
        QTest::addColumn<int>("side");
        QTest::newRow("masked") << true << 64;
        QTest::newRow("masked, small tiles") << true << 9;
        QTest::newRow("not masked") << false << 16;
    }

    void polygonsThroughDates()
    {
        QFETCH(bool, masked);
        QFETCH(int, side);
        const auto operation = series({{"areas", m_sample.areas()}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 4, masked, side, side == 9);
        QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
        const Table &table = summary->tables.front();
        const Json &areas = m_sample.all["areas"];
        QCOMPARE(table.rows.size(), 4 * areas.size());
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t area = 0; area < areas.size(); ++area) {
                const std::size_t row = i * areas.size() + area;
                QCOMPARE(textAt(table, row, "scene"), QStringLiteral("scene%1").arg(m_byTime[i]));
                QCOMPARE(textAt(table, row, "area"), *asString(areas[area]["name"]));
                QCOMPARE(
                    test::rowDiffers(table, row, areas[area]["scenes"][m_byTime[i]][masked ? "masked" : "unmasked"]),
                    QString());
            }
        }
        QCOMPARE(textAt(table, 0, "datetime"), QStringLiteral("2024-06-01T10:30:00.000Z"));
        QCOMPARE(textAt(table, 47, "datetime"), QStringLiteral("2024-06-13T10:30:00.000Z"));
        // The first of them is all cloud.
        QCOMPARE(textAt(table, 0, "note"), masked ? QStringLiteral("masked") : QString());
        QCOMPARE(summary->notes.contains(QStringLiteral("1 of 4 scenes show nothing here; the table says why.")),
                 masked);
    }

    void points_areThePixelThatHoldsThem()
    {
        for (const bool masked : {false, true}) {
            const auto operation = series({{"point", toStd(points())}});
            QVERIFY(operation);
            const auto summary = m_sample.run(*operation, 4, masked, 16);
            QVERIFY2(summary, summary ? "" : qPrintable(summary.error().message));
            const Table &table = summary->tables.front();
            const Json &wanted = m_sample.all["points"];
            QCOMPARE(table.rows.size(), 4 * wanted.size());
            for (std::size_t i = 0; i < 4; ++i) {
                for (std::size_t p = 0; p < wanted.size(); ++p) {
                    const std::size_t row = i * wanted.size() + p;
                    const Json &ndvi = wanted[p]["ndvi"][m_byTime[i]];
                    const bool isClouded = masked && wanted[p]["clouds"][m_byTime[i]].get<int>() == 1;
                    const bool isThere = !ndvi.is_null() && !isClouded;
                    QCOMPARE(test::at(table, row, "count").get<int>(), isThere ? 1 : 0);
                    if (isThere)
                        QVERIFY(std::abs(test::at(table, row, "mean").get<double>() - ndvi.get<double>()) < 1e-6);
                    else
                        QCOMPARE(textAt(table, row, "note"),
                                 ndvi.is_null() ? QStringLiteral("no data") : QStringLiteral("masked"));
                }
            }
        }
    }

    void points_areReadAsTheyAre()
    {
        const auto operation = series({{"point", "10.415,50.542"}});
        const auto plan = operation->plan(m_sample.facts(4));
        QVERIFY(plan);
        QCOMPARE(plan->reads.size(), 8U);
        for (const auto &read : plan->reads)
            QVERIFY(read.classes);
        const auto areas = series({{"areas", m_sample.areas()}})->plan(m_sample.facts(4));
        QVERIFY(areas && !areas->reads.front().classes);
    }

    void bands_haveRowsOfTheirOwn()
    {
        const auto operation = series({{"areas", m_sample.areas({QStringLiteral("star")})}, {"bands", "red,nir"}});
        QVERIFY(operation);
        const auto summary = m_sample.run(*operation, 4, false, 16);
        QVERIFY(summary);
        const Table &table = summary->tables.front();
        QCOMPARE(table.rows.size(), 8U);
        for (std::size_t i = 0; i < 4; ++i) {
            QCOMPARE(textAt(table, 2 * i, "value"), QStringLiteral("red"));
            QCOMPARE(test::rowDiffers(table, 2 * i + 1, m_sample.all["areas"][10]["scenes"][m_byTime[i]]["nir"]),
                     QString());
        }
    }

    void scenesWithoutADate_areLast()
    {
        auto facts = m_sample.facts(3);
        facts[1].datetime = {};
        const auto operation = series({{"point", "10.415,50.542"}});
        QVERIFY(operation->plan(facts));
        QVERIFY(operation->prepare({m_sample.grid, {}, {}}));
        const auto table = operation->sumUp({}).tables.front();
        QCOMPARE(textAt(table, 2, "scene"), QStringLiteral("scene1"));
        QVERIFY(test::at(table, 2, "datetime").is_null());
    }

    void differentSensors_areAWarning()
    {
        auto facts = m_sample.facts(2);
        facts[1].platform = QStringLiteral("landsat-8");
        const auto plan = series({{"point", "10.415,50.542"}})->plan(facts);
        QVERIFY(plan);
        QCOMPARE(plan->warnings.size(), 1);
        QVERIFY(plan->warnings.front().contains(u"different sensors"));
    }

    void badParameters_data()
    {
        QTest::addColumn<Json>("parameters");
        QTest::addColumn<QString>("says");
        const auto row = [](const char *tag, const Json &parameters, const char *says) {
            QTest::newRow(tag) << parameters << QString::fromUtf8(says);
        };
        const Json areas = m_sample.areas();
        row("neither", Json::object(), "and not both");
        row("both", {{"point", "10,50"}, {"areas", areas}}, "and not both");
        row("one number", {{"point", "10"}}, "“10” is not a point");
        row("three numbers", {{"point", "10,50,1"}}, "is not a point");
        row("words", {{"point", "here,there"}}, "is not a point");
        row("out of range", {{"point", "10,95"}}, "is not a point");
        row("not a number", {{"point", "nan,50"}}, "is not a point");
        row("the second of two", {{"point", "10,50; 10;"}}, "“10” is not a point");
        row("a band that is not there", {{"point", "10,50"}, {"value", "NBR"}}, "swir22");
    }

    void badParameters()
    {
        QFETCH(Json, parameters);
        QFETCH(QString, says);
        const auto operation = series(parameters);
        QVERIFY(operation);
        const auto plan = operation->plan(m_sample.facts(2));
        QVERIFY(!plan);
        QCOMPARE(plan.error().code == ErrorCode::InvalidInput || plan.error().code == ErrorCode::NotFound, true);
        QVERIFY2(plan.error().message.contains(says), qPrintable(plan.error().message));
    }

    void tooMany_isSaid()
    {
        const std::vector<SceneFacts> scenes(501, m_sample.facts(1).front());
        const auto operation = series({{"point", "10.415,50.542"}});
        QVERIFY(!operation->plan(scenes));
        std::string many = "10,50";
        for (int i = 0; i < 1500; ++i)
            many += ";10,50";
        const std::vector<SceneFacts> fewer(500, m_sample.facts(1).front());
        const auto allowed = series({{"point", many}})->plan(fewer);
        QVERIFY2(allowed, allowed ? "" : qPrintable(allowed.error().message));
        const auto refused = series({{"point", many}, {"bands", "red,nir"}})->plan(fewer);
        QVERIFY(!refused);
        QVERIFY(refused.error().message.contains(u"1,501,000"));
    }

    void outside_isAnError()
    {
        const auto operation = series({{"point", "11,51"}});
        const auto summary = m_sample.run(*operation, 2, false, 64);
        QVERIFY(!summary);
        QVERIFY(summary.error().message.contains(u"None of the points"));
        const auto areas = series({{"areas", m_sample.areas({QStringLiteral("outside")})}});
        QVERIFY(!m_sample.run(*areas, 2, false, 64));
    }

    // With files, through the executor --------------------------------------------------------------------------------

    void throughTheExecutor()
    {
        const QTemporaryDir folder;
        m_sample.write(folder.path());
        test::FolderScenes scenes(folder.path(), m_sample.facts(4));
        data::Recipe recipe;
        recipe.operation = QStringLiteral("timeseries");
        recipe.maskClouds = true;
        recipe.parameters = {{"areas", m_sample.areas()}};
        const QString output = folder.filePath(QStringLiteral("series.csv"));
        const auto result = run(recipe, scenes, output, m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const Table table = tableOf(*result);
        const Json &areas = m_sample.all["areas"];
        QCOMPARE(table.rows.size(), 4 * areas.size());
        for (std::size_t i = 0; i < 4; ++i) {
            for (std::size_t area = 0; area < areas.size(); ++area) {
                QCOMPARE(test::rowDiffers(table, i * areas.size() + area, areas[area]["scenes"][m_byTime[i]]["masked"]),
                         QString());
            }
        }
        QFile file(output);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QCOMPARE(file.readAll(), toCsv(table));
    }

    void aPointThroughTheExecutor()
    {
        const QTemporaryDir folder;
        m_sample.write(folder.path());
        test::FolderScenes scenes(folder.path(), m_sample.facts(4));
        for (std::size_t p = 0; p < m_sample.all["points"].size(); ++p) {
            const Json &wanted = m_sample.all["points"][p];
            data::Recipe recipe;
            recipe.operation = QStringLiteral("timeseries");
            recipe.parameters = {{"point", toStd(points().split(u';').at(static_cast<qsizetype>(p)))}};
            const auto result = run(recipe, scenes, folder.filePath(QStringLiteral("p.csv")), m_pools, {});
            QVERIFY2(result, result ? "" : qPrintable(result.error().message));
            const Table table = tableOf(*result);
            QCOMPARE(table.rows.size(), 4U);
            for (std::size_t i = 0; i < 4; ++i) {
                const Json &ndvi = wanted["ndvi"][m_byTime[i]];
                const Json got = test::at(table, i, "mean");
                QCOMPARE(got.is_null(), ndvi.is_null());
                if (!ndvi.is_null())
                    QVERIFY(std::abs(got.get<double>() - ndvi.get<double>()) < 1e-6);
            }
        }
    }

    void landsat()
    {
        if (test::sharedData().isEmpty())
            QSKIP("The folder of real rasters is not there.");
        const Json &bale = m_sample.all["bale"];
        std::vector<SceneFacts> facts;
        std::map<QString, QString> names;
        for (const auto &scene : bale["series"]) {
            SceneFacts one;
            one.id = stringAt(scene, "id");
            one.datetime = QDateTime(QDate::fromString(stringAt(scene, "date"), QStringLiteral("yyyyMMdd")), {10, 0},
                                     Qt::UTC);
            one.bands = QStringList {QStringLiteral("red"), QStringLiteral("nir")};
            for (const auto *band : {"red", "nir"})
                names[one.id + u'_' + QLatin1String(band)] = stringAt(scene, band);
            facts.push_back(std::move(one));
        }
        std::reverse(facts.begin(), facts.end());
        Json features = Json::array();
        for (const auto &area : bale["areas"])
            features.push_back(
                {{"type", "Feature"}, {"properties", {{"name", area["name"]}}}, {"geometry", area["geometry"]}});
        test::FolderScenes scenes(test::sharedData() + QStringLiteral("/rasters/landsat-bale-167055-4dates"), facts,
                                  names);
        data::Recipe recipe;
        recipe.operation = QStringLiteral("timeseries");
        recipe.parameters = {{"areas", {{"type", "FeatureCollection"}, {"features", features}}}};
        const QTemporaryDir folder;
        const auto result = run(recipe, scenes, folder.filePath(QStringLiteral("t.csv")), m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const Table table = tableOf(*result);
        QCOMPARE(table.rows.size(), 4 * bale["series"].size());
        for (std::size_t i = 0; i < bale["series"].size(); ++i) {
            for (std::size_t area = 0; area < 4; ++area)
                QCOMPARE(test::rowDiffers(table, 4 * i + area, bale["series"][i]["areas"][area]), QString());
        }
    }
};

QTEST_GUILESS_MAIN(TestTimeseries)
#include "tst_timeseries.moc"
