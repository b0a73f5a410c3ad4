// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/provider.h"

namespace astra::providers {

/// Counts an answer to a question that was asked without its cloud limit, for catalogues that answer with scenes and
/// nothing else. With more to come, or a source that did not answer, all of it is a lower bound.
[[nodiscard]] Tally tallyOf(const Page &page, std::optional<double> cloudCoverLt);

} // namespace astra::providers
