// SPDX-License-Identifier: Apache-2.0
#pragma once

// What became of a search at each provider, for people and for scripts.

#include "app/cli/context.h"

namespace astra::cli {

/// Turns the event loop until every provider has answered or Ctrl-C; says on standard error who is late.
/// @param everything loads page after page until no provider has more
void waitForAnswers(Context &context, providers::SearchSession &session, bool everything);
/// Turns it until the funnels are counted, Ctrl-C, or patience is at its end.
void waitForCounts(Context &context, providers::SearchSession &session);

[[nodiscard]] const char *phaseName(data::ProviderState::Phase phase);
/// What the person should know besides the scenes, one sentence each.
/// @param withReasons false: without those that the ledger gives as its reasons
[[nodiscard]] QStringList warningsOf(const providers::SearchSession &session, bool withReasons = true);
/// Whether there is something to say about scenes that are not in the list.
[[nodiscard]] bool hasLedger(const providers::SearchSession &session);
/// The funnel of each provider as a table of text lines.
[[nodiscard]] QStringList ledgerLines(const providers::SearchSession &session);
/// The same as `context` of a document.
[[nodiscard]] Json contextOf(const providers::SearchSession &session, std::size_t returned);
/// Suggestions as commands that can be run as they stand.
/// @param areaFile the file that --intersects named; empty: none @param world given with --world; empty: none
[[nodiscard]] std::vector<std::pair<QString, QString>> suggestedCommands(const providers::SearchSession &session,
                                                                         const QString &areaFile, const QUrl &world);

} // namespace astra::cli
