// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/bytesource.h"
#include "core/data/job.h"

#include <functional>
#include <mutex>

namespace astra::net {

/// What came of remote files, and what had to be asked for again. Thread-safe.
class ReadCounter
{
public:
    void received(qint64 bytes);
    /// @param tries that came to nothing so far
    void again(const QUrl &href, ByteRange range, const Error &why, int tries);
    /// Its windows are not counted here. Of very many retries the first ten thousand.
    [[nodiscard]] data::ReadReport report() const;

private:
    mutable std::mutex m_mutex;
    data::ReadReport m_report;
};

/// The same sources, all that comes of them counted, and `invented` called as by watched(). Sources that are no
/// HttpClient's come back as they are.
[[nodiscard]] std::shared_ptr<ByteSourceFactory> counted(const std::shared_ptr<ByteSourceFactory> &sources,
                                                         std::shared_ptr<ReadCounter> counter,
                                                         std::function<void()> invented);

} // namespace astra::net
