// SPDX-License-Identifier: Apache-2.0
#include "core/engine/jobtitle.h"

#include "core/backends/resultfiles.h"

namespace astra::engine {

QString titleOf(const data::Recipe &recipe, const std::vector<data::Acquisition> &inputs)
{
    const data::Scene &first = inputs.front().best();
    const QString title = backends::measureOf(recipe) + u' ' + (first.title.isEmpty() ? first.id : first.title);
    return inputs.size() > 1 ? QStringLiteral("%1 + %2").arg(title).arg(inputs.size() - 1) : title;
}

} // namespace astra::engine
