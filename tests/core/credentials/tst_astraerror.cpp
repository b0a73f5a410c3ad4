// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/astraerror.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;

class TestAstraError : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void astraError_readsEveryForm_data();
    void astraError_readsEveryForm();
    void astraError_strikesOutKeysAndSignatures();
    void astraError_cutsLongTexts();
};

void TestAstraError::astraError_readsEveryForm_data()
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
}

void TestAstraError::astraError_readsEveryForm()
{
    QFETCH(int, status);
    QFETCH(QByteArray, body);
    QFETCH(ErrorCode, code);
    QFETCH(QString, sentence);
    net::HttpResponse response;
    response.status = status;
    response.body = body;
    const Error error = astraError(response, QStringLiteral("Ours"));
    QCOMPARE(error.message, sentence);
    QCOMPARE(error.code, code);
    QCOMPARE(error.origin, QStringLiteral("Ours"));
    QCOMPARE(error.retryable,
             code == ErrorCode::RateLimited || code == ErrorCode::Network || code == ErrorCode::Timeout);
}

void TestAstraError::astraError_strikesOutKeysAndSignatures()
{
    net::HttpResponse response;
    response.status = 401;
    response.body
        = R"({"error":"key astra_sk_live_canary12345 is unknown; Bearer canary67890 at https://x.org/a?sig=canaryabc"})";
    const QString message = astraError(response, QStringLiteral("Ours")).message;
    QVERIFY2(!message.contains(u"canary"), qPrintable(message));
    QVERIFY(message.contains(u"is unknown"));
}

void TestAstraError::astraError_cutsLongTexts()
{
    net::HttpResponse response;
    response.status = 400;
    response.body = QByteArray(R"({"error":")") + QByteArray(100000, 'x') + R"("})";
    QVERIFY(astraError(response, QStringLiteral("Ours")).message.size() < 400);
}

QTEST_GUILESS_MAIN(TestAstraError)
#include "tst_astraerror.moc"
