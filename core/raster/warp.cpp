// SPDX-License-Identifier: Apache-2.0
#include "core/raster/warp.h"

#include "core/raster/geodesy.h"

#include <algorithm>
#include <cmath>

namespace astra::raster {

namespace {

constexpr double tolerance = 0.25; // source pixels
constexpr int coarsestStep = 64; // target pixels between points that PROJ is asked about
constexpr qint64 maxWindow = 64LL << 20; // pixels of one read; past it, a coarser look at the file

/// Where the target's pixel centres lie in the source, in its full-resolution pixels (corner of the first = 0, 0).
class Mapping
{
public:
    static Result<Mapping> make(const data::Grid &source, const data::Grid &target)
    {
        Mapping m;
        m.m_source = source;
        m.m_target = target;
        if (source.crs != target.crs) {
            auto transform = Transform::create(target.crs, source.crs);
            if (!transform)
                return fail(std::move(transform.error()));
            m.m_transform = std::move(*transform);
        }
        m.build(m.m_transform ? coarsestStep : std::max(target.width, target.height));
        // Refined only as far as this place and projection need.
        while (m.m_step > 1 && m.error() > tolerance)
            m.build(m.m_step / 2);
        return m;
    }

    /// Without a change of CRS a column's position is the same in every row.
    [[nodiscard]] bool isSeparable() const { return !m_transform; }
    /// Centre of target pixel (x, y); not finite where there is no way.
    [[nodiscard]] QPointF at(int x, int y) const
    {
        const int cx = x / m_step;
        const int cy = y / m_step;
        const double fx = static_cast<double>(x - cx * m_step) / m_step;
        const double fy = static_cast<double>(y - cy * m_step) / m_step;
        return interpolated(cx, cy, fx, fy);
    }

    /// Source pixels to one target pixel, at its least over the part that lies in the source; 0: nowhere.
    [[nodiscard]] double ratio() const
    {
        double least = std::numeric_limits<double>::infinity();
        for (int y = 0; y + 1 < m_rows; ++y) {
            for (int x = 0; x + 1 < m_columns; ++x) {
                const QPointF a = node(x, y);
                const QPointF b = node(x + 1, y);
                const QPointF c = node(x, y + 1);
                if (!touchesSource(x, y))
                    continue;
                const double across = std::hypot(b.x() - a.x(), b.y() - a.y()) / m_step;
                const double down = std::hypot(c.x() - a.x(), c.y() - a.y()) / m_step;
                least = std::min({least, across, down});
            }
        }
        return std::isfinite(least) ? least : 0;
    }

    /// The source pixels that the target covers, as left, top, right, bottom; empty where they do not meet.
    [[nodiscard]] std::array<double, 4> extent() const
    {
        std::array<double, 4> e {1e300, 1e300, -1e300, -1e300};
        for (const QPointF &p : m_nodes) {
            if (!std::isfinite(p.x()) || !std::isfinite(p.y()))
                continue;
            e = {std::min(e[0], p.x()), std::min(e[1], p.y()), std::max(e[2], p.x()), std::max(e[3], p.y())};
        }
        return {std::max(e[0], 0.0), std::max(e[1], 0.0), std::min<double>(e[2], m_source.width),
                std::min<double>(e[3], m_source.height)};
    }

private:
    [[nodiscard]] QPointF node(int x, int y) const
    {
        return m_nodes[static_cast<std::size_t>(y) * static_cast<std::size_t>(m_columns) + static_cast<std::size_t>(x)];
    }
    [[nodiscard]] QPointF interpolated(int cx, int cy, double fx, double fy) const
    {
        if (fx == 0 && fy == 0)
            return node(cx, cy);
        const QPointF top = node(cx, cy) * (1 - fx) + node(cx + 1, cy) * fx;
        const QPointF bottom = node(cx, cy + 1) * (1 - fx) + node(cx + 1, cy + 1) * fx;
        return top * (1 - fy) + bottom * fy;
    }
    [[nodiscard]] bool touchesSource(int x, int y) const
    {
        double left = 1e300;
        double right = -1e300;
        double top = 1e300;
        double bottom = -1e300;
        for (const QPointF &p : {node(x, y), node(x + 1, y), node(x, y + 1), node(x + 1, y + 1)}) {
            left = std::min(left, p.x());
            right = std::max(right, p.x());
            top = std::min(top, p.y());
            bottom = std::max(bottom, p.y());
        }
        return left < m_source.width && right > 0 && top < m_source.height && bottom > 0 && std::isfinite(right)
            && std::isfinite(bottom);
    }
    [[nodiscard]] std::vector<QPointF> exact(std::vector<QPointF> points) const
    {
        for (QPointF &p : points) {
            p = {m_target.originX + (p.x() + 0.5) * m_target.pixelWidth,
                 m_target.originY - (p.y() + 0.5) * m_target.pixelHeight};
        }
        if (m_transform)
            m_transform->apply(points);
        for (QPointF &p : points) {
            p = {(p.x() - m_source.originX) / m_source.pixelWidth, (m_source.originY - p.y()) / m_source.pixelHeight};
        }
        return points;
    }
    void build(int step)
    {
        m_step = std::max(1, step);
        m_columns = (m_target.width - 1) / m_step + 2;
        m_rows = (m_target.height - 1) / m_step + 2;
        std::vector<QPointF> points;
        points.reserve(static_cast<std::size_t>(m_columns) * static_cast<std::size_t>(m_rows));
        for (int y = 0; y < m_rows; ++y) {
            for (int x = 0; x < m_columns; ++x)
                points.emplace_back(x * m_step, y * m_step);
        }
        m_nodes = exact(std::move(points));
    }
    /// How far interpolation is off in the middle of the cells, in source pixels as the target sees them.
    [[nodiscard]] double error() const
    {
        if (!m_transform)
            return 0;
        std::vector<QPointF> points;
        std::vector<QPointF> guesses;
        for (int y = 0; y + 1 < m_rows; ++y) {
            for (int x = 0; x + 1 < m_columns; ++x) {
                points.emplace_back((x + 0.5) * m_step, (y + 0.5) * m_step);
                guesses.push_back(interpolated(x, y, 0.5, 0.5));
            }
        }
        const auto truth = exact(std::move(points));
        const double unit = std::max(1.0, ratio());
        double worst = 0;
        for (std::size_t i = 0; i < truth.size(); ++i) {
            const double off = std::hypot(truth[i].x() - guesses[i].x(), truth[i].y() - guesses[i].y()) / unit;
            if (!std::isfinite(off))
                return std::numeric_limits<double>::infinity();
            worst = std::max(worst, off);
        }
        return worst;
    }

    data::Grid m_source;
    data::Grid m_target;
    std::optional<Transform> m_transform;
    int m_step = 1;
    int m_columns = 0;
    int m_rows = 0;
    std::vector<QPointF> m_nodes;
};

/// A piece of the source in memory, and how full-resolution positions lie in it.
struct Piece {
    data::Block block;
    double x = 0; ///< full-resolution position of its left edge
    double y = 0;
    double perX = 1; ///< block pixels to one full-resolution pixel
    double perY = 1;
};

float nearest(const data::Block &block, double x, double y)
{
    const int ix = std::clamp(static_cast<int>(std::floor(x)), 0, block.width - 1);
    const int iy = std::clamp(static_cast<int>(std::floor(y)), 0, block.height - 1);
    return block.at(ix, iy);
}

float bilinear(const data::Block &block, double x, double y)
{
    // Nearly always: all four neighbours are there and have data.
    const double left = x - 0.5;
    const double top = y - 0.5;
    const int ix = static_cast<int>(left);
    const int iy = static_cast<int>(top);
    if (left >= 0 && top >= 0 && ix + 1 < block.width && iy + 1 < block.height) {
        const float *p = block.values.data() + static_cast<std::ptrdiff_t>(iy) * block.width + ix;
        const auto tx = static_cast<float>(left - ix);
        const auto ty = static_cast<float>(top - iy);
        const float upper = p[0] + (p[1] - p[0]) * tx;
        const float lower = p[block.width] + (p[block.width + 1] - p[block.width]) * tx;
        const float value = upper + (lower - upper) * ty;
        if (!std::isnan(value))
            return value;
    }
    const float middle = nearest(block, x, y);
    if (std::isnan(middle))
        return middle; // the edge of the data stays where it is
    const double fx = std::floor(x - 0.5);
    const double fy = std::floor(y - 0.5);
    const double tx = x - 0.5 - fx;
    const double ty = y - 0.5 - fy;
    double sum = 0;
    double weight = 0;
    for (int dy = 0; dy < 2; ++dy) {
        for (int dx = 0; dx < 2; ++dx) {
            const double w = (dx ? tx : 1 - tx) * (dy ? ty : 1 - ty);
            const float v = nearest(block, fx + dx, fy + dy);
            if (w > 0 && !std::isnan(v)) {
                sum += w * static_cast<double>(v);
                weight += w;
            }
        }
    }
    return static_cast<float>(sum / weight);
}

float average(const data::Block &block, double x, double y, double halfX, double halfY)
{
    const int left = std::clamp(static_cast<int>(std::ceil(x - halfX - 0.5)), 0, block.width - 1);
    const int right = std::clamp(static_cast<int>(std::ceil(x + halfX - 0.5)), left + 1, block.width);
    const int top = std::clamp(static_cast<int>(std::ceil(y - halfY - 0.5)), 0, block.height - 1);
    const int bottom = std::clamp(static_cast<int>(std::ceil(y + halfY - 0.5)), top + 1, block.height);
    double sum = 0;
    int count = 0;
    for (int iy = top; iy < bottom; ++iy) {
        for (int ix = left; ix < right; ++ix) {
            const float v = block.at(ix, iy);
            if (!std::isnan(v)) {
                sum += static_cast<double>(v);
                ++count;
            }
        }
    }
    return count ? static_cast<float>(sum / count) : data::Block::nodata;
}

/// The largest overview whose pixels are not larger than `ratio` full-resolution ones; -1 for the file itself.
int levelFor(const Info &info, double ratio)
{
    int level = -1;
    double best = 1;
    for (std::size_t i = 0; i < info.overviews.size(); ++i) {
        const double factor = static_cast<double>(info.width) / info.overviews[i].first;
        if (factor <= ratio * 1.01 && factor > best) {
            best = factor;
            level = static_cast<int>(i);
        }
    }
    return level;
}

Result<Piece> readPiece(Dataset &dataset, int band, const std::array<double, 4> &extent, double ratio, bool shrink,
                        std::optional<double> nodata)
{
    const Info &info = dataset.info();
    const int level = levelFor(info, ratio);
    const auto size = level < 0 ? std::pair(info.width, info.height) : info.overviews[static_cast<std::size_t>(level)];
    const double sx = static_cast<double>(size.first) / info.width;
    const double sy = static_cast<double>(size.second) / info.height;
    constexpr int margin = 2; // for the neighbours that interpolation needs
    const int left = std::max(0, static_cast<int>(std::floor(extent[0] * sx)) - margin);
    const int top = std::max(0, static_cast<int>(std::floor(extent[1] * sy)) - margin);
    const int right = std::min(size.first, static_cast<int>(std::ceil(extent[2] * sx)) + margin);
    const int bottom = std::min(size.second, static_cast<int>(std::ceil(extent[3] * sy)) + margin);
    const Window window {left, top, right - left, bottom - top};
    // A file without (enough) overviews is thinned while it is read, so that memory follows the target.
    int thin = shrink ? std::max(1, static_cast<int>(ratio * sx + 0.01)) : 1;
    while (static_cast<qint64>(window.width / thin) * (window.height / thin) > maxWindow)
        ++thin;
    const int outWidth = std::max(1, window.width / thin);
    const int outHeight = std::max(1, window.height / thin);
    auto block = dataset.readLevel(band, level, window, outWidth, outHeight, nodata);
    if (!block)
        return fail(std::move(block.error()));
    return Piece {std::move(*block), left / sx, top / sy, outWidth * sx / window.width, outHeight * sy / window.height};
}

/// Where the target is a window of the source itself: its pixels, unchanged.
std::optional<Result<data::Block>> sameGrid(Dataset &dataset, int band, const data::Grid &source,
                                            const data::Grid &target, std::optional<double> nodata)
{
    const auto close = [](double a, double b) { return std::abs(a - b) < 1e-9 * std::abs(a); };
    if (source.crs != target.crs || !close(source.pixelWidth, target.pixelWidth)
        || !close(source.pixelHeight, target.pixelHeight))
        return std::nullopt;
    const double dx = (target.originX - source.originX) / source.pixelWidth;
    const double dy = (source.originY - target.originY) / source.pixelHeight;
    if (std::abs(dx - std::round(dx)) > 1e-4 || std::abs(dy - std::round(dy)) > 1e-4 || std::abs(dx) > 1e9
        || std::abs(dy) > 1e9)
        return std::nullopt;
    const auto x = static_cast<int>(std::round(dx));
    const auto y = static_cast<int>(std::round(dy));
    const int left = std::max(0, x);
    const int top = std::max(0, y);
    const int right = std::min(source.width, x + target.width);
    const int bottom = std::min(source.height, y + target.height);
    if (left >= right || top >= bottom)
        return data::Block(target.width, target.height);
    auto inner = dataset.readLevel(band, -1, {left, top, right - left, bottom - top}, right - left, bottom - top,
                                   nodata);
    if (!inner || (inner->width == target.width && inner->height == target.height))
        return inner;
    data::Block block(target.width, target.height);
    for (int row = 0; row < inner->height; ++row) {
        std::copy_n(inner->values.begin() + static_cast<std::ptrdiff_t>(row) * inner->width, inner->width,
                    block.values.begin() + static_cast<std::ptrdiff_t>(row + top - y) * target.width + (left - x));
    }
    return block;
}

} // namespace

Result<data::Block> readOnGrid(Dataset &dataset, int band, const data::Grid &target, Resampling resampling,
                               std::optional<double> nodata)
{
    const auto source = dataset.info().grid();
    if (!source)
        return fail(source.error());
    if (auto same = sameGrid(dataset, band, *source, target, nodata))
        return std::move(*same);
    const auto mapping = Mapping::make(*source, target);
    if (!mapping)
        return fail(mapping.error());
    data::Block out(target.width, target.height);
    const auto extent = mapping->extent();
    const double ratio = mapping->ratio();
    if (ratio <= 0 || extent[0] >= extent[2] || extent[1] >= extent[3])
        return out;
    const auto piece = readPiece(dataset, band, extent, ratio, resampling != Resampling::Average, nodata);
    if (!piece)
        return fail(piece.error());
    const double halfX = std::max(0.5, ratio * piece->perX / 2);
    const double halfY = std::max(0.5, ratio * piece->perY / 2);
    const auto sample = [&](double x, double y) {
        if (resampling == Resampling::Bilinear)
            return bilinear(piece->block, x, y);
        return resampling == Resampling::Nearest ? nearest(piece->block, x, y)
                                                 : average(piece->block, x, y, halfX, halfY);
    };
    std::vector<QPointF> row(static_cast<std::size_t>(out.width));
    auto value = out.values.begin();
    for (int y = 0; y < out.height; ++y) {
        if (y == 0 || !mapping->isSeparable()) {
            for (int x = 0; x < out.width; ++x)
                row[static_cast<std::size_t>(x)] = mapping->at(x, y);
        }
        const double rowY = mapping->at(0, y).y();
        for (const QPointF &p : row) {
            const double py = mapping->isSeparable() ? rowY : p.y();
            if (p.x() >= 0 && py >= 0 && p.x() < source->width && py < source->height)
                *value = sample((p.x() - piece->x) * piece->perX, (py - piece->y) * piece->perY);
            ++value;
        }
    }
    return out;
}

} // namespace astra::raster
