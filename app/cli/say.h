// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::cli {

/// What the command line says. It stays English, whatever the language of the window: scripts read it.
[[nodiscard]] inline QString say(const char *text) { return QString::fromUtf8(text); }

} // namespace astra::cli
