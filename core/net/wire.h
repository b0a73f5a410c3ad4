// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small pure pieces of HTTP: what headers mean, when to try again, what must not be written down.

#include "core/base/result.h"
#include "core/net/httpclient.h"

#include <QDateTime>

namespace astra::net {

[[nodiscard]] QByteArray headerValue(const QList<Header> &headers, const QByteArray &name);
/// 429, 502, 503, 504: worth another try.
[[nodiscard]] bool isRetryable(int status);
[[nodiscard]] bool isRedirect(int status);
/// 127.0.0.1, ::1 and localhost.
[[nodiscard]] bool isLoopback(const QUrl &url);
/// Scheme, host and port are the same: credentials of one may go to the other.
[[nodiscard]] bool sameOrigin(const QUrl &a, const QUrl &b);

/// A Retry-After header: seconds or a date. Nothing where it is absent, malformed or in the past.
[[nodiscard]] std::optional<std::chrono::milliseconds> retryAfter(const QByteArray &value, const QDateTime &now);
/// Wait before retry number `retry` (from 1); `jitter` in 0…1 spreads it over half to one and a half times.
[[nodiscard]] std::chrono::milliseconds backoff(std::chrono::milliseconds first, int retry, double jitter);

struct ContentRange {
    quint64 first = 0;
    quint64 last = 0;
    quint64 size = 0;
    friend bool operator==(const ContentRange &, const ContentRange &) = default;
};
/// "bytes 0-99/1000"; nothing for anything else, also for an unknown size.
[[nodiscard]] std::optional<ContentRange> parseContentRange(const QByteArray &value);

/// gzip or zlib, all of it. An error for damaged data and for more than `maxBytes` decoded.
[[nodiscard]] Result<QByteArray> inflated(const QByteArray &data, qint64 maxBytes, const QString &host);

/// Strikes out what may be a secret: values of members, form fields and query fields that are named like one.
[[nodiscard]] QByteArray redacted(const QByteArray &text);
/// Scheme, host, port and path: all that may stand in a message or log.
[[nodiscard]] QString shown(const QUrl &url);

} // namespace astra::net
