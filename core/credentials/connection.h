// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/json.h"

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

    /// https, or http to this machine; no path, no user, no query.
    [[nodiscard]] static Result<Host> parse(const QString &text);
    [[nodiscard]] bool covers(const QUrl &url) const;
    [[nodiscard]] QString toString() const; ///< "astraos.cloud", "*.example.org", "127.0.0.1:8080"
};

/// How a service lets us in, as data: the "connection" of a provider definition. Holds no secret.
struct Connection {
    enum class Kind {
        Bearer, ///< a key of the person's, sent in the header "Authorization"
        Sas, ///< a free signature from a token service, appended to the address
    };

    QString id;
    QString title;
    Kind kind = Kind::Bearer;
    QByteArray scheme; ///< bearer: what stands before the key: "Bearer", or nothing (in JSON: the kind "header")
    std::vector<Host> hosts; ///< at least one
    QRegularExpression keyPattern; ///< bearer: what a key looks like; empty: anything printable
    QUrl test; ///< bearer: a small request that shows whether the key is accepted
    QString token; ///< sas: address of the token service; {account} and {container} are put in

    /// The error says in a sentence what is wrong with the definition.
    [[nodiscard]] static Result<Connection> fromJson(const Json &json);
    [[nodiscard]] bool covers(const QUrl &url) const;
    /// The first host: what people see, and part of the name under which a key is kept.
    [[nodiscard]] QString host() const { return hosts.front().toString(); }
};

} // namespace astra::credentials
