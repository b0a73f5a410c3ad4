// SPDX-License-Identifier: Apache-2.0
#include "ui/search/ledgerwords.h"
#include "ui/search/providerlistmodel.h"

#include <QAbstractItemModelTester>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using data::Count;
using data::ProviderState;
using Phase = ProviderState::Phase;

namespace {

const QDateTime now = QDateTime::fromString(QStringLiteral("2025-06-01T12:00:00Z"), Qt::ISODate);

ProviderState stateIn(Phase phase)
{
    ProviderState state;
    state.id = QStringLiteral("coast");
    state.title = QStringLiteral("Coast");
    state.phase = phase;
    return state;
}

QStringList lines(const QVariantList &steps)
{
    QStringList list;
    for (const auto &step : steps) {
        const auto map = step.toMap();
        list.append(QString(map[QStringLiteral("label")].toString() + u'|' + map[QStringLiteral("value")].toString()));
    }
    return list;
}

} // namespace

class TestLedgerWords : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void standing_data()
    {
        QTest::addColumn<ProviderState>("state");
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("detail");
        const auto row = [](const char *tag, const ProviderState &state, const char *name, const char *text,
                            const char *detail = "") {
            QTest::newRow(tag) << state << QString::fromUtf8(name) << QString::fromUtf8(text)
                               << QString::fromUtf8(detail);
        };
        row("waiting", stateIn(Phase::Waiting), "waiting", "waiting");
        auto state = stateIn(Phase::Loading);
        row("loading", state, "loading", "loading");
        state.loaded = 123;
        state.matched = 410;
        row("some came", state, "loading", "123 of 410, loading");
        state.phase = Phase::Slow;
        row("slow", state, "slow", "123 of 410, slow");
        row("slow from the start", stateIn(Phase::Slow), "slow", "slow, still waiting");
        state.retryAt = now.addMSecs(7400);
        row("pause", state, "paused", "again in 8 s", "It asked for a pause and is asked again in 8 s.");
        state.retryAt = now.addSecs(-1);
        row("pause is over", state, "slow", "123 of 410, slow");
        state = stateIn(Phase::Done);
        state.loaded = 123;
        state.matched = 410;
        row("done", state, "done", "123 of 410");
        state.matched = 100; // a catalogue that counts badly
        row("more than said", state, "done", "123 of 123");
        state.matched.reset();
        state.more = true;
        row("more there", state, "done", "123, more there");
        state.cutShort = true;
        row("cut short", state, "cut-short", "123, more there",
            "May be cut short: there may be scenes that no page has brought.");
        state = stateIn(Phase::Done);
        state.loaded = 5;
        state.matched = 5;
        state.silent = {QStringLiteral("Landsat (USGS)")};
        row("partly", state, "partly", "5 of 5, partly", "Partly answered: Landsat (USGS) did not answer.");
        state = stateIn(Phase::Failed);
        state.error = Error {ErrorCode::Timeout, QStringLiteral("Coast did not answer in 30 s."), {}, true};
        row("failed", state, "failed", "failed", "Coast did not answer in 30 s.");
        state.error = Error {ErrorCode::Unauthorized, QStringLiteral("Coast wants a key."), {}, false};
        row("needs key", state, "needs-key", "needs a key", "Coast wants a key.");
        state.error = Error {ErrorCode::Cancelled, QStringLiteral("Stopped."), {}, false};
        row("stopped", state, "failed", "stopped");
    }

    void standing()
    {
        QFETCH(const ProviderState, state);
        const auto standing = search::standingOf(state, now);
        QTEST(standing.state, "name");
        QTEST(standing.text, "text");
        QTEST(standing.detail, "detail");
    }

    void funnel_goesFromTheAreaToTheList()
    {
        data::Funnel funnel;
        funnel.area = Count {412, false};
        funnel.dates = Count {38, true};
        funnel.cloud = Count {0, false};
        funnel.counted = true;
        QCOMPARE(
            lines(search::funnelSteps(funnel, 30)),
            QStringList({QStringLiteral("In the area, at any time|412"), QStringLiteral("In the dates|at least 38"),
                         QStringLiteral("Under 30 % cloud|0"), QStringLiteral("In the list|0")}));
        // Without a cloud limit there is no such step.
        QCOMPARE(search::funnelSteps(funnel, {}).size(), 3);
        funnel.area.reset();
        QCOMPARE(lines(search::funnelSteps(funnel, {})).first(),
                 QStringLiteral("In the area, at any time|not counted"));
        funnel.counted = false;
        QCOMPARE(lines(search::funnelSteps(funnel, {})).first(), QStringLiteral("In the area, at any time|…"));
    }

    void aside_namesEachReason()
    {
        data::Funnel funnel;
        QVERIFY(search::asideText(funnel).isEmpty());
        funnel.cloudier = Count {31, false};
        funnel.noCloud = Count {7, true};
        funnel.duplicates = 3;
        funnel.wrongLevel = 2;
        funnel.elsewhere = 1;
        funnel.unreadable = 4;
        QCOMPARE(
            search::asideText(funnel),
            QStringLiteral("Set aside: 31 with more cloud, at least 7 that state no cloud, 3 sent twice, 2 of "
                           "another product or level, 1 outside the area or the dates, 4 that could not be read."));
    }

    void empty_saysWhoDidNotAnswer()
    {
        auto good = stateIn(Phase::Done);
        auto bad = stateIn(Phase::Failed);
        bad.title = QStringLiteral("Archive");
        auto part = stateIn(Phase::Done);
        part.title = QStringLiteral("Service");
        part.silent = {QStringLiteral("Landsat")};
        QVERIFY(search::emptyText({good}).startsWith(QStringLiteral("No scene matches.")));
        QVERIFY(search::emptyText({bad}).startsWith(QStringLiteral("No source answered")));
        const QString mixed = search::emptyText({good, bad, part});
        QVERIFY(!mixed.contains(QStringLiteral("No scene")));
        QVERIFY(mixed.contains(QStringLiteral("Archive could not be searched")));
        QVERIFY(mixed.contains(QStringLiteral("Service answered in part")));
    }

    void summary_addsUpWhatIsKnown()
    {
        auto one = stateIn(Phase::Done);
        one.loaded = 20;
        one.matched = 400;
        auto two = stateIn(Phase::Done);
        two.loaded = 10;
        QVERIFY(search::summaryText({one, two}, 25).endsWith(QStringLiteral("loaded 30 of 410")));
        two.more = true; // how many more, nobody says
        QVERIFY(search::summaryText({one, two}, 25).endsWith(QStringLiteral("loaded 30")));
        QVERIFY(search::cutShortText({one, two}).isEmpty());
        two.cutShort = true;
        QVERIFY(search::cutShortText({one, two}).contains(QStringLiteral("Coast")));
    }

    void model_countsAPauseDown()
    {
        search::ProviderListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        QDateTime clock = now;
        model.setClock([&clock] { return clock; });
        data::ProviderInfo info;
        info.id = QStringLiteral("coast");
        model.setProviders({info});
        auto state = stateIn(Phase::Loading);
        state.retryAt = now.addSecs(8);
        QSignalSpy changes(&model, &QAbstractItemModel::dataChanged);
        model.setStates({state}, 30);
        const auto text = [&] { return model.index(0).data(search::ProviderListModel::TextRole).toString(); };
        QCOMPARE(text(), QStringLiteral("again in 8 s"));
        QCOMPARE(model.index(0).data(search::ProviderListModel::StepsRole).toList().size(), 4);
        const auto before = changes.count();
        clock = now.addSecs(3);
        QTRY_VERIFY(changes.count() > before); // told by itself, without a word from the source
        QCOMPARE(text(), QStringLiteral("again in 5 s"));
        clock = now.addSecs(9);
        QCOMPARE(text(), QStringLiteral("loading"));
    }
};

QTEST_GUILESS_MAIN(TestLedgerWords)
#include "tst_ledgerwords.moc"
