// SPDX-License-Identifier: Apache-2.0
#include "core/providers/ledger.h"
#include "core/providers/searchfilter.h"

#include <QTest>

using namespace astra;
using namespace astra::providers;

using data::Count;
using Phase = data::ProviderState::Phase;

namespace {

data::SearchQuery query()
{
    data::SearchQuery q;
    q.bbox = {9, 47, 10, 48};
    q.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
    q.collections = {u"sentinel-2-l2a"_qs};
    q.cloudCoverLt = 30;
    return q;
}

data::ProviderState done(int loaded = 0)
{
    data::ProviderState state;
    state.id = u"cat"_qs;
    state.title = u"Cat"_qs;
    state.phase = Phase::Done;
    state.loaded = loaded;
    return state;
}

Evidence whole()
{
    Evidence evidence;
    evidence.ended = true;
    return evidence;
}

Tally tally(int count, int cloudier = 0, int noCloud = 0, bool atLeast = false)
{
    return {{count, atLeast}, {cloudier, atLeast}, {noCloud, atLeast}};
}

data::Scene scene(double west, const QString &time, std::optional<double> cloud)
{
    data::Scene s;
    s.collection = u"sentinel-2-l2a"_qs;
    s.product = u"sentinel-2-l2a"_qs;
    s.footprint = data::GeoBox {west, 47, west + 1, 48}.rings();
    s.datetime = data::parseTime(time).value();
    s.cloudCover = cloud;
    return s;
}

/// The state with its funnel, as a session keeps it.
data::ProviderState judged(const data::SearchQuery &q, data::ProviderState state, const Evidence &evidence)
{
    state.funnel = funnelOf(q, state, evidence);
    return state;
}

QStringList textsOf(const std::vector<Suggestion> &suggestions)
{
    QStringList texts;
    for (const auto &suggestion : suggestions)
        texts.append(suggestion.text);
    return texts;
}

} // namespace

class TestLedger : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void keepAnswers_countsEachItemOnce()
    {
        Page page;
        const QString may = u"2024-05-10T10:00:00Z"_qs;
        auto other = scene(50, u"2020-01-01T00:00:00Z"_qs, 90); // wrong in every way: of another collection first
        other.collection = u"sentinel-1-grd"_qs;
        auto level = scene(9, may, 5);
        level.product = u"sentinel-2-l1c"_qs;
        page.scenes = {scene(9, may, 5),
                       scene(9, may, {}),
                       scene(9, may, 30),
                       scene(9, may, 90),
                       scene(50, may, 90),
                       scene(9, u"2023-05-10T10:00:00Z"_qs, 5),
                       other,
                       level};
        auto filtered = page;
        keepAnswers(page, query(), {u"sentinel-2-l2a"_qs});
        QCOMPARE(page.scenes.size(), 2U); // what states no cloud cover passes
        QCOMPARE(page.aside.cloudier, 2);
        QCOMPARE(page.aside.elsewhere, 2);
        QCOMPARE(page.aside.wrongLevel, 2);
        QCOMPARE(page.notes.size(), 1);
        QVERIFY(page.notes[0].contains(u'4')); // cloudy ones were not asked to stay away
        filtered.cloudFilterSent = true;
        keepAnswers(filtered, query(), {u"sentinel-2-l2a"_qs});
        QVERIFY(filtered.notes[0].contains(u'6'));
    }

    void funnel_isKnownFromAWholeAnswerWithoutAFilter()
    {
        Evidence evidence = whole();
        evidence.aside = {31, 2, 3, 4}; // cloudier, elsewhere, wrong level, unreadable
        evidence.duplicates = 5;
        evidence.area = tally(412);
        const auto funnel = funnelOf(query(), done(7), evidence);
        QCOMPARE(funnel.area, std::optional(Count {412, false}));
        QCOMPARE(funnel.dates, std::optional(Count {38, false}));
        QCOMPARE(funnel.cloud, std::optional(Count {7, false}));
        QCOMPARE(funnel.shown, 7);
        QCOMPARE(funnel.cloudier, std::optional(Count {31, false}));
        QCOMPARE(funnel.noCloud, std::optional(Count {0, false}));
        QCOMPARE(funnel.elsewhere, 2);
        QCOMPARE(funnel.wrongLevel, 3);
        QCOMPARE(funnel.unreadable, 4);
        QCOMPARE(funnel.duplicates, 5);
        const auto open = toCount(query(), done(7), whole());
        QVERIFY(!open.dates); // the pages told
        QVERIFY(open.area);
        QVERIFY(!open.area->datetime.start && !open.area->datetime.end && !open.area->cloudCoverLt);
        QCOMPARE(open.area->collections, query().collections);
    }

    void funnel_asksWhatAFilterHid()
    {
        Evidence evidence = whole();
        evidence.cloudFilterSent = true;
        const auto open = toCount(query(), done(), evidence);
        QVERIFY(open.dates && open.area);
        QCOMPARE(open.dates->cloudCoverLt, query().cloudCoverLt); // to tell the cloudier ones apart
        QVERIFY(!funnelOf(query(), done(), evidence).dates);
        evidence.dates = tally(38, 31, 7);
        evidence.area = tally(412, 0, 0, true);
        const auto funnel = funnelOf(query(), done(), evidence);
        QCOMPARE(funnel.area, std::optional(Count {412, true}));
        QCOMPARE(funnel.dates, std::optional(Count {38, false}));
        QCOMPARE(funnel.cloudier, std::optional(Count {31, false}));
        QCOMPARE(funnel.noCloud, std::optional(Count {7, false}));
        QCOMPARE(funnel.cloud, std::optional(Count {0, false}));
        QVERIFY(!toCount(query(), done(), evidence).dates); // asked once
    }

    void funnel_ofAPartIsAtLeast()
    {
        auto state = done(50);
        state.more = true;
        Evidence evidence; // more pages are there
        evidence.aside.cloudier = 12;
        auto funnel = funnelOf(query(), state, evidence);
        QCOMPARE(funnel.dates, std::optional(Count {62, true}));
        QCOMPARE(funnel.cloud, std::optional(Count {50, true}));
        QCOMPARE(funnel.cloudier, std::optional(Count {12, true}));
        state.matched = 100; // of the question without the limit, which this catalogue was not told
        funnel = funnelOf(query(), state, evidence);
        QCOMPARE(funnel.dates, std::optional(Count {100, false}));
        evidence.cloudFilterSent = true;
        evidence.aside.cloudier = 0;
        funnel = funnelOf(query(), state, evidence);
        QCOMPARE(funnel.cloud, std::optional(Count {100, false}));
        QVERIFY(toCount(query(), state, evidence).dates);
        // It was told, and sends cloudy scenes all the same: what it counts is the dates.
        evidence.aside.cloudier = 12;
        QCOMPARE(funnelOf(query(), state, evidence).dates, std::optional(Count {100, false}));
        // It ignores area or dates: what it counts is anything.
        evidence.aside.elsewhere = 1;
        QCOMPARE(funnelOf(query(), state, evidence).dates, std::optional(Count {62, true}));
        // A catalogue that counts fewer than it sends.
        evidence.dates = tally(10);
        QCOMPARE(funnelOf(query(), state, evidence).dates, std::optional(Count {62, false}));
    }

    void funnel_withoutFiltersNeedsNoCount()
    {
        auto q = query();
        q.cloudCoverLt.reset();
        q.datetime = {};
        const auto open = toCount(q, done(5), whole());
        QVERIFY(!open.area && !open.dates);
        const auto funnel = funnelOf(q, done(5), whole());
        QCOMPARE(funnel.area, std::optional(Count {5, false}));
        QCOMPARE(funnel.dates, funnel.area);
        QCOMPARE(funnel.cloud, funnel.area);
        QVERIFY(!funnel.cloudier && !funnel.noCloud);
    }

    void funnel_ofAFailureIsEmptyAndOfAPartlyAnsweredOneAtLeast()
    {
        auto state = done();
        state.phase = Phase::Failed;
        state.error = Error {ErrorCode::Timeout, u"It did not answer."_qs, {}, true};
        QCOMPARE(funnelOf(query(), state, whole()), data::Funnel());
        const auto open = toCount(query(), state, whole());
        QVERIFY(!open.area && !open.dates);
        state = done(4);
        state.silent = {u"usgs"_qs};
        const auto funnel = funnelOf(query(), state, whole());
        QCOMPARE(funnel.cloud, std::optional(Count {4, true}));
        QCOMPARE(funnel.dates, std::optional(Count {4, true}));
        state = done(4);
        state.error = Error {ErrorCode::Cancelled, u"Stopped."_qs, {}, false};
        QVERIFY(!toCount(query(), state, whole()).area); // who stopped it wants no more requests
    }

    void reasons_eachCauseHasItsSentence()
    {
        QStringList said;
        const auto say = [&](const data::SearchQuery &q, const data::ProviderState &state) {
            const QString reason = reasonOf(q, state);
            said.append(reason);
            return reason;
        };
        auto failed = done();
        failed.phase = Phase::Failed;
        failed.error = Error {ErrorCode::Network, u"Cat refuses the filter: no such property."_qs, {}, false};
        QCOMPARE(say(query(), failed), failed.error->message); // complaint 2: the server's own words
        auto silent = done(3);
        silent.silent = {u"usgs"_qs, u"cdse"_qs};
        QVERIFY(say(query(), silent).contains(u"usgs, cdse"));

        Evidence evidence = whole();
        evidence.cloudFilterSent = true;
        evidence.area = tally(412);
        evidence.dates = tally(38, 0, 38);
        QVERIFY(say(query(), judged(query(), done(), evidence))
                    .contains(u"without a stated cloud cover; its filter")); // complaint 3
        evidence.dates = tally(38, 31, 7);
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"31"));
        QVERIFY(said.last().contains(u"7 scene(s) without a stated"));
        evidence.dates = tally(38, 38, 0);
        QVERIFY(
            say(query(), judged(query(), done(), evidence)).contains(u"38 scene(s) in these dates, with more cloud"));
        evidence.dates = tally(38, 0, 0); // complaint 5: the filter gives nothing though scenes match
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"filter returned nothing"));
        evidence.dates = tally(0);
        QVERIFY(say(query(), judged(query(), done(), evidence))
                    .contains(u"412 scene(s) of this area, but nothing in these dates"));
        evidence.area = tally(0);
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"nothing of this product"));
        auto anything = query();
        anything.collections.clear();
        QVERIFY(say(anything, judged(anything, done(), evidence)).contains(u"no imagery of this area"));
        evidence = whole(); // complaint 4: filters are not heard
        evidence.aside.wrongLevel = 9;
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"other products"));
        evidence.aside = {0, 9, 0, 0};
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"outside the area"));
        evidence.aside = {0, 0, 0, 9};
        QVERIFY(say(query(), judged(query(), done(), evidence)).contains(u"no scenes"));
        QVERIFY(say(query(), judged(query(), done(), Evidence())).contains(u"under these filters"));
        QCOMPARE(QSet<QString>(said.begin(), said.end()).size(), said.size());
        QVERIFY(!said.contains(QString()));
        QCOMPARE(reasonOf(query(), judged(query(), done(3), whole())), QString());
    }

    void suggestions_forACloudyMonth()
    {
        Evidence evidence = whole();
        evidence.aside.cloudier = 31;
        evidence.area = tally(412);
        const auto suggestions = suggestionsFor(query(), {judged(query(), done(), evidence)}, 0, {u"other"_qs});
        QCOMPARE(textsOf(suggestions),
                 QStringList({u"Allow any cloud: 31 more"_qs, u"Widen the dates by a month on both sides"_qs,
                              u"Allow any date: 381 more"_qs, u"Search all imagery"_qs, u"Ask the other sources"_qs}));
        QVERIFY(!suggestions[0].query.cloudCoverLt);
        QCOMPARE(suggestions[0].query.datetime, query().datetime);
        QCOMPARE(suggestions[1].query.datetime.start->date(), QDate(2024, 4, 1));
        QCOMPARE(suggestions[1].query.datetime.end->date(), QDate(2024, 6, 30));
        QCOMPARE(suggestions[1].query.cloudCoverLt, query().cloudCoverLt);
        QVERIFY(!suggestions[2].query.datetime.start);
        QVERIFY(suggestions[3].query.collections.isEmpty());
        QCOMPARE(suggestions[4].query.providers, QStringList({u"cat"_qs, u"other"_qs}));
        // Enough was found: nobody needs advice.
        QVERIFY(suggestionsFor(query(), {judged(query(), done(5), evidence)}, 5, {u"other"_qs}).empty());
    }

    void suggestions_countCopiesOnce()
    {
        Evidence evidence = whole();
        evidence.aside.cloudier = 31;
        auto one = judged(query(), done(), evidence);
        evidence.aside.cloudier = 20;
        const auto two = judged(query(), done(), evidence);
        QCOMPARE(textsOf(suggestionsFor(query(), {one, two}, 0, {}))[0], u"Allow any cloud: at least 31 more"_qs);
    }

    void suggestions_forScenesThatStateNoCloud()
    {
        Evidence evidence = whole();
        evidence.cloudFilterSent = true;
        evidence.dates = tally(7, 0, 7);
        evidence.area = tally(7);
        QCOMPARE(textsOf(suggestionsFor(query(), {judged(query(), done(), evidence)}, 0, {}))[0],
                 u"Include scenes that do not state their cloud cover: 7 more"_qs);
    }

    void suggestions_whereNothingIsKnownOrNothingIsThere()
    {
        auto failed = done();
        failed.phase = Phase::Failed;
        failed.error = Error {ErrorCode::Network, u"Broken."_qs, {}, false};
        auto texts = textsOf(suggestionsFor(query(), {failed}, 0, {}));
        QVERIFY(texts.contains(u"Allow any cloud"_qs));
        QVERIFY(texts.contains(u"Try again: Cat did not answer"_qs));
        // Nothing was ever there: neither cloud nor dates are to blame.
        Evidence evidence = whole();
        evidence.area = tally(0);
        texts = textsOf(suggestionsFor(query(), {judged(query(), done(), evidence)}, 0, {}));
        QCOMPARE(texts, QStringList {u"Search all imagery"_qs});
        auto open = query();
        open.datetime.end.reset();
        open.cloudCoverLt.reset();
        open.collections.clear();
        evidence.area.reset();
        texts = textsOf(suggestionsFor(open, {judged(open, done(), evidence)}, 0, {}));
        QCOMPARE(texts, QStringList {u"Widen the dates by a month"_qs});
    }
};

QTEST_GUILESS_MAIN(TestLedger)
#include "tst_ledger.moc"
