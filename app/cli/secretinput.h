// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/context.h"
#include "core/base/secret.h"

namespace astra::cli {

/// One line from standard input: typed at a terminal without echo, or sent by a pipe. Never an argument, which every
/// process of this computer can read. Ctrl-C ends it, with the terminal as it was.
/// @param prompt written to standard error where somebody types
/// @param hidden false: what is typed is seen (a user name)
[[nodiscard]] Result<Secret> readSecret(Context &context, const QString &prompt, bool hidden = true);

} // namespace astra::cli
