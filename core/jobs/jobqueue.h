// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/progress.h"
#include "core/jobs/jobstore.h"

#include <QSet>
#include <QTimer>

#include <functional>
#include <vector>

namespace astra::jobs {

/// The jobs of this process, a few at a time, highest priority first; with a store also those of others, as far as they
/// are under way. Lives in the main thread; owns its jobs.
class JobQueue : public QObject
{
    Q_OBJECT
public:
    /// What a job does: called when its turn has come. `activity` may be called from any thread. The request's id is
    /// empty where the job is not stored.
    using Work = std::function<Future<data::JobResult>(const data::JobRequest &request, const Progress &progress,
                                                       const std::function<void(QString)> &activity)>;
    /// What it writes besides its output, known before it begins: no other job may write that meanwhile.
    using Files = std::function<QStringList(const data::JobRequest &request)>;
    enum class Earlier {
        Leave, ///< jobs of other runs are theirs
        TakeUp ///< those that were cut off go on here; those that are over are shown
    };

    explicit JobQueue(int parallel = 2, QObject *parent = nullptr);
    ~JobQueue() override; ///< stops every job, which can be resumed where it is stored; never waits

    /// What a job does that was added without work of its own, or in an earlier run.
    void runWith(Work work, Files files = {});
    /// Jobs are kept there from now on; they wait until it is open. Where it cannot be opened they live and die with
    /// this.
    void keepIn(const Future<std::shared_ptr<JobStore>> &store, Earlier earlier = Earlier::Leave);
    /// Why jobs are not kept, or what happened to those that were; empty: nothing.
    [[nodiscard]] QString problem() const { return m_problem; }

    /// Queued at once; runs when one of the places is free. @param batch a word for those that belong together
    [[nodiscard]] Job *add(data::JobRequest request, Work work = {}, const QString &batch = {});
    /// One of the store's, from here on run by this process.
    [[nodiscard]] Future<Job *> resume(const QString &id);
    [[nodiscard]] std::vector<Job *> jobs() const; ///< newest first
    [[nodiscard]] int running() const;

Q_SIGNALS:
    void added(astra::jobs::Job *job);

private:
    class Entry;
    void startNext();
    void enter(Entry *job);
    void take(Entry *job);
    Entry *showOurs(const StoredJob &stored);
    Entry *showStored(const StoredJob &stored, bool ours);
    void takeUpEarlier();
    void watch();
    void compare(const std::vector<JobNews> &news);
    void lookAgain(const QString &id);
    [[nodiscard]] Entry *find(const QString &id) const;

    const int m_parallel;
    std::vector<Entry *> m_jobs; ///< oldest first; children of this object
    Work m_work;
    Files m_files;
    std::shared_ptr<JobStore> m_store;
    bool m_opening = false; ///< the store
    QString m_problem;
    QTimer m_watch;
    qint64 m_version = -1; ///< of the store, as last seen
    bool m_watching = false; ///< an answer is awaited
    int m_ticks = 0;
    QSet<QString> m_lookedFor;
};

} // namespace astra::jobs
