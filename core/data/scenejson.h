// SPDX-License-Identifier: Apache-2.0
#pragma once

// Scenes as JSON and back, without loss: for the job store and later the library. Not STAC: an Item has no place for
// which connection opens an asset or what a person said about the offset.

#include "core/data/scene.h"

namespace astra::data {

/// No query string stands in any href: signatures are made anew when the scene is read.
[[nodiscard]] Json toJson(const Scene &scene);
[[nodiscard]] Result<Scene> sceneFromJson(const Json &json);
[[nodiscard]] Json toJson(const Acquisition &acquisition);
[[nodiscard]] Result<Acquisition> acquisitionFromJson(const Json &json);

} // namespace astra::data
