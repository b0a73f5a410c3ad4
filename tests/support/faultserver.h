// SPDX-License-Identifier: Apache-2.0
#pragma once

// An HTTP server on loopback that misbehaves on request: late, cut off, dropped, lying about lengths and ranges. It
// runs on a thread of its own; every member may be called from any thread.

#include "core/base/json.h"

#include <QByteArray>
#include <QList>
#include <QUrl>

#include <functional>
#include <memory>
#include <vector>

namespace astra::test {

/// One answer.
struct Reply {
    int status = 200;
    QList<std::pair<QByteArray, QByteArray>> headers;
    QByteArray body;
    bool ranges = false; ///< answer a Range header with that part of the body
    int delayMs = 0; ///< answer this late
    qint64 cutAfter = -1; ///< break off after so many body bytes, the whole length having been announced
    qint64 shorten = 0; ///< leave out so many bytes at the end and announce only the rest
    bool drop = false; ///< close the connection after reading the request, with half a status line
    bool hang = false; ///< never answer
    QByteArray contentRange; ///< sent in place of the true one
};

/// An answer that holds `body`.
[[nodiscard]] inline Reply text(const QByteArray &body, const QList<std::pair<QByteArray, QByteArray>> &headers = {},
                                int status = 200)
{
    Reply reply;
    reply.status = status;
    reply.body = body;
    reply.headers = headers;
    return reply;
}

/// An answer that holds `body` as JSON.
[[nodiscard]] inline Reply json(const Json &body, int status = 200)
{
    return text(toText(body), {{"Content-Type", "application/json"}}, status);
}

struct SeenRequest {
    QByteArray method;
    QByteArray target; ///< path and query as sent
    QByteArray body;
    QList<std::pair<QByteArray, QByteArray>> headers;
    [[nodiscard]] QByteArray path() const { return target.split('?').constFirst(); }
    [[nodiscard]] QByteArray header(const QByteArray &name) const; ///< case-insensitive
};

class FaultServer
{
public:
    /// @param nth counts the requests for this path from 0
    using Script = std::function<Reply(const SeenRequest &request, int nth)>;

    FaultServer(); ///< listens on a free port of 127.0.0.1
    ~FaultServer();

    [[nodiscard]] QUrl url(const QString &pathAndQuery = QStringLiteral("/")) const;
    /// The same server under the other name of this machine: another origin for its clients.
    [[nodiscard]] QUrl localhostUrl(const QString &pathAndQuery = QStringLiteral("/")) const;
    [[nodiscard]] quint16 port() const;

    void on(const QByteArray &path, const Reply &reply);
    void on(const QByteArray &path, const std::vector<Reply> &sequence); ///< the last one repeats
    void on(const QByteArray &path, Script script); ///< called on the server's thread; path "*": any other

    [[nodiscard]] int requests() const;
    [[nodiscard]] int requests(const QByteArray &path) const;
    [[nodiscard]] QList<SeenRequest> seen() const;
    [[nodiscard]] qint64 bodyBytesSent() const;
    [[nodiscard]] int openConnections() const;
    [[nodiscard]] int peakBusy() const; ///< most requests under way at once
    void resetCounts();

private:
    class Private;
    std::unique_ptr<Private> d;
};

/// Deterministic bytes in which no stretch repeats: a shifted or zeroed part cannot look right.
[[nodiscard]] QByteArray noise(qsizetype size, quint32 seed = 1);

} // namespace astra::test
