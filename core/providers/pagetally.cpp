// SPDX-License-Identifier: Apache-2.0
#include "core/providers/pagetally.h"

#include <algorithm>

namespace astra::providers {

Tally tallyOf(const Page &page, std::optional<double> cloudCoverLt)
{
    const bool atLeast = page.next || page.cutShort || !page.silent.isEmpty();
    const int here = static_cast<int>(page.scenes.size());
    Tally tally;
    tally.count = {page.next ? std::max(here, page.matched.value_or(0)) : here, atLeast};
    tally.cloudier.atLeast = tally.noCloud.atLeast = atLeast;
    for (const auto &scene : page.scenes) {
        if (!scene.cloudCover)
            ++tally.noCloud.value;
        else if (cloudCoverLt && *scene.cloudCover >= *cloudCoverLt)
            ++tally.cloudier.value;
    }
    return tally;
}

} // namespace astra::providers
