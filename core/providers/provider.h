// SPDX-License-Identifier: Apache-2.0
#pragma once

// A remote catalogue. Its answers are values; it keeps no state between calls, so it may be used from any thread and
// by several searches at once.

#include "core/base/async.h"
#include "core/base/json.h"
#include "core/data/provider.h"
#include "core/data/scene.h"
#include "core/data/searchquery.h"

#include <chrono>
#include <optional>
#include <vector>

namespace astra::providers {

/// Where a search goes on: what its provider made it, handed back unread.
struct Cursor {
    QByteArray method;
    QUrl url;
    Json body;
    QStringList followed; ///< links taken so far: one that comes again ends the search
};

/// One answer to a search.
struct Page {
    std::vector<data::Scene> scenes; ///< those that answer the question, in the provider's order
    std::optional<int> matched; ///< what the provider says it holds
    std::optional<Cursor> next;
    QStringList notes; ///< warnings, items left out: whole sentences
};

/// One scene with the Item as it came.
struct Item {
    data::Scene scene;
    Json raw;
};

struct Limits {
    std::chrono::milliseconds deadline {35000}; ///< for one search, all of its pages
    std::chrono::milliseconds slowAfter {4000}; ///< without an answer it is called slow
};

class Provider
{
public:
    virtual ~Provider() = default;
    [[nodiscard]] virtual data::ProviderInfo info() const = 0;
    [[nodiscard]] virtual Limits limits() const = 0;
    /// @param cursor from the page before; absent: the first page
    [[nodiscard]] virtual Future<Page>
    search(const data::SearchQuery &query, const std::optional<Cursor> &cursor, StopToken stop) = 0;
    /// @param id as the provider calls it, without our "provider:" prefix
    [[nodiscard]] virtual Future<Item> item(const QString &id, StopToken stop) = 0;
};

} // namespace astra::providers
