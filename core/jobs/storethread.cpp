// SPDX-License-Identifier: Apache-2.0
#include "core/jobs/storethread.h"

#include <chrono>

namespace astra::jobs {

void StoreThread::post(Task task)
{
    {
        const std::lock_guard lock(m_mutex);
        m_tasks.push_back(std::move(task));
    }
    m_wake.notify_one();
}

void StoreThread::end()
{
    {
        const std::lock_guard lock(m_mutex);
        m_over = true;
    }
    m_wake.notify_one();
}

void StoreThread::serve(int ms, const Task &every, const Task &last)
{
    using Clock = std::chrono::steady_clock;
    const std::chrono::milliseconds pause(ms);
    auto next = Clock::now() + pause;
    while (true) {
        Task task;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_until(lock, next, [this] { return m_over || !m_tasks.empty(); });
            if (!m_tasks.empty()) {
                task = std::move(m_tasks.front());
                m_tasks.pop_front();
            } else if (m_over) {
                break;
            }
        }
        if (task)
            task();
        task = nullptr; // what it kept may end this
        if (Clock::now() >= next) {
            every();
            next = Clock::now() + pause;
        }
    }
    last();
}

} // namespace astra::jobs
