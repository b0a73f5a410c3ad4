// SPDX-License-Identifier: Apache-2.0
// Signing in and out: what is entered is tried at its service before it is kept.
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
using Flow = SignInMethod::Flow;

constexpr qsizetype maxFieldLength = 1024;
constexpr qsizetype maxLabelLength = 100;
const QString refreshField = QStringLiteral("refresh");
const QString prefixField = QStringLiteral("prefix");

/// Whether tokens may be handed out for what is entered.
bool isLogin(const SignInMethod &method)
{
    return method.type == Type::Oidc || method.type == Type::Session || method.type == Type::Basic;
}

/// Whether what was entered is enough for a new token without the person.
bool opensAlone(const SignInMethod &method)
{
    return method.type == Type::Basic || (method.type == Type::Oidc && method.flow == Flow::ClientCredentials);
}

/// What may not be in a user name or password that goes into a header or a body.
bool isPlain(const QByteArray &text)
{
    return text.size() <= maxFieldLength
        && std::ranges::none_of(text, [](char c) { return (c >= 0 && c < ' ') || c == 127; });
}

QString answeredStrangely(const ServiceKind &kind)
{
    return Text::tr("%1 did not answer as that service does, so this could not be tested. Is there a login page in "
                    "between?")
        .arg(kind.host());
}

} // namespace

bool usesTokens(const ServiceKind &kind, const SignInMethod &method)
{
    return isLogin(method) && (method.type != Type::Basic || kind.openEo || !method.login.is_null());
}

QString keyField(const SignInMethod &method)
{
    if (method.type == Type::S3)
        return QStringLiteral("access");
    if (method.type != Type::Key)
        return {};
    const auto field = std::ranges::find_if(method.way.fields, &data::SignInField::secret);
    return field == method.way.fields.end() ? QStringLiteral("key") : field->name;
}

bool renewsItself(const Tokens &tokens, const SignInMethod &method)
{
    if (opensAlone(method))
        return true;
    return !tokens.refresh.isEmpty() && (method.type != Type::Session || !method.refresh.is_null());
}

Secret Holding::key() const { return method ? credential.fields.value(keyField(*method)) : Secret(); }

Secret pack(const Credential &credential, const SignInMethod &method)
{
    if (method.type == Type::Key && credential.fields.size() == 1)
        return credential.fields.first();
    Json json = Json::object();
    const auto put = [&json](const QString &name, const Secret &value) {
        if (!value.isEmpty())
            json[toStd(name)] = value.reveal().toStdString();
    };
    if (isLogin(method) && !opensAlone(method) && credential.tokens.refresh.isEmpty())
        return {}; // the access token ends with the program
    for (const data::SignInField &field : method.way.fields) {
        // A login of the service's own is renewed without its password.
        if (method.type != Type::Session || !field.secret)
            put(field.name, credential.fields.value(field.name));
    }
    put(refreshField, credential.tokens.refresh);
    put(prefixField, Secret(credential.tokens.prefix.toUtf8()));
    if (json.empty())
        return {};
    return Secret(toText(json));
}

std::optional<Credential> unpack(const Secret &secret, const SignInMethod &method)
{
    Credential credential;
    const auto json = parseJson(secret.reveal());
    const bool several = json && json->is_object();
    if (several) {
        for (const auto &[name, value] : json->items()) {
            if (const auto text = asString(value))
                credential.fields.insert(QString::fromStdString(name), Secret(text->toUtf8()));
        }
    } else if (method.type == Type::Key) {
        credential.fields.insert(keyField(method), secret);
    } else if (method.type == Type::Session) {
        credential.tokens.access = secret; // a token from the environment
    }
    if (isLogin(method)) {
        credential.tokens.refresh = credential.fields.take(refreshField);
        credential.tokens.prefix = QString::fromUtf8(credential.fields.take(prefixField).reveal());
        if (!credential.tokens.refresh.isEmpty() || !credential.tokens.access.isEmpty())
            return credential;
        if (!opensAlone(method))
            return std::nullopt;
    }
    const bool whole = std::ranges::all_of(method.way.fields, [&credential](const data::SignInField &field) {
        return field.optional || !credential.fields.value(field.name).isEmpty();
    });
    const bool usable = method.type != Type::Key
        || objectionTo(credential.fields.value(keyField(method)), method, {}).isEmpty();
    return whole && usable && !credential.fields.isEmpty() ? std::optional(credential) : std::nullopt;
}

const SignInMethod *otherForm(const ServiceKind &kind, const SignInMethod &method)
{
    if (method.type != Type::Key)
        return nullptr;
    const auto found = std::ranges::find_if(kind.methods, [&method](const SignInMethod &other) {
        return other.type == Type::Key && other.way.available && other.way.id != method.way.id
            && keyField(other) == keyField(method) && (other.header != method.header || other.prefix != method.prefix);
    });
    return found == kind.methods.end() ? nullptr : &*found;
}

QString storeName(const Holding &holding) { return QString(holding.record.id + u'@' + holding.kind->host()); }
QString formerName(const Holding &holding) { return QString(storeName(holding) + QStringLiteral("#former")); }

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
        if (!isPlain(value.reveal()))
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

std::shared_ptr<TokenSession> Connections::Private::session(const QString &id,
                                                            const std::shared_ptr<const ServiceKind> &kind,
                                                            const SignInMethod &method, const Tokens &tokens,
                                                            const QMap<QString, Secret> &fields)
{
    // The client holds us, and through us the session: the session must not hold the client.
    const std::shared_ptr<net::HttpClient> unowned(std::shared_ptr<void>(), client.lock().get());
    const auto renewed = [weak = weak_from_this(), id, method = &method, kind](const Tokens &fresh) {
        const auto self = weak.lock();
        if (!self || id.contains(u'#'))
            return;
        // In the store's thread: the keychain is asked there alone.
        QMetaObject::invokeMethod(
            self->store.get(),
            [weak, id, method, kind, fresh] {
                if (const auto owner = weak.lock())
                    owner->keepRenewed(id, *kind, *method, fresh);
            },
            Qt::QueuedConnection);
    };
    return std::make_shared<TokenSession>(TokenClient(unowned, *kind, method, settings.clock), tokens, fields, renewed,
                                          settings.clock);
}

/// A new refresh token takes the place of the old one, which some services accept no second time.
void Connections::Private::keepRenewed(const QString &id, const ServiceKind &kind, const SignInMethod &method,
                                       const Tokens &fresh)
{
    QString name;
    Secret packed;
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end() || !found->second.credential.session || found->second.kind.get() != &kind)
            return;
        Holding &holding = found->second;
        const bool same = holding.credential.tokens.refresh == fresh.refresh;
        holding.credential.tokens = fresh;
        if (same || fresh.refresh.isEmpty() || holding.place == Place::Environment)
            return;
        name = storeName(holding);
        packed = pack(holding.credential, method);
    }
    deliver(store->write(name, packed), store.get(), [weak = weak_from_this(), id](const Result<Place> &place) {
        const auto self = weak.lock();
        if (self && place)
            self->change(id, [&place](Holding &holding) { holding.place = *place; });
    });
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
    const auto http = client.lock();
    if (!http)
        return ready<Credential>(cancelled());
    const auto bound = std::make_shared<BoundStop>(stop);
    std::erase_if(stops, [](const auto &old) { return old.expired(); });
    stops.push_back(bound->source);
    const TokenClient tokenClient(http, *entry.kind, *entry.method, settings.clock);
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
Future<void> Connections::Private::accepted(const Holding &holding, const QString &name, const StopToken &stop)
{
    const Json &test = holding.kind->testOf(*holding.method);
    if (test.is_null()) {
        // A token that is handed out anew shows as much.
        if (!holding.credential.session)
            return ready<void>({});
        return chain(holding.credential.session->access(false), [](const Result<Secret> &token) -> Result<void> {
            if (!token)
                return fail(token.error());
            return {};
        });
    }
    const auto call = ServiceCall::fromJson(test);
    if (!call)
        return failed<void>(call.error());
    if (!client.lock())
        return ready<void>(cancelled());
    return chain(calls(holding, name).send(*call, {}, stop),
                 [kind = holding.kind, method = holding.method](const Result<Json> &answer) -> Result<void> {
                     if (answer && !answer->is_null())
                         return {};
                     if (answer)
                         return fail(ErrorCode::InvalidInput, answeredStrangely(*kind), kind->service.title);
                     Error error = answer.error();
                     const SignInMethod *other = otherForm(*kind, *method);
                     if (error.code == ErrorCode::Unauthorized && other)
                         error.message += u' '
                             + Text::tr("It can also be sent in another form: “%1”.").arg(other->way.title);
                     return fail(error);
                 });
}

/// The credential travels like any other, by a name of its own: so it stays a Secret, and redirects are judged as
/// always.
Future<void> Connections::Private::tried(const Entry &entry, const Credential &credential, const StopToken &stop)
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
    return next(accepted(trial, name, stop), [name](Private &self, Result<void> result) {
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

Future<data::Account> Connections::Private::keepNew(const Entry &entry, const Credential &credential,
                                                    const QString &keyId)
{
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
    return next(written, [entry, credential, keyId](Private &self, Result<Place> place) -> Future<data::Account> {
        if (!place)
            return failed<data::Account>(place.error());
        QString former;
        {
            const std::lock_guard lock(self.mutex);
            const auto [slot, added] = self.accounts.try_emplace(entry.account);
            Holding &holding = slot->second;
            if (added)
                holding.record.inUse = false;
            if (holding.record.rotation != Rotation::None)
                former = formerName(holding);
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
            holding.allowance = {};
            holding.leftMasked.clear();
            self.settleUse(record.service);
        }
        if (!former.isEmpty())
            deliver(self.store->remove(former), self.store.get(), [](const Result<void> &) {});
        return self.next(self.persist(), [id = entry.account](Private &same, const Result<void> &saved) {
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
                return same.next(same.tried(entry, *credential, stop),
                                 [entry, credential = *credential](Private &owner, const Result<void> &good) {
                                     return good ? owner.keepNew(entry, credential, {})
                                                 : failed<data::Account>(withoutSecrets(
                                                     good.error(), secretsOf(credential, *entry.method)));
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
    auto asked = ready<void>({});
    if (untold && session && renewsItself(session->tokens(), *holding->method))
        // The token at hand says nothing of what it was handed out for.
        asked = chain(session->access(true), [](const Result<Secret> &token) -> Result<void> {
            if (!token)
                return fail(token.error());
            return {};
        });
    else
        asked = d->accepted(*holding, QString(id + u'#'), stop);
    return d->next(withoutSecrets(asked, secretsOf(*holding)),
                   [id, session](Private &self, const Result<void> &good) -> Result<data::Account> {
                       if (!good && session)
                           self.ended(id, session);
                       if (!good)
                           return fail(good.error());
                       self.change(id, [](Holding &tested) { tested.record.refused = false; });
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
                   [entry, credential](Private &self, const Result<void> &good) -> Future<data::Account> {
                       if (!good)
                           return failed<data::Account>(good.error());
                       self.change(entry.account, [&](Holding &kept) {
                           kept.kind = entry.kind;
                           kept.method = entry.method;
                           kept.credential = credential;
                           kept.record.way = entry.method->way.id;
                           kept.record.refused = false;
                       });
                       return self.next(self.persist(),
                                        [id = entry.account](Private &same, const Result<void> &written) {
                                            Private::note(written);
                                            return same.told(id);
                                        });
                   });
}

// --- Signing out, names, use ----------------------------------------------------------------------------------------

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
        found->record.refused = false;
        found->record.expires = {};
        found->record.rotation = Rotation::None;
        settleUse(holding.record.service);
    }
    if (const auto http = client.lock(); http && holding.credential.session) {
        const TokenClient tokens(http, *holding.kind, *holding.method, settings.clock);
        deliver(tokens.signOut(holding.credential.session->tokens(), holding.credential.fields), store.get(),
                [](const Result<void> &) {});
    }
    const QString id = holding.record.id;
    const bool inKeychain = holding.place == Place::Keychain;
    auto removed = store->remove(storeName(holding));
    if (holding.record.rotation != Rotation::None)
        removed = next(removed, [former = formerName(holding)](Private &self, const Result<void> &first) {
            return first ? self.store->remove(former) : failed<void>(first.error());
        });
    return next(removed, [id, inKeychain](Private &self, const Result<void> &gone) -> Future<data::Account> {
        return self.next(self.persist(),
                         [id, inKeychain, gone](Private &same, const Result<void> &written) -> Result<data::Account> {
                             note(written);
                             if (!gone && inKeychain)
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
            self.accounts.erase(account);
            self.settleUse(service);
        }
        return self.persist();
    });
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

Future<data::Account> Connections::keepInKeychain(const QString & /*account*/)
{
    return failed<data::Account>({ErrorCode::Unsupported, {}, {}, false});
}

std::vector<data::Snippet> Connections::snippets(const QString & /*account*/) const { return {}; }

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
    const Secret key = holding->method->type == Type::S3 ? holding->credential.fields.value(QStringLiteral("secret"))
                                                         : holding->key();
    if (key.isEmpty())
        return fail(ErrorCode::Unsupported, Text::tr("%1 is signed in without a key that could be copied.").arg(title),
                    title);
    return key;
}

} // namespace astra::credentials
