// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/environmentkeys.h"
#include "core/credentials/serviceerror.h"
#include "tests/core/credentials/accountsfixture.h"
#include "tests/core/credentials/servicefixture.h"
#include "tests/support/services/astroway.h"

#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::credentials;
using test::AstroWay;
using Generation = AstroWay::Generation;

Q_DECLARE_METATYPE(Generation)

class TestAstroWay : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void test_acceptsEitherKey_data();
    void test_acceptsEitherKey();
    void test_refusesOthers_data();
    void test_refusesOthers();
    void usage_tellsPlanAndCredits_data();
    void usage_tellsPlanAndCredits();
    void allowance_isInEveryAnswer();
    void keys_areMadeByAMasterKeyOnly_data();
    void keys_areMadeByAMasterKeyOnly();
    void keys_canNeitherBeListedNorRevoked();
    void references_needNoKey();
    void openAccount_asksTheDictionaries();
    void credits_areCountedByTheDay();
    void credits_areShownAfterARestart();
    void credits_runOut_data();
    void credits_runOut();
    void rate_isLimited();
    void idempotency_refusesAnotherBody();
    void errors_areSaid_data();
    void errors_areSaid();

private:
    static ServiceKind kindOf(const AstroWay &service)
    {
        return test::kindAt(QStringLiteral("astroway"), service.url(), QStringLiteral("/v1"));
    }
    static ServiceCall chart()
    {
        return *ServiceCall::fromJson({{"method", "POST"}, {"path", "/chart"}, {"body", {{"date", "2000-01-01"}}}});
    }
    static void generations()
    {
        QTest::addColumn<Generation>("generation");
        QTest::newRow("old") << Generation::Old;
        QTest::newRow("new") << Generation::New;
    }
};

void TestAstroWay::test_acceptsEitherKey_data() { generations(); }

void TestAstroWay::test_acceptsEitherKey()
{
    QFETCH(Generation, generation);
    const AstroWay service(generation);
    for (const QByteArray &key : {service.key(), service.testKey()}) {
        QVERIFY(test::tested(kindOf(service), key));
        QCOMPARE(test::lastHeader(service.requests(), "X-Api-Key"), key);
        QCOMPARE(test::lastHeader(service.requests(), "Authorization"), QByteArray());
        QVERIFY(!service.requests().back().query.toString().contains(QString::fromLatin1(key)));
    }
}

void TestAstroWay::test_refusesOthers_data() { generations(); }

void TestAstroWay::test_refusesOthers()
{
    QFETCH(Generation, generation);
    AstroWay service(generation);
    const auto kind = kindOf(service);
    // The service quotes the key back: nobody sees it.
    const QByteArray wrong = "aw_live_canary0123456789canary0123456789";
    const Error error = test::tested(kind, wrong).error();
    QCOMPARE(error.code, ErrorCode::Unauthorized);
    QVERIFY2(error.message.startsWith(u"AstroWay does not accept this key."), qPrintable(error.message));
    QVERIFY2(!error.message.contains(u"canary"), qPrintable(error.message));
    QVERIFY2(error.message.contains(u"(request "), qPrintable(error.message));

    QCOMPARE(test::tested(kind, {}).error().code, ErrorCode::Unauthorized);
    service.revoke(service.key());
    QCOMPARE(test::tested(kind, service.key()).error().code, ErrorCode::Unauthorized);
    service.suspend(true);
    QCOMPARE(test::tested(kind, service.testKey()).error().code, ErrorCode::Unauthorized);
}

void TestAstroWay::usage_tellsPlanAndCredits_data() { generations(); }

void TestAstroWay::usage_tellsPlanAndCredits()
{
    QFETCH(Generation, generation);
    AstroWay service(generation);
    service.setPlan(QStringLiteral("starter"));
    service.setCredits(1234);
    const auto usage = waitFor(test::callsWith(kindOf(service), service.key()).usage());
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    QCOMPARE(usage->plan, QStringLiteral("starter"));
    QCOMPARE(usage->creditsLeft, 1234.0);
    QCOMPARE(usage->creditsTotal, 200000.0);
    QCOMPARE(usage->perMinute, 120);
    QCOMPARE(usage->today, 2); // its second question
    QCOMPARE(usage->week, 65);
    QCOMPARE(usage->month, 291);
    QVERIFY(usage->periodEnd > service.now().addDays(19) && usage->periodEnd < service.now().addDays(21));
}

void TestAstroWay::allowance_isInEveryAnswer()
{
    const AstroWay service;
    const auto kind = kindOf(service);
    net::HttpRequest request;
    request.url = service.url(QStringLiteral("/v1/auth/keys/me"));
    request.connection = kind.service.id;
    const auto response = waitFor(test::clientWith(kind, service.key())->send(request));
    QVERIFY(response);
    const auto allowance = allowanceOf(*response, kind.allowance);
    QCOMPARE(allowance.rateLimit, 30);
    QCOMPARE(allowance.rateLeft, 29);
    QVERIFY(allowance.rateReset > service.now().addSecs(-1) && allowance.rateReset <= service.now().addSecs(60));
    QCOMPARE(allowance.creditsLeft, 50000.0);
    QVERIFY(allowance.creditsReset > service.now().addDays(19));
}

void TestAstroWay::keys_areMadeByAMasterKeyOnly_data() { generations(); }

void TestAstroWay::keys_areMadeByAMasterKeyOnly()
{
    QFETCH(Generation, generation);
    const AstroWay service(generation);
    const auto kind = kindOf(service);
    const data::KeyWish wish {QStringLiteral("field-box"), true, QStringLiteral("pro"), {}};
    const auto made = waitFor(test::callsWith(kind, service.masterKey()).createKey(wish));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    QVERIFY(made->secret.reveal().startsWith("aw_test_"));
    QVERIFY(made->key.test);
    QCOMPARE(made->key.label, QStringLiteral("field-box"));
    QCOMPARE(made->key.masked,
             QString::fromLatin1(made->secret.reveal().left(4)) + u'…'
                 + QString::fromLatin1(made->secret.reveal().right(4)));
    QVERIFY(test::tested(kind, made->secret.reveal()));

    const auto refused = waitFor(test::callsWith(kind, service.key()).createKey(wish));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unauthorized);
    QVERIFY2(refused.error().message.startsWith(u"Only a master key may do this at AstroWay"),
             qPrintable(refused.error().message));

    const auto unusable = waitFor(test::callsWith(kind, service.masterKey()).createKey({}));
    QVERIFY(!unusable);
    QCOMPARE(unusable.error().code, ErrorCode::InvalidInput);
    QVERIFY2(unusable.error().message.contains(u"name: 1 to 100 characters"), qPrintable(unusable.error().message));
}

void TestAstroWay::keys_canNeitherBeListedNorRevoked()
{
    const AstroWay service;
    const auto calls = test::callsWith(kindOf(service), service.masterKey());
    const QString words = QStringLiteral("AstroWay lets keys be listed and revoked only on its website.");
    QCOMPARE(waitFor(calls.keys()).error().message, words);
    QCOMPARE(waitFor(calls.keys()).error().code, ErrorCode::Unsupported);
    QCOMPARE(waitFor(calls.revokeKey(QStringLiteral("k1"))).error().message, words);
    QCOMPARE(waitFor(calls.revokeKey(QStringLiteral("k1"))).error().code, ErrorCode::Unsupported);
    QCOMPARE(waitFor(calls.rollKey(QStringLiteral("k1"))).error().code, ErrorCode::Unsupported);
    QVERIFY(service.requests().empty());
}

void TestAstroWay::references_needNoKey()
{
    AstroWay service;
    const auto kind = kindOf(service);
    // A client of its own for each: one alone would spread its requests over the hour.
    const auto ask = [&kind](const ServiceCall &call) {
        return waitFor(test::callsWith(kind, {}, {}, QStringLiteral("open")).send(call, {}));
    };
    const auto signs = *ServiceCall::fromJson({{"path", "/reference/signs"}});
    for (int i = 0; i < 30; ++i)
        QVERIFY(ask(signs));
    QCOMPARE(test::lastHeader(service.requests(), "X-Api-Key"), QByteArray());
    net::HttpRequest request;
    request.url = service.url(QStringLiteral("/v1/reference/planets"));
    request.retries = 0;
    const auto response = waitFor(test::clientWith(kind, {}, QStringLiteral("open"))->send(request));
    QVERIFY(response);
    QCOMPARE(response->status, 429);
    const int wait = response->header("Retry-After").toInt();
    QVERIFY(wait > 0 && wait <= 3600);
    service.advance(3600);
    QVERIFY(ask(signs));
    QCOMPARE(ask(*ServiceCall::fromJson({{"path", "/reference/moods"}})).error().code, ErrorCode::NotFound);
}

void TestAstroWay::openAccount_asksTheDictionaries()
{
    const AstroWay service;
    const auto kind = kindOf(service);
    const test::Accounts accounts({kind});
    const QString path = QStringLiteral("/v1/reference/signs");
    const auto account = accounts.signIn(kind.service.id, QStringLiteral("open"));
    QVERIFY2(account, qPrintable(account ? QString() : account.error().message));
    QCOMPARE(service.count(path), 1);
    QVERIFY(isSignedIn(*account, kind.service));
    QVERIFY(isSignedIn(accounts.account(account->id), kind.service));
    QCOMPARE(account->place, data::Account::Place::None);
    QVERIFY(account->notices.isEmpty() && !account->refused);
    QCOMPARE(account->allowance.rateLimit, 30);
    QCOMPARE(account->allowance.rateLeft, 29);
    QVERIFY(account->allowance.rateReset <= service.now().addSecs(3600));
    // What it may is known before anything is asked.
    QVERIFY(kind.method(account->way)->way.note.contains(u"at most 30 requests an hour"));

    const auto tested = waitFor(accounts.connections->test(account->id));
    QVERIFY(tested);
    QCOMPARE(tested->allowance.rateLeft, 28);
    QCOMPARE(service.count(path), 2);
    QCOMPARE(int(service.requests().size()), 2);
    QCOMPARE(test::lastHeader(service.requests(), "X-Api-Key"), QByteArray());
    // The definition's own sentence reaches whoever asks for the keys.
    const auto keys = waitFor(accounts.connections->keys(account->id));
    QVERIFY(!keys);
    QCOMPARE(keys.error().code, ErrorCode::Unsupported);
    QCOMPARE(keys.error().message, QStringLiteral("AstroWay lets keys be listed and revoked only on its website."));
    QCOMPARE(int(service.requests().size()), 2);
}

void TestAstroWay::credits_areCountedByTheDay()
{
    AstroWay service;
    const auto kind = kindOf(service);
    const test::Accounts accounts({kind});
    data::NoticeSettings settings;
    settings.dailyCredits = 19;
    settings.dailyRequests = 1000;
    QVERIFY(waitFor(accounts.connections->setNoticeSettings(settings)));
    const auto account = accounts.signIn(kind.service.id, QStringLiteral("key"),
                                         {{QStringLiteral("key"), Secret(service.key())}});
    QVERIFY2(account, qPrintable(account ? QString() : account.error().message));
    QCOMPARE(account->allowance.creditsLeft, 50000.0); // its test has told
    const auto charted = [&] {
        const ServiceCalls calls(accounts.client, kind, account->id, {});
        return waitFor(calls.send(chart(), {})).has_value();
    };
    QVERIFY(charted());
    // What is spent elsewhere meanwhile, and what is added, is not this program's.
    service.setCredits(20000);
    QVERIFY(charted());
    service.setCredits(90000);
    QCOMPARE(waitFor(accounts.connections->usage(account->id))->creditsLeft, 90000.0);
    const auto now = accounts.account(account->id);
    QCOMPARE(now.allowance.creditsLeft, 90000.0);
    QCOMPARE(now.notices.size(), 1);
    QCOMPARE(now.notices.front().kind, data::AccountNotice::Kind::Credits);
    QCOMPARE(now.notices.front().text, QStringLiteral("20 credits today, more than the 19 that you chose."));
}

void TestAstroWay::credits_areShownAfterARestart()
{
    const AstroWay service;
    const auto kind = kindOf(service);
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("accounts.json"));
    {
        const test::Accounts accounts({kind}, file);
        QVERIFY(
            accounts.signIn(kind.service.id, QStringLiteral("key"), {{QStringLiteral("key"), Secret(service.key())}}));
        // Asking does not wait for what is written later; a name is written at once.
        QVERIFY(waitFor(accounts.connections->usage(kind.service.id)));
        QVERIFY(waitFor(accounts.connections->rename(kind.service.id, QStringLiteral("here"))));
    }
    const auto written = AccountFile::read(file);
    QCOMPARE(written.records.size(), size_t(1));
    QCOMPARE(written.records.front().creditsTold.left, 50000.0);
    QVERIFY(written.records.front().creditsTold.at.isValid());

    qputenv("ASTRA_KEY_ASTROWAY", service.key());
    takeEnvironmentKeys();
    const test::Accounts again({kind}, file, true);
    QVERIFY(waitFor(again.connections->loaded()));
    const auto account = again.account(kind.service.id);
    QCOMPARE(account.place, data::Account::Place::Environment);
    QCOMPARE(account.allowance.creditsLeft, 50000.0);
    QVERIFY(account.allowance.creditsReset > service.now().addDays(19));
}

void TestAstroWay::credits_runOut_data() { generations(); }

void TestAstroWay::credits_runOut()
{
    QFETCH(Generation, generation);
    AstroWay service(generation);
    service.setCredits(10);
    const auto kind = kindOf(service);
    const auto calls = test::callsWith(kind, service.key());
    QVERIFY(waitFor(calls.send(chart(), {})));
    const auto spent = waitFor(calls.send(chart(), {}));
    QVERIFY(!spent);
    QCOMPARE(spent.error().code, ErrorCode::RateLimited);
    QVERIFY(!spent.error().retryable); // waiting a minute does not help
    QVERIFY2(spent.error().message.startsWith(u"At AstroWay the credits are used up."),
             qPrintable(spent.error().message));
    // A test key costs nothing.
    QVERIFY(waitFor(test::callsWith(kind, service.testKey()).send(chart(), {})));

    service.setPlan(QStringLiteral("none"));
    const auto unpaid = waitFor(calls.send(chart(), {}));
    QVERIFY(!unpaid);
    QCOMPARE(unpaid.error().code, ErrorCode::Unauthorized);
    QVERIFY2(unpaid.error().message.contains(u"subscription"), qPrintable(unpaid.error().message));
}

void TestAstroWay::rate_isLimited()
{
    AstroWay service;
    service.setPerMinute(1);
    std::optional<Error> refused;
    for (int i = 0; i < 3 && !refused; ++i) { // a minute may end in between
        // A client of its own for each: one alone would wait by itself.
        if (const auto answer = waitFor(test::callsWith(kindOf(service), service.key()).send(chart(), {})); !answer)
            refused = answer.error();
    }
    QVERIFY(refused);
    QCOMPARE(refused->code, ErrorCode::RateLimited);
    QVERIFY(refused->retryable);
    QVERIFY2(refused->message.startsWith(u"AstroWay asks to slow down; try again in "), qPrintable(refused->message));
}

void TestAstroWay::idempotency_refusesAnotherBody()
{
    const AstroWay service(Generation::Old);
    const auto kind = kindOf(service);
    const auto client = test::clientWith(kind, service.masterKey());
    const auto send = [&](const QByteArray &body) {
        net::HttpRequest request;
        request.method = "POST";
        request.url = service.url(QStringLiteral("/v1/keys"));
        request.connection = kind.service.id;
        request.headers = {{"Idempotency-Key", "once"}};
        request.body = body;
        request.confidential = true;
        return waitFor(client->send(request)).value_or(net::HttpResponse());
    };
    const auto first = send(R"({"label":"a"})");
    QCOMPARE(send(R"({"label":"a"})").body, first.body);
    const auto other = send(R"({"label":"b"})");
    QCOMPARE(other.status, 409);
    const Error error = serviceError(other, kind.service.title, kind.errors);
    QCOMPARE(error.code, ErrorCode::InvalidInput);
    QVERIFY2(error.message.endsWith(u"(request 4f2c-409)"), qPrintable(error.message));
}

void TestAstroWay::errors_areSaid_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("start");
    const auto row = [](int status, const char *name, ErrorCode code, const char *start) {
        QTest::newRow(name) << status << QByteArray(name) << code << QString::fromUtf8(start);
    };
    row(400, "invalid_request", ErrorCode::InvalidInput, "AstroWay did not accept the request");
    row(400, "INVALID_INPUT", ErrorCode::InvalidInput, "AstroWay did not accept the request");
    row(400, "BAD_JSON", ErrorCode::InvalidInput, "AstroWay did not accept the request");
    row(401, "missing_api_key", ErrorCode::Unauthorized, "AstroWay does not accept this key.");
    row(401, "INVALID_API_KEY", ErrorCode::Unauthorized, "AstroWay does not accept this key.");
    row(401, "MISSING_BEARER", ErrorCode::Unauthorized, "AstroWay does not accept this key.");
    row(402, "credits_exhausted", ErrorCode::RateLimited, "At AstroWay the credits are used up.");
    row(402, "subscription_inactive", ErrorCode::Unauthorized, "The AstroWay subscription is not active.");
    row(402, "overage_disabled", ErrorCode::RateLimited,
        "At AstroWay the credits are used up, and paying for more is switched off.");
    row(402, "PLAN_UPGRADE_REQUIRED", ErrorCode::Unauthorized, "The AstroWay plan does not include this.");
    row(402, "PLAN_PACK_MISMATCH", ErrorCode::Unauthorized, "The AstroWay plan does not include this.");
    row(402, "SUBSCRIPTION_EXPIRED", ErrorCode::Unauthorized, "The AstroWay subscription has ended.");
    row(402, "SOMETHING_NEW", ErrorCode::Unauthorized, "At AstroWay the credits are used up, or the plan");
    row(403, "insufficient_scope", ErrorCode::Unauthorized, "Only a master key may do this at AstroWay");
    row(403, "DOMAIN_MISMATCH", ErrorCode::Unauthorized, "This AstroWay key is bound to a website");
    row(403, "FORBIDDEN_ORIGIN", ErrorCode::Unauthorized, "This AstroWay key is bound to a website");
    row(403, "KEY_SUSPENDED", ErrorCode::Unauthorized, "AstroWay has suspended this key.");
    row(403, "SOMETHING_ELSE", ErrorCode::Unauthorized, "AstroWay does not let this key do that.");
    row(404, "NOT_FOUND", ErrorCode::NotFound, "AstroWay does not have what was asked for");
    row(409, "idempotency_key_reuse", ErrorCode::InvalidInput, "AstroWay says that this does not go together");
    row(422, "validation_failed", ErrorCode::InvalidInput, "AstroWay cannot use what was sent");
    row(429, "rate_limit_exceeded", ErrorCode::RateLimited, "AstroWay asks to slow down");
    row(429, "RATE_LIMIT", ErrorCode::RateLimited, "AstroWay asks to slow down");
    row(429, "CREDITS_EXHAUSTED", ErrorCode::RateLimited, "At AstroWay the credits are used up.");
    row(500, "INTERNAL", ErrorCode::Network, "AstroWay is in trouble (HTTP 500)");
    row(503, "UNAVAILABLE", ErrorCode::Network, "AstroWay is in trouble (HTTP 503)");
}

void TestAstroWay::errors_areSaid()
{
    QFETCH(int, status);
    QFETCH(QByteArray, name);
    QFETCH(QString, start);
    AstroWay service;
    const auto kind = kindOf(service);
    const Json error {{"code", name.toStdString()},
                      {"message", "In its own words"},
                      {"request_id", "4f2c"},
                      {"details", {{{"field", "date"}, {"message", "is odd"}}}}};
    for (const Json &body : {Json {{"error", error}}, Json {{"ok", false}, {"error", error}}}) {
        service.refuse(status, toText(body));
        const Error said = waitFor(test::callsWith(kind, service.key()).send(chart(), {})).error();
        QTEST(said.code, "code");
        QVERIFY2(said.message.startsWith(start), qPrintable(said.message));
        QVERIFY2(said.message.contains(u"In its own words: date: is odd"), qPrintable(said.message));
        QVERIFY2(said.message.endsWith(u"(request 4f2c)"), qPrintable(said.message));
        QCOMPARE(said.origin, QStringLiteral("AstroWay"));
    }
}

QTEST_GUILESS_MAIN(TestAstroWay)
#include "tst_astroway.moc"
