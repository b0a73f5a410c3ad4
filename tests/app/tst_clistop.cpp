// SPDX-License-Identifier: Apache-2.0
// Commands that wait for somebody: Ctrl-C and SIGTERM end them at once, and meanwhile nobody looks into their memory.
#include "core/base/json.h"
#include "tests/app/program.h"
#include "tests/support/canary.h"
#include "tests/support/scriptedserver.h"

#include <QDir>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

#include <csignal>

using namespace astra;
using namespace astra::test;

namespace {

constexpr int atOnce = 3000; ///< ms; a keychain is given four seconds for its first answer

/// In front of a command: a person like any other, where the test runs as root.
QStringList unprivileged()
{
    if (::geteuid() != 0)
        return {};
    return {QStringLiteral("setpriv"), QStringLiteral("--bounding-set=-all"), QStringLiteral("--inh-caps=-all")};
}

/// Whether another process of the same person can read a file of this process in /proc.
bool isReadable(qint64 process, const char *file)
{
    QProcess reader;
    const QStringList command = unprivileged()
        + QStringList {QStringLiteral("cat"), QStringLiteral("/proc/%1/%2").arg(process).arg(QLatin1String(file))};
    reader.start(command.front(), command.mid(1));
    return reader.waitForFinished() && reader.exitCode() == 0;
}

/// Whether it has a handler of its own for SIGTERM.
bool catchesSignals(qint64 process)
{
    QFile file(QStringLiteral("/proc/%1/status").arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return false;
    for (const QByteArray &line : file.readAll().split('\n')) {
        if (line.startsWith("SigCgt:"))
            return (line.mid(7).trimmed().toULongLong(nullptr, 16) >> (SIGTERM - 1) & 1U) != 0;
    }
    return false;
}

} // namespace

class TestCliStop : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void stalledKeychain_data();
    void stalledKeychain();
    void signIn_showsAnAddressToPaste();
    void memory_isClosedToOthers();

private:
    void start(QProcess &process, const QStringList &words, const QStringList &before = {});
    [[nodiscard]] server::Response answer(const server::Request &request) const;

    QTemporaryDir m_folder;
    ScriptedServer m_issuer {[this](const server::Request &request) { return answer(request); }};
};

void TestCliStop::initTestCase()
{
    QVERIFY(m_folder.isValid());
    QVERIFY(QDir(m_folder.path()).mkpath(QStringLiteral("config/connections")));
    const std::string home = toStd(m_issuer.url().toString());
    QFile file(m_folder.filePath(QStringLiteral("config/connections/portal.json")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(toText({{"id", "portal"},
                       {"title", "Portal"},
                       {"group", "imagery"},
                       {"about", "For this test."},
                       {"hosts", Json::array({home})},
                       {"base", home},
                       {"signIn",
                        Json::array({{{"id", "device"},
                                      {"type", "oidc"},
                                      {"flow", "device"},
                                      {"issuer", home + "/issuer"},
                                      {"client", "astra"}}})},
                       {"test", {{"path", "/test"}}}}));
}

server::Response TestCliStop::answer(const server::Request &request) const
{
    const std::string here = toStd(m_issuer.url(QStringLiteral("/issuer")).toString());
    Json json;
    server::Response response;
    if (request.path.endsWith(u"/.well-known/openid-configuration")) {
        json = {{"issuer", here},
                {"authorization_endpoint", here + "/authorize"},
                {"token_endpoint", here + "/token"},
                {"device_authorization_endpoint", here + "/device"}};
    } else if (request.path.endsWith(u"/device")) {
        json = {{"device_code", canaryText("device-").toStdString()},
                {"user_code", "WDJB-MJHT"},
                {"verification_uri", here + "/activate"},
                {"verification_uri_complete", here + "/activate?code=WDJB-MJHT&app=Astra%20here"},
                {"expires_in", 600},
                {"interval", 1}};
    } else {
        json = {{"error", "authorization_pending"}};
        response.status = 400;
    }
    response.headers = {{"Content-Type", "application/json"}};
    response.body = toText(json);
    return response;
}

void TestCliStop::start(QProcess &process, const QStringList &words, const QStringList &before)
{
    const QStringList command = before
        + QStringList {programPath(), QStringLiteral("--config"), m_folder.filePath(QStringLiteral("config")),
                       QStringLiteral("--data"), m_folder.filePath(QStringLiteral("data"))}
        + words;
    process.start(command.front(), command.mid(1));
    QVERIFY(process.waitForStarted());
}

void TestCliStop::stalledKeychain_data()
{
    QTest::addColumn<int>("number");
    QTest::newRow("SIGINT") << SIGINT;
    QTest::newRow("SIGTERM") << SIGTERM;
}

void TestCliStop::stalledKeychain()
{
    QFETCH(int, number);
    QProcess asked;
    asked.start(QStringLiteral("gdbus"),
                {QStringLiteral("call"), QStringLiteral("--session"), QStringLiteral("--dest"),
                 QStringLiteral("org.freedesktop.DBus"), QStringLiteral("--object-path"),
                 QStringLiteral("/org/freedesktop/DBus"), QStringLiteral("--method"),
                 QStringLiteral("org.freedesktop.DBus.GetConnectionUnixProcessID"),
                 QStringLiteral("org.freedesktop.secrets")});
    QVERIFY(asked.waitForFinished());
    const QByteArray told = asked.readAllStandardOutput(); // "(uint32 4711,)"
    const auto keyring = static_cast<pid_t>(told.mid(8, told.indexOf(',') - 8).toInt());
    QVERIFY2(keyring > 1, told.constData());

    QCOMPARE(::kill(keyring, SIGSTOP), 0); // it is there, and never answers
    QProcess process;
    start(process, {QStringLiteral("connections")});
    bool waits = false;
    for (int i = 0; i < 500 && !waits; ++i) {
        waits = catchesSignals(process.processId());
        QTest::qWait(10);
    }
    ::kill(static_cast<pid_t>(process.processId()), number);
    const bool ended = process.waitForFinished(atOnce);
    ::kill(keyring, SIGCONT);
    QVERIFY(waits);
    QVERIFY(ended);
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(process.readAllStandardOutput(), QByteArray());
    QCOMPARE(process.readAllStandardError(), QByteArray("astra: connections: interrupted\n"));
}

void TestCliStop::signIn_showsAnAddressToPaste()
{
    QProcess process;
    start(process, {QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("portal")});
    QByteArray said;
    QTRY_VERIFY((said += process.readAllStandardError()).contains("WDJB-MJHT\n"));
    QByteArray line = "Open " + m_issuer.url(QStringLiteral("/issuer/activate")).toEncoded();
    line += "?code=WDJB-MJHT&app=Astra%20here\n";
    QVERIFY2(said.contains(line), said.constData());
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(atOnce));
    QCOMPARE(process.exitCode(), 130);
}

void TestCliStop::memory_isClosedToOthers()
{
    QProcess other;
    const QStringList sleep = unprivileged() + QStringList {QStringLiteral("sleep"), QStringLiteral("60")};
    other.start(sleep.front(), sleep.mid(1));
    QTRY_VERIFY(isReadable(other.processId(), "environ")); // which shows that it can be read at all
    other.kill();
    QVERIFY(other.waitForFinished());

    QProcess process;
    start(process, {QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("portal")}, unprivileged());
    QByteArray said;
    QTRY_VERIFY((said += process.readAllStandardError()).contains("WDJB-MJHT\n")); // it holds a device code
    for (const char *file : {"environ", "maps"})
        QVERIFY2(!isReadable(process.processId(), file), file);
    QVERIFY(isReadable(process.processId(), "cmdline")); // for those who list processes
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(atOnce));
}

int main(int argc, char **argv)
{
    const QCoreApplication app(argc, argv);
    TestCliStop test;
    return runBesideKeyring(argc, argv, test);
}
#include "tst_clistop.moc"
