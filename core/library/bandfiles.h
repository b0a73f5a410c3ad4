// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

namespace astra::library {

/// An asset for a file on disk, without bands yet.
[[nodiscard]] data::Asset localAsset(const QString &key, const QString &path);

/// One raster by itself: its bands named as our results name theirs, by its descriptions or colours, by its product's
/// name, else by number.
[[nodiscard]] Result<data::Acquisition> openRaster(const QString &path);

/// Puts what the local files say (extent, footprint, CRS, pixel sizes) into the scene. Fails where no raster of it can
/// be placed on the map; the error is that of the first one tried.
[[nodiscard]] Result<void> fillFromFiles(data::Scene *scene);

} // namespace astra::library
