// SPDX-License-Identifier: Apache-2.0
// One catalogue does wrong, the others answer: every search ends, with the right state for each, and nothing twice.
#include "core/base/json.h"
#include "core/sandbox/sandbox.h"
#include "tests/app/program.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace astra;

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
    QTest::addColumn<QString>("state");
    QTest::addColumn<bool>("cutShort");
    for (const char *failing : {"500", "503", "html", "empty", "truncated", "reset"})
        QTest::newRow(failing) << QStringLiteral("failed") << false;
    for (const char *mastered : {"gzip", "429", "429-date", "502-big", "wrong-types", "cloud-string", "no-cloud",
                                 "ignore-filter", "slow", "dead-pixels"})
        QTest::newRow(mastered) << QStringLiteral("done") << false;
    // A page that brings nothing new ends the search, too: there may be more behind it.
    for (const char *cut : {"loop", "repeat", "no-next", "downgrade"})
        QTest::newRow(cut) << QStringLiteral("done") << true;
}

void TestCliFaults::fault_endsInTheRightState()
{
    QFETCH(QString, state);
    QFETCH(bool, cutShort);
    sandbox::SandboxConfig config;
    config.cacheDir = m_folder.path();
    config.size = 288;
    config.slowMs = 0;
    const auto fault = sandbox::Fault::parse(QStringLiteral("coast=") + QLatin1String(QTest::currentDataTag()));
    QVERIFY(fault);
    config.faults.push_back(*fault);
    const auto world = sandbox::Sandbox::start(config);
    QVERIFY(world);
    const auto run = test::runAstra(
        {QStringLiteral("--world"), (*world)->url().toString(), QStringLiteral("search"),
         QStringLiteral("--bbox=-4.62,43.40,-4.61,43.41"), // Pages of more than ten are too big for one of them.
         fault->kind == sandbox::FaultKind::TooBig502 ? QStringLiteral("--limit=12") : QStringLiteral("--limit=7"),
         QStringLiteral("--cloud-cover-lt=40"), QStringLiteral("--all"), QStringLiteral("--json")});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    for (const Json &provider : member(member(*document, "context"), "providers")) {
        const QString id = stringAt(provider, "id");
        const bool wrong = id == fault->catalogue;
        if (id == u"sandbox-astra") // has no key
            continue;
        QCOMPARE(stringAt(provider, "state"), wrong ? state : QStringLiteral("done"));
        QCOMPARE(asBool(member(provider, "cut_short")), wrong && cutShort);
        QVERIFY(wrong || numberAt(provider, "loaded").value_or(0) >= 2);
        QCOMPARE(member(provider, "error").is_object(), wrong && state == u"failed");
    }
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
