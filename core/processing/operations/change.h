// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/pixelareas.h"
#include "core/processing/scenevalue.h"
#include "core/processing/shift.h"

namespace astra::processing {

/// What changed between two scenes of a place. The rule for classes stands in docs/change.md, for people to cite.
class ChangeOperation : public Operation
{
public:
    /// Values of the classes' raster.
    enum Class : std::uint8_t { NoChange, VegetationGain, VegetationLoss, BuiltUpGain, WaterChange };
    static constexpr std::uint8_t noData = 255;

    void describe(Parameters &parameters) override;
    [[nodiscard]] std::pair<int, int> scenes() const override { return {2, 2}; } ///< before, after
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] Result<QStringList> prepare(const Preparation &preparation) override;
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;
    [[nodiscard]] Summary sumUp(const std::vector<QByteArray> &tallies) const override;

private:
    /// One value, before and after.
    struct Pair {
        SceneValue before;
        SceneValue after;
    };
    struct Row;
    [[nodiscard]] Result<Pair> bindBoth(const AskedValue &value, const std::vector<SceneFacts> &scenes,
                                        std::vector<BandRead> &reads) const;
    [[nodiscard]] Result<std::optional<Shift>> sceneShift(const Preparation &preparation) const;
    void compute(const TileInput &input, std::size_t from, Row &row) const;
    [[nodiscard]] std::uint8_t classOf(const Row &row, std::size_t at) const;
    [[nodiscard]] std::optional<std::size_t> judge(const Row &row, std::size_t at) const;

    QString m_asked = QStringLiteral("NDVI");
    QStringList m_bands;
    double m_threshold = 0.1;
    bool m_classes = true;

    std::vector<BandRead> m_reads;
    QString m_name; ///< of the value
    std::optional<Pair> m_value;
    std::optional<Pair> m_ndvi; ///< none: no classes are told apart
    std::optional<Pair> m_ndwi; ///< none: no change of water
    std::optional<Pair> m_ndbi; ///< none: no gain of built-up land
    std::optional<PixelAreas> m_areas;
};

} // namespace astra::processing
