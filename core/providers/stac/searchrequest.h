// SPDX-License-Identifier: Apache-2.0
#pragma once

// A search in a provider's dialect, and the way from one page to the next. Pure.

#include "core/providers/definition.h"
#include "core/providers/provider.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::stac {

/// The first request. @param collections ids to ask for; empty: not asked
[[nodiscard]] Cursor firstRequest(const Definition &definition, const data::SearchQuery &query,
                                  const QStringList &collections);

/// The request for the next page, or why there is none.
struct Continuation {
    std::optional<Cursor> next;
    QString note; ///< a next page exists and is not taken
};
/// @param answered the request that got this answer @param pageUrl where the answer came from
[[nodiscard]] Continuation continuation(const Cursor &answered, const QUrl &pageUrl, const ParsedPage &page);

/// The page size a request asks for; 0: none stated.
[[nodiscard]] int limitOf(const Cursor &request);
/// The same request with another page size.
[[nodiscard]] Cursor withLimit(Cursor request, int limit);

} // namespace astra::providers::stac
