// SPDX-License-Identifier: Apache-2.0
// The real program with marked secrets, in a real keyring and from the environment, in folders of its own: signing in,
// searching, recording, failing, being killed. Afterwards every file, every word it said, the process list and every
// request is searched; only the right header to the right host may hold a secret. Started without ASTRA_KEYRING, the
// program runs itself in a session with a keyring.
#include "core/base/json.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QCoreApplication>
#include <QDirIterator>
#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace astra;
using test::canaryMark;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;

namespace {

const QByteArray kept = test::canaryText("vault_", "kept"); ///< in the keyring
const QByteArray given = test::canaryText("vault_", "given"); ///< by the environment
const QByteArray searchPath = "/stac/search";

bool holds(const QByteArray &bytes)
{
    const QString utf16 = QString::fromLatin1(canaryMark);
    const QByteArray wide(reinterpret_cast<const char *>(utf16.utf16()), utf16.size() * 2);
    return bytes.contains(canaryMark) || bytes.contains(wide)
        || QByteArray::fromPercentEncoding(bytes).contains(canaryMark)
        || bytes.contains(QByteArray(canaryMark).toBase64());
}

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly)
        && file.write(content) == content.size();
}

Reply json(const QByteArray &body, int status = 200)
{
    return test::text(body, {{"Content-Type", "application/geo+json"}}, status);
}

/// What a service says that quotes everything it was sent, in JSON.
QByteArray quoted(const SeenRequest &request)
{
    Json echo {{"code", "Unauthorized"}};
    for (const auto &[name, value] : request.headers)
        echo["sent"][name.toStdString()] = value.toStdString();
    echo["description"] = "unknown key " + request.header("X-Vault-Key").toStdString();
    return toText(echo);
}

} // namespace

class TestCanary : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void key_isAddedAndUsed();
    void key_fromTheEnvironment();
    void files_behindAKey();
    void words_holdNoKey();
    void service_thatQuotesTheKey();
    void service_thatLeadsElsewhere();
    void processes_showNoKey();
    void crash_leavesNoKey();
    void cleanupTestCase();

private:
    struct Run {
        int status = -1;
        QByteArray said;
    };
    void start(QProcess &process, const QStringList &words, bool withGiven = false);
    Run astra(const QStringList &words, const QByteArray &input = {}, bool withGiven = false);
    [[nodiscard]] QStringList search() const;
    void forgetRequests(); ///< until the end
    [[nodiscard]] QString file(const QString &name) const { return QString(m_root + u'/' + name); }

    QString m_root;
    FaultServer m_vault;
    FaultServer m_stranger;
    QByteArray m_image;
    QByteArray m_said; ///< everything
    QList<SeenRequest> m_seen; ///< by the vault, as far as forgetRequests was called
};

void TestCanary::initTestCase()
{
    QVERIFY(holds(kept) && holds(given) && !holds("vault_")); // a search that finds nothing proves nothing
    m_root = qEnvironmentVariable("ASTRA_SESSION_DIR");
    QVERIFY(!m_root.isEmpty());
    QVERIFY(QDir().mkpath(file(QStringLiteral("work"))));
    m_stranger.on("*", json("{}"));
    QVERIFY(test::writeBand(file(QStringLiteral("red.tif")), test::utmGrid(600, 600),
                            [](int x, int y) { return 1000 + x + y; }));
    m_image = contentOf(file(QStringLiteral("red.tif")));
    QVERIFY(!m_image.isEmpty());
    const std::string home = m_vault.url(QString()).toString(QUrl::StripTrailingSlash).toStdString();
    const Json kind {
        {"id", "vault"},
        {"title", "Vault"},
        {"group", "imagery"},
        {"about", "For this test."},
        {"hosts", Json::array({home})},
        {"base", home},
        {"signIn", Json::array({{{"id", "key"}, {"type", "key"}, {"header", "X-Vault-Key"}, {"prefix", ""}}})},
        {"test", {{"path", "/test"}}}};
    QVERIFY(write(file(QStringLiteral("conf/connections/vault.json")), toText(kind)));
    const Json provider {
        {"id", "ours"},
        {"title", "Ours"},
        {"protocol", "stac"},
        {"url", home + "/stac"},
        {"connection", "vault"},
        {"assets", Json::array({{{"match", home + "/files/"}, {"access", "login"}, {"connection", "vault"}}})}};
    QVERIFY(write(file(QStringLiteral("conf/providers.json")), toText(Json {{"providers", Json::array({provider})}})));
}

void TestCanary::init()
{
    const auto asset = [this](const char *name) {
        return Json {
            {"href", m_vault.url(QStringLiteral("/files/%1.tif").arg(QLatin1String(name))).toString().toStdString()},
            {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
            {"eo:bands", Json::array({{{"name", name}, {"common_name", name}}})}};
    };
    Json feature = *parseJson(R"({"type":"Feature","stac_version":"1.0.0",
        "id":"S2A_29RKH_20200219_0_L2A","collection":"sentinel-2-l2a","bbox":[-12,24,-10,25],
        "geometry":{"type":"Polygon","coordinates":[[[-12,24],[-10,24],[-10,25],[-12,25],[-12,24]]]},
        "properties":{"datetime":"2020-02-19T11:34:25Z","eo:cloud_cover":4,"s2:processing_baseline":"02.14",
        "platform":"sentinel-2a","proj:epsg":32629},"links":[],"assets":{}})");
    for (const char *name : {"red", "nir"}) {
        feature["assets"][name] = asset(name);
        Reply reply = test::text(m_image, {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}});
        reply.ranges = true;
        m_vault.on(QByteArray("/files/") + name + ".tif", reply);
    }
    m_vault.on("*", [feature](const SeenRequest &request, int) {
        return json(request.target.contains("/items/") ? toText(feature) : QByteArray(R"({"ok": true})"));
    });
    m_vault.on(searchPath,
               json(toText(Json {
                   {"type", "FeatureCollection"}, {"features", Json::array({feature})}, {"links", Json::array()}})));
}

void TestCanary::start(QProcess &process, const QStringList &words, bool withGiven)
{
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("HOME"), file(QStringLiteral("home")));
    environment.insert(QStringLiteral("TMPDIR"), file(QStringLiteral("tmp")));
    QDir().mkpath(file(QStringLiteral("tmp")));
    QDir().mkpath(file(QStringLiteral("home")));
    if (withGiven)
        environment.insert(QStringLiteral("ASTRA_KEY_VAULT"), QString::fromLatin1(given));
    process.setProcessEnvironment(environment);
    process.setWorkingDirectory(file(QStringLiteral("work")));
    process.setProcessChannelMode(QProcess::MergedChannels);
    const QStringList folders {QStringLiteral("--config"), file(QStringLiteral("conf")), QStringLiteral("--data"),
                               file(QStringLiteral("kept"))};
    // A file of its memory would be written here, did the program not refuse it.
    process.start(QStringLiteral("sh"),
                  QStringList {QStringLiteral("-c"), QStringLiteral("ulimit -c unlimited 2>/dev/null; exec \"$@\""),
                               QStringLiteral("sh"), QStringLiteral(ASTRA_PROGRAM), QStringLiteral("--verbose")}
                      + folders + words);
}

TestCanary::Run TestCanary::astra(const QStringList &words, const QByteArray &input, bool withGiven)
{
    QProcess process;
    start(process, words, withGiven);
    process.write(input);
    process.closeWriteChannel();
    const bool ended = process.waitForFinished(40000);
    const QByteArray said = process.readAll();
    m_said += said;
    return {ended && process.exitStatus() == QProcess::NormalExit ? process.exitCode() : -1, said};
}

void TestCanary::forgetRequests()
{
    m_seen += m_vault.seen();
    m_vault.resetCounts();
}

QStringList TestCanary::search() const
{
    return {QStringLiteral("--record"),       file(QStringLiteral("recorded")), QStringLiteral("search"),
            QStringLiteral("--bbox=1,2,3,4"), QStringLiteral("--datetime"),     QStringLiteral("2020-02-01/2020-02-29"),
            QStringLiteral("--providers"),    QStringLiteral("ours"),           QStringLiteral("--json")};
}

void TestCanary::key_isAddedAndUsed()
{
    const auto added = astra({QStringLiteral("connections"), QStringLiteral("add"), QStringLiteral("vault"),
                              QStringLiteral("--label"), QStringLiteral("here")},
                             kept + '\n');
    QVERIFY2(added.status == 0, added.said.constData());
    QCOMPARE(m_vault.seen().constLast().header("X-Vault-Key"), kept);
    const auto listed = astra({QStringLiteral("connections"), QStringLiteral("list"), QStringLiteral("--json")});
    QVERIFY2(listed.said.contains("keychain"), listed.said.constData());
    forgetRequests();
    const auto found = astra(search());
    QVERIFY2(found.status == 0, found.said.constData());
    QVERIFY(m_vault.requests(searchPath) > 0);
    for (const auto &request : m_vault.seen())
        QCOMPARE(request.header("X-Vault-Key"), kept);
}

void TestCanary::key_fromTheEnvironment()
{
    const auto listed = astra({QStringLiteral("connections"), QStringLiteral("list"), QStringLiteral("--json")}, {},
                              true);
    QVERIFY2(listed.said.contains("environment"), listed.said.constData());
    forgetRequests();
    QCOMPARE(astra(search(), {}, true).status, 0);
    QVERIFY(m_vault.requests(searchPath) > 0);
    for (const auto &request : m_vault.seen())
        QCOMPARE(request.header("X-Vault-Key"), given);
}

void TestCanary::files_behindAKey()
{
    const QString scene = QStringLiteral("ours:S2A_29RKH_20200219_0_L2A");
    const QString image = file(QStringLiteral("image.png"));
    const QString result = file(QStringLiteral("result.tif"));
    for (const bool withGiven : {false, true}) {
        forgetRequests();
        const auto assets = astra({QStringLiteral("assets"), scene, QStringLiteral("--format"), QStringLiteral("cog")},
                                  {}, withGiven);
        QVERIFY2(assets.status == 0, assets.said.constData());
        const auto preview = astra({QStringLiteral("preview"), scene, QStringLiteral("--style"),
                                    QStringLiteral("asset:red"), QStringLiteral("-o"), image},
                                   {}, withGiven);
        QVERIFY2(preview.status == 0, preview.said.constData());
        const auto ndvi = astra({QStringLiteral("--record"), file(QStringLiteral("recorded")),
                                 QStringLiteral("process"), QStringLiteral("ndvi"), scene, QStringLiteral("-o"),
                                 result},
                                {}, withGiven);
        QVERIFY2(ndvi.status == 0, ndvi.said.constData());
        QVERIFY(m_vault.requests("/files/red.tif") > 1 && m_vault.requests("/files/nir.tif") > 0);
        for (const auto &request : m_vault.seen())
            QCOMPARE(request.header("X-Vault-Key"), withGiven ? given : kept);
    }
}

void TestCanary::words_holdNoKey()
{
    for (const bool withGiven : {false, true}) {
        for (const char *words :
             {"connections --json", "connections snippet vault --json", "connections snippet vault --language python",
              "connections rename vault --label there", "connections certificates", "connections frobnicate",
              "connections kinds --json", "keys --connection vault"}) {
            const auto run = astra(QString::fromLatin1(words).split(u' '), {}, withGiven);
            QVERIFY2(!run.said.isEmpty() || QByteArray(words).endsWith("certificates"), words);
            QVERIFY2(!holds(run.said), words);
        }
    }
    const auto snippet = astra({QStringLiteral("connections"), QStringLiteral("snippet"), QStringLiteral("vault")});
    QVERIFY2(snippet.status == 0 && snippet.said.contains("ASTRA_KEY_VAULT"), snippet.said.constData());
}

void TestCanary::service_thatQuotesTheKey()
{
    for (const int status : {200, 401, 403, 404, 422, 500}) {
        m_vault.on("*", [status](const SeenRequest &request, int) { return json(quoted(request), status); });
        m_vault.on(searchPath, [status](const SeenRequest &request, int) { return json(quoted(request), status); });
        const auto run = astra(search());
        QVERIFY2(!holds(run.said), run.said.constData());
        const auto tested = astra({QStringLiteral("connections"), QStringLiteral("test"), QStringLiteral("vault")});
        QVERIFY2(!holds(tested.said), tested.said.constData());
    }
}

void TestCanary::service_thatLeadsElsewhere()
{
    for (const int status : {302, 307}) {
        m_vault.on(searchPath, [this, status](const SeenRequest &request, int) {
            return test::text(
                {},
                {{"Location", m_stranger.url(QStringLiteral("/x?key=")).toEncoded() + request.header("X-Vault-Key")}},
                status);
        });
        QVERIFY(!holds(astra(search()).said));
        m_vault.on(searchPath,
                   test::text({}, {{"Location", m_stranger.url(QStringLiteral("/x")).toEncoded()}}, status));
        QVERIFY(!holds(astra(search()).said));
    }
    QVERIFY(m_stranger.requests() > 0);
}

void TestCanary::processes_showNoKey()
{
    Reply never;
    never.hang = true;
    for (const bool withGiven : {false, true}) {
        forgetRequests();
        m_vault.on(searchPath, never);
        QProcess process;
        start(process, search(), withGiven);
        QTRY_VERIFY_WITH_TIMEOUT(m_vault.requests(searchPath) > 0, 20000); // the key is in use
        int ours = 0;
        const auto processes = QDir(QStringLiteral("/proc")).entryList(QDir::Dirs);
        for (const QString &id : processes) {
            const QString folder = QStringLiteral("/proc/") + id;
            const QByteArray environment = contentOf(folder + QStringLiteral("/environ"));
            if (!environment.contains(m_root.toUtf8()))
                continue; // of another session
            ++ours;
            QVERIFY2(!holds(environment), qPrintable(id));
            QVERIFY2(!holds(contentOf(folder + QStringLiteral("/cmdline"))), qPrintable(id));
        }
        QVERIFY2(ours >= 2, "at least this program and the one it started");
        process.kill();
        QVERIFY(process.waitForFinished());
        m_said += process.readAll();
    }
}

void TestCanary::crash_leavesNoKey()
{
    Reply never;
    never.hang = true;
    m_vault.on(searchPath, never);
    forgetRequests();
    QProcess process;
    start(process, search(), true);
    QTRY_VERIFY_WITH_TIMEOUT(m_vault.requests(searchPath) > 0, 20000);
    QCOMPARE(::kill(static_cast<pid_t>(process.processId()), SIGABRT), 0);
    QVERIFY(process.waitForFinished());
    QCOMPARE(process.exitStatus(), QProcess::CrashExit);
    m_said += process.readAll();
    QVERIFY(QDir(file(QStringLiteral("work"))).isEmpty());
}

void TestCanary::cleanupTestCase()
{
    QVERIFY(!m_said.isEmpty());
    QVERIFY(!holds(m_said));
    int files = 0;
    QDirIterator it(m_root, QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext()) {
        const QString path = it.next();
        ++files;
        QVERIFY2(!holds(contentOf(path)) && !holds(path.toUtf8()), qPrintable(path));
    }
    QVERIFY2(files >= 10, qPrintable(QString::number(files))); // recordings, answers, the keyring itself
    for (const auto &request : m_stranger.seen()) {
        QVERIFY(!holds(request.target) && !holds(request.body));
        for (const auto &[name, value] : request.headers)
            QVERIFY2(!holds(value), name.constData());
    }
    forgetRequests();
    QVERIFY(m_seen.size() > 50);
    for (const auto &request : std::as_const(m_seen)) {
        QVERIFY(!holds(request.target) && !holds(request.body));
        for (const auto &[name, value] : request.headers)
            QVERIFY2(name.toLower() == "x-vault-key" || !holds(value), name.constData());
    }
}

int main(int argc, char *argv[])
{
    QCoreApplication app(argc, argv);
    if (!qEnvironmentVariableIsEmpty("ASTRA_KEYRING")) {
        TestCanary test;
        return QTest::qExec(&test, argc, argv);
    }
    const QTemporaryDir folder;
    QProcess session;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("ASTRA_KEYRING"), QStringLiteral("open"));
    environment.insert(QStringLiteral("ASTRA_SESSION_DIR"), folder.path());
    session.setProcessEnvironment(environment);
    session.setProcessChannelMode(QProcess::ForwardedChannels);
    session.start(QStringLiteral("sh"),
                  QStringList {QStringLiteral(ASTRA_SOURCE_DIR "/tests/support/keychain-session.sh"),
                               QStringLiteral("open"), QCoreApplication::applicationFilePath()}
                      + QCoreApplication::arguments().mid(1));
    const bool ended = session.waitForFinished(110000);
    return ended && session.exitStatus() == QProcess::NormalExit ? session.exitCode() : 1;
}

#include "tst_canary.moc"
