// SPDX-License-Identifier: Apache-2.0
#pragma once

// The ledger of a search in words: where each source stands, and what became of what it holds.

#include "core/data/provider.h"

#include <QDateTime>
#include <QVariantList>

#include <optional>
#include <vector>

namespace astra::search {

/// Where one source stands.
struct Standing {
    QString state; ///< "waiting", "loading", "slow", "paused", "done", "partly", "cut-short", "needs-key", "failed"
    QString text; ///< a few words: "123 of 410", "again in 8 s"
    QString detail; ///< sentences that must not be missed, or empty
};
[[nodiscard]] Standing standingOf(const data::ProviderState &state, const QDateTime &now);

/// From the area to the list: {label, value} a step; "at least 38", "not counted", "…" while it is being counted.
/// @param cloudLimit per cent; absent: any cloud was asked for
[[nodiscard]] QVariantList funnelSteps(const data::Funnel &funnel, std::optional<double> cloudLimit);
/// "Set aside: 31 with more cloud, 7 that state no cloud, 3 duplicates."; empty where nothing was.
[[nodiscard]] QString asideText(const data::Funnel &funnel);

/// "24 acquisitions · loaded 60 of 410"
[[nodiscard]] QString summaryText(const std::vector<data::ProviderState> &states, int rows);
/// Why the list is empty. Never says that there is nothing where a source did not answer.
[[nodiscard]] QString emptyText(const std::vector<data::ProviderState> &states);
/// "The list may be cut short: Coast may hold more than it brought."; empty where it is whole.
[[nodiscard]] QString cutShortText(const std::vector<data::ProviderState> &states);

} // namespace astra::search
