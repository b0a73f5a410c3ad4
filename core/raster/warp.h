// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/raster/dataset.h"

#include <QPointF>

namespace astra::raster {

enum class Resampling {
    Nearest, ///< for classes and bit masks
    Bilinear, ///< for what is looked at or computed with
    Average, ///< for shrinking without gaps
};

/// How a raster lies on a grid: where in it the centre of each of the grid's pixels is, and which of its overviews is
/// read. Made once for a whole grid, so that its windows, read one by one, give to the bit what one read of all of it
/// gives. Immutable: thread-safe; cheap to copy.
class Alignment
{
public:
    /// Positions are within a quarter of a source pixel of PROJ's own answer.
    [[nodiscard]] static Result<Alignment> create(const Info &raster, const data::Grid &target, Resampling resampling);
    /// Of pixels without overviews.
    [[nodiscard]] static Result<Alignment> create(const data::Grid &raster, const data::Grid &target,
                                                  Resampling resampling);

    [[nodiscard]] const data::Grid &target() const;
    /// The part of the target that this window is; nothing where it is none.
    [[nodiscard]] std::optional<Window> partOf(const data::Grid &window) const;
    /// The raster's own pixels that a part of the target stands for, where nothing has to be resampled: they may reach
    /// beyond its edges. Nothing: they have to be.
    [[nodiscard]] std::optional<Window> own(const Window &part) const;
    /// Raster pixels to one pixel of the target, where they are fewest; 0: they do not meet.
    [[nodiscard]] double ratio() const;
    /// The centre of a pixel of the target in the raster's full-resolution pixels (0, 0: its upper left corner); not
    /// finite where there is no way.
    [[nodiscard]] QPointF at(int x, int y) const;

    struct Source {
        int level = -1; ///< as Dataset::readLevel()
        Window window {}; ///< in that level's pixels; empty: the part and the raster do not meet
        int thin = 1; ///< of so many pixels each way, one is read
    };
    /// What a read of the part takes from the raster.
    [[nodiscard]] Source sourceOf(const Window &part) const;

private:
    friend Result<data::Block> readOnGrid(Dataset &dataset, int band, const Alignment &alignment, const Window &part,
                                          std::optional<double> nodata, int *unexplainedZeros);
    [[nodiscard]] static Result<Alignment> make(const data::Grid &raster,
                                                const std::vector<std::pair<int, int>> &overviews,
                                                const data::Grid &target, Resampling resampling);
    struct Laid;
    std::shared_ptr<const Laid> d;
};

/// Raw numbers (DN) of one band on a part of another grid: one window of the file or of the overview whose pixels are
/// not larger than the target's, resampled. NaN where the file has no data or does not reach.
/// @param nodata absent: the file's own tag @param unexplainedZeros how many, as Dataset::unexplainedZeros(); null:
/// not asked
[[nodiscard]] Result<data::Block> readOnGrid(Dataset &dataset, int band, const Alignment &alignment, const Window &part,
                                             std::optional<double> nodata = {}, int *unexplainedZeros = nullptr);
/// The same for a grid that is read once.
[[nodiscard]] Result<data::Block> readOnGrid(Dataset &dataset, int band, const data::Grid &target,
                                             Resampling resampling, std::optional<double> nodata = {});

} // namespace astra::raster
