// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/expression.h"

#include "core/processing/constants.h"

#include <QCoreApplication>

namespace astra::processing {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};
} // namespace

void ExpressionOperation::describe(Parameters &parameters)
{
    parameters
        .expression(QStringLiteral("expression"),
                    Text::tr("Formula over band names, such as (nir - red) / (nir + red)"), m_expression)
        .required
        = true;
    parameters
        .text(QStringLiteral("constants"), Text::tr("Values for names in the formula, such as L=0.25, g=2"),
              m_constants)
        .advanced
        = true;
    parameters.text(QStringLiteral("name"), Text::tr("What the result is called in its file"), m_name).advanced = true;
}

Result<Plan> ExpressionOperation::plan(const std::vector<SceneFacts> &scenes)
{
    const auto constants = constantsFrom(m_constants, m_expression);
    if (!constants)
        return fail(constants.error());
    auto formula = resolve(m_expression, *constants, scenes.front());
    if (!formula)
        return fail(std::move(formula.error()));
    if (formula->bands.isEmpty()) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The formula “%1” names no band: there is nothing to compute it from.").arg(m_expression));
    }
    m_formula = std::move(*formula);
    Plan plan;
    plan.reads.reserve(static_cast<std::size_t>(m_formula->bands.size()));
    for (const auto &band : m_formula->bands)
        plan.reads.push_back({0, band});
    const QString name = m_name.isEmpty() ? QStringLiteral("expression") : m_name;
    plan.files.push_back(
        {.bands = {{name,
                    name + QStringLiteral(" = ") + m_expression
                        + (constants->empty() ? QString() : QStringLiteral("; ") + textOf(*constants))}}});
    return plan;
}

TileOutput ExpressionOperation::tile(const TileInput &input) const
{
    data::Block out(input.window.width, input.window.height);
    m_formula->evaluator.run(input.sources, out.values.data(), out.values.size());
    TileOutput output;
    output.files.resize(1);
    output.files.front().push_back(std::move(out));
    return output;
}

} // namespace astra::processing
