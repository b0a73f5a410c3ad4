// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/backends/astra/astrabackend.h"
#include "core/backends/astra/astrajob.h"

#include <QElapsedTimer>
#include <QObject>

#include <atomic>
#include <mutex>
#include <optional>

namespace astra::backends {

/// One job at a service, from submission to the file in its place. Lives in the thread that submits, deletes itself
/// when it is done; deleted before, it settles with Cancelled.
class AstraRun : public QObject
{
    Q_OBJECT
public:
    AstraRun(AstraService service, std::shared_ptr<net::HttpClient> client, Pools &pools, data::JobRequest request,
             Progress progress, Backend::Activity activity, QObject *parent);
    ~AstraRun() override;

    /// @param body as astraRequest made it
    [[nodiscard]] Future<data::JobResult> start(const Json &body);

private:
    void submitted(const Result<net::HttpResponse> &response);
    void polled(const Result<net::HttpResponse> &response);
    void follow(const AstraJob &job, const QUrl &answered);
    void pollLater();
    void poll();
    void download(const AstraJob &job);
    void check(const QString &part);
    void finish(Result<data::JobResult> result);
    void say(const QString &activity);
    [[nodiscard]] Result<AstraJob> decode(const net::HttpResponse &response) const;

    // Settled from the thread that asks for the stop, too.
    struct Outcome {
        std::mutex mutex;
        Settler<data::JobResult> settler;
        void settle(Result<data::JobResult> result);
    };

    AstraService m_service;
    std::shared_ptr<net::HttpClient> m_client;
    Pools &m_pools;
    data::JobRequest m_request;
    Progress m_progress;
    Backend::Activity m_activity;
    QString m_lastActivity;
    std::shared_ptr<Outcome> m_outcome;
    QElapsedTimer m_since;
    std::chrono::milliseconds m_pause;
    QUrl m_poll;
    const std::shared_ptr<std::atomic<bool>> m_invented = std::make_shared<std::atomic<bool>>(false); ///< by a test key
    int m_misses = 0; ///< polls in a row that did not get through
    std::optional<StopCallback<std::function<void()>>> m_onStop; ///< last: gone before anything that it uses
};

} // namespace astra::backends
