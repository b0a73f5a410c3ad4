// SPDX-License-Identifier: Apache-2.0
// Started by its tests a second time, the program looks at itself and at its children as another one of the same person
// could.
#include "core/credentials/credentialstore.h"
#include "core/credentials/environmentkeys.h"
#include "tests/support/canary.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

using namespace astra;
using namespace astra::credentials;
using Place = data::Account::Place;

namespace {

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// What the second process finds, one word a line.
int lookAround()
{
    const QString own = QStringLiteral("/proc/self/environ");
    std::printf("%s\n", contentOf(own).contains(test::canaryMark) ? "shown" : "hidden");
    takeEnvironmentKeys();
    refuseCoreDumps();
    std::printf("%s\n", contentOf(own).contains(test::canaryMark) ? "shown" : "hidden");
    QProcess child;
    child.start(QStringLiteral("cat"), {own});
    child.waitForFinished();
    const QByteArray inherited = child.readAllStandardOutput();
    std::printf("%s\n",
                inherited.contains("PATH=") && !inherited.contains(test::canaryMark) ? "not passed on" : "passed on");
    std::printf("%s\n",
                inherited.contains("ASTRA_KEY_") || inherited.contains("CREDENTIALS_DIRECTORY") ? "named" : "unnamed");
    std::printf("%s\n",
                environmentKey(QStringLiteral("astra-os-2")) == test::canary("astra_sk_live_") ? "kept" : "lost");
    rlimit limit {};
    getrlimit(RLIMIT_CORE, &limit);
    std::printf("%s\n", limit.rlim_cur == std::min<rlim_t>(1, limit.rlim_max) ? "no core" : "core");
    return 0;
}

} // namespace

class TestEnvironmentKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void variable_isTheAccountInCapitals_data();
    void variable_isTheAccountInCapitals();
    void taken_areOutOfSight();
    void variables_areTaken();
    void files_areTaken();
    void strange_isLeftOut_data();
    void strange_isLeftOut();
    void store_readsThemFirst();
};

void TestEnvironmentKeys::variable_isTheAccountInCapitals_data()
{
    QTest::addColumn<QString>("account");
    QTest::addColumn<QString>("variable");
    QTest::newRow("plain") << QStringLiteral("usgs") << QStringLiteral("ASTRA_KEY_USGS");
    QTest::newRow("dashes") << QStringLiteral("astra-os-2") << QStringLiteral("ASTRA_KEY_ASTRA_OS_2");
    QTest::newRow("beyond ASCII") << QStringLiteral("büro.süd") << QStringLiteral("ASTRA_KEY_B_RO_S_D");
}

void TestEnvironmentKeys::variable_isTheAccountInCapitals()
{
    QFETCH(QString, account);
    QTEST(environmentVariable(account), "variable");
}

void TestEnvironmentKeys::taken_areOutOfSight()
{
    QProcess second;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("ASTRA_LOOK_AROUND"), QStringLiteral("1"));
    environment.insert(QStringLiteral("ASTRA_KEY_ASTRA_OS_2"), QString::fromLatin1(test::canaryText("astra_sk_live_")));
    second.setProcessEnvironment(environment);
    second.start(QCoreApplication::applicationFilePath(), QStringList());
    QVERIFY(second.waitForFinished());
    QCOMPARE(second.readAllStandardOutput(), QByteArray("shown\nhidden\nnot passed on\nunnamed\nkept\nno core\n"));
}

void TestEnvironmentKeys::variables_areTaken()
{
    const Secret secret = test::canary("aw_live_");
    qputenv("ASTRA_KEY_ASTROWAY", secret.reveal() + '\n');
    takeEnvironmentKeys();
    QVERIFY(!qEnvironmentVariableIsSet("ASTRA_KEY_ASTROWAY"));
    QVERIFY(environmentKey(QStringLiteral("astroway")) == secret);
    QVERIFY(environmentKey(QStringLiteral("astroway-2")).isEmpty());
}

void TestEnvironmentKeys::files_areTaken()
{
    const QTemporaryDir parent;
    const QString folder = parent.filePath(QStringLiteral("given-secrets"));
    QVERIFY(QDir().mkpath(folder));
    const auto write = [&](const QString &file, const QByteArray &content) {
        QFile out(folder + u'/' + file);
        return out.open(QIODevice::WriteOnly) && out.write(content) == content.size();
    };
    const QByteArray fields = "{\"user\": \"me\", \"password\": \"" + test::canaryText() + "\"}";
    QVERIFY(write(QStringLiteral("astra-key-usgs-2"), fields + '\n'));
    QVERIFY(write(QStringLiteral("astra-key-both"), test::canaryText("file_")));
    QVERIFY(write(QStringLiteral("astra-key-long"), QByteArray(4097, 'a')));
    QVERIFY(write(QStringLiteral("other-key-pixxel"), test::canaryText()));
    QVERIFY(write(QStringLiteral("astra-key-night.sky"), test::canaryText("dot_")));
    QVERIFY(write(QStringLiteral("astra-key-night-sky"), test::canaryText("dash_")));
    qputenv("ASTRA_KEY_BOTH", test::canaryText("variable_"));
    qputenv("CREDENTIALS_DIRECTORY", QFile::encodeName(folder));
    takeEnvironmentKeys();
    QVERIFY(!qEnvironmentVariableIsSet("CREDENTIALS_DIRECTORY"));
    QCOMPARE(environmentKey(QStringLiteral("usgs-2")).reveal(), fields);
    QVERIFY(environmentKey(QStringLiteral("both")) == test::canary("variable_"));
    QVERIFY(environmentKey(QStringLiteral("long")).isEmpty());
    QVERIFY(environmentKey(QStringLiteral("pixxel")).isEmpty());
    QVERIFY(environmentKey(QStringLiteral("night-sky")).isEmpty()); // one name for two
}

void TestEnvironmentKeys::strange_isLeftOut_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("nothing") << QByteArray("");
    QTest::newRow("blanks") << QByteArray(" \n");
    QTest::newRow("control characters") << QByteArray("a\x1b[2Jb");
    QTest::newRow("too long") << QByteArray(4097, 'a');
}

void TestEnvironmentKeys::strange_isLeftOut()
{
    QFETCH(QByteArray, value);
    qputenv("ASTRA_KEY_STRANGE", value);
    takeEnvironmentKeys();
    QVERIFY(!qEnvironmentVariableIsSet("ASTRA_KEY_STRANGE"));
    QVERIFY(environmentKey(QStringLiteral("strange")).isEmpty());
}

void TestEnvironmentKeys::store_readsThemFirst()
{
    const Secret given = test::canary("given_");
    qputenv("ASTRA_KEY_STORE_TEST", given.reveal());
    takeEnvironmentKeys();
    CredentialStore store(CredentialStore::Kind::MemoryOnly);
    const QString account = QStringLiteral("store-test");
    const QString name = QStringLiteral("store-test@example.org");
    QCOMPARE(*waitFor(store.write(name, test::canary("kept_"))), Place::Memory);
    const auto kept = waitFor(store.read(name, account));
    QCOMPARE(kept->place, Place::Environment);
    QVERIFY(kept->secret == given);
    QCOMPARE(waitFor(store.read(name))->place, Place::Memory);
    QVERIFY(waitFor(store.remove(name)));
    QCOMPARE(waitFor(store.read(name, account))->place, Place::Environment);
}

int main(int argc, char *argv[])
{
    if (qEnvironmentVariableIsSet("ASTRA_LOOK_AROUND"))
        return lookAround();
    const QCoreApplication app(argc, argv);
    TestEnvironmentKeys test;
    return QTest::qExec(&test, argc, argv);
}

#include "tst_environmentkeys.moc"
