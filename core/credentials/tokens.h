// SPDX-License-Identifier: Apache-2.0
#pragma once

// Signing in where a token is handed out: OpenID Connect (device code, browser with PKCE, client credentials), openEO's
// basic login, a service's own login request. Tokens are renewed early, and once when refused.

#include "core/credentials/jwt.h"
#include "core/credentials/servicekind.h"
#include "core/credentials/tokenanswer.h"
#include "core/credentials/tokenrequest.h"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace astra::credentials {

/// Signs in and renews, by the method of a kind. No state between calls. Where the HTTP client goes, whatever is under
/// way settles with Cancelled.
class TokenClient
{
public:
    using Clock = std::function<QDateTime()>;
    using Prompt = std::function<void(const data::SignInPrompt &)>;

    TokenClient(ClientRef client, ServiceKind kind, SignInMethod method, Clock clock = {});
    [[nodiscard]] const Clock &clock() const;

    /// Field "client" takes the place of the definition's client id; "secret" is its secret. From a thread with an
    /// event loop.
    /// @param prompt called when there is something to do in the browser (in any thread)
    [[nodiscard]] Future<Tokens> signIn(const QMap<QString, Secret> &fields, const Prompt &prompt,
                                        StopToken stop = {}) const;
    /// With the refresh token, else (client credentials, basic) with what was entered. From any thread. Unauthorized:
    /// refused for good by the one who handed out `old`, sign in again. Any other error may pass.
    [[nodiscard]] Future<Tokens> renew(const Tokens &old, const QMap<QString, Secret> &fields,
                                       StopToken stop = {}) const;
    /// Tells the service; what it answers does not matter.
    /// @param fields as they were entered, where a client id of one's own is among them
    [[nodiscard]] Future<void> signOut(const Tokens &tokens, const QMap<QString, Secret> &fields = {},
                                       StopToken stop = {}) const;

private:
    class Private;
    std::shared_ptr<const Private> d;
};

/// The access token of one account: renewed before its end and once when refused, one renewal at a time however many
/// ask. Thread-safe.
class TokenSession : public std::enable_shared_from_this<TokenSession>
{
public:
    /// The refresh token of `fresh` is to be kept in the place of that of `old`, for which it was handed out (called in
    /// any thread). Nothing is served before that is through. Unauthorized: somebody signed out meanwhile, and the
    /// session ends; any other error costs nothing while the program runs.
    using Renewed = std::function<Future<void>(const Tokens &old, const Tokens &fresh)>;
    /// What is kept once `wait` has passed, for another process may have renewed it: its refresh token is good where
    /// ours was used up. Called in any thread. Without a refresh token: nothing, or not ours to use.
    using Kept = std::function<Future<Tokens>(std::chrono::milliseconds wait)>;
    /// @param tokens the access token may be empty: then the first one is fetched when it is needed
    TokenSession(TokenClient client, Tokens tokens, QMap<QString, Secret> fields, Renewed renewed, Kept kept = {});
    [[nodiscard]] Future<Secret> access(bool refused); ///< with its prefix
    [[nodiscard]] QDateTime expires() const;
    [[nodiscard]] bool ended() const; ///< the service refuses to renew: sign in again
    [[nodiscard]] Tokens tokens() const; ///< as they are now, for signing out

private:
    [[nodiscard]] Secret current() const; ///< under the mutex
    void take(Tokens tokens); ///< under the mutex
    [[nodiscard]] Future<Secret> renew(bool forced);
    [[nodiscard]] Future<Secret> renewFrom(const Tokens &own, const Tokens &first, bool forced);
    [[nodiscard]] Future<Secret> renewed(const Tokens &old, Result<Tokens> result, bool forced);
    [[nodiscard]] Result<Secret> failed(const Error &error); ///< under the mutex

    const TokenClient m_client;
    const QMap<QString, Secret> m_fields;
    const Renewed m_renewed;
    const Kept m_kept;
    mutable std::mutex m_mutex;
    Tokens m_tokens;
    QDateTime m_renewAt; ///< invalid: only when refused
    QDateTime m_refusedAt; ///< when a refusal last made us renew
    QDateTime m_failedAt; ///< when renewing last failed and left no token
    Error m_failure; ///< … and why
    bool m_ended = false; ///< … until somebody signs in again
    Secret m_keptThen; ///< what was kept as the refresh token, or ours, when the last one was refused
    Shared<Secret> m_flight;
};

} // namespace astra::credentials
