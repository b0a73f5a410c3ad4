// SPDX-License-Identifier: Apache-2.0
#include "tests/core/processing/optionsample.h"

#include <QDir>
#include <QSet>
#include <QTest>

#include <sys/resource.h>

#include <csignal>

using namespace astra;
using namespace astra::processing;

namespace {

struct Case {
    const char *operation;
    Json parameters; ///< nir is read
    int scenes;
    const char *hidden; ///< what is said where clouds hide everything
    const char *nothing; ///< what is said where no scene has data
};

} // namespace

/// Every operation, given what it cannot use: an error that says so or a result that does, and no file left over.
class tst_BadInput : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        m_sample = std::make_unique<test::OptionSample>();
        QVERIFY2(m_sample->all.contains("cases"), "tests/data/operations/options.json");
    }
    void init() // each test spoils files of its own
    {
        m_sample = std::make_unique<test::OptionSample>();
        m_folder = std::make_unique<QTemporaryDir>();
    }

    void everyOperation_isHere()
    {
        QSet<QString> here;
        for (const Case &one : cases())
            here.insert(QString::fromLatin1(one.operation));
        for (const OperationInfo &info : operations())
            QVERIFY2(here.contains(info.name), qPrintable(info.name));
    }

    void missingBand_data() { rows(); }
    void missingBand()
    {
        const Case test = current();
        auto scenes = m_sample->scenes(test.scenes, QStringLiteral("nir"));
        const auto result = ran(test, scenes);
        QVERIFY(!result);
        // In a formula the name may as well be mistaken; what can stand there is told in place of the scene.
        const bool isFormula = QByteArrayView(test.operation) == "expression";
        QCOMPARE(result.error().code, isFormula ? ErrorCode::InvalidInput : ErrorCode::NotFound);
        const QString &said = result.error().message;
        QVERIFY2(said.contains(u"nir") && said.contains(isFormula ? u"swir16" : u"scene0"), qPrintable(said));
        QCOMPARE(left(), QStringList());
    }

    void entirelyClouded_data() { rows(); }
    void entirelyClouded()
    {
        const Case test = current();
        for (int scene = 0; scene < test.scenes; ++scene)
            m_sample->write(scene, "scl", everywhere(9));
        auto scenes = m_sample->scenes(test.scenes);
        const auto result = ran(test, scenes, true);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const QString said = result->notes.join(u'\n');
        QVERIFY2(said.contains(QString::fromUtf8(test.hidden)), qPrintable(said));
        QCOMPARE(result->statistics.valid, qint64(0));
    }

    void withoutData_data() { rows(); }
    void withoutData()
    {
        const Case test = current();
        for (int scene = 0; scene < test.scenes; ++scene) {
            for (const char *band : {"red", "nir", "green", "blue", "swir16"})
                m_sample->write(scene, band, everywhere(0));
        }
        auto scenes = m_sample->scenes(test.scenes);
        const auto result = ran(test, scenes);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const QString said = result->notes.join(u'\n');
        QVERIFY2(said.contains(QString::fromUtf8(test.nothing)), qPrintable(said));
    }

    /// Neither gets into a file or a table.
    void infinitiesAndNaN_data() { rows(); }
    void infinitiesAndNaN()
    {
        const Case test = current();
        for (int scene = 0; scene < test.scenes; ++scene) {
            Json values = m_sample->all["scenes"][static_cast<std::size_t>(scene)]["nir"];
            for (std::size_t i = 0; i < values.size(); i += 3)
                values[i] = i % 9 == 0 ? Json() : i % 9 == 3 ? Json("inf") : Json("-inf");
            m_sample->write(scene, "nir", values, GDT_Float32);
        }
        auto scenes = m_sample->scenes(test.scenes);
        const auto result = ran(test, scenes);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        if (isTable(test)) {
            for (const auto &row : result->tables.at(0)["rows"]) {
                for (const auto &cell : row)
                    QVERIFY(!cell.is_number_float() || std::isfinite(cell.get<double>()));
            }
            return;
        }
        const std::unique_ptr<GDALDataset> file(GDALDataset::Open(output(test).toUtf8().constData()));
        QVERIFY(file);
        const int width = file->GetRasterXSize();
        const int height = file->GetRasterYSize();
        std::vector<float> values(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
        for (auto *band : file->GetBands()) {
            QCOMPARE(
                band->RasterIO(GF_Read, 0, 0, width, height, values.data(), width, height, GDT_Float32, 0, 0, nullptr),
                CE_None);
            QVERIFY(std::none_of(values.begin(), values.end(), [](float value) { return std::isinf(value); }));
            QVERIFY(std::any_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); }));
        }
    }

    void truncated_data() { rows(); }
    void truncated()
    {
        const Case test = current();
        QFile file(m_sample->fileOf(0, "nir"));
        QVERIFY(file.resize(file.size() / 2));
        auto scenes = m_sample->scenes(test.scenes);
        const auto result = ran(test, scenes);
        QVERIFY(!result);
        QVERIFY(result.error().code != ErrorCode::Internal && !result.error().message.isEmpty());
        QCOMPARE(left(), QStringList());
    }

    /// A limit on the size of files stands in for a full disk.
    void diskFull_data() { rows(); }
    void diskFull()
    {
        const Case test = current();
        auto scenes = m_sample->scenes(test.scenes);
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit old {};
        QCOMPARE(getrlimit(RLIMIT_FSIZE, &old), 0);
        rlimit small = old;
        small.rlim_cur = 64;
        QCOMPARE(setrlimit(RLIMIT_FSIZE, &small), 0);
        const auto result = ran(test, scenes);
        setrlimit(RLIMIT_FSIZE, &old);
        QVERIFY(!result);
        QVERIFY2(result.error().code == ErrorCode::Storage, qPrintable(result.error().message));
        QCOMPARE(left(), QStringList());
    }

    /// Not even root may write there.
    void folderThatTakesNothing_data() { rows(); }
    void folderThatTakesNothing()
    {
        const Case test = current();
        auto scenes = m_sample->scenes(test.scenes);
        data::Recipe recipe;
        recipe.operation = QString::fromLatin1(test.operation);
        recipe.parameters = test.parameters;
        const auto result = run(recipe, scenes, QStringLiteral("/proc/astra/") + QFileInfo(output(test)).fileName(),
                                m_pools, {});
        QVERIFY(!result);
        QVERIFY2(result.error().code == ErrorCode::Storage, qPrintable(result.error().message));
    }

private:
    [[nodiscard]] std::vector<Case> cases() const
    {
        const Json *areas = nullptr;
        for (const auto &test : m_sample->all["cases"]) {
            if (test["parameters"].contains("areas"))
                areas = &test["parameters"]["areas"];
        }
        const Json everywhere = areas ? *areas : Json();
        return {{"index", {{"index", "NDWI"}}, 1, "No valid pixel is left", "There is no valid pixel"},
                {"ndvi", Json::object(), 1, "No valid pixel is left", "There is no valid pixel"},
                {"expression", {{"expression", "sqrt(nir)"}}, 1, "No valid pixel is left", "There is no valid pixel"},
                {"change", Json::object(), 2, "every pixel is masked", "no pixel has data in both"},
                {"composite", {{"bands", {"nir"}}}, 3, "No pixel has data", "No pixel has data"},
                {"zonal", {{"areas", everywhere}}, 1, "Nothing is known of any area", "Nothing is known of any area"},
                {"timeseries", {{"areas", everywhere}}, 3, "No scene shows anything", "No scene shows anything"},
                {"stack", {{"bands", {"nir", "red"}}}, 2, "has no data here", "has no data here"},
                {"convert", {{"bands", {"nir", "red"}}}, 1, "has no data here", "has no data here"}};
    }
    void rows() const
    {
        QTest::addColumn<int>("number");
        int number = 0;
        for (const Case &one : cases())
            QTest::newRow(one.operation) << number++;
    }
    [[nodiscard]] Case current() const
    {
        QFETCH(int, number);
        return cases()[static_cast<std::size_t>(number)];
    }
    [[nodiscard]] static bool isTable(const Case &test)
    {
        return QByteArrayView(test.operation) == "zonal" || QByteArrayView(test.operation) == "timeseries";
    }
    [[nodiscard]] QString output(const Case &test) const
    {
        return m_folder->filePath(isTable(test) ? QStringLiteral("out.csv") : QStringLiteral("out.tif"));
    }
    [[nodiscard]] Result<data::JobResult> ran(const Case &test, SceneSet &scenes, bool masked = false)
    {
        data::Recipe recipe;
        recipe.operation = QString::fromLatin1(test.operation);
        recipe.parameters = test.parameters;
        recipe.maskClouds = masked;
        return run(recipe, scenes, output(test), m_pools, {});
    }
    [[nodiscard]] QStringList left() const
    {
        return QDir(m_folder->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::System | QDir::NoDotAndDotDot);
    }
    [[nodiscard]] Json everywhere(int value) const
    {
        Json values = m_sample->all["scenes"][0]["scl"];
        std::fill(values.begin(), values.end(), value);
        return values;
    }

    std::unique_ptr<test::OptionSample> m_sample;
    std::unique_ptr<QTemporaryDir> m_folder;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_BadInput)
#include "tst_badinput.moc"
