// SPDX-License-Identifier: Apache-2.0
#pragma once

// Jobs of the command line: what they would take, run to their end, what came out.

#include "app/cli/context.h"

namespace astra::cli {

/// "12.3 MB in 34 requests, 56 MB of disk, about 8 s".
[[nodiscard]] QString words(const data::Estimate &estimate);
/// Whether a result may have its name: not that of a file that the command itself has read (areas, a recipe), and no
/// name whose table or Item would take its place. The error is a wrong use.
[[nodiscard]] Result<void> checkAgainst(const QStringList &read, const QString &output);
/// Says on standard error what a job will take and what its operation warns of. What cannot be told is passed over:
/// the job itself will say it better. Of scenes whose pixels are paid for nothing is said: it takes reading to know it.
void announce(Context &context, engine::Engine &engine, const data::JobRequest &request);
/// Runs jobs to their ends; Ctrl-C cancels them and waits until they have let go of their files.
void waitForJobs(Context &context, const std::vector<jobs::Job *> &jobs);
[[nodiscard]] Json documentOf(const data::JobResult &result);
/// Notes and retries on standard error; files, statistics and tables on standard output, unless a document is wanted.
void printResult(const Context &context, const data::JobResult &result, bool json);
/// Announces a job, runs it and prints its result. @param what for its error @return the exit status
[[nodiscard]] int runJob(Context &context, engine::Engine &engine, const data::JobRequest &request, const QString &what,
                         bool json);

} // namespace astra::cli
