// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/jobqueue.h"

#include <QTimer>
#include <QUuid>

#include <algorithm>
#include <mutex>

namespace astra::jobs {

namespace {

constexpr int lookEveryMs = 50;

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
    Entry(data::JobRequest request, Work work, JobQueue *queue)
        : Job(queue)
        , m_queue(queue)
        , m_id(QUuid::createUuid().toString(QUuid::WithoutBraces))
        , m_request(std::move(request))
        , m_work(std::move(work))
        , m_activity(JobQueue::tr("Waiting for its turn"))
        , m_created(QDateTime::currentDateTimeUtc())
    {
        m_look.setInterval(lookEveryMs);
        connect(&m_look, &QTimer::timeout, this, [this] { look(); });
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

    void cancel() override
    {
        if (isFinished())
            return;
        m_stop.request_stop();
        end(State::Cancelled, JobQueue::tr("Cancelled"));
    }

    void start()
    {
        m_busy = true;
        m_state = State::Running;
        m_activity = JobQueue::tr("Starting");
        m_look.start();
        const auto reported = m_reported;
        const Progress progress(m_stop.get_token(), [reported](double fraction) {
            const std::lock_guard lock(reported->mutex);
            reported->progress = std::max(reported->progress, fraction);
        });
        const auto activity = [reported](const QString &text) {
            const std::lock_guard lock(reported->mutex);
            reported->activity = text;
        };
        deliver(m_work(m_request, progress, activity), this,
                [this](Result<data::JobResult> result) { settled(std::move(result)); });
        Q_EMIT changed();
    }

    /// Its work has not let go yet. A cancelled job keeps its place until then: never more than the agreed number
    /// compute at a time.
    [[nodiscard]] bool isBusy() const { return m_busy; }

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
        if (moved || renamed)
            Q_EMIT changed();
    }

    void settled(Result<data::JobResult> result)
    {
        m_busy = false;
        if (!isFinished()) {
            if (result) {
                m_result = std::move(*result);
                m_progress = 1;
                end(State::Succeeded, JobQueue::tr("Done"));
            } else if (result.error().code == ErrorCode::Cancelled) {
                end(State::Cancelled, JobQueue::tr("Cancelled"));
            } else {
                m_error = result.error();
                end(State::Failed, JobQueue::tr("Failed"));
            }
        }
        m_queue->startNext();
    }

    void end(State state, const QString &activity)
    {
        m_look.stop();
        m_state = state;
        m_activity = activity;
        m_finishedAt = QDateTime::currentDateTimeUtc();
        Q_EMIT changed();
        Q_EMIT finished();
    }

    JobQueue *const m_queue;
    const QString m_id;
    const data::JobRequest m_request;
    const Work m_work;
    const std::shared_ptr<Reported> m_reported = std::make_shared<Reported>();
    StopSource m_stop;
    QTimer m_look;
    State m_state = State::Queued;
    double m_progress = 0;
    QString m_activity;
    std::optional<Error> m_error;
    std::optional<data::JobResult> m_result;
    const QDateTime m_created;
    QDateTime m_finishedAt;
    bool m_busy = false;
};

JobQueue::JobQueue(int parallel, QObject *parent)
    : QObject(parent)
    , m_parallel(parallel)
{
}

JobQueue::~JobQueue() = default;

Job *JobQueue::add(data::JobRequest request, Work work)
{
    auto *job = new Entry(std::move(request), std::move(work), this);
    m_jobs.push_back(job);
    Q_EMIT added(job);
    // From the event loop: whoever asked connects to the job before anything of it can end.
    QMetaObject::invokeMethod(
        this, [this] { startNext(); }, Qt::QueuedConnection);
    return job;
}

std::vector<Job *> JobQueue::jobs() const { return {m_jobs.rbegin(), m_jobs.rend()}; }

int JobQueue::running() const
{
    return static_cast<int>(
        std::count_if(m_jobs.begin(), m_jobs.end(), [](const Entry *job) { return job->isBusy(); }));
}

void JobQueue::startNext()
{
    while (running() < m_parallel) {
        const auto next = std::find_if(m_jobs.begin(), m_jobs.end(),
                                       [](const Entry *job) { return job->state() == Job::State::Queued; });
        if (next == m_jobs.end())
            return;
        (*next)->start();
    }
}

} // namespace astra::jobs
