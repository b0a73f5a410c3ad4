// SPDX-License-Identifier: Apache-2.0
#pragma once

// "NDVI", "(nir - red) / (nir + red)" or "nir": what a person asks of a scene, bound to the bands of each.

#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"

#include <cstddef>

namespace astra::processing {

/// An index of the catalogue, or a formula; not bound to a scene yet.
class AskedValue
{
public:
    /// @param text a name of the catalogue; else it is taken as a formula over band names
    explicit AskedValue(const QString &text);
    [[nodiscard]] QString name() const { return m_index.name; } ///< "NDVI"; a formula as it was written
    [[nodiscard]] QString text() const; ///< "NDVI = (nir - red) / (nir + red)"; a formula as it was written
    [[nodiscard]] bool isIndex() const { return m_isIndex; }
    [[nodiscard]] const Index &index() const { return m_index; } ///< range and ramp; of a formula: −1…1
    /// What is read for one scene, in the order of the evaluator's inputs.
    [[nodiscard]] Result<ResolvedFormula> resolve(const SceneFacts &scene) const;

private:
    Index m_index;
    bool m_isIndex = false;
};

/// A value of one scene, computed from what a plan reads.
struct SceneValue {
    Evaluator evaluator;
    std::vector<int> reads; ///< by the evaluator's inputs: places in Plan::reads
    /// Pixels [from, from + count) of the blocks.
    void run(const std::vector<data::Block> &blocks, std::size_t from, float *out, std::size_t count) const;
};
/// Adds what the value reads to `reads`, each band once. The error says what the scene lacks.
[[nodiscard]] Result<SceneValue> bind(const AskedValue &value, const SceneFacts &facts, int scene,
                                      std::vector<BandRead> &reads);

} // namespace astra::processing
