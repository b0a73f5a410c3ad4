// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/processing/operation.h"

namespace astra::processing {

/// A spectral index of one scene.
class IndexOperation : public Operation
{
public:
    void describe(Parameters &parameters) override;
    [[nodiscard]] QStringList bands() const override;
    [[nodiscard]] QString outputDescription() const override;
    [[nodiscard]] data::Block run(const std::vector<data::Block> &bands) const override;

private:
    QString m_index = QStringLiteral("NDVI");
};

} // namespace astra::processing
