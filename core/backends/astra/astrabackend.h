// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/backends/backend.h"
#include "core/base/pools.h"
#include "core/net/httpclient.h"

#include <chrono>
#include <memory>

namespace astra::backends {

/// A service that speaks ASTRA's process API, as its provider definition describes it.
struct AstraService {
    QString id; ///< the provider's; inputs need a copy from it
    QString title;
    QUrl url; ///< the root of its API, as "https://astraos.cloud/api/v1"
    QString connection; ///< id of the connection with its key
    std::chrono::milliseconds deadline {std::chrono::minutes(30)}; ///< from submit until the result is ready
    std::chrono::milliseconds firstPoll {250}; ///< then slower, by half each time …
    std::chrono::milliseconds slowestPoll {3000}; ///< … up to this
};

/// Submits, polls, downloads, checks. Accepts every spelling that the service's documentation and code know.
class AstraBackend : public Backend
{
public:
    /// @param pools outlives this
    AstraBackend(AstraService service, std::shared_ptr<net::HttpClient> client, Pools &pools);
    ~AstraBackend() override; ///< runs under way settle with Cancelled

    [[nodiscard]] QString id() const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] Result<void> check(const data::JobRequest &request) const override;
    [[nodiscard]] Future<void> checkFiles(const data::JobRequest &request) const override;
    [[nodiscard]] Future<data::JobResult> submit(const data::JobRequest &request, Progress progress,
                                                 Activity activity) override;

private:
    AstraService m_service;
    std::shared_ptr<net::HttpClient> m_client;
    Pools &m_pools;
    std::unique_ptr<QObject> m_runs; ///< parent of every run under way
};

} // namespace astra::backends
