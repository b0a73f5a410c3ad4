// SPDX-License-Identifier: Apache-2.0
// What an account can see and do at its service.
#include "core/base/logging.h"
#include "core/credentials/connectionsparts.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AccountKeys)
};

using Keys = std::vector<data::ServiceKey>;
using State = data::Keychain::State;

/// Whether a key may be the one that a service shows as `masked` ("astra_sk_liv...", "aw_l…cdef").
bool shows(const QString &masked, const QByteArray &key)
{
    static const QRegularExpression gap(QStringLiteral("\\.{2,}|…|[*•]+"));
    const QStringList parts = masked.trimmed().split(gap);
    const QByteArray head = parts.first().toUtf8();
    const QByteArray tail = parts.size() > 1 ? parts.last().toUtf8() : QByteArray();
    return parts.size() <= 2 && head.size() + tail.size() >= 4 && key.startsWith(head) && key.endsWith(tail);
}

/// The one key in the list that can be ours; end: none, or more than one.
Keys::iterator ownOf(Keys &keys, const Holding &holding)
{
    const QByteArray secret = holding.key().reveal();
    const QString id = holding.record.keyId;
    const auto named = std::ranges::find_if(
        keys, [&id](const auto &key) { return !id.isEmpty() && key.id == id && !key.revoked; });
    if (named != keys.end() || secret.isEmpty())
        return named;
    const auto fits = [&secret](const data::ServiceKey &key) { return !key.revoked && shows(key.masked, secret); };
    const auto found = std::ranges::find_if(keys, fits);
    return std::ranges::count_if(keys, fits) == 1 ? found : keys.end();
}

/// Asks the service of an account.
template<typename T, typename Held, typename Ask> Future<T> asked(const Held &holding, bool connected, Ask ask)
{
    if (!holding)
        return failed<T>(holding.error());
    return connected ? withoutSecrets<T>(ask(*holding), secretsOf(*holding)) : ready<T>(cancelled());
}

} // namespace

Credential keyCredential(const Secret &key, const SignInMethod &method)
{
    Credential credential;
    credential.fields.insert(keyField(method), key);
    return credential;
}

bool holdsStill(const Holding &holding, const Holding &before)
{
    return holding.place == before.place && holding.method->way.id == before.method->way.id
        && holding.key() == before.key();
}

Error keychainClosed(const QString &title)
{
    return {ErrorCode::Storage,
            Text::tr("The keychain is not open, and a key made now could not be kept in it. Unlock it and try again."),
            title, false};
}

Error changingAlready(const QString &title)
{
    return {ErrorCode::InvalidInput,
            Text::tr("The key of %1 is being changed at this moment. Wait for that to end.").arg(title), title, false};
}

Future<data::Usage> Connections::usage(const QString &account, const StopToken &stop)
{
    return asked<data::Usage>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(d->calls(holding).usage(stop),
                       [id = holding.record.id](Private &self, Result<data::Usage> usage) {
                           if (usage && usage->creditsLeft)
                               self.change(id, [&](Holding &kept) {
                                   kept.allowance.creditsLeft = usage->creditsLeft;
                                   kept.record.remember(kept.allowance, self.settings.clock());
                               });
                           return usage;
                       });
    });
}

Future<data::Usage> Connections::keyUsage(const QString &account, const QString &key, const StopToken &stop)
{
    return asked<data::Usage>(d->held(account), !d->client.expired(),
                              [&](const Holding &holding) { return d->calls(holding).keyUsage(key, stop); });
}

Future<Keys> Connections::keys(const QString &account, const StopToken &stop)
{
    return asked<Keys>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(d->calls(holding).keys(stop), [holding](Private &self, Result<Keys> keys) {
            if (!keys)
                return keys;
            if (const auto own = ownOf(*keys, holding); own != keys->end()) {
                own->ours = true;
                self.change(holding.record.id, [&](Holding &kept) {
                    if (!holdsStill(kept, holding))
                        return; // another key by now
                    kept.record.keyId = own->id;
                    if (own->expires.isValid())
                        kept.record.expires = own->expires;
                });
            }
            return keys;
        });
    });
}

Future<data::NewKey> Connections::createKey(const QString &account, const data::KeyWish &wish, bool keepHere,
                                            const StopToken &stop)
{
    return asked<data::NewKey>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(d->calls(holding).createKey(wish, stop),
                       [holding, wish, keepHere](Private &self, Result<data::NewKey> made) -> Future<data::NewKey> {
                           if (!made || !keepHere)
                               return ready<data::NewKey>(std::move(made));
                           Private::Entry entry;
                           entry.kind = holding.kind;
                           for (const SignInMethod &method : entry.kind->methods) {
                               if (!entry.method && method.type == SignInMethod::Type::Key && method.way.available
                                   && objectionTo(made->secret, method, {}).isEmpty())
                                   entry.method = &method;
                           }
                           // What cannot be kept is shown all the same: it is there only once.
                           if (!entry.method)
                               return ready<data::NewKey>(std::move(made));
                           {
                               const std::lock_guard lock(self.mutex);
                               entry.account = self.newId(holding.record.service);
                           }
                           entry.isNew = true;
                           entry.label = wish.label;
                           entry.address = holding.record.address;
                           const Credential credential = keyCredential(made->secret, *entry.method);
                           entry.fields = credential.fields;
                           return self.next(self.keepNew(entry, credential, made->key.id),
                                            [made, values = holding.record.values](
                                                Private &same, const Result<data::Account> &put) mutable {
                                                // What could not be kept is not said to be.
                                                if (!put) {
                                                    qCWarning(logCredentials) << put.error().message;
                                                    return std::move(made);
                                                }
                                                made->kept = put->place;
                                                same.change(put->id, [&](Holding &kept) {
                                                    kept.record.values = values;
                                                    if (made->key.expires.isValid())
                                                        kept.record.expires = made->key.expires;
                                                });
                                                return std::move(made);
                                            });
                       });
    });
}

/// The key in use as its service lists it; without an id where it cannot be told which one that is.
Future<data::ServiceKey> Connections::Private::ownKey(const Holding &holding, const StopToken &stop)
{
    data::ServiceKey known;
    known.id = holding.record.keyId;
    if (!holding.kind->service.listsKeys)
        return ready<data::ServiceKey>(known);
    if (client.expired())
        return ready<data::ServiceKey>(cancelled());
    return chain(calls(holding).keys(stop), [holding, known](Result<Keys> keys) -> Result<data::ServiceKey> {
        if (!keys && keys.error().code == ErrorCode::Unsupported)
            return known;
        if (!keys)
            return fail(keys.error());
        const auto own = ownOf(*keys, holding);
        return own == keys->end() ? known : *own;
    });
}

Future<data::NewKey> Connections::rollKey(const QString &account, const QString &key, const StopToken &stop)
{
    struct Plan {
        Holding holding;
        QString key;
        StopToken stop;
        bool ours = false;
    };
    const auto kept = [](const std::shared_ptr<Plan> &plan, Private &self,
                         Result<data::NewKey> made) -> Future<data::NewKey> {
        const Holding &before = plan->holding;
        if (!made || !plan->ours)
            return ready<data::NewKey>(std::move(made));
        const Credential credential = keyCredential(made->secret, *before.method);
        // In use at once, wherever it can be kept: the old one ends by itself.
        bool still = false;
        self.change(before.record.id, [&](Holding &holding) {
            still = holdsStill(holding, before);
            if (!still)
                return;
            holding.credential = credential;
            holding.record.keyId = made->key.id.isEmpty() ? holding.record.keyId : made->key.id;
            holding.record.created = self.settings.clock();
            holding.record.refused = false;
            holding.record.expires = made->key.expires;
        });
        if (!still) // signed out meanwhile: only shown
            return ready<data::NewKey>(std::move(made));
        return self.next(self.store->write(storeName(before), pack(credential, *before.method)),
                         [made, id = before.record.id](Private &same, const Result<Place> &place) mutable {
                             made->kept = place.value_or(Place::Memory);
                             same.change(id, [&made](Holding &held) { held.place = made->kept; });
                             return std::move(made);
                         });
    };
    const auto rolled = [kept](const std::shared_ptr<Plan> &plan, Private &self,
                               const Result<data::Keychain> &keychain) {
        if (!keychain || keychain->state != State::Open)
            return failed<data::NewKey>(keychainClosed(plan->holding.kind->service.title));
        if (self.client.expired())
            return ready<data::NewKey>(cancelled());
        return self.next(
            self.calls(plan->holding).rollKey(plan->key, plan->stop),
            [kept, plan](Private &same, Result<data::NewKey> made) { return kept(plan, same, std::move(made)); });
    };
    return asked<data::NewKey>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        const auto plan = std::make_shared<Plan>(Plan {holding, key, stop});
        return d->next(d->ownKey(holding, stop), [plan, rolled](Private &self, const Result<data::ServiceKey> &own) {
            // Rolled without knowing whose it is, the key in use could end here, and its successor be kept nowhere.
            if (!own)
                return failed<data::NewKey>(own.error());
            const Holding &before = plan->holding;
            const QString title = before.kind->service.title;
            plan->ours = own->id == plan->key;
            if (plan->ours && before.place == Place::Environment)
                return failed<data::NewKey>(
                    {ErrorCode::Unsupported,
                     Text::tr("This key comes from the environment of the program: roll it where it is set."), title,
                     false});
            if (plan->ours && self.changing.contains(before.record.id))
                return failed<data::NewKey>(changingAlready(title));
            const bool inKeychain = plan->ours && before.place == Place::Keychain;
            const auto state = inKeychain ? self.store->state()
                                          : ready<data::Keychain>(data::Keychain {State::Open, {}});
            return self.next(state, [plan, rolled](Private &same, const Result<data::Keychain> &keychain) {
                return rolled(plan, same, keychain);
            });
        });
    });
}

Future<void> Connections::revokeKey(const QString &account, const QString &key, const StopToken &stop)
{
    return asked<void>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(d->calls(holding).revokeKey(key, stop),
                       [id = holding.record.id, key](Private &self, Result<void> revoked) {
                           self.change(id, [&](Holding &kept) {
                               if (revoked && kept.record.keyId == key)
                                   kept.record.refused = true;
                           });
                           return revoked;
                       });
    });
}

Future<std::vector<data::ProviderKey>> Connections::providerKeys(const QString &account, const StopToken &stop)
{
    return asked<std::vector<data::ProviderKey>>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->calls(holding).providerKeys(stop);
    });
}

Future<void> Connections::addProviderKey(const QString &account, const QString &provider, const Secret &key,
                                         const StopToken &stop)
{
    return asked<void>(d->held(account), !d->client.expired(),
                       [&](const Holding &holding) { return d->calls(holding).addProviderKey(provider, key, stop); });
}

Future<void> Connections::removeProviderKey(const QString &account, const QString &provider, const StopToken &stop)
{
    return asked<void>(d->held(account), !d->client.expired(),
                       [&](const Holding &holding) { return d->calls(holding).removeProviderKey(provider, stop); });
}

} // namespace astra::credentials
