// SPDX-License-Identifier: Apache-2.0

// The first pixels of a scene: how many requests and bytes it takes until the whole scene is drawn small, from a server
// that answers each request late.
//   bench_first_pixels [side in pixels, 6144] [delay in ms, 50]

#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/raster/bytefiles.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "core/server/server.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTemporaryDir>
#include <QTimer>

#include <gdal.h>

#include <atomic>
#include <cstdio>

using namespace astra;

namespace {

/// Noise over slow waves: compresses no better than real reflectance, so overviews are as heavy as real ones.
float number(int x, int y, unsigned band)
{
    auto n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U + band * 40503U;
    n = (n ^ (n >> 13)) * 1274126177U;
    return 400.0F + static_cast<float>((n >> 16) % 2000) + 600.0F * std::sin(static_cast<float>(x + y) / 500.0F);
}

Result<void> makeBand(const QString &path, int side, unsigned band, QThreadPool &pool)
{
    raster::CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32631"), 499980, 5000040, 10, 10, side, side};
    spec.type = raster::SampleType::UInt16;
    spec.nodata = 0;
    const auto tile = [&](int column, int row) {
        constexpr int size = raster::CogPyramid::tileSize;
        data::Block block(std::min(size, side - column * size), std::min(size, side - row * size));
        for (int y = 0; y < block.height; ++y) {
            for (int x = 0; x < block.width; ++x) {
                block.values[static_cast<std::size_t>(y * block.width + x)] = number(column * size + x, row * size + y,
                                                                                     band);
            }
        }
        return std::vector {std::move(block)};
    };
    return raster::writeCog(path, spec, tile, pool);
}

/// What cannot be avoided: everything before the first tile, and the tiles of the smallest overview that is at least
/// `wanted` pixels wide. As GDAL reads the file's own index.
double leastBytes(const QString &path, int wanted, double *overviewBytes)
{
    GDALAllRegister();
    GDALDatasetH file = GDALOpen(path.toUtf8().constData(), GA_ReadOnly);
    if (!file)
        return 0;
    GDALRasterBandH band = GDALGetRasterBand(file, 1);
    double first = 1e18;
    const auto tiles = [&first](GDALRasterBandH level) {
        int blockWidth = 1;
        int blockHeight = 1;
        GDALGetBlockSize(level, &blockWidth, &blockHeight);
        double bytes = 0;
        for (int y = 0; y * blockHeight < GDALGetRasterBandYSize(level); ++y) {
            for (int x = 0; x * blockWidth < GDALGetRasterBandXSize(level); ++x) {
                const QByteArray at = QByteArray::number(x) + QByteArray("_") + QByteArray::number(y);
                const QByteArray size = QByteArray("BLOCK_SIZE_") + at;
                const QByteArray offset = QByteArray("BLOCK_OFFSET_") + at;
                bytes += QByteArray(GDALGetMetadataItem(level, size.constData(), "TIFF")).toDouble();
                if (const char *place = GDALGetMetadataItem(level, offset.constData(), "TIFF"))
                    first = std::min(first, QByteArray(place).toDouble());
            }
        }
        return bytes;
    };
    *overviewBytes = tiles(band);
    for (int i = 0; i < GDALGetOverviewCount(band); ++i) {
        GDALRasterBandH level = GDALGetOverview(band, i);
        const double bytes = tiles(level);
        if (GDALGetRasterBandXSize(level) >= wanted)
            *overviewBytes = bytes;
    }
    GDALClose(file);
    return first + *overviewBytes;
}

data::Scene sceneAt(const QUrl &base, const QStringList &names, const data::GeoBox &box)
{
    data::Scene scene;
    scene.provider = QStringLiteral("bench");
    scene.id = QStringLiteral("scene");
    scene.bbox = box;
    scene.footprint = box.rings();
    for (const auto &name : names) {
        data::Asset asset;
        asset.key = name;
        asset.href = QUrl(base.toString() + u'/' + name + QStringLiteral(".tif"));
        asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        asset.roles = {QStringLiteral("data")};
        asset.bands = {{name, name, 10.0}};
        asset.stated = data::Radiometry {0.0001, 0, 0.0, QStringLiteral("reflectance"), QStringLiteral("bench")};
        scene.assets.push_back(asset);
    }
    return scene;
}

struct Measured {
    double seconds = 0;
    qint64 requests = 0;
    qint64 bytes = 0;
    bool ok = false;
};

Measured draw(const data::Scene &scene, const QString &style, int side, Pools &pools)
{
    const auto http = net::HttpClient::create();
    imagery::SceneTiles tiles({{scene}}, *imagery::styleNamed(style), pools, http);
    const auto camera = render::fitting(*scene.bbox, side, side, 0);
    const auto visible = render::visibleTiles(camera, 1, scene.bbox);
    QElapsedTimer clock;
    QEventLoop loop;
    Measured measured;
    QObject::connect(&tiles, &imagery::TileLoader::statusChanged, &loop, [&] {
        const auto status = tiles.status();
        if (status.wanted > 0 && status.ready == status.wanted) {
            measured.ok = true;
            loop.quit();
        }
    });
    QObject::connect(&tiles, &imagery::TileLoader::failed, &loop, [&](const Error &error) {
        std::fprintf(stderr, "%s\n", qPrintable(error.message));
        loop.quit();
    });
    QTimer::singleShot(60000, &loop, &QEventLoop::quit);
    clock.start();
    tiles.setVisible(visible);
    loop.exec();
    measured.seconds = static_cast<double>(clock.nsecsElapsed()) / 1e9;
    measured.requests = http->counters().requests;
    measured.bytes = http->counters().bytesReceived;
    return measured;
}

} // namespace

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    const int side = argc > 1 ? std::max(1024, atoi(argv[1])) : 6144;
    const int delay = argc > 2 ? std::max(0, atoi(argv[2])) : 50;
    const QTemporaryDir folder;
    Pools pools;
    const QStringList names = {QStringLiteral("red"), QStringLiteral("green"), QStringLiteral("blue"),
                               QStringLiteral("nir")};
    for (int i = 0; i < names.size(); ++i) {
        if (const auto made = makeBand(folder.filePath(names[i] + QStringLiteral(".tif")), side,
                                       static_cast<unsigned>(i), pools.cpu);
            !made) {
            std::fprintf(stderr, "%s\n", qPrintable(made.error().message));
            return 1;
        }
    }
    const auto server = server::Server::start({}, [&](const server::Request &request) {
        auto response = server::Response::fromFile(folder.path() + request.path, "image/tiff");
        response.delayMs = delay;
        return ready<server::Response>(std::move(response));
    });
    const auto box = raster::boundsInDegrees({QStringLiteral("EPSG:32631"), 499980, 5000040, 10, 10, side, side});
    if (!server || !box)
        return 1;
    const data::Scene scene = sceneAt((*server)->url(), names, *box);
    bool ok = true;
    std::printf("First pixels of %d x %d COGs, each request answered %d ms late, drawn 480 pixels wide\n", side, side,
                delay);
    for (const auto &[style, bands] : {std::pair {"true-color", 3}, std::pair {"ndvi", 2}}) {
        const Measured measured = draw(scene, QString::fromLatin1(style), 480, pools);
        double overview = 0;
        const double least = bands * leastBytes(folder.filePath(QStringLiteral("red.tif")), 480, &overview);
        std::printf("%-11s %6.0f ms  %lld requests  %.0f KB (overview of %.0f KB)\n", style, measured.seconds * 1000,
                    static_cast<long long>(measured.requests), static_cast<double>(measured.bytes) / 1e3,
                    overview / 1e3);
        std::printf("= first pixels, %s: requests per band | %.2f | <= 3\n", style,
                    static_cast<double>(measured.requests) / bands);
        std::printf("= first pixels, %s: bytes / (header + overview) | %.2f | <= 1.5\n", style,
                    static_cast<double>(measured.bytes) / least);
        ok = ok && measured.ok;
    }
    return ok ? 0 : 1;
}
