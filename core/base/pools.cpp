// SPDX-License-Identifier: Apache-2.0
#include "core/base/pools.h"

#include <QThread>

#include <algorithm>

namespace astra {

Pools::Pools()
{
    io.setMaxThreadCount(32);
    cpu.setMaxThreadCount(std::max(1, QThread::idealThreadCount()));
}

Pools::~Pools()
{
    // What has not begun is dropped (its futures settle with Cancelled); what runs is waited for.
    io.clear();
    cpu.clear();
    io.waitForDone();
    cpu.waitForDone();
}

} // namespace astra
