// SPDX-License-Identifier: Apache-2.0
#pragma once

// Where an openEO back-end's API is, how it wants its tokens written, and who signs people in for it.

#include "core/credentials/servicekind.h"
#include "core/credentials/tokenanswer.h"
#include "core/credentials/tokenrequest.h"

namespace astra::credentials {

struct OpenEoApi {
    QUrl root; ///< without a slash at its end
    bool plainTokens = false; ///< tokens stand as they are: no "oidc/…/" or "basic//" before them
    /// What later calls need: "api", the root.
    [[nodiscard]] QMap<QString, QString> values() const { return {{QStringLiteral("api"), root.toString()}}; }
};

/// One of the identity providers of a back-end.
struct OpenEoProvider {
    struct Client {
        QString id;
        QStringList grants;
        QList<QUrl> redirects;
    };
    QString id;
    QUrl issuer;
    QStringList scopes;
    QList<Client> clients; ///< that anybody may use
};

/// By well-known discovery at the address of `kind`: the newest version 1 that is for production, else the newest;
/// without discovery the address itself. Its API must lie at a host of the kind: secrets go nowhere else.
[[nodiscard]] Future<OpenEoApi> openEoApi(const ClientRef &client, const ServiceKind &kind, const StopToken &stop);
[[nodiscard]] Future<QList<OpenEoProvider>> openEoProviders(const ClientRef &client, const OpenEoApi &api,
                                                            const QString &title, const StopToken &stop);

/// What stands before a token. @param provider its id; empty: after the basic login
[[nodiscard]] QString openEoPrefix(const OpenEoApi &api, const QString &provider);

/// The login with user name and password. Unauthorized: the back-end itself does not know them.
/// @param login what follows "Basic "
[[nodiscard]] Future<Tokens> openEoToken(const ClientRef &client, const OpenEoApi &api, const Secret &login,
                                         const QString &title, const std::function<QDateTime()> &clock,
                                         const StopToken &stop);

// The answers, read.
[[nodiscard]] QUrl chosenVersion(const Json &wellKnown); ///< empty: none
[[nodiscard]] bool takesPlainTokens(const Json &capabilities);
[[nodiscard]] QList<OpenEoProvider> providersIn(const Json &credentials);

} // namespace astra::credentials
