// SPDX-License-Identifier: Apache-2.0
#pragma once

// Words that several screens use for core's values.

#include "core/data/provider.h"
#include "core/data/scene.h"

namespace astra::types {

/// "sentinel-2b" → "Sentinel-2B": how people write it.
[[nodiscard]] QString platformTitle(const QString &platform);

/// What stands before the bytes: "needs a free login", "needs a key", "the reader pays"; empty where nothing does.
[[nodiscard]] QString accessNeed(data::Access access, bool hasConnection);
/// The same for the pixels of a scene.
[[nodiscard]] QString accessNeed(const data::Scene &scene);

/// A sentence with providers' titles for their ids: what reads and computes knows sources by their ids; people do by
/// their titles.
[[nodiscard]] QString withTitles(QString sentence, const std::vector<data::ProviderInfo> &providers);

} // namespace astra::types
