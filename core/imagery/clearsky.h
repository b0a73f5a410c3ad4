// SPDX-License-Identifier: Apache-2.0
#pragma once

// How much of one's own area a scene shows, from one small window of its mask band's overview.

#include "core/base/async.h"
#include "core/base/bytesource.h"
#include "core/base/pools.h"
#include "core/data/clearsky.h"
#include "core/data/scene.h"

#include <memory>

namespace astra::imagery {

/// Answers are kept in memory and in `cacheDir`; a few scenes are read at a time, the rest wait their turn.
class ClearSkies
{
public:
    /// @param pools outlives this @param sources null: local files only @param cacheDir empty: memory only
    ClearSkies(Pools &pools, std::shared_ptr<ByteSourceFactory> sources, const QString &cacheDir);
    ~ClearSkies();

    /// @param area its polygons; the box counts where it is empty
    [[nodiscard]] Future<data::ClearSky> of(const data::Acquisition &acquisition, const data::GeoBox &box,
                                            const data::Rings &area, StopToken stop);

private:
    class Private;
    std::shared_ptr<Private> d;
};

} // namespace astra::imagery
