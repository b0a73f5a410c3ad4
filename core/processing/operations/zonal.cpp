// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/zonal.h"

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
    m_layers.clear();
    if (auto ok = m_asked.bind(scenes.front(), 0, plan.reads, m_layers); !ok)
        return fail(std::move(ok.error()));
    data::Rings all;
    for (const auto &area : m_areas)
        all.insert(all.end(), area.rings.begin(), area.rings.end());
    plan.within = data::boundsOf(all);
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
    return QStringList();
}

bool ZonalOperation::wants(const data::Grid &window) const { return m_zones->touches(window); }

TileOutput ZonalOperation::tile(const TileInput &input) const
{
    return {{}, tallyOf(input, *m_zones, m_layers, !m_percents.empty())};
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

    const QStringList names = m_asked.names();
    int empty = 0;
    int partly = 0;
    table.rows.reserve(m_areas.size() * m_layers.size());
    for (int area = 0; area < static_cast<int>(m_areas.size()); ++area) {
        const auto &named = m_areas[static_cast<std::size_t>(area)];
        const Json covers = cell(hectares(named));
        const auto lie = m_zones->lie(area);
        partly += lie == Zones::Lie::Partly;
        bool isEmpty = true;
        for (int layer = 0; layer < static_cast<int>(m_layers.size()); ++layer) {
            const AreaSum &sum = sums.at(layer, area);
            const auto statistics = sum.values.result();
            const bool any = statistics.valid > 0;
            isEmpty = isEmpty && !any;
            const auto number = [&](const Json &value) { return any ? value : Json(); };
            const auto share = static_cast<double>(sum.masked) / static_cast<double>(std::max<qint64>(1, sum.pixels));
            std::vector<Json> row {toStd(named.name),
                                   toStd(names[layer]),
                                   covers,
                                   sum.pixels,
                                   statistics.valid,
                                   sums.sawMask() ? cell(share) : Json(),
                                   number(cell(statistics.mean)),
                                   number(cell(static_cast<float>(statistics.minimum))),
                                   number(cell(static_cast<float>(statistics.maximum))),
                                   number(cell(statistics.stddev)),
                                   number(cell(sum.values.sum.value()))};
            if (!m_percents.empty()) {
                std::vector<float> values = sum.kept;
                std::sort(values.begin(), values.end());
                for (const double percent : m_percents)
                    row.push_back(any ? cell(percentile(values, percent)) : Json());
            }
            QString note = whyEmpty(sum, lie);
            if (note.isEmpty() && lie == Zones::Lie::Partly)
                note = Text::tr("partly outside of what is covered");
            row.emplace_back(toStd(note));
            table.rows.push_back(std::move(row));
        }
        empty += isEmpty;
    }
    Summary summary;
    summary.tables.push_back(std::move(table));
    const int count = static_cast<int>(m_areas.size());
    if (empty == count)
        summary.notes.append(Text::tr("Nothing is known of any area: all of their pixels are masked or without data."));
    else if (empty > 0)
        summary.notes.append(Text::tr("Of %1 of %2 areas nothing is known; the table says why.").arg(empty).arg(count));
    if (partly > 0)
        summary.notes.append(Text::tr("%1 of %2 areas lie partly outside of what is covered.").arg(partly).arg(count));
    if (!sums.sawMask())
        summary.notes.append(Text::tr("Clouds were not masked."));
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
