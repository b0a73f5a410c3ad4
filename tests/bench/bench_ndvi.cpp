// SPDX-License-Identifier: Apache-2.0

// NDVI of a whole Sentinel-2 tile, ours against GDAL's own tools, in one run on one machine: two UInt16 COGs in, one
// Float32 COG with overviews out, same creation options on both sides: DEFLATE at level 6, PREDICTOR=3, blocks of 512,
// averaged overviews made the same way. GDAL's COG driver is run as it comes, on one thread, and with ALL_CPUS.
//   bench_ndvi [side in pixels, 10980] [repeats, 3] [folder]

#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QProcess>
#include <QTemporaryDir>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>

using namespace astra;

namespace {

/// Fields, water and noise: compresses about as real reflectance does.
float landscape(int x, int y, bool nir)
{
    const auto cell = static_cast<quint32>((x / 90) * 7919 + (y / 70) * 104729);
    quint32 h = cell * 2654435761U;
    h ^= h >> 15;
    const float green = static_cast<float>(h % 1000) / 1000.0F;
    quint32 n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U + (nir ? 77U : 0U);
    n = (n ^ (n >> 13)) * 1274126177U;
    const float noise = static_cast<float>((n >> 16) % 120);
    const float relief = 200.0F * std::sin(static_cast<float>(x) / 310.0F) * std::cos(static_cast<float>(y) / 270.0F);
    if (x + y < 900)
        return data::Block::nodata;
    return (nir ? 1500.0F + 3000.0F * green : 1600.0F - 1100.0F * green) + noise + relief;
}

bool generate(const QString &path, int side, bool nir, QThreadPool &pool)
{
    raster::CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 499980, 5000040, 10, 10, side, side};
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    auto writer = raster::CogWriter::create(path, spec, pool);
    if (!writer)
        return false;
    for (int row = 0; row < writer->tileRows(); ++row) {
        const auto *w = &*writer;
        const auto ok = writer->append([w, row, nir](int column) {
            const auto [width, height] = w->tileExtent(column, row);
            data::Block tile(width, height);
            for (int y = 0; y < height; ++y) {
                for (int x = 0; x < width; ++x) {
                    tile.values[static_cast<size_t>(y * width + x)] = landscape(column * 512 + x, row * 512 + y, nir);
                }
            }
            return tile;
        });
        if (!ok)
            return false;
    }
    return writer->finish().has_value();
}

class Files : public processing::InputReader
{
public:
    explicit Files(QString folder)
        : m_folder(std::move(folder))
    {
    }
    Result<std::unique_ptr<processing::BandReader>> band(const QString &name) override
    {
        data::RasterSource source;
        source.path = m_folder + u'/' + name + QStringLiteral(".tif");
        auto dataset = raster::Dataset::open(source);
        if (!dataset)
            return fail(dataset.error());
        return processing::bandReader(std::move(*dataset), 1,
                                      {0.0001, 0, 0.0, QStringLiteral("reflectance"), QStringLiteral("bench")});
    }

private:
    QString m_folder;
};

struct Run {
    double seconds = 0;
    double cpu = 0; // seconds, all threads, user and system
    double megabytes = 0; // peak resident
    bool ok = false;
};

double cpuOf(const rusage &u)
{
    const auto seconds = [](const timeval &t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(u.ru_utime) + seconds(u.ru_stime);
}

/// Runs `work` in a process of its own, so that its peak memory is its own too.
Run measured(const std::function<bool()> &work)
{
    QElapsedTimer clock;
    clock.start();
    const pid_t child = fork();
    if (child == 0)
        _exit(work() ? 0 : 1);
    int status = 0;
    rusage usage {};
    wait4(child, &status, 0, &usage);
    return {static_cast<double>(clock.nsecsElapsed()) / 1e9, cpuOf(usage), static_cast<double>(usage.ru_maxrss) / 1024,
            WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

bool ours(const QString &folder)
{
    Pools pools;
    Files files(folder);
    data::Recipe recipe;
    recipe.parameters = {{"index", "NDVI"}};
    processing::SceneFacts facts;
    facts.bands = QStringList {QStringLiteral("nir"), QStringLiteral("red")};
    processing::SingleScene scenes(files, facts);
    const auto result = processing::run(recipe, scenes, folder + QStringLiteral("/ours.tif"), pools, {});
    if (!result)
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
    return result.has_value();
}

/// A shell's exec, so that the peak is the tool's.
Run tool(const QStringList &command)
{
    std::vector<QByteArray> words;
    for (const auto &word : command)
        words.push_back(word.toUtf8());
    return measured([&] {
        std::vector<char *> arguments;
        for (auto &word : words)
            arguments.push_back(word.data());
        arguments.push_back(nullptr);
        execvp(arguments[0], arguments.data());
        return false;
    });
}

/// @param threads for gdal_translate to compress on; gdal_calc.py has but one
Run theirs(const QString &folder, const QString &threads)
{
    const auto in = [&](const char *name) { return QString(folder + u'/' + QString::fromLatin1(name)); };
    const Run calc = tool({QStringLiteral("gdal_calc.py"), QStringLiteral("--quiet"), QStringLiteral("--overwrite"),
                           QStringLiteral("-A"), in("nir.tif"), QStringLiteral("-B"), in("red.tif"),
                           QStringLiteral("--type=Float32"), QStringLiteral("--NoDataValue=-9999"),
                           QStringLiteral("--calc=(A.astype(float32)-B)/(A.astype(float32)+B)"),
                           QStringLiteral("--outfile=") + in("calc.tif")});
    QStringList translate {QStringLiteral("gdal_translate"), QStringLiteral("-q"), QStringLiteral("-of"),
                           QStringLiteral("COG")};
    for (const auto *option : {"COMPRESS=DEFLATE", "LEVEL=6", "PREDICTOR=FLOATING_POINT",
                               "OVERVIEW_PREDICTOR=FLOATING_POINT", "BLOCKSIZE=512", "RESAMPLING=AVERAGE"})
        translate << QStringLiteral("-co") << QString::fromLatin1(option);
    translate << QStringLiteral("-co") << QString(QStringLiteral("NUM_THREADS=") + threads) << in("calc.tif")
              << in("theirs.tif");
    const Run cog = tool(translate);
    return {calc.seconds + cog.seconds, calc.cpu + cog.cpu, std::max(calc.megabytes, cog.megabytes), calc.ok && cog.ok};
}

Run median(std::vector<Run> runs)
{
    std::sort(runs.begin(), runs.end(), [](const Run &a, const Run &b) { return a.seconds < b.seconds; });
    return runs[runs.size() / 2];
}

void print(const char *name, const Run &run, double output)
{
    std::printf("%-46s %8.2f %8.2f %10.0f %10.1f\n", name, run.seconds, run.cpu, run.megabytes, output);
}

double sizeOf(const QString &path) { return static_cast<double>(QFileInfo(path).size()) / 1e6; }

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int side = argc > 1 ? std::max(512, atoi(argv[1])) : 10980;
    const int repeats = argc > 2 ? std::max(1, atoi(argv[2])) : 3;
    const QTemporaryDir temporary(argc > 3 ? QString::fromLocal8Bit(argv[3]) + QStringLiteral("/bench-") : QString());
    const QString folder = temporary.path();
    const Run made = measured([&] {
        Pools pools;
        return generate(folder + QStringLiteral("/nir.tif"), side, true, pools.cpu)
            && generate(folder + QStringLiteral("/red.tif"), side, false, pools.cpu);
    });
    if (!made.ok) {
        std::fprintf(stderr, "The inputs could not be made in %s\n", qPrintable(folder));
        return 1;
    }
    std::printf("NDVI of %d x %d, UInt16 COGs of %.0f + %.0f MB; medians of %d\n", side, side,
                sizeOf(folder + QStringLiteral("/nir.tif")), sizeOf(folder + QStringLiteral("/red.tif")), repeats);
    std::vector<Run> own;
    std::vector<Run> plain;
    std::vector<Run> threaded;
    for (int i = 0; i < repeats; ++i) {
        own.push_back(measured([&] { return ours(folder); }));
        plain.push_back(theirs(folder, QStringLiteral("1")));
        threaded.push_back(theirs(folder, QStringLiteral("ALL_CPUS")));
        if (!own.back().ok || !plain.back().ok || !threaded.back().ok) {
            std::fprintf(stderr, "%s failed\n", own.back().ok ? "gdal_calc.py or gdal_translate" : "astra");
            return 1;
        }
    }
    const Run a = median(own);
    const Run b = median(plain);
    const Run c = median(threaded);
    const double output = sizeOf(folder + QStringLiteral("/theirs.tif"));
    std::printf("%-46s %8s %8s %10s %10s\n", "", "seconds", "CPU s", "peak MB", "output MB");
    print("astra", a, sizeOf(folder + QStringLiteral("/ours.tif")));
    print("gdal_calc.py + gdal_translate", b, output);
    print("the same, gdal_translate with ALL_CPUS", c, output);
    std::printf("= NDVI job: times faster than gdal_calc.py + gdal_translate | %.2f | >= 2\n", b.seconds / a.seconds);
    std::printf("= NDVI job: the same, gdal_translate with ALL_CPUS | %.2f | \n", c.seconds / a.seconds);
    std::printf("= NDVI job: peak resident, MB | %.0f | < 500\n", a.megabytes);
    return 0;
}
