// SPDX-License-Identifier: Apache-2.0
// Against a real gnome-keyring-daemon on a D-Bus of its own, and against a wallet as Plasma 5 has it. Started without
// ASTRA_KEYRING, the program runs itself once in each of the sessions.
#include "core/credentials/credentialstore.h"
#include "tests/support/canary.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusConnectionInterface>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusReply>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QScopeGuard>
#include <QTest>
#include <QThread>

#include <atomic>
#include <csignal>
#include <cstdio>
#include <mutex>

using namespace astra;
using namespace astra::credentials;
using State = data::Keychain::State;
using Place = CredentialStore::Place;

namespace {

const QString name = QStringLiteral("astra-os@astraos.cloud");
const Secret canary = test::canary("astra_sk_live_");
const QString gnome = QStringLiteral("GNOME Keyring");

QString keyring() { return qEnvironmentVariable("ASTRA_KEYRING"); }
bool isOpen() { return keyring() == u"open" || keyring() == u"mortal"; }

/// What another program of the desktop sees under our name.
QByteArray storedSecret()
{
    QProcess tool;
    tool.start(
        QStringLiteral("secret-tool"),
        {QStringLiteral("lookup"), QStringLiteral("server"), QStringLiteral("astra"), QStringLiteral("user"), name});
    tool.waitForFinished();
    return tool.readAllStandardOutput();
}

/// A keychain that takes every question and answers none, as one does that waits for a prompt nobody sees.
class SilentService : public QDBusVirtualObject
{
public:
    [[nodiscard]] QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &, const QDBusConnection &) override { return true; }
};

/// KWallet's own interface, as far as QtKeychain uses it.
class Wallet : public QDBusVirtualObject
{
public:
    std::atomic<bool> enabled = true;
    std::atomic<bool> open = false;
    std::atomic<int> prompts = 0; ///< how often it was asked to open while it was closed

    [[nodiscard]] QString introspect(const QString &) const override { return {}; }
    bool handleMessage(const QDBusMessage &message, const QDBusConnection &bus) override
    {
        return bus.send(message.createReply(answer(message.member(), message.arguments())));
    }
    [[nodiscard]] QString kept(const QString &key) const
    {
        const std::lock_guard lock(m_mutex);
        return m_kept.value(key);
    }

private:
    QVariant answer(const QString &method, const QVariantList &arguments)
    {
        const std::lock_guard lock(m_mutex);
        const QString key = arguments.value(2).toString(); // after a handle and a folder
        if (method == u"networkWallet")
            return QStringLiteral("kdewallet");
        if (method == u"isEnabled")
            return enabled.load();
        if (method == u"isOpen")
            return open.load();
        if (method == u"open")
            prompts += open ? 0 : 1;
        else if (method == u"entryType")
            return m_kept.contains(key) ? 1 : 0;
        else if (method == u"readPassword")
            return m_kept.value(key);
        else if (method == u"writePassword")
            m_kept.insert(key, arguments.value(3).toString());
        else if (method == u"removeEntry")
            m_kept.remove(key);
        return 0;
    }
    mutable std::mutex m_mutex;
    QMap<QString, QString> m_kept;
};

QDBusMessage secretCall(const QString &interface, const QString &method, const QVariantList &arguments)
{
    auto message = QDBusMessage::createMethodCall(QStringLiteral("org.freedesktop.secrets"),
                                                  QStringLiteral("/org/freedesktop/secrets"), interface, method);
    message.setArguments(arguments);
    return QDBusConnection::sessionBus().call(message);
}

const QDBusObjectPath keyringPath(QStringLiteral("/org/freedesktop/secrets/collection/login"));

bool lock()
{
    const auto answer = secretCall(QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("Lock"),
                                   {QVariant::fromValue(QList<QDBusObjectPath> {keyringPath})});
    return answer.type() == QDBusMessage::ReplyMessage;
}

/// 0: it is gone.
pid_t keyringProcess()
{
    const QDBusReply<uint> process = QDBusConnection::sessionBus().interface()->servicePid(
        QStringLiteral("org.freedesktop.secrets"));
    return process.isValid() ? static_cast<pid_t>(process.value()) : 0;
}

/// To the one that keychain-session.sh started on a bus of its own.
void signalKeyring(int signal)
{
    if (const pid_t process = keyringProcess(); process > 1)
        kill(process, signal);
}

bool startKeyring()
{
    if (!QTest::qWaitFor([] { return keyringProcess() == 0; }))
        return false;
    QProcess::execute(QStringLiteral("sh"), {QStringLiteral("-c"), qEnvironmentVariable("ASTRA_KEYRING_START")});
    return QTest::qWaitFor([] { return keyringProcess() != 0; });
}

/// As a person would in the keyring's own dialog.
bool unlock()
{
    const auto opened = secretCall(QStringLiteral("org.freedesktop.Secret.Service"), QStringLiteral("OpenSession"),
                                   {QStringLiteral("plain"), QVariant::fromValue(QDBusVariant(QString()))});
    if (opened.arguments().size() != 2)
        return false;
    QDBusArgument secret;
    secret.beginStructure();
    secret << opened.arguments().at(1).value<QDBusObjectPath>() << QByteArray() << QByteArray("open sesame")
           << QStringLiteral("text/plain");
    secret.endStructure();
    const auto answer = secretCall(QStringLiteral("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface"),
                                   QStringLiteral("UnlockWithMasterPassword"),
                                   {QVariant::fromValue(keyringPath), QVariant::fromValue(secret)});
    return answer.type() == QDBusMessage::ReplyMessage;
}

} // namespace

class TestCredentialStore : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void state_isTold();
    void write_goesWhereItCan();
    void read_afterARestart();
    void remove_removes();
    void remove_comesAfterAWriteUnderWay();
    void memoryOnly_neverAsks();
    void files_holdNoSecret();
    void unlocked_isReadAgain();
    void killed_isToldAndTakesNothingAlong();
    void halted_holdsNobodyUp();
    void killed_betweenQuestions();
    void silentKeychain_holdsNobodyUp();
    void wallet_isAskedWhereItIsUsed();
};

void TestCredentialStore::state_isTold()
{
    CredentialStore store;
    const auto keychain = waitFor(store.state());
    QVERIFY(keychain);
    QCOMPARE(keychain->state, isOpen() ? State::Open : keyring() == u"locked" ? State::Locked : State::Absent);
    QCOMPARE(keychain->name, keyring() == u"none" ? QString() : gnome);
}

void TestCredentialStore::write_goesWhereItCan()
{
    CredentialStore store;
    QElapsedTimer timer;
    timer.start();
    const auto place = waitFor(store.write(name, canary));
    QVERIFY(place);
    QCOMPARE(*place, isOpen() ? Place::Keychain : Place::Memory);
    QVERIFY2(timer.elapsed() < 8000, "a keychain that cannot be written to must not hold anyone up");
    if (isOpen())
        QCOMPARE(storedSecret(), canary.reveal());
    const auto kept = waitFor(store.read(name));
    QVERIFY(kept);
    QVERIFY(kept->secret == canary);
    QCOMPARE(kept->place, *place);
}

void TestCredentialStore::read_afterARestart()
{
    CredentialStore store;
    const auto kept = waitFor(store.read(name));
    QVERIFY(kept); // not there and not readable are no errors
    QCOMPARE(kept->secret == canary, isOpen());
    QCOMPARE(kept->place, isOpen() ? Place::Keychain : Place::None);
}

void TestCredentialStore::remove_removes()
{
    CredentialStore store;
    QVERIFY(waitFor(store.write(name, canary)));
    const auto removed = waitFor(store.remove(name));
    // A locked keyring may hold a key from before: saying that it is gone would not be true.
    QCOMPARE(removed.has_value(), keyring() != u"locked");
    QVERIFY(waitFor(store.read(name))->secret.isEmpty());
    if (isOpen()) {
        QVERIFY(storedSecret().isEmpty());
        QVERIFY(waitFor(store.remove(name))); // twice is no error
    }
}

/// Whoever signs out while a key is being kept has signed out.
void TestCredentialStore::remove_comesAfterAWriteUnderWay()
{
    CredentialStore store;
    const QString elsewhere = QStringLiteral("written@example.org");
    const auto written = store.write(elsewhere, canary);
    const auto removed = store.remove(elsewhere);
    QVERIFY(waitFor(written));
    QCOMPARE(waitFor(removed).has_value(), keyring() != u"locked");
    QVERIFY(waitFor(store.read(elsewhere))->secret.isEmpty());
    // And the other way round: who signs in anew is signed in.
    const auto gone = store.remove(elsewhere);
    const auto again = store.write(elsewhere, canary);
    const auto kept = store.read(elsewhere);
    QVERIFY(waitFor(gone).has_value() || keyring() == u"locked");
    QVERIFY(waitFor(again));
    QVERIFY(waitFor(kept)->secret == canary);
    (void)waitFor(store.remove(elsewhere));
}

void TestCredentialStore::memoryOnly_neverAsks()
{
    CredentialStore store(CredentialStore::Kind::MemoryOnly);
    QCOMPARE(*waitFor(store.state()), data::Keychain {});
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Memory);
    if (isOpen())
        QVERIFY(storedSecret().isEmpty());
}

void TestCredentialStore::files_holdNoSecret()
{
    CredentialStore store;
    QVERIFY(waitFor(store.write(name, canary)));
    // The session's folders are the only place that this program can have written to.
    int files = 0;
    for (const char *folder : {"XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"}) {
        QDirIterator it(qEnvironmentVariable(folder), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
        while (it.hasNext()) {
            QFile file(it.next());
            QVERIFY(file.open(QIODevice::ReadOnly));
            ++files;
            QVERIFY2(!file.readAll().contains(test::canaryMark), qPrintable(file.fileName()));
        }
    }
    if (isOpen())
        QVERIFY2(files > 0, "the keyring's own file is expected there");
}

void TestCredentialStore::unlocked_isReadAgain()
{
    if (keyring() != u"open")
        return;
    CredentialStore store;
    QVERIFY(waitFor(store.write(name, canary)));
    QVERIFY(lock());
    CredentialStore later;
    QCOMPARE(waitFor(later.state())->state, State::Locked);
    QVERIFY(waitFor(later.read(name))->secret.isEmpty());
    QVERIFY(unlock());
    QCOMPARE(waitFor(later.state())->state, State::Open);
    QCOMPARE(waitFor(later.read(name))->place, Place::Keychain);
}

void TestCredentialStore::killed_isToldAndTakesNothingAlong()
{
    if (keyring() != u"mortal")
        return;
    CredentialStore store;
    QCOMPARE(*waitFor(store.state()), (data::Keychain {State::Open, gnome}));
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Keychain);
    signalKeyring(SIGKILL);
    QTRY_VERIFY(!keyringProcess());

    QCOMPARE(*waitFor(store.state()), (data::Keychain {State::Failing, gnome}));
    const auto kept = waitFor(store.read(name));
    QVERIFY(kept); // a key that cannot be read is no error
    QVERIFY(kept->secret.isEmpty());
    const QString second = QStringLiteral("second@example.org");
    QCOMPARE(*waitFor(store.write(second, canary)), Place::Memory);
    QCOMPARE(waitFor(store.read(second))->place, Place::Memory);
    const auto removed = waitFor(store.remove(name));
    QVERIFY(!removed);
    QVERIFY2(removed.error().message.contains(gnome), qPrintable(removed.error().message));

    QVERIFY(startKeyring());
    QCOMPARE(*waitFor(store.state()), (data::Keychain {State::Open, gnome}));
    const auto again = waitFor(store.read(name));
    QVERIFY2(again, again ? "" : qPrintable(again.error().message));
    QCOMPARE(again->place, Place::Keychain);
    QVERIFY(again->secret == canary);
    QCOMPARE(*waitFor(store.write(second, canary)), Place::Keychain);
    QCOMPARE(waitFor(store.read(second))->place, Place::Keychain);
}

void TestCredentialStore::halted_holdsNobodyUp()
{
    if (keyring() != u"mortal")
        return;
    // Far longer than a keyring needs, and what each question below takes.
    CredentialStore store(CredentialStore::Kind::Keychain, std::chrono::milliseconds(1000));
    QCOMPARE(waitFor(store.state())->state, State::Open);
    signalKeyring(SIGSTOP);
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(*waitFor(store.state()), (data::Keychain {State::Failing, gnome}));
    QCOMPARE(*waitFor(store.write(QStringLiteral("third@example.org"), canary)), Place::Memory);
    QVERIFY(timer.elapsed() < 8000);
    signalKeyring(SIGCONT);
    QCOMPARE(*waitFor(store.state()), (data::Keychain {State::Open, gnome}));
}

/// It goes between the question whether it is open and the one for the key.
void TestCredentialStore::killed_betweenQuestions()
{
    if (keyring() != u"mortal")
        return;
    CredentialStore store;
    QCOMPARE(waitFor(store.state())->state, State::Open);
    signalKeyring(SIGSTOP);
    auto written = store.write(name, canary);
    auto read = store.read(QStringLiteral("fourth@example.org"));
    signalKeyring(SIGKILL);
    QCOMPARE(*waitFor(written), Place::Memory);
    const auto kept = waitFor(read);
    QVERIFY(!kept || kept->secret.isEmpty());
    QVERIFY(waitFor(store.read(name))->secret == canary);
    QVERIFY(startKeyring());
}

void TestCredentialStore::silentKeychain_holdsNobodyUp()
{
    if (keyring() != u"none")
        return;
    auto bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("silent"));
    SilentService silent;
    QVERIFY(bus.registerVirtualObject(QStringLiteral("/org/freedesktop/secrets"), &silent, QDBusConnection::SubPath));
    QVERIFY(bus.registerService(QStringLiteral("org.freedesktop.secrets")));
    CredentialStore store(CredentialStore::Kind::Keychain, std::chrono::milliseconds(200));
    QElapsedTimer timer;
    timer.start();
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Memory);
    QCOMPARE(waitFor(store.state())->state, State::Failing);
    QVERIFY(timer.elapsed() < 5000);
    bus.unregisterService(QStringLiteral("org.freedesktop.secrets"));
    bus.unregisterObject(QStringLiteral("/org/freedesktop/secrets"));
}

/// On Plasma 5 it is the wallet that keeps the keys, whoever answers for the Secret Service.
void TestCredentialStore::wallet_isAskedWhereItIsUsed()
{
    if (keyring() != u"plasma")
        return;
    const QString service = QStringLiteral("org.kde.kwalletd5");
    auto bus = QDBusConnection::connectToBus(QDBusConnection::SessionBus, QStringLiteral("wallet"));
    Wallet wallet;
    QThread thread; // QtKeychain waits in ours for the first answer
    const auto ended = qScopeGuard([&] {
        bus.unregisterObject(QStringLiteral("/modules/kwalletd5"));
        thread.quit();
        thread.wait();
    });
    wallet.moveToThread(&thread);
    thread.start();
    QVERIFY(bus.registerVirtualObject(QStringLiteral("/modules/kwalletd5"), &wallet));
    QVERIFY(bus.registerService(service));
    CredentialStore store;
    QCOMPARE(waitFor(store.state())->state, State::Locked);
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Memory);
    QCOMPARE(wallet.prompts.load(), 0);
    const auto refused = waitFor(store.writeToKeychain(name, canary));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Storage);

    wallet.open = true;
    QCOMPARE(waitFor(store.state())->state, State::Open);
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Keychain);
    QVERIFY(wallet.kept(name) == QString::fromUtf8(canary.reveal()));
    CredentialStore later;
    const auto kept = waitFor(later.read(name));
    QVERIFY2(kept, kept ? "" : qPrintable(kept.error().message));
    QCOMPARE(kept->place, Place::Keychain);
    QVERIFY(kept->secret == canary);
    QVERIFY(waitFor(later.remove(name)));
    QVERIFY(wallet.kept(name).isEmpty());

    wallet.enabled = false;
    QCOMPARE(waitFor(store.state())->state, State::Absent);
    bus.unregisterService(service);
    QCOMPARE(waitFor(store.state())->state, State::Failing);
    QCOMPARE(wallet.prompts.load(), 0);
}

int main(int argc, char *argv[])
{
    if (!keyring().isEmpty()) {
        QCoreApplication app(argc, argv);
        TestCredentialStore test;
        return QTest::qExec(&test, argc, argv);
    }
    QCoreApplication app(argc, argv);
    int failures = 0;
    for (const QString &state : {QStringLiteral("open"), QStringLiteral("locked"), QStringLiteral("mortal"),
                                 QStringLiteral("none"), QStringLiteral("plasma")}) {
        std::printf("With the keyring %s:\n", qPrintable(state));
        std::fflush(stdout);
        QProcess session;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("ASTRA_KEYRING"), state);
        environment.remove(QStringLiteral("KDE_SESSION_VERSION"));
        QStringList functions = QCoreApplication::arguments().mid(1);
        const bool plasma = state == u"plasma";
        if (plasma) {
            environment.insert(QStringLiteral("XDG_CURRENT_DESKTOP"), QStringLiteral("KDE"));
            environment.insert(QStringLiteral("KDE_SESSION_VERSION"), QStringLiteral("5"));
            functions << QStringLiteral("wallet_isAskedWhereItIsUsed");
        }
        session.setProcessEnvironment(environment);
        session.setProcessChannelMode(QProcess::ForwardedChannels);
        const QStringList arguments {QStringLiteral(ASTRA_SOURCE_DIR "/tests/support/keychain-session.sh"),
                                     plasma ? QStringLiteral("none") : state, QCoreApplication::applicationFilePath()};
        session.start(QStringLiteral("sh"), arguments + functions);
        const bool ended = session.waitForFinished(50000);
        if (!ended || session.exitStatus() != QProcess::NormalExit || session.exitCode() != 0)
            ++failures;
    }
    return failures;
}

#include "tst_credentialstore.moc"
