// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QObject>

#include <mutex>

namespace astra::providers {

/// A way to an object for what is called from other threads and may outlive it. Held by a shared pointer; the object
/// closes it in its destructor.
class Mailbox
{
public:
    explicit Mailbox(QObject *owner)
        : m_owner(owner)
    {
    }
    /// Runs `f` in the owner's thread, from its event loop; not at all where the owner is gone by then.
    template<typename F> void post(F f)
    {
        const std::lock_guard lock(m_mutex);
        if (m_owner)
            QMetaObject::invokeMethod(m_owner, std::move(f), Qt::QueuedConnection);
    }
    void close()
    {
        const std::lock_guard lock(m_mutex);
        m_owner = nullptr;
    }

private:
    std::mutex m_mutex;
    QObject *m_owner;
};

} // namespace astra::providers
