// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QString>

namespace astra::jobs {

/// Who a job belongs to: a process of this start of the computer. As text "boot:namespace:pid:start:number"; the
/// number tells stores of one process apart.
[[nodiscard]] QString newOwner();

/// Until when an owner is taken at its word: by the clock on the wall, and in ms since the computer started, which a
/// clock that is set does not move and a computer that sleeps does not use up.
struct LeaseEnd {
    qint64 wall = 0;
    qint64 mono = 0;
};
[[nodiscard]] LeaseEnd leaseFor(int ms);

/// Whether it has ended, or has not renewed its lease. Where its processes can be looked at (same computer, same start)
/// one that is no more is gone at once.
[[nodiscard]] bool isGone(const QString &owner, const LeaseEnd &lease);
/// For people; empty: nobody.
[[nodiscard]] QString ownerWords(const QString &owner);

} // namespace astra::jobs
