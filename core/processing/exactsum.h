// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/job.h"

#include <QDataStream>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <utility>

namespace astra::processing {

/// A sum without rounding: the same to the last bit in whatever order, and however divided, the numbers come.
/// Holds every float32, the product of any two of them and areas in m²: doubles from 2^-300 to 2^256. What lies beyond
/// counts as zero.
class ExactSum
{
public:
    /// One by one at most 2^30 numbers; then a new sum, added to the others.
    void add(double value);
    void add(const ExactSum &other);
    [[nodiscard]] double value() const { return parts().first; }
    /// The nearest double, and what is missing of it: together 100 bits.
    [[nodiscard]] std::pair<double, double> parts() const;

    friend QDataStream &operator<<(QDataStream &stream, const ExactSum &sum);
    friend QDataStream &operator>>(QDataStream &stream, ExactSum &sum); ///< ReadCorruptData: no sum

private:
    static constexpr int digitBits = 32;
    static constexpr std::uint64_t digitMask = 0xffffffffU;
    static constexpr int lowest = -352; // power of two of the first digit
    static constexpr int count = 21;
    // Of a double: its fraction, and the power of two of its last bit were the exponent's field zero.
    static constexpr int fractionBits = 52;
    static constexpr int lastBit = -1075;
    using Digits = std::array<std::int64_t, count>;
    void carry();
    /// Each from 0 to 2^32 − 1, and whether they are to be taken off.
    [[nodiscard]] std::pair<Digits, bool> magnitude() const;

    Digits m_digits {}; // of 32 bits, with room for carries and signs
};

inline void ExactSum::add(double value)
{
    const auto bits = std::bit_cast<std::uint64_t>(value);
    const int place = static_cast<int>(bits >> fractionBits & 0x7ffU) + lastBit - lowest;
    if (place < 0 || place / digitBits > count - 3)
        return;
    const std::uint64_t whole = (bits & ((1ULL << fractionBits) - 1)) | 1ULL << fractionBits;
    const int shift = place % digitBits;
    const std::uint64_t low = whole << shift;
    const std::uint64_t high = shift == 0 ? 0 : whole >> (64 - shift);
    const auto sign = static_cast<std::int64_t>(bits >> 63) * -2 + 1;
    auto *digit = m_digits.data() + place / digitBits;
    digit[0] += sign * static_cast<std::int64_t>(low & digitMask);
    digit[1] += sign * static_cast<std::int64_t>(low >> digitBits);
    digit[2] += sign * static_cast<std::int64_t>(high);
}

/// Statistics of float32 values that are the same however the values were divided.
struct ExactStatistics {
    qint64 valid = 0;
    float minimum = std::numeric_limits<float>::infinity();
    float maximum = -std::numeric_limits<float>::infinity();
    ExactSum sum;
    ExactSum squares;

    void add(float value) ///< finite
    {
        ++valid;
        minimum = value < minimum ? value : minimum;
        maximum = value > maximum ? value : maximum;
        const auto v = static_cast<double>(value);
        sum.add(v);
        squares.add(v * v);
    }
    void add(const ExactStatistics &other);
    /// `total` is left to the caller. Without any value all are zero.
    [[nodiscard]] data::Statistics result() const;
};
QDataStream &operator<<(QDataStream &stream, const ExactStatistics &statistics);
QDataStream &operator>>(QDataStream &stream, ExactStatistics &statistics);

} // namespace astra::processing
