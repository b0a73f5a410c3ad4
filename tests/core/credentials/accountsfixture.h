// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts at services on this computer.

#include "core/credentials/connections.h"
#include "tests/support/scriptedserver.h"

namespace astra::test {

/// Accounts at these services, whose secrets are in memory only.
struct Accounts {
    std::shared_ptr<net::HttpClient> client = net::HttpClient::create();
    std::shared_ptr<credentials::Connections> connections;

    /// @param file accounts.json; empty: none is written
    /// @param environment whether keys that were given to the program are used
    explicit Accounts(std::vector<credentials::ServiceKind> kinds, const QString &file = {}, bool environment = false)
        : connections(credentials::Connections::create(
            std::move(kinds),
            std::make_unique<credentials::CredentialStore>(credentials::CredentialStore::Kind::MemoryOnly), client,
            {file, {}, {}, environment}))
    {
        client->setAuthorizer(connections);
    }
    /// @param fields by name
    [[nodiscard]] Result<data::Account> signIn(const QString &service, const QString &way,
                                               const QMap<QString, Secret> &fields = {}) const
    {
        data::SignInRequest request;
        request.service = service;
        request.way = way;
        request.fields = fields;
        return waitFor(connections->signIn(request));
    }
    [[nodiscard]] data::Account account(const QString &id) const
    {
        for (auto &one : connections->accounts()) {
            if (one.id == id)
                return one;
        }
        return {};
    }
};

} // namespace astra::test
