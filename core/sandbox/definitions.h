// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/data/geobox.h"

namespace astra::sandbox {

inline constexpr const char *astraId = "sandbox-astra";

/// The providers.json of the sandbox: its catalogues and its ASTRA service, bound to this very URL.
[[nodiscard]] Json definitions(const QString &base, const data::GeoBox &box);

} // namespace astra::sandbox
