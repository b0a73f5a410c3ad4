// SPDX-License-Identifier: Apache-2.0
#pragma once

// From a handler's Response to what goes over the wire: conditions, ranges and head, without any socket.

#include "core/server/ranges.h"
#include "core/server/server.h"

#include <vector>

namespace astra::server {

struct Answer {
    struct Part {
        QByteArray before; ///< text sent first (the head of a multipart section)
        Span span; ///< of the file
    };
    QByteArray head; ///< status line and headers, up to and including the empty line
    QByteArray body; ///< sent where there is no file
    QString file;
    std::vector<Part> parts; ///< of the file
    QByteArray after; ///< text sent last
};

/// @param headOnly the request was HEAD: the same head, nothing after it
/// @param keepAlive what the Connection header says
[[nodiscard]] Answer makeAnswer(const Response &response, const Request &request, bool headOnly, bool keepAlive);

/// "Sun, 06 Nov 1994 08:49:37 GMT"
[[nodiscard]] QByteArray httpDate(const QDateTime &time);

} // namespace astra::server
