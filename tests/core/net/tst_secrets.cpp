// SPDX-License-Identifier: Apache-2.0
#include "core/net/secrets.h"
#include "tests/support/canary.h"

#include <QtTest>

using namespace astra;
using namespace astra::net;

class TestSecrets : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void redacted_strikesSecrets();
    void redacted_keepsWhatPagesNeed();
    void redacted_keepsEveryOtherByte();
    void redacted_hostileTextTakesNoLonger_data();
    void redacted_hostileTextTakesNoLonger();
    void withoutSecrets_findsEveryQuotation_data();
    void withoutSecrets_findsEveryQuotation();
    void unsignedAddress_isTheSameForEverySignature_data();
    void unsignedAddress_isTheSameForEverySignature();
    void openHeaders();
};

void TestSecrets::redacted_strikesSecrets()
{
    for (const char *text :
         {"{\"msft:expiry\":\"x\",\"token\":\"VALUE\"}", "https://a/b?st=1&sig=VALUE&se=2", "https://a/b?sig=VALUE",
          "grant_type=refresh&refresh_token=VALUE&x=1", "{\"access_token\" : \"VALUE\"}", "a=1&password=VALUE",
          "X-Amz-Signature=VALUE&a=b", "https://a?X-Amz-Credential=VALUE", "key astra_sk_live_VALUE1234567 end",
          R"({"token":"a \"VALUE\" b"})", R"({"Authorization":"VALUE"})", R"({"said":"Bearer abcdefVALUE"})",
          "token eyJhbGciOiJI.eyJzdWIiVALUE.abc", "{\"token\":\"st=2025&sig=VALUE\"}"}) {
        const auto clean = redacted(text);
        QVERIFY2(!clean.contains("VALUE"), clean.constData());
    }
    const QByteArray harmless = "{\"id\":\"S2B_MSIL2A\",\"tokens\":12,\"bbox\":[1,2,3,4],\"sat\":\"bearer of news\"}";
    QCOMPARE(redacted(harmless), harmless);
}

void TestSecrets::redacted_keepsWhatPagesNeed()
{
    for (const QByteArray text :
         {R"({"rel":"next","body":{"limit":10,"token":"next:sentinel-2-l2a:S2B_MSIL2A_20250101"}})",
          R"({"token": "prev:naip:vt_m_4307"})", "https://a/search?token=next:landsat-c2-l2:LC09&limit=5",
          "https://a/search?token=next%3Alandsat-c2-l2%3ALC09"})
        QCOMPARE(redacted(text), text);
}

void TestSecrets::redacted_keepsEveryOtherByte()
{
    const QByteArray text = "{\"t\":\"\xc3\xa9\xe2\x82\xac\",\"password\":\"x\",\"end\":\"\xff\"}";
    QCOMPARE(redacted(text),
             QByteArray("{\"t\":\"\xc3\xa9\xe2\x82\xac\",\"password\":\"(removed)\",\"end\":\"\xff\"}"));
    // A backslash belongs to the quote after it, or to the value.
    for (const auto &[before, after] : {std::pair("<a b=\\\"sig=X\\\">\"", "<a b=\\\"sig=(removed)\\\">\""),
                                        std::pair("<a b=\\\"sig=\\\">\"", "<a b=\\\"sig=(removed)\\\">\""),
                                        std::pair("\"sig=X\\\\\",\"b\"", "\"sig=(removed)\",\"b\"")})
        QCOMPARE(redacted(before), QByteArray(after));
}

void TestSecrets::redacted_hostileTextTakesNoLonger_data()
{
    QTest::addColumn<QByteArray>("text");
    // With two nested loops each of these would take very long.
    constexpr qsizetype many = 200000;
    QTest::newRow("one name") << '"' + QByteArray("token").repeated(many) + '"';
    QTest::newRow("open names") << QByteArray("\"token").repeated(many);
    QTest::newRow("equals signs") << QByteArray("=").repeated(many);
    QTest::newRow("pages") << QByteArray("token=next:").repeated(many);
    QTest::newRow("keys") << QByteArray("key=").repeated(many);
    QTest::newRow("half a token") << QByteArray("eyJ-").repeated(many);
    QTest::newRow("bearers") << QByteArray("bearer ").repeated(many);
    QTest::newRow("backslashes") << "\"token\":\"" + QByteArray("\\\\").repeated(many);
    QTest::newRow("quotes") << QByteArray("\"").repeated(many);
    QTest::newRow("colons") << QByteArray("\":").repeated(many);
    QTest::newRow("blanks") << "\"a\"" + QByteArray(" ").repeated(many);
}

void TestSecrets::redacted_hostileTextTakesNoLonger()
{
    QFETCH(QByteArray, text);
    QVERIFY(redacted(text).size() <= text.size() + 20);
}

void TestSecrets::withoutSecrets_findsEveryQuotation_data()
{
    QTest::addColumn<QByteArray>("secret");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("whole") << QByteArray("Bearer CaNaRyabc") << QByteArray("no access for Bearer CaNaRyabc");
    QTest::newRow("no scheme") << QByteArray("Bearer CaNaRyabc") << QByteArray("{\"seen\":\"CaNaRyabc\"}");
    QTest::newRow("field") << QByteArray("sv=2020&sig=CaNaRy%2Bab%3D") << QByteArray("bad signature CaNaRy%2Bab%3D.");
    QTest::newRow("decoded") << QByteArray("sv=2020&sig=CaNaRy%2Bab%3D") << QByteArray("bad signature CaNaRy+ab=.");
    QTest::newRow("encoded") << QByteArray("CaNaRy+ab=") << QByteArray("x=CaNaRy%2Bab%3D&y");
}

void TestSecrets::withoutSecrets_findsEveryQuotation()
{
    QFETCH(QByteArray, secret);
    QFETCH(QByteArray, text);
    const auto clean = withoutSecrets(text, {Secret("other-secret"), Secret(secret)});
    QVERIFY2(!clean.contains(test::canaryMark), clean.constData());
    QVERIFY(clean.contains("(removed)"));
    QCOMPARE(withoutSecrets("sv=2020 and nothing else", {Secret("sv=2020&sig=CaNaRy")}),
             QByteArray("sv=2020 and nothing else"));
}

void TestSecrets::unsignedAddress_isTheSameForEverySignature_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("plain");
    const auto row = [](const char *name, const char *url, const char *plain) {
        QTest::newRow(name) << QString::fromLatin1(url) << QString::fromLatin1(plain);
    };
    row("none", "https://a/b", "https://a/b");
    row("order", "https://a/b?y=2&x=1%2F", "https://a/b?x=1%2F&y=2");
    row("azure", "https://a/b?st=1&se=2&sp=r&sv=3&sr=c&sig=X&keep=1", "https://a/b?keep=1");
    row("amazon", "https://a/b?X-Amz-Date=1&X-Amz-Signature=X&X-Amz-Expires=9", "https://a/b");
    row("unsigned fields of that name", "https://a/b?st=1&se=2", "https://a/b?se=2&st=1");
    row("key", "https://a/b?api_key=X&x=1#part", "https://a/b?x=1");
    row("user", "https://me:X@a/b", "https://a/b");
    row("page", "https://a/b?token=next:c:i", "https://a/b?token=next:c:i");
}

void TestSecrets::unsignedAddress_isTheSameForEverySignature()
{
    QFETCH(QString, url);
    QFETCH(QString, plain);
    const QUrl address = unsignedAddress(QUrl(url));
    QCOMPARE(QString::fromLatin1(address.toEncoded()), plain);
    QCOMPARE(unsignedAddress(address), address);
}

void TestSecrets::openHeaders()
{
    for (const char *name : {"Date", "ETag", "Content-Type", "X-RateLimit-Reset", "Link"})
        QVERIFY2(isOpenHeader(name), name);
    for (const char *name : {"Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "Location", "WWW-Authenticate"})
        QVERIFY2(!isOpenHeader(name), name);
}

QTEST_GUILESS_MAIN(TestSecrets)
#include "tst_secrets.moc"
