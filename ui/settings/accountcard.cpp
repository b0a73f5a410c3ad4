// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/accountcard.h"

#include "ui/settings/accountwords.h"
#include "ui/settings/noticeswitches.h"

#include <algorithm>

namespace astra::settings {

AccountCard AccountCard::of(const data::Account &account, const data::Service &service, bool several,
                            const data::Keychain &keychain, const QDateTime &now)
{
    using Place = data::Account::Place;
    const data::SignInWay *const way = wayOf(service, account.way);

    AccountCard card;
    card.account = account.id;
    card.service = account.service;
    card.title = account.title;
    card.label = account.label;
    card.host = account.host;
    card.about = service.about;
    card.masked = account.masked;
    card.place = placeText(account.place, keychain.name);
    if (account.place == Place::Memory) {
        card.held = memoryText(keychain);
        card.keepable = keychain.state == data::Keychain::State::Open;
    }
    card.needsAccount = service.needsAccount;
    card.connected = isConnected(account, service);
    card.note = way && card.connected && account.place == Place::None ? way->note : QString();
    const Standing standing = standingOf(account, service, several, now);
    card.state = standing.text;
    card.tone = standing.tone;
    card.ends = account.renews ? QString() : endText(account.expires, now);
    card.use = card.connected ? useText(account, now) : QString();
    card.left = allowanceText(account.allowance, now);
    card.former = account.former;
    for (const auto &notice : account.notices) {
        card.notices.append(QVariantMap {{QStringLiteral("name"), NoticeSwitches::nameOf(notice.kind)},
                                         {QStringLiteral("text"), notice.text}});
    }
    card.variable = way && asksForSecret(*way) ? variableOf(account.id) : QString();
    card.test = account.test;
    card.refused = account.refused;
    card.inUse = account.inUse;
    card.several = several;
    // The environment's own is not ours to take away, and a service's first card stays.
    card.removable = account.place != Place::Environment && (several || service.byChoice || service.ownAddress);
    const bool oneSecret = way && !way->browser && way->fields.size() == 1 && way->fields.front().secret;
    card.kept = account.place == Place::Keychain || account.place == Place::Memory;
    card.given = account.place == Place::Environment;
    card.testable = card.connected && (!way || way->testable);
    card.copyable = oneSecret && card.kept;
    card.rotatable = card.copyable;
    if (const data::SignInWay *const other = card.kept ? otherFormOf(service, account.way) : nullptr) {
        card.otherWay = other->id;
        card.otherWayTitle = other->title;
    }
    return card;
}

} // namespace astra::settings
