// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

namespace astra::data {

/// "apply" or "leave", as commands and JSON write it; empty where the rule decides.
[[nodiscard]] QString overrideName(OffsetOverride value);
/// The reverse; case does not matter, an empty word is None. The error names the two words that there are.
[[nodiscard]] Result<OffsetOverride> overrideNamed(const QString &word);

/// The acquisition with one copy's offset decided by a person. It is about that copy's pixels: those of other copies
/// may be made otherwise. @param qualifiedId of the copy; empty: the best
[[nodiscard]] Acquisition withOverride(Acquisition acquisition, OffsetOverride value, const QString &qualifiedId = {});

} // namespace astra::data
