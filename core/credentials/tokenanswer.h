// SPDX-License-Identifier: Apache-2.0
#pragma once

// What services hand out, checked.

#include "core/base/json.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QMap>
#include <QUrl>

namespace astra::credentials {

struct Tokens {
    Secret access;
    QDateTime expires; ///< UTC, of the access token; counted by this computer's clock from the answer on, so that a
                       ///< wrong clock does no harm. Invalid: not told
    Secret refresh; ///< empty: none
    QUrl issuer; ///< OpenID Connect: who handed them out; the refresh token goes back to nobody else. Else empty
    QString client; ///< … and the client id that it was handed out to
    QString prefix; ///< openEO: "oidc/CDSE/", "basic//"; else empty
    QString who; ///< e-mail, user name or organisation, where told
    QMap<QString, QString> values; ///< what later calls need ("org")
};

/// One unbroken run of visible characters, 16 KiB at most: it can stand in a header.
[[nodiscard]] bool isUsableToken(const QByteArray &token);

/// When an answer came: by this computer's clock, and by its sender's.
struct Moment {
    QDateTime here;
    QDateTime there;
};

/// Access token, refresh token and end. A token that could not stand in a header is refused.
/// @param life seconds, a number or text; null: what the token says of itself, if it is a JWT
/// @param title of the service, for the sentence
[[nodiscard]] Result<Tokens> tokensFrom(const Json &access, const Json &refresh, const Json &life, const Moment &moment,
                                        const QString &title);

} // namespace astra::credentials
