// SPDX-License-Identifier: Apache-2.0
// What an account can see and do at its service, and the change of its key: at every step a key that works is in use,
// and accounts.json and the keychain together tell how far it came.
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
    const auto named = std::ranges::find_if(keys, [&id](const auto &key) { return !id.isEmpty() && key.id == id; });
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

Credential keyCredential(const Secret &key, const SignInMethod &method)
{
    Credential credential;
    credential.fields.insert(keyField(method), key);
    return credential;
}

Error keychainClosed(const QString &title)
{
    return {ErrorCode::Storage,
            Text::tr("The keychain is not open, and a key made now could not be kept in it. Unlock it and try again."),
            title, false};
}

} // namespace

QString leftText(const Holding &holding)
{
    const QString &title = holding.kind->service.title;
    const QString &key = holding.leftMasked;
    switch (holding.record.left) {
    case Leftover::Former:
        return key.isEmpty()
            ? Text::tr("The old key is still valid at %1: revoke it on the website of the service.").arg(title)
            : Text::tr("The old key %1 is still valid at %2: revoke it on the website of the service.").arg(key, title);
    case Leftover::Newer:
        return key.isEmpty() ? Text::tr("The key that was to replace it is still valid at %1.").arg(title)
                             : Text::tr("The key %1, which was to replace it, is still valid at %2.").arg(key, title);
    case Leftover::None:
        break;
    }
    return {};
}

void Connections::Private::note(const Result<void> &written)
{
    if (!written)
        qCWarning(logCredentials) << written.error().message;
}

// --- At the service -------------------------------------------------------------------------------------------------

Future<data::Usage> Connections::usage(const QString &account, const StopToken &stop)
{
    return asked<data::Usage>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(
            d->calls(holding).usage(stop), [id = holding.record.id](Private &self, Result<data::Usage> usage) {
                if (usage && usage->creditsLeft)
                    self.change(id, [&usage](Holding &kept) { kept.allowance.creditsLeft = usage->creditsLeft; });
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
                self.change(holding.record.id, [&own](Holding &kept) {
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
                           entry.label = wish.label;
                           entry.address = holding.record.address;
                           const Credential credential = keyCredential(made->secret, *entry.method);
                           entry.fields = credential.fields;
                           return self.next(self.keepNew(entry, credential, made->key.id),
                                            [made, id = entry.account, values = holding.record.values](
                                                Private &same, const Result<data::Account> &put) mutable {
                                                // What could not be kept is not said to be.
                                                if (put)
                                                    made->kept = put->place;
                                                else
                                                    qCWarning(logCredentials) << put.error().message;
                                                same.change(id, [&](Holding &kept) {
                                                    kept.record.values = values;
                                                    if (made->key.expires.isValid())
                                                        kept.record.expires = made->key.expires;
                                                });
                                                return std::move(made);
                                            });
                       });
    });
}

Future<data::NewKey> Connections::rollKey(const QString &account, const QString &key, const StopToken &stop)
{
    return asked<data::NewKey>(d->held(account), !d->client.expired(), [&](const Holding &holding) {
        return d->next(
            d->ownKey(holding, stop), [holding, key, stop](Private &self, const Result<data::ServiceKey> &own) {
                const bool ours = own && own->id == key;
                if (ours && holding.place == Place::Environment)
                    return failed<data::NewKey>(
                        {ErrorCode::Unsupported,
                         Text::tr("This key comes from the environment of the program: roll it where it is set."),
                         holding.kind->service.title, false});
                const bool inKeychain = ours && holding.place == Place::Keychain;
                const auto state = inKeychain ? self.store->state()
                                              : ready<data::Keychain>(data::Keychain {State::Open, {}});
                return self.next(
                    state, [holding, key, stop, ours](Private &asker, const Result<data::Keychain> &keychain) {
                        if (!keychain || keychain->state != State::Open)
                            return failed<data::NewKey>(keychainClosed(holding.kind->service.title));
                        if (asker.client.expired())
                            return ready<data::NewKey>(cancelled());
                        return asker.next(
                            asker.calls(holding).rollKey(key, stop),
                            [holding, ours](Private &same, Result<data::NewKey> made) -> Future<data::NewKey> {
                                if (!made || !ours)
                                    return ready<data::NewKey>(std::move(made));
                                const Credential credential = keyCredential(made->secret, *holding.method);
                                // In use at once, wherever it can be kept: the old one ends by itself.
                                same.change(holding.record.id, [&](Holding &kept) {
                                    kept.credential = credential;
                                    kept.record.keyId = made->key.id.isEmpty() ? kept.record.keyId : made->key.id;
                                    kept.record.created = same.settings.clock();
                                    kept.record.refused = false;
                                    kept.record.expires = made->key.expires;
                                });
                                return same.next(
                                    same.store->write(storeName(holding), pack(credential, *holding.method)),
                                    [made, id = holding.record.id](Private &owner, const Result<Place> &place) mutable {
                                        made->kept = place.value_or(Place::Memory);
                                        owner.change(id, [&made](Holding &held) { held.place = made->kept; });
                                        return std::move(made);
                                    });
                            });
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

// --- Rotation -------------------------------------------------------------------------------------------------------

/// The key in use as its service lists it; without an id where it cannot be told which one that is.
Future<data::ServiceKey> Connections::Private::ownKey(const Holding &holding, const StopToken &stop)
{
    data::ServiceKey known;
    known.id = holding.record.keyId;
    if (!holding.kind->service.listsKeys || client.expired())
        return ready<data::ServiceKey>(known);
    return chain(calls(holding).keys(stop), [holding, known](Result<Keys> keys) -> Result<data::ServiceKey> {
        if (!keys)
            return known;
        const auto own = ownOf(*keys, holding);
        return own == keys->end() ? known : *own;
    });
}

Result<Holding> Connections::Private::rotatable(const QString &account, const Secret &newKey)
{
    auto holding = held(account);
    if (!holding)
        return holding;
    const ServiceKind &kind = *holding->kind;
    const QString title = kind.service.title;
    if (holding->place == Place::Environment)
        return fail(
            ErrorCode::Unsupported,
            Text::tr("The key of %1 comes from the environment of the program, and is changed there.").arg(title),
            title);
    if (holding->method->type != SignInMethod::Type::Key)
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 is signed in without a key that could be changed: sign in again instead.").arg(title),
                    title);
    if (holding->record.rotation != Rotation::None)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The key of %1 is being changed already. Finish that first, or go back.").arg(title),
                    title);
    if (newKey.isEmpty())
        return holding;
    const QString objection = objectionTo(newKey, *holding->method, title);
    if (!objection.isEmpty())
        return fail(ErrorCode::InvalidInput, objection, title);
    if (newKey == holding->key())
        return fail(ErrorCode::InvalidInput, Text::tr("This is the key that is in use already."), title);
    return holding;
}

Future<data::Account> Connections::beginRotation(const QString &account, const QString &label, const Secret &newKey,
                                                 const StopToken &stop)
{
    const Secret taken(newKey.reveal().trimmed());
    const auto holding = d->rotatable(account, taken);
    if (!holding)
        return failed<data::Account>(holding.error());
    QString called = label.trimmed();
    if (called.isEmpty()) {
        const std::lock_guard lock(d->mutex);
        QStringList labels;
        for (const auto &[id, other] : d->accounts)
            labels << other.record.label;
        const QString before = holding->record.label;
        called = nextLabel(before.isEmpty() ? suggestedLabel({}) : before, labels);
    }
    struct Plan {
        Holding old;
        QString label;
        Secret taken;
        StopToken stop;
        data::ServiceKey own;
        data::NewKey made;
    };
    const auto plan = std::make_shared<Plan>(Plan {*holding, called, taken, stop, {}, {}});

    const auto tried = [plan](Private &self, const Result<void> &good) -> Future<data::Account> {
        if (good)
            return self.switchKey(plan->old, plan->made, plan->label, plan->own.id);
        // What was made for nothing does not stay behind, if that can be helped.
        if (plan->taken.isEmpty() && !plan->made.key.id.isEmpty() && !self.client.expired())
            deliver(self.calls(plan->old).revokeKey(plan->made.key.id), self.store.get(), [](const Result<void> &) {});
        Error error = withoutSecrets(good.error(), {plan->made.secret});
        error.message = Text::tr("The new key does not work, so the old one stays in use: %1").arg(error.message);
        return failed<data::Account>(error);
    };
    const auto made = [plan, tried](Private &self, const Result<data::NewKey> &key) -> Future<data::Account> {
        if (!key)
            return failed<data::Account>(key.error());
        plan->made = *key;
        Private::Entry entry;
        entry.kind = plan->old.kind;
        entry.method = plan->old.method;
        entry.account = plan->old.record.id;
        entry.address = plan->old.record.address;
        return self.next(self.tried(entry, keyCredential(key->secret, *entry.method), plan->stop), tried);
    };
    const auto found = [plan, made](Private &self, const Result<data::ServiceKey> &own) -> Future<data::Account> {
        plan->own = own.value_or(data::ServiceKey());
        if (!plan->taken.isEmpty())
            return self.next(ready<data::NewKey>(data::NewKey {{}, plan->taken}), made);
        if (self.client.expired())
            return ready<data::Account>(cancelled());
        data::KeyWish wish;
        wish.label = plan->label;
        wish.test = isTestKey(plan->old.key(), *plan->old.method);
        wish.scopes = plan->own.scopes; // what the old one may, the new one may, too
        return self.next(self.calls(plan->old).createKey(wish, plan->stop), made);
    };
    const auto begun = d->next(
        d->store->state(),
        [plan, found](Private &self, const Result<data::Keychain> &keychain) -> Future<data::Account> {
            const bool open = keychain && keychain->state == State::Open;
            if (plan->old.place == Place::Keychain && !open)
                return failed<data::Account>(keychainClosed(plan->old.kind->service.title));
            return self.next(self.ownKey(plan->old, plan->stop), found);
        });
    return withoutSecrets(begun, secretsOf(*holding));
}

/// First it is written down what is about to happen, then the old key is put aside, then the new one takes its place:
/// whoever reads file and keychain after an end in between finds the one that works under the account's name.
Future<data::Account> Connections::Private::switchKey(const Holding &old, const data::NewKey &made,
                                                      const QString &label, const QString &oldId)
{
    const QString id = old.record.id;
    change(id, [&](Holding &holding) {
        AccountRecord &record = holding.record;
        record.rotation = Rotation::Switching;
        record.formerKeyId = oldId;
        record.formerLabel = record.label;
        record.formerCreated = record.created;
        record.madeHere = !made.key.id.isEmpty();
        record.keyId = made.key.id;
        record.label = label;
    });
    const Credential credential = keyCredential(made.secret, *old.method);
    const auto lost = [](const Holding &holding, const Result<Place> &place) -> std::optional<Error> {
        if (!place)
            return place.error();
        if (holding.place == Place::Keychain && *place != Place::Keychain)
            return Error {ErrorCode::Storage,
                          Text::tr("The keychain stopped taking keys, so the old key stays in use. Try again later."),
                          holding.kind->service.title, false};
        return std::nullopt;
    };
    const auto written = [old, made, credential, lost](Private &self, const Result<Place> &place) {
        if (const auto error = lost(old, place))
            return self.stepBack(old, *error);
        self.change(old.record.id, [&](Holding &holding) {
            holding.former = holding.credential;
            holding.formerPlace = holding.place;
            holding.credential = credential;
            holding.place = *place;
            holding.leftMasked.clear();
            holding.record.left = Leftover::None;
            holding.record.created = self.settings.clock();
            holding.record.refused = false;
            holding.record.expires = made.key.expires.isValid() ? made.key.expires : jwtExpiry(made.secret);
        });
        return self.next(self.persist(), [id = old.record.id](Private &same, const Result<void> &saved) {
            note(saved);
            return same.told(id);
        });
    };
    const auto aside = [old, credential, lost, written](Private &self, const Result<Place> &place) {
        if (const auto error = lost(old, place))
            return self.stepBack(old, *error);
        return self.next(self.store->write(storeName(old), pack(credential, *old.method)), written);
    };
    return next(persist(), [old, aside](Private &self, const Result<void> &saved) {
        if (!saved)
            return self.stepBack(old, saved.error());
        return self.next(self.store->write(formerName(old), pack(old.credential, *old.method)), aside);
    });
}

/// Back to the old key after a step that failed.
Future<data::Account> Connections::Private::stepBack(const Holding &old, const Error &why)
{
    change(old.record.id, [&old](Holding &holding) {
        const auto uses = holding.record.uses;
        const auto lastUsed = holding.record.lastUsed;
        holding.record = old.record;
        holding.record.uses = uses;
        holding.record.lastUsed = lastUsed;
    });
    const auto cleared = [why](Private &self, const Result<void> &) {
        return self.next(self.persist(),
                         [why](Private &, const Result<void> &) -> Result<data::Account> { return fail(why); });
    };
    return next(store->write(storeName(old), pack(old.credential, *old.method)),
                [old, cleared](Private &self, const Result<Place> &) {
                    return self.next(self.store->remove(formerName(old)), cleared);
                });
}

/// By the new key, or by the old one itself where only that may. Unsupported: the service is not known to do it.
Future<void> Connections::Private::revokeFormer(const Holding &holding, const StopToken &stop)
{
    const QString key = holding.record.formerKeyId;
    if (!holding.kind->service.revokesKeys || key.isEmpty())
        return failed<void>({ErrorCode::Unsupported, {}, {}, false});
    const auto judged = [holding, key, stop](Private &self, Result<void> revoked) -> Future<void> {
        if (revoked || !holding.kind->service.listsKeys || self.client.expired())
            return ready<void>(std::move(revoked));
        // Perhaps it is gone already: this may be the second try after an end in between.
        return chain(self.calls(holding).keys(stop), [key, revoked](const Result<Keys> &keys) -> Result<void> {
            const auto valid = [&key](const data::ServiceKey &one) { return one.id == key && !one.revoked; };
            if (!keys || std::ranges::any_of(*keys, valid))
                return revoked;
            return {};
        });
    };
    const auto tried = [holding, key, stop, judged](Private &self, Result<void> revoked) -> Future<void> {
        if (revoked || revoked.error().code != ErrorCode::Unauthorized || self.client.expired())
            return self.next(ready<void>(std::move(revoked)), judged);
        Holding old = holding;
        old.credential = holding.former;
        const QString name = self.addTrial(old);
        const auto second = self.next(self.calls(old, name).revokeKey(key, stop),
                                      [name](Private &same, Result<void> done) {
                                          same.dropTrial(name);
                                          return done;
                                      });
        return self.next(second, judged);
    };
    return next(calls(holding).revokeKey(key, stop), tried);
}

Future<data::Account> Connections::finishRotation(const QString &account, const StopToken &stop)
{
    const auto holding = d->held(account);
    if (!holding)
        return failed<data::Account>(holding.error());
    const QString id = holding->record.id;
    const QString title = holding->kind->service.title;
    if (holding->record.rotation == Rotation::None)
        return failed<data::Account>(
            {ErrorCode::InvalidInput, Text::tr("The key of %1 is not being changed.").arg(title), title, false});

    const auto revoked = [id](Private &self, const Result<void> &gone) -> Future<data::Account> {
        // One that is not there any more is as good as revoked.
        if (!gone && gone.error().code != ErrorCode::NotFound && gone.error().code != ErrorCode::Unsupported)
            return failed<data::Account>(gone.error());
        return self.endRotation(id, !gone && gone.error().code == ErrorCode::Unsupported);
    };
    const auto verified = [old = *holding, revoked, stop](Private &self, const Result<void> &good) {
        if (!good) {
            Error error = good.error();
            error.message = Text::tr("The new key was refused, so the old one was not revoked: %1").arg(error.message);
            return failed<data::Account>(error);
        }
        if (self.client.expired())
            return ready<data::Account>(cancelled());
        return self.next(self.revokeFormer(old, stop), revoked);
    };
    // A new key that is only in memory would be gone with the program, and the old one revoked.
    const auto kept = [id, old = *holding, verified, stop](Private &self, const Result<Place> &place) {
        if (place)
            self.change(id, [&place](Holding &held) { held.place = *place; });
        if (old.formerPlace == Place::Keychain && (!place || *place != Place::Keychain))
            return failed<data::Account>({ErrorCode::Storage,
                                          Text::tr("The new key is not in the keychain yet, so the old one was not "
                                                   "revoked. Unlock the keychain and try again."),
                                          old.kind->service.title, false});
        return self.next(self.accepted(old, QString(id + u'#'), stop), verified);
    };
    const bool again = holding->place == Place::Memory && holding->formerPlace == Place::Keychain;
    const auto written = again ? d->store->write(storeName(*holding), pack(holding->credential, *holding->method))
                               : ready<Place>(holding->place);
    return withoutSecrets(d->next(written, kept), secretsOf(*holding));
}

/// The old key goes; how far this came is written down before and after.
Future<data::Account> Connections::Private::endRotation(const QString &id, bool byHand)
{
    QString former;
    change(id, [&](Holding &holding) {
        holding.record.rotation = Rotation::Ending;
        if (byHand) {
            holding.record.left = Leftover::Former;
            holding.leftMasked = masked(holding.former.fields.value(keyField(*holding.method)), *holding.method);
        }
        holding.former = {};
        holding.formerPlace = Place::None;
        former = formerName(holding);
    });
    const auto removed = [id](Private &self, const Result<void> &gone) {
        // Where the keychain has been locked meanwhile, the next start removes it.
        if (gone)
            self.change(id, [](Holding &holding) {
                holding.record.rotation = Rotation::None;
                holding.record.formerKeyId.clear();
                holding.record.formerLabel.clear();
                holding.record.formerCreated = {};
                holding.record.madeHere = false;
            });
        return self.next(self.persist(), [id](Private &same, const Result<void> &saved) {
            note(saved);
            return same.told(id);
        });
    };
    return next(persist(), [former, removed](Private &self, const Result<void> &saved) {
        note(saved);
        return self.next(self.store->remove(former), removed);
    });
}

Future<data::Account> Connections::undoRotation(const QString &account)
{
    const auto holding = d->held(account);
    if (!holding)
        return failed<data::Account>(holding.error());
    const QString title = holding->kind->service.title;
    if (holding->record.rotation != Rotation::Switching || holding->former.isEmpty())
        return failed<data::Account>(
            {ErrorCode::InvalidInput, Text::tr("The key of %1 is not being changed.").arg(title), title, false});
    const Holding &newer = *holding;
    const auto back = [newer](Private &self, const Result<Place> &place) -> Future<data::Account> {
        if (!place)
            return failed<data::Account>(place.error());
        self.change(newer.record.id, [&](Holding &held) {
            held.credential = newer.former;
            held.place = *place;
            held.record.left = Leftover::Newer;
            held.leftMasked = masked(newer.key(), *newer.method);
        });
        self.change(newer.record.id, backToFormer);
        return self.next(self.persist(), [newer](Private &same, const Result<void> &saved) {
            Private::note(saved);
            return same.next(same.store->remove(formerName(newer)),
                             [newer](Private &owner, const Result<void> &) { return owner.revokeNewer(newer); });
        });
    };
    return d->next(d->store->write(storeName(newer), pack(newer.former, *newer.method)), back);
}

/// A key that Astra itself made for a rotation now undone does not stay behind where that can be helped.
Future<data::Account> Connections::Private::revokeNewer(const Holding &newer)
{
    const QString id = newer.record.id;
    const QString key = newer.record.keyId;
    if (!newer.record.madeHere || key.isEmpty() || !newer.kind->service.revokesKeys || client.expired())
        return ready<data::Account>(told(id));
    return next(calls(newer).revokeKey(key), [id](Private &self, const Result<void> &revoked) -> Future<data::Account> {
        if (!revoked)
            return ready<data::Account>(self.told(id));
        self.change(id, [](Holding &holding) {
            holding.record.left = Leftover::None;
            holding.leftMasked.clear();
        });
        return self.next(self.persist(), [id](Private &same, const Result<void> &saved) {
            note(saved);
            return same.told(id);
        });
    });
}

void backToFormer(Holding &holding)
{
    AccountRecord &record = holding.record;
    record.keyId = record.formerKeyId;
    record.label = record.formerLabel;
    record.created = record.formerCreated;
    record.rotation = Rotation::None;
    record.formerKeyId.clear();
    record.formerLabel.clear();
    record.formerCreated = {};
    record.madeHere = false;
    record.refused = false;
    record.expires = jwtExpiry(holding.key());
    holding.former = {};
    holding.formerPlace = Place::None;
}

/// What the keychain holds as the former key says how far a change came that was cut off.
void Connections::Private::takeFormer(const QString &id, const CredentialStore::Kept &kept)
{
    QString name;
    QString formerly;
    Secret restored;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end())
            return;
        Holding &holding = found->second;
        auto former = kept.secret.isEmpty() ? std::nullopt : unpack(kept.secret, *holding.method);
        const bool same = former && former->fields == holding.credential.fields;
        formerly = formerName(holding);
        if (holding.record.rotation == Rotation::Ending) {
            holding.record.rotation = Rotation::None;
            holding.record.formerKeyId.clear();
        } else if (former && !same && holding.open()) {
            // Between switching and finishing, where it may stay for as long as it takes.
            holding.record.rotation = Rotation::Switching;
            holding.former = *std::move(former);
            holding.formerPlace = kept.place;
            return;
        } else if (former && !holding.open()) {
            // The account's own place is empty: the old key is the one that works.
            if (!wasOpen)
                return;
            holding.credential = *std::move(former);
            holding.place = kept.place;
            restored = kept.secret;
            name = storeName(holding);
            backToFormer(holding);
        } else if (holding.record.rotation == Rotation::Switching) {
            if (!holding.open())
                return; // nothing can be read now
            backToFormer(holding);
        }
        if (kept.secret.isEmpty())
            formerly.clear();
    }
    touch(Seen::Nothing);
    const auto clear = [formerly](Private &self) {
        return formerly.isEmpty() ? ready<void>({}) : self.store->remove(formerly);
    };
    if (restored.isEmpty())
        deliver(clear(*this), store.get(), [](const Result<void> &) {});
    else
        deliver(next(store->write(name, restored),
                     [clear](Private &self, const Result<Place> &place) {
                         return place ? clear(self) : failed<void>(place.error());
                     }),
                store.get(), [](const Result<void> &) {});
}

} // namespace astra::credentials
