// SPDX-License-Identifier: Apache-2.0
#include "core/processing/shift.h"

#include "core/raster/geodesy.h"

#include <algorithm>
#include <array>

namespace astra::processing {

namespace {

constexpr int windowSide = 256; // pixels
constexpr int windowsASide = 4;
constexpr int leastSide = 32; // pixels, below which a correlation says nothing
constexpr double leastShared = 0.25; // of the pixels
// Edges of one field in spring and autumn correlate by 0.2 to 0.4, unrelated pictures by less than 0.05.
constexpr double leastCorrelation = 0.15;
constexpr double leastPeak = 0.05; // above the mean of all shifts
constexpr double leastCurvature = 0.005; // along a straight edge there is none
constexpr int span = 2 * furthestShift + 1;

/// Each value with its neighbours, by 1 2 1 across and down: so that a peak between pixels is as round as a parabola.
/// NaN at the rim and beside pixels without data, here and below.
data::Block smooth(const data::Block &block)
{
    data::Block out(block.width, block.height);
    for (int y = 1; y < block.height - 1; ++y) {
        const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(block.width);
        const auto column = [&](int x) { return block.at(x, y - 1) + 2 * block.at(x, y) + block.at(x, y + 1); };
        for (int x = 1; x < block.width - 1; ++x)
            out.values[row + static_cast<std::size_t>(x)] = (column(x - 1) + 2 * column(x) + column(x + 1)) / 16;
    }
    return out;
}

/// How steep the picture is: an edge stays one whatever the season makes of the brightness on its two sides.
data::Block steepness(const data::Block &block)
{
    data::Block steep(block.width, block.height);
    for (int y = 1; y < block.height - 1; ++y) {
        const auto row = static_cast<std::size_t>(y) * static_cast<std::size_t>(block.width);
        for (int x = 1; x < block.width - 1; ++x) {
            steep.values[row + static_cast<std::size_t>(x)] = std::hypot(block.at(x + 1, y) - block.at(x - 1, y),
                                                                         block.at(x, y + 1) - block.at(x, y - 1));
        }
    }
    return steep;
}

/// Values less their mean, so that squares keep their digits; 0 where there is none, and 1 or 0 beside.
struct Weighted {
    int width = 0;
    std::vector<float> values;
    std::vector<float> weights;

    explicit Weighted(const data::Block &block)
        : width(block.width)
        , values(block.values.size())
        , weights(block.values.size())
    {
        double sum = 0;
        qint64 count = 0;
        for (const float v : block.values) {
            if (std::isfinite(v)) {
                sum += v;
                ++count;
            }
        }
        const auto mean = static_cast<float>(count > 0 ? sum / static_cast<double>(count) : 0);
        for (std::size_t i = 0; i < values.size(); ++i) {
            const float v = block.values[i];
            weights[i] = std::isfinite(v) ? 1 : 0;
            values[i] = std::isfinite(v) ? v - mean : 0;
        }
    }
};

/// Correlation of the first picture without its margin with the second, moved by (dx, dy); over the pixels that both
/// have. NaN where those are too few, or all alike.
double correlation(const Weighted &a, const Weighted &b, int height, int dx, int dy)
{
    const int inner = a.width - 2 * furthestShift;
    // One sum a column: the compiler can add several columns at a time without changing the order of any sum.
    const auto columns = static_cast<std::size_t>(inner);
    std::vector<float> n(columns), sa(columns), sb(columns), saa(columns), sbb(columns), sab(columns);
    for (int y = furthestShift; y < height - furthestShift; ++y) {
        const auto atA = static_cast<std::ptrdiff_t>(y) * a.width + furthestShift;
        const auto atB = static_cast<std::ptrdiff_t>(y + dy) * b.width + furthestShift + dx;
        const float *va = a.values.data() + atA;
        const float *wa = a.weights.data() + atA;
        const float *vb = b.values.data() + atB;
        const float *wb = b.weights.data() + atB;
        for (std::size_t x = 0; x < columns; ++x) {
            n[x] += wa[x] * wb[x];
            sa[x] += va[x] * wb[x];
            sb[x] += wa[x] * vb[x];
            saa[x] += va[x] * va[x] * wb[x];
            sbb[x] += wa[x] * vb[x] * vb[x];
            sab[x] += va[x] * vb[x];
        }
    }
    const auto total = [](const std::vector<float> &sums) {
        double all = 0;
        for (const float sum : sums)
            all += static_cast<double>(sum);
        return all;
    };
    const double count = total(n);
    if (count < leastShared * inner * (height - 2 * furthestShift))
        return std::numeric_limits<double>::quiet_NaN();
    const double ofA = total(saa) - total(sa) * total(sa) / count;
    const double ofB = total(sbb) - total(sb) * total(sb) / count;
    return (total(sab) - total(sa) * total(sb) / count) / std::sqrt(ofA * ofB);
}

/// The top of a parabola through three neighbours, seen from the middle one; nothing where it is flat.
std::optional<double> top(double before, double middle, double after)
{
    const double curvature = middle - (before + after) / 2;
    if (!(curvature > leastCurvature))
        return std::nullopt;
    return (after - before) / (4 * curvature);
}

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

} // namespace

std::optional<Shift> shiftBetween(const data::Block &first, const data::Block &second)
{
    if (std::min(first.width, first.height) < leastSide || first.width != second.width || first.height != second.height)
        return std::nullopt;
    const Weighted a(smooth(steepness(smooth(first))));
    const Weighted b(smooth(steepness(smooth(second))));
    std::array<std::array<double, span>, span> by {};
    double sum = 0;
    int x = 0;
    int y = 0;
    for (int dy = 0; dy < span; ++dy) {
        for (int dx = 0; dx < span; ++dx) {
            double &here = by[static_cast<std::size_t>(dy)][static_cast<std::size_t>(dx)];
            here = correlation(a, b, first.height, dx - furthestShift, dy - furthestShift);
            if (!std::isfinite(here))
                return std::nullopt;
            sum += here;
            if (here > by[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)]) {
                x = dx;
                y = dy;
            }
        }
    }
    const auto at = [&](int row, int column) {
        return by[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    };
    const bool edge = x == 0 || y == 0 || x == span - 1 || y == span - 1;
    if (edge || at(y, x) < leastCorrelation || at(y, x) - sum / (span * span) < leastPeak)
        return std::nullopt;
    const auto right = top(at(y, x - 1), at(y, x), at(y, x + 1));
    const auto down = top(at(y - 1, x), at(y, x), at(y + 1, x));
    if (!right || !down)
        return std::nullopt;
    return Shift {x - furthestShift + *right, y - furthestShift + *down, 1};
}

Result<std::optional<Shift>>
estimateShift(const data::Grid &grid,
              const std::function<Result<std::pair<data::Block, data::Block>>(const data::Grid &window)> &read,
              const StopToken &stop)
{
    const auto windows = [](int pixels) { return std::clamp(pixels / windowSide, 1, windowsASide); };
    const int columns = windows(grid.width);
    const int rows = windows(grid.height);
    const int width = std::min(grid.width, windowSide);
    const int height = std::min(grid.height, windowSide);
    const auto place = [](int i, int of, int pixels, int side) {
        return static_cast<int>((2LL * i + 1) * pixels / (2LL * of)) - side / 2;
    };
    std::vector<double> xs;
    std::vector<double> ys;
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            if (stop.stop_requested())
                return cancelled();
            const auto pair = read(raster::windowOf(grid, place(column, columns, grid.width, width),
                                                    place(row, rows, grid.height, height), width, height));
            if (!pair)
                return fail(pair.error());
            if (const auto shift = shiftBetween(pair->first, pair->second)) {
                xs.push_back(shift->x);
                ys.push_back(shift->y);
            }
        }
    }
    if (xs.empty())
        return std::optional<Shift> {};
    const auto count = static_cast<int>(xs.size());
    return Shift {median(std::move(xs)), median(std::move(ys)), count};
}

} // namespace astra::processing
