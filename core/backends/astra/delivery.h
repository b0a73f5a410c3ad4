// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/progress.h"
#include "core/data/job.h"

namespace astra::backends {

/// What a service delivered, looked at before it is believed: a raster with a size, a place on the ground and readable
/// pixels. I/O pool only.
/// @param title the service's, for the sentence when it is not
/// @return statistics over every valid pixel of its first band
[[nodiscard]] Result<data::Statistics> checkDelivery(const QString &path, const QString &title,
                                                     const Progress &progress);

} // namespace astra::backends
