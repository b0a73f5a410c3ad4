// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/connections.h"

#include "core/base/logging.h"
#include "core/credentials/astraerror.h"
#include "core/credentials/sastokens.h"
#include "core/credentials/signedlinks.h"

#include <QCoreApplication>
#include <QThread>

#include <algorithm>
#include <map>
#include <mutex>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::Connections)
};

using Kept = CredentialStore::Kept;
using State = CredentialStore::State;

constexpr int maxKeyLength = 512;

/// A key goes into a header as it is: nothing but printable ASCII may be in it.
bool isPrintable(const QByteArray &key)
{
    return !key.isEmpty() && key.size() <= maxKeyLength
        && std::ranges::all_of(key, [](char c) { return c > ' ' && c < 127; });
}

bool isTestKey(const Secret &key) { return key.reveal().startsWith("astra_sk_test_"); }

/// Two keys of one connection at different services (a sandbox, the real one) are kept apart.
QString storeName(const Connection &connection) { return connection.id + u'@' + connection.host(); }

} // namespace

QString masked(const Secret &key)
{
    const QByteArray &text = key.reveal();
    if (text.isEmpty())
        return {};
    QByteArray prefix;
    for (const char *known : {"astra_sk_live_", "astra_sk_test_", "astra_"}) {
        if (prefix.isEmpty() && text.startsWith(known))
            prefix = known;
    }
    // Four of at least sixteen characters say which key it is and nothing about the rest.
    const bool tail = text.size() - prefix.size() >= 16;
    return QString(QString::fromLatin1(prefix) + u'…' + QString::fromLatin1(tail ? text.right(4) : QByteArray()));
}

class Connections::Private
{
public:
    [[nodiscard]] const Connection *find(const QString &id) const
    {
        const auto found = std::ranges::find(connections, id, &Connection::id);
        return found == connections.end() ? nullptr : &*found;
    }
    [[nodiscard]] data::Account account(const Connection &connection) const
    {
        const std::lock_guard lock(mutex);
        const auto found = keys.find(connection.id);
        const Kept kept = found == keys.end() ? Kept {} : found->second;
        return {connection.id, connection.title,    connection.host(),
                kept.place,    masked(kept.secret), isTestKey(kept.secret)};
    }
    void keep(const QString &id, Kept kept)
    {
        const std::lock_guard lock(mutex);
        if (kept.secret.isEmpty())
            keys.erase(id);
        else
            keys[id] = std::move(kept);
    }
    [[nodiscard]] Secret key(const QString &id) const
    {
        const std::lock_guard lock(mutex);
        const auto found = keys.find(id);
        return found == keys.end() ? Secret() : found->second.secret;
    }
    [[nodiscard]] net::Authorization bearer(const QString &id) const
    {
        const Secret secret = key(id);
        if (secret.isEmpty())
            return {};
        const Connection *connection = find(id.section(u'#', 0, 0));
        const QByteArray scheme = connection && !connection->scheme.isEmpty() ? connection->scheme + ' ' : QByteArray();
        return {{{"Authorization", Secret(scheme + secret.reveal())}}, {}};
    }
    [[nodiscard]] Future<void> whenLoaded()
    {
        const std::lock_guard lock(mutex);
        if (isLoaded)
            return ready<void>({});
        return waiting.emplace_back().future();
    }
    void load(const std::shared_ptr<Private> &self);
    void finishLoading();
    [[nodiscard]] Future<void> verify(const Connection &connection, const Secret &secret, const StopToken &stop);

    std::vector<Connection> connections;
    std::shared_ptr<CredentialStore> store;
    net::HttpClient *client = nullptr;
    std::map<QString, std::unique_ptr<SasTokens>> signatures; ///< by connection; not changed after create
    std::unique_ptr<SignedLinks> links;

    mutable std::mutex mutex;
    std::map<QString, Kept> keys; ///< by connection, or by trial ("id#1") while a key is being tested
    std::vector<Settler<void>> waiting;
    bool isLoaded = false;
    bool wasOpen = false; ///< the keychain has been read; main thread only
    int pending = 0; ///< reads under way; main thread only
    int trials = 0; ///< main thread only
};

void Connections::Private::load(const std::shared_ptr<Private> &self)
{
    if (std::ranges::none_of(connections, [](const auto &c) { return c.kind == Connection::Kind::Bearer; }))
        return finishLoading();
    deliver(store->state(), store.get(), [weak = std::weak_ptr(self)](const Result<State> &state) {
        const auto owner = weak.lock();
        if (!owner)
            return;
        owner->wasOpen = state && *state == State::Open;
        owner->pending = 1;
        for (const Connection &connection : owner->connections) {
            if (!owner->wasOpen || connection.kind != Connection::Kind::Bearer || !owner->key(connection.id).isEmpty())
                continue;
            ++owner->pending;
            deliver(owner->store->read(storeName(connection)), owner->store.get(),
                    [weak, id = connection.id](const Result<Kept> &kept) {
                        const auto same = weak.lock();
                        if (!same)
                            return;
                        if (!kept)
                            qCWarning(logCredentials) << id << kept.error().message;
                        else if (isPrintable(kept->secret.reveal()) && same->key(id).isEmpty())
                            same->keep(id, *kept);
                        if (--same->pending == 0)
                            same->finishLoading();
                    });
        }
        if (--owner->pending == 0)
            owner->finishLoading();
    });
}

void Connections::Private::finishLoading()
{
    std::vector<Settler<void>> all;
    {
        const std::lock_guard lock(mutex);
        isLoaded = true;
        all.swap(waiting);
    }
    for (auto &settler : all)
        settler.settle({});
}

Future<void> Connections::Private::verify(const Connection &connection, const Secret &secret, const StopToken &stop)
{
    // The key travels like any other, by a name of its own: so it stays a Secret, and redirects are judged as always.
    const QString trial = connection.id + u'#' + QString::number(++trials);
    keep(trial, {secret, data::Account::Place::Memory});
    net::HttpRequest request;
    request.url = connection.test;
    request.connection = trial;
    request.headers = {{"Accept", "application/json"}};
    request.retries = 1;
    request.deadline = std::chrono::seconds(20);
    request.maxBytes = 8 << 20;
    return chain(client->send(request, stop), [connection](Result<net::HttpResponse> response) -> Result<void> {
        if (!response)
            return fail(response.error());
        // Where a key stands alone, 403 says no more than 401: it is not known, or not in this form.
        if (connection.scheme.isEmpty() && (response->status == 401 || response->status == 403))
            return fail(ErrorCode::Unauthorized,
                        Text::tr("%1 does not accept this key. Is it a personal access token? Then set the “kind” of "
                                 "its connection to “bearer” in providers.json.")
                            .arg(connection.title),
                        connection.title);
        if (!response->ok())
            return fail(astraError(*response, connection.title));
        // An answer from elsewhere, or one that is a page, says nothing about the key.
        if (!connection.covers(response->url) || !parseJson(response->body))
            return fail(
                ErrorCode::InvalidInput,
                Text::tr("%1 did not answer as that service does, so the key could not be tested. Is there a login "
                         "page in between?")
                    .arg(connection.host()),
                connection.title);
        return {};
    });
}

Connections::Connections()
    : d(std::make_shared<Private>())
{
}
Connections::~Connections() = default;

std::shared_ptr<Connections> Connections::create(std::vector<Connection> connections,
                                                 std::unique_ptr<CredentialStore> store, net::HttpClient &client,
                                                 Clock clock)
{
    if (!clock)
        clock = [] { return QDateTime::currentDateTimeUtc(); };
    std::shared_ptr<Connections> self(new Connections);
    self->d->connections = std::move(connections);
    self->d->client = &client;
    // The client holds its authorizer, so the last reference may go in a thread that is not the store's.
    self->d->store = std::shared_ptr<CredentialStore>(store.release(), [](CredentialStore *old) {
        if (old->thread() == QThread::currentThread())
            delete old;
        else
            old->deleteLater();
    });
    for (const Connection &connection : self->d->connections) {
        if (connection.kind == Connection::Kind::Sas)
            self->d->signatures.emplace(connection.id, std::make_unique<SasTokens>(connection, client, clock));
    }
    self->d->links = std::make_unique<SignedLinks>(clock);
    self->d->load(self->d);
    return self;
}

Future<void> Connections::loaded() { return d->whenLoaded(); }

std::vector<data::Account> Connections::accounts() const
{
    std::vector<data::Account> all;
    for (const Connection &connection : d->connections) {
        if (connection.kind == Connection::Kind::Bearer)
            all.push_back(d->account(connection));
    }
    return all;
}

Future<CredentialStore::State> Connections::keychain()
{
    auto settler = std::make_shared<Settler<State>>();
    auto future = settler->future();
    deliver(d->store->state(), d->store.get(), [weak = std::weak_ptr(d), settler](const Result<State> &state) {
        const auto self = weak.lock();
        if (!self || !state || *state != State::Open || self->wasOpen)
            return settler->settle(state);
        {
            const std::lock_guard lock(self->mutex);
            self->isLoaded = false;
        }
        self->load(self);
        deliver(self->whenLoaded(), self->store.get(),
                [settler, state](const Result<void> &) { settler->settle(state); });
    });
    return future;
}

Future<data::Account> Connections::connectKey(const QString &id, const Secret &key, const StopToken &stop)
{
    const Connection *connection = d->find(id);
    if (!connection || connection->kind != Connection::Kind::Bearer)
        return ready<data::Account>(
            fail(ErrorCode::NotFound, Text::tr("There is no service “%1” that takes a key.").arg(id)));
    const Secret secret(key.reveal().trimmed());
    if (!isPrintable(secret.reveal()) || !connection->keyPattern.match(QString::fromLatin1(secret.reveal())).hasMatch())
        return ready<data::Account>(
            fail(ErrorCode::InvalidInput,
                 Text::tr("This does not look like a key of %1. Copy the whole key and paste it again.")
                     .arg(connection->title),
                 connection->title));
    auto settler = std::make_shared<Settler<data::Account>>();
    auto future = settler->future();
    const std::weak_ptr weak(d);
    const QString trial = id + u'#' + QString::number(d->trials + 1);
    auto verified = d->verify(*connection, secret, stop);
    deliver(verified, d->store.get(), [weak, settler, secret, trial, connection](const Result<void> &accepted) {
        const auto self = weak.lock();
        if (!self)
            return;
        self->keep(trial, {});
        if (!accepted)
            return settler->settle(fail(accepted.error()));
        deliver(self->store->write(storeName(*connection), secret), self->store.get(),
                [weak, settler, secret, connection](const Result<data::Account::Place> &place) {
                    const auto owner = weak.lock();
                    if (!owner)
                        return;
                    if (!place)
                        return settler->settle(fail(place.error()));
                    owner->keep(connection->id, {secret, *place});
                    settler->settle(owner->account(*connection));
                });
    });
    return future;
}

Future<data::Account> Connections::test(const QString &id, const StopToken &stop)
{
    const Connection *connection = d->find(id);
    const Secret secret = d->key(id);
    if (!connection || connection->kind != Connection::Kind::Bearer || secret.isEmpty())
        return ready<data::Account>(fail(
            ErrorCode::Unauthorized, Text::tr("There is no key for %1 yet.").arg(connection ? connection->title : id)));
    auto settler = std::make_shared<Settler<data::Account>>();
    auto future = settler->future();
    const QString trial = id + u'#' + QString::number(d->trials + 1);
    deliver(d->verify(*connection, secret, stop), d->store.get(),
            [weak = std::weak_ptr(d), settler, trial, connection](const Result<void> &accepted) {
                const auto self = weak.lock();
                if (!self)
                    return;
                self->keep(trial, {});
                if (!accepted)
                    return settler->settle(fail(accepted.error()));
                settler->settle(self->account(*connection));
            });
    return future;
}

Future<data::Account> Connections::disconnect(const QString &id)
{
    const Connection *connection = d->find(id);
    if (!connection || connection->kind != Connection::Kind::Bearer)
        return ready<data::Account>(
            fail(ErrorCode::NotFound, Text::tr("There is no service “%1” that takes a key.").arg(id)));
    const bool inKeychain = d->account(*connection).place == data::Account::Place::Keychain;
    d->keep(id, {});
    auto settler = std::make_shared<Settler<data::Account>>();
    auto future = settler->future();
    deliver(d->store->remove(storeName(*connection)), d->store.get(),
            [weak = std::weak_ptr(d), settler, connection, inKeychain](const Result<void> &removed) {
                const auto self = weak.lock();
                if (!self)
                    return;
                if (!removed && inKeychain)
                    return settler->settle(fail(removed.error()));
                settler->settle(self->account(*connection));
            });
    return future;
}

Future<net::Authorization> Connections::authorize(const QString &id, const QUrl &url, bool refused)
{
    if (auto signature = d->links->query(id, url, refused)) {
        return chain(*signature, [](Result<Secret> query) -> Result<net::Authorization> {
            if (!query)
                return fail(query.error());
            return net::Authorization {{}, *query};
        });
    }
    const Connection *connection = d->find(id.section(u'#', 0, 0));
    if (!connection || !connection->covers(url))
        return ready<net::Authorization>(net::Authorization());
    if (connection->kind == Connection::Kind::Sas) {
        return chain(d->signatures.at(connection->id)->token(url, refused),
                     [](Result<Secret> token) -> Result<net::Authorization> {
                         if (!token)
                             return fail(token.error());
                         return net::Authorization {{}, *token};
                     });
    }
    // A key cannot be renewed: refused is refused, and the same key is given again.
    return chain(d->whenLoaded(), [weak = std::weak_ptr(d), id](const Result<void> &) -> Result<net::Authorization> {
        const auto self = weak.lock();
        return self ? self->bearer(id) : net::Authorization();
    });
}

void Connections::keep(const QString &connection, const std::vector<net::SignedLink> &links,
                       const net::SignAgain &again)
{
    d->links->keep(connection, links, again);
}

} // namespace astra::credentials
