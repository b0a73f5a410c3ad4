// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/backends/backend.h"
#include "core/base/bytesource.h"
#include "core/base/pools.h"
#include "core/processing/executor.h"

#include <map>

namespace astra::backends {

/// This computer: the processing executor over a scene's own files, wherever they lie.
class LocalBackend final : public Backend
{
public:
    /// @param pools outlives this and every job @param sources null: files on this computer only
    /// @param memory RunOptions::memory of each job @param titles of providers by id, for what a job says it does
    LocalBackend(Pools &pools, std::shared_ptr<ByteSourceFactory> sources, QString software,
                 qint64 memory = processing::RunOptions().memory, std::map<QString, QString> titles = {});

    [[nodiscard]] QString id() const override;
    [[nodiscard]] QString title() const override;
    [[nodiscard]] Result<void> check(const data::JobRequest &request) const override;
    [[nodiscard]] Future<void> checkFiles(const data::JobRequest &request) const override;
    [[nodiscard]] Future<data::Estimate> estimate(const data::JobRequest &request, StopToken stop) override;
    [[nodiscard]] Future<data::JobResult> submit(const data::JobRequest &request, Progress progress,
                                                 Activity activity) override;

private:
    Pools &m_pools;
    const std::shared_ptr<ByteSourceFactory> m_sources;
    const QString m_software; ///< "Astra 0.1.0"
    const qint64 m_memory; ///< bytes
    const std::map<QString, QString> m_titles;
};

} // namespace astra::backends
