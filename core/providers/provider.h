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
#include <functional>
#include <optional>
#include <vector>

namespace astra::providers {

/// Where a search goes on: what its provider made it, handed back unread.
struct Cursor {
    QByteArray method;
    QUrl url;
    Json body;
    QStringList followed; ///< links taken so far: one that comes again ends the search
    bool anew = false; ///< asks all of it again in another order: its answer may hold what is known
};

/// What an answer held besides the scenes that answer the question: each item for one reason.
struct SetAside {
    int cloudier = 0; ///< at or over the cloud limit
    int elsewhere = 0; ///< outside the area or the dates
    int wrongLevel = 0; ///< of another collection or processing level
    int unreadable = 0;
    [[nodiscard]] int total() const { return cloudier + elsewhere + wrongLevel + unreadable; }
    SetAside &operator+=(const SetAside &other)
    {
        cloudier += other.cloudier;
        elsewhere += other.elsewhere;
        wrongLevel += other.wrongLevel;
        unreadable += other.unreadable;
        return *this;
    }
    friend bool operator==(const SetAside &, const SetAside &) = default;
};

/// One answer to a search.
struct Page {
    std::vector<data::Scene> scenes; ///< those that answer the question, in the provider's order; may be packed
    std::optional<int> matched; ///< what the provider says it holds
    std::optional<Cursor> next;
    QStringList notes; ///< warnings, items left out: whole sentences
    SetAside aside;
    bool cutShort = false; ///< there may be scenes that no page brings
    QStringList silent; ///< sources behind the provider that did not answer it
    bool cloudFilterSent = false; ///< the catalogue itself left out cloudy scenes, and those that state no cloud cover
};

/// How many scenes a provider holds for a question, told without loading them.
struct Tally {
    data::Count count; ///< of the question without its cloud limit
    data::Count cloudier; ///< of these, at or over the limit
    data::Count noCloud; ///< of these, without a cloud cover
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

/// The provider asked for a pause, or answered with a fault that passes: it is asked again after `wait`. Called from
/// any thread.
using OnPause = std::function<void(std::chrono::milliseconds wait)>;

class Provider
{
public:
    virtual ~Provider() = default;
    [[nodiscard]] virtual data::ProviderInfo info() const = 0;
    [[nodiscard]] virtual Limits limits() const = 0;
    /// @param cursor from the page before; absent: the first page
    [[nodiscard]] virtual Future<Page> search(const data::SearchQuery &query, const std::optional<Cursor> &cursor,
                                              StopToken stop, OnPause onPause = {})
        = 0;
    /// Counts for the ledger of a search: cheap, at most one page. Unsupported where it cannot tell.
    [[nodiscard]] virtual Future<Tally> tally(const data::SearchQuery &query, StopToken stop);
    /// Every collection it holds. Where the catalogue has no list: what its definition says.
    [[nodiscard]] virtual Future<std::vector<data::CollectionInfo>> collections(StopToken stop);
    /// @param id as the provider calls it, without our "provider:" prefix
    [[nodiscard]] virtual Future<Item> item(const QString &id, StopToken stop) = 0;
};

} // namespace astra::providers
