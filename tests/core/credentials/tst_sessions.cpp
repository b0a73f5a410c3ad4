// SPDX-License-Identifier: Apache-2.0
// Accounts that are signed in with tokens, through every layer: where their secrets go, how they outlive the program,
// and how they end.
#include "core/credentials/connectionsparts.h"
#include "core/credentials/sharedaccounts.h"
#include "tests/support/canary.h"
#include "tests/support/scriptedserver.h"

#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QUrlQuery>

#include <algorithm>
#include <atomic>

using namespace astra;
using namespace astra::credentials;
using server::Response;
using test::canaryText;
using test::ScriptedServer;
using State = data::Keychain::State;

namespace {

Response json(const Json &value, int status = 200) { return Response::json(toText(value), status); }

std::string text(const QUrl &url) { return toStd(url.toString(QUrl::StripTrailingSlash)); }

ServiceKind kindOf(const Json &definition)
{
    const auto kind = ServiceKind::fromJson(definition);
    if (!kind)
        qFatal("%s", qPrintable(kind.error().message));
    return *kind;
}

/// A keychain that outlives the program in front of it.
struct Chest {
    QMap<QString, Secret> kept;
    State state = State::Open;
    int writes = 0;
    int writeMs = 0; ///< how long it takes to keep something
};

class ChestStore : public CredentialStore
{
public:
    explicit ChestStore(std::shared_ptr<Chest> chest)
        : CredentialStore(Kind::MemoryOnly)
        , m_chest(std::move(chest))
    {
    }
    Future<data::Keychain> state() override
    {
        return ready<data::Keychain>(data::Keychain {m_chest->state, QStringLiteral("Chest")});
    }
    Future<Kept> read(const QString &name, const QString & /*account*/) override
    {
        if (m_memory.contains(name))
            return ready<Kept>(Kept {m_memory.value(name), Place::Memory});
        const Secret secret = isOpen() ? m_chest->kept.value(name) : Secret();
        return ready<Kept>(Kept {secret, secret.isEmpty() ? Place::None : Place::Keychain});
    }
    Future<Place> write(const QString &name, const Secret &secret) override
    {
        ++m_chest->writes;
        if (m_chest->writeMs == 0)
            return ready<Place>(put(name, secret));
        auto settler = std::make_shared<Settler<Place>>();
        auto future = settler->future();
        QTimer::singleShot(m_chest->writeMs, this,
                           [this, settler, name, secret] { settler->settle(put(name, secret)); });
        return future;
    }
    Future<void> remove(const QString &name) override
    {
        m_memory.remove(name);
        if (!isOpen())
            return ready<void>(fail(ErrorCode::Storage, QStringLiteral("Chest is locked. Unlock it and try again.")));
        m_chest->kept.remove(name);
        return ready<void>({});
    }

private:
    [[nodiscard]] bool isOpen() const { return m_chest->state == State::Open; }
    Place put(const QString &name, const Secret &secret)
    {
        (isOpen() ? m_chest->kept : m_memory).insert(name, secret);
        return isOpen() ? Place::Keychain : Place::Memory;
    }
    const std::shared_ptr<Chest> m_chest;
    QMap<QString, Secret> m_memory;
};

/// One program after the other, or two beside each other, in front of the same keychain and file.
struct World {
    const ServiceKind kind;
    std::shared_ptr<Chest> chest;
    std::shared_ptr<QTemporaryDir> folder;
    std::atomic<qint64> shift = 0; ///< seconds, of its clock
    std::shared_ptr<net::HttpClient> client;
    std::shared_ptr<Connections> connections;

    explicit World(ServiceKind known)
        : kind(std::move(known))
        , chest(std::make_shared<Chest>())
        , folder(std::make_shared<QTemporaryDir>())
    {
        start();
    }
    /// Beside another one.
    explicit World(const World &other)
        : kind(other.kind)
        , chest(other.chest)
        , folder(other.folder)
    {
        start();
    }
    World &operator=(const World &) = delete;
    ~World() = default;
    void start()
    {
        connections.reset();
        client = net::HttpClient::create();
        connections = Connections::create(
            {kind}, std::make_unique<ChestStore>(chest), client,
            {file(), [this] { return QDateTime::currentDateTimeUtc().addSecs(shift); }, {}});
        client->setAuthorizer(connections);
        (void)waitFor(connections->loaded());
    }
    [[nodiscard]] QString file() const { return folder->filePath(QStringLiteral("accounts.json")); }
    [[nodiscard]] const QString &id() const { return kind.service.id; }
    /// @param account an existing one, to which somebody signs in anew
    [[nodiscard]] Result<data::Account> signIn(const QMap<QString, Secret> &fields = {},
                                               const QString &account = {}) const
    {
        data::SignInRequest request;
        request.service = id();
        request.account = account;
        request.fields = fields;
        return waitFor(connections->signIn(request));
    }
    [[nodiscard]] Result<net::HttpResponse> get(const QUrl &url) const
    {
        net::HttpRequest request;
        request.url = url;
        request.connection = id();
        request.retries = 0;
        return waitFor(client->send(request));
    }
    [[nodiscard]] data::Account account() const { return connections->accounts().front(); }
    /// As another process does: puts a refresh token in the place of the one that is kept.
    void keep(const QByteArray &refresh) const
    {
        auto packed = parseJson(chest->kept.first().reveal()).value_or(Json::object());
        packed["refresh"] = refresh.toStdString();
        chest->kept.first() = Secret(toText(packed));
    }
    /// The member of what the keychain keeps.
    [[nodiscard]] QByteArray kept(const char *name) const
    {
        const auto packed = parseJson(chest->kept.first().reveal());
        return packed ? stringAt(*packed, name).toLatin1() : QByteArray();
    }
};

QByteArray numbered(const char *prefix, int number)
{
    return canaryText(prefix, QByteArray::number(number).rightJustified(4, '0'));
}

/// A service with a login of its own. It knows one access token and one refresh token at a time: the latest, unless it
/// forgets none.
struct Logins {
    std::atomic<int> serial = 0;
    std::atomic<int> refusesFirst = 0; ///< so many access tokens are not accepted, the first ones
    std::atomic<bool> forgetsNone = false; ///< every token stays good
    std::atomic<int> farewellMs = 0; ///< how late it answers when it is told that somebody signs out
    ScriptedServer server {[this](const server::Request &request) { return answer(request); }};

    Response answer(const server::Request &request)
    {
        if (request.path == u"/login")
            return tokens();
        if (request.path == u"/renew") {
            const auto body = parseJson(request.body);
            if (body && (forgetsNone || stringAt(*body, "refresh").toLatin1() == numbered("rt", serial)))
                return tokens();
            return json({{"detail", "That refresh token was used before"}}, 401);
        }
        if (request.path == u"/logout") {
            auto farewell = json(Json::object());
            farewell.delayMs = farewellMs;
            return farewell;
        }
        const bool known = serial > refusesFirst
            && (forgetsNone || request.header("Authorization") == "Bearer " + numbered("at", serial));
        return known ? json({{"id", "ada"}}) : json({{"detail", "Unknown token"}}, 401);
    }
    Response tokens()
    {
        const int number = ++serial;
        return json({{"access_token", numbered("at", number).toStdString()},
                     {"refresh_token", numbered("rt", number).toStdString()},
                     {"expires_in", 3600}});
    }
    [[nodiscard]] ServiceKind kind() const
    {
        const std::string root = text(server.url());
        return kindOf(
            {{"id", "logins"},
             {"title", "Logins"},
             {"group", "imagery"},
             {"hosts", Json::array({root})},
             {"base", root},
             {"test", {{"path", "/me"}}},
             {"signIn",
              Json::array(
                  {{{"id", "dev"},
                    {"type", "session"},
                    {"title", "Login"},
                    {"fields", Json::array({{{"name", "email"}, {"secret", false}}})},
                    {"login", {{"method", "POST"}, {"path", "/login"}, {"body", {{"email", "{email}"}}}}},
                    {"refresh", {{"method", "POST"}, {"path", "/renew"}, {"body", {{"refresh", "{refresh}"}}}}},
                    {"logout", {{"method", "POST"}, {"path", "/logout"}, {"body", {{"refresh", "{refresh}"}}}}}}})}});
    }
    [[nodiscard]] static QMap<QString, Secret> fields(const QByteArray &email = "ada@example.org")
    {
        return {{QStringLiteral("email"), Secret(email)}};
    }
};

/// An identity provider that lets everybody in at once.
struct Issuer {
    ScriptedServer server {[this](const server::Request &request) { return answer(request); }};

    Response answer(const server::Request &request) const
    {
        const auto at = [this](const char *path) { return text(server.url(QLatin1String(path))); };
        if (request.path == u"/.well-known/openid-configuration")
            return json({{"issuer", at("")},
                         {"token_endpoint", at("/token")},
                         {"device_authorization_endpoint", at("/device")},
                         {"revocation_endpoint", at("/revoke")}});
        if (request.path == u"/device")
            return json({{"device_code", canaryText("dev").toStdString()},
                         {"user_code", "ABCD"},
                         {"verification_uri", at("/code")},
                         {"interval", 0.1}});
        return json({{"access_token", canaryText("at").toStdString()},
                     {"refresh_token", canaryText("rt").toStdString()},
                     {"expires_in", 600}});
    }
};

/// An openEO back-end, its API at /openeo, that has people signed in by whomever it names.
struct BackEnd {
    std::mutex mutex;
    QUrl issuer;
    QUrl api; ///< empty: its own
    ScriptedServer server {[this](const server::Request &request) { return answer(request); }};

    void name(const QUrl &url)
    {
        const std::lock_guard lock(mutex);
        issuer = url;
    }
    void moveTo(const QUrl &url)
    {
        const std::lock_guard lock(mutex);
        api = url;
    }
    Response answer(const server::Request &request)
    {
        const std::lock_guard lock(mutex);
        if (request.path == u"/.well-known/openeo") {
            const QUrl root = api.isEmpty() ? server.url(QStringLiteral("/openeo")) : api;
            return json({{"versions", Json::array({{{"url", text(root)}, {"api_version", "1.2.0"}}})}});
        }
        if (request.path == u"/openeo")
            return json({{"api_version", "1.2.0"}, {"conformsTo", Json::array()}});
        if (request.path == u"/openeo/credentials/oidc")
            return json(
                {{"providers",
                  Json::array(
                      {{{"id", "sso"},
                        {"issuer", text(issuer)},
                        {"scopes", {"openid"}},
                        {"default_clients",
                         Json::array({{{"id", "lent"},
                                       {"grant_types", {"urn:ietf:params:oauth:grant-type:device_code"}}}})}}})}});
        if (request.path == u"/openeo/credentials/basic")
            return json({{"access_token", canaryText("at").toStdString()}});
        if (request.path == u"/openeo/me")
            return json({{"user_id", "ada"}, {"budget", 7}});
        return json({{"code", "NotFound"}}, 404);
    }
    [[nodiscard]] ServiceKind kind(const Json &method) const
    {
        const std::string root = text(server.url());
        return kindOf({{"id", "openeo"},
                       {"title", "Back-end"},
                       {"group", "processing"},
                       {"hosts", Json::array({root})},
                       {"base", root},
                       {"openEo", true},
                       {"test", {{"path", "/me"}}},
                       {"usage", Json::array({{{"path", "/me"}, {"answer", {{"creditsLeft", "/budget"}}}}})},
                       {"signIn", Json::array({method})}});
    }
};

const Json deviceMethod {{"id", "device"}, {"type", "oidc"}, {"flow", "device"}, {"title", "Code"}};
const Json basicMethod {{"id", "basic"},
                        {"type", "basic"},
                        {"title", "Password"},
                        {"fields",
                         Json::array({{{"name", "user"}, {"label", "User"}, {"secret", false}},
                                      {{"name", "password"}, {"label", "Password"}}})}};

} // namespace

class SessionsTest : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // --- Where secrets go

    /// A back-end that names somebody else by now hands him nothing that the first one gave.
    void anotherIssuer_getsNothing()
    {
        const Issuer first;
        const Issuer second;
        BackEnd backEnd;
        backEnd.name(first.server.url());
        World world(backEnd.kind(deviceMethod));
        const auto account = world.signIn();
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        QCOMPARE(account->place, data::Account::Place::Keychain);
        const QUrl me = backEnd.server.url(QStringLiteral("/openeo/me"));

        world.start();
        QCOMPARE(world.get(me)->status, 200); // the first one renews
        QCOMPARE(first.server.count(QStringLiteral("/token")), 2);

        backEnd.name(second.server.url());
        world.start();
        const auto refused = world.get(me);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QVERIFY2(refused.error().message.contains(u"Sign in again"), qPrintable(refused.error().message));
        QTRY_VERIFY(world.account().refused);

        QVERIFY(waitFor(world.connections->signOut(world.id())));
        QTRY_COMPARE(first.server.count(QStringLiteral("/revoke")), 1);
        QVERIFY(second.server.requests().empty());
    }

    /// openEO's API is where its discovery says, and everything asked there is asked there.
    void openEo_isAskedWhereItsApiIs()
    {
        const BackEnd backEnd;
        const World world(backEnd.kind(basicMethod));
        const auto account = world.signIn(
            {{QStringLiteral("user"), Secret("ada")}, {QStringLiteral("password"), test::canary("pw")}});
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        QCOMPARE(backEnd.server.count(QStringLiteral("/openeo/me")), 1);
        const auto usage = waitFor(world.connections->usage(world.id()));
        QVERIFY2(usage, usage ? "" : qPrintable(usage.error().message));
        QCOMPARE(usage->creditsLeft, std::optional(7.0));
        QCOMPARE(backEnd.server.count(QStringLiteral("/openeo/me")), 2);
        QCOMPARE(backEnd.server.requests().back().header("Authorization"), "Bearer basic//" + canaryText("at"));
    }

    /// Discovery that names another host is not followed, neither at the sign-in nor from what was written down.
    void openEo_isAskedNowhereElse()
    {
        const ScriptedServer other([](const server::Request &) { return json({{"access_token", "abc"}}); });
        BackEnd backEnd;
        backEnd.moveTo(other.url(QStringLiteral("/openeo")));
        World world(backEnd.kind(basicMethod));
        const QMap<QString, Secret> fields {{QStringLiteral("user"), Secret("ada")},
                                            {QStringLiteral("password"), test::canary("pw")}};
        const auto misled = world.signIn(fields);
        QVERIFY(!misled);
        QVERIFY2(misled.error().message.contains(u"no other host"), qPrintable(misled.error().message));

        backEnd.moveTo({});
        world.start(); // which has cached nothing
        QVERIFY(world.signIn(fields));
        world.connections.reset();
        QFile file(world.file());
        QVERIFY(file.open(QIODevice::ReadWrite));
        QByteArray written = file.readAll();
        const QByteArray own = backEnd.server.url(QStringLiteral("/openeo")).toEncoded();
        QVERIFY(written.contains(own));
        written.replace(own, other.url(QStringLiteral("/openeo")).toEncoded());
        QVERIFY(file.resize(0) && file.seek(0) && file.write(written) == written.size());
        file.close();
        world.start();
        QVERIFY(!waitFor(world.connections->usage(world.id())));
        QVERIFY(other.requests().empty());
    }

    void plantedInTheKeychain_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<QByteArray>("secret");
        QTest::addColumn<bool>("usable");
        const auto row = [](const char *name, const char *type, const Json &secret, bool usable = false) {
            QTest::newRow(name) << QByteArray(type) << toText(secret) << usable;
        };
        const std::string lines = "abc\r\nX-Evil: 1";
        row("a refresh token", "oidc", {{"refresh", "abc"}}, true);
        row("with its issuer", "oidc", {{"refresh", "abc"}, {"issuer", "https://a.example.org"}, {"clientId", "b"}},
            true);
        row("a refresh token of two lines", "oidc", {{"refresh", lines}});
        row("a refresh token with a space", "oidc", {{"refresh", "a b"}});
        row("a refresh token of 17 KiB", "oidc", {{"refresh", std::string(17 << 10, 'a')}});
        row("what nobody asked for", "oidc", {{"refresh", "abc"}, {"prefix", lines}, {"Cookie", lines}}, true);
        row("an issuer that is no address", "oidc", {{"refresh", "abc"}, {"issuer", "http://[::"}, {"clientId", "b"}});
        row("an issuer without a client", "oidc", {{"refresh", "abc"}, {"issuer", "https://a.example.org"}});
        QTest::newRow("a token of the environment") << QByteArray("session") << QByteArray("abc") << true;
        QTest::newRow("a token of two lines") << QByteArray("session") << QByteArray("abc\r\nX-Evil: 1") << false;
        row("S3 keys", "s3", {{"access", "AKIA"}, {"secret", "a/b+c"}}, true);
        row("an S3 access key of two lines", "s3", {{"access", lines}, {"secret", "abc"}});
        row("an S3 access key with a space", "s3", {{"access", "a b"}, {"secret", "abc"}});
        row("an S3 secret beyond ASCII", "s3", {{"access", "AKIA"}, {"secret", "\u00fc"}});
        row("an S3 secret without an end", "s3", {{"access", "AKIA"}, {"secret", std::string(2000, 'a')}});
        row("a password", "basic", {{"user", "ada"}, {"password", "p\u00e4ss word"}}, true);
        row("a password of two lines", "basic", {{"user", "ada"}, {"password", lines}});
    }
    /// Whoever can write into the keychain still writes no headers.
    void plantedInTheKeychain()
    {
        QFETCH(QByteArray, type);
        QFETCH(QByteArray, secret);
        QFETCH(bool, usable);
        const std::map<QByteArray, Json> methods {
            {"oidc", deviceMethod},
            {"session", {{"id", "dev"}, {"type", "session"}, {"title", "Login"}, {"login", {{"path", "/login"}}}}},
            {"s3", {{"id", "s3"}, {"type", "s3"}, {"title", "S3"}, {"region", "default"}}},
            {"basic", basicMethod}};
        const ServiceKind kind = BackEnd().kind(methods.at(type));
        const auto credential = unpack(Secret(secret), kind.methods.front());
        QCOMPARE(credential.has_value(), usable);
        QVERIFY(!credential || credential->tokens.prefix.isEmpty());
        for (const QString &name : credential ? credential->fields.keys() : QStringList())
            QVERIFY(std::ranges::count(kind.methods.front().way.fields, name, &data::SignInField::name) == 1);
    }

    // --- How they outlive the program

    /// With the secret of a client stands whose it is.
    void keptWithItsIssuer()
    {
        const Json method {{"id", "client"},
                           {"type", "oidc"},
                           {"flow", "clientCredentials"},
                           {"title", "Client"},
                           {"fields",
                            Json::array({{{"name", "client"}, {"label", "Client"}, {"secret", false}},
                                         {{"name", "secret"}, {"label", "Secret"}}})}};
        const ServiceKind kind = BackEnd().kind(method);
        Credential credential;
        credential.fields = {{QStringLiteral("client"), Secret("robot")},
                             {QStringLiteral("secret"), test::canary("s")}};
        credential.tokens.issuer = QUrl(QStringLiteral("https://login.example.org/realms/a%20b"));
        credential.tokens.client = QStringLiteral("robot");
        credential.tokens.access = test::canary("at"); // which ends with the program
        const auto back = unpack(pack(credential, kind.methods.front()), kind.methods.front());
        QVERIFY(back);
        QCOMPARE(back->fields, credential.fields);
        QCOMPARE(back->tokens.issuer, credential.tokens.issuer);
        QCOMPARE(back->tokens.client, credential.tokens.client);
        QVERIFY(back->tokens.access.isEmpty() && back->tokens.refresh.isEmpty());
    }

    /// A service that refuses its first token has it renewed while the sign-in is being tried; the refresh token that
    /// is kept is the one that is still good.
    void rotatedWhileItIsTried()
    {
        Logins service;
        service.refusesFirst = 1;
        World world(service.kind());
        const auto account = world.signIn(Logins::fields());
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        QCOMPARE(service.server.count(QStringLiteral("/renew")), 1);
        QCOMPARE(world.kept("refresh"), numbered("rt", 2));
        QCOMPARE(world.chest->writes, 1); // at no moment was the other one kept
        world.start();
        QCOMPARE(world.get(service.server.url(QStringLiteral("/me")))->status, 200);
    }

    /// The window and the command line share a refresh token that is good once.
    void twoProcesses()
    {
        Logins service;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
        const QUrl me = service.server.url(QStringLiteral("/me"));
        QCOMPARE(line.get(me)->status, 200); // with a second one
        QTRY_COMPARE(line.kept("refresh"), numbered("rt", 2));
        QCOMPARE(window.get(me)->status, 200); // with the third: what is kept comes before its own
        QCOMPARE(service.server.count(QStringLiteral("/renew")), 2);
        QTRY_COMPARE(line.kept("refresh"), numbered("rt", 3));
        QVERIFY(!window.account().refused);
        // Kept by nobody else, a refusal is a refusal.
        ++service.serial;
        window.shift = 60; // asked again so soon, a refusal means something else
        const auto refused = window.get(me);
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QTRY_VERIFY(window.account().refused);
    }

    /// A command that ends with its only answer has kept by then what the next one needs.
    void keptBeforeItIsUsed()
    {
        Logins service;
        World world(service.kind());
        QVERIFY(world.signIn(Logins::fields()));
        world.start();
        world.chest->writeMs = 300;
        QCOMPARE(world.get(service.server.url(QStringLiteral("/me")))->status, 200);
        QCOMPARE(world.kept("refresh"), numbered("rt", 2));
    }

    /// Another process signs somebody else in; a renewal of the first login keeps its tokens to itself.
    void renewal_overwritesNoLogin()
    {
        Logins service;
        service.forgetsNone = true;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
        QVERIFY(line.signIn(Logins::fields("bob@example.org"), line.account().id));
        QCOMPARE(window.kept("refresh"), numbered("rt", 2));
        window.shift = 7200;
        QCOMPARE(window.get(service.server.url(QStringLiteral("/me")))->status, 200);
        QCOMPARE(service.server.count(QStringLiteral("/renew")), 1);
        const auto requests = service.server.requests();
        const auto renewal = std::ranges::find(requests, QStringLiteral("/renew"), &server::Request::path);
        QCOMPARE(stringAt(*parseJson(renewal->body), "refresh").toLatin1(), numbered("rt", 1)); // and not Bob's
        QCOMPARE(window.kept("refresh"), numbered("rt", 2));
        QCOMPARE(window.kept("email"), QByteArray("bob@example.org"));
    }

    /// What another process signed out stays out, also where the service lets the old tokens live.
    void renewal_undoesNoSignOut()
    {
        Logins service;
        service.forgetsNone = true;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
        QVERIFY(waitFor(line.connections->signOut(line.account().id)));
        QVERIFY(window.chest->kept.isEmpty());
        window.shift = 7200;
        const auto refused = window.get(service.server.url(QStringLiteral("/me")));
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
        QTRY_COMPARE(service.server.count(QStringLiteral("/logout")), 2); // what was handed out last, too
        QVERIFY(window.chest->kept.isEmpty());
        QCOMPARE(window.account().place, data::Account::Place::None);
    }
    /// A locked keychain says nothing of that.
    void renewal_whileTheKeychainIsLocked()
    {
        Logins service;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        window.chest->state = State::Locked;
        window.shift = 7200;
        const QUrl me = service.server.url(QStringLiteral("/me"));
        QCOMPARE(window.get(me)->status, 200);
        QCOMPARE(window.account().place, data::Account::Place::Memory);
        window.shift = 14400;
        QCOMPARE(window.get(me)->status, 200); // with what is in memory
        window.chest->state = State::Open;
        window.shift = 21600;
        QCOMPARE(window.get(me)->status, 200);
        QCOMPARE(window.kept("refresh"), numbered("rt", 4));
    }

    /// Both present the same token; the one that comes second finds what the first one was given.
    void renewedByTwoAtOnce()
    {
        Logins service;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        ++service.serial; // the other one was faster,
        window.shift = 7200;
        net::HttpRequest request;
        request.url = service.server.url(QStringLiteral("/me"));
        request.connection = window.id();
        const auto answer = window.client->send(request);
        QTRY_COMPARE(service.server.count(QStringLiteral("/renew")), 1);
        window.keep(numbered("rt", 2)); // … and is only now done with keeping it
        const auto response = waitFor(answer);
        QVERIFY2(response, response ? "" : qPrintable(response.error().message));
        QCOMPARE(response->status, 200);
        QVERIFY(!window.account().refused);
        QCOMPARE(window.kept("refresh"), numbered("rt", 3));
    }

    /// A login that has ended here goes on with the one that another process has fetched since.
    void endedHere_goesOnWithWhatIsKept()
    {
        Logins service;
        World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        ++service.serial;
        window.shift = 7200;
        const QUrl me = service.server.url(QStringLiteral("/me"));
        QVERIFY(!window.get(me));
        QTRY_VERIFY(window.account().refused);
        {
            const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
            QVERIFY(line.signIn(Logins::fields(), line.account().id));
        }
        const int renewals = service.server.count(QStringLiteral("/renew"));
        QVERIFY(!window.get(me)); // it does not look with every request
        window.shift = 7260;
        const auto response = window.get(me);
        QVERIFY2(response, response ? "" : qPrintable(response.error().message));
        QCOMPARE(response->status, 200);
        QCOMPARE(service.server.count(QStringLiteral("/renew")), renewals + 1);
        QVERIFY(!window.account().refused);
    }

    /// What one process adds is not lost when the other one writes what it knows.
    void accountsOfTwoProcesses()
    {
        Logins service;
        const World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        {
            const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
            const auto second = line.signIn(Logins::fields());
            QVERIFY(second);
            QCOMPARE(second->id, QStringLiteral("logins-2"));
        }
        const auto third = window.signIn(Logins::fields()); // which has never heard of the second
        QVERIFY(third);
        QCOMPARE(third->id, QStringLiteral("logins-3"));
        QCOMPARE(window.chest->kept.size(), 3);
        QVERIFY(waitFor(window.connections->remove(third->id)));
        QVERIFY(waitFor(window.connections->rename(window.id(), QStringLiteral("field"))));
        const auto ids = [&window] {
            QStringList all;
            for (const auto &record : AccountFile::read(window.file()).records)
                all << record.id;
            all.sort();
            return all;
        };
        QCOMPARE(ids(), (QStringList {QStringLiteral("logins"), QStringLiteral("logins-2")}));
        QVERIFY(waitFor(window.connections->remove(window.id())));
        QCOMPARE(ids(), QStringList {QStringLiteral("logins-2")});
    }

    /// What one process removes is gone for the other one, unless somebody signs in there anew.
    void accountRemovedByAnother()
    {
        Logins service;
        const World window(service.kind());
        QVERIFY(window.signIn(Logins::fields()));
        const auto removeElsewhere = [&window] {
            const World line(window); // NOLINT(performance-unnecessary-copy-initialization): a process of its own
            return waitFor(line.connections->remove(window.id())).has_value();
        };
        const auto inFile = [&window] { return AccountFile::read(window.file()).records.size(); };
        QVERIFY(removeElsewhere());
        data::SignInRequest again;
        again.service = again.account = window.id();
        again.fields = Logins::fields();
        QVERIFY(waitFor(window.connections->signIn(again)));
        QCOMPARE(inFile(), std::size_t(1));
        QCOMPARE(window.account().place, data::Account::Place::Keychain);

        QVERIFY(removeElsewhere());
        QVERIFY(waitFor(window.connections->setNoticeSettings({}))); // it writes what it knows
        QCOMPARE(inFile(), std::size_t(0));
        QCOMPARE(window.connections->accounts().size(), std::size_t(1)); // the service's own card
        QCOMPARE(window.account().place, data::Account::Place::None);

        // A file that has gone says nothing.
        QVERIFY(window.signIn(Logins::fields()));
        QVERIFY(QFile::remove(window.file()));
        QVERIFY(waitFor(window.connections->setNoticeSettings({})));
        QCOMPARE(inFile(), std::size_t(1));
    }

    void writtenByTwo()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("new/accounts.json"));
        const auto content = [](const QStringList &ids) {
            AccountFile::Content all;
            for (const QString &id : ids) {
                AccountRecord record;
                record.id = record.service = id;
                record.way = QStringLiteral("key");
                all.records.push_back(record);
            }
            return all;
        };
        const auto ids = [&path] {
            QStringList all;
            for (const auto &record : AccountFile::read(path).records)
                all << record.id;
            return all.join(u' ');
        };
        SharedAccounts one(path);
        SharedAccounts other(path);
        QVERIFY(one.write(content({QStringLiteral("a")})));
        QCOMPARE(other.read().records.size(), std::size_t(1));
        QVERIFY(other.write(content({QStringLiteral("a"), QStringLiteral("b")})));
        QVERIFY(one.write(content({QStringLiteral("a")})));
        QCOMPARE(ids(), QStringLiteral("a b"));
        QVERIFY(one.write(content({}))); // it removes its own, and knows nothing of b
        QCOMPARE(ids(), QStringLiteral("b"));
        const auto gone = other.write(content({QStringLiteral("a"), QStringLiteral("b")}));
        QVERIFY(gone);
        QCOMPARE(gone->size(), std::size_t(1));
        QCOMPARE(gone->front().id, QStringLiteral("a"));
        QCOMPARE(ids(), QStringLiteral("b"));
        QVERIFY(other.write(content({QStringLiteral("b"), QStringLiteral("a")}))); // which is there anew
        QVERIFY(one.write(content({})));
        QCOMPARE(ids(), QStringLiteral("b a"));
        QVERIFY(other.write(content({})));
        QCOMPARE(ids(), QString());
        QCOMPARE(QDir(folder.filePath(QStringLiteral("new"))).entryList(QDir::Files),
                 QStringList {QStringLiteral("accounts.json")}); // and no lock
    }

    // --- How they end

    void signOut_whileTheKeychainIsLocked()
    {
        Logins service;
        World world(service.kind());
        QVERIFY(world.signIn(Logins::fields()));
        world.chest->state = State::Locked;
        for (int i = 0; i < 2; ++i) {
            const auto account = waitFor(world.connections->signOut(world.id()));
            QVERIFY(!account);
            QCOMPARE(account.error().code, ErrorCode::Storage);
            QVERIFY2(account.error().message.contains(u"Unlock it"), qPrintable(account.error().message));
        }
        QVERIFY(!waitFor(world.connections->remove(world.id())));
        QCOMPARE(world.connections->accounts().size(), std::size_t(1));
        // Nor at the next start, which could not read what it has to remove.
        world.start();
        QVERIFY(!waitFor(world.connections->signOut(world.id())));
        QCOMPARE(world.chest->kept.size(), 1);
        world.chest->state = State::Open;
        QVERIFY(waitFor(world.connections->remove(world.id())));
        QVERIFY(world.chest->kept.isEmpty());
    }

    /// What was in memory only is gone with that.
    void signOut_ofWhatWasNeverKept()
    {
        Logins service;
        World world(service.kind());
        world.chest->state = State::Locked;
        QCOMPARE(world.signIn(Logins::fields())->place, data::Account::Place::Memory);
        QVERIFY(waitFor(world.connections->signOut(world.id())));
        QVERIFY(waitFor(world.connections->remove(world.id())));
    }

    /// What went into the keychain only when that was unlocked lies there all the same.
    void signOut_ofWhatWasKeptLater()
    {
        Logins service;
        World world(service.kind());
        world.chest->state = State::Locked;
        QCOMPARE(world.signIn(Logins::fields())->place, data::Account::Place::Memory);
        world.chest->state = State::Open;
        world.shift = 3600;
        QCOMPARE(world.get(service.server.url(QStringLiteral("/me")))->status, 200); // renewed
        QTRY_COMPARE(world.account().place, data::Account::Place::Keychain);
        world.chest->state = State::Locked;
        for (int i = 0; i < 2; ++i)
            QVERIFY(!waitFor(world.connections->signOut(world.id())));
        QCOMPARE(world.chest->kept.size(), 1);
        world.chest->state = State::Open;
        QVERIFY(waitFor(world.connections->signOut(world.id())));
        QVERIFY(world.chest->kept.isEmpty());
    }

    void signOut_leavesNoFormerKey()
    {
        Logins service;
        World world(service.kind());
        QVERIFY(world.signIn(Logins::fields()));
        const QString former = world.chest->kept.firstKey() + u"#former";
        world.chest->kept.insert(former, test::canary("old"));
        QVERIFY(waitFor(world.connections->signOut(world.id())));
        QVERIFY(world.chest->kept.isEmpty());
    }

    /// A program that ends right after it has told.
    void signOut_waitsUntilTheServiceKnows()
    {
        Logins service;
        service.farewellMs = 500;
        World world(service.kind());
        QVERIFY(world.signIn(Logins::fields()));
        const auto out = world.connections->signOut(world.id());
        QTRY_COMPARE(service.server.count(QStringLiteral("/logout")), 1);
        QVERIFY(!out.isFinished());
        const auto account = waitFor(out);
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        QCOMPARE(account->place, data::Account::Place::None);
    }
    void signOut_waitsNotForLong()
    {
        Logins service;
        service.farewellMs = 60000;
        World world(service.kind());
        QVERIFY(world.signIn(Logins::fields()));
        QElapsedTimer time;
        time.start();
        QVERIFY(waitFor(world.connections->remove(world.id())));
        QVERIFY2(time.elapsed() < 10000, qPrintable(QString::number(time.elapsed())));
        QVERIFY(world.chest->kept.isEmpty());
        QVERIFY(world.connections->accounts().size() == 1); // the service's own card
    }
};

QTEST_GUILESS_MAIN(SessionsTest)
#include "tst_sessions.moc"
