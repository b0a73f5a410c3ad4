// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who gets which credentials. Keys belong to a scheme, host and port and go nowhere else; signatures are fetched as
// they are needed and kept as long as they last. No secret leaves this room except as a net::Authorization.

#include "core/credentials/connection.h"
#include "core/credentials/credentialstore.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

/// A key as it may be shown: "astra_sk_live_…r678"; short or unknown forms show nothing of themselves.
[[nodiscard]] QString masked(const Secret &key);

/// `authorize` may be called from any thread; everything else from the thread of the store.
class Connections : public net::Authorizer
{
public:
    using Clock = std::function<QDateTime()>;

    /// Give the result to the client with setAuthorizer.
    /// @param client used within the calls below, so alive whenever one is made
    /// @param clock for tests
    [[nodiscard]] static std::shared_ptr<Connections> create(std::vector<Connection> connections,
                                                             std::unique_ptr<CredentialStore> store,
                                                             net::HttpClient &client, Clock clock = {});
    ~Connections() override;

    /// Settles once the keys kept before have been read, which starts by itself; requests that need one wait for it.
    [[nodiscard]] Future<void> loaded();

    /// Every connection that takes a key, in the order given.
    [[nodiscard]] std::vector<data::Account> accounts() const;
    /// As it is now. Where it has been unlocked meanwhile, its keys are read first.
    [[nodiscard]] Future<CredentialStore::State> keychain();
    /// Tests the key at its service and, when it is accepted, keeps it. The error is the sentence to show.
    [[nodiscard]] Future<data::Account> connectKey(const QString &connection, const Secret &key,
                                                   const StopToken &stop = {});
    /// Tests the key that is kept.
    [[nodiscard]] Future<data::Account> test(const QString &connection, const StopToken &stop = {});
    [[nodiscard]] Future<data::Account> disconnect(const QString &connection);

    /// A connection without a key, an unknown one and a foreign host get an empty Authorization.
    [[nodiscard]] Future<net::Authorization> authorize(const QString &connection, const QUrl &url,
                                                       bool refused) override;
    /// Signed addresses are opened wherever they lie: each takes its own signature and nothing else.
    void keep(const QString &connection, const std::vector<net::SignedLink> &links,
              const net::SignAgain &again) override;

private:
    Connections();
    class Private;
    std::shared_ptr<Private> d;
};

} // namespace astra::credentials
