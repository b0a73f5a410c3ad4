// SPDX-License-Identifier: Apache-2.0

// The median of many scenes: whether its time grows as their number does, and whether memory stays under the setting.
//   bench_many [side in pixels, 2048] [repeats, 3] [folder]

#include "core/processing/executor.h"
#include "core/raster/cogwriter.h"
#include "tests/core/processing/scenefiles.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTemporaryDir>

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <functional>

using namespace astra;

namespace {

constexpr int mostScenes = 24;
constexpr double gdalCache = 96; // MB of decoded blocks, for all files together (core/raster/gdalscope.cpp)

/// Fields and noise that differ from scene to scene; an eighth of each is missing.
float landscape(int x, int y, int scene)
{
    quint32 field = static_cast<quint32>((x / 90) * 7919 + (y / 70) * 104729) * 2654435761U;
    field ^= field >> 15;
    quint32 n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U
        + static_cast<quint32>(scene) * 2246822519U;
    n = (n ^ (n >> 13)) * 1274126177U;
    const quint32 cloud = static_cast<quint32>((x / 256) * 31 + (y / 256) * 17 + scene * 7);
    return cloud % 8 == 0 ? data::Block::nodata : static_cast<float>(1000 + field % 3000 + (n >> 16) % 200);
}

QString path(const QString &folder, int scene) { return folder + QStringLiteral("/%1.tif").arg(scene); }

bool generate(const QString &folder, int side)
{
    Pools pools;
    raster::CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 499980, 5000040, 10, 10, side, side};
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    for (int scene = 0; scene < mostScenes; ++scene) {
        data::Block block(side, side);
        for (int y = 0; y < side; ++y) {
            for (int x = 0; x < side; ++x)
                block.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(side) + static_cast<std::size_t>(x)]
                    = landscape(x, y, scene);
        }
        if (!raster::writeCog(path(folder, scene), spec, block, pools.cpu))
            return false;
    }
    return true;
}

/// The median of the first scenes.
/// @param box some of the ground only
bool composite(const QString &folder, int count, const std::optional<data::GeoBox> &box)
{
    Pools pools;
    test::SceneFiles scenes;
    for (int scene = 0; scene < count; ++scene) {
        processing::SceneFacts facts;
        facts.id = QString::number(scene);
        scenes.add(
            facts,
            {{QStringLiteral("nir"), {path(folder, scene), 1, {0.0001, 0, 0.0, QStringLiteral("reflectance"), {}}}}});
    }
    data::Recipe recipe;
    recipe.operation = QStringLiteral("composite");
    recipe.parameters = {{"bands", {"nir"}}};
    recipe.bbox = box;
    const auto result = processing::run(recipe, scenes, folder + QStringLiteral("/median.tif"), pools, {});
    if (!result)
        std::fprintf(stderr, "%s\n", qPrintable(result.error().message));
    return result.has_value();
}

struct Run {
    double seconds = 0;
    double cpu = 0; ///< seconds of all threads, user and system
    double megabytes = 0; ///< peak resident
    bool ok = false;
};

/// In a process of its own, so that its peak memory is its own too.
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
    const auto seconds = [](const timeval &t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return {static_cast<double>(clock.nsecsElapsed()) / 1e9, seconds(usage.ru_utime) + seconds(usage.ru_stime),
            static_cast<double>(usage.ru_maxrss) / 1024, WIFEXITED(status) && WEXITSTATUS(status) == 0};
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int side = argc > 1 ? std::max(512, atoi(argv[1])) : 2048;
    const int repeats = argc > 2 ? std::max(1, atoi(argv[2])) : 3;
    const QTemporaryDir temporary(argc > 3 ? QString::fromLocal8Bit(argv[3]) + QStringLiteral("/bench-") : QString());
    const QString folder = temporary.path();
    if (!measured([&] { return generate(folder, side); }).ok) {
        std::fprintf(stderr, "the inputs could not be made\n");
        return 1;
    }
    // What a process takes that does hardly anything: a spot of 20 by 20 pixels of two scenes.
    const auto spot = data::GeoBox::checked(3.01, 45.14, 3.0125, 45.1418);
    const Run idle = measured([&] { return spot && composite(folder, 2, *spot); });

    std::vector<double> twelve;
    std::vector<double> all;
    std::vector<double> cpuOfTwelve;
    std::vector<double> cpu;
    double peakOfTwelve = 0;
    double peak = 0;
    bool ok = idle.ok;
    (void)measured([&] { return composite(folder, mostScenes, {}); }); // files into memory
    for (int i = 0; i < repeats; ++i) {
        const Run half = measured([&] { return composite(folder, mostScenes / 2, {}); });
        const Run whole = measured([&] { return composite(folder, mostScenes, {}); });
        ok = ok && half.ok && whole.ok;
        twelve.push_back(half.seconds);
        all.push_back(whole.seconds);
        cpuOfTwelve.push_back(half.cpu);
        cpu.push_back(whole.cpu);
        peakOfTwelve = std::max(peakOfTwelve, half.megabytes);
        peak = std::max(peak, whole.megabytes);
    }
    const auto setting = static_cast<double>(processing::RunOptions().memory >> 20);
    std::printf("median of 12 scenes of %d²: %.2f s, CPU %.2f s, %.0f MB; of 24: %.2f s, CPU %.2f s, %.0f MB, of which "
                "a process takes %.0f and "
                "GDAL's cache %.0f\n",
                side, median(twelve), median(cpuOfTwelve), peakOfTwelve, median(all), median(cpu), peak, idle.megabytes,
                gdalCache);
    std::printf("= Median of 24 scenes against 12, time | %.2f × | ≤ 2.2 ×\n", median(all) / median(twelve));
    std::printf("= Median of 24 scenes, memory for tiles | %.0f MB | ≤ %.0f MB (setting)\n",
                peak - idle.megabytes - gdalCache, setting);
    std::printf("= Median of 24 scenes, peak memory | %.0f MB | ≤ 400 MB\n", peak);
    return ok ? 0 : 1;
}
