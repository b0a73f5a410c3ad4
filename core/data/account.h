// SPDX-License-Identifier: Apache-2.0
#pragma once

// Services that one signs in to, and the accounts there, as people see them: no value here holds a secret.

#include "core/base/result.h"
#include "core/base/secret.h"

#include <QDateTime>
#include <QList>
#include <QMap>
#include <QMetaType>
#include <QStringList>
#include <QUrl>

#include <optional>

namespace astra::data {

/// What is asked for when signing in: "key", or "user" and "password".
struct SignInField {
    QString name;
    QString label;
    QString hint; ///< what it looks like: "astra_sk_live_…"; may be empty
    bool secret = true;
    bool optional = false;
    friend bool operator==(const SignInField &, const SignInField &) = default;
};

/// One way of signing in to a service.
struct SignInWay {
    QString id; ///< "key", "device", "browser", "dev" …
    QString title;
    QString note; ///< what to know before; may be empty
    QList<SignInField> fields; ///< none: a click is enough
    bool browser = false; ///< goes on in the person's browser
    bool available = true; ///< false: the service plans it only
    bool testable = true; ///< false: nothing shows whether it is accepted before the first use
    friend bool operator==(const SignInWay &, const SignInWay &) = default;
};

/// A kind of service, from a file in resources/connections.
struct Service {
    enum class Group { Imagery, Processing, Other };
    QString id;
    QString title;
    Group group = Group::Imagery;
    QString about; ///< what it is, a sentence or two
    bool byChoice = false; ///< its card is shown only once it has been added
    bool ownAddress = false; ///< each account is at a host of its own, which is asked for
    QString exampleAddress;
    bool needsAccount = true; ///< false: open, or signed for free; nothing to enter
    QString bound; ///< what a key is good for, in words: "one project"; may be empty
    QList<SignInWay> ways; ///< the first is the usual one
    QStringList steps; ///< how one gets a key
    QUrl website; ///< where
    bool showsUsage = false;
    bool listsKeys = false;
    bool createsKeys = false;
    bool createsTestKeys = false; ///< a new key may be one whose answers are invented
    bool rollsKeys = false;
    bool revokesKeys = false;
    bool keepsProviderKeys = false; ///< keys of further services are kept there
    QStringList plans; ///< that a key may be made for; may be empty
    QStringList scopes; ///< that a key may be limited to; may be empty
    friend bool operator==(const Service &, const Service &) = default;
};

/// Something about an account worth knowing, each with its switch.
struct AccountNotice {
    enum class Kind {
        Old,
        Unused,
        Spike,
        Quota, ///< more requests a day than chosen
        Credits, ///< more credits a day than chosen
        Expiring,
        Refused,
        Left, ///< something to be done by hand since a rotation; no switch, gone with the next one
    };
    Kind kind = Kind::Old;
    QString text; ///< a sentence
    friend bool operator==(const AccountNotice &, const AccountNotice &) = default;
};

/// Which notices are wanted.
struct NoticeSettings {
    bool old = true; ///< 90 days
    bool unused = true; ///< for 90 days
    bool spike = true; ///< ten times its usual day
    bool expiring = true;
    bool refused = true;
    std::optional<int> dailyRequests; ///< at most so many a day (UTC); absent: no notice
    std::optional<int> dailyCredits; ///< the same, where the service counts them
    friend bool operator==(const NoticeSettings &, const NoticeSettings &) = default;
};

/// What an account may still ask, as far as its service told with its last answers.
struct Allowance {
    std::optional<qint64> rateLimit; ///< requests in the service's own period
    std::optional<qint64> rateLeft;
    QDateTime rateReset; ///< UTC; invalid: not told
    std::optional<double> creditsLeft;
    QDateTime creditsReset;
    friend bool operator==(const Allowance &, const Allowance &) = default;
};

/// An account or key at a service, without the secret.
struct Account {
    enum class Place { None, Keychain, Memory, Environment };
    QString id; ///< "astra-os", a second one "astra-os-2"; "ASTRA_KEY_ASTRA_OS" is its place in the environment
    QString service; ///< id
    QString title; ///< "ASTRA OS"; at a host of its own "Astra server on field-box"
    QString label; ///< the person's name for it: its place of use; may be empty
    QString host; ///< where its secret goes, and nowhere else
    QString way; ///< how it was signed in
    Place place = Place::None; ///< where the secret is kept; None: signed out
    QString masked; ///< "astra_sk_live_…r678"; empty without a key
    QString who; ///< user, project or organisation, where the service told; may be empty
    bool test = false; ///< a test key: what it answers is invented
    bool inUse = true; ///< of several at one service, the one that requests take
    bool refused = false; ///< the service refused it last time
    QDateTime created; ///< when this key came to Astra, UTC; invalid: unknown
    QDateTime lastUsed; ///< by Astra, UTC; invalid: never
    QDateTime expires; ///< UTC; invalid: never, or not told
    bool renews = false; ///< what ends is renewed without the person
    int usedToday = 0; ///< requests by Astra, since midnight UTC
    Allowance allowance;
    QString former; ///< during a rotation the old key, masked: still valid, not used any more
    QList<AccountNotice> notices;
    friend bool operator==(const Account &, const Account &) = default;
};

/// Use and limits as the service tells them.
struct Usage {
    QString plan;
    std::optional<double> creditsLeft;
    std::optional<double> creditsTotal;
    std::optional<qint64> today; ///< requests
    std::optional<qint64> week;
    std::optional<qint64> month;
    std::optional<qint64> perMinute; ///< allowed
    QDateTime periodEnd;
    QList<std::pair<QString, QString>> more; ///< whatever else it tells: name and value
    friend bool operator==(const Usage &, const Usage &) = default;
};

/// A key as its service lists it.
struct ServiceKey {
    QString id;
    QString label;
    QString masked; ///< as the service shows it
    bool test = false;
    bool revoked = false;
    bool ours = false; ///< the one that this account uses
    QDateTime created;
    QDateTime lastUsed;
    QDateTime expires;
    QStringList scopes;
    friend bool operator==(const ServiceKey &, const ServiceKey &) = default;
};

/// A key just made, shown once.
struct NewKey {
    ServiceKey key;
    Secret secret;
    Account::Place kept = Account::Place::None; ///< where it was put here, if it was to be
};

/// What a new key is to be.
struct KeyWish {
    QString label;
    bool test = false;
    QString plan; ///< empty: the service's own choice
    QStringList scopes; ///< empty: the service's own choice
};

/// A key of another service that this one keeps and uses for the person.
struct ProviderKey {
    QString provider;
    QString masked;
    QDateTime added;
    QString stops; ///< what will no longer work once it is removed
    friend bool operator==(const ProviderKey &, const ProviderKey &) = default;
};

/// How an account is used from elsewhere, to be copied: it names an environment variable, never a secret.
struct Snippet {
    QString language; ///< "curl", "Python", "JavaScript"
    QString text; ///< runs as it is
};

/// A file of certificates that the person trusts beside those that the system knows.
struct Authority {
    QString file; ///< its name in the folder
    QStringList names; ///< whose certificates it holds
    QDateTime expires; ///< the first of them to end, UTC
    friend bool operator==(const Authority &, const Authority &) = default;
};

/// What the person is asked to do in a browser while signing in.
struct SignInPrompt {
    QUrl open;
    QString code; ///< to be typed there; empty: nothing to type
    QDateTime expires;
};

/// Signing in: which service, which way, with what.
struct SignInRequest {
    QString service;
    QString way; ///< empty: the first one
    QString label;
    QUrl address; ///< of a service at a host of its own
    QString account; ///< the one to sign in again; empty: a new one, or the one that is there without a secret
    QMap<QString, Secret> fields; ///< by name
};

/// The place where the system keeps secrets.
struct Keychain {
    enum class State {
        Open,
        Locked, ///< there, but its keyring is closed: reading one looks like "no such key"
        Absent, ///< no keychain answers, or it has no keyring to keep keys in
        Failing, ///< it was there and has stopped answering
    };
    State state = State::Absent;
    QString name; ///< "GNOME Keyring", "KWallet", "Keychain", "Credential Manager"; empty: nobody answers
    friend bool operator==(const Keychain &, const Keychain &) = default;
};

} // namespace astra::data
Q_DECLARE_METATYPE(astra::data::Account)
