// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"

namespace astra::processing {

/// A formula over the bands of one scene, wherever it comes from: what `index` and `expression` have in common.
class FormulaOperation : public Operation
{
public:
    [[nodiscard]] bool takesSources() const override { return true; }
    [[nodiscard]] TileOutput tile(const TileInput &input) const override;

protected:
    /// Reads what the formula names and writes one band.
    [[nodiscard]] Plan planFor(ResolvedFormula formula, OutputBand band);

private:
    std::optional<ResolvedFormula> m_formula; ///< planned
};

} // namespace astra::processing
