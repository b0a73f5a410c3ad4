// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;

class TestJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parse_refuses_data();
    void parse_refuses();
    void parse_quotesAtMost300Characters();
    void parse_refusesDeepNestingWithoutReadingIt();
    void parse_countsNoBracketsInsideStrings();
    void getters_answerAbsentForOtherTypes();
    void asNumber_readsTextOnlyWhenAsked();
    void asInteger_takesWholeNumbersInRange();
    void toText_replacesInvalidUtf8();
    void readFile_saysWhatIsWrong();
};

void TestJson::parse_refuses_data()
{
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QString>("says");
    QTest::newRow("empty") << QByteArray() << QStringLiteral("empty");
    QTest::newRow("blank") << QByteArray("  \n") << QStringLiteral("empty");
    QTest::newRow("web page") << QByteArray("<!doctype html><title>Log in</title>") << QStringLiteral("web page");
    QTest::newRow("truncated") << QByteArray("{\"type\":\"Feat") << QStringLiteral("broke off");
    QTest::newRow("words") << QByteArray("Service unavailable") << QStringLiteral("Service unavailable");
    QTest::newRow("bad UTF-8") << QByteArray("{\"a\":\"\xff\xfe\"}") << QStringLiteral("damaged");
    QTest::newRow("two documents") << QByteArray("{}{}") << QStringLiteral("damaged");
}

void TestJson::parse_refuses()
{
    QFETCH(QByteArray, text);
    QFETCH(QString, says);
    const auto parsed = parseJson(text, QStringLiteral("somewhere"));
    QVERIFY(!parsed);
    QCOMPARE(parsed.error().code, ErrorCode::InvalidInput);
    QCOMPARE(parsed.error().origin, QStringLiteral("somewhere"));
    QVERIFY2(parsed.error().message.contains(says), qPrintable(parsed.error().message));
}

void TestJson::parse_quotesAtMost300Characters()
{
    const auto parsed = parseJson("<p>" + QByteArray(10000, 'x'));
    QVERIFY(!parsed);
    QVERIFY(parsed.error().message.size() < 400);
}

void TestJson::parse_refusesDeepNestingWithoutReadingIt()
{
    QVERIFY(parseJson(QByteArray(128, '[') + QByteArray(128, ']')));
    QVERIFY(!parseJson(QByteArray(129, '[') + QByteArray(129, ']')));
    // A recursive parser would run out of stack here.
    QVERIFY(!parseJson(QByteArray(5000000, '[')));
}

void TestJson::parse_countsNoBracketsInsideStrings()
{
    const auto parsed = parseJson("[\"" + QByteArray(500, '[') + "\\\"" + QByteArray(500, '{') + "\"]");
    QVERIFY(parsed);
    QCOMPARE(asString((*parsed)[0])->size(), 1001);
}

void TestJson::getters_answerAbsentForOtherTypes()
{
    const Json json = *parseJson(R"({"text":"a","number":1.5,"flag":true,"list":["a",1,null,"b"],"none":null})");
    QCOMPARE(stringAt(json, "text"), QStringLiteral("a"));
    QCOMPARE(stringAt(json, "number", QStringLiteral("fallback")), QStringLiteral("fallback"));
    QCOMPARE(numberAt(json, "number"), std::optional(1.5));
    QVERIFY(!numberAt(json, "text"));
    QVERIFY(!numberAt(json, "none"));
    QCOMPARE(asBool(member(json, "flag")), std::optional(true));
    QVERIFY(!asBool(member(json, "number")));
    QCOMPARE(asStringList(member(json, "list")), QStringList({QStringLiteral("a"), QStringLiteral("b")}));
    QVERIFY(asStringList(member(json, "text")).isEmpty());
    QCOMPARE(toText(listAt(json, "list")), QByteArray(R"(["a",1,null,"b"])"));
    for (const char *key : {"text", "none", "absent"})
        QCOMPARE(toText(listAt(json, key)), QByteArray("[]"));
    QCOMPARE(toText(listAt(Json(7), "list")), QByteArray("[]"));
    QCOMPARE(toText(toJson({QStringLiteral("a"), QStringLiteral("\u00e9")})), QByteArray("[\"a\",\"\xc3\xa9\"]"));
    QCOMPARE(toText(toJson(QStringList())), QByteArray("[]"));
    // Nothing is an object here, and nothing throws.
    QVERIFY(member(member(json, "text"), "deeper").is_null());
    QVERIFY(member(Json::array({1}), "key").is_null());
}

void TestJson::asNumber_readsTextOnlyWhenAsked()
{
    QVERIFY(!asNumber(Json("72")));
    QCOMPARE(asNumber(Json("72"), true), std::optional(72.0));
    QVERIFY(!asNumber(Json("72 %"), true));
    QVERIFY(!asNumber(Json("nan"), true));
    QVERIFY(!asNumber(Json("inf"), true));
    QVERIFY(!asNumber(*parseJson("[true]"), true));
}

void TestJson::asInteger_takesWholeNumbersInRange()
{
    QCOMPARE(asInteger(Json(5)), std::optional<qint64>(5));
    QCOMPARE(asInteger(Json(-3.0)), std::optional<qint64>(-3));
    QVERIFY(!asInteger(Json(1.5)));
    QVERIFY(!asInteger(Json(1e300)));
    QVERIFY(!asInteger(Json("5")));
    QVERIFY2(!asInteger(*parseJson("18446744073709551615")), "more than a qint64 holds must not wrap around");
}

void TestJson::toText_replacesInvalidUtf8()
{
    const Json json {{"key",
                      std::string("a\xff"
                                  "b")}};
    const QByteArray text = toText(json);
    QVERIFY(parseJson(text));
    QVERIFY(text.contains('a') && text.contains('b') && !text.contains('\xff'));
}

void TestJson::readFile_saysWhatIsWrong()
{
    const QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("a.json"));
    QCOMPARE(readJsonFile(path).error().code, ErrorCode::NotFound);
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write("{\"a\": [1, 2]}");
    file.close();
    QCOMPARE(member(*readJsonFile(path), "a").size(), std::size_t(2));
    const auto tooLarge = readJsonFile(path, 5);
    QVERIFY(!tooLarge);
    QVERIFY(tooLarge.error().message.contains(path));
}

QTEST_GUILESS_MAIN(TestJson)
#include "tst_json.moc"
