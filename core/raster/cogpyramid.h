// SPDX-License-Identifier: Apache-2.0
#pragma once

// A COG that grows from tiles in any order: each is encoded and kept in a TileStore, overviews follow as soon as the
// four tiles of one are there, and the file is laid out from the store. Its bytes depend on the pixels alone: not on
// the order of work, the number of threads, or how often the job was cut off.

#include "core/base/stopsource.h"
#include "core/data/job.h"
#include "core/raster/cogspec.h"
#include "core/raster/tilestore.h"

#include <QThreadPool>

namespace astra::raster {

class CogPyramid
{
public:
    static constexpr int tileSize = 512;

    /// @param store outlives it @param file the first part of its keys there
    [[nodiscard]] static Result<std::unique_ptr<CogPyramid>> create(TileStore &store, quint16 file, CogSpec spec,
                                                                    QThreadPool &cpu, StopToken stop = {});
    virtual ~CogPyramid() = default; ///< waits for what is under way

    [[nodiscard]] virtual int columns() const = 0; ///< tiles of the full resolution
    [[nodiscard]] virtual int rows() const = 0;
    [[nodiscard]] virtual bool missing(quint32 tile) const = 0; ///< of the full resolution, row by row
    /// One tile of every band (tileSize a side, less at the right and lower edge). Called on the CPU pool, many at a
    /// time; an error is kept for drain().
    virtual void put(quint32 tile, std::vector<data::Block> bands, const QByteArray &tally) = 0;
    /// Whether drain() will tell an error: more tiles are of no use.
    [[nodiscard]] virtual bool hasFailed() const = 0;
    /// Waits; also makes the overviews that tiles kept from an earlier run still owe. The first error of put().
    [[nodiscard]] virtual Result<void> drain() = 0;
    /// Whole and named, or not there. @param statistics by band; empty: none
    [[nodiscard]] virtual Result<void>
    finish(const QString &path, const Metadata &metadata, const std::vector<data::Statistics> &statistics) = 0;
};

} // namespace astra::raster
