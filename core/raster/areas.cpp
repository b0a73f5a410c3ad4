// SPDX-License-Identifier: Apache-2.0
#include "core/raster/areas.h"

#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>

namespace astra::raster {

namespace {

constexpr double tolerance = 0.25; // pixels between a divided edge and its line on the map
constexpr double shortEdge = 32; // pixels: by such edges it is measured how much they stray
constexpr double longEdge = 2048; // pixels: divided whatever its middle says, which an S passes through, too
constexpr int mostRounds = 16; // of halving
constexpr qint64 mostCrossings = 200'000'000; // of edges and rows: seconds
constexpr std::size_t mostSpans = 50'000'000; // 800 MB
constexpr qint64 crossingsAtOnce = 1 << 22;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

tl::unexpected<Error> tooIntricate()
{
    return fail(ErrorCode::InvalidInput,
                Text::tr("The areas are too intricate for this grid: their edges cross its rows too often."));
}

/// The part of a ring on one side of a meridian or parallel (Sutherland–Hodgman); what runs along the cut encloses
/// nothing.
template<typename Coordinate> data::Ring cut(const data::Ring &ring, const Coordinate &of, double at, bool above)
{
    data::Ring out;
    out.reserve(ring.size() + 2);
    const auto inside = [&](const QPointF &p) { return above ? of(p) >= at : of(p) <= at; };
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const QPointF &a = ring[i];
        const QPointF &b = ring[(i + 1) % ring.size()];
        if (inside(a))
            out.push_back(a);
        if (inside(a) != inside(b))
            out.push_back(a + (b - a) * ((at - of(a)) / (of(b) - of(a))));
    }
    return out;
}

data::Ring clipped(data::Ring ring, const data::GeoBox &box)
{
    const auto x = [](const QPointF &p) { return p.x(); };
    const auto y = [](const QPointF &p) { return p.y(); };
    const auto outside = [&](const QPointF &p) {
        return p.x() < box.west || p.x() > box.east || p.y() < box.south || p.y() > box.north;
    };
    if (std::none_of(ring.begin(), ring.end(), outside))
        return ring;
    ring = cut(ring, x, box.west, true);
    ring = cut(ring, x, box.east, false);
    ring = cut(ring, y, box.south, true);
    return cut(ring, y, box.north, false);
}

/// Boxes in degrees that hold the grid with room to spare. Farther away a CRS may not know positions at all.
std::vector<data::GeoBox> surroundings(const data::Grid &grid)
{
    const auto bounds = boundsInDegrees(grid);
    if (!bounds)
        return {{-180, -90, 180, 90}};
    std::vector<data::GeoBox> boxes;
    for (auto box : bounds->split()) {
        const double spareX = bounds->width() * (0.02 + 8.0 / grid.width);
        const double spareY = (bounds->north - bounds->south) * (0.02 + 8.0 / grid.height);
        const bool split = bounds->crossesAntimeridian();
        box.west = split && box.west == -180 ? -180 : std::max(-180.0, box.west - spareX);
        box.east = split && box.east == 180 ? 180 : std::min(180.0, box.east + spareX);
        box.south = std::max(-90.0, box.south - spareY);
        box.north = std::min(90.0, box.north + spareY);
        boxes.push_back(box);
    }
    return boxes;
}

/// Degrees to pixels of a grid.
class Projection
{
public:
    Projection(const Transform &transform, const data::Grid &grid)
        : m_transform(transform)
        , m_grid(grid)
        , m_straight(straightLength())
    {
    }

    /// A ring in pixels, its edges divided until they follow those that are straight in degrees.
    [[nodiscard]] data::Ring laid(data::Ring degrees) const
    {
        data::Ring pixels = toPixels(degrees);
        // What the CRS cannot show lies beyond the grid.
        std::size_t kept = 0;
        for (std::size_t i = 0; i < pixels.size(); ++i) {
            if (!std::isfinite(pixels[i].x()) || !std::isfinite(pixels[i].y()))
                continue;
            pixels[kept] = pixels[i];
            degrees[kept++] = degrees[i];
        }
        pixels.resize(kept);
        degrees.resize(kept);
        if (kept < 3)
            return {};
        std::vector<char> open(kept, 1); // edges from a corner to the next that may have to be divided
        for (int round = 0; round < mostRounds && divide(degrees, pixels, open); ++round) { }
        return pixels;
    }

private:
    [[nodiscard]] data::Ring toPixels(data::Ring points) const
    {
        m_transform.apply(points);
        for (auto &point : points) {
            point = {(point.x() - m_grid.originX) / m_grid.pixelWidth,
                     (m_grid.originY - point.y()) / m_grid.pixelHeight};
        }
        return points;
    }

    /// Halves every open edge that strays. @return whether there may be more to do
    [[nodiscard]] bool divide(data::Ring &degrees, data::Ring &pixels, std::vector<char> &open) const
    {
        const std::size_t count = pixels.size();
        if (count == 0)
            return false;
        std::vector<std::size_t> edges;
        data::Ring middles;
        const auto length = [&](std::size_t i) {
            const QPointF step = pixels[(i + 1) % count] - pixels[i];
            return std::hypot(step.x(), step.y());
        };
        for (std::size_t i = 0; i < count; ++i) {
            const QPointF turn = degrees[(i + 1) % count] - degrees[i];
            // Both: around a pole, half a turn may end where it began.
            if (!open[i] || (length(i) < m_straight && std::abs(turn.x()) < 1))
                continue;
            edges.push_back(i);
            middles.push_back(degrees[i] + turn / 2);
        }
        const data::Ring there = toPixels(middles);
        std::fill(open.begin(), open.end(), 0);
        std::vector<std::size_t> divided; // places in edges
        for (std::size_t k = 0; k < edges.size(); ++k) {
            const std::size_t i = edges[k];
            const QPointF off = there[k] - (pixels[i] + pixels[(i + 1) % count]) / 2;
            const double stray = std::hypot(off.x(), off.y());
            if (std::isfinite(stray) && (stray > tolerance || (stray > 1e-6 && length(i) > longEdge)))
                divided.push_back(k);
        }
        if (divided.empty())
            return false;
        data::Ring moreDegrees;
        data::Ring morePixels;
        std::vector<char> moreOpen;
        moreDegrees.reserve(count + divided.size());
        morePixels.reserve(count + divided.size());
        moreOpen.reserve(count + divided.size());
        std::size_t next = 0;
        for (std::size_t i = 0; i < count; ++i) {
            const bool isDivided = next < divided.size() && edges[divided[next]] == i;
            moreDegrees.push_back(degrees[i]);
            morePixels.push_back(pixels[i]);
            moreOpen.push_back(isDivided);
            if (!isDivided)
                continue;
            moreDegrees.push_back(middles[divided[next]]);
            morePixels.push_back(there[divided[next]]);
            moreOpen.push_back(1);
            ++next;
        }
        degrees = std::move(moreDegrees);
        pixels = std::move(morePixels);
        open = std::move(moreOpen);
        return true;
    }

    /// How long an edge may be, in pixels, to be straight whatever its direction: short ones all over the grid tell how
    /// much edges stray, and that grows with the square of their length.
    [[nodiscard]] double straightLength() const
    {
        constexpr int places = 5; // in a row and in a column
        data::Ring ends;
        for (int i = 0; i < places * places; ++i) {
            const int column = i % places;
            const int row = i / places;
            const QPointF place(column * (m_grid.width - shortEdge) / (places - 1),
                                row * (m_grid.height - shortEdge) / (places - 1));
            for (const QPointF &along : {QPointF(1, 0), QPointF(0, 1), QPointF(0.7, 0.7), QPointF(0.7, -0.7)}) {
                for (const double end : {0.0, shortEdge}) {
                    const QPointF p = place + along * end;
                    ends.emplace_back(m_grid.originX + p.x() * m_grid.pixelWidth,
                                      m_grid.originY - p.y() * m_grid.pixelHeight);
                }
            }
        }
        const auto toDegrees = Transform::create(m_grid.crs, QStringLiteral("EPSG:4326"));
        if (!toDegrees)
            return 1;
        toDegrees->apply(ends);
        data::Ring middles;
        for (std::size_t i = 0; i + 1 < ends.size(); i += 2)
            middles.push_back((ends[i] + ends[i + 1]) / 2);
        ends = toPixels(ends);
        middles = toPixels(middles);
        double most = 1e-9;
        for (std::size_t i = 0; i < middles.size(); ++i) {
            const QPointF off = middles[i] - (ends[2 * i] + ends[2 * i + 1]) / 2;
            const double stray = std::hypot(off.x(), off.y());
            // Across ±180° or beyond the CRS: nothing is learned, so all edges are looked at.
            if (!std::isfinite(stray) || stray > shortEdge)
                return 1;
            most = std::max(most, stray);
        }
        constexpr double spare = 4; // where it is worse between the places
        return std::max(1.0, shortEdge * std::sqrt(tolerance / (spare * most)));
    }

    const Transform &m_transform;
    const data::Grid &m_grid;
    double m_straight; ///< pixels
};

/// An edge in pixels, from above to below, and the rows whose centres it passes: those of [top.y, bottom.y).
struct Edge {
    QPointF top;
    QPointF bottom;
    int first = 0;
    int end = 0;
};

struct Run {
    int row = 0;
    int area = 0;
    int from = 0;
    int to = 0;
};

/// Fills one area after the other, row by row.
class Filler
{
public:
    explicit Filler(const data::Grid &grid)
        : m_width(grid.width)
        , m_height(grid.height)
    {
    }

    [[nodiscard]] Result<void> fill(int area, const data::Rings &rings)
    {
        m_edges.clear();
        std::vector<Run> level; // along edges that run exactly through a row's centres
        for (const auto &ring : rings)
            addRing(area, ring, level);
        for (const auto &edge : m_edges)
            m_crossings += edge.end - edge.first;
        if (m_crossings > mostCrossings)
            return tooIntricate();
        const auto first = m_runs.size();
        scan(area);
        if (!level.empty()) {
            m_runs.insert(m_runs.end(), level.begin(), level.end());
            unite(first);
        }
        if (m_runs.size() > mostSpans)
            return tooIntricate();
        return {};
    }

    [[nodiscard]] const std::vector<Run> &runs() const { return m_runs; }

private:
    [[nodiscard]] int rowFrom(double y) const
    {
        return static_cast<int>(std::clamp(std::ceil(y - 0.5), 0.0, static_cast<double>(m_height)));
    }
    [[nodiscard]] int column(double x) const
    {
        return static_cast<int>(std::clamp(std::floor(x + 0.5), 0.0, static_cast<double>(m_width)));
    }

    void addRing(int area, const data::Ring &ring, std::vector<Run> &level)
    {
        double turn = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const QPointF a = ring[j] - ring[0];
            const QPointF b = ring[i] - ring[0];
            turn += a.x() * b.y() - b.x() * a.y();
        }
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            // In the direction that is clockwise on the map; in pixels y falls.
            const QPointF from = turn > 0 ? ring[j] : ring[i];
            const QPointF to = turn > 0 ? ring[i] : ring[j];
            if (from.y() == to.y()) {
                addLevel(area, from, to, level);
                continue;
            }
            const bool down = from.y() < to.y();
            Edge edge {down ? from : to, down ? to : from};
            edge.first = rowFrom(edge.top.y());
            edge.end = rowFrom(edge.bottom.y());
            if (edge.first < edge.end)
                m_edges.push_back(edge);
        }
    }

    /// A lower edge exactly through the centres of a row belongs to the area, too: gdal_rasterize has it so.
    void addLevel(int area, QPointF from, QPointF to, std::vector<Run> &level) const
    {
        const double row = from.y() - 0.5;
        if (from.x() <= to.x() || row != std::floor(row) || row < 0 || row >= m_height)
            return;
        const Run run {static_cast<int>(row), area, column(to.x()), column(from.x())};
        if (run.from < run.to)
            level.push_back(run);
    }

    /// Rows in groups, so that a polygon of a million edges across the whole grid needs no memory for all at once.
    void scan(int area)
    {
        if (m_edges.empty())
            return;
        int low = m_height;
        int high = 0;
        for (const auto &edge : m_edges) {
            low = std::min(low, edge.first);
            high = std::max(high, edge.end);
        }
        std::vector<qint64> begins(static_cast<std::size_t>(high - low) + 1, 0); // of a row's crossings
        for (const auto &edge : m_edges) {
            ++begins[static_cast<std::size_t>(edge.first - low)];
            --begins[static_cast<std::size_t>(edge.end - low)];
        }
        std::partial_sum(begins.begin(), begins.end(), begins.begin()); // crossings of each row
        std::exclusive_scan(begins.begin(), begins.end(), begins.begin(), qint64 {0});
        const auto begin = [&](int row) { return begins[static_cast<std::size_t>(row - low)]; };
        for (int row = low; row < high;) {
            int end = row + 1;
            while (end < high && begin(end + 1) - begin(row) <= crossingsAtOnce)
                ++end;
            scanRows(area, row, end, begin);
            row = end;
        }
    }

    template<typename Begin> void scanRows(int area, int low, int high, const Begin &begin)
    {
        m_columns.resize(static_cast<std::size_t>(begin(high) - begin(low)));
        std::vector<std::size_t> places; // where a row's next crossing goes
        places.reserve(static_cast<std::size_t>(high - low));
        for (int row = low; row < high; ++row)
            places.push_back(static_cast<std::size_t>(begin(row) - begin(low)));
        for (const auto &[top, bottom, first, end] : m_edges) {
            for (int row = std::max(first, low); row < std::min(end, high); ++row) {
                const double x = (row + 0.5 - top.y()) * (bottom.x() - top.x()) / (bottom.y() - top.y()) + top.x();
                m_columns[places[static_cast<std::size_t>(row - low)]++] = column(x);
            }
        }
        for (int row = low; row < high; ++row) {
            const auto from = m_columns.begin() + (begin(row) - begin(low));
            const auto to = m_columns.begin() + (begin(row + 1) - begin(low));
            std::sort(from, to);
            // Even in number: every ring is closed.
            for (auto at = from; at < to; at += 2)
                append({row, area, at[0], at[1]});
        }
    }

    void append(const Run &run)
    {
        if (run.from == run.to)
            return;
        if (!m_runs.empty()) {
            Run &last = m_runs.back();
            if (last.area == run.area && last.row == run.row && run.from <= last.to) {
                last.to = std::max(last.to, run.to);
                return;
            }
        }
        m_runs.push_back(run);
    }

    /// Runs of one area from `first` on, each pixel once.
    void unite(std::size_t first)
    {
        std::vector<Run> all(m_runs.begin() + static_cast<std::ptrdiff_t>(first), m_runs.end());
        std::sort(all.begin(), all.end(),
                  [](const Run &a, const Run &b) { return std::tie(a.row, a.from) < std::tie(b.row, b.from); });
        m_runs.resize(first);
        for (const auto &run : all)
            append(run);
    }

    int m_width;
    int m_height;
    qint64 m_crossings = 0;
    std::vector<Edge> m_edges;
    std::vector<int> m_columns;
    std::vector<Run> m_runs;
};

QRectF boundsOf(const data::Rings &rings)
{
    if (rings.empty())
        return {};
    QPointF least = rings.front().front();
    QPointF most = least;
    for (const auto &ring : rings) {
        for (const auto &corner : ring) {
            least = {std::min(least.x(), corner.x()), std::min(least.y(), corner.y())};
            most = {std::max(most.x(), corner.x()), std::max(most.y(), corner.y())};
        }
    }
    return {least, most};
}

} // namespace

struct Areas::Laid {
    struct Span {
        int area = 0;
        int from = 0;
        int to = 0;
        int reach = 0; ///< the farthest `to` of the row up to here
    };
    std::vector<std::size_t> rows; ///< where a row's spans begin, and the end of the last
    std::vector<Span> spans; ///< of a row by `from`
    std::vector<QRectF> bounds; ///< by area

    Laid(const std::vector<Run> &runs, int height, std::vector<QRectF> around)
        : rows(static_cast<std::size_t>(height) + 1, 0)
        , spans(runs.size())
        , bounds(std::move(around))
    {
        for (const auto &run : runs)
            ++rows[static_cast<std::size_t>(run.row)];
        std::exclusive_scan(rows.begin(), rows.end(), rows.begin(), std::size_t {0});
        auto next = rows;
        for (const auto &run : runs)
            spans[next[static_cast<std::size_t>(run.row)]++] = {run.area, run.from, run.to, 0};
        for (int row = 0; row < height; ++row) {
            const auto [begin, end] = of(row);
            std::sort(begin, end,
                      [](const Span &a, const Span &b) { return std::tie(a.from, a.area) < std::tie(b.from, b.area); });
            int reach = 0;
            for (auto span = begin; span != end; ++span)
                span->reach = reach = std::max(reach, span->to);
        }
    }
    [[nodiscard]] std::pair<Span *, Span *> of(int row)
    {
        const auto at = static_cast<std::size_t>(row);
        return {spans.data() + rows[at], spans.data() + rows[at + 1]};
    }
    /// The row's spans from the first that may reach beyond `from`.
    [[nodiscard]] std::pair<const Span *, const Span *> of(int row, int from) const
    {
        const auto at = static_cast<std::size_t>(row);
        const Span *end = spans.data() + rows[at + 1];
        return {std::partition_point(spans.data() + rows[at], end, [&](const Span &s) { return s.reach <= from; }),
                end};
    }
};

Result<Areas> Areas::create(const std::vector<data::NamedArea> &areas, const data::Grid &grid)
{
    const auto transform = Transform::create(QStringLiteral("EPSG:4326"), grid.crs);
    if (!transform)
        return fail(transform.error());
    const Projection projection(*transform, grid);
    const auto boxes = surroundings(grid);
    Filler filler(grid);
    std::vector<QRectF> bounds;
    bounds.reserve(areas.size());
    for (int i = 0; i < static_cast<int>(areas.size()); ++i) {
        data::Rings rings;
        for (const auto &ring : areas[static_cast<std::size_t>(i)].rings) {
            for (const auto &box : boxes) {
                data::Ring part = projection.laid(clipped(ring, box));
                if (part.size() >= 3)
                    rings.push_back(std::move(part));
            }
        }
        if (auto ok = filler.fill(i, rings); !ok)
            return fail(std::move(ok.error()));
        bounds.push_back(boundsOf(rings));
    }
    Areas laid;
    laid.m_laid = std::make_shared<const Laid>(filler.runs(), grid.height, std::move(bounds));
    return laid;
}

void Areas::spans(int row, int from, int to, const std::function<void(int, int, int)> &each) const
{
    const auto [begin, end] = m_laid->of(row, from);
    for (const auto *span = begin; span != end && span->from < to; ++span) {
        if (span->to > from)
            each(span->area, std::max(from, span->from), std::min(to, span->to));
    }
}

QRectF Areas::bounds(int area) const { return m_laid->bounds[static_cast<std::size_t>(area)]; }

bool Areas::touches(int x, int y, int width, int height) const
{
    for (int row = y; row < y + height; ++row) {
        const auto [begin, end] = m_laid->of(row, x);
        // The first that reaches beyond x is one that ends there.
        if (begin != end && begin->from < x + width)
            return true;
    }
    return false;
}

} // namespace astra::raster
