// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobqueue.h"

#include "core/base/logging.h"

#include <QElapsedTimer>
#include <QUuid>

#include <algorithm>
#include <mutex>

namespace astra::jobs {

namespace {

constexpr int lookEveryMs = 50;
constexpr int writeEveryMs = 500; ///< how far a job is
constexpr int watchEveryMs = 50; ///< what other processes wrote, while anything is under way
constexpr int idleWatchMs = 1000;
constexpr int compareEvery = 40; ///< looks: an owner that has died writes nothing
constexpr int enterAgainMs = 1000; ///< where another program holds the store
constexpr int mostEarlier = 50;

/// What the work says from threads of its own. The main thread looks at it now and then, so that work holds no
/// pointer to a job and may report as often as it likes.
struct Reported {
    std::mutex mutex;
    double progress = 0;
    QString activity;
};

} // namespace

class JobQueue::Entry final : public Job
{
public:
    /// Where it is on its way into the store and out of the queue.
    enum class Stage { New, Entering, Waiting, Asking, Taken };

    Entry(data::JobRequest request, Work work, QString batch, JobQueue *queue)
        : Job(queue)
        , m_queue(queue)
        , m_id(request.id.isEmpty() ? QUuid::createUuid().toString(QUuid::WithoutBraces) : request.id)
        , m_batch(std::move(batch))
        , m_request(std::move(request))
        , m_work(std::move(work))
        , m_activity(JobQueue::tr("Waiting for its turn"))
        , m_created(QDateTime::currentDateTimeUtc())
    {
        m_look.setInterval(lookEveryMs);
        connect(&m_look, &QTimer::timeout, this, [this] { look(); });
    }
    /// One that the store knows already.
    Entry(const StoredJob &stored, bool ours, JobQueue *queue)
        : Entry(stored.request, {}, stored.batch, queue)
    {
        m_created = stored.created;
        m_stored = true;
        become(stored, ours);
    }
    ~Entry() override { m_stop.request_stop(); }

    [[nodiscard]] QString id() const override { return m_id; }
    [[nodiscard]] const data::JobRequest &request() const override { return m_request; }
    [[nodiscard]] State state() const override { return m_state; }
    [[nodiscard]] double progress() const override { return m_progress; }
    [[nodiscard]] QString activity() const override { return m_activity; }
    [[nodiscard]] std::optional<Error> error() const override { return m_error; }
    [[nodiscard]] std::optional<data::JobResult> result() const override { return m_result; }
    [[nodiscard]] QDateTime created() const override { return m_created; }
    [[nodiscard]] QDateTime finishedAt() const override { return m_finishedAt; }
    [[nodiscard]] bool isResumable() const override
    {
        return m_stored && !m_busy && (m_cutOff || m_state == State::Failed || m_state == State::Cancelled);
    }

    void cancel() override
    {
        if (isFinished() || m_ending)
            return;
        if (isKnown())
            (void)m_queue->m_store->cancel(m_id);
        if (!m_ours) {
            m_activity = JobQueue::tr("Being cancelled");
            Q_EMIT changed();
            return;
        }
        m_stop.request_stop();
        end(State::Cancelled, JobQueue::tr("Cancelled"));
    }

    void start(const Work &fallback, qint64 epoch)
    {
        m_epoch = epoch;
        m_busy = true;
        m_state = State::Running;
        m_activity = JobQueue::tr("Starting");
        m_look.start();
        m_written.start();
        m_request.id = m_stored ? m_id : QString();
        const auto reported = m_reported = std::make_shared<Reported>();
        const Progress progress(m_stop.get_token(), [reported](double fraction) {
            const std::lock_guard lock(reported->mutex);
            reported->progress = std::max(reported->progress, fraction);
        });
        const auto activity = [reported](const QString &text) {
            const std::lock_guard lock(reported->mutex);
            reported->activity = text;
        };
        const Work &work = m_work ? m_work : fallback;
        deliver(work(m_request, progress, activity), this,
                [this, run = ++m_run](Result<data::JobResult> result) { settled(run, std::move(result)); });
        Q_EMIT changed();
    }

    /// Its work has not let go yet, or the store does not know how it ended. A cancelled job keeps its place until
    /// then: never more than the agreed number compute at a time.
    [[nodiscard]] bool isBusy() const { return m_busy || m_stage == Stage::Asking; }
    [[nodiscard]] bool isWaiting() const
    {
        return m_ours && !m_busy && m_state == State::Queued && m_stage == Stage::Waiting;
    }
    [[nodiscard]] bool isOurs() const { return m_ours; }
    /// The store has it, as far as this process was told.
    [[nodiscard]] bool isKnown() const { return m_stored && m_queue->m_store; }
    [[nodiscard]] Stage stage() const { return m_stage; }
    void setStage(Stage stage) { m_stage = stage; }
    void setStored(bool stored) { m_stored = stored; }
    [[nodiscard]] const QString &batch() const { return m_batch; }

    void failed(const Error &error)
    {
        m_error = error;
        end(State::Failed, JobQueue::tr("Failed"));
    }

    /// Somebody else has it: what is done here is done for nothing.
    void lose()
    {
        if (!m_ours)
            return;
        m_ours = false;
        m_stop.request_stop();
        m_look.stop();
    }

    /// What the store says of it. @param ours from here on it waits for its turn here
    void become(const StoredJob &stored, bool ours)
    {
        m_ours = ours;
        m_stage = Stage::Waiting;
        m_epoch = stored.epoch;
        m_cutOff = stored.stale && !ours;
        m_error = stored.error;
        m_result = stored.result;
        m_progress = stored.progress;
        m_finishedAt = stored.finished;
        if (ours) {
            ++m_run; // what an earlier run of it may still say is no longer about it
            m_stop = StopSource();
            m_state = State::Queued;
            m_activity = JobQueue::tr("Waiting for its turn");
            return;
        }
        m_state = m_cutOff ? State::Queued : stored.state;
        m_activity = stored.activity;
    }

    void hear(const JobNews &news)
    {
        const bool cutOff = news.stale;
        const State state = cutOff ? State::Queued : news.state;
        const QString activity = cutOff ? cutOffWords(m_request)
            : news.cancelling           ? JobQueue::tr("Being cancelled")
            : state == State::Queued    ? JobQueue::tr("Waiting for its turn")
                                        : news.activity;
        if (cutOff == m_cutOff && state == m_state && activity == m_activity && news.progress <= m_progress)
            return;
        m_cutOff = cutOff;
        m_state = state;
        m_activity = activity;
        m_progress = std::max(m_progress, news.progress);
        Q_EMIT changed();
    }

    void tell(bool finishedNow)
    {
        Q_EMIT changed();
        if (finishedNow)
            Q_EMIT finished();
    }

private:
    void look()
    {
        if (m_state != State::Running)
            return;
        double progress = 0;
        QString activity;
        {
            const std::lock_guard lock(m_reported->mutex);
            progress = m_reported->progress;
            activity = m_reported->activity;
        }
        const bool moved = progress > m_progress;
        const bool renamed = !activity.isEmpty() && activity != m_activity;
        if (moved)
            m_progress = std::min(progress, 1.0);
        if (renamed)
            m_activity = activity;
        if (moved || renamed) {
            m_unwritten = true;
            Q_EMIT changed();
        }
        if (m_unwritten && isKnown() && m_written.elapsed() >= writeEveryMs) {
            m_unwritten = false;
            m_written.start();
            deliver(m_queue->m_store->beat(m_id, m_epoch, m_progress, m_activity), this,
                    [this](const Result<bool> &ours) {
                        if (ours && !*ours)
                            m_queue->m_version = -1; // the next look says why
                    });
        }
    }

    void settled(int run, Result<data::JobResult> result)
    {
        if (run != m_run || !m_ours) { // somebody else has it, or had it meanwhile
            letGo();
            return;
        }
        const bool wasOver = isFinished(); // cancelled
        State state = State::Cancelled;
        if (!wasOver && result)
            state = State::Succeeded;
        else if (!wasOver && result.error().code != ErrorCode::Cancelled)
            state = State::Failed;
        if (state == State::Succeeded)
            m_result = std::move(*result);
        else if (state == State::Failed)
            m_error = result.error();
        if (!isKnown()) {
            conclude(state);
            return;
        }
        m_ending = true;
        deliver(m_queue->m_store->finish(m_id, m_epoch, state, m_error, m_result), this,
                [this, state](const Result<bool> &kept) {
                    m_ending = false;
                    if (!kept)
                        unkept(kept.error());
                    if (state != State::Failed) // which can be gone on with
                        (void)m_queue->m_store->sweep();
                    conclude(state);
                });
    }

    /// The store tries again; if that comes to nothing the job is found running at the next start.
    void unkept(const Error &why)
    {
        m_queue->m_problem = JobQueue::tr("How %1 ended could not be kept, so it may be run again: %2")
                                 .arg(m_request.title, why.message);
        qCWarning(logJobs) << m_queue->m_problem;
        if (m_result)
            m_result->notes << m_queue->m_problem;
    }

    void conclude(State state)
    {
        if (state == State::Succeeded)
            m_progress = 1;
        if (!isFinished())
            end(state, wordsFor(state));
        letGo();
    }

    void letGo()
    {
        m_busy = false;
        Q_EMIT changed(); // it may be resumed now
        m_queue->startNext();
    }

    static QString wordsFor(State state)
    {
        return state == State::Succeeded ? JobQueue::tr("Done")
            : state == State::Failed     ? JobQueue::tr("Failed")
                                         : JobQueue::tr("Cancelled");
    }

    void end(State state, const QString &activity)
    {
        m_look.stop();
        m_state = state;
        m_activity = activity;
        m_finishedAt = QDateTime::currentDateTimeUtc();
        tell(true);
    }

    JobQueue *const m_queue;
    const QString m_id;
    const QString m_batch;
    data::JobRequest m_request;
    const Work m_work;
    std::shared_ptr<Reported> m_reported;
    StopSource m_stop;
    QTimer m_look;
    QElapsedTimer m_written;
    bool m_unwritten = false; ///< how far it is
    State m_state = State::Queued;
    Stage m_stage = Stage::New;
    double m_progress = 0;
    QString m_activity;
    std::optional<Error> m_error;
    std::optional<data::JobResult> m_result;
    QDateTime m_created;
    QDateTime m_finishedAt;
    qint64 m_epoch = 0;
    bool m_stored = false;
    bool m_ours = true;
    bool m_cutOff = false;
    bool m_busy = false;
    bool m_ending = false; ///< its work is over, and the store is being told
    int m_run = 0;
};

JobQueue::JobQueue(int parallel, QObject *parent)
    : QObject(parent)
    , m_parallel(parallel)
{
    connect(&m_watch, &QTimer::timeout, this, [this] { watch(); });
}

JobQueue::~JobQueue() = default;

void JobQueue::runWith(Work work, Files files)
{
    m_work = std::move(work);
    m_files = std::move(files);
}

void JobQueue::keepIn(const Future<std::shared_ptr<JobStore>> &store, Earlier earlier)
{
    m_opening = true;
    deliver(store, this, [this, earlier](const Result<std::shared_ptr<JobStore>> &opened) {
        m_opening = false;
        if (opened) {
            m_store = *opened;
            m_problem = m_store->note();
            m_watch.start(idleWatchMs);
        } else {
            m_problem = tr("Jobs are not kept, so none can be resumed: %1").arg(opened.error().message);
        }
        const auto waiting = m_jobs;
        for (Entry *job : waiting) {
            if (job->stage() == Entry::Stage::New)
                enter(job);
        }
        if (m_store && earlier == Earlier::TakeUp)
            takeUpEarlier();
    });
}

Job *JobQueue::add(data::JobRequest request, Work work, const QString &batch)
{
    auto *job = new Entry(std::move(request), std::move(work), batch, this);
    m_jobs.push_back(job);
    Q_EMIT added(job);
    // From the event loop: whoever asked connects to the job before anything of it can end.
    QMetaObject::invokeMethod(
        job, [this, job] { enter(job); }, Qt::QueuedConnection);
    return job;
}

/// Into the store, where there is one; then it waits for its turn.
void JobQueue::enter(Entry *job)
{
    if (m_opening || job->stage() != Entry::Stage::New || job->isFinished())
        return;
    if (!m_store) {
        job->setStage(Entry::Stage::Waiting);
        startNext();
        return;
    }
    job->setStage(Entry::Stage::Entering);
    data::JobRequest request = job->request();
    request.id = job->id();
    const QStringList files = m_files ? m_files(request) : QStringList();
    deliver(m_store->add(std::move(request), job->batch(), files), job, [this, job](const Result<QString> &stored) {
        const bool isLater = !stored && stored.error().retryable && !job->isFinished();
        job->setStage(isLater ? Entry::Stage::New : Entry::Stage::Waiting);
        if (stored) {
            job->setStored(true);
            if (job->isFinished()) // cancelled meanwhile
                (void)m_store->cancel(job->id());
        } else if (isLater) {
            QTimer::singleShot(enterAgainMs, job, [this, job] { enter(job); });
        } else if (stored.error().code
                   == ErrorCode::Storage) { // A full disk, say: it runs as well without, and says so.
            m_problem = tr("Jobs are not kept, so none can be resumed: %1").arg(stored.error().message);
        } else if (!job->isFinished()) {
            job->failed(stored.error());
        }
        startNext();
    });
}

std::vector<Job *> JobQueue::jobs() const { return {m_jobs.rbegin(), m_jobs.rend()}; }

int JobQueue::running() const
{
    return static_cast<int>(
        std::count_if(m_jobs.begin(), m_jobs.end(), [](const Entry *job) { return job->isBusy(); }));
}

void JobQueue::startNext()
{
    if (m_store && m_watch.interval() != watchEveryMs)
        m_watch.start(watchEveryMs);
    while (running() < m_parallel) {
        Entry *next = nullptr;
        for (Entry *job : m_jobs) {
            if (job->isWaiting() && (!next || job->request().priority > next->request().priority))
                next = job;
        }
        if (!next)
            return;
        take(next);
    }
}

void JobQueue::take(Entry *job)
{
    if (!job->isKnown()) {
        job->setStage(Entry::Stage::Taken);
        job->start(m_work, 0);
        return;
    }
    job->setStage(Entry::Stage::Asking);
    deliver(m_store->take(job->id()), job, [this, job](const Result<std::optional<Lease>> &lease) {
        job->setStage(Entry::Stage::Taken);
        if (!lease) {
            if (!job->isFinished())
                job->failed(lease.error());
        } else if (!*lease) { // another process has cancelled it, or taken it up
            job->lose();
            lookAgain(job->id());
        } else if (job->isFinished()) { // cancelled meanwhile
            (void)m_store->finish(job->id(), (*lease)->epoch, Job::State::Cancelled, {}, {});
        } else {
            job->start(m_work, (*lease)->epoch);
        }
        startNext();
    });
}

Future<Job *> JobQueue::resume(const QString &id)
{
    if (!m_store) {
        return ready<Job *>(
            fail(ErrorCode::NotFound, m_problem.isEmpty() ? tr("There is no job %1.").arg(id) : m_problem, id));
    }
    const auto settler = std::make_shared<Settler<Job *>>();
    auto future = settler->future();
    deliver(m_store->requeue(id), this, [this, settler](const Result<StoredJob> &stored) {
        if (!stored) {
            settler->settle(fail(stored.error()));
            return;
        }
        settler->settle(showOurs(*stored));
        QMetaObject::invokeMethod(
            this, [this] { startNext(); }, Qt::QueuedConnection);
    });
    return future;
}

JobQueue::Entry *JobQueue::find(const QString &id) const
{
    const auto found = std::find_if(m_jobs.begin(), m_jobs.end(), [&](const Entry *job) { return job->id() == id; });
    return found == m_jobs.end() ? nullptr : *found;
}

/// A job that waits for its turn here from now on, whether or not it was shown before.
JobQueue::Entry *JobQueue::showOurs(const StoredJob &stored)
{
    Entry *job = find(stored.id);
    if (!job)
        return showStored(stored, true);
    job->become(stored, true);
    job->tell(false);
    return job;
}

JobQueue::Entry *JobQueue::showStored(const StoredJob &stored, bool ours)
{
    auto *job = new Entry(stored, ours, this);
    const auto later = std::find_if(m_jobs.begin(), m_jobs.end(),
                                    [&](const Entry *other) { return other->created() > stored.created; });
    m_jobs.insert(later, job);
    Q_EMIT added(job);
    return job;
}

void JobQueue::takeUpEarlier()
{
    deliver(m_store->all(mostEarlier), this, [this](const Result<std::vector<StoredJob>> &all) {
        if (!all)
            return;
        for (auto stored = all->rbegin(); stored != all->rend(); ++stored) {
            if (stored->state >= Job::State::Succeeded && !find(stored->id))
                lookAgain(stored->id);
        }
    });
    deliver(m_store->adopt(), this, [this](const Result<std::vector<StoredJob>> &adopted) {
        if (!adopted)
            return;
        for (const auto &stored : *adopted)
            (void)showOurs(stored);
        startNext();
    });
}

// --- What other processes do ----------------------------------------------------------------------------------------

void JobQueue::watch()
{
    if (m_watching)
        return;
    const bool active = std::ranges::any_of(m_jobs, [](const Entry *job) { return !job->isFinished(); });
    const int wait = active ? watchEveryMs : idleWatchMs;
    if (m_watch.interval() != wait)
        m_watch.start(wait);
    const bool anyway = active && ++m_ticks % compareEvery == 0;
    m_watching = true;
    deliver(m_store->version(), this, [this, anyway](const Result<qint64> &version) {
        if (!version || (*version == m_version && !anyway)) {
            m_watching = false;
            return;
        }
        m_version = *version;
        deliver(m_store->underWay(), this, [this](const Result<std::vector<JobNews>> &news) {
            m_watching = false;
            if (news)
                compare(*news);
        });
    });
}

void JobQueue::compare(const std::vector<JobNews> &news)
{
    const auto jobs = m_jobs; // what is told may add more
    for (Entry *job : jobs) {
        if (job->isFinished() || !job->isKnown())
            continue;
        const auto found = std::ranges::find(news, job->id(), &JobNews::id);
        if (found == news.end() || (job->isOurs() && !found->ours)) {
            // It is over, or another process has it. What is on its way to the store is not there yet.
            if (job->stage() != Entry::Stage::Asking)
                lookAgain(job->id());
        } else if (!job->isOurs()) {
            job->hear(*found);
        } else if (found->cancelling) {
            job->cancel();
        }
    }
    for (const auto &one : news) {
        if (!one.ours && !find(one.id))
            lookAgain(one.id);
    }
}

/// Asks for all that the store knows of a job, and shows that.
void JobQueue::lookAgain(const QString &id)
{
    if (m_lookedFor.contains(id))
        return;
    m_lookedFor.insert(id);
    deliver(m_store->find(id), this, [this, id](const Result<std::optional<StoredJob>> &found) {
        m_lookedFor.remove(id);
        if (!found || !*found)
            return;
        Entry *job = find(id);
        if (!job) {
            (void)showStored(**found, false);
            return;
        }
        if (job->isFinished())
            return;
        job->lose();
        job->become(**found, false);
        job->tell(job->isFinished());
    });
}

} // namespace astra::jobs
