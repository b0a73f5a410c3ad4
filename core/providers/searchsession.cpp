// SPDX-License-Identifier: Apache-2.0
#include "core/providers/searchsession.h"

#include "core/providers/provider.h"
#include "core/providers/resultlist.h"

#include <QPointer>
#include <QTimer>

namespace astra::providers {

namespace {

// A provider whose pages hold next to nothing that answers would otherwise be asked until its deadline.
constexpr int maxPagesAtOnce = 50;
constexpr int maxNotes = 20;

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
        QTimer deadline;
        QTimer slow;
        bool active = false;
        int request = 0; ///< answers to an earlier one come too late
        int target = 0; ///< scenes wanted before it rests
        int pages = 0; ///< since it was asked last
    };

    explicit Private(SearchSession *session)
        : q(session)
    {
    }

    void ask(int index)
    {
        Run &run = *runs[static_cast<std::size_t>(index)];
        run.active = true;
        run.pages = 0;
        run.stop = StopSource();
        run.target = states[static_cast<std::size_t>(index)].loaded + query.limit;
        const Limits limits = run.provider->limits();
        run.deadline.start(limits.deadline);
        run.slow.start(limits.slowAfter);
        send(index);
    }

    void send(int index)
    {
        Run &run = *runs[static_cast<std::size_t>(index)];
        const int request = ++run.request;
        deliver(run.provider->search(query, run.next, run.stop.get_token()), q,
                [this, index, request](Result<Page> page) {
                    if (runs[static_cast<std::size_t>(index)]->request == request)
                        take(index, std::move(page));
                });
    }

    void take(int index, Result<Page> answer)
    {
        Run &run = *runs[static_cast<std::size_t>(index)];
        auto &state = states[static_cast<std::size_t>(index)];
        if (!answer) {
            rest(index, answer.error());
            return;
        }
        ++run.pages;
        run.next = std::move(answer->next);
        state.matched = answer->matched ? answer->matched : state.matched;
        for (const auto &note : answer->notes) {
            if (!state.notes.contains(note) && state.notes.size() < maxNotes)
                state.notes.append(note);
        }
        const QPointer<SearchSession> alive(q);
        const int request = run.request;
        for (auto &scene : answer->scenes) {
            show(state, std::move(scene));
            if (!alive || run.request != request)
                return; // a slot deleted or stopped the search
        }
        if (run.next && state.loaded < run.target && run.pages < maxPagesAtOnce) {
            run.slow.start();
            setPhase(index, Phase::Loading);
            if (alive && run.request == request)
                send(index);
            return;
        }
        rest(index, std::nullopt);
    }

    void show(data::ProviderState &state, data::Scene scene)
    {
        using Kind = ResultList::Change::Kind;
        const auto change = results.add(std::move(scene));
        if (change.kind == Kind::None)
            return;
        ++state.loaded;
        if (change.kind == Kind::Inserted) {
            Q_EMIT q->inserted(change.first);
            return;
        }
        const QPointer<SearchSession> alive(q);
        for (int row = change.first; row <= change.last && alive; ++row)
            Q_EMIT q->changed(row);
    }

    /// The provider's turn is over: all came, something failed, or it was stopped.
    void rest(int index, const std::optional<Error> &error)
    {
        Run &run = *runs[static_cast<std::size_t>(index)];
        auto &state = states[static_cast<std::size_t>(index)];
        run.deadline.stop();
        run.slow.stop();
        run.active = false;
        ++run.request;
        state.error = error;
        state.more = run.next.has_value();
        const bool partial = state.loaded > 0 || (error && error->code == ErrorCode::Cancelled);
        const QPointer<SearchSession> alive(q);
        setPhase(index, error && !partial ? Phase::Failed : Phase::Done);
        if (alive && isFinished())
            Q_EMIT q->finished();
    }

    void setPhase(int index, Phase phase)
    {
        states[static_cast<std::size_t>(index)].phase = phase;
        Q_EMIT q->providerChanged(index);
    }

    void late(int index)
    {
        Run &run = *runs[static_cast<std::size_t>(index)];
        const auto seconds = static_cast<double>(run.deadline.interval()) / 1000;
        run.stop.request_stop();
        rest(index,
             Error {ErrorCode::Timeout,
                    SearchSession::tr("%1 did not answer within %2 s.")
                        .arg(states[static_cast<std::size_t>(index)].title, QString::number(seconds)),
                    states[static_cast<std::size_t>(index)].id, true});
    }

    [[nodiscard]] bool isFinished() const
    {
        return started && std::none_of(runs.begin(), runs.end(), [](const auto &run) { return run->active; });
    }

    SearchSession *q;
    data::SearchQuery query;
    ResultList results;
    std::vector<data::ProviderState> states;
    std::vector<std::unique_ptr<Run>> runs;
    bool started = false;
};

SearchSession::SearchSession(data::SearchQuery query, std::vector<std::shared_ptr<Provider>> providers, QObject *parent)
    : QObject(parent)
    , d(std::make_unique<Private>(this))
{
    d->query = std::move(query);
    d->query.limit = std::max(d->query.limit, 1);
    QStringList order;
    for (const auto &provider : providers)
        order << provider->info().id;
    d->results = ResultList(std::move(order));
    for (auto &provider : providers) {
        const int index = static_cast<int>(d->runs.size());
        const auto info = provider->info();
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
    QTimer::singleShot(0, this, [this] {
        if (d->started)
            return; // stopped before it began
        d->started = true;
        for (auto &run : d->runs)
            run->active = true;
        const QPointer<SearchSession> alive(this);
        for (std::size_t i = 0; i < d->runs.size() && alive; ++i)
            d->ask(static_cast<int>(i));
        if (alive && d->runs.empty())
            Q_EMIT finished();
    });
}

SearchSession::~SearchSession()
{
    for (auto &run : d->runs)
        run->stop.request_stop();
}

const data::SearchQuery &SearchSession::query() const { return d->query; }
const std::vector<data::Acquisition> &SearchSession::acquisitions() const { return d->results.rows(); }
const std::vector<data::ProviderState> &SearchSession::providers() const { return d->states; }
bool SearchSession::isFinished() const { return d->isFinished(); }
data::Acquisition SearchSession::acquisition(int row) const { return acquisitions()[static_cast<std::size_t>(row)]; }
bool SearchSession::isCounted() const { return isFinished(); }
std::vector<Suggestion> SearchSession::suggestions() const { return {}; }

bool SearchSession::canLoadMore() const
{
    return std::any_of(d->runs.begin(), d->runs.end(),
                       [](const auto &run) { return !run->active && run->next.has_value(); });
}

void SearchSession::loadMore()
{
    for (std::size_t i = 0; i < d->runs.size(); ++i) {
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
    d->started = true;
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
        d->states[i].more = run.next.has_value();
    }
    const QPointer<SearchSession> alive(this);
    for (std::size_t i = 0; i < d->runs.size() && alive; ++i)
        Q_EMIT providerChanged(static_cast<int>(i));
    if (alive && !wasFinished)
        QMetaObject::invokeMethod(this, &SearchSession::finished, Qt::QueuedConnection);
}

} // namespace astra::providers
