// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/operations/formula.h"

namespace astra::processing {

/// A formula over the bands of one scene.
class ExpressionOperation : public FormulaOperation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;

private:
    QString m_expression;
    QString m_constants;
    QString m_name;
};

} // namespace astra::processing
