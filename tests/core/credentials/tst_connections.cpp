// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connections.h"
#include "core/credentials/environmentkeys.h"
#include "tests/support/scriptedserver.h"
#include "tests/support/services/astraos.h"
#include "tests/support/services/astromesh.h"

#include <QDir>
#include <QDirIterator>
#include <QLoggingCategory>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>

#include <atomic>
#include <set>

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

/// A service at `host` that takes keys as ASTRA does; `more` is laid over its definition.
ServiceKind bearer(const QUrl &host, const Json &more = Json::object())
{
    const std::string root = toStd(host.toString());
    Json json {
        {"id", "astra-os"},
        {"title", "ASTRA OS"},
        {"group", "imagery"},
        {"hosts", Json::array({root})},
        {"base", root + "/api"},
        {"signIn",
         Json::array({{{"id", "key"},
                       {"type", "key"},
                       {"title", "Key"},
                       {"pattern", "^astra_[A-Za-z0-9_-]{8,}$"},
                       {"environments", {{"astra_sk_live_", "live"}, {"astra_sk_test_", "test"}, {"astra_", "live"}}},
                       {"mask", {{"prefix", true}, {"tail", 4}}}}})},
        {"test",
         {{"path", "/v1/search"}, {"query", {{"bbox", "0,0,1,1"}, {"datetime", "2025-01-01"}, {"limit", "1"}}}}}};
    json.update(more);
    return ServiceKind::fromJson(json).value();
}

ServiceKind sas(const QUrl &host, const std::string &hosts = {}, const std::string &token = "/sas/{container}")
{
    const std::string root = toStd(host.toString());
    const Json json {{"id", "signing"},
                     {"title", "Signing"},
                     {"group", "imagery"},
                     {"hosts", Json::array({hosts.empty() ? root : hosts})},
                     {"signIn", Json::array({{{"id", "sas"}, {"type", "sas"}, {"token", root + token}}})}};
    return ServiceKind::fromJson(json).value();
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

    explicit Fixture(const std::vector<ServiceKind> &all, Connections::Clock clock = {}, net::ClientConfig config = {})
        : client(net::HttpClient::create(std::move(config)))
        , connections(Connections::create(all, memory(), client, {{}, std::move(clock), {}}))
    {
        client->setAuthorizer(connections);
    }
    [[nodiscard]] Result<data::Account> connect(const QByteArray &key) const
    {
        return waitFor(connections->connectKey(QStringLiteral("astra-os"), Secret(key)));
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
    void connectKey_keepsWhatTheServiceAccepts();
    void connectKey_saysWhyNot_data();
    void connectKey_saysWhyNot();
    void connectKey_asksNobodyForWhatIsNoKey_data();
    void connectKey_asksNobodyForWhatIsNoKey();
    void connectKey_believesOnlyTheService();
    void connectKey_canBeStopped();
    void signOut_forgets();
    void bearer_goesToItsHostOnly();
    void bearer_doesNotFollowARedirect();
    void tryWay_findsTheOtherForm();
    void tryWay_leavesANewerKey();
    void sas_isFetchedOnceForAll();
    void sas_isRenewedBeforeItsEnd();
    void sas_isRenewedOnceWhenRefused();
    void sas_asksAgainWhenThatFailed();
    void sas_refusesWhatIsNoToken_data();
    void sas_refusesWhatIsNoToken();
    void sas_believesTheServicesClock_data();
    void sas_believesTheServicesClock();
    void sas_keepsToItsHostsAndAccounts();
    void accounts_severalAtOneService();
    void accounts_severalAtOnce();
    void accounts_eachAtAnAddressOfItsOwn();
    void accounts_areCountedAndRefused();
    void accounts_tellOnceThatAKeyIsRefused();
    void session_thatRenewsItselfIsNotAboutToEnd_data();
    void session_thatRenewsItselfIsNotAboutToEnd();
    void session_isTestedByRenewingIt();
    void errors_quoteNoShortKey();
    void accounts_comeBackFromTheFile();
    void signIn_keepsTheFormerSecretWhenRefused();
    void session_isRenewedAndTold();
    void s3_signsAndBasicLogsIn();
    void reveal_forACopyOnly();
    void environment_isUsedAndNeverChanged();
    void environment_isNotGuessed_data();
    void environment_isNotGuessed();
    void environment_staysOutOfInventedWorlds();
    void overlay_leadsNoShippedServiceElsewhere_data();
    void overlay_leadsNoShippedServiceElsewhere();
    void createKey_asAnAccountOfItsOwn();
    void nothingWritten_holdsTheKey();
};

void TestConnections::initTestCase()
{
    QLoggingCategory::setFilterRules(QStringLiteral("astra.*=true"));
    qInstallMessageHandler(keepLog);
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
    QTest::newRow("endless") << QByteArray("astra_" + QByteArray(5000, 'x'));
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
        const auto account = fixture.connect(key);
        QVERIFY(!account);
        QVERIFY2(account.error().code == ErrorCode::InvalidInput || account.error().code == ErrorCode::Network,
                 qPrintable(account.error().message));
        QCOMPARE(fixture.connections->accounts().front().place, Place::None);
    }
    for (const auto &request : elsewhere.requests())
        QVERIFY(request.header("Authorization").isEmpty());
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

void TestConnections::signOut_forgets()
{
    ScriptedServer astra(service);
    Fixture fixture({bearer(astra.url())});
    QVERIFY(waitFor(fixture.connections->connectKey(QStringLiteral("astra-os"), Secret(liveKey))));
    const auto account = waitFor(fixture.connections->signOut(QStringLiteral("astra-os")));
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

void TestConnections::tryWay_findsTheOtherForm()
{
    // Pixxel takes keys alone in the header, or after a word, and says the same of what it does not know.
    std::atomic<bool> word = false;
    ScriptedServer pixxel([&word](const server::Request &request) {
        const QByteArray good = word ? "Bearer opaque-0123456789abcdef" : "opaque-0123456789abcdef";
        return request.header("Authorization") == good
            ? server::Response::json(R"({"collections":[]})")
            : server::Response::json(R"({"error":{"code":"x","message":"Forbidden","details":null}})", 403);
    });
    const std::string root = toStd(pixxel.url().toString());
    const Json json {
        {"id", "pixxel"},
        {"title", "Pixxel"},
        {"group", "imagery"},
        {"hosts", Json::array({root})},
        {"base", root + "/v0"},
        {"signIn",
         Json::array({{{"id", "bare"}, {"type", "key"}, {"title", "Service account"}, {"prefix", ""}},
                      {{"id", "bearer"}, {"type", "key"}, {"title", "Personal token"}, {"prefix", "Bearer "}}})},
        {"test", {{"path", "/archives/collections"}}}};
    Fixture fixture({ServiceKind::fromJson(json).value()});
    auto &connections = *fixture.connections;
    const QString id = QStringLiteral("pixxel");
    const auto wrong = waitFor(connections.connectKey(id, Secret(QByteArray("another-0123456789"))));
    QVERIFY(!wrong);
    QCOMPARE(wrong.error().code, ErrorCode::Unauthorized);
    QVERIFY2(wrong.error().message.contains(u"Personal token"), qPrintable(wrong.error().message));
    QVERIFY(waitFor(connections.connectKey(id, Secret(QByteArray("opaque-0123456789abcdef")))));
    const QUrl url = pixxel.url(QStringLiteral("/v0/satellites"));
    QCOMPARE(fixture.get(url, id)->status, 200);

    // The service changes its mind: the other form is tried, and only kept where it is accepted.
    QVERIFY(!waitFor(connections.tryWay(id, QStringLiteral("bearer"))));
    QCOMPARE(fixture.get(url, id)->status, 200);
    word = true;
    QCOMPARE(fixture.get(url, id)->status, 403);
    QTRY_VERIFY(connections.accounts().front().refused);
    const auto other = waitFor(connections.tryWay(id, QStringLiteral("bearer")));
    QVERIFY2(other, other ? "" : qPrintable(other.error().message));
    QCOMPARE(other->way, QStringLiteral("bearer"));
    QVERIFY(!other->refused);
    QCOMPARE(fixture.get(url, id)->status, 200);
    QCOMPARE(waitFor(connections.tryWay(id, QStringLiteral("no such"))).error().code, ErrorCode::InvalidInput);
}

/// Somebody signs in with another key while the one before it is being tried.
void TestConnections::tryWay_leavesANewerKey()
{
    ScriptedServer pixxel([](const server::Request &request) {
        auto response = server::Response::json(R"({"collections":[]})");
        if (request.header("Authorization").startsWith("Bearer "))
            response.delayMs = 1000;
        return response;
    });
    const std::string root = toStd(pixxel.url().toString());
    const Json json {
        {"id", "pixxel"},
        {"title", "Pixxel"},
        {"group", "imagery"},
        {"hosts", Json::array({root})},
        {"base", root},
        {"signIn",
         Json::array({{{"id", "bare"}, {"type", "key"}, {"title", "Service account"}, {"prefix", ""}},
                      {{"id", "bearer"}, {"type", "key"}, {"title", "Personal token"}, {"prefix", "Bearer "}}})},
        {"test", {{"path", "/archives/collections"}}}};
    Fixture fixture({ServiceKind::fromJson(json).value()});
    auto &connections = *fixture.connections;
    const QString id = QStringLiteral("pixxel");
    const Secret newer(QByteArray("newer-0123456789abcdef"));
    QVERIFY(waitFor(connections.connectKey(id, Secret(QByteArray("older-0123456789abcdef")))));

    const auto tried = connections.tryWay(id, QStringLiteral("bearer"));
    QTRY_COMPARE(pixxel.requests().size(), std::size_t(2));
    data::SignInRequest request;
    request.service = request.account = id;
    request.way = QStringLiteral("bare");
    request.fields.insert(QStringLiteral("key"), newer);
    const auto signedIn = waitFor(connections.signIn(request));
    QVERIFY2(signedIn, signedIn ? "" : qPrintable(signedIn.error().message));
    QVERIFY(!tried.isFinished());
    QVERIFY(!waitFor(tried));
    QVERIFY(*connections.reveal(id) == newer);
    QCOMPARE(connections.accounts().front().way, QStringLiteral("bare"));
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
    Fixture fixture({sas(tokens.url(), "https://*.blob.example.org", "/token/{account}/{container}")});
    const auto query = [&](const char *url) {
        return waitFor(fixture.connections->authorize(QStringLiteral("signing"), QUrl(QString::fromLatin1(url)), false))
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

void TestConnections::accounts_severalAtOneService()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    Fixture fixture({bearer(service.url())});
    auto &connections = *fixture.connections;
    const QString os = QStringLiteral("astra-os");
    const QUrl url = service.url(QStringLiteral("/api/v1/search?bbox=0,0,1,1&datetime=2025-01-01"));
    QVERIFY(fixture.connect(service.key()));
    const auto sent = [&](const QString &name) {
        (void)fixture.get(url, name);
        return service.requests().back().header("Authorization");
    };
    // The second one is there, and changes nothing until it is put in use.
    data::SignInRequest request;
    request.service = os;
    request.label = QStringLiteral("field work");
    request.fields.insert(QStringLiteral("key"), Secret(service.testKey()));
    const auto second = waitFor(connections.signIn(request));
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QCOMPARE(second->id, QStringLiteral("astra-os-2"));
    QCOMPARE(second->label, QStringLiteral("field work"));
    QVERIFY(second->test && !second->inUse);
    QCOMPARE(sent(os), QByteArray("Bearer " + service.key()));
    QCOMPARE(sent(QStringLiteral("astra-os-2")), QByteArray("Bearer " + service.testKey()));
    QVERIFY(waitFor(connections.use(second->id)));
    QCOMPARE(sent(os), QByteArray("Bearer " + service.testKey()));
    // What is asked about an account is asked with its own key, whichever is in use.
    QVERIFY(waitFor(connections.test(os)));
    QCOMPARE(service.requests().back().header("Authorization"), QByteArray("Bearer " + service.key()));
    QVERIFY(waitFor(connections.rename(os, QStringLiteral("desk"))));
    QCOMPARE(connections.accounts().front().label, QStringLiteral("desk"));
    // Without the one in use the other steps in; the service's card stays when both are gone.
    QVERIFY(waitFor(connections.remove(second->id)));
    QCOMPARE(connections.accounts().size(), std::size_t(1));
    QVERIFY(connections.accounts().front().inUse);
    QCOMPARE(sent(os), QByteArray("Bearer " + service.key()));
    QVERIFY(waitFor(connections.remove(os)));
    QCOMPARE(connections.accounts().size(), std::size_t(1));
    QCOMPARE(connections.accounts().front().place, Place::None);
    QCOMPARE(sent(os), QByteArray());
    QCOMPARE(waitFor(connections.use(QStringLiteral("astra-os-2"))).error().code, ErrorCode::NotFound);
}

/// None takes the place of another one that was under way when it began.
void TestConnections::accounts_severalAtOnce()
{
    ScriptedServer astra([](const server::Request &) {
        return server::Response::json(R"({"type":"FeatureCollection","features":[],"context":{"returned":0}})");
    });
    Fixture fixture({bearer(astra.url())});
    auto &connections = *fixture.connections;
    std::vector<Future<data::Account>> all;
    std::set<QByteArray> keys;
    for (const char *key : {"astra_sk_live_first0001", "astra_sk_live_second002", "astra_sk_live_third0003"}) {
        keys.insert(key);
        all.push_back(connections.connectKey(QStringLiteral("astra-os"), Secret(QByteArray(key))));
    }
    std::set<QByteArray> kept;
    for (const auto &one : all) {
        const auto account = waitFor(one);
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        kept.insert(connections.reveal(account->id)->reveal());
    }
    QCOMPARE(kept, keys);
    QCOMPARE(connections.accounts().size(), std::size_t(3));
    // An id is free again once its account has gone.
    QVERIFY(waitFor(connections.remove(QStringLiteral("astra-os-2"))));
    QCOMPARE(waitFor(connections.connectKey(QStringLiteral("astra-os"), Secret(liveKey)))->id,
             QStringLiteral("astra-os-2"));
}

void TestConnections::accounts_eachAtAnAddressOfItsOwn()
{
    test::AstraOs one(test::AstraOs::Form::Own);
    test::AstraOs two(test::AstraOs::Form::Own);
    Fixture fixture({*ServiceKinds::read({}, {}).find(QStringLiteral("astra-server"))});
    auto &connections = *fixture.connections;
    const auto signIn = [&](const QUrl &address, const QByteArray &key) {
        data::SignInRequest request;
        request.service = QStringLiteral("astra-server");
        request.address = address;
        request.fields.insert(QStringLiteral("key"), Secret(key));
        return waitFor(connections.signIn(request));
    };
    QCOMPARE(signIn({}, one.key()).error().code, ErrorCode::InvalidInput);
    QVERIFY(!signIn(QUrl(QStringLiteral("http://server.example.org")), one.key())); // no TLS
    const auto first = signIn(one.url(), one.key());
    QVERIFY2(first, first ? "" : qPrintable(first.error().message));
    QVERIFY2(first->title.contains(one.url().host()), qPrintable(first->title));
    const auto second = signIn(two.url(), two.key());
    QVERIFY2(second, second ? "" : qPrintable(second.error().message));
    QVERIFY(first->id != second->id);
    QVERIFY(first->inUse && second->inUse); // each at its own host
    const QString name = QStringLiteral("astra-server");
    for (const auto *service : {&one, &two}) {
        (void)fixture.get(service->url(QStringLiteral("/api/v1/search")), name);
        QCOMPARE(service->requests().back().header("Authorization"), QByteArray("Bearer " + service->key()));
    }
    // A key of the one goes nowhere near the other.
    (void)fixture.get(two.url(QStringLiteral("/api/v1/search")), QString(first->id + u'#'));
    QVERIFY(two.requests().back().header("Authorization").isEmpty());
}

void TestConnections::accounts_areCountedAndRefused()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    service.setPerMinute(50);
    const QDateTime start = QDateTime::currentDateTimeUtc();
    std::atomic<qint64> shift = 0;
    Fixture fixture(
        {bearer(service.url(), {{"allowance", {{"limit", "X-RateLimit-Limit"}, {"left", "X-RateLimit-Remaining"}}}})},
        [&] { return start.addSecs(shift); });
    QVERIFY(fixture.connect(service.key()));
    const auto account = [&] { return fixture.connections->accounts().front(); };
    QCOMPARE(account().created, start);
    QCOMPARE(account().usedToday, 0); // a trial is no use
    const QUrl url = service.url(QStringLiteral("/api/v1/search?bbox=0,0,1,1&datetime=2025-01-01"));
    for (int i = 0; i < 3; ++i)
        QCOMPARE(fixture.get(url, QStringLiteral("astra-os"))->status, 200);
    QTRY_COMPARE(account().usedToday, 3);
    QCOMPARE(account().lastUsed, start);
    QCOMPARE(account().allowance.rateLimit, 50);
    QCOMPARE(account().allowance.rateLeft, 46); // the trial and three
    QVERIFY(account().notices.isEmpty());
    service.revoke(service.key());
    QCOMPARE(fixture.get(url, QStringLiteral("astra-os"))->status, 401);
    QTRY_VERIFY(account().refused);
    QCOMPARE(account().notices.first().kind, data::AccountNotice::Kind::Refused);
    data::NoticeSettings quiet;
    quiet.refused = false;
    QVERIFY(waitFor(fixture.connections->setNoticeSettings(quiet)));
    QVERIFY(account().notices.isEmpty());
    shift = 86400LL * 91;
    QCOMPARE(account().usedToday, 0);
    QCOMPARE(account().notices.size(), 2); // old and unused
}

/// Who hears of a change asks again what failed: a service that refuses a key is not to be asked for ever.
void TestConnections::accounts_tellOnceThatAKeyIsRefused()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    const auto client = net::HttpClient::create();
    std::atomic<int> changes = 0;
    const auto connections = Connections::create({bearer(service.url())}, memory(), client,
                                                 {{}, {}, [&changes] { ++changes; }});
    client->setAuthorizer(connections);
    const QString os = QStringLiteral("astra-os");
    QVERIFY(waitFor(connections->connectKey(os, Secret(service.key()))));
    net::HttpRequest request;
    request.url = service.url(QStringLiteral("/api/v1/search?bbox=0,0,1,1&datetime=2025-01-01"));
    request.connection = os;
    request.retries = 0;
    // What is only counted is not told at once.
    QCOMPARE(waitFor(client->send(request))->status, 200);
    service.revoke(service.key());
    QCOMPARE(waitFor(client->send(request))->status, 401);
    QTRY_COMPARE(changes.load(), 1);
    QVERIFY(connections->accounts().front().refused);
    // Asked again by everyone who heard of it, and refused again: nothing new.
    for (int i = 0; i < 3; ++i)
        QCOMPARE(waitFor(client->send(request))->status, 401);
    QTRY_COMPARE(connections->accounts().front().usedToday, 5);
    // A change is told half a second later; a timer that begins after it and takes longer ends after it.
    bool over = false;
    QTimer::singleShot(600, this, [&over] { over = true; });
    QTRY_VERIFY(over);
    QCOMPARE(changes.load(), 1);
    client->setAuthorizer(nullptr);
}

namespace {

/// A service that hands out tokens for an hour, and refuses to renew them once it is told to.
struct TokenService {
    std::atomic<bool> renews = true;
    std::atomic<int> renewals = 0;
    bool refreshes;
    ScriptedServer server;

    explicit TokenService(bool withRefresh)
        : refreshes(withRefresh)
        , server([this](const server::Request &request) { return answer(request); })
    {
    }
    server::Response answer(const server::Request &request)
    {
        if (request.path == u"/renew" && !renews)
            return server::Response::json(R"({"error":"the login canary-refresh-token-1 has ended"})", 401);
        renewals += request.path == u"/renew" ? 1 : 0;
        const Json refresh = refreshes ? Json("canary-refresh-token-1") : Json();
        return server::Response::json(
            toText(Json {{"access_token", "canary-access-token-1"}, {"refresh_token", refresh}, {"expires_in", 3600}}));
    }
    [[nodiscard]] ServiceKind kind() const
    {
        const std::string root = toStd(server.url().toString());
        return ServiceKind::fromJson(
                   {{"id", "logins"},
                    {"title", "Logins"},
                    {"group", "imagery"},
                    {"hosts", Json::array({root})},
                    {"base", root},
                    {"signIn",
                     Json::array(
                         {{{"id", "dev"},
                           {"type", "session"},
                           {"title", "Login"},
                           {"fields", Json::array({{{"name", "email"}, {"secret", false}}})},
                           {"login", {{"method", "POST"}, {"path", "/login"}, {"body", {{"email", "{email}"}}}}},
                           {"refresh",
                            {{"method", "POST"}, {"path", "/renew"}, {"body", {{"refresh", "{refresh}"}}}}}}})}})
            .value();
    }
    [[nodiscard]] static data::SignInRequest request()
    {
        data::SignInRequest request;
        request.service = QStringLiteral("logins");
        request.fields.insert(QStringLiteral("email"), Secret(QByteArray("kim@example.org")));
        return request;
    }
};

} // namespace

void TestConnections::session_thatRenewsItselfIsNotAboutToEnd_data()
{
    QTest::addColumn<bool>("renews");
    QTest::newRow("with a refresh token") << true;
    QTest::newRow("without one") << false;
}

void TestConnections::session_thatRenewsItselfIsNotAboutToEnd()
{
    QFETCH(bool, renews);
    TokenService service(renews);
    const QDateTime start = QDateTime::currentDateTimeUtc();
    std::atomic<qint64> shift = 0;
    Fixture fixture({service.kind()}, [&] { return start.addSecs(shift); });
    const auto account = waitFor(fixture.connections->signIn(TokenService::request()));
    QVERIFY2(account, account ? "" : qPrintable(account.error().message));
    const auto now = [&] { return fixture.connections->accounts().front(); };
    QCOMPARE(now().renews, renews);
    QVERIFY(now().expires > start);
    shift = 3500; // less than an hour ahead
    QCOMPARE(now().notices.isEmpty(), renews);
    shift = 7200;
    QCOMPARE(now().expires.isValid(), !renews);
    QCOMPARE(now().notices.isEmpty(), renews);
}

void TestConnections::session_isTestedByRenewingIt()
{
    TokenService service(true);
    Fixture fixture({service.kind()});
    const QString id = QStringLiteral("logins");
    QVERIFY(fixture.connections->services().front().ways.front().testable);
    QVERIFY(waitFor(fixture.connections->signIn(TokenService::request())));
    QCOMPARE(service.renewals.load(), 0);
    service.renews = false;
    const auto tested = waitFor(fixture.connections->test(id));
    QVERIFY(!tested);
    QCOMPARE(tested.error().code, ErrorCode::Unauthorized);
    QVERIFY2(!tested.error().message.contains(u"canary"), qPrintable(tested.error().message));
    const auto account = fixture.connections->accounts().front();
    QVERIFY(account.refused && !account.renews);
    QCOMPARE(account.notices.first().kind, data::AccountNotice::Kind::Refused);
    QVERIFY2(account.notices.first().text.contains(u"Sign in again"), qPrintable(account.notices.first().text));
    // Signed in again, it is tested anew, and this time renewed.
    service.renews = true;
    auto again = TokenService::request();
    again.account = id;
    QVERIFY(waitFor(fixture.connections->signIn(again)));
    QVERIFY(waitFor(fixture.connections->test(id)));
    QCOMPARE(service.renewals.load(), 1);
    QVERIFY(!fixture.connections->accounts().front().refused);
}

void TestConnections::errors_quoteNoShortKey()
{
    // Nothing in the form of such a key tells that it is one, and these exchanges are not cleaned on their way.
    ScriptedServer service([](const server::Request &request) {
        return server::Response::json(
            R"({"error":{"code":"x","message":"no account for )" + request.header("X-Key") + R"("}})", 401);
    });
    const std::string root = toStd(service.url().toString());
    const auto kind = ServiceKind::fromJson(
        {{"id", "short"},
         {"title", "Short"},
         {"group", "imagery"},
         {"hosts", Json::array({root})},
         {"base", root},
         {"signIn", Json::array({{{"id", "key"}, {"type", "key"}, {"title", "Key"}, {"header", "X-Key"}}})},
         {"test", {{"path", "/test"}}}});
    QVERIFY2(kind, kind ? "" : qPrintable(kind.error().message));
    Fixture fixture({*kind});
    const auto account = waitFor(
        fixture.connections->connectKey(QStringLiteral("short"), Secret(QByteArray("plum42"))));
    QVERIFY(!account);
    QVERIFY2(account.error().message.contains(u"no account for"), qPrintable(account.error().message));
    QVERIFY2(!account.error().message.contains(u"plum42"), qPrintable(account.error().message));
}

void TestConnections::accounts_comeBackFromTheFile()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("sub/accounts.json"));
    const std::vector<ServiceKind> kinds {bearer(service.url())};
    const auto client = net::HttpClient::create();
    const auto make = [&](const std::vector<ServiceKind> &known) {
        auto made = Connections::create(known, memory(), client, {file, {}, {}});
        client->setAuthorizer(made);
        [&] { QVERIFY(waitFor(made->loaded())); }();
        return made;
    };
    {
        const auto connections = make(kinds);
        data::SignInRequest request;
        request.service = QStringLiteral("astra-os");
        request.label = QStringLiteral("desk");
        request.fields.insert(QStringLiteral("key"), Secret(service.key()));
        QVERIFY(waitFor(connections->signIn(request)));
        net::HttpRequest get;
        get.url = service.url(QStringLiteral("/api/v1/search?bbox=0,0,1,1&datetime=2025-01-01"));
        get.connection = request.service;
        QVERIFY(waitFor(client->send(get)));
        QTRY_COMPARE(connections->accounts().front().usedToday, 1);
        client->setAuthorizer(nullptr);
    } // what was counted last is written at the end
    const auto text = toText(*readJsonFile(file));
    QVERIFY2(!text.contains(service.key()) && !text.contains(service.key().right(4)), text.constData());
    {
        const auto connections = make(kinds);
        const auto account = connections->accounts().front();
        QCOMPARE(account.label, QStringLiteral("desk"));
        QCOMPARE(account.usedToday, 1);
        QCOMPARE(account.place, Place::None); // a memory store forgets
        QVERIFY(account.created.isValid());
        client->setAuthorizer(nullptr);
    }
    {
        // A service that is not known for once does not lose its accounts.
        const auto connections = make({});
        QVERIFY(waitFor(connections->setNoticeSettings({})));
        QVERIFY(connections->accounts().empty());
        client->setAuthorizer(nullptr);
    }
    QCOMPARE(make(kinds)->accounts().front().label, QStringLiteral("desk"));
    client->setAuthorizer(nullptr);
    // What cannot be read is kept beside, and told.
    QFile broken(file);
    QVERIFY(broken.open(QIODevice::WriteOnly));
    broken.write("{\"accounts\": [{]}");
    broken.close();
    const auto connections = make(kinds);
    QCOMPARE(connections->warnings().size(), 1);
    QVERIFY(QFile::exists(QString(file + QStringLiteral(".broken"))));
    QCOMPARE(connections->accounts().front().label, QString());
    client->setAuthorizer(nullptr);
}

void TestConnections::signIn_keepsTheFormerSecretWhenRefused()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    Fixture fixture({bearer(service.url())});
    QVERIFY(fixture.connect(service.key()));
    data::SignInRequest request;
    request.service = request.account = QStringLiteral("astra-os");
    request.fields.insert(QStringLiteral("key"), Secret(QByteArray("astra_sk_live_canary-unknown-key")));
    QCOMPARE(waitFor(fixture.connections->signIn(request)).error().code, ErrorCode::Unauthorized);
    QVERIFY(waitFor(fixture.connections->test(request.account)));
    request.fields.insert(QStringLiteral("key"), Secret(service.testKey()));
    const auto replaced = waitFor(fixture.connections->signIn(request));
    QVERIFY(replaced && replaced->test);
    QCOMPARE(fixture.connections->accounts().size(), std::size_t(1));
    request.service = QStringLiteral("nobody");
    request.account.clear();
    QCOMPARE(waitFor(fixture.connections->signIn(request)).error().code, ErrorCode::NotFound);
}

void TestConnections::session_isRenewedAndTold()
{
    test::Astromesh service;
    const std::string root = toStd(service.url().toString());
    const auto kinds = ServiceKinds::read(
        {}, {Json {{"id", "astromesh"}, {"hosts", Json::array({root})}, {"base", root + "/api/v1"}}});
    QVERIFY2(kinds.warnings.isEmpty(), qPrintable(kinds.warnings.join(u'\n')));
    Fixture fixture({*kinds.find(QStringLiteral("astromesh"))});
    auto &connections = *fixture.connections;
    QVERIFY(connections.accounts().empty()); // by choice
    data::SignInRequest request;
    request.service = QStringLiteral("astromesh");
    request.fields.insert(QStringLiteral("email"), Secret(QByteArray("kim@example.org")));
    const auto account = waitFor(connections.signIn(request));
    QVERIFY2(account, account ? "" : qPrintable(account.error().message));
    QCOMPARE(account->who, QStringLiteral("kim@example.org"));
    QCOMPARE(account->masked, QString());
    QVERIFY(account->expires.isValid());
    QVERIFY(account->expires < QDateTime::currentDateTimeUtc().addSecs(901));
    QVERIFY(account->renews && account->notices.isEmpty());
    QVERIFY(waitFor(connections.keys(account->id)));
    service.expireTokens();
    QVERIFY(waitFor(connections.keys(account->id))); // renewed once when refused
    QCOMPARE(service.count(QStringLiteral("/api/v1/auth/refresh")), 1);
    const auto wished = waitFor(connections.createKey(account->id, {QStringLiteral("ci"), false, {}, {}}, false));
    QVERIFY2(wished, wished ? "" : qPrintable(wished.error().message));
    QVERIFY(wished->secret.reveal().startsWith("am_"));
    request.way = QStringLiteral("google");
    QCOMPARE(waitFor(connections.signIn(request)).error().code, ErrorCode::Unsupported);
    QCOMPARE(waitFor(connections.beginRotation(account->id, {})).error().code, ErrorCode::Unsupported);
    // The service is told; the card stays with its label and history.
    QVERIFY(waitFor(connections.signOut(account->id)));
    QTRY_COMPARE(service.count(QStringLiteral("/api/v1/auth/logout")), 1);
    QCOMPARE(connections.accounts().size(), std::size_t(1));
    QCOMPARE(connections.accounts().front().place, Place::None);
}

void TestConnections::s3_signsAndBasicLogsIn()
{
    ScriptedServer store([](const server::Request &) { return server::Response::json("{}"); });
    const std::string root = toStd(store.url().toString());
    const auto kind = [&root](const char *id, const Json &way) {
        return ServiceKind::fromJson({{"id", id},
                                      {"title", id},
                                      {"group", "imagery"},
                                      {"hosts", Json::array({root})},
                                      {"base", root},
                                      {"signIn", Json::array({way})}});
    };
    const auto s3 = kind("s3", {{"id", "s3"}, {"type", "s3"}, {"title", "S3"}, {"region", "eu-west-1"}});
    const auto basic = kind("basic", {{"id", "basic"}, {"type", "basic"}, {"title", "Login"}});
    QVERIFY2(s3, s3 ? "" : qPrintable(s3.error().message));
    QVERIFY2(basic, basic ? "" : qPrintable(basic.error().message));
    Fixture fixture({*s3, *basic});
    const auto signIn = [&](const char *service, const QMap<QString, Secret> &fields) {
        data::SignInRequest request;
        request.service = QString::fromLatin1(service);
        request.fields = fields;
        return waitFor(fixture.connections->signIn(request));
    };
    const Secret secret(QByteArray("canary/secret+key"));
    QCOMPARE(signIn("s3", {{QStringLiteral("access"), Secret(QByteArray("AKIDEXAMPLE"))}}).error().code,
             ErrorCode::InvalidInput);
    const auto keys = signIn(
        "s3", {{QStringLiteral("access"), Secret(QByteArray("AKIDEXAMPLE"))}, {QStringLiteral("secret"), secret}});
    QVERIFY2(keys, keys ? "" : qPrintable(keys.error().message));
    // Nothing there says whether it is right, and nobody pretends.
    for (const data::Service &one : fixture.connections->services())
        QVERIFY2(!one.ways.front().testable, qPrintable(one.id));
    const auto tested = waitFor(fixture.connections->test(QStringLiteral("s3")));
    QVERIFY(!tested);
    QCOMPARE(tested.error().code, ErrorCode::Unsupported);
    QVERIFY(store.requests().empty());
    QVERIFY(fixture.get(store.url(QStringLiteral("/bucket/key.tif")), QStringLiteral("s3")));
    const QByteArray signature = store.requests().back().header("Authorization");
    QVERIFY2(signature.startsWith("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"), signature.constData());
    QVERIFY(signature.contains("/eu-west-1/s3/aws4_request"));
    const auto login = signIn("basic",
                              {{QStringLiteral("user"), Secret(QByteArray("Aladdin"))},
                               {QStringLiteral("password"), Secret(QByteArray("open sesame"))}});
    QVERIFY2(login, login ? "" : qPrintable(login.error().message));
    QVERIFY(fixture.get(store.url(QStringLiteral("/x")), QStringLiteral("basic")));
    // As RFC 7617 has it.
    QCOMPARE(store.requests().back().header("Authorization"), QByteArray("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="));
}

void TestConnections::reveal_forACopyOnly()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    Fixture fixture({bearer(service.url())});
    QCOMPARE(fixture.connections->reveal(QStringLiteral("astra-os")).error().code, ErrorCode::Unauthorized);
    QVERIFY(fixture.connect(service.key()));
    const auto copy = fixture.connections->reveal(QStringLiteral("astra-os"));
    QVERIFY(copy && *copy == Secret(service.key()));
}

void TestConnections::environment_isUsedAndNeverChanged()
{
    test::AstraOs service(test::AstraOs::Form::Documented);
    qputenv("ASTRA_KEY_GIVEN", service.key());
    qputenv("ASTRA_KEY_GIVEN_2", service.testKey());
    takeEnvironmentKeys();
    QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("accounts.json"));
    const QString id = QStringLiteral("given");
    const auto client = net::HttpClient::create();
    {
        const auto connections = Connections::create({bearer(service.url(), {{"id", "given"}})}, memory(), client,
                                                     {file, {}, {}});
        client->setAuthorizer(connections);
        QVERIFY(waitFor(connections->loaded()));
        QCOMPARE(connections->accounts().size(), std::size_t(2));
        for (const auto &account : connections->accounts())
            QCOMPARE(account.place, Place::Environment);
        QVERIFY(connections->accounts().front().inUse && connections->accounts().back().test);
        QVERIFY(waitFor(connections->test(id)));
        QCOMPARE(service.requests().back().header("Authorization"), QByteArray("Bearer " + service.key()));
        QCOMPARE(connections->reveal(id).error().code, ErrorCode::Unsupported);
        QCOMPARE(waitFor(connections->beginRotation(id, {}, Secret(service.testKey()))).error().code,
                 ErrorCode::Unsupported);
        QCOMPARE(waitFor(connections->signOut(id)).error().code, ErrorCode::Unsupported);
        QCOMPARE(waitFor(connections->keepInKeychain(id)).error().code, ErrorCode::Unsupported);
        data::SignInRequest request;
        request.service = request.account = id;
        request.fields.insert(QStringLiteral("key"), Secret(service.testKey()));
        QCOMPARE(waitFor(connections->signIn(request)).error().code, ErrorCode::Unsupported);
        QVERIFY(waitFor(connections->test(id)));
        client->setAuthorizer(nullptr);
    }
    // Nothing of it stays behind.
    QCOMPARE(AccountFile::read(file).records.size(), std::size_t(0));
}

void TestConnections::environment_isNotGuessed_data()
{
    QTest::addColumn<QString>("one");
    QTest::addColumn<QString>("other");
    QTest::addColumn<QByteArray>("variable");
    QTest::newRow("a dot and a dash") << QStringLiteral("night.sky") << QStringLiteral("night-sky")
                                      << QByteArray("ASTRA_KEY_NIGHT_SKY");
    QTest::newRow("the second of one") << QStringLiteral("comet") << QStringLiteral("comet-2")
                                       << QByteArray("ASTRA_KEY_COMET_2");
}

void TestConnections::environment_isNotGuessed()
{
    QFETCH(QString, one);
    QFETCH(QString, other);
    QFETCH(QByteArray, variable);
    ScriptedServer astra(service);
    qputenv(variable.constData(), liveKey);
    takeEnvironmentKeys();
    const Fixture fixture({bearer(astra.url(), {{"id", toStd(one)}}), bearer(astra.url(), {{"id", toStd(other)}})});
    QVERIFY(waitFor(fixture.connections->loaded()));
    for (const auto &account : fixture.connections->accounts())
        QCOMPARE(account.place, Place::None);
    for (const QString &id : {one, other}) {
        const auto sent = waitFor(fixture.connections->authorize(id, astra.url(QStringLiteral("/x")), false));
        QVERIFY(sent && sent->headers.isEmpty());
    }
    const auto warnings = fixture.connections->warnings();
    QVERIFY(!warnings.isEmpty());
    QVERIFY2(warnings.first().contains(QString::fromLatin1(variable)) && warnings.first().contains(one)
                 && warnings.first().contains(other),
             qPrintable(warnings.first()));
}

/// A world may call a service of its own like a real one.
void TestConnections::environment_staysOutOfInventedWorlds()
{
    ScriptedServer astra(service);
    qputenv("ASTRA_KEY_LOOKALIKE", liveKey);
    takeEnvironmentKeys();
    for (const bool world : {false, true}) {
        const auto client = net::HttpClient::create();
        const auto connections = Connections::create({bearer(astra.url(), {{"id", "lookalike"}})}, memory(), client,
                                                     {{}, {}, {}, !world});
        QVERIFY(waitFor(connections->loaded()));
        QCOMPARE(connections->accounts().front().place, world ? Place::None : Place::Environment);
        const auto sent = waitFor(
            connections->authorize(QStringLiteral("lookalike"), astra.url(QStringLiteral("/x")), false));
        QVERIFY(sent);
        QCOMPARE(sent->headers.isEmpty(), world);
    }
}

void TestConnections::overlay_leadsNoShippedServiceElsewhere_data()
{
    QTest::addColumn<QByteArray>("overlay");
    QTest::addColumn<bool>("taken");
    const auto row = [](const char *name, const char *overlay, bool taken) {
        QTest::newRow(name) << QByteArray(overlay) << taken;
    };
    row("another host", R"({"id": "usgs", "hosts": ["https://evil.example.org"], "base": "https://evil.example.org"})",
        false);
    row("one host more", R"({"id": "astroway", "hosts": ["https://api.astroway.info", "https://evil.example.org"]})",
        false);
    row("this computer besides", R"({"id": "astroway", "hosts": ["https://api.astroway.info", "http://127.0.0.1:9"]})",
        false);
    row("another port", R"({"id": "astroway", "hosts": ["https://api.astroway.info:8443"],
                            "base": "https://api.astroway.info:8443"})",
        false);
    row("a host for what has addresses of its own",
        R"({"id": "astra-server", "ownAddress": null, "hosts": ["https://evil.example.org"],
            "base": "https://evil.example.org"})",
        false);
    row("another place to sign in at",
        R"({"id": "cdse", "signIn": [{"id": "device", "type": "oidc", "issuer": "https://evil.example.org", "client": "c"}]})",
        false);
    row("a place to sign in at on this computer",
        R"({"id": "cdse", "signIn": [{"id": "device", "type": "oidc", "issuer": "http://127.0.0.1:9", "client": "c"}]})",
        false);
    row("this computer", R"({"id": "astroway", "hosts": ["http://127.0.0.1:9"], "base": "http://127.0.0.1:9/v1"})",
        true);
    row("all on this computer",
        R"({"id": "cdse", "hosts": ["http://127.0.0.1:9"], "base": "http://127.0.0.1:9",
            "signIn": [{"id": "device", "type": "oidc", "issuer": "http://127.0.0.1:9", "client": "c"}]})",
        true);
    row("other words", R"({"id": "astroway", "title": "Ours"})", true);
    row("fewer hosts", R"({"id": "cdse", "hosts": ["https://zipper.dataspace.copernicus.eu"]})", true);
}

void TestConnections::overlay_leadsNoShippedServiceElsewhere()
{
    QFETCH(QByteArray, overlay);
    QFETCH(bool, taken);
    const Json json = *parseJson(overlay);
    const QString id = stringAt(json, "id");
    const QTemporaryDir folder;
    QVERIFY(QDir(folder.path()).mkdir(QStringLiteral("connections")));
    QFile file(folder.filePath(QStringLiteral("connections/own.json")));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(overlay) == overlay.size());
    file.close();
    const auto shipped = ServiceKinds::read({}, {});
    // From the folder of the configuration, and from a catalogue's definition.
    for (const auto &all : {ServiceKinds::read(folder.path(), {}), ServiceKinds::read({}, {json})}) {
        QCOMPARE(all.warnings.size(), taken ? 0 : 1);
        if (taken)
            continue;
        QVERIFY2(all.warnings.first().contains(id), qPrintable(all.warnings.first()));
        QVERIFY(all.find(id)->hosts == shipped.find(id)->hosts);
        QCOMPARE(all.find(id)->methods.front().issuer, shipped.find(id)->methods.front().issuer);
    }
}

void TestConnections::createKey_asAnAccountOfItsOwn()
{
    test::AstraOs service(test::AstraOs::Form::Own);
    Fixture fixture({*ServiceKinds::read({}, {}).find(QStringLiteral("astra-server"))});
    auto &connections = *fixture.connections;
    data::SignInRequest request;
    request.service = QStringLiteral("astra-server");
    request.address = service.url();
    request.fields.insert(QStringLiteral("key"), Secret(service.managerKey()));
    const auto manager = waitFor(connections.signIn(request));
    QVERIFY2(manager, manager ? "" : qPrintable(manager.error().message));
    const auto made = waitFor(connections.createKey(manager->id, {QStringLiteral("laptop"), false, {}, {}}, true));
    QVERIFY2(made, made ? "" : qPrintable(made.error().message));
    QVERIFY(service.accepts(made->secret.reveal()));
    QCOMPARE(made->kept, Place::Memory);
    QCOMPARE(connections.accounts().size(), std::size_t(2));
    const auto account = connections.accounts().back();
    QCOMPARE(account.label, QStringLiteral("laptop"));
    QVERIFY(!account.inUse && account.place == Place::Memory);
    QVERIFY(*connections.reveal(account.id) == made->secret);
    // It is told apart in the service's list, and rolled without a gap.
    const auto listed = waitFor(connections.keys(manager->id));
    QVERIFY(listed);
    const auto rolled = waitFor(connections.rollKey(manager->id, made->key.id));
    QVERIFY2(rolled, rolled ? "" : qPrintable(rolled.error().message));
    QVERIFY(*connections.reveal(account.id) == made->secret); // not the manager's own: only shown
    QCOMPARE(rolled->kept, Place::None);
    // Two at once are two accounts.
    const auto one = connections.createKey(manager->id, {QStringLiteral("one"), false, {}, {}}, true);
    const auto two = connections.createKey(manager->id, {QStringLiteral("two"), false, {}, {}}, true);
    QVERIFY(waitFor(one) && waitFor(two));
    QCOMPARE(connections.accounts().size(), std::size_t(4));
    for (const auto &other : connections.accounts()) {
        const auto &asked = other.label == u"one" ? one : two;
        if (other.label == u"one" || other.label == u"two")
            QVERIFY(*connections.reveal(other.id) == waitFor(asked)->secret);
        if (other.label == u"one" || other.label == u"two")
            QVERIFY(waitFor(connections.remove(other.id)));
    }
    QVERIFY(waitFor(connections.revokeKey(manager->id, made->key.id)));
    QVERIFY(!waitFor(connections.test(account.id)));
    QVERIFY(connections.accounts().back().refused);
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
