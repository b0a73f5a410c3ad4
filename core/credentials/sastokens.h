// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/secret.h"
#include "core/credentials/servicekind.h"
#include "core/net/httpclient.h"

#include <QDateTime>

#include <functional>
#include <map>
#include <mutex>

namespace astra::credentials {

/// Signatures of one service: one token for each account and container, fetched once however many ask for it, kept
/// until five minutes before its end (half its life where that is short). Thread-safe.
class SasTokens
{
public:
    using Clock = std::function<QDateTime()>;
    /// @param method of type Sas, of this kind
    SasTokens(const ServiceKind &kind, const SignInMethod &method, net::HttpClient &client, Clock clock);

    /// @param refused the token in use was refused: fetch another, once in a while
    /// @return the query to append; empty for an address that belongs to no container
    [[nodiscard]] Future<Secret> token(const QUrl &url, bool refused);

private:
    struct Entry {
        std::mutex mutex;
        Secret token;
        QDateTime renewAt;
        QDateTime refusedAt; ///< when a refusal last made us fetch another
        Shared<Secret> flight;
    };
    [[nodiscard]] QUrl tokenAddress(const QUrl &url) const;
    [[nodiscard]] Future<Secret> fetch(const QUrl &address, const std::shared_ptr<Entry> &entry) const;

    const QString m_title;
    const QString m_token; ///< address of the token service
    net::HttpClient &m_client;
    Clock m_clock;
    std::mutex m_mutex;
    std::map<QString, std::shared_ptr<Entry>> m_entries;
};

} // namespace astra::credentials
