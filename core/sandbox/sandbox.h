// SPDX-License-Identifier: Apache-2.0
#pragma once

// The invented world: a landscape made from a seed, five STAC catalogues that overlap and an ASTRA service, served over
// real HTTP on loopback. The application meets it only through the providers.json at its URL.

#include "core/base/progress.h"
#include "core/base/secret.h"
#include "core/sandbox/faults.h"
#include "core/server/server.h"

#include <QDateTime>

#include <functional>
#include <memory>

namespace astra::sandbox {

struct SandboxConfig {
    QString cacheDir; ///< where the world is kept once made (checked by version and checksum)
    quint16 port = 0;
    int slowMs = 2500; ///< how late the slow archive answers; whoever has the fault: twice as late
    std::vector<Fault> faults; ///< what its catalogues do wrong
    int size
        = 0; ///< 10 m pixels a side; 0: the whole world (1824). Smaller ones (tests) are its middle; multiple of 96
    std::function<QDateTime()> clock; ///< what signatures expire by; empty: the system's
};

class Sandbox
{
public:
    /// Makes the world where it is not there yet (≤ 20 s, ≤ 150 MB; blocks: call it from a pool), then serves it.
    [[nodiscard]] static Result<std::unique_ptr<Sandbox>> start(const SandboxConfig &config,
                                                                const Progress &progress = {});
    ~Sandbox();

    [[nodiscard]] QUrl url() const;
    /// The key that its ASTRA service accepts, with processing; `planKey` is accepted but its plan has none (403).
    [[nodiscard]] Secret key() const;
    [[nodiscard]] Secret planKey() const;

private:
    Sandbox();
    class Private;
    std::unique_ptr<Private> d;
};

/// True reflectance or NDVI of the world's ground at a place and date, computed without any file: what tests compare
/// with. `band`: a common name ("blue green red rededge nir nir08 swir16 swir22") or "ndvi" (of nir and red). The value
/// is that of the 10 m pixel which holds the place, in the grid of EPSG:32630 with its corner at (360000, 4816020).
/// A Sentinel-2-like 10 m file of that UTC day holds just that wherever its SCL is none of 0, 3, 8, 9, 10 (no data,
/// shadow, cloud), counted in steps of 8 DN below a reflectance of 0.04 and 16 above: so it is off by at most 0.0004 or
/// 0.0008. 20 m bands count the mean of 2 × 2 pixels so. Landsat-like files count the mean of 3 × 3 to half of their DN
/// (0.0000138) where QA_PIXEL flags no fill, cloud or shadow. NaN outside the world.
[[nodiscard]] double truth(const QString &band, double longitude, double latitude, const QDateTime &date);

} // namespace astra::sandbox
