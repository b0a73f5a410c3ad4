// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/expiry.h"

#include <algorithm>

namespace astra::credentials {

qint64 useSeconds(qint64 lifeSeconds)
{
    constexpr qint64 margin = 300;
    constexpr qint64 least = 30;
    return std::max(least, lifeSeconds - std::min(margin, lifeSeconds / 2));
}

} // namespace astra::credentials
