// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QThreadPool>

namespace astra {

/// The two pools. Owned by the engine (or a test) and handed down; it outlives everything that was given it.
struct Pools {
    Pools();
    ~Pools();
    Pools(const Pools &) = delete;
    Pools &operator=(const Pools &) = delete;

    QThreadPool io; ///< GDAL opens and reads; mostly asleep; the only place that waits for a ByteSource
    QThreadPool cpu; ///< decode, compute, style, JSON, encode; one thread a core; never waits for I/O
};

} // namespace astra
