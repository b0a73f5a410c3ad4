// SPDX-License-Identifier: Apache-2.0
#include "core/net/httpclient.h"
#include "tests/support/faultserver.h"

#include <QTemporaryDir>
#include <QtTest>

#include <zlib.h>

#include <atomic>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;

namespace {

Reply text(const QByteArray &body, int status = 200)
{
    Reply reply;
    reply.status = status;
    reply.body = body;
    return reply;
}

Reply withHeader(Reply reply, const QByteArray &name, const QByteArray &value)
{
    reply.headers.emplaceBack(name, value);
    return reply;
}

QByteArray gzip(const QByteArray &data)
{
    z_stream stream {};
    deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    QByteArray in = data;
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(data.size()))) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

/// Gives what it was told to, and counts.
class FakeAuthorizer : public Authorizer
{
public:
    Future<Authorization> authorize(const QString &connection, const QUrl &url, bool refused) override
    {
        calls += 1;
        refusals += refused ? 1 : 0;
        Authorization answer;
        if (connection == QStringLiteral("c") && url.port() == port) {
            answer.headers = {{"Authorization", Secret(refused && renews ? "Bearer new" : "Bearer old")}};
            answer.query = Secret(query);
        }
        return ready<Authorization>(answer);
    }
    std::atomic<int> calls = 0;
    std::atomic<int> refusals = 0;
    int port = 0;
    bool renews = false;
    QByteArray query;
};

} // namespace

class TestHttpClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void send_carriesEverything();
    void status_isAnAnswer();
    void retries_areCounted();
    void retries_end();
    void retries_notForRefusals();
    void connectionLoss_isRetried();
    void retryAfter_isHonoured();
    void retryAfter_beyondDeadlineIsNoWait();
    void deadline_endsEverything();
    void stall_isNoticed();
    void stop_closesTransfer();
    void stop_beforeStart();
    void destroyedClient_settlesFutures();
    void destroyedClient_inItsOwnCallback();
    void redirect_isFollowed();
    void redirect_keepsAuthorizationHome();
    void redirect_circleEnds();
    void authorizer_renewsOnce();
    void authorizer_sameAgainIsNoRetry();
    void signature_staysOutOfSight();
    void gzip_isDecoded();
    void unaskedEncoding_isRefused();
    void maxBytes_holds_data();
    void maxBytes_holds();
    void offline_isAbsolute();
    void hostLimit_holds();
    void slow_isSaidOnce();
    void messages_haveNoQuery();
    void recording_hasNoSecrets();
    void download_writesFile();
    void download_recovers();
    void download_goesOnWhereItEnded();
    void download_truncatedIsAnError();
    void download_refusesPagesAndErrors();
    void download_stops();
    void errorFrom_readsBodies();

private:
    [[nodiscard]] std::shared_ptr<HttpClient> make(ClientConfig config = {}) const;
    [[nodiscard]] HttpRequest get(const QString &path) const;

    std::unique_ptr<FaultServer> m_server;
    std::shared_ptr<HttpClient> m_client;
    QTemporaryDir m_dir;
};

void TestHttpClient::init()
{
    m_server = std::make_unique<FaultServer>();
    m_client = make();
}

void TestHttpClient::cleanup()
{
    m_client.reset();
    m_server.reset();
}

std::shared_ptr<HttpClient> TestHttpClient::make(ClientConfig config) const
{
    config.backoff = 5ms;
    return HttpClient::create(config);
}

HttpRequest TestHttpClient::get(const QString &path) const
{
    HttpRequest request;
    request.url = m_server->url(path);
    return request;
}

void TestHttpClient::send_carriesEverything()
{
    m_server->on("/a", withHeader(text("answer"), "X-Some", "thing"));
    HttpRequest request = get(QStringLiteral("/a?x=1&y=a%2Fb"));
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = "{}";
    const auto answer = waitFor(m_client->send(request));
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, QByteArray("answer"));
    QCOMPARE(answer->header("x-SOME"), QByteArray("thing"));
    QCOMPARE(answer->url, request.url);
    QCOMPARE(answer->tries, 1);
    const auto seen = m_server->seen().value(0);
    QCOMPARE(seen.method, QByteArray("POST"));
    QCOMPARE(seen.target, QByteArray("/a?x=1&y=a%2Fb"));
    QCOMPARE(seen.body, QByteArray("{}"));
    QCOMPARE(seen.header("User-Agent"), QByteArray("Astra"));
    QCOMPARE(m_client->counters().requests, 1);
    QCOMPARE(m_client->counters().bytesReceived, 6);
    QCOMPARE(m_client->counters().openTransfers, 0);
}

void TestHttpClient::status_isAnAnswer()
{
    for (int status : {201, 204, 400, 401, 403, 404, 405, 422, 500, 501}) {
        m_server->on("/s", text(status == 204 ? "" : "body", status));
        const auto answer = waitFor(m_client->send(get(QStringLiteral("/s"))));
        QVERIFY2(answer, qPrintable(QString::number(status)));
        QCOMPARE(answer->status, status);
        QCOMPARE(answer->body, status == 204 ? QByteArray() : QByteArray("body"));
    }
}

void TestHttpClient::retries_areCounted()
{
    for (int status : {429, 502, 503, 504}) {
        m_client->resetCounters();
        m_server->on("/r", std::vector<Reply> {text("no", status), text("no", status), text("yes")});
        const auto answer = waitFor(m_client->send(get(QStringLiteral("/r"))));
        QVERIFY(answer);
        QCOMPARE(answer->body, QByteArray("yes"));
        QCOMPARE(answer->tries, 3);
        QCOMPARE(m_server->requests("/r"), 3);
        QCOMPARE(m_client->counters().retries, 2);
    }
}

void TestHttpClient::retries_end()
{
    m_server->on("/r", text("overloaded", 503));
    auto request = get(QStringLiteral("/r"));
    request.retries = 2;
    const auto answer = waitFor(m_client->send(request));
    QVERIFY(answer);
    QCOMPARE(answer->status, 503);
    QCOMPARE(answer->body, QByteArray("overloaded"));
    QCOMPARE(m_server->requests("/r"), 3);
    request.retries = 0;
    QCOMPARE(waitFor(m_client->send(request))->status, 503);
    QCOMPARE(m_server->requests("/r"), 4);
}

void TestHttpClient::retries_notForRefusals()
{
    for (int status : {400, 401, 403, 404, 405, 422, 500}) {
        m_server->on("/r", text("no", status));
        QCOMPARE(waitFor(m_client->send(get(QStringLiteral("/r"))))->status, status);
        QCOMPARE(m_server->requests("/r"), 1);
    }
}

void TestHttpClient::connectionLoss_isRetried()
{
    Reply drop;
    drop.drop = true;
    Reply cut = text(QByteArray(5000, 'a'));
    cut.cutAfter = 100;
    m_server->on("/d", std::vector<Reply> {drop, cut, text("whole")});
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/d"))));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, QByteArray("whole"));

    m_server->on("/d", cut);
    m_client->resetCounters();
    const auto failure = waitFor(m_client->send(get(QStringLiteral("/d"))));
    QVERIFY(!failure);
    QCOMPARE(failure.error().code, ErrorCode::Network);
    QCOMPARE(m_client->counters().retries, 3); // at the server Qt's own repeats would count as well
}

void TestHttpClient::retryAfter_isHonoured()
{
    m_server->on("/r", std::vector<Reply> {withHeader(text("", 429), "Retry-After", "1"), text("yes")});
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(waitFor(m_client->send(get(QStringLiteral("/r"))))->body, QByteArray("yes"));
    QVERIFY2(timer.elapsed() >= 1000, qPrintable(QString::number(timer.elapsed())));
}

void TestHttpClient::retryAfter_beyondDeadlineIsNoWait()
{
    m_server->on("/r", withHeader(text("later", 429), "Retry-After", "3600"));
    QElapsedTimer timer;
    timer.start();
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/r"))));
    QVERIFY(answer);
    QCOMPARE(answer->status, 429);
    QCOMPARE(m_server->requests("/r"), 1);
    QVERIFY(timer.elapsed() < 10000);
}

void TestHttpClient::deadline_endsEverything()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/h", hang);
    auto request = get(QStringLiteral("/h?secret=1"));
    request.deadline = 150ms;
    const auto answer = waitFor(m_client->send(request));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Timeout);
    QVERIFY(answer.error().message.contains(QStringLiteral("127.0.0.1")));
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpClient::stall_isNoticed()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/h", std::vector<Reply> {hang, text("at last")});
    auto request = get(QStringLiteral("/h"));
    request.answerWithin = 500ms;
    const auto answer = waitFor(m_client->send(request));
    QVERIFY(answer);
    QCOMPARE(answer->body, QByteArray("at last"));
    QCOMPARE(answer->tries, 2);
}

void TestHttpClient::stop_closesTransfer()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/h", hang);
    StopSource stop;
    const auto future = m_client->send(get(QStringLiteral("/h")), stop.get_token());
    QTRY_COMPARE(m_server->requests("/h"), 1);
    QCOMPARE(m_client->counters().openTransfers, 1);
    QElapsedTimer timer;
    timer.start();
    stop.request_stop();
    const auto answer = waitFor(future);
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Cancelled);
    QTRY_COMPARE(m_server->openConnections(), 0); // the server sees it too
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QTRY_COMPARE(m_client->counters().openTransfers, 0);
}

void TestHttpClient::stop_beforeStart()
{
    StopSource stop;
    stop.request_stop();
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/")), stop.get_token()));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Cancelled);
    QCOMPARE(m_server->requests(), 0);
}

void TestHttpClient::destroyedClient_settlesFutures()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/h", hang);
    std::vector<Future<HttpResponse>> futures;
    for (int i = 0; i < 20; ++i) // more than may run at once: some wait for their turn
        futures.push_back(m_client->send(get(QStringLiteral("/h"))));
    const auto file = m_client->download(get(QStringLiteral("/h")), m_dir.filePath(QStringLiteral("never")));
    QTRY_COMPARE(m_server->requests("/h"), 6);
    m_client.reset();
    for (const auto &future : futures) {
        QVERIFY(future.isFinished());
        QCOMPARE(future.result().error().code, ErrorCode::Cancelled);
    }
    QCOMPARE(waitFor(file).error().code, ErrorCode::Cancelled);
    QTRY_COMPARE(m_server->openConnections(), 0);

    // Right after the start, before the thread has looked at anything.
    auto brief = make();
    const auto future = brief->send(get(QStringLiteral("/h")));
    brief.reset();
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
}

void TestHttpClient::destroyedClient_inItsOwnCallback()
{
    m_server->on("/a", text("x"));
    auto client = make();
    auto future = client->send(get(QStringLiteral("/a")));
    const auto last = chain(std::move(future),
                            [client = std::move(client)](Result<HttpResponse>) mutable -> Result<bool> {
                                client.reset();
                                return true;
                            });
    QVERIFY(waitFor(last));
}

void TestHttpClient::redirect_isFollowed()
{
    m_server->on("/from", withHeader(text("", 302), "Location", "/to?sig=CaNaRySECRET"));
    m_server->on("/post", withHeader(text("", 303), "Location", "/to"));
    m_server->on("/keep", withHeader(text("", 307), "Location", "to"));
    m_server->on("/to", text("there"));
    auto answer = waitFor(m_client->send(get(QStringLiteral("/from"))));
    QCOMPARE(answer->body, QByteArray("there"));
    QCOMPARE(answer->url, m_server->url(QStringLiteral("/to")));
    auto request = get(QStringLiteral("/post"));
    request.method = "POST";
    request.body = "b";
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("there"));
    QCOMPARE(m_server->seen().constLast().method, QByteArray("GET"));
    request.url = m_server->url(QStringLiteral("/keep"));
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("there"));
    QCOMPARE(m_server->seen().constLast().method, QByteArray("POST"));
    QCOMPARE(m_server->seen().constLast().body, QByteArray("b"));
}

void TestHttpClient::redirect_keepsAuthorizationHome()
{
    FaultServer other;
    other.on("/to", text("there"));
    m_server->on("/from", withHeader(text("", 302), "Location", other.url(QStringLiteral("/to")).toEncoded()));
    const auto authorizer = std::make_shared<FakeAuthorizer>();
    authorizer->port = m_server->port();
    authorizer->query = "sig=CaNaRySECRET";
    m_client->setAuthorizer(authorizer);
    auto request = get(QStringLiteral("/from"));
    request.connection = QStringLiteral("c");
    request.headers = {{"X-Api", "1"}, {"Cookie", "a=b"}};
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("there"));
    const auto home = m_server->seen().value(0);
    QCOMPARE(home.header("Authorization"), QByteArray("Bearer old"));
    QCOMPARE(home.header("Cookie"), QByteArray("a=b"));
    QCOMPARE(home.target, QByteArray("/from?sig=CaNaRySECRET"));
    const auto away = other.seen().value(0);
    QVERIFY(away.header("Authorization").isEmpty());
    QVERIFY(away.header("Cookie").isEmpty());
    QCOMPARE(away.header("X-Api"), QByteArray("1"));
    QCOMPARE(away.target, QByteArray("/to"));

    // A header given by hand stays home as well.
    request.connection.clear();
    request.headers = {{"authorization", "Bearer mine"}};
    QVERIFY(waitFor(m_client->send(request)));
    QCOMPARE(m_server->seen().constLast().header("Authorization"), QByteArray("Bearer mine"));
    QVERIFY(other.seen().constLast().header("Authorization").isEmpty());
}

void TestHttpClient::redirect_circleEnds()
{
    m_server->on("/a", withHeader(text("", 302), "Location", "/a"));
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/a"))));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Network);
    QCOMPARE(m_server->requests("/a"), 6);
    m_server->on("/f", withHeader(text("", 302), "Location", "file:///etc/passwd"));
    QVERIFY(!waitFor(m_client->send(get(QStringLiteral("/f")))));
}

void TestHttpClient::authorizer_renewsOnce()
{
    const auto authorizer = std::make_shared<FakeAuthorizer>();
    authorizer->port = m_server->port();
    authorizer->renews = true;
    m_client->setAuthorizer(authorizer);
    for (int status : {401, 403}) {
        m_server->on("/a", [status](const SeenRequest &request, int) {
            return request.header("Authorization") == "Bearer new" ? text("in") : text("out", status);
        });
        authorizer->calls = 0;
        auto request = get(QStringLiteral("/a"));
        request.connection = QStringLiteral("c");
        request.retries = 0;
        QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("in"));
        QCOMPARE(m_server->requests("/a"), 2);
        QCOMPARE(authorizer->calls.load(), 2);
    }
    // Refused for good: asked once more, not for ever.
    m_server->on("/a", text("out", 403));
    auto request = get(QStringLiteral("/a"));
    request.connection = QStringLiteral("c");
    QCOMPARE(waitFor(m_client->send(request))->status, 403);
    QCOMPARE(m_server->requests("/a"), 2);
}

void TestHttpClient::authorizer_sameAgainIsNoRetry()
{
    const auto authorizer = std::make_shared<FakeAuthorizer>();
    authorizer->port = m_server->port();
    m_client->setAuthorizer(authorizer);
    m_server->on("/a", text("why", 401));
    auto request = get(QStringLiteral("/a"));
    request.connection = QStringLiteral("c");
    const auto answer = waitFor(m_client->send(request));
    QCOMPARE(answer->status, 401);
    QCOMPARE(answer->body, QByteArray("why"));
    QCOMPARE(m_server->requests("/a"), 1);
    QCOMPARE(authorizer->refusals.load(), 1);
}

void TestHttpClient::signature_staysOutOfSight()
{
    const auto authorizer = std::make_shared<FakeAuthorizer>();
    authorizer->port = m_server->port();
    authorizer->query = "sv=1&sig=a%2Fb%2Bc%3D";
    m_client->setAuthorizer(authorizer);
    m_server->on("/a", text("in"));
    auto request = get(QStringLiteral("/a?x=1"));
    request.connection = QStringLiteral("c");
    const auto answer = waitFor(m_client->send(request));
    QCOMPARE(m_server->seen().constLast().target, QByteArray("/a?x=1&sv=1&sig=a%2Fb%2Bc%3D"));
    QCOMPARE(answer->url, request.url);
}

void TestHttpClient::gzip_isDecoded()
{
    const QByteArray json = QByteArray("{\"a\":[1,2,3]}").repeated(1000);
    m_server->on("/z", withHeader(text(gzip(json)), "Content-Encoding", "gzip"));
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/z"))));
    QVERIFY(answer && answer->body == json);
    QCOMPARE(m_server->seen().constLast().header("Accept-Encoding"), QByteArray("gzip, deflate, br"));
    // Unpacked it is more than may come.
    auto request = get(QStringLiteral("/z"));
    request.maxBytes = json.size() - 1;
    QVERIFY(!waitFor(m_client->send(request)));
}

void TestHttpClient::unaskedEncoding_isRefused()
{
    m_server->on("/z", withHeader(text("xx"), "Content-Encoding", "zstd"));
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/z"))));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Unsupported);
    QVERIFY(answer.error().message.contains(QStringLiteral("zstd")));
}

void TestHttpClient::maxBytes_holds_data()
{
    QTest::addColumn<int>("status");
    QTest::newRow("announced") << 200;
    QTest::newRow("refusal") << 404;
}

void TestHttpClient::maxBytes_holds()
{
    QFETCH(int, status);
    m_server->on("/m", text(QByteArray(100001, 'a'), status));
    auto request = get(QStringLiteral("/m"));
    request.maxBytes = 100000;
    const auto answer = waitFor(m_client->send(request));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidInput);
    request.maxBytes = 100001;
    QVERIFY(waitFor(m_client->send(request)));
}

void TestHttpClient::offline_isAbsolute()
{
    ClientConfig config;
    config.offline = true;
    const auto client = make(config);
    HttpRequest request;
    request.url = QUrl(QStringLiteral("http://example.invalid/a?key=CaNaRySECRET"));
    auto answer = waitFor(client->send(request));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Network);
    QVERIFY(answer.error().message.contains(QStringLiteral("offline")));
    QVERIFY(answer.error().message.contains(QStringLiteral("example.invalid")));
    QVERIFY(!answer.error().message.contains(QStringLiteral("SECRET")));
    QCOMPARE(client->counters().requests, 0);
    // This machine may be asked, but not be a way out.
    m_server->on("/in", text("in"));
    m_server->on("/out", withHeader(text("", 302), "Location", "http://192.0.2.1/"));
    QCOMPARE(waitFor(client->send(get(QStringLiteral("/in"))))->body, QByteArray("in"));
    QVERIFY(!waitFor(client->send(get(QStringLiteral("/out")))));
    QCOMPARE(client->counters().requests, 2);
}

void TestHttpClient::hostLimit_holds()
{
    Reply late = text("x");
    late.delayMs = 30;
    m_server->on("/l", late);
    m_client->setHostLimit(QStringLiteral("127.0.0.1"), 2, 0);
    std::vector<Future<HttpResponse>> futures;
    for (int i = 0; i < 8; ++i)
        futures.push_back(m_client->send(get(QStringLiteral("/l"))));
    for (const auto &future : futures)
        QVERIFY(waitFor(future));
    QCOMPARE(m_server->peakBusy(), 2);

    m_client->setHostLimit(QStringLiteral("127.0.0.1"), 6, 20); // one each 50 ms
    m_server->on("/q", text("x"));
    QElapsedTimer timer;
    timer.start();
    futures.clear();
    for (int i = 0; i < 5; ++i)
        futures.push_back(m_client->send(get(QStringLiteral("/q"))));
    for (const auto &future : futures)
        QVERIFY(waitFor(future));
    QVERIFY2(timer.elapsed() >= 195, qPrintable(QString::number(timer.elapsed())));
}

void TestHttpClient::slow_isSaidOnce()
{
    Reply late = text("x");
    late.delayMs = 200;
    m_server->on("/l", late);
    m_server->on("/q", text("x"));
    std::atomic<int> said = 0;
    auto request = get(QStringLiteral("/l"));
    request.onSlow = [&said] { ++said; };
    request.slowAfter = 30ms;
    QVERIFY(waitFor(m_client->send(request)));
    QCOMPARE(said.load(), 1);
    request.url = m_server->url(QStringLiteral("/q"));
    request.slowAfter = 5000ms;
    QVERIFY(waitFor(m_client->send(request)));
    QCOMPARE(said.load(), 1);
}

void TestHttpClient::messages_haveNoQuery()
{
    Reply drop;
    drop.drop = true;
    m_server->on("/d", drop);
    m_server->on("/big", text(QByteArray(100, 'a')));
    HttpRequest nowhere;
    nowhere.url = QUrl(QStringLiteral("http://127.0.0.1:1/x?sig=CaNaRySECRET"));
    auto big = get(QStringLiteral("/big?sig=CaNaRySECRET"));
    big.maxBytes = 10;
    auto scheme = get(QStringLiteral("/?sig=CaNaRySECRET"));
    scheme.url.setScheme(QStringLiteral("ftp"));
    for (const auto &request : {nowhere, get(QStringLiteral("/d?sig=CaNaRySECRET")), big, scheme}) {
        const auto answer = waitFor(m_client->send(request));
        QVERIFY(!answer);
        QVERIFY2(!answer.error().message.contains(QStringLiteral("SECRET")), qPrintable(answer.error().message));
        QVERIFY2(answer.error().message.contains(QStringLiteral("127.0.0.1")), qPrintable(answer.error().message));
    }
}

void TestHttpClient::recording_hasNoSecrets()
{
    ClientConfig config;
    config.recordTo = m_dir.filePath(QStringLiteral("recorded"));
    const auto client = make(config);
    const auto authorizer = std::make_shared<FakeAuthorizer>();
    authorizer->port = m_server->port();
    authorizer->query = "sig=CaNaRySIGNATURE";
    client->setAuthorizer(authorizer);
    m_server->on("/a", withHeader(text("{\"token\":\"TOKENTEXT\",\"ok\":\"fine\"}"), "Set-Cookie", "COOKIETEXT"));
    auto request = get(QStringLiteral("/a?key=CaNaRyKEYTEXT&bbox=1"));
    request.connection = QStringLiteral("c");
    request.headers = {{"Authorization", "HEADERTEXT"}};
    QVERIFY(waitFor(client->send(request)));
    QByteArray all;
    const QDir folder(config.recordTo);
    const auto files = folder.entryList(QDir::Files);
    QCOMPARE(files.size(), 2);
    for (const auto &name : files) {
        QFile file(folder.filePath(name));
        QVERIFY(file.open(QIODevice::ReadOnly));
        all += file.readAll();
    }
    QVERIFY(all.contains("bbox=1") && all.contains("\"ok\":\"fine\"") && all.contains("200"));
    for (const char *secret : {"SIGNATURE", "TOKENTEXT", "COOKIETEXT", "KEYTEXT", "HEADERTEXT", "Bearer"})
        QVERIFY2(!all.contains(secret), secret);
}

void TestHttpClient::download_writesFile()
{
    const auto bytes = test::noise(3000000);
    m_server->on("/f", text(bytes));
    m_server->on("/empty", text(""));
    const QString path = m_dir.filePath(QStringLiteral("f"));
    double last = 0;
    bool grows = true;
    StopSource stop;
    const Progress progress(stop.get_token(), [&last, &grows](double fraction) {
        grows = grows && fraction >= last;
        last = fraction;
    });
    const auto written = waitFor(m_client->download(get(QStringLiteral("/f")), path, progress));
    QVERIFY2(written, written ? "" : qPrintable(written.error().message));
    QCOMPARE(*written, bytes.size());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == bytes);
    QCOMPARE(last, 1.0);
    QVERIFY(grows);
    QCOMPARE(m_server->seen().constLast().header("Accept-Encoding"), QByteArray("identity"));

    const QString empty = m_dir.filePath(QStringLiteral("empty"));
    QCOMPARE(waitFor(m_client->download(get(QStringLiteral("/empty")), empty)).value_or(-1), 0);
    QVERIFY(QFile::exists(empty));
}

void TestHttpClient::download_recovers()
{
    const auto bytes = test::noise(500000);
    Reply cut = text(bytes);
    cut.cutAfter = 200000;
    m_server->on("/f", std::vector<Reply> {cut, text("busy", 503), cut, text(bytes)});
    const QString path = m_dir.filePath(QStringLiteral("recovered"));
    QCOMPARE(waitFor(m_client->download(get(QStringLiteral("/f")), path)).value_or(-1), bytes.size());
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(file.readAll() == bytes);
}

void TestHttpClient::download_goesOnWhereItEnded()
{
    const auto bytes = test::noise(500000);
    Reply good = withHeader(text(bytes), "ETag", "\"v1\"");
    good.ranges = true;
    Reply cut = good;
    cut.cutAfter = 200000;
    const auto run = [this](const QByteArray &expected) {
        const QString path = m_dir.filePath(QStringLiteral("resumed"));
        double last = 0;
        const auto written = waitFor(
            m_client->download(get(QStringLiteral("/f")), path, Progress({}, [&last](double now) { last = now; })));
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(*written, expected.size());
        QCOMPARE(last, 1.0);
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == expected);
    };
    m_server->on("/f", std::vector<Reply> {cut, good});
    run(bytes);
    const auto last = m_server->seen().constLast();
    QVERIFY(last.header("Range").startsWith("bytes="));
    QVERIFY(last.header("Range") != "bytes=0-");
    QCOMPARE(last.header("If-Range"), QByteArray("\"v1\""));

    // Replaced meanwhile: all of the new file, nothing of the old.
    const auto other = test::noise(400000, 2);
    m_server->on("/f", std::vector<Reply> {cut, withHeader(text(other), "ETag", "\"v2\"")});
    run(other);
    // A part that does not fit is not put behind the first one.
    Reply liar = good;
    liar.contentRange = "bytes 7-499999/500000";
    m_server->on("/f", std::vector<Reply> {cut, liar, good});
    run(bytes);
}

void TestHttpClient::download_truncatedIsAnError()
{
    Reply cut = text(QByteArray(50000, 'a'));
    cut.cutAfter = 20000;
    m_server->on("/f", cut);
    const auto written = waitFor(
        m_client->download(get(QStringLiteral("/f")), m_dir.filePath(QStringLiteral("truncated"))));
    QVERIFY(!written);
    QCOMPARE(written.error().code, ErrorCode::Network);
    QCOMPARE(m_client->counters().retries, 3);
}

void TestHttpClient::download_refusesPagesAndErrors()
{
    m_server->on("/a.tif", withHeader(text("<html>log in"), "Content-Type", "text/html; charset=utf-8"));
    m_server->on("/b.tif", withHeader(text(gzip("x")), "Content-Encoding", "gzip"));
    m_server->on("/c.tif", text("{\"description\":\"gone\"}", 404));
    const QString path = m_dir.filePath(QStringLiteral("refused"));
    const auto code = [&](const QString &from) {
        const auto written = waitFor(m_client->download(get(from), path));
        return written ? ErrorCode::Internal : written.error().code;
    };
    QCOMPARE(code(QStringLiteral("/a.tif")), ErrorCode::Unauthorized);
    QCOMPARE(code(QStringLiteral("/b.tif")), ErrorCode::Unsupported);
    QCOMPARE(code(QStringLiteral("/c.tif")), ErrorCode::NotFound);
    m_server->on("/d.tif", text("x"));
    const auto unwritable = waitFor(m_client->download(get(QStringLiteral("/d.tif")), m_dir.path()));
    QVERIFY(!unwritable);
    QCOMPARE(unwritable.error().code, ErrorCode::Storage);
}

void TestHttpClient::download_stops()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/f", hang);
    StopSource stop;
    const auto future = m_client->download(get(QStringLiteral("/f")), m_dir.filePath(QStringLiteral("stopped")),
                                           Progress(stop.get_token()));
    QTRY_COMPARE(m_server->requests("/f"), 1);
    stop.request_stop();
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
    QTRY_COMPARE(m_server->openConnections(), 0);
}

void TestHttpClient::errorFrom_readsBodies()
{
    HttpResponse response;
    response.url = QUrl(QStringLiteral("https://host.example/a?sig=CaNaRySECRET"));
    response.status = 429;
    response.body = "{\"code\":\"x\",\"description\":\"Slow down.\"}";
    auto error = errorFrom(response, QStringLiteral("p"));
    QCOMPARE(error.code, ErrorCode::RateLimited);
    QVERIFY(error.retryable);
    QCOMPARE(error.origin, QStringLiteral("p"));
    QCOMPARE(error.message, QStringLiteral("host.example answered with status 429: Slow down."));
    response.headers = {{"Retry-After", "Sun, 01 Mar 2026 12:01:30 GMT"}, {"Date", "Sun, 01 Mar 2026 12:00:00 GMT"}};
    QCOMPARE(errorFrom(response, {}).message,
             QStringLiteral("host.example answered with status 429: Slow down. Try again in 90 s."));
    response.status = 404;
    response.body = "<html><body><h1>Not   here</h1>sig=CaNaRySECRET" + QByteArray(9999, 'a');
    error = errorFrom(response, {});
    QCOMPARE(error.code, ErrorCode::NotFound);
    QVERIFY(error.message.startsWith(QStringLiteral("host.example answered with status 404: Not here")));
    QVERIFY(!error.message.contains(QStringLiteral("SECRET")));
    QVERIFY(error.message.size() < 400);
    response.body.clear();
    QCOMPARE(errorFrom(response, {}).message, QStringLiteral("host.example answered with status 404."));
}

QTEST_GUILESS_MAIN(TestHttpClient)
#include "tst_httpclient.moc"
