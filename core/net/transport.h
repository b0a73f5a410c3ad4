// SPDX-License-Identifier: Apache-2.0
#pragma once

// What all exchanges share on the net thread: the network manager, each host's turn, the counters, and what lies in
// files (recordings, kept answers) with the one thread that reads and writes them.

#include "core/net/httpclient.h"
#include "core/net/patience.h"

#include <QElapsedTimer>
#include <QHash>
#include <QNetworkAccessManager>
#include <QPointer>
#include <QSslConfiguration>
#include <QThreadPool>
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

class AnswerCache;
class Proxies;
class Recorder;
class Replayer;

class Transport : public QObject
{
    Q_OBJECT

public:
    Transport(ClientConfig config, std::shared_ptr<SharedState> state);
    ~Transport() override; ///< deletes every exchange: their futures settle with Cancelled

    [[nodiscard]] const ClientConfig &config() const { return m_config; }
    [[nodiscard]] SharedState &state() const { return *m_state; }
    [[nodiscard]] std::shared_ptr<Authorizer> authorizer() const;
    [[nodiscard]] QNetworkAccessManager &network() { return *m_network; }
    [[nodiscard]] const Proxies &proxies() const { return *m_proxies; }
    /// Reads whom to trust. Called on the net thread, before anything is sent and whenever it may have changed: what
    /// is sent from then on shares no connection with what was sent before, which goes on as it is.
    void readTrust();
    /// Trust and the like, for requests that are encrypted.
    [[nodiscard]] const std::optional<QSslConfiguration> &encryption() const { return m_encryption; }

    void setHostLimit(const QString &host, int parallel, double perSecond);
    /// One who waits for its turn at a host.
    struct Turn {
        QObject *caller = nullptr; ///< deleted while it waits, it loses its place
        std::function<void()> go; ///< it is its turn; to be given back with `leave`
        /// The host makes it wait; again where its turn moves away. Spent: until then the host takes nothing at all.
        std::function<void(std::chrono::milliseconds wait, bool spent)> hold;
    };
    void enter(const QString &host, Turn turn);
    void leave(const QString &host);
    /// Takes back what `enter` was given and has not come to its turn.
    void withdraw(const QString &host, const QObject *caller);
    /// The host asked for a pause: no turns before it is over.
    void pause(const QString &host, std::chrono::milliseconds time);
    /// What an answer, whose turn is not given back yet, told of the requests that are left.
    void ration(const QString &host, const RateBudget &budget);

    /// One thread, for files: what runs there runs in order, and to its end before the client is gone. The three below
    /// are used there only.
    [[nodiscard]] QThreadPool &disk() { return m_disk; }
    [[nodiscard]] Recorder *recorder() const { return m_recorder.get(); } ///< null: nothing is recorded
    [[nodiscard]] Replayer *replayer() const { return m_replayer.get(); } ///< not null: nothing else answers
    [[nodiscard]] AnswerCache *answers() const { return m_answers.get(); }

private:
    struct Waiting {
        QPointer<QObject> caller;
        Turn turn;
        qint64 held = 0; ///< the start it was told of
    };
    struct Host {
        int parallel = 1;
        qint64 interval = 0; ///< ms between the starts of two requests
        int running = 0;
        qint64 next = 0; ///< earliest start by our own manners, by m_clock
        qint64 paused = 0; ///< earliest start after a pause it asked for
        Ration ration;
        std::deque<Waiting> waiting;
        QTimer *timer = nullptr; ///< runs while the first one waits for a time
    };
    Host &host(const QString &name);
    void pump(const QString &name);
    void startTimer(const QString &name, qint64 wait);
    /// Tells those who wait when their turn is, as far as the host is the reason.
    void tell(Host &entry, qint64 start, bool spent, bool everyone);

    ClientConfig m_config;
    std::shared_ptr<SharedState> m_state;
    QNetworkAccessManager *m_network = nullptr; ///< our child, as are those before it
    std::unique_ptr<Proxies> m_proxies; ///< each manager has a copy
    std::optional<QSslConfiguration> m_encryption; ///< nothing: Qt's own
    QElapsedTimer m_clock;
    QHash<QString, Host> m_hosts;
    bool m_ending = false;
    std::unique_ptr<Recorder> m_recorder;
    std::unique_ptr<Replayer> m_replayer;
    std::unique_ptr<AnswerCache> m_answers;
    QThreadPool m_disk; ///< the last: its destructor waits for what uses the ones above
};

} // namespace astra::net
