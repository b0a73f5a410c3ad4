// SPDX-License-Identifier: Apache-2.0
// Services that try to get a key which is not theirs, to have one carried elsewhere, or to make us show it.
#include "core/net/httpclient.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTemporaryDir>
#include <QtTest>

#include <mutex>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::canaryMark;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;
using test::text;

namespace {

const QByteArray key = test::canaryText("astra_sk_live_");

/// Gives the key to its own ports of 127.0.0.1 and to nobody else, and remembers what it is told.
class KeyHolder : public Authorizer
{
public:
    struct Told {
        QString connection;
        QUrl url;
        HttpResponse response;
    };
    Future<Authorization> authorize(const QString &connection, const QUrl &url, bool) override
    {
        Authorization answer;
        if (connection == u"c" && url.scheme() == u"http" && url.host() == u"127.0.0.1" && ports.contains(url.port())) {
            answer.headers = {{header, Secret(value)}, {"x-amz-content-sha256", Secret("UNSIGNED-PAYLOAD")}};
            answer.query = Secret(query);
        }
        return ready<Authorization>(answer);
    }
    void answered(const QString &connection, const QUrl &url, const HttpResponse &response) override
    {
        const std::lock_guard lock(m_mutex);
        m_told.push_back({connection, url, response});
    }
    [[nodiscard]] std::vector<Told> told() const
    {
        const std::lock_guard lock(m_mutex);
        return m_told;
    }
    QList<int> ports;
    QByteArray header = "Authorization";
    QByteArray value = "Bearer " + key;
    QByteArray query;

private:
    mutable std::mutex m_mutex;
    std::vector<Told> m_told;
};

Reply redirect(const QByteArray &to, int status = 302) { return text({}, {{"Location", to}}, status); }

bool holdsKey(const SeenRequest &request)
{
    const auto holds = [](const QByteArray &bytes) {
        return bytes.contains(canaryMark) || QByteArray::fromPercentEncoding(bytes).contains(canaryMark);
    };
    return holds(request.target) || holds(request.body)
        || std::any_of(request.headers.begin(), request.headers.end(),
                       [&](const auto &header) { return holds(header.first) || holds(header.second); });
}

/// Everything that an answer lets us see.
QByteArray all(const Result<HttpResponse> &answer)
{
    if (!answer)
        return answer.error().message.toUtf8() + answer.error().origin.toUtf8();
    QByteArray bytes = answer->body + answer->url.toEncoded();
    for (const auto &[name, value] : answer->headers)
        bytes += name + value;
    return bytes + errorFrom(*answer, {}).message.toUtf8();
}

} // namespace

class TestLyingService : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void redirect_keyStaysHome_data();
    void redirect_keyStaysHome();
    void redirect_bodyOfASecretStaysHome_data();
    void redirect_bodyOfASecretStaysHome();
    void redirect_betweenHostsOfOneService();
    void redirect_carriesNoKeyInAnAddress_data();
    void redirect_carriesNoKeyInAnAddress();
    void redirect_ownSignatureMayStay();
    void headersByHand_stayHome();
    void challenge_isNotAnswered_data();
    void challenge_isNotAnswered();
    void cookies_areNotKept();
    void referer_isNotSent();
    void quotedKey_isStruckOut_data();
    void quotedKey_isStruckOut();
    void quotedPassword_isStruckOutOfRefusalsOnly();
    void answered_isTold();
    void answered_downloadsAndByteSources();
    void answered_notWithoutCredentials();

private:
    [[nodiscard]] HttpRequest get(const QString &path) const;
    [[nodiscard]] HttpRequest post(const QString &path) const;
    std::unique_ptr<FaultServer> m_home;
    std::unique_ptr<FaultServer> m_away;
    std::shared_ptr<KeyHolder> m_holder;
    std::shared_ptr<HttpClient> m_client;
};

void TestLyingService::init()
{
    m_home = std::make_unique<FaultServer>();
    m_away = std::make_unique<FaultServer>();
    m_home->on("*", text("home"));
    m_away->on("*", text("away"));
    m_holder = std::make_shared<KeyHolder>();
    m_holder->ports = {m_home->port()};
    ClientConfig config;
    config.backoff = 1ms;
    m_client = HttpClient::create(config);
    m_client->setAuthorizer(m_holder);
}

void TestLyingService::cleanup()
{
    m_client.reset();
    m_home.reset();
    m_away.reset();
}

HttpRequest TestLyingService::get(const QString &path) const
{
    HttpRequest request;
    request.url = m_home->url(path);
    request.connection = QStringLiteral("c");
    request.retries = 0;
    return request;
}

HttpRequest TestLyingService::post(const QString &path) const
{
    auto request = get(path);
    request.method = "POST";
    request.body = R"({"a":1})";
    return request;
}

void TestLyingService::redirect_keyStaysHome_data()
{
    QTest::addColumn<QByteArray>("location"); // AWAY and HOME stand for the ports
    QTest::newRow("another port") << QByteArray("http://127.0.0.1:AWAY/x");
    QTest::newRow("another name") << QByteArray("http://localhost:HOME/x");
    QTest::newRow("no scheme") << QByteArray("//127.0.0.1:AWAY/x");
    QTest::newRow("three slashes") << QByteArray("///127.0.0.1:AWAY/x");
    QTest::newRow("backslashes") << QByteArray("\\\\127.0.0.1:AWAY\\x");
    QTest::newRow("slash and backslash") << QByteArray("/\\127.0.0.1:AWAY/x");
    QTest::newRow("backslash before the host") << QByteArray("http://127.0.0.1:HOME\\@127.0.0.1:AWAY/x");
    QTest::newRow("our host as a user") << QByteArray("http://127.0.0.1@127.0.0.1:AWAY/x");
    QTest::newRow("our host and port as a login") << QByteArray("http://127.0.0.1:HOME@127.0.0.1:AWAY/x");
    QTest::newRow("two at signs") << QByteArray("http://a@127.0.0.1:HOME@127.0.0.1:AWAY/x");
    QTest::newRow("our host behind a fragment") << QByteArray("http://127.0.0.1:AWAY#@127.0.0.1:HOME/x");
    QTest::newRow("our host behind a query") << QByteArray("http://127.0.0.1:AWAY?@127.0.0.1:HOME/x");
    QTest::newRow("our host as a subdomain") << QByteArray("http://127.0.0.1.invalid:AWAY/x");
    QTest::newRow("number for an address") << QByteArray("http://2130706433:AWAY/x");
    QTest::newRow("hexadecimal address") << QByteArray("http://0x7f.1:AWAY/x");
    QTest::newRow("blanks") << QByteArray("  http://127.0.0.1:AWAY/x ");
    QTest::newRow("capitals") << QByteArray("HTTP://LOCALHOST:AWAY/x");
    QTest::newRow("a file") << QByteArray("file:///etc/hostname");
    QTest::newRow("data") << QByteArray("data:text/plain,x");
    QTest::newRow("javascript") << QByteArray("javascript:alert(1)");
}

void TestLyingService::redirect_keyStaysHome()
{
    QFETCH(QByteArray, location);
    location.replace("AWAY", QByteArray::number(m_away->port())).replace("HOME", QByteArray::number(m_home->port()));
    for (const int status : {301, 302, 303, 307, 308}) {
        m_home->on("/from", redirect(location, status));
        for (const auto &request : {get(QStringLiteral("/from")), post(QStringLiteral("/from"))})
            QVERIFY(!all(waitFor(m_client->send(request))).contains(canaryMark));
    }
    const auto atHome = m_home->seen();
    QVERIFY(atHome.size() >= 10);
    for (const auto &request : atHome) {
        // Under its other name this machine is another host.
        const bool own = request.header("Host").startsWith("127.0.0.1:");
        QCOMPARE(request.header("Authorization"), own ? "Bearer " + key : QByteArray());
    }
    const auto away = m_away->seen();
    for (const auto &request : away)
        QVERIFY2(!holdsKey(request), request.target.constData());
}

void TestLyingService::redirect_bodyOfASecretStaysHome_data()
{
    QTest::addColumn<int>("status");
    for (const int status : {301, 302, 303, 307, 308})
        QTest::addRow("%d", status) << status;
}

void TestLyingService::redirect_bodyOfASecretStaysHome()
{
    QFETCH(int, status);
    m_home->on("/login", redirect(m_away->url(QStringLiteral("/x")).toEncoded(), status));
    for (const QString &connection : {QString(), QStringLiteral("c")}) {
        auto request = post(QStringLiteral("/login"));
        request.connection = connection;
        request.body = test::canaryText("password=");
        request.confidential = true;
        const auto answer = waitFor(m_client->send(request));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Network);
        QVERIFY(!answer.error().retryable);
        QVERIFY2(answer.error().message.contains(QStringLiteral("was refused")), qPrintable(answer.error().message));
    }
    QCOMPARE(m_away->requests(), 0);
    // The same within the host is its own business.
    m_home->on("/login", redirect("/other", status));
    auto request = post(QStringLiteral("/login"));
    request.confidential = true;
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("home"));
}

/// As with astraos.cloud and www.astraos.cloud: both may know the key, so both get it, and what is said in confidence.
void TestLyingService::redirect_betweenHostsOfOneService()
{
    m_holder->ports = {m_home->port(), m_away->port()};
    m_home->on("/keys", redirect(m_away->url(QStringLiteral("/keys")).toEncoded(), 308));
    auto request = post(QStringLiteral("/keys"));
    request.confidential = true;
    request.body = test::canaryText();
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("away"));
    const auto seen = m_away->seen().value(0);
    QCOMPARE(seen.header("Authorization"), "Bearer " + key);
    QCOMPARE(seen.body, request.body);
}

void TestLyingService::redirect_carriesNoKeyInAnAddress_data()
{
    QTest::addColumn<QByteArray>("path");
    QTest::newRow("query") << "/x?key=" + key;
    QTest::newRow("path") << "/" + key + "/x";
    QTest::newRow("whole header") << QByteArray("/x?a=" + QByteArray("Bearer " + key).toPercentEncoding());
    QTest::newRow("fragment") << "/x#" + key;
}

void TestLyingService::redirect_carriesNoKeyInAnAddress()
{
    QFETCH(QByteArray, path);
    for (const auto *target : {m_away.get(), m_home.get()}) {
        m_home->on("/from", redirect(target->url(QStringLiteral("")).toEncoded() + path));
        const auto answer = waitFor(m_client->send(get(QStringLiteral("/from"))));
        QVERIFY(!answer);
        QVERIFY2(answer.error().message.contains(QStringLiteral("was refused")), qPrintable(answer.error().message));
        QVERIFY(!all(answer).contains(canaryMark));
    }
    QCOMPARE(m_away->requests(), 0);
    QCOMPARE(m_home->requests(), 2);
}

void TestLyingService::redirect_ownSignatureMayStay()
{
    m_holder->query = "se=2030&sig=" + test::canaryText();
    m_home->on("/from", redirect("/to?sig=" + test::canaryText()));
    QCOMPARE(waitFor(m_client->send(get(QStringLiteral("/from"))))->body, QByteArray("home"));
    m_home->on("/from", redirect(m_away->localhostUrl(QStringLiteral("/to?sig=")).toEncoded() + test::canaryText()));
    QVERIFY(!waitFor(m_client->send(get(QStringLiteral("/from")))));
    QCOMPARE(m_away->requests(), 0);
}

void TestLyingService::headersByHand_stayHome()
{
    m_home->on("/from", redirect(m_away->url(QStringLiteral("/x")).toEncoded()));
    auto request = get(QStringLiteral("/from"));
    request.connection.clear();
    for (const char *name : {"Authorization", "Cookie", "X-Api-Key", "X-Auth-Token", "apikey", "Proxy-Authorization"})
        request.headers.emplaceBack(name, test::canaryText());
    request.headers.emplaceBack("Accept", "a/b");
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("away"));
    QVERIFY(holdsKey(m_home->seen().value(0)));
    QVERIFY(!holdsKey(m_away->seen().value(0)));
    QCOMPARE(m_away->seen().value(0).header("Accept"), QByteArray("a/b"));
}

void TestLyingService::challenge_isNotAnswered_data()
{
    QTest::addColumn<QByteArray>("challenge");
    QTest::newRow("Basic") << QByteArray("Basic realm=\"Your key, please\"");
    QTest::newRow("Digest") << QByteArray("Digest realm=\"x\", nonce=\"abc\", qop=\"auth\", algorithm=MD5");
    QTest::newRow("NTLM") << QByteArray("NTLM");
    QTest::newRow("Negotiate") << QByteArray("Negotiate");
    QTest::newRow("Bearer") << QByteArray("Bearer realm=\"http://evil.invalid/token\"");
}

void TestLyingService::challenge_isNotAnswered()
{
    QFETCH(QByteArray, challenge);
    m_home->on("/a", text("no", {{"WWW-Authenticate", challenge}}, 401));
    for (const QString &connection : {QString(), QStringLiteral("c")}) {
        m_home->resetCounts();
        auto request = get(QStringLiteral("/a"));
        request.connection = connection;
        QCOMPARE(waitFor(m_client->send(request))->status, 401);
        QCOMPARE(m_home->requests("/a"), 1);
        QCOMPARE(m_home->seen().constLast().header("Authorization"),
                 connection.isEmpty() ? QByteArray() : "Bearer " + key);
    }
    // What it asks for is not given later either.
    auto request = get(QStringLiteral("/b"));
    request.connection.clear();
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("home"));
    QVERIFY(m_home->seen().constLast().header("Authorization").isEmpty());
    // A name and password in an address are sent to nobody.
    request.url.setUserInfo(QStringLiteral("me:%1").arg(QString::fromLatin1(test::canaryText())));
    request.url.setPath(QStringLiteral("/a"));
    QCOMPARE(waitFor(m_client->send(request))->status, 401);
    QVERIFY(!holdsKey(m_home->seen().constLast()));
}

void TestLyingService::cookies_areNotKept()
{
    m_home->on("/a", text("in", {{"Set-Cookie", "id=1; Path=/"}, {"Set-Cookie", "all=1; Domain=127.0.0.1"}}));
    for (int i = 0; i < 2; ++i)
        QCOMPARE(waitFor(m_client->send(get(QStringLiteral("/a"))))->status, 200);
    QVERIFY(m_home->seen().constLast().header("Cookie").isEmpty());
}

void TestLyingService::referer_isNotSent()
{
    m_home->on("/from", redirect(m_away->url(QStringLiteral("/x")).toEncoded()));
    QVERIFY(waitFor(m_client->send(get(QStringLiteral("/from?a=1")))));
    for (const char *name : {"Referer", "Origin", "Cookie"})
        QVERIFY(m_away->seen().value(0).header(name).isEmpty());
}

void TestLyingService::quotedKey_isStruckOut_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("refusal") << 401 << QByteArray("Unknown key " + key);
    QTest::newRow("whole header") << 403 << QByteArray("You sent Authorization: Bearer " + key);
    QTest::newRow("JSON") << 422 << QByteArray(R"({"message": "no such key: )" + key + R"("})");
    QTest::newRow("answer") << 200 << QByteArray(R"({"links": [{"href": "http://h/search?key=)" + key + R"("}]})");
    QTest::newRow("server's fault") << 500 << QByteArray("trace: " + key);
}

void TestLyingService::quotedKey_isStruckOut()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    m_home->on("/a", text(body, {{"X-Echo", key}, {"Content-Type", "application/json"}}, status));
    const auto answer = waitFor(m_client->send(get(QStringLiteral("/a"))));
    QCOMPARE(answer->status, status);
    QVERIFY2(!all(answer).contains(canaryMark), answer->body.constData());
    QVERIFY(answer->body.contains("(removed)"));
    for (const auto &told : m_holder->told())
        QVERIFY(!all(told.response).contains(canaryMark));
    // What was asked for in confidence is given; a refusal, whose words people read, quotes nothing even then.
    auto request = get(QStringLiteral("/a"));
    request.confidential = true;
    const auto confided = waitFor(m_client->send(request));
    QVERIFY(confided->body == body || !confided->ok());
    QCOMPARE(confided->body.contains(canaryMark), confided->ok());
}

void TestLyingService::quotedPassword_isStruckOutOfRefusalsOnly()
{
    m_holder->value = "Basic " + QByteArray("me:sentinel").toBase64();
    const QByteArray body = R"({"collection": "sentinel-2-l2a"})";
    for (const int status : {200, 401}) {
        m_home->on("/a", text(body, {{"Content-Type", "application/json"}}, status));
        QCOMPARE(waitFor(m_client->send(get(QStringLiteral("/a"))))->body.contains("sentinel"), status == 200);
    }
    // What goes beside a signature is no secret.
    m_home->on("/a", text("UNSIGNED-PAYLOAD is not allowed", {}, 403));
    QVERIFY(waitFor(m_client->send(get(QStringLiteral("/a"))))->body.startsWith("UNSIGNED-PAYLOAD"));
}

void TestLyingService::answered_isTold()
{
    m_home->on("/from", redirect("/a"));
    m_home->on("/a", {text("busy", {{"X-RateLimit-Remaining", "3"}}, 503), text("in", {{"X-Credits-Remaining", "7"}})});
    auto request = get(QStringLiteral("/from"));
    request.retries = 1;
    QCOMPARE(waitFor(m_client->send(request))->body, QByteArray("in"));
    const auto told = m_holder->told();
    QList<int> statuses;
    for (const auto &one : told) {
        QCOMPARE(one.connection, QStringLiteral("c"));
        QCOMPARE(one.url.host(), QStringLiteral("127.0.0.1"));
        statuses << one.response.status;
    }
    QCOMPARE(statuses, (QList<int> {302, 503, 302, 200}));
    QCOMPARE(told[1].response.body, QByteArray("busy"));
    QCOMPARE(told[1].response.header("x-ratelimit-remaining"), QByteArray("3"));
    QVERIFY(told[3].response.body.isEmpty());
    QCOMPARE(told[3].response.header("X-Credits-Remaining"), QByteArray("7"));
    QCOMPARE(told[3].url, m_home->url(QStringLiteral("/a")));
}

void TestLyingService::answered_downloadsAndByteSources()
{
    const QTemporaryDir dir;
    m_home->on("/file", text("content", {{"ETag", "\"1\""}}));
    QVERIFY(waitFor(m_client->download(get(QStringLiteral("/file")), dir.filePath(QStringLiteral("f")))));
    m_home->on("/gone", text("no", {}, 403));
    QVERIFY(!waitFor(m_client->download(get(QStringLiteral("/gone")), dir.filePath(QStringLiteral("g")))));
    Reply ranges = text(test::noise(100000), {{"ETag", "\"2\""}});
    ranges.ranges = true;
    m_home->on("/image", ranges);
    const auto source = m_client->byteSources()->open(m_home->url(QStringLiteral("/image")), QStringLiteral("c"), {});
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    QVERIFY(!m_client->byteSources()->open(m_home->url(QStringLiteral("/gone")), QStringLiteral("c"), {}));
    QList<int> statuses;
    const auto told = m_holder->told();
    for (const auto &one : told)
        statuses << one.response.status;
    QCOMPARE(statuses, (QList<int> {200, 403, 206, 403}));
}

void TestLyingService::answered_notWithoutCredentials()
{
    auto request = get(QStringLiteral("/a"));
    request.connection.clear();
    QVERIFY(waitFor(m_client->send(request)));
    request = get(QStringLiteral("/a"));
    request.url = m_away->url(QStringLiteral("/a"));
    QVERIFY(waitFor(m_client->send(request)));
    QVERIFY(m_holder->told().empty());
}

QTEST_GUILESS_MAIN(TestLyingService)
#include "tst_lyingservice.moc"
