// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connections.h"
#include "tests/support/scriptedserver.h"

#include <QDirIterator>
#include <QLoggingCategory>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>

using namespace astra;
using namespace astra::credentials;
using test::ScriptedServer;
using Place = data::Account::Place;

namespace {

const QByteArray liveKey = "astra_sk_live_canary5f0c2a9d1e7b4863r678";

std::mutex logMutex;
QByteArray logged;
void keepLog(QtMsgType, const QMessageLogContext &, const QString &text)
{
    const std::lock_guard lock(logMutex);
    logged += text.toUtf8() + '\n';
}

Connection bearer(const QUrl &host)
{
    const Json json {{"id", "astra-os"},
                     {"kind", "bearer"},
                     {"title", "ASTRA OS"},
                     {"hosts", Json::array({host.toString().toStdString()})},
                     {"keyPattern", "^astra_[A-Za-z0-9_-]{8,}$"},
                     {"test", {{"path", "/api/v1/search?bbox=0,0,0.1,0.1&datetime=2025-01-01&limit=1"}}}};
    return Connection::fromJson(json).value();
}

Connection sas(const QUrl &host)
{
    const Json json {{"id", "signing"},
                     {"kind", "sas"},
                     {"title", "Signing"},
                     {"hosts", Json::array({host.toString().toStdString()})},
                     {"token", toStd(QString(host.toString() + QStringLiteral("/sas/{container}")))}};
    return Connection::fromJson(json).value();
}

std::unique_ptr<CredentialStore> memory()
{
    return std::make_unique<CredentialStore>(CredentialStore::Kind::MemoryOnly);
}

/// An ASTRA service that knows one key.
server::Response service(const server::Request &request)
{
    if (request.header("Authorization") == "Bearer " + liveKey)
        return server::Response::json(R"({"type":"FeatureCollection","features":[],"context":{"returned":0}})");
    if (request.header("Authorization").contains("noplan"))
        return server::Response::json(R"({"error":{"code":"FORBIDDEN","message":"The free plan has no search"}})", 403);
    return server::Response::json(R"({"error":"API key is invalid or revoked"})", 401);
}

struct Fixture {
    std::shared_ptr<net::HttpClient> client;
    std::shared_ptr<Connections> connections;

    explicit Fixture(const std::vector<Connection> &all, Connections::Clock clock = {}, net::ClientConfig config = {})
        : client(net::HttpClient::create(std::move(config)))
        , connections(Connections::create(all, memory(), *client, std::move(clock)))
    {
        client->setAuthorizer(connections);
    }
    [[nodiscard]] Result<net::HttpResponse> get(const QUrl &url, const QString &connection) const
    {
        net::HttpRequest request;
        request.url = url;
        request.connection = connection;
        request.retries = 0;
        return waitFor(client->send(request));
    }
};

QByteArray tokenJson(const QByteArray &token, const QDateTime &expiry)
{
    return R"({"msft:expiry":")" + expiry.toString(Qt::ISODate).toLatin1() + R"(","token":")" + token + R"("})";
}

} // namespace

class TestConnections : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void masked_showsWhichKeyAndNoMore_data();
    void masked_showsWhichKeyAndNoMore();
    void connectKey_keepsWhatTheServiceAccepts();
    void connectKey_saysWhyNot_data();
    void connectKey_saysWhyNot();
    void connectKey_asksNobodyForWhatIsNoKey_data();
    void connectKey_asksNobodyForWhatIsNoKey();
    void connectKey_believesOnlyTheService();
    void connectKey_canBeStopped();
    void disconnect_forgets();
    void bearer_goesToItsHostOnly();
    void bearer_doesNotFollowARedirect();
    void header_sendsTheKeyAlone();
    void sas_isFetchedOnceForAll();
    void sas_isRenewedBeforeItsEnd();
    void sas_isRenewedOnceWhenRefused();
    void sas_asksAgainWhenThatFailed();
    void sas_refusesWhatIsNoToken_data();
    void sas_refusesWhatIsNoToken();
    void sas_believesTheServicesClock_data();
    void sas_believesTheServicesClock();
    void sas_keepsToItsHostsAndAccounts();
    void nothingWritten_holdsTheKey();
};

void TestConnections::initTestCase()
{
    QLoggingCategory::setFilterRules(QStringLiteral("astra.*=true"));
    qInstallMessageHandler(keepLog);
}

void TestConnections::masked_showsWhichKeyAndNoMore_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("shown");
    QTest::newRow("live") << liveKey << QStringLiteral("astra_sk_live_…r678");
    QTest::newRow("test") << QByteArray("astra_sk_test_0123456789abcdefghij") << QStringLiteral("astra_sk_test_…ghij");
    QTest::newRow("nanoid") << QByteArray("astra_V1StGXR8Z5jdHi6BmyTV1StGXR8Z5jdHi6Bm12")
                            << QStringLiteral("astra_…Bm12");
    QTest::newRow("short") << QByteArray("astra_12345678") << QStringLiteral("astra_…");
    QTest::newRow("unknown") << QByteArray("0123456789") << QStringLiteral("…");
    QTest::newRow("none") << QByteArray() << QString();
}

void TestConnections::masked_showsWhichKeyAndNoMore()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, shown);
    QCOMPARE(masked(Secret(key)), shown);
}

void TestConnections::connectKey_keepsWhatTheServiceAccepts()
{
    ScriptedServer astra(service);
    Fixture fixture({bearer(astra.url())});
    QCOMPARE(fixture.connections->accounts().size(), std::size_t(1));
    QCOMPARE(fixture.connections->accounts().front().place, Place::None);

    const auto account = waitFor(
        fixture.connections->connectKey(QStringLiteral("astra-os"), Secret("  " + liveKey + "\n")));
    QVERIFY2(account, qPrintable(account ? QString() : account.error().message));
    QCOMPARE(account->masked, QStringLiteral("astra_sk_live_…r678"));
    QCOMPARE(account->place, Place::Memory);
    QCOMPARE(account->host, astra.url().authority());
    QVERIFY(!account->test);
    QVERIFY(fixture.connections->accounts().front() == *account);
    // From now on requests carry it.
    QCOMPARE(fixture.get(astra.url(QStringLiteral("/api/v1/search")), QStringLiteral("astra-os"))->status, 200);
    QVERIFY(waitFor(fixture.connections->test(QStringLiteral("astra-os"))));
}

void TestConnections::connectKey_saysWhyNot_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("wrong") << QByteArray("astra_sk_live_canarywrong")
                           << QStringLiteral("ASTRA OS asks for a valid key: API key is invalid or revoked");
    QTest::newRow("out of plan")
        << QByteArray("astra_sk_live_canarynoplan")
        << QStringLiteral("ASTRA OS accepts the key, but its plan does not include this: The free plan has no search");
}

void TestConnections::connectKey_saysWhyNot()
{
    QFETCH(QByteArray, key);
    QFETCH(QString, sentence);
    ScriptedServer astra(service);
    Fixture fixture({bearer(astra.url())});
    const auto account = waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(key)));
    QVERIFY(!account);
    QCOMPARE(account.error().code, ErrorCode::Unauthorized);
    QCOMPARE(account.error().message, sentence);
    QCOMPARE(fixture.connections->accounts().front().place, Place::None);
    // A refused key is not used for anything else.
    QVERIFY(fixture.get(astra.url(QStringLiteral("/later")), QStringLiteral("astra-os")));
    QVERIFY(astra.requests().back().header("Authorization").isEmpty());
}

void TestConnections::connectKey_asksNobodyForWhatIsNoKey_data()
{
    QTest::addColumn<QByteArray>("key");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("another service's") << QByteArray("sk-12345678901234567890");
    QTest::newRow("with a line break") << QByteArray("astra_12345678\r\nX-Header: 1");
    QTest::newRow("endless") << QByteArray("astra_" + QByteArray(600, 'x'));
    QTest::newRow("with a zero") << QByteArray("astra_12345678\0", 15);
}

void TestConnections::connectKey_asksNobodyForWhatIsNoKey()
{
    QFETCH(QByteArray, key);
    ScriptedServer astra(service);
    Fixture fixture({bearer(astra.url())});
    const auto account = waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(key)));
    QVERIFY(!account);
    QCOMPARE(account.error().code, ErrorCode::InvalidInput);
    QVERIFY(astra.requests().empty());
    QCOMPARE(waitFor(fixture.connections->connectKey(QStringLiteral("nobody"), Secret(liveKey))).error().code,
             ErrorCode::NotFound);
}

void TestConnections::connectKey_believesOnlyTheService()
{
    // A login page in between, and a redirect to a host that was never asked for its key.
    ScriptedServer elsewhere([](const server::Request &) { return server::Response::json("{}"); });
    ScriptedServer portal([&elsewhere](const server::Request &request) {
        if (request.header("Authorization").contains("page")) {
            auto page = server::Response::text(QStringLiteral("<html>Welcome to the hotel</html>"));
            page.headers = {{"Content-Type", "text/html"}};
            return page;
        }
        return test::redirect(elsewhere.url(QStringLiteral("/ok")));
    });
    Fixture fixture({bearer(portal.url())});
    for (const char *key : {"astra_sk_live_canarypage", "astra_sk_live_canaryelse"}) {
        const auto account = waitFor(
            fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(QByteArray(key))));
        QVERIFY(!account);
        QCOMPARE(account.error().code, ErrorCode::InvalidInput);
        QVERIFY(account.error().message.contains(portal.url().authority()));
    }
    QCOMPARE(elsewhere.requests().size(), std::size_t(1));
    QVERIFY(elsewhere.requests().front().header("Authorization").isEmpty());
}

void TestConnections::connectKey_canBeStopped()
{
    ScriptedServer astra([](const server::Request &request) {
        auto response = service(request);
        response.delayMs = 30000;
        return response;
    });
    Fixture fixture({bearer(astra.url())});
    StopSource stop;
    auto connecting = fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey), stop.get_token());
    QTRY_COMPARE(astra.requests().size(), std::size_t(1));
    stop.request_stop();
    QCOMPARE(waitFor(connecting).error().code, ErrorCode::Cancelled);
    QCOMPARE(fixture.connections->accounts().front().place, Place::None);
}

void TestConnections::disconnect_forgets()
{
    ScriptedServer astra(service);
    Fixture fixture({bearer(astra.url())});
    QVERIFY(waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey))));
    const auto account = waitFor(fixture.connections->disconnect(QStringLiteral("astra-os")));
    QVERIFY(account);
    QCOMPARE(account->place, Place::None);
    QCOMPARE(account->masked, QString());
    QCOMPARE(fixture.get(astra.url(QStringLiteral("/x")), QStringLiteral("astra-os"))->status, 401);
    QVERIFY(astra.requests().back().header("Authorization").isEmpty());
    QCOMPARE(waitFor(fixture.connections->test(QStringLiteral("astra-os"))).error().code, ErrorCode::Unauthorized);
}

void TestConnections::bearer_goesToItsHostOnly()
{
    ScriptedServer astra(service);
    ScriptedServer other(service);
    Fixture fixture({bearer(astra.url())});
    QVERIFY(waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey))));
    for (const QUrl &url :
         {other.url(QStringLiteral("/x")), QUrl(QStringLiteral("https://127.0.0.1:%1/").arg(astra.url().port())),
          QUrl(QStringLiteral("http://localhost:%1/").arg(astra.url().port())),
          QUrl(QStringLiteral("https://astraos.cloud/api/v1/search"))}) {
        const auto authorization = waitFor(fixture.connections->authorize(QStringLiteral("astra-os"), url, false));
        QVERIFY(authorization);
        QVERIFY2(authorization->headers.isEmpty() && authorization->query.isEmpty(), qPrintable(url.toString()));
    }
    QVERIFY(fixture.get(other.url(QStringLiteral("/x")), QStringLiteral("astra-os")));
    QCOMPARE(other.requests().size(), std::size_t(1));
    QVERIFY(other.requests().front().header("Authorization").isEmpty());
    // Nor does a request that names no connection, or another one, carry it.
    QVERIFY(fixture.get(astra.url(QStringLiteral("/plain")), {}));
    QVERIFY(fixture.get(astra.url(QStringLiteral("/plain")), QStringLiteral("astra")));
    for (const auto &request : astra.requests())
        QVERIFY(request.path != u"/plain" || request.header("Authorization").isEmpty());
}

void TestConnections::bearer_doesNotFollowARedirect()
{
    ScriptedServer other([](const server::Request &) { return server::Response::json("{}"); });
    ScriptedServer astra([&other](const server::Request &request) {
        return request.path == u"/away" ? test::redirect(other.url(QStringLiteral("/there"))) : service(request);
    });
    Fixture fixture({bearer(astra.url())});
    QVERIFY(waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey))));
    QCOMPARE(fixture.get(astra.url(QStringLiteral("/away")), QStringLiteral("astra-os"))->status, 200);
    QCOMPARE(astra.requests().back().header("Authorization"), QByteArray("Bearer " + liveKey));
    QCOMPARE(other.requests().size(), std::size_t(1));
    QVERIFY(other.requests().front().header("Authorization").isEmpty());
}

void TestConnections::header_sendsTheKeyAlone()
{
    ScriptedServer pixxel([](const server::Request &request) {
        return request.header("Authorization") == "opaque-0123456789"
            ? server::Response::json(R"({"collections":[]})")
            : server::Response::json(R"({"error":{"code":"x","message":"Forbidden","details":null}})", 403);
    });
    const Json json {{"id", "pixxel"},
                     {"kind", "header"},
                     {"title", "Pixxel"},
                     {"hosts", Json::array({pixxel.url().toString().toStdString()})},
                     {"test", {{"path", "/v0/archives/collections"}}}};
    Fixture fixture({Connection::fromJson(json).value()});
    const auto wrong = waitFor(fixture.connections->connectKey(QStringLiteral("pixxel"), Secret(QByteArray("other"))));
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().code, ErrorCode::Unauthorized);
    QVERIFY2(wrong.error().message.contains(u"does not accept this key"), qPrintable(wrong.error().message));
    QVERIFY(
        waitFor(fixture.connections->connectKey(QStringLiteral("pixxel"), Secret(QByteArray("opaque-0123456789")))));
    QCOMPARE(fixture.get(pixxel.url(QStringLiteral("/v0/satellites")), QStringLiteral("pixxel"))->status, 200);
}

void TestConnections::sas_isFetchedOnceForAll()
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    ScriptedServer storage([now](const server::Request &request) {
        auto response = server::Response::json(
            tokenJson("sig=" + request.path.section(u'/', -1).toLatin1(), now.addSecs(2700)));
        response.delayMs = 50;
        return response;
    });
    Fixture fixture({sas(storage.url())});
    std::vector<Future<net::Authorization>> all;
    for (int i = 0; i < 20; ++i)
        all.push_back(fixture.connections->authorize(
            QStringLiteral("signing"), storage.url(QStringLiteral("/%1/B%2.tif").arg(i % 2 ? u"one" : u"two").arg(i)),
            false));
    for (std::size_t i = 0; i < all.size(); ++i)
        QCOMPARE(waitFor(all[i])->query.reveal(), QByteArray(i % 2 ? "sig=one" : "sig=two"));
    QCOMPARE(storage.count(QStringLiteral("/sas/one")), 1);
    QCOMPARE(storage.count(QStringLiteral("/sas/two")), 1);
    for (const auto &request : storage.requests())
        QVERIFY(request.header("Authorization").isEmpty() && request.query.isEmpty());
}

void TestConnections::sas_isRenewedBeforeItsEnd()
{
    // 45 minutes are kept for 40, two minutes for one.
    const QDateTime start = QDateTime::currentDateTimeUtc();
    std::atomic<qint64> shift = 0;
    std::atomic<int> life = 2700;
    std::atomic<int> number = 0;
    ScriptedServer storage([&](const server::Request &) {
        return server::Response::json(
            tokenJson("sig=" + QByteArray::number(++number), QDateTime::currentDateTimeUtc().addSecs(life)));
    });
    Fixture fixture({sas(storage.url())}, [&] { return start.addSecs(shift); });
    const auto token = [&] {
        return waitFor(fixture.connections->authorize(QStringLiteral("signing"),
                                                      storage.url(QStringLiteral("/c/x.tif")), false))
            ->query.reveal();
    };
    QCOMPARE(token(), QByteArray("sig=1"));
    shift = 2390;
    QCOMPARE(token(), QByteArray("sig=1"));
    life = 120;
    shift = 2402;
    QCOMPARE(token(), QByteArray("sig=2"));
    shift = 2402 + 55;
    QCOMPARE(token(), QByteArray("sig=2"));
    shift = 2402 + 62;
    QCOMPARE(token(), QByteArray("sig=3"));
}

void TestConnections::sas_isRenewedOnceWhenRefused()
{
    std::atomic<int> number = 0;
    ScriptedServer storage([&](const server::Request &request) {
        if (request.path.startsWith(u"/sas/"))
            return server::Response::json(
                tokenJson("sig=" + QByteArray::number(++number), QDateTime::currentDateTimeUtc().addSecs(3600)));
        const bool good = request.query.queryItemValue(QStringLiteral("sig")) == u"2" && request.path == u"/c/x.tif";
        return good ? server::Response::text(QStringLiteral("pixels"))
                    : server::Response::text(QStringLiteral("no"), 403);
    });
    Fixture fixture({sas(storage.url())});
    const auto response = fixture.get(storage.url(QStringLiteral("/c/x.tif")), QStringLiteral("signing"));
    QVERIFY(response);
    QCOMPARE(response->status, 200);
    QCOMPARE(response->body, QByteArray("pixels"));
    QCOMPARE(number, 2);
    QVERIFY(!response->url.toString().contains(u"sig"));
    QCOMPARE(fixture.get(storage.url(QStringLiteral("/c/x.tif")), QStringLiteral("signing"))->status, 200);
    QCOMPARE(number, 2);
    // What is refused with a fresh token stays refused; the token service is left alone.
    for (int i = 0; i < 5; ++i)
        QCOMPARE(fixture.get(storage.url(QStringLiteral("/c/forbidden.tif")), QStringLiteral("signing"))->status, 403);
    QCOMPARE(number, 2);
}

void TestConnections::sas_asksAgainWhenThatFailed()
{
    std::atomic<int> number = 0;
    ScriptedServer storage([&](const server::Request &) {
        if (++number == 1)
            return server::Response::text(QStringLiteral("down"), 500);
        return server::Response::json(tokenJson("sig=2", QDateTime::currentDateTimeUtc().addSecs(3600)));
    });
    Fixture fixture({sas(storage.url())});
    const QUrl url = storage.url(QStringLiteral("/c/x.tif"));
    const auto failed = waitFor(fixture.connections->authorize(QStringLiteral("signing"), url, false));
    QVERIFY(!failed);
    const auto good = waitFor(fixture.connections->authorize(QStringLiteral("signing"), url, false));
    QVERIFY(good);
    QCOMPARE(good->query.reveal(), QByteArray("sig=2"));
}

void TestConnections::sas_refusesWhatIsNoToken_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("page") << QByteArray("<html>sorry</html>");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("no token") << QByteArray(R"({"msft:expiry":"2030-01-01T00:00:00Z"})");
    QTest::newRow("another type") << QByteArray(R"({"token":["sig=1"]})");
    QTest::newRow("leaves the query") << QByteArray(R"({"token":"sig=1#fragment"})");
    QTest::newRow("line break") << QByteArray(R"({"token":"sig=1\r\nHost: x"})");
    QTest::newRow("endless") << QByteArray(R"({"token":")" + QByteArray(5000, 'x') + R"("})");
}

void TestConnections::sas_refusesWhatIsNoToken()
{
    QFETCH(QByteArray, body);
    ScriptedServer storage([body](const server::Request &) { return server::Response::json(body); });
    Fixture fixture({sas(storage.url())});
    const auto authorization = waitFor(
        fixture.connections->authorize(QStringLiteral("signing"), storage.url(QStringLiteral("/c/x.tif")), false));
    QVERIFY(!authorization);
    QCOMPARE(authorization.error().code, ErrorCode::InvalidInput);
}

void TestConnections::sas_believesTheServicesClock_data()
{
    QTest::addColumn<int>("skew"); ///< of this machine's clock, in seconds
    QTest::newRow("an hour ahead") << 3600;
    QTest::newRow("three minutes ahead") << 180;
    QTest::newRow("an hour behind") << -3600;
}

void TestConnections::sas_believesTheServicesClock()
{
    // A token begins a day back and ends in 45 minutes, as the service's own clock has it: used for forty of ours.
    QFETCH(int, skew);
    std::atomic<int> number = 0;
    ScriptedServer storage([&](const server::Request &) {
        const auto now = QDateTime::currentDateTimeUtc();
        return server::Response::json(
            tokenJson("st=" + now.addDays(-1).toString(Qt::ISODate).toLatin1() + "&sig=" + QByteArray::number(++number),
                      now.addSecs(2700)));
    });
    const QDateTime start = QDateTime::currentDateTimeUtc().addSecs(skew);
    std::atomic<qint64> shift = 0;
    Fixture fixture({sas(storage.url())}, [&] { return start.addSecs(shift); });
    const auto ask = [&] {
        return waitFor(fixture.connections->authorize(QStringLiteral("signing"),
                                                      storage.url(QStringLiteral("/c/x.tif")), false))
            .has_value();
    };
    for (const int seconds : {0, 60, 2300}) {
        shift = seconds;
        QVERIFY(ask());
        QCOMPARE(number, 1);
    }
    shift = 2500;
    QVERIFY(ask());
    QCOMPARE(number, 2);
}

void TestConnections::sas_keepsToItsHostsAndAccounts()
{
    // A token service on loopback that is asked for the account as well: what goes into its address is checked.
    ScriptedServer tokens([](const server::Request &request) {
        return server::Response::json(tokenJson("sig=" + request.path.section(u'/', 2).replace(u'/', u'-').toLatin1(),
                                                QDateTime::currentDateTimeUtc().addSecs(3600)));
    });
    const Json json {
        {"id", "pc"},
        {"kind", "sas"},
        {"hosts", Json::array({"https://*.blob.example.org"})},
        {"token", tokens.url(QStringLiteral("/token/")).toString().toStdString() + "{account}/{container}"}};
    Fixture fixture({Connection::fromJson(json).value()});
    const auto query = [&](const char *url) {
        return waitFor(fixture.connections->authorize(QStringLiteral("pc"), QUrl(QString::fromLatin1(url)), false))
            ->query.reveal();
    };
    QCOMPARE(query("https://acc1.blob.example.org/cont/a/b.tif"), QByteArray("sig=acc1-cont"));
    QCOMPARE(query("https://acc2.blob.example.org/cont/a/b.tif"), QByteArray("sig=acc2-cont"));
    QCOMPARE(tokens.requests().size(), std::size_t(2));
    QCOMPARE(query("https://other.example.org/cont/a.tif"), QByteArray());
    QCOMPARE(query("http://acc1.blob.example.org/cont/a.tif"), QByteArray());
    QCOMPARE(query("https://acc1.blob.example.org/"), QByteArray());
    QCOMPARE(query("https://acc1.blob.example.org/..%2f..%2fadmin/x"), QByteArray());
    QCOMPARE(tokens.requests().size(), std::size_t(2));
}

void TestConnections::nothingWritten_holdsTheKey()
{
    QTemporaryDir folder;
    net::ClientConfig config;
    config.recordTo = folder.path();
    ScriptedServer astra([](const server::Request &request) {
        if (request.path.startsWith(u"/sas/"))
            return server::Response::json(
                tokenJson("sig=canarysignature", QDateTime::currentDateTimeUtc().addSecs(3600)));
        if (request.path == u"/echo") // a service that quotes what it was given
            return server::Response::json(R"({"error":"no access for )" + request.header("Authorization") + R"("})",
                                          403);
        return service(request);
    });
    {
        Fixture fixture({bearer(astra.url()), sas(astra.url())}, {}, config);
        QVERIFY(waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey))));
        QVERIFY(fixture.get(astra.url(QStringLiteral("/api/v1/search")), QStringLiteral("astra-os")));
        QVERIFY(fixture.get(astra.url(QStringLiteral("/c/x.tif")), QStringLiteral("signing")));
        const auto refused = fixture.get(astra.url(QStringLiteral("/away")), QStringLiteral("astra-os"));
        QVERIFY(refused);
        (void)waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"),
                                                      Secret(QByteArray("astra_sk_live_canarywrong"))));
        QString debugged;
        QDebug(&debugged) << Secret(liveKey) << fixture.connections->accounts().front().masked;
        QVERIFY(!debugged.contains(u"canary"));
    }
    int files = 0;
    QDirIterator it(folder.path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        QFile file(it.next());
        QVERIFY(file.open(QIODevice::ReadOnly));
        ++files;
        QVERIFY2(!file.readAll().contains("canary") && !file.fileName().contains(u"canary"),
                 qPrintable(file.fileName()));
    }
    QVERIFY(files > 0);
    const std::lock_guard lock(logMutex);
    QVERIFY2(!logged.contains("canary"), logged.constData());
}

QTEST_GUILESS_MAIN(TestConnections)
#include "tst_connections.moc"
