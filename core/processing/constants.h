// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <map>

namespace astra::processing {

/// "L=0.25, g=2": values for names of a formula. Fails on what is no number, and on names that the formula does not
/// hold; the error lists those that it does.
[[nodiscard]] Result<std::map<QString, double>> constantsFrom(const QString &text, const QString &formula);
/// The same as text, sorted by name; empty for none.
[[nodiscard]] QString textOf(const std::map<QString, double> &constants);

} // namespace astra::processing
