// SPDX-License-Identifier: Apache-2.0
#include "tests/core/credentials/servicefixture.h"
#include "tests/support/services/astraos.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;
using test::AstraOs;
using Form = AstraOs::Form;

Q_DECLARE_METATYPE(Form)

class TestAstraKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void test_acceptsEveryKey_data();
    void test_acceptsEveryKey();
    void test_refusesWrongKeys_data();
    void test_refusesWrongKeys();
    void testKey_bringsInventedData();
    void publicService_managesKeysByItsWebsiteOnly_data();
    void publicService_managesKeysByItsWebsiteOnly();
    void ownServer_managesKeys();
    void ownServer_rollsWithoutDowntime();
    void ownServer_asksForTheScope();
    void ownServer_limitsKeysByPlan();
    void ownServer_isNamedByItsHost();
    void rate_isLimited();
    void errors_areSaid_data();
    void errors_areSaid();

private:
    static ServiceKind publicKind(const AstraOs &service)
    {
        return test::kindAt(QStringLiteral("astra-os"), service.url(), QStringLiteral("/api"));
    }
    static ServiceKind ownKind(const AstraOs &service)
    {
        const auto kinds = ServiceKinds::read({}, {});
        const auto *kind = kinds.find(QStringLiteral("astra-server"));
        auto bound = kind != nullptr ? kind->at(service.url()) : fail(ErrorCode::NotFound, QStringLiteral("none"));
        if (!bound)
            qFatal("%s", qPrintable(bound.error().message));
        return *bound;
    }
    static void forms()
    {
        QTest::addColumn<Form>("form");
        QTest::newRow("code") << Form::Code;
        QTest::newRow("documented") << Form::Documented;
    }
};

void TestAstraKeys::test_acceptsEveryKey_data() { forms(); }

void TestAstraKeys::test_acceptsEveryKey()
{
    QFETCH(Form, form);
    const AstraOs service(form);
    for (const QByteArray &key : {service.key(), service.testKey()}) {
        QVERIFY(test::tested(publicKind(service), key));
        QCOMPARE(test::lastHeader(service.requests(), "Authorization"), QByteArray("Bearer " + key));
    }
    // The code's keys say nothing of what they are for.
    QCOMPARE(service.key().startsWith("astra_sk_"), form == Form::Documented);
}

void TestAstraKeys::test_refusesWrongKeys_data() { forms(); }

void TestAstraKeys::test_refusesWrongKeys()
{
    QFETCH(Form, form);
    AstraOs service(form);
    const auto kind = publicKind(service);
    service.revoke(service.key());
    for (const QByteArray &key : {QByteArray("astra_sk_live_canary0000000"), service.key()}) {
        const Error error = test::tested(kind, key).error();
        QCOMPARE(error.code, ErrorCode::Unauthorized);
        QVERIFY2(error.message.startsWith(u"ASTRA OS does not accept this key: it is unknown or has been revoked."),
                 qPrintable(error.message));
    }
}

void TestAstraKeys::testKey_bringsInventedData()
{
    const AstraOs service(Form::Documented);
    const auto kind = publicKind(service);
    QCOMPARE(member(*test::tested(kind, service.testKey()), "features").size(), size_t(1));
    QCOMPARE(member(*test::tested(kind, service.key()), "features").size(), size_t(0));
}

void TestAstraKeys::publicService_managesKeysByItsWebsiteOnly_data() { forms(); }

void TestAstraKeys::publicService_managesKeysByItsWebsiteOnly()
{
    QFETCH(Form, form);
    const AstraOs service(form);
    const auto kind = publicKind(service);
    const auto calls = test::callsWith(kind, service.key());
    const QString words = QStringLiteral(
        "ASTRA OS lets keys be managed only on its website, by whoever is signed in there.");
    QCOMPARE(waitFor(calls.keys()).error().message, words);
    QCOMPARE(waitFor(calls.keys()).error().code, ErrorCode::Unsupported); // the key is not at fault
    QCOMPARE(waitFor(calls.createKey({QStringLiteral("x"), false, {}, {}})).error().message, words);
    QCOMPARE(waitFor(calls.revokeKey(QStringLiteral("1"))).error().message, words);
    QCOMPARE(waitFor(calls.rollKey(QStringLiteral("1"))).error().message, words);
    QVERIFY(test::tested(kind, service.key()));
}

void TestAstraKeys::ownServer_managesKeys()
{
    AstraOs service(Form::Own);
    const auto kind = ownKind(service);
    const auto calls = test::callsWith(kind, service.managerKey());
    const auto before = waitFor(calls.keys());
    QVERIFY2(before, qPrintable(before ? QString() : before.error().message));
    QCOMPARE(before->size(), size_t(3));

    const auto made = waitFor(
        calls.createKey({QStringLiteral("laptop"), true, {}, {QStringLiteral("search"), QStringLiteral("assets")}}));
    QVERIFY2(made, qPrintable(made ? QString() : made.error().message));
    QVERIFY(made->secret.reveal().startsWith("astra_sk_test_"));
    QVERIFY(made->key.test);
    QCOMPARE(made->key.label, QStringLiteral("laptop"));
    QCOMPARE(made->key.scopes, QStringList({QStringLiteral("search"), QStringLiteral("assets")}));
    QCOMPARE(made->key.masked, QStringLiteral("astra_sk_tes..."));
    QVERIFY(test::tested(kind, made->secret.reveal()));

    const auto usage = waitFor(calls.keyUsage(made->key.id));
    QVERIFY2(usage, qPrintable(usage ? QString() : usage.error().message));
    QCOMPARE(usage->today, 1);
    QCOMPARE(usage->perMinute, 120);
    QCOMPARE(usage->plan, QStringLiteral("pro"));

    QVERIFY(waitFor(calls.revokeKey(made->key.id)));
    QVERIFY(!service.accepts(made->secret.reveal()));
    const auto keys = waitFor(calls.keys());
    QCOMPARE(keys->size(), size_t(4));
    QCOMPARE(keys->front().id, made->key.id); // newest first, revoked ones included
    QVERIFY(keys->front().revoked);
    QVERIFY(keys->front().test);
    QVERIFY(keys->front().lastUsed.isValid());
    QVERIFY(!keys->back().revoked);
    QCOMPARE(waitFor(calls.revokeKey(made->key.id)).error().code, ErrorCode::InvalidInput);
    QCOMPARE(waitFor(calls.revokeKey(QStringLiteral("nobody"))).error().code, ErrorCode::NotFound);
}

void TestAstraKeys::ownServer_rollsWithoutDowntime()
{
    AstraOs service(Form::Own);
    const auto kind = ownKind(service);
    const auto calls = test::callsWith(kind, service.managerKey());
    const auto keys = waitFor(calls.keys());
    const auto old = std::find_if(keys->begin(), keys->end(),
                                  [](const data::ServiceKey &key) { return key.label == u"live"; });
    QVERIFY(old != keys->end());
    const auto rolled = waitFor(calls.rollKey(old->id));
    QVERIFY2(rolled, qPrintable(rolled ? QString() : rolled.error().message));
    QVERIFY(rolled->secret != Secret(service.key()));
    QVERIFY(test::tested(kind, rolled->secret.reveal()));
    QVERIFY(test::tested(kind, service.key())); // 24 hours more
    const auto after = waitFor(calls.keys());
    const auto ending = std::find_if(after->begin(), after->end(),
                                     [&](const data::ServiceKey &key) { return key.id == old->id; });
    QVERIFY(ending->expires > service.now().addSecs(86000) && ending->expires <= service.now().addSecs(86400));
    service.advance(86401);
    QCOMPARE(test::tested(kind, service.key()).error().code, ErrorCode::Unauthorized);
    QVERIFY(test::tested(kind, rolled->secret.reveal()));
}

void TestAstraKeys::ownServer_asksForTheScope()
{
    const AstraOs service(Form::Own);
    const auto calls = test::callsWith(ownKind(service), service.key());
    const Error error = waitFor(calls.keys()).error();
    QCOMPARE(error.code, ErrorCode::Unauthorized);
    QVERIFY2(error.message.contains(u"lacks the scope"), qPrintable(error.message));
    QCOMPARE(waitFor(calls.createKey({QStringLiteral("x"), false, {}, {}})).error().code, ErrorCode::Unauthorized);
}

void TestAstraKeys::ownServer_limitsKeysByPlan()
{
    AstraOs service(Form::Own);
    service.setPlan(QStringLiteral("free"));
    const auto kind = ownKind(service);
    const auto calls = test::callsWith(kind, service.managerKey());
    const Error error = waitFor(calls.createKey({QStringLiteral("x"), false, {}, {}})).error();
    QCOMPARE(error.code, ErrorCode::Unauthorized);
    QVERIFY2(error.message.contains(u"number of keys"), qPrintable(error.message));
    service.setPlan(QStringLiteral("pro"));
    QCOMPARE(waitFor(calls.createKey({QString(65, u'x'), false, {}, {}})).error().code, ErrorCode::InvalidInput);
    QCOMPARE(waitFor(calls.createKey({QStringLiteral("x"), false, {}, {QStringLiteral("everything")}})).error().code,
             ErrorCode::InvalidInput);
}

void TestAstraKeys::ownServer_isNamedByItsHost()
{
    const AstraOs service(Form::Own);
    const auto kind = ownKind(service);
    QVERIFY2(kind.service.title.startsWith(u"Astra server on 127.0.0.1"), qPrintable(kind.service.title));
    QCOMPARE(kind.host(), QStringLiteral("127.0.0.1:%1").arg(service.url().port()));
    QVERIFY(kind.covers(service.url(QStringLiteral("/api/keys"))));
    QVERIFY(!kind.covers(QUrl(QStringLiteral("http://127.0.0.1:1/api/keys"))));
}

void TestAstraKeys::rate_isLimited()
{
    AstraOs service(Form::Own);
    service.setPerMinute(1);
    const auto kind = ownKind(service);
    std::optional<net::HttpResponse> refused;
    for (int i = 0; i < 3 && !refused; ++i) { // a minute may end in between
        net::HttpRequest request;
        request.url = service.url(QStringLiteral("/api/v1/search?bbox=0,0,1,1&datetime=2025-01-01"));
        request.connection = kind.service.id;
        request.retries = 0;
        // A client of its own for each: one alone would wait by itself.
        const auto answer = waitFor(test::clientWith(kind, service.key())->send(request));
        QVERIFY(answer);
        const auto allowance = allowanceOf(*answer, kind.allowance);
        QCOMPARE(allowance.rateLimit, 1);
        QCOMPARE(allowance.rateLeft, 0);
        if (answer->status == 429)
            refused = *answer;
    }
    QVERIFY(refused);
    QVERIFY(!refused->header("Retry-After").isEmpty());
}

void TestAstraKeys::errors_areSaid_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("message");
    const auto row = [](const char *name, int status, const char *body, ErrorCode code, const char *message) {
        QTest::newRow(name) << status << QByteArray(body) << code << QString::fromUtf8(message);
    };
    row("VALIDATION_ERROR", 400,
        R"({"error":{"code":"VALIDATION_ERROR","message":"is missing","details":{"parameter":"datetime","received":null}}})",
        ErrorCode::InvalidInput, "ASTRA OS did not accept the request: datetime: is missing");
    row("INVALID_ID_FORMAT", 400, R"({"error":{"code":"INVALID_ID_FORMAT","message":"provider:original"}})",
        ErrorCode::InvalidInput, "ASTRA OS did not accept the request: provider:original");
    row("text", 400, R"({"error":"bbox needs four numbers"})", ErrorCode::InvalidInput,
        "ASTRA OS did not accept the request: bbox needs four numbers");
    row("findings", 400, R"({"error":[{"code":"invalid_type","path":["start_date"],"message":"expected string"}]})",
        ErrorCode::InvalidInput, "ASTRA OS did not accept the request: start_date: expected string");
    row("UNAUTHORIZED", 401, R"({"error":{"code":"UNAUTHORIZED","message":"revoked"}})", ErrorCode::Unauthorized,
        "ASTRA OS does not accept this key: it is unknown or has been revoked. It says: revoked");
    row("FORBIDDEN", 403, R"({"error":{"code":"FORBIDDEN","message":"Pro only"}})", ErrorCode::Unauthorized,
        "The plan of this ASTRA OS account does not include this, or its keys are used up. It says: Pro only");
    row("NOT_FOUND", 404, R"({"error":{"code":"NOT_FOUND","message":"no such job"}})", ErrorCode::NotFound,
        "ASTRA OS does not have what was asked for: no such job");
    row("SCENE_NOT_FOUND", 404, R"({"error":{"code":"SCENE_NOT_FOUND","message":"no such scene"}})",
        ErrorCode::NotFound, "ASTRA OS does not have what was asked for: no such scene");
    row("RATE_LIMITED", 429, R"({"error":{"code":"RATE_LIMITED","message":"30 a minute"}})", ErrorCode::RateLimited,
        "ASTRA OS asks to slow down; try again in a while: 30 a minute");
    row("upstream 404", 500, R"({"error":"Planetary Computer API error: 404 Not Found"})", ErrorCode::NotFound,
        "ASTRA OS does not have what was asked for: Planetary Computer API error: 404 Not Found");
    row("500", 500, R"({"error":"Unexpected token"})", ErrorCode::Network,
        "ASTRA OS is in trouble (HTTP 500): Unexpected token");
    row("a page", 404, "<!DOCTYPE html><html></html>", ErrorCode::NotFound,
        "ASTRA OS does not have what was asked for: it answered with a web page (HTTP 404).");
    row("nothing", 405, "", ErrorCode::InvalidInput, "ASTRA OS did not accept the request.");
    row("GraphQL", 200, R"({"data":null,"errors":[{"message":"m"}],"ok":false})", ErrorCode::InvalidInput,
        "ASTRA OS did not accept the request: m");
}

void TestAstraKeys::errors_areSaid()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    AstraOs service;
    service.refuse(status, body);
    const auto call = *ServiceCall::fromJson({{"method", "POST"}, {"path", "/v1/process"}});
    const Error error = waitFor(test::callsWith(publicKind(service), service.key()).send(call, {})).error();
    QTEST(error.code, "code");
    QVERIFY(error.message.endsWith(u')'));
    QTEST(error.message.left(error.message.lastIndexOf(u" (request ")), "message");
}

QTEST_GUILESS_MAIN(TestAstraKeys)
#include "tst_astrakeys.moc"
