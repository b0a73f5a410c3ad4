// SPDX-License-Identifier: Apache-2.0
#include "core/data/timerange.h"

#include <QTest>

using namespace astra;
using namespace astra::data;

class TestTimeRange : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void parse_data();
    void parse();
    void parse_refuses_data();
    void parse_refuses();
    void contains_bothEnds();
    void parseTime_readsWhatCataloguesWrite_data();
    void parseTime_readsWhatCataloguesWrite();
};

void TestTimeRange::parse_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("written");
    const auto row = [](const char *text, const char *written) {
        QTest::newRow(text) << QString::fromLatin1(text) << QString::fromLatin1(written);
    };
    row("2025-06-30", "2025-06-30T00:00:00Z/2025-06-30T23:59:59.999Z");
    row("2025-06-30T10:00:00Z", "2025-06-30T10:00:00Z/2025-06-30T10:00:00Z");
    row("2024-02-29/2024-03-01", "2024-02-29T00:00:00Z/2024-03-01T23:59:59.999Z");
    row("2025-06-30/..", "2025-06-30T00:00:00Z/..");
    row("../2025-06-30", "../2025-06-30T23:59:59.999Z");
    row("/2025-06-30T12:00:00+02:00", "../2025-06-30T10:00:00Z");
}

void TestTimeRange::parse()
{
    QFETCH(QString, text);
    QFETCH(QString, written);
    const auto range = TimeRange::parse(text);
    QVERIFY(range);
    QCOMPARE(range->toString(), written);
    QCOMPARE(*TimeRange::parse(range->toString()), *range);
}

void TestTimeRange::parse_refuses_data()
{
    QTest::addColumn<QString>("text");
    for (const char *text : {"", "..", "../..", "/", "yesterday", "2025-13-01", "2025-02-29", "2025-06-30T25:00:00Z",
                             "2025-06-30/2025-06-01", "2025-01-01/2025-02-01/2025-03-01", "2025-06-3", "20250630"})
        QTest::newRow(text) << QString::fromLatin1(text);
}

void TestTimeRange::parse_refuses()
{
    QFETCH(QString, text);
    const auto range = TimeRange::parse(text);
    QVERIFY(!range);
    QCOMPARE(range.error().code, ErrorCode::InvalidInput);
}

void TestTimeRange::contains_bothEnds()
{
    const auto range = *TimeRange::parse(QStringLiteral("2025-06-30"));
    QVERIFY(range.contains(*parseTime(QStringLiteral("2025-06-30T00:00:00Z"))));
    QVERIFY(range.contains(*parseTime(QStringLiteral("2025-06-30T23:59:59.999Z"))));
    QVERIFY(!range.contains(*parseTime(QStringLiteral("2025-07-01T00:00:00Z"))));
    QVERIFY(!range.contains(*parseTime(QStringLiteral("2025-06-30T00:00:00+01:00"))));
}

void TestTimeRange::parseTime_readsWhatCataloguesWrite_data()
{
    QTest::addColumn<QString>("text");
    QTest::addColumn<qint64>("milliseconds");
    // Independent figures: date -u -d TEXT +%s
    QTest::newRow("micro") << QStringLiteral("2024-05-01T10:20:30.123456Z") << 1714558830123LL;
    QTest::newRow("one digit") << QStringLiteral("2024-05-01T10:20:30.5Z") << 1714558830500LL;
    QTest::newRow("offset") << QStringLiteral("2024-05-01T10:20:30-0330") << 1714571430000LL;
    QTest::newRow("no zone") << QStringLiteral("2024-05-01T10:20:30") << 1714558830000LL;
    QTest::newRow("no seconds") << QStringLiteral("2024-05-01 10:20Z") << 1714558800000LL;
    QTest::newRow("day") << QStringLiteral("2024-05-01") << 1714521600000LL;
    QTest::newRow("leap second") << QStringLiteral("2016-12-31T23:59:60Z") << 1483228799000LL;
}

void TestTimeRange::parseTime_readsWhatCataloguesWrite()
{
    QFETCH(QString, text);
    QFETCH(qint64, milliseconds);
    const auto time = parseTime(text);
    QVERIFY(time);
    QCOMPARE(time->toMSecsSinceEpoch(), milliseconds);
    QCOMPARE(time->timeSpec(), Qt::UTC);
}

QTEST_GUILESS_MAIN(TestTimeRange)
#include "tst_timerange.moc"
