// SPDX-License-Identifier: Apache-2.0
#include "core/net/exchange.h"

#include "core/base/logging.h"
#include "core/net/decode.h"
#include "core/net/failures.h"
#include "core/net/oncebody.h"
#include "core/net/proxies.h"
#include "core/net/secrets.h"
#include "core/net/wire.h"

#include <QRandomGenerator>

namespace astra::net {

namespace {

bool same(const Authorization &a, const Authorization &b) { return a.headers == b.headers && a.query == b.query; }

QNetworkReply *sendOnce(QNetworkAccessManager &network, QNetworkRequest request, const QByteArray &method,
                        const QByteArray &text)
{
    auto *body = new OnceBody(text, &network);
    request.setAttribute(QNetworkRequest::DoNotBufferUploadDataAttribute, true);
    request.setHeader(QNetworkRequest::ContentLengthHeader, text.size());
    auto *reply = network.sendCustomRequest(request, method, body);
    body->setParent(reply);
    return reply;
}

} // namespace

Exchange::Exchange(Transport &transport, HttpRequest request, StopToken stop, Done done, Sink sink)
    : QObject(&transport)
    , m_transport(transport)
    , m_request(std::move(request))
    , m_stop(std::move(stop))
    , m_done(std::move(done))
    , m_sink(std::move(sink))
    , m_deadline(this)
    , m_patience(this)
    , m_slow(this)
{
    for (auto *timer : {&m_deadline, &m_patience, &m_slow})
        timer->setSingleShot(true);
    connect(&m_deadline, &QTimer::timeout, this, [this] { settle(fail(deadlineError())); });
    connect(&m_patience, &QTimer::timeout, this, &Exchange::stalled);
    connect(&m_slow, &QTimer::timeout, this, [this] {
        if (m_request.onSlow && !m_headSeen && !m_slowSaid) {
            m_slowSaid = true;
            m_request.onSlow();
        }
    });
}

Exchange::~Exchange()
{
    m_onStop.reset();
    m_phase = Phase::Over;
    dropReply();
}

void Exchange::start()
{
    if (m_stop.stop_requested()) {
        settle(cancelled());
        return;
    }
    // Runs in the thread that stops; the destructor waits for it, so `this` is alive.
    m_onStop.emplace(m_stop, [this] {
        QMetaObject::invokeMethod(
            this, [this] { settle(cancelled()); }, Qt::QueuedConnection);
    });
    // A download may have to queue behind others; its time counts from its own transfer on.
    if (m_request.deadline.count() > 0 && !m_sink.take)
        m_deadline.start(m_request.deadline);
    if (m_request.onSlow)
        m_slow.start(m_request.slowAfter);
    beginTry();
}

void Exchange::beginTry()
{
    ++m_tries;
    m_hops = 0;
    m_invented = m_invented && resumes(); // what has been received stays
    m_url = m_request.url;
    m_method = m_request.method;
    m_body = m_request.body;
    beginHop();
}

void Exchange::beginHop()
{
    // A user name or password in a link would be sent to whoever the link names.
    m_url.setUserInfo({});
    m_url.setFragment({});
    const QString host = m_url.host();
    if ((m_url.scheme() != QLatin1String("http") && m_url.scheme() != QLatin1String("https")) || host.isEmpty()) {
        settle(fail(ErrorCode::InvalidInput,
                    tr("%1 is not a web address. Only http and https can be asked.").arg(shown(m_url)), host));
        return;
    }
    if (m_transport.config().offline && !isLoopback(m_url)) {
        settle(fail(workingOffline(host)));
        return;
    }
    if (m_url.hasQuery()) {
        const QByteArray address = m_url.toEncoded();
        m_trail.signedAddress = m_trail.signedAddress || redacted(address) != address;
    }
    authorize(false);
}

void Exchange::authorize(bool refused)
{
    const auto authorizer = m_request.connection.isEmpty() ? nullptr : m_transport.authorizer();
    if (!authorizer) {
        m_authorization = {};
        takeTurn();
        return;
    }
    m_phase = Phase::Waiting;
    deliver(authorizer->authorize(m_request.connection, m_url, refused), this,
            [this, refused](const Result<Authorization> &result) {
                if (m_phase == Phase::Over)
                    return;
                if (!result) {
                    settle(fail(result.error()));
                    return;
                }
                // The same again would be refused again: what the host said is the answer.
                if (refused && same(*result, m_authorization)) {
                    settle(m_response);
                    return;
                }
                m_authorization = *result;
                for (const auto &header : std::as_const(m_authorization.headers)) {
                    if (!accompaniesSecret(header.first))
                        m_trail.secrets.push_back(header.second);
                }
                if (!m_authorization.query.isEmpty()) {
                    m_trail.secrets.push_back(m_authorization.query);
                    m_trail.signedAddress = true;
                }
                takeTurn();
            });
}

void Exchange::takeTurn()
{
    const bool known = !m_authorization.headers.isEmpty() || !m_authorization.query.isEmpty();
    if (m_request.confidential && !known && !sameOrigin(m_url, m_request.url)) {
        settle(fail(redirectTellsSecret(m_request.url.host(), m_url.host())));
        return;
    }
    m_phase = Phase::Waiting;
    m_queued = true;
    m_transport.enter(
        m_url.host(),
        {this, [this] { transfer(); }, [this](std::chrono::milliseconds wait, bool spent) { held(wait, spent); }});
}

void Exchange::held(std::chrono::milliseconds wait, bool spent)
{
    if (spent && m_deadline.isActive() && wait >= m_deadline.remainingTimeAsDuration()) {
        settle(fail(budgetSpent(wait, m_url.host())));
        return;
    }
    m_held = true;
    if (m_request.onPause)
        m_request.onPause(wait);
}

QNetworkRequest Exchange::networkRequest() const
{
    QUrl url = m_url;
    if (!m_authorization.query.isEmpty()) {
        const QString signature = QString::fromLatin1(m_authorization.query.reveal());
        url.setQuery(url.hasQuery() ? QString(url.query(QUrl::FullyEncoded) + u'&' + signature) : signature);
    }
    QNetworkRequest request(url);
    request.setAttribute(QNetworkRequest::CookieLoadControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::CookieSaveControlAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::AuthenticationReuseAttribute, QNetworkRequest::Manual);
    request.setAttribute(QNetworkRequest::Http2AllowedAttribute, false);
    if (const auto &encryption = m_transport.encryption())
        request.setSslConfiguration(*encryption);
    request.setRawHeader("User-Agent", m_transport.config().userAgent.toUtf8());
    // Set by us, Qt leaves the body as it came: parts of a file must not be recoded, and limits count real bytes.
    const bool wholeText = !m_sink.take && headerValue(m_request.headers, "Range").isEmpty();
    request.setRawHeader("Accept-Encoding", wholeText ? acceptedEncodings() : QByteArray("identity"));
    const bool home = sameOrigin(m_url, m_request.url);
    for (const auto &header : m_request.headers) {
        if (home || !isSecretHeader(header.first))
            request.setRawHeader(header.first, header.second);
    }
    if (resumes()) {
        request.setRawHeader("Range", "bytes=" + QByteArray::number(m_taken) + '-');
        request.setRawHeader("If-Range", m_version);
    }
    for (const auto &[name, value] : m_authorization.headers)
        request.setRawHeader(name, value.reveal());
    if (const Secret login = m_transport.proxies().login(m_url); !login.isEmpty())
        request.setRawHeader("Proxy-Authorization", login.reveal());
    return request;
}

void Exchange::transfer()
{
    m_phase = Phase::Transferring;
    m_queued = m_held = false;
    m_invented = m_invented || m_authorization.test;
    m_response = {};
    m_response.invented = m_invented;
    m_headSeen = false;
    m_received = 0;
    m_announced = -1;
    const auto request = networkRequest();
    auto &network = m_transport.network();
    if (m_method == "GET")
        m_reply = network.get(request);
    else if (m_method == "HEAD")
        m_reply = network.head(request);
    else if (m_request.retries > 0)
        m_reply = network.sendCustomRequest(request, m_method, m_body);
    else
        m_reply = sendOnce(network, request, m_method, m_body);
    ++m_transport.state().requests;
    ++m_transport.state().openTransfers;
    connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] {
        // Qt repeats a request by itself when a kept connection dies early: a second head voids what came before it.
        if (m_headSeen && m_received > 0) {
            m_taken = 0;
            failed(connectionFailure(QNetworkReply::RemoteHostClosedError, m_url.host()));
            return;
        }
        m_headSeen = false;
        headArrived();
    });
    connect(m_reply, &QNetworkReply::readyRead, this, &Exchange::bytesArrived);
    connect(m_reply, &QNetworkReply::finished, this, &Exchange::finished);
    if (m_request.answerWithin.count() > 0)
        m_patience.start(m_request.answerWithin);
    if (m_request.deadline.count() > 0 && m_sink.take)
        m_deadline.start(m_request.deadline);
}

void Exchange::dropReply()
{
    m_patience.stop();
    if (!m_reply)
        return;
    auto *reply = std::exchange(m_reply, nullptr);
    reply->disconnect(this);
    tell();
    // Deleting closes the transfer; abort() would report to a reply that has nobody left to hear it.
    reply->deleteLater();
    --m_transport.state().openTransfers;
    m_transport.leave(m_url.host());
}

void Exchange::stalled()
{
    const QString host = m_url.host();
    const bool began = m_headSeen;
    dropReply();
    failed(began ? stoppedHalfWay(host) : noAnswerWithin(m_request.answerWithin, host));
}

void Exchange::failed(const Error &error, std::optional<std::chrono::milliseconds> wait)
{
    dropReply();
    if (!error.retryable || !retry(error, wait))
        settle(fail(error));
}

bool Exchange::retry(const Error &why, std::optional<std::chrono::milliseconds> wait)
{
    if (m_tries > m_request.retries)
        return false;
    const auto delay = wait.value_or(
        backoff(m_transport.config().backoff, m_tries, QRandomGenerator::global()->generateDouble()));
    // Waiting beyond the deadline would only turn a clear answer into a time-out.
    if (m_deadline.isActive() && delay >= m_deadline.remainingTimeAsDuration())
        return false;
    ++m_transport.state().retries;
    m_phase = Phase::Waiting;
    if (m_request.onPause)
        m_request.onPause(delay);
    if (m_request.onRetry)
        m_request.onRetry(why, m_tries);
    qCDebug(logNet) << "retry" << m_tries << shown(m_url) << "in" << delay.count() << "ms";
    QTimer::singleShot(delay, Qt::PreciseTimer, this, [this] {
        if (m_phase != Phase::Over)
            beginTry();
    });
    return true;
}

void Exchange::settle(Result<HttpResponse> result)
{
    if (m_phase == Phase::Over)
        return;
    dropReply();
    m_phase = Phase::Over;
    m_deadline.stop();
    m_slow.stop();
    if (std::exchange(m_queued, false))
        m_transport.withdraw(m_url.host(), this);
    deleteLater();
    if (const auto done = std::exchange(m_done, {}))
        done(std::move(result), m_trail);
}

Error Exchange::deadlineError() const
{
    const QString host = m_url.host().isEmpty() ? m_request.url.host() : m_url.host();
    const bool refused = m_response.status == 429 || m_response.status == 503;
    if (refused || m_held)
        return overloaded(refused ? m_response.status : 0, host);
    return noAnswerWithin(m_request.deadline, host);
}

} // namespace astra::net
