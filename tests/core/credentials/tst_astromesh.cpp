// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/environmentkeys.h"
#include "tests/core/credentials/accountsfixture.h"
#include "tests/core/credentials/servicefixture.h"
#include "tests/support/services/astromesh.h"

#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::credentials;
using test::Astromesh;
using Generation = Astromesh::Generation;

Q_DECLARE_METATYPE(Generation)

class TestAstromesh : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void login_makesAnAccount_data();
    void login_makesAnAccount();
    void login_isRefusedWithoutAnAddress_data();
    void login_isRefusedWithoutAnAddress();
    void token_endsAndIsRenewed();
    void token_endsForGood();
    void plannedLogins_areNotAvailableYet_data();
    void plannedLogins_areNotAvailableYet();
    void keys_areMadeListedAndRevoked_data();
    void keys_areMadeListedAndRevoked();
    void documentedKey_signsIn();
    void keyAccount_learnsItsOrganisation();
    void keyAccountOfBefore_learnsItFromATest();
    void providerKeys_areKeptAndRemoved_data();
    void providerKeys_areKeptAndRemoved();
    void usage_isTold_data();
    void usage_isTold();
    void foreignOrganisation_isRefused_data();
    void foreignOrganisation_isRefused();
    void errors_areSaid_data();
    void errors_areSaid();

private:
    static ServiceKind kindOf(const Astromesh &service)
    {
        return test::kindAt(QStringLiteral("astromesh"), service.url(), QStringLiteral("/api/v1"));
    }
    static QString part(const Json &json, const ServiceCall &call, const char *name)
    {
        return asString(pointed(json, member(call.answer, name))).value_or(QString());
    }
    struct Session {
        QByteArray access;
        QString refresh;
        ServiceCalls::Values account;
    };
    static Session login(const ServiceKind &kind, const char *email = "mira@example.org")
    {
        const auto call = *ServiceCall::fromJson(kind.method(QStringLiteral("dev"))->login);
        const auto answer = waitFor(
            test::callsWith(kind, {}).send(call, {{QStringLiteral("email"), QString::fromLatin1(email)}}));
        if (!answer)
            qFatal("%s", qPrintable(answer.error().message));
        return {part(*answer, call, "access").toLatin1(),
                part(*answer, call, "refresh"),
                {{QStringLiteral("org"), part(*answer, call, "org")}}};
    }
    static ServiceCalls calls(const ServiceKind &kind, const Session &session)
    {
        return test::callsWith(kind, session.access, session.account);
    }
    static void generations()
    {
        QTest::addColumn<Generation>("generation");
        QTest::newRow("documented") << Generation::Documented;
        QTest::newRow("server") << Generation::Server;
    }
};

void TestAstromesh::login_makesAnAccount_data() { generations(); }

void TestAstromesh::login_makesAnAccount()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto session = login(kind);
    QCOMPARE(service.organisations(), QStringList {session.account.value(QStringLiteral("org"))});
    QVERIFY(session.access.startsWith("eyJ"));
    QCOMPARE(session.refresh.isEmpty(), generation == Generation::Documented);
    const auto call = *ServiceCall::fromJson(kind.test);
    QVERIFY(waitFor(calls(kind, session).send(call, {})));
    QCOMPARE(test::lastHeader(service.requests(), "Authorization"), QByteArray("Bearer " + session.access));
    QVERIFY(waitFor(calls(kind, session).send(*ServiceCall::fromJson(kind.method(QStringLiteral("dev"))->logout), {})));
}

void TestAstromesh::login_isRefusedWithoutAnAddress_data() { generations(); }

void TestAstromesh::login_isRefusedWithoutAnAddress()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto call = *ServiceCall::fromJson(kind.method(QStringLiteral("dev"))->login);
    const auto answer = waitFor(
        test::callsWith(kind, {}).send(call, {{QStringLiteral("email"), QStringLiteral("nobody")}}));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidInput);
    QVERIFY2(answer.error().message.contains(u"email"), qPrintable(answer.error().message));
}

void TestAstromesh::token_endsAndIsRenewed()
{
    Astromesh service(Generation::Server);
    service.setTokenLife(60);
    const auto kind = kindOf(service);
    auto session = login(kind);
    const auto test = *ServiceCall::fromJson(kind.test);
    QVERIFY(waitFor(calls(kind, session).send(test, {})));
    service.advance(61);
    const Error over = waitFor(calls(kind, session).send(test, {})).error();
    QCOMPARE(over.code, ErrorCode::Unauthorized);
    QVERIFY2(over.message.contains(u"Sign in again"), qPrintable(over.message));
    QVERIFY2(!over.message.contains(u"eyJ"), qPrintable(over.message));

    const auto renew = *ServiceCall::fromJson(kind.method(QStringLiteral("dev"))->refresh);
    const auto renewed = waitFor(test::callsWith(kind, {}).send(renew, {{QStringLiteral("refresh"), session.refresh}}));
    QVERIFY2(renewed, qPrintable(renewed ? QString() : renewed.error().message));
    session.access = part(*renewed, renew, "access").toLatin1();
    QVERIFY(!part(*renewed, renew, "refresh").isEmpty());
    QVERIFY(waitFor(calls(kind, session).send(test, {})));
    service.expireTokens();
    QVERIFY(!waitFor(calls(kind, session).send(test, {})));
}

void TestAstromesh::token_endsForGood()
{
    Astromesh service(Generation::Server);
    const auto kind = kindOf(service);
    const auto session = login(kind);
    const auto renew = *ServiceCall::fromJson(kind.method(QStringLiteral("dev"))->refresh);
    service.dropRefreshTokens();
    const auto refused = waitFor(test::callsWith(kind, {}).send(renew, {{QStringLiteral("refresh"), session.refresh}}));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
    QVERIFY2(!refused.error().message.contains(u"eyJ"), qPrintable(refused.error().message));
}

void TestAstromesh::plannedLogins_areNotAvailableYet_data() { generations(); }

void TestAstromesh::plannedLogins_areNotAvailableYet()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    for (const char *way : {"google", "github"}) {
        QVERIFY(!kind.method(QLatin1String(way))->way.available);
        const auto answer = waitFor(test::callsWith(kind, {}).send(
            *ServiceCall::fromJson({{"method", "POST"}, {"path", std::string("/auth/") + way}}), {}));
        QVERIFY(!answer);
        QCOMPARE(answer.error().code, ErrorCode::Unsupported);
        QVERIFY2(answer.error().message.startsWith(u"At Astromesh this is not available yet."),
                 qPrintable(answer.error().message));
    }
}

void TestAstromesh::keys_areMadeListedAndRevoked_data() { generations(); }

void TestAstromesh::keys_areMadeListedAndRevoked()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto here = calls(kind, login(kind));
    QCOMPARE(waitFor(here.keys())->size(), size_t(0));
    const auto made = waitFor(here.createKey({QStringLiteral("field-box"), false, {}, {QStringLiteral("agent:run")}}));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    QVERIFY(made->secret.reveal().startsWith(generation == Generation::Documented ? "ask-prod-" : "am_"));
    QCOMPARE(made->key.masked, QString::fromLatin1(made->secret.reveal().left(12))); // the service's own prefix

    const auto keys = waitFor(here.keys());
    QVERIFY(keys);
    QCOMPARE(keys->size(), size_t(1));
    QCOMPARE(keys->front().id, made->key.id);
    QCOMPARE(keys->front().label, QStringLiteral("field-box"));
    QVERIFY(keys->front().created.isValid());
    QVERIFY(!keys->front().lastUsed.isValid());

    QVERIFY(waitFor(here.revokeKey(made->key.id)));
    QCOMPARE(waitFor(here.keys())->size(), size_t(0));
    QCOMPARE(waitFor(here.revokeKey(made->key.id)).error().code, ErrorCode::NotFound);
    QCOMPARE(waitFor(here.rollKey(made->key.id)).error().code, ErrorCode::Unsupported);
}

void TestAstromesh::documentedKey_signsIn()
{
    Astromesh service(Generation::Documented);
    const auto kind = kindOf(service);
    const auto made = waitFor(calls(kind, login(kind)).createKey({QStringLiteral("x"), false, {}, {}}));
    QVERIFY(made);
    QVERIFY(test::tested(kind, made->secret.reveal(), QStringLiteral("key")));
    QCOMPARE(test::lastHeader(service.requests(), "X-API-Key"), made->secret.reveal());
    // The server that is known does not read it.
    service.setGeneration(Generation::Server);
    QCOMPARE(test::tested(kind, made->secret.reveal(), QStringLiteral("key")).error().code, ErrorCode::Unauthorized);
}

void TestAstromesh::keyAccount_learnsItsOrganisation()
{
    const Astromesh service(Generation::Documented);
    const auto kind = kindOf(service);
    const auto made = waitFor(calls(kind, login(kind)).createKey({QStringLiteral("x"), false, {}, {}}));
    QVERIFY(made);
    const test::Accounts accounts({kind});
    const auto account = accounts.signIn(kind.service.id, QStringLiteral("key"),
                                         {{QStringLiteral("key"), made->secret}});
    QVERIFY2(account, qPrintable(account ? QString() : account.error().message));
    QCOMPARE(account->who, service.organisations().front());

    const auto keys = waitFor(accounts.connections->keys(account->id));
    QVERIFY2(keys, qPrintable(keys ? QString() : keys.error().message));
    QCOMPARE(keys->size(), size_t(1));
    QCOMPARE(keys->front().id, made->key.id);
    const auto usage = waitFor(accounts.connections->usage(account->id));
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    QCOMPARE(usage->plan, QStringLiteral("free"));
    QVERIFY(usage->week && usage->month);
}

void TestAstromesh::keyAccountOfBefore_learnsItFromATest()
{
    const Astromesh service(Generation::Documented);
    const auto kind = kindOf(service);
    const auto made = waitFor(calls(kind, login(kind)).createKey({QStringLiteral("x"), false, {}, {}}));
    QVERIFY(made);
    // As an earlier version has written it: without what its calls need.
    const QTemporaryDir folder;
    AccountFile::Content before;
    before.records.resize(1);
    before.records.front().id = before.records.front().service = kind.service.id;
    before.records.front().way = QStringLiteral("key");
    const QString file = folder.filePath(QStringLiteral("accounts.json"));
    QVERIFY(AccountFile::write(file, before));
    qputenv("ASTRA_KEY_ASTROMESH", made->secret.reveal());
    takeEnvironmentKeys();
    const test::Accounts accounts({kind}, file, true);
    QVERIFY(waitFor(accounts.connections->loaded()));

    // What can be asked is: the plan, not the counts of an organisation that nobody knows.
    const auto little = waitFor(accounts.connections->usage(kind.service.id));
    QVERIFY2(little, qPrintable(little ? QString() : little.error().message));
    QCOMPARE(little->plan, QStringLiteral("free"));
    QVERIFY(!little->week);
    QVERIFY(!waitFor(accounts.connections->keys(kind.service.id)));

    QVERIFY(waitFor(accounts.connections->test(kind.service.id)));
    QVERIFY(waitFor(accounts.connections->usage(kind.service.id))->week);
    QCOMPARE(waitFor(accounts.connections->keys(kind.service.id))->size(), size_t(1));
}

void TestAstromesh::providerKeys_areKeptAndRemoved_data() { generations(); }

void TestAstromesh::providerKeys_areKeptAndRemoved()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto here = calls(kind, login(kind));
    QVERIFY(waitFor(here.addProviderKey(QStringLiteral("openai"), Secret("sk-canary0123456789"))));
    QCOMPARE(service.providerKey(QStringLiteral("openai")), QByteArray("sk-canary0123456789"));
    const auto kept = waitFor(here.providerKeys());
    QVERIFY(kept);
    QCOMPARE(kept->size(), size_t(1));
    QCOMPARE(kept->front().provider, QStringLiteral("openai"));
    QCOMPARE(kept->front().masked, generation == Generation::Documented ? QStringLiteral("sk-...6789") : QString());
    QVERIFY(kept->front().added.isValid());
    QCOMPARE(kept->front().stops, QStringLiteral("Agents of the organisation that use openai stop answering."));
    QVERIFY(waitFor(here.removeProviderKey(QStringLiteral("openai"))));
    QCOMPARE(waitFor(here.providerKeys())->size(), size_t(0));
    QCOMPARE(waitFor(here.removeProviderKey(QStringLiteral("openai"))).error().code, ErrorCode::NotFound);
}

void TestAstromesh::usage_isTold_data() { generations(); }

void TestAstromesh::usage_isTold()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto usage = waitFor(calls(kind, login(kind)).usage());
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    QCOMPARE(usage->week, 2); // its own questions
    QCOMPARE(usage->month, 3);
    const auto more = [&](const char *name) {
        const auto found = std::find_if(usage->more.begin(), usage->more.end(),
                                        [&](const auto &one) { return one.first == QLatin1String(name); });
        return found == usage->more.end() ? QString() : found->second;
    };
    const bool documented = generation == Generation::Documented;
    QCOMPARE(usage->plan, documented ? QStringLiteral("free") : QString());
    QCOMPARE(more("Requests a day allowed"), documented ? QStringLiteral("1000") : QString());
    QCOMPARE(more("Requests left today"), documented ? QStringLiteral("997") : QString());
    QCOMPARE(more("Cost in 30 days (US$)"), documented ? QString() : QStringLiteral("0.0125"));
    QCOMPARE(usage->periodEnd.isValid(), !documented);
}

void TestAstromesh::foreignOrganisation_isRefused_data() { generations(); }

void TestAstromesh::foreignOrganisation_isRefused()
{
    QFETCH(Generation, generation);
    const Astromesh service(generation);
    const auto kind = kindOf(service);
    const auto theirs = login(kind, "theo@example.org");
    auto mine = login(kind);
    mine.account = theirs.account;
    const auto keys = waitFor(calls(kind, mine).keys());
    QVERIFY(!keys);
    QCOMPARE(keys.error().code, ErrorCode::Unauthorized);
    QVERIFY2(keys.error().message.contains(u"not a member"), qPrintable(keys.error().message));
}

void TestAstromesh::errors_areSaid_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, int status, const char *body, ErrorCode code, const char *message) {
        QTest::newRow(name) << status << QByteArray(body) << code << QString::fromUtf8(message);
    };
    row("401 flat", 401, R"({"error":"unauthorized","message":"Expired","status":401})", ErrorCode::Unauthorized,
        "Astromesh does not accept this login any more. Sign in again. It says: Expired");
    row("401 detail", 401, R"({"detail":"Expired"})", ErrorCode::Unauthorized,
        "Astromesh does not accept this login any more. Sign in again. It says: Expired");
    row("404 flat", 404, R"({"error":"agent_not_found","message":"No such agent","status":404})", ErrorCode::NotFound,
        "Astromesh does not have what was asked for: No such agent");
    row("409", 409, R"({"detail":"Agent already deployed"})", ErrorCode::InvalidInput,
        "Astromesh says that this does not go together with what is there: Agent already deployed");
    row("422 schema", 422, R"({"detail":[{"loc":["body","name"],"msg":"Field required","type":"missing"}]})",
        ErrorCode::InvalidInput, "Astromesh cannot use what was sent: name: Field required");
    row("429", 429, R"({"error":"daily_limit","message":"1000 a day","status":429})", ErrorCode::RateLimited,
        "Astromesh asks to slow down; try again in a while: 1000 a day");
    row("501", 501, R"({"error":"not_implemented","message":"Planned","status":501})", ErrorCode::Unsupported,
        "At Astromesh this is not available yet. It says: Planned");
    row("502", 502, R"({"detail":"Runtime unreachable"})", ErrorCode::Network,
        "Astromesh is in trouble (HTTP 502): Runtime unreachable");
    row("a page", 404, "<html>There isn't a GitHub Pages site here.</html>", ErrorCode::NotFound,
        "Astromesh does not have what was asked for: it answered with a web page (HTTP 404).");
}

void TestAstromesh::errors_areSaid()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    Astromesh service;
    const auto kind = kindOf(service);
    const auto session = login(kind);
    service.refuse(status, body);
    const Error error = waitFor(calls(kind, session).createKey({QStringLiteral("x"), false, {}, {}})).error();
    QTEST(error.code, "code");
    QVERIFY(error.message.endsWith(u')'));
    QTEST(error.message.left(error.message.lastIndexOf(u" (request ")), "message");
}

QTEST_GUILESS_MAIN(TestAstromesh)
#include "tst_astromesh.moc"
