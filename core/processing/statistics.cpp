// SPDX-License-Identifier: Apache-2.0
#include "core/processing/statistics.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace astra::processing {

namespace {

// So many sums side by side that the compiler keeps them in registers; their number is part of the result's rounding.
constexpr std::size_t lanes = 8;
// Values whose differences from one of them are summed before a mean is taken.
constexpr std::size_t stretch = 4096;

/// Of up to `stretch` values, in one pass: sums of the differences from the first valid one.
PartialStatistics ofStretch(const float *values, std::size_t count)
{
    PartialStatistics s;
    s.total = static_cast<qint64>(count);
    std::size_t first = 0;
    while (first < count && std::isnan(values[first]))
        ++first;
    if (first == count)
        return s;
    const auto shift = static_cast<double>(values[first]);
    std::array<double, lanes> sums {};
    std::array<double, lanes> squares {};
    std::array<float, lanes> least {};
    std::array<float, lanes> most {};
    std::array<int, lanes> valid {};
    least.fill(std::numeric_limits<float>::infinity());
    most.fill(-std::numeric_limits<float>::infinity());
    const auto take = [&](float v, std::size_t lane) {
        const bool there = v == v; // not NaN
        const double difference = there ? static_cast<double>(v) - shift : 0.0;
        valid[lane] += there;
        sums[lane] += difference;
        squares[lane] += difference * difference;
        least[lane] = v < least[lane] ? v : least[lane];
        most[lane] = v > most[lane] ? v : most[lane];
    };
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        for (std::size_t lane = 0; lane < lanes; ++lane)
            take(values[i + lane], lane);
    }
    for (; i < count; ++i)
        take(values[i], i % lanes);
    double sum = 0;
    double square = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        s.valid += valid[lane];
        sum += sums[lane];
        square += squares[lane];
    }
    const auto n = static_cast<double>(s.valid);
    s.minimum = static_cast<double>(*std::min_element(least.begin(), least.end()));
    s.maximum = static_cast<double>(*std::max_element(most.begin(), most.end()));
    s.mean = shift + sum / n;
    s.squares = std::max(0.0, square - sum * sum / n);
    return s;
}

} // namespace

PartialStatistics PartialStatistics::of(const data::Block &block)
{
    PartialStatistics s;
    for (std::size_t i = 0; i < block.values.size(); i += stretch)
        s.add(ofStretch(block.values.data() + i, std::min(stretch, block.values.size() - i)));
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
