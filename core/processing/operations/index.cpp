// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/index.h"

#include <QCoreApplication>

namespace astra::processing {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};
} // namespace

void IndexOperation::describe(Parameters &parameters)
{
    parameters.index(QStringLiteral("index"), Text::tr("Which spectral index to compute"), m_index);
}

Result<Plan> IndexOperation::plan(const std::vector<SceneFacts> &scenes)
{
    const auto catalogue = indexCatalogue();
    const Index *index = catalogue->find(m_index);
    if (!index)
        return fail(ErrorCode::InvalidInput, Text::tr("There is no index “%1” in the catalogue.").arg(m_index));
    auto formula = resolve(*index, scenes.front());
    if (!formula)
        return fail(std::move(formula.error()));
    m_formula = std::move(*formula);
    Plan plan;
    plan.reads.reserve(static_cast<std::size_t>(m_formula->bands.size()));
    for (const auto &band : m_formula->bands)
        plan.reads.push_back({0, band});
    plan.files.push_back({.bands = {{index->name,
                                     index->name + QStringLiteral(" = ") + index->formula,
                                     {},
                                     index->low,
                                     index->high,
                                     index->ramp}}});
    return plan;
}

TileOutput IndexOperation::tile(const TileInput &input) const
{
    data::Block out(input.window.width, input.window.height);
    m_formula->evaluator.run(input.sources, out.values.data(), out.values.size());
    TileOutput output;
    output.files.resize(1);
    output.files.front().push_back(std::move(out));
    return output;
}

} // namespace astra::processing
