// SPDX-License-Identifier: Apache-2.0
// Against a real gnome-keyring-daemon on a D-Bus of its own. Started without ASTRA_KEYRING, the program runs itself
// once in each of the three sessions.
#include "core/credentials/connections.h"

#include <QCoreApplication>
#include <QDBusArgument>
#include <QDBusConnection>
#include <QDBusMessage>
#include <QDBusObjectPath>
#include <QDBusVariant>
#include <QDBusVirtualObject>
#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QTest>

#include <cstdio>

using namespace astra;
using namespace astra::credentials;
using State = CredentialStore::State;
using Place = CredentialStore::Place;

namespace {

const QString name = QStringLiteral("astra-os@astraos.cloud");
const Secret canary(QByteArray("astra_sk_live_canary0123456789abcdef"));

QString keyring() { return qEnvironmentVariable("ASTRA_KEYRING"); }

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
    void memoryOnly_neverAsks();
    void files_holdNoSecret();
    void connections_findTheKeyAgain();
    void silentKeychain_holdsNobodyUp();
};

void TestCredentialStore::state_isTold()
{
    CredentialStore store;
    const auto state = waitFor(store.state());
    QVERIFY(state);
    QCOMPARE(*state, keyring() == u"open" ? State::Open : keyring() == u"locked" ? State::Locked : State::Absent);
}

void TestCredentialStore::write_goesWhereItCan()
{
    CredentialStore store;
    QElapsedTimer timer;
    timer.start();
    const auto place = waitFor(store.write(name, canary));
    QVERIFY(place);
    QCOMPARE(*place, keyring() == u"open" ? Place::Keychain : Place::Memory);
    QVERIFY2(timer.elapsed() < 8000, "a keychain that cannot be written to must not hold anyone up");
    if (keyring() == u"open")
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
    QCOMPARE(kept->secret == canary, keyring() == u"open");
    QCOMPARE(kept->place, keyring() == u"open" ? Place::Keychain : Place::None);
}

void TestCredentialStore::remove_removes()
{
    CredentialStore store;
    QVERIFY(waitFor(store.write(name, canary)));
    const auto removed = waitFor(store.remove(name));
    // A locked keyring may hold a key from before: saying that it is gone would not be true.
    QCOMPARE(removed.has_value(), keyring() != u"locked");
    QVERIFY(waitFor(store.read(name))->secret.isEmpty());
    if (keyring() == u"open") {
        QVERIFY(storedSecret().isEmpty());
        QVERIFY(waitFor(store.remove(name))); // twice is no error
    }
}

void TestCredentialStore::memoryOnly_neverAsks()
{
    CredentialStore store(CredentialStore::Kind::MemoryOnly);
    QCOMPARE(*waitFor(store.state()), State::Absent);
    QCOMPARE(*waitFor(store.write(name, canary)), Place::Memory);
    if (keyring() == u"open")
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
            QVERIFY2(!file.readAll().contains("canary"), qPrintable(file.fileName()));
        }
    }
    if (keyring() == u"open")
        QVERIFY2(files > 0, "the keyring's own file is expected there");
}

void TestCredentialStore::connections_findTheKeyAgain()
{
    if (keyring() != u"open")
        return;
    const auto json = parseJson(R"({"id":"astra-os","kind":"bearer","hosts":["https://astraos.cloud"],
        "test":{"path":"/api/v1/search"}})");
    const auto definition = Connection::fromJson(*json);
    QVERIFY(definition);
    const auto client = net::HttpClient::create();
    const auto start = [&] {
        auto connections = Connections::create({*definition}, std::make_unique<CredentialStore>(), *client);
        return waitFor(connections->loaded()) ? connections : nullptr;
    };
    CredentialStore store;
    QVERIFY(waitFor(store.write(name, canary)));
    const auto account = start()->accounts().front();
    QCOMPARE(account.place, Place::Keychain);
    QCOMPARE(account.masked, QStringLiteral("astra_sk_live_…cdef"));

    // Locked meanwhile: no key and no prompt; unlocked again: the key is back without a restart.
    QVERIFY(lock());
    const auto connections = start();
    QCOMPARE(*waitFor(connections->keychain()), State::Locked);
    QCOMPARE(connections->accounts().front().place, Place::None);
    QVERIFY(unlock());
    QCOMPARE(*waitFor(connections->keychain()), State::Open);
    QCOMPARE(connections->accounts().front().place, Place::Keychain);
    QVERIFY(waitFor(connections->disconnect(QStringLiteral("astra-os"))));
    QVERIFY(storedSecret().isEmpty());
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
    QCOMPARE(*waitFor(store.state()), State::Absent);
    QVERIFY(timer.elapsed() < 5000);
    bus.unregisterService(QStringLiteral("org.freedesktop.secrets"));
    bus.unregisterObject(QStringLiteral("/org/freedesktop/secrets"));
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
    for (const QString &state : {QStringLiteral("open"), QStringLiteral("locked"), QStringLiteral("none")}) {
        std::printf("With the keyring %s:\n", qPrintable(state));
        std::fflush(stdout);
        QProcess session;
        auto environment = QProcessEnvironment::systemEnvironment();
        environment.insert(QStringLiteral("ASTRA_KEYRING"), state);
        session.setProcessEnvironment(environment);
        session.setProcessChannelMode(QProcess::ForwardedChannels);
        QStringList arguments {QStringLiteral(ASTRA_SOURCE_DIR "/tests/support/keychain-session.sh"), state,
                               QCoreApplication::applicationFilePath()};
        session.start(QStringLiteral("sh"), arguments + QCoreApplication::arguments().mid(1));
        const bool ended = session.waitForFinished(50000);
        if (!ended || session.exitStatus() != QProcess::NormalExit || session.exitCode() != 0)
            ++failures;
    }
    return failures;
}

#include "tst_credentialstore.moc"
