// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connection.h"

#include <QTest>

using namespace astra;
using namespace astra::credentials;

class TestConnection : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void host_coversExactlyItself_data();
    void host_coversExactlyItself();
    void host_refusesWhatIsNone_data();
    void host_refusesWhatIsNone();
    void bearer_isRead();
    void sas_isRead();
    void definition_saysWhatIsWrong_data();
    void definition_saysWhatIsWrong();
};

void TestConnection::host_coversExactlyItself_data()
{
    QTest::addColumn<QString>("host");
    QTest::addColumn<QString>("url");
    QTest::addColumn<bool>("covered");
    const auto row = [](const char *host, const char *url, bool covered) {
        QTest::addRow("%s %s", host, url) << QString::fromLatin1(host) << QString::fromLatin1(url) << covered;
    };
    row("https://astraos.cloud", "https://astraos.cloud/api/v1/search?x=1", true);
    row("https://astraos.cloud", "https://ASTRAOS.cloud:443/", true);
    row("https://astraos.cloud", "http://astraos.cloud/", false);
    row("https://astraos.cloud", "https://www.astraos.cloud/", false);
    row("https://astraos.cloud", "https://astraos.cloud:8443/", false);
    row("https://astraos.cloud", "https://astraos.cloud.example.org/", false);
    row("https://astraos.cloud", "https://astraos.cloud@example.org/", false);
    row("https://astraos.cloud", "https://notastraos.cloud/", false);
    row("https://*.blob.core.windows.net", "https://account.blob.core.windows.net/c/x.tif", true);
    row("https://*.blob.core.windows.net", "https://blob.core.windows.net/c/x.tif", false);
    row("https://*.blob.core.windows.net", "https://evilblob.core.windows.net/c/x.tif", false);
    row("https://*.blob.core.windows.net", "https://a.blob.core.windows.net.example.org/", false);
    row("http://127.0.0.1:8080", "http://127.0.0.1:8080/x", true);
    row("http://127.0.0.1:8080", "http://127.0.0.1:8081/x", false);
    row("http://[::1]:8080", "http://[::1]:8080/x", true);
}

void TestConnection::host_coversExactlyItself()
{
    QFETCH(QString, host);
    QFETCH(QString, url);
    QFETCH(bool, covered);
    const auto parsed = Host::parse(host);
    QVERIFY(parsed);
    QCOMPARE(parsed->covers(QUrl(url)), covered);
}

void TestConnection::host_refusesWhatIsNone_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "astraos.cloud", "http://astraos.cloud", "http://127.0.0.1.example.org", "ftp://x.org",
                             "https://", "https://user:pw@x.org", "https://x.org/path", "https://x.org?q=1",
                             "https://a.*.org", "https://*", "https://*.org", "https://**.x.org", "http://*.localhost"})
        QTest::addRow("%s", text) << QString::fromLatin1(text);
}

void TestConnection::host_refusesWhatIsNone()
{
    QFETCH(QString, text);
    const auto host = Host::parse(text);
    QVERIFY(!host);
    QCOMPARE(host.error().code, ErrorCode::InvalidInput);
    QVERIFY(!host.error().message.isEmpty());
}

void TestConnection::bearer_isRead()
{
    const auto json = parseJson(R"({"id":"astra-os","kind":"bearer","title":"ASTRA OS",
        "hosts":["https://astraos.cloud","https://www.astraos.cloud"],
        "keyPattern":"^astra_[A-Za-z0-9_-]{8,}$",
        "test":{"path":"/api/v1/search?bbox=0,0,0.1,0.1&datetime=2025-01-01/2025-01-02&limit=1"}})");
    const auto connection = Connection::fromJson(*json);
    QVERIFY(connection);
    QCOMPARE(connection->id, QStringLiteral("astra-os"));
    QCOMPARE(connection->host(), QStringLiteral("astraos.cloud"));
    QCOMPARE(
        connection->test.toString(),
        QStringLiteral("https://astraos.cloud/api/v1/search?bbox=0,0,0.1,0.1&datetime=2025-01-01/2025-01-02&limit=1"));
    QVERIFY(connection->covers(QUrl(QStringLiteral("https://www.astraos.cloud/api/v1/process"))));
    QVERIFY(!connection->covers(QUrl(QStringLiteral("https://cdn.example.net/x.tif"))));
    QVERIFY(connection->keyPattern.match(QStringLiteral("astra_sk_live_12345678")).hasMatch());
}

void TestConnection::sas_isRead()
{
    const auto json = parseJson(R"({"id":"pc","kind":"sas","hosts":["https://*.blob.core.windows.net"],
        "token":"https://pc.example.org/api/sas/v1/token/{account}/{container}"})");
    const auto connection = Connection::fromJson(*json);
    QVERIFY(connection);
    QCOMPARE(connection->title, QStringLiteral("pc"));
    QCOMPARE(connection->host(), QStringLiteral("*.blob.core.windows.net"));
}

void TestConnection::definition_saysWhatIsWrong_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("no object") << QByteArray("[]");
    QTest::newRow("no id") << QByteArray(R"({"kind":"bearer","hosts":["https://x.org"],"test":{"path":"/"}})");
    QTest::newRow("id that could name a trial")
        << QByteArray(R"({"id":"a#1","kind":"bearer","hosts":["https://x.org"],"test":{"path":"/"}})");
    QTest::newRow("unknown kind") << QByteArray(R"({"id":"a","kind":"basic","hosts":["https://x.org"]})");
    QTest::newRow("no hosts") << QByteArray(R"({"id":"a","kind":"bearer","hosts":[],"test":{"path":"/"}})");
    QTest::newRow("hosts of another type") << QByteArray(R"({"id":"a","kind":"bearer","hosts":"https://x.org"})");
    QTest::newRow("key for a wildcard") << QByteArray(
        R"({"id":"a","kind":"bearer","hosts":["https://*.x.org"],"test":{"path":"/"}})");
    QTest::newRow("plain http") << QByteArray(
        R"({"id":"a","kind":"bearer","hosts":["http://x.org"],"test":{"path":"/"}})");
    QTest::newRow("no test") << QByteArray(R"({"id":"a","kind":"bearer","hosts":["https://x.org"]})");
    QTest::newRow("test elsewhere") << QByteArray(
        R"({"id":"a","kind":"bearer","hosts":["https://x.org"],"test":{"path":"https://y.org/"}})");
    QTest::newRow("test that leaves the host")
        << QByteArray(R"({"id":"a","kind":"bearer","hosts":["https://x.org"],"test":{"path":"@y.org/"}})");
    QTest::newRow("bad pattern") << QByteArray(
        R"({"id":"a","kind":"bearer","hosts":["https://x.org"],"keyPattern":"(","test":{"path":"/"}})");
    QTest::newRow("no token") << QByteArray(R"({"id":"a","kind":"sas","hosts":["https://x.org"]})");
    QTest::newRow("token over http") << QByteArray(
        R"({"id":"a","kind":"sas","hosts":["https://x.org"],"token":"http://x.org/{container}"})");
    QTest::newRow("unknown placeholder") << QByteArray(
        R"({"id":"a","kind":"sas","hosts":["https://x.org"],"token":"https://x.org/{key}"})");
}

void TestConnection::definition_saysWhatIsWrong()
{
    QFETCH(QByteArray, text);
    const auto json = parseJson(text);
    QVERIFY(json);
    const auto connection = Connection::fromJson(*json);
    QVERIFY(!connection);
    QCOMPARE(connection.error().code, ErrorCode::InvalidInput);
    QVERIFY(connection.error().message.endsWith(u'.'));
}

QTEST_GUILESS_MAIN(TestConnection)
#include "tst_connection.moc"
