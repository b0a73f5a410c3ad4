// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/recipe.h"
#include "core/data/scene.h"

namespace astra::engine {

/// What a job and its result are called: "NDVI LC08_…", "composite S2A_… + 3". The same in every language, as it stands
/// in the result's Item. @param inputs at least one
[[nodiscard]] QString titleOf(const data::Recipe &recipe, const std::vector<data::Acquisition> &inputs);

} // namespace astra::engine
