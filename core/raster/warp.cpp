// SPDX-License-Identifier: Apache-2.0
#include "core/raster/warp.h"

#include "core/raster/geodesy.h"

#include <algorithm>
#include <cmath>
#include <mutex>

namespace astra::raster {

namespace {

constexpr double tolerance = 0.25; // source pixels
constexpr int coarsestStep = 64; // target pixels between points that PROJ is asked about
constexpr double mostNodes = 4e6; // a mapping that wants more stays less exact
constexpr double maxWindow = 64 << 20; // pixels of one read; past it, a coarser look at the file
constexpr double usualPart = 2048.0 * 2048.0; // pixels of the target that are read at a time, at most
constexpr double worthKeeping = 1024.0 * 1024.0; // pixels of a target whose mapping several readers may share

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
        if (!m.m_transform)
            return m;
        m.build(coarsestStep);
        // Refined only as far as this place and projection need.
        while (m.m_step > 1 && m.error() > tolerance && 4.0 * static_cast<double>(m.m_nodes.size()) < mostNodes)
            m.build(m.m_step / 2);
        m.m_transform.reset(); // belongs to this thread
        return m;
    }

    /// Without a change of CRS a column's position is the same in every row.
    [[nodiscard]] bool isSeparable() const { return m_nodes.empty(); }
    [[nodiscard]] const data::Grid &target() const { return m_target; }
    /// Centre of target pixel (x, y); not finite where there is no way.
    [[nodiscard]] QPointF at(int x, int y) const
    {
        if (isSeparable())
            return inSource({m_target.originX + (x + 0.5) * m_target.pixelWidth,
                             m_target.originY - (y + 0.5) * m_target.pixelHeight});
        const int cx = x / m_step;
        const int cy = y / m_step;
        const double fx = static_cast<double>(x - cx * m_step) / m_step;
        const double fy = static_cast<double>(y - cy * m_step) / m_step;
        return interpolated(cx, cy, fx, fy);
    }

    /// Source pixels to one target pixel, at its least over the part that lies in the source; 0: nowhere.
    [[nodiscard]] double ratio() const
    {
        if (isSeparable())
            return std::min(m_target.pixelWidth / m_source.pixelWidth, m_target.pixelHeight / m_source.pixelHeight);
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

    /// The source pixels that a part of the target covers, as left, top, right, bottom; empty where they do not meet.
    [[nodiscard]] std::array<double, 4> extent(const Window &part) const
    {
        std::array<double, 4> e {1e300, 1e300, -1e300, -1e300};
        const auto take = [&e](QPointF p) {
            if (std::isfinite(p.x()) && std::isfinite(p.y()))
                e = {std::min(e[0], p.x()), std::min(e[1], p.y()), std::max(e[2], p.x()), std::max(e[3], p.y())};
        };
        const int right = part.x + part.width - 1;
        const int bottom = part.y + part.height - 1;
        if (isSeparable()) {
            take(at(part.x, part.y));
            take(at(right, bottom));
        } else {
            for (int y = part.y / m_step; y <= bottom / m_step + 1; ++y) {
                for (int x = part.x / m_step; x <= right / m_step + 1; ++x)
                    take(node(x, y));
            }
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
        for (QPointF &p : points)
            p = inSource(p);
        return points;
    }
    [[nodiscard]] QPointF inSource(QPointF p) const
    {
        return {(p.x() - m_source.originX) / m_source.pixelWidth, (m_source.originY - p.y()) / m_source.pixelHeight};
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

/// @param x, y in the level @param x0, y0 whole numbers: where the block lies in it. Taken off last, so that the same
/// pixels count whatever the block.
float average(const data::Block &block, double x, double y, double x0, double y0, double halfX, double halfY)
{
    const auto edge = [](double at, double from, int least, int most) {
        return std::clamp(static_cast<int>(std::ceil(at - 0.5) - from), least, most);
    };
    const int left = edge(x - halfX, x0, 0, block.width - 1);
    const int right = edge(x + halfX, x0, left + 1, block.width);
    const int top = edge(y - halfY, y0, 0, block.height - 1);
    const int bottom = edge(y + halfY, y0, top + 1, block.height);
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
int levelFor(int width, const std::vector<std::pair<int, int>> &overviews, double ratio)
{
    int level = -1;
    double best = 1;
    for (std::size_t i = 0; i < overviews.size(); ++i) {
        const double factor = static_cast<double>(width) / overviews[i].first;
        if (factor <= ratio * 1.01 && factor > best) {
            best = factor;
            level = static_cast<int>(i);
        }
    }
    return level;
}

using SharedMapping = std::shared_ptr<const Mapping>;

/// The same one for all that read bands of one grid into one target, as long as anyone has it. Made once: who comes
/// meanwhile waits.
Result<SharedMapping> mappingFor(const data::Grid &source, const data::Grid &target)
{
    if (static_cast<double>(target.width) * target.height < worthKeeping || source.crs == target.crs) {
        auto made = Mapping::make(source, target);
        if (!made)
            return fail(std::move(made.error()));
        return std::make_shared<const Mapping>(std::move(*made));
    }
    struct Place {
        data::Grid source;
        data::Grid target;
        std::mutex making;
        std::optional<Mapping> mapping; // guarded by making until it is there

        Place(data::Grid from, data::Grid to)
            : source(std::move(from))
            , target(std::move(to))
        {
        }
    };
    static std::mutex mutex;
    static std::vector<std::weak_ptr<Place>> known; // guarded by mutex
    std::shared_ptr<Place> place;
    {
        const std::lock_guard lock(mutex);
        for (const auto &weak : known) {
            auto other = weak.lock();
            if (other && other->source == source && other->target == target)
                place = std::move(other);
        }
        if (!place) {
            std::erase_if(known, [](const auto &weak) { return weak.expired(); });
            place = std::make_shared<Place>(source, target);
            known.push_back(place);
        }
    }
    const std::lock_guard lock(place->making);
    if (!place->mapping) {
        auto made = Mapping::make(source, target);
        if (!made)
            return fail(std::move(made.error()));
        place->mapping = std::move(*made);
    }
    return SharedMapping(place, &*place->mapping);
}

/// Whole pixels from the source's corner to the target's, where their pixels are the same.
std::optional<std::pair<int, int>> shiftBetween(const data::Grid &source, const data::Grid &target)
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
    return std::pair(static_cast<int>(std::round(dx)), static_cast<int>(std::round(dy)));
}

Result<void> check(Dataset &dataset, int band, int level, const Window &window, const data::Block &pixels,
                   int &unexplainedZeros)
{
    auto found = dataset.unexplainedZeros(band, level, window, pixels);
    if (!found)
        return fail(std::move(found.error()));
    unexplainedZeros = *found;
    return {};
}

/// Own pixels: unchanged, NaN beyond the edges.
Result<data::Block> copied(Dataset &dataset, int band, const Window &own, std::optional<double> nodata,
                           int *unexplainedZeros)
{
    const Info &info = dataset.info();
    const int left = std::max(0, own.x);
    const int top = std::max(0, own.y);
    const int right = std::min(info.width, own.x + own.width);
    const int bottom = std::min(info.height, own.y + own.height);
    if (left >= right || top >= bottom)
        return data::Block(own.width, own.height);
    const Window window {left, top, right - left, bottom - top};
    auto inner = dataset.readLevel(band, -1, window, window.width, window.height, nodata);
    if (inner && unexplainedZeros) {
        if (auto ok = check(dataset, band, -1, window, *inner, *unexplainedZeros); !ok)
            return fail(std::move(ok.error()));
    }
    if (!inner || (inner->width == own.width && inner->height == own.height))
        return inner;
    data::Block block(own.width, own.height);
    for (int row = 0; row < inner->height; ++row) {
        std::copy_n(inner->values.begin() + static_cast<std::ptrdiff_t>(row) * inner->width, inner->width,
                    block.values.begin() + static_cast<std::ptrdiff_t>(row + top - own.y) * own.width + (left - own.x));
    }
    return block;
}

} // namespace

struct Alignment::Laid {
    SharedMapping mapping;
    std::optional<std::pair<int, int>> shift; ///< nothing is resampled
    Resampling resampling = Resampling::Bilinear;
    double ratio = 0;
    int level = -1;
    int width = 0; ///< of that level
    int height = 0;
    double perX = 1; ///< pixels of that level to one of the full resolution
    double perY = 1;
    int thin = 1;
    // Half of a target pixel, in thinned pixels of the level: what an average is taken over.
    [[nodiscard]] double halfX() const { return std::max(0.5, ratio * perX / thin / 2); }
    [[nodiscard]] double halfY() const { return std::max(0.5, ratio * perY / thin / 2); }
};

Result<Alignment> Alignment::create(const Info &raster, const data::Grid &target, Resampling resampling)
{
    const auto grid = raster.grid();
    if (!grid)
        return fail(grid.error());
    return make(*grid, raster.overviews, target, resampling);
}

Result<Alignment> Alignment::create(const data::Grid &raster, const data::Grid &target, Resampling resampling)
{
    return make(raster, {}, target, resampling);
}

Result<Alignment> Alignment::make(const data::Grid &raster, const std::vector<std::pair<int, int>> &overviews,
                                  const data::Grid &target, Resampling resampling)
{
    auto laid = std::make_shared<Laid>();
    auto mapping = mappingFor(raster, target);
    if (!mapping)
        return fail(std::move(mapping.error()));
    laid->mapping = std::move(*mapping);
    laid->resampling = resampling;
    laid->shift = shiftBetween(raster, target);
    laid->ratio = laid->mapping->ratio();
    laid->level = levelFor(raster.width, overviews, laid->ratio);
    const auto [width, height] = laid->level < 0 ? std::pair(raster.width, raster.height)
                                                 : overviews[static_cast<std::size_t>(laid->level)];
    laid->width = width;
    laid->height = height;
    laid->perX = static_cast<double>(width) / raster.width;
    laid->perY = static_cast<double>(height) / raster.height;
    // A file without (enough) overviews is thinned while it is read, so that memory follows the target.
    if (resampling != Resampling::Average)
        laid->thin = std::max(1, static_cast<int>(laid->ratio * laid->perX + 0.01));
    const double part = std::min(static_cast<double>(target.width) * target.height, usualPart);
    const double read = std::min(part * laid->ratio * laid->ratio * laid->perX * laid->perY,
                                 static_cast<double>(width) * height);
    laid->thin = std::max(laid->thin, static_cast<int>(std::ceil(std::sqrt(read / maxWindow))));
    laid->thin = std::min({laid->thin, width, height});
    Alignment alignment;
    alignment.d = std::move(laid);
    return alignment;
}

const data::Grid &Alignment::target() const { return d->mapping->target(); }
double Alignment::ratio() const { return d->ratio; }
QPointF Alignment::at(int x, int y) const { return d->mapping->at(x, y); }

std::optional<Window> Alignment::partOf(const data::Grid &window) const
{
    const auto shift = shiftBetween(target(), window);
    if (!shift)
        return std::nullopt;
    const auto [x, y] = *shift;
    if (x < 0 || y < 0 || window.width > target().width - x || window.height > target().height - y)
        return std::nullopt;
    return Window {x, y, window.width, window.height};
}

std::optional<Window> Alignment::own(const Window &part) const
{
    if (!d->shift)
        return std::nullopt;
    return Window {part.x + d->shift->first, part.y + d->shift->second, part.width, part.height};
}

Alignment::Source Alignment::sourceOf(const Window &part) const
{
    const auto extent = d->mapping->extent(part);
    if (d->ratio <= 0 || extent[0] > extent[2] || extent[1] > extent[3])
        return {};
    // Whole thinned pixels, counted from the corner of the level: the same ones whatever the part.
    const int thin = d->thin;
    const auto marginOf = [](double half) { return static_cast<int>(std::ceil(half)) + 2; };
    const int marginX = d->resampling == Resampling::Average ? marginOf(d->halfX()) : 2;
    const int marginY = d->resampling == Resampling::Average ? marginOf(d->halfY()) : 2;
    const int columns = d->width / thin;
    const int rows = d->height / thin;
    const auto first = [thin](double at, int margin, int most) {
        return std::clamp(static_cast<int>(std::floor(at / thin)) - margin, 0, most - 1);
    };
    const auto last = [thin](double at, int margin, int most) {
        return std::min(most, static_cast<int>(std::ceil(at / thin)) + margin);
    };
    const int left = first(extent[0] * d->perX, marginX, columns);
    const int top = first(extent[1] * d->perY, marginY, rows);
    const int right = std::max(left + 1, last(extent[2] * d->perX, marginX, columns));
    const int bottom = std::max(top + 1, last(extent[3] * d->perY, marginY, rows));
    return {d->level, {left * thin, top * thin, (right - left) * thin, (bottom - top) * thin}, thin};
}

Result<data::Block> readOnGrid(Dataset &dataset, int band, const Alignment &alignment, const Window &part,
                               std::optional<double> nodata, int *unexplainedZeros)
{
    if (const auto own = alignment.own(part))
        return copied(dataset, band, *own, nodata, unexplainedZeros);
    data::Block out(part.width, part.height);
    const auto source = alignment.sourceOf(part);
    const auto &window = source.window;
    if (window.width < 1)
        return out;
    const auto block = dataset.readLevel(band, source.level, window, window.width / source.thin,
                                         window.height / source.thin, nodata);
    if (!block)
        return fail(block.error());
    if (unexplainedZeros && source.thin == 1) {
        if (auto ok = check(dataset, band, source.level, window, *block, *unexplainedZeros); !ok)
            return fail(std::move(ok.error()));
    }
    const auto &laid = *alignment.d;
    const Mapping &mapping = *laid.mapping;
    const double perX = laid.perX / source.thin;
    const double perY = laid.perY / source.thin;
    const int left = window.x / source.thin; // whole: windows begin there
    const int top = window.y / source.thin;
    const double halfX = laid.halfX();
    const double halfY = laid.halfY();
    const auto sample = [&](double x, double y) {
        if (laid.resampling == Resampling::Bilinear)
            return bilinear(*block, x - left, y - top);
        return laid.resampling == Resampling::Nearest ? nearest(*block, x - left, y - top)
                                                      : average(*block, x, y, left, top, halfX, halfY);
    };
    const Info &info = dataset.info();
    std::vector<QPointF> row(static_cast<std::size_t>(out.width));
    auto value = out.values.begin();
    for (int y = 0; y < out.height; ++y) {
        if (y == 0 || !mapping.isSeparable()) {
            for (int x = 0; x < out.width; ++x)
                row[static_cast<std::size_t>(x)] = mapping.at(part.x + x, part.y + y);
        }
        const double rowY = mapping.at(part.x, part.y + y).y();
        for (const QPointF &p : row) {
            const double py = mapping.isSeparable() ? rowY : p.y();
            // Whole numbers are taken off after rounding, so that a position in the block is as exact as in the file.
            if (p.x() >= 0 && py >= 0 && p.x() < info.width && py < info.height)
                *value = sample(p.x() * perX, py * perY);
            ++value;
        }
    }
    return out;
}

Result<data::Block> readOnGrid(Dataset &dataset, int band, const data::Grid &target, Resampling resampling,
                               std::optional<double> nodata)
{
    const auto alignment = Alignment::create(dataset.info(), target, resampling);
    if (!alignment)
        return fail(alignment.error());
    return readOnGrid(dataset, band, *alignment, {0, 0, target.width, target.height}, nodata);
}

} // namespace astra::raster
