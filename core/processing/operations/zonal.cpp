// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/zonal.h"

#include "core/base/phrases.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

constexpr qint64 mostKept = 50'000'000; // values for percentiles: 200 MB
constexpr qsizetype mostPercentiles = 20;

tl::unexpected<Error> wrong(const QString &message) { return fail(ErrorCode::InvalidInput, message); }

Result<std::vector<double>> percentsFrom(const QString &text)
{
    std::vector<double> percents;
    const QStringList words = text.split(u',', Qt::SkipEmptyParts);
    if (words.size() > mostPercentiles)
        return wrong(Text::tr("There are at most %1 percentiles at a time.").arg(mostPercentiles));
    percents.reserve(static_cast<std::size_t>(words.size()));
    for (const auto &word : words) {
        bool ok = false;
        const double percent = word.trimmed().toDouble(&ok);
        if (!ok || !(percent >= 0 && percent <= 100)) {
            return wrong(Text::tr("“percentiles” has to be numbers from 0 to 100 with commas between them, as 10, 50, "
                                  "90; “%1” is none.")
                             .arg(word.trimmed().left(40)));
        }
        percents.push_back(percent);
    }
    return percents;
}

/// On the ellipsoid, holes taken out: rings that run clockwise.
double hectares(const data::NamedArea &area)
{
    double sum = 0;
    for (const auto &ring : area.rings) {
        double turn = 0;
        for (std::size_t i = 0, j = ring.size() - 1; i < ring.size(); j = i++) {
            const QPointF a = ring[j] - ring[0];
            const QPointF b = ring[i] - ring[0];
            turn += a.x() * b.y() - b.x() * a.y();
        }
        sum += std::copysign(raster::areaKm2(data::Rings {ring}), turn);
    }
    return std::abs(sum) * 100;
}

/// As std::sort, but for a stop: then it ends soon, and the values are in no order.
void sort(std::vector<float>::iterator from, std::vector<float>::iterator to, const StopToken &stop)
{
    constexpr std::ptrdiff_t atOnce = 1 << 20; // tens of milliseconds
    constexpr std::ptrdiff_t samples = 1001;
    while (to - from > atOnce && !stop.stop_requested()) {
        std::vector<float> some;
        some.reserve(samples);
        for (std::ptrdiff_t i = 0; i < samples; ++i)
            some.push_back(from[i * ((to - from) / samples)]);
        std::nth_element(some.begin(), some.begin() + samples / 2, some.end());
        const float middle = some[samples / 2];
        const auto lower = std::partition(from, to, [&](float v) { return v < middle; });
        sort(from, lower, stop);
        from = std::partition(lower, to, [&](float v) { return v == middle; });
    }
    if (to - from <= atOnce)
        std::sort(from, to);
}

/// Between the two nearest ranks, as numpy.percentile and R's type 7. @param values sorted, not empty
double percentile(const std::vector<float> &values, double percent)
{
    const double rank = percent / 100 * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(rank);
    const auto above = std::min(below + 1, values.size() - 1);
    const auto low = static_cast<double>(values[below]);
    return low + (static_cast<double>(values[above]) - low) * (rank - static_cast<double>(below));
}

QString columnOf(double percent) { return QStringLiteral("p") + QString::number(percent, 'g', 6); }

} // namespace

void ZonalOperation::describe(Parameters &parameters)
{
    parameters
        .areas(QStringLiteral("areas"),
               Text::tr("The areas to measure in: polygons with names, a file of GeoJSON. A pixel belongs to each area "
                        "that holds its centre"),
               m_areas)
        .required
        = true;
    m_asked.describe(parameters);
    parameters
        .text(QStringLiteral("percentiles"),
              Text::tr("Percentiles to compute besides, as 10, 50, 90: exact, so every value is kept till the end, at "
                       "most 50 million"),
              m_percentiles)
        .advanced
        = true;
}

Result<Plan> ZonalOperation::plan(const std::vector<SceneFacts> &scenes)
{
    Plan plan;
    plan.masksItself = true;
    auto percents = percentsFrom(m_percentiles);
    if (!percents)
        return fail(std::move(percents.error()));
    m_percents = *std::move(percents);
    m_names = m_asked.names();
    m_layers.clear();
    if (auto ok = m_asked.bind(scenes.front(), 0, plan.reads, m_layers); !ok)
        return fail(std::move(ok.error()));
    plan.within = boundsOf(m_areas);
    return plan;
}

Result<QStringList> ZonalOperation::prepare(const Preparation &preparation)
{
    auto zones = Zones::create(m_areas, preparation.grid);
    if (!zones)
        return fail(std::move(zones.error()));
    if (zones->pixels() == 0) {
        const auto covered = raster::boundsInDegrees(preparation.grid);
        const QString where = covered ? covered->toString() : QString();
        return wrong(Text::tr("None of the %n areas holds the centre of a pixel of the scene (%1).", nullptr,
                              static_cast<int>(m_areas.size()))
                         .arg(where));
    }
    const qint64 values = zones->pixels() * static_cast<qint64>(m_layers.size());
    if (!m_percents.empty() && values > mostKept) {
        return wrong(
            Text::tr("Exact percentiles keep every value, here %L1, and at most %L2 fit: choose smaller areas, "
                     "fewer bands or no percentiles.")
                .arg(values)
                .arg(mostKept));
    }
    m_zones = *std::move(zones);
    m_stop = preparation.stop;
    return QStringList();
}

bool ZonalOperation::wants(const data::Grid &window) const { return m_zones->touches(window); }

TileOutput ZonalOperation::tile(const TileInput &input) const
{
    return {{}, tallyOf(input, *m_zones, m_layers, !m_percents.empty())};
}

std::vector<Json> ZonalOperation::rowOf(const AreaSums &sums, int area, int layer, const Json &hectares) const
{
    const AreaSum &sum = sums.at(layer, area);
    const bool any = sum.values.valid > 0;
    const auto [mean, least, most, deviation] = statisticsOf(sum);
    std::vector<Json> row {toStd(m_areas[static_cast<std::size_t>(area)].name),
                           toStd(m_names[layer]),
                           hectares,
                           sum.pixels,
                           sum.values.valid,
                           sums.maskedShare(layer, area),
                           mean,
                           least,
                           most,
                           deviation,
                           any ? cell(sum.values.sum.value()) : Json()};
    if (!m_percents.empty()) {
        std::vector<float> values = sum.kept;
        sort(values.begin(), values.end(), m_stop);
        for (const double percent : m_percents)
            row.push_back(any ? cell(percentile(values, percent)) : Json());
    }
    const auto lie = m_zones->lie(area);
    QString note = whyEmpty(sum, lie);
    if (note.isEmpty() && lie == Zones::Lie::Partly)
        note = ASTRA_PHRASE("astra::processing", "partly outside of what is covered");
    row.emplace_back(toStd(note));
    return row;
}

QStringList ZonalOperation::notesOn(const AreaSums &sums) const
{
    const int count = static_cast<int>(m_areas.size());
    int empty = 0;
    int partly = 0;
    for (int area = 0; area < count; ++area) {
        partly += m_zones->lie(area) == Zones::Lie::Partly;
        bool isEmpty = true;
        for (int layer = 0; layer < static_cast<int>(m_layers.size()); ++layer)
            isEmpty = isEmpty && sums.at(layer, area).values.valid == 0;
        empty += isEmpty;
    }
    QStringList notes;
    if (empty == count)
        notes.append(ASTRA_PHRASE("astra::processing",
                                  "Nothing is known of any area: all of their pixels are masked or without data."));
    else if (empty > 0)
        notes.append(ASTRA_PHRASE("astra::processing", "Of %1 of %2 areas nothing is known; the table says why.")
                         .arg(empty)
                         .arg(count));
    if (partly > 0)
        notes.append(ASTRA_PHRASE("astra::processing", "%1 of %2 areas lie partly outside of what is covered.")
                         .arg(partly)
                         .arg(count));
    if (!sums.sawMask())
        notes.append(ASTRA_PHRASE("astra::processing", "Clouds were not masked."));
    return notes;
}

Summary ZonalOperation::sumUp(const std::vector<QByteArray> &tallies) const
{
    AreaSums sums(static_cast<int>(m_layers.size()), static_cast<int>(m_areas.size()));
    for (const auto &tally : tallies)
        sums.add(tally);
    Table table {QStringLiteral("zonal"),
                 {QStringLiteral("area"), QStringLiteral("value"), QStringLiteral("area_ha"), QStringLiteral("pixels"),
                  QStringLiteral("count"), QStringLiteral("masked_share"), QStringLiteral("mean"),
                  QStringLiteral("min"), QStringLiteral("max"), QStringLiteral("std"), QStringLiteral("sum")},
                 {}};
    for (const double percent : m_percents)
        table.columns.append(columnOf(percent));
    table.columns.append(QStringLiteral("note"));
    table.rows.reserve(m_areas.size() * m_layers.size());
    for (int area = 0; area < static_cast<int>(m_areas.size()); ++area) {
        const Json covers = cell(hectares(m_areas[static_cast<std::size_t>(area)]));
        for (int layer = 0; layer < static_cast<int>(m_layers.size()) && !m_stop.stop_requested(); ++layer)
            table.rows.push_back(rowOf(sums, area, layer, covers));
    }
    Summary summary;
    summary.tables.push_back(std::move(table));
    summary.notes = notesOn(sums);
    return summary;
}

Json ZonalOperation::toGeoJson(const Summary &summary) const
{
    Json json = data::toGeoJson(m_areas);
    if (summary.tables.empty())
        return json;
    const Table &table = summary.tables.front();
    const std::size_t layers = m_layers.size();
    for (std::size_t i = 0; i < m_areas.size() && (i + 1) * layers <= table.rows.size(); ++i) {
        Json &properties = json["features"][i]["properties"];
        for (std::size_t layer = 0; layer < layers; ++layer) {
            const auto &row = table.rows[i * layers + layer];
            // Of several bands each statistic has the band's name behind it.
            const std::string suffix = layers > 1 ? '_' + row[1].get<std::string>() : std::string();
            for (std::size_t column = 1; column < row.size(); ++column) {
                const QString &name = table.columns[static_cast<qsizetype>(column)];
                const bool ofArea = name == u"area_ha" || name == u"pixels" || (name == u"value" && layers > 1);
                properties[toStd(name) + (ofArea ? std::string() : suffix)] = row[column];
            }
        }
        if (layers > 1)
            properties.erase("value");
    }
    return json;
}

} // namespace astra::processing
