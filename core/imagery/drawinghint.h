// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a file says of how it is drawn: a colour table, or what our own results carry in tags and in their Item.

#include "core/data/raster.h"
#include "core/data/scene.h"
#include "core/raster/dataset.h"
#include "core/render/style.h"

namespace astra::imagery {

/// Of one band. Empty members: nothing is said.
struct DrawingHint {
    QString name; ///< what its values are: "NDVI change"
    QString quantity; ///< "reflectance": of bands that were taken over from scenes
    std::optional<std::pair<double, double>> range; ///< drawn in the first and in the last colour
    QString ramp; ///< of render
    std::vector<render::PaletteEntry> palette; ///< classes, by value
};

/// The file's own word; else, for a scene on this computer, that of the Item beside it (render and classification
/// extensions). Reads that Item: I/O pool. What makes no sense is not believed.
[[nodiscard]] DrawingHint hintOf(const data::Scene &scene, const data::BandRef &band, const raster::Info &file);

/// `style` as one band or three are drawn by their hints, in the order of the style's bands. Only what Style::asStands
/// changes.
[[nodiscard]] render::Style hinted(render::Style style, const std::vector<DrawingHint> &hints);

} // namespace astra::imagery
