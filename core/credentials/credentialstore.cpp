// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/credentialstore.h"

#include "core/base/logging.h"

#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusPendingReply>
#include <QDBusVariant>
#include <QTimer>
#include <qt6keychain/keychain.h>

namespace astra::credentials {

namespace {

const QString secretService = QStringLiteral("org.freedesktop.secrets");

QString keychainService() { return QStringLiteral("astra"); }

} // namespace

CredentialStore::CredentialStore(Kind kind, std::chrono::milliseconds limit)
    : m_kind(kind)
    , m_limit(limit)
{
}

CredentialStore::~CredentialStore() = default;

// QtKeychain cannot tell a locked keyring from an absent key, so the Secret Service is asked itself: which keyring is
// the default one, and is it locked?
Future<CredentialStore::State> CredentialStore::state()
{
    if (m_kind == Kind::MemoryOnly)
        return ready<State>(State::Absent);
    const auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected())
        return ready<State>(State::Absent);

    auto settler = std::make_shared<Settler<State>>();
    auto future = settler->future();
    const auto call = [this, bus](const QDBusMessage &message, auto answered) {
        auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(message, static_cast<int>(m_limit.count()) / 2),
                                                    this);
        connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, answered] {
            watcher->deleteLater();
            answered(*watcher);
        });
    };
    auto alias = QDBusMessage::createMethodCall(secretService, QStringLiteral("/org/freedesktop/secrets"),
                                                QStringLiteral("org.freedesktop.Secret.Service"),
                                                QStringLiteral("ReadAlias"));
    alias << QStringLiteral("default");
    call(alias, [call, settler](const QDBusPendingCall &aliasCall) {
        const QDBusPendingReply<QDBusObjectPath> path = aliasCall;
        if (path.isError() || path.value().path() == u"/")
            return settler->settle(State::Absent);
        auto get = QDBusMessage::createMethodCall(secretService, path.value().path(),
                                                  QStringLiteral("org.freedesktop.DBus.Properties"),
                                                  QStringLiteral("Get"));
        get << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
        call(get, [settler](const QDBusPendingCall &getCall) {
            const QDBusPendingReply<QDBusVariant> locked = getCall;
            if (locked.isError())
                return settler->settle(State::Absent);
            settler->settle(locked.value().variant().toBool() ? State::Locked : State::Open);
        });
    });
    return future;
}

/// Runs a keychain job; `done(job)` makes the result. A job that waits for a prompt is left to itself after the limit.
template<typename T, typename Job, typename Done> Future<T> CredentialStore::run(Job *job, Done done)
{
    auto settler = std::make_shared<Settler<T>>();
    auto future = settler->future();
    connect(job, &QKeychain::Job::finished, this, [settler, job, done] { settler->settle(done(job)); });
    QTimer::singleShot(m_limit, this, [settler] {
        settler->settle(fail(ErrorCode::Timeout, tr("The keychain did not answer in time.")));
    });
    job->start();
    return future;
}

Future<CredentialStore::Kept> CredentialStore::read(const QString &name)
{
    if (const auto kept = m_memory.constFind(name); kept != m_memory.constEnd())
        return ready<Kept>(Kept {*kept, Place::Memory});
    auto settler = std::make_shared<Settler<Kept>>();
    auto future = settler->future();
    deliver(state(), this, [this, settler, name](const Result<State> &state) {
        if (!state || *state != State::Open)
            return settler->settle(Kept {});
        auto *job = new QKeychain::ReadPasswordJob(keychainService());
        job->setKey(name);
        auto read = run<Kept>(job, [](QKeychain::ReadPasswordJob *finished) -> Result<Kept> {
            if (finished->error() == QKeychain::EntryNotFound)
                return Kept {};
            if (finished->error() != QKeychain::NoError)
                return fail(ErrorCode::Storage, tr("The keychain could not be read: %1").arg(finished->errorString()));
            return Kept {Secret(finished->textData().toUtf8()), Place::Keychain};
        });
        deliver(read, this, [settler](Result<Kept> kept) { settler->settle(std::move(kept)); });
    });
    return future;
}

Future<CredentialStore::Place> CredentialStore::write(const QString &name, const Secret &secret)
{
    auto settler = std::make_shared<Settler<Place>>();
    auto future = settler->future();
    const auto keepInMemory = [this, settler, name, secret] {
        m_memory.insert(name, secret);
        settler->settle(Place::Memory);
    };
    deliver(state(), this, [this, settler, name, secret, keepInMemory](const Result<State> &state) {
        if (!state || *state != State::Open)
            return keepInMemory();
        auto *job = new QKeychain::WritePasswordJob(keychainService());
        job->setKey(name);
        job->setTextData(QString::fromUtf8(secret.reveal()));
        auto written = run<void>(job, [](QKeychain::WritePasswordJob *finished) -> Result<void> {
            if (finished->error() != QKeychain::NoError)
                return fail(ErrorCode::Storage, finished->errorString());
            return {};
        });
        deliver(written, this, [this, settler, name, keepInMemory](const Result<void> &result) {
            if (!result) {
                qCWarning(logCredentials) << "The keychain did not take a key:" << result.error().message;
                return keepInMemory();
            }
            m_memory.remove(name);
            settler->settle(Place::Keychain);
        });
    });
    return future;
}

Future<void> CredentialStore::remove(const QString &name)
{
    m_memory.remove(name);
    auto settler = std::make_shared<Settler<void>>();
    auto future = settler->future();
    deliver(state(), this, [this, settler, name](const Result<State> &state) {
        if (!state || *state == State::Absent)
            return settler->settle({});
        if (*state == State::Locked)
            return settler->settle(fail(ErrorCode::Storage,
                                        tr("The keychain is locked, so a key kept there stays. Unlock it and try "
                                           "again.")));
        auto *job = new QKeychain::DeletePasswordJob(keychainService());
        job->setKey(name);
        auto removed = run<void>(job, [](QKeychain::DeletePasswordJob *finished) -> Result<void> {
            if (finished->error() != QKeychain::NoError && finished->error() != QKeychain::EntryNotFound)
                return fail(ErrorCode::Storage,
                            tr("The key could not be removed from the keychain: %1").arg(finished->errorString()));
            return {};
        });
        deliver(removed, this, [settler](const Result<void> &result) { settler->settle(result); });
    });
    return future;
}

} // namespace astra::credentials
