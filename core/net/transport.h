// SPDX-License-Identifier: Apache-2.0
#pragma once

// What all exchanges share on the net thread: the network manager, each host's turn, the counters and the recorder.

#include "core/net/httpclient.h"

#include <QElapsedTimer>
#include <QHash>
#include <QNetworkAccessManager>
#include <QPointer>
#include <QTimer>

#include <atomic>
#include <deque>
#include <mutex>

namespace astra::net {

/// Touched from every thread.
struct SharedState {
    std::atomic<qint64> requests = 0;
    std::atomic<qint64> bytesReceived = 0;
    std::atomic<qint64> retries = 0;
    std::atomic<qint64> openTransfers = 0;
    std::mutex mutex;
    std::shared_ptr<Authorizer> authorizer; ///< guarded by mutex
};

class Transport : public QObject
{
    Q_OBJECT

public:
    Transport(ClientConfig config, std::shared_ptr<SharedState> state);
    ~Transport() override; ///< deletes every exchange: their futures settle with Cancelled

    [[nodiscard]] const ClientConfig &config() const { return m_config; }
    [[nodiscard]] SharedState &state() const { return *m_state; }
    [[nodiscard]] std::shared_ptr<Authorizer> authorizer() const;
    [[nodiscard]] QNetworkAccessManager &network() { return m_network; }

    void setHostLimit(const QString &host, int parallel, double perSecond);
    /// Calls `go` when it is the caller's turn at this host; every turn given must be given back with `leave`.
    /// A caller that is deleted while it waits loses its place.
    void enter(const QString &host, QObject *caller, std::function<void()> go);
    void leave(const QString &host);
    /// The host asked for a pause: no turns before it is over.
    void pause(const QString &host, std::chrono::milliseconds time);

    /// Writes one exchange to the folder of recordings, where one is configured.
    void record(const HttpRequest &request, const HttpResponse &response);

private:
    struct Waiting {
        QPointer<QObject> caller;
        std::function<void()> go;
    };
    struct Host {
        int parallel = 1;
        qint64 interval = 0; ///< ms between the starts of two requests
        int running = 0;
        qint64 next = 0; ///< earliest start of the next request, by m_clock
        std::deque<Waiting> waiting;
        bool timerSet = false;
    };
    Host &host(const QString &name);
    void pump(const QString &name);

    ClientConfig m_config;
    std::shared_ptr<SharedState> m_state;
    QNetworkAccessManager m_network;
    QElapsedTimer m_clock;
    QHash<QString, Host> m_hosts;
    int m_recorded = 0;
    bool m_ending = false;
};

} // namespace astra::net
