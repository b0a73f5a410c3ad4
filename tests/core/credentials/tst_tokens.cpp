// SPDX-License-Identifier: Apache-2.0
// Tokens: what they say of themselves, a service's own login, openEO's logins, and how long one is used.
#include "core/credentials/openeologin.h"
#include "core/credentials/tokens.h"
#include "tests/support/canary.h"
#include "tests/support/scriptedserver.h"

#include <QTest>
#include <QUrlQuery>

#include <atomic>

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

QByteArray jwtOf(const QByteArray &payload)
{
    return base64Url("{\"alg\":\"HS256\"}") + '.' + base64Url(payload) + '.' + base64Url("signature");
}

Response json(const Json &value, int status = 200) { return Response::json(toText(value), status); }

ServiceKind kindOf(const Json &definition)
{
    const auto kind = ServiceKind::fromJson(definition);
    if (!kind)
        qFatal("%s", qPrintable(kind.error().message));
    return *kind;
}

/// A service with a login of its own, as Astromesh's code has it.
Json sessionDefinition(const QUrl &address)
{
    const std::string base = address.toString(QUrl::StripTrailingSlash).toStdString();
    return {
        {"id", "agents"},
        {"title", "Agents"},
        {"group", "other"},
        {"about", "A service."},
        {"hosts", {base}},
        {"base", base},
        {"signIn",
         {{{"id", "dev"},
           {"type", "session"},
           {"title", "Login"},
           {"fields", {{{"name", "email"}, {"label", "E-mail"}, {"secret", false}}}},
           {"login",
            {{"method", "POST"},
             {"path", "/auth/dev"},
             {"body", {{"email", "{email}"}}},
             {"answer",
              {{"access", {"/access_token", "/token"}},
               {"refresh", "/refresh_token"},
               {"expiresIn", "/expires_in"},
               {"org", "/org_slug"},
               {"who", "/user/email"}}}}},
           {"refresh", {{"method", "POST"}, {"path", "/auth/refresh"}, {"query", {{"refresh_token", "{refresh}"}}}}},
           {"logout", {{"method", "POST"}, {"path", "/auth/logout"}, {"body", {{"refresh_token", "{refresh}"}}}}}}}}};
}

Json openEoDefinition(const QUrl &address, const Json &method)
{
    const std::string base = address.toString(QUrl::StripTrailingSlash).toStdString();
    return {{"id", "openeo"},  {"title", "Back-end"}, {"group", "processing"}, {"about", "A back-end."},
            {"hosts", {base}}, {"base", base},        {"openEo", true},        {"signIn", {method}}};
}

const Json basicMethod {
    {"id", "basic"},
    {"type", "basic"},
    {"title", "Password"},
    {"fields",
     {{{"name", "user"}, {"label", "User"}, {"secret", false}}, {{"name", "password"}, {"label", "Password"}}}}};

} // namespace

class TokensTest : public QObject
{
    Q_OBJECT

    QDateTime m_now = begin;
    std::shared_ptr<net::HttpClient> m_http;

    [[nodiscard]] TokenClient::Clock clock() const
    {
        return [this] { return m_now; };
    }
    [[nodiscard]] TokenClient client(const Json &definition) const
    {
        const ServiceKind kind = kindOf(definition);
        return {m_http, kind, kind.methods.front(), clock()};
    }
    static QMap<QString, Secret> login(const QByteArray &user, const QByteArray &password)
    {
        return {{QStringLiteral("user"), Secret(user)}, {QStringLiteral("password"), Secret(password)}};
    }

private Q_SLOTS:
    void init()
    {
        m_now = begin;
        m_http = net::HttpClient::create();
    }

    void endOfToken_data()
    {
        QTest::addColumn<QByteArray>("token");
        QTest::addColumn<QDateTime>("end");
        const QDateTime none;
        QTest::newRow("seconds") << jwtOf("{\"exp\":1772366400}") << begin;
        QTest::newRow("fraction") << jwtOf("{\"exp\":1772366400.75}") << begin;
        // From RFC 7519, 3.1.
        QTest::newRow("RFC 7519") << QByteArray(
            "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6"
            "Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
                                  << QDateTime(QDate(2011, 3, 22), QTime(18, 43), Qt::UTC);
        QTest::newRow("no end") << jwtOf("{\"sub\":\"ada\"}") << none;
        QTest::newRow("text") << jwtOf("{\"exp\":\"1772366400\"}") << none;
        QTest::newRow("before 1970") << jwtOf("{\"exp\":-5}") << none;
        QTest::newRow("after all years") << jwtOf("{\"exp\":1e300}") << none;
        QTest::newRow("a list") << jwtOf("[1772366400]") << none;
        QTest::newRow("no JSON") << jwtOf("exp=1772366400") << none;
        QTest::newRow("not UTF-8") << jwtOf("{\"exp\":1772366400,\"a\":\"\xff\"}") << none;
        QTest::newRow("deep") << jwtOf(QByteArray(5000, '[')) << none;
        QTest::newRow("two parts") << QByteArray("e30.e30") << none;
        QTest::newRow("five parts") << QByteArray("e30.e30.e30.e30.e30") << none;
        QTest::newRow("not base64url") << QByteArray("e30.{\"exp\":1}.x") << none;
        QTest::newRow("plain base64") << QByteArray("e30.+/+/.x") << none;
        QTest::newRow("dots") << QByteArray("..") << none;
        QTest::newRow("nothing") << QByteArray() << none;
        QTest::newRow("a key") << canaryText("astra_sk_live_") << none;
        QTest::newRow("huge") << jwtOf("{\"exp\":1772366400,\"pad\":\"" + QByteArray(1 << 20, 'x') + "\"}") << none;
    }
    void endOfToken()
    {
        QFETCH(QByteArray, token);
        QFETCH(QDateTime, end);
        QCOMPARE(jwtExpiry(Secret(token)), end);
    }

    void lifeOfToken_data()
    {
        QTest::addColumn<QByteArray>("life");
        QTest::addColumn<QByteArray>("payload");
        QTest::addColumn<qint64>("seconds"); // -1: not told
        const auto at = [](qint64 seconds) { return QByteArray::number(begin.toSecsSinceEpoch() + seconds); };
        QTest::newRow("told") << QByteArray("600") << QByteArray("{}") << qint64(600);
        QTest::newRow("as text") << QByteArray("\"600\"") << QByteArray("{}") << qint64(600);
        QTest::newRow("told before written")
            << QByteArray("600") << QByteArray("{\"exp\":" + at(9000) + "}") << qint64(600);
        QTest::newRow("written") << QByteArray("null") << QByteArray("{\"exp\":" + at(3600) + "}") << qint64(600);
        QTest::newRow("written with its beginning")
            << QByteArray("null") << QByteArray("{\"iat\":" + at(0) + ",\"exp\":" + at(900) + "}") << qint64(900);
        QTest::newRow("over already") << QByteArray("null") << QByteArray("{\"exp\":" + at(-900) + "}") << qint64(0);
        QTest::newRow("negative") << QByteArray("-5") << QByteArray("{}") << qint64(0);
        QTest::newRow("endless") << QByteArray("1e300") << QByteArray("{}") << qint64(3660) * 24 * 3600;
        QTest::newRow("nowhere") << QByteArray("null") << QByteArray("{}") << qint64(-1);
    }
    /// The service's clock is 50 minutes ahead of ours: what it says of lives holds all the same.
    void lifeOfToken()
    {
        QFETCH(QByteArray, life);
        QFETCH(QByteArray, payload);
        QFETCH(qint64, seconds);
        const auto tokens = tokensFrom(jwtOf(payload).toStdString(), nullptr, *parseJson(life),
                                       {begin, begin.addSecs(3000)}, QStringLiteral("Example"));
        QVERIFY(tokens);
        QCOMPARE(tokens->expires, seconds < 0 ? QDateTime() : begin.addSecs(seconds));
    }

    void ownLogin()
    {
        std::atomic<int> refreshes = 0;
        const ScriptedServer service([&](const server::Request &request) {
            if (request.path == u"/auth/dev")
                return json({{"token", canaryText("at", "0001").toStdString()},
                             {"refresh_token", canaryText("rt", "0001").toStdString()},
                             {"expires_in", 900},
                             {"user", {{"email", "ada@example.org"}}},
                             {"org_slug", "ada-1"}});
            if (request.path == u"/auth/refresh") {
                ++refreshes;
                return json({{"access_token", canaryText("at", "0002").toStdString()},
                             {"refresh_token", canaryText("rt", "0002").toStdString()},
                             {"expires_in", 900}});
            }
            return json({{"status", "ok"}});
        });
        const TokenClient agents = client(sessionDefinition(service.url()));
        const auto tokens = waitFor(agents.signIn({{QStringLiteral("email"), Secret("ada@example.org")}}, {}));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        QCOMPARE(tokens->access.reveal(), canaryText("at", "0001"));
        QCOMPARE(tokens->refresh.reveal(), canaryText("rt", "0001"));
        QCOMPARE(tokens->expires, begin.addSecs(900));
        QCOMPARE(tokens->who, QStringLiteral("ada@example.org"));
        QCOMPARE(tokens->values, (QMap<QString, QString> {{QStringLiteral("org"), QStringLiteral("ada-1")}}));
        const auto asked = parseJson(service.requests().front().body);
        QCOMPARE(stringAt(*asked, "email"), QStringLiteral("ada@example.org"));

        const auto renewed = waitFor(agents.renew(*tokens, {}));
        QVERIFY2(renewed, qPrintable(renewed ? QString() : renewed.error().message));
        QCOMPARE(renewed->access.reveal(), canaryText("at", "0002"));
        QCOMPARE(renewed->refresh.reveal(), canaryText("rt", "0002"));
        QCOMPARE(renewed->values, tokens->values);
        QCOMPARE(renewed->who, tokens->who);
        QCOMPARE(service.requests().back().query.queryItemValue(QStringLiteral("refresh_token")).toLatin1(),
                 canaryText("rt", "0001"));

        QVERIFY(waitFor(agents.signOut(*renewed)));
        const auto farewell = service.requests().back();
        QCOMPARE(farewell.path, QStringLiteral("/auth/logout"));
        QCOMPARE(farewell.header("Authorization"), "Bearer " + canaryText("at", "0002"));
        QCOMPARE(stringAt(*parseJson(farewell.body), "refresh_token").toLatin1(), canaryText("rt", "0002"));

        Tokens without = *tokens;
        without.refresh = Secret();
        const auto ended = waitFor(agents.renew(without, {}));
        QVERIFY(!ended);
        QCOMPARE(ended.error().code, ErrorCode::Unauthorized);
        QCOMPARE(refreshes.load(), 1);
    }

    void ownLoginRefused_data()
    {
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("words");
        QTest::newRow("planned") << 501 << QByteArray("{\"detail\":\"Not implemented\"}") << int(ErrorCode::Unsupported)
                                 << QStringLiteral("not available yet");
        QTest::newRow("wrong") << 401 << QByteArray("{\"detail\":\"Invalid refresh token\"}")
                               << int(ErrorCode::Unauthorized) << QStringLiteral("Agents");
        QTest::newRow("no token") << 200 << QByteArray("{\"expires_in\":900}") << int(ErrorCode::InvalidInput)
                                  << QStringLiteral("no token");
        QTest::newRow("a page") << 200 << QByteArray("<html></html>") << int(ErrorCode::InvalidInput)
                                << QStringLiteral("Agents");
        QTest::newRow("a list") << 200 << QByteArray("[1]") << int(ErrorCode::InvalidInput)
                                << QStringLiteral("no token");
    }
    void ownLoginRefused()
    {
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(int, code);
        QFETCH(QString, words);
        const ScriptedServer service([&](const server::Request &) { return Response::json(body, status); });
        const auto tokens = waitFor(client(sessionDefinition(service.url()))
                                        .signIn({{QStringLiteral("email"), Secret("ada@example.org")}}, {}));
        QVERIFY(!tokens);
        QCOMPARE(int(tokens.error().code), code);
        QVERIFY2(tokens.error().message.contains(words), qPrintable(tokens.error().message));
    }

    void basicWithEachRequest()
    {
        Json definition = openEoDefinition(QUrl(QStringLiteral("https://api.example.org")), basicMethod);
        definition.erase("openEo");
        const TokenClient service = client(definition);
        const auto tokens = waitFor(service.signIn(login("Aladdin", "open sesame"), {}));
        QVERIFY(tokens);
        QCOMPARE(tokens->access.reveal(), QByteArray("QWxhZGRpbjpvcGVuIHNlc2FtZQ==")); // RFC 7617, 2
        QVERIFY(!tokens->expires.isValid());
        QCOMPARE(tokens->who, QStringLiteral("Aladdin"));
    }

    void openEoBasic_data()
    {
        QTest::addColumn<bool>("wellKnown");
        QTest::addColumn<QByteArray>("conforms"); // JSON; empty: only /conformance tells
        QTest::addColumn<QString>("prefix");
        const QByteArray plain
            = "[\"https://api.openeo.org/1.3.0\",\"https://api.openeo.org/1.3.0/authentication/jwt\"]";
        QTest::newRow("older") << true << QByteArray("[\"https://api.openeo.org/1.2.0\"]") << QStringLiteral("basic//");
        QTest::newRow("newer") << true << plain << QString();
        QTest::newRow("conformance apart") << true << QByteArray() << QString();
        QTest::newRow("address is the API") << false << QByteArray("[]") << QStringLiteral("basic//");
    }
    void openEoBasic()
    {
        QFETCH(bool, wellKnown);
        QFETCH(QByteArray, conforms);
        QFETCH(QString, prefix);
        const QString root = wellKnown ? QStringLiteral("/openeo/1.2") : QString();
        ScriptedServer service([&](const server::Request &request) {
            const auto at = [&](const char *path) { return service.url(QLatin1String(path)).toString().toStdString(); };
            if (wellKnown && request.path == u"/.well-known/openeo")
                return json({{"versions",
                              {{{"url", at("/openeo/1.1/")}, {"api_version", "1.1.0"}, {"production", true}},
                               {{"url", at("/openeo/1.2/")}, {"api_version", "1.10.0"}, {"production", true}},
                               {{"url", at("/openeo/1.3/")}, {"api_version", "1.30.0"}, {"production", false}},
                               {{"url", at("/openeo/0.4/")}, {"api_version", "0.4.2"}, {"production", true}}}}});
            if (request.path == (root.isEmpty() ? QStringLiteral("/") : root)) {
                Json told {{"api_version", "1.2.0"}};
                if (!conforms.isEmpty())
                    told["conformsTo"] = *parseJson(conforms);
                return json(told);
            }
            if (request.path == root + u"/conformance")
                return json({{"conformsTo", {"https://api.openeo.org/1.2.0/authentication/jwt"}}});
            if (request.path == root + u"/credentials/basic") {
                if (request.header("Authorization") == "Basic " + QByteArray("ada:" + canaryText("pw")).toBase64())
                    return json({{"access_token", canaryText("at").toStdString()}});
                return json({{"code", "CredentialsInvalid"}, {"message", "Credentials are not correct."}}, 403);
            }
            return json({{"code", "NotFound"}}, 404);
        });
        const TokenClient backEnd = client(openEoDefinition(service.url(), basicMethod));
        const auto tokens = waitFor(backEnd.signIn(login("ada", canaryText("pw")), {}));
        QVERIFY2(tokens, qPrintable(tokens ? QString() : tokens.error().message));
        QCOMPARE(tokens->access.reveal(), canaryText("at"));
        QCOMPARE(tokens->prefix, prefix);
        QCOMPARE(tokens->who, QStringLiteral("ada"));
        QCOMPARE(tokens->values.value(QStringLiteral("api")), service.url(root).toString());

        const auto refused = waitFor(backEnd.signIn(login("ada", canaryText("pw", "9999")), {}));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QVERIFY2(refused.error().message.contains(u"password"), qPrintable(refused.error().message));

        // Renewed with what was entered.
        const auto renewed = waitFor(backEnd.renew(*tokens, login("ada", canaryText("pw"))));
        QVERIFY(renewed);
        QCOMPARE(renewed->prefix, prefix);
    }

    /// A back-end at another host than the one entered gets no password.
    void openEoElsewhere()
    {
        const ScriptedServer other([](const server::Request &) { return json({{"access_token", "abc"}}); });
        const ScriptedServer service([&](const server::Request &) {
            return json({{"versions", {{{"url", other.url().toString().toStdString()}, {"api_version", "1.2.0"}}}}});
        });
        const auto tokens = waitFor(
            client(openEoDefinition(service.url(), basicMethod)).signIn(login("ada", canaryText("pw")), {}));
        QVERIFY(!tokens);
        QVERIFY2(tokens.error().message.contains(u"127.0.0.1"), qPrintable(tokens.error().message));
        QVERIFY(other.requests().empty());
    }

    void openEoClient_data()
    {
        QTest::addColumn<QByteArray>("flow");
        QTest::addColumn<bool>("lent"); // there is a client for it
        QTest::newRow("device") << QByteArray("device") << true;
        QTest::newRow("browser") << QByteArray("browser") << false;
    }
    void openEoClient()
    {
        QFETCH(QByteArray, flow);
        QFETCH(bool, lent);
        ScriptedServer service([&](const server::Request &request) {
            const auto at = [&](const char *path) { return service.url(QLatin1String(path)).toString().toStdString(); };
            if (request.path == u"/")
                return json({{"api_version", "1.2.0"}, {"conformsTo", Json::array()}});
            if (request.path == u"/credentials/oidc")
                return json({{"providers",
                              {{{"id", "a/b"}, {"issuer", at("/wrong")}},
                               {{"id", "CDSE"},
                                {"issuer", at("/realm/")},
                                {"scopes", {"openid", "email"}},
                                {"default_clients",
                                 {{{"id", "lent-1"},
                                   {"grant_types", {"implicit"}},
                                   {"redirect_urls", {"http://localhost:1410/"}}},
                                  {{"id", "lent-2"},
                                   {"grant_types",
                                    {"urn:ietf:params:oauth:grant-type:device_code+pkce", "refresh_token"}}}}}}}}});
            if (request.path == u"/realm/.well-known/openid-configuration")
                return json({{"issuer", at("/realm")},
                             {"token_endpoint", at("/token")},
                             {"device_authorization_endpoint", at("/device")},
                             {"authorization_endpoint", at("/authorize")},
                             {"code_challenge_methods_supported", {"S256"}},
                             {"scopes_supported", {"openid", "offline_access"}}});
            if (request.path == u"/device")
                return json({{"device_code", canaryText("dev").toStdString()},
                             {"user_code", "ABCD"},
                             {"verification_uri", at("/code")},
                             {"interval", 0.1}});
            if (request.path == u"/token")
                return json({{"access_token", canaryText("at").toStdString()}, {"token_type", "bearer"}});
            return json({{"code", "NotFound"}}, 404);
        });
        const Json method {{"id", "login"}, {"type", "oidc"}, {"flow", flow.toStdString()}, {"title", "Login"}};
        const TokenClient backEnd = client(openEoDefinition(service.url(), method));
        const auto tokens = waitFor(backEnd.signIn({}, {}));
        QCOMPARE(tokens.has_value(), lent);
        if (!lent) {
            QCOMPARE(tokens.error().code, ErrorCode::Unsupported);
            return;
        }
        QCOMPARE(tokens->prefix, QStringLiteral("oidc/CDSE/"));
        for (const auto &request : service.requests()) {
            if (request.path != u"/device")
                continue;
            const QUrlQuery form(QString::fromLatin1(request.body));
            QCOMPARE(form.queryItemValue(QStringLiteral("client_id")), QStringLiteral("lent-2"));
            QCOMPARE(form.queryItemValue(QStringLiteral("scope"), QUrl::FullyDecoded),
                     QStringLiteral("openid email offline_access"));
        }
    }

    // --- TokenSession
    // ---------------------------------------------------------------------------------------------------

    void renewedEarlyAndOnce()
    {
        std::atomic<int> serial = 1;
        const ScriptedServer service([&](const server::Request &) {
            const QByteArray number = QByteArray::number(++serial).rightJustified(4, '0');
            return json({{"access_token", canaryText("at", number).toStdString()},
                         {"refresh_token", canaryText("rt", number).toStdString()},
                         {"expires_in", 900}});
        });
        const auto session = this->session(service);
        QCOMPARE(session->expires(), begin.addSecs(900));
        QCOMPARE(waitFor(session->access(false))->reveal(), "test/" + canaryText("at", "0001"));
        m_now = begin.addSecs(599);
        QCOMPARE(waitFor(session->access(false))->reveal(), "test/" + canaryText("at", "0001"));
        QCOMPARE(service.requests().size(), size_t(0));

        // Five minutes before its end, however many ask.
        m_now = begin.addSecs(601);
        std::vector<Future<Secret>> asking;
        asking.reserve(20);
        for (int i = 0; i < 20; ++i)
            asking.push_back(session->access(false));
        for (const auto &one : asking)
            QCOMPARE(waitFor(one)->reveal(), canaryText("at", "0002"));
        QCOMPARE(service.requests().size(), size_t(1));
        QCOMPARE(session->expires(), m_now.addSecs(900));
        QCOMPARE(m_renewed, (std::vector<QByteArray> {canaryText("rt", "0002")}));
        QVERIFY(!session->ended());
    }

    void renewedOnceWhenRefused()
    {
        std::atomic<int> serial = 1;
        const ScriptedServer service([&](const server::Request &) {
            return json(
                {{"access_token", canaryText("at", QByteArray::number(++serial)).toStdString()}, {"expires_in", 900}});
        });
        const auto session = this->session(service);
        QCOMPARE(waitFor(session->access(true))->reveal(), canaryText("at", "2"));
        // What refuses the new one too means something else by it.
        QCOMPARE(waitFor(session->access(true))->reveal(), canaryText("at", "2"));
        QCOMPARE(service.requests().size(), size_t(1));
        m_now = begin.addSecs(31);
        QCOMPARE(waitFor(session->access(true))->reveal(), canaryText("at", "3"));
        QVERIFY(m_renewed.empty()); // the refresh token is the same
    }

    void fetchedWhenThereIsNone()
    {
        const ScriptedServer service([](const server::Request &) {
            return json({{"access_token", canaryText("at", "2").toStdString()}, {"expires_in", 900}});
        });
        Tokens kept;
        kept.refresh = test::canary("rt");
        const auto session = this->session(service, kept);
        QCOMPARE(waitFor(session->access(false))->reveal(), canaryText("at", "2"));
    }

    void servesOnWhileRenewingFails()
    {
        std::atomic<bool> broken = true;
        const ScriptedServer service([&](const server::Request &) {
            return broken ? Response::text(QStringLiteral("busy"), 503)
                          : json({{"access_token", canaryText("at", "2").toStdString()}, {"expires_in", 900}});
        });
        const auto session = this->session(service);
        m_now = begin.addSecs(700);
        QCOMPARE(waitFor(session->access(false))->reveal(), "test/" + canaryText("at", "0001"));
        QCOMPARE(waitFor(session->access(false))->reveal(), "test/" + canaryText("at", "0001"));
        QCOMPARE(service.requests().size(), size_t(1)); // not with every request
        m_now = begin.addSecs(901);
        const auto ended = waitFor(session->access(false));
        QVERIFY(!ended);
        QVERIFY(ended.error().code != ErrorCode::Unauthorized);
        QVERIFY(!session->ended());
        broken = false;
        QCOMPARE(waitFor(session->access(false)).error(), ended.error()); // nor is it now
        QCOMPARE(service.requests().size(), size_t(2));
        m_now = m_now.addSecs(5);
        QCOMPARE(waitFor(session->access(false))->reveal(), canaryText("at", "2"));
    }

    void endsWhenRefused()
    {
        const ScriptedServer service([](const server::Request &) {
            return json({{"detail", "Invalid refresh token"}}, 401);
        });
        const auto session = this->session(service);
        m_now = begin.addSecs(700);
        const auto first = waitFor(session->access(false));
        QVERIFY(!first);
        QCOMPARE(first.error().code, ErrorCode::Unauthorized);
        QVERIFY(session->ended());
        QVERIFY(!waitFor(session->access(true)));
        QCOMPARE(service.requests().size(), size_t(1)); // it is not asked again
        QVERIFY(m_renewed.empty());
    }

    void endsOnlyWhenRefusedForGood_data()
    {
        QTest::addColumn<bool>("oidc");
        QTest::addColumn<int>("status");
        QTest::addColumn<QByteArray>("body");
        QTest::addColumn<bool>("ends");
        const auto row = [](const char *name, bool oidc, int status, const QByteArray &body, bool ends) {
            QTest::newRow(name) << oidc << status << body << ends;
        };
        const QByteArray page = "<html><title>Proxy</title></html>";
        row("provider: grant", true, 400, R"({"error":"invalid_grant"})", true);
        row("provider: client", true, 401, R"({"error":"invalid_client"})", true);
        row("provider: client may not", true, 400, R"({"error":"unauthorized_client"})", true);
        row("provider: at the moment", true, 400, R"({"error":"temporarily_unavailable"})", false);
        row("provider: declined", true, 400, R"({"error":"access_denied"})", false);
        row("provider: 401 of somebody", true, 401, page, false);
        row("provider: 402", true, 402, R"({"message":"pay"})", false);
        row("provider: a proxy's page", true, 403, page, false);
        row("provider: busy", true, 503, page, false);
        row("login: refused", false, 401, R"({"detail":"Invalid refresh token"})", true);
        row("login: 402", false, 402, R"({"detail":"pay"})", false);
        row("login: a proxy's page", false, 403, page, false);
        row("login: forbidden", false, 403, R"({"code":"FORBIDDEN","message":"too many"})", false);
        row("login: busy", false, 503, page, false);
    }
    void endsOnlyWhenRefusedForGood()
    {
        QFETCH(bool, oidc);
        QFETCH(int, status);
        QFETCH(QByteArray, body);
        QFETCH(bool, ends);
        std::atomic<bool> refuses = true;
        const ScriptedServer service([&](const server::Request &request) {
            if (request.path == u"/.well-known/openid-configuration")
                return json({{"issuer", service.url().toString().toStdString()},
                             {"token_endpoint", service.url(QStringLiteral("/token")).toString().toStdString()}});
            return refuses ? Response::json(body, status)
                           : json({{"access_token", canaryText("at", "2").toStdString()}, {"expires_in", 900}});
        });
        Json definition = sessionDefinition(service.url());
        if (oidc)
            definition["signIn"] = {{{"id", "sso"},
                                     {"type", "oidc"},
                                     {"flow", "device"},
                                     {"title", "Login"},
                                     {"issuer", service.url().toString().toStdString()},
                                     {"client", "astra"}}};
        Tokens tokens;
        tokens.refresh = test::canary("rt", "0001");
        const auto session = this->session(definition, tokens);
        const auto refused = waitFor(session->access(false));
        QVERIFY(!refused);
        QCOMPARE(session->ended(), ends);
        QCOMPARE(refused.error().code == ErrorCode::Unauthorized, ends);
        refuses = false;
        m_now = m_now.addSecs(5);
        QCOMPARE(waitFor(session->access(false)).has_value(), !ends); // it is tried again later
    }
    /// The same where every public document is refused by something in between.
    void endsNotWhenNobodyCanBeFound()
    {
        const ScriptedServer service([](const server::Request &) { return Response::text(QStringLiteral("no"), 403); });
        Json definition = openEoDefinition(service.url(),
                                           {{"id", "sso"}, {"type", "oidc"}, {"flow", "device"}, {"title", "Login"}});
        Tokens tokens;
        tokens.refresh = test::canary("rt");
        tokens.issuer = service.url();
        tokens.client = QStringLiteral("astra");
        const auto session = this->session(definition, tokens);
        QVERIFY(!waitFor(session->access(false)));
        QVERIFY(!session->ended());
    }

    /// A refresh token may be good only once: Qt must not send it again when a connection ends without an answer, even
    /// where it stands in the address and the body is empty.
    void isNotResent()
    {
        const ScriptedServer service([](const server::Request &) {
            Response none;
            none.reset = true;
            return none;
        });
        Tokens tokens;
        tokens.refresh = test::canary("rt", "0001");
        const auto session = this->session(service, tokens);
        const auto failed = waitFor(session->access(false));
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Network);
        QVERIFY(!session->ended());
        QCOMPARE(service.count(QStringLiteral("/auth/refresh")), 1);
    }

    /// What another process was given meanwhile comes first, and is only used where it is for the same client. After a
    /// refusal it is looked for once more, a little later.
    void takesWhatIsKeptByNow_data()
    {
        QTest::addColumn<QByteArray>("kept"); // four digits each, one for every look
        QTest::addColumn<QString>("client");
        QTest::addColumn<QByteArray>("presented");
        QTest::addColumn<int>("looks");
        QTest::newRow("another") << QByteArray("0002") << QString() << QByteArray("0002") << 1;
        QTest::newRow("the same") << QByteArray("0001 0001") << QString() << QByteArray("0001") << 2;
        QTest::newRow("nothing") << QByteArray() << QString() << QByteArray("0001") << 2;
        QTest::newRow("refused, too") << QByteArray("0009 0009") << QString() << QByteArray("0009 0001") << 2;
        QTest::newRow("another's") << QByteArray("0002 0002") << QStringLiteral("somebody") << QByteArray("0001") << 2;
        QTest::newRow("a moment later") << QByteArray("0001 0002") << QString() << QByteArray("0001 0002") << 2;
        QTest::newRow("both are late") << QByteArray("0009 0002") << QString() << QByteArray("0009 0002") << 2;
    }
    void takesWhatIsKeptByNow()
    {
        QFETCH(QByteArray, kept);
        QFETCH(QString, client);
        QFETCH(QByteArray, presented);
        QFETCH(int, looks);
        const ScriptedServer service([](const server::Request &request) {
            const QString refresh = request.query.queryItemValue(QStringLiteral("refresh_token"));
            return refresh.toLatin1() == canaryText("rt", "0002")
                ? json({{"access_token", canaryText("at", "2").toStdString()}, {"expires_in", 900}})
                : json({{"detail", "used before"}}, 401);
        });
        Tokens tokens;
        tokens.refresh = test::canary("rt", "0001");
        std::vector<std::chrono::milliseconds> waits;
        const auto session = this->session(
            sessionDefinition(service.url()), tokens, [&](std::chrono::milliseconds wait) {
                const auto numbers = kept.split(' ');
                Tokens found;
                if (const auto look = qsizetype(waits.size()); look < numbers.size() && !numbers[look].isEmpty())
                    found.refresh = test::canary("rt", numbers[look]);
                found.client = client;
                waits.push_back(wait);
                return ready<Tokens>(found);
            });
        const bool good = presented.endsWith("2");
        QCOMPARE(waitFor(session->access(false)).has_value(), good);
        QCOMPARE(session->ended(), !good);
        QCOMPARE(int(waits.size()), looks);
        QCOMPARE(waits.front().count(), 0);
        QVERIFY(looks == 1 || waits.back() >= std::chrono::seconds(1));
        QByteArrayList sent;
        for (const auto &request : service.requests())
            sent << request.query.queryItemValue(QStringLiteral("refresh_token")).toLatin1();
        QByteArrayList expected;
        for (const QByteArray &number : presented.split(' '))
            expected << canaryText("rt", number);
        QCOMPARE(sent, expected);
        // What was handed out takes the place of what was presented for it.
        QCOMPARE(m_renewed, good ? std::vector {canaryText("rt", "0002")} : std::vector<QByteArray>());
        QVERIFY(!good || m_presented.back() == canaryText("rt", "0002"));
    }

    /// An ended session looks now and then whether somebody has signed in again, and bothers the service only then.
    void endedLooksAtWhatIsKept()
    {
        const ScriptedServer service([](const server::Request &request) {
            const QString refresh = request.query.queryItemValue(QStringLiteral("refresh_token"));
            return refresh.toLatin1() == canaryText("rt", "0002")
                ? json({{"access_token", canaryText("at", "2").toStdString()}, {"expires_in", 900}})
                : json({{"detail", "used before"}}, 401);
        });
        Tokens tokens;
        tokens.refresh = test::canary("rt", "0001");
        Tokens kept;
        kept.refresh = test::canary("rt", "0009");
        int looks = 0;
        const auto session = this->session(sessionDefinition(service.url()), tokens, [&](std::chrono::milliseconds) {
            ++looks;
            return ready<Tokens>(kept);
        });
        QVERIFY(!waitFor(session->access(false)));
        QVERIFY(session->ended());
        QCOMPARE(looks, 2);
        const auto asked = service.requests().size();
        m_now = m_now.addSecs(4);
        QVERIFY(!waitFor(session->access(true)));
        QCOMPARE(looks, 2);
        m_now = m_now.addSecs(1);
        QVERIFY(!waitFor(session->access(true)));
        QVERIFY(!waitFor(session->access(false)));
        QCOMPARE(looks, 3);
        QCOMPARE(service.requests().size(), asked); // which has refused that one
        kept.refresh = test::canary("rt", "0002");
        m_now = m_now.addSecs(5);
        const auto token = waitFor(session->access(false));
        QVERIFY2(token, token ? "" : qPrintable(token.error().message));
        QCOMPARE(token->reveal(), canaryText("at", "2"));
        QVERIFY(!session->ended());
        QCOMPARE(service.requests().size(), asked + 1);
    }

    /// The old token is worth nothing any more: nobody gets the new one before its successor is kept.
    void keptBeforeItIsServed_data()
    {
        QTest::addColumn<bool>("written");
        QTest::addColumn<int>("code");
        QTest::addColumn<bool>("served");
        QTest::newRow("kept") << true << 0 << true;
        QTest::newRow("not to be kept") << false << int(ErrorCode::Storage) << true;
        QTest::newRow("program ends") << false << int(ErrorCode::Cancelled) << true;
        QTest::newRow("signed out meanwhile") << false << int(ErrorCode::Unauthorized) << false;
    }
    void keptBeforeItIsServed()
    {
        QFETCH(bool, written);
        QFETCH(int, code);
        QFETCH(bool, served);
        const ScriptedServer service([](const server::Request &) {
            return json({{"access_token", canaryText("at", "2").toStdString()},
                         {"refresh_token", canaryText("rt", "0002").toStdString()},
                         {"expires_in", 900}});
        });
        Settler<void> keeping;
        const auto session = this->session(service);
        m_keeping = keeping.future();
        m_now = begin.addSecs(901);
        const auto token = session->access(false);
        QTRY_COMPARE(m_renewed.size(), size_t(1));
        QCOMPARE(m_presented.back(), canaryText("rt", "0001"));
        QVERIFY(!token.isFinished());
        keeping.settle(written ? Result<void>() : fail(ErrorCode(code), QStringLiteral("No.")));
        const auto result = waitFor(token);
        QCOMPARE(result.has_value(), served);
        QCOMPARE(session->ended(), !served);
        if (served)
            QCOMPARE(result->reveal(), canaryText("at", "2"));
        else
            QCOMPARE(result.error().code, ErrorCode::Unauthorized);
    }

    /// The HTTP client goes while it is being asked: nobody keeps it, and nobody waits.
    void clientGoesDuringARenewal_data()
    {
        QTest::addColumn<QString>("slow"); // the path that is answered late
        QTest::newRow("back-end") << QStringLiteral("/.well-known/openeo");
        QTest::newRow("provider") << QStringLiteral("/.well-known/openid-configuration");
        QTest::newRow("tokens") << QStringLiteral("/token");
        QTest::newRow("login") << QStringLiteral("/auth/refresh");
    }
    void clientGoesDuringARenewal()
    {
        QFETCH(QString, slow);
        const ScriptedServer service([&](const server::Request &request) {
            auto answer = json({{"issuer", service.url().toString().toStdString()},
                                {"token_endpoint", service.url(QStringLiteral("/token")).toString().toStdString()}});
            answer.delayMs = request.path == slow ? 60000 : 0;
            return answer;
        });
        Json definition = sessionDefinition(service.url());
        if (!slow.startsWith(u"/auth"))
            definition["signIn"] = {{{"id", "sso"},
                                     {"type", "oidc"},
                                     {"flow", "device"},
                                     {"title", "Login"},
                                     {"issuer", service.url().toString().toStdString()},
                                     {"client", "astra"}}};
        Tokens tokens;
        tokens.refresh = test::canary("rt");
        if (slow.endsWith(u"openeo")) {
            definition = openEoDefinition(service.url(),
                                          {{"id", "sso"}, {"type", "oidc"}, {"flow", "device"}, {"title", "Login"}});
            tokens.issuer = service.url();
            tokens.client = QStringLiteral("astra");
        }
        const auto session = this->session(definition, tokens);
        const auto token = session->access(false);
        QTRY_COMPARE(service.count(slow), 1);
        const std::weak_ptr<net::HttpClient> left = m_http;
        m_http.reset();
        QVERIFY(left.expired());
        const auto result = waitFor(token);
        QVERIFY(!result);
        QCOMPARE(result.error().code, ErrorCode::Cancelled);
        QVERIFY(!session->ended());
        QCOMPARE(waitFor(session->access(false)).error().code, ErrorCode::Cancelled);
    }

private:
    std::vector<QByteArray> m_renewed;
    std::vector<QByteArray> m_presented; ///< for which those were handed out
    Future<void> m_keeping;

    [[nodiscard]] std::shared_ptr<TokenSession> session(const ScriptedServer &service)
    {
        Tokens tokens;
        tokens.access = test::canary("at", "0001");
        tokens.refresh = test::canary("rt", "0001");
        tokens.expires = begin.addSecs(900);
        tokens.prefix = QStringLiteral("test/");
        return session(service, tokens);
    }
    [[nodiscard]] std::shared_ptr<TokenSession> session(const ScriptedServer &service, const Tokens &tokens)
    {
        return session(sessionDefinition(service.url()), tokens);
    }
    [[nodiscard]] std::shared_ptr<TokenSession> session(const Json &definition, const Tokens &tokens,
                                                        const TokenSession::Kept &kept = {})
    {
        m_renewed.clear();
        m_presented.clear();
        m_keeping = ready<void>({});
        return std::make_shared<TokenSession>(
            client(definition), tokens, QMap<QString, Secret>(),
            [this](const Tokens &old, const Tokens &fresh) {
                m_presented.push_back(old.refresh.reveal());
                m_renewed.push_back(fresh.refresh.reveal());
                return m_keeping;
            },
            kept);
    }
};

QTEST_GUILESS_MAIN(TokensTest)
#include "tst_tokens.moc"
