// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every job of every process that shares the data folder, in a SQLite file: what was asked, who runs it, how far it is,
// what came out. A job that is not over belongs to one process, by a lease that the store renews in a thread of its
// own; a process that is gone loses its jobs, and another may take them up.

#include "core/base/async.h"
#include "core/jobs/job.h"

#include <map>
#include <memory>
#include <thread>
#include <vector>

namespace astra::jobs {

struct StoredJob {
    QString id;
    QString batch; ///< jobs submitted together; empty: alone
    data::JobRequest request;
    Job::State state = Job::State::Queued;
    int priority = 0;
    double progress = 0; ///< 0…1
    QString activity;
    QDateTime created; ///< UTC
    QDateTime finished; ///< UTC; invalid: not over
    std::optional<Error> error;
    std::optional<data::JobResult> result;
    Json report; ///< retries, tiles kept and computed
    QString owner; ///< the process it belongs to, for people ("process 4711"); empty: nobody
    qint64 epoch = 0; ///< counts its runs
    bool stale = false; ///< not over, but its owner is gone: it can be resumed
};

/// What is said of a job that was cut off.
[[nodiscard]] QString cutOffWords(const data::JobRequest &request);

/// The little that changes while a job is under way.
struct JobNews {
    QString id;
    Job::State state = Job::State::Queued;
    double progress = 0;
    QString activity;
    qint64 epoch = 0;
    bool ours = false; ///< of this store object
    bool stale = false;
    bool cancelling = false; ///< somebody wants it stopped
};

/// A job that is ours to run.
struct Lease {
    StoredJob job;
    qint64 epoch = 0;
};

/// Work happens in a thread of its own; futures settle there. What was asked for before it is destroyed is still done;
/// its jobs that are not over are nobody's from then on.
class JobStore
{
public:
    /// How long a process that does not answer keeps its jobs. One that has ended loses them at once.
    static constexpr int leaseMs = 10000;

    /// @param lease in ms; it is renewed five times as often
    [[nodiscard]] static Future<std::shared_ptr<JobStore>> open(const QString &path, int lease = leaseMs);
    ~JobStore();
    JobStore(const JobStore &) = delete;
    JobStore &operator=(const JobStore &) = delete;

    /// What is to be said of the file: that a damaged one was set aside. Empty: nothing.
    [[nodiscard]] QString note() const;
    /// Queued, and ours. InvalidInput where another job that is not over writes one of the same files; one whose owner
    /// is gone, or that failed, gives them up, and its finished tiles where the result has the same name. Storage where
    /// nothing can be written (retryable: not at this moment).
    /// @param files that it writes besides its output
    /// @return the id: the request's, or a new one
    [[nodiscard]] Future<QString> add(data::JobRequest request, const QString &batch, const QStringList &files = {});
    /// Its turn has come: running, from now on. Absent: it is not ours, not queued, or was cancelled.
    [[nodiscard]] Future<std::optional<Lease>> take(const QString &id);
    /// Writes how far it is. False: stop, it was cancelled or is no longer ours.
    [[nodiscard]] Future<bool> beat(const QString &id, qint64 epoch, double progress, const QString &activity);
    /// False: a late owner (another epoch), who changes nothing. An error: it could not be written now; that is tried
    /// again until this store is gone.
    [[nodiscard]] Future<bool> finish(const QString &id, qint64 epoch, Job::State state, std::optional<Error> error,
                                      std::optional<data::JobResult> result);
    /// Of any process: at once where nobody runs it, else its owner sees it within 100 ms.
    [[nodiscard]] Future<void> cancel(const QString &id);
    /// Puts a job that was cut off, failed or was cancelled back into the queue, as ours. What it had done is kept
    /// where its part file still is: that of a cancelled job goes with the next sweep().
    [[nodiscard]] Future<StoredJob> requeue(const QString &id);
    /// All that were cut off become ours and queued, but for those that were cut off three times at the same place
    /// (they may be what ends the program), and those that a service may have begun: it would do, and charge for, them
    /// twice.
    [[nodiscard]] Future<std::vector<StoredJob>> adopt();
    /// Newest first, without results; of the request only where it runs, its operation, title, output and priority.
    /// @param idBegins those whose id begins so
    [[nodiscard]] Future<std::vector<StoredJob>> all(int limit = 200, const QString &idBegins = {});
    /// With all that there is of it.
    [[nodiscard]] Future<std::optional<StoredJob>> find(const QString &id);
    /// Those that are not over.
    [[nodiscard]] Future<std::vector<JobNews>> underWay();
    /// Another number whenever another process has written.
    [[nodiscard]] Future<qint64> version();
    /// Removes what jobs that are over and let go of left beside their results (data::partFiles); those of failed ones,
    /// which could go on, after a day.
    /// @return their paths
    [[nodiscard]] Future<QStringList> sweep();
    /// How long so much took, for estimates.
    [[nodiscard]] Future<void> measure(const QString &what, double amount, double seconds);
    /// Amounts per second. The last ones count most, and large ones more than small ones.
    [[nodiscard]] Future<std::map<QString, double>> measured();

private:
    struct Inside;
    explicit JobStore(int beat);
    template<typename F> [[nodiscard]] auto ask(F f);

    const std::shared_ptr<Inside> m_inside;
    std::thread m_thread; ///< begins when all else is there
};

} // namespace astra::jobs
