// SPDX-License-Identifier: Apache-2.0
// OpenID Connect against a provider on this machine that does what it should, and many things that it should not.
#include "core/credentials/oidcsignin.h"
#include "core/credentials/tokens.h"
#include "tests/support/canary.h"
#include "tests/support/scriptedserver.h"

#include <QCryptographicHash>
#include <QPointer>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUrlQuery>

#include <atomic>
#include <thread>

using namespace astra;
using namespace astra::credentials;
using server::Response;
using test::canaryText;
using test::ScriptedServer;

namespace {

const QDateTime begin(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC);

QByteArray base64Url(const QByteArray &bytes)
{
    return bytes.toBase64(QByteArray::Base64UrlEncoding | QByteArray::OmitTrailingEquals);
}

/// Signed by nobody: Astra leaves that to the service.
QByteArray jwt(const Json &claims)
{
    return base64Url("{\"alg\":\"none\"}") + '.' + base64Url(toText(claims)) + '.' + base64Url("signature");
}

QString field(const QByteArray &form, const char *name)
{
    return QUrlQuery(QString::fromUtf8(form)).queryItemValue(QLatin1String(name), QUrl::FullyDecoded);
}

Response json(const Json &value, int status = 200) { return Response::json(toText(value), status); }
Response refusal(const QByteArray &code) { return json({{"error", code.toStdString()}}, 400); }

/// What a provider answers, by path; each may be replaced before the first request.
class Issuer
{
public:
    using Answer = std::function<Response(const server::Request &)>;
    std::map<QString, Answer> answers;

    Issuer()
        : m_server([this](const server::Request &request) {
            const auto found = answers.find(request.path);
            return found == answers.end() ? Response::text(QStringLiteral("no such page"), 404)
                                          : found->second(request);
        })
    {
        answers[QStringLiteral("/.well-known/openid-configuration")] = [this](const server::Request &) {
            return json(configuration());
        };
        answers[QStringLiteral("/token")] = [this](const server::Request &) { return json(tokens()); };
        answers[QStringLiteral("/device")] = [this](const server::Request &) { return json(device()); };
    }

    [[nodiscard]] QUrl url(const QString &path = {}) const { return m_server.url(path); }
    [[nodiscard]] std::string text(const QString &path = {}) const { return url(path).toString().toStdString(); }
    [[nodiscard]] int count(const QString &path) const { return m_server.count(path); }
    [[nodiscard]] QList<QByteArray> bodies(const QString &path) const
    {
        QList<QByteArray> list;
        for (const auto &request : m_server.requests()) {
            if (request.path == path)
                list.append(request.body);
        }
        return list;
    }
    [[nodiscard]] std::vector<server::Request> requests() const { return m_server.requests(); }

    [[nodiscard]] Json configuration() const
    {
        return {{"issuer", text()},
                {"token_endpoint", text(QStringLiteral("/token"))},
                {"device_authorization_endpoint", text(QStringLiteral("/device"))},
                {"authorization_endpoint", text(QStringLiteral("/authorize?theme=dark"))},
                {"revocation_endpoint", text(QStringLiteral("/revoke"))},
                {"code_challenge_methods_supported", {"plain", "S256"}}};
    }
    [[nodiscard]] Json device() const
    {
        return {{"device_code", canaryText("dev").toStdString()},
                {"user_code", "WDJB-MJHT"},
                {"verification_uri", text(QStringLiteral("/code"))},
                {"verification_uri_complete", text(QStringLiteral("/code?user_code=WDJB-MJHT"))},
                {"expires_in", 600}};
    }
    [[nodiscard]] Json claims(const QString &nonce = {}) const
    {
        Json claims {{"iss", text()},
                     {"aud", "astra"},
                     {"exp", QDateTime::currentSecsSinceEpoch() + 300},
                     {"email", "ada@example.org"}};
        if (!nonce.isEmpty())
            claims["nonce"] = nonce.toStdString();
        return claims;
    }
    [[nodiscard]] static Json tokens()
    {
        return {{"access_token", canaryText("at").toStdString()},
                {"refresh_token", canaryText("rt").toStdString()},
                {"token_type", "Bearer"},
                {"expires_in", 600}};
    }

private:
    ScriptedServer m_server; ///< last: it stops before what it answers from is gone
};

Json definition(const Issuer &issuer, const char *flow)
{
    Json method {{"id", "login"},    {"type", "oidc"},          {"flow", flow},
                 {"title", "Login"}, {"issuer", issuer.text()}, {"scopes", {"openid", "offline_access"}}};
    if (std::string_view(flow) == "clientCredentials")
        method["fields"] = {{{"name", "client"}, {"label", "Client"}, {"secret", false}},
                            {{"name", "secret"}, {"label", "Secret"}}};
    else
        method["client"] = "astra";
    return {{"id", "example"},
            {"title", "Example"},
            {"group", "processing"},
            {"about", "A service."},
            {"hosts", {"https://api.example.org"}},
            {"base", "https://api.example.org"},
            {"signIn", {method}}};
}

ServiceKind kindOf(const Json &definition)
{
    const auto kind = ServiceKind::fromJson(definition);
    if (!kind)
        qFatal("%s", qPrintable(kind.error().message));
    return *kind;
}

struct Taken {
    std::mutex mutex;
    std::optional<data::SignInPrompt> prompt;
    [[nodiscard]] bool has()
    {
        const std::lock_guard lock(mutex);
        return prompt.has_value();
    }
};

/// Waits that are over at once, noted down.
struct Waits {
    std::vector<qint64> seconds;
    std::function<void()> before; ///< called with each
    [[nodiscard]] DeviceSignIn::Wait instant()
    {
        return [this](std::chrono::milliseconds time, QObject *owner, const std::function<void()> &then) {
            seconds.push_back(time.count() / 1000);
            if (before)
                before();
            QMetaObject::invokeMethod(owner, then, Qt::QueuedConnection);
        };
    }
};

bool isClosed(const QUrl &url)
{
    QTcpServer probe;
    return probe.listen(QHostAddress::LocalHost, static_cast<quint16>(url.port()));
}

} // namespace

class SignInTest : public QObject
{
    Q_OBJECT

    QDateTime m_now = begin;
    std::shared_ptr<net::HttpClient> m_http;

    TokenClient client(const Json &definition) const
    {
        const ServiceKind kind = kindOf(definition);
        return {m_http, kind, kind.methods.front(), [this] { return m_now; }};
    }
    Future<Tokens> device(const Issuer &issuer, Waits &waits, Taken *taken = nullptr, const StopToken &stop = {})
    {
        const ServiceKind kind = kindOf(definition(issuer, "device"));
        const auto prompt = [taken](const data::SignInPrompt &told) {
            if (taken)
                taken->prompt = told;
        };
        auto *signIn = new DeviceSignIn({m_http, prompt, [this] { return m_now; }, stop}, waits.instant());
        return signIn->run(findOidc(m_http, kind, kind.methods.front(), {}, stop));
    }
    Future<Tokens> browser(const Issuer &issuer, Taken &taken, const StopToken &stop = {})
    {
        const auto prompt = [&taken](const data::SignInPrompt &told) {
            const std::lock_guard lock(taken.mutex);
            taken.prompt = told;
        };
        return client(definition(issuer, "browser")).signIn({}, prompt, stop);
    }
    net::HttpResponse visit(const QUrl &url)
    {
        net::HttpRequest request;
        request.url = url;
        request.retries = 0;
        const auto response = waitFor(m_http->send(request));
        return response ? *response : net::HttpResponse();
    }
    /// Where the browser is sent back to, with this in its query.
    static QUrl back(const data::SignInPrompt &prompt, const QList<std::pair<QString, QString>> &more,
                     const QString &state = {})
    {
        const QUrlQuery asked(prompt.open);
        QUrl url(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
        QUrlQuery query;
        query.addQueryItem(QStringLiteral("state"),
                           state.isEmpty() ? asked.queryItemValue(QStringLiteral("state")) : state);
        for (const auto &[name, value] : more)
            query.addQueryItem(name, value);
        url.setQuery(query);
        return url;
    }

private Q_SLOTS:
    void init()
    {
        m_now = begin;
        m_http = net::HttpClient::create();
    }

    void deviceCode()
    {
        Issuer issuer;
        std::atomic<int> asked = 0;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            switch (asked++) {
            case 0:
            case 2:
                return refusal("authorization_pending");
            case 1:
                return refusal("slow_down");
            default:
                Json tokens = Issuer::tokens();
                tokens["id_token"] = jwt(issuer.claims()).toStdString();
                return json(tokens);
            }
        };
        Waits waits;
        Taken taken;
        const auto tokens = waitFor(device(issuer, waits, &taken));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        // No interval told: five seconds; slowed down: five more.
        QCOMPARE(waits.seconds, (std::vector<qint64> {5, 5, 10, 10}));
        QVERIFY(taken.has());
        QCOMPARE(taken.prompt->code, QStringLiteral("WDJB-MJHT"));
        QCOMPARE(taken.prompt->open, issuer.url(QStringLiteral("/code?user_code=WDJB-MJHT")));
        QCOMPARE(taken.prompt->expires, begin.addSecs(600));

        QCOMPARE(tokens->access.reveal(), canaryText("at"));
        QCOMPARE(tokens->refresh.reveal(), canaryText("rt"));
        QCOMPARE(tokens->expires, begin.addSecs(600));
        QCOMPARE(tokens->who, QStringLiteral("ada@example.org"));
        QCOMPARE(tokens->prefix, QString());

        const QByteArray first = issuer.bodies(QStringLiteral("/device")).value(0);
        const QByteArray last = issuer.bodies(QStringLiteral("/token")).value(3);
        QCOMPARE(field(first, "client_id"), QStringLiteral("astra"));
        QCOMPARE(field(first, "scope"), QStringLiteral("openid offline_access"));
        QCOMPARE(field(last, "grant_type"), QStringLiteral("urn:ietf:params:oauth:grant-type:device_code"));
        QCOMPARE(field(last, "client_id"), QStringLiteral("astra"));
        QCOMPARE(field(last, "device_code").toLatin1(), canaryText("dev"));
        const QByteArray verifier = field(last, "code_verifier").toLatin1();
        QVERIFY(verifier.size() >= 43 && verifier.size() <= 128);
        QCOMPARE(field(first, "code_challenge").toLatin1(),
                 base64Url(QCryptographicHash::hash(verifier, QCryptographicHash::Sha256)));
        QCOMPARE(field(first, "code_challenge_method"), QStringLiteral("S256"));
    }

    void deviceEnds_data()
    {
        QTest::addColumn<QByteArray>("code");
        QTest::addColumn<int>("error");
        QTest::newRow("too late") << QByteArray("expired_token") << int(ErrorCode::Timeout);
        QTest::newRow("declined") << QByteArray("access_denied") << int(ErrorCode::Unauthorized);
        QTest::newRow("used") << QByteArray("invalid_grant") << int(ErrorCode::Unauthorized);
        QTest::newRow("unknown client") << QByteArray("invalid_client") << int(ErrorCode::Unauthorized);
        QTest::newRow("not allowed") << QByteArray("unsupported_grant_type") << int(ErrorCode::Unsupported);
    }
    void deviceEnds()
    {
        QFETCH(QByteArray, code);
        QFETCH(int, error);
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) { return refusal(code); };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QCOMPARE(int(tokens.error().code), error);
        QVERIFY2(tokens.error().message.contains(u"Example"), qPrintable(tokens.error().message));
        QCOMPARE(issuer.count(QStringLiteral("/token")), 1);
    }

    void deviceOutlivesAFault()
    {
        Issuer issuer;
        std::atomic<int> asked = 0;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            return asked++ > 0 ? json(Issuer::tokens()) : Response::text(QStringLiteral("busy"), 503);
        };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        QCOMPARE(waits.seconds, (std::vector<qint64> {5, 10}));
    }

    void deviceTimesOut()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [](const server::Request &) {
            return refusal("authorization_pending");
        };
        Waits waits;
        waits.before = [this] { m_now = m_now.addSecs(250); };
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::Timeout);
        QCOMPARE(issuer.count(QStringLiteral("/token")), 2); // at 250 s and 500 s, of 600 s
    }

    void deviceStops()
    {
        const Issuer issuer;
        StopSource stop;
        const ServiceKind kind = kindOf(definition(issuer, "device"));
        bool waiting = false;
        auto *signIn = new DeviceSignIn({m_http, {}, [this] { return m_now; }, stop.get_token()},
                                        [&waiting](auto, auto *, const auto &) { waiting = true; });
        const QPointer<QObject> alive = signIn;
        const auto tokens = signIn->run(findOidc(m_http, kind, kind.methods.front(), {}, {}));
        QTRY_VERIFY(waiting);
        std::thread([&stop] { stop.request_stop(); }).join();
        const auto result = waitFor(tokens);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QTRY_VERIFY(!alive);
    }

    void deviceAnswersThatLie_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value");
        QTest::newRow("no device code") << QByteArray("device_code") << QByteArray();
        QTest::newRow("no user code") << QByteArray("user_code") << QByteArray();
        QTest::newRow("a code that cannot be typed") << QByteArray("user_code") << QByteArray("A\u202eB");
        QTest::newRow("a novel") << QByteArray("user_code") << QByteArray(5000, 'A');
        QTest::newRow("a file") << QByteArray("verification_uri") << QByteArray("file:///etc/hostname");
        QTest::newRow("a script") << QByteArray("verification_uri") << QByteArray("javascript:alert(1)");
        QTest::newRow("not encrypted") << QByteArray("verification_uri") << QByteArray("http://example.org/device");
    }
    void deviceAnswersThatLie()
    {
        QFETCH(QByteArray, member);
        QFETCH(QByteArray, value);
        Issuer issuer;
        issuer.answers[QStringLiteral("/device")] = [&](const server::Request &) {
            Json answer = issuer.device();
            answer[member.toStdString()] = value.toStdString();
            return json(answer);
        };
        Waits waits;
        Taken taken;
        const auto tokens = waitFor(device(issuer, waits, &taken));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::InvalidInput);
        QVERIFY(!taken.has());
        QCOMPARE(issuer.count(QStringLiteral("/token")), 0);
    }
    /// The convenient address is left out where it leads elsewhere.
    void completeAddressElsewhere()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/device")] = [&](const server::Request &) {
            Json answer = issuer.device();
            answer["verification_uri_complete"] = "https://example.com/code?user_code=WDJB-MJHT";
            return json(answer);
        };
        Waits waits;
        Taken taken;
        QVERIFY(waitFor(device(issuer, waits, &taken)));
        QCOMPARE(taken.prompt->open, issuer.url(QStringLiteral("/code")));
    }

    void pollPace()
    {
        using std::chrono::milliseconds;
        QCOMPARE(PollPace(std::nullopt).wait(), milliseconds(5000));
        QCOMPARE(PollPace(2.0).wait(), milliseconds(2000));
        QCOMPARE(PollPace(0.0).wait(), milliseconds(100));
        QCOMPARE(PollPace(-7.0).wait(), milliseconds(100));
        QCOMPARE(PollPace(1e300).wait(), milliseconds(60000));
        PollPace pace(3.0);
        pace.slowDown();
        pace.slowDown();
        QCOMPARE(pace.wait(), milliseconds(13000));
    }

    void configurationsThatLie_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value"); // {me} is the issuer
        QTest::newRow("somebody else") << QByteArray("issuer") << QByteArray("https://login.example.org");
        QTest::newRow("nearly the same") << QByteArray("issuer") << QByteArray("{me}/realm");
        QTest::newRow("no issuer") << QByteArray("issuer") << QByteArray();
        QTest::newRow("tokens in the clear") << QByteArray("token_endpoint") << QByteArray("http://example.org/token");
        QTest::newRow("with a user") << QByteArray("token_endpoint") << QByteArray("https://a:b@example.org/token");
        QTest::newRow("no tokens") << QByteArray("token_endpoint") << QByteArray();
        QTest::newRow("a file") << QByteArray("token_endpoint") << QByteArray("file:///tmp/token");
        QTest::newRow("devices in the clear")
            << QByteArray("device_authorization_endpoint") << QByteArray("http://example.org/device");
    }
    void configurationsThatLie()
    {
        QFETCH(QByteArray, member);
        QFETCH(QByteArray, value);
        Issuer issuer;
        value.replace("{me}", issuer.url().toEncoded(QUrl::StripTrailingSlash));
        issuer.answers[QStringLiteral("/.well-known/openid-configuration")] = [&](const server::Request &) {
            Json configuration = issuer.configuration();
            configuration[member.toStdString()] = value.toStdString();
            return json(configuration);
        };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::InvalidInput);
        for (const auto &request : issuer.requests())
            QCOMPARE(request.path, QStringLiteral("/.well-known/openid-configuration"));
    }
    void configurationFromElsewhere()
    {
        const Issuer other;
        Issuer issuer;
        QUrl elsewhere = other.url(QStringLiteral("/.well-known/openid-configuration"));
        issuer.answers[QStringLiteral("/.well-known/openid-configuration")] = [&](const server::Request &) {
            return test::redirect(elsewhere);
        };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::InvalidInput);
        QCOMPARE(other.count(QStringLiteral("/device")), 0);
    }
    void issuerInTheClear()
    {
        const Issuer issuer;
        Json text = definition(issuer, "clientCredentials");
        ServiceKind kind = kindOf(text);
        kind.methods.front().issuer = QUrl(QStringLiteral("http://login.example.org"));
        const auto tokens = waitFor(TokenClient(m_http, kind, kind.methods.front()).signIn({}, {}));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::InvalidInput);
    }

    void tokenAnswersThatLie_data()
    {
        QTest::addColumn<QByteArray>("answer");
        const auto row = [](const char *name, const char *member, const Json &value) {
            Json answer = Issuer::tokens();
            answer[member] = value;
            QTest::newRow(name) << toText(answer);
        };
        row("two lines", "access_token", "abc\r\nX-Evil: 1");
        row("a space", "access_token", "abc def");
        row("not a text", "access_token", 7);
        row("nothing", "access_token", nullptr);
        row("too long", "access_token", std::string(40000, 'a'));
        row("a kind that needs more", "token_type", "DPoP");
        row("an ID token that is none", "id_token", "abc");
        row("an ID token of somebody", "id_token", jwt({{"iss", "https://example.org"}}).toStdString());
        QTest::newRow("a page") << QByteArray("<html>Welcome</html>");
        QTest::newRow("a list") << QByteArray("[]");
        QTest::newRow("nothing at all") << QByteArray();
        QTest::newRow("deep") << QByteArray(100000, '[');
        QTest::newRow("huge") << QByteArray(3 << 20, ' ');
    }
    void tokenAnswersThatLie()
    {
        QFETCH(QByteArray, answer);
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) { return Response::json(answer); };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QVERIFY(!tokens.error().message.isEmpty());
        QVERIFY(!tokens.error().message.contains(QLatin1String(test::canaryMark)));
    }
    void idTokensThatLie_data()
    {
        QTest::addColumn<QByteArray>("member");
        QTest::addColumn<QByteArray>("value"); // JSON
        QTest::newRow("another's") << QByteArray("iss") << QByteArray("\"https://example.org\"");
        QTest::newRow("for another") << QByteArray("aud") << QByteArray("\"qgis\"");
        QTest::newRow("for others") << QByteArray("aud") << QByteArray("[\"qgis\",\"web\"]");
        QTest::newRow("for nobody") << QByteArray("aud") << QByteArray("null");
        QTest::newRow("old") << QByteArray("exp") << QByteArray("1000000000");
        QTest::newRow("of no age") << QByteArray("exp") << QByteArray("\"soon\"");
    }
    void idTokensThatLie()
    {
        QFETCH(QByteArray, member);
        QFETCH(QByteArray, value);
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            Json claims = issuer.claims();
            claims[member.toStdString()] = *parseJson(value);
            Json tokens = Issuer::tokens();
            tokens["id_token"] = jwt(claims).toStdString();
            return json(tokens);
        };
        Waits waits;
        const auto tokens = waitFor(device(issuer, waits));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::InvalidInput);
    }

    /// A token endpoint that leads away gets no second request sent for it, and nothing it leads to is believed.
    void tokensFromElsewhere_data()
    {
        QTest::addColumn<int>("status");
        for (const int status : {301, 302, 303, 307, 308})
            QTest::addRow("%d", status) << status;
    }
    void tokensFromElsewhere()
    {
        QFETCH(int, status);
        const Issuer other;
        Issuer issuer;
        const QUrl elsewhere = other.url(QStringLiteral("/token"));
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            return test::redirect(elsewhere, status);
        };
        Tokens old;
        old.refresh = test::canary("rt");
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(!tokens);
        QVERIFY2(tokens.error().code != ErrorCode::Unauthorized, qPrintable(tokens.error().message));
        for (const auto &request : other.requests()) {
            QVERIFY(!request.body.contains(test::canaryMark));
            QVERIFY(request.header("Authorization").isEmpty());
        }
    }

    void refusalsQuoteNoSecret()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [](const server::Request &request) {
            return json({{"error", "computer_says_no"},
                         {"error_description", "not good: " + field(request.body, "refresh_token").toStdString()}},
                        400);
        };
        Tokens old;
        old.refresh = Secret("abc-" + QByteArray(test::canaryMark));
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(!tokens);
        QVERIFY2(!tokens.error().message.contains(QLatin1String(test::canaryMark)), qPrintable(tokens.error().message));
    }

    void refreshRotates()
    {
        Issuer issuer;
        std::atomic<int> asked = 0;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            Json tokens = Issuer::tokens();
            if (asked++ == 0)
                tokens["refresh_token"] = canaryText("rt", "0002").toStdString();
            else
                tokens.erase("refresh_token");
            return json(tokens);
        };
        const TokenClient service = client(definition(issuer, "device"));
        Tokens old;
        old.refresh = test::canary("rt", "0001");
        old.who = QStringLiteral("ada");
        const auto first = waitFor(service.renew(old, {}));
        QVERIFY(first);
        QCOMPARE(first->refresh.reveal(), canaryText("rt", "0002"));
        QCOMPARE(first->who, QStringLiteral("ada"));
        const auto second = waitFor(service.renew(*first, {}));
        QVERIFY(second);
        QCOMPARE(second->refresh.reveal(), canaryText("rt", "0002")); // none was sent: the old one stays good

        const auto bodies = issuer.bodies(QStringLiteral("/token"));
        QCOMPARE(field(bodies[0], "grant_type"), QStringLiteral("refresh_token"));
        QCOMPARE(field(bodies[0], "refresh_token").toLatin1(), canaryText("rt", "0001"));
        QCOMPARE(field(bodies[0], "client_id"), QStringLiteral("astra"));
        QCOMPARE(field(bodies[1], "refresh_token").toLatin1(), canaryText("rt", "0002"));
    }

    void refreshRefused()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [](const server::Request &) { return refusal("invalid_grant"); };
        Tokens old;
        old.refresh = test::canary("rt");
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::Unauthorized);
        QVERIFY2(tokens.error().message.contains(u"Sign in again"), qPrintable(tokens.error().message));
    }
    /// What one issuer handed out is sent to no other, also where the definition names another by now.
    void anotherIssuerByNow()
    {
        const Issuer issuer;
        Tokens old;
        old.refresh = test::canary("rt");
        old.issuer = QUrl(QStringLiteral("https://login.example.org"));
        old.client = QStringLiteral("astra");
        const TokenClient service = client(definition(issuer, "device"));
        const auto tokens = waitFor(service.renew(old, {}));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::Unauthorized);
        QVERIFY2(tokens.error().message.contains(u"Sign in again"), qPrintable(tokens.error().message));
        QVERIFY(waitFor(service.signOut(old)));
        const QMap<QString, Secret> fields {{QStringLiteral("client"), Secret("robot")},
                                            {QStringLiteral("secret"), test::canary("s")}};
        old.refresh = Secret();
        QVERIFY(!waitFor(client(definition(issuer, "clientCredentials")).renew(old, fields)));
        QVERIFY(issuer.requests().empty());
    }
    /// The client that a token was handed out to stays its client.
    void sameClientAsBefore()
    {
        const Issuer issuer;
        Tokens old;
        old.refresh = test::canary("rt");
        old.issuer = issuer.url();
        old.client = QStringLiteral("astra-2025");
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(tokens);
        QCOMPARE(field(issuer.bodies(QStringLiteral("/token")).value(0), "client_id"), old.client);
        QCOMPARE(tokens->issuer, issuer.url());
        QCOMPARE(tokens->client, old.client);
    }
    void nothingToRenewWith()
    {
        const Issuer issuer;
        const auto tokens = waitFor(client(definition(issuer, "device")).renew({}, {}));
        QVERIFY(!tokens);
        QCOMPARE(tokens.error().code, ErrorCode::Unauthorized);
        QVERIFY(issuer.requests().empty());
    }
    /// A refresh token may be good only once: it is never sent a second time by itself.
    void refreshIsNotRepeated()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [](const server::Request &) {
            return Response::text(QStringLiteral("busy"), 503);
        };
        Tokens old;
        old.refresh = test::canary("rt");
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(!tokens);
        QVERIFY(tokens.error().code != ErrorCode::Unauthorized);
        QCOMPARE(issuer.count(QStringLiteral("/token")), 1);
    }

    /// Nor by Qt, which sends again what a connection did not answer before it ended.
    void refreshIsNotResent()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [](const server::Request &) {
            Response none;
            none.reset = true;
            return none;
        };
        Tokens old;
        old.refresh = test::canary("rt");
        const auto tokens = waitFor(client(definition(issuer, "device")).renew(old, {}));
        QVERIFY(!tokens);
        QVERIFY(tokens.error().code != ErrorCode::Unauthorized);
        QCOMPARE(issuer.count(QStringLiteral("/token")), 1);
    }

    void clientCredentials_data()
    {
        QTest::addColumn<bool>("inForm");
        QTest::newRow("header") << false;
        QTest::newRow("form") << true;
    }
    void clientCredentials()
    {
        QFETCH(bool, inForm);
        Issuer issuer;
        issuer.answers[QStringLiteral("/.well-known/openid-configuration")] = [&](const server::Request &) {
            Json configuration = issuer.configuration();
            if (inForm)
                configuration["token_endpoint_auth_methods_supported"] = {"client_secret_post"};
            return json(configuration);
        };
        const TokenClient service = client(definition(issuer, "clientCredentials"));
        const QByteArray secret = canaryText("a:b/", "%+1");
        const QMap<QString, Secret> fields {{QStringLiteral("client"), Secret("robot 1")},
                                            {QStringLiteral("secret"), Secret(secret)}};
        const auto tokens = waitFor(service.signIn(fields, {}));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        QCOMPARE(tokens->access.reveal(), canaryText("at"));
        const auto request = issuer.requests().back();
        QCOMPARE(field(request.body, "grant_type"), QStringLiteral("client_credentials"));
        if (inForm) {
            QCOMPARE(field(request.body, "client_id"), QStringLiteral("robot 1"));
            QCOMPARE(field(request.body, "client_secret").toLatin1(), secret);
            QVERIFY(request.header("Authorization").isEmpty());
        } else {
            const QByteArray pair = "robot%201:" + secret.toPercentEncoding();
            QCOMPARE(request.header("Authorization"), "Basic " + pair.toBase64());
            QVERIFY(!request.body.contains(test::canaryMark));
        }
        // Renewed with what was entered.
        Tokens old = *tokens;
        old.refresh = Secret();
        QVERIFY(waitFor(service.renew(old, fields)));
    }

    void browserFlow()
    {
        Issuer issuer;
        QString nonce;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            Json tokens = Issuer::tokens();
            tokens["id_token"] = jwt(issuer.claims(nonce)).toStdString();
            return json(tokens);
        };
        Taken taken;
        const auto tokens = browser(issuer, taken);
        QTRY_VERIFY(taken.has());
        const data::SignInPrompt prompt = *taken.prompt;
        QVERIFY(prompt.code.isEmpty());
        QCOMPARE(prompt.expires, begin.addSecs(300));
        const QUrlQuery asked(prompt.open);
        nonce = asked.queryItemValue(QStringLiteral("nonce"));
        QCOMPARE(prompt.open.adjusted(QUrl::RemoveQuery), issuer.url(QStringLiteral("/authorize")));
        QCOMPARE(asked.queryItemValue(QStringLiteral("theme")), QStringLiteral("dark"));
        QCOMPARE(asked.queryItemValue(QStringLiteral("response_type")), QStringLiteral("code"));
        QCOMPARE(asked.queryItemValue(QStringLiteral("client_id")), QStringLiteral("astra"));
        QCOMPARE(asked.queryItemValue(QStringLiteral("prompt")), QStringLiteral("consent"));
        QCOMPARE(asked.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded),
                 QStringLiteral("openid offline_access"));
        QVERIFY(asked.queryItemValue(QStringLiteral("state")).size() >= 43);
        QVERIFY(nonce.size() >= 43 && nonce != asked.queryItemValue(QStringLiteral("state")));
        const QUrl redirect(asked.queryItemValue(QStringLiteral("redirect_uri"), QUrl::FullyDecoded));
        QCOMPARE(redirect.host(), QStringLiteral("127.0.0.1"));

        // Strangers first: another page, no state, a wrong one, two of them.
        QCOMPARE(visit(redirect.resolved(QUrl(QStringLiteral("/favicon.ico")))).status, 404);
        QCOMPARE(visit(redirect).status, 403);
        const auto wrong = visit(
            back(prompt, {{QStringLiteral("code"), QStringLiteral("abc")}}, QStringLiteral("guess")));
        QCOMPARE(wrong.status, 403);
        QVERIFY2(wrong.body.contains("does not belong to the sign-in"), wrong.body.constData());
        QCOMPARE(visit(back(prompt,
                            {{QStringLiteral("state"), QStringLiteral("x")},
                             {QStringLiteral("code"), QStringLiteral("abc")}}))
                     .status,
                 403);
        QCOMPARE(issuer.count(QStringLiteral("/token")), 0);

        const auto page = visit(back(prompt, {{QStringLiteral("code"), QStringLiteral("the%2Bcode")}}));
        QCOMPARE(page.status, 200);
        QVERIFY2(page.body.contains("signed in at Example"), page.body.constData());
        QCOMPARE(page.header("Content-Type"), QByteArray("text/html; charset=utf-8"));
        QVERIFY(page.header("Content-Security-Policy").startsWith("default-src 'none'"));
        QVERIFY(!page.body.contains("http:") && !page.body.contains("https:") && !page.body.contains("<script"));
        const auto result = waitFor(tokens);
        QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
        QCOMPARE(result->who, QStringLiteral("ada@example.org"));

        const QByteArray body = issuer.bodies(QStringLiteral("/token")).value(0);
        QCOMPARE(field(body, "grant_type"), QStringLiteral("authorization_code"));
        QCOMPARE(field(body, "code"), QStringLiteral("the+code"));
        QCOMPARE(field(body, "redirect_uri"), redirect.toString());
        QCOMPARE(
            asked.queryItemValue(QStringLiteral("code_challenge")).toLatin1(),
            base64Url(QCryptographicHash::hash(field(body, "code_verifier").toLatin1(), QCryptographicHash::Sha256)));
        // Once answered, nobody is heard any more; then nobody listens any more.
        const int again = visit(back(prompt, {{QStringLiteral("code"), QStringLiteral("abc")}})).status;
        QVERIFY(again == 410 || again == 0);
        QCOMPARE(issuer.count(QStringLiteral("/token")), 1);
        QTRY_VERIFY(isClosed(redirect));
    }

    void browserAnswersThatLie_data()
    {
        QTest::addColumn<QString>("query");
        QTest::addColumn<int>("error");
        QTest::newRow("declined") << QStringLiteral("error=access_denied") << int(ErrorCode::Unauthorized);
        QTest::newRow("odd refusal") << QStringLiteral("error=<script>") << int(ErrorCode::Unauthorized);
        QTest::newRow("nothing") << QStringLiteral("hello=1") << int(ErrorCode::Unauthorized);
        QTest::newRow("another provider's")
            << QStringLiteral("code=abc&iss=https://example.org") << int(ErrorCode::InvalidInput);
        QTest::newRow("wrong nonce") << QStringLiteral("code=abc") << int(ErrorCode::InvalidInput);
    }
    void browserAnswersThatLie()
    {
        QFETCH(QString, query);
        QFETCH(int, error);
        Issuer issuer;
        issuer.answers[QStringLiteral("/token")] = [&](const server::Request &) {
            Json tokens = Issuer::tokens();
            tokens["id_token"] = jwt(issuer.claims(QStringLiteral("another"))).toStdString();
            return json(tokens);
        };
        Taken taken;
        const auto tokens = browser(issuer, taken);
        QTRY_VERIFY(taken.has());
        const auto page = visit(back(*taken.prompt, QUrlQuery(query).queryItems(QUrl::FullyDecoded)));
        QCOMPARE(page.status, 200);
        QVERIFY(page.body.contains("Not signed in") && !page.body.contains("<script"));
        const auto result = waitFor(tokens);
        QVERIFY(!result);
        QCOMPARE(int(result.error().code), error);
    }
    /// Who promises to say who it is has to (RFC 9207); and a missing ID token cannot hold the nonce.
    void browserWithoutProof_data()
    {
        QTest::addColumn<bool>("promised");
        QTest::newRow("issuer") << true;
        QTest::newRow("nonce") << false;
    }
    void browserWithoutProof()
    {
        QFETCH(bool, promised);
        Issuer issuer;
        issuer.answers[QStringLiteral("/.well-known/openid-configuration")] = [&](const server::Request &) {
            Json configuration = issuer.configuration();
            configuration["authorization_response_iss_parameter_supported"] = promised;
            return json(configuration);
        };
        Taken taken;
        const auto tokens = browser(issuer, taken);
        QTRY_VERIFY(taken.has());
        QCOMPARE(visit(back(*taken.prompt, {{QStringLiteral("code"), QStringLiteral("abc")}})).status, 200);
        const auto result = waitFor(tokens);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::InvalidInput);
        QCOMPARE(issuer.count(QStringLiteral("/token")), promised ? 0 : 1);
    }

    void browserStops()
    {
        const Issuer issuer;
        StopSource stop;
        Taken taken;
        const auto tokens = browser(issuer, taken, stop.get_token());
        QTRY_VERIFY(taken.has());
        stop.request_stop();
        const auto result = waitFor(tokens);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QTRY_VERIFY(isClosed(back(*taken.prompt, {})));
    }
    void browserTimesOut()
    {
        const Issuer issuer;
        const ServiceKind kind = kindOf(definition(issuer, "browser"));
        std::optional<data::SignInPrompt> prompt;
        auto *signIn = new BrowserSignIn(
            {m_http, [&prompt](const data::SignInPrompt &told) { prompt = told; }, [this] { return m_now; }, {}},
            std::chrono::milliseconds(30));
        const auto result = waitFor(signIn->run(findOidc(m_http, kind, kind.methods.front(), {}, {})));
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Timeout);
        QVERIFY(prompt);
        QTRY_VERIFY(isClosed(back(*prompt, {})));
    }

    void portsThatTheProviderKnows()
    {
        QTcpServer other;
        QTcpServer free;
        QVERIFY(other.listen(QHostAddress::LocalHost) && free.listen(QHostAddress::LocalHost));
        const auto place = [](const QTcpServer &at) {
            return QUrl(QStringLiteral("http://localhost:%1/callback").arg(at.serverPort()));
        };
        const QList<QUrl> places {QUrl(QStringLiteral("https://example.org/back")), place(other), place(free)};
        const auto none = CallbackListener::start(places, Secret("s"), QStringLiteral("Example"));
        QVERIFY(!none);
        QVERIFY2(none.error().message.contains(QString::number(other.serverPort())), qPrintable(none.error().message));
        free.close();
        const auto listener = CallbackListener::start(places, Secret("s"), QStringLiteral("Example"));
        QVERIFY(listener);
        QCOMPARE((*listener)->redirect(), places.last());
        QCOMPARE(visit(places.last().resolved(QUrl(QStringLiteral("/")))).status, 404);
        const auto foreign = CallbackListener::start({places.first()}, Secret("s"), QStringLiteral("Example"));
        QVERIFY(!foreign);
        QCOMPARE(foreign.error().code, ErrorCode::Unsupported);
    }

    void signingOutIsTold()
    {
        Issuer issuer;
        issuer.answers[QStringLiteral("/revoke")] = [](const server::Request &) { return Response(); };
        Tokens tokens;
        tokens.access = test::canary("at");
        tokens.refresh = test::canary("rt");
        QVERIFY(waitFor(client(definition(issuer, "device")).signOut(tokens)));
        const QByteArray body = issuer.bodies(QStringLiteral("/revoke")).value(0);
        QCOMPARE(field(body, "token").toLatin1(), canaryText("rt"));
        QCOMPARE(field(body, "client_id"), QStringLiteral("astra"));
    }

    /// RFC 7636, appendix B.
    void challenge()
    {
        QCOMPARE(challengeFor("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
                 QByteArray("E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"));
        const QByteArray one = randomText();
        QCOMPARE(one.size(), 43);
        QVERIFY(one != randomText());
    }
};

QTEST_GUILESS_MAIN(SignInTest)
#include "tst_signin.moc"
