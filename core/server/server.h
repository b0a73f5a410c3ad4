// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one HTTP server: loopback unless told otherwise. It knows nothing of Astra: a request goes in, a future of a
// response comes out. Boost.Beast lives in server.cpp alone.

#include "core/base/async.h"

#include <QList>
#include <QUrlQuery>

#include <functional>
#include <memory>

namespace astra::server {

using Header = std::pair<QByteArray, QByteArray>;

struct Request {
    QByteArray method; ///< "GET" also for HEAD: the server leaves the body out
    QString path; ///< percent-decoded, normalised: no "..", no "//", no slash at the end
    QByteArray rawPath; ///< as sent, without the query
    QUrlQuery query;
    QList<Header> headers;
    QByteArray body;
    QString remote; ///< peer address
    [[nodiscard]] QByteArray header(const QByteArray &name) const; ///< case-insensitive
};

struct Response {
    int status = 200;
    QList<Header> headers; ///< Content-Length, Date and Connection come from the server; with a file also ETag,
                           ///< Last-Modified, Accept-Ranges and Content-Range
    QByteArray body;
    QString file; ///< streamed from disk instead of body; ranges (also several) and If-Range are answered by the server
    int delayMs = 0; ///< answer this late (for slow catalogues and measurements)
    bool reset = false; ///< no answer at all: the connection is reset (after the delay)
    [[nodiscard]] static Response json(const QByteArray &text, int status = 200);
    [[nodiscard]] static Response text(const QString &text, int status = 200);
    [[nodiscard]] static Response fromFile(const QString &path, const QByteArray &contentType);
};

/// Called on the server's thread; may settle later from any thread. A client that has left is not an error, a future
/// that never settles is dropped at shutdown, and an Error is answered as JSON {"code","description"}.
using Handler = std::function<Future<Response>(Request)>;

struct ServerConfig {
    QString host = QStringLiteral("127.0.0.1");
    quint16 port = 0; ///< 0: a free one
    qint64 maxBody = 1 << 20; ///< larger: 413
    qint64 maxHeader = 16 << 10; ///< longer: 431
    int headerTimeoutMs = 5000; ///< a client that has not finished its request by then is dropped
    int idleTimeoutMs = 30000; ///< also for a client that stops taking its answer
    int maxConnections = 512; ///< one more is told 503
};

class Server
{
public:
    /// Listens before it returns; the port is known. Runs on a thread of its own.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerConfig config, Handler handler);
    ~Server(); ///< closes every connection and joins

    [[nodiscard]] quint16 port() const;
    [[nodiscard]] QUrl url() const; ///< "http://127.0.0.1:PORT"

private:
    Server();
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace astra::server
