// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the catalogues and the ASTRA service describe the world's scenes, each in its own manner: other ids, other asset
// keys, scale and offset stated in three ways or not at all.

#include "core/base/json.h"
#include "core/sandbox/catalogues.h"

namespace astra::sandbox {

/// @param base the sandbox's URL without a slash at the end
[[nodiscard]] Json stacItem(Manner manner, const Listing &listing, const World &world, const QString &base);
/// What stacItem has in `properties`.
[[nodiscard]] Json propertiesOf(Manner manner, const Listing &listing);

/// The scene as the ASTRA service gives it: "sentinel-2-l2a:S2A_…".
[[nodiscard]] Json astraItem(const WorldScene &scene, const World &world, const QString &base);
/// The scene's files as the ASTRA service lists them, by native band.
[[nodiscard]] Json astraAssets(const WorldScene &scene, const World &world, const QString &base);

/// The container of the signed catalogue's files: the first part of their path.
[[nodiscard]] QString containerOf(const WorldScene &scene);

} // namespace astra::sandbox
