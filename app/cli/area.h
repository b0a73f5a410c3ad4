// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "core/data/geobox.h"

namespace astra::cli {

/// The area that --bbox or a GeoJSON file gives; neither: absent. The error is a wrong use (InvalidInput) or a file
/// that cannot be read (anything else).
struct Area {
    std::optional<data::GeoBox> box;
    data::Rings rings; ///< of a file
};
/// @param fileOption "--intersects" or "--aoi"
[[nodiscard]] Result<Area> areaFrom(const Arguments &arguments, const QString &fileOption);

} // namespace astra::cli
