// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "core/raster/geodesy.h"
#include "tests/support/sanitized.h"

#include <QDir>
#include <QElapsedTimer>
#include <QSet>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace astra;
using namespace astra::processing;

namespace {

constexpr qint64 bound = test::sanitized ? 120'000 : 1000; // ms; 200 in a release build on a quiet machine
constexpr int side = 7000;
const data::Grid whole {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, side, side};
const QStringList names {QStringLiteral("green"), QStringLiteral("nir"), QStringLiteral("red"),
                         QStringLiteral("swir16")};

/// Scenes of numbers that do not compress, out of nothing; tells of each read.
class Scenes : public SceneSet
{
public:
    Scenes(int count, std::function<void()> onRead)
        : m_count(count)
        , m_onRead(std::move(onRead))
    {
    }
    int count() const override { return m_count; }
    SceneFacts facts(int scene) const override
    {
        SceneFacts facts;
        facts.id = QStringLiteral("scene%1").arg(scene);
        facts.datetime = QDateTime({2024, 6, 1}, {10, 0}, Qt::UTC).addDays(5LL * scene);
        facts.bands = names;
        return facts;
    }
    Result<std::unique_ptr<InputReader>> open(int, const StopToken &) override
    {
        return std::make_unique<Input>(*this);
    }
    Json identity(int scene) const override { return scene; }

private:
    class Band : public BandReader
    {
    public:
        Band(Scenes &owner, quint32 seed)
            : m_owner(owner)
            , m_seed(seed)
        {
        }
        const data::Grid &grid() const override { return whole; }
        const data::Radiometry &radiometry() const override { return m_none; }
        Result<data::Block> read(const data::Grid &window, raster::Resampling) override
        {
            m_owner.m_onRead();
            data::Block block(window.width, window.height);
            for (float &value : block.values) {
                m_seed = m_seed * 1664525U + 1013904223U;
                value = 0.05F + static_cast<float>(m_seed >> 20) / 8192;
            }
            return block;
        }

    private:
        Scenes &m_owner;
        data::Radiometry m_none;
        quint32 m_seed;
    };
    class Input : public InputReader
    {
    public:
        explicit Input(Scenes &owner)
            : m_owner(owner)
        {
        }
        Result<std::unique_ptr<BandReader>> band(const QString &name) override
        {
            return std::make_unique<Band>(m_owner, static_cast<quint32>(name.size()));
        }

    private:
        Scenes &m_owner;
    };

    const int m_count;
    const std::function<void()> m_onRead;
};

/// Two polygons over each other that hold most of the grid.
Json areas()
{
    const auto box = raster::boundsInDegrees(whole);
    if (!box)
        return {};
    const double width = box->width() * 0.95;
    const auto feature = [&](const char *name, double west) {
        const Json ring {{west, box->south},
                         {west + width, box->south},
                         {west + width, box->north},
                         {west, box->north},
                         {west, box->south}};
        return Json {{"type", "Feature"},
                     {"properties", {{"name", name}}},
                     {"geometry", {{"type", "Polygon"}, {"coordinates", Json::array({ring})}}}};
    };
    return {{"type", "FeatureCollection"}, {"features", {feature("a", box->west), feature("b", box->east - width)}}};
}

struct Case {
    const char *name;
    const char *operation;
    Json parameters;
    int scenes;
};
std::vector<Case> cases()
{
    return {{"index", "index", {{"index", "MNDWI"}}, 1},
            {"ndvi", "ndvi", Json::object(), 1},
            {"expression",
             "expression",
             {{"expression", "where(nir > red, exp(tanh(nir ** red)), log(sqrt(abs(green - swir16)) + 1))"}},
             1},
            {"change, with classes", "change", Json::object(), 2},
            {"change, without", "change", {{"value", "NDMI"}, {"classes", false}}, 2},
            {"composite, median", "composite", {{"method", "median"}, {"bands", {"nir", "red"}}}, 24},
            {"composite, mean", "composite", {{"method", "mean"}, {"value", "NDVI"}}, 24},
            {"composite, best", "composite", {{"method", "best"}}, 24},
            {"zonal", "zonal", {{"areas", areas()}}, 1},
            {"zonal, bands", "zonal", {{"areas", areas()}, {"bands", {"nir", "red", "green"}}}, 1},
            {"timeseries", "timeseries", {{"areas", areas()}}, 12},
            {"stack", "stack", {{"bands", {"nir", "red", "green", "swir16"}}}, 8},
            {"convert", "convert", {{"bands", {"swir16", "nir", "red", "green"}}}, 1}};
}

} // namespace

/// Every operation ends soon after it is told to, with the one error that says so, and nothing of it stays.
class tst_Cancel : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void everyOperation_isHere()
    {
        QSet<QString> here;
        for (const Case &one : cases())
            here.insert(QString::fromLatin1(one.operation));
        for (const OperationInfo &info : operations())
            QVERIFY2(here.contains(info.name), qPrintable(info.name));
    }

    void operation_data()
    {
        QTest::addColumn<int>("number");
        QTest::addColumn<int>("reads"); // of bands, until it is told to stop
        const auto all = cases();
        for (std::size_t i = 0; i < all.size(); ++i) {
            const int bands = all[i].scenes * 2; // about what a tile reads
            QTest::addRow("%s, at the first read", all[i].name) << static_cast<int>(i) << 1;
            QTest::addRow("%s, with tiles under way", all[i].name) << static_cast<int>(i) << 12 * bands + 3;
        }
    }
    void operation()
    {
        QFETCH(int, number);
        QFETCH(int, reads);
        const Case test = cases()[static_cast<std::size_t>(number)];
        QTemporaryDir folder;
        StopSource stop;
        QElapsedTimer clock;
        std::atomic<int> count {0};
        Scenes scenes(test.scenes, [&] {
            if (++count == reads) {
                clock.start();
                stop.request_stop();
            }
        });
        data::Recipe recipe;
        recipe.operation = QString::fromLatin1(test.operation);
        recipe.parameters = test.parameters;
        const bool isTable = recipe.operation == u"zonal" || recipe.operation == u"timeseries";
        double last = 0;
        const auto result = run(recipe, scenes,
                                folder.filePath(isTable ? QStringLiteral("out.csv") : QStringLiteral("out.tif")),
                                m_pools, Progress(stop.get_token(), [&](double done) { last = done; }));
        const qint64 took = clock.isValid() ? clock.elapsed() : -1;
        QVERIFY(!result);
        QVERIFY2(result.error().code == ErrorCode::Cancelled, qPrintable(result.error().message));
        qInfo("%s: %lld ms, at %.1f %%", test.name, static_cast<long long>(took), 100 * last);
        QVERIFY(took >= 0);
        QVERIFY2(took < bound, qPrintable(QString::number(took)));
        QVERIFY(last < 0.9);
        const auto left
            = QDir(folder.path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
        QVERIFY2(left.isEmpty(), qPrintable(left.join(u' ')));
    }

private:
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_Cancel)
#include "tst_cancel.moc"
