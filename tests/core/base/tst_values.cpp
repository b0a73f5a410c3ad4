// SPDX-License-Identifier: Apache-2.0
#include "core/base/progress.h"
#include "core/base/result.h"
#include "core/base/secret.h"

#include <QSet>
#include <QTest>

using namespace astra;

class TestValues : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void errorCodes_haveNamesOfTheirOwn();
    void secret_doesNotPrint();
    void secret_compares();
    void progress_stopsWhenAskedTo();
    void progress_slicesNest();
    void progress_clampsWhatIsReported();
};

void TestValues::errorCodes_haveNamesOfTheirOwn()
{
    QSet<QString> names;
    for (int code = 0; code <= static_cast<int>(ErrorCode::Internal); ++code)
        names.insert(errorCodeName(static_cast<ErrorCode>(code)));
    QCOMPARE(names.size(), 10);
    QCOMPARE(errorCodeName(ErrorCode::RateLimited), QStringLiteral("rate-limited"));
}

void TestValues::secret_doesNotPrint()
{
    QString printed;
    QDebug(&printed) << Secret("astra_sk_live_1234");
    QVERIFY(!printed.contains(u"1234"));
    QVERIFY(printed.contains(u"secret"));
}

void TestValues::secret_compares()
{
    QVERIFY(Secret("abc") == Secret("abc"));
    QVERIFY(Secret("abc") != Secret("abd"));
    QVERIFY(Secret("abc") != Secret("abcd"));
    QVERIFY(Secret() == Secret(QByteArray()));
}

void TestValues::progress_stopsWhenAskedTo()
{
    QVERIFY(Progress().report(0.5));
    StopSource source;
    double seen = -1;
    const Progress progress(source.get_token(), [&](double fraction) { seen = fraction; });
    QVERIFY(progress.report(0.25));
    source.request_stop();
    QVERIFY(!progress.report(0.75));
    QVERIFY(progress.stopped());
    QCOMPARE(seen, 0.25);
}

void TestValues::progress_slicesNest()
{
    double seen = -1;
    const Progress whole({}, [&](double fraction) { seen = fraction; });
    const Progress inner = whole.slice(0.5, 1).slice(0, 0.5);
    QVERIFY(inner.report(0));
    QCOMPARE(seen, 0.5);
    QVERIFY(inner.report(1));
    QCOMPARE(seen, 0.75);
}

void TestValues::progress_clampsWhatIsReported()
{
    double seen = -1;
    const Progress progress({}, [&](double fraction) { seen = fraction; });
    QVERIFY(progress.report(7));
    QCOMPARE(seen, 1.0);
    QVERIFY(progress.report(-7));
    QCOMPARE(seen, 0.0);
}

QTEST_GUILESS_MAIN(TestValues)
#include "tst_values.moc"
