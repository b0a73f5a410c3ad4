// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/backends/backend.h"
#include "core/credentials/connections.h"
#include "core/engine/engine.h"
#include "core/imagery/clearsky.h"
#include "core/jobs/jobqueue.h"
#include "core/net/httpclient.h"
#include "core/providers/providerregistry.h"

#include <QMap>

#include <functional>
#include <map>
#include <mutex>
#include <optional>

namespace astra::engine {

/// What the engine owns, in the order in which it goes: jobs and back-ends let go of their work first, the pools are
/// drained while the network still answers, the network last.
class Engine::Private
{
public:
    /// What an engine begins with.
    struct Definitions {
        providers::ProviderRegistry registry;
        credentials::ServiceKinds services;
    };
    /// @param accountsChanged called in any thread
    Private(EngineConfig config, std::function<void()> accountsChanged);
    ~Private();

    void use(Definitions definitions);
    /// New definitions; keys and jobs under way stay as they are.
    void redefine(providers::ProviderRegistry definitions);
    /// The world's over HTTP, else those on disk; makes the folder for results.
    [[nodiscard]] Future<Definitions> readDefinitions();
    [[nodiscard]] Future<providers::ProviderRegistry> fetchWorld();
    [[nodiscard]] data::ProviderInfo infoOf(const providers::Definition &definition) const;
    /// Made once: what a catalogue has learned of its service (its capabilities) lasts until the definitions change.
    [[nodiscard]] std::shared_ptr<providers::Provider> provider(const providers::Definition &definition);
    /// What answers at an address: a STAC API ("stac"), or a document that links to others ("static").
    [[nodiscard]] Future<QString> protocolAt(const QUrl &url);
    /// Absent where `source` does not begin with a provider's id.
    [[nodiscard]] std::optional<Future<providers::Item>> itemOf(const QString &source, const StopToken &stop);
    [[nodiscard]] Error unknownSource(const QString &source) const;
    /// Lays an entry over the one with its id in configDir/providers.json, written whole or not at all.
    [[nodiscard]] Future<providers::ProviderRegistry> keepDefinition(const Json &entry);
    [[nodiscard]] QString resultsDir() const;
    [[nodiscard]] QString authoritiesDir() const;
    [[nodiscard]] backends::Backend *backend(const QString &id) const;
    [[nodiscard]] QString obstacleOf(const QString &backendId) const;
    /// Whose key is missing to read the pixels of any copy that is read without being chosen, as a sentence; empty:
    /// none.
    [[nodiscard]] QString pixelObstacle(const data::Acquisition &acquisition) const;

    // Jobs (enginejobs.cpp)
    /// Opened when it is first asked for.
    [[nodiscard]] Future<std::shared_ptr<jobs::JobStore>> jobStore();
    [[nodiscard]] Future<data::JobResult> runJob(const data::JobRequest &request, const Progress &progress,
                                                 const std::function<void(QString)> &activity);
    /// The part of it that begins once its files were looked at.
    void runChecked(const data::JobRequest &job, backends::Backend &with, const Progress &progress,
                    const std::function<void(QString)> &activity,
                    const std::shared_ptr<Settler<data::JobResult>> &settler);
    /// Keeps how fast a job was where all of it was done now.
    [[nodiscard]] Future<void> measure(const data::JobRequest &job, backends::Backend &with,
                                       const data::JobResult &done, double seconds, const StopToken &stop);
    /// All files that a job writes, for the store.
    [[nodiscard]] static QStringList filesBy(const data::JobRequest &request);
    /// Scenes of a world that was started anew lie at other addresses: found again by their names.
    [[nodiscard]] Future<data::JobRequest> inThisWorld(data::JobRequest request, std::size_t from = 0);

    const EngineConfig config;
    const std::function<void()> accountsChanged;
    std::shared_ptr<net::HttpClient> http;
    /// The files of authorities as they were last shown. Shared with the pool's threads.
    struct Trusted {
        std::mutex mutex;
        std::optional<std::vector<data::Authority>> seen;
    };
    const std::shared_ptr<Trusted> trusted = std::make_shared<Trusted>();
    std::mutex keeping; ///< one change of providers.json at a time
    /// Goes after the pools: a job is nobody's only once its work has let go of its files.
    std::optional<Future<std::shared_ptr<jobs::JobStore>>> jobsFile;
    Pools pools;
    providers::ProviderRegistry registry;
    QStringList warnings; ///< ours, beside the registry's
    QStringList beingAdded; ///< ids that are taken before the registry has them
    QMap<QString, bool> enabledHere; ///< in a world: for this run only
    std::shared_ptr<credentials::Connections> connections; ///< once definitions are in use
    std::vector<std::unique_ptr<backends::Backend>> backends; ///< "local" first
    imagery::ClearSkies clearSky;
    jobs::JobQueue queue;

private:
    std::map<QString, std::shared_ptr<providers::Provider>> m_catalogues; ///< by id
    void makeConnections(credentials::ServiceKinds services);
    void makeBackends();
};

/// That a key is missing says more than how its host puts it. @param why the sentence; empty: none is
template<typename T> [[nodiscard]] Result<T> plainly(Result<T> result, const QString &why)
{
    if (!result && result.error().code == ErrorCode::Unauthorized && !why.isEmpty())
        return fail(ErrorCode::Unauthorized, why, result.error().origin);
    return result;
}

/// A word that may stand in "provider:id": lower case letters, digits and hyphens.
[[nodiscard]] QString providerIdFrom(const QString &title);

} // namespace astra::engine
