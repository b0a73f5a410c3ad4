// SPDX-License-Identifier: Apache-2.0
#pragma once

// The books of a search: what became of what a provider holds, why little or nothing is left, and what would bring
// more. Pure: from what was asked, what came and what was counted.

#include "core/providers/provider.h"
#include "core/providers/searchsession.h"

namespace astra::providers {

/// What one provider's answers and counts told.
struct Evidence {
    SetAside aside;
    int duplicates = 0;
    bool cloudFilterSent = false;
    bool ended = false; ///< its last page came: nothing more is there
    std::optional<Tally> area; ///< of the area at any time
    std::optional<Tally> dates; ///< of the area within the dates
};

/// Enters an answer into the books of its provider.
void note(const Page &page, data::ProviderState &state, Evidence &evidence);
/// Empty for a provider that failed: it told nothing.
[[nodiscard]] data::Funnel funnelOf(const data::SearchQuery &query, const data::ProviderState &state,
                                    const Evidence &evidence);
/// What has to be counted for the funnel to be whole; absent: known, or not to be had.
struct ToCount {
    std::optional<data::SearchQuery> area;
    std::optional<data::SearchQuery> dates;
};
[[nodiscard]] ToCount toCount(const data::SearchQuery &query, const data::ProviderState &state,
                              const Evidence &evidence);
/// Why this provider brought nothing, or only a part, as a sentence; empty where it brought something and said all.
[[nodiscard]] QString reasonOf(const data::SearchQuery &query, const data::ProviderState &state);
/// @param rows acquisitions found @param others ids of sources that were not asked
[[nodiscard]] std::vector<Suggestion> suggestionsFor(const data::SearchQuery &query,
                                                     const std::vector<data::ProviderState> &states, std::size_t rows,
                                                     const QStringList &others);

} // namespace astra::providers
