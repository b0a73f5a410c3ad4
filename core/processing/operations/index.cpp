// SPDX-License-Identifier: Apache-2.0
#include "core/processing/operations/index.h"

#include "core/processing/indices.h"

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
    const auto *index = findIndex(m_index);
    const SceneFacts &scene = scenes.front();
    Plan plan;
    for (const auto &band : index->bands) {
        if (!scene.bands.contains(band)) {
            return fail(ErrorCode::NotFound,
                        Text::tr("%1 has no band “%2”; it has: %3")
                            .arg(scene.id, band, scene.bands.join(QStringLiteral(", "))));
        }
        plan.reads.push_back({0, band});
    }
    plan.files.push_back(
        {.bands = {
             {m_index, m_index + QStringLiteral(" = ") + index->formula, {}, index->low, index->high, index->ramp}}});
    return plan;
}

TileOutput IndexOperation::tile(const TileInput &input) const { return {{{index(input.bands, m_index)}}, {}}; }

} // namespace astra::processing
