// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/database.h"
#include "core/jobs/jobstore.h"

namespace astra::jobs {

/// How a run of a job ended.
struct Ending {
    QString id;
    qint64 epoch = 0;
    Job::State state = Job::State::Failed;
    std::optional<Error> error;
    std::optional<data::JobResult> result;
};

/// The jobs in their file: what JobStore promises, as SQL. One thread at a time; blocks.
class JobTable
{
public:
    /// @param lease in ms, to be renewed by renew() @param note see JobStore::note()
    [[nodiscard]] static Result<std::unique_ptr<JobTable>> open(const QString &path, int lease, QString *note);

    [[nodiscard]] Result<QString> add(data::JobRequest request, const QString &batch, const QStringList &files);
    [[nodiscard]] Result<std::optional<Lease>> take(const QString &id);
    [[nodiscard]] Result<bool> beat(const QString &id, qint64 epoch, double progress, const QString &activity);
    [[nodiscard]] Result<bool> finish(Ending ending);
    [[nodiscard]] Result<void> cancel(const QString &id);
    [[nodiscard]] Result<StoredJob> requeue(const QString &id);
    [[nodiscard]] Result<std::vector<StoredJob>> adopt();
    [[nodiscard]] Result<std::vector<StoredJob>> all(int limit, const QString &idBegins);
    [[nodiscard]] Result<std::optional<StoredJob>> find(const QString &id);
    [[nodiscard]] Result<std::vector<JobNews>> underWay();
    [[nodiscard]] Result<qint64> version() { return m_database->dataVersion(); }
    [[nodiscard]] Result<QStringList> sweep();
    [[nodiscard]] Result<void> measure(const QString &what, double amount, double seconds);
    [[nodiscard]] Result<std::map<QString, double>> measured();

    /// Makes the leases of our jobs last, and writes what could not be written before.
    void renew();
    /// Our jobs are nobody's from then on.
    void close();

private:
    JobTable(std::unique_ptr<Database> database, int lease);
    [[nodiscard]] Result<void> insert(const data::JobRequest &request, const QString &batch);
    [[nodiscard]] Result<void> checkFree(const StoredJob &job);
    [[nodiscard]] Result<void> makeOurs(StoredJob &job, bool keepsProgress);
    [[nodiscard]] Result<bool> record(const Ending &ending);
    void recordLate();
    [[nodiscard]] Result<void> endCancelled();
    /// One transaction that survives a power cut.
    [[nodiscard]] Result<void> durably(const std::function<Result<void>()> &work);

    const std::unique_ptr<Database> m_database;
    const QString m_owner;
    const int m_lease; ///< ms
    bool m_owns = false; ///< may have jobs whose lease is to be renewed
    std::vector<Ending> m_late; ///< could not be written yet
};

} // namespace astra::jobs
