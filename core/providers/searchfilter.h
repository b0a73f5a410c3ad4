// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/provider.h"

namespace astra::providers {

/// Whether a scene answers the question: catalogues have been seen to ignore a filter without a word.
/// @param collections ids asked for; empty: any
[[nodiscard]] bool answers(const data::Scene &scene, const data::SearchQuery &query, const QStringList &collections);
/// Keeps the scenes that answer, and says in a note how many did not.
void keepAnswers(Page &page, const data::SearchQuery &query, const QStringList &collections);
/// What a provider says that holds nothing of what is asked for.
[[nodiscard]] Page notHeld(const QString &title);

} // namespace astra::providers
