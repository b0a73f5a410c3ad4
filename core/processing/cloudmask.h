// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/raster.h"
#include "core/raster/warp.h"

namespace astra::processing {

enum class MaskKind {
    Scl, ///< Sentinel-2 scene classification: no data, saturated, cloud shadow, cloud (medium, high), cirrus go
    QaPixel, ///< Landsat Collection 2: fill, dilated cloud, cirrus, cloud, cloud shadow go
};

/// Whether a pixel with this mask value is to be left out; an unknown one (NaN) is. @param snow snow and ice, too
[[nodiscard]] bool isMasked(float maskValue, MaskKind kind, bool snow = false);
/// NaN into `values` wherever the mask says so. Blocks of equal size; the mask's own nodata is NaN.
void applyCloudMask(data::Block &values, const data::Block &mask, MaskKind kind);
/// The band to look for: "scl", "qa_pixel".
[[nodiscard]] QString maskBand(MaskKind kind);

/// The cloud mask of one scene on a target grid: classified and grown in its own pixels, then taken by nearest
/// neighbour. Where a target pixel is as large as several of its own, in pixels of 2, 4, 8 … of them. Immutable:
/// thread-safe.
class CloudMask
{
public:
    struct Wish {
        MaskKind kind = MaskKind::Scl;
        bool snow = false;
        double metres = 0; ///< grown by a disc of this radius and 1 % of a pixel; the edge of the data does not grow
    };
    /// @param own the mask band's own pixels
    [[nodiscard]] static Result<CloudMask> create(const data::Grid &own, const data::Grid &target, const Wish &wish);

    /// The grid that windows to read are of.
    [[nodiscard]] const data::Grid &grid() const { return m_grid; }
    /// The part of the target that a window is; nothing where it is none.
    [[nodiscard]] std::optional<raster::Window> partOf(const data::Grid &window) const
    {
        return m_alignment->partOf(window);
    }
    /// What to read for a part of the target, with the margin that growing needs; none: they do not meet.
    [[nodiscard]] std::optional<data::Grid> toRead(const raster::Window &part) const;
    /// @param read raw numbers of toRead(part), NaN without data; absent where that was
    /// @return 1 masked, 0 not, NaN unknown
    [[nodiscard]] data::Block on(const raster::Window &part, const std::optional<data::Block> &read) const;

private:
    [[nodiscard]] raster::Window windowFor(const raster::Window &part) const;
    void grow(data::Block &mask, const std::vector<std::uint8_t> &seeds) const;

    data::Grid m_grid;
    Wish m_wish;
    std::optional<raster::Alignment> m_alignment;
    std::vector<int> m_reach; ///< of the disc: pixels to each side, by rows from its centre; empty: nothing grows
    int m_reachX = 0;
};

/// NaN wherever the mask (1 masked, 0 not, NaN unknown) does not say 0. Blocks of equal size.
void applyMask(data::Block &values, const data::Block &mask);

} // namespace astra::processing
