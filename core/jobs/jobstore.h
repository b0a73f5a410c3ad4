// SPDX-License-Identifier: Apache-2.0
#pragma once

// Every job of every process that shares the data folder, in a SQLite file: what was asked, who runs it, how far it is,
// what came out. A job has one owner at a time, by a lease that its owner renews; an owner that is gone loses it.

#include "core/base/async.h"
#include "core/jobs/job.h"

#include <memory>
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
    data::Estimate estimate;
    Json report; ///< retries, tiles kept and computed
    QString owner; ///< process that runs it; empty: nobody
    qint64 epoch = 0; ///< counts its owners
    bool stale = false; ///< "running", but its owner is gone: it can be resumed
};

/// A job that is ours to run.
struct Lease {
    StoredJob job;
    qint64 epoch = 0;
};

/// Work happens in a thread of its own; futures settle there.
class JobStore
{
public:
    [[nodiscard]] static Future<std::shared_ptr<JobStore>> open(const QString &path);
    virtual ~JobStore() = default;

    /// @return its id. InvalidInput where another job that is not over writes the same file.
    [[nodiscard]] virtual Future<QString> add(data::JobRequest request, const QString &batch) = 0;
    /// The next by priority and age whose turn it is, or that one. Absent: nothing to do, or not ours to take.
    [[nodiscard]] virtual Future<std::optional<Lease>> take(const QString &id = {}) = 0;
    /// Renews the lease. False: stop, it was cancelled or is no longer ours.
    [[nodiscard]] virtual Future<bool> beat(const QString &id, qint64 epoch, double progress, const QString &activity)
        = 0;
    /// A late owner (another epoch) changes nothing.
    [[nodiscard]] virtual Future<void> finish(const QString &id, qint64 epoch, Job::State state,
                                              std::optional<Error> error, std::optional<data::JobResult> result,
                                              Json report)
        = 0;
    /// Of any process: its owner sees it within 100 ms.
    [[nodiscard]] virtual Future<void> cancel(const QString &id) = 0;
    /// Puts a job that was cut off, failed or was cancelled back into the queue; what it has done so far is kept where
    /// its part file still is.
    [[nodiscard]] virtual Future<void> requeue(const QString &id) = 0;
    [[nodiscard]] virtual Future<std::vector<StoredJob>> all(int limit = 200) = 0; ///< newest first
    [[nodiscard]] virtual Future<std::optional<StoredJob>> find(const QString &id) = 0;
    /// Removes part files of jobs that are over. @return their paths
    [[nodiscard]] virtual Future<QStringList> sweep() = 0;
};

/// The hidden file beside a result in which its finished tiles wait: "/a/b.tif", job "7f…" → "/a/.b.tif.7f….part".
[[nodiscard]] QString partPath(const QString &output, const QString &job);

} // namespace astra::jobs
