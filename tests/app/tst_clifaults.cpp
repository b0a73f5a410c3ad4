// SPDX-License-Identifier: Apache-2.0
// One catalogue does wrong, the others answer: every search ends, with the right state for each, and nothing twice.
#include "core/base/json.h"
#include "core/sandbox/sandbox.h"
#include "tests/app/program.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;

namespace {
constexpr int held = 13; ///< what the coast's catalogue has for the question asked here
constexpr int pageSize = 7; ///< two requests for all of it
constexpr int slowMs = 300; ///< whoever has the fault: twice as late
} // namespace

class TestCliFaults : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void fault_endsInTheRightState_data();
    void fault_endsInTheRightState();

private:
    QTemporaryDir m_folder;
};

void TestCliFaults::fault_endsInTheRightState_data()
{
    QTest::addColumn<QString>("error"); // its code, where the catalogue fails
    QTest::addColumn<int>("loaded");
    QTest::addColumn<bool>("cutShort");
    for (const char *unreachable : {"500", "503", "reset"})
        QTest::newRow(unreachable) << QStringLiteral("network") << 0 << false;
    for (const char *unreadable : {"html", "empty", "truncated"})
        QTest::newRow(unreadable) << QStringLiteral("invalid-input") << 0 << false;
    for (const char *mastered :
         {"gzip", "429", "429-date", "502-big", "cloud-string", "ignore-filter", "slow", "dead-pixels"})
        QTest::newRow(mastered) << QString() << held << false;
    // Of every four items in a page two cannot be read.
    QTest::newRow("wrong-types") << QString() << 4 + 4 << false;
    // A limit on clouds passes nothing whose cloud is not stated; the ledger counts what it took away.
    QTest::newRow("no-cloud") << QString() << 0 << false;
    // A page that brings nothing new ends the search, too: there may be more behind it.
    for (const char *cut : {"loop", "repeat", "no-next", "downgrade"})
        QTest::newRow(cut) << QString() << pageSize << true;
}

void TestCliFaults::fault_endsInTheRightState()
{
    QFETCH(QString, error);
    QFETCH(int, loaded);
    QFETCH(bool, cutShort);
    sandbox::SandboxConfig config;
    config.cacheDir = m_folder.path();
    config.size = 288;
    const auto fault = sandbox::Fault::parse(QStringLiteral("coast=") + QLatin1String(QTest::currentDataTag()));
    QVERIFY(fault);
    config.faults.push_back(*fault);
    config.slowMs = fault->kind == sandbox::FaultKind::Slow ? slowMs : 0;
    const auto world = sandbox::Sandbox::start(config);
    QVERIFY(world);
    const QStringList question {
        QStringLiteral("--world"),
        (*world)->url().toString(),
        QStringLiteral("search"),
        QStringLiteral("--bbox=-4.62,43.40,-4.61,43.41"), // Pages of more than ten are too big for one of them.
        fault->kind == sandbox::FaultKind::TooBig502 ? QStringLiteral("--limit=12")
                                                     : QStringLiteral("--limit=%1").arg(pageSize),
        QStringLiteral("--cloud-cover-lt=40"),
        QStringLiteral("--all"),
        QStringLiteral("--json")};
    const auto run = test::runAstra(question);
    if (fault->kind == sandbox::FaultKind::Slow) { // The archive is slow, too: this catalogue alone shows its own pace.
        QElapsedTimer clock;
        clock.start();
        QCOMPARE(test::runAstra(question + QStringList {QStringLiteral("--providers"), fault->catalogue}).status, 0);
        QVERIFY(clock.elapsed() >= 2 * 2 * slowMs); // two pages
    }
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    QStringList seen;
    for (const Json &provider : member(member(*document, "context"), "providers")) {
        const QString id = stringAt(provider, "id");
        if (id == u"sandbox-astra") // has no key
            continue;
        seen << id;
        const bool wrong = id == fault->catalogue;
        const bool failed = wrong && !error.isEmpty();
        QCOMPARE(stringAt(provider, "state"), failed ? QStringLiteral("failed") : QStringLiteral("done"));
        QCOMPARE(asBool(member(provider, "cut_short")), wrong && cutShort);
        const auto scenes = numberAt(provider, "loaded");
        QVERIFY(scenes);
        if (wrong)
            QCOMPARE(*scenes, loaded);
        else
            QVERIFY2(*scenes >= 2, qPrintable(id));
        const Json told = member(provider, "error");
        QCOMPARE(told.is_object(), failed);
        if (failed) {
            QCOMPARE(stringAt(told, "code"), error);
            QVERIFY(!stringAt(told, "message").isEmpty());
        }
        const Json aside = member(member(provider, "funnel"), "set_aside");
        if (wrong && fault->kind == sandbox::FaultKind::NoCloud)
            QCOMPARE(numberAt(aside, "no_cloud"), std::optional<double>(held));
        if (wrong && fault->kind == sandbox::FaultKind::WrongTypes)
            QCOMPARE(numberAt(aside, "unreadable"), std::optional<double>(held - loaded));
    }
    seen.sort();
    QCOMPARE(seen,
             QStringList({QStringLiteral("sandbox-archive"), QStringLiteral("sandbox-coast"),
                          QStringLiteral("sandbox-signed"), QStringLiteral("sandbox-space"),
                          QStringLiteral("sandbox-survey")}));
    QStringList keys;
    for (const Json &feature : member(*document, "features")) {
        keys << stringAt(member(feature, "properties"), "astra:acquisition");
        QVERIFY(!keys.back().isEmpty());
        const auto cover = numberAt(member(feature, "properties"), "eo:cloud_cover");
        QVERIFY(!cover || *cover < 40); // whatever a catalogue makes of the limit
    }
    QVERIFY(keys.size() >= 8);
    QCOMPARE(keys.removeDuplicates(), 0);
}

QTEST_GUILESS_MAIN(TestCliFaults)
#include "tst_clifaults.moc"
