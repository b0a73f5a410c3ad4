// SPDX-License-Identifier: Apache-2.0
#include "core/raster/cogwriter.h"

#include "core/base/workcount.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr int side = CogPyramid::tileSize;
// Behind what a person is looking at: map tiles use the same pool.
constexpr int poolPriority = -1;

data::Block cut(const data::Block &from, int x, int y)
{
    data::Block tile(std::min(side, from.width - x), std::min(side, from.height - y));
    for (int row = 0; row < tile.height; ++row) {
        std::copy_n(from.values.begin() + static_cast<std::ptrdiff_t>(y + row) * from.width + x, tile.width,
                    tile.values.begin() + static_cast<std::ptrdiff_t>(row) * tile.width);
    }
    return tile;
}

} // namespace

Result<void> writeCog(const QString &path, const CogSpec &spec, const TileMaker &tile, QThreadPool &cpu,
                      const Metadata &metadata, const std::vector<data::Statistics> &statistics, const StopToken &stop)
{
    auto store = TileStore::temporary(path);
    if (!store)
        return fail(std::move(store.error()));
    auto pyramid = CogPyramid::create(**store, 0, spec, cpu, stop);
    if (!pyramid)
        return fail(std::move(pyramid.error()));
    WorkCount tasks;
    for (int row = 0; row < (*pyramid)->rows(); ++row) {
        for (int column = 0; column < (*pyramid)->columns(); ++column) {
            tasks.start(cpu, poolPriority, [&, row, column] {
                const auto index = static_cast<quint32>(row * (*pyramid)->columns() + column);
                if (!stop.stop_requested())
                    (*pyramid)->put(index, tile(column, row), {});
            });
        }
        tasks.wait();
        if (tasks.dropped())
            return cancelled();
    }
    return (*pyramid)->finish(path, metadata, statistics);
}

Result<void> writeCog(const QString &path, const CogSpec &spec, const data::Block &pixels, QThreadPool &cpu,
                      const Metadata &metadata)
{
    if (pixels.width != spec.grid.width || pixels.height != spec.grid.height)
        return fail(ErrorCode::Internal, Text::tr("The pixels for %1 have the wrong size.").arg(path), path);
    return writeCog(
        path, spec,
        [&](int column, int row) { return std::vector<data::Block> {cut(pixels, column * side, row * side)}; }, cpu,
        metadata);
}

} // namespace astra::raster
