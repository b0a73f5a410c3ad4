// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::data {

/// The hidden file beside a result in which a job's finished tiles wait: "/a/b.tif", job "7f…" →
/// "/a/.b.tif.7f….part". Empty without a job.
[[nodiscard]] QString partPath(const QString &output, const QString &job);

} // namespace astra::data
