// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/operations/formula.h"

namespace astra::processing {

/// A spectral index of one scene.
class IndexOperation : public FormulaOperation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] Result<Plan> plan(const std::vector<SceneFacts> &scenes) override;

private:
    QString m_index = QStringLiteral("NDVI");
    QString m_constants;
};

} // namespace astra::processing
