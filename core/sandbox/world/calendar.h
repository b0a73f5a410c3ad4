// SPDX-License-Identifier: Apache-2.0
#pragma once

// The acquisitions of the world's year: which satellite passed when, under which sky.

#include "core/sandbox/world/sky.h"

#include <QDateTime>
#include <QString>

#include <span>

namespace astra::sandbox {

enum class Sensor { Sentinel2, Landsat };

/// One pass. The names are those that the real missions' products have, of a tile that no mission has.
struct Pass {
    Sensor sensor = Sensor::Sentinel2;
    const char *mission = ""; ///< "S2A", "LC09"
    const char *start = ""; ///< "20250117T111321", UTC
    const char *processed = ""; ///< when the product was made
    const char *baseline = ""; ///< Sentinel-2: "05.11"
    int orbit = 0; ///< Sentinel-2: relative
    Weather weather;
    bool edge = false; ///< the swath ends within the world

    [[nodiscard]] QString id() const; ///< the product's name: "S2A_MSIL2A_…", "LC09_L2SP_…"
    [[nodiscard]] QString platform() const; ///< "sentinel-2a", "landsat-9"
    [[nodiscard]] QDateTime time() const;
    [[nodiscard]] QDateTime processedTime() const;
    [[nodiscard]] int offset() const; ///< Sentinel-2: what is added to the DN, 1000 from baseline 04.00 on
    /// Whether the sensor saw the pixel (of the whole world).
    [[nodiscard]] bool covers(int column, int row) const;
};

inline constexpr const char *tileName = "30TUZ"; ///< the grid has no row Z: not to be confused with a real tile
inline constexpr const char *pathRow = "202030";

/// Oldest first.
[[nodiscard]] std::span<const Pass> passes();

} // namespace astra::sandbox
