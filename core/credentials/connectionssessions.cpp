// SPDX-License-Identifier: Apache-2.0
// Tokens that are renewed while they are used, and shared with other processes through the keychain.
#include "core/credentials/connectionsparts.h"

#include <QCoreApplication>
#include <QTimer>

#include <utility>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

using Kept = CredentialStore::Kept;

/// Whether the same was entered for both, as far as it is kept.
bool sameLogin(const Credential &kept, const Holding &held)
{
    const auto own = unpack(pack(held.credential, *held.method), *held.method);
    return own && own->fields == kept.fields;
}

} // namespace

std::shared_ptr<TokenSession> Connections::Private::session(const QString &id,
                                                            const std::shared_ptr<const ServiceKind> &kind,
                                                            const SignInMethod &method, const Tokens &tokens,
                                                            const QMap<QString, Secret> &fields)
{
    // Both are asked in any thread, the keychain in the store's alone.
    const auto renewed = [weak = weak_from_this(), id, kind](const Tokens &old, const Tokens &fresh) {
        auto settler = std::make_shared<Settler<void>>();
        auto future = settler->future();
        if (const auto self = weak.lock())
            QMetaObject::invokeMethod(
                self->store.get(),
                [weak, id, kind, old, fresh, settler] {
                    if (const auto owner = weak.lock())
                        deliver(owner->keepRenewed(id, *kind, old, fresh), owner->store.get(),
                                [settler](Result<void> kept) { settler->settle(std::move(kept)); });
                },
                Qt::QueuedConnection);
        return future;
    };
    const auto kept = [weak = weak_from_this(), id, kind](std::chrono::milliseconds wait) {
        auto settler = std::make_shared<Settler<Tokens>>();
        auto future = settler->future();
        if (const auto self = weak.lock())
            QTimer::singleShot(wait, self->store.get(), [weak, id, kind, settler] {
                if (const auto owner = weak.lock())
                    deliver(owner->keptTokens(id, *kind), owner->store.get(),
                            [settler](Result<Tokens> found) { settler->settle(std::move(found)); });
            });
        return future;
    };
    return std::make_shared<TokenSession>(TokenClient(client, *kind, method, settings.clock), tokens, fields, renewed,
                                          kept);
}

/// A new refresh token takes the place of the old one, which some services accept no second time. Unless the keychain
/// holds another one by now, for then another process signed in; where it holds none, one signed out.
Future<void> Connections::Private::keepRenewed(const QString &id, const ServiceKind &kind, const Tokens &old,
                                               const Tokens &fresh)
{
    Holding held;
    bool wasRefused = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end() || !found->second.credential.session || found->second.kind.get() != &kind)
            return ready<void>({});
        Holding &holding = found->second;
        const bool same = holding.credential.tokens.refresh == fresh.refresh;
        holding.credential.tokens = fresh;
        if (same || fresh.refresh.isEmpty() || holding.place == Place::Environment)
            return ready<void>({});
        wasRefused = std::exchange(holding.record.refused, false);
        held = holding;
    }
    if (wasRefused) // what was refused may be asked for again
        touch(Seen::Standing);
    return next(
        readSurely(storeName(held)),
        [id, held, old, session = held.credential.session](Private &self, const Result<Kept> &kept) -> Future<void> {
            {
                const std::lock_guard lock(self.mutex);
                const auto found = self.accounts.find(id);
                if (found == self.accounts.end() || found->second.credential.session != session)
                    return ready<void>({}); // signed out meanwhile, or anew
            }
            if (kept && kept->secret.isEmpty() && held.place == Place::Keychain) {
                const auto out = self.next(self.signOut(id), [](Private &same, const Result<data::Account> &account) {
                    same.touch(Seen::Standing);
                    return ready<void>(account ? Result<void>() : fail(account.error()));
                });
                deliver(out, self.store.get(), note);
                const QString &title = held.kind->service.title;
                return failed<void>({ErrorCode::Unauthorized,
                                     Text::tr("The sign-in at %1 has ended. Sign in again.").arg(title), title});
            }
            if (kept && !kept->secret.isEmpty()) {
                const auto credential = unpack(kept->secret, *held.method);
                if (!credential || !(credential->tokens.refresh == old.refresh) || !sameLogin(*credential, held))
                    return ready<void>({});
            }
            return self.next(self.store->write(storeName(held), pack(held.credential, *held.method)),
                             [id, session](Private &same, const Result<Place> &place) -> Result<void> {
                                 if (!place)
                                     return fail(place.error());
                                 same.change(id, [&](Holding &holding) {
                                     if (holding.credential.session != session)
                                         return; // signed out meanwhile
                                     holding.place = *place;
                                 });
                                 return {};
                             });
        });
}

/// What stands in the keychain by now: another process may have had it renewed. Empty: nothing, or not ours to use.
/// @param kind of the session that asks: one that is only being tried shares nothing with the account that is held
Future<Tokens> Connections::Private::keptTokens(const QString &id, const ServiceKind &kind)
{
    Holding holding;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end() || found->second.kind.get() != &kind || found->second.place == Place::Environment)
            return ready<Tokens>({});
        holding = found->second;
    }
    return chain(store->read(storeName(holding)), [holding](const Result<Kept> &kept) -> Result<Tokens> {
        const auto credential = kept ? unpack(kept->secret, *holding.method) : std::nullopt;
        return credential && sameLogin(*credential, holding) ? credential->tokens : Tokens();
    });
}

} // namespace astra::credentials
