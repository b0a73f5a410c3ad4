// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signing in where a token is handed out: OpenID Connect (device code, browser with PKCE, client credentials), openEO's
// basic login, a service's own login request. Tokens are renewed early, and once when refused.

#include "core/credentials/servicekind.h"
#include "core/net/httpclient.h"

#include <functional>
#include <memory>
#include <mutex>

namespace astra::credentials {

struct Tokens {
    Secret access;
    QDateTime expires; ///< UTC, of the access token by the service's own clock; invalid: not told
    Secret refresh; ///< empty: none
    QString prefix; ///< openEO: "oidc/CDSE/", "basic//"; else empty
    QString who; ///< e-mail, user name or organisation, where told
    QMap<QString, QString> values; ///< what later calls need ("org")
};

/// When a JSON Web Token ends, and whose it is; its signature is its service's business. Invalid where it is none.
[[nodiscard]] QDateTime jwtExpiry(const Secret &token);

/// Signs in and renews, by the method of a kind. Thread of the caller; no state between calls.
class TokenClient
{
public:
    using Clock = std::function<QDateTime()>;
    using Prompt = std::function<void(const data::SignInPrompt &)>;

    TokenClient(std::shared_ptr<net::HttpClient> client, ServiceKind kind, SignInMethod method, Clock clock = {});

    /// @param prompt called when there is something to do in the browser (in any thread)
    [[nodiscard]] Future<Tokens> signIn(const QMap<QString, Secret> &fields, const Prompt &prompt,
                                        StopToken stop = {}) const;
    /// With the refresh token, else (client credentials, basic) with what was entered. Unauthorized: sign in again.
    [[nodiscard]] Future<Tokens> renew(const Tokens &old, const QMap<QString, Secret> &fields,
                                       StopToken stop = {}) const;
    /// Tells the service; what it answers does not matter.
    [[nodiscard]] Future<void> signOut(const Tokens &tokens) const;

private:
    class Private;
    std::shared_ptr<Private> d;
};

/// The access token of one account: renewed before its end and once when refused, one renewal at a time however many
/// ask. Thread-safe.
class TokenSession : public std::enable_shared_from_this<TokenSession>
{
public:
    using Renewed = std::function<void(const Tokens &)>; ///< a new refresh token is to be kept (in any thread)
    TokenSession(TokenClient client, Tokens tokens, QMap<QString, Secret> fields, Renewed renewed,
                 TokenClient::Clock clock = {});
    [[nodiscard]] Future<Secret> access(bool refused); ///< with its prefix
    [[nodiscard]] QDateTime expires() const;
    [[nodiscard]] bool ended() const; ///< the service refuses to renew: sign in again

private:
    TokenClient m_client;
    const QMap<QString, Secret> m_fields;
    const Renewed m_renewed;
    const TokenClient::Clock m_clock;
    mutable std::mutex m_mutex;
    Tokens m_tokens;
    bool m_ended = false;
    Shared<Secret> m_flight;
};

} // namespace astra::credentials
