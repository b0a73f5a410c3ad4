// SPDX-License-Identifier: Apache-2.0
#pragma once

// The ASTRA REST API over the invented world: search, scenes, assets and process, behind a key on every endpoint.
// Speaks the documented forms, with every field that the service's clients look for.

#include "core/sandbox/items.h"
#include "core/sandbox/processjobs.h"
#include "core/sandbox/tokens.h"
#include "core/server/server.h"

namespace astra::sandbox {

class AstraApi
{
public:
    /// @param world, tokens outlive it @param base the sandbox's URL without a slash at the end
    AstraApi(const World &world, const Tokens &tokens, QString base);
    /// @param path what follows "/api/v1"
    [[nodiscard]] server::Response answer(const server::Request &request, const QString &path);
    /// A job's result, to whoever has its signed address. @param id of the job
    [[nodiscard]] server::Response result(const server::Request &request, const QString &id) const;

    [[nodiscard]] const Secret &key() const { return m_key; }
    [[nodiscard]] const Secret &planKey() const { return m_planKey; }

private:
    [[nodiscard]] server::Response search(const server::Request &request) const;
    [[nodiscard]] server::Response scene(const QString &id) const;
    [[nodiscard]] server::Response assets(const server::Request &request) const;
    [[nodiscard]] server::Response submit(const server::Request &request);
    [[nodiscard]] server::Response job(const QString &id) const;
    [[nodiscard]] Json toJson(const ProcessJob &job) const;
    [[nodiscard]] const WorldScene *find(const QString &id) const;

    const World &m_world;
    const Tokens &m_tokens;
    QString m_base;
    Secret m_key;
    Secret m_planKey;
    ProcessJobs m_jobs;
};

} // namespace astra::sandbox
