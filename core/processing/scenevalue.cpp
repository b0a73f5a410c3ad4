// SPDX-License-Identifier: Apache-2.0
#include "core/processing/scenevalue.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::processing {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};
} // namespace

AskedValue::AskedValue(const QString &text)
{
    if (const Index *known = indexCatalogue()->find(text.trimmed())) {
        m_index = *known;
        m_isIndex = true;
        return;
    }
    m_index.name = text.trimmed();
    m_index.formula = m_index.name;
}

QString AskedValue::text() const
{
    return m_isIndex ? m_index.name + QStringLiteral(" = ") + m_index.formula : m_index.formula;
}

Result<ResolvedFormula> AskedValue::resolve(const SceneFacts &scene) const
{
    return m_isIndex ? processing::resolve(m_index, scene) : processing::resolve(m_index.formula, {}, scene);
}

void SceneValue::run(const std::vector<data::Block> &blocks, std::size_t from, float *out, std::size_t count) const
{
    std::vector<Source> sources(reads.size());
    for (std::size_t i = 0; i < reads.size(); ++i)
        sources[i].values = blocks[static_cast<std::size_t>(reads[i])].values.data() + from;
    evaluator.run(sources, out, count);
}

Result<SceneValue> bind(const AskedValue &value, const SceneFacts &facts, int scene, std::vector<BandRead> &reads)
{
    auto resolved = value.resolve(facts);
    if (!resolved)
        return fail(std::move(resolved.error()));
    if (resolved->bands.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("“%1” names no band.").arg(value.name()));
    SceneValue bound {std::move(resolved->evaluator), {}};
    bound.reads.reserve(static_cast<std::size_t>(resolved->bands.size()));
    for (const auto &band : std::as_const(resolved->bands)) {
        const auto same = [&](const BandRead &read) { return read.scene == scene && read.band == band; };
        const auto known = std::find_if(reads.begin(), reads.end(), same);
        bound.reads.push_back(static_cast<int>(known - reads.begin()));
        if (known == reads.end())
            reads.push_back({scene, band});
    }
    return bound;
}

} // namespace astra::processing
