// SPDX-License-Identifier: Apache-2.0
#include "core/processing/areasum.h"

#include "core/base/phrases.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>
#include <QDataStream>
#include <QIODevice>
#include <QPoint>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <tuple>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr quint8 tallyVersion = 2;
constexpr int rowsBetweenStops = 64;

void take(AreaSum &sum, const float *values, const float *mask, int count, bool keep)
{
    sum.pixels += count;
    for (int i = 0; i < count; ++i) {
        const float v = values[i];
        if (!std::isfinite(v))
            continue;
        if (mask && mask[i] != 0) { // NaN, too: not known to be clear
            ++sum.masked;
            continue;
        }
        sum.values.add(v);
        if (keep)
            sum.kept.push_back(v);
    }
}

struct Span {
    int row = 0;
    int area = 0;
    int from = 0;
    int to = 0;
};

} // namespace

Result<Zones> Zones::create(const std::vector<data::NamedArea> &areas, const data::Grid &grid)
{
    auto laid = raster::Areas::create(areas, grid);
    if (!laid)
        return fail(std::move(laid.error()));
    Zones zones;
    zones.m_grid = grid;
    zones.m_areas = *std::move(laid);
    std::vector<bool> has(areas.size(), false);
    for (int row = 0; row < grid.height; ++row) {
        zones.m_areas->spans(row, 0, grid.width, [&](int area, int from, int to) {
            zones.m_pixels += to - from;
            has[static_cast<std::size_t>(area)] = true;
        });
    }
    constexpr double slack = 1e-6; // of a pixel: rounding
    const QRectF whole(-slack, -slack, grid.width + 2 * slack, grid.height + 2 * slack);
    zones.m_lies.reserve(areas.size());
    for (std::size_t i = 0; i < areas.size(); ++i) {
        const QRectF bounds = zones.m_areas->bounds(static_cast<int>(i));
        const bool apart = bounds.isNull() || bounds.left() >= grid.width || bounds.right() <= 0
            || bounds.top() >= grid.height || bounds.bottom() <= 0;
        const bool beyond = bounds.left() < whole.left() || bounds.right() > whole.right() || bounds.top() < whole.top()
            || bounds.bottom() > whole.bottom();
        if (has[i])
            zones.m_lies.push_back(beyond ? Lie::Partly : Lie::Inside);
        else
            zones.m_lies.push_back(apart ? Lie::Outside : Lie::Between);
    }
    return zones;
}

Result<Zones> Zones::atPoints(const std::vector<QPointF> &points, const data::Grid &grid)
{
    const auto transform = raster::Transform::create(QStringLiteral("EPSG:4326"), grid.crs);
    if (!transform)
        return fail(transform.error());
    Zones zones;
    zones.m_grid = grid;
    std::vector<QPointF> there = points;
    transform->apply(there);
    for (int i = 0; i < static_cast<int>(there.size()); ++i) {
        const QPointF p = there[static_cast<std::size_t>(i)];
        const double column = std::floor((p.x() - grid.originX) / grid.pixelWidth);
        const double row = std::floor((grid.originY - p.y()) / grid.pixelHeight);
        const bool inside = column >= 0 && column < grid.width && row >= 0 && row < grid.height;
        zones.m_lies.push_back(inside ? Lie::Inside : Lie::Outside);
        if (inside)
            zones.m_points.push_back({static_cast<int>(row), static_cast<int>(column), i});
    }
    zones.m_pixels = static_cast<qint64>(zones.m_points.size());
    std::sort(zones.m_points.begin(), zones.m_points.end(), [](const Point &a, const Point &b) {
        return std::tie(a.row, a.column, a.area) < std::tie(b.row, b.column, b.area);
    });
    return zones;
}

QPoint Zones::placeOf(const data::Grid &window) const
{
    return {static_cast<int>(std::lround((window.originX - m_grid.originX) / m_grid.pixelWidth)),
            static_cast<int>(std::lround((m_grid.originY - window.originY) / m_grid.pixelHeight))};
}

bool Zones::touches(const data::Grid &window) const
{
    const QPoint place = placeOf(window);
    if (m_areas)
        return m_areas->touches(place.x(), place.y(), window.width, window.height);
    return std::any_of(m_points.begin(), m_points.end(), [&](const Point &p) {
        return p.row >= place.y() && p.row < place.y() + window.height && p.column >= place.x()
            && p.column < place.x() + window.width;
    });
}

void Zones::spans(const data::Grid &window, int row, const std::function<void(int, int, int)> &each) const
{
    const QPoint place = placeOf(window);
    if (m_areas) {
        m_areas->spans(place.y() + row, place.x(), place.x() + window.width,
                       [&](int area, int from, int to) { each(area, from - place.x(), to - place.x()); });
        return;
    }
    auto point = std::partition_point(m_points.begin(), m_points.end(),
                                      [&](const Point &p) { return p.row < place.y() + row; });
    for (; point != m_points.end() && point->row == place.y() + row; ++point) {
        const int column = point->column - place.x();
        if (column >= 0 && column < window.width)
            each(point->area, column, column + 1);
    }
}

QByteArray tallyOf(const TileInput &input, const Zones &zones, const std::vector<AreaLayer> &layers, bool keep)
{
    std::vector<Span> spans;
    std::vector<int> places(static_cast<std::size_t>(zones.count()), -1); // of the areas that the tile touches
    std::vector<int> touched;
    for (int row = 0; row < input.window.height; ++row) {
        zones.spans(input.window, row, [&](int area, int from, int to) {
            int &slot = places[static_cast<std::size_t>(area)];
            if (slot < 0) {
                slot = static_cast<int>(touched.size());
                touched.push_back(area);
            }
            spans.push_back({row, slot, from, to});
        });
    }
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream.setByteOrder(QDataStream::LittleEndian);
    const bool sawMask = std::any_of(input.masks.begin(), input.masks.end(),
                                     [](const auto &mask) { return bool(mask); });
    stream << tallyVersion << sawMask;
    const auto width = static_cast<std::size_t>(input.window.width);
    std::vector<float> computed(width);
    for (std::size_t layer = 0; layer < layers.size(); ++layer) {
        const AreaLayer &from = layers[layer];
        const auto scene = static_cast<std::size_t>(from.scene);
        const data::Block *mask = scene < input.masks.size() ? input.masks[scene].get() : nullptr;
        std::vector<AreaSum> sums(touched.size());
        int done = 0; // rows
        for (auto span = spans.begin(); span != spans.end();) {
            const int row = span->row;
            if (done++ % rowsBetweenStops == 0 && input.stop.stop_requested())
                return {};
            const auto end = std::find_if(span, spans.end(), [&](const Span &s) { return s.row != row; });
            const std::size_t begin = static_cast<std::size_t>(row) * width;
            const float *values = nullptr;
            if (from.value) {
                const auto [left, right] = std::accumulate(
                    span, end, std::pair(input.window.width, 0), [](std::pair<int, int> all, const Span &s) {
                        return std::pair(std::min(all.first, s.from), std::max(all.second, s.to));
                    });
                from.value->run(input.bands, begin + static_cast<std::size_t>(left), computed.data() + left,
                                static_cast<std::size_t>(right - left));
                values = computed.data();
            } else {
                values = input.bands[static_cast<std::size_t>(from.read)].values.data() + begin;
            }
            for (; span != end; ++span) {
                take(sums[static_cast<std::size_t>(span->area)], values + span->from,
                     mask ? mask->values.data() + begin + static_cast<std::size_t>(span->from) : nullptr,
                     span->to - span->from, keep);
            }
        }
        for (std::size_t slot = 0; slot < touched.size(); ++slot) {
            const AreaSum &sum = sums[slot];
            stream << static_cast<quint32>(layer) << static_cast<quint32>(touched[slot]) << sum.pixels << sum.masked
                   << sum.values << static_cast<quint32>(sum.kept.size());
            stream.writeRawData(reinterpret_cast<const char *>(sum.kept.data()),
                                static_cast<int>(sum.kept.size() * sizeof(float)));
        }
    }
    return bytes;
}

void AreaSums::add(const QByteArray &tally)
{
    QDataStream stream(tally);
    stream.setByteOrder(QDataStream::LittleEndian);
    quint8 version = 0;
    bool sawMask = false;
    stream >> version >> sawMask;
    if (stream.status() != QDataStream::Ok || version != tallyVersion)
        return;
    m_sawMask |= sawMask;
    while (!stream.atEnd()) {
        quint32 layer = 0;
        quint32 area = 0;
        quint32 count = 0;
        AreaSum sum;
        stream >> layer >> area >> sum.pixels >> sum.masked >> sum.values >> count;
        const qint64 left = stream.device()->bytesAvailable();
        const std::size_t place = static_cast<std::size_t>(layer) * static_cast<std::size_t>(m_areas) + area;
        if (stream.status() != QDataStream::Ok || area >= static_cast<quint32>(m_areas) || place >= m_sums.size()
            || static_cast<qint64>(count) > left / static_cast<qint64>(sizeof(float)))
            return;
        AreaSum &all = m_sums[place];
        const auto before = all.kept.size();
        all.kept.resize(before + count);
        stream.readRawData(reinterpret_cast<char *>(all.kept.data() + before), static_cast<int>(count * sizeof(float)));
        all.pixels += sum.pixels;
        all.masked += sum.masked;
        all.values.add(sum.values);
    }
}

Json AreaSums::maskedShare(int layer, int area) const
{
    const AreaSum &sum = at(layer, area);
    return m_sawMask ? cell(static_cast<double>(sum.masked) / static_cast<double>(std::max<qint64>(1, sum.pixels)))
                     : Json();
}

std::optional<data::GeoBox> boundsOf(const std::vector<data::NamedArea> &areas)
{
    data::Rings all;
    for (const auto &area : areas)
        all.insert(all.end(), area.rings.begin(), area.rings.end());
    return data::boundsOf(all);
}

void AskedLayers::describe(Parameters &parameters)
{
    parameters.expression(QStringLiteral("value"),
                          Text::tr("What is measured: an index by name, or a formula over band names"), value);
    parameters.bands(QStringLiteral("bands"), Text::tr("Bands in place of a value, each measured as it is"), bands);
}

QStringList AskedLayers::names() const { return bands.isEmpty() ? QStringList {AskedValue(value).name()} : bands; }

Result<void> AskedLayers::bind(const SceneFacts &facts, int scene, std::vector<BandRead> &reads,
                               std::vector<AreaLayer> &layers) const
{
    if (bands.isEmpty()) {
        auto bound = processing::bind(AskedValue(value), facts, scene, reads);
        if (!bound)
            return fail(std::move(bound.error()));
        layers.push_back({scene, *std::move(bound), 0});
        return {};
    }
    for (const auto &band : bands) {
        if (auto ok = requireBand(facts, band); !ok)
            return fail(std::move(ok.error()));
        layers.push_back({scene, {}, static_cast<int>(reads.size())});
        reads.push_back({scene, band});
    }
    return {};
}

Json cell(double value)
{
    if (!std::isfinite(value))
        return nullptr;
    return QString::number(value, 'g', 10).toDouble();
}

Json cell(float value)
{
    if (!std::isfinite(value))
        return nullptr;
    std::array<char, 32> text {};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double shortest = 0;
    std::from_chars(text.data(), end, shortest);
    return shortest;
}

std::array<Json, 4> statisticsOf(const AreaSum &sum)
{
    const auto statistics = sum.values.result();
    if (statistics.valid == 0)
        return {};
    return {cell(statistics.mean), cell(static_cast<float>(statistics.minimum)),
            cell(static_cast<float>(statistics.maximum)), cell(statistics.stddev)};
}

QString whyEmpty(const AreaSum &sum, Zones::Lie lie)
{
    if (lie == Zones::Lie::Outside)
        return ASTRA_PHRASE("astra::processing", "outside of what is covered");
    if (lie == Zones::Lie::Between)
        return ASTRA_PHRASE("astra::processing", "holds the centre of no pixel");
    if (sum.values.valid > 0)
        return {};
    return sum.masked > 0 ? ASTRA_PHRASE("astra::processing", "masked") : ASTRA_PHRASE("astra::processing", "no data");
}

} // namespace astra::processing
