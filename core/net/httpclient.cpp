// SPDX-License-Identifier: Apache-2.0
#include "core/net/httpclient.h"

#include "core/net/bytesources.h"
#include "core/net/errortext.h"
#include "core/net/inquiry.h"
#include "core/net/patience.h"
#include "core/net/transport.h"
#include "core/net/wire.h"

#include <QCoreApplication>
#include <QFile>
#include <QThread>

#include <algorithm>
#include <memory>
#include <mutex>
#include <vector>

namespace astra::net {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::net)
};

ErrorCode codeOf(int status)
{
    switch (status) {
    case 401:
    case 403:
        return ErrorCode::Unauthorized;
    case 404:
    case 410:
        return ErrorCode::NotFound;
    case 408:
    case 504:
        return ErrorCode::Timeout;
    case 429:
        return ErrorCode::RateLimited;
    default:
        return status >= 400 && status < 500 ? ErrorCode::InvalidInput : ErrorCode::Network;
    }
}

/// Runs `f` on the net thread; dropped with everything it holds where that thread ends first.
template<typename F> void post(Transport *transport, F f)
{
    QMetaObject::invokeMethod(transport, std::move(f), Qt::QueuedConnection);
}

/// The net threads of the program. One whose client was let go on the thread itself cannot wait for its own end: it is
/// joined with the next client's, or before the application ends, which no net thread outlives.
class NetThreads
{
public:
    static NetThreads &all()
    {
        static NetThreads threads;
        return threads;
    }

    ~NetThreads() { end(); }

    QThread *add()
    {
        auto thread = std::make_unique<QThread>();
        thread->setObjectName(QStringLiteral("astra-net"));
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_threads, [](const auto &old) { return old->isFinished() && old->wait(); });
        return m_threads.emplace_back(std::move(thread)).get();
    }

    void end(const QThread *thread)
    {
        std::unique_ptr<QThread> mine;
        {
            const std::lock_guard lock(m_mutex);
            const auto it = std::ranges::find(m_threads, thread, &std::unique_ptr<QThread>::get);
            if (it == m_threads.end())
                return; // the application's end was first
            mine = std::move(*it);
            m_threads.erase(it);
        }
        mine->quit();
        mine->wait();
    }

private:
    NetThreads()
    {
        qAddPostRoutine([] { all().end(); });
    }

    void end()
    {
        std::vector<std::unique_ptr<QThread>> threads;
        {
            const std::lock_guard lock(m_mutex);
            threads.swap(m_threads);
        }
        for (const auto &thread : threads) {
            thread->quit();
            thread->wait();
        }
    }

    std::mutex m_mutex;
    std::vector<std::unique_ptr<QThread>> m_threads;
};

} // namespace

class HttpClient::Private
{
public:
    std::shared_ptr<SharedState> state = std::make_shared<SharedState>();
    QThread *thread = nullptr; ///< of NetThreads
    Transport *transport = nullptr; ///< lives and dies on the thread
    std::shared_ptr<BlockCache> cache;
    std::shared_ptr<ByteSources> sources;
    std::mutex mutex;
};

HttpClient::HttpClient(ClientConfig config)
    : d(std::make_unique<Private>())
{
    d->cache = std::make_shared<BlockCache>(config.cacheBytes);
    d->thread = NetThreads::all().add();
    d->transport = new Transport(std::move(config), d->state);
    d->transport->moveToThread(d->thread);
    QObject::connect(d->thread, &QThread::finished, d->transport, &QObject::deleteLater);
    d->thread->start();
    readTrust();
}

std::shared_ptr<HttpClient> HttpClient::create(ClientConfig config)
{
    return std::shared_ptr<HttpClient>(new HttpClient(std::move(config)));
}

HttpClient::~HttpClient()
{
    if (QThread::currentThread() == d->thread) // the last owner let go in an answer's callback
        d->thread->quit();
    else
        NetThreads::all().end(d->thread);
}

void HttpClient::setAuthorizer(std::shared_ptr<Authorizer> authorizer)
{
    const std::lock_guard lock(d->state->mutex);
    d->state->authorizer = std::move(authorizer);
}

std::shared_ptr<Authorizer> HttpClient::authorizer() const
{
    const std::lock_guard lock(d->state->mutex);
    return d->state->authorizer;
}

void HttpClient::setHostLimit(const QString &host, int parallel, double perSecond)
{
    post(d->transport, [transport = d->transport, host, parallel, perSecond] {
        transport->setHostLimit(host.toLower(), parallel, perSecond);
    });
}

void HttpClient::readTrust()
{
    post(d->transport, [transport = d->transport] { transport->readTrust(); });
}

Future<HttpResponse> HttpClient::send(HttpRequest request, StopToken stop)
{
    auto settler = std::make_shared<Settler<HttpResponse>>();
    auto future = settler->future();
    post(d->transport,
         [transport = d->transport, settler, request = std::move(request), stop = std::move(stop)]() mutable {
             auto *inquiry = new Inquiry(
                 *transport, std::move(request), std::move(stop),
                 [settler](Result<HttpResponse> result) { settler->settle(std::move(result)); });
             inquiry->start();
         });
    return future;
}

Future<qint64> HttpClient::download(HttpRequest request, const QString &path, const Progress &progress)
{
    struct Target {
        QFile file;
        qint64 written = 0;
        Settler<qint64> settler;
    };
    auto target = std::make_shared<Target>();
    target->file.setFileName(path);
    auto future = target->settler.future();
    const QString host = request.url.host();
    const auto storage = [target] {
        return Error {ErrorCode::Storage,
                      Text::tr("%1 cannot be written: %2.").arg(target->file.fileName(), target->file.errorString()),
                      {},
                      false};
    };
    Exchange::Sink sink;
    sink.restart = [target, storage]() -> std::optional<Error> {
        target->written = 0;
        if (!target->file.isOpen() && !target->file.open(QIODevice::WriteOnly))
            return storage();
        return target->file.resize(0) && target->file.seek(0) ? std::nullopt : std::optional(storage());
    };
    sink.take = [target, storage, progress](const QByteArray &bytes, qint64 announced) -> std::optional<Error> {
        if (target->file.write(bytes) != bytes.size())
            return storage();
        target->written += bytes.size();
        const double fraction = announced > 0 ? static_cast<double>(target->written) / static_cast<double>(announced)
                                              : 0.0;
        return progress.report(fraction) ? std::nullopt : std::optional(cancelled().value());
    };
    request.checkHead = [inner = std::move(request.checkHead)](const HttpResponse &head) {
        auto error = refuseRecoded(head);
        return error || !inner ? error : inner(head);
    };
    auto done = [target, sink, storage, host](Result<HttpResponse> result) {
        if (!result) {
            target->file.close();
            target->settler.settle(fail(result.error()));
            return;
        }
        if (result->status != 200) {
            target->settler.settle(fail(errorFrom(*result, host)));
            return;
        }
        if (!target->file.isOpen()) { // an empty body never reached the sink
            if (const auto error = sink.restart()) {
                target->settler.settle(fail(*error));
                return;
            }
        }
        if (!target->file.flush()) {
            target->settler.settle(fail(storage()));
            return;
        }
        target->file.close();
        target->settler.settle(target->written);
    };
    post(d->transport,
         [transport = d->transport, request = std::move(request), stop = progress.stopToken(), done = std::move(done),
          sink = std::move(sink)]() mutable {
             auto *inquiry = new Inquiry(*transport, std::move(request), stop, std::move(done), std::move(sink));
             inquiry->start();
         });
    return future;
}

std::shared_ptr<ByteSourceFactory> HttpClient::byteSources()
{
    const std::lock_guard lock(d->mutex);
    if (!d->sources)
        d->sources = std::make_shared<ByteSources>(weak_from_this(), d->cache);
    return d->sources;
}

Counters HttpClient::counters() const
{
    const auto &state = *d->state;
    return {state.requests, state.bytesReceived, state.retries, state.openTransfers};
}

void HttpClient::resetCounters()
{
    d->state->requests = 0;
    d->state->bytesReceived = 0;
    d->state->retries = 0;
}

QByteArray HttpResponse::header(const QByteArray &name) const { return headerValue(headers, name); }

Error errorFrom(const HttpResponse &response, const QString &origin)
{
    const QString host = response.url.host();
    const QString text = errorText(response.body);
    Error error;
    error.code = codeOf(response.status);
    error.origin = origin;
    error.retryable = isRetryable(response.status);
    error.message = text.isEmpty()
        ? Text::tr("%1 answered with status %2.").arg(host).arg(response.status)
        : Text::tr("%1 answered with status %2: %3").arg(host).arg(response.status).arg(text);
    const QDateTime now = hostTime(response.headers, QDateTime::currentDateTimeUtc());
    if (const auto wait = retryAfter(response.header("Retry-After"), now); wait && error.retryable) {
        const auto left = std::chrono::ceil<std::chrono::seconds>(*wait).count();
        error.message += u' ' + Text::tr("Try again in %1 s.").arg(left);
    }
    return error;
}

} // namespace astra::net
