// SPDX-License-Identifier: Apache-2.0
#pragma once

// The jobs of the invented ASTRA service: NDVI for real, of its own files, with the same executor as everywhere.

#include "core/sandbox/world/world.h"

#include <QTemporaryDir>

#include <map>
#include <memory>
#include <mutex>

namespace astra::sandbox {

struct ProcessJob {
    enum class Status { Queued, Processing, Completed, Failed };
    QString id;
    Status status = Status::Queued;
    const WorldScene *scene = nullptr;
    std::optional<data::GeoBox> bbox;
    bool maskClouds = false;
    QDateTime created;
    QDateTime started;
    QDateTime completed;
    QString file; ///< of the result
    qint64 bytes = 0;
    Error error;
};

/// Thread-safe.
class ProcessJobs
{
public:
    ProcessJobs();
    ~ProcessJobs(); ///< stops what runs and waits for it

    /// Queues it; the answer has its id. Fails where too many wait.
    [[nodiscard]] Result<ProcessJob> submit(const WorldScene &scene, std::optional<data::GeoBox> bbox, bool maskClouds);
    [[nodiscard]] std::optional<ProcessJob> find(const QString &id) const;

private:
    void run(const QString &id);
    void change(const QString &id, const std::function<void(ProcessJob &)> &edit);

    mutable std::mutex m_mutex;
    std::map<QString, ProcessJob> m_jobs;
    QTemporaryDir m_dir;
    StopSource m_stop;
    Pools m_compute; ///< outlives m_queue's threads
    QThreadPool m_queue;
};

} // namespace astra::sandbox
