// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/index.h"

#include "core/processing/constants.h"

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
    parameters
        .text(QStringLiteral("constants"), Text::tr("Other values for constants of the formula, such as L=0.25, g=2"),
              m_constants)
        .advanced
        = true;
}

Result<Plan> IndexOperation::plan(const std::vector<SceneFacts> &scenes)
{
    const auto catalogue = indexCatalogue();
    const Index *known = catalogue->find(m_index);
    if (!known)
        return fail(catalogue->notFound(m_index));
    Index index = *known;
    const auto given = constantsFrom(m_constants, index.formula);
    if (!given)
        return fail(given.error());
    for (const auto &[name, value] : *given)
        index.constants[name] = value;
    // A file that was given under a constant's name stands for it.
    std::erase_if(index.constants, [&](const auto &constant) { return scenes.front().bands.contains(constant.first); });
    auto formula = resolve(index, scenes.front());
    if (!formula)
        return fail(std::move(formula.error()));
    QString description = index.name + QStringLiteral(" = ") + index.formula;
    if (!given->empty())
        description += QStringLiteral("; ") + textOf(*given);
    return planFor(std::move(*formula), {index.name, description, {}, index.low, index.high, index.ramp});
}

} // namespace astra::processing
