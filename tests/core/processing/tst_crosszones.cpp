// SPDX-License-Identifier: Apache-2.0
#include "core/processing/executor.h"
#include "tests/core/processing/expected.h"
#include "tests/core/processing/scenefiles.h"
#include "tests/core/raster/gdalfiles.h"

#include <QTemporaryDir>
#include <QTest>

using namespace astra;

/// Jobs over scenes of two UTM zones and of several pixel sizes, pixel by pixel against what
/// tests/data/operations/crosszones.py has gdalwarp's library give. It says how far they may differ, and why.
class tst_CrossZones : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        auto read = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/operations/crosszones.json"));
        QVERIFY(read);
        m_all = std::move(*read);
        for (std::size_t s = 0; s < listAt(m_all, "scenes").size(); ++s) {
            for (const auto &[band, pixel] : m_all["scenes"][s]["bands"].items())
                write(static_cast<int>(s), band, pixel.get<int>());
        }
    }

    void job_data()
    {
        QTest::addColumn<int>("number");
        QVERIFY(listAt(m_all, "cases").size() >= 8);
        for (std::size_t i = 0; i < m_all["cases"].size(); ++i)
            QTest::newRow(qPrintable(stringAt(m_all["cases"][i], "name"))) << static_cast<int>(i);
    }
    void job()
    {
        QFETCH(int, number);
        const Json &test = m_all["cases"][static_cast<std::size_t>(number)];
        data::Recipe recipe;
        recipe.operation = stringAt(test, "operation");
        recipe.parameters = test["parameters"];
        recipe.resampling = stringAt(test, "resampling");
        recipe.maskClouds = test["mask"].get<bool>();
        if (const Json &wish = member(test, "wish"); !wish.is_null())
            recipe.grid = data::Recipe::GridWish {stringAt(wish, "crs"), *numberAt(wish, "pixel")};
        auto scenes = scenesOf(test);
        const QString out = m_folder.filePath(QStringLiteral("out%1.tif").arg(number));
        const auto result = processing::run(recipe, scenes, out, m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));

        const auto file = raster::Dataset::open(test::local(out));
        QVERIFY(file);
        const Json &grid = test["grid"];
        const auto got = file->info().grid();
        QVERIFY(got);
        QCOMPARE(got->crs, QStringLiteral("EPSG:%1").arg(grid[0].get<int>()));
        QVERIFY(std::abs(got->originX - grid[1].get<double>()) < 1e-6);
        QVERIFY(std::abs(got->originY - grid[2].get<double>()) < 1e-6);
        QCOMPARE(got->pixelWidth, grid[3].get<double>());
        QCOMPARE(got->pixelHeight, grid[3].get<double>());
        QCOMPARE(got->width, grid[4].get<int>());
        QCOMPARE(got->height, grid[5].get<int>());
        QCOMPARE(static_cast<std::size_t>(file->info().bandCount), test["bands"].size());
        for (int band = 1; band <= file->info().bandCount; ++band) {
            const auto doubles = test::readAll(out, band);
            const auto wanted = test::floats(test["bands"][static_cast<std::size_t>(band) - 1]);
            QCOMPARE(test::difference({doubles.begin(), doubles.end()}, wanted, test["tolerance"].get<float>()),
                     QString());
        }
    }

private:
    [[nodiscard]] QString fileOf(int scene, const std::string &band, bool overviews = false) const
    {
        return m_folder.filePath(
            QStringLiteral("%1_%2%3.tif").arg(scene).arg(QString::fromStdString(band)).arg(overviews ? u"_ovr" : u""));
    }
    /// crosszones.py's count().
    [[nodiscard]] static int countOf(int scene, const std::string &band, int x, int y)
    {
        if (band == "scl")
            return (x / 3 + y / 2 + scene) % 5 == 0 ? 9 : 4;
        const int b = band == "red" ? 0 : band == "nir" ? 1 : 2;
        if ((7 * x + 13 * y + 5 * b + scene) % 53 == 0)
            return 0;
        return 1700 + 900 * b + 150 * scene + (x * x * (3 + b) + y * y * (5 + scene) + 7 * x * y) % 601;
    }
    /// With overviews and without.
    void write(int scene, const std::string &band, int pixel) const
    {
        const Json &of = m_all["scenes"][static_cast<std::size_t>(scene)];
        int finest = pixel;
        for (const auto &[name, size] : of["bands"].items())
            finest = std::min(finest, size.get<int>());
        test::Made made;
        made.width = of["width"].get<int>() * finest / pixel;
        made.height = of["height"].get<int>() * finest / pixel;
        made.epsg = of["crs"].get<int>();
        made.transform = {of["x"].get<double>(),      static_cast<double>(pixel), 0, of["y"].get<double>(), 0,
                          -static_cast<double>(pixel)};
        made.nodata = 0;
        for (const bool overviews : {false, true}) {
            made.overviews = overviews;
            test::makeTiff(fileOf(scene, band, overviews), made,
                           [&](int x, int y, int) { return countOf(scene, band, x, y); });
        }
    }
    [[nodiscard]] test::SceneFiles scenesOf(const Json &test) const
    {
        test::SceneFiles files;
        for (const Json &entry : test["scenes"]) {
            const int scene = entry.get<int>();
            processing::SceneFacts facts;
            facts.id = QStringLiteral("scene%1").arg(scene);
            facts.platform = QStringLiteral("sentinel-2a");
            facts.datetime = QDateTime(QDate(2024, 6, 1 + scene), QTime(10, 30), Qt::UTC);
            facts.mask = processing::MaskKind::Scl;
            test::SceneFiles::Bands bands;
            for (const auto &[band, pixel] : m_all["scenes"][static_cast<std::size_t>(scene)]["bands"].items()) {
                const bool isMask = band == "scl";
                bands[QString::fromStdString(band)] = {
                    fileOf(scene, band, test["overviews"].get<bool>()), 1,
                    data::Radiometry {isMask ? 1 : 0.0001, isMask ? 0 : -0.1, 0.0, {}, {}}};
            }
            files.add(facts, bands);
        }
        return files;
    }

    Json m_all;
    QTemporaryDir m_folder;
    Pools m_pools;
};

QTEST_GUILESS_MAIN(tst_CrossZones)
#include "tst_crosszones.moc"
