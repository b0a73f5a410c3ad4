// SPDX-License-Identifier: Apache-2.0
#include "core/processing/statistics.h"

#include <algorithm>
#include <cmath>

namespace astra::processing {

PartialStatistics PartialStatistics::of(const data::Block &block)
{
    PartialStatistics s;
    s.total = static_cast<qint64>(block.values.size());
    double sum = 0;
    float least = std::numeric_limits<float>::infinity();
    float most = -least;
    for (const float v : block.values) {
        const bool valid = v == v; // not NaN
        s.valid += valid;
        sum += valid ? static_cast<double>(v) : 0.0;
        least = v < least ? v : least;
        most = v > most ? v : most;
    }
    if (s.valid == 0)
        return s;
    s.minimum = static_cast<double>(least);
    s.maximum = static_cast<double>(most);
    s.mean = sum / static_cast<double>(s.valid);
    for (const float v : block.values) {
        const double difference = static_cast<double>(v) - s.mean;
        s.squares += v == v ? difference * difference : 0.0;
    }
    return s;
}

void PartialStatistics::add(const PartialStatistics &other)
{
    total += other.total;
    if (other.valid == 0)
        return;
    if (valid == 0) {
        const qint64 all = total;
        *this = other;
        total = all;
        return;
    }
    const auto mine = static_cast<double>(valid);
    const auto theirs = static_cast<double>(other.valid);
    const double difference = other.mean - mean;
    mean += difference * theirs / (mine + theirs);
    squares += other.squares + difference * difference * mine * theirs / (mine + theirs);
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
    valid += other.valid;
}

data::Statistics PartialStatistics::result() const
{
    data::Statistics s;
    s.valid = valid;
    s.total = total;
    s.minimum = minimum;
    s.maximum = maximum;
    s.mean = mean;
    s.stddev = valid > 0 ? std::sqrt(squares / static_cast<double>(valid)) : 0;
    return s;
}

} // namespace astra::processing
