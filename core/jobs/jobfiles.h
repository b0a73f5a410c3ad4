// SPDX-License-Identifier: Apache-2.0
#pragma once

// Whose a file is: no two jobs write the same one, and what the dead leave beside their results is taken up or removed.

#include "core/base/database.h"
#include "core/data/job.h"

namespace astra::jobs {

/// One name for one file, whatever links lead to it; the file itself need not be there.
[[nodiscard]] QString canonicalPath(const QString &file);

/// Notes which files a job writes. Within a transaction that adds the job.
[[nodiscard]] Result<void> claim(Database &database, const QString &job, QStringList files);

/// Finished tiles that other jobs leave to the one that takes their place.
struct Heritage {
    QStringList parts; ///< newest first
    QString to;

    [[nodiscard]] bool isThere() const;
    /// Once the transaction is over, and with it whose they are.
    void accept() const;
};

/// Others that write one of the same files: one that is under way is in the way (InvalidInput); one that was cut off or
/// failed makes room, and what it has finished is used where it is of the same plan. What it leaves stays its own until
/// the transaction is over; what nobody takes goes with sweepFiles().
/// @param owner who asks
[[nodiscard]] Result<Heritage> makeRoom(Database &database, const QString &owner, const data::JobRequest &request);

/// Removes what jobs that are over left; those of failed ones, which could go on, after a day. Within a transaction:
/// nobody takes a job up between the look at it and the end of its files. @return their paths
[[nodiscard]] Result<QStringList> sweepFiles(Database &database);

} // namespace astra::jobs
