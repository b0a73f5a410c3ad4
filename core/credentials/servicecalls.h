// SPDX-License-Identifier: Apache-2.0
#pragma once

// What a service's definition says about usage and keys, turned into requests, and answers into values.

#include "core/credentials/servicekind.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

/// A request as a definition writes it: {"method": "POST", "path": "/orgs/{org}/keys", "query": {…}, "body": {…},
/// "answer": {member: pointer or [pointers]}, "items": pointers}. Values in braces are put in from `values`.
struct ServiceCall {
    QByteArray method = "GET";
    QString path;
    QMap<QString, QString> query;
    Json body; ///< null: none; strings hold placeholders. A member whose placeholder has no value is left out
    Json answer; ///< where the members of the answer are: JSON pointers, the first that is there counts
    QStringList items; ///< pointers to the list, "" for the answer itself
    QStringList absent; ///< codes or statuses that mean "this service does not offer it"
    QString missing; ///< what to say then; empty: just that

    [[nodiscard]] static Result<ServiceCall> fromJson(const Json &json);
};

/// Calls one account's service. `values` of a call are the account's own ("org") and the call's ("id", "label").
class ServiceCalls
{
public:
    using Values = QMap<QString, QString>;
    /// @param connection whose credentials the requests carry
    ServiceCalls(std::shared_ptr<net::HttpClient> client, ServiceKind kind, QString connection, Values account);

    /// A refused answer is the error, in the service's words. Nothing of these exchanges is ever recorded.
    /// @param headers further ones: of a token that is no account of its own yet
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

/// The member that `answer` points to in `json`: the first of its pointers that is there; null where none is.
[[nodiscard]] const Json &pointed(const Json &json, const Json &pointers);

/// What the headers of an answer tell of rate and credits, by the names of the kind (and the usual ones).
[[nodiscard]] data::Allowance allowanceOf(const net::HttpResponse &response, const Json &names);

} // namespace astra::credentials
