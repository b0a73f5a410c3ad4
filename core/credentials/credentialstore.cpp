// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/credentialstore.h"

#include "core/base/logging.h"
#include "core/credentials/environmentkeys.h"

#include <QFile>
#include <QLibrary>
#include <QTimer>
#include <qt6keychain/keychain.h>

#if defined(Q_OS_UNIX) && !defined(Q_OS_DARWIN)
#define ASTRA_SECRET_SERVICE
#include <QDBusConnection>
#include <QDBusError>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusPendingCallWatcher>
#include <QDBusVariant>
#endif

#include <atomic>
#include <utility>

namespace astra::credentials {

using data::Keychain;

namespace {

QString keychainService() { return QStringLiteral("astra"); }

#ifdef ASTRA_SECRET_SERVICE
const QString secretService = QStringLiteral("org.freedesktop.secrets");
const QString kwalletService = QStringLiteral("org.kde.kwalletd5");

/// Whom QtKeychain turns to. It decides with its first question and stays with that.
enum class Backend { Undecided, SecretService, KWallet };
std::atomic<Backend> backend = Backend::Undecided;

/// On Plasma 5 QtKeychain 0.13 prefers KWallet's own interface, where that answers, to the Secret Service: the wallet
/// need not be the keyring that is asked there. These are the variables by which it knows the desktop.
bool prefersKWallet()
{
    if (qgetenv("KDE_SESSION_VERSION") != "5")
        return false;
    const QByteArray desktop = qgetenv("XDG_CURRENT_DESKTOP");
    const QByteArray session = qgetenv("DESKTOP_SESSION");
    if (desktop == "KDE" || desktop == "GNOME" || desktop == "Unity" || desktop == "XFCE")
        return desktop == "KDE";
    if (session == "kde" || session == "gnome" || session.contains("xfce") || session == "xubuntu")
        return session == "kde";
    return qEnvironmentVariableIsEmpty("GNOME_DESKTOP_SESSION_ID") && !qEnvironmentVariableIsEmpty("KDE_FULL_SESSION");
}

QDBusMessage walletCall(const QString &method)
{
    return QDBusMessage::createMethodCall(kwalletService, QStringLiteral("/modules/kwalletd5"),
                                          QStringLiteral("org.kde.KWallet"), method);
}

/// What people call the program behind a process.
Result<QString> nameOf(uint process)
{
    QFile file(QStringLiteral("/proc/%1/comm").arg(process));
    const QString word = file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.read(64)).trimmed() : QString();
    if (word.startsWith(u"gnome-keyring"))
        return QStringLiteral("GNOME Keyring");
    if (word.startsWith(u"kwalletd") || word == u"ksecretd")
        return QStringLiteral("KWallet");
    if (word == u"keepassxc")
        return QStringLiteral("KeePassXC");
    return word;
}

/// libsecret, through which QtKeychain asks, holds on to its session with a keychain that has died: the next one knows
/// nothing of it and would refuse everything until the end of the program.
void forgetSession()
{
    using Disconnect = void (*)();
    if (const auto disconnect = reinterpret_cast<Disconnect>(
            QLibrary::resolve(QStringLiteral("secret-1"), 0, "secret_service_disconnect")))
        disconnect();
}
#endif

} // namespace

CredentialStore::CredentialStore(Kind kind, std::chrono::milliseconds limit)
    : m_kind(kind)
    , m_limit(limit)
{
}

CredentialStore::~CredentialStore() = default;

#ifdef ASTRA_SECRET_SERVICE

/// A question on the session bus. An error there is an error here.
Future<QDBusMessage> CredentialStore::ask(const QDBusMessage &message)
{
    const auto bus = QDBusConnection::sessionBus();
    if (!bus.isConnected()) // a call on it would never finish
        return ready<QDBusMessage>(fail(ErrorCode::Storage, bus.lastError().message()));
    auto settler = std::make_shared<Settler<QDBusMessage>>();
    auto future = settler->future();
    auto *watcher = new QDBusPendingCallWatcher(bus.asyncCall(message, static_cast<int>(m_limit.count()) / 2), this);
    if (watcher->isFinished() && watcher->isError()) {
        delete watcher; // the bus has gone meanwhile: nothing would ever be told
        return ready<QDBusMessage>(fail(ErrorCode::Storage, bus.lastError().message()));
    }
    connect(watcher, &QDBusPendingCallWatcher::finished, this, [watcher, settler] {
        watcher->deleteLater();
        const auto answer = watcher->reply();
        if (watcher->isError() || answer.arguments().isEmpty())
            settler->settle(fail(ErrorCode::Storage, answer.errorMessage()));
        else
            settler->settle(answer);
    });
    return future;
}

// QtKeychain cannot tell a locked keyring from an absent key, so the one that it turns to is asked itself.
Future<Keychain> CredentialStore::state()
{
    if (m_kind == Kind::MemoryOnly)
        return ready<Keychain>(Keychain {});
    auto settler = std::make_shared<Settler<Keychain>>();
    auto future = settler->future();
    const bool asksWallet = backend == Backend::KWallet || (backend == Backend::Undecided && prefersKWallet());
    if (!asksWallet) {
        askSecretService(settler);
        return future;
    }
    deliver(ask(walletCall(QStringLiteral("networkWallet"))), this,
            [this, settler](const Result<QDBusMessage> &wallet) {
                if (wallet)
                    askWallet(settler, wallet->arguments().constFirst().toString());
                else if (backend == Backend::KWallet)
                    judge(settler, kwalletService, std::nullopt);
                else
                    askSecretService(settler);
            });
    return future;
}

/// Which keyring is the default one, and is it locked?
void CredentialStore::askSecretService(const std::shared_ptr<Settler<Keychain>> &settler)
{
    auto alias = QDBusMessage::createMethodCall(secretService, QStringLiteral("/org/freedesktop/secrets"),
                                                QStringLiteral("org.freedesktop.Secret.Service"),
                                                QStringLiteral("ReadAlias"));
    alias << QStringLiteral("default");
    deliver(ask(alias), this, [this, settler](const Result<QDBusMessage> &found) {
        if (!found)
            return judge(settler, secretService, std::nullopt);
        const auto path = found->arguments().constFirst().value<QDBusObjectPath>().path();
        if (path.isEmpty() || path == u"/")
            return judge(settler, secretService, Keychain::State::Absent);
        auto get = QDBusMessage::createMethodCall(
            secretService, path, QStringLiteral("org.freedesktop.DBus.Properties"), QStringLiteral("Get"));
        get << QStringLiteral("org.freedesktop.Secret.Collection") << QStringLiteral("Locked");
        deliver(ask(get), this, [this, settler](const Result<QDBusMessage> &answer) {
            if (!answer)
                return judge(settler, secretService, std::nullopt);
            const bool locked = answer->arguments().constFirst().value<QDBusVariant>().variant().toBool();
            judge(settler, secretService, locked ? Keychain::State::Locked : Keychain::State::Open);
        });
    });
}

/// Opening a wallet that is closed would ask the person, so it is only looked at.
void CredentialStore::askWallet(const std::shared_ptr<Settler<Keychain>> &settler, const QString &wallet)
{
    deliver(ask(walletCall(QStringLiteral("isEnabled"))), this,
            [this, settler, wallet](const Result<QDBusMessage> &enabled) {
                if (enabled && !enabled->arguments().constFirst().toBool())
                    return judge(settler, kwalletService, Keychain::State::Absent);
                auto isOpen = walletCall(QStringLiteral("isOpen"));
                isOpen << wallet;
                deliver(ask(isOpen), this, [this, settler](const Result<QDBusMessage> &open) {
                    if (!open)
                        return judge(settler, kwalletService, std::nullopt);
                    judge(settler, kwalletService,
                          open->arguments().constFirst().toBool() ? Keychain::State::Open : Keychain::State::Locked);
                });
            });
}

/// Adds whose it is. @param told what it said of itself; nothing: it did not answer, if it is there at all
void CredentialStore::judge(const std::shared_ptr<Settler<Keychain>> &settler, const QString &service,
                            std::optional<Keychain::State> told)
{
    if (told == Keychain::State::Open) // what is asked for next goes there
        backend = service == kwalletService ? Backend::KWallet : Backend::SecretService;
    auto owner = QDBusMessage::createMethodCall(
        QStringLiteral("org.freedesktop.DBus"), QStringLiteral("/org/freedesktop/DBus"),
        QStringLiteral("org.freedesktop.DBus"), QStringLiteral("GetConnectionUnixProcessID"));
    owner << service;
    deliver(ask(owner), this, [this, settler, service, told](const Result<QDBusMessage> &process) {
        if (!process) {
            const auto state = m_name.isEmpty() ? Keychain::State::Absent : Keychain::State::Failing;
            return settler->settle(Keychain {state, m_name});
        }
        const uint id = process->arguments().constFirst().toUInt();
        if (const uint before = std::exchange(m_process, id); before != 0 && before != id && service == secretService)
            forgetSession();
        deliver(runOn(*QThreadPool::globalInstance(), [id] { return nameOf(id); }), this,
                [this, settler, service, told](const Result<QString> &name) {
                    const QString unknown = service == kwalletService ? QStringLiteral("KWallet") : service;
                    m_name = name && !name->isEmpty() ? *name : unknown;
                    settler->settle(Keychain {told.value_or(Keychain::State::Failing), m_name});
                });
    });
}

#else

Future<Keychain> CredentialStore::state()
{
#ifdef Q_OS_DARWIN
    const QString name = QStringLiteral("Keychain");
#else
    const QString name = QStringLiteral("Credential Manager");
#endif
    return ready<Keychain>(m_kind == Kind::MemoryOnly ? Keychain {} : Keychain {Keychain::State::Open, name});
}

#endif

/// Calls `start() -> Future<T>` once what was asked before for this name is done: a write that is still under way would
/// otherwise put back what is removed meanwhile.
template<typename T, typename F> Future<T> CredentialStore::inTurn(const QString &name, F start)
{
    auto settler = std::make_shared<Settler<T>>();
    auto future = settler->future();
    const auto before = std::exchange(m_turns[name],
                                      chain(future, [](const Result<T> &) -> Result<void> { return {}; }));
    deliver(before, this, [this, settler, start = std::move(start)](const Result<void> &) {
        deliver(start(), this, [settler](Result<T> result) { settler->settle(std::move(result)); });
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

Future<CredentialStore::Kept> CredentialStore::read(const QString &name, const QString &account)
{
    if (const Secret given = account.isEmpty() ? Secret() : environmentKey(account); !given.isEmpty())
        return ready<Kept>(Kept {given, Place::Environment});
    return inTurn<Kept>(name, [this, name]() -> Future<Kept> {
        if (const auto kept = m_memory.constFind(name); kept != m_memory.constEnd())
            return ready<Kept>(Kept {*kept, Place::Memory});
        auto settler = std::make_shared<Settler<Kept>>();
        auto future = settler->future();
        deliver(state(), this, [this, settler, name](const Result<Keychain> &keychain) {
            if (!keychain || keychain->state != Keychain::State::Open)
                return settler->settle(Kept {});
            auto *job = new QKeychain::ReadPasswordJob(keychainService());
            job->setKey(name);
            auto read = run<Kept>(job, [](QKeychain::ReadPasswordJob *finished) -> Result<Kept> {
                if (finished->error() == QKeychain::EntryNotFound)
                    return Kept {};
                if (finished->error() != QKeychain::NoError)
                    return fail(ErrorCode::Storage,
                                tr("The keychain could not be read: %1").arg(finished->errorString()));
                return Kept {Secret(finished->textData().toUtf8()), Place::Keychain};
            });
            deliver(read, this, [settler](Result<Kept> kept) { settler->settle(std::move(kept)); });
        });
        return future;
    });
}

Future<CredentialStore::Place> CredentialStore::write(const QString &name, const Secret &secret)
{
    return inTurn<Place>(name, [this, name, secret] {
        auto settler = std::make_shared<Settler<Place>>();
        auto future = settler->future();
        deliver(tellKeychain(name, secret), this, [this, settler, name, secret](const Result<void> &written) {
            if (!written)
                m_memory.insert(name, secret);
            settler->settle(written ? Place::Keychain : Place::Memory);
        });
        return future;
    });
}

Future<void> CredentialStore::writeToKeychain(const QString &name, const Secret &secret)
{
    return inTurn<void>(name, [this, name, secret] { return tellKeychain(name, secret); });
}

Future<void> CredentialStore::tellKeychain(const QString &name, const Secret &secret)
{
    auto settler = std::make_shared<Settler<void>>();
    auto future = settler->future();
    deliver(state(), this, [this, settler, name, secret](const Result<Keychain> &keychain) {
        const auto there = keychain.value_or(Keychain {});
        if (there.state == Keychain::State::Absent)
            return settler->settle(fail(ErrorCode::Storage, tr("There is no keychain here that could keep keys.")));
        if (there.state != Keychain::State::Open) {
            const bool locked = there.state == Keychain::State::Locked;
            return settler->settle(fail(ErrorCode::Storage,
                                        (locked ? tr("%1 is locked. Unlock it and try again.")
                                                : tr("%1 does not answer any more. Start it and try again."))
                                            .arg(there.name)));
        }
        auto *job = new QKeychain::WritePasswordJob(keychainService());
        job->setKey(name);
        job->setTextData(QString::fromUtf8(secret.reveal()));
        auto written = run<void>(job, [](QKeychain::WritePasswordJob *finished) -> Result<void> {
            if (finished->error() != QKeychain::NoError)
                return fail(ErrorCode::Storage,
                            tr("The keychain did not take the key: %1").arg(finished->errorString()));
            return {};
        });
        deliver(written, this, [this, settler, name](const Result<void> &result) {
            if (result)
                m_memory.remove(name);
            else
                qCWarning(logCredentials) << result.error().message;
            settler->settle(result);
        });
    });
    return future;
}

Future<void> CredentialStore::remove(const QString &name)
{
    return inTurn<void>(name, [this, name] {
        m_memory.remove(name);
        auto settler = std::make_shared<Settler<void>>();
        auto future = settler->future();
        deliver(state(), this, [this, settler, name](const Result<Keychain> &keychain) {
            if (!keychain || keychain->state == Keychain::State::Absent)
                return settler->settle({});
            if (keychain->state != Keychain::State::Open) {
                const bool locked = keychain->state == Keychain::State::Locked;
                return settler->settle(fail(
                    ErrorCode::Storage,
                    (locked ? tr("%1 is locked, so a key kept there stays. Unlock it and try again.")
                            : tr("%1 does not answer any more, so a key kept there stays. Start it and try again."))
                        .arg(keychain->name)));
            }
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
    });
}

} // namespace astra::credentials
