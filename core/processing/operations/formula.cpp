// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/formula.h"

namespace astra::processing {

Plan FormulaOperation::planFor(ResolvedFormula formula, OutputBand band)
{
    m_formula = std::move(formula);
    Plan plan;
    plan.reads.reserve(static_cast<std::size_t>(m_formula->bands.size()));
    for (const auto &name : m_formula->bands)
        plan.reads.push_back({0, name});
    plan.files.push_back({.bands = {std::move(band)}});
    return plan;
}

TileOutput FormulaOperation::tile(const TileInput &input) const
{
    data::Block out(input.window.width, input.window.height);
    m_formula->evaluator.run(input.sources, out.values.data(), out.values.size());
    TileOutput output;
    output.files.resize(1);
    output.files.front().push_back(std::move(out));
    return output;
}

} // namespace astra::processing
