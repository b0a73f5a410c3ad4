// SPDX-License-Identifier: Apache-2.0
#pragma once

// The edges of QFuture, in one place. Everything one-shot and asynchronous in Astra is a QFuture<Result<T>> that
// carries exactly one Result, always: on Qt 6.4 a dropped promise or a dead context leaves a future without one, and
// whoever waits for it hangs or crashes. So producers use Settler, consumers use deliver/chain/waitFor, and nothing
// else touches .then, QPromise or QFuture::cancel (tests/architecture looks for them). Cancelling is a StopToken
// argument.

#include "core/base/result.h"
#include "core/base/stopsource.h"

#include <QEventLoop>
#include <QFuture>
#include <QFutureWatcher>
#include <QObject>
#include <QPromise>
#include <QThread>
#include <QThreadPool>

#include <functional>
#include <memory>
#include <mutex>
#include <type_traits>
#include <vector>

namespace astra {

template<typename T> using Future = QFuture<Result<T>>;

/// The producer's end of a future. Settles once; destroyed unsettled it settles with Cancelled. Move-only.
template<typename T> class Settler
{
public:
    Settler()
        : m_promise(std::make_unique<QPromise<Result<T>>>())
    {
        m_promise->start();
    }
    Settler(Settler &&) noexcept = default;
    Settler &operator=(Settler &&other) noexcept
    {
        if (this != &other) {
            abandon();
            m_promise = std::move(other.m_promise);
        }
        return *this;
    }
    ~Settler() { abandon(); }

    [[nodiscard]] Future<T> future() const { return m_promise->future(); }
    /// The first call counts, later ones do nothing.
    void settle(Result<T> result)
    {
        if (!m_promise)
            return;
        const auto promise = std::move(m_promise);
        promise->addResult(std::move(result));
        promise->finish();
    }

private:
    void abandon()
    {
        if (m_promise)
            settle(cancelled());
    }
    std::unique_ptr<QPromise<Result<T>>> m_promise;
};

/// A future that is settled already.
template<typename T> [[nodiscard]] Future<T> ready(Result<T> result)
{
    Settler<T> settler;
    auto future = settler.future();
    settler.settle(std::move(result));
    return future;
}

/// Calls `f(Result<T>)` once in `owner`'s thread. Must be called from that thread; a dead owner drops the call.
template<typename T, typename F> void deliver(const Future<T> &future, QObject *owner, F f)
{
    Q_ASSERT(owner->thread() == QThread::currentThread());
    auto *watcher = new QFutureWatcher<Result<T>>(owner);
    QObject::connect(watcher, &QFutureWatcherBase::finished, owner, [watcher, f = std::move(f)]() mutable {
        watcher->deleteLater();
        f(watcher->future().resultCount() > 0 ? watcher->result() : Result<T>(cancelled()));
    });
    watcher->setFuture(future);
}

namespace detail {
template<typename R> struct Unwrapped;
template<typename T> struct Unwrapped<Result<T>> {
    using Value = T;
};
template<typename T> struct Unwrapped<QFuture<Result<T>>> {
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
    future.then(QtFuture::Launch::Sync, [settler, f = std::move(f)](const QFuture<Result<T>> &settled) mutable {
        auto input = settled.resultCount() > 0 ? settled.resultAt(0) : Result<T>(cancelled());
        if constexpr (std::is_same_v<Returned, Result<U>>) {
            settler->settle(f(std::move(input)));
        } else {
            Returned inner = f(std::move(input));
            inner.then(QtFuture::Launch::Sync, [settler](const QFuture<Result<U>> &last) {
                settler->settle(last.resultCount() > 0 ? last.resultAt(0) : Result<U>(cancelled()));
            });
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
        QFutureWatcher<Result<T>> watcher;
        QObject::connect(&watcher, &QFutureWatcherBase::finished, &loop, &QEventLoop::quit);
        watcher.setFuture(future);
        if (!future.isFinished())
            loop.exec();
    }
    return future.resultCount() > 0 ? future.resultAt(0) : Result<T>(cancelled());
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
