// SPDX-License-Identifier: Apache-2.0
#include "core/providers/provider.h"
#include "core/providers/searchsession.h"
#include "tests/support/scenes.h"

#include <QElapsedTimer>
#include <QSemaphore>
#include <QSignalSpy>
#include <QTest>
#include <QTimer>

#include <thread>

using namespace astra;
using namespace astra::providers;
using test::scene;

namespace {

/// Answers what the test tells it, when the test tells it.
class FakeProvider : public Provider
{
public:
    explicit FakeProvider(QString id)
        : m_id(std::move(id))
    {
    }
    data::ProviderInfo info() const override
    {
        data::ProviderInfo info;
        info.id = m_id;
        info.title = m_id.toUpper();
        return info;
    }
    Limits limits() const override { return given; }
    Future<Page> search(const data::SearchQuery &, const std::optional<Cursor> &cursor, StopToken stop,
                        OnPause onPause = {}) override
    {
        pauses.push_back(onPause);
        cursors.push_back(cursor);
        stops.push_back(stop);
        waiting.emplace_back();
        auto future = waiting.back().future();
        if (automatic)
            QTimer::singleShot(delayMs, [this, at = waiting.size() - 1] { waiting[at].settle(*automatic); });
        return future;
    }
    Future<Item> item(const QString &, StopToken) override { return ready<Item>(cancelled()); }
    Future<Tally> tally(const data::SearchQuery &query, StopToken stop) override
    {
        counts.push_back({query, stop, {}});
        return counts.back().settler.future();
    }

    /// @param more whether another page follows
    void answer(std::vector<data::Scene> scenes, bool more = false)
    {
        Page page;
        page.scenes = std::move(scenes);
        if (more)
            page.next = Cursor {"GET", QUrl(u"http://h/next"_qs), {}, {}};
        waiting.back().settle(page);
    }

    struct Counting {
        data::SearchQuery query;
        StopToken stop;
        Settler<Tally> settler;
    };
    Limits given;
    int delayMs = 0;
    std::optional<Result<Page>> automatic;
    std::vector<std::optional<Cursor>> cursors;
    std::vector<StopToken> stops;
    std::vector<OnPause> pauses;
    std::vector<Settler<Page>> waiting;
    std::vector<Counting> counts;

private:
    QString m_id;
};

using Phase = data::ProviderState::Phase;

data::SearchQuery queryFor(int limit)
{
    data::SearchQuery query;
    query.limit = limit;
    return query;
}

} // namespace

class TestSearchSession : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void search_showsTheFirstAnswerWhileOthersWait()
    {
        auto fast = std::make_shared<FakeProvider>(u"fast"_qs);
        auto hanging = std::make_shared<FakeProvider>(u"hanging"_qs);
        SearchSession session(queryFor(10), {hanging, fast});
        QSignalSpy rows(&session, &SearchSession::rowsChanged);
        QSignalSpy finished(&session, &SearchSession::finished);
        QVERIFY(!session.isFinished());
        QTRY_COMPARE(fast->cursors.size(), 1U);
        QCOMPARE(hanging->cursors.size(), 1U); // asked at once, not in turn
        fast->answer({scene(u"fast"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_COMPARE(rows.size(), 1);
        QCOMPARE(session.providers()[1].phase, Phase::Done);
        QCOMPARE(session.providers()[0].phase, Phase::Waiting);
        QVERIFY(!session.isFinished());
        hanging->answer({});
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(session.isFinished());
    }

    void search_mergesSameAcquisition()
    {
        auto a = std::make_shared<FakeProvider>(u"a"_qs);
        auto b = std::make_shared<FakeProvider>(u"b"_qs);
        SearchSession session(queryFor(10), {a, b});
        QSignalSpy changed(&session, &SearchSession::rowsChanged);
        QTRY_COMPARE(b->cursors.size(), 1U);
        a->answer({scene(u"a"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs, u"K"_qs),
                   scene(u"a"_qs, u"2"_qs, u"2024-05-02T10:00:00Z"_qs)});
        b->answer({scene(u"b"_qs, u"one"_qs, u"2024-05-01T10:12:00Z"_qs, u"K"_qs)});
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.acquisitions().size(), 2U);
        QCOMPARE(session.acquisitions()[0].best().id, u"2"_qs); // newest first
        QCOMPARE(session.acquisitions()[1].copies.size(), 2U);
        QCOMPARE(changed.size(), 2); // once for each answer
        QCOMPARE(session.providers()[1].loaded, 1);
    }

    void search_followsPagesUpToTheLimitAndLoadsMore()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(3), {p});
        QSignalSpy finished(&session, &SearchSession::finished);
        const auto two = [&](int from) {
            return std::vector {scene(u"p"_qs, QString::number(from), u"2024-05-01T10:00:00Z"_qs),
                                scene(u"p"_qs, QString::number(from + 1), u"2024-05-01T10:00:00Z"_qs)};
        };
        QTRY_COMPARE(p->cursors.size(), 1U);
        QVERIFY(!p->cursors[0]);
        p->answer(two(0), true);
        QTRY_COMPARE(p->cursors.size(), 2U);
        QVERIFY(p->cursors[1]);
        QCOMPARE(session.providers()[0].phase, Phase::Loading);
        p->answer(two(1), true); // one of them came already
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(session.providers()[0].loaded, 3);
        QVERIFY(session.providers()[0].more);
        QVERIFY(session.canLoadMore());
        session.loadMore();
        QVERIFY(!session.isFinished());
        QVERIFY(!session.canLoadMore());
        QTRY_COMPARE(p->cursors.size(), 3U);
        p->answer(two(10));
        QTRY_COMPARE(finished.size(), 2);
        QCOMPARE(session.acquisitions().size(), 5U);
        QVERIFY(!session.canLoadMore());
    }

    void search_failureIsTheProvidersOwn()
    {
        auto good = std::make_shared<FakeProvider>(u"good"_qs);
        auto bad = std::make_shared<FakeProvider>(u"bad"_qs);
        bad->automatic = Result<Page>(fail(ErrorCode::Network, u"It broke."_qs));
        SearchSession session(queryFor(10), {bad, good});
        QTRY_COMPARE(good->cursors.size(), 1U);
        good->answer({scene(u"good"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.providers()[0].phase, Phase::Failed);
        QCOMPARE(session.providers()[0].error->message, u"It broke."_qs);
        QCOMPARE(session.providers()[1].phase, Phase::Done);
        QCOMPARE(session.acquisitions().size(), 1U);
    }

    void search_laterPageFailsAndKeepsWhatCame()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(10), {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        p->answer({scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)}, true);
        QTRY_COMPARE(p->cursors.size(), 2U);
        p->waiting.back().settle(fail(ErrorCode::Network, u"gone"_qs));
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.providers()[0].phase, Phase::Done);
        QVERIFY(session.providers()[0].error);
        QVERIFY(session.canLoadMore()); // the page that failed can be asked for again
    }

    void search_deadlineEndsOneProviderOnly()
    {
        auto hanging = std::make_shared<FakeProvider>(u"hanging"_qs);
        hanging->given.deadline = std::chrono::milliseconds(60);
        hanging->given.slowAfter = std::chrono::milliseconds(20);
        auto good = std::make_shared<FakeProvider>(u"good"_qs);
        SearchSession session(queryFor(10), {hanging, good});
        QTRY_COMPARE(session.providers()[0].phase, Phase::Slow);
        QTRY_COMPARE(session.providers()[0].phase, Phase::Failed);
        QCOMPARE(session.providers()[0].error->code, ErrorCode::Timeout);
        QVERIFY(session.providers()[0].error->message.contains(u"HANGING"));
        QVERIFY(hanging->stops[0].stop_requested());
        QVERIFY(!session.isFinished());
        hanging->answer({scene(u"hanging"_qs, u"late"_qs, u"2024-05-01T10:00:00Z"_qs)});
        good->answer({});
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.acquisitions().size(), 0U); // what came too late is not shown
    }

    void stop_endsEverythingAndKeepsWhatCame()
    {
        auto a = std::make_shared<FakeProvider>(u"a"_qs);
        auto b = std::make_shared<FakeProvider>(u"b"_qs);
        SearchSession session(queryFor(10), {a, b});
        QSignalSpy finished(&session, &SearchSession::finished);
        QTRY_COMPARE(a->cursors.size(), 1U);
        a->answer({scene(u"a"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_COMPARE(session.acquisitions().size(), 1U);
        session.stop();
        QVERIFY(session.isFinished());
        QVERIFY(b->stops[0].stop_requested());
        QTRY_COMPARE(finished.size(), 1);
        QCOMPARE(session.acquisitions().size(), 1U);
        QCOMPARE(session.providers()[1].error->code, ErrorCode::Cancelled);
        QVERIFY(!session.providers()[0].error);
        session.stop();
        QCOMPARE(finished.size(), 1);
    }

    void destruction_stopsEverything()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        auto session = std::make_unique<SearchSession>(queryFor(10), std::vector<std::shared_ptr<Provider>> {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        session.reset();
        QVERIFY(p->stops[0].stop_requested());
        p->answer({scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)}); // nobody is there to take it
        QCoreApplication::processEvents();
    }

    void destruction_fromASlotIsSafe()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        auto *session = new SearchSession(queryFor(10), {p});
        connect(session, &SearchSession::rowsChanged, session, [session] { delete session; });
        QPointer<SearchSession> alive(session);
        QTRY_COMPARE(p->cursors.size(), 1U);
        p->answer(
            {scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs), scene(u"p"_qs, u"2"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_VERIFY(!alive);
    }

    void search_overNobodyFinishes()
    {
        SearchSession session(queryFor(10), {});
        QSignalSpy finished(&session, &SearchSession::finished);
        QVERIFY(finished.wait());
        QVERIFY(session.isFinished());
    }

    void paging_endsWhereNothingNewComes()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(10), {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        const std::vector one {scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)};
        p->answer(one, true);
        QTRY_COMPARE(p->cursors.size(), 2U);
        p->answer(one, true); // the same page for ever
        QTRY_VERIFY(session.isFinished());
        const auto &state = session.providers()[0];
        QCOMPARE(state.phase, Phase::Done);
        QVERIFY(state.cutShort);
        QVERIFY(!state.more);
        QCOMPARE(state.loaded, 1);
        QCOMPARE(state.funnel.duplicates, 1);
        QVERIFY(!session.canLoadMore());
    }

    void paging_goesOnWhereAllIsAskedAnew()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(10), {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        Page first;
        first.scenes = {scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)};
        first.next = Cursor {"GET", QUrl(u"http://h/by-id"_qs), {}, {}, true};
        p->waiting.back().settle(first);
        QTRY_COMPARE(p->cursors.size(), 2U);
        p->answer(first.scenes, true); // the other order begins with what is known
        QTRY_COMPARE(p->cursors.size(), 3U);
        p->answer({scene(u"p"_qs, u"2"_qs, u"2024-05-02T10:00:00Z"_qs)});
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.providers()[0].loaded, 2);
        QVERIFY(!session.providers()[0].cutShort);
    }

    void state_tellsWhatPagesTell()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(10), {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        Page page;
        page.scenes = {scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)};
        page.cutShort = true;
        page.silent = {u"usgs"_qs};
        page.aside.wrongLevel = 2;
        page.matched = 7;
        p->waiting.back().settle(page);
        QTRY_VERIFY(session.isFinished());
        const auto &state = session.providers()[0];
        QCOMPARE(state.phase, Phase::Done); // partly answered
        QVERIFY(state.cutShort);
        QCOMPARE(state.silent, QStringList {u"usgs"_qs});
        QCOMPARE(state.funnel.wrongLevel, 2);
        QVERIFY(session.reason(0).contains(u"usgs"));
    }

    void pause_isShownUntilTheAnswerComes()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        auto session = std::make_unique<SearchSession>(queryFor(10), std::vector<std::shared_ptr<Provider>> {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        const QDateTime before = QDateTime::currentDateTimeUtc();
        std::thread([&] { p->pauses[0](std::chrono::seconds(8)); }).join(); // from any thread
        QTRY_VERIFY(session->providers()[0].retryAt.isValid());
        QVERIFY(before.secsTo(session->providers()[0].retryAt) >= 8);
        p->answer({scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_VERIFY(session->isFinished());
        QVERIFY(!session->providers()[0].retryAt.isValid());
        session.reset();
        p->pauses[0](std::chrono::seconds(8)); // nobody is there to hear it
        QCoreApplication::processEvents();
    }

    void counting_followsAndHoldsNothingUp()
    {
        auto good = std::make_shared<FakeProvider>(u"good"_qs);
        auto bad = std::make_shared<FakeProvider>(u"bad"_qs);
        bad->automatic = Result<Page>(fail(ErrorCode::Network, u"It broke."_qs));
        auto query = queryFor(10);
        query.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
        query.cloudCoverLt = 30;
        SearchSession session(query, {good, bad});
        QSignalSpy finished(&session, &SearchSession::finished);
        QSignalSpy counted(&session, &SearchSession::counted);
        QTRY_COMPARE(good->cursors.size(), 1U);
        Page empty;
        empty.cloudFilterSent = true;
        good->waiting.back().settle(empty);
        QTRY_COMPARE(finished.size(), 1);
        QVERIFY(session.isFinished() && !session.isCounted());
        QTRY_COMPARE(good->counts.size(), 2U);
        QVERIFY(bad->counts.empty()); // who did not answer is not asked how much it holds
        for (auto &count : good->counts) {
            const bool area = !count.query.datetime.start;
            count.settler.settle(area ? Tally {{412, false}, {}, {}} : Tally {{38, false}, {31, false}, {7, false}});
        }
        QTRY_COMPARE(counted.size(), 1);
        QVERIFY(session.isCounted());
        const auto &funnel = session.providers()[0].funnel;
        QVERIFY(funnel.counted);
        QCOMPARE(funnel.area->value, 412);
        QCOMPARE(funnel.dates->value, 38);
        QCOMPARE(funnel.cloudier->value, 31);
        QCOMPARE(session.providers()[1].phase, Phase::Failed);
        QCOMPARE(session.providers()[1].funnel, data::Funnel());
        QVERIFY(!session.suggestions().empty());
        QCOMPARE(session.suggestions()[0].text, u"Allow any cloud: 38 more"_qs);
        QCOMPARE(finished.size(), 1);
    }

    void counting_thatFailsOrHangsIsNoFailure()
    {
        auto failing = std::make_shared<FakeProvider>(u"failing"_qs);
        auto hanging = std::make_shared<FakeProvider>(u"hanging"_qs);
        hanging->given.deadline = std::chrono::milliseconds(50);
        for (const auto &p : {failing, hanging})
            p->automatic = Result<Page>(Page());
        auto query = queryFor(10);
        query.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
        SearchSession session(query, {failing, hanging});
        QSignalSpy counted(&session, &SearchSession::counted);
        QTRY_COMPARE(hanging->counts.size(), 1U);
        QCOMPARE(failing->counts.size(), 1U);
        failing->counts[0].settler.settle(fail(ErrorCode::Unsupported, u"It does not count."_qs));
        QTRY_COMPARE(counted.size(), 1);
        QVERIFY(hanging->counts[0].stop.stop_requested());
        for (const auto &state : session.providers()) {
            QCOMPARE(state.phase, Phase::Done);
            QVERIFY(!state.error && !state.funnel.area && state.funnel.counted);
        }
        hanging->counts[0].settler.settle(Tally {{5, false}, {}, {}}); // too late
        QCoreApplication::processEvents();
        QVERIFY(!session.providers()[1].funnel.area);
    }

    void counting_endsWithTheSessionAndStartsAgainAfterMore()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        auto query = queryFor(1);
        query.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
        auto session = std::make_unique<SearchSession>(query, std::vector<std::shared_ptr<Provider>> {p});
        QSignalSpy counted(session.get(), &SearchSession::counted);
        QTRY_COMPARE(p->cursors.size(), 1U);
        p->answer({scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)}, true);
        QTRY_VERIFY(!p->counts.empty());
        const auto first = p->counts.size();
        session->loadMore();
        QVERIFY(p->counts[0].stop.stop_requested());
        QVERIFY(!session->isCounted());
        QTRY_COMPARE(p->cursors.size(), 2U);
        p->answer({scene(u"p"_qs, u"2"_qs, u"2024-05-02T10:00:00Z"_qs)});
        QTRY_VERIFY(p->counts.size() > first);
        QCOMPARE(counted.size(), 0);
        session->stop(); // what is not counted yet stays unknown
        QTRY_COMPARE(counted.size(), 1);
        QVERIFY(session->isCounted());
        QVERIFY(p->counts.back().stop.stop_requested());
        session.reset();
    }

    void stop_asksForNoCounts()
    {
        auto a = std::make_shared<FakeProvider>(u"a"_qs);
        auto b = std::make_shared<FakeProvider>(u"b"_qs);
        auto query = queryFor(10);
        query.datetime = data::TimeRange::parse(u"2024-05-01/2024-05-31"_qs).value();
        SearchSession session(query, {a, b});
        QSignalSpy counted(&session, &SearchSession::counted);
        QTRY_COMPARE(b->cursors.size(), 1U);
        a->answer({scene(u"a"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)});
        QTRY_COMPARE(session.providers()[0].phase, Phase::Done);
        session.stop();
        QTRY_COMPARE(counted.size(), 1);
        QVERIFY(a->counts.empty() && b->counts.empty());
    }

    void page_thatArrivedInTimeIsShownThoughMergingTakesLonger()
    {
        QThreadPool busy;
        busy.setMaxThreadCount(1);
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        p->given.deadline = std::chrono::milliseconds(60);
        SearchSession session(queryFor(10), {p}, Surroundings {&busy, {}});
        QTRY_COMPARE(p->cursors.size(), 1U);
        QSemaphore gate;
        busy.start([&] { gate.acquire(); });
        p->answer({scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs)}, true); // and another page, which is too late
        QTRY_COMPARE(session.providers()[0].phase, Phase::Failed);
        QVERIFY(!session.isFinished());
        gate.release();
        QTRY_VERIFY(session.isFinished());
        QCOMPARE(session.providers()[0].phase, Phase::Done);
        QCOMPARE(session.providers()[0].error->code, ErrorCode::Timeout);
        QCOMPARE(session.acquisitions().size(), 1U);
        QCOMPARE(session.providers()[0].funnel.shown, 1);
    }

    void rows_arePackedAndOneIsWhole()
    {
        auto p = std::make_shared<FakeProvider>(u"p"_qs);
        SearchSession session(queryFor(10), {p});
        QTRY_COMPARE(p->cursors.size(), 1U);
        auto s = scene(u"p"_qs, u"1"_qs, u"2024-05-01T10:00:00Z"_qs);
        data::Asset red;
        red.key = u"red"_qs;
        red.href = QUrl(u"https://files.example/red.tif"_qs);
        s.assets = {red};
        p->answer({s});
        QTRY_VERIFY(session.isFinished());
        QVERIFY(session.acquisitions()[0].best().packed);
        QVERIFY(session.acquisitions()[0].best().assets.empty());
        QVERIFY(session.acquisition(0).best() == s);
    }

    void search_endsWithTheSlowestAndStartsWithTheFastest()
    {
        std::vector<std::shared_ptr<Provider>> four;
        for (const int delay : {20, 80, 150, 400}) {
            auto p = std::make_shared<FakeProvider>(QString::number(delay));
            Page page;
            for (int i = 0; i < 100; ++i)
                page.scenes.push_back(
                    scene(QString::number(delay), QString::number(i), u"2024-05-01T10:00:00Z"_qs, QString::number(i)));
            p->automatic = Result<Page>(page);
            p->delayMs = delay;
            four.push_back(p);
        }
        QElapsedTimer clock;
        SearchSession session(queryFor(100), four);
        qint64 firstRow = -1;
        connect(&session, &SearchSession::rowsChanged, this,
                [&] { firstRow = firstRow < 0 ? clock.elapsed() : firstRow; });
        QSignalSpy finished(&session, &SearchSession::finished);
        clock.start();
        QVERIFY(finished.wait());
        const qint64 all = clock.elapsed();
        QCOMPARE(session.acquisitions().size(), 100U);
        QCOMPARE(session.acquisitions()[0].copies.size(), 4U);
        qInfo() << "first row after" << firstRow << "ms (fastest 20), all after" << all << "ms (slowest 400)";
        QVERIFY(firstRow >= 0 && firstRow < 20 + 300);
        QVERIFY(all < 400 + 100);
    }
};

QTEST_GUILESS_MAIN(TestSearchSession)
#include "tst_searchsession.moc"
