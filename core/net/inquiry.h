// SPDX-License-Identifier: Apache-2.0
#pragma once

// One question to its answer, wherever that comes from: a recording, the shared cache, or an exchange. Lives on the
// net thread, deletes itself; files are touched on the transport's thread for them.

#include "core/net/answercache.h"
#include "core/net/exchange.h"

namespace astra::net {

class Inquiry : public QObject
{
    Q_OBJECT

public:
    /// Called once, or never where the client itself ends.
    using Done = std::function<void(Result<HttpResponse>)>;

    Inquiry(Transport &transport, HttpRequest request, StopToken stop, Done done, Exchange::Sink sink = {});
    void start();

private:
    void replay();
    void replayed(Result<HttpResponse> result);
    /// Finds out who asks: another key, or one that was not there before, may well get another answer.
    void identify();
    void identified(const Result<Authorization> &credentials);
    void lookUp();
    /// Whether what is kept may serve without asking.
    [[nodiscard]] bool serves(const KeptAnswer &kept) const;
    [[nodiscard]] std::optional<Error> refusal(const HttpResponse &response) const;
    void ask();
    void answered(Result<HttpResponse> result, const Trail &trail);
    void keep(const HttpResponse &response, const Trail &trail);
    [[nodiscard]] bool isRecorded() const { return m_transport.recorder() && !m_request.confidential; }
    void record(const Result<HttpResponse> &result, const Trail &trail);
    void finish(Result<HttpResponse> result);

    Transport &m_transport;
    HttpRequest m_request;
    StopToken m_stop;
    Done m_done;
    Exchange::Sink m_sink;
    std::optional<StopCallback<std::function<void()>>> m_onStop; ///< until the exchange sees to it
    QTimer m_deadline; ///< the same
    QByteArray m_key; ///< in the cache; empty: neither looked up nor kept
    std::optional<KeptAnswer> m_kept; ///< too old to serve unasked
    QByteArray m_taken; ///< what a sink took, where it is recorded
};

} // namespace astra::net
