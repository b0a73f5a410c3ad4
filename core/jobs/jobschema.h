// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QByteArray>

#include <vector>

namespace astra::jobs {

/// The job store's tables: steps for Database::open, only ever added to.
[[nodiscard]] const std::vector<QByteArray> &jobSchema();

} // namespace astra::jobs
