// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"

#include <QDateTime>
#include <QMetaType>

#include <optional>

namespace astra::data {

/// A span of time in UTC, both ends included; a missing end is open.
class TimeRange
{
public:
    std::optional<QDateTime> start;
    std::optional<QDateTime> end;

    /// RFC 3339, a date (the whole day), or an interval `A/B`, `A/..`, `../B`.
    [[nodiscard]] static Result<TimeRange> parse(const QString &text);
    [[nodiscard]] bool contains(const QDateTime &time) const;
    /// As STAC wants it: "2024-05-01T00:00:00Z/2024-05-31T23:59:59Z" or with "..".
    [[nodiscard]] QString toString() const;

    friend bool operator==(const TimeRange &, const TimeRange &) = default;
};

/// One moment as catalogues write it: with Z, an offset, micro- or milliseconds, or a date alone (midnight UTC).
[[nodiscard]] std::optional<QDateTime> parseTime(const QString &text);

} // namespace astra::data
