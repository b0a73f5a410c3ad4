// SPDX-License-Identifier: Apache-2.0
#pragma once

// Everything one-shot and asynchronous in Astra is a Future<T>, which carries exactly one Result, always. Producers use
// Settler (dropped unsettled it settles with Cancelled), consumers use deliver, chain and waitFor. Cancelling is a
// StopToken argument. Why not QFuture: docs/adr/0005; tests/architecture sees to it that nothing uses that.

#include "core/base/result.h"
#include "core/base/stopsource.h"

#include <QEventLoop>
#include <QObject>
#include <QThread>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <vector>

namespace astra {

/// A result that is here or will be. Copies share one result. Thread-safe.
template<typename T> class Future
{
public:
    /// Settled already, with Cancelled.
    Future()
        : m_state(std::make_shared<State>())
    {
        m_state->result.emplace(cancelled());
    }

    [[nodiscard]] bool isFinished() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->result.has_value();
    }
    /// The result once finished; Cancelled before.
    [[nodiscard]] Result<T> result() const
    {
        const std::lock_guard lock(m_state->mutex);
        return m_state->result.value_or(Result<T>(cancelled()));
    }
    /// Calls `f(const Result<T> &)` where the future settles, or at once where it has. For async.h: others chain or
    /// deliver.
    void whenSettled(std::function<void(const Result<T> &)> f) const
    {
        {
            const std::lock_guard lock(m_state->mutex);
            if (!m_state->result) {
                m_state->waiting.push_back(std::move(f));
                return;
            }
        }
        f(*m_state->result); // which never changes again
    }

private:
    template<typename> friend class Settler;
    struct State {
        std::mutex mutex;
        std::optional<Result<T>> result;
        std::vector<std::function<void(const Result<T> &)>> waiting;
    };
    explicit Future(std::shared_ptr<State> state)
        : m_state(std::move(state))
    {
    }
    std::shared_ptr<State> m_state;
};

/// The producer's end of a future. Settles once; destroyed unsettled it settles with Cancelled. Move-only; whoever
/// settles first counts, from whatever thread.
template<typename T> class Settler
{
    using State = typename Future<T>::State;

public:
    Settler()
        : m_state(std::make_shared<State>())
    {
    }
    Settler(Settler &&) noexcept = default;
    Settler &operator=(Settler &&other) noexcept
    {
        if (this != &other) {
            abandon();
            m_state = std::move(other.m_state);
        }
        return *this;
    }
    ~Settler() { abandon(); }

    [[nodiscard]] Future<T> future() const { return Future<T>(m_state); }
    /// The first call counts, later ones do nothing.
    void settle(Result<T> result)
    {
        const auto state = m_state; // what waits may be what keeps this settler
        if (!state)
            return;
        std::vector<std::function<void(const Result<T> &)>> waiting;
        {
            const std::lock_guard lock(state->mutex);
            if (state->result)
                return;
            state->result.emplace(std::move(result));
            waiting.swap(state->waiting);
        }
        for (const auto &call : waiting)
            call(*state->result);
    }

private:
    void abandon()
    {
        if (m_state)
            settle(cancelled());
    }
    std::shared_ptr<State> m_state;
};

/// A future that is settled already.
template<typename T> [[nodiscard]] Future<T> ready(Result<T> result)
{
    Settler<T> settler;
    auto future = settler.future();
    settler.settle(std::move(result));
    return future;
}

namespace detail {
/// What waits in an owner's thread for a result, and goes with the owner.
template<typename F> class Errand : public QObject
{
public:
    /// How other threads find it; empty once it is gone.
    struct Door {
        std::mutex mutex;
        Errand *errand = nullptr;
    };
    Errand(QObject *owner, F f)
        : QObject(owner)
        , m_f(std::move(f))
        , m_door(std::make_shared<Door>())
    {
        m_door->errand = this;
    }
    ~Errand() override
    {
        const std::lock_guard lock(m_door->mutex);
        m_door->errand = nullptr;
    }
    [[nodiscard]] const std::shared_ptr<Door> &door() const { return m_door; }
    template<typename T> void run(Result<T> result)
    {
        deleteLater();
        m_f(std::move(result));
    }

private:
    F m_f;
    std::shared_ptr<Door> m_door;
};
} // namespace detail

/// Calls `f(Result<T>)` once in `owner`'s thread, never at once. Must be called from that thread; a dead owner drops
/// the call.
template<typename T, typename F> void deliver(const Future<T> &future, QObject *owner, F f)
{
    Q_ASSERT(owner->thread() == QThread::currentThread());
    const auto *errand = new detail::Errand<F>(owner, std::move(f));
    future.whenSettled([door = errand->door()](const Result<T> &result) {
        const std::lock_guard lock(door->mutex);
        if (auto *waiting = door->errand) {
            QMetaObject::invokeMethod(
                waiting, [waiting, result] { waiting->run(result); }, Qt::QueuedConnection);
        }
    });
}

namespace detail {
template<typename R> struct Unwrapped;
template<typename T> struct Unwrapped<Result<T>> {
    using Value = T;
};
template<typename T> struct Unwrapped<Future<T>> {
    using Value = T;
};
} // namespace detail

/// Runs `f(Result<T>)` where the future settles (so: short, thread-safe work only) and gives a future of what it
/// returns, which is a Result<U> or a Future<U>.
template<typename T, typename F> [[nodiscard]] auto chain(Future<T> future, F f)
{
    using Returned = std::invoke_result_t<F, Result<T>>;
    using U = typename detail::Unwrapped<Returned>::Value;
    auto settler = std::make_shared<Settler<U>>();
    auto derived = settler->future();
    // std::function wants what can be copied.
    future.whenSettled([settler, shared = std::make_shared<F>(std::move(f))](const Result<T> &input) {
        if constexpr (std::is_same_v<Returned, Result<U>>) {
            settler->settle((*shared)(input));
        } else {
            (*shared)(input).whenSettled([settler](const Result<U> &last) { settler->settle(last); });
        }
    });
    return derived;
}

/// Runs `f() -> Result<T>` on a pool. A pool that drops its queue (shutdown) settles the future with Cancelled.
template<typename F> [[nodiscard]] auto runOn(QThreadPool &pool, F f)
{
    using T = typename detail::Unwrapped<std::invoke_result_t<F>>::Value;
    auto settler = std::make_shared<Settler<T>>();
    auto future = settler->future();
    pool.start([settler, f = std::move(f)]() mutable { settler->settle(f()); });
    return future;
}

/// For tests and the command line only: turns the event loop until the future has settled.
template<typename T> [[nodiscard]] Result<T> waitFor(const Future<T> &future)
{
    if (!future.isFinished()) {
        QEventLoop loop;
        deliver(future, &loop, [&loop](const Result<T> &) { loop.quit(); });
        loop.exec();
    }
    return future.result();
}

/// Single flight: while one request for a thing is under way, everyone who asks gets a future of the same answer.
/// Thread-safe.
template<typename T> class Shared
{
public:
    /// @param start called only where none is under way
    [[nodiscard]] Future<T> get(const std::function<Future<T>()> &start)
    {
        Settler<T> mine;
        auto future = mine.future();
        {
            const std::lock_guard lock(m_state->mutex);
            m_state->waiting.push_back(std::move(mine));
            if (m_state->waiting.size() > 1)
                return future;
        }
        auto done = chain(start(), [state = m_state](Result<T> result) -> Result<T> {
            std::vector<Settler<T>> waiting;
            {
                const std::lock_guard lock(state->mutex);
                waiting.swap(state->waiting);
            }
            for (auto &settler : waiting)
                settler.settle(result);
            return result;
        });
        Q_UNUSED(done)
        return future;
    }

private:
    struct State {
        std::mutex mutex;
        std::vector<Settler<T>> waiting;
    };
    std::shared_ptr<State> m_state = std::make_shared<State>();
};

} // namespace astra
