// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "app/cli/context.h"

#include <vector>

namespace astra::cli {

/// Rows of cells as lines of text: each column as wide as its widest cell, two blanks between, no cell over two lines.
[[nodiscard]] QStringList tabulated(const std::vector<QStringList> &rows);
void printTable(const Context &context, const std::vector<QStringList> &rows);

} // namespace astra::cli
