// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/serviceerror.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;

class TestServiceError : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void serviceError_readsEveryForm_data();
    void serviceError_readsEveryForm();
    void serviceError_strikesOutKeysAndSignatures();
    void serviceError_cutsLongTexts();
    void serviceError_takesTheDefinitionsWords_data();
    void serviceError_takesTheDefinitionsWords();
    void serviceError_tellsHowLongToWait();
    void readFault_knowsEveryEnvelope_data();
    void readFault_knowsEveryEnvelope();
    void readFault_strikesOut_data();
    void readFault_strikesOut();
    void readFault_keepsWhatIsNoSecret_data();
    void readFault_keepsWhatIsNoSecret();
    void readFault_takesNoKeyForARequestId();
};

namespace {

net::HttpResponse answer(int status, const QByteArray &body, const QList<net::Header> &headers = {})
{
    net::HttpResponse response;
    response.status = status;
    response.body = body;
    response.headers = headers;
    return response;
}

} // namespace

void TestServiceError::serviceError_readsEveryForm_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, int status, const char *body, ErrorCode code, const char *sentence) {
        QTest::newRow(name) << status << QByteArray(body) << code << QString::fromUtf8(sentence);
    };
    row("A 401", 401, R"({"error":{"code":"UNAUTHORIZED","message":"API key revoked"}})", ErrorCode::Unauthorized,
        "Ours asks for a valid key: API key revoked");
    row("A 403", 403, R"({"error":{"code":"FORBIDDEN","message":"Free plan has no processing"}})",
        ErrorCode::Unauthorized,
        "Ours accepts the key, but its plan does not include this: Free plan has no processing");
    row("A details", 400,
        R"({"error":{"code":"VALIDATION_ERROR","message":"is missing","details":{"parameter":"datetime","received":null}}})",
        ErrorCode::InvalidInput, "Ours did not accept the request: datetime: is missing");
    row("A code alone", 404, R"({"error":{"code":"SCENE_NOT_FOUND"}})", ErrorCode::NotFound,
        "Ours does not have what was asked for: SCENE_NOT_FOUND");
    row("A 429", 429, R"({"error":{"code":"RATE_LIMITED","message":"30 per minute"}})", ErrorCode::RateLimited,
        "Ours asks to slow down; try again in a while: 30 per minute");
    row("B", 401, R"({"error":"API key is invalid or revoked"})", ErrorCode::Unauthorized,
        "Ours asks for a valid key: API key is invalid or revoked");
    row("B upstream 404", 500, R"({"error":"Planetary Computer API error: 404 Not Found"})", ErrorCode::NotFound,
        "Ours does not have what was asked for: Planetary Computer API error: 404 Not Found");
    row("B 500", 500, R"({"error":"boom"})", ErrorCode::Network, "Ours is in trouble (HTTP 500): boom");
    row("C", 400,
        R"({"error":[{"code":"invalid_type","path":["bbox",0],"message":"expected number"},{"message":"too few"},7]})",
        ErrorCode::InvalidInput, "Ours did not accept the request: bbox.0: expected number; too few");
    row("D page", 404, "<!DOCTYPE html><html><title>404</title></html>", ErrorCode::NotFound,
        "Ours does not have what was asked for: it answered with a web page (HTTP 404).");
    row("D nothing", 503, "", ErrorCode::Network, "Ours is in trouble (HTTP 503).");
    row("cron", 500, R"({"error":null,"message":"stopped","results":[]})", ErrorCode::Network,
        "Ours is in trouble (HTTP 500): stopped");
    row("plain words", 400, "bad request", ErrorCode::InvalidInput, "Ours did not accept the request: bad request");
    row("broken JSON", 400, R"({"error":)", ErrorCode::InvalidInput, "Ours did not accept the request.");
    row("another type", 400, R"({"error":17})", ErrorCode::InvalidInput, "Ours did not accept the request.");
    row("504", 504, "", ErrorCode::Timeout, "Ours took too long.");
    row("402", 402, R"({"ok":false,"error":{"code":"PLAN_UPGRADE_REQUIRED","message":"Pro only"}})",
        ErrorCode::Unauthorized, "Ours asks for a plan that is paid and includes this: Pro only");
    row("403 rights", 403, R"({"error":{"code":"INSUFFICIENT_SCOPE","message":"no keys scope"}})",
        ErrorCode::Unauthorized, "Ours does not allow this with the key in use: no keys scope");
    row("403 openEO", 403, R"({"id":"r-1","code":"TokenInvalid","message":"Session has expired","links":[]})",
        ErrorCode::Unauthorized, "Ours asks to sign in again: Session has expired (request r-1)");
    row("403 S3", 403,
        "<?xml version=\"1.0\"?><Error><Code>InvalidAccessKeyId</Code><Message>Unknown key</Message>"
        "<RequestId>tx00-8</RequestId></Error>",
        ErrorCode::Unauthorized, "Ours asks for a valid key: Unknown key (request tx00-8)");
    row("409", 409, R"({"error":{"code":"idempotency_key_reuse","message":"other body"}})", ErrorCode::InvalidInput,
        "Ours says that this does not go together with what is there: other body");
    row("422", 422, R"({"detail":[{"loc":["body","name"],"msg":"field required","type":"missing"}]})",
        ErrorCode::InvalidInput, "Ours cannot use what was sent: name: field required");
    row("501", 501, R"({"detail":"Google login is planned"})", ErrorCode::Unsupported,
        "At Ours this is not available yet: Google login is planned");
    row("OAuth", 400, R"({"error":"invalid_grant","error_description":"Token is not active"})", ErrorCode::Unauthorized,
        "Ours asks to sign in again: Token is not active");
    row("request id", 500, R"({"error":{"code":"INTERNAL","message":"boom","request_id":"4f2c-77"}})",
        ErrorCode::Network, "Ours is in trouble (HTTP 500): boom (request 4f2c-77)");
}

void TestServiceError::serviceError_readsEveryForm()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(ErrorCode, code);
    QFETCH(QString, sentence);
    net::HttpResponse response;
    response.status = status;
    response.body = body;
    const Error error = serviceError(response, QStringLiteral("Ours"));
    QCOMPARE(error.message, sentence);
    QCOMPARE(error.code, code);
    QCOMPARE(error.origin, QStringLiteral("Ours"));
    QCOMPARE(error.retryable,
             code == ErrorCode::RateLimited || code == ErrorCode::Network || code == ErrorCode::Timeout);
}

void TestServiceError::serviceError_strikesOutKeysAndSignatures()
{
    net::HttpResponse response;
    response.status = 401;
    response.body
        = R"({"error":"key astra_sk_live_canary12345 is unknown; Bearer canary67890 at https://x.org/a?sig=canaryabc"})";
    const QString message = serviceError(response, QStringLiteral("Ours")).message;
    QVERIFY2(!message.contains(u"canary"), qPrintable(message));
    QVERIFY(message.contains(u"is unknown"));
}

void TestServiceError::serviceError_cutsLongTexts()
{
    net::HttpResponse response;
    response.status = 400;
    response.body = QByteArray(R"({"error":")") + QByteArray(100000, 'x') + R"("})";
    QVERIFY(serviceError(response, QStringLiteral("Ours")).message.size() < 400);
}

void TestServiceError::serviceError_takesTheDefinitionsWords_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("sentence");
    QTest::newRow("by status") << 403 << QByteArray(R"({"error":{"code":"X","message":"nope"}})")
                               << "The key is missing or wrong. It says: nope";
    QTest::newRow("by status, nothing said") << 403 << QByteArray() << "The key is missing or wrong.";
    QTest::newRow("by code, before its status")
        << 403 << QByteArray(R"({"error":{"code":"KEY_SUSPENDED","message":"","request_id":"4f2c"}})")
        << "The key is suspended. (request 4f2c)";
    QTest::newRow("by code in another spelling")
        << 402 << QByteArray(R"({"error":{"code":"key_suspended"}})") << "The key is suspended.";
    QTest::newRow("by a code alone") << 400 << QByteArray(R"({"error":"key-suspended"})") << "The key is suspended.";
    QTest::newRow("no words for it") << 409 << QByteArray("taken")
                                     << "Ours says that this does not go together with what is there: taken";
}

void TestServiceError::serviceError_takesTheDefinitionsWords()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    const Json sentences {{"403", "The key is missing or wrong."},
                          {"KEY_SUSPENDED", {{"en", "The key is suspended."}}}};
    QTEST(serviceError(answer(status, body), QStringLiteral("Ours"), sentences).message, "sentence");
}

void TestServiceError::serviceError_tellsHowLongToWait()
{
    const auto said = [](const QByteArray &retryAfter) {
        return serviceError(answer(429, {}, {{"Retry-After", retryAfter}}), QStringLiteral("Ours")).message;
    };
    QCOMPARE(said("40"), QStringLiteral("Ours asks to slow down; try again in 40 s."));
    QCOMPARE(said("1801"), QStringLiteral("Ours asks to slow down; try again in 31 min."));
    QCOMPARE(said("soon"), QStringLiteral("Ours asks to slow down; try again in a while."));

    // Used up is not the same as too fast: waiting a minute does not help.
    for (const int status : {402, 429}) {
        const Error spent = serviceError(
            answer(status, R"({"error":{"code":"CREDITS_EXHAUSTED","message":"0 left"}})", {{"Retry-After", "5"}}),
            QStringLiteral("Ours"));
        QCOMPARE(spent.message, QStringLiteral("The credits at Ours are used up: 0 left"));
        QCOMPARE(spent.code, ErrorCode::RateLimited);
        QVERIFY(!spent.retryable);
    }
}

void TestServiceError::readFault_knowsEveryEnvelope_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("message");
    QTest::addColumn<QString>("request");
    const auto row = [](const char *name, const char *body, const char *code, const char *message,
                        const char *request = "") {
        QTest::newRow(name) << QByteArray(body) << code << message << request;
    };
    row("nested", R"({"error":{"code":"invalid_request","message":"no","request_id":"req_1","details":null}})",
        "invalid_request", "no", "req_1");
    row("nested with findings",
        R"({"ok":false,"error":{"code":"INVALID_INPUT","message":"Not valid","details":[{"path":"name","message":"too long"},
            {"field":"mode","message":"unknown"}]}})",
        "INVALID_INPUT", "Not valid: name: too long; mode: unknown");
    row("request id beside", R"({"error":{"code":"A_B","message":"no"},"request_id":"r2"})", "A_B", "no", "r2");
    row("text", R"({"error":"API key is wrong"})", "", "API key is wrong");
    row("findings", R"({"error":[{"code":"x","path":["a","b"],"message":"m"}]})", "", "a.b: m");
    row("flat", R"({"error":"not_a_member","message":"Not your organisation","status":403})", "not_a_member",
        "Not your organisation");
    row("flat, one word", R"({"error":"unauthorized","message":"Sign in","status":401})", "unauthorized", "Sign in");
    row("detail", R"({"detail":"Not authenticated"})", "", "Not authenticated");
    row("detail findings", R"({"detail":[{"loc":["query","days"],"msg":"too many"},{"loc":["body"],"msg":"no JSON"}]})",
        "", "days: too many; body: no JSON");
    row("openEO", R"({"id":"r-26","code":"JobNotFinished","message":"Still running","links":[]})", "JobNotFinished",
        "Still running", "r-26");
    row("OAuth", R"({"error":"invalid_grant","error_description":"Expired"})", "invalid_grant", "Expired");
    row("OAuth, code alone", R"({"error":"authorization_pending"})", "authorization_pending", "authorization_pending");
    row("S3",
        "<?xml version='1.0'?>\n<Error><Code>AccessDenied</Code><Message>No</Message><RequestId>7</RequestId></Error>",
        "AccessDenied", "No", "7");
    row("GraphQL", R"({"data":null,"errors":[{"message":"bad query"}]})", "", "bad query");
    row("STAC", R"({"code":"NotFoundError","description":"no such item"})", "NotFoundError", "no such item");
    row("nothing", "", "", "");
    row("empty object", "{}", "", "");
    row("numbers", R"({"error":{"code":17,"message":["x"],"request_id":{}}})", "", "");
    row("a list", "[1,2]", "", "");
    row("deep", R"({"error":{"message":{"message":{"message":"x"}}}})", "", "");
}

void TestServiceError::readFault_knowsEveryEnvelope()
{
    QFETCH(QByteArray, body);
    const ServiceFault fault = readFault(answer(400, body));
    QCOMPARE(fault.status, 400);
    QTEST(fault.code, "code");
    QTEST(fault.message, "message");
    QTEST(fault.requestId, "request");
    QVERIFY(!fault.page);
}

void TestServiceError::readFault_strikesOut_data()
{
    QTest::addColumn<QByteArray>("said");
    QTest::newRow("ASTRA") << QByteArray("key astra_sk_live_canary123 unknown");
    QTest::newRow("ASTRA, older") << QByteArray("key astra_Canary-_canary5 unknown");
    QTest::newRow("AstroWay") << QByteArray("key aw_live_canary123 unknown");
    QTest::newRow("AstroWay, another prefix") << QByteArray("key aw_free_canary123 unknown");
    QTest::newRow("Astromesh") << QByteArray("key 'ask-prod-canary1234' unknown");
    QTest::newRow("Astromesh server") << QByteArray("key am_canary-_xyz12345 unknown");
    QTest::newRow("Bearer") << QByteArray("no such Bearer canary");
    QTest::newRow("Bearer, quoted header") << QByteArray("Authorization: bearer CANARY-canary/x=");
    QTest::newRow("JWT") << QByteArray("token eyJhbGciOiJI.eyJjYW5hcnkcanary.canary-sig is over");
    QTest::newRow("opaque") << QByteArray("you sent 9f86d081884c7d659a2fcanary0ea0");
    QTest::newRow("opaque, url-safe") << QByteArray("you sent canary-4fGh_0a1b2c3d4e5f6a7b8c9d0e1f-canary");
    QTest::newRow("a field") << QByteArray("bad request: api_key=canary1&x=2");
    QTest::newRow("a password") << QByteArray("login?password=canary1");
    QTest::newRow("signed address") << QByteArray("cannot open https://x.org/a/b.tif?sv=1&sig=canary");
    QTest::newRow("user in an address") << QByteArray("cannot open https://me:canary@x.org/a");
}

void TestServiceError::readFault_strikesOut()
{
    QFETCH(QByteArray, said);
    for (const Json &body :
         {Json {{"error", said.toStdString()}}, Json {{"detail", said.toStdString()}},
          Json {{"error", {{"code", said.toStdString()}, {"message", said.toStdString()}}}},
          Json {{"code", said.toStdString()}, {"message", said.toStdString()}, {"id", said.toStdString()}},
          Json {{"detail", {{{"loc", {"body", said.toStdString()}}, {"msg", said.toStdString()}}}}}}) {
        const Error error = serviceError(answer(401, toText(body)), QStringLiteral("Ours"));
        QVERIFY2(!error.message.contains(u"canary", Qt::CaseInsensitive), qPrintable(error.message));
    }
    const Error plain = serviceError(answer(401, said), QStringLiteral("Ours"));
    QVERIFY2(!plain.message.contains(u"canary", Qt::CaseInsensitive), qPrintable(plain.message));
    // A member's text within JSON of no known form is not shown at all.
    const Json other {{"echo", {{"token", said.toStdString()}}}};
    QCOMPARE(readFault(answer(401, toText(other))).message, QString());
}

void TestServiceError::readFault_keepsWhatIsNoSecret_data()
{
    QTest::addColumn<QString>("said");
    for (const char *text :
         {"Scene sentinel-2-l2a:S2A_MSIL2A_20250703T101041_N0511_R022_T32TPR_20250703T154203 is unknown",
          "no item TD2_000650_20230404_L2A_20240405_01001067 in pixxel-td2",
          "job 0002a3a3-1111-2222-3333-444455556666 is gone", "Bearer token missing", "Bearer authentication required",
          "the api key: expected a string", "ProcessParameterUnsupported in node load_collection_with_a_long_name1",
          "LC08_L2SP_201032_20240527_20240610_02_T1 and ask-me-anything, am_pm, aw_x",
          "see https://docs.example.org/errors/quota#limits"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestServiceError::readFault_keepsWhatIsNoSecret()
{
    QFETCH(QString, said);
    QCOMPARE(readFault(answer(400, toText(Json {{"error", toStd(said)}}))).message, said);
}

void TestServiceError::readFault_takesNoKeyForARequestId()
{
    const auto id = [](const QByteArray &header) {
        return readFault(answer(500, {}, {{"X-Request-Id", header}})).requestId;
    };
    QCOMPARE(id("0f9c1d7e-8a1b-4c3d-9e2f-112233445566"), QStringLiteral("0f9c1d7e-8a1b-4c3d-9e2f-112233445566"));
    QCOMPARE(id("req_4f2c"), QStringLiteral("req_4f2c"));
    QCOMPARE(id("astra_sk_live_abcdef123456"), QString());
    QCOMPARE(id("Bearer x"), QString());
    QCOMPARE(id(QByteArray(65, 'a')), QString());
    QCOMPARE(id("<b>"), QString());
}

QTEST_GUILESS_MAIN(TestServiceError)
#include "tst_serviceerror.moc"
