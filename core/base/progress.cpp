// SPDX-License-Identifier: Apache-2.0
#include "core/base/progress.h"

#include <algorithm>
#include <utility>

namespace astra {

Progress::Progress(StopToken stop, Callback callback)
    : m_stop(std::move(stop))
    , m_callback(std::move(callback))
{
}

bool Progress::report(double fraction) const
{
    if (stopped())
        return false;
    if (m_callback)
        m_callback(m_from + (m_to - m_from) * std::clamp(fraction, 0.0, 1.0));
    return true;
}

Progress Progress::slice(double from, double to) const
{
    Progress part = *this;
    part.m_from = m_from + (m_to - m_from) * from;
    part.m_to = m_from + (m_to - m_from) * to;
    return part;
}

} // namespace astra
