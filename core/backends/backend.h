// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where a recipe runs: this machine (local/) or a service (astra/). A back-end takes a request with its inputs by
// identity and gives a GeoTIFF with its STAC Item beside it, or one sentence saying why not.

#include "core/base/async.h"
#include "core/base/progress.h"
#include "core/data/job.h"

#include <functional>

namespace astra::backends {

/// Used from the main thread; the work itself goes elsewhere.
class Backend
{
public:
    /// What is being done now, in words; called from any thread.
    using Activity = std::function<void(QString)>;

    virtual ~Backend() = default;

    /// "local", or the id of the provider that computes.
    [[nodiscard]] virtual QString id() const = 0;
    [[nodiscard]] virtual QString title() const = 0;
    /// Whether this back-end can run the request at all, known without asking anyone or looking at a disk. The error is
    /// the sentence to show.
    [[nodiscard]] virtual Result<void> check(const data::JobRequest &request) const = 0;
    /// The same, and whether its files may be written: looks at the disk, in a thread of the I/O pool.
    [[nodiscard]] virtual Future<void> checkFiles(const data::JobRequest &request) const = 0;
    /// What it would take. Opens the files' headers; a service says nothing before it has the job.
    [[nodiscard]] virtual Future<data::Estimate> estimate(const data::JobRequest &request, StopToken stop)
    {
        Q_UNUSED(stop)
        if (const auto possible = check(request); !possible)
            return ready<data::Estimate>(fail(possible.error()));
        return ready<data::Estimate>(data::Estimate());
    }
    /// Runs what checkFiles() has let pass. A stop asked for through `progress` settles the future with Cancelled as
    /// soon as the work has let go of its files (at a service: at once), and what lies half-written under a temporary
    /// name is removed. A failure leaves no file behind.
    [[nodiscard]] virtual Future<data::JobResult>
    submit(const data::JobRequest &request, Progress progress, Activity activity) = 0;
};

} // namespace astra::backends
