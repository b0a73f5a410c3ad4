// SPDX-License-Identifier: Apache-2.0
// Proxies, and what a proxy can prove: with one in the way, whatever leaves this machine is seen, names included.
#include "core/net/httpclient.h"
#include "core/net/proxies.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTcpServer>
#include <QTcpSocket>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;

namespace {

/// The environment's variables for as long as it lives; all of them, so that the machine's own do not matter.
class ProxyEnvironment
{
public:
    explicit ProxyEnvironment(const QHash<QByteArray, QByteArray> &values)
    {
        for (const char *name : names()) {
            m_before.append(qEnvironmentVariableIsSet(name) ? qgetenv(name) : QByteArray());
            qunsetenv(name);
        }
        for (auto it = values.cbegin(); it != values.cend(); ++it)
            qputenv(it.key().constData(), it.value());
    }
    ~ProxyEnvironment()
    {
        qsizetype i = 0;
        for (const char *name : names()) {
            const QByteArray before = m_before[i++];
            if (before.isEmpty())
                qunsetenv(name);
            else
                qputenv(name, before);
        }
    }

private:
    static std::vector<const char *> names()
    {
        return {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY",
                "all_proxy",  "ALL_PROXY",  "no_proxy",    "NO_PROXY"};
    }
    QByteArrayList m_before;
};

QByteArray proxyUrl(const FaultServer &server, const QByteArray &login = {})
{
    return "http://" + login + "127.0.0.1:" + QByteArray::number(server.port());
}

Proxies proxies(const QHash<QByteArray, QString> &values)
{
    return Proxies([values](const char *name) { return values.value(name); });
}

/// "host:port user password", or "-" for a direct connection.
QString route(Proxies &proxies, const QString &url)
{
    const auto list = proxies.queryProxy(QNetworkProxyQuery(QUrl(url)));
    if (list.size() != 1)
        return QStringLiteral("%1 proxies").arg(list.size());
    const auto &proxy = list.constFirst();
    if (proxy.type() == QNetworkProxy::NoProxy)
        return QStringLiteral("-");
    return QStringLiteral("%1%2:%3 %4 %5")
        .arg(proxy.type() == QNetworkProxy::Socks5Proxy ? QStringLiteral("socks ") : QString(), proxy.hostName())
        .arg(proxy.port())
        .arg(proxy.user(), proxy.password())
        .trimmed();
}

} // namespace

class TestProxies : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void route_followsTheEnvironment_data();
    void route_followsTheEnvironment();
    void route_loopbackIsDirect();
    void request_goesThroughTheProxy();
    void login_isGiven();
    void login_missingOrWrongIsSaid();
    void proxy_awayIsSaid();
    void password_isNeverShown();
    void credentials_doNotReachTheProxyUnasked();

    void offline_nothingLeavesThisMachine_data();
    void offline_nothingLeavesThisMachine();
    void offline_noConnectionEither();
    void offline_byteSourcesAndDownloads();
    void offline_keptAnswersServeAtAnyAge();
};

void TestProxies::route_followsTheEnvironment_data()
{
    QTest::addColumn<QString>("variables");
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *variables, const char *url, const char *expected) {
        QTest::newRow(name) << QString::fromLatin1(variables) << QString::fromLatin1(url)
                            << QString::fromLatin1(expected);
    };
    row("http", "http_proxy=http://p:81", "http://a.example/", "p:81");
    row("not for https", "http_proxy=http://p:81", "https://a.example/", "-");
    row("https", "https_proxy=http://p:81", "https://a.example/", "p:81");
    row("all", "all_proxy=http://p:81", "https://a.example/", "p:81");
    row("one beats all", "all_proxy=http://p:81;HTTPS_PROXY=http://q:82", "https://a.example/", "q:82");
    row("no scheme", "http_proxy=p:81", "http://a.example/", "p:81");
    row("no port", "http_proxy=http://p", "http://a.example/", "p:80");
    row("login", "http_proxy=http://me:s%40c%3At@p:81", "http://a.example/", "p:81 me s@c:t");
    row("socks", "all_proxy=socks5h://p", "https://a.example/", "socks p:1080");
    row("not understood", "https_proxy=gopher://p;http_proxy=q", "https://a.example/", "-");
    row("exception", "all_proxy=p;no_proxy=b.example, a.example", "http://a.example/", "-");
    row("exception below", "all_proxy=p;no_proxy=.example", "http://a.example/", "-");
    row("exception with star", "all_proxy=p;no_proxy=*.example", "http://a.example/", "-");
    row("no exception", "all_proxy=p;no_proxy=example", "http://an-example/", "p:80");
    row("exception everywhere", "all_proxy=p;NO_PROXY=*", "http://a.example/", "-");
    row("exception with port", "all_proxy=p;no_proxy=a.example:8080", "http://a.example:8080/", "-");
    row("exception with another port", "all_proxy=p;no_proxy=a.example:8080", "https://a.example/", "p:80");
    row("exception for a network", "all_proxy=p;no_proxy=10.0.0.0/8", "http://10.1.2.3/", "-");
    row("outside that network", "all_proxy=p;no_proxy=10.0.0.0/8", "http://11.1.2.3/", "p:80");
}

void TestProxies::route_followsTheEnvironment()
{
    QFETCH(QString, variables);
    QFETCH(QString, url);
    QFETCH(QString, expected);
    QHash<QByteArray, QString> values;
    for (const auto &variable : variables.split(u';'))
        values.insert(variable.section(u'=', 0, 0).toLatin1(), variable.section(u'=', 1));
    auto chosen = proxies(values);
    QCOMPARE(route(chosen, url), expected);
}

void TestProxies::route_loopbackIsDirect()
{
    auto chosen = proxies({{"all_proxy", QStringLiteral("http://p:81")}});
    for (const char *url : {"http://127.0.0.1:8000/", "https://localhost/", "http://[::1]:80/", "http://127.1.2.3/"})
        QCOMPARE(route(chosen, QString::fromLatin1(url)), QStringLiteral("-"));
    for (const char *url : {"http://127.0.0.1.example/", "http://localhost.example/"})
        QCOMPARE(route(chosen, QString::fromLatin1(url)), QStringLiteral("p:81"));
}

void TestProxies::request_goesThroughTheProxy()
{
    FaultServer proxy;
    Reply reply;
    reply.body = "from afar";
    proxy.on("http://catalog.invalid/search", reply);
    const ProxyEnvironment environment({{"http_proxy", proxyUrl(proxy)}});
    const auto client = HttpClient::create();
    HttpRequest request;
    request.method = "POST";
    request.url = QUrl(QStringLiteral("http://catalog.invalid/search?x=1"));
    request.body = "{}";
    const auto answer = waitFor(client->send(request));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, QByteArray("from afar"));
    QCOMPARE(proxy.seen().constFirst().target, QByteArray("http://catalog.invalid/search?x=1"));
    QCOMPARE(proxy.seen().constFirst().body, QByteArray("{}"));
    // This machine is asked directly all the same.
    FaultServer own;
    own.on("/a", reply);
    request.url = own.url(QStringLiteral("/a"));
    QVERIFY(waitFor(client->send(request)));
    QCOMPARE(own.requests("/a"), 1);
    QCOMPARE(proxy.requests(), 1);
}

namespace {

/// Answers "in" to those who log in as me:s@cret.
Reply guarded(const SeenRequest &request)
{
    Reply reply;
    if (request.header("Proxy-Authorization") == "Basic " + QByteArray("me:s@cret").toBase64()) {
        reply.body = "in";
        return reply;
    }
    reply.status = 407;
    reply.headers = {{"Proxy-Authenticate", "Basic realm=\"the office\""}};
    reply.body = "who are you?";
    return reply;
}

} // namespace

void TestProxies::login_isGiven()
{
    FaultServer proxy;
    proxy.on("*", [](const SeenRequest &request, int) { return guarded(request); });
    const ProxyEnvironment environment({{"http_proxy", proxyUrl(proxy, "me:s%40cret@")}});
    const auto client = HttpClient::create();
    HttpRequest request;
    request.method = "POST";
    request.url = QUrl(QStringLiteral("http://catalog.invalid/search"));
    request.body = "{\"limit\":1}";
    for (int i = 0; i < 3; ++i) {
        const auto answer = waitFor(client->send(request));
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->status, 200);
        QCOMPARE(answer->body, QByteArray("in"));
    }
    QCOMPARE(proxy.seen().constLast().body, request.body);
    QCOMPARE(client->counters().retries, 0);
    // The login is the proxy's alone: a host asked directly does not get it, nor does one behind it learn of it.
    FaultServer own;
    own.on("/a", Reply {});
    request.url = own.url(QStringLiteral("/a"));
    QVERIFY(waitFor(client->send(request)));
    QVERIFY(own.seen().constFirst().header("Proxy-Authorization").isEmpty());
}

void TestProxies::login_missingOrWrongIsSaid()
{
    FaultServer proxy;
    proxy.on("*", [](const SeenRequest &request, int) { return guarded(request); });
    for (const char *login : {"", "me:CaNaRy@"}) {
        const ProxyEnvironment environment({{"http_proxy", proxyUrl(proxy, login)}});
        const auto client = HttpClient::create();
        HttpRequest request;
        request.url = QUrl(QStringLiteral("http://catalog.invalid/search"));
        const auto answer = waitFor(client->send(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Unauthorized);
        QVERIFY2(answer.error().message.contains(QStringLiteral("proxy")), qPrintable(answer.error().message));
        QVERIFY(!answer.error().message.contains(QLatin1String(test::canaryMark)));
        QCOMPARE(client->counters().retries, 0);
    }
}

void TestProxies::proxy_awayIsSaid()
{
    const ProxyEnvironment environment({{"http_proxy", "http://127.0.0.1:1"}, {"https_proxy", "http://127.0.0.1:1"}});
    ClientConfig config;
    config.backoff = 1ms;
    const auto client = HttpClient::create(config);
    HttpRequest request;
    for (const char *url : {"http://catalog.invalid/", "https://catalog.invalid/"}) {
        request.url = QUrl(QString::fromLatin1(url));
        const auto answer = waitFor(client->send(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Network);
        QVERIFY2(answer.error().message.contains(QStringLiteral("proxy")), qPrintable(answer.error().message));
    }
}

void TestProxies::password_isNeverShown()
{
    QTest::ignoreMessage(QtWarningMsg,
                         QRegularExpression(QStringLiteral("^(?!.*CaNaRy).*proxy that is not understood")));
    auto chosen = proxies({{"http_proxy", QStringLiteral("gopher://me:CaNaRy@p")}});
    Q_UNUSED(chosen)
}

void TestProxies::credentials_doNotReachTheProxyUnasked()
{
    // For an encrypted address the proxy is told a name and a port, nothing of the request.
    FaultServer proxy;
    Reply no;
    no.status = 403;
    proxy.on("*", no);
    const ProxyEnvironment environment({{"https_proxy", proxyUrl(proxy)}});
    ClientConfig config;
    config.backoff = 1ms;
    const auto client = HttpClient::create(config);
    HttpRequest request;
    request.url = QUrl(QStringLiteral("https://catalog.invalid/search?sig=CaNaRy"));
    request.headers = {{"Authorization", "Bearer CaNaRy"}};
    QVERIFY(!waitFor(client->send(request)));
    QVERIFY(proxy.requests() > 0);
    for (const auto &seen : proxy.seen()) {
        QCOMPARE(seen.method, QByteArray("CONNECT"));
        QCOMPARE(seen.target, QByteArray("catalog.invalid:443"));
        for (const auto &header : seen.headers)
            QVERIFY(!header.second.contains(test::canaryMark));
    }
}

void TestProxies::offline_nothingLeavesThisMachine_data()
{
    QTest::addColumn<QString>("url");
    for (const char *url :
         {"http://catalog.invalid/search", "https://catalog.invalid/search", "http://192.0.2.1/",
          "https://[2001:db8::1]/", "http://127.0.0.1.example.invalid/", "http://localhost.example.invalid/",
          "http://localhost./", "http://127.0.0.1@catalog.invalid/", "http://0.0.0.0/", "http://[::ffff:192.0.2.1]/",
          "http://2130706433.invalid/", "ftp://catalog.invalid/", "file:///etc/passwd"})
        QTest::newRow(url) << QString::fromLatin1(url);
}

void TestProxies::offline_nothingLeavesThisMachine()
{
    QFETCH(QString, url);
    // Whatever is sent, looked up or connected to goes through this proxy; the last lines prove that it would.
    FaultServer proxy;
    proxy.on("*", Reply {});
    const ProxyEnvironment environment({{"all_proxy", proxyUrl(proxy)}});
    ClientConfig config;
    config.offline = true;
    config.backoff = 1ms;
    auto client = HttpClient::create(config);
    FaultServer own;
    Reply away;
    away.status = 302;
    away.headers = {{"Location", url.toLatin1()}};
    own.on("/away", away);
    for (const auto &target : {QUrl(url), own.url(QStringLiteral("/away"))}) {
        for (const char *method : {"GET", "POST", "HEAD"}) {
            HttpRequest request;
            request.method = method;
            request.url = target;
            request.fresh = method == QByteArray("GET") ? 60s : 0s;
            QVERIFY(!waitFor(client->send(request)));
        }
    }
    QCOMPARE(client->counters().requests, 3); // the three that this machine passed on
    client.reset();
    QCOMPARE(proxy.requests(), 0);
    QCOMPARE(proxy.openConnections(), 0);

    config.offline = false;
    HttpRequest request;
    request.url = QUrl(QStringLiteral("http://catalog.invalid/search"));
    QVERIFY(waitFor(HttpClient::create(config)->send(request)));
    QCOMPARE(proxy.requests(), 1);
}

void TestProxies::offline_noConnectionEither()
{
    // No proxy here: a neighbour that listens itself, at an address that is not one of the three that may be asked.
    const ProxyEnvironment environment({});
    QTcpServer neighbour;
    QVERIFY(neighbour.listen(QHostAddress(QStringLiteral("127.0.0.2"))));
    int connections = 0;
    connect(&neighbour, &QTcpServer::newConnection, &neighbour, [&] {
        while (auto *socket = neighbour.nextPendingConnection()) {
            ++connections;
            socket->close();
        }
    });
    ClientConfig config;
    config.backoff = 1ms;
    HttpRequest request;
    request.url = QUrl(QStringLiteral("http://127.0.0.2:%1/").arg(neighbour.serverPort()));
    for (const bool offline : {true, false}) {
        config.offline = offline;
        QVERIFY(!waitFor(HttpClient::create(config)->send(request)));
        QVERIFY(!neighbour.waitForNewConnection(0));
        QCOMPARE(connections > 0, !offline);
    }
}

void TestProxies::offline_byteSourcesAndDownloads()
{
    FaultServer proxy;
    const ProxyEnvironment environment({{"all_proxy", proxyUrl(proxy)}});
    ClientConfig config;
    config.offline = true;
    const auto client = HttpClient::create(config);
    const QTemporaryDir dir;
    const QUrl url(QStringLiteral("http://catalog.invalid/f.tif"));
    const auto source = client->byteSources()->open(url, {}, {});
    QVERIFY(!source);
    QVERIFY(source.error().message.contains(QStringLiteral("offline")));
    HttpRequest request;
    request.url = url;
    QVERIFY(!waitFor(client->download(request, dir.filePath(QStringLiteral("f")))));
    QCOMPARE(client->counters().requests, 0);
    QCOMPARE(proxy.requests(), 0);
}

void TestProxies::offline_keptAnswersServeAtAnyAge()
{
    const QTemporaryDir dir;
    FaultServer proxy;
    Reply reply;
    reply.body = "collections";
    proxy.on("http://catalog.invalid/collections", reply);
    const ProxyEnvironment environment({{"http_proxy", proxyUrl(proxy)}});
    ClientConfig config;
    config.cacheDir = dir.path();
    HttpRequest request;
    request.url = QUrl(QStringLiteral("http://catalog.invalid/collections"));
    request.fresh = 60s;
    QVERIFY(waitFor(HttpClient::create(config)->send(request)));
    // Years pass.
    const QDir folder(dir.filePath(QStringLiteral("answers")));
    QFile file(folder.filePath(folder.entryList(QDir::Files).value(0)));
    QVERIFY(file.open(QIODevice::ReadWrite));
    QByteArray text = file.readAll();
    const auto at = text.indexOf("\"at\":") + 5;
    text.replace(at, 10, "1000000000");
    QVERIFY(file.seek(0) && file.write(text) == text.size());
    file.close();

    config.offline = true;
    const auto client = HttpClient::create(config);
    const auto answer = waitFor(client->send(request));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QVERIFY(answer->fromCache);
    QCOMPARE(answer->body, QByteArray("collections"));
    QCOMPARE(proxy.requests(), 1);
    request.url = QUrl(QStringLiteral("http://catalog.invalid/other"));
    QVERIFY(waitFor(client->send(request)).error().message.contains(QStringLiteral("offline")));
    request.url = QUrl(QStringLiteral("http://catalog.invalid/collections"));
    request.fresh = 0s;
    QVERIFY(!waitFor(client->send(request)));
    QCOMPARE(proxy.requests(), 1);
    // Online it is too old.
    config.offline = false;
    request.fresh = 60s;
    QVERIFY(!waitFor(HttpClient::create(config)->send(request))->fromCache);
    QCOMPARE(proxy.requests(), 2);
}

QTEST_GUILESS_MAIN(TestProxies)
#include "tst_proxies.moc"
