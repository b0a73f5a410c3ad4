// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/context.h"

namespace astra::cli {

/// What a service tells of use and limits: a line for each thing it told, or one JSON document.
void printUsage(const Context &context, const data::Usage &usage, bool json);

} // namespace astra::cli
