// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QThreadPool>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace astra {

/// Pieces of work that are counted in and out, so that somebody can wait for the last one; also those that a pool
/// throws away unrun when it shuts down. Outlives its pieces. Thread-safe.
class WorkCount
{
public:
    /// One of them, from its making to its end.
    class Piece
    {
    public:
        explicit Piece(WorkCount &owner)
            : m_owner(owner)
        {
            const std::lock_guard lock(m_owner.m_mutex);
            ++m_owner.m_open;
        }
        ~Piece()
        {
            const std::lock_guard lock(m_owner.m_mutex);
            --m_owner.m_open;
            m_owner.m_dropped = m_owner.m_dropped || !m_ran;
            m_owner.m_changed.notify_all();
        }
        Piece(const Piece &) = delete;
        Piece &operator=(const Piece &) = delete;
        void ran() { m_ran = true; }

    private:
        WorkCount &m_owner;
        bool m_ran = false;
    };

    [[nodiscard]] std::shared_ptr<Piece> begin() { return std::make_shared<Piece>(*this); }
    void start(QThreadPool &pool, int priority, std::function<void()> work)
    {
        pool.start(
            [work = std::move(work), piece = begin()] {
                work();
                piece->ran();
            },
            priority);
    }
    /// Until none is open.
    void wait()
    {
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this] { return m_open == 0; });
    }
    /// Whether one ended that never ran.
    [[nodiscard]] bool dropped() const
    {
        const std::lock_guard lock(m_mutex);
        return m_dropped;
    }

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_open = 0; // guarded by m_mutex
    bool m_dropped = false; // guarded by m_mutex
};

} // namespace astra
