// SPDX-License-Identifier: Apache-2.0
// What accounts there are, and what their requests carry.
#include "core/credentials/connections.h"

#include "core/credentials/connectionsparts.h"
#include "core/credentials/s3signature.h"
#include "core/net/secrets.h"

#include <QCoreApplication>
#include <QThread>

#include <algorithm>
#include <utility>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Connections)
};

using Type = SignInMethod::Type;

const SignInMethod *signing(const ServiceKind &kind)
{
    const auto found = std::ranges::find(kind.methods, Type::Sas, &SignInMethod::type);
    return found == kind.methods.end() ? nullptr : &*found;
}

/// Where several live at one host, one is in use; hosts do not disturb each other.
bool together(const Holding &a, const Holding &b)
{
    return a.record.service == b.record.service && a.kind->host() == b.kind->host();
}

/// What people, and what they look at, act on.
struct Standing {
    explicit Standing(const data::Account &account)
        : place(account.place)
        , refused(account.refused)
        , inUse(account.inUse)
        , way(account.way)
    {
        notices.reserve(account.notices.size());
        for (const auto &notice : account.notices)
            notices.append(notice.kind);
    }
    Place place;
    bool refused;
    bool inUse;
    QString way;
    QList<data::AccountNotice::Kind> notices;
    friend bool operator==(const Standing &, const Standing &) = default;
};

/// What the last answer did not tell stays as it was told before.
void lay(data::Allowance &known, const data::Allowance &told)
{
    const auto take = [](auto &old, const auto &now) {
        if (now)
            old = now;
    };
    take(known.rateLimit, told.rateLimit);
    take(known.rateLeft, told.rateLeft);
    take(known.creditsLeft, told.creditsLeft);
    if (told.rateReset.isValid())
        known.rateReset = told.rateReset;
    if (told.creditsReset.isValid())
        known.creditsReset = told.creditsReset;
}

} // namespace

std::vector<Secret> secretsOf(const Credential &credential, const SignInMethod &method)
{
    std::vector<Secret> secrets {credential.tokens.access, credential.tokens.refresh};
    if (credential.session) {
        const Tokens now = credential.session->tokens();
        secrets.insert(secrets.end(), {now.access, now.refresh});
    }
    for (auto field = credential.fields.begin(); field != credential.fields.end(); ++field) {
        const auto known = std::ranges::find(method.way.fields, field.key(), &data::SignInField::name);
        if (known == method.way.fields.end() || known->secret)
            secrets.push_back(field.value());
    }
    return secrets;
}

std::vector<Secret> secretsOf(const Holding &holding)
{
    auto secrets = secretsOf(holding.credential, *holding.method);
    const auto former = secretsOf(holding.former, *holding.method);
    secrets.insert(secrets.end(), former.begin(), former.end());
    return secrets;
}

Error withoutSecrets(Error error, const std::vector<Secret> &secrets)
{
    error.message = QString::fromUtf8(net::withoutSecrets(error.message.toUtf8(), secrets));
    return error;
}

Connections::Connections()
    : d(std::make_shared<Private>())
{
}

Connections::~Connections() = default;

Connections::Private::~Private()
{
    for (const auto &source : stops) {
        if (const auto running = source.lock())
            running->request_stop();
    }
    // What happened in the last seconds is not lost; the pool waits for it.
    if (dirty && !settings.file.isEmpty())
        disk.start([file = file, last = content()] { (void)file->write(last); });
}

std::shared_ptr<Connections> Connections::create(std::vector<ServiceKind> kinds, std::unique_ptr<CredentialStore> store,
                                                 const std::shared_ptr<net::HttpClient> &client, Settings settings)
{
    if (!settings.clock)
        settings.clock = [] { return QDateTime::currentDateTimeUtc(); };
    std::shared_ptr<Connections> self(new Connections);
    auto &d = *self->d;
    d.kinds = std::move(kinds);
    d.client = client;
    if (!settings.file.isEmpty())
        d.file = std::make_shared<SharedAccounts>(settings.file);
    d.settings = std::move(settings);
    d.disk.setMaxThreadCount(1);
    // The client holds its authorizer, so the last reference may go in a thread that is not the store's.
    d.store = std::shared_ptr<CredentialStore>(store.release(), [](CredentialStore *old) {
        if (old->thread() == QThread::currentThread())
            delete old;
        else
            old->deleteLater();
    });
    for (const ServiceKind &kind : d.kinds) {
        if (const SignInMethod *method = signing(kind))
            d.signatures.emplace(kind.service.id,
                                 std::make_unique<SasTokens>(kind, *method, *client, d.settings.clock));
    }
    d.links = std::make_unique<SignedLinks>(d.settings.clock);
    d.claimVariables();
    d.load();
    return self;
}

// --- What there is --------------------------------------------------------------------------------------------------

const ServiceKind *Connections::Private::kind(const QString &id) const
{
    const auto found = std::ranges::find_if(kinds, [&id](const ServiceKind &one) { return one.service.id == id; });
    return found == kinds.end() ? nullptr : &*found;
}

Holding *Connections::Private::find(const QString &name)
{
    if (const auto exact = accounts.find(name); exact != accounts.end())
        return &exact->second;
    Holding *best = nullptr;
    for (auto &[id, holding] : accounts) {
        if (holding.record.service == name && (!best || (holding.record.inUse && holding.open())))
            best = &holding;
    }
    return best;
}

/// Whose secret a request carries: an account by its id followed by "#", a trial, else the one in use of a service,
/// else an account by its id.
Holding *Connections::Private::resolve(const QString &connection, const QUrl &url)
{
    const auto fits = [&url](const Holding &holding) { return holding.kind->covers(url); };
    if (const auto trial = trials.find(connection); trial != trials.end())
        return fits(trial->second) ? &trial->second : nullptr;
    const bool exactly = connection.endsWith(u'#');
    if (!exactly) {
        for (auto &[id, holding] : accounts) {
            if (holding.record.service == connection && holding.record.inUse && holding.open() && fits(holding))
                return &holding;
        }
        if (kind(connection))
            return nullptr;
    }
    const auto found = accounts.find(exactly ? connection.chopped(1) : connection);
    return found != accounts.end() && found->second.open() && fits(found->second) ? &found->second : nullptr;
}

data::Account Connections::Private::account(const Holding &holding) const
{
    const AccountRecord &record = holding.record;
    const ServiceKind &kind = *holding.kind;
    data::Account account;
    account.id = record.id;
    account.service = record.service;
    account.title = kind.service.title;
    account.label = record.label;
    account.host = kind.host();
    account.place = holding.place;
    account.who = record.who;
    account.inUse = record.inUse;
    account.created = record.created;
    account.lastUsed = record.lastUsed;
    account.expires = record.expires;
    const QDateTime now = settings.clock();
    account.usedToday = record.uses.value(now.toUTC().date());
    if (holding.method)
        account.way = holding.method->way.id;
    account.allowance = holding.allowance;
    if (!holding.open())
        return account;
    account.masked = masked(holding.key(), *holding.method);
    account.test = isTestKey(holding.key(), *holding.method);
    account.former = masked(holding.former.fields.value(keyField(*holding.method)), *holding.method);
    AccountRecord judged = record;
    if (const auto &session = holding.credential.session) {
        judged.refused = judged.refused || session->ended();
        judged.created = {}; // a login is not a key that grows old
        account.renews = !session->ended() && renewsItself(session->tokens(), *holding.method);
        // The end of a token that another one follows is worth telling only while it is ahead, and no warning.
        const QDateTime expires = session->expires();
        if (account.renews) {
            account.expires = expires > now ? expires : QDateTime();
            judged.expires = {};
        } else if (expires.isValid()) {
            account.expires = expires;
        }
    }
    account.refused = judged.refused;
    account.notices = noticesFor(judged, notices, now);
    for (data::AccountNotice &notice : account.notices) {
        if (notice.kind == data::AccountNotice::Kind::Refused && holding.credential.session)
            notice.text = Text::tr("The sign-in has ended. Sign in again.");
    }
    if (const QString left = leftText(holding); !left.isEmpty())
        account.notices.append({data::AccountNotice::Kind::Left, left});
    return account;
}

std::vector<data::Service> Connections::services() const
{
    std::vector<data::Service> all;
    all.reserve(d->kinds.size());
    for (const ServiceKind &kind : d->kinds)
        all.push_back(kind.service);
    return all;
}

std::vector<data::Account> Connections::accounts() const
{
    const std::lock_guard lock(d->mutex);
    std::vector<data::Account> all;
    all.reserve(d->accounts.size() + d->kinds.size());
    for (const ServiceKind &kind : d->kinds) {
        bool any = false;
        for (const auto &[id, holding] : d->accounts) {
            if (holding.record.service != kind.service.id || holding.record.way.isEmpty())
                continue;
            any = true;
            all.push_back(d->account(holding));
        }
        if (any || kind.service.byChoice)
            continue;
        data::Account none;
        none.id = none.service = kind.service.id;
        none.title = kind.service.title;
        none.host = kind.host();
        all.push_back(std::move(none));
    }
    return all;
}

QStringList Connections::warnings() const
{
    const std::lock_guard lock(d->mutex);
    return d->warnings;
}

QString Connections::Private::newId(const QString &service) const
{
    const auto taken = [this, &service](const QString &id) {
        const bool stranger = std::ranges::any_of(strangers, [&id](const auto &other) { return other.id == id; });
        return accounts.contains(id) || reserved.contains(id) || stranger || !given(id, service).isEmpty();
    };
    QString id = service;
    for (int i = 2; taken(id) || (id != service && kind(id)); ++i)
        id = service + u'-' + QString::number(i);
    return id;
}

/// Of the accounts of one service at one host, one with a secret is in use.
void Connections::Private::settleUse(const QString &service)
{
    std::vector<Holding *> all;
    for (auto &[id, holding] : accounts) {
        if (holding.record.service == service)
            all.push_back(&holding);
    }
    // Those with a secret come first, and among them the ones that are in use.
    std::ranges::stable_sort(all, [](const Holding *a, const Holding *b) {
        return std::pair(!a->open(), !a->record.inUse) < std::pair(!b->open(), !b->record.inUse);
    });
    for (std::size_t i = 0; i < all.size(); ++i) {
        const bool first = std::none_of(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(i),
                                        [&](const Holding *other) { return together(*other, *all[i]); });
        all[i]->record.inUse = first;
    }
}

Result<Holding> Connections::Private::held(const QString &name)
{
    const std::lock_guard lock(mutex);
    const Holding *holding = find(name);
    const ServiceKind *general = kind(name);
    if (!holding && !general)
        return fail(ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(name.left(80)));
    // Where nothing is entered, having been there is enough.
    const bool unlocked = holding && !holding->record.way.isEmpty() && holding->method->type == Type::None;
    if (!unlocked && (!holding || !holding->open())) {
        const QString title = holding ? holding->kind->service.title : general->service.title;
        return fail(ErrorCode::Unauthorized, Text::tr("There is no key for %1 yet.").arg(title), title);
    }
    return *holding;
}

Result<data::Account> Connections::Private::told(const QString &id)
{
    const std::lock_guard lock(mutex);
    if (const auto found = accounts.find(id); found != accounts.end())
        return account(found->second);
    return fail(ErrorCode::NotFound, Text::tr("There is no account “%1”.").arg(id.left(80)));
}

void Connections::Private::change(const QString &id, const std::function<void(Holding &)> &how)
{
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end())
            return;
        found->second.notePlaces();
        how(found->second);
        found->second.notePlaces();
    }
    touch(Seen::Nothing);
}

void Connections::Private::ended(const QString &id, const std::shared_ptr<TokenSession> &session)
{
    {
        const std::lock_guard lock(mutex);
        const auto found = accounts.find(id);
        if (found == accounts.end() || found->second.credential.session != session || !session->ended()
            || std::exchange(found->second.record.refused, true))
            return;
    }
    touch(Seen::Standing);
}

// --- What requests carry --------------------------------------------------------------------------------------------

net::Authorization Connections::Private::sent(const Holding &holding, const QUrl &url) const
{
    const SignInMethod &method = *holding.method;
    const auto &fields = holding.credential.fields;
    switch (method.type) {
    case Type::Key:
        return net::Authorization {{{method.header, Secret(method.prefix + holding.key().reveal())}}, {}};
    case Type::Basic: {
        const QByteArray login = fields.value(QStringLiteral("user")).reveal() + ':'
            + fields.value(QStringLiteral("password")).reveal();
        return net::Authorization {{{method.header, Secret("Basic " + login.toBase64())}}, {}};
    }
    case Type::S3:
        return signedGet(url, fields.value(QStringLiteral("access")), fields.value(QStringLiteral("secret")),
                         method.regionOf(url), method.requesterPays, settings.clock());
    default:
        break;
    }
    return net::Authorization();
}

Future<net::Authorization> Connections::authorize(const QString &id, const QUrl &url, bool refused)
{
    if (const auto signature = d->links->query(id, url, refused))
        return *signature;
    if (const auto tokens = d->signatures.find(id); tokens != d->signatures.end()) {
        const ServiceKind *kind = d->kind(id);
        if (!kind || !kind->covers(url))
            return ready<net::Authorization>(net::Authorization());
        return chain(tokens->second->token(url, refused), [](Result<Secret> token) -> Result<net::Authorization> {
            if (!token)
                return fail(token.error());
            return net::Authorization {{}, *token};
        });
    }
    return chain(d->whenLoaded(),
                 [weak = std::weak_ptr(d), id, url, refused](const Result<void> &) -> Future<net::Authorization> {
                     const auto self = weak.lock();
                     // A session may want to ask its service for another token.
                     const auto alive = self ? self->client.lock() : nullptr;
                     if (!alive)
                         return ready<net::Authorization>(net::Authorization());
                     Holding holding;
                     {
                         const std::lock_guard lock(self->mutex);
                         const Holding *found = self->resolve(id, url);
                         if (!found)
                             return ready<net::Authorization>(net::Authorization());
                         holding = *found;
                     }
                     const bool test = isTestKey(holding.key(), *holding.method);
                     if (!holding.credential.session) {
                         // A key cannot be renewed: refused is refused, and the same key is given again.
                         auto authorization = self->sent(holding, url);
                         authorization.test = test;
                         return ready<net::Authorization>(std::move(authorization));
                     }
                     return chain(
                         holding.credential.session->access(refused),
                         [weak, holding, test, header = holding.method->header,
                          prefix = holding.method->prefix](Result<Secret> token) -> Result<net::Authorization> {
                             const auto same = token ? nullptr : weak.lock();
                             if (same)
                                 same->ended(holding.record.id, holding.credential.session);
                             if (!token)
                                 return fail(withoutSecrets(token.error(), secretsOf(holding)));
                             return net::Authorization {{{header, Secret(prefix + token->reveal())}}, {}, test};
                         });
                 });
}

void Connections::keep(const QString &connection, const std::vector<net::SignedLink> &links,
                       const net::SignAgain &again)
{
    d->links->keep(connection, links, again);
}

void Connections::answered(const QString &connection, const QUrl &url, const net::HttpResponse &response)
{
    // Whoever hears of a change asks again what was refused: being refused the same way again is none.
    auto seen = response.ok() ? Private::Seen::Counters : Private::Seen::Nothing;
    {
        const std::lock_guard lock(d->mutex);
        if (d->trials.contains(connection))
            return;
        Holding *holding = d->resolve(connection, url);
        if (!holding)
            return;
        const Standing standing(d->account(*holding));
        const auto told = allowanceOf(response, holding->kind->allowance);
        const QDateTime now = d->settings.clock();
        holding->record.count(now, creditsSpent(response, holding->kind->allowance, holding->allowance.creditsLeft));
        holding->record.remember(told, now);
        lay(holding->allowance, told);
        // Where a key may stand in another form, 403 says no more than 401: it is not known, or not in this form.
        const bool refusal = response.status == 401
            || (response.status == 403 && otherForm(*holding->kind, *holding->method));
        const bool unknown = refusal && !holding->kind->notOffered(url, response.status);
        if (unknown || response.ok())
            holding->record.refused = unknown;
        if (!(standing == Standing(d->account(*holding))))
            seen = Private::Seen::Standing;
    }
    d->touch(seen);
}

} // namespace astra::credentials
