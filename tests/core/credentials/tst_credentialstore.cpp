// SPDX-License-Identifier: Apache-2.0
// Against a real gnome-keyring-daemon on a D-Bus of its own. Started without ASTRA_KEYRING, the program runs itself
// once in each of the three sessions.
#include "core/credentials/credentialstore.h"

#include <QCoreApplication>
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
