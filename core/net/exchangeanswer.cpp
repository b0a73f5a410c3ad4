// SPDX-License-Identifier: Apache-2.0
// The way back of an exchange: head, bytes, end, and what an answer leads to.
#include "core/net/decode.h"
#include "core/net/exchange.h"
#include "core/net/failures.h"
#include "core/net/proxies.h"
#include "core/net/secrets.h"
#include "core/net/wire.h"

#include <QDateTime>

#include <algorithm>

namespace astra::net {

namespace {

constexpr int maxHops = 5;
/// A longer pause is the asking request's own business; others would only time out in the queue.
constexpr std::chrono::milliseconds longestPause {5000};

} // namespace

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
    heedManners();
    if (!isFinal(status))
        return;
    if (resumes() && status != 200) {
        const auto range = parseContentRange(m_response.header("Content-Range"));
        if (status == 416 || (status == 206 && (!range || range->first != static_cast<quint64>(m_taken)))) {
            m_taken = 0; // from the start, then
            failed(connectionFailure(QNetworkReply::RemoteHostClosedError, m_url.host()));
            return;
        }
    }
    const auto refused = m_request.checkHead ? m_request.checkHead(m_response) : std::nullopt;
    if (refused) {
        failed(*refused);
    } else if (m_announced > m_request.maxBytes && m_method != "HEAD") {
        settle(fail(tooLong(m_announced, m_request.maxBytes, m_url.host())));
    }
}

/// What the head says of the host's patience; said before our turn is given back to others.
void Exchange::heedManners()
{
    const QDateTime now = hostTime(m_response.headers, QDateTime::currentDateTimeUtc());
    if (const auto budget = rateBudget(m_response.headers, now))
        m_transport.ration(m_url.host(), *budget);
    // Beside an answer, Retry-After means something else: when to look at a job again.
    m_retryAfter = isRetryable(m_response.status) ? retryAfter(m_response.header("Retry-After"), now) : std::nullopt;
    if (m_retryAfter)
        m_transport.pause(m_url.host(), std::min(*m_retryAfter, longestPause));
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
        settle(fail(tooLong(-1, m_request.maxBytes, m_url.host())));
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

/// Qt blames the host, or nobody, for a proxy that it cannot reach or that refuses.
QNetworkReply::NetworkError Exchange::whoFailed(QNetworkReply::NetworkError code) const
{
    switch (code) {
    case QNetworkReply::ConnectionRefusedError:
    case QNetworkReply::HostNotFoundError:
    case QNetworkReply::UnknownNetworkError: {
        const bool direct = m_transport.proxies().proxyFor(m_url).type() == QNetworkProxy::NoProxy;
        return direct ? code : QNetworkReply::UnknownProxyError;
    }
    default:
        return code;
    }
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
    const auto error = connectionFailure(answer ? QNetworkReply::RemoteHostClosedError : whoFailed(code), m_url.host());
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
    if (m_method != "HEAD" && !m_response.body.isEmpty()) {
        auto plain = decoded(m_response.body, m_response.header("Content-Encoding"), m_request.maxBytes, host);
        if (!plain && final) {
            failed(plain.error());
            return;
        }
        m_response.body = plain ? std::move(*plain) : QByteArray();
    }
    clean(m_response);
    if (!final && isRetryable(status)) {
        if (!retry(errorFrom(m_response, host), m_retryAfter))
            settle(m_response);
        return;
    }
    if (!final) {
        m_renewed = true;
        authorize(true);
        return;
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

void Exchange::tell()
{
    const bool carried = !m_authorization.headers.isEmpty() || !m_authorization.query.isEmpty();
    const auto authorizer = m_headSeen && carried && m_phase != Phase::Over ? m_transport.authorizer() : nullptr;
    if (!authorizer)
        return;
    constexpr qint64 longestRefusal = 1 << 20;
    HttpResponse response = m_response;
    response.body.clear();
    if (response.status >= 400 && m_response.body.size() <= longestRefusal) {
        auto plain = decoded(m_response.body, response.header("Content-Encoding"), longestRefusal, m_url.host());
        response.body = plain ? std::move(*plain) : QByteArray();
    }
    clean(response);
    authorizer->answered(m_request.connection, m_url, response);
}

void Exchange::clean(HttpResponse &response) const
{
    if (m_trail.secrets.empty())
        return;
    for (auto &header : response.headers)
        header.second = withoutSecrets(header.second, m_trail.secrets);
    response.url = QUrl::fromEncoded(withoutSecrets(response.url.toEncoded(), m_trail.secrets));
    // What a confidential answer tells is what was asked for; a refusal tells nothing that is wanted. Of an answer that
    // holds data, only whole keys are struck out: a short password may well be a word of it.
    const QByteArray type = response.header("Content-Type").toLower();
    const bool data = response.ok();
    const bool text = type.startsWith("text/") || type.contains("json") || type.contains("xml");
    if ((!m_request.confidential || !data) && response.status != 206 && (text || !data))
        response.body = withoutSecrets(response.body, m_trail.secrets, data ? Quoted::Keys : Quoted::Anything);
}

void Exchange::redirected()
{
    const QByteArray location = m_reply->rawHeader("Location");
    const QUrl next = m_url.resolved(QUrl::fromEncoded(location));
    const QString host = m_url.host();
    const int status = m_response.status;
    dropReply();
    if (++m_hops > maxHops) {
        settle(fail(redirectCircle(host)));
        return;
    }
    if (m_url.scheme() == QLatin1String("https") && next.scheme() != QLatin1String("https")) {
        settle(fail(redirectUnencrypted(host, next.host())));
        return;
    }
    // A service that asks for its key to be carried elsewhere, in an address. Its own signatures may stay with it.
    std::vector<Secret> forbidden;
    for (const auto &header : std::as_const(m_authorization.headers)) {
        if (!accompaniesSecret(header.first))
            forbidden.push_back(header.second);
    }
    if (next.host() != host)
        forbidden = m_trail.secrets;
    if (withoutSecrets(location, forbidden) != location) {
        settle(fail(redirectTellsSecret(host, next.host())));
        return;
    }
    if (status == 303 || ((status == 301 || status == 302) && m_method == "POST")) {
        m_method = m_method == "HEAD" ? "HEAD" : "GET";
        m_body.clear();
    }
    m_url = next;
    beginHop();
}

} // namespace astra::net
