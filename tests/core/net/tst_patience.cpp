// SPDX-License-Identifier: Apache-2.0
#include "core/net/patience.h"

#include <QtTest>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;

namespace {

const QDateTime noon(QDate(2026, 3, 1), QTime(12, 0), Qt::UTC); // 1772366400 s since 1970

} // namespace

class TestPatience : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void retryable_isFourStatuses();
    void retryAfter_secondsOrDate();
    void hostTime_isTheHostsOwn();
    void backoff_doublesWithinHalf();
    void budget_everyForm_data();
    void budget_everyForm();
    void budget_hostileIsNone_data();
    void budget_hostileIsNone();
    void budget_outOfACacheIsSomeoneElses();
    void budget_scarceIsASmallShare();
    void ration_spreadsTheRest();
    void ration_waitsWhenSpent();
    void ration_countsWhatIsUnderWay();
    void ration_spreadsNoFurtherThanBearable();
};

void TestPatience::retryable_isFourStatuses()
{
    for (int status = 100; status < 600; ++status)
        QCOMPARE(isRetryable(status), status == 429 || status == 502 || status == 503 || status == 504);
}

void TestPatience::retryAfter_secondsOrDate()
{
    QCOMPARE(retryAfter("2", noon), std::optional(std::chrono::milliseconds(2000)));
    QCOMPARE(retryAfter(" 0 ", noon), std::optional(std::chrono::milliseconds(0)));
    QCOMPARE(retryAfter("Sun, 01 Mar 2026 12:00:30 GMT", noon), std::optional(std::chrono::milliseconds(30000)));
    QVERIFY(!retryAfter("Sun, 01 Mar 2026 11:00:00 GMT", noon));
    for (const char *bad : {"", "-1", "soon", "1.5", "99999999999999999999999"})
        QVERIFY2(!retryAfter(bad, noon), bad);
}

void TestPatience::hostTime_isTheHostsOwn()
{
    const QDateTime local = noon.addDays(400); // this machine's clock is far off
    const QList<Header> headers {{"date", "Sun, 01 Mar 2026 12:00:00 GMT"},
                                 {"Retry-After", "Sun, 01 Mar 2026 12:00:07 GMT"}};
    QCOMPARE(hostTime(headers, local), noon);
    QCOMPARE(retryAfter(headers[1].second, hostTime(headers, local)), std::optional(std::chrono::milliseconds(7000)));
    QCOMPARE(hostTime({}, local), local);
    QCOMPARE(hostTime({{"Date", "yesterday"}}, local), local);
    QCOMPARE(hostTime({headers[0], {"Age", "90"}}, local), noon.addSecs(90)); // out of a cache on the way
    QCOMPARE(hostTime({headers[0], {"Age", "-1"}}, local), noon);
}

void TestPatience::backoff_doublesWithinHalf()
{
    QCOMPARE(backoff(400ms, 1, 0.5), 400ms);
    QCOMPARE(backoff(400ms, 3, 0.5), 1600ms);
    QCOMPARE(backoff(400ms, 1, 0.0), 200ms);
    QCOMPARE(backoff(400ms, 2, 1.0), 1200ms);
    QCOMPARE(backoff(400ms, 50, 0.5), 25600ms);
}

void TestPatience::budget_everyForm_data()
{
    QTest::addColumn<QByteArray>("prefix");
    QTest::addColumn<QByteArray>("reset");
    QTest::newRow("seconds") << QByteArray("X-RateLimit-") << QByteArray("20");
    QTest::newRow("unix") << QByteArray("x-ratelimit-") << QByteArray("1772366420");
    QTest::newRow("unix with fraction") << QByteArray("X-RateLimit-") << QByteArray("1772366420.7");
    QTest::newRow("unix milliseconds") << QByteArray("X-Ratelimit-") << QByteArray("1772366420000");
    QTest::newRow("draft") << QByteArray("RateLimit-") << QByteArray("20");
}

void TestPatience::budget_everyForm()
{
    QFETCH(QByteArray, prefix);
    QFETCH(QByteArray, reset);
    const QList<Header> headers {
        {prefix + "Limit", "100, 100;w=60"}, {prefix + "Remaining", "7"}, {prefix + "Reset", reset}};
    QCOMPARE(rateBudget(headers, noon), std::optional(RateBudget {7, 100, 20s}));
}

void TestPatience::budget_hostileIsNone_data()
{
    QTest::addColumn<QByteArray>("remaining");
    QTest::addColumn<QByteArray>("reset");
    QTest::newRow("no reset") << QByteArray("0") << QByteArray();
    QTest::newRow("no remaining") << QByteArray() << QByteArray("20");
    QTest::newRow("negative") << QByteArray("-1") << QByteArray("20");
    QTest::newRow("words") << QByteArray("few") << QByteArray("soon");
    QTest::newRow("past") << QByteArray("0") << QByteArray("1772366399");
    QTest::newRow("now") << QByteArray("0") << QByteArray("0");
    QTest::newRow("a day ahead") << QByteArray("0") << QByteArray("86400");
    QTest::newRow("beyond numbers") << QByteArray("0") << QByteArray("99999999999999999999999");
    QTest::newRow("the end of time") << QByteArray("0") << QByteArray("9223372036854775807");
}

void TestPatience::budget_hostileIsNone()
{
    QFETCH(QByteArray, remaining);
    QFETCH(QByteArray, reset);
    QVERIFY(!rateBudget({{"X-RateLimit-Remaining", remaining}, {"X-RateLimit-Reset", reset}}, noon));
}

void TestPatience::budget_outOfACacheIsSomeoneElses()
{
    QList<Header> headers {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "20"}, {"Age", "0"}};
    QVERIFY(rateBudget(headers, noon));
    headers[2].second = "3";
    QVERIFY(!rateBudget(headers, noon));
}

void TestPatience::budget_scarceIsASmallShare()
{
    QVERIFY(!(RateBudget {21, 100, 1s}.isScarce()));
    QVERIFY((RateBudget {20, 100, 1s}.isScarce()));
    QVERIFY((RateBudget {0, 100, 1s}.isScarce()));
    QVERIFY(!(RateBudget {6, 0, 1s}.isScarce())); // of an unknown limit
    QVERIFY((RateBudget {5, 0, 1s}.isScarce()));
}

void TestPatience::ration_spreadsTheRest()
{
    Ration ration;
    QCOMPARE(ration.next(1000), 0);
    ration.started(1000);
    ration.set({50, 100, 10s}, 0, 1200);
    QCOMPARE(ration.next(1200), 0); // plenty
    ration.set({3, 100, 8800ms}, 0, 1200); // ends at 10000: four stretches of 2200 from the last start on
    QCOMPARE(ration.next(1200), 3200);
    QVERIFY(!ration.isSpent(1200));
    ration.started(3200); // two left for 6800
    QCOMPARE(ration.next(3200), 3200 + 6800 / 3);
    QCOMPARE(ration.next(10000), 0); // over
}

void TestPatience::ration_waitsWhenSpent()
{
    Ration ration;
    ration.set({0, 100, 9s}, 0, 1000);
    QCOMPARE(ration.next(1000), 10000);
    QVERIFY(ration.isSpent(1000));
    QVERIFY(!ration.isSpent(10000));
    ration.set({1, 100, 9s}, 0, 1000);
    ration.started(2000);
    QVERIFY(ration.isSpent(2000)); // the one that was left is under way
    QCOMPARE(ration.next(2000), 10000);
}

void TestPatience::ration_countsWhatIsUnderWay()
{
    Ration ration;
    ration.set({3, 100, 9s}, 3, 1000);
    QVERIFY(ration.isSpent(1000));
    ration.set({3, 100, 9s}, 0, 1100); // they were counted already
    QVERIFY(!ration.isSpent(1100));
}

void TestPatience::ration_spreadsNoFurtherThanBearable()
{
    Ration ration;
    ration.started(0);
    ration.set({1, 100, 3600s}, 0, 100);
    QCOMPARE(ration.next(100), 5000);
}

QTEST_GUILESS_MAIN(TestPatience)
#include "tst_patience.moc"
