// SPDX-License-Identifier: Apache-2.0
#pragma once

// Small pure pieces of HTTP: what headers mean and which addresses belong together.

#include "core/base/result.h"
#include "core/net/httpclient.h"

namespace astra::net {

[[nodiscard]] QByteArray headerValue(const QList<Header> &headers, const QByteArray &name);
[[nodiscard]] bool isRedirect(int status);
/// This machine by the three names that it is asked by: localhost, 127.0.0.1, ::1.
[[nodiscard]] bool isLoopback(const QString &host);
[[nodiscard]] inline bool isLoopback(const QUrl &url) { return isLoopback(url.host()); }
/// Whatever leads here, also 127.0.0.0/8, 0.0.0.0 and ::. For those who must not be led here.
[[nodiscard]] bool leadsHere(const QUrl &url);
/// Scheme, host and port are the same: credentials of one may go to the other.
[[nodiscard]] bool sameOrigin(const QUrl &a, const QUrl &b);

/// Digits and nothing else.
[[nodiscard]] std::optional<quint64> wholeNumber(const QByteArray &text);

struct ContentRange {
    quint64 first = 0;
    quint64 last = 0;
    quint64 size = 0;
    friend bool operator==(const ContentRange &, const ContentRange &) = default;
};
/// "bytes 0-99/1000"; nothing for anything else, also for an unknown size.
[[nodiscard]] std::optional<ContentRange> parseContentRange(const QByteArray &value);

/// Scheme, host, port and path: all that may stand in a message or log.
[[nodiscard]] QString shown(const QUrl &url);

} // namespace astra::net
