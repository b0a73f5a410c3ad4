// SPDX-License-Identifier: Apache-2.0
#pragma once

// The sentences of one exchange that came to nothing. Hosts are named, addresses never: they may hold signatures.

#include "core/base/result.h"

#include <QNetworkReply>

#include <chrono>

namespace astra::net {

/// No whole answer came, by Qt's reckoning.
[[nodiscard]] Error connectionFailure(QNetworkReply::NetworkError code, const QString &host);
[[nodiscard]] Error noAnswerWithin(std::chrono::milliseconds time, const QString &host);
[[nodiscard]] Error stoppedHalfWay(const QString &host);
/// The time ran out while the host refused with `status`, or made us wait (0).
[[nodiscard]] Error overloaded(int status, const QString &host);
/// The host takes nothing before `wait` is over, and the asker has less time than that.
[[nodiscard]] Error budgetSpent(std::chrono::milliseconds wait, const QString &host);
[[nodiscard]] Error tooLong(qint64 announced, qint64 most, const QString &host); ///< announced -1: it just went on
[[nodiscard]] Error workingOffline(const QString &host);
[[nodiscard]] Error redirectCircle(const QString &host);
/// What only `host` may know would go to `to`.
[[nodiscard]] Error redirectTellsSecret(const QString &host, const QString &to);
/// What concerns keys is in no recording.
[[nodiscard]] Error notReplayed(const QString &host);
[[nodiscard]] Error redirectUnencrypted(const QString &host, const QString &to);

} // namespace astra::net
