// SPDX-License-Identifier: Apache-2.0
#pragma once

// How the three catalogues and the ASTRA service describe the world's scenes, each in its own manner: other ids, other
// asset keys, scale and offset stated in three ways or not at all.

#include "core/base/json.h"
#include "core/sandbox/world/world.h"

namespace astra::sandbox {

enum class Manner {
    Coast, ///< asset keys by common name, scale and offset in raster:bands
    Signed, ///< native keys, nothing but the processing baseline; its files want a signature
    Archive, ///< STAC 1.1: keys with the resolution, `bands`, raster:scale; its Landsat pixels need a login
};

[[nodiscard]] QString mannerPath(Manner manner); ///< the first part of its addresses: "coast"
[[nodiscard]] QString providerId(Manner manner); ///< "sandbox-coast"
[[nodiscard]] QStringList collectionsOf(Manner manner);
/// Whether this catalogue has the scene: they overlap, none has all.
[[nodiscard]] bool holds(Manner manner, const WorldScene &scene);
[[nodiscard]] QString collectionOf(Manner manner, const WorldScene &scene);
[[nodiscard]] QString itemId(Manner manner, const WorldScene &scene);
/// @param base the sandbox's URL without a slash at the end
[[nodiscard]] Json stacItem(Manner manner, const WorldScene &scene, const World &world, const QString &base);

/// "sentinel-2-l2a" or "landsat-c2-l2".
[[nodiscard]] QString familyOf(const WorldScene &scene);
/// The scene as the ASTRA service gives it: "sentinel-2-l2a:S2A_…".
[[nodiscard]] Json astraItem(const WorldScene &scene, const World &world, const QString &base);
/// The scene's files as the ASTRA service lists them, by native band.
[[nodiscard]] Json astraAssets(const WorldScene &scene, const World &world, const QString &base);

/// The container of the signed catalogue's files: the first part of their path.
[[nodiscard]] QString containerOf(const WorldScene &scene);

} // namespace astra::sandbox
