// SPDX-License-Identifier: Apache-2.0
#include "core/backends/astra/astrabackend.h"

#include "core/backends/astra/astrajob.h"
#include "core/backends/astra/astrarun.h"
#include "core/backends/outputs.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AstraBackend)
};

struct Prepared {
    data::JobRequest request; ///< the service's own copy first: it is the one that gets used
    Json body;
};

Result<Prepared> prepare(const data::JobRequest &request, const AstraService &service)
{
    if (request.inputs.size() != 1)
        return fail(ErrorCode::InvalidInput, Text::tr("%1 takes one scene at a time.").arg(service.title),
                    service.title);
    if (request.output.isEmpty())
        return fail(ErrorCode::InvalidInput, Text::tr("There is no name for the result's file."), service.title);
    Prepared prepared {request, {}};
    auto &copies = prepared.request.inputs.front().copies;
    const auto own = std::ranges::find(copies, service.id, &data::Scene::provider);
    if (own == copies.end())
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 does not know this scene: no copy of it was found there. Compute it here instead.")
                        .arg(service.title),
                    service.title);
    if (own->offsetOverride != data::OffsetOverride::None) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 reads the pixels by its own rule: your override of the offset counts only on this "
                             "computer. Compute it here instead.")
                        .arg(service.title),
                    service.title);
    }
    std::rotate(copies.begin(), own, own + 1);
    auto body = astraRequest(request.recipe, copies.front().id, service.title);
    if (!body)
        return fail(body.error());
    prepared.body = *std::move(body);
    return prepared;
}

} // namespace

AstraBackend::AstraBackend(AstraService service, std::shared_ptr<net::HttpClient> client, Pools &pools)
    : m_service(std::move(service))
    , m_client(std::move(client))
    , m_pools(pools)
    , m_runs(std::make_unique<QObject>())
{
}

AstraBackend::~AstraBackend() = default;

QString AstraBackend::id() const { return m_service.id; }

QString AstraBackend::title() const { return m_service.title; }

Result<void> AstraBackend::check(const data::JobRequest &request) const
{
    if (const auto prepared = prepare(request, m_service); !prepared)
        return fail(prepared.error());
    return {};
}

Future<void> AstraBackend::checkFiles(const data::JobRequest &request) const
{
    if (auto possible = check(request); !possible)
        return ready<void>(std::move(possible));
    return runOn(m_pools.io, [request] { return checkReplaced(request); });
}

Future<data::JobResult> AstraBackend::submit(const data::JobRequest &request, Progress progress, Activity activity)
{
    auto prepared = prepare(request, m_service);
    if (!prepared)
        return ready<data::JobResult>(fail(prepared.error()));
    auto *run = new AstraRun(m_service, m_client, m_pools, std::move(prepared->request), std::move(progress),
                             std::move(activity), m_runs.get());
    return run->start(prepared->body);
}

} // namespace astra::backends
