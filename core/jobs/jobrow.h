// SPDX-License-Identifier: Apache-2.0
#pragma once

// How jobs stand in the store's tables.

#include "core/base/database.h"
#include "core/jobs/jobstore.h"

namespace astra::jobs {

[[nodiscard]] QString nameOf(Job::State state);
[[nodiscard]] Job::State stateNamed(const QString &name);

[[nodiscard]] QString textAt(const Database::Row &row, std::size_t column); ///< empty where it is no text
[[nodiscard]] qint64 integerAt(const Database::Row &row, std::size_t column);
[[nodiscard]] double realAt(const Database::Row &row, std::size_t column);
[[nodiscard]] Database::Value jsonValue(const Json &json);

[[nodiscard]] Json toJson(const Error &error);
[[nodiscard]] Json reportOf(const data::JobResult &result);

/// How much of a job is read: what may be large (request and result) has tables of its own, which lists leave alone.
enum class Much { Brief, Whole };

/// @param owner who asks: another's jobs may be stale @param rest of the statement, from WHERE on
[[nodiscard]] Result<std::vector<StoredJob>> selectJobs(Database &database, const QString &owner, Much much,
                                                        const QByteArray &rest, const Database::Row &values);

/// Only what failed is said.
[[nodiscard]] Result<void> only(const Result<int> &changed);

} // namespace astra::jobs
