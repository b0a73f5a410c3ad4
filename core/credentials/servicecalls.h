// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a service's definition says about usage and keys, turned into requests, and answers into values.

#include "core/credentials/serviceanswer.h"
#include "core/credentials/servicecall.h"

namespace astra::credentials {

/// Calls one account's service. `values` of a call are the account's own ("org") and the call's ("id", "label").
class ServiceCalls
{
public:
    using Values = ServiceCall::Values;
    /// @param connection whose credentials the requests carry
    ServiceCalls(std::shared_ptr<net::HttpClient> client, ServiceKind kind, QString connection, Values account);

    struct Answer {
        Json json; ///< null where it answered nothing
        data::Allowance allowance; ///< as its headers tell
    };
    /// A refused answer is the error, in the service's words. Nothing of these exchanges is ever recorded.
    /// @param headers further ones: of a token that is no account of its own yet
    [[nodiscard]] Future<Answer> ask(const ServiceCall &call, const Values &values, StopToken stop = {},
                                     const QList<net::Header> &headers = {}) const;
    /// The same, for what stands in the body alone.
    [[nodiscard]] Future<Json> send(const ServiceCall &call, const Values &values, StopToken stop = {},
                                    const QList<net::Header> &headers = {}) const;

    [[nodiscard]] Future<data::Usage> usage(StopToken stop = {}) const;
    [[nodiscard]] Future<std::vector<data::ServiceKey>> keys(StopToken stop = {}) const;
    [[nodiscard]] Future<data::Usage> keyUsage(const QString &key, StopToken stop = {}) const;
    [[nodiscard]] Future<data::NewKey> createKey(const data::KeyWish &wish, StopToken stop = {}) const;
    [[nodiscard]] Future<data::NewKey> rollKey(const QString &key, StopToken stop = {}) const;
    [[nodiscard]] Future<void> revokeKey(const QString &key, StopToken stop = {}) const;
    [[nodiscard]] Future<std::vector<data::ProviderKey>> providerKeys(StopToken stop = {}) const;
    [[nodiscard]] Future<void> addProviderKey(const QString &provider, const Secret &key, StopToken stop = {}) const;
    [[nodiscard]] Future<void> removeProviderKey(const QString &provider, StopToken stop = {}) const;

private:
    std::shared_ptr<net::HttpClient> m_client;
    ServiceKind m_kind;
    QString m_connection;
    Values m_account;
};

} // namespace astra::credentials
