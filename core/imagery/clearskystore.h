// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/clearsky.h"

#include <QByteArray>
#include <QHash>
#include <QString>

#include <mutex>
#include <optional>
#include <vector>

namespace astra::imagery {

/// Clear skies told before, in memory and in one small file; the oldest go first. Thread-safe.
class ClearSkyStore
{
public:
    /// @param file read when first needed; empty: memory only
    explicit ClearSkyStore(QString file)
        : m_file(std::move(file))
    {
    }

    /// Of this run alone: never touches the disk.
    [[nodiscard]] std::optional<data::ClearSky> inMemory(const QByteArray &key);
    /// I/O pool.
    [[nodiscard]] std::optional<data::ClearSky> find(const QByteArray &key);
    void insert(const QByteArray &key, const data::ClearSky &sky);
    /// I/O pool. Written whole or not at all; what cannot be written is only not kept.
    void save();

private:
    void load(); ///< once, the mutex held

    const QString m_file;
    std::mutex m_mutex;
    std::mutex m_writing; ///< one save at a time, in order
    bool m_isLoaded = false;
    bool m_isChanged = false;
    std::vector<QByteArray> m_order; ///< oldest first
    QHash<QByteArray, data::ClearSky> m_kept;
};

} // namespace astra::imagery
