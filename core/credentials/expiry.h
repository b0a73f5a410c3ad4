// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QtGlobal>

namespace astra::credentials {

/// How long something that lasts `lifeSeconds` is used before another is fetched: until five minutes before its end, or
/// for half of a short life. Never less than a moment: what has just been handed out is good, whatever clocks say.
[[nodiscard]] qint64 useSeconds(qint64 lifeSeconds);

} // namespace astra::credentials
