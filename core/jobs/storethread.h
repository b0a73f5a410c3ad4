// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

namespace astra::jobs {

/// What one thread does for others: tasks in their order, and something of its own every now and then. Outlives whoever
/// posts to it until the thread is done, so that the owner may go in any thread, its own included.
class StoreThread
{
public:
    using Task = std::function<void()>;

    /// Any thread.
    void post(Task task);
    /// What was posted is still done. Any thread.
    void end();
    /// Called in the thread; returns after end().
    /// @param every called each `ms`, also where tasks never cease @param last called at the end
    void serve(int ms, const Task &every, const Task &last);

private:
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::deque<Task> m_tasks;
    bool m_over = false;
};

} // namespace astra::jobs
