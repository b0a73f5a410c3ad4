// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/composite.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/expected.h"

#include <QTest>

#include <algorithm>
#include <numeric>
#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

const data::Grid here {QStringLiteral("EPSG:32632"), 600000, 5000000, 10, 10, 19, 1};

SceneFacts scene(int number, const QStringList &bands = {QStringLiteral("nir"), QStringLiteral("red")})
{
    SceneFacts facts;
    facts.id = QStringLiteral("scene-%1").arg(number);
    facts.platform = QStringLiteral("sentinel-2a");
    facts.datetime = QDateTime({2024, 5, 1}, {0, 0}, Qt::UTC).addDays(number);
    facts.bands = bands;
    return facts;
}
std::vector<SceneFacts> scenes(int count)
{
    std::vector<SceneFacts> all;
    all.reserve(static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i)
        all.push_back(scene(i));
    return all;
}

std::unique_ptr<Operation> composite(const Json &parameters)
{
    auto made = makeOperation(QStringLiteral("composite"), parameters);
    if (!made) {
        qWarning("%s", qUtf8Printable(made.error().message));
        return nullptr;
    }
    return std::move(*made);
}

/// The blocks of one case of make.py, as the plan wants them.
TileInput inputOf(const Plan &plan, const Json &stack)
{
    TileInput input;
    input.window = here;
    for (const auto &read : plan.reads) {
        const Json &bands = stack.at(static_cast<std::size_t>(read.scene));
        input.bands.push_back(test::block(19, 1, bands.at(read.band == u"nir" ? 0 : 1)));
    }
    return input;
}

} // namespace

class tst_Composite : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void equalsNumpy_data()
    {
        QTest::addColumn<int>("which");
        QTest::addColumn<QString>("method");
        const Json &cases = test::expected("composite");
        QCOMPARE(cases.size(), std::size_t(6));
        for (int i = 0; i < 6; ++i) {
            const auto count = static_cast<int>(cases.at(static_cast<std::size_t>(i)).at("scenes").size());
            for (const char *method : {"median", "mean", "best"})
                QTest::addRow("%s of %d", method, count) << i << QString::fromLatin1(method);
        }
    }
    void equalsNumpy()
    {
        QFETCH(int, which);
        QFETCH(QString, method);
        const Json &one = test::expected("composite").at(static_cast<std::size_t>(which));
        auto facts = scenes(static_cast<int>(one.at("scenes").size()));
        for (std::size_t s = 0; s < facts.size(); ++s)
            facts[s].datetime = QDateTime({2024, 5, 1}, {0, 0}, Qt::UTC).addDays(one.at("days").at(s).get<int>());
        Json parameters = {{"method", toStd(method)}, {"bands", {"nir", "red"}}};
        if (method == u"best")
            parameters["date"] = "2024-05-18"; // day 17
        const auto operation = composite(parameters);
        const auto plan = operation->plan(facts);
        QVERIFY(plan);
        QCOMPARE(plan->extent, Extent::Union);
        QCOMPARE(plan->reads.size(), 2 * facts.size());
        QCOMPARE(plan->files.size(), std::size_t(1));
        QStringList names;
        for (const auto &band : plan->files[0].bands)
            names.append(band.name);
        QCOMPARE(names, QStringList({QStringLiteral("nir"), QStringLiteral("red"), QStringLiteral("count")}));

        const auto out = operation->tile(inputOf(*plan, one.at("scenes")));
        const Json &wanted = one.at(toStd(method));
        for (std::size_t band = 0; band < 2; ++band) {
            QCOMPARE(test::difference(out.files[0][band].values, test::floats(wanted.at(band)),
                                      method == u"mean" ? 1e-7F : 0),
                     QString());
        }
        QCOMPARE(test::difference(out.files[0][2].values, test::floats(one.at("count")), 0), QString());
    }

    void ofAnIndex_data()
    {
        QTest::addColumn<int>("which");
        for (int i = 0; i < 6; ++i)
            QTest::addRow("case %d", i) << i;
    }
    void ofAnIndex()
    {
        QFETCH(int, which);
        const Json &one = test::expected("composite").at(static_cast<std::size_t>(which));
        const auto operation = composite({{"value", "NDVI"}});
        const auto plan = operation->plan(scenes(static_cast<int>(one.at("scenes").size())));
        QVERIFY(plan);
        QCOMPARE(plan->files[0].bands.size(), std::size_t(2));
        QCOMPARE(plan->files[0].bands[0].name, QStringLiteral("NDVI"));
        QVERIFY(!plan->files[0].bands[0].ramp.isEmpty());
        const auto out = operation->tile(inputOf(*plan, one.at("scenes")));
        QCOMPARE(test::difference(out.files[0][0].values, test::floats(one.at("index_median")), 2e-6F), QString());
        QCOMPARE(test::difference(out.files[0][1].values, test::floats(one.at("index_count")), 0), QString());
    }

    void medianOfAnyNumber()
    {
        // A permutation of 1…n has the median (n + 1) / 2; every number of scenes is sorted.
        std::mt19937 random(3);
        for (int count = 2; count <= CompositeOperation::mostScenes; ++count) {
            const auto operation = composite({{"bands", {"nir"}}});
            const auto plan = operation->plan(scenes(count));
            QVERIFY(plan);
            TileInput input;
            input.window = here;
            input.bands.assign(static_cast<std::size_t>(count), data::Block(19, 1));
            std::vector<float> numbers(static_cast<std::size_t>(count));
            std::iota(numbers.begin(), numbers.end(), 1.0F);
            for (std::size_t x = 0; x < 19; ++x) {
                std::shuffle(numbers.begin(), numbers.end(), random);
                for (std::size_t s = 0; s < numbers.size(); ++s)
                    input.bands[s].values[x] = numbers[s];
            }
            const auto out = operation->tile(input);
            const std::vector<float> wanted(19, static_cast<float>(count + 1) / 2);
            QCOMPARE(test::difference(out.files[0][0].values, wanted, 0), QString());
        }
    }

    void medianLeavesOutWhatIsNotFinite()
    {
        const auto operation = composite({{"bands", {"nir"}}});
        const auto plan = operation->plan(scenes(4));
        QVERIFY(plan);
        TileInput input;
        input.window = here;
        const float infinite = std::numeric_limits<float>::infinity();
        for (const float v : {infinite, 3.0F, -infinite, 1.0F})
            input.bands.emplace_back(19, 1, v);
        const auto out = operation->tile(input);
        QCOMPARE(out.files[0][0].values, std::vector<float>(19, 2.0F));
        QCOMPARE(out.files[0][1].values, std::vector<float>(19, 2.0F));
    }

    void doesNotDependOnTheTile()
    {
        std::mt19937 random(11);
        const auto operation = composite({{"bands", {"nir"}}});
        const auto plan = operation->plan(scenes(9));
        QVERIFY(plan);
        TileInput whole;
        whole.window = raster::windowOf(here, 0, 0, 53, 21);
        for (int s = 0; s < 9; ++s) {
            data::Block block(53, 21);
            for (float &v : block.values)
                v = random() % 4 == 0 ? data::Block::nodata : static_cast<float>(random() % 10'000);
            whole.bands.push_back(std::move(block));
        }
        const auto all = operation->tile(whole);
        std::vector<QByteArray> tallies;
        for (int left = 0; left < 53; left += 17) {
            TileInput part;
            const int width = std::min(17, 53 - left);
            part.window = raster::windowOf(here, left, 0, width, 21);
            const auto cut = [&](const data::Block &block) {
                data::Block out(width, 21);
                for (int y = 0; y < 21; ++y)
                    std::copy_n(block.values.begin() + y * 53 + left, width, out.values.begin() + y * width);
                return out;
            };
            for (const auto &block : whole.bands)
                part.bands.push_back(cut(block));
            const auto out = operation->tile(part);
            for (std::size_t band = 0; band < 2; ++band)
                QCOMPARE(test::difference(out.files[0][band].values, cut(all.files[0][band]).values, 0), QString());
            tallies.push_back(out.tally);
        }
        QCOMPARE(operation->sumUp(tallies).notes, operation->sumUp({all.tally}).notes);
    }

    void best_theLatestWithoutADate_andTiesAsGiven()
    {
        auto facts = scenes(4);
        facts[1].datetime = facts[3].datetime; // 1 and 3 are the latest
        TileInput input;
        input.window = here;
        for (int s = 0; s < 4; ++s)
            input.bands.emplace_back(19, 1, static_cast<float>(s));
        input.bands[1].values[5] = data::Block::nodata;
        input.bands[3].values[5] = data::Block::nodata;
        const auto operation = composite({{"method", "best"}, {"bands", {"nir"}}});
        QVERIFY(operation->plan(facts));
        const auto out = operation->tile(input);
        QCOMPARE(out.files[0][0].values[0], 1.0F);
        QCOMPARE(out.files[0][0].values[5], 2.0F);
        QCOMPARE(out.files[0][1].values[5], 2.0F);

        facts[2].datetime = {};
        const auto undated = operation->plan(facts);
        QVERIFY(!undated);
        QVERIFY(undated.error().message.contains(QStringLiteral("scene-2")));
        QVERIFY(composite({{"bands", {"nir"}}})->plan(facts)); // a median needs no dates
    }

    void bandsThatAllHave()
    {
        const QStringList full {QStringLiteral("blue"), QStringLiteral("green"), QStringLiteral("red"),
                                QStringLiteral("nir")};
        const QStringList few {QStringLiteral("green"), QStringLiteral("red"), QStringLiteral("swir16")};
        const auto names = [](const Result<Plan> &plan) {
            QStringList all;
            for (const auto &band : plan->files[0].bands)
                all.append(band.name);
            return all.join(u' ');
        };
        QCOMPARE(names(composite({})->plan({scene(0, full), scene(1, full)})),
                 QStringLiteral("red green blue nir count"));
        QCOMPARE(names(composite({})->plan({scene(0, full), scene(1, few)})), QStringLiteral("red green count"));
        QVERIFY(!composite({})->plan({scene(0, full), scene(1, {QStringLiteral("swir16")})}));
    }

    void badInput()
    {
        for (const char *bad : {R"({"method": "mode"})", R"({"date": "2024-05-01"})", R"({"value": "nir +"})",
                                R"({"method": "best", "date": "soon"})", R"({"bands": 3})", R"({"colour": 1})"}) {
            QVERIFY2(!makeOperation(QStringLiteral("composite"), *parseJson(bad)), bad);
        }
        const auto operation = composite({{"bands", {"nir"}}});
        QCOMPARE(operation->plan(scenes(1)).error().code, ErrorCode::InvalidInput);
        QCOMPARE(operation->plan(scenes(201)).error().code, ErrorCode::InvalidInput);
        QVERIFY(operation->plan(scenes(200)));
        QCOMPARE(operation->scenes(), std::pair(2, 200));
        QVERIFY(!composite({{"bands", {"nir"}}, {"value", "NDVI"}})->plan(scenes(3)));

        auto lacking = scenes(3);
        lacking[1].bands = QStringList {QStringLiteral("red")};
        for (const Json &parameters : {Json {{"bands", {"nir"}}}, Json {{"value", "NDVI"}}}) {
            const auto plan = composite(parameters)->plan(lacking);
            QVERIFY(!plan);
            QVERIFY2(plan.error().message.contains(QStringLiteral("scene-1"))
                         && plan.error().message.contains(QStringLiteral("nir")),
                     qPrintable(plan.error().message));
        }
    }

    void saysHowMuchItRestsOn()
    {
        const auto operation = composite({{"bands", {"nir"}}});
        auto facts = scenes(2);
        facts[1].platform = QStringLiteral("landsat-8");
        const auto plan = operation->plan(facts);
        QVERIFY(plan);
        QVERIFY(plan->warnings.join(u' ').contains(QStringLiteral("Sentinel-2 MSI, Landsat OLI")));
        TileInput input;
        input.window = raster::windowOf(here, 0, 0, 10, 1);
        input.bands = {data::Block(10, 1, 0.1F), data::Block(10, 1)};
        input.bands[0].values[3] = data::Block::nodata;
        input.bands[1].values[7] = 0.2F; // ten scenes show nine pixels
        const auto out = operation->tile(input);
        const QString said = operation->sumUp({out.tally}).notes.join(u'\n');
        QVERIFY2(said.contains(QStringLiteral("shown by 1.1 of the 2 scenes")), qPrintable(said));

        input.bands = {data::Block(10, 1), data::Block(10, 1)};
        const auto none = operation->tile(input);
        QVERIFY(std::isnan(none.files[0][1].values[0]));
        QVERIFY(operation->sumUp({none.tally}).notes.join(u'\n').contains(QStringLiteral("No pixel has data")));
    }

    void aStopIsHeeded()
    {
        const auto operation = composite({{"bands", {"nir"}}});
        QVERIFY(operation->plan(scenes(2)));
        StopSource stop;
        stop.request_stop();
        TileInput input {raster::windowOf(here, 0, 0, 10, 200),
                         {data::Block(10, 200, 1), data::Block(10, 200, 1)},
                         {},
                         stop.get_token()};
        const auto out = operation->tile(input);
        QCOMPARE(out.files[0][0].values.size(), std::size_t(2000)); // whole in shape
        QVERIFY(std::isnan(out.files[0][0].values[0])); // and not worked on
    }
};

QTEST_APPLESS_MAIN(tst_Composite)
#include "tst_composite.moc"
