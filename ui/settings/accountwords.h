// SPDX-License-Identifier: Apache-2.0
#pragma once

// Accounts in words: where a secret is kept, how an account stands, what it may still ask.

#include "core/data/account.h"

#include <QVariantList>

namespace astra::settings {

/// What happens to keys entered now, naming the keychain, and what can be done about it.
[[nodiscard]] QString keychainText(const data::Keychain &keychain);
/// Of a secret that is in memory though there is a keychain, and why; empty: there is none.
[[nodiscard]] QString memoryText(const data::Keychain &keychain);
/// "in GNOME Keyring", "in memory until Astra ends", "from the environment"; empty: nowhere.
[[nodiscard]] QString placeText(data::Account::Place place, const QString &keychain);

/// Null: unknown. An empty id is the first.
[[nodiscard]] const data::SignInWay *wayOf(const data::Service &service, const QString &way);
/// Another way that asks for the very same fields: the same key sent in another form. Null: there is none.
[[nodiscard]] const data::SignInWay *otherFormOf(const data::Service &service, const QString &way);

/// It takes a key or password of the person's.
[[nodiscard]] bool asksForSecret(const data::SignInWay &way);
/// The environment variable that gives this account's secret where there is no desktop: "ASTRA_KEY_ASTRA_OS_2".
[[nodiscard]] QString variableOf(const QString &account);

/// It holds a secret, or takes a way that needs none.
[[nodiscard]] bool isConnected(const data::Account &account, const data::Service &service);

/// To be opened in a browser: an address of the web, as text; empty: anything else.
[[nodiscard]] QString webAddress(const QUrl &url);

struct Standing {
    QString text;
    QString tone; ///< "ok", "quiet", "info", "warn" or "error"
};
/// @param several there are others at the same service
[[nodiscard]] Standing standingOf(const data::Account &account, const data::Service &service, bool several,
                                  const QDateTime &now);

/// "in 12 min", "in 5 h", "on 3 Dec 2026"
[[nodiscard]] QString untilText(const QDateTime &moment, const QDateTime &now);
/// "just now", "5 min ago", "3 h ago", "on 3 Dec 2026"
[[nodiscard]] QString agoText(const QDateTime &moment, const QDateTime &now);
/// "ends in 12 min", "ended on 3 Dec 2026"; empty: never, or not told.
[[nodiscard]] QString endText(const QDateTime &expires, const QDateTime &now);
/// "used 5 min ago · requests today: 42", "not used yet"
[[nodiscard]] QString useText(const data::Account &account, const QDateTime &now);
/// "28 of 30 requests left · 9,850 credits left until 1 Dec 2026"; empty: not told.
[[nodiscard]] QString allowanceText(const data::Allowance &allowance, const QDateTime &now);

// As lists of {label, value}
[[nodiscard]] QVariantList accountFacts(const data::Account &account, const data::Service &service,
                                        const QString &keychain, const QDateTime &now);
[[nodiscard]] QVariantList usageFacts(const data::Usage &usage);

} // namespace astra::settings
