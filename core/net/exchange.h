// SPDX-License-Identifier: Apache-2.0
#pragma once

// One request to its end: authorisation, redirects, retries, limits. Lives on the net thread, deletes itself.

#include "core/net/httpclient.h"
#include "core/net/transport.h"

#include <QNetworkReply>
#include <QTimer>

#include <vector>

namespace astra::net {

/// What an exchange carried that must not be written down.
struct Trail {
    std::vector<Secret> secrets; ///< all that the authorizer added, over every hop and try
    bool signedAddress = false; ///< an address on the way held a signature
};

class Exchange : public QObject
{
    Q_OBJECT

public:
    /// Called once with the answer or the error, or never where the client itself ends.
    using Done = std::function<void(Result<HttpResponse>, const Trail &)>;
    /// Takes body bytes as they come, in place of HttpResponse::body. `restart`: an earlier try's bytes are void.
    struct Sink {
        std::function<std::optional<Error>()> restart;
        std::function<std::optional<Error>(const QByteArray &bytes, qint64 announced)> take;
    };

    Exchange(Transport &transport, HttpRequest request, StopToken stop, Done done, Sink sink = {});
    ~Exchange() override;
    void start();

private:
    enum class Phase { Idle, Waiting, Transferring, Over };

    void beginTry();
    void beginHop();
    void authorize(bool refused);
    void takeTurn();
    /// The host makes us wait for our turn.
    void held(std::chrono::milliseconds wait, bool spent);
    void transfer();
    [[nodiscard]] QNetworkRequest networkRequest() const;
    void headArrived();
    void heedManners();
    void bytesArrived();
    void finished();
    [[nodiscard]] QNetworkReply::NetworkError whoFailed(QNetworkReply::NetworkError code) const;
    /// Hands bytes to the sink; false where that ended the exchange.
    [[nodiscard]] bool sinkTook(const QByteArray &bytes);
    [[nodiscard]] bool resumes() const { return m_taken > 0 && !m_version.isEmpty(); }
    void answered();
    void redirected();
    /// Lets the authorizer know what its credentials led to.
    void tell();
    /// Strikes out what a service quotes back to us: from here on an answer may be shown and kept.
    void clean(HttpResponse &response) const;
    void stalled();
    /// Tries again where that makes sense, else settles with the error.
    void failed(const Error &error, std::optional<std::chrono::milliseconds> wait = std::nullopt);
    [[nodiscard]] bool retry(const Error &why, std::optional<std::chrono::milliseconds> wait);
    void settle(Result<HttpResponse> result);
    void dropReply();
    [[nodiscard]] Error deadlineError() const;
    [[nodiscard]] bool isFinal(int status) const;

    Transport &m_transport;
    HttpRequest m_request;
    StopToken m_stop;
    Done m_done;
    Sink m_sink;
    std::optional<StopCallback<std::function<void()>>> m_onStop;

    Phase m_phase = Phase::Idle;
    QUrl m_url; ///< of this hop, without a signature
    QByteArray m_method;
    QByteArray m_body;
    int m_tries = 0;
    int m_hops = 0;
    bool m_invented = false; ///< this try carried a test key, at whatever hop
    bool m_renewed = false; ///< the authoriser was told of a refusal already
    bool m_slowSaid = false;
    bool m_queued = false; ///< for a turn at the host
    bool m_held = false; ///< because the host asked for it
    Trail m_trail;
    Authorization m_authorization;
    QNetworkReply *m_reply = nullptr;
    HttpResponse m_response;
    bool m_headSeen = false;
    std::optional<std::chrono::milliseconds> m_retryAfter; ///< of this answer
    qint64 m_received = 0; ///< body bytes of this try
    qint64 m_announced = -1; ///< Content-Length
    qint64 m_taken = 0; ///< body bytes the sink holds, over all tries
    QByteArray m_version; ///< strong ETag of those bytes: a broken download goes on where it ended
    QTimer m_deadline;
    QTimer m_patience; ///< first byte, then silence
    QTimer m_slow;
};

} // namespace astra::net
