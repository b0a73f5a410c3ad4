// SPDX-License-Identifier: Apache-2.0
#include "core/net/errortext.h"
#include "tests/support/canary.h"
#include "tests/support/shareddata.h"

#include <QDir>
#include <QtTest>

using namespace astra;
using namespace astra::net;

class TestErrorText : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void saysWhatTheHostSays_data();
    void saysWhatTheHostSays();
    void isBoundedAndClean();
    void recordedRefusals();
};

void TestErrorText::saysWhatTheHostSays_data()
{
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<QString>("expected");
    const auto row = [](const char *name, const char *body, const char *expected) {
        QTest::newRow(name) << QByteArray(body) << QString::fromUtf8(expected);
    };
    row("stac", R"({"code":"NotFoundError","description":"Collection X does not exist."})",
        "Collection X does not exist.");
    row("gateway", R"({"message":"Internal server error"})", "Internal server error");
    row("firewall", R"({"error":"WAF","message":"Rate limit exceeded","status":429})", "Rate limit exceeded");
    row("detail", R"( {"detail":"Item not found"})", "Item not found");
    row("list of details", R"({"detail":[{"type":"less_than_equal","loc":["query","skip"],"msg":"should be less"}]})",
        "should be less");
    row("nested", R"({"error":{"code":403,"message":"No access"}})", "No access");
    row("token service", R"({"error":"invalid_grant","error_description":"Session not active"})", "Session not active");
    row("JSON of another shape", R"({"status":500})", R"({"status":500})");
    row("damaged JSON", R"({"message":"cut o)", R"({"message":"cut o)");
    row("text", "Invalid parameters provided\n", "Invalid parameters provided");
    row("nginx",
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
        "Gateway</h1></center>\r\n"
        "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n",
        "502 Bad Gateway");
    row("title only", "<!DOCTYPE html><html><head><style>p{a:b}</style><title>Log &amp; in</title></head>", "Log & in");
    row("body only", "<html><body class=\"x\"><p>Out of <b>order</b></p></body></html>", "Out of order");
    row("azure",
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>ServerBusy</Code><Message>Egress is over the account "
        "limit.\nRequestId:1</Message></Error>",
        "Egress is over the account limit. RequestId:1");
    row("fragments", "<p>half a <", "half a <");
    row("empty", "", "");
    row("blank", " \r\n ", "");
    row("empty sentence", R"({"description":"","message":"used instead"})", "used instead");
}

void TestErrorText::saysWhatTheHostSays()
{
    QFETCH(QByteArray, body);
    QFETCH(QString, expected);
    QCOMPARE(errorText(body), expected);
}

void TestErrorText::isBoundedAndClean()
{
    QCOMPARE(errorText(QByteArray(1 << 20, 'a')).size(), 300);
    QCOMPARE(errorText("<h1>" + QByteArray(1 << 20, 'a')).size(), 300);
    QVERIFY(errorText(QByteArray("<h1").repeated(100000)).size() <= 300);
    QVERIFY(errorText(QByteArray("{\"error\":").repeated(100)).size() <= 300);
    QCOMPARE(errorText(QByteArray("[").repeated(1000)).size(), 300); // too deep to be read as JSON
    for (const char *body :
         {R"({"message":"bad sig=CaNaRy&x"})", "sig=CaNaRy", "<h1>Bearer CaNaRyCaNaRy</h1>", R"({"token":"CaNaRy"})"})
        QVERIFY2(!errorText(body).contains(QLatin1String(test::canaryMark)), body);
}

void TestErrorText::recordedRefusals()
{
    const QString folder = test::sharedData();
    if (folder.isEmpty())
        QSKIP("the recordings are not here");
    const auto text = [&folder](const char *name) {
        QFile file(QDir(folder).filePath(QStringLiteral("stac/%1").arg(QLatin1String(name))));
        return file.open(QIODevice::ReadOnly) ? errorText(file.readAll()) : QStringLiteral("unreadable");
    };
    QCOMPARE(text("cdse/error_404_collection.json"), QStringLiteral("Collection SENTINEL-2 does not exist."));
    QCOMPARE(text("earth-search/error_404_collection.json"), QStringLiteral("Not Found"));
    QCOMPARE(text("planetary-computer/error_422_collection_required.txt"), QStringLiteral("collection is required"));
    QVERIFY(text("other/bdc_error_500.json").startsWith(QStringLiteral("The server encountered an internal error")));
}

QTEST_GUILESS_MAIN(TestErrorText)
#include "tst_errortext.moc"
