// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/httpclient.h"

#include <QDateTime>

namespace astra::credentials {

/// What time it is for the service that sent this answer: this machine's clock may be wrong.
/// @param fallback where it does not say
[[nodiscard]] QDateTime serverTime(const net::HttpResponse &response,
                                   const QDateTime &fallback = QDateTime::currentDateTimeUtc());

/// How long something that lasts `lifeSeconds` is used before another is fetched: until five minutes before its end, or
/// for half of a short life. Never less than a moment: what has just been handed out is good, whatever clocks say.
[[nodiscard]] qint64 useSeconds(qint64 lifeSeconds);

} // namespace astra::credentials
