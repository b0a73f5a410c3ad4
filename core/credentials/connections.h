// SPDX-License-Identifier: Apache-2.0
#pragma once

// Who gets which credentials. They belong to a scheme, host and port and go nowhere else; signatures and tokens are
// fetched as they are needed and kept as long as they last. No secret leaves this room except as a net::Authorization
// and for an explicit copy.

#include "core/credentials/accountlife.h"
#include "core/credentials/credentialstore.h"
#include "core/credentials/servicekind.h"
#include "core/credentials/tokens.h"
#include "core/net/httpclient.h"

namespace astra::credentials {

struct ConnectionSettings {
    QString file; ///< accounts.json; empty: nothing is remembered but secrets
    std::function<QDateTime()> clock; ///< for tests
    /// Called (any thread) when accounts() has changed other than by a call from here, in something that people act
    /// on: a refusal, a notice. Numbers alone are told at most every half a minute, and only after an accepted request.
    std::function<void()> changed;
    bool environment = true; ///< whether keys that the program was given are used (environmentkeys.h)
};

/// The accounts of one program. `authorize`, `keep` and `answered` may be called from any thread; everything else from
/// the thread of the store. Accounts are named by their id, or by their service: then the one in use is meant.
class Connections : public net::Authorizer
{
public:
    using Clock = std::function<QDateTime()>;
    using Settings = ConnectionSettings;

    /// Give the result to the client with setAuthorizer.
    [[nodiscard]] static std::shared_ptr<Connections> create(std::vector<ServiceKind> kinds,
                                                             std::unique_ptr<CredentialStore> store,
                                                             const std::shared_ptr<net::HttpClient> &client,
                                                             Settings settings);
    [[nodiscard]] static std::shared_ptr<Connections> create(std::vector<ServiceKind> kinds,
                                                             std::unique_ptr<CredentialStore> store,
                                                             const std::shared_ptr<net::HttpClient> &client)
    {
        return create(std::move(kinds), std::move(store), client, Settings());
    }
    ~Connections() override;

    /// Settles once the accounts and secrets kept before have been read, which starts by itself; requests that need
    /// one wait for it.
    [[nodiscard]] Future<void> loaded();
    /// As it is now. Where it has been unlocked meanwhile, its secrets are read first.
    [[nodiscard]] Future<data::Keychain> keychain();

    /// What went wrong with the file, in words.
    [[nodiscard]] QStringList warnings() const;
    [[nodiscard]] std::vector<data::Service> services() const;
    /// Every account there is, and one without a secret for each service that has none and is not byChoice.
    [[nodiscard]] std::vector<data::Account> accounts() const;

    /// Tests what was entered at its service and, when it is accepted, keeps it. The error is the sentence to show.
    /// @param prompt called when there is something to do in a browser (in any thread)
    [[nodiscard]] Future<data::Account> signIn(const data::SignInRequest &request,
                                               const TokenClient::Prompt &prompt = {}, const StopToken &stop = {});
    /// signIn with the one field of the service's first way.
    [[nodiscard]] Future<data::Account> connectKey(const QString &service, const Secret &key,
                                                   const StopToken &stop = {});
    /// Tests the secret that is kept. Unsupported: nothing but its use shows whether it is accepted.
    [[nodiscard]] Future<data::Account> test(const QString &account, const StopToken &stop = {});
    /// Tries the secret that is kept in another way of the service ("bearer" instead of "bare"), and keeps to it where
    /// it is accepted.
    [[nodiscard]] Future<data::Account> tryWay(const QString &account, const QString &way, const StopToken &stop = {});
    /// Removes the secret, and tells the service where it can be told. The service's own card stays.
    [[nodiscard]] Future<data::Account> signOut(const QString &account);
    /// The same, and the account with its label and history.
    [[nodiscard]] Future<void> remove(const QString &account);
    [[nodiscard]] Future<void> rename(const QString &account, const QString &label);
    /// Of several at one service, the one that requests take from now on.
    [[nodiscard]] Future<void> use(const QString &account);
    /// A secret that is kept in memory only, moved into the keychain. Storage: that is not open.
    [[nodiscard]] Future<data::Account> keepInKeychain(const QString &account);
    /// How to ask its service from elsewhere (snippets.h); empty where no key is sent as it is.
    [[nodiscard]] std::vector<data::Snippet> snippets(const QString &account) const;
    /// For an explicit copy by the person. From the environment: an error.
    [[nodiscard]] Result<Secret> reveal(const QString &account) const;

    // At the service
    [[nodiscard]] Future<data::Usage> usage(const QString &account, const StopToken &stop = {});
    [[nodiscard]] Future<std::vector<data::ServiceKey>> keys(const QString &account, const StopToken &stop = {});
    [[nodiscard]] Future<data::Usage> keyUsage(const QString &account, const QString &key, const StopToken &stop = {});
    /// Makes a key and, where asked, puts it into the keychain as an account of its own. Its secret is in the answer,
    /// once.
    [[nodiscard]] Future<data::NewKey> createKey(const QString &account, const data::KeyWish &wish, bool keepHere,
                                                 const StopToken &stop = {});
    [[nodiscard]] Future<data::NewKey> rollKey(const QString &account, const QString &key, const StopToken &stop = {});
    [[nodiscard]] Future<void> revokeKey(const QString &account, const QString &key, const StopToken &stop = {});
    [[nodiscard]] Future<std::vector<data::ProviderKey>> providerKeys(const QString &account,
                                                                      const StopToken &stop = {});
    [[nodiscard]] Future<void> addProviderKey(const QString &account, const QString &provider, const Secret &key,
                                              const StopToken &stop = {});
    [[nodiscard]] Future<void> removeProviderKey(const QString &account, const QString &provider,
                                                 const StopToken &stop = {});

    // Rotation: make a new key (or take one that the person made), test it, switch to it; the old one stays valid, and
    // in the keychain, until `finishRotation` has verified the new one in use and revokes the old one. A failure at any
    // step leaves a working key in use.
    [[nodiscard]] Future<data::Account> beginRotation(const QString &account, const QString &label,
                                                      const Secret &newKey = {}, const StopToken &stop = {});
    [[nodiscard]] Future<data::Account> finishRotation(const QString &account, const StopToken &stop = {});
    /// Back to the old one; a new one that was made for this is revoked where that can be done.
    [[nodiscard]] Future<data::Account> undoRotation(const QString &account);

    [[nodiscard]] data::NoticeSettings noticeSettings() const;
    [[nodiscard]] Future<void> setNoticeSettings(const data::NoticeSettings &settings);

    /// An account without a secret, an unknown one and a foreign host get an empty Authorization.
    [[nodiscard]] Future<net::Authorization> authorize(const QString &connection, const QUrl &url,
                                                       bool refused) override;
    /// Signed addresses are opened wherever they lie: each takes its own signature and nothing else.
    void keep(const QString &connection, const std::vector<net::SignedLink> &links,
              const net::SignAgain &again) override;
    /// Reads rate, credits and refusals from every answer that credentials went to.
    void answered(const QString &connection, const QUrl &url, const net::HttpResponse &response) override;

private:
    Connections();
    class Private;
    std::shared_ptr<Private> d;
};

} // namespace astra::credentials
