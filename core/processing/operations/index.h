// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"

namespace astra::processing {

/// A spectral index of one scene.
class IndexOperation : public Operation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] bool takesSources() const override { return true; }
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;

private:
    QString m_index = QStringLiteral("NDVI");
    QString m_constants;
    std::optional<ResolvedFormula> m_formula; ///< planned
};

} // namespace astra::processing
