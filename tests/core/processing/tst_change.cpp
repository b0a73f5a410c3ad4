// SPDX-License-Identifier: Apache-2.0
#include "core/processing/comparison.h"
#include "core/processing/operations/change.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/expected.h"
#include "tests/support/shareddata.h"

#include <QRegularExpression>
#include <QTest>

#include <random>
#include <set>

using namespace astra;
using namespace astra::processing;

namespace {

SceneFacts sentinel(const QString &id = QStringLiteral("before"),
                    const QDateTime &when = QDateTime({2023, 6, 10}, {10, 30}, Qt::UTC))
{
    SceneFacts facts;
    facts.id = id;
    facts.platform = QStringLiteral("sentinel-2a");
    facts.product = QStringLiteral("sentinel-2-l2a");
    facts.baseline = QStringLiteral("05.09");
    facts.orbit = QStringLiteral("R022");
    facts.datetime = when;
    facts.bands = QStringList {QStringLiteral("red"), QStringLiteral("nir"), QStringLiteral("green"),
                               QStringLiteral("swir16")};
    return facts;
}

std::vector<SceneFacts> twoScenes()
{
    return {sentinel(), sentinel(QStringLiteral("after"), QDateTime({2024, 6, 14}, {10, 30}, Qt::UTC))};
}

std::unique_ptr<Operation> change(const Json &parameters)
{
    auto made = makeOperation(QStringLiteral("change"), parameters);
    if (!made) {
        qWarning("%s", qUtf8Printable(made.error().message));
        return nullptr;
    }
    return std::move(*made);
}

/// What make.py made up: bands by scene and name.
struct Sample {
    data::Grid grid;
    std::vector<std::map<QString, data::Block>> scenes;
    std::vector<std::shared_ptr<const data::Block>> masks;

    Sample()
    {
        const Json &all = test::expected("change");
        const int width = all.at("width").get<int>();
        const int height = all.at("height").get<int>();
        const Json &gt = all.at("gt");
        grid = {stringAt(all, "crs"), gt.at(0).get<double>(), gt.at(3).get<double>(), 10, 10, width, height};
        for (const auto &scene : all.at("scenes")) {
            scenes.emplace_back();
            for (const auto &[name, values] : scene.items())
                scenes.back()[QString::fromStdString(name)] = test::block(width, height, values);
        }
        for (const auto &mask : all.at("masks"))
            masks.push_back(std::make_shared<const data::Block>(test::block(width, height, mask)));
    }
};

data::Block cut(const data::Block &block, int left, int top, int width, int height)
{
    data::Block out(width, height);
    for (int y = 0; y < height; ++y) {
        const auto from = block.values.begin() + (y + top) * block.width + left;
        std::copy(from, from + width, out.values.begin() + y * width);
    }
    return out;
}

/// What the executor will do, without files: prepares, then runs a window.
struct Runner {
    const Sample &sample;
    Operation &operation;
    Plan plan;
    QStringList notes;
    bool masked = true;

    static Result<Runner> make(const Sample &sample, Operation &operation, const std::vector<SceneFacts> &facts)
    {
        auto plan = operation.plan(facts);
        if (!plan)
            return fail(plan.error());
        Runner runner {sample, operation, std::move(*plan), {}};
        Preparation preparation {sample.grid, [&](int read, const data::Grid &window) -> Result<data::Block> {
                                     return runner.masking(read, window);
                                 }};
        auto notes = operation.prepare(preparation);
        if (!notes)
            return fail(notes.error());
        runner.notes = std::move(*notes);
        return runner;
    }
    [[nodiscard]] data::Block read(int which, const data::Grid &window) const
    {
        const auto &grid = sample.grid;
        const BandRead &read = plan.reads[static_cast<std::size_t>(which)];
        return cut(sample.scenes[static_cast<std::size_t>(read.scene)].at(read.band),
                   static_cast<int>(std::lround((window.originX - grid.originX) / grid.pixelWidth)),
                   static_cast<int>(std::lround((grid.originY - window.originY) / grid.pixelHeight)), window.width,
                   window.height);
    }
    [[nodiscard]] data::Block masking(int which, const data::Grid &window) const
    {
        data::Block block = read(which, window);
        const auto scene = static_cast<std::size_t>(plan.reads[static_cast<std::size_t>(which)].scene);
        const auto &mask = sample.masks[scene]->values;
        const auto left = static_cast<int>(std::lround((window.originX - sample.grid.originX) / window.pixelWidth));
        const auto top = static_cast<int>(std::lround((sample.grid.originY - window.originY) / window.pixelHeight));
        for (int y = 0; y < window.height; ++y) {
            for (int x = 0; x < window.width; ++x) {
                if (mask[static_cast<std::size_t>((top + y) * sample.grid.width + left + x)] != 0)
                    block.values[static_cast<std::size_t>(y * window.width + x)] = data::Block::nodata;
            }
        }
        return block;
    }
    [[nodiscard]] TileInput input(int left, int top, int width, int height) const
    {
        TileInput in;
        in.window = raster::windowOf(sample.grid, left, top, width, height);
        for (int i = 0; i < static_cast<int>(plan.reads.size()); ++i)
            in.bands.push_back(read(i, in.window));
        for (const auto &mask : sample.masks) {
            in.masks.push_back(masked ? std::make_shared<const data::Block>(cut(*mask, left, top, width, height))
                                      : nullptr);
        }
        return in;
    }
    [[nodiscard]] TileOutput whole() const
    {
        return operation.tile(input(0, 0, sample.grid.width, sample.grid.height));
    }
};

/// Of the row with that class: pixels, hectares; nothing where there is no such row.
std::optional<std::pair<qint64, double>> rowOf(const Summary &summary, int value)
{
    for (const auto &row : summary.tables.front().rows) {
        if (row.at(0) == value)
            return std::pair(row.at(2).get<qint64>(), row.at(3).get<double>());
    }
    return std::nullopt;
}

bool contains(const QStringList &texts, const char *part)
{
    return texts.join(u'\n').contains(QLatin1String(part), Qt::CaseInsensitive);
}

} // namespace

class tst_Change : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void declaresItself()
    {
        const auto all = operations();
        const auto found = std::find_if(all.begin(), all.end(),
                                        [](const OperationInfo &info) { return info.name == u"change"; });
        QVERIFY(found != all.end());
        QCOMPARE(found->fewestScenes, 2);
        QCOMPARE(found->mostScenes, 2);
        QStringList names;
        for (const auto &parameter : found->parameters)
            names.append(parameter.name);
        QCOMPARE(names,
                 QStringList({QStringLiteral("value"), QStringLiteral("bands"), QStringLiteral("threshold"),
                              QStringLiteral("classes")}));
        QVERIFY(found->parameters[0].fallback == "NDVI");
        QVERIFY(found->parameters[2].fallback == 0.1);
    }

    void plan_readsAndWrites()
    {
        const auto operation = change({});
        const auto plan = operation->plan(twoScenes());
        QVERIFY(plan);
        QCOMPARE(plan->extent, Extent::Intersection);
        QVERIFY(plan->masksItself);
        QCOMPARE(plan->warnings, QStringList());
        QCOMPARE(plan->reads.size(), std::size_t(8)); // four bands of two scenes, each once
        QCOMPARE(plan->files.size(), std::size_t(2));
        QCOMPARE(plan->files[0].suffix, QString());
        QCOMPARE(plan->files[0].type, raster::SampleType::Float32);
        const OutputFile &classes = plan->files[1];
        QCOMPARE(classes.suffix, QStringLiteral("_classes"));
        QCOMPARE(classes.type, raster::SampleType::UInt8);
        QCOMPARE(classes.nodata, std::optional<double>(255));
        QCOMPARE(classes.overviews, raster::OverviewMethod::Nearest);
        QCOMPARE(classes.colours.size(), std::size_t(5));
        QCOMPARE(classes.classes.size(), 5);
        QCOMPARE(std::set(classes.colours.begin(), classes.colours.end()).size(), std::size_t(5));

        const auto only = change({{"classes", false}});
        const auto less = only->plan(twoScenes());
        QVERIFY(less);
        QCOMPARE(less->reads.size(), std::size_t(4));
        QCOMPARE(less->files.size(), std::size_t(1));
    }

    void tile_equalsNumpy_data()
    {
        QTest::addColumn<int>("which");
        const auto count = static_cast<int>(test::expected("change").at("cases").size());
        QCOMPARE(count, 6);
        for (int i = 0; i < count; ++i) {
            const Json &one = test::expected("change").at("cases").at(static_cast<std::size_t>(i));
            QTest::addRow("threshold %g%s%s", one.at("threshold").get<double>(),
                          one.at("water").get<bool>() ? "" : ", no green",
                          one.at("built").get<bool>() ? "" : ", no swir16")
                << i;
        }
    }
    void tile_equalsNumpy()
    {
        QFETCH(int, which);
        const Json &wanted = test::expected("change").at("cases").at(static_cast<std::size_t>(which));
        const bool water = wanted.at("water").get<bool>();
        const bool built = wanted.at("built").get<bool>();
        auto facts = twoScenes();
        if (!water)
            facts[1].bands.removeAll(QStringLiteral("green"));
        if (!built)
            facts[0].bands.removeAll(QStringLiteral("swir16"));
        const Sample sample;
        const auto operation = change({{"threshold", wanted.at("threshold")}});
        const auto runner = Runner::make(sample, *operation, facts);
        QVERIFY(runner);
        QCOMPARE(contains(runner->plan.warnings, "change of water is not told apart"), !water);
        QCOMPARE(contains(runner->plan.warnings, "gain of built-up land is not told apart"), !built);

        const auto out = runner->whole();
        QCOMPARE(out.files.size(), std::size_t(2));
        QCOMPARE(
            test::difference(out.files[0][0].values, test::floats(test::expected("change").at("difference")), 1e-6F),
            QString());
        QCOMPARE(test::difference(out.files[1][0].values, test::floats(wanted.at("classes")), 0), QString());

        const auto summary = operation->sumUp({out.tally});
        QCOMPARE(summary.tables.size(), std::size_t(1));
        QCOMPARE(summary.tables[0].name, QStringLiteral("areas"));
        const Json &rows = wanted.at("table");
        for (int i = 0; i < 6; ++i) {
            const auto row = rowOf(summary, i < 5 ? i : 255);
            const bool judged = (i != 4 || water) && (i != 3 || built);
            QCOMPARE(row.has_value(), judged);
            if (!judged)
                continue;
            const Json &right = rows.at(static_cast<std::size_t>(i));
            QCOMPARE(row->first, right.at("pixels").get<qint64>());
            QVERIFY(std::abs(row->second - right.at("ha").get<double>()) < 1e-4);
        }
        QVERIFY(contains(summary.notes, "is masked"));
    }

    void tile_doesNotDependOnItsShape()
    {
        const Sample sample;
        const auto operation = change({});
        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        const auto whole = runner->whole();
        std::vector<QByteArray> tallies;
        for (int top = 0; top < 30; top += 7) {
            for (int left = 0; left < 40; left += 13) {
                const int width = std::min(13, 40 - left);
                const int height = std::min(7, 30 - top);
                const auto part = operation->tile(runner->input(left, top, width, height));
                tallies.push_back(part.tally);
                for (std::size_t file = 0; file < 2; ++file) {
                    QCOMPARE(test::difference(part.files[file][0].values,
                                              cut(whole.files[file][0], left, top, width, height).values, 0),
                             QString());
                }
            }
        }
        const auto together = operation->sumUp(tallies);
        QVERIFY(together.tables[0].rows == operation->sumUp({whole.tally}).tables[0].rows);
    }

    void value_indexFormulaAndBands_data()
    {
        QTest::addColumn<QByteArray>("parameters");
        QTest::addColumn<QString>("name");
        QTest::addRow("an index") << QByteArray(R"({"value": "NDMI"})") << QStringLiteral("NDMI");
        QTest::addRow("a formula") << QByteArray(R"J({"value": "(nir - swir16) / (nir + swir16)"})J")
                                   << QStringLiteral("(nir - swir16) / (nir + swir16)");
        QTest::addRow("two bands") << QByteArray(R"({"bands": ["swir16", "nir"]})")
                                   << QStringLiteral("(nir - swir16) / (nir + swir16)");
    }
    void value_indexFormulaAndBands()
    {
        QFETCH(QByteArray, parameters);
        QFETCH(QString, name);
        const Sample sample;
        const auto operation = change(*parseJson(parameters));
        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        QVERIFY(runner->plan.files[0].bands[0].name.startsWith(name));
        auto wanted = test::floats(test::expected("change").at("ndmi"));
        const auto out = runner->whole();
        // Where classes are told apart, NDVI has to be there, too.
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            if (std::isnan(out.files[1][0].values[i]))
                wanted[i] = data::Block::nodata;
        }
        QCOMPARE(test::difference(out.files[0][0].values, wanted, 1e-6F), QString());
    }

    void withoutNdvi_itIsTheValueThatRisesAndFalls()
    {
        auto facts = twoScenes();
        facts[0].bands.removeAll(QStringLiteral("red"));
        const Sample sample;
        const auto operation = change({{"value", "NDMI"}, {"threshold", 0.2}});
        const auto runner = Runner::make(sample, *operation, facts);
        QVERIFY(runner);
        QCOMPARE(runner->plan.files.size(), std::size_t(1));
        QVERIFY(contains(runner->plan.warnings, "no classes are told apart"));
        const auto wanted = test::floats(test::expected("change").at("ndmi"));
        const auto out = runner->whole();
        QCOMPARE(test::difference(out.files[0][0].values, wanted, 1e-6F), QString());
        const auto summary = operation->sumUp({out.tally});
        QCOMPARE(rowOf(summary, 1)->first,
                 std::count_if(wanted.begin(), wanted.end(), [](float v) { return v > 0.2F; }));
        QCOMPARE(rowOf(summary, 2)->first,
                 std::count_if(wanted.begin(), wanted.end(), [](float v) { return v < -0.2F; }));
        QVERIFY(!rowOf(summary, 3));
    }

    /// 1,200 pixels of 10 m lose their vegetation, in a projection that is true to area; clouds cover other ground in
    /// each scene, and the second lies a pixel to the right.
    void twelveHectares_cloudsAndAShift()
    {
        Sample sample;
        sample.grid = {QStringLiteral("EPSG:3035"), 4300000, 3200000, 10, 10, 600, 400};
        std::mt19937 random(7);
        data::Block fields(620, 420);
        for (int y = 0; y < 420; ++y) {
            for (int x = 0; x < 620; ++x) {
                // Fields of about 13 pixels, each a little brighter or darker in both bands: NDVI hardly differs.
                const int field = (x / 13) * 131 + (y / 11) * 57;
                fields.values[static_cast<std::size_t>(y * 620 + x)] = 1 + 0.25F * static_cast<float>(field % 7) / 7;
            }
        }
        for (int scene = 0; scene < 2; ++scene) {
            auto &bands = sample.scenes[static_cast<std::size_t>(scene)];
            for (const auto &[name, level] : std::map<QString, float> {{QStringLiteral("red"), 0.04F},
                                                                       {QStringLiteral("nir"), 0.4F},
                                                                       {QStringLiteral("green"), 0.06F},
                                                                       {QStringLiteral("swir16"), 0.2F}}) {
                data::Block band(600, 400);
                for (int y = 0; y < 400; ++y) {
                    for (int x = 0; x < 600; ++x) {
                        const float noise = static_cast<float>(random() % 1000) * 1e-6F;
                        band.values[static_cast<std::size_t>(y * 600 + x)] = level * fields.at(x + 10 - scene, y + 10)
                            + noise;
                    }
                }
                bands[name] = std::move(band);
            }
            data::Block mask(600, 400, 0);
            for (int y = 0; y < 50; ++y)
                std::fill_n(mask.values.begin() + (y + 300 * scene) * 600, 100, 1.0F);
            sample.masks[static_cast<std::size_t>(scene)] = std::make_shared<const data::Block>(std::move(mask));
        }
        // 40 × 30 pixels are harvested; another such field lies under the second scene's cloud.
        for (const auto &[left, top] : {std::pair(333, 123), std::pair(20, 310)}) {
            for (int y = top; y < top + 30; ++y)
                std::fill_n(sample.scenes[1][QStringLiteral("nir")].values.begin() + y * 600 + left, 40, 0.15F);
        }
        const auto operation = change({});
        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        const QRegularExpression said(
            QStringLiteral("about 1\\.0 pixels off the first \\(1\\.0 to the right, -?0\\.0 down"));
        QVERIFY2(said.match(runner->notes.join(u'\n')).hasMatch(), qPrintable(runner->notes.join(u'\n')));
        const auto summary = operation->sumUp({runner->whole().tally});
        QCOMPARE(*rowOf(summary, ChangeOperation::VegetationLoss), std::pair(qint64(1200), 12.0));
        QCOMPARE(*rowOf(summary, 255), std::pair(qint64(10'000), 100.0));
        QCOMPARE(rowOf(summary, ChangeOperation::VegetationGain)->first, 0);
        QCOMPARE(rowOf(summary, ChangeOperation::WaterChange)->first, 0);
        QVERIFY2(contains(summary.notes, "4.17 %"), qPrintable(summary.notes.join(u'\n')));
    }

    void oneClassEach_data()
    {
        QTest::addColumn<QList<float>>("before"); // red, nir, green, swir16
        QTest::addColumn<QList<float>>("after");
        QTest::addColumn<int>("is");
        const QList<float> wood {0.03F, 0.40F, 0.05F, 0.18F};
        const QList<float> soil {0.20F, 0.26F, 0.15F, 0.34F};
        const QList<float> roofs {0.22F, 0.25F, 0.19F, 0.30F};
        const QList<float> lake {0.03F, 0.02F, 0.06F, 0.01F};
        const QList<float> stubble {0.12F, 0.24F, 0.10F, 0.20F};
        QTest::newRow("nothing") << wood << wood << int(ChangeOperation::NoChange);
        QTest::newRow("growth") << soil << wood << int(ChangeOperation::VegetationGain);
        QTest::newRow("harvest") << wood << stubble << int(ChangeOperation::VegetationLoss);
        QTest::newRow("a town") << wood << roofs << int(ChangeOperation::BuiltUpGain);
        QTest::newRow("a flood") << wood << lake << int(ChangeOperation::WaterChange);
        QTest::newRow("drained") << lake << soil << int(ChangeOperation::WaterChange);
        // Half of the land of a Landsat pair in docs/change.md: dried, not built upon.
        QTest::newRow("dry season") << QList<float> {0.05F, 0.34F, 0.07F, 0.22F}
                                    << QList<float> {0.12F, 0.28F, 0.10F, 0.34F}
                                    << int(ChangeOperation::VegetationLoss);
        QTest::newRow("no data before") << QList<float> {data::Block::nodata, 0.4F, 0.05F, 0.18F} << wood << 255;
        QTest::newRow("no swir16 there: the others still tell")
            << QList<float> {0.03F, 0.40F, 0.05F, data::Block::nodata} << stubble
            << int(ChangeOperation::VegetationLoss);
    }
    void oneClassEach()
    {
        QFETCH(QList<float>, before);
        QFETCH(QList<float>, after);
        QFETCH(int, is);
        Sample sample;
        sample.grid.width = 1;
        sample.grid.height = 1;
        const QStringList names {QStringLiteral("red"), QStringLiteral("nir"), QStringLiteral("green"),
                                 QStringLiteral("swir16")};
        for (int i = 0; i < 4; ++i) {
            sample.scenes[0][names[i]] = data::Block(1, 1, before[i]);
            sample.scenes[1][names[i]] = data::Block(1, 1, after[i]);
        }
        const auto operation = change({});
        auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        QVERIFY(contains(runner->notes, "too little in common"));
        runner->masked = false;
        const auto out = runner->whole();
        const float got = out.files[1][0].values[0];
        QCOMPARE(std::isnan(got) ? 255 : static_cast<int>(got), is);
        QCOMPARE(std::isnan(out.files[0][0].values[0]), is == 255);
        const auto summary = operation->sumUp({out.tally});
        QVERIFY(contains(summary.notes, is == 255 ? "no pixel has data in both" : "clouds were not masked"));
    }

    void allMasked_isSaid()
    {
        Sample sample;
        for (auto &mask : sample.masks)
            mask = std::make_shared<const data::Block>(40, 30, 1.0F);
        const auto operation = change({});
        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        const auto out = runner->whole();
        for (const auto &file : out.files)
            QVERIFY(std::all_of(file[0].values.begin(), file[0].values.end(), [](float v) { return std::isnan(v); }));
        QVERIFY(contains(operation->sumUp({out.tally}).notes, "every pixel is masked"));
    }

    void badInput()
    {
        for (const char *bad : {R"({"threshold": 2})", R"({"threshold": -0.1})", R"({"threshold": "much"})",
                                R"({"value": "nir +"})", R"({"classes": "perhaps"})", R"({"colour": 1})"}) {
            QVERIFY2(!makeOperation(QStringLiteral("change"), *parseJson(bad)), bad);
        }
        const auto operation = change({});
        const auto two = twoScenes();
        QCOMPARE(operation->plan({two[0]}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(operation->plan({two[0], two[1], two[0]}).error().code, ErrorCode::InvalidInput);
        QCOMPARE(operation->scenes(), std::pair(2, 2));

        auto lacking = two;
        lacking[1].bands = QStringList {QStringLiteral("green"), QStringLiteral("red")};
        const auto missing = operation->plan(lacking);
        QVERIFY(!missing);
        QVERIFY2(missing.error().message.contains(QStringLiteral("nir")), qPrintable(missing.error().message));
        QVERIFY(missing.error().message.contains(QStringLiteral("after")));

        QVERIFY(!change({{"bands", {"red"}}})->plan(two));
        QVERIFY(!change({{"bands", {"red", "red"}}})->plan(two));
        QVERIFY(!change({{"bands", {"red", "nir", "green"}}})->plan(two));
        QVERIFY(!change({{"value", "1 + 1"}})->plan(two));
    }

    void aReadThatFailsIsTold_andAStopIsHeeded()
    {
        const Sample sample;
        const auto operation = change({});
        const auto plan = operation->plan(twoScenes());
        QVERIFY(plan);
        const auto broken = operation->prepare({sample.grid, [](int, const data::Grid &) -> Result<data::Block> {
                                                    return fail(ErrorCode::Network, QStringLiteral("gone"));
                                                }});
        QVERIFY(!broken);
        QCOMPARE(broken.error().code, ErrorCode::Network);

        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        StopSource stop;
        stop.request_stop();
        auto input = runner->input(0, 0, 40, 30);
        input.stop = stop.get_token();
        const auto out = operation->tile(input);
        QCOMPARE(out.files[0][0].values.size(), std::size_t(1200)); // whole in shape, whatever is in it
    }

    void warnings_data()
    {
        QTest::addColumn<SceneFacts>("after");
        QTest::addColumn<QByteArray>("says"); // empty: nothing
        const QDateTime june({2024, 6, 14}, {10, 30}, Qt::UTC);
        const auto with = [&](auto change) {
            SceneFacts facts = sentinel(QStringLiteral("after"), june);
            change(facts);
            return facts;
        };
        QTest::newRow("alike") << with([](SceneFacts &) {}) << QByteArray();
        QTest::newRow("the twin satellite")
            << with([](SceneFacts &f) { f.platform = QStringLiteral("Sentinel-2B"); }) << QByteArray();
        QTest::newRow("orbit") << with([](SceneFacts &f) { f.orbit = QStringLiteral("R065"); })
                               << QByteArray("different orbits (R022 and R065)");
        QTest::newRow("baseline") << with([](SceneFacts &f) { f.baseline = QStringLiteral("02.14"); })
                                  << QByteArray("baselines (05.09 and 02.14)");
        QTest::newRow("season") << with([](SceneFacts &f) {
            f.datetime = QDateTime({2024, 9, 14}, {10, 0}, Qt::UTC);
        }) << QByteArray("different seasons");
        QTest::newRow("44 days") << with([](SceneFacts &f) {
            f.datetime = QDateTime({2023, 7, 24}, {10, 0}, Qt::UTC);
        }) << QByteArray();
        QTest::newRow("the other half of the year, round the turn of the year") << with([](SceneFacts &f) {
            f.datetime = QDateTime({2023, 12, 10}, {10, 0}, Qt::UTC);
        }) << QByteArray("182 days apart");
        QTest::newRow("order") << with([](SceneFacts &f) {
            f.datetime = QDateTime({2022, 6, 10}, {10, 0}, Qt::UTC);
        }) << QByteArray("older than the first");
        QTest::newRow("sensor") << with([](SceneFacts &f) { f.platform = QStringLiteral("landsat-9"); })
                                << QByteArray("Sentinel-2 MSI and Landsat OLI");
        QTest::newRow("level") << with([](SceneFacts &f) { f.product = QStringLiteral("sentinel-2-l1c"); })
                               << QByteArray("different products");
        QTest::newRow("not stated") << with([](SceneFacts &f) { f.orbit.clear(); })
                                    << QByteArray("does not state it: orbit");
        QTest::newRow("no date") << with([](SceneFacts &f) { f.datetime = {}; })
                                 << QByteArray("does not state it: date");
    }
    void warnings()
    {
        QFETCH(SceneFacts, after);
        QFETCH(QByteArray, says);
        const auto warnings = comparisonWarnings(sentinel(), after);
        if (says.isEmpty())
            QCOMPARE(warnings, QStringList());
        else
            QVERIFY2(contains(warnings, says.constData()), qPrintable(warnings.join(u'\n')));
        const auto plan = change({})->plan({sentinel(), after});
        QVERIFY(plan);
        QCOMPARE(plan->warnings, warnings);
    }
    void warnings_aroundNewYear()
    {
        const auto january = sentinel({}, QDateTime({2024, 1, 5}, {10, 0}, Qt::UTC));
        const auto december = sentinel({}, QDateTime({2024, 12, 20}, {10, 0}, Qt::UTC));
        QCOMPARE(comparisonWarnings(january, december), QStringList());
    }

    void landsat7_realPair()
    {
        if (test::sharedData().isEmpty())
            QSKIP("no shared data");
        const Json &wanted = member(test::expected("real"), "landsat7");
        Sample sample;
        sample.scenes = {{}, {}};
        sample.masks.clear();
        for (int scene = 0; scene < 2; ++scene) {
            data::RasterSource source;
            source.path = test::sharedData() + QStringLiteral("/rasters/l7-p022r049-two-dates/")
                + (scene == 0 ? QStringLiteral("LE70220491999322EDC01_stack.tif")
                              : QStringLiteral("LE70220492002106EDC00_stack.tif"));
            auto dataset = raster::Dataset::open(source);
            QVERIFY(dataset);
            sample.grid = *dataset->info().grid();
            const raster::Window all {0, 0, 250, 250};
            for (const auto &[name, band] : std::map<QString, int> {{QStringLiteral("green"), 2},
                                                                    {QStringLiteral("red"), 3},
                                                                    {QStringLiteral("nir"), 4},
                                                                    {QStringLiteral("swir16"), 5}}) {
                auto block = dataset->read(band, all, 250, 250);
                QVERIFY(block);
                for (float &v : block->values)
                    v *= 1e-4F;
                sample.scenes[static_cast<std::size_t>(scene)][name] = std::move(*block);
            }
            auto fmask = dataset->read(8, all, 250, 250);
            QVERIFY(fmask);
            for (float &v : fmask->values)
                v = v == 2 || v == 4 ? 1 : 0;
            sample.masks.push_back(std::make_shared<const data::Block>(std::move(*fmask)));
        }
        const auto operation = change({});
        const auto runner = Runner::make(sample, *operation, twoScenes());
        QVERIFY(runner);
        QVERIFY2(runner->notes.size() == 1, qPrintable(runner->notes.join(u'\n'))); // nothing about a shift
        QVERIFY(wanted.at("phase_correlation") == Json({0, 0}));
        const auto out = runner->whole();
        const auto summary = operation->sumUp({out.tally});
        for (int i = 0; i < 6; ++i) {
            const Json &right = wanted.at("table").at(static_cast<std::size_t>(i));
            const auto row = rowOf(summary, i < 5 ? i : 255);
            QVERIFY(row);
            QCOMPARE(row->first, right.at("pixels").get<qint64>());
            QVERIFY(std::abs(row->second - right.at("ha").get<double>()) < 1e-3);
        }
        double sum = 0;
        qint64 count = 0;
        for (const float v : out.files[0][0].values) {
            if (std::isfinite(v)) {
                sum += static_cast<double>(v);
                ++count;
            }
        }
        QVERIFY(std::abs(sum / static_cast<double>(count) - wanted.at("mean").get<double>()) < 1e-6);
        for (const auto &check : wanted.at("checks")) {
            const int x = check.at("x").get<int>();
            const int y = check.at("y").get<int>();
            const float difference = out.files[0][0].at(x, y);
            if (check.at("class").is_null()) {
                QVERIFY(std::isnan(difference));
                continue;
            }
            QVERIFY(std::abs(difference - check.at("difference").get<float>()) < 1e-6F);
            QCOMPARE(out.files[1][0].at(x, y), check.at("class").get<float>());
        }
    }
};

QTEST_APPLESS_MAIN(tst_Change)
#include "tst_change.moc"
