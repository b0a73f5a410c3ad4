// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/providers/provider.h"

namespace astra::providers {

/// Why a scene does not answer the question: catalogues have been seen to ignore a filter without a word.
enum class Misfit { None, WrongLevel, Elsewhere, Cloudier };
/// The first reason that holds. @param collections ids asked for; empty: any
[[nodiscard]] Misfit misfitOf(const data::Scene &scene, const data::SearchQuery &query, const QStringList &collections);
[[nodiscard]] inline bool answers(const data::Scene &scene, const data::SearchQuery &query,
                                  const QStringList &collections)
{
    return misfitOf(scene, query, collections) == Misfit::None;
}
/// Whether a collection may hold an answer, by the times and the box that it states of itself.
[[nodiscard]] bool mayHold(const data::CollectionInfo &collection, const data::SearchQuery &query);
/// Keeps the scenes that answer and counts the others in `page.aside`, each for one reason. What a catalogue should
/// have left out by itself (`page.cloudFilterSent` says whether that includes clouds) is also said in a note.
void keepAnswers(Page &page, const data::SearchQuery &query, const QStringList &collections);
/// What a provider says that holds nothing of what is asked for.
[[nodiscard]] Page notHeld(const QString &title);

} // namespace astra::providers
