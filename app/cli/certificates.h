// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/command.h"

namespace astra::cli {

/// `connections certificates …`: whom to trust beside the authorities that the system knows.
[[nodiscard]] std::vector<Verb> certificateVerbs();

} // namespace astra::cli
