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
    const QString name = m_name.isEmpty() ? QStringLiteral("expression") : m_name;
    QString description = name + QStringLiteral(" = ") + m_expression;
    if (!constants->empty())
        description += QStringLiteral("; ") + textOf(*constants);
    return planFor(std::move(*formula), {name, description});
}

} // namespace astra::processing
