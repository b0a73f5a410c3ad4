// SPDX-License-Identifier: Apache-2.0
#pragma once

// What Pixxel's service asks for and answers, where it is not plain STAC: items as a map, boxes as texts, times in five
// spellings, satellites by opaque ids. Pure.

#include "core/data/searchquery.h"
#include "core/net/httpclient.h"
#include "core/providers/stac/stacparser.h"

namespace astra::providers::pixxel {

/// One collection of one satellite: what /search is asked for.
struct Pair {
    QString collection;
    QString satellite; ///< its id
    friend bool operator==(const Pair &, const Pair &) = default;
};
[[nodiscard]] std::vector<Pair> parsePairs(const Json &satellites);
/// The same answer as collections for people.
[[nodiscard]] std::vector<data::CollectionInfo> parseSatellites(const Json &satellites, const Definition &definition);

/// The body for /archives/search.
[[nodiscard]] Json archiveBody(const data::SearchQuery &query, const QStringList &collections, int limit);
/// The body for /search. @param now where the search has no end: the service requires one
[[nodiscard]] Json searchBody(const data::SearchQuery &query, const std::vector<Pair> &pairs, int limit,
                              const QDateTime &now);

/// The same question in two halves of its time, the later one first, each for more items at once; nothing where it
/// cannot be halved.
[[nodiscard]] std::vector<Json> halves(const Json &searchBody);

struct ParsedItems {
    std::vector<data::Scene> scenes;
    int count = 0; ///< entries in the answer, read or not
    int unreadable = 0;
    std::optional<int> total;
};
/// Either answer: `features` as a list, or `items` as a map by id (or a list).
[[nodiscard]] Result<ParsedItems> parseItems(const Json &answer, const stac::ParseContext &context);
/// The item as STAC has it.
[[nodiscard]] Json plainItem(Json item);

/// A refused answer as one sentence.
[[nodiscard]] Error errorOf(const net::HttpResponse &response, const Definition &definition);

} // namespace astra::providers::pixxel
