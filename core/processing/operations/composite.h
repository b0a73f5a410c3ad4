// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/scenevalue.h"

namespace astra::processing {

/// One picture out of many scenes of a place, so that clouds and chance leave it.
class CompositeOperation : public Operation
{
public:
    static constexpr int mostScenes = 200;

    void describe(Parameters &parameters) override;
    [[nodiscard]] std::pair<int, int> scenes() const override { return {2, mostScenes}; }
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    /// The bands asked for (or the value), and last how many scenes have all of them at a pixel.
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;
    [[nodiscard]] Summary sumUp(const std::vector<QByteArray> &tallies) const override;

private:
    struct Stack;
    [[nodiscard]] Result<QStringList> bandsOf(const std::vector<SceneFacts> &scenes) const;
    [[nodiscard]] Result<std::vector<int>> byDate(const std::vector<SceneFacts> &scenes) const;
    void startRow(const TileInput &input, std::size_t from, Stack &stack) const;
    void reduce(Stack &stack, std::size_t at, std::size_t used, std::vector<data::Block> &out) const;

    QString m_method = QStringLiteral("median");
    QDateTime m_date;
    QStringList m_bands;
    QString m_asked;

    int m_scenes = 0;
    int m_layers = 0; ///< bands, or the one value
    std::vector<SceneValue> m_values; ///< by scene; empty: bands
    std::vector<std::vector<int>> m_reads; ///< by scene and band; empty: a value
    std::vector<int> m_order; ///< of scenes, the nearest to the date first
    std::vector<std::pair<int, int>> m_network; ///< compare and exchange, to sort as many values as there are scenes
};

} // namespace astra::processing
