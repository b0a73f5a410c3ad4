// SPDX-License-Identifier: Apache-2.0

// What was looked at is what is written: the values that a preview paints against those in a job's file, at full
// resolution and at an overview level against a job run on that level's grid.

#include "core/backends/local/sceneinputs.h"
#include "core/imagery/look.h"
#include "core/imagery/openscene.h"
#include "core/imagery/styles.h"
#include "core/net/readcounter.h"
#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"

#include <QTemporaryDir>
#include <QTest>

#include <gdal_priv.h>

#include <cmath>

using namespace astra;

namespace {

constexpr int side = 1200;
const data::Grid whole {QStringLiteral("EPSG:32631"), 500000, 5000000, 10, 10, side, side};

struct Pixels {
    data::Grid grid;
    std::vector<float> values;
};

Pixels fileValues(const QString &path)
{
    data::RasterSource source;
    source.path = path;
    auto file = raster::Dataset::open(source);
    if (!file)
        return {};
    Pixels pixels {*file->info().grid(), {}};
    pixels.values
        = file->read(1, {0, 0, pixels.grid.width, pixels.grid.height}, pixels.grid.width, pixels.grid.height)->values;
    return pixels;
}

} // namespace

class tst_PreviewEqualsJob : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        quint32 seed = 3;
        const auto noise = [&seed] {
            seed = seed * 1664525U + 1013904223U;
            return static_cast<int>(seed >> 22);
        };
        make("B08", 10, [&](int x, int y) { return x < 40 && y < 900 ? 0 : 2500 + noise() + x + y / 3; });
        make("B04", 10, [&](int x, int y) { return 1200 + noise() + (x * y) % 701; });
        make("B11", 20, [&](int x, int y) { return 1800 + noise() + x + y; });
        make("SCL", 20, [](int x, int y) { return (x - 200) * (x - 200) + (y - 150) * (y - 150) < 2500 ? 9 : 4; });
        m_scene.id = QStringLiteral("S2B_MSIL2A_20240601T100000_N0510_R022_T31TDK_20240601T120000");
        m_scene.provider = QStringLiteral("local");
        m_scene.collection = m_scene.product = QStringLiteral("sentinel-2-l2a");
        m_scene.platform = QStringLiteral("sentinel-2b");
        m_scene.baseline = QStringLiteral("05.10");
        m_scene.datetime = QDateTime(QDate(2024, 6, 1), QTime(10, 0), Qt::UTC);
        for (const auto &[native, common] :
             {std::pair("B08", "nir"), {"B04", "red"}, {"B11", "swir16"}, {"SCL", "scl"}}) {
            data::Asset asset;
            asset.key = QString::fromLatin1(common);
            asset.href = QUrl::fromLocalFile(file(native));
            data::Band band;
            band.name = QString::fromLatin1(native);
            band.commonName = QString::fromLatin1(common);
            asset.bands.push_back(band);
            m_scene.assets.push_back(asset);
        }
    }

    void equal_data()
    {
        QTest::addColumn<QString>("index");
        QTest::addColumn<bool>("masked");
        QTest::addColumn<double>("pixel"); // 0: full resolution
        for (const char *index : {"NDVI", "NDMI", "EVI2", "SAVI"}) {
            for (const bool masked : {false, true}) {
                for (const double pixel : {0.0, 20.0, 40.0}) {
                    QTest::addRow("%s%s at %g m", index, masked ? " masked" : "", pixel > 0 ? pixel : 10)
                        << QString::fromLatin1(index) << masked << pixel;
                }
            }
        }
    }
    void equal()
    {
        QFETCH(QString, index);
        QFETCH(bool, masked);
        QFETCH(double, pixel);
        data::Recipe recipe;
        recipe.parameters = {{"index", toStd(index)}};
        recipe.maskClouds = masked;
        if (pixel > 0)
            recipe.grid = data::Recipe::GridWish {{}, pixel};
        backends::SceneCopies scenes({m_scene}, nullptr, std::make_shared<net::ReadCounter>());
        const QString out = file("out");
        const auto result = processing::run(recipe, scenes, out, m_pools, {});
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const auto job = fileValues(out);
        QCOMPARE(job.grid.width, static_cast<int>(side * 10 / (pixel > 0 ? pixel : 10)));

        // The way of the map: the same grid, window by window, through its own reading and drawing.
        auto style = imagery::styleNamed(index.toLower());
        QVERIFY(style);
        style->maskClouds = masked;
        const auto look = imagery::Look::of(m_scene, *style);
        QVERIFY(look);
        imagery::OpenScene open(m_scene, nullptr);
        double worst = 0;
        qint64 valid = 0;
        constexpr int tile = 256;
        for (int y = 0; y < job.grid.height; y += tile) {
            for (int x = 0; x < job.grid.width; x += tile) {
                const auto window = raster::windowOf(job.grid, x, y, std::min(tile, job.grid.width - x),
                                                     std::min(tile, job.grid.height - y));
                std::vector<data::Block> blocks;
                for (const auto &band : look->bands) {
                    auto block = open.read(band, window, raster::Resampling::Bilinear, {});
                    QVERIFY(block);
                    blocks.push_back(std::move(*block));
                }
                const auto seen = imagery::prepared(*look, std::move(blocks)).front();
                for (int j = 0; j < window.height; ++j) {
                    for (int i = 0; i < window.width; ++i) {
                        const float a = seen.at(i, j);
                        const float b = job.values[static_cast<size_t>(y + j) * static_cast<size_t>(job.grid.width)
                                                   + static_cast<size_t>(x + i)];
                        QCOMPARE(std::isnan(a), std::isnan(b));
                        if (std::isnan(a))
                            continue;
                        worst = std::max(worst, static_cast<double>(std::abs(a - b)));
                        ++valid;
                    }
                }
            }
        }
        QVERIFY(valid > static_cast<qint64>(job.values.size()) / 2);
        QVERIFY2(worst <= 1e-4, qPrintable(QString::number(worst)));
        QCOMPARE(result->statistics.valid, valid);
    }

private:
    QString file(const char *name) const { return m_dir.filePath(QString::fromLatin1(name) + QStringLiteral(".tif")); }
    void make(const char *name, int pixel, const std::function<int(int, int)> &value)
    {
        const int size = side * 10 / pixel;
        data::Block block(size, size);
        for (int y = 0; y < size; ++y) {
            for (int x = 0; x < size; ++x)
                block.values[static_cast<size_t>(y) * static_cast<size_t>(size) + static_cast<size_t>(x)]
                    = static_cast<float>(value(x, y));
        }
        raster::CogSpec spec;
        spec.grid = whole;
        spec.grid.pixelWidth = spec.grid.pixelHeight = pixel;
        spec.grid.width = spec.grid.height = size;
        spec.type = raster::SampleType::UInt16;
        if (qstrcmp(name, "SCL") == 0)
            spec.overviews = raster::OverviewMethod::Nearest;
        else
            spec.nodata = 0;
        QVERIFY(raster::writeCog(file(name), spec, block, m_pools.cpu));
    }

    QTemporaryDir m_dir;
    Pools m_pools;
    data::Scene m_scene;
};

QTEST_GUILESS_MAIN(tst_PreviewEqualsJob)
#include "tst_previewequalsjob.moc"
