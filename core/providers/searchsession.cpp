// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchsession.h"

#include "core/providers/ledger.h"
#include "core/providers/mailbox.h"
#include "core/providers/recount.h"
#include "core/providers/rowfeed.h"

#include <QPointer>
#include <QTimer>

namespace astra::providers {

namespace {

// A provider whose pages hold next to nothing that answers would otherwise be asked until its deadline.
constexpr int maxPagesAtOnce = 50;

} // namespace

class SearchSession::Private
{
public:
    using Phase = data::ProviderState::Phase;

    /// One provider's part in the search.
    struct Run {
        std::shared_ptr<Provider> provider;
        StopSource stop;
        std::optional<Cursor> next;
        bool anew = false; ///< the request under way asks all of it again
        QTimer deadline;
        QTimer slow;
        bool active = false;
        int request = 0; ///< answers to an earlier one come too late
        int target = 0; ///< scenes wanted before it rests
        int pages = 0; ///< since it was asked last
        Evidence evidence;
    };

    explicit Private(SearchSession *session)
        : q(session)
        , mailbox(std::make_shared<Mailbox>(session))
        , recount(session)
    {
    }

    [[nodiscard]] Run &run(int index) { return *runs[static_cast<std::size_t>(index)]; }
    [[nodiscard]] data::ProviderState &state(int index) { return states[static_cast<std::size_t>(index)]; }

    void ask(int index);
    void send(int index);
    [[nodiscard]] OnPause pauseOf(int index, int request);
    void take(int index, Result<std::shared_ptr<Page>> answer);
    void goOn(int index, int request, int fresh, int known);
    void rest(int index, const std::optional<Error> &error);
    void late(int index);
    void setPhase(int index, Phase phase);
    void endIfDone();
    void count();
    void keepBooks(bool whole);

    [[nodiscard]] bool isFinished() const
    {
        return started && rows->isIdle()
            && std::none_of(runs.begin(), runs.end(), [](const auto &run) { return run->active; });
    }

    SearchSession *q;
    data::SearchQuery query;
    Surroundings around;
    std::unique_ptr<RowFeed> rows;
    std::vector<data::ProviderState> states;
    std::vector<std::unique_ptr<Run>> runs;
    std::shared_ptr<Mailbox> mailbox;
    Recount recount;
    bool started = false;
    bool stopped = false; ///< by a person: nothing more is asked
    bool ended = false; ///< finished() was said, or is on its way
    bool counted = false;
};

void SearchSession::Private::ask(int index)
{
    Run &asked = run(index);
    asked.active = true;
    asked.pages = 0;
    asked.stop = StopSource();
    asked.target = state(index).loaded + query.limit;
    const Limits limits = asked.provider->limits();
    asked.deadline.start(limits.deadline);
    asked.slow.start(limits.slowAfter);
    send(index);
}

void SearchSession::Private::send(int index)
{
    Run &asked = run(index);
    const int request = ++asked.request;
    asked.anew = asked.next && asked.next->anew;
    using Pages = std::shared_ptr<Page>;
    // A future copies its value to whoever asks: that happens where it settles, not in the session's thread.
    auto page = chain(asked.provider->search(query, asked.next, asked.stop.get_token(), pauseOf(index, request)),
                      [](Result<Page> answer) -> Result<Pages> {
                          if (!answer)
                              return fail(answer.error());
                          return std::make_shared<Page>(std::move(*answer));
                      });
    deliver(page, q, [this, index, request](Result<Pages> answer) {
        if (run(index).request == request)
            take(index, std::move(answer));
    });
}

OnPause SearchSession::Private::pauseOf(int index, int request)
{
    return [this, box = mailbox, index, request](std::chrono::milliseconds wait) {
        const QDateTime until = QDateTime::currentDateTimeUtc().addMSecs(wait.count());
        box->post([this, index, request, until] {
            if (run(index).request != request || !run(index).active)
                return;
            state(index).retryAt = until;
            Q_EMIT q->providerChanged(index);
        });
    };
}

void SearchSession::Private::take(int index, Result<std::shared_ptr<Page>> answer)
{
    Run &asked = run(index);
    state(index).retryAt = {};
    if (!answer) {
        rest(index, answer.error());
        return;
    }
    Page &page = **answer;
    ++asked.pages;
    note(page, state(index), asked.evidence);
    asked.next = std::move(page.next);
    if (!asked.next)
        asked.deadline.stop(); // it has answered; merging is our own time
    if (page.scenes.empty()) {
        goOn(index, asked.request, 0, 0);
        return;
    }
    rows->add(index, asked.request, std::move(page.scenes));
}

void SearchSession::Private::goOn(int index, int request, int fresh, int known)
{
    Run &asked = run(index);
    auto &told = state(index);
    told.loaded += fresh;
    asked.evidence.duplicates += known;
    if (asked.request != request || !asked.active) {
        // Stopped, or too late for the next page: what came is shown.
        if (told.phase == Phase::Failed && told.loaded > 0)
            told.phase = Phase::Done;
        const QPointer<SearchSession> alive(q);
        keepBooks(false);
        if (alive)
            endIfDone();
        return;
    }
    if (fresh == 0 && known > 0 && asked.next && !asked.anew) {
        // The same again: the catalogue goes in a circle, and what it has besides is out of reach.
        asked.next.reset();
        told.cutShort = true;
    }
    if (!asked.next || told.loaded >= asked.target || asked.pages >= maxPagesAtOnce) {
        rest(index, std::nullopt);
        return;
    }
    asked.slow.start();
    const QPointer<SearchSession> alive(q);
    setPhase(index, Phase::Loading);
    if (alive && asked.request == request)
        send(index);
}

/// The provider's turn is over: all came, something failed, or it was stopped.
void SearchSession::Private::rest(int index, const std::optional<Error> &error)
{
    Run &asked = run(index);
    auto &told = state(index);
    asked.deadline.stop();
    asked.slow.stop();
    asked.active = false;
    ++asked.request;
    told.error = error;
    told.retryAt = {};
    told.more = asked.next.has_value();
    const bool partial = told.loaded > 0 || (error && error->code == ErrorCode::Cancelled);
    told.phase = error && !partial ? Phase::Failed : Phase::Done;
    told.funnel = funnelOf(query, told, asked.evidence);
    const QPointer<SearchSession> alive(q);
    Q_EMIT q->providerChanged(index);
    if (alive)
        endIfDone();
}

void SearchSession::Private::setPhase(int index, Phase phase)
{
    state(index).phase = phase;
    Q_EMIT q->providerChanged(index);
}

void SearchSession::Private::late(int index)
{
    const auto seconds = static_cast<double>(run(index).deadline.interval()) / 1000;
    run(index).stop.request_stop();
    rest(index,
         Error {ErrorCode::Timeout,
                SearchSession::tr("%1 did not answer within %2 s.").arg(state(index).title, QString::number(seconds)),
                state(index).id, true});
}

void SearchSession::Private::endIfDone()
{
    if (ended || !isFinished())
        return;
    ended = true;
    rows->tidy();
    const QPointer<SearchSession> alive(q);
    Q_EMIT q->finished();
    if (alive && ended)
        count();
}

void SearchSession::Private::count()
{
    std::vector<Recount::Question> questions;
    for (int i = 0; i < static_cast<int>(runs.size()) && !stopped; ++i) {
        const auto open = toCount(query, state(i), run(i).evidence);
        if (open.dates)
            questions.push_back({i, Recount::Of::Dates, run(i).provider, *open.dates});
        if (open.area)
            questions.push_back({i, Recount::Of::Area, run(i).provider, *open.area});
    }
    recount.start(questions);
}

/// Brings every funnel up to what is known. @param whole all is counted that will be
void SearchSession::Private::keepBooks(bool whole)
{
    const QPointer<SearchSession> alive(q);
    for (int i = 0; i < static_cast<int>(runs.size()) && alive; ++i) {
        auto funnel = funnelOf(query, state(i), run(i).evidence);
        funnel.counted = whole && state(i).phase == Phase::Done;
        if (funnel == state(i).funnel)
            continue;
        state(i).funnel = funnel;
        Q_EMIT q->providerChanged(i);
    }
}

SearchSession::SearchSession(data::SearchQuery query, std::vector<std::shared_ptr<Provider>> providers,
                             Surroundings surroundings, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->query = std::move(query);
    d->query.limit = std::max(d->query.limit, 1);
    d->around = std::move(surroundings);
    QStringList order;
    for (auto &provider : providers) {
        const int index = static_cast<int>(d->runs.size());
        const auto info = provider->info();
        order << info.id;
        auto run = std::make_unique<Private::Run>();
        run->provider = std::move(provider);
        run->deadline.setSingleShot(true);
        run->slow.setSingleShot(true);
        connect(&run->deadline, &QTimer::timeout, this, [this, index] { d->late(index); });
        connect(&run->slow, &QTimer::timeout, this, [this, index] { d->setPhase(index, Private::Phase::Slow); });
        data::ProviderState state;
        state.id = info.id;
        state.title = info.title;
        d->states.push_back(std::move(state));
        d->runs.push_back(std::move(run));
    }
    auto &pool = d->around.cpu ? *d->around.cpu : *QThreadPool::globalInstance();
    d->rows = std::make_unique<RowFeed>(std::move(order), pool);
    connect(d->rows.get(), &RowFeed::changed, this, &SearchSession::rowsChanged);
    connect(d->rows.get(), &RowFeed::added, this,
            [this](int index, int request, int fresh, int known) { d->goOn(index, request, fresh, known); });
    connect(&d->recount, &Recount::answered, this, [this](int index, Recount::Of of, const Tally &tally) {
        auto &evidence = d->run(index).evidence;
        (of == Recount::Of::Area ? evidence.area : evidence.dates) = tally;
        d->keepBooks(false);
    });
    connect(&d->recount, &Recount::ended, this, [this] {
        d->counted = true;
        const QPointer<SearchSession> alive(this);
        d->keepBooks(true);
        if (alive && d->counted)
            Q_EMIT counted();
    });
    QTimer::singleShot(0, this, [this] {
        if (d->started)
            return; // stopped before it began
        d->started = true;
        for (auto &run : d->runs)
            run->active = true;
        const QPointer<SearchSession> alive(this);
        for (std::size_t i = 0; i < d->runs.size() && alive; ++i)
            d->ask(static_cast<int>(i));
        if (alive)
            d->endIfDone();
    });
}

SearchSession::~SearchSession()
{
    d->mailbox->close();
    for (auto &run : d->runs)
        run->stop.request_stop();
}

const data::SearchQuery &SearchSession::query() const { return d->query; }
const std::vector<data::Acquisition> &SearchSession::acquisitions() const { return d->rows->rows(); }
const std::vector<data::ProviderState> &SearchSession::providers() const { return d->states; }
bool SearchSession::isFinished() const { return d->isFinished(); }
bool SearchSession::isCounted() const { return d->counted; }

data::Acquisition SearchSession::acquisition(int row) const
{
    return data::unpacked(acquisitions()[static_cast<std::size_t>(row)]);
}

QString SearchSession::reason(int provider) const
{
    return reasonOf(d->query, d->states[static_cast<std::size_t>(provider)]);
}

std::vector<Suggestion> SearchSession::suggestions() const
{
    return suggestionsFor(d->query, d->states, acquisitions().size(), d->around.others);
}

bool SearchSession::canLoadMore() const
{
    return std::any_of(d->runs.begin(), d->runs.end(),
                       [](const auto &run) { return !run->active && run->next.has_value(); });
}

void SearchSession::loadMore()
{
    if (!canLoadMore())
        return;
    d->recount.stop();
    d->stopped = d->ended = d->counted = false;
    const QPointer<SearchSession> alive(this);
    for (std::size_t i = 0; i < d->runs.size() && alive; ++i) {
        if (d->runs[i]->active || !d->runs[i]->next)
            continue;
        d->states[i].error.reset();
        d->states[i].phase = Private::Phase::Loading;
        d->ask(static_cast<int>(i));
        Q_EMIT providerChanged(static_cast<int>(i));
    }
}

void SearchSession::stop()
{
    const bool wasFinished = isFinished();
    d->started = d->stopped = true;
    const Error stopped {ErrorCode::Cancelled, tr("Stopped."), {}, false};
    for (std::size_t i = 0; i < d->runs.size(); ++i) {
        auto &run = *d->runs[i];
        if (!run.active && run.request > 0)
            continue;
        run.stop.request_stop();
        run.deadline.stop();
        run.slow.stop();
        run.active = false;
        ++run.request;
        d->states[i].error = stopped;
        d->states[i].phase = Private::Phase::Done;
        d->states[i].retryAt = {};
        d->states[i].more = run.next.has_value();
    }
    const QPointer<SearchSession> alive(this);
    for (std::size_t i = 0; i < d->runs.size() && alive; ++i)
        Q_EMIT providerChanged(static_cast<int>(i));
    if (!alive)
        return;
    if (wasFinished && d->ended && !d->counted)
        d->recount.start({}); // what is not counted yet stays unknown
    else if (!wasFinished)
        QMetaObject::invokeMethod(
            this, [this] { d->endIfDone(); }, Qt::QueuedConnection);
}

} // namespace astra::providers
