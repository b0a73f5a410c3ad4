// SPDX-License-Identifier: Apache-2.0
#pragma once

// How a kind of service lets people in, as data: one JSON file each in resources/connections
// (docs/adding-a-connection.md describes every member). Holds no secret.

#include "core/base/json.h"
#include "core/data/account.h"

#include <QRegularExpression>
#include <QUrl>

#include <optional>
#include <vector>

namespace astra::credentials {

/// Where credentials may go: scheme, host and port, all three. "https://*.example.org" covers every host below
/// example.org, not example.org itself.
struct Host {
    QString scheme;
    QString name; ///< lower case, without the "*."
    bool wildcard = false;
    int port = 443;

    /// https, or http to this computer; no path, no user, no query.
    [[nodiscard]] static Result<Host> parse(const QString &text);
    [[nodiscard]] bool covers(const QUrl &url) const;
    [[nodiscard]] QString toString() const; ///< "astraos.cloud", "*.example.org", "127.0.0.1:8080"
    [[nodiscard]] QString root() const; ///< "https://astraos.cloud"
    friend bool operator==(const Host &, const Host &) = default;
};

/// How much of a key may be shown.
struct Mask {
    int head = 0; ///< characters at its start
    int tail = 0; ///< at its end
    bool prefix = false; ///< the environment's prefix ("astra_sk_live_") counts as head
};

/// What a key begins with tells where it is good for.
struct Environment {
    QString prefix;
    bool test = false;
};

/// How one way of signing in turns into what a request carries.
struct SignInMethod {
    enum class Type {
        Key, ///< field "key", sent as it is in `header` after `prefix`
        None, ///< open
        Sas, ///< a free signature from a token service, appended to the address
        Basic, ///< fields "user" and "password"; or only to fetch a token with (`login`)
        Oidc, ///< tokens of an OpenID provider
        Session, ///< a login request of the service's own answers with a token
        S3, ///< fields "access" and "secret"; each request is signed (AWS Signature 4)
    };
    enum class Flow { Device, Browser, ClientCredentials };

    data::SignInWay way; ///< for people; `fields` says what is asked for
    Type type = Type::Key;
    QByteArray header = "Authorization";
    QByteArray prefix; ///< before the key or token: "Bearer ", "oidc/CDSE/" is put in by openEO's rule
    QRegularExpression pattern; ///< what a key looks like; empty: anything printable
    std::vector<Environment> environments; ///< longest prefix first
    Mask mask; ///< of an unknown form: the last four of twenty or more
    // Sas
    QString token; ///< address of the token service; {account} and {container} are put in
    // Oidc
    Flow flow = Flow::Device;
    QUrl issuer; ///< its /.well-known/openid-configuration is read; empty: openEO's /credentials/oidc tells
    QString clientId; ///< public client; empty: openEO's default_clients tell, or field "client"
    QStringList scopes;
    QList<quint16> redirectPorts; ///< for Browser; empty: any free one
    // Session, Basic with a token: requests as ServiceCalls reads them
    Json login;
    Json refresh;
    Json logout;
    // S3
    QString region; ///< of hosts that are not in `regions`
    QMap<QString, QString> regions; ///< by host, as Host::toString() writes it
    bool requesterPays = false;
    Json test; ///< instead of the kind's; null: that one

    [[nodiscard]] QString regionOf(const QUrl &url) const;
    [[nodiscard]] bool takesSecret() const { return type != Type::None && type != Type::Sas; }
};

/// A kind of service, checked.
struct ServiceKind {
    data::Service service; ///< for people; its `ways` are the methods' ways
    std::vector<Host> hosts; ///< at least one, but for a service at an address of its own
    QString base; ///< what relative paths are put behind: "https://api.example.org/v1"; "{address}/api/v1"
    QString ownPath; ///< of a service at an address of its own: what is dropped at the end of one that is entered
    std::vector<SignInMethod> methods; ///< at least one
    Json test; ///< a request that shows whether a credential is accepted; null: nothing to test with
    Json usage; ///< requests (array) and where their answers say what
    Json keys; ///< {"list", "create", "roll", "revoke", "usage"}
    Json providerKeys; ///< {"list", "add", "remove", "stops": a sentence with {provider}, in the program's language}
    /// By status or by the service's code: a sentence, in the program's language. "absent": what to say instead where a
    /// call is not offered.
    Json errors;
    Json allowance; ///< names of the headers that carry rate and credits
    bool openEo = false; ///< tokens are written as openEO wants them

    /// The error says in a sentence what is wrong with the definition.
    /// @param where named in the error: a file
    [[nodiscard]] static Result<ServiceKind> fromJson(const Json &json, const QString &where = {});
    [[nodiscard]] const SignInMethod *method(const QString &way) const; ///< null: unknown; empty: the first
    [[nodiscard]] bool covers(const QUrl &url) const;
    /// What shows whether a credential of this method is accepted; null: nothing does.
    [[nodiscard]] const Json &testOf(const SignInMethod &method) const
    {
        return method.test.is_null() ? test : method.test;
    }
    /// Whether this status at this address means that the service does not offer a call ("absent" in its definition),
    /// so that it says nothing of the credential.
    [[nodiscard]] bool notOffered(const QUrl &url, int status) const;
    /// The same kind bound to one address: hosts, base and title ("Astra server on field-box") are that address's.
    /// https, or http to this computer: secrets cross a network only over TLS.
    [[nodiscard]] Result<ServiceKind> at(const QUrl &address) const;
    /// The first host: what people see, and part of the name under which a secret is kept.
    [[nodiscard]] QString host() const { return hosts.empty() ? QString() : hosts.front().toString(); }
};

/// A text for people: a plain string, or {"en": …, "de": …} of which the program's language is taken.
[[nodiscard]] QString localText(const Json &text);

/// Every kind known: shipped ones, those in `configDir`/connections, and what provider definitions bring with them
/// ("connection": {…}, laid over the one of the same id). What is wrong is left out and told.
struct ServiceKinds {
    std::vector<ServiceKind> kinds; ///< in the order of their groups and titles
    QStringList warnings;
    /// Reads files. @param own the objects of provider definitions
    [[nodiscard]] static ServiceKinds read(const QString &configDir, const std::vector<Json> &own);
    [[nodiscard]] const ServiceKind *find(const QString &id) const;
};

} // namespace astra::credentials
