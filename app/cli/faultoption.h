// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/arguments.h"
#include "core/sandbox/faults.h"

namespace astra::cli {

/// --fault, wherever a sandbox is started.
[[nodiscard]] Option faultOption();
/// The error is a wrong use.
[[nodiscard]] Result<std::vector<sandbox::Fault>> faultsFrom(const Arguments &arguments);
/// Every kind there is, for the help.
[[nodiscard]] QString faultHelp();

} // namespace astra::cli
