// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"

namespace astra::processing {

/// A formula over the bands of one scene.
class ExpressionOperation : public Operation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;
    [[nodiscard]] bool takesSources() const override { return true; }
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;

private:
    QString m_expression;
    QString m_constants;
    QString m_name;
    std::optional<ResolvedFormula> m_formula; ///< planned
};

} // namespace astra::processing
