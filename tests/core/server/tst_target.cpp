// SPDX-License-Identifier: Apache-2.0
#include "core/server/ranges.h"
#include "core/server/target.h"

#include <QtTest>

using namespace astra::server;

class TestTarget : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void path_data();
    void path();
    void query_staysApart();
    void range_data();
    void range();
};

void TestTarget::path_data()
{
    QTest::addColumn<QByteArray>("target");
    QTest::addColumn<QString>("path"); // empty: refused
    const auto row = [](const char *target, const QString &expected) {
        QTest::newRow(target) << QByteArray(target) << expected;
    };
    row("/", QStringLiteral("/"));
    row("/a/b", QStringLiteral("/a/b"));
    row("/a/b/", QStringLiteral("/a/b"));
    row("//a///b", QStringLiteral("/a/b"));
    row("/a/./b", QStringLiteral("/a/b"));
    row("/a%20b", QStringLiteral("/a b"));
    QTest::newRow("umlaut") << QByteArray("/%C3%BC") << QStringLiteral("/\u00fc");
    row("/a%2Fb", QStringLiteral("/a/b"));
    row("/a..b/..c", QStringLiteral("/a..b/..c"));
    row("http://host:80/a/b?c=d", QStringLiteral("/a/b"));
    row("http://host", QStringLiteral("/"));
    for (const char *refused : {"", "a", "*", "/..", "/../etc", "/a/../../etc", "/%2e%2e/etc", "/a/%2E%2e", "/..%2fetc",
                                "/a%00b", "/a%0d%0ab", "/a%5c..%5cb", "/%", "/%1", "/%zz", "/%ff%fe", "/%c0%ae%c0%ae"})
        row(refused, {});
}

void TestTarget::path()
{
    QFETCH(QByteArray, target);
    QFETCH(QString, path);
    const auto parsed = parseTarget(target);
    QCOMPARE(parsed.has_value(), !path.isEmpty());
    if (parsed)
        QCOMPARE(parsed->path, path);
}

void TestTarget::query_staysApart()
{
    const auto parsed = parseTarget("/a%2Fb?bbox=1,2,3,4&q=..%2F..&bbox=5");
    QVERIFY(parsed);
    QCOMPARE(parsed->rawPath, QByteArray("/a%2Fb"));
    QCOMPARE(parsed->path, QStringLiteral("/a/b"));
    QCOMPARE(parsed->query.allQueryItemValues(QStringLiteral("bbox")),
             QStringList({QStringLiteral("1,2,3,4"), QStringLiteral("5")}));
    QCOMPARE(parsed->query.queryItemValue(QStringLiteral("q"), QUrl::FullyDecoded), QStringLiteral("../.."));
}

void TestTarget::range_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<int>("kind"); // RangeAsk::Kind
    QTest::addColumn<QByteArray>("spans"); // "offset+length …", of 1000 bytes
    const auto row = [](const char *header, RangeAsk::Kind kind, const char *spans) {
        QTest::newRow(header) << QByteArray(header) << static_cast<int>(kind) << QByteArray(spans);
    };
    using Kind = RangeAsk::Kind;
    row("bytes=0-0", Kind::Partial, "0+1");
    row("bytes=0-999", Kind::Partial, "0+1000");
    row("bytes=990-2000", Kind::Partial, "990+10");
    row("bytes=990-", Kind::Partial, "990+10");
    row("bytes=-10", Kind::Partial, "990+10");
    row("bytes=-5000", Kind::Partial, "0+1000");
    row("Bytes= 1-2 , 5-9,-1", Kind::Partial, "1+2 5+5 999+1");
    row("bytes=5000-,1-2", Kind::Partial, "1+2");
    row("bytes=1000-", Kind::Unsatisfiable, "");
    row("bytes=1000-1001,2000-", Kind::Unsatisfiable, "");
    row("bytes=-0", Kind::Unsatisfiable, "");
    for (const char *passedOver : {"", "items=0-1", "bytes", "bytes=a-b", "bytes=5-2", "bytes=-", "bytes=1",
                                   "bytes=1-2x", "bytes=0-999,0-999", "bytes=99999999999999999999-", "bytes=+1-2"})
        row(passedOver, Kind::Whole, "");
    const QByteArray many = "bytes=" + QByteArray("1-1,").repeated(64) + "1-1";
    QTest::newRow("too many") << many << static_cast<int>(Kind::Whole) << QByteArray();
}

void TestTarget::range()
{
    QFETCH(QByteArray, header);
    QFETCH(int, kind);
    QFETCH(QByteArray, spans);
    const auto ask = parseRange(header, 1000);
    QCOMPARE(static_cast<int>(ask.kind), kind);
    QByteArrayList got;
    for (const auto &span : ask.spans)
        got.append(QByteArray::number(span.offset) + '+' + QByteArray::number(span.length));
    QCOMPARE(got.join(' '), spans);
}

QTEST_GUILESS_MAIN(TestTarget)
#include "tst_target.moc"
