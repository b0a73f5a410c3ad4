// SPDX-License-Identifier: Apache-2.0
#pragma once

// Remote files as byte sources: the implementation behind HttpClient::byteSources().

#include "core/net/blockcache.h"
#include "core/net/httpclient.h"
#include "core/net/readcounter.h"

#include <QHash>

#include <condition_variable>
#include <functional>
#include <mutex>

namespace astra::net {

/// What the first answer told of a file.
struct FileHead {
    quint64 size = 0;
    QByteArray etag;
    QByteArray lastModified;
    QString cacheKey;
    bool invented = false; ///< answered to a test key
    QByteArray whole; ///< all of it, where a server without ranges sent a small file
};

/// Where threads of the I/O pool wait for an answer. (A future takes one continuation; this takes many readers.)
template<typename T> class Gate
{
public:
    [[nodiscard]] static std::shared_ptr<Gate> on(Future<T> future)
    {
        auto gate = std::shared_ptr<Gate>(new Gate);
        const auto settled = chain(std::move(future), [gate](Result<T> result) -> Result<bool> {
            gate->open(std::move(result));
            return true;
        });
        Q_UNUSED(settled)
        return gate;
    }
    /// Blocks until the answer is here or `stop` is asked for.
    [[nodiscard]] Result<T> wait(const StopToken &stop)
    {
        const StopCallback<std::function<void()>> onStop(stop, [this] {
            const std::lock_guard lock(m_mutex);
            m_changed.notify_all();
        });
        std::unique_lock lock(m_mutex);
        m_changed.wait(lock, [this, &stop] { return m_result.has_value() || stop.stop_requested(); });
        return m_result && !stop.stop_requested() ? *m_result : Result<T>(cancelled());
    }
    [[nodiscard]] bool isOpen() const
    {
        const std::lock_guard lock(m_mutex);
        return m_result.has_value();
    }

private:
    Gate() = default;
    void open(Result<T> result)
    {
        const std::lock_guard lock(m_mutex);
        m_result = std::move(result);
        m_changed.notify_all();
    }
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::optional<Result<T>> m_result;
};

/// Who is told of what is read.
struct ReadWatch {
    std::function<void()> invented; ///< bytes were answered to a test key; may be null
    std::shared_ptr<ReadCounter> counter; ///< may be null
};

class ByteSources : public ByteSourceFactory, public std::enable_shared_from_this<ByteSources>
{
public:
    ByteSources(std::weak_ptr<HttpClient> client, std::shared_ptr<BlockCache> cache);

    [[nodiscard]] Result<std::shared_ptr<ByteSource>> open(const QUrl &href, const QString &connection,
                                                           StopToken stop) override
    {
        return open(href, connection, std::move(stop), ReadWatch());
    }
    [[nodiscard]] Result<std::shared_ptr<ByteSource>> open(const QUrl &href, const QString &connection, StopToken stop,
                                                           ReadWatch watch);

    /// The file is not what it was: the next open asks anew.
    void forget(const QUrl &href, const QString &connection);

private:
    /// One first request, for everyone who opens the file meanwhile; the last who gives up stops it.
    struct Flight {
        StopSource stop;
        int waiting = 0;
        std::shared_ptr<Gate<FileHead>> head;
    };
    struct Known {
        FileHead head;
        qint64 at = 0; ///< ms, monotonic
    };
    [[nodiscard]] Result<FileHead> head(const QUrl &href, const QString &connection, const StopToken &stop,
                                        const std::shared_ptr<ReadCounter> &counter);
    [[nodiscard]] Future<FileHead> fetchHead(const QUrl &href, const QString &connection, StopToken stop,
                                             std::shared_ptr<ReadCounter> counter);

    std::weak_ptr<HttpClient> m_client;
    std::shared_ptr<BlockCache> m_cache;
    std::mutex m_mutex;
    QHash<QString, std::shared_ptr<Flight>> m_flights;
    QHash<QString, Known> m_known;
};

/// For files: a compressed answer, or a web page in place of the file, is refused.
[[nodiscard]] std::optional<Error> refuseRecoded(const HttpResponse &head);

} // namespace astra::net
