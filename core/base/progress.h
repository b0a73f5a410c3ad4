// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/stopsource.h"

#include <functional>

namespace astra {

/// How far a piece of work is, and whether it should go on: one argument for both.
/// Cheap to copy; may be called from any thread (the callback must allow that).
class Progress
{
public:
    using Callback = std::function<void(double)>;

    Progress() = default;
    explicit Progress(StopToken stop, Callback callback = {});

    /// @param fraction of this piece of work, 0…1. @return false when the work should stop.
    [[nodiscard]] bool report(double fraction) const;
    [[nodiscard]] bool stopped() const { return m_stop.stop_requested(); }
    [[nodiscard]] const StopToken &stopToken() const { return m_stop; }

    /// The part from..to (0…1) of this progress, for a sub-step that counts 0…1 of its own.
    [[nodiscard]] Progress slice(double from, double to) const;

private:
    StopToken m_stop;
    Callback m_callback;
    double m_from = 0;
    double m_to = 1;
};

} // namespace astra
