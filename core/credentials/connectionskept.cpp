// SPDX-License-Identifier: Apache-2.0
// What outlives the program: accounts.json and the keychain, read at the start and kept up to date.
#include "core/base/logging.h"
#include "core/credentials/connectionsparts.h"
#include "core/credentials/environmentkeys.h"

#include <QCoreApplication>
#include <QTimer>

#include <algorithm>
#include <utility>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Connections)
};

using Kept = CredentialStore::Kept;
using State = data::Keychain::State;

constexpr auto saveAfter = std::chrono::seconds(3);
constexpr auto tellAfter = std::chrono::milliseconds(500);
constexpr auto tellCountersAfter = std::chrono::seconds(30);
constexpr int environmentAccounts = 9; ///< of one service

bool usesSecrets(const ServiceKind &kind)
{
    using Type = SignInMethod::Type;
    return std::ranges::any_of(
        kind.methods, [](const SignInMethod &method) { return method.type != Type::None && method.type != Type::Sas; });
}

/// The ids that the accounts of a service have, as far as the environment is asked for them.
QStringList idsOf(const ServiceKind &kind)
{
    QStringList ids {kind.service.id};
    for (int i = 2; i <= environmentAccounts; ++i)
        ids << QString(kind.service.id + u'-' + QString::number(i));
    return ids;
}

bool isOpen(const Result<data::Keychain> &keychain) { return keychain && keychain->state == State::Open; }

} // namespace

QString storeName(const Holding &holding)
{
    const auto &hosts = holding.kind->hosts;
    return QString(holding.record.id + u'@' + (hosts.empty() ? QString() : hosts.front().root()));
}

QString formerName(const Holding &holding) { return QString(storeName(holding) + QStringLiteral("#former")); }

// --- Reading what was kept ------------------------------------------------------------------------------------------

void Connections::Private::load()
{
    if (settings.file.isEmpty()) {
        adopt({});
        return;
    }
    deliver(runOn(disk, [file = file]() -> Result<AccountFile::Content> { return file->read(); }), store.get(),
            [weak = weak_from_this()](Result<AccountFile::Content> content) {
                if (const auto self = weak.lock())
                    self->adopt(content ? *std::move(content) : AccountFile::Content());
            });
}

void Connections::Private::adopt(AccountFile::Content content)
{
    {
        const std::lock_guard lock(mutex);
        notices = content.notices;
        if (!content.warning.isEmpty())
            warnings << content.warning;
        for (AccountRecord &record : content.records) {
            const ServiceKind *general = kind(record.service);
            std::shared_ptr<const ServiceKind> bound;
            if (general && general->service.ownAddress) {
                if (auto there = general->at(record.address))
                    bound = std::make_shared<const ServiceKind>(*std::move(there));
            } else if (general) {
                bound = std::make_shared<const ServiceKind>(*general);
            }
            if (!bound) {
                strangers.push_back(std::move(record));
                continue;
            }
            Holding holding;
            holding.kind = bound;
            holding.method = bound->method(record.way);
            if (!holding.method)
                holding.method = bound->method({});
            holding.record = std::move(record);
            holding.allowance = holding.record.remembered(settings.clock());
            holding.written = true;
            const QString id = holding.record.id;
            accounts.insert_or_assign(id, std::move(holding));
        }
    }
    readSecrets();
}

// --- The environment ------------------------------------------------------------------------------------------------

/// "astra.os" and "astra-os" have one variable: what is given there is not guessed to be for one of them.
void Connections::Private::claimVariables()
{
    for (const ServiceKind &kind : kinds) {
        if (!usesSecrets(kind))
            continue;
        for (const QString &id : idsOf(kind)) {
            const QString variable = environmentVariable(id);
            const auto [slot, first] = claims.try_emplace(variable, Claim {kind.service.id, false});
            if (first)
                continue;
            slot->second.contested = true;
            if (settings.environment && !environmentKey(id).isEmpty())
                warnings << Text::tr("%1 may be meant for “%2” or for “%3”, so neither gets it.")
                                .arg(variable, slot->second.service, kind.service.id);
        }
    }
}

/// What the environment brings for an account of this service.
Secret Connections::Private::given(const QString &id, const QString &service) const
{
    const auto claim = claims.find(environmentVariable(id));
    const bool theirs = claim == claims.end() || (claim->second.service == service && !claim->second.contested);
    return settings.environment && theirs ? environmentKey(id) : Secret();
}

// --- Secrets --------------------------------------------------------------------------------------------------------

/// Asks for the secret of every account that has none: of those remembered, and of those that an earlier version kept
/// or the environment brings.
void Connections::Private::readSecrets()
{
    deliver(store->state(), store.get(), [weak = weak_from_this()](const Result<data::Keychain> &keychain) {
        const auto self = weak.lock();
        if (!self)
            return;
        self->wasOpen = isOpen(keychain);
        self->unread = false;
        struct Wanted {
            QString id;
            QString name;
            bool given;
        };
        std::vector<Wanted> wanted;
        QStringList halfway; // ids
        {
            const std::lock_guard lock(self->mutex);
            const auto mayExist = [&self](const ServiceKind &kind, const QString &id) {
                const bool kept = id == kind.service.id;
                if (self->accounts.contains(id) || (!kept && self->given(id, kind.service.id).isEmpty()))
                    return;
                Holding holding;
                holding.kind = std::make_shared<const ServiceKind>(kind);
                holding.method = holding.kind->method({});
                holding.record.id = id;
                holding.record.service = kind.service.id;
                holding.record.inUse = id == kind.service.id;
                self->accounts.emplace(id, std::move(holding));
            };
            for (const ServiceKind &kind : self->kinds) {
                if (kind.service.ownAddress || !usesSecrets(kind))
                    continue;
                for (const QString &id : idsOf(kind))
                    mayExist(kind, id);
            }
            for (const auto &[id, holding] : self->accounts) {
                const bool given = !self->given(id, holding.record.service).isEmpty();
                if (!holding.open() && (self->wasOpen || given))
                    wanted.push_back({id, storeName(holding), given});
                else if (self->wasOpen && holding.place == Place::Keychain && holding.former.isEmpty()
                         && holding.record.rotation == Rotation::Switching && !self->changing.contains(id))
                    halfway << id;
            }
        }
        self->pending = 1;
        for (const auto &[id, name, given] : wanted) {
            ++self->pending;
            deliver(self->store->read(name, given ? id : QString()), self->store.get(),
                    [weak, id = id](const Result<Kept> &kept) {
                        const auto same = weak.lock();
                        if (!same)
                            return;
                        if (kept) {
                            same->take(id, *kept);
                            same->unread = same->unread || kept->secret.isEmpty();
                        } else {
                            qCWarning(logCredentials) << id << kept.error().message;
                            same->wasOpen = false; // to be read again
                        }
                        same->readDone();
                    });
        }
        for (const QString &id : halfway)
            self->readFormer(id);
        self->readDone();
    });
}

void Connections::Private::take(const QString &id, const Kept &kept)
{
    bool halfway = false;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end() || found->second.open())
            return;
        Holding &holding = found->second;
        // Its own way first; an account that was not written down may have been signed in by any.
        std::vector<const SignInMethod *> ways {holding.method};
        for (const SignInMethod &method : holding.kind->methods)
            ways.push_back(&method);
        for (const SignInMethod *method : ways) {
            auto credential = kept.secret.isEmpty() ? std::nullopt : unpack(kept.secret, *method);
            if (!credential)
                continue;
            if (usesTokens(*holding.kind, *method))
                credential->session = session(id, holding.kind, *method, credential->tokens, credential->fields);
            holding.method = method;
            holding.record.way = method->way.id;
            holding.credential = *std::move(credential);
            holding.place = kept.place;
            break;
        }
        if (!kept.secret.isEmpty() && !holding.open())
            qCWarning(logCredentials) << "What is kept for" << id << "is no key of" << holding.kind->service.title;
        // A former key in the keychain tells of a change under way, also where the file does not (another process of
        // ours may have begun it).
        const bool isKey = holding.open() && holding.method->type == SignInMethod::Type::Key;
        halfway = kept.place != Place::Environment && (holding.record.rotation != Rotation::None || isKey);
    }
    if (halfway)
        readFormer(id);
}

Future<Kept> Connections::Private::readSurely(const QString &name)
{
    return next(store->read(name), [](Private &self, Result<Kept> kept) -> Future<Kept> {
        if (!kept || !kept->secret.isEmpty())
            return ready<Kept>(std::move(kept));
        return chain(self.store->state(), [](const Result<data::Keychain> &keychain) -> Result<Kept> {
            return isOpen(keychain) ? Result<Kept>(Kept {}) : fail(ErrorCode::Storage, QString());
        });
    });
}

/// What the keychain holds as the former key says how far a change came that was cut off: also that it holds none,
/// as long as that is sure.
void Connections::Private::readFormer(const QString &id)
{
    QString name;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end())
            return;
        name = formerName(found->second);
    }
    ++pending;
    deliver(readSurely(name), store.get(), [weak = weak_from_this(), id](const Result<Kept> &kept) {
        const auto self = weak.lock();
        if (!self)
            return;
        if (kept)
            self->takeFormer(id, *kept);
        else
            self->wasOpen = false; // to be read again
        self->readDone();
    });
}

void Connections::Private::readDone()
{
    if (--pending > 0)
        return;
    if (!wasOpen || !unread)
        return allRead();
    // What looked like no secret may be a keychain that has gone meanwhile: then all is read again once it is back.
    deliver(store->state(), store.get(), [weak = weak_from_this()](const Result<data::Keychain> &keychain) {
        const auto self = weak.lock();
        if (!self)
            return;
        self->wasOpen = isOpen(keychain);
        self->allRead();
    });
}

void Connections::Private::allRead()
{
    std::vector<Settler<void>> all;
    {
        const std::lock_guard lock(mutex);
        // What neither the file nor the keychain knows was only asked for.
        std::erase_if(accounts, [](const auto &entry) {
            const Holding &holding = entry.second;
            return !holding.open() && holding.record.way.isEmpty();
        });
        for (const ServiceKind &kind : kinds)
            settleUse(kind.service.id);
        isLoaded = true;
        all.swap(waiting);
    }
    for (auto &settler : all)
        settler.settle({});
}

Future<void> Connections::Private::whenLoaded()
{
    const std::lock_guard lock(mutex);
    if (isLoaded)
        return ready<void>({});
    return waiting.emplace_back().future();
}

Future<void> Connections::loaded() { return d->whenLoaded(); }

Future<data::Keychain> Connections::keychain()
{
    const auto asked = d->next(d->whenLoaded(),
                               [](Private &self, const Result<void> &) { return self.store->state(); });
    return d->next(asked, [](Private &self, Result<data::Keychain> keychain) -> Future<data::Keychain> {
        if (!keychain || keychain->state != State::Open || self.wasOpen)
            return ready<data::Keychain>(std::move(keychain));
        {
            const std::lock_guard lock(self.mutex);
            if (!std::exchange(self.isLoaded, false))
                return ready<data::Keychain>(std::move(keychain)); // somebody else has asked for it
        }
        self.readSecrets();
        return self.next(self.whenLoaded(), [keychain](Private &same, const Result<void> &) {
            same.tellChanged();
            return keychain;
        });
    });
}

void Connections::Private::note(const Result<void> &written)
{
    if (!written)
        qCWarning(logCredentials) << written.error().message;
}

Future<data::Account> Connections::keepInKeychain(const QString &account)
{
    const auto held = d->held(account);
    if (!held)
        return failed<data::Account>(held.error());
    const Holding &before = *held;
    const QString title = before.kind->service.title;
    if (before.place == Place::Environment)
        return failed<data::Account>(
            {ErrorCode::Unsupported,
             Text::tr("The key of %1 comes from the environment of the program, and is kept there.").arg(title), title,
             false});
    const Secret packed = pack(before.credential, *before.method);
    if (packed.isEmpty())
        return failed<data::Account>(
            {ErrorCode::Unsupported,
             Text::tr("The sign-in to %1 lasts as long as the program: there is nothing to keep.").arg(title), title,
             false});
    const auto moved = [before, packed](Private &self, const Result<void> &kept) -> Future<data::Account> {
        if (!kept)
            return failed<data::Account>(kept.error());
        bool still = false;
        self.change(before.record.id, [&](Holding &holding) {
            still = holdsStill(holding, before) && pack(holding.credential, *holding.method) == packed;
            if (!still)
                return;
            holding.place = Place::Keychain;
            if (!holding.former.isEmpty())
                holding.formerPlace = Place::Keychain;
        });
        // What was renewed meanwhile comes after it.
        const auto settled = still ? ready<void>({}) : self.keepWhatIsHeld(before);
        return self.next(settled, [id = before.record.id](Private &same, const Result<void> &last) {
            Private::note(last);
            return same.told(id);
        });
    };
    const auto start = [this, before, packed, moved] {
        // The former key first, as when it was changed: an end in between leaves both.
        const auto former = before.formerPlace == Place::Memory
            ? d->store->writeToKeychain(formerName(before), pack(before.former, *before.method))
            : ready<void>({});
        const auto own = [before, packed](Private &self, Result<void> first) {
            return first && before.place == Place::Memory ? self.store->writeToKeychain(storeName(before), packed)
                                                          : ready<void>(std::move(first));
        };
        return d->next(d->next(former, own), moved);
    };
    return d->alone(before, start);
}

// --- Keeping --------------------------------------------------------------------------------------------------------

AccountFile::Content Connections::Private::content()
{
    const std::lock_guard lock(mutex);
    AccountFile::Content all;
    all.notices = notices;
    all.records.reserve(accounts.size() + strangers.size());
    for (const auto &[id, holding] : accounts) {
        // What only the environment brings is gone with it.
        if (!holding.record.way.isEmpty() && (holding.written || holding.place != Place::Environment))
            all.records.push_back(holding.record);
    }
    all.records.insert(all.records.end(), strangers.begin(), strangers.end());
    return all;
}

/// Has the records written in a few seconds, once however often it is called. Any thread.
/// @param seen what of the difference people see
void Connections::Private::touch(Seen seen)
{
    dirty = true;
    const auto later = [this](std::atomic<bool> &posted, std::chrono::milliseconds wait, void (Private::*what)()) {
        if (posted.exchange(true))
            return;
        QMetaObject::invokeMethod(
            store.get(),
            [weak = weak_from_this(), target = store.get(), wait, what] {
                QTimer::singleShot(wait, target, [weak, what] {
                    if (const auto self = weak.lock())
                        (*self.*what)();
                });
            },
            Qt::QueuedConnection);
    };
    if (!settings.file.isEmpty())
        later(writePosted, saveAfter, &Private::save);
    if (seen == Seen::Standing && settings.changed)
        later(tellPosted, tellAfter, &Private::tell);
    else if (seen == Seen::Counters && settings.changed)
        later(countersPosted, tellCountersAfter, &Private::tellCounters);
}

void Connections::Private::save()
{
    writePosted = false;
    deliver(persist(), store.get(), [](const Result<void> &written) {
        if (!written)
            qCWarning(logCredentials) << written.error().message;
    });
}

void Connections::Private::tell()
{
    tellPosted = false;
    tellChanged();
}

void Connections::Private::tellCounters()
{
    countersPosted = false;
    tellChanged();
}

void Connections::Private::tellChanged() const
{
    if (settings.changed)
        settings.changed();
}

Future<void> Connections::Private::persist()
{
    dirty = false;
    if (settings.file.isEmpty())
        return ready<void>({});
    return next(runOn(disk, [file = file, all = content()] { return file->write(all); }),
                [](Private &self, const Result<std::vector<AccountRecord>> &removed) -> Result<void> {
                    if (!removed)
                        return fail(removed.error());
                    self.drop(*removed);
                    return {};
                });
}

data::NoticeSettings Connections::noticeSettings() const
{
    const std::lock_guard lock(d->mutex);
    return d->notices;
}

Future<void> Connections::setNoticeSettings(const data::NoticeSettings &settings)
{
    {
        const std::lock_guard lock(d->mutex);
        d->notices = settings;
    }
    return d->persist();
}

} // namespace astra::credentials
