// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/timeseries.h"

#include "core/base/phrases.h"
#include "core/processing/comparison.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr std::size_t mostRows = 1'000'000;
constexpr qsizetype mostPoints = 10'000;

tl::unexpected<Error> wrong(const QString &message) { return fail(ErrorCode::InvalidInput, message); }

/// "lon,lat", and more after semicolons.
Result<std::vector<QPointF>> pointsFrom(const QString &text)
{
    std::vector<QPointF> points;
    const QStringList words = text.split(u';', Qt::SkipEmptyParts);
    if (words.size() > mostPoints)
        return wrong(Text::tr("There are at most %1 points at a time.").arg(mostPoints));
    points.reserve(static_cast<std::size_t>(words.size()));
    for (const auto &word : words) {
        const QStringList parts = word.split(u',');
        bool isX = false;
        bool isY = false;
        const double x = parts.value(0).trimmed().toDouble(&isX);
        const double y = parts.value(1).trimmed().toDouble(&isY);
        if (parts.size() != 2 || !isX || !isY || !(std::abs(x) <= 180) || !(std::abs(y) <= 90)) {
            return wrong(
                Text::tr("“%1” is not a point: longitude and latitude in degrees, as 10.55,52.13; several with "
                         "semicolons between them.")
                    .arg(word.trimmed().left(40)));
        }
        points.emplace_back(x, y);
    }
    return points;
}

/// Around all points, and a centimetre more.
data::GeoBox around(const std::vector<QPointF> &points)
{
    constexpr double spare = 1e-7; // degrees
    data::GeoBox box {180, 90, -180, -90};
    for (const QPointF &point : points) {
        box.west = std::min(box.west, point.x());
        box.south = std::min(box.south, point.y());
        box.east = std::max(box.east, point.x());
        box.north = std::max(box.north, point.y());
    }
    return {std::max(-180.0, box.west - spare), std::max(-90.0, box.south - spare), std::min(180.0, box.east + spare),
            std::min(90.0, box.north + spare)};
}

} // namespace

void TimeseriesOperation::describe(Parameters &parameters)
{
    parameters.text(QStringLiteral("point"),
                    Text::tr("Longitude and latitude, as 10.55,52.13: the pixel there; several points with semicolons "
                             "between them"),
                    m_point);
    parameters.areas(
        QStringLiteral("areas"),
        Text::tr("In place of points: polygons with names, a file of GeoJSON. A pixel belongs to each area "
                 "that holds its centre"),
        m_areas);
    m_asked.describe(parameters);
}

/// The points or areas, their names and where they lie.
Result<void> TimeseriesOperation::takePlaces(Plan &plan)
{
    m_points.clear();
    m_names.clear();
    if (m_areas.empty()) {
        auto points = pointsFrom(m_point);
        if (!points)
            return fail(std::move(points.error()));
        m_points = *std::move(points);
        plan.within = around(m_points);
        for (const auto &point : m_points)
            m_names.append(QString::number(point.x(), 'g', 12) + u',' + QString::number(point.y(), 'g', 12));
        return {};
    }
    for (const auto &area : m_areas)
        m_names.append(area.name);
    plan.within = boundsOf(m_areas);
    return {};
}

Result<Plan> TimeseriesOperation::plan(const std::vector<SceneFacts> &scenes)
{
    const bool byPoint = !m_point.trimmed().isEmpty();
    if (byPoint == !m_areas.empty())
        return wrong(Text::tr("A time series is taken at points or in areas: name points, or areas, and not both."));
    if (scenes.empty() || scenes.size() > mostScenes)
        return wrong(Text::tr("A time series is of 1 to %1 scenes; here are %2.").arg(mostScenes).arg(scenes.size()));
    Plan plan;
    plan.extent = Extent::Union;
    plan.masksItself = true;
    m_scenes = scenes;
    m_layers.clear();
    if (auto ok = takePlaces(plan); !ok)
        return fail(std::move(ok.error()));
    const auto values = static_cast<std::size_t>(m_asked.names().size());
    const std::size_t rows = scenes.size() * values * static_cast<std::size_t>(m_names.size());
    if (rows > mostRows) {
        return wrong(Text::tr("The table would have %L1 rows, more than %L2: choose fewer scenes, areas or bands.")
                         .arg(rows)
                         .arg(mostRows));
    }
    for (int scene = 0; scene < static_cast<int>(scenes.size()); ++scene) {
        const auto &facts = scenes[static_cast<std::size_t>(scene)];
        if (auto ok = m_asked.bind(facts, scene, plan.reads, m_layers); !ok)
            return fail(std::move(ok.error()));
    }
    // What stands in the pixel, not a mean of its neighbours.
    for (auto &read : plan.reads)
        read.classes = byPoint;
    const QStringList sensors = sensorFamilies(scenes);
    if (sensors.size() > 1) {
        plan.warnings.append(
            ASTRA_PHRASE("astra::processing",
                         "The scenes are from different sensors (%1): a step between them need not be on "
                         "the ground.")
                .arg(sensors.join(QStringLiteral(", "))));
    }
    return plan;
}

Result<QStringList> TimeseriesOperation::prepare(const Preparation &preparation)
{
    auto zones = m_points.empty() ? Zones::create(m_areas, preparation.grid)
                                  : Zones::atPoints(m_points, preparation.grid);
    if (!zones)
        return fail(std::move(zones.error()));
    if (zones->pixels() == 0) {
        const auto covered = raster::boundsInDegrees(preparation.grid);
        const QString where = covered ? covered->toString() : QString();
        return wrong(m_points.empty()
                         ? Text::tr("None of the areas holds the centre of a pixel of the scenes (%1).").arg(where)
                         : Text::tr("None of the points lies in the scenes (%1).").arg(where));
    }
    m_zones = *std::move(zones);
    return QStringList();
}

bool TimeseriesOperation::wants(const data::Grid &window) const { return m_zones->touches(window); }

TileOutput TimeseriesOperation::tile(const TileInput &input) const
{
    return {{}, tallyOf(input, *m_zones, m_layers, false)};
}

Summary TimeseriesOperation::sumUp(const std::vector<QByteArray> &tallies) const
{
    AreaSums sums(static_cast<int>(m_layers.size()), m_zones->count());
    for (const auto &tally : tallies)
        sums.add(tally);
    std::vector<std::size_t> order(m_scenes.size());
    std::iota(order.begin(), order.end(), 0);
    // Scenes without a date last; at the same moment as they were given.
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        const QDateTime &x = m_scenes[a].datetime;
        const QDateTime &y = m_scenes[b].datetime;
        return x.isValid() && (!y.isValid() || x < y);
    });
    Table table {QStringLiteral("timeseries"),
                 {QStringLiteral("datetime"), QStringLiteral("scene"), QStringLiteral("area"), QStringLiteral("value"),
                  QStringLiteral("mean"), QStringLiteral("min"), QStringLiteral("max"), QStringLiteral("std"),
                  QStringLiteral("count"), QStringLiteral("masked_share"), QStringLiteral("note")},
                 {}};
    const QStringList names = m_asked.names();
    const auto values = static_cast<std::size_t>(names.size());
    table.rows.reserve(order.size() * values * static_cast<std::size_t>(m_names.size()));
    qsizetype known = 0;
    for (const std::size_t scene : order) {
        const auto &facts = m_scenes[scene];
        const Json datetime = facts.datetime.isValid() ? Json(toStd(facts.datetime.toUTC().toString(Qt::ISODateWithMs)))
                                                       : Json();
        bool any = false;
        for (int area = 0; area < m_zones->count(); ++area) {
            for (std::size_t value = 0; value < values; ++value) {
                const int layer = static_cast<int>(scene * values + value);
                const AreaSum &sum = sums.at(layer, area);
                any = any || sum.values.valid > 0;
                const auto [mean, least, most, deviation] = statisticsOf(sum);
                table.rows.push_back({datetime, toStd(facts.id), toStd(m_names[area]),
                                      toStd(names[static_cast<qsizetype>(value)]), mean, least, most, deviation,
                                      sum.values.valid, sums.maskedShare(layer, area),
                                      toStd(whyEmpty(sum, m_zones->lie(area)))});
            }
        }
        known += any;
    }
    Summary summary;
    summary.tables.push_back(std::move(table));
    const auto count = static_cast<qsizetype>(m_scenes.size());
    if (known == 0)
        summary.notes.append(
            ASTRA_PHRASE("astra::processing", "No scene shows anything here: all pixels are masked or without data."));
    else if (known < count)
        summary.notes.append(ASTRA_PHRASE("astra::processing", "%1 of %2 scenes show nothing here; the table says why.")
                                 .arg(count - known)
                                 .arg(count));
    if (!sums.sawMask())
        summary.notes.append(ASTRA_PHRASE("astra::processing", "Clouds were not masked."));
    return summary;
}

} // namespace astra::processing
