// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/operation.h"

namespace astra::processing {

/// Bands of one or several scenes as the bands of one file: values in float32, or classes as they are, where all of the
/// bands are masks of one kind.
class StackOperation : public Operation
{
public:
    static constexpr int mostScenes = 64;
    static constexpr int mostBands = 64;

    void describe(Parameters &parameters) override;
    [[nodiscard]] std::pair<int, int> scenes() const override { return {1, mostScenes}; }
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;
    [[nodiscard]] Summary sumUp(const std::vector<QByteArray> &tallies) const override;

protected:
    /// "red" is that band of every scene, "s2.red" that of the second alone.
    [[nodiscard]] Result<std::vector<BandRead>> readsOf(const std::vector<SceneFacts> &scenes) const;
    QStringList m_bands;

private:
    QStringList m_names; ///< of what comes out, planned
};

/// The same of one scene: another grid, area, format or codec for its bands.
class ConvertOperation : public StackOperation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] std::pair<int, int> scenes() const override { return {1, 1}; }
};

} // namespace astra::processing
