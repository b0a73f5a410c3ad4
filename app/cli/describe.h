// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"
#include "core/data/scene.h"

namespace astra::cli {

/// An acquisition as a STAC Feature with `astra:copies`, the copy in use first.
[[nodiscard]] Json featureOf(const data::Acquisition &acquisition);
[[nodiscard]] QString accessWords(data::Access access);
/// "public", "signed", "login", "paid": for documents.
[[nodiscard]] const char *accessCode(data::Access access);
/// "2020-07-05 10:27:51", or "no date".
[[nodiscard]] QString timeWords(const QDateTime &time);

} // namespace astra::cli
