// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/areasum.h"

namespace astra::processing {

/// Statistics of a value in each of many polygons, in one pass over the raster.
class ZonalOperation : public Operation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] Result<QStringList> prepare(const Preparation &preparation) override;
    [[nodiscard]] bool wants(const data::Grid &window) const override;
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;
    /// A table "zonal" with a row for each area and value, in the order of the areas.
    [[nodiscard]] Summary sumUp(const std::vector<QByteArray> &tallies) const override;
    /// The areas with their rows as properties.
    [[nodiscard]] Json toGeoJson(const Summary &summary) const override;

private:
    [[nodiscard]] std::vector<Json> rowOf(const AreaSums &sums, int area, int layer, const Json &hectares) const;
    [[nodiscard]] QStringList notesOn(const AreaSums &sums) const;

    AskedLayers m_asked;
    std::vector<data::NamedArea> m_areas;
    QString m_percentiles;

    std::vector<double> m_percents;
    std::vector<AreaLayer> m_layers;
    QStringList m_names; ///< of layers
    std::optional<Zones> m_zones;
    StopToken m_stop; ///< of the run: percentiles take their time
};

} // namespace astra::processing
