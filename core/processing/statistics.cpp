// SPDX-License-Identifier: Apache-2.0
#include "core/processing/statistics.h"

#include "core/processing/evalkernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace astra::processing {

namespace {

using kernels::LaneSums;

constexpr std::size_t lanes = LaneSums::lanes;
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
    const float shift = values[first];
    LaneSums sums;
    std::fill_n(sums.least, lanes, std::numeric_limits<float>::infinity());
    std::fill_n(sums.most, lanes, -std::numeric_limits<float>::infinity());
    const std::size_t whole = count / lanes * lanes;
    kernels::inUse().sums(values, whole, shift, sums);
    if (whole < count) {
        std::array<float, lanes> rest {};
        rest.fill(std::numeric_limits<float>::quiet_NaN());
        std::copy(values + whole, values + count, rest.begin());
        kernels::inUse().sums(rest.data(), lanes, shift, sums);
    }
    double sum = 0;
    double square = 0;
    for (std::size_t lane = 0; lane < lanes; ++lane) {
        s.valid += sums.valid[lane];
        sum += sums.sum[lane];
        square += sums.squares[lane];
    }
    const auto n = static_cast<double>(s.valid);
    s.minimum = static_cast<double>(*std::min_element(sums.least, sums.least + lanes));
    s.maximum = static_cast<double>(*std::max_element(sums.most, sums.most + lanes));
    s.mean = static_cast<double>(shift) + sum / n;
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
