// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a request line asks for, made safe: pure text, no sockets.

#include <QByteArray>
#include <QString>
#include <QUrlQuery>

#include <optional>

namespace astra::server {

struct Target {
    QString path; ///< decoded; begins with '/', ends without; no empty, "." or ".." segment, no control character
    QByteArray rawPath; ///< as sent, without the query
    QUrlQuery query;
};

/// Nothing for a target that is malformed or tries to leave the root: bad percent escapes, bytes that are not UTF-8,
/// NUL and other control characters, ".." in any spelling.
[[nodiscard]] std::optional<Target> parseTarget(const QByteArray &target);

} // namespace astra::server
