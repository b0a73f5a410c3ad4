// SPDX-License-Identifier: Apache-2.0
#pragma once

// One request as a definition writes it, and what it becomes with an account's values put in.

#include "core/credentials/servicekind.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

/// A request as a definition writes it: {"method": "POST", "path": "/orgs/{org}/keys", "query": {…}, "body": {…},
/// "answer": {member: pointer or [pointers]}, "items": pointers}. Values in braces are put in.
struct ServiceCall {
    using Values = QMap<QString, QString>;

    QByteArray method = "GET";
    QString path;
    QMap<QString, QString> query;
    Json body; ///< null: none; strings hold placeholders. A member whose placeholder has no value is left out
    Json answer; ///< where the members of the answer are: JSON pointers, the first that is there counts
    QStringList items; ///< pointers to the list, "" for the answer itself
    QStringList absent; ///< codes or statuses that mean "this service does not offer it"
    QString missing; ///< what to say then; empty: just that

    [[nodiscard]] static Result<ServiceCall> fromJson(const Json &json);
    /// Whether every placeholder of the path has a value, without which there is nothing to ask.
    [[nodiscard]] bool hasPath(const Values &values) const;
};

/// The request that a call becomes: method, address, body, Accept and Content-Type. The error says in a sentence what
/// is missing, or that the address is none of the kind's hosts.
/// @param account values that the kind's base may put in too ("address")
/// @param values the call's own
[[nodiscard]] Result<net::HttpRequest> requestOf(const ServiceCall &call, const ServiceKind &kind,
                                                 const ServiceCall::Values &account,
                                                 const ServiceCall::Values &values = {});

} // namespace astra::credentials
