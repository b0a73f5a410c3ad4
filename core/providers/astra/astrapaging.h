// SPDX-License-Identifier: Apache-2.0
#pragma once

// The service has no pages. It answers with the newest scenes up to a limit, so the way on is by time: when an answer
// is full, the next question ends where its oldest scene lies. Pure.

#include "core/providers/astra/astraparser.h"
#include "core/providers/provider.h"

namespace astra::providers::astra_os {

/// The service returns no more than this, whatever it is asked.
constexpr int serviceLimit = 100;

/// One question: one box (a search across the antimeridian has two), up to a moment.
struct Part {
    int box = 0;
    std::optional<QDateTime> until; ///< absent: to the end of the search
    QStringList seen; ///< ids that lie at that moment and have come already
};
/// What a first search asks, or what a cursor says; a cursor that is none of ours gives nothing.
[[nodiscard]] std::vector<Part> partsOf(const std::optional<Cursor> &cursor, std::size_t boxes);
[[nodiscard]] Cursor cursorFor(const std::vector<Part> &parts);

/// How many scenes to ask for: going on, as many as there can be, since each answer begins with what ended the last.
[[nodiscard]] int limitFor(const Definition &definition, const data::SearchQuery &query, const Part &part);
/// The question as a URL.
[[nodiscard]] QUrl searchUrl(const Definition &definition, const data::SearchQuery &query, const data::GeoBox &box,
                             const QStringList &collections, const Part &part = {});

struct GoOn {
    bool full = false; ///< there may be more than this answer holds
    std::optional<Part> next;
    bool cutShort = false; ///< there may be more, and no question brings it
};
/// @param limit what was asked for
[[nodiscard]] GoOn goOn(const ParsedSearch &answer, const data::SearchQuery &query, const Part &asked, int limit);

} // namespace astra::providers::astra_os
