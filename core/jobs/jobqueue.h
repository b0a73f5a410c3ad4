// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/progress.h"
#include "core/jobs/job.h"

#include <functional>
#include <vector>

namespace astra::jobs {

/// All jobs of this run of the program, a few at a time. Lives in the main thread; owns its jobs.
class JobQueue : public QObject
{
    Q_OBJECT
public:
    /// What a job does: called when its turn has come. `activity` may be called from any thread.
    using Work = std::function<Future<data::JobResult>(const data::JobRequest &request, const Progress &progress,
                                                       const std::function<void(QString)> &activity)>;

    explicit JobQueue(int parallel = 2, QObject *parent = nullptr);
    ~JobQueue() override; ///< stops every job; never waits

    /// Queued at once; runs when one of the places is free.
    [[nodiscard]] Job *add(data::JobRequest request, Work work);
    [[nodiscard]] std::vector<Job *> jobs() const; ///< newest first
    [[nodiscard]] int running() const;

Q_SIGNALS:
    void added(astra::jobs::Job *job);

private:
    class Entry;
    void startNext();

    const int m_parallel;
    std::vector<Entry *> m_jobs; ///< oldest first; children of this object
};

} // namespace astra::jobs
