// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/world/maker.h"

#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"

#include <algorithm>
#include <cmath>

namespace astra::sandbox {

namespace {
struct BandFile {
    const char *name;
    const char *commonName;
    int band; ///< SpectralBand; −1: the mask
    int metres;
};
constexpr std::array<BandFile, 9> sentinelFiles {{{"B02", "blue", Blue, 10},
                                                  {"B03", "green", Green, 10},
                                                  {"B04", "red", Red, 10},
                                                  {"B05", "rededge", RedEdge, 20},
                                                  {"B08", "nir", Nir, 10},
                                                  {"B8A", "nir08", NirNarrow, 20},
                                                  {"B11", "swir16", Swir16, 20},
                                                  {"B12", "swir22", Swir22, 20},
                                                  {"SCL", "scl", -1, 20}}};
constexpr std::array<BandFile, 7> landsatFiles {{{"SR_B2", "blue", Blue, 30},
                                                 {"SR_B3", "green", Green, 30},
                                                 {"SR_B4", "red", Red, 30},
                                                 {"SR_B5", "nir08", NirNarrow, 30},
                                                 {"SR_B6", "swir16", Swir16, 30},
                                                 {"SR_B7", "swir22", Swir22, 30},
                                                 {"QA_PIXEL", "qa_pixel", -1, 30}}};

/// The sensor's number for a reflectance. The Sentinel-2-like one counts in steps of 8, of 16 where it is
/// bright: nobody sees it, and the files are half as large.
float counted(const Pass &pass, float reflectance)
{
    if (pass.sensor == Sensor::Landsat)
        return std::clamp(std::floor((reflectance + 0.2F) / 0.0000275F + 0.5F), 1.0F, 65535.0F);
    const float number = reflectance * 10000;
    const float step = number < 400 ? 8 : 16;
    return std::max(1.0F, step * std::floor(number / step + 0.5F) + static_cast<float>(pass.offset()));
}

enum Flag : std::uint8_t { Seen = 1, Wet = 2, Snowy = 4, Green_ = 8, Dark = 16, Shaded = 32 };

float sceneClass(std::uint8_t all, std::uint8_t any, float cloud)
{
    if ((all & Seen) == 0)
        return data::Block::nodata;
    if (cloud > 0)
        return cloud > 0.55F ? 9 : cloud > 0.2F ? 8 : 10;
    if ((any & Shaded) != 0)
        return 3;
    if ((all & Wet) != 0)
        return 6;
    if ((all & Snowy) != 0)
        return 11;
    if ((all & Dark) != 0)
        return 2;
    return (all & Green_) != 0 ? 4 : 5;
}

float qualityBits(std::uint8_t all, std::uint8_t any, float cloud)
{
    if ((all & Seen) == 0)
        return 1; // fill: the mask of Landsat has a value everywhere
    unsigned bits = 0;
    if (cloud > 0)
        bits |= cloud > 0.2F ? 1U << 3U | 3U << 8U : 1U << 1U | 2U << 8U;
    else
        bits |= 1U << 6U | 1U << 8U;
    const bool shaded = cloud <= 0 && (any & Shaded) != 0;
    bits |= shaded ? 1U << 4U | 3U << 10U : 1U << 10U;
    bits |= (all & Snowy) != 0 && cloud <= 0 ? 1U << 5U | 3U << 12U : 1U << 12U;
    bits |= (all & Wet) != 0 ? 1U << 7U : 0U;
    bits |= 1U << 14U;
    return static_cast<float>(bits);
}
} // namespace

/// What the sensor sees, 10 m.
struct Maker::Picture {
    std::vector<Spectrum> pixels;
    std::vector<std::uint8_t> flags;
    std::vector<float> cloud;
};

Maker::Maker(int size, Pools &pools)
    : m_size(size)
    , m_first(worldFirst(size))
    , m_pools(pools)
{
}

void Maker::prepare()
{
    m_sites.resize(static_cast<std::size_t>(m_size) * static_cast<std::size_t>(m_size));
    inParallel(m_pools.cpu, m_size, [this](int from, int to) {
        // Each height serves three pixels: its own and the slopes of two neighbours.
        const auto centre = [this](int i) { return (static_cast<float>(m_first + i) + 0.5F) * pixelMetres; };
        const auto heightsOf = [&](int row) {
            std::vector<float> heights(static_cast<std::size_t>(m_size) + 1);
            const float y = centre(row);
            for (int column = 0; column <= m_size; ++column)
                heights[static_cast<std::size_t>(column)] = elevationAt(centre(column), y);
            return heights;
        };
        std::vector<float> next = heightsOf(from);
        for (int row = from; row < to; ++row) {
            const std::vector<float> own = std::move(next);
            next = heightsOf(row + 1);
            auto *site = &m_sites[static_cast<std::size_t>(row) * static_cast<std::size_t>(m_size)];
            for (int column = 0; column < m_size; ++column, ++site) {
                const auto c = static_cast<std::size_t>(column);
                *site = siteAt(centre(column), centre(row), own[c], own[c + 1], next[c]);
            }
        }
    });
}

void Maker::observe(const Pass &pass, Picture &picture) const
{
    const Season season = seasonOf(pass.time().date().dayOfYear());
    Sky sky(pass.weather, season, m_first, m_size);
    inParallel(m_pools.cpu, sky.cellRows(), [&sky](int from, int to) { sky.fill(from, to); });
    picture.pixels.resize(m_sites.size());
    picture.flags.resize(m_sites.size());
    picture.cloud.resize(m_sites.size());
    inParallel(m_pools.cpu, m_size, [&](int from, int to) {
        for (int row = from; row < to; ++row) {
            for (int column = 0; column < m_size; ++column) {
                const auto i = static_cast<std::size_t>(row) * static_cast<std::size_t>(m_size)
                    + static_cast<std::size_t>(column);
                if (!pass.covers(m_first + column, m_first + row))
                    continue;
                const Ground ground = groundAt(m_sites[i], season);
                const float cloud = sky.cloud(column, row);
                const float shadow = sky.shadow(column, row);
                picture.cloud[i] = cloud;
                picture.pixels[i] = cloud > 0 || shadow > 0 ? Sky::seen(ground.reflectance, cloud, shadow)
                                                            : ground.reflectance;
                const float red = ground.reflectance[Red];
                const float nir = ground.reflectance[Nir];
                picture.flags[i] = static_cast<std::uint8_t>(Seen | (ground.water ? Wet : 0)
                                                             | (ground.snow > 0.4F ? Snowy : 0)
                                                             | (nir - red > 0.4F * (nir + red) ? Green_ : 0)
                                                             | (ground.dark ? Dark : 0) | (shadow > 0 ? Shaded : 0));
            }
        }
    });
}

data::Block Maker::bandBlock(const Pass &pass, const Picture &picture, int band, int cells) const
{
    const int side = m_size / cells;
    data::Block block(side, side);
    inParallel(m_pools.cpu, side, [&](int from, int to) {
        for (int row = from; row < to; ++row) {
            for (int column = 0; column < side; ++column) {
                float sum = 0;
                bool seen = true;
                for (int j = 0; j < cells && seen; ++j) {
                    for (int k = 0; k < cells; ++k) {
                        const auto i = static_cast<std::size_t>(row * cells + j) * static_cast<std::size_t>(m_size)
                            + static_cast<std::size_t>(column * cells + k);
                        seen = seen && picture.flags[i] != 0;
                        sum += picture.pixels[i][static_cast<std::size_t>(band)];
                    }
                }
                if (seen)
                    block.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(side)
                                 + static_cast<std::size_t>(column)]
                        = counted(pass, sum / static_cast<float>(cells * cells));
            }
        }
    });
    return block;
}

data::Block Maker::maskBlock(const Pass &pass, const Picture &picture, int cells) const
{
    const int side = m_size / cells;
    data::Block block(side, side);
    for (int row = 0; row < side; ++row) {
        for (int column = 0; column < side; ++column) {
            std::uint8_t all = 0xff;
            std::uint8_t any = 0;
            float cloud = 0;
            for (int j = 0; j < cells; ++j) {
                for (int k = 0; k < cells; ++k) {
                    const auto i = static_cast<std::size_t>(row * cells + j) * static_cast<std::size_t>(m_size)
                        + static_cast<std::size_t>(column * cells + k);
                    all = static_cast<std::uint8_t>(all & picture.flags[i]);
                    any = static_cast<std::uint8_t>(any | picture.flags[i]);
                    cloud = std::max(cloud, picture.cloud[i]);
                }
            }
            block.values[static_cast<std::size_t>(row) * static_cast<std::size_t>(side)
                         + static_cast<std::size_t>(column)]
                = pass.sensor == Sensor::Landsat ? qualityBits(all, any, cloud) : sceneClass(all, any, cloud);
        }
    }
    return block;
}

void Maker::describe(const Pass &pass, const data::Block &mask, WorldScene &scene) const
{
    qint64 valid = 0;
    qint64 cloudy = 0;
    qint64 snowy = 0;
    qint64 wet = 0;
    for (const float value : mask.values) {
        const unsigned v = std::isnan(value) ? 0 : static_cast<unsigned>(value);
        if (pass.sensor == Sensor::Landsat) {
            valid += (v & 1U) == 0 ? 1 : 0;
            cloudy += (v & 0b1010U) != 0 ? 1 : 0;
            snowy += (v >> 5U) & 1U;
            wet += (v >> 7U) & 1U;
        } else {
            valid += v != 0 ? 1 : 0;
            cloudy += v >= 8 && v <= 10 ? 1 : 0;
            snowy += v == 11 ? 1 : 0;
            wet += v == 6 ? 1 : 0;
        }
    }
    const auto percent = [](qint64 part, qint64 whole) {
        return whole == 0 ? 0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
    };
    scene.cloudCover = percent(cloudy, valid);
    scene.snow = percent(snowy, valid);
    scene.water = percent(wet, valid);
    const auto total = static_cast<qint64>(mask.values.size());
    scene.nodata = percent(total - valid, total);
    scene.pass = pass;

    // The corners of what the sensor saw, clockwise from the upper left.
    const auto firstSeen = [&](int row) {
        int column = 0;
        while (column < m_size && !pass.covers(m_first + column, m_first + row))
            ++column;
        return column;
    };
    const data::Grid grid = worldGrid(m_size, 10);
    const auto place = [&](int column, int row) {
        return QPointF(grid.originX + column * grid.pixelWidth, grid.originY - row * grid.pixelHeight);
    };
    scene.footprint = {place(firstSeen(0), 0), place(m_size, 0), place(m_size, m_size),
                       place(firstSeen(m_size - 1), m_size), place(firstSeen(0), 0)};
    if (const auto degrees = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326")))
        degrees->apply(scene.footprint);
}

Result<WorldScene> Maker::make(const Pass &pass, const QString &folder, const Progress &progress)
{
    Picture picture;
    observe(pass, picture);
    WorldScene scene;
    const bool landsat = pass.sensor == Sensor::Landsat;
    const std::span<const BandFile> files = landsat ? std::span<const BandFile>(landsatFiles) : sentinelFiles;
    double done = 0;
    for (const BandFile &file : files) {
        if (!progress.report(done / static_cast<double>(files.size())))
            return cancelled();
        const int cells = file.metres / 10;
        const bool mask = file.band < 0;
        raster::CogSpec spec;
        spec.grid = worldGrid(m_size, file.metres);
        spec.type = mask && !landsat ? raster::SampleType::UInt8 : raster::SampleType::UInt16;
        spec.nodata = mask && landsat ? 1 : 0;
        spec.overviews = mask ? raster::OverviewMethod::Nearest : raster::OverviewMethod::Average;
        spec.description = QString::fromLatin1(file.name);
        spec.level = 7;
        const data::Block pixels = mask ? maskBlock(pass, picture, cells) : bandBlock(pass, picture, file.band, cells);
        if (mask)
            describe(pass, pixels, scene);
        const QString name = spec.description + u".tif";
        const auto written = raster::writeCog(folder + u'/' + name, spec, pixels, m_pools.cpu,
                                              {{QStringLiteral("ASTRA_INVENTED"), QStringLiteral("YES")}});
        if (!written)
            return fail(written.error());
        scene.files.push_back({spec.description, QString::fromLatin1(file.commonName), name, 0, file.metres});
        done += 1;
    }
    return scene;
}

} // namespace astra::sandbox
