// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/account.h"

#include <QVariantList>
#include <QtQml/qqmlregistration.h>

namespace astra::settings {

/// One account in words, as its card shows it. `accountCard` in QML.
struct AccountCard {
    Q_GADGET
    QML_VALUE_TYPE(accountCard)
    Q_PROPERTY(QString account MEMBER account CONSTANT) ///< id; empty: no such account
    Q_PROPERTY(QString service MEMBER service CONSTANT) ///< id
    Q_PROPERTY(QString title MEMBER title CONSTANT)
    Q_PROPERTY(QString label MEMBER label CONSTANT)
    Q_PROPERTY(QString host MEMBER host CONSTANT)
    Q_PROPERTY(QString about MEMBER about CONSTANT)
    Q_PROPERTY(QString note MEMBER note CONSTANT) ///< of a way that needs no key: what to know of it
    Q_PROPERTY(QString masked MEMBER masked CONSTANT)
    Q_PROPERTY(QString place MEMBER place CONSTANT)
    Q_PROPERTY(QString held MEMBER held CONSTANT) ///< in memory only, and why; empty: it is not, or has to be
    Q_PROPERTY(bool keepable MEMBER keepable CONSTANT) ///< the keychain could take it now
    Q_PROPERTY(QString state MEMBER state CONSTANT)
    Q_PROPERTY(QString tone MEMBER tone CONSTANT) ///< "ok", "quiet", "info", "warn" or "error"
    Q_PROPERTY(QString ends MEMBER ends CONSTANT) ///< "ends in 12 min"; empty: never, or not told
    Q_PROPERTY(QString use MEMBER use CONSTANT) ///< "used 5 min ago · 42 requests today"
    Q_PROPERTY(QString left MEMBER left CONSTANT) ///< what may still be asked; empty: not told
    Q_PROPERTY(QString former MEMBER former CONSTANT) ///< during a rotation the old key, masked
    Q_PROPERTY(QVariantList notices MEMBER notices CONSTANT) ///< {name, text}; without a name it has no switch
    Q_PROPERTY(QString variable MEMBER variable CONSTANT) ///< that gives its secret on servers; empty: none does
    Q_PROPERTY(bool connected MEMBER connected CONSTANT)
    Q_PROPERTY(bool needsAccount MEMBER needsAccount CONSTANT)
    Q_PROPERTY(bool test MEMBER test CONSTANT) ///< what it answers is invented
    Q_PROPERTY(bool refused MEMBER refused CONSTANT)
    Q_PROPERTY(bool inUse MEMBER inUse CONSTANT)
    Q_PROPERTY(bool several MEMBER several CONSTANT) ///< accounts at this service
    Q_PROPERTY(bool removable MEMBER removable CONSTANT)
    Q_PROPERTY(bool kept MEMBER kept CONSTANT) ///< its secret is held by Astra: it can be signed out
    Q_PROPERTY(bool given MEMBER given CONSTANT) ///< by the environment
    Q_PROPERTY(bool testable MEMBER testable CONSTANT)
    Q_PROPERTY(bool copyable MEMBER copyable CONSTANT) ///< its key may be copied
    Q_PROPERTY(bool rotatable MEMBER rotatable CONSTANT)
    Q_PROPERTY(QString otherWay MEMBER otherWay CONSTANT) ///< another form in which the same key can be sent; or empty
    Q_PROPERTY(QString otherWayTitle MEMBER otherWayTitle CONSTANT)
    Q_PROPERTY(bool busy MEMBER busy CONSTANT)
    Q_PROPERTY(bool failed MEMBER failed CONSTANT) ///< what was asked last
    Q_PROPERTY(QString message MEMBER message CONSTANT) ///< what came of it
    Q_PROPERTY(QString source MEMBER source CONSTANT) ///< id of its catalogue, to be switched on; empty: it is on

public:
    QString account;
    QString service;
    QString title;
    QString label;
    QString host;
    QString about;
    QString note;
    QString masked;
    QString place;
    QString held;
    bool keepable = false;
    QString state;
    QString tone;
    QString ends;
    QString use;
    QString left;
    QString former;
    QVariantList notices;
    QString variable;
    bool connected = false;
    bool needsAccount = true;
    bool test = false;
    bool refused = false;
    bool inUse = true;
    bool several = false;
    bool removable = false;
    bool kept = false;
    bool given = false;
    bool testable = false;
    bool copyable = false;
    bool rotatable = false;
    QString otherWay;
    QString otherWayTitle;
    bool busy = false;
    bool failed = false;
    QString message;
    QString source;

    /// @param several there are others at the same service
    [[nodiscard]] static AccountCard of(const data::Account &account, const data::Service &service, bool several,
                                        const data::Keychain &keychain, const QDateTime &now);
    friend bool operator==(const AccountCard &, const AccountCard &) = default;
};

} // namespace astra::settings
