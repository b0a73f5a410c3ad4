// SPDX-License-Identifier: Apache-2.0
#pragma once

// Items of the two catalogues whose pixels are for members only. Nobody can be a member of an invented service: these
// copies show what Astra does where a login stands before the pixels.

#include "core/base/json.h"
#include "core/sandbox/catalogues.h"

namespace astra::sandbox {

/// Sixty thousand characters an item: every band at every resolution, each with an alternate address.
[[nodiscard]] Json spaceAssets(const Listing &listing, const World &world, const QString &base);
[[nodiscard]] Json spaceProperties(const Listing &listing);
/// One half of a scene: reflectance or temperature, both with the quality bands.
[[nodiscard]] Json surveyAssets(const Listing &listing, const QString &base);
[[nodiscard]] Json surveyProperties(const Listing &listing);

} // namespace astra::sandbox
