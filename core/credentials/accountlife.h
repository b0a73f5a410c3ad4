// SPDX-License-Identifier: Apache-2.0
#pragma once

// What is remembered of an account besides its secret, and what follows from it. No I/O but in AccountFile.

#include "core/base/async.h"
#include "core/base/json.h"
#include "core/credentials/servicekind.h"

#include <QDate>

#include <map>

namespace astra::credentials {

/// How far the change of a key has come. What was begun and not finished when the program ended is seen by it.
enum class Rotation {
    None,
    Switching, ///< the old key is kept as the former one, and the new one in its place, or about to be
    Ending, ///< the old key is revoked, and about to be removed
};

/// A key that nobody could revoke at the end of a rotation.
enum class Leftover {
    None,
    Former, ///< the old one, after the rotation was finished
    Newer, ///< the new one, after it was undone
};

/// The credits that a service told last.
struct CreditsTold {
    std::optional<double> left;
    QDateTime at; ///< when that was, UTC
    QDateTime reset; ///< when they are full again; invalid: not told
};

/// One account as accounts.json keeps it: never a secret, nor a part of one.
struct AccountRecord {
    QString id;
    QString service;
    QString way;
    QString label;
    QUrl address; ///< of a service at a host of its own
    bool inUse = true;
    bool refused = false;
    QDateTime created;
    QDateTime lastUsed;
    QDateTime expires;
    QString keyId; ///< the service's own id of the key in use, where known
    Rotation rotation = Rotation::None;
    QString formerKeyId; ///< during a rotation, what the old key was
    QString formerLabel;
    QDateTime formerCreated;
    bool madeHere = false; ///< during a rotation, whether Astra asked for the new key
    Leftover left = Leftover::None; ///< to be revoked by hand, until the next rotation
    QString who;
    QMap<QString, QString> values; ///< what its calls need ("org")
    QMap<QDate, int> uses; ///< requests a day (UTC), the last 30 days with any
    QMap<QDate, double> credits; ///< spent a day, where the service counts them
    CreditsTold creditsTold;

    /// One more request.
    void count(const QDateTime &now, double creditsSpent);
    /// Of what the service tells, what is worth knowing after the end of the program. Rates are not: they last a
    /// minute.
    void remember(const data::Allowance &told, const QDateTime &now);
    /// What of that still holds; nothing once the credits are full again.
    [[nodiscard]] data::Allowance remembered(const QDateTime &now) const;
    [[nodiscard]] Json toJson() const;
    [[nodiscard]] static std::optional<AccountRecord> fromJson(const Json &json);
};

/// configDir/accounts.json, written whole or not at all. An unreadable file is kept beside, and told.
class AccountFile
{
public:
    struct Content {
        std::vector<AccountRecord> records;
        data::NoticeSettings notices;
        QString warning;
    };
    [[nodiscard]] static Content read(const QString &path);
    [[nodiscard]] static Result<void> write(const QString &path, const Content &content);
};

/// A key as it may be shown, by its method's mask: "astra_sk_live_…r678"; a form that is not known shows the last four
/// characters of twenty or more, else nothing of itself.
[[nodiscard]] QString masked(const Secret &key, const SignInMethod &method);
/// The environment that the key's prefix names.
[[nodiscard]] bool isTestKey(const Secret &key, const SignInMethod &method);
/// What is wrong with the looks of a key, as a sentence; empty: nothing.
[[nodiscard]] QString objectionTo(const Secret &key, const SignInMethod &method, const QString &title);

/// What to tell about an account: 90 days old, unused for 90 days, ten times its usual day (at least 100 requests and
/// seven days known), more requests or credits a day than chosen, ending within seven days (for a token that cannot be
/// renewed: an hour), refused.
[[nodiscard]] QList<data::AccountNotice> noticesFor(const AccountRecord &record, const data::NoticeSettings &settings,
                                                    const QDateTime &now);

/// Whether requests go out as the service wants them: with the account's secret, or in a way that has none. Else it is
/// a key, or another sign-in, that they lack.
[[nodiscard]] bool isSignedIn(const data::Account &account, const data::Service &service);

/// "laptop" → "laptop-v2" → "laptop-v3"; @param taken labels that exist
[[nodiscard]] QString nextLabel(const QString &label, const QStringList &taken);
/// A label for a key made here: the name of this computer ("field-box"), or of the place in the program where it has
/// none.
[[nodiscard]] QString suggestedLabel(const QString &place);

} // namespace astra::credentials
