// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/areasum.h"

namespace astra::processing {

/// A value through the dates of many scenes, at points or in polygons.
class TimeseriesOperation : public Operation
{
public:
    static constexpr int mostScenes = 500;

    void describe(Parameters &parameters) override;
    [[nodiscard]] std::pair<int, int> scenes() const override { return {1, mostScenes}; }
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] Result<QStringList> prepare(const Preparation &preparation) override;
    [[nodiscard]] bool wants(const data::Grid &window) const override;
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;
    /// A table "timeseries" with a row for each scene, area and value: by time, then in the order of the areas.
    [[nodiscard]] Summary sumUp(const std::vector<QByteArray> &tallies) const override;

private:
    [[nodiscard]] Result<void> takePlaces(Plan &plan);

    AskedLayers m_asked;
    std::vector<data::NamedArea> m_areas;
    QString m_point;

    std::vector<QPointF> m_points;
    QStringList m_names; ///< of areas or points
    std::vector<SceneFacts> m_scenes;
    std::vector<AreaLayer> m_layers; ///< by scene, then as asked
    std::optional<Zones> m_zones;
};

} // namespace astra::processing
