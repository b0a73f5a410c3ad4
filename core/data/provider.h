// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/account.h"
#include "core/data/geobox.h"
#include "core/data/scene.h"
#include "core/data/timerange.h"

#include <QList>
#include <QMetaType>
#include <QStringList>
#include <QUrl>

#include <optional>

namespace astra::data {

/// A configured catalogue, as people see it.
struct ProviderInfo {
    QString id;
    QString title;
    QString protocol; ///< "stac", "static", "astra" or "pixxel"
    QUrl url;
    bool enabled = true;
    bool invented = false;
    QString connection; ///< id of the connection its API or assets need; empty: none
    QString attribution;
    QString access; ///< in words: "open", "free signature, fetched for you", "needs a login for pixels"
    QStringList families; ///< product families it holds
    QString note; ///< what to know before asking it, one sentence; may be empty
    friend bool operator==(const ProviderInfo &, const ProviderInfo &) = default;
};

/// One collection of a catalogue, as the catalogue describes it.
struct CollectionInfo {
    QString provider; ///< id
    QString id;
    QString title;
    QString family; ///< the product family it belongs to ("sentinel-2-l2a"); empty: its own
    QStringList platforms; ///< "sentinel-2a"; or the constellation where no platforms are named
    std::optional<double> gsd; ///< finest, metres
    TimeRange datetime; ///< an open end: still growing
    std::optional<GeoBox> bbox;
    QString license;
    Access access = Access::Public; ///< of its pixels
    QString connection; ///< whose key or account opens them; empty: none that can be kept here
    QStringList keywords;
    bool deprecated = false;
    friend bool operator==(const CollectionInfo &, const CollectionInfo &) = default;
};
/// "open", "open, with a free signature", "free login", "key", "paid": for people.
[[nodiscard]] QString accessInWords(Access access, bool hasConnection);

/// A number of scenes; `atLeast`: counted on a part of what there is.
struct Count {
    int value = 0;
    bool atLeast = false;
    friend bool operator==(const Count &, const Count &) = default;
};

/// What became of what one provider holds, from the area to the list. A missing count is not known (yet).
struct Funnel {
    std::optional<Count> area; ///< in the area, at any time
    std::optional<Count> dates; ///< of these, within the dates
    std::optional<Count> cloud; ///< of these, under the cloud limit
    int shown = 0; ///< in the list (a copy of another provider's scene counts)
    // Set aside, each for one reason:
    std::optional<Count> cloudier; ///< at or over the cloud limit
    std::optional<Count> noCloud; ///< left out by the catalogue because they state no cloud cover
    int duplicates = 0; ///< the same item again
    int wrongLevel = 0; ///< of another collection or processing level than asked for
    int elsewhere = 0; ///< answered although outside the area or the dates
    int unreadable = 0; ///< entries that are no scene
    bool counted = false; ///< the recount has ended
    friend bool operator==(const Funnel &, const Funnel &) = default;
};

/// Where one provider stands within one search.
struct ProviderState {
    enum class Phase { Waiting, Loading, Slow, Done, Failed };
    QString id;
    QString title;
    Phase phase = Phase::Waiting;
    int loaded = 0; ///< scenes received and accepted
    std::optional<int> matched; ///< what the provider says it holds; many never say
    bool more = false; ///< a next page is known
    std::optional<Error> error; ///< Failed; or Done with a partial answer
    QStringList notes; ///< warnings the provider sent, "possibly cut short", items that could not be read
    bool cutShort = false; ///< there may be scenes that no page has brought
    QStringList silent; ///< sources behind it that did not answer: what came is a part
    QDateTime retryAt; ///< it asked for a pause: when it is asked again (UTC); invalid: no pause
    Funnel funnel;
    friend bool operator==(const ProviderState &, const ProviderState &) = default;
};

} // namespace astra::data
Q_DECLARE_METATYPE(astra::data::ProviderState)
