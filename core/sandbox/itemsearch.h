// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a catalogue of the sandbox is asked for, and which of its items answer that: honestly, as the API that it claims
// to be would.

#include "core/base/json.h"
#include "core/data/geobox.h"
#include "core/data/timerange.h"
#include "core/sandbox/catalogues.h"
#include "core/server/server.h"

namespace astra::sandbox {

struct ItemSearch {
    Json asked = Json::object(); ///< as it is to be repeated for the next page
    bool post = false;
    std::optional<data::GeoBox> box;
    data::Rings area;
    data::TimeRange time;
    QStringList collections;
    QStringList ids;
    Json query; ///< of the query extension; null: none
    Json filter; ///< CQL2; null: none, or the catalogue passes it over
    qint64 limit = 10;
    qint64 start = 0;

    /// The error is for a 400.
    [[nodiscard]] static Result<ItemSearch> parse(Manner manner, const server::Request &request);
    [[nodiscard]] bool accepts(Manner manner, const Listing &listing, const Json &properties) const;
};

/// Whether a catalogue understands CQL2; the others pass a filter over without a word, as real ones do.
[[nodiscard]] constexpr bool hasFilter(Manner manner) { return manner == Manner::Signed || manner == Manner::Space; }
/// What the page token of a catalogue is called.
[[nodiscard]] constexpr const char *tokenKey(Manner manner)
{
    return manner == Manner::Coast || manner == Manner::Survey ? "next" : "token";
}
/// Whether two areas have a point in common.
[[nodiscard]] bool touch(const data::Rings &a, const data::Rings &b);

} // namespace astra::sandbox
