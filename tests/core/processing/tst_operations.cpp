// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operation.h"

#include <QTest>

using namespace astra;
using namespace astra::processing;

class tst_Operations : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void operations_describeThemselves()
    {
        const auto list = operations();
        QCOMPARE(list.front().name, QStringLiteral("index"));
        // The index, and what few people want: other constants in its formula.
        QCOMPARE(list.front().parameters.size(), size_t(2));
        QVERIFY(list.front().parameters.back().name == u"constants" && list.front().parameters.back().advanced);
        const auto &parameter = list.front().parameters.front();
        QCOMPARE(parameter.name, QStringLiteral("index"));
        QCOMPARE(parameter.kind, ParameterKind::Index);
        QCOMPARE(asString(parameter.fallback), std::optional(QStringLiteral("NDVI")));
        QCOMPARE(list[1].name, QStringLiteral("ndvi"));
        QCOMPARE(list[1].shorthandFor, QStringLiteral("index --index NDVI"));
    }

    void index_plansItsBands()
    {
        SceneFacts scene;
        scene.id = QStringLiteral("s");
        scene.bands = QStringList {QStringLiteral("green"), QStringLiteral("nir")};
        const auto water = makeOperation(QStringLiteral("index"), {{"index", "ndwi"}});
        QVERIFY(water);
        const auto plan = (*water)->plan({scene});
        QVERIFY(plan);
        QCOMPARE(plan->reads.size(), size_t(2));
        QVERIFY(plan->reads[0].band == u"green" && plan->reads[1].band == u"nir");
        QCOMPARE(plan->files.front().bands.front().name, QStringLiteral("NDWI"));
        const auto lacking = (*makeOperation(QStringLiteral("ndvi"), {}))->plan({scene});
        QVERIFY(!lacking && lacking.error().message.contains(u"red"));
    }

    void makeOperation_checksParameters()
    {
        QVERIFY(makeOperation(QStringLiteral("index"), {}));
        QVERIFY(makeOperation(QStringLiteral("ndvi"), {{"index", "NDVI"}}));
        for (const auto &[name, parameters] : {std::pair<QString, Json> {QStringLiteral("nonsense"), Json::object()},
                                               {QStringLiteral("index"), {{"index", "NOPE"}}},
                                               {QStringLiteral("index"), {{"index", 3}}},
                                               {QStringLiteral("index"), {{"colour", "red"}}},
                                               {QStringLiteral("ndvi"), {{"index", "NBR"}}},
                                               {QStringLiteral("index"), Json::array({1})}}) {
            const auto bad = makeOperation(name, parameters);
            QVERIFY(!bad);
            QCOMPARE(bad.error().code, ErrorCode::InvalidInput);
        }
    }

    void numbers_haveARange()
    {
        double value = 0.5;
        Parameters parameters;
        parameters.number(QStringLiteral("limit"), QStringLiteral("…"), value, 0, 1, QStringLiteral("m"));
        QVERIFY(parameters.assign({{"limit", "0.25"}}));
        QCOMPARE(value, 0.25);
        QVERIFY(!parameters.assign({{"limit", 1.5}}));
        QVERIFY(!parameters.assign({{"limit", "much"}}));
        QCOMPARE(value, 0.25);
        QCOMPARE(parameters.declared().front().maximum, std::optional(1.0));
        QCOMPARE(parameters.declared().front().unit, QStringLiteral("m"));
    }

    void everyKind_checksAndKeeps()
    {
        int count = 3;
        QString text = QStringLiteral("x");
        QString method = QStringLiteral("mean");
        bool on = false;
        QStringList bands;
        QDateTime date;
        std::vector<data::NamedArea> areas;
        const auto name = [](const char *n) { return QString::fromLatin1(n); };
        Parameters p;
        p.choice(name("method"), name("…"), method, {name("mean"), name("best")});
        p.integer(name("count"), name("…"), count, 1, 9);
        p.text(name("text"), name("…"), text);
        p.toggle(name("on"), name("…"), on);
        p.bands(name("bands"), name("…"), bands);
        p.date(name("date"), name("…"), date).when = name("method=best");
        p.areas(name("areas"), name("…"), areas);
        const Json square = {{"type", "Polygon"}, {"coordinates", {{{0, 0}, {1, 0}, {1, 1}, {0, 0}}}}};
        QVERIFY(p.assign({{"method", "BEST"},
                          {"count", "7"},
                          {"text", "y"},
                          {"on", "yes"},
                          {"bands", "B04, B08"},
                          {"date", "2024-06-30"},
                          {"areas", square}}));
        QCOMPARE(method, name("best"));
        QCOMPARE(count, 7);
        QCOMPARE(text, name("y"));
        QVERIFY(on);
        QCOMPARE(bands, (QStringList {name("B04"), name("B08")}));
        QCOMPARE(date, QDateTime(QDate(2024, 6, 30), QTime(0, 0), Qt::UTC));
        QCOMPARE(areas.size(), size_t(1));
        QVERIFY(p.assign({{"bands", {"red", "nir"}}, {"on", false}, {"date", "2024-06-30T13:00:00+02:00"}}));
        QCOMPARE(bands, (QStringList {name("red"), name("nir")}));
        QVERIFY(!on);
        QCOMPARE(date, QDateTime(QDate(2024, 6, 30), QTime(11, 0), Qt::UTC));
        for (const Json &bad : {Json {{"count", 2.5}}, Json {{"count", 10}}, Json {{"text", 1}}, Json {{"on", "maybe"}},
                                Json {{"bands", Json::array()}}, Json {{"bands", {"red", 3}}}, Json {{"bands", "a,,b"}},
                                Json {{"date", "yesterday"}}, Json {{"areas", "here"}},
                                Json {{"text", std::string(10'001, 'x')}}, Json {{"method", "worst"}}}) {
            const auto ok = p.assign(bad);
            QVERIFY2(!ok, bad.dump().c_str());
            QCOMPARE(ok.error().code, ErrorCode::InvalidInput);
        }
        // What does not apply is not taken silently.
        const auto useless = p.assign({{"method", "mean"}, {"date", "2024-06-30"}});
        QVERIFY(!useless && useless.error().message.contains(u"method=best"));
    }

    void required_isAskedFor()
    {
        QString formula;
        Parameters p;
        p.text(QStringLiteral("formula"), QStringLiteral("What to compute"), formula).required = true;
        QVERIFY(p.declared().front().fallback.is_null());
        const auto missing = p.assign({});
        QVERIFY(!missing && missing.error().message.contains(u"What to compute"));
        QVERIFY(p.assign({{"formula", "1"}}));
    }
};

QTEST_GUILESS_MAIN(tst_Operations)
#include "tst_operations.moc"
