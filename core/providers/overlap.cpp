// SPDX-License-Identifier: Apache-2.0
#include "core/providers/overlap.h"

#include <algorithm>
#include <limits>

namespace astra::providers {

namespace {

constexpr int lines = 128;

/// Where a line of latitude enters and leaves the rings, from west to east.
void crossings(const data::Rings &rings, double latitude, std::vector<double> &found)
{
    found.clear();
    for (const auto &ring : rings) {
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const QPointF a = ring[j];
            const QPointF b = ring[i];
            if ((a.y() > latitude) != (b.y() > latitude))
                found.push_back(a.x() + (latitude - a.y()) / (b.y() - a.y()) * (b.x() - a.x()));
        }
    }
    std::sort(found.begin(), found.end());
}

double length(const std::vector<double> &line)
{
    double sum = 0;
    for (std::size_t i = 1; i < line.size(); i += 2)
        sum += line[i] - line[i - 1];
    return sum;
}

double commonLength(const std::vector<double> &a, const std::vector<double> &b)
{
    double sum = 0;
    for (std::size_t i = 1, j = 1; i < a.size() && j < b.size();) {
        sum += std::max(0.0, std::min(a[i], b[j]) - std::max(a[i - 1], b[j - 1]));
        (a[i] < b[j] ? i : j) += 2;
    }
    return sum;
}

} // namespace

double Overlap::ofSmaller() const
{
    const double smaller = std::min(first, second);
    return smaller > 0 ? common / smaller : 1;
}

double Overlap::ofBoth() const
{
    const double all = first + second - common;
    return all > 0 ? common / all : 0;
}

Overlap overlapOf(const data::Rings &first, const data::Rings &second)
{
    double south = std::numeric_limits<double>::infinity();
    double north = -south;
    for (const auto *rings : {&first, &second}) {
        for (const auto &ring : *rings) {
            for (const auto &point : ring) {
                south = std::min(south, point.y());
                north = std::max(north, point.y());
            }
        }
    }
    Overlap overlap;
    if (!(north > south))
        return overlap;
    const double step = (north - south) / lines;
    std::vector<double> a;
    std::vector<double> b;
    for (int line = 0; line < lines; ++line) {
        const double latitude = south + (line + 0.5) * step;
        crossings(first, latitude, a);
        crossings(second, latitude, b);
        overlap.first += length(a) * step;
        overlap.second += length(b) * step;
        overlap.common += commonLength(a, b) * step;
    }
    return overlap;
}

} // namespace astra::providers
