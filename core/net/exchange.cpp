// SPDX-License-Identifier: Apache-2.0
#include "core/net/exchange.h"

#include "core/base/logging.h"
#include "core/net/wire.h"

#include <QDateTime>
#include <QRandomGenerator>

#include <algorithm>

namespace astra::net {

namespace {

constexpr int maxHops = 5;
/// A longer pause is the asking request's own business; others would only time out in the queue.
constexpr std::chrono::milliseconds longestPause {5000};

bool same(const Authorization &a, const Authorization &b) { return a.headers == b.headers && a.query == b.query; }

bool isCredential(const QByteArray &header)
{
    for (const char *name : {"authorization", "cookie", "proxy-authorization"}) {
        if (header.compare(name, Qt::CaseInsensitive) == 0)
            return true;
    }
    return false;
}

QString seconds(std::chrono::milliseconds time)
{
    return QString::number(static_cast<double>(time.count()) / 1000.0, 'g', 3);
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
        settle(
            fail(ErrorCode::Network, tr("Working offline: %1 was not asked. Go online to reach it.").arg(host), host));
        return;
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
                takeTurn();
            });
}

void Exchange::takeTurn()
{
    m_phase = Phase::Waiting;
    m_transport.enter(m_url.host(), this, [this] { transfer(); });
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
    request.setRawHeader("User-Agent", m_transport.config().userAgent.toUtf8());
    // Set by us, Qt leaves the body as it came: parts of a file must not be recoded, and limits count real bytes.
    const bool wholeText = !m_sink.take && headerValue(m_request.headers, "Range").isEmpty();
    request.setRawHeader("Accept-Encoding", wholeText ? "gzip" : "identity");
    const bool home = sameOrigin(m_url, m_request.url);
    for (const auto &header : m_request.headers) {
        if (home || !isCredential(header.first))
            request.setRawHeader(header.first, header.second);
    }
    if (resumes()) {
        request.setRawHeader("Range", "bytes=" + QByteArray::number(m_taken) + '-');
        request.setRawHeader("If-Range", m_version);
    }
    for (const auto &[name, value] : m_authorization.headers)
        request.setRawHeader(name, value.reveal());
    return request;
}

void Exchange::transfer()
{
    m_phase = Phase::Transferring;
    m_response = {};
    m_headSeen = false;
    m_received = 0;
    m_announced = -1;
    const auto request = networkRequest();
    auto &network = m_transport.network();
    if (m_method == "GET")
        m_reply = network.get(request);
    else if (m_method == "HEAD")
        m_reply = network.head(request);
    else
        m_reply = network.sendCustomRequest(request, m_method, m_body);
    ++m_transport.state().requests;
    ++m_transport.state().openTransfers;
    connect(m_reply, &QNetworkReply::metaDataChanged, this, [this] {
        // Qt repeats a request by itself when a kept connection dies early: a second head voids what came before it.
        if (m_headSeen && m_received > 0) {
            m_taken = 0;
            failed(networkError(QNetworkReply::RemoteHostClosedError));
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
    // Deleting closes the transfer; abort() would report to a reply that has nobody left to hear it.
    reply->deleteLater();
    --m_transport.state().openTransfers;
    m_transport.leave(m_url.host());
}

/// An answer we hand on as it is: no redirect, no retry, no renewal comes after it.
bool Exchange::isFinal(int status) const
{
    const bool renewable = (status == 401 || status == 403) && !m_renewed && !m_request.connection.isEmpty();
    return !renewable && !(isRetryable(status) && m_tries <= m_request.retries)
        && !(isRedirect(status) && m_reply->hasRawHeader("Location"));
}

void Exchange::headArrived()
{
    const int status = m_reply->attribute(QNetworkRequest::HttpStatusCodeAttribute).toInt();
    if (status == 0 || m_headSeen)
        return;
    m_headSeen = true;
    m_response.status = status;
    m_response.tries = m_tries;
    m_response.url = m_url;
    if (m_hops > 0)
        m_response.url.setQuery(QString()); // a redirect's query is mostly a signature
    m_response.headers = m_reply->rawHeaderPairs();
    bool known = false;
    const qint64 length = m_response.header("Content-Length").toLongLong(&known);
    m_announced = known && length >= 0 ? length : -1;
    m_patience.start(m_request.stall);
    if (!isFinal(status))
        return;
    if (resumes() && status != 200) {
        const auto range = parseContentRange(m_response.header("Content-Range"));
        if (status == 416 || (status == 206 && (!range || range->first != static_cast<quint64>(m_taken)))) {
            m_taken = 0; // from the start, then
            failed(networkError(QNetworkReply::RemoteHostClosedError));
            return;
        }
    }
    const auto refused = m_request.checkHead ? m_request.checkHead(m_response) : std::nullopt;
    if (refused) {
        failed(*refused);
    } else if (m_announced > m_request.maxBytes && m_method != "HEAD") {
        settle(fail(ErrorCode::InvalidInput,
                    tr("%1 wants to send %2 bytes where at most %3 are taken.")
                        .arg(m_url.host(), QString::number(m_announced), QString::number(m_request.maxBytes)),
                    m_url.host()));
    }
}

void Exchange::bytesArrived()
{
    if (!m_headSeen)
        headArrived();
    if (!m_reply) // the head was refused
        return;
    const QByteArray bytes = m_reply->readAll();
    if (bytes.isEmpty())
        return;
    m_patience.start(m_request.stall);
    m_received += bytes.size();
    m_transport.state().bytesReceived += bytes.size();
    if (std::max(m_received, m_taken) > m_request.maxBytes) {
        settle(fail(
            ErrorCode::InvalidInput,
            tr("%1 sent more than the %2 bytes that are taken.").arg(m_url.host(), QString::number(m_request.maxBytes)),
            m_url.host()));
        return;
    }
    const bool wanted = m_response.status == 200 || (m_response.status == 206 && resumes());
    if (!m_sink.take || !wanted || !isFinal(m_response.status))
        m_response.body += bytes;
    else if (sinkTook(bytes) && m_request.deadline.count() > 0)
        m_deadline.start(m_request.deadline);
}

bool Exchange::sinkTook(const QByteArray &bytes)
{
    qint64 total = m_announced;
    if (m_response.status == 206) {
        const auto range = parseContentRange(m_response.header("Content-Range"));
        total = range ? static_cast<qint64>(range->size) : -1;
    } else if (m_received == bytes.size()) { // the first bytes of a whole answer
        m_taken = 0;
        const QByteArray tag = m_response.header("ETag");
        m_version = tag.startsWith('"') ? tag : QByteArray();
        if (const auto error = m_sink.restart()) {
            settle(fail(*error));
            return false;
        }
    }
    m_taken += bytes.size();
    if (const auto error = m_sink.take(bytes, total)) {
        settle(fail(*error));
        return false;
    }
    return true;
}

void Exchange::finished()
{
    const auto code = m_reply->error();
    if (!m_headSeen)
        headArrived();
    if (m_reply && m_reply->bytesAvailable() > 0)
        bytesArrived();
    if (!m_reply || m_phase == Phase::Over)
        return;
    // A refusal is an answer too. Qt numbers them 201-299 and from 401 on, and 400 as an invalid operation; every other
    // error means that no whole answer came.
    const bool refusal = (code > 200 && code < 300) || code >= QNetworkReply::InternalServerError
        || (code == QNetworkReply::ProtocolInvalidOperationError && m_response.status >= 400);
    const bool answer = m_response.status > 0 && (code == QNetworkReply::NoError || refusal);
    const bool bodyless = m_method == "HEAD" || m_response.status == 204 || m_response.status == 304;
    const bool complete = bodyless || m_announced < 0 || m_announced == m_received;
    if (answer && complete) {
        answered();
        return;
    }
    const auto error = networkError(answer ? QNetworkReply::RemoteHostClosedError : code);
    dropReply();
    failed(error);
}

void Exchange::answered()
{
    const int status = m_response.status;
    const QString host = m_url.host();
    if (isRedirect(status) && m_reply->hasRawHeader("Location")) {
        redirected();
        return;
    }
    const bool final = isFinal(status);
    dropReply();
    if (!final && isRetryable(status)) {
        const auto wait = retryAfter(m_response.header("Retry-After"), QDateTime::currentDateTimeUtc());
        if (wait)
            m_transport.pause(host, std::min(*wait, longestPause));
        if (!retry(wait))
            settle(m_response);
        return;
    }
    if (!final) {
        m_renewed = true;
        authorize(true);
        return;
    }
    const QByteArray encoding = m_response.header("Content-Encoding").trimmed().toLower();
    if (!encoding.isEmpty() && encoding != "identity" && m_method != "HEAD" && !m_response.body.isEmpty()) {
        if (encoding != "gzip" && encoding != "x-gzip" && encoding != "deflate") {
            settle(fail(ErrorCode::Unsupported,
                        tr("%1 sent its answer compressed as “%2”, which was not asked for and cannot be read.")
                            .arg(host, QString::fromLatin1(encoding.left(20))),
                        host));
            return;
        }
        auto plain = inflated(m_response.body, m_request.maxBytes, host);
        if (!plain) {
            failed(plain.error());
            return;
        }
        m_response.body = std::move(*plain);
    }
    if (status == 206 && m_sink.take && resumes())
        m_response.status = 200; // the rest of a whole
    if (m_request.checkBody) {
        if (const auto error = m_request.checkBody(m_response)) {
            failed(*error);
            return;
        }
    }
    settle(m_response);
}

void Exchange::redirected()
{
    const QUrl next = m_url.resolved(QUrl::fromEncoded(m_reply->rawHeader("Location")));
    const QString host = m_url.host();
    const int status = m_response.status;
    dropReply();
    if (++m_hops > maxHops) {
        settle(fail(ErrorCode::Network, tr("%1 passes requests on in a circle. Check its address.").arg(host), host));
        return;
    }
    if (m_url.scheme() == QLatin1String("https") && next.scheme() != QLatin1String("https")) {
        settle(fail(ErrorCode::Network,
                    tr("%1 wants to go on without encryption, to %2. This was refused.").arg(host, next.host()), host));
        return;
    }
    if (status == 303 || ((status == 301 || status == 302) && m_method == "POST")) {
        m_method = m_method == "HEAD" ? "HEAD" : "GET";
        m_body.clear();
    }
    m_url = next;
    beginHop();
}

void Exchange::stalled()
{
    const QString host = m_url.host();
    const bool began = m_headSeen;
    dropReply();
    failed({ErrorCode::Timeout,
            began ? tr("The answer of %1 stopped half-way. Try again.").arg(host)
                  : tr("%1 did not answer within %2 s. Try again later.").arg(host, seconds(m_request.answerWithin)),
            host, true});
}

void Exchange::failed(const Error &error, std::optional<std::chrono::milliseconds> wait)
{
    dropReply();
    if (!error.retryable || !retry(wait))
        settle(fail(error));
}

bool Exchange::retry(std::optional<std::chrono::milliseconds> wait)
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
    if (result)
        m_transport.record(m_request, *result);
    deleteLater();
    if (const auto done = std::exchange(m_done, {}))
        done(std::move(result));
}

Error Exchange::deadlineError() const
{
    const QString host = m_url.host().isEmpty() ? m_request.url.host() : m_url.host();
    if (m_response.status == 429 || m_response.status == 503) {
        return {ErrorCode::RateLimited, tr("%1 is overloaded (%2). Try again later.").arg(host).arg(m_response.status),
                host, true};
    }
    return {ErrorCode::Timeout,
            tr("%1 did not answer within %2 s. Try again later.").arg(host, seconds(m_request.deadline)), host, true};
}

Error Exchange::networkError(QNetworkReply::NetworkError code) const
{
    const QString host = m_url.host();
    switch (code) {
    case QNetworkReply::HostNotFoundError:
        return {ErrorCode::Network, tr("%1 could not be found. Check the network connection.").arg(host), host, true};
    case QNetworkReply::ConnectionRefusedError:
        return {ErrorCode::Network, tr("%1 refused the connection. Check its address, or try again later.").arg(host),
                host, true};
    case QNetworkReply::SslHandshakeFailedError:
        return {ErrorCode::Network, tr("%1 could not prove who it is, so nothing was sent to it.").arg(host), host,
                false};
    case QNetworkReply::TimeoutError:
        return {ErrorCode::Timeout, tr("%1 did not answer in time. Try again later.").arg(host), host, true};
    case QNetworkReply::ProtocolInvalidOperationError:
    case QNetworkReply::ProtocolUnknownError:
    case QNetworkReply::ProtocolFailure:
        return {ErrorCode::Network, tr("What %1 answered is not valid HTTP.").arg(host), host, false};
    default:
        return {ErrorCode::Network, tr("The connection to %1 broke off. Try again.").arg(host), host, true};
    }
}

} // namespace astra::net
