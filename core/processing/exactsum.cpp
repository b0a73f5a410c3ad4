// SPDX-License-Identifier: Apache-2.0
#include "core/processing/exactsum.h"

#include <algorithm>
#include <cmath>

namespace astra::processing {

namespace {

/// Both are exact: a + b = first + second.
std::pair<double, double> added(double a, double b)
{
    const double sum = a + b;
    const double part = sum - a;
    return {sum, (a - (sum - part)) + (b - part)};
}

} // namespace

void ExactSum::add(const ExactSum &other)
{
    for (std::size_t i = 0; i < m_digits.size(); ++i)
        m_digits[i] += other.m_digits[i];
    carry();
}

/// All digits but the last from 0 to 2^32 − 1.
void ExactSum::carry()
{
    for (std::size_t i = 0; i + 1 < m_digits.size(); ++i) {
        m_digits[i + 1] += m_digits[i] >> digitBits; // rounds down, also below zero
        m_digits[i] &= static_cast<std::int64_t>(digitMask);
    }
}

std::pair<ExactSum::Digits, bool> ExactSum::magnitude() const
{
    ExactSum sum = *this;
    sum.carry();
    const bool negative = sum.m_digits.back() < 0;
    if (negative) {
        for (auto &digit : sum.m_digits)
            digit = -digit;
        sum.carry();
    }
    return {sum.m_digits, negative};
}

std::pair<double, double> ExactSum::parts() const
{
    const auto [digits, negative] = magnitude();
    double sum = 0;
    double rest = 0;
    for (int i = count; i-- > 0;) {
        const auto digit = static_cast<double>(digits[static_cast<std::size_t>(i)]);
        const auto [next, missing] = added(sum, std::ldexp(digit, lowest + i * digitBits));
        sum = next;
        rest += missing;
    }
    const auto [nearest, missing] = added(sum, rest);
    return negative ? std::pair(-nearest, -missing) : std::pair(nearest, missing);
}

/// Sign, first digit that is not zero, how many follow, and these.
QDataStream &operator<<(QDataStream &stream, const ExactSum &sum)
{
    const auto [digits, negative] = sum.magnitude();
    const auto isSome = [](std::int64_t digit) { return digit != 0; };
    const auto first = std::find_if(digits.begin(), digits.end(), isSome);
    const auto end = std::find_if(digits.rbegin(), digits.rend(), isSome).base();
    stream << negative << static_cast<quint8>(first - digits.begin())
           << static_cast<quint8>(std::max<std::ptrdiff_t>(0, end - first));
    for (auto digit = first; digit < end; ++digit)
        stream << static_cast<quint32>(*digit);
    return stream;
}

QDataStream &operator>>(QDataStream &stream, ExactSum &sum)
{
    bool negative = false;
    quint8 first = 0;
    quint8 some = 0;
    stream >> negative >> first >> some;
    sum = {};
    if (first + some > ExactSum::count) {
        stream.setStatus(QDataStream::ReadCorruptData);
        return stream;
    }
    for (int i = first; i < first + some; ++i) {
        quint32 digit = 0;
        stream >> digit;
        sum.m_digits[static_cast<std::size_t>(i)] = negative ? -static_cast<std::int64_t>(digit) : digit;
    }
    return stream;
}

void ExactStatistics::add(const ExactStatistics &other)
{
    valid += other.valid;
    minimum = std::min(minimum, other.minimum);
    maximum = std::max(maximum, other.maximum);
    sum.add(other.sum);
    squares.add(other.squares);
}

data::Statistics ExactStatistics::result() const
{
    data::Statistics statistics;
    statistics.valid = valid;
    if (valid == 0)
        return statistics;
    const auto n = static_cast<double>(valid);
    const auto [whole, rest] = sum.parts();
    statistics.minimum = static_cast<double>(minimum);
    statistics.maximum = static_cast<double>(maximum);
    statistics.mean = whole / n;
    if (!(minimum < maximum))
        return statistics;
    // Σx² − (Σx)² / n with twice the digits of a double, as much of it goes where the mean is far from zero.
    const double square = whole * whole;
    const double squareRest = std::fma(whole, whole, -square) + 2 * whole * rest;
    const double share = square / n;
    const double shareRest = (std::fma(-share, n, square) + squareRest) / n;
    const auto [all, allRest] = squares.parts();
    const auto [difference, missing] = added(all, -share);
    statistics.stddev = std::sqrt(std::max(0.0, difference + (missing + (allRest - shareRest))) / n);
    return statistics;
}

QDataStream &operator<<(QDataStream &stream, const ExactStatistics &statistics)
{
    return stream << statistics.valid << std::bit_cast<quint32>(statistics.minimum)
                  << std::bit_cast<quint32>(statistics.maximum) << statistics.sum << statistics.squares;
}

QDataStream &operator>>(QDataStream &stream, ExactStatistics &statistics)
{
    quint32 minimum = 0;
    quint32 maximum = 0;
    stream >> statistics.valid >> minimum >> maximum >> statistics.sum >> statistics.squares;
    statistics.minimum = std::bit_cast<float>(minimum);
    statistics.maximum = std::bit_cast<float>(maximum);
    return stream;
}

} // namespace astra::processing
