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
    QStringList names;
    for (const auto &index : indices())
        names.append(index.name);
    parameters.choice(QStringLiteral("index"), Text::tr("Which spectral index to compute"), m_index, names);
}

QStringList IndexOperation::bands() const { return findIndex(m_index)->bands; }

QString IndexOperation::outputDescription() const
{
    return m_index + QStringLiteral(" = ") + findIndex(m_index)->formula;
}

data::Block IndexOperation::run(const std::vector<data::Block> &bands) const { return index(bands, m_index); }

} // namespace astra::processing
