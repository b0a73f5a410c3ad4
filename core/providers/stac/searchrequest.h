// SPDX-License-Identifier: Apache-2.0
#pragma once

// A search in a provider's dialect, and the way from one page to the next. Pure.

#include "core/providers/definition.h"
#include "core/providers/provider.h"
#include "core/providers/stac/capabilities.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::stac {

/// The first request. @param collections ids to ask for; empty: not asked (Asking::Items needs one at least)
[[nodiscard]] Cursor firstRequest(const Definition &definition, const Capabilities &known,
                                  const data::SearchQuery &query, const QStringList &collections);
/// A request that is to count: one page, of each item only what is counted where the provider can leave out the rest.
[[nodiscard]] Cursor tallyRequest(const Definition &definition, const Capabilities &known, data::SearchQuery query,
                                  const QStringList &collections);

/// The request for the next page, or why there is none.
struct Continuation {
    std::optional<Cursor> next;
    QString note; ///< a next page exists and is not taken
    bool cutShort = false; ///< there may be more that no page brings
};
/// @param answered the request that got this answer @param pageUrl where the answer came from
[[nodiscard]] Continuation continuation(const Cursor &answered, const QUrl &pageUrl, const ParsedPage &page,
                                        const Capabilities &known);
/// Empty where a link may be followed; else why not, as a sentence.
[[nodiscard]] QString obstacle(const QUrl &from, const QUrl &to);

/// The page size a request asks for; 0: none stated.
[[nodiscard]] int limitOf(const Cursor &request);
/// The same request with another page size.
[[nodiscard]] Cursor withLimit(Cursor request, int limit);
/// The same place with about half the page size, never below ten; absent where that cannot be said.
[[nodiscard]] std::optional<Cursor> smaller(const Cursor &request);
/// A page size that a server could not bear is not asked for again. @param first what the search began with
[[nodiscard]] Cursor keepSmall(Cursor next, const Cursor &answered, int first);

} // namespace astra::providers::stac
