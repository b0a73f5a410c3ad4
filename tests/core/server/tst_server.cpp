// SPDX-License-Identifier: Apache-2.0
#include "core/server/server.h"

#include <QAtomicInt>
#include <QCryptographicHash>
#include <QMutex>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

#include <vector>

using namespace astra;
using server::Request;
using server::Response;
using server::Server;
using server::ServerConfig;

namespace {

struct Reply {
    int status = 0;
    QByteArray head;
    QByteArray body;
    QByteArray header(const QByteArray &name) const
    {
        const auto lines = head.split('\n');
        for (const auto &line : lines) {
            const auto colon = line.indexOf(':');
            if (colon > 0 && line.left(colon).compare(name, Qt::CaseInsensitive) == 0)
                return line.mid(colon + 1).trimmed();
        }
        return {};
    }
};

/// The bytes of every letter differ from their neighbours', so that a shifted range cannot look right.
QByteArray pattern(int size)
{
    QByteArray bytes(size, '\0');
    quint32 state = 12345;
    for (auto &byte : bytes) {
        state = state * 1664525u + 1013904223u;
        byte = static_cast<char>(state >> 24);
    }
    return bytes;
}

} // namespace

class TestServer : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void answer_carriesRequest();
    void keepAlive_servesPipelined();
    void head_hasLengthWithoutBody();
    void error_becomesJson();
    void headerInjection_isNeutralised();
    void file_whole();
    void file_singleRange();
    void file_severalRanges();
    void file_conditions();
    void file_unsatisfiable();
    void file_missing();
    void limits_header();
    void limits_body();
    void malformed_isRefused_data();
    void malformed_isRefused();
    void slowClient_isDropped();
    void clientLeaving_isNoError();
    void lateAnswer_waits();
    void reset_givesNothing();
    void shutdown_dropsOpenAnswers();
    void overload_isSaid();
    void manyClients();
    void portTaken_isAnError();

private:
    void start(ServerConfig config = {});
    Reply parse(const QByteArray &bytes);
    QByteArray raw(const QByteArray &bytes);
    Reply get(const QByteArray &path, const QByteArray &headers = {});

    std::unique_ptr<Server> m_server;
    QTemporaryDir m_dir;
    QByteArray m_file;
    QMutex m_mutex;
    std::vector<Settler<Response>> m_open; ///< requests to /never
    Request m_seen;
};

void TestServer::init()
{
    m_file = pattern(700000);
    QFile file(m_dir.filePath(QStringLiteral("file.bin")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(m_file);
    file.close();
    start();
}

void TestServer::cleanup()
{
    m_server.reset();
    m_open.clear();
}

void TestServer::start(ServerConfig config)
{
    m_server.reset();
    auto server = Server::start(config, [this](const Request &request) -> Future<Response> {
        const QMutexLocker lock(&m_mutex);
        m_seen = request;
        if (request.path == QStringLiteral("/file"))
            return ready<Response>(
                Response::fromFile(m_dir.filePath(QStringLiteral("file.bin")), "application/octet-stream"));
        if (request.path == QStringLiteral("/missing"))
            return ready<Response>(Response::fromFile(m_dir.filePath(QStringLiteral("nothing")), "image/tiff"));
        if (request.path == QStringLiteral("/error"))
            return ready<Response>(fail(ErrorCode::NotFound, QStringLiteral("No \"such\" thing.")));
        if (request.path == QStringLiteral("/inject")) {
            Response response = Response::text(QStringLiteral("x"));
            response.headers.emplaceBack("X-Name", "a\r\nX-Evil: b");
            return ready<Response>(response);
        }
        if (request.path == QStringLiteral("/late")) {
            Response response = Response::text(QStringLiteral("late"));
            response.delayMs = 150;
            return ready<Response>(response);
        }
        if (request.path == QStringLiteral("/reset")) {
            Response response = Response::text(QStringLiteral("never seen"));
            response.reset = true;
            return ready<Response>(response);
        }
        if (request.path == QStringLiteral("/never")) {
            m_open.emplace_back();
            return m_open.back().future();
        }
        return ready<Response>(Response::json("{\"path\":\"" + request.path.toUtf8() + "\"}"));
    });
    QVERIFY2(server, server ? "" : qPrintable(server.error().message));
    m_server = std::move(*server);
}

Reply TestServer::parse(const QByteArray &bytes)
{
    Reply reply;
    const auto end = bytes.indexOf("\r\n\r\n");
    reply.head = bytes.left(end + 2);
    reply.body = bytes.mid(end + 4);
    reply.status = bytes.mid(9, 3).toInt();
    return reply;
}

/// Sends bytes as they are and returns everything until the server closes.
QByteArray TestServer::raw(const QByteArray &bytes)
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), m_server->port());
    if (!socket.waitForConnected(5000))
        return "no connection";
    socket.write(bytes);
    QByteArray all;
    while (socket.waitForReadyRead(10000))
        all += socket.readAll();
    return all + socket.readAll();
}

Reply TestServer::get(const QByteArray &path, const QByteArray &headers)
{
    return parse(raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "\r\n"));
}

void TestServer::answer_carriesRequest()
{
    const QByteArray body = pattern(5000).toHex();
    const auto reply = parse(
        raw("POST /a%20b//c?x=1&y=%2F HTTP/1.1\r\nHost: h\r\nX-Test: value\r\nConnection: close\r\n"
            "Content-Length: "
            + QByteArray::number(body.size()) + "\r\n\r\n" + body));
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.body, QByteArray("{\"path\":\"/a b/c\"}"));
    QCOMPARE(reply.header("Content-Type"), QByteArray("application/json"));
    QCOMPARE(reply.header("Content-Length").toInt(), reply.body.size());
    QVERIFY(reply.header("Date").endsWith(" GMT"));
    QCOMPARE(m_seen.method, QByteArray("POST"));
    QCOMPARE(m_seen.rawPath, QByteArray("/a%20b//c"));
    QCOMPARE(m_seen.query.queryItemValue(QStringLiteral("x")), QStringLiteral("1"));
    QCOMPARE(m_seen.header("x-test"), QByteArray("value"));
    QCOMPARE(m_seen.body, body);
    QCOMPARE(m_seen.remote, QStringLiteral("127.0.0.1"));
}

void TestServer::keepAlive_servesPipelined()
{
    const auto all = raw("GET /1 HTTP/1.1\r\nHost: h\r\n\r\nGET /2 HTTP/1.1\r\nHost: h\r\n\r\n"
                         "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    QCOMPARE(all.count("HTTP/1.1 200 OK"), 3);
    QVERIFY(all.indexOf("{\"path\":\"/1\"}") < all.indexOf("{\"path\":\"/2\"}"));
    QVERIFY(all.indexOf("{\"path\":\"/2\"}") < all.indexOf("{\"path\":\"/3\"}"));
}

void TestServer::head_hasLengthWithoutBody()
{
    const auto reply = parse(raw("HEAD /file HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"));
    QCOMPARE(reply.status, 200);
    QCOMPARE(reply.header("Content-Length").toInt(), m_file.size());
    QCOMPARE(reply.header("Accept-Ranges"), QByteArray("bytes"));
    QVERIFY(reply.body.isEmpty());
}

void TestServer::error_becomesJson()
{
    const auto reply = get("/error");
    QCOMPARE(reply.status, 404);
    QCOMPARE(reply.body, QByteArray("{\"code\":\"not-found\",\"description\":\"No \\\"such\\\" thing.\"}"));
}

void TestServer::headerInjection_isNeutralised()
{
    const auto reply = get("/inject");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.header("X-Evil").isEmpty());
}

void TestServer::file_whole()
{
    const auto reply = get("/file");
    QCOMPARE(reply.status, 200);
    QVERIFY(reply.body == m_file);
    QVERIFY(reply.header("ETag").startsWith('"'));
    QVERIFY(!reply.header("Last-Modified").isEmpty());
}

void TestServer::file_singleRange()
{
    // Longer than one piece, so that the pieces' joints are inside.
    const auto reply = get("/file", "Range: bytes=1000-600999\r\n");
    QCOMPARE(reply.status, 206);
    QCOMPARE(reply.header("Content-Range"), QByteArray("bytes 1000-600999/700000"));
    QCOMPARE(reply.header("Content-Length").toInt(), 600000);
    QVERIFY(reply.body == m_file.mid(1000, 600000));

    const auto tail = get("/file", "Range: bytes=-7\r\n");
    QCOMPARE(tail.header("Content-Range"), QByteArray("bytes 699993-699999/700000"));
    QVERIFY(tail.body == m_file.right(7));
}

void TestServer::file_severalRanges()
{
    const auto reply = get("/file", "Range: bytes=0-9,500000-500004\r\n");
    QCOMPARE(reply.status, 206);
    const QByteArray type = reply.header("Content-Type");
    QVERIFY(type.startsWith("multipart/byteranges; boundary="));
    const QByteArray boundary = type.mid(type.indexOf('=') + 1);
    const QByteArray expected = "\r\n--" + boundary
        + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 0-9/700000\r\n\r\n" + m_file.left(10)
        + "\r\n--" + boundary
        + "\r\nContent-Type: application/octet-stream\r\nContent-Range: bytes 500000-500004/700000\r\n\r\n"
        + m_file.mid(500000, 5) + "\r\n--" + boundary + "--\r\n";
    QVERIFY(reply.body == expected);
    QCOMPARE(reply.header("Content-Length").toInt(), expected.size());
}

void TestServer::file_conditions()
{
    const auto whole = get("/file");
    const QByteArray etag = whole.header("ETag");
    const QByteArray modified = whole.header("Last-Modified");
    const QByteArray range = "Range: bytes=0-3\r\n";
    QCOMPARE(get("/file", range + "If-Range: " + etag + "\r\n").status, 206);
    QCOMPARE(get("/file", range + "If-Range: " + modified + "\r\n").status, 206);
    QCOMPARE(get("/file", range + "If-Range: \"other\"\r\n").status, 200);
    QCOMPARE(get("/file", range + "If-Match: " + etag + "\r\n").status, 206);
    QCOMPARE(get("/file", range + "If-Match: \"other\"\r\n").status, 412);
    const auto unchanged = get("/file", "If-None-Match: " + etag + "\r\n");
    QCOMPARE(unchanged.status, 304);
    QVERIFY(unchanged.body.isEmpty());
}

void TestServer::file_unsatisfiable()
{
    const auto reply = get("/file", "Range: bytes=700000-\r\n");
    QCOMPARE(reply.status, 416);
    QCOMPARE(reply.header("Content-Range"), QByteArray("bytes */700000"));
}

void TestServer::file_missing() { QCOMPARE(get("/missing").status, 404); }

void TestServer::limits_header()
{
    QCOMPARE(get("/", "X-Long: " + QByteArray(20000, 'a') + "\r\n").status, 431);
    // A line that never ends.
    QCOMPARE(parse(raw("GET / HTTP/1.1\r\nX-Endless: " + QByteArray(2 << 20, 'a'))).status, 431);
}

void TestServer::limits_body()
{
    const QByteArray head = "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n";
    const QByteArray body((1 << 20) + 1, 'b');
    QCOMPARE(parse(raw(head + "Content-Length: " + QByteArray::number(body.size()) + "\r\n\r\n" + body)).status, 413);
    QCOMPARE(parse(raw(head + "Transfer-Encoding: chunked\r\n\r\n" + QByteArray::number(body.size(), 16) + "\r\n" + body
                       + "\r\n0\r\n\r\n"))
                 .status,
             413);
    QCOMPARE(parse(raw(head + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).status, 200);
    QCOMPARE(m_seen.body, QByteArray("abc"));
}

void TestServer::malformed_isRefused_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("two lengths: CL and TE")
        << QByteArray("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
                      "0\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    QTest::newRow("TE then CL") << QByteArray(
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n");
    QTest::newRow("two Content-Length") << QByteArray(
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde");
    QTest::newRow("no host") << QByteArray("GET / HTTP/1.1\r\n\r\n");
    QTest::newRow("two hosts") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
    QTest::newRow("space before colon") << QByteArray("GET / HTTP/1.1\r\nHost : a\r\n\r\n");
    QTest::newRow("no HTTP") << QByteArray("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 15);
    QTest::newRow("dot dot") << QByteArray("GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("dot dot, escaped") << QByteArray("GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("NUL") << QByteArray("GET /a%00.tif HTTP/1.1\r\nHost: a\r\n\r\n");
    QTest::newRow("connect") << QByteArray("CONNECT example.com:443 HTTP/1.1\r\nHost: a\r\n\r\n");
}

void TestServer::malformed_isRefused()
{
    QFETCH(QByteArray, request);
    const auto all = raw(request);
    QCOMPARE(parse(all).status, 400);
    QCOMPARE(all.count("HTTP/1.1 "), 1);
}

void TestServer::slowClient_isDropped()
{
    ServerConfig config;
    config.headerTimeoutMs = 200;
    start(config);
    QElapsedTimer timer;
    timer.start();
    QVERIFY(raw("GET / HTTP/1.1\r\nHost: ").isEmpty());
    QVERIFY(raw("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\nabc").isEmpty());
    QVERIFY(raw({}).isEmpty());
    QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(get("/").status, 200);
}

void TestServer::clientLeaving_isNoError()
{
    for (int i = 0; i < 20; ++i) {
        QTcpSocket socket;
        socket.connectToHost(QStringLiteral("127.0.0.1"), m_server->port());
        QVERIFY(socket.waitForConnected(5000));
        socket.write("GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
        QTRY_COMPARE(([this] {
                         const QMutexLocker lock(&m_mutex);
                         return m_open.size();
                     })(),
                     static_cast<std::size_t>(i + 1));
        socket.abort();
    }
    // The answers come after their clients have left, from another thread.
    {
        const QMutexLocker lock(&m_mutex);
        for (auto &settler : m_open)
            settler.settle(Response::text(QStringLiteral("too late")));
        m_open.clear();
    }
    QCOMPARE(get("/").status, 200);
}

void TestServer::lateAnswer_waits()
{
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(get("/late").body, QByteArray("late"));
    QVERIFY(timer.elapsed() >= 150);
}

void TestServer::reset_givesNothing()
{
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(raw("GET /reset HTTP/1.1\r\nHost: x\r\n\r\n"), QByteArray());
    QVERIFY(timer.elapsed() < 5000); // ended by the server, not by patience
    QCOMPARE(get("/late").body, QByteArray("late")); // the others are served on
}

void TestServer::shutdown_dropsOpenAnswers()
{
    QTcpSocket socket;
    socket.connectToHost(QStringLiteral("127.0.0.1"), m_server->port());
    QVERIFY(socket.waitForConnected(5000));
    socket.write("GET /never HTTP/1.1\r\nHost: h\r\n\r\n");
    QTRY_VERIFY(([this] {
        const QMutexLocker lock(&m_mutex);
        return !m_open.empty();
    })());
    m_server.reset();
    QTRY_COMPARE(socket.state(), QAbstractSocket::UnconnectedState);
    m_open.front().settle(Response::text(QStringLiteral("nobody listens")));
}

void TestServer::overload_isSaid()
{
    ServerConfig config;
    config.maxConnections = 2;
    start(config);
    QTcpSocket first;
    QTcpSocket second;
    for (auto *socket : {&first, &second}) {
        socket->connectToHost(QStringLiteral("127.0.0.1"), m_server->port());
        QVERIFY(socket->waitForConnected(5000));
    }
    QCOMPARE(get("/").status, 503);
    first.abort();
    bool served = false;
    QTRY_VERIFY(served = served || get("/").status == 200);
}

void TestServer::manyClients()
{
    constexpr int clients = 200;
    std::vector<std::unique_ptr<QTcpSocket>> sockets;
    int right = 0;
    int done = 0;
    for (int i = 0; i < clients; ++i) {
        auto socket = std::make_unique<QTcpSocket>();
        auto *raw = socket.get();
        const qint64 offset = i * 3000;
        connect(raw, &QTcpSocket::connected, this, [raw, offset] {
            raw->write("GET /file HTTP/1.1\r\nHost: h\r\nConnection: close\r\nRange: bytes="
                       + QByteArray::number(offset) + '-' + QByteArray::number(offset + 99999) + "\r\n\r\n");
        });
        connect(raw, &QTcpSocket::disconnected, this, [this, raw, offset, &right, &done] {
            const auto reply = parse(raw->readAll());
            right += reply.status == 206 && reply.body == m_file.mid(offset, 100000) ? 1 : 0;
            ++done;
        });
        raw->connectToHost(QStringLiteral("127.0.0.1"), m_server->port());
        sockets.push_back(std::move(socket));
    }
    QTRY_COMPARE_WITH_TIMEOUT(done, clients, 30000);
    QCOMPARE(right, clients);
}

void TestServer::portTaken_isAnError()
{
    ServerConfig config;
    config.port = m_server->port();
    const auto second = Server::start(config, [](const Request &) { return ready<Response>(Response {}); });
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::Network);
    QVERIFY(second.error().message.contains(QString::number(config.port)));
}

QTEST_GUILESS_MAIN(TestServer)
#include "tst_server.moc"
