// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/net/httpclient.h"

#include <QDateTime>

#include <functional>
#include <list>
#include <map>
#include <mutex>

namespace astra::credentials {

/// Addresses that a service signs one by one, all of a scene with one question, for an hour or so. Kept in memory only;
/// signed again before their end, and once when refused, however many of them are read. Thread-safe.
class SignedLinks
{
public:
    using Clock = std::function<QDateTime()>;
    explicit SignedLinks(Clock clock);

    /// @param again has all of them signed again
    void keep(const QString &connection, const std::vector<net::SignedLink> &links, net::SignAgain again);
    /// What to append; absent where the address is none of those kept.
    [[nodiscard]] std::optional<Future<net::Authorization>> query(const QString &connection, const QUrl &url,
                                                                  bool refused);

private:
    struct Batch;
    [[nodiscard]] static QString keyOf(const QString &connection, const QUrl &url);

    Clock m_clock;
    std::mutex m_mutex;
    std::map<QString, std::shared_ptr<Batch>> m_byUrl;
    std::list<std::weak_ptr<Batch>> m_order; ///< oldest first
};

} // namespace astra::credentials
