// SPDX-License-Identifier: Apache-2.0
// The change of a key: at every step one that works is in use, and accounts.json and the keychain together tell how far
// it came.
#include "core/base/logging.h"
#include "core/credentials/connectionsparts.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::AccountKeys)
};

using Keys = std::vector<data::ServiceKey>;
using State = data::Keychain::State;

Error notBeingChanged(const QString &title)
{
    return {ErrorCode::InvalidInput, Text::tr("The key of %1 is not being changed.").arg(title), title, false};
}

Error formerUnreadable(const QString &title)
{
    return {ErrorCode::Storage,
            Text::tr("The old key of %1 cannot be read now, so it was not revoked. Unlock the keychain and try again.")
                .arg(title),
            title, false};
}

} // namespace

Error changedMeanwhile(const QString &title)
{
    return {ErrorCode::InvalidInput,
            Text::tr("Someone signed in to %1, or out of it, meanwhile: its key was not changed.").arg(title), title,
            false};
}

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

/// One change of an account's key at a time. Store's thread.
Future<data::Account> Connections::Private::alone(const Holding &holding,
                                                  const std::function<Future<data::Account>()> &start)
{
    const QString id = holding.record.id;
    if (!changing.insert(id).second)
        return failed<data::Account>(changingAlready(holding.kind->service.title));
    return next(start(), [id](Private &self, Result<data::Account> result) {
        self.changing.erase(id);
        return result;
    });
}

/// What was in the keychain is replaced there or not at all: a key that is only in memory is gone with the program.
Future<Place> Connections::Private::keepAsBefore(Place before, const QString &name, const Secret &secret)
{
    if (before != Place::Keychain)
        return store->write(name, secret);
    return chain(store->writeToKeychain(name, secret), [](const Result<void> &written) -> Result<Place> {
        return written ? Result<Place>(Place::Keychain) : fail(written.error());
    });
}

/// What an account holds now becomes what is kept under the name that it had before.
Future<void> Connections::Private::keepWhatIsHeld(const Holding &before)
{
    const QString id = before.record.id;
    const QString name = storeName(before);
    Secret packed;
    Place place = Place::None;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found != accounts.end() && found->second.open() && storeName(found->second) == name) {
            packed = pack(found->second.credential, *found->second.method);
            place = found->second.place;
        }
    }
    if (packed.isEmpty())
        return store->remove(name);
    return next(keepAsBefore(place, name, packed), [id](Private &self, const Result<Place> &kept) -> Result<void> {
        if (!kept)
            return fail(kept.error());
        self.change(id, [&kept](Holding &holding) { holding.place = *kept; });
        return {};
    });
}

/// Whether this is what the keychain keeps under a name: another process of ours may have changed it meanwhile. The
/// error says that nobody can tell now.
Future<bool> Connections::Private::keychainHolds(const QString &name, const Credential &credential, const Holding &of)
{
    return chain(readSurely(name),
                 [method = of.method, kind = of.kind,
                  fields = credential.fields](const Result<CredentialStore::Kept> &kept) -> Result<bool> {
                     if (!kept)
                         return fail(keychainClosed(kind->service.title));
                     const auto found = unpack(kept->secret, *method);
                     return found && found->fields == fields;
                 });
}

// --- Beginning ------------------------------------------------------------------------------------------------------

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
    if (holding->record.rotation == Rotation::Switching)
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

    const auto dropped = [plan](Private &self, const Error &why) {
        return self.next(self.discard(plan->old, plan->made),
                         [why](Private &, const Result<void> &) -> Result<data::Account> { return fail(why); });
    };
    const auto compared = [plan, dropped](Private &self, const Result<bool> &same) {
        if (!same)
            return dropped(self, same.error());
        if (!*same)
            return dropped(self, changedMeanwhile(plan->old.kind->service.title));
        return self.switchKey(plan->old, plan->made, plan->label, plan->own.id);
    };
    const auto tried = [plan, dropped, compared](Private &self, const Result<AccountFacts> &good) {
        if (good)
            return self.next(plan->old.place == Place::Keychain
                                 ? self.keychainHolds(storeName(plan->old), plan->old.credential, plan->old)
                                 : ready<bool>(true),
                             compared);
        Error error = withoutSecrets(good.error(), {plan->made.secret});
        error.message = Text::tr("The new key does not work, so the old one stays in use: %1").arg(error.message);
        return dropped(self, error);
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
        if (!own)
            plan->own.id = plan->old.record.keyId;
        if (!plan->taken.isEmpty())
            return self.next(ready<data::NewKey>(data::NewKey {{}, plan->taken}), made);
        // What the old one may is what the new one is made for: that has to be known.
        if (!own)
            return failed<data::Account>(own.error());
        if (self.client.expired())
            return ready<data::Account>(cancelled());
        data::KeyWish wish;
        wish.label = plan->label;
        wish.test = isTestKey(plan->old.key(), *plan->old.method);
        wish.scopes = plan->own.scopes; // what the old one may, the new one may, too
        return self.next(self.calls(plan->old).createKey(wish, plan->stop), made);
    };
    const auto begin = [this, plan, found] {
        return d->next(d->store->state(),
                       [plan, found](Private &self, const Result<data::Keychain> &keychain) -> Future<data::Account> {
                           const bool open = keychain && keychain->state == State::Open;
                           if (plan->old.place == Place::Keychain && !open)
                               return failed<data::Account>(keychainClosed(plan->old.kind->service.title));
                           return self.next(self.ownKey(plan->old, plan->stop), found);
                       });
    };
    return withoutSecrets(d->alone(*holding, begin), secretsOf(*holding));
}

/// A key that was made for nothing does not stay behind, or it is told. One that somebody else made is theirs.
Future<void> Connections::Private::discard(const Holding &holding, const data::NewKey &made)
{
    if (made.key.id.isEmpty())
        return ready<void>({});
    const bool can = holding.kind->service.revokesKeys && !client.expired();
    const auto revoked = can ? calls(holding).revokeKey(made.key.id)
                             : failed<void>({ErrorCode::Unsupported, {}, {}, false});
    return next(revoked, [id = holding.record.id, made](Private &self, const Result<void> &gone) -> Result<void> {
        if (!gone)
            self.change(id, [&made](Holding &held) {
                held.record.left = Leftover::Newer;
                held.leftMasked = masked(made.secret, *held.method);
            });
        return {};
    });
}

/// First it is written down what is about to happen, then the old key is put aside, then the new one takes its place:
/// whoever reads file and keychain after an end in between finds the one that works under the account's name.
Future<data::Account> Connections::Private::switchKey(const Holding &old, const data::NewKey &made,
                                                      const QString &label, const QString &oldId)
{
    const QString id = old.record.id;
    const QString title = old.kind->service.title;
    bool still = false;
    change(id, [&](Holding &holding) {
        still = holdsStill(holding, old);
        if (!still)
            return;
        AccountRecord &record = holding.record;
        record.rotation = Rotation::Switching;
        record.formerKeyId = oldId;
        record.formerLabel = record.label;
        record.formerCreated = record.created;
        record.madeHere = !made.key.id.isEmpty();
        record.keyId = made.key.id;
        record.label = label;
    });
    if (!still)
        return stepBack(old, made, changedMeanwhile(title));
    const Credential credential = keyCredential(made.secret, *old.method);
    const Error stopped {ErrorCode::Storage,
                         Text::tr("The keychain stopped taking keys, so the old key stays in use. Try again later."),
                         title, false};
    const auto written = [old, made, credential, stopped, title](Private &self, Place aside,
                                                                 const Result<Place> &place) {
        if (!place)
            return self.stepBack(old, made, stopped);
        bool same = false;
        self.change(old.record.id, [&](Holding &holding) {
            same = holdsStill(holding, old);
            if (!same)
                return;
            holding.former = std::exchange(holding.credential, credential);
            holding.place = *place;
            holding.formerPlace = aside; // a keychain that has been unlocked meanwhile has taken what was in memory
            holding.leftMasked.clear();
            holding.record.left = Leftover::None;
            holding.record.created = self.settings.clock();
            holding.record.refused = false;
            holding.record.expires = made.key.expires.isValid() ? made.key.expires : jwtExpiry(made.secret);
        });
        if (!same)
            return self.stepBack(old, made, changedMeanwhile(title));
        return self.next(self.persist(), [id = old.record.id](Private &owner, const Result<void> &saved) {
            note(saved);
            return owner.told(id);
        });
    };
    const auto aside = [old, made, credential, stopped, written](Private &self, const Result<Place> &place) {
        if (!place)
            return self.stepBack(old, made, stopped);
        return self.next(
            self.keepAsBefore(old.place, storeName(old), pack(credential, *old.method)),
            [written, aside = *place](Private &same, const Result<Place> &own) { return written(same, aside, own); });
    };
    return next(persist(), [old, made, aside](Private &self, const Result<void> &saved) {
        if (!saved)
            return self.stepBack(old, made, saved.error());
        return self.next(self.keepAsBefore(old.place, formerName(old), pack(old.credential, *old.method)), aside);
    });
}

/// Back to the old key after a step that failed; or to whatever the account has been signed in with meanwhile.
Future<data::Account> Connections::Private::stepBack(const Holding &old, const data::NewKey &made, const Error &why)
{
    change(old.record.id, [&old](Holding &holding) {
        if (!holdsStill(holding, old))
            return;
        AccountRecord &record = holding.record;
        record.rotation = old.record.rotation;
        record.formerKeyId = old.record.formerKeyId;
        record.formerLabel = old.record.formerLabel;
        record.formerCreated = old.record.formerCreated;
        record.madeHere = old.record.madeHere;
        record.keyId = old.record.keyId;
        record.label = old.record.label;
    });
    const auto discarded = [why](Private &self, const Result<void> &) {
        return self.next(self.persist(),
                         [why](Private &, const Result<void> &) -> Result<data::Account> { return fail(why); });
    };
    const auto removed = [old, made, discarded](Private &self, const Result<void> &) {
        return self.next(self.discard(old, made), discarded);
    };
    return next(keepWhatIsHeld(old), [old, made, removed, discarded](Private &self, const Result<void> &kept) {
        if (kept)
            return self.next(self.store->remove(formerName(old)), removed);
        // The keychain may have taken the new key all the same: it stays valid, and that is told.
        if (!made.key.id.isEmpty())
            self.change(old.record.id, [&made](Holding &holding) {
                holding.record.left = Leftover::Newer;
                holding.leftMasked = masked(made.secret, *holding.method);
            });
        return discarded(self, {});
    });
}

// --- Finishing ------------------------------------------------------------------------------------------------------

/// By the new key, or by the old one itself where only that may. Unsupported: the service is not known to do it.
Future<void> Connections::Private::revokeFormer(const Holding &holding, const StopToken &stop)
{
    const QString key = holding.record.formerKeyId;
    if (!holding.kind->service.revokesKeys || key.isEmpty() || key == holding.record.keyId)
        return failed<void>({ErrorCode::Unsupported, {}, {}, false});
    const auto judged = [holding, key, stop](Private &self, Result<void> revoked) -> Future<void> {
        if (revoked || self.client.expired())
            return ready<void>(std::move(revoked));
        if (!holding.kind->service.listsKeys)
            return ready<void>(revoked.error().code == ErrorCode::NotFound ? Result<void>() : std::move(revoked));
        // Perhaps it is gone already: this may be the second try after an end in between. What the service did not
        // find, it may not have looked for.
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
    if (holding->record.rotation == Rotation::Ending)
        return d->alone(*holding, [this, id] { return d->dropFormer(id); });
    if (holding->record.rotation != Rotation::Switching)
        return failed<data::Account>(notBeingChanged(title));
    if (holding->former.isEmpty())
        return failed<data::Account>(formerUnreadable(title));

    const auto revoked = [id](Private &self, const Result<void> &gone) -> Future<data::Account> {
        const bool byHand = !gone && gone.error().code == ErrorCode::Unsupported;
        if (!gone && !byHand)
            return failed<data::Account>(gone.error());
        if (byHand)
            self.change(id, [](Holding &held) {
                held.record.left = Leftover::Former;
                held.leftMasked = masked(held.former.fields.value(keyField(*held.method)), *held.method);
            });
        return self.dropFormer(id);
    };
    const auto verified = [old = *holding, revoked, stop](Private &self, const Result<AccountFacts> &good) {
        if (!good) {
            Error error = good.error();
            error.message = Text::tr("The new key was refused, so the old one was not revoked: %1").arg(error.message);
            return failed<data::Account>(error);
        }
        if (self.client.expired())
            return ready<data::Account>(cancelled());
        {
            // Who signed in anew may have done so with the old key.
            const std::lock_guard lock(self.mutex);
            const Holding *now = self.find(old.record.id);
            if (!now || now->key() != old.key())
                return failed<data::Account>(changedMeanwhile(old.kind->service.title));
        }
        return self.next(self.revokeFormer(old, stop), revoked);
    };
    // A new key that is only in memory would be gone with the program, and the old one revoked.
    const auto kept = [id, old = *holding, verified, stop](Private &self, const Result<Place> &place) {
        if (!place)
            return failed<data::Account>({ErrorCode::Storage,
                                          Text::tr("The new key is not in the keychain yet, so the old one was not "
                                                   "revoked. Unlock the keychain and try again."),
                                          old.kind->service.title, false});
        self.change(id, [&place](Holding &held) { held.place = *place; });
        return self.next(self.accepted(old, QString(id + u'#'), stop), verified);
    };
    // Where another process went back, the old key is the one that is kept.
    const auto compared = [kept, title](Private &self, const Result<bool> &same) {
        if (!same)
            return failed<data::Account>(formerUnreadable(title));
        return *same ? kept(self, Place::Keychain) : failed<data::Account>(changedMeanwhile(title));
    };
    const auto finish = [this, newer = *holding, kept, compared] {
        if (newer.place == Place::Keychain)
            return d->next(d->keychainHolds(storeName(newer), newer.credential, newer), compared);
        const auto written = newer.formerPlace == Place::Keychain
            ? d->keepAsBefore(Place::Keychain, storeName(newer), pack(newer.credential, *newer.method))
            : ready<Place>(newer.place);
        return d->next(written, kept);
    };
    return withoutSecrets(d->alone(*holding, finish), secretsOf(*holding));
}

/// The former key goes from where it was kept; how far this came is written down before and after.
Future<data::Account> Connections::Private::dropFormer(const QString &id)
{
    QString former;
    change(id, [&former](Holding &holding) {
        holding.record.rotation = Rotation::Ending;
        holding.former = {};
        holding.formerPlace = Place::None;
        former = formerName(holding);
    });
    if (former.isEmpty())
        return ready<data::Account>(told(id));
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

// --- Going back -----------------------------------------------------------------------------------------------------

Future<data::Account> Connections::undoRotation(const QString &account)
{
    const auto holding = d->held(account);
    if (!holding)
        return failed<data::Account>(holding.error());
    const QString title = holding->kind->service.title;
    if (holding->record.rotation != Rotation::Switching || holding->former.isEmpty())
        return failed<data::Account>(notBeingChanged(title));
    const Holding &newer = *holding;
    const auto back = [newer, title](Private &self, const Result<Place> &place) -> Future<data::Account> {
        if (!place)
            return failed<data::Account>({ErrorCode::Storage,
                                          Text::tr("The keychain is not open, so the old key was not put back into it, "
                                                   "and the new one stays in use. Unlock it and try again."),
                                          title, false});
        bool still = false;
        self.change(newer.record.id, [&](Holding &held) {
            still = holdsStill(held, newer);
            if (!still)
                return;
            held.credential = newer.former;
            held.place = *place;
            held.record.left = Leftover::Newer;
            held.leftMasked = masked(newer.key(), *newer.method);
            backToFormer(held);
        });
        if (!still)
            return self.next(self.keepWhatIsHeld(newer), [title](Private &, const Result<void> &) {
                return failed<data::Account>(changedMeanwhile(title));
            });
        return self.next(self.dropFormer(newer.record.id),
                         [newer](Private &same, const Result<data::Account> &) { return same.revokeNewer(newer); });
    };
    const auto put = [newer, title, back](Private &self, const Result<bool> &there) {
        if (there && !*there)
            return failed<data::Account>(changedMeanwhile(title));
        return self.next(self.keepAsBefore(newer.formerPlace, storeName(newer), pack(newer.former, *newer.method)),
                         back);
    };
    // Where another process finished, the old key is kept no more; where it went back, it is in its place already.
    const auto inItsPlace = [newer](Private &self, Result<bool> aside) {
        return aside && !*aside ? self.keychainHolds(storeName(newer), newer.former, newer)
                                : ready<bool>(std::move(aside));
    };
    return d->alone(newer, [this, newer, inItsPlace, put] {
        const auto aside = newer.formerPlace == Place::Keychain
            ? d->keychainHolds(formerName(newer), newer.former, newer)
            : ready<bool>(true);
        return d->next(d->next(aside, inItsPlace), put);
    });
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

// --- After a cut ----------------------------------------------------------------------------------------------------

/// What the keychain holds as the former key says how far a change came that was cut off.
void Connections::Private::takeFormer(const QString &id, const CredentialStore::Kept &kept)
{
    Holding seen;
    bool restored = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end())
            return;
        Holding &holding = found->second;
        const bool switching = holding.record.rotation == Rotation::Switching;
        auto former = kept.secret.isEmpty() ? std::nullopt : unpack(kept.secret, *holding.method);
        if (former && holding.open() && holding.record.rotation != Rotation::Ending
            && former->fields != holding.credential.fields) {
            // Between switching and finishing, where it may stay for as long as it takes.
            AccountRecord &record = holding.record;
            if (!switching) {
                // Which of them the record is about is not known, so by its id neither is revoked.
                record.keyId.clear();
                record.formerKeyId.clear();
                record.formerLabel = record.label;
                record.formerCreated = record.created;
                record.madeHere = false;
            }
            record.rotation = Rotation::Switching;
            holding.former = *std::move(former);
            holding.formerPlace = kept.place;
            return;
        }
        // The account's own place is empty: the old key is the one that works.
        restored = former && switching && !holding.open() && wasOpen;
        if (restored) {
            holding.credential = *std::move(former);
            holding.place = kept.place;
        } else if (holding.record.rotation != Rotation::Ending && !(holding.open() && (former || switching))) {
            return; // nothing there, or nothing can be read now
        }
        seen = holding;
    }
    const auto settled = [id](Private &self, const Result<Place> &place) {
        if (!place) // the next start finds it as it was
            return failed<data::Account>(place.error());
        self.change(id, [](Holding &holding) {
            if (holding.record.rotation != Rotation::Switching)
                return;
            if (holding.record.madeHere) // it is valid there, and kept nowhere
                holding.record.left = Leftover::Newer;
            holding.leftMasked.clear();
            backToFormer(holding);
        });
        return self.dropFormer(id);
    };
    const auto settle = [this, restored, &seen, &kept, &settled] {
        return next(restored ? keepAsBefore(kept.place, storeName(seen), kept.secret) : ready<Place>(kept.place),
                    settled);
    };
    ++pending;
    deliver(alone(seen, settle), store.get(), [weak = weak_from_this()](const Result<data::Account> &) {
        if (const auto self = weak.lock())
            self->readDone();
    });
}

} // namespace astra::credentials
