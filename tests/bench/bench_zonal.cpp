// SPDX-License-Identifier: Apache-2.0

// NDVI in ten thousand polygons over two UInt16 COGs: ours in one pass over the raster, against the way it is usually
// done, a loop over the polygons that reads the window of each, burns it and looks at what lies inside (GDAL, one
// thread, files open and in its cache). Same GeoJSON, same pixels: the counts have to agree. Ours also writes its table
// and tells each polygon's hectares.
//   bench_zonal [side in pixels, 4096] [polygons, 10000] [repeats, 3] [folder]

#include "core/data/areajson.h"
#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <gdal_alg.h>
#include <gdal_priv.h>
#include <ogr_geometry.h>
#include <ogr_spatialref.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <random>

using namespace astra;

namespace {

const QString crs = QStringLiteral("EPSG:32631");
constexpr double left = 499980;
constexpr double top = 5000040;
constexpr double pixel = 10;

data::Grid gridOf(int side) { return {crs, left, top, pixel, pixel, side, side}; }

/// Fields and noise.
float landscape(int x, int y, bool nir)
{
    const auto cell = static_cast<quint32>((x / 90) * 7919 + (y / 70) * 104729);
    quint32 h = cell * 2654435761U;
    h ^= h >> 15;
    const float green = static_cast<float>(h % 1000) / 1000.0F;
    quint32 n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U + (nir ? 77U : 0U);
    n = (n ^ (n >> 13)) * 1274126177U;
    return std::round((nir ? 1500.0F + 3000.0F * green : 1600.0F - 1100.0F * green)
                      + static_cast<float>((n >> 16) % 120));
}

bool generate(const QString &path, int side, bool nir, QThreadPool &pool)
{
    raster::CogSpec spec;
    spec.grid = gridOf(side);
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    const auto tile = [side, nir](int column, int row) {
        constexpr int size = raster::CogPyramid::tileSize;
        data::Block block(std::min(size, side - column * size), std::min(size, side - row * size));
        for (int y = 0; y < block.height; ++y) {
            for (int x = 0; x < block.width; ++x) {
                block.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(block.width)
                             + static_cast<std::size_t>(x)]
                    = landscape(column * size + x, row * size + y, nir);
            }
        }
        return std::vector<data::Block> {std::move(block)};
    };
    return raster::writeCog(path, spec, tile, pool).has_value();
}

/// Fields with eight to twenty corners, in metres; together they cover the scene about once.
std::vector<data::Ring> fields(int side, int count)
{
    std::mt19937 random(20240630);
    std::uniform_real_distribution<double> share(0.7, 1);
    std::vector<data::Ring> rings;
    const int across = static_cast<int>(std::ceil(std::sqrt(count)));
    const double step = side * pixel / across;
    for (int i = 0; i < count; ++i) {
        const double x = left + (i % across + 0.5) * step;
        const double y = top - (i / across + 0.5) * step;
        const int corners = 8 + i % 13;
        data::Ring ring;
        for (int k = 0; k < corners; ++k) {
            const double angle = 2 * std::numbers::pi * k / corners;
            const double r = 0.6 * step * share(random);
            ring.emplace_back(x + r * std::cos(angle), y + r * std::sin(angle));
        }
        rings.push_back(std::move(ring));
    }
    return rings;
}

/// Counts every pixel that is read.
class Counted : public processing::BandReader
{
public:
    Counted(std::unique_ptr<processing::BandReader> reader, std::atomic<qint64> &pixels)
        : m_reader(std::move(reader))
        , m_pixels(pixels)
    {
    }
    const data::Grid &grid() const override { return m_reader->grid(); }
    const data::Radiometry &radiometry() const override { return m_reader->radiometry(); }
    void alignTo(const data::Grid &target) override { m_reader->alignTo(target); }
    Result<data::Block> read(const data::Grid &window, raster::Resampling resampling) override
    {
        m_pixels += static_cast<qint64>(window.width) * window.height;
        return m_reader->read(window, resampling);
    }
    std::optional<Result<raster::RawBlock>> readRaw(const data::Grid &window) override
    {
        auto raw = m_reader->readRaw(window);
        if (raw)
            m_pixels += static_cast<qint64>(window.width) * window.height;
        return raw;
    }
    Zeros zeros() const override { return m_reader->zeros(); }
    raster::ReadCost cost(const data::Grid &window) override { return m_reader->cost(window); }

private:
    std::unique_ptr<processing::BandReader> m_reader;
    std::atomic<qint64> &m_pixels;
};

class Files : public processing::InputReader
{
public:
    explicit Files(QString folder)
        : m_folder(std::move(folder))
    {
    }
    std::atomic<qint64> pixels {0};
    Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override
    {
        data::RasterSource source;
        source.path = m_folder + u'/' + name + QStringLiteral(".tif");
        auto dataset = raster::Dataset::open(source);
        if (!dataset)
            return fail(dataset.error());
        auto reader = processing::bandReader(std::move(*dataset), 1, {});
        if (!reader)
            return reader;
        return std::make_unique<Counted>(std::move(*reader), pixels);
    }

private:
    QString m_folder;
};

struct Outcome {
    double seconds = 0;
    qint64 count = 0; // valid pixels of all areas
    double sum = 0; // of their means
    double readings = 0; // pixels read for each pixel of the inputs
};

Outcome ours(const QString &folder, int side, const Json &areas)
{
    Pools pools;
    Files files(folder);
    data::Recipe recipe;
    recipe.operation = QStringLiteral("zonal");
    recipe.parameters = {{"areas", areas}};
    processing::SceneFacts facts;
    facts.bands = QStringList {QStringLiteral("nir"), QStringLiteral("red")};
    processing::SingleScene scenes(files, facts);
    QElapsedTimer clock;
    clock.start();
    const auto result = processing::run(recipe, scenes, folder + QStringLiteral("/zonal.csv"), pools, {});
    Outcome outcome;
    outcome.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    if (!result) {
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
        return outcome;
    }
    const Json &table = result->tables.at(0);
    const auto columns = asStringList(table["columns"]);
    const auto count = static_cast<std::size_t>(columns.indexOf(QStringLiteral("count")));
    const auto mean = static_cast<std::size_t>(columns.indexOf(QStringLiteral("mean")));
    for (const auto &row : table["rows"]) {
        outcome.count += row[count].get<qint64>();
        outcome.sum += asNumber(row[mean]).value_or(0);
    }
    outcome.readings = static_cast<double>(files.pixels) / (2.0 * side * side);
    return outcome;
}

/// Polygon by polygon.
Outcome theirs(const QString &folder, int side, const Json &areas)
{
    QElapsedTimer clock;
    clock.start();
    Outcome outcome;
    std::vector<std::unique_ptr<GDALDataset>> inputs;
    for (const auto *name : {"/nir.tif", "/red.tif"})
        inputs.emplace_back(GDALDataset::Open(QString(folder + QString::fromLatin1(name)).toUtf8().constData()));
    auto *memory = GetGDALDriverManager()->GetDriverByName("MEM");
    OGRSpatialReference reference;
    OGRSpatialReference degrees;
    reference.importFromEPSG(32631);
    degrees.importFromEPSG(4326);
    degrees.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    const std::unique_ptr<OGRCoordinateTransformation> way(OGRCreateCoordinateTransformation(&degrees, &reference));
    for (const auto &feature : areas["features"]) {
        const std::unique_ptr<OGRGeometry> polygon(
            OGRGeometryFactory::createFromGeoJson(toText(feature["geometry"]).constData()));
        if (!polygon || polygon->transform(way.get()) != OGRERR_NONE)
            return {};
        OGREnvelope box;
        polygon->getEnvelope(&box);
        const int x0 = std::clamp(static_cast<int>(std::floor((box.MinX - left) / pixel)), 0, side);
        const int x1 = std::clamp(static_cast<int>(std::ceil((box.MaxX - left) / pixel)), 0, side);
        const int y0 = std::clamp(static_cast<int>(std::floor((top - box.MaxY) / pixel)), 0, side);
        const int y1 = std::clamp(static_cast<int>(std::ceil((top - box.MinY) / pixel)), 0, side);
        const int width = x1 - x0;
        const int height = y1 - y0;
        if (width < 1 || height < 1)
            continue;
        const auto size = static_cast<std::size_t>(width) * static_cast<std::size_t>(height);
        std::vector<std::vector<float>> bands(2, std::vector<float>(size));
        for (std::size_t b = 0; b < 2; ++b) {
            if (inputs[b]->GetRasterBand(1)->RasterIO(GF_Read, x0, y0, width, height, bands[b].data(), width, height,
                                                      GDT_Float32, 0, 0, nullptr)
                != CE_None)
                return {};
        }
        std::unique_ptr<GDALDataset> mask(memory->Create("", width, height, 1, GDT_Byte, nullptr));
        std::array<double, 6> transform {left + x0 * pixel, pixel, 0, top - y0 * pixel, 0, -pixel};
        mask->SetGeoTransform(transform.data());
        mask->SetSpatialRef(&reference);
        int band = 1;
        double one = 1;
        OGRGeometryH geometry = OGRGeometry::ToHandle(polygon.get());
        std::vector<unsigned char> inside(size);
        if (GDALRasterizeGeometries(mask.get(), 1, &band, 1, &geometry, nullptr, nullptr, &one, nullptr, nullptr,
                                    nullptr)
                != CE_None
            || mask->GetRasterBand(1)->RasterIO(GF_Read, 0, 0, width, height, inside.data(), width, height, GDT_Byte, 0,
                                                0, nullptr)
                != CE_None)
            return {};
        qint64 count = 0;
        double sum = 0;
        double squares = 0;
        float least = std::numeric_limits<float>::infinity();
        float most = -least;
        for (std::size_t i = 0; i < size; ++i) {
            if (!inside[i] || bands[0][i] == 0 || bands[1][i] == 0)
                continue;
            const float v = (bands[0][i] - bands[1][i]) / (bands[0][i] + bands[1][i]);
            ++count;
            sum += static_cast<double>(v);
            squares += static_cast<double>(v) * static_cast<double>(v);
            least = std::min(least, v);
            most = std::max(most, v);
        }
        outcome.count += count;
        outcome.sum += count > 0 && std::isfinite(squares) && least <= most ? sum / static_cast<double>(count) : 0;
    }
    outcome.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    return outcome;
}

/// As they are read from a file.
std::vector<data::NamedArea> areasOf(const std::vector<data::Ring> &fields)
{
    const auto toDegrees = raster::Transform::create(crs, QStringLiteral("EPSG:4326"));
    std::vector<data::NamedArea> areas;
    for (data::Ring ring : fields) {
        toDegrees->apply(ring);
        areas.push_back({QString::number(areas.size() + 1), {std::move(ring)}});
    }
    return data::areasFromGeoJson(data::toGeoJson(areas)).value();
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int side = argc > 1 ? std::max(512, atoi(argv[1])) : 4096;
    const int count = argc > 2 ? std::max(100, atoi(argv[2])) : 10'000;
    const int repeats = argc > 3 ? std::max(1, atoi(argv[3])) : 3;
    const QTemporaryDir temporary(argc > 4 ? QString::fromLocal8Bit(argv[4]) + QStringLiteral("/bench-") : QString());
    const QString folder = temporary.path();
    raster::initialise();
    {
        Pools pools;
        if (!generate(folder + QStringLiteral("/nir.tif"), side, true, pools.cpu)
            || !generate(folder + QStringLiteral("/red.tif"), side, false, pools.cpu)) {
            std::fprintf(stderr, "The inputs could not be made in %s\n", qPrintable(folder));
            return 1;
        }
    }
    const auto many = fields(side, count);
    const auto few = fields(side, count / 100);
    const auto manyAreas = areasOf(many);
    const Json manyJson = data::toJson(manyAreas);
    const Json fewJson = data::toJson(areasOf(few));
    const Json geoJson = data::toGeoJson(manyAreas);
    std::vector<Outcome> all;
    std::vector<Outcome> fewer;
    std::vector<Outcome> loop;
    for (int i = 0; i < repeats; ++i) {
        all.push_back(ours(folder, side, manyJson));
        fewer.push_back(ours(folder, side, fewJson));
        loop.push_back(theirs(folder, side, geoJson));
    }
    const auto median = [](std::vector<Outcome> &runs) {
        std::sort(runs.begin(), runs.end(), [](const Outcome &a, const Outcome &b) { return a.seconds < b.seconds; });
        return runs[runs.size() / 2];
    };
    const Outcome a = median(all);
    const Outcome b = median(fewer);
    const Outcome c = median(loop);
    std::printf("NDVI in %d polygons over %d x %d, two UInt16 COGs; medians of %d\n", count, side, side, repeats);
    std::printf("%-46s %8.2f s  %lld pixels in areas, mean of means %.6f\n", "astra, one pass", a.seconds,
                static_cast<long long>(a.count), a.sum / count);
    std::printf("%-46s %8.2f s\n", "astra, a hundredth of the polygons", b.seconds);
    std::printf("%-46s %8.2f s  %lld pixels in areas, mean of means %.6f\n", "GDAL, polygon by polygon, one thread",
                c.seconds, static_cast<long long>(c.count), c.sum / count);
    // An edge that is straight in degrees is not quite the same line.
    const double apart = std::abs(static_cast<double>(a.count - c.count))
        / static_cast<double>(std::max<qint64>(1, c.count));
    if (apart > 1e-4 || std::abs(a.sum - c.sum) / count > 1e-4) {
        std::fprintf(stderr, "The two do not agree.\n");
        return 1;
    }
    std::printf("= Zonal: seconds for %d polygons over %d² | %.2f | \n", count, side, a.seconds);
    std::printf("= Zonal: pixels read for each pixel of the inputs | %.3f | <= 1\n", a.readings);
    std::printf("= Zonal: time against a hundredth of the polygons | %.2f | \n", a.seconds / b.seconds);
    std::printf("= Zonal: times faster than a loop over polygons | %.2f | \n", c.seconds / a.seconds);
    return 0;
}
