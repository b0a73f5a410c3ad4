// SPDX-License-Identifier: Apache-2.0
// What a person does with an account that is there: sign out, remove, rename, use, copy its key.
#include "core/credentials/connectionsparts.h"

#include <QCoreApplication>
#include <QTimer>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

/// How long signing out waits for the service to have been told.
constexpr std::chrono::seconds farewellTime {5};

/// Tells the service that a session is over. Settles when that is done, or farewellTime has passed.
Future<void> farewell(const Holding &holding, const ClientRef &client, const TokenClient::Clock &clock, QObject *owner)
{
    const Credential &credential = holding.credential;
    if (!credential.session)
        return ready<void>({});
    const auto stop = std::make_shared<StopSource>();
    QTimer::singleShot(farewellTime, owner, [waiting = std::weak_ptr(stop)] {
        if (const auto late = waiting.lock())
            late->request_stop();
    });
    return chain(TokenClient(client, *holding.kind, *holding.method, clock)
                     .signOut(credential.session->tokens(), credential.fields, stop->get_token()),
                 [stop](const Result<void> &) -> Result<void> { return {}; });
}

} // namespace

Future<data::Account> Connections::Private::signOut(const QString &name)
{
    Holding holding;
    {
        const std::lock_guard lock(mutex);
        Holding *found = find(name);
        if (!found)
            return failed<data::Account>(
                {ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(name.left(80)), {}, false});
        if (found->place == Place::Environment)
            return failed<data::Account>(
                {ErrorCode::Unsupported,
                 Text::tr("The key of %1 comes from the environment of the program, and is removed there.")
                     .arg(found->kind->service.title),
                 found->kind->service.title, false});
        holding = *found;
        found->credential = {};
        found->former = {};
        found->place = found->formerPlace = Place::None;
        found->allowance = {};
        found->leftMasked.clear();
        found->record.left = Leftover::None;
        found->record.creditsTold = {};
        found->record.refused = false;
        found->record.expires = {};
        found->record.rotation = Rotation::None;
        settleUse(holding.record.service);
    }
    // Where the keychain is locked, what is in memory is gone and what may lie in there is not: that is no success.
    const bool kept = holding.method->type != SignInMethod::Type::None
        && (holding.kept || holding.place == Place::Keychain || holding.formerPlace == Place::Keychain);
    const auto told = farewell(holding, client, settings.clock, store.get());
    const auto removed = next(
        store->remove(storeName(holding)), [former = formerName(holding)](Private &self, const Result<void> &own) {
            return self.next(self.store->remove(former), [own](Private &, const Result<void> &second) -> Result<void> {
                return own ? second : own;
            });
        });
    const auto done = next(removed, [told](Private &self, const Result<void> &gone) {
        return self.next(told, [gone](Private &, const Result<void> &) -> Result<void> { return gone; });
    });
    return next(done, [id = holding.record.id, kept](Private &self, const Result<void> &gone) -> Future<data::Account> {
        if (gone)
            self.change(id, [](Holding &account) { account.kept = account.open(); });
        return self.next(self.persist(),
                         [id, kept, gone](Private &same, const Result<void> &written) -> Result<data::Account> {
                             note(written);
                             if (!gone && kept)
                                 return fail(gone.error());
                             return same.told(id);
                         });
    });
}

Future<data::Account> Connections::signOut(const QString &account) { return d->signOut(account); }

Future<void> Connections::remove(const QString &account)
{
    QString service;
    {
        const std::lock_guard lock(d->mutex);
        const auto found = d->accounts.find(account);
        if (found == d->accounts.end())
            return failed<void>(
                {ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(account.left(80)), {}, false});
        service = found->second.record.service;
    }
    return d->next(d->signOut(account), [account, service](Private &self, const Result<data::Account> &out) {
        if (!out)
            return failed<void>(out.error());
        {
            const std::lock_guard lock(self.mutex);
            const auto found = self.accounts.find(account);
            if (found != self.accounts.end() && !found->second.open()) // else signed in again meanwhile
                self.accounts.erase(found);
            self.settleUse(service);
        }
        return self.persist();
    });
}

/// What another process has removed, unless something has become of it here meanwhile.
void Connections::Private::drop(const std::vector<AccountRecord> &removed)
{
    if (removed.empty())
        return;
    {
        const std::lock_guard lock(mutex);
        for (const AccountRecord &record : removed) {
            std::erase_if(strangers, [&record](const auto &stranger) { return stranger.id == record.id; });
            const auto found = accounts.find(record.id);
            if (found == accounts.end() || found->second.record.created != record.created
                || changing.contains(record.id))
                continue;
            if (found->second.place == Place::Environment)
                found->second.written = false;
            else
                accounts.erase(found);
            settleUse(record.service);
        }
    }
    tellChanged();
}

Future<void> Connections::rename(const QString &account, const QString &label)
{
    {
        const std::lock_guard lock(d->mutex);
        Holding *holding = d->find(account);
        if (!holding)
            return failed<void>(
                {ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(account.left(80)), {}, false});
        holding->record.label = label.trimmed().left(maxLabelLength);
        holding->written = true;
        if (holding->record.way.isEmpty())
            holding->record.way = holding->method->way.id;
    }
    return d->persist();
}

Future<void> Connections::use(const QString &account)
{
    const auto chosen = d->held(account);
    if (!chosen)
        return failed<void>(chosen.error());
    {
        const std::lock_guard lock(d->mutex);
        for (auto &[id, holding] : d->accounts) {
            if (holding.record.service == chosen->record.service && holding.kind->host() == chosen->kind->host())
                holding.record.inUse = id == chosen->record.id;
        }
    }
    return d->persist();
}

Result<Secret> Connections::reveal(const QString &account) const
{
    const auto holding = d->held(account);
    if (!holding)
        return fail(holding.error());
    const QString title = holding->kind->service.title;
    if (holding->place == Place::Environment)
        return fail(
            ErrorCode::Unsupported,
            Text::tr("The key of %1 comes from the environment of the program, and is shown there only.").arg(title),
            title);
    const Secret key = holding->method->type == SignInMethod::Type::S3
        ? holding->credential.fields.value(QStringLiteral("secret"))
        : holding->key();
    if (key.isEmpty())
        return fail(ErrorCode::Unsupported, Text::tr("%1 is signed in without a key that could be copied.").arg(title),
                    title);
    return key;
}

} // namespace astra::credentials
