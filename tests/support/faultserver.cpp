// SPDX-License-Identifier: Apache-2.0
#include "tests/support/faultserver.h"

#include <QHash>
#include <QTcpServer>
#include <QTcpSocket>
#include <QThread>
#include <QTimer>

#include <algorithm>
#include <mutex>

namespace astra::test {

namespace {

QByteArray find(const QList<std::pair<QByteArray, QByteArray>> &headers, const QByteArray &name)
{
    for (const auto &header : headers) {
        if (header.first.compare(name, Qt::CaseInsensitive) == 0)
            return header.second;
    }
    return {};
}

/// What clients and tests both touch.
struct State {
    std::mutex mutex;
    QHash<QByteArray, FaultServer::Script> scripts;
    QHash<QByteArray, int> counts;
    QList<SeenRequest> seen;
    qint64 sent = 0;
    int open = 0;
    int busy = 0;
    int peak = 0;
};

class Client : public QObject
{
public:
    Client(QTcpSocket *socket, std::shared_ptr<State> state)
        : QObject(socket)
        , m_socket(socket)
        , m_state(std::move(state))
    {
        {
            const std::lock_guard lock(m_state->mutex);
            ++m_state->open;
        }
        connect(m_socket, &QTcpSocket::readyRead, this, &Client::read);
        connect(m_socket, &QTcpSocket::disconnected, m_socket, &QObject::deleteLater);
    }
    ~Client() override
    {
        const std::lock_guard lock(m_state->mutex);
        --m_state->open;
        m_state->busy -= m_busy ? 1 : 0;
    }

private:
    void read()
    {
        m_input += m_socket->readAll();
        const auto end = m_input.indexOf("\r\n\r\n");
        if (end < 0 || m_busy || m_closing)
            return;
        SeenRequest request;
        const auto lines = m_input.left(end).split('\n');
        const auto words = lines.front().trimmed().split(' ');
        request.method = words.value(0);
        request.target = words.value(1);
        for (qsizetype i = 1; i < lines.size(); ++i) {
            const auto colon = lines[i].indexOf(':');
            request.headers.emplaceBack(lines[i].left(colon).trimmed(), lines[i].mid(colon + 1).trimmed());
        }
        const auto length = request.header("Content-Length").toLongLong();
        if (m_input.size() < end + 4 + length)
            return;
        request.body = m_input.mid(end + 4, length);
        m_input.remove(0, end + 4 + length);
        m_busy = true;
        answer(request);
    }

    void answer(const SeenRequest &request)
    {
        FaultServer::Script script;
        int nth = 0;
        {
            const std::lock_guard lock(m_state->mutex);
            m_state->seen.append(request);
            m_state->peak = std::max(m_state->peak, ++m_state->busy);
            nth = m_state->counts[request.path()]++;
            script = m_state->scripts.value(request.path(), m_state->scripts.value("*"));
        }
        Reply reply;
        if (script) {
            reply = script(request, nth);
        } else {
            reply.status = 404;
            reply.body = "nothing here";
        }
        if (reply.hang)
            return;
        if (reply.delayMs > 0)
            QTimer::singleShot(reply.delayMs, Qt::PreciseTimer, this, [this, request, reply] { send(request, reply); });
        else
            send(request, reply);
    }

    void send(const SeenRequest &request, Reply reply)
    {
        if (reply.drop) {
            m_socket->write("HTTP/1");
            m_socket->disconnectFromHost();
            return;
        }
        applyRange(request, reply);
        if (reply.shorten > 0)
            reply.body.chop(reply.shorten);
        QByteArray head = "HTTP/1.1 " + QByteArray::number(reply.status) + " Status\r\n";
        for (const auto &header : std::as_const(reply.headers))
            head += header.first + ": " + header.second + "\r\n";
        head += "Content-Length: " + QByteArray::number(reply.body.size()) + "\r\n\r\n";
        const QByteArray body = request.method == "HEAD" ? QByteArray()
            : reply.cutAfter >= 0                        ? reply.body.left(reply.cutAfter)
                                                         : reply.body;
        {
            const std::lock_guard lock(m_state->mutex);
            m_state->sent += body.size();
            --m_state->busy;
        }
        m_busy = false;
        m_closing = reply.cutAfter >= 0;
        m_socket->write(head + body);
        if (reply.cutAfter >= 0)
            m_socket->disconnectFromHost();
        else
            read(); // the next request may be here already
    }

    static void applyRange(const SeenRequest &request, Reply &reply)
    {
        const QByteArray range = request.header("Range");
        if (!reply.ranges || !range.startsWith("bytes=") || reply.status != 200)
            return;
        const QByteArray etag = find(reply.headers, "ETag");
        const QByteArray wanted = request.header("If-Match");
        if (!wanted.isEmpty() && wanted != etag) {
            reply.status = 412;
            reply.body.clear();
            return;
        }
        const qint64 size = reply.body.size();
        const auto ends = range.mid(6).split('-');
        const qint64 first = ends.value(0).toLongLong();
        const qint64 last = std::min(ends.value(1).isEmpty() ? size - 1 : ends.value(1).toLongLong(), size - 1);
        if (first >= size) {
            reply.status = 416;
            reply.headers.emplaceBack("Content-Range", "bytes */" + QByteArray::number(size));
            reply.body.clear();
            return;
        }
        reply.status = 206;
        reply.headers.emplaceBack("Content-Range",
                                  !reply.contentRange.isEmpty() ? reply.contentRange
                                                                : "bytes " + QByteArray::number(first) + '-'
                                          + QByteArray::number(last) + '/' + QByteArray::number(size));
        reply.body = reply.body.mid(first, last - first + 1);
    }

    QTcpSocket *m_socket;
    std::shared_ptr<State> m_state;
    QByteArray m_input;
    bool m_closing = false;
    bool m_busy = false; ///< a request is being answered; pipelined ones wait
};

} // namespace

class FaultServer::Private
{
public:
    std::shared_ptr<State> state = std::make_shared<State>();
    QThread thread;
    QTcpServer *server = nullptr; ///< lives on the thread
    quint16 port = 0;
};

QByteArray SeenRequest::header(const QByteArray &name) const { return find(headers, name); }

FaultServer::FaultServer()
    : d(std::make_unique<Private>())
{
    d->thread.setObjectName(QStringLiteral("faultserver"));
    d->server = new QTcpServer;
    d->server->moveToThread(&d->thread);
    QObject::connect(&d->thread, &QThread::finished, d->server, &QObject::deleteLater);
    QObject::connect(d->server, &QTcpServer::newConnection, d->server, [server = d->server, state = d->state] {
        while (auto *socket = server->nextPendingConnection())
            new Client(socket, state);
    });
    d->thread.start();
    QMetaObject::invokeMethod(
        d->server,
        [this] {
            if (d->server->listen(QHostAddress::LocalHost, 0))
                d->port = d->server->serverPort();
        },
        Qt::BlockingQueuedConnection);
}

FaultServer::~FaultServer()
{
    d->thread.quit();
    d->thread.wait();
}

QUrl FaultServer::url(const QString &pathAndQuery) const
{
    return QUrl(QStringLiteral("http://127.0.0.1:%1%2").arg(QString::number(d->port), pathAndQuery));
}

QUrl FaultServer::localhostUrl(const QString &pathAndQuery) const
{
    return QUrl(QStringLiteral("http://localhost:%1%2").arg(QString::number(d->port), pathAndQuery));
}

quint16 FaultServer::port() const { return d->port; }

void FaultServer::on(const QByteArray &path, const Reply &reply)
{
    on(path, [reply](const SeenRequest &, int) { return reply; });
}

void FaultServer::on(const QByteArray &path, const std::vector<Reply> &sequence)
{
    on(path, [sequence](const SeenRequest &, int nth) {
        return sequence[std::min(static_cast<std::size_t>(nth), sequence.size() - 1)];
    });
}

void FaultServer::on(const QByteArray &path, Script script)
{
    const std::lock_guard lock(d->state->mutex);
    d->state->scripts.insert(path, std::move(script));
    d->state->counts.remove(path);
}

int FaultServer::requests() const
{
    const std::lock_guard lock(d->state->mutex);
    return static_cast<int>(d->state->seen.size());
}

int FaultServer::requests(const QByteArray &path) const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->counts.value(path);
}

QList<SeenRequest> FaultServer::seen() const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->seen;
}

qint64 FaultServer::bodyBytesSent() const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->sent;
}

int FaultServer::openConnections() const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->open;
}

int FaultServer::peakBusy() const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->peak;
}

void FaultServer::resetCounts()
{
    const std::lock_guard lock(d->state->mutex);
    d->state->counts.clear();
    d->state->seen.clear();
    d->state->sent = 0;
    d->state->peak = d->state->busy;
}

QByteArray noise(qsizetype size, quint32 seed)
{
    QByteArray bytes(size, Qt::Uninitialized);
    quint32 state = seed * 2654435761u + 1;
    for (auto &byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

} // namespace astra::test
