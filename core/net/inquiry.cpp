// SPDX-License-Identifier: Apache-2.0
#include "core/net/inquiry.h"

#include "core/base/logging.h"
#include "core/net/failures.h"
#include "core/net/recording.h"
#include "core/net/wire.h"

#include <QDateTime>

#include <algorithm>

namespace astra::net {

namespace {

constexpr qsizetype longestRecorded = 256LL << 20;

} // namespace

Inquiry::Inquiry(Transport &transport, HttpRequest request, StopToken stop, Done done, Exchange::Sink sink)
    : QObject(&transport)
    , m_transport(transport)
    , m_request(std::move(request))
    , m_stop(std::move(stop))
    , m_done(std::move(done))
    , m_sink(std::move(sink))
    , m_deadline(this)
{
    m_deadline.setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this,
            [this] { finish(fail(noAnswerWithin(m_request.deadline, m_request.url.host()))); });
}

void Inquiry::start()
{
    if (m_transport.replayer() && m_request.confidential)
        finish(fail(notReplayed(m_request.url.host())));
    else if (m_transport.replayer())
        replay();
    else if (m_request.fresh.count() > 0 && !m_sink.take && !m_request.confidential)
        identify();
    else
        ask();
}

void Inquiry::replay()
{
    deliver(runOn(m_transport.disk(),
                  [replayer = m_transport.replayer(), request = m_request] { return replayer->answer(request); }),
            this, [this](Result<HttpResponse> result) { replayed(std::move(result)); });
}

void Inquiry::replayed(Result<HttpResponse> result)
{
    if (m_stop.stop_requested()) {
        finish(cancelled());
        return;
    }
    if (result) {
        if (const auto error = refusal(*result)) {
            finish(fail(*error));
            return;
        }
        if (m_sink.take && result->status == 200) {
            const QByteArray body = std::exchange(result->body, {});
            auto error = m_sink.restart();
            if (!error && !body.isEmpty())
                error = m_sink.take(body, body.size());
            if (error) {
                finish(fail(*error));
                return;
            }
        }
    }
    finish(std::move(result));
}

void Inquiry::identify()
{
    const auto authorizer = m_request.connection.isEmpty() ? nullptr : m_transport.authorizer();
    if (!authorizer) {
        m_key = AnswerCache::keyOf(m_request);
        lookUp();
        return;
    }
    // Runs in the thread that stops; the destructor waits for it, so `this` is alive.
    m_onStop.emplace(m_stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { finish(cancelled()); }, Qt::QueuedConnection);
    });
    if (m_request.deadline.count() > 0)
        m_deadline.start(m_request.deadline);
    deliver(authorizer->authorize(m_request.connection, m_request.url, false), this,
            [this](const Result<Authorization> &credentials) { identified(credentials); });
}

void Inquiry::identified(const Result<Authorization> &credentials)
{
    if (!m_done)
        return;
    m_onStop.reset();
    if (m_deadline.isActive()) {
        // What the wait took is gone; 0 would be no deadline at all.
        m_request.deadline = std::max<std::chrono::milliseconds>(m_deadline.remainingTimeAsDuration(),
                                                                 std::chrono::milliseconds(1));
        m_deadline.stop();
    }
    if (credentials)
        m_key = AnswerCache::keyOf(m_request, *credentials);
    lookUp();
}

void Inquiry::lookUp()
{
    if (m_key.isEmpty()) {
        ask();
        return;
    }
    using Found = std::optional<KeptAnswer>;
    deliver(runOn(m_transport.disk(),
                  [cache = m_transport.answers(), key = m_key]() -> Result<Found> { return cache->find(key); }),
            this, [this](Result<Found> found) {
                if (m_stop.stop_requested()) {
                    finish(cancelled());
                    return;
                }
                if (found && *found && (*found)->response.body.size() <= m_request.maxBytes
                    && !refusal((*found)->response)) {
                    m_kept = std::move(*found);
                    m_kept->response.fromCache = true;
                }
                if (m_kept && serves(*m_kept)) {
                    const HttpResponse response = m_kept->response;
                    record(response, {});
                    return;
                }
                ask();
            });
}

bool Inquiry::serves(const KeptAnswer &kept) const
{
    if (m_transport.config().offline && !isLoopback(m_request.url))
        return true;
    const qint64 age = QDateTime::currentSecsSinceEpoch() - kept.at;
    return age >= 0 && age < m_request.fresh.count();
}

std::optional<Error> Inquiry::refusal(const HttpResponse &response) const
{
    auto error = m_request.checkHead ? m_request.checkHead(response) : std::nullopt;
    return error || m_sink.take || !m_request.checkBody ? error : m_request.checkBody(response);
}

void Inquiry::ask()
{
    HttpRequest request = m_request;
    if (m_kept) {
        // The host may say that what we have is still right. Then there is no answer that could be checked.
        if (const QByteArray tag = m_kept->response.header("ETag"); !tag.isEmpty())
            request.headers.emplaceBack("If-None-Match", tag);
        else if (const QByteArray date = m_kept->response.header("Last-Modified"); !date.isEmpty())
            request.headers.emplaceBack("If-Modified-Since", date);
        for (auto *check : {&request.checkHead, &request.checkBody}) {
            if (*check) {
                *check = [inner = std::move(*check)](const HttpResponse &response) {
                    return response.status == 304 ? std::nullopt : inner(response);
                };
            }
        }
    }
    auto sink = m_sink;
    if (sink.take && isRecorded()) {
        sink.restart = [this] {
            m_taken.clear();
            return m_sink.restart();
        };
        sink.take = [this](const QByteArray &bytes, qint64 announced) {
            if (m_taken.size() < longestRecorded)
                m_taken += bytes;
            return m_sink.take(bytes, announced);
        };
    }
    auto *exchange = new Exchange(
        m_transport, std::move(request), m_stop,
        [this](Result<HttpResponse> result, const Trail &trail) { answered(std::move(result), trail); },
        std::move(sink));
    exchange->start();
}

void Inquiry::answered(Result<HttpResponse> result, const Trail &trail)
{
    if (result && result->status == 304 && m_kept) {
        const int tries = result->tries;
        result = m_kept->response;
        result->tries = tries;
    }
    if (result && !m_key.isEmpty())
        keep(*result, trail);
    record(result, trail);
}

void Inquiry::keep(const HttpResponse &response, const Trail &trail)
{
    // What was made up for a test key is nobody else's answer, and marked for good: it is not kept at all.
    if (trail.signedAddress || response.invented || !AnswerCache::allows(response))
        return;
    KeptAnswer kept {response, QDateTime::currentSecsSinceEpoch()};
    // How it was come by is no part of it: whoever finds it asked nobody.
    kept.response.tries = 1;
    kept.response.fromCache = false;
    m_transport.disk().start([cache = m_transport.answers(), key = m_key, kept = std::move(kept),
                              open = trail.secrets.empty()] { cache->put(key, kept, open); });
}

void Inquiry::record(const Result<HttpResponse> &result, const Trail &trail)
{
    if (!result || !isRecorded()) {
        finish(result);
        return;
    }
    HttpResponse response = *result;
    if (m_sink.take && response.ok())
        response.body = std::exchange(m_taken, {});
    if (response.body.size() >= longestRecorded) {
        qCWarning(logNet) << "too long to be recorded:" << shown(m_request.url);
        finish(result);
        return;
    }
    // The answer is there once its recording is: whoever has it may look for the file.
    deliver(runOn(m_transport.disk(),
                  [recorder = m_transport.recorder(), request = m_request, response, trail]() -> Result<bool> {
                      recorder->write(request, response, trail);
                      return true;
                  }),
            this, [this, result](const Result<bool> &) { finish(result); });
}

void Inquiry::finish(Result<HttpResponse> result)
{
    deleteLater();
    if (const auto done = std::exchange(m_done, {}))
        done(std::move(result));
}

} // namespace astra::net
