// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/data/job.h"

#include <QDateTime>
#include <QObject>

#include <memory>
#include <optional>

namespace astra::jobs {

/// Something the person waits for. Lives in the main thread; owned by the queue.
class Job : public QObject
{
    Q_OBJECT
public:
    enum class State { Queued, Running, Succeeded, Failed, Cancelled };
    Q_ENUM(State)

    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual const data::JobRequest &request() const = 0;
    [[nodiscard]] virtual State state() const = 0;
    /// 0…1, never falling; negative where the service does not say.
    [[nodiscard]] virtual double progress() const = 0;
    /// What is being done, in words: "Computing", "Waiting at ASTRA OS (queued)", "Downloading".
    [[nodiscard]] virtual QString activity() const = 0;
    [[nodiscard]] virtual std::optional<Error> error() const = 0; ///< Failed
    [[nodiscard]] virtual std::optional<data::JobResult> result() const = 0; ///< Succeeded
    [[nodiscard]] virtual QDateTime created() const = 0;
    [[nodiscard]] virtual QDateTime finishedAt() const = 0;
    /// The state is Cancelled at once for the person; temporary files go as the work lets go of them (within 200 ms).
    /// A job of another process is Cancelled when that has let go of it.
    virtual void cancel() = 0;
    /// Was cut off, failed or was cancelled, and is stored: Engine::resumeJob() takes it up. It stays this object.
    [[nodiscard]] virtual bool isResumable() const { return false; }
    [[nodiscard]] bool isFinished() const { return state() >= State::Succeeded; }

Q_SIGNALS:
    void changed();
    /// Once; again where it was resumed.
    void finished();

protected:
    using QObject::QObject;
};

} // namespace astra::jobs
