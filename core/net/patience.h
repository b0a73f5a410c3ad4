// SPDX-License-Identifier: Apache-2.0
#pragma once

// When to ask again: what a host's answers say about waiting. Pure; every time is judged by the host's own clock where
// it tells it, so that a wrong clock on either side does no harm.

#include "core/net/httpclient.h"

#include <QDateTime>

namespace astra::net {

/// 429, 502, 503, 504: worth another try.
[[nodiscard]] bool isRetryable(int status);

/// What the host's clock said when it answered: the Date header, or `local` where there is none.
[[nodiscard]] QDateTime hostTime(const QList<Header> &headers, const QDateTime &local);

/// A Retry-After header: seconds or a date. Nothing where it is absent, malformed or in the past.
[[nodiscard]] std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now);
/// Wait before retry number `retry` (from 1); `jitter` in 0…1 spreads it over half to one and a half times.
[[nodiscard]] std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retry, double jitter);

/// How many requests a host still takes, and for how long that is all.
struct RateBudget {
    qint64 remaining = 0;
    qint64 limit = 0; ///< per period; 0: not told
    std::chrono::milliseconds reset {0}; ///< from now on

    /// A small share is left: the rest is better spread over the time until the reset.
    [[nodiscard]] bool isScarce() const;
    friend bool operator==(const RateBudget &, const RateBudget &) = default;
};
/// From X-RateLimit-* or RateLimit-* headers; the reset as seconds from now, seconds or milliseconds since 1970.
/// Nothing where a part is absent or malformed, or the reset is past or too far away to be believed.
[[nodiscard]] std::optional<RateBudget> rateBudget(const QList<Header> &headers, const QDateTime &now);

/// A host's budget as time goes by and requests start; times in ms of one steady clock.
class Ration
{
public:
    /// @param underWay requests whose answers are not here yet: the host may not have counted them
    void set(const RateBudget &budget, qint64 underWay, qint64 now);
    void started(qint64 now);
    /// Earliest start of the next request; 0: at once.
    [[nodiscard]] qint64 next(qint64 now) const;
    /// Nothing is left until `next`, as opposed to little.
    [[nodiscard]] bool isSpent(qint64 now) const { return m_scarce && m_left <= 0 && now < m_reset; }

private:
    [[nodiscard]] qint64 spacing(qint64 now) const;

    bool m_scarce = false;
    qint64 m_left = 0;
    qint64 m_reset = 0;
    qint64 m_last = -1; ///< start of the last request; -1: none yet
    qint64 m_spaced = 0; ///< start of the next request that spreads the rest evenly
};

} // namespace astra::net
