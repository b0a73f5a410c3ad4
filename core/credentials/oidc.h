// SPDX-License-Identifier: Apache-2.0
#pragma once

// OpenID Connect without a person in it: where a provider's endpoints are, its requests, and what its answers mean. The
// parts with a person are in oidcsignin.h.

#include "core/credentials/servicekind.h"
#include "core/credentials/tokenanswer.h"
#include "core/credentials/tokenrequest.h"

namespace astra::credentials {

/// A provider and a client of it, ready to be asked. Every address here is the one that the issuer itself told, over
/// https (or on this computer, where the issuer is).
struct Oidc {
    QString title; ///< of the service, for sentences
    QUrl issuer;
    QUrl token;
    QUrl device; ///< empty: it has no device sign-in
    QUrl authorization;
    QUrl revocation; ///< empty: none
    bool tellsIssuer = false; ///< its answers in the browser name it (RFC 9207)
    bool pkce = false; ///< it knows S256
    bool secretInForm = false; ///< a client's secret goes into the form, not into a header
    QString client;
    Secret clientSecret; ///< empty: a public client
    QStringList scopes;
    QList<QUrl> redirects; ///< where the browser may come back to; empty: any free port
    QString prefix; ///< before its tokens, openEO's rule
    QMap<QString, QString> values; ///< what else comes with its tokens
};

/// Reads what the issuer says of itself: its issuer must be the one asked. `form` has client, scopes and redirects.
[[nodiscard]] Result<Oidc> oidcFrom(const Json &configuration, const Oidc &form);

/// Whom to sign in at: from the definition, or for openEO from the back-end; then from the issuer.
[[nodiscard]] Future<Oidc> findOidc(const ClientRef &client, const ServiceKind &kind, const SignInMethod &method,
                                    const QMap<QString, Secret> &fields, const StopToken &stop);
/// Who handed out `tokens`: what he may see (they, the secret of a client) is for nobody else, whomever definition or
/// back-end name by now. Unauthorized: they name another, or nobody knows who it was.
[[nodiscard]] Future<Oidc> findOidcOf(const Tokens &tokens, const ClientRef &client, const ServiceKind &kind,
                                      const SignInMethod &method, const QMap<QString, Secret> &fields,
                                      const StopToken &stop);
/// The same without asking openEO's back-end: enough to give tokens back.
[[nodiscard]] Future<Oidc> findIssuerOf(const Tokens &tokens, const ClientRef &client, const ServiceKind &kind,
                                        const SignInMethod &method, const QMap<QString, Secret> &fields,
                                        const StopToken &stop);

/// An answer of the provider: its object, or its refusal with the code that RFC 6749 and 8628 give it.
struct OidcAnswer {
    Json json;
    QString refusal; ///< "authorization_pending", "invalid_grant"; empty: not refused
    Error error; ///< where refused, a sentence
    Moment moment;
    /// Nothing can be renewed any more. Any other refusal, be it a proxy's 403, says nothing of that.
    [[nodiscard]] bool endsSession() const;
};
/// Asks an endpoint of the provider in the client's name.
[[nodiscard]] Future<OidcAnswer> askOidc(const ClientRef &client, const Oidc &oidc, const QUrl &endpoint,
                                         const Form &form, const std::function<QDateTime()> &clock,
                                         const StopToken &stop);
/// The sentence for a refusal that has no other words than its code.
[[nodiscard]] Error oidcRefusal(const Oidc &oidc, const QString &code);

/// Tokens out of the token endpoint's answer; an ID token in it must be this issuer's, for this client, not ended, and
/// hold `nonce` where one was sent. The ID token is looked at here and then forgotten.
[[nodiscard]] Result<Tokens> oidcTokens(const Oidc &oidc, const OidcAnswer &answer, const QByteArray &nonce);
/// Asks the token endpoint. Whatever it refuses is the error.
[[nodiscard]] Future<Tokens> askForTokens(const ClientRef &client, const Oidc &oidc, const Form &form,
                                          const QByteArray &nonce, const std::function<QDateTime()> &clock,
                                          const StopToken &stop);

/// 43 characters that nobody can guess: verifier, state, nonce.
[[nodiscard]] QByteArray randomText();
/// RFC 7636, S256.
[[nodiscard]] QByteArray challengeFor(const QByteArray &verifier);

} // namespace astra::credentials
