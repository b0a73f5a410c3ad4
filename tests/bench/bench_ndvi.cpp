// SPDX-License-Identifier: Apache-2.0

// NDVI of a whole Sentinel-2 tile, ours against GDAL's own tools, in one run on one machine: two UInt16 DEFLATE COGs
// in, one Float32 COG with overviews and statistics out, blocks of 512, PREDICTOR=3, averaged overviews. Each round
// runs all of these one after the other; medians are compared:
//
//   limit    what cannot be saved: the compressed tiles of both inputs unpacked, the tiles of the result and of its
//            overviews predicted and compressed, on all cores, in memory, nothing else done
//   astra    our job, with our default codec and with DEFLATE 6
//   peers    gdal_calc.py and gdal_translate -of COG with DEFLATE 6, as they come and with ALL_CPUS; Orfeo ToolBox's
//            BandMath and the same gdal_translate, where it is installed
//
//   bench_ndvi [side in pixels, 10980] [rounds, 3] [folder] [quick: only the limit and the job of our default codec]

#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "core/raster/tilecodec.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFile>
#include <QFileInfo>
#include <QStandardPaths>
#include <QTemporaryDir>

#include <gdal_priv.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <functional>
#include <thread>

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

raster::CogSpec inputSpec(int side)
{
    raster::CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 499980, 5000040, 10, 10, side, side};
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    spec.codec = raster::Codec::Deflate;
    return spec;
}

bool generate(const QString &path, int side, bool nir, QThreadPool &pool)
{
    const auto tile = [side, nir](int column, int row) {
        data::Block block(std::min(512, side - column * 512), std::min(512, side - row * 512));
        for (int y = 0; y < block.height; ++y) {
            for (int x = 0; x < block.width; ++x) {
                block.values[static_cast<size_t>(y * block.width + x)] = landscape(column * 512 + x, row * 512 + y,
                                                                                   nir);
            }
        }
        return std::vector {std::move(block)};
    };
    return raster::writeCog(path, inputSpec(side), tile, pool).has_value();
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

/// The compressed tiles of a file as they stand in it.
std::vector<QByteArray> tilesOf(const QString &path)
{
    raster::initialise();
    std::vector<QByteArray> tiles;
    const std::unique_ptr<GDALDataset> file(GDALDataset::Open(path.toUtf8().constData()));
    QFile bytes(path);
    if (!file || !bytes.open(QIODevice::ReadOnly))
        return tiles;
    auto *band = file->GetRasterBand(1);
    const auto number = [&](const char *what, int x, int y) {
        const QByteArray name = what + QByteArray::number(x) + '_' + QByteArray::number(y);
        return QByteArray(band->GetMetadataItem(name.constData(), "TIFF")).toLongLong();
    };
    for (int y = 0; y < (band->GetYSize() + 511) / 512; ++y) {
        for (int x = 0; x < (band->GetXSize() + 511) / 512; ++x) {
            bytes.seek(number("BLOCK_OFFSET_", x, y));
            tiles.push_back(bytes.read(number("BLOCK_SIZE_", x, y)));
        }
    }
    return tiles;
}

/// The pixels of a result and of its overviews, in tiles.
std::vector<data::Block> pixelsOf(const QString &path)
{
    data::RasterSource source;
    source.path = path;
    auto file = raster::Dataset::open(source);
    std::vector<data::Block> tiles;
    if (!file)
        return tiles;
    auto sizes = file->info().overviews;
    sizes.insert(sizes.begin(), {file->info().width, file->info().height});
    for (int level = 0; level < static_cast<int>(sizes.size()); ++level) {
        const auto [width, height] = sizes[static_cast<size_t>(level)];
        for (int y = 0; y < height; y += 512) {
            for (int x = 0; x < width; x += 512) {
                const raster::Window window {x, y, std::min(512, width - x), std::min(512, height - y)};
                auto block = file->readLevel(1, level - 1, window, window.width, window.height);
                if (block)
                    tiles.push_back(std::move(*block));
            }
        }
    }
    return tiles;
}

void onAllCores(size_t count, const std::function<void(size_t)> &work)
{
    std::atomic<size_t> next {0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < std::max(1U, std::thread::hardware_concurrency()); ++t) {
        threads.emplace_back([&] {
            for (size_t i = next++; i < count; i = next++)
                work(i);
        });
    }
    for (auto &thread : threads)
        thread.join();
}

/// What the codecs alone take.
class Limit
{
public:
    explicit Limit(const QString &folder)
        : m_packed(tilesOf(folder + QStringLiteral("/nir.tif")))
        , m_pixels(pixelsOf(folder + QStringLiteral("/ours.tif")))
    {
        auto more = tilesOf(folder + QStringLiteral("/red.tif"));
        std::move(more.begin(), more.end(), std::back_inserter(m_packed));
    }
    /// Seconds and CPU seconds of unpacking and of packing.
    [[nodiscard]] Run measure(raster::Codec codec) const
    {
        raster::CogSpec output;
        output.codec = codec;
        std::atomic<bool> ok {!m_packed.empty() && !m_pixels.empty()};
        rusage before {};
        getrusage(RUSAGE_SELF, &before);
        QElapsedTimer clock;
        clock.start();
        onAllCores(m_packed.size() + m_pixels.size(), [&](size_t i) {
            const bool done = i < m_packed.size() ? unpacked(m_packed[i])
                                                  : packed(m_pixels[i - m_packed.size()], output);
            ok = ok && done;
        });
        const double seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
        rusage after {};
        getrusage(RUSAGE_SELF, &after);
        return {seconds, cpuOf(after) - cpuOf(before), 0, ok};
    }

private:
    static bool unpacked(const QByteArray &tile)
    {
        constexpr raster::Packing packing {raster::Codec::Deflate, 2, raster::SampleType::UInt16};
        thread_local std::vector<std::uint8_t> samples(packing.bytes());
        return raster::unpack({tile.constData(), static_cast<size_t>(tile.size())}, packing, samples);
    }
    static bool packed(const data::Block &tile, const raster::CogSpec &spec)
    {
        thread_local QByteArray bytes;
        raster::encodeTile(std::span(&tile, 1), spec, bytes);
        return !bytes.isEmpty();
    }
    std::vector<QByteArray> m_packed;
    std::vector<data::Block> m_pixels;
};

/// In a process of its own, too: what is held in memory for it must not count as that of those who come after.
Run limitOf(const QString &folder, raster::Codec codec)
{
    int told[2] {};
    if (pipe(told) != 0)
        return {};
    const pid_t child = fork();
    if (child == 0) {
        const Run run = Limit(folder).measure(codec);
        _exit(write(told[1], &run, sizeof run) == sizeof run ? 0 : 1);
    }
    close(told[1]);
    Run run;
    if (read(told[0], &run, sizeof run) != sizeof run)
        run = {};
    close(told[0]);
    waitpid(child, nullptr, 0);
    return run;
}

bool ours(const QString &folder, const QString &codec, const QString &output, bool durable = false)
{
    Pools pools;
    Files files(folder);
    processing::SceneFacts facts;
    facts.bands = {QStringLiteral("nir"), QStringLiteral("red")};
    processing::SingleScene scene(files, facts);
    data::Recipe recipe;
    recipe.parameters = {{"index", "NDVI"}};
    recipe.codec = codec;
    processing::RunOptions options;
    options.durable = durable;
    const auto result = processing::run(recipe, scene, folder + output, pools, {}, options);
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

Run both(const Run &a, const Run &b)
{
    return {a.seconds + b.seconds, a.cpu + b.cpu, std::max(a.megabytes, b.megabytes), a.ok && b.ok};
}

/// The creation options that all peers share.
Run translated(const QString &from, const QString &to, const QString &threads)
{
    QStringList command {QStringLiteral("gdal_translate"), QStringLiteral("-q"), QStringLiteral("-of"),
                         QStringLiteral("COG")};
    for (const auto *option : {"COMPRESS=DEFLATE", "LEVEL=6", "PREDICTOR=FLOATING_POINT",
                               "OVERVIEW_PREDICTOR=FLOATING_POINT", "BLOCKSIZE=512", "RESAMPLING=AVERAGE"})
        command << QStringLiteral("-co") << QString::fromLatin1(option);
    command << QStringLiteral("-co") << QString(QStringLiteral("NUM_THREADS=") + threads) << from << to;
    return tool(command);
}

/// @param threads for gdal_translate to compress on; gdal_calc.py has but one
Run gdals(const QString &folder, const QString &threads)
{
    const auto in = [&](const char *name) { return QString(folder + u'/' + QString::fromLatin1(name)); };
    const Run calc = tool({QStringLiteral("gdal_calc.py"), QStringLiteral("--quiet"), QStringLiteral("--overwrite"),
                           QStringLiteral("-A"), in("nir.tif"), QStringLiteral("-B"), in("red.tif"),
                           QStringLiteral("--type=Float32"), QStringLiteral("--NoDataValue=-9999"),
                           QStringLiteral("--calc=(A.astype(float32)-B)/(A.astype(float32)+B)"),
                           QStringLiteral("--outfile=") + in("calc.tif")});
    return both(calc, translated(in("calc.tif"), in("theirs.tif"), threads));
}

Run orfeos(const QString &folder)
{
    const auto in = [&](const char *name) { return QString(folder + u'/' + QString::fromLatin1(name)); };
    const Run math = tool({QStringLiteral("otbcli_BandMath"), QStringLiteral("-il"), in("nir.tif"), in("red.tif"),
                           QStringLiteral("-out"), in("math.tif"), QStringLiteral("float"), QStringLiteral("-exp"),
                           QStringLiteral("im1b1 + im2b1 == 0 ? -9999 : (im1b1 - im2b1) / (im1b1 + im2b1)"),
                           QStringLiteral("-progress"), QStringLiteral("0")});
    return both(math, translated(in("math.tif"), in("orfeo.tif"), QStringLiteral("ALL_CPUS")));
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

bool prepare(const QString &folder, int side)
{
    return measured([&] {
               Pools pools;
               return generate(folder + QStringLiteral("/nir.tif"), side, true, pools.cpu)
                   && generate(folder + QStringLiteral("/red.tif"), side, false, pools.cpu);
           })
        .ok;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int side = argc > 1 ? std::max(1024, atoi(argv[1])) : 10980;
    const int rounds = argc > 2 ? std::max(1, atoi(argv[2])) : 3;
    const QString under = argc > 3 ? QString::fromLocal8Bit(argv[3]) + QStringLiteral("/bench-") : QString();
    const QTemporaryDir temporary(under);
    const QTemporaryDir quarter(under);
    const QString folder = temporary.path();
    if (!prepare(folder, side) || !prepare(quarter.path(), side / 2)
        || !measured([&] { return ours(folder, {}, QStringLiteral("/ours.tif")); }).ok) {
        std::fprintf(stderr, "The inputs could not be made in %s\n", qPrintable(folder));
        return 1;
    }
    std::printf("NDVI of %d x %d, UInt16 COGs of %.0f + %.0f MB; medians of %d\n", side, side,
                sizeOf(folder + QStringLiteral("/nir.tif")), sizeOf(folder + QStringLiteral("/red.tif")), rounds);
    const bool quick = argc > 4 && QByteArray(argv[4]) == "quick";
    const bool orfeo = !quick && !QStandardPaths::findExecutable(QStringLiteral("otbcli_BandMath")).isEmpty();
    struct Contestant {
        const char *name;
        QString output;
        std::function<Run()> run;
        std::vector<Run> runs {};
        Run median {};
    };
    const auto job = [&](const char *codec, const char *output, bool durable = false) {
        return [&folder, codec = QString::fromLatin1(codec), output = QString::fromLatin1(output), durable] {
            return measured([&] { return ours(folder, codec, output, durable); });
        };
    };
    const QString theirs = QStringLiteral("/theirs.tif");
    enum { LimitDefault, LimitDeflate, Default, Deflate, Durable, Small, Gdal, GdalThreads, Orfeo };
    std::vector<Contestant> all {
        {"limit, ZSTD 1", {}, [&] { return limitOf(folder, raster::Codec::Zstd); }},
        {"limit, DEFLATE 6", {}, [&] { return limitOf(folder, raster::Codec::Deflate); }},
        {"astra, default codec", QStringLiteral("/ours.tif"), job("", "/ours.tif")},
        {"astra, DEFLATE 6", QStringLiteral("/deflate.tif"), job("deflate", "/deflate.tif")},
        {"astra, default codec, fsync before it is named", QStringLiteral("/durable.tif"),
         job("", "/durable.tif", true)},
        {"astra, default codec, a quarter of the pixels",
         {},
         [&] { return measured([&] { return ours(quarter.path(), {}, QStringLiteral("/ours.tif")); }); }},
        {"gdal_calc.py + gdal_translate", theirs, [&] { return gdals(folder, QStringLiteral("1")); }},
        {"the same, gdal_translate with ALL_CPUS", theirs, [&] { return gdals(folder, QStringLiteral("ALL_CPUS")); }},
    };
    if (orfeo)
        all.push_back({"Orfeo BandMath + gdal_translate, ALL_CPUS", QStringLiteral("/orfeo.tif"),
                       [&] { return orfeos(folder); }});
    for (int round = 0; round < rounds; ++round) {
        for (size_t i = 0; i < all.size(); ++i) {
            if (quick && i != LimitDefault && i != Default)
                continue;
            auto &one = all[i];
            // Taking old files away is not what is measured.
            for (const QString &old : {one.output, QStringLiteral("/calc.tif"), QStringLiteral("/math.tif")}) {
                if (!old.isEmpty())
                    QFile::remove(folder + old);
            }
            one.runs.push_back(one.run());
            if (!one.runs.back().ok) {
                std::fprintf(stderr, "%s failed\n", one.name);
                return 1;
            }
        }
    }
    std::printf("%-46s %8s %8s %10s %10s\n", "", "seconds", "CPU s", "peak MB", "output MB");
    for (auto &one : all) {
        if (one.runs.empty())
            continue;
        one.median = median(one.runs);
        print(one.name, one.median, one.output.isEmpty() ? 0 : sizeOf(folder + one.output));
    }
    const auto seconds = [&](size_t which) { return all[which].median.seconds; };
    const auto line = [](const char *what, double value, const char *bound) {
        std::printf("= NDVI job: %s | %.2f | %s\n", what, value, bound);
    };
    line("default codec, times the limit of its codec", seconds(Default) / seconds(LimitDefault), "<= 1.4");
    line("default codec, CPU times that of the limit", all[Default].median.cpu / all[LimitDefault].median.cpu, "");
    if (quick)
        return 0;
    line("DEFLATE 6, times the limit of its codec", seconds(Deflate) / seconds(LimitDeflate), "<= 1.4");
    line("DEFLATE 6, times faster than gdal_calc.py + COG", seconds(Gdal) / seconds(Deflate), ">= 2.5");
    line("default codec, times faster than the same", seconds(Gdal) / seconds(Default), ">= 4");
    line("DEFLATE 6, times faster than it with ALL_CPUS", seconds(GdalThreads) / seconds(Deflate), "");
    line("default codec, times faster than it with ALL_CPUS", seconds(GdalThreads) / seconds(Default), "");
    if (orfeo)
        line("DEFLATE 6, times faster than Orfeo's BandMath + COG", seconds(Orfeo) / seconds(Deflate), "");
    line("size by default codec / by DEFLATE 6",
         sizeOf(folder + all[Default].output) / sizeOf(folder + all[Deflate].output), "0.9 ... 1.1");
    line("peak resident, MB", std::max(all[Default].median.megabytes, all[Deflate].median.megabytes), "< 400");
    line("peak resident / that of a quarter of the pixels", all[Default].median.megabytes / all[Small].median.megabytes,
         "< 1.5");
    return 0;
}
