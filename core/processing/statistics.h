// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/job.h"
#include "core/data/raster.h"

namespace astra::processing {

/// Statistics that can be computed in pieces, at the same time, and put together afterwards in a fixed order.
struct PartialStatistics {
    qint64 valid = 0;
    qint64 total = 0;
    double minimum = 0;
    double maximum = 0;
    double mean = 0;
    double squares = 0; ///< sum of squared differences from the mean

    [[nodiscard]] static PartialStatistics of(const data::Block &block);
    void add(const PartialStatistics &other);
    [[nodiscard]] data::Statistics result() const;
};

} // namespace astra::processing
