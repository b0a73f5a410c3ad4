// SPDX-License-Identifier: Apache-2.0
#pragma once

// The one way to the network. One thread with its own event loop owns every QNetworkAccessManager, socket and timer;
// this class may be used from any thread.

#include "core/base/async.h"
#include "core/base/bytesource.h"
#include "core/base/progress.h"
#include "core/base/secret.h"

#include <QList>
#include <QUrl>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

namespace astra::net {

using Header = std::pair<QByteArray, QByteArray>;

struct HttpResponse;

struct HttpRequest {
    /// Looks at an answer (net thread, so: briefly) and may refuse it. A retryable error is tried again.
    using Check = std::function<std::optional<Error>(const HttpResponse &)>;

    QByteArray method = "GET";
    QUrl url;
    QList<Header> headers;
    QByteArray body;
    QString connection; ///< whose credentials to add; empty: none
    bool confidential = false; ///< a secret is in its body or in the answer's: never recorded, cached or replayed; sent
                               ///< on to another host only where the authorizer has credentials for that one, too
    int retries
        = 3; ///< further tries after 429/502/503/504, connection loss and time-out; jittered, Retry-After honoured
    std::chrono::milliseconds deadline {30000}; ///< for everything together, waiting, redirects and retries included;
                                                ///< a download begins it anew with every byte
    std::chrono::milliseconds answerWithin {0}; ///< each try's time until its answer begins; 0: only the deadline
    std::chrono::milliseconds stall {15000}; ///< longest silence within an answer that has begun
    qint64 maxBytes = 64LL << 20; ///< a longer body is an error
    std::function<void()> onSlow; ///< called once (net thread) when no answer came within `slowAfter`
    std::chrono::milliseconds slowAfter {4000};
    /// Called (net thread) before each pause: a retry, a Retry-After, a host whose budget of requests is running out.
    std::function<void(std::chrono::milliseconds wait)> onPause;
    /// Called (net thread) when a try came to nothing and another one follows. @param tries so far, from 1
    std::function<void(const Error &why, int tries)> onRetry;
    /// An answer of the shared cache may serve for so long; 0: asked anew, and not kept. Offline, any age serves. Only
    /// plain questions are kept: no part of a file, no signed address, no header but Accept, Content-Type and language.
    std::chrono::seconds fresh {0};
    Check checkHead; ///< status and headers are here, the body is not: an error ends the transfer at once
    Check checkBody; ///< everything is here (not for downloads)
};

struct HttpResponse {
    int status = 0;
    QList<Header> headers;
    QByteArray body;
    QUrl url; ///< after redirects, without any signature; here and below, credentials quoted back are struck out
    int tries = 1; ///< 1: at the first go
    bool fromCache = false;
    bool invented = false; ///< it was asked with a test key somewhere on its way
    [[nodiscard]] QByteArray header(const QByteArray &name) const; ///< case-insensitive; empty where absent
    [[nodiscard]] bool ok() const { return status >= 200 && status < 300; }
};
/// A plain error made from a refused answer (code from the status, text from the first 300 characters of the body or
/// the status line), for callers with no envelope of their own to decode.
[[nodiscard]] Error errorFrom(const HttpResponse &response, const QString &origin);

/// What a connection adds to one request to one host.
struct Authorization {
    QList<std::pair<QByteArray, Secret>> headers;
    Secret query; ///< "sig=…&se=…", appended to the URL at the moment of the request
    bool test = false; ///< what is answered to it is invented
};
/// An address that a service has signed for a while: the address as it is known, and what opens it.
struct SignedLink {
    QUrl url; ///< without the signature
    Secret query;
    std::chrono::seconds life {0}; ///< from now on, by the service's own clock
    bool test = false; ///< signed for a test key
};
/// Has the same addresses signed again.
using SignAgain = std::function<Future<std::vector<SignedLink>>()>;
/// Adds credentials. Asked anew for every hop of a redirect; answers with an empty Authorization for a host it is not
/// bound to.
class Authorizer
{
public:
    virtual ~Authorizer() = default;
    /// @param refused the last answer from this host was 401 or 403: renew what can be renewed, once. An error here
    /// becomes the request's error.
    [[nodiscard]] virtual Future<Authorization> authorize(const QString &connection, const QUrl &url, bool refused) = 0;
    /// An answer, redirects included, to a request that carried credentials (net thread, so: briefly). Its body is here
    /// only where it is a refusal that came whole.
    virtual void answered(const QString & /*connection*/, const QUrl & /*url*/, const HttpResponse & /*response*/) { }
    /// From now on these addresses are opened by their signatures, renewed with `again` as often as it takes.
    virtual void keep(const QString & /*connection*/, const std::vector<SignedLink> & /*links*/,
                      const SignAgain & /*again*/)
    {
    }
};

/// Counted since start or `resetCounters`, for estimates, reports and tests.
struct Counters {
    qint64 requests = 0;
    qint64 bytesReceived = 0; ///< body bytes
    qint64 retries = 0;
    qint64 openTransfers = 0;
};

struct ClientConfig {
    bool offline = false; ///< absolute: only this machine is asked, where the sandbox is (isLoopback)
    int requestsPerHost = 6; ///< parallel
    double ratePerSecond = 0; ///< per host; 0: no limit
    qint64 cacheBytes = 64LL << 20; ///< block cache shared by all byte sources
    QString userAgent = QStringLiteral("Astra");
    std::chrono::milliseconds backoff {400}; ///< before the first retry; doubled each time, ± half
    QString recordTo; ///< folder; every answered exchange is written there, secrets struck out; empty: off
    /// Folder of such exchanges: they answer, and nothing is sent; empty: off. Method, whole address (port included),
    /// range and body must be those of the recording; signatures and the order of members and query items may differ.
    QString replayFrom;
    QString cacheDir; ///< shared cache of answers on disk (in a folder of its own there); empty: in memory only
    qint64 answerCacheBytes = 256LL << 20; ///< its bound
    QByteArray extraCa; ///< certificates (PEM) that are trusted beside the system's
    QString caDir; ///< folder of further ones (*.pem), read on the net thread before anything is sent, and by
                   ///< readTrust; may be absent
};

/// The same sources, and `invented` is called (any thread, any number of times) when bytes of a file were answered to a
/// test key. Sources that are no HttpClient's come back as they are.
[[nodiscard]] std::shared_ptr<ByteSourceFactory> watched(const std::shared_ptr<ByteSourceFactory> &sources,
                                                         std::function<void()> invented);

class HttpClient : public std::enable_shared_from_this<HttpClient>
{
public:
    [[nodiscard]] static std::shared_ptr<HttpClient> create(ClientConfig config = {});
    ~HttpClient(); ///< stops every transfer (their futures settle with Cancelled) and joins the thread

    void setAuthorizer(std::shared_ptr<Authorizer> authorizer);
    [[nodiscard]] std::shared_ptr<Authorizer> authorizer() const; ///< may be null
    /// Reads caDir anew: what is sent from now on trusts what is there now, on connections of its own.
    void readTrust();
    /// Hosts with a limit of their own (providers' manners): parallel requests and requests per second.
    void setHostLimit(const QString &host, int parallel, double perSecond);

    /// Any answer with a status is a response, also 404 or 500; an error is: no answer.
    [[nodiscard]] Future<HttpResponse> send(HttpRequest request, StopToken stop = {});
    /// Streams the body to `path` (which must be a temporary name of the caller's); checks the length announced. A
    /// retry goes on where the last try ended, if the file still has the same strong ETag. A refused answer is an
    /// error. @return bytes written
    [[nodiscard]] Future<qint64> download(HttpRequest request, const QString &path, const Progress &progress = {});

    /// Remote files as byte sources (ranges merged, checked against Content-Range and ETag, cached, retried). http(s)
    /// only.
    [[nodiscard]] std::shared_ptr<ByteSourceFactory> byteSources();

    [[nodiscard]] Counters counters() const;
    void resetCounters();

private:
    explicit HttpClient(ClientConfig config);
    class Private;
    std::unique_ptr<Private> d;
};

} // namespace astra::net
