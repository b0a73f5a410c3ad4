// SPDX-License-Identifier: Apache-2.0
#pragma once

// Statistics of values in many areas at once: what `zonal` and `timeseries` have in common.

#include "core/processing/exactsum.h"
#include "core/processing/operation.h"
#include "core/processing/scenevalue.h"
#include "core/raster/areas.h"

#include <array>

namespace astra::processing {

/// Polygons, or points, on the grid of a run. Immutable: any thread.
class Zones
{
public:
    /// How an area lies on the grid.
    enum class Lie {
        Inside,
        Partly, ///< some of it lies beyond
        Outside,
        Between, ///< too small or too thin to hold the centre of any pixel
    };

    [[nodiscard]] static Result<Zones> create(const std::vector<data::NamedArea> &areas, const data::Grid &grid);
    /// A point is the pixel that holds it. @param points longitude, latitude
    [[nodiscard]] static Result<Zones> atPoints(const std::vector<QPointF> &points, const data::Grid &grid);

    [[nodiscard]] int count() const { return static_cast<int>(m_lies.size()); }
    [[nodiscard]] Lie lie(int area) const { return m_lies[static_cast<std::size_t>(area)]; }
    [[nodiscard]] qint64 pixels() const { return m_pixels; } ///< of all areas; one that is in two counts twice
    [[nodiscard]] bool touches(const data::Grid &window) const;
    /// The runs [from, to) of each area in one row of a window, in the window's pixels.
    void spans(const data::Grid &window, int row, const std::function<void(int area, int from, int to)> &each) const;

private:
    struct Point {
        int row = 0;
        int column = 0;
        int area = 0;
    };
    [[nodiscard]] QPoint placeOf(const data::Grid &window) const;

    data::Grid m_grid;
    std::optional<raster::Areas> m_areas;
    std::vector<Point> m_points; ///< by row and column
    std::vector<Lie> m_lies;
    qint64 m_pixels = 0;
};

/// What an area's pixels add up to.
struct AreaSum {
    qint64 pixels = 0; ///< in the area and on the grid
    qint64 masked = 0; ///< of these: they have a value, and the mask takes it
    ExactStatistics values; ///< of the rest
    std::vector<float> kept; ///< the values themselves, where they are asked for
};

/// One value in all areas: computed, or a band as it is.
struct AreaLayer {
    int scene = 0;
    std::optional<SceneValue> value;
    int read = 0; ///< without a value: place in Plan::reads
};

/// Sums of all layers and areas.
class AreaSums
{
public:
    AreaSums(int layers, int areas)
        : m_areas(areas)
        , m_sums(static_cast<std::size_t>(layers) * static_cast<std::size_t>(areas))
    {
    }
    /// What tallyOf() made of a tile. What it did not make is passed over.
    void add(const QByteArray &tally);
    [[nodiscard]] const AreaSum &at(int layer, int area) const
    {
        return m_sums[static_cast<std::size_t>(layer) * static_cast<std::size_t>(m_areas)
                      + static_cast<std::size_t>(area)];
    }
    [[nodiscard]] bool sawMask() const { return m_sawMask; }
    /// How much of an area is masked; null: there was no mask.
    [[nodiscard]] Json maskedShare(int layer, int area) const;

private:
    int m_areas;
    bool m_sawMask = false;
    std::vector<AreaSum> m_sums;
};
/// The sums of one tile. @param keep the values themselves, too: for percentiles
[[nodiscard]] QByteArray tallyOf(const TileInput &input, const Zones &zones, const std::vector<AreaLayer> &layers,
                                 bool keep);

/// Around all of them.
[[nodiscard]] std::optional<data::GeoBox> boundsOf(const std::vector<data::NamedArea> &areas);

/// What is asked of every scene: an index, a formula, or bands as they are.
struct AskedLayers {
    QString value = QStringLiteral("NDVI");
    QStringList bands;

    void describe(Parameters &parameters);
    [[nodiscard]] QStringList names() const;
    /// One layer for each name. Adds what is read. The error says which scene lacks what.
    [[nodiscard]] Result<void> bind(const SceneFacts &facts, int scene, std::vector<BandRead> &reads,
                                    std::vector<AreaLayer> &layers) const;
};

/// A number as it goes into a table: ten digits.
[[nodiscard]] Json cell(double value);
/// A float32 by the shortest number that means it: 0.3, not 0.300000012.
[[nodiscard]] Json cell(float value);
/// Mean, least and largest value, standard deviation; null where nothing is known.
[[nodiscard]] std::array<Json, 4> statisticsOf(const AreaSum &sum);
/// Why there is nothing to say of an area; empty: there is.
[[nodiscard]] QString whyEmpty(const AreaSum &sum, Zones::Lie lie);

} // namespace astra::processing
