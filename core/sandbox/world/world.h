// SPDX-License-Identifier: Apache-2.0
#pragma once

// The world on disk: one folder of cloud-optimised GeoTIFFs a scene and a manifest that names, sizes and sums them.
// Made under a temporary name and renamed when whole; a later start checks the manifest and every file against it.

#include "core/base/pools.h"
#include "core/base/progress.h"
#include "core/data/geobox.h"
#include "core/data/raster.h"
#include "core/sandbox/world/calendar.h"

#include <functional>
#include <vector>

namespace astra::sandbox {

/// One file of a scene.
struct SceneFile {
    QString band; ///< native name: "B04", "SCL", "SR_B4", "QA_PIXEL"
    QString commonName; ///< "red", "scl", "qa_pixel"
    QString path;
    qint64 bytes = 0;
    int metres = 10; ///< of a pixel
};

struct WorldScene {
    Pass pass;
    double cloudCover = 0; ///< per cent of the pixels that have data
    double nodata = 0; ///< per cent of all
    double snow = 0; ///< per cent of the pixels that have data
    double water = 0;
    data::Ring footprint; ///< of the pixels that have data
    std::vector<SceneFile> files;

    [[nodiscard]] const SceneFile *file(const QString &band) const;
};

class World
{
public:
    /// @param size pixels of 10 m a side: 1824 or, for tests, a smaller multiple of 96 (the middle of the world)
    [[nodiscard]] static Result<World> open(const QString &cacheDir, int size, Pools &pools, const Progress &progress);

    [[nodiscard]] const std::vector<WorldScene> &scenes() const { return m_scenes; } ///< oldest first
    [[nodiscard]] const WorldScene *scene(const QString &productId) const;
    [[nodiscard]] const data::GeoBox &box() const { return m_box; }
    [[nodiscard]] data::Grid grid(int metres) const;
    [[nodiscard]] const QByteArray &checksum() const { return m_checksum; } ///< over all files, hexadecimal
    [[nodiscard]] bool made() const { return m_made; } ///< by this call, not found
    [[nodiscard]] qint64 bytes() const;

private:
    [[nodiscard]] Result<void> load(const QString &folder, Pools &pools);

    std::vector<WorldScene> m_scenes;
    data::GeoBox m_box;
    QByteArray m_checksum;
    int m_size = worldSize;
    bool m_made = false;
};

/// The grid of the middle `size` pixels (10 m) at a resolution.
[[nodiscard]] data::Grid worldGrid(int size, int metres);
/// The first column and row of that middle within the whole.
[[nodiscard]] constexpr int worldFirst(int size) { return (worldSize - size) / 2; }

/// Runs `work(from, to)` over 0 … count on the pool's threads, waits for all.
void inParallel(QThreadPool &pool, int count, const std::function<void(int, int)> &work);

} // namespace astra::sandbox
