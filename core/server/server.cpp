// SPDX-License-Identifier: Apache-2.0
#include "core/server/server.h"

#include "core/base/logging.h"
#include "core/server/answer.h"
#include "core/server/target.h"

#include <QCoreApplication>
#include <QFile>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include <array>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility> // Asio 1.74 uses std::exchange without saying so; must stand before it.
#include <vector>

namespace astra::server {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;
using tcp = asio::ip::tcp;
using std::chrono::milliseconds;

namespace {

constexpr qint64 chunkSize = 256 << 10;
constexpr milliseconds drainTime {1000};

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::server)
};

QByteArray bytes(beast::string_view text) { return QByteArray(text.data(), static_cast<qsizetype>(text.size())); }

int statusOf(ErrorCode code)
{
    switch (code) {
    case ErrorCode::Unauthorized:
        return 401;
    case ErrorCode::NotFound:
        return 404;
    case ErrorCode::RateLimited:
        return 429;
    case ErrorCode::InvalidInput:
    case ErrorCode::Unsupported:
        return 400;
    case ErrorCode::Timeout:
        return 504;
    case ErrorCode::Network:
    case ErrorCode::Cancelled:
        return 503;
    case ErrorCode::Storage:
    case ErrorCode::Internal:
        break;
    }
    return 500;
}

Response refusal(int status, const QString &code, const QString &text)
{
    QString quoted = text;
    quoted.replace(u'\\', QLatin1String("\\\\")).replace(u'"', QLatin1String("\\\"")).replace(u'\n', u' ');
    const QString json = QStringLiteral("{\"code\":\"%1\",\"description\":\"%2\"}").arg(code, quoted);
    return Response::json(json.toUtf8(), status);
}

class Connection;

/// Everything the thread uses. Held by the thread and, weakly, by answers under way.
struct Core {
    asio::io_context io {1};
    tcp::acceptor acceptor {io};
    asio::steady_timer pause {io};
    ServerConfig config;
    Handler handler;
    std::unordered_set<std::shared_ptr<Connection>> connections;
};

/// One client. Lives in Core::connections from accept to close; every member runs on the server's thread.
class Connection : public std::enable_shared_from_this<Connection>
{
public:
    Connection(const std::weak_ptr<Core> &core, ServerConfig config, tcp::socket socket)
        : m_core(core)
        , m_config(std::move(config))
        , m_stream(std::move(socket))
        , m_delay(m_stream.get_executor())
        , m_buffer(static_cast<std::size_t>(m_config.maxHeader + chunkSize))
    {
        error_code ignored;
        m_stream.socket().set_option(tcp::no_delay(true), ignored);
        const auto peer = m_stream.socket().remote_endpoint(ignored);
        if (!ignored)
            m_remote = QString::fromStdString(peer.address().to_string());
    }

    void begin(bool overloaded)
    {
        if (overloaded) {
            m_last = true;
            send(refusal(503, QStringLiteral("Busy"), Text::tr("Too many connections. Try again in a moment.")));
            return;
        }
        readHeader(m_config.headerTimeoutMs);
    }

    void close()
    {
        error_code ignored;
        m_delay.cancel();
        m_stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
        m_stream.close();
        if (const auto core = m_core.lock())
            core->connections.erase(shared_from_this());
    }

private:
    /// Waits for the first byte (as long as `patience`), then gives the whole request headerTimeoutMs.
    void readHeader(int patience)
    {
        m_parser.emplace();
        m_parser->header_limit(static_cast<std::uint32_t>(m_config.maxHeader));
        m_parser->body_limit(static_cast<std::uint64_t>(m_config.maxBody));
        m_request = {};
        m_headOnly = false;
        if (m_buffer.size() > 0) {
            readRest();
            return;
        }
        m_stream.expires_after(milliseconds(patience));
        m_stream.async_read_some(m_buffer.prepare(4096),
                                 [self = shared_from_this()](error_code error, std::size_t size) {
                                     if (error) {
                                         self->close();
                                         return;
                                     }
                                     self->m_buffer.commit(size);
                                     self->readRest();
                                 });
    }

    void readRest()
    {
        m_stream.expires_after(milliseconds(m_config.headerTimeoutMs));
        http::async_read_header(m_stream, m_buffer, *m_parser,
                                [self = shared_from_this()](error_code error, std::size_t) {
                                    if (error)
                                        self->refuse(error);
                                    else
                                        self->readBody();
                                });
    }

    void readBody()
    {
        if (m_parser->is_done()) {
            dispatch();
            return;
        }
        if (!beast::iequals(m_parser->get()[http::field::expect], "100-continue")) {
            readBodyNow();
            return;
        }
        static constexpr std::string_view go = "HTTP/1.1 100 Continue\r\n\r\n";
        asio::async_write(m_stream, asio::buffer(go), [self = shared_from_this()](error_code error, std::size_t) {
            if (error)
                self->close();
            else
                self->readBodyNow();
        });
    }

    void readBodyNow()
    {
        http::async_read(m_stream, m_buffer, *m_parser, [self = shared_from_this()](error_code error, std::size_t) {
            if (error)
                self->refuse(error);
            else
                self->dispatch();
        });
    }

    /// A request that could not be read: said in one answer where the client still listens, then the end.
    void refuse(error_code error)
    {
        m_last = true;
        if (error == http::error::header_limit || error == http::error::buffer_overflow) {
            send(refusal(431, QStringLiteral("HeaderTooLarge"), Text::tr("The request's headers are too long.")));
        } else if (error == http::error::body_limit) {
            send(refusal(413, QStringLiteral("BodyTooLarge"), Text::tr("The request's body is too large.")));
        } else if (error.category() == http::make_error_code(http::error::bad_method).category()
                   && error != http::error::end_of_stream && error != http::error::partial_message) {
            badRequest();
        } else {
            close();
        }
    }

    void badRequest()
    {
        m_last = true;
        send(refusal(400, QStringLiteral("BadRequest"), Text::tr("The request is malformed.")));
    }

    void dispatch()
    {
        auto message = m_parser->release();
        m_last = !message.keep_alive();
        m_headOnly = message.method() == http::verb::head;
        // Without Host, or with two lengths, two readers of one request would disagree about it.
        if (message.version() >= 11 && message.count(http::field::host) != 1) {
            badRequest();
            return;
        }
        const auto target = parseTarget(bytes(message.target()));
        if (!target) {
            badRequest();
            return;
        }
        m_request.method = m_headOnly ? QByteArray("GET") : bytes(message.method_string());
        m_request.path = target->path;
        m_request.rawPath = target->rawPath;
        m_request.query = target->query;
        m_request.remote = m_remote;
        for (const auto &field : message)
            m_request.headers.append({bytes(field.name_string()), bytes(field.value())});
        m_request.body = QByteArray(message.body().data(), static_cast<qsizetype>(message.body().size()));
        ask();
    }

    void ask()
    {
        const auto core = m_core.lock();
        if (!core)
            return;
        m_stream.expires_never();
        m_answering = true;
        // The answer may come from any thread, after the client or the whole server has gone.
        const auto settled = chain(
            core->handler(m_request),
            [client = weak_from_this(), server = m_core](Result<Response> result) -> Result<bool> {
                const auto alive = server.lock();
                if (alive) {
                    asio::post(alive->io, [client, result = std::move(result)] {
                        if (const auto self = client.lock())
                            self->answer(result);
                    });
                }
                return true;
            });
        Q_UNUSED(settled)
        watch();
    }

    /// Notices a client that leaves while its answer is being made.
    void watch()
    {
        m_stream.socket().async_wait(tcp::socket::wait_read, [client = weak_from_this()](error_code error) {
            const auto self = client.lock();
            if (!self || error || !self->m_answering)
                return;
            error_code peeked;
            char byte = 0;
            self->m_stream.socket().non_blocking(true, peeked);
            self->m_stream.socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, peeked);
            // More bytes are the next request, early: it waits its turn.
            if (peeked && peeked != asio::error::would_block)
                self->close();
        });
    }

    void answer(const Result<Response> &result)
    {
        if (!m_stream.socket().is_open() || !m_answering)
            return;
        Response response = result
            ? *result
            : refusal(statusOf(result.error().code), errorCodeName(result.error().code), result.error().message);
        if (response.delayMs <= 0) {
            send(response);
            return;
        }
        m_delay.expires_after(milliseconds(response.delayMs));
        m_delay.async_wait([client = weak_from_this(), response = std::move(response)](error_code error) {
            const auto self = client.lock();
            if (self && !error && self->m_stream.socket().is_open())
                self->send(response);
        });
    }

    void send(const Response &response)
    {
        m_answering = false;
        if (response.reset) {
            // Without lingering, closing sends a reset instead of an orderly end.
            error_code ignored;
            m_stream.socket().set_option(tcp::socket::linger(true, 0), ignored);
            m_stream.socket().close(ignored);
            close();
            return;
        }
        m_answer = makeAnswer(response, m_request, m_headOnly, !m_last);
        m_part = 0;
        m_sent = 0;
        if (!m_answer.file.isEmpty()) {
            m_file.setFileName(m_answer.file);
            if (!m_file.open(QIODevice::ReadOnly)) {
                close();
                return;
            }
        }
        const std::array<asio::const_buffer, 2> buffers {
            asio::buffer(m_answer.head.constData(), static_cast<std::size_t>(m_answer.head.size())),
            asio::buffer(m_answer.body.constData(), static_cast<std::size_t>(m_answer.body.size()))};
        write(buffers);
    }

    template<typename Buffers> void write(const Buffers &buffers)
    {
        m_stream.expires_after(milliseconds(m_config.idleTimeoutMs));
        asio::async_write(m_stream, buffers, [self = shared_from_this()](error_code error, std::size_t) {
            if (error)
                self->close();
            else
                self->writeMore();
        });
    }

    /// The next piece of the file, or the end of the answer.
    void writeMore()
    {
        while (m_part < m_answer.parts.size()) {
            const auto &part = m_answer.parts[m_part];
            if (m_sent == 0 && !m_file.seek(part.span.offset)) {
                close();
                return;
            }
            const qint64 wanted = std::min(chunkSize, part.span.length - m_sent);
            if (wanted <= 0) {
                ++m_part;
                m_sent = 0;
                continue;
            }
            m_chunk = m_sent == 0 ? part.before : QByteArray();
            const QByteArray piece = m_file.read(wanted);
            // The file became shorter: breaking off is the only honest answer left.
            if (piece.size() != wanted) {
                close();
                return;
            }
            m_chunk += piece;
            m_sent += wanted;
            write(asio::buffer(m_chunk.constData(), static_cast<std::size_t>(m_chunk.size())));
            return;
        }
        if (!m_answer.after.isEmpty()) {
            m_chunk = std::exchange(m_answer.after, {});
            write(asio::buffer(m_chunk.constData(), static_cast<std::size_t>(m_chunk.size())));
            return;
        }
        finish();
    }

    void finish()
    {
        m_file.close();
        m_answer = {};
        m_chunk.clear();
        if (!m_last) {
            readHeader(m_config.idleTimeoutMs);
            return;
        }
        // Closing with unread bytes would reset the connection and could take the answer with it.
        error_code ignored;
        m_stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
        m_stream.expires_after(drainTime);
        drain();
    }

    void drain()
    {
        m_buffer.consume(m_buffer.size());
        m_stream.async_read_some(m_buffer.prepare(16384), [self = shared_from_this()](error_code error, std::size_t) {
            if (error)
                self->close();
            else
                self->drain();
        });
    }

    std::weak_ptr<Core> m_core;
    ServerConfig m_config;
    beast::tcp_stream m_stream;
    asio::steady_timer m_delay;
    beast::flat_buffer m_buffer;
    std::optional<http::request_parser<http::string_body>> m_parser;
    QString m_remote;
    Request m_request;
    bool m_headOnly = false;
    bool m_last = false; ///< the connection ends after this answer
    bool m_answering = false; ///< the handler has the request
    Answer m_answer;
    QFile m_file;
    QByteArray m_chunk;
    std::size_t m_part = 0;
    qint64 m_sent = 0; ///< of the part
};

void accept(const std::shared_ptr<Core> &core)
{
    core->acceptor.async_accept([weak = std::weak_ptr(core)](error_code error, tcp::socket socket) {
        const auto alive = weak.lock();
        if (!alive || error == asio::error::operation_aborted || !alive->acceptor.is_open())
            return;
        if (error) {
            // Out of file handles, mostly: better late than a busy loop.
            alive->pause.expires_after(milliseconds(100));
            alive->pause.async_wait([weak](error_code stopped) {
                const auto again = weak.lock();
                if (again && !stopped)
                    accept(again);
            });
            return;
        }
        const bool overloaded = alive->connections.size() >= static_cast<std::size_t>(alive->config.maxConnections);
        const auto client = std::make_shared<Connection>(weak, alive->config, std::move(socket));
        alive->connections.insert(client);
        client->begin(overloaded);
        accept(alive);
    });
}

Result<bool> listen(Core &core)
{
    error_code error;
    const auto address = asio::ip::make_address(core.config.host.toStdString(), error);
    if (error) {
        return fail(
            ErrorCode::InvalidInput,
            Text::tr("%1 is not an address to listen on. Give an IP address such as 127.0.0.1.").arg(core.config.host));
    }
    const tcp::endpoint endpoint(address, core.config.port);
    core.acceptor.open(endpoint.protocol(), error);
    if (!error)
        core.acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error)
        core.acceptor.bind(endpoint, error);
    if (!error)
        core.acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
        return fail(
            ErrorCode::Network,
            Text::tr("Port %1 of %2 cannot be used (%3). Choose another port, or stop the program that holds it.")
                .arg(QString::number(core.config.port), core.config.host, QString::fromStdString(error.message())));
    }
    return true;
}

} // namespace

class Server::Private
{
public:
    std::shared_ptr<Core> core = std::make_shared<Core>();
    std::thread thread;
    QUrl url;
};

Server::Server()
    : d(std::make_unique<Private>())
{
}

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Handler handler)
{
    std::unique_ptr<Server> server(new Server);
    auto &core = *server->d->core;
    core.config = std::move(config);
    core.handler = std::move(handler);
    if (const auto listening = listen(core); !listening)
        return fail(listening.error());
    server->d->url.setScheme(QStringLiteral("http"));
    server->d->url.setHost(core.config.host);
    server->d->url.setPort(core.acceptor.local_endpoint().port());
    accept(server->d->core);
    server->d->thread = std::thread([shared = server->d->core] { shared->io.run(); });
    qCDebug(logServer) << "listening on" << server->d->url;
    return server;
}

Server::~Server()
{
    const auto core = d->core;
    if (d->thread.joinable()) {
        asio::post(core->io, [&io = core->io] { io.stop(); });
        d->thread.join();
    }
    // The thread is gone, so this one may touch everything. Closing erases from the set: go over a copy.
    error_code ignored;
    core->acceptor.close(ignored);
    const auto connections = core->connections;
    for (const auto &connection : connections)
        connection->close();
    core->connections.clear();
    core->handler = {};
}

quint16 Server::port() const { return static_cast<quint16>(d->url.port()); }

QUrl Server::url() const { return d->url; }

QByteArray Request::header(const QByteArray &name) const
{
    for (const auto &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

Response Response::json(const QByteArray &text, int status)
{
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "application/json"}};
    response.body = text;
    return response;
}

Response Response::text(const QString &text, int status)
{
    Response response;
    response.status = status;
    response.headers = {{"Content-Type", "text/plain; charset=utf-8"}};
    response.body = text.toUtf8();
    return response;
}

Response Response::fromFile(const QString &path, const QByteArray &contentType)
{
    Response response;
    response.headers = {{"Content-Type", contentType}};
    response.file = path;
    return response;
}

} // namespace astra::server
