// SPDX-License-Identifier: Apache-2.0
// Signing in: what is entered is tried at its service before it is kept.
#include "core/credentials/connectionsparts.h"

#include <QCoreApplication>

#include <algorithm>
#include <utility>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::SignIn)
};

using Type = SignInMethod::Type;
using Kept = CredentialStore::Kept;

QString answeredStrangely(const ServiceKind &kind)
{
    return Text::tr("%1 did not answer as that service does, so this could not be tested. Is there a login page in "
                    "between?")
        .arg(kind.host());
}

/// Fetching a token shows that what it is fetched with is good; it tells nothing of the account.
Future<AccountFacts> handedOut(TokenSession &session, bool anew)
{
    return chain(session.access(anew), [](const Result<Secret> &token) -> Result<AccountFacts> {
        return token ? Result<AccountFacts>(AccountFacts()) : Result<AccountFacts>(fail(token.error()));
    });
}

/// What the test of a credential told is laid over what signing in told.
void learn(const AccountFacts &facts, QString &who, QMap<QString, QString> &values)
{
    if (who.isEmpty())
        who = facts.who;
    values.insert(facts.values);
}

} // namespace

ServiceCalls Connections::Private::calls(const Holding &holding, const QString &connection) const
{
    auto values = holding.record.values;
    if (!holding.record.address.isEmpty())
        values.insert(QStringLiteral("address"), holding.record.address.toString(QUrl::StripTrailingSlash));
    ServiceKind kind = *holding.kind;
    // openEO's typed address tells where its API is; whatever it told, calls stay at the kind's hosts.
    if (const QString api = values.value(QStringLiteral("api")); kind.openEo && !api.isEmpty())
        kind.base = QUrl(api).toString(QUrl::StripTrailingSlash);
    return {client.lock(), std::move(kind), connection.isEmpty() ? QString(holding.record.id + u'#') : connection,
            values};
}

// --- Signing in -----------------------------------------------------------------------------------------------------

/// What was entered, made sure of as far as that goes without asking anyone.
Result<Connections::Private::Entry> Connections::Private::checked(const data::SignInRequest &request)
{
    const std::lock_guard lock(mutex);
    const auto known = accounts.find(request.account);
    const ServiceKind *general = kind(known == accounts.end() ? request.service : known->second.record.service);
    if (!general)
        return fail(ErrorCode::NotFound, Text::tr("There is no service “%1”.").arg(request.service.left(80)));
    const QString title = general->service.title;
    if (!request.account.isEmpty() && known == accounts.end() && request.account != general->service.id)
        return fail(ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(request.account.left(80)));

    Entry entry;
    entry.address = request.address;
    if (general->service.ownAddress) {
        if (entry.address.isEmpty() && known != accounts.end())
            entry.address = known->second.record.address;
        if (entry.address.isEmpty())
            return fail(ErrorCode::InvalidInput, Text::tr("At which address is %1?").arg(title), title);
        auto bound = general->at(entry.address);
        if (!bound)
            return fail(bound.error());
        entry.kind = std::make_shared<const ServiceKind>(*std::move(bound));
    } else {
        entry.kind = std::make_shared<const ServiceKind>(*general);
    }
    entry.method = entry.kind->method(request.way);
    if (!entry.method)
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 knows no way of signing in called “%2”.").arg(title, request.way.left(80)), title);
    if (!entry.method->way.available)
        return fail(ErrorCode::Unsupported,
                    Text::tr("%1 plans this way of signing in; it is not available yet.").arg(title), title);
    if (entry.method->type == Type::Sas)
        return fail(ErrorCode::Unsupported, Text::tr("%1 needs no account.").arg(title), title);

    for (const data::SignInField &field : entry.method->way.fields) {
        const Secret value(request.fields.value(field.name).reveal().trimmed());
        if (value.isEmpty() && !field.optional && entry.method->type != Type::Key)
            return fail(ErrorCode::InvalidInput, Text::tr("%1 is missing.").arg(field.label), title);
        if (!isUsable(value, *entry.method))
            return fail(ErrorCode::InvalidInput, Text::tr("%1 cannot be used as it stands.").arg(field.label), title);
        if (!value.isEmpty())
            entry.fields.insert(field.name, value);
    }
    if (entry.method->type == Type::Key) {
        const QString objection = objectionTo(entry.fields.value(keyField(*entry.method)), *entry.method, title);
        if (!objection.isEmpty())
            return fail(ErrorCode::InvalidInput, objection, title);
    }

    entry.account = request.account;
    if (entry.account.isEmpty()) {
        // The one that is there without a secret, else a new one.
        for (const auto &[id, holding] : accounts) {
            if (holding.record.service == general->service.id && !holding.open()
                && holding.kind->host() == entry.kind->host() && entry.account.isEmpty())
                entry.account = id;
        }
        if (entry.account.isEmpty())
            entry.account = newId(general->service.id);
    }
    entry.isNew = request.account.isEmpty() || known == accounts.end();
    if (const auto there = accounts.find(entry.account); there != accounts.end()) {
        if (there->second.place == Place::Environment)
            return fail(
                ErrorCode::Unsupported,
                Text::tr("The key of %1 comes from the environment of the program, and is changed there.").arg(title),
                title);
        entry.label = there->second.record.label;
    }
    if (!request.label.trimmed().isEmpty())
        entry.label = request.label.trimmed().left(maxLabelLength);
    return entry;
}

/// Ends when asked to, and when there is nobody left who waits.
struct BoundStop {
    explicit BoundStop(const StopToken &caller)
        : callback(caller, Ask {source.get()})
    {
    }
    struct Ask {
        StopSource *source;
        void operator()() const { source->request_stop(); }
    };
    std::shared_ptr<StopSource> source = std::make_shared<StopSource>();
    StopCallback<Ask> callback;
};

/// What was entered, and the tokens that the service hands out for it.
Future<Credential> Connections::Private::opened(const Entry &entry, const TokenClient::Prompt &prompt,
                                                const StopToken &stop)
{
    Credential credential;
    credential.fields = entry.fields;
    if (!usesTokens(*entry.kind, *entry.method))
        return ready<Credential>(credential);
    const auto bound = std::make_shared<BoundStop>(stop);
    std::erase_if(stops, [](const auto &old) { return old.expired(); });
    stops.push_back(bound->source);
    const TokenClient tokenClient(client, *entry.kind, *entry.method, settings.clock);
    return next(tokenClient.signIn(entry.fields, prompt, bound->source->get_token()),
                [entry, credential, bound](Private &self, Result<Tokens> tokens) mutable -> Result<Credential> {
                    if (!tokens)
                        return fail(tokens.error());
                    credential.tokens = *tokens;
                    credential.session = self.session(entry.account, entry.kind, *entry.method, *tokens, entry.fields);
                    return credential;
                });
}

/// Asks the service with what is held under `name`; an answer that is not its own says nothing.
Future<AccountFacts> Connections::Private::accepted(const Holding &holding, const QString &name, const StopToken &stop)
{
    const Json &test = holding.kind->testOf(*holding.method);
    if (test.is_null())
        // A token that is handed out anew shows as much.
        return holding.credential.session ? handedOut(*holding.credential.session, false) : ready<AccountFacts>({});
    const auto call = ServiceCall::fromJson(test);
    if (!call)
        return failed<AccountFacts>(call.error());
    const auto alive = client.lock();
    if (!alive)
        return ready<AccountFacts>(cancelled());
    return chain(calls(holding, name).ask(*call, {}, stop),
                 [kind = holding.kind, method = holding.method,
                  call = *call](const Result<ServiceCalls::Answer> &answer) -> Result<AccountFacts> {
                     if (answer && !answer->json.is_null()) {
                         AccountFacts facts = factsOf(answer->json, call.answer);
                         facts.allowance = answer->allowance;
                         return facts;
                     }
                     if (answer)
                         return fail(ErrorCode::InvalidInput, answeredStrangely(*kind), kind->service.title);
                     Error error = answer.error();
                     const SignInMethod *other = otherForm(*kind, *method);
                     if (error.code == ErrorCode::Unauthorized && other)
                         error.message += QLatin1String(error.message.endsWith(u'.') ? " " : ". ")
                             + Text::tr("It can also be sent in another form: “%1”.").arg(other->way.title);
                     return fail(error);
                 });
}

/// The credential travels like any other, by a name of its own: so it stays a Secret, and redirects are judged as
/// always.
Future<AccountFacts> Connections::Private::tried(const Entry &entry, const Credential &credential,
                                                 const StopToken &stop)
{
    Holding trial;
    trial.kind = entry.kind;
    trial.method = entry.method;
    trial.credential = credential;
    trial.place = Place::Memory;
    trial.record.address = entry.address;
    trial.record.values = credential.tokens.values;
    trial.record.id = entry.account;
    const QString name = addTrial(trial);
    return next(accepted(trial, name, stop), [name](Private &self, Result<AccountFacts> result) {
        self.dropTrial(name);
        return result;
    });
}

QString Connections::Private::addTrial(const Holding &trial)
{
    const std::lock_guard lock(mutex);
    QString name = trial.record.id + u'#' + QString::number(++trialNumber);
    trials.emplace(name, trial);
    return name;
}

void Connections::Private::dropTrial(const QString &name)
{
    const std::lock_guard lock(mutex);
    trials.erase(name);
}

/// An id that nothing has, whatever another process has done meanwhile. Reserved until its account is there.
Future<QString> Connections::Private::freeId(const Entry &entry)
{
    const auto written = file ? runOn(disk, [file = file]() -> Result<QStringList> { return file->ids(); })
                              : ready<QStringList>({});
    return next(written, [entry](Private &self, const Result<QStringList> &ids) {
        {
            const std::lock_guard lock(self.mutex);
            for (const QString &id : ids.value_or(QStringList())) {
                if (!self.accounts.contains(id))
                    self.reserved.insert(id);
            }
        }
        return self.unusedId(entry);
    });
}

Future<QString> Connections::Private::unusedId(const Entry &entry)
{
    Holding fresh;
    fresh.kind = entry.kind;
    {
        const std::lock_guard lock(mutex);
        const auto there = accounts.find(entry.account);
        const bool known = there != accounts.end();
        const bool taken = reserved.contains(entry.account) || (known && there->second.open());
        fresh.record.id = taken ? newId(entry.kind->service.id) : entry.account;
        reserved.insert(fresh.record.id);
        if (known && !taken) // signed out: what may be left in the keychain is its own
            return ready<QString>(fresh.record.id);
    }
    // Another process writes there before it tells of it in the file; what cannot be read is nobody's.
    return next(store->read(storeName(fresh)),
                [entry, id = fresh.record.id](Private &self, const Result<CredentialStore::Kept> &kept) {
                    return kept && !kept->secret.isEmpty() ? self.unusedId(entry) : ready<QString>(id);
                });
}

Future<data::Account> Connections::Private::keepNew(const Entry &entry, const Credential &tested, const QString &keyId,
                                                    const data::Allowance &allowance)
{
    if (!entry.isNew)
        return keepAs(entry, tested, keyId, allowance);
    return next(freeId(entry), [entry, tested, keyId, allowance](Private &self, const Result<QString> &id) {
        if (!id)
            return failed<data::Account>(id.error());
        Entry own = entry;
        own.account = *id;
        Credential credential = tested;
        if (credential.session && own.account != entry.account)
            credential.session = self.session(own.account, own.kind, *own.method, credential.session->tokens(),
                                              credential.fields);
        return self.next(self.keepAs(own, credential, keyId, allowance),
                         [id = *id](Private &same, Result<data::Account> kept) {
                             const std::lock_guard lock(same.mutex);
                             same.reserved.erase(id);
                             return kept;
                         });
    });
}

Future<data::Account> Connections::Private::keepAs(const Entry &entry, const Credential &tested, const QString &keyId,
                                                   const data::Allowance &allowance)
{
    Credential credential = tested;
    if (credential.session) // the test may have had it renewed
        credential.tokens.refresh = credential.session->tokens().refresh;
    Holding fresh;
    fresh.kind = entry.kind;
    fresh.method = entry.method;
    fresh.credential = credential;
    fresh.record.id = entry.account;
    const Secret packed = pack(credential, *entry.method);
    const bool none = entry.method->type == Type::None;
    // Where nothing outlives the program there is nothing to write.
    auto written = packed.isEmpty() ? ready<Place>(none ? Place::None : Place::Memory)
                                    : store->write(storeName(fresh), packed);
    return next(written,
                [entry, credential, keyId, allowance](Private &self, Result<Place> place) -> Future<data::Account> {
                    if (!place)
                        return failed<data::Account>(place.error());
                    bool halfway = false;
                    {
                        const std::lock_guard lock(self.mutex);
                        const auto [slot, added] = self.accounts.try_emplace(entry.account);
                        Holding &holding = slot->second;
                        if (added)
                            holding.record.inUse = holding.kept = false;
                        holding.notePlaces();
                        halfway = holding.record.rotation != Rotation::None;
                        AccountRecord &record = holding.record;
                        record.id = entry.account;
                        record.service = entry.kind->service.id;
                        record.way = entry.method->way.id;
                        record.label = entry.label;
                        record.address = entry.address;
                        record.refused = false;
                        record.created = self.settings.clock();
                        record.keyId = keyId;
                        record.rotation = Rotation::None;
                        record.formerKeyId.clear();
                        record.formerLabel.clear();
                        record.formerCreated = {};
                        record.left = Leftover::None;
                        record.who = credential.tokens.who;
                        record.values = credential.tokens.values;
                        record.creditsTold = {};
                        record.remember(allowance, record.created);
                        record.expires = {};
                        if (!credential.session)
                            record.expires = jwtExpiry(credential.fields.value(keyField(*entry.method)));
                        else if (!renewsItself(credential.tokens, *entry.method))
                            record.expires = credential.tokens.expires;
                        holding.kind = entry.kind;
                        holding.method = entry.method;
                        holding.credential = credential;
                        holding.place = *place;
                        holding.former = {};
                        holding.formerPlace = Place::None;
                        holding.notePlaces();
                        holding.allowance = allowance;
                        holding.leftMasked.clear();
                        self.settleUse(record.service);
                    }
                    if (halfway)
                        deliver(self.dropFormer(entry.account), self.store.get(), [](const Result<data::Account> &) {});
                    // Renewed while it was being written?
                    const auto kept = credential.session
                        ? self.keepRenewed(entry.account, *entry.kind, credential.tokens, credential.session->tokens())
                        : ready<void>({});
                    const auto persisted = self.next(kept, [](Private &same, const Result<void> &last) {
                        note(last);
                        return same.persist();
                    });
                    return self.next(persisted, [id = entry.account](Private &same, const Result<void> &saved) {
                        note(saved);
                        return same.told(id);
                    });
                });
}

Future<data::Account> Connections::signIn(const data::SignInRequest &request, const TokenClient::Prompt &prompt,
                                          const StopToken &stop)
{
    return d->next(d->whenLoaded(), [request, prompt, stop](Private &self, const Result<void> &) {
        const auto entry = self.checked(request);
        if (!entry)
            return failed<data::Account>(entry.error());
        const auto signedIn = self.next(
            self.opened(*entry, prompt, stop), [entry = *entry, stop](Private &same, Result<Credential> credential) {
                if (!credential)
                    return failed<data::Account>(credential.error());
                return same.next(
                    same.tried(entry, *credential, stop),
                    [entry, credential = *credential](Private &owner, const Result<AccountFacts> &facts) mutable {
                        if (!facts)
                            return failed<data::Account>(
                                withoutSecrets(facts.error(), secretsOf(credential, *entry.method)));
                        learn(*facts, credential.tokens.who, credential.tokens.values);
                        return owner.keepNew(entry, credential, {}, facts->allowance);
                    });
            });
        Credential entered;
        entered.fields = entry->fields;
        return withoutSecrets(signedIn, secretsOf(entered, *entry->method));
    });
}

Future<data::Account> Connections::connectKey(const QString &service, const Secret &key, const StopToken &stop)
{
    data::SignInRequest request;
    request.service = service;
    {
        const std::lock_guard lock(d->mutex);
        const ServiceKind *kind = d->kind(service);
        if (kind && !kind->methods.front().way.fields.isEmpty())
            request.fields.insert(kind->methods.front().way.fields.front().name, key);
    }
    return signIn(request, {}, stop);
}

Future<data::Account> Connections::test(const QString &account, const StopToken &stop)
{
    const auto holding = d->held(account);
    if (!holding)
        return failed<data::Account>(holding.error());
    const QString id = holding->record.id;
    const auto session = holding->credential.session;
    const bool untold = holding->kind->testOf(*holding->method).is_null();
    if (!holding->method->way.testable)
        return failed<data::Account>({ErrorCode::Unsupported,
                                      Text::tr("Whether this key is right shows when the first image is read."),
                                      holding->kind->service.title, false});
    // The token at hand says nothing of what it was handed out for.
    const bool anew = untold && session && renewsItself(session->tokens(), *holding->method);
    const auto asked = anew ? handedOut(*session, true) : d->accepted(*holding, QString(id + u'#'), stop);
    return d->next(withoutSecrets(asked, secretsOf(*holding)),
                   [id, session](Private &self, const Result<AccountFacts> &facts) -> Result<data::Account> {
                       if (!facts && session)
                           self.ended(id, session);
                       if (!facts)
                           return fail(facts.error());
                       self.change(id, [&facts](Holding &tested) {
                           tested.record.refused = false;
                           // Where nothing is sent along, this answer is all that is heard.
                           if (!tested.open())
                               tested.allowance = facts->allowance;
                           learn(*facts, tested.record.who, tested.record.values);
                       });
                       return self.told(id);
                   });
}

Future<data::Account> Connections::tryWay(const QString &account, const QString &way, const StopToken &stop)
{
    const auto holding = d->held(account);
    if (!holding)
        return failed<data::Account>(holding.error());
    const SignInMethod *method = holding->kind->method(way);
    if (!method || method->type != Type::Key || holding->method->type != Type::Key || !method->way.available)
        return failed<data::Account>({ErrorCode::InvalidInput,
                                      Text::tr("This key cannot be sent to %1 in the form “%2”.")
                                          .arg(holding->kind->service.title, way.left(80)),
                                      holding->kind->service.title, false});
    Private::Entry entry;
    entry.kind = holding->kind;
    entry.method = method;
    entry.account = holding->record.id;
    entry.address = holding->record.address;
    Credential credential;
    credential.fields.insert(keyField(*method), holding->key());
    return d->next(withoutSecrets(d->tried(entry, credential, stop), secretsOf(credential, *method)),
                   [entry, credential, before = *holding](Private &self,
                                                          const Result<AccountFacts> &facts) -> Future<data::Account> {
                       if (!facts)
                           return failed<data::Account>(facts.error());
                       bool still = false;
                       self.change(entry.account, [&](Holding &kept) {
                           still = holdsStill(kept, before);
                           if (!still)
                               return;
                           learn(*facts, kept.record.who, kept.record.values);
                           kept.kind = entry.kind;
                           kept.method = entry.method;
                           kept.credential = credential;
                           kept.record.way = entry.method->way.id;
                           kept.record.refused = false;
                       });
                       if (!still)
                           return failed<data::Account>(changedMeanwhile(entry.kind->service.title));
                       return self.next(self.persist(),
                                        [id = entry.account](Private &same, const Result<void> &written) {
                                            Private::note(written);
                                            return same.told(id);
                                        });
                   });
}

} // namespace astra::credentials
