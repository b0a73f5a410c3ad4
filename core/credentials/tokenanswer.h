// SPDX-License-Identifier: Apache-2.0
#pragma once

// What services hand out, checked.

#include "core/base/json.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QMap>

namespace astra::credentials {

struct Tokens {
    Secret access;
    QDateTime expires; ///< UTC, of the access token; counted by this machine's clock from the answer on, so that a
                       ///< wrong clock does no harm. Invalid: not told
    Secret refresh; ///< empty: none
    QString prefix; ///< openEO: "oidc/CDSE/", "basic//"; else empty
    QString who; ///< e-mail, user name or organisation, where told
    QMap<QString, QString> values; ///< what later calls need ("org")
};

/// When an answer came: by this machine's clock, and by its sender's.
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
