// SPDX-License-Identifier: Apache-2.0
// What a test key is answered is invented: that is said of every answer that one had a part in, and of no other.
#include "core/net/httpclient.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;
using test::text;

namespace {

const QByteArray liveKey = "Bearer " + test::canaryText("astra_sk_live_");
const QByteArray testKey = "Bearer " + test::canaryText("astra_sk_test_", "0002");

/// The key in use of connection "c", for one host only.
class Keys : public Authorizer
{
public:
    Future<Authorization> authorize(const QString &, const QUrl &url, bool) override
    {
        if (url.host() != host)
            return ready<Authorization>(Authorization());
        return ready<Authorization>(
            Authorization {{{"Authorization", Secret(test ? testKey : liveKey)}}, {}, test.load()});
    }
    std::atomic<bool> test = true;
    QString host = QStringLiteral("127.0.0.1");
};

constexpr qsizetype partSize = 300000;

/// Both keys get a file of the same size and version, and other bytes.
Reply fileFor(const SeenRequest &request)
{
    Reply reply;
    reply.body = test::noise(partSize, request.header("Authorization") == testKey ? 2 : 1);
    reply.ranges = true;
    reply.headers = {{"ETag", "\"v1\""}, {"Content-Type", "image/tiff"}};
    return reply;
}

} // namespace

class TestInvented : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void answers_areMarked();
    void headCheck_seesIt();
    void redirects_carryTheMark();
    void cache_keepsNothingInvented();
    void cache_isNotPoisonedByARedirect();
    void recording_keepsTheMark();
    void bytes_tell();
    void bytes_ofSmallFilesTell();
    void bytes_areNotMixed();
    void bytes_readOnAfterTheKeyChanged();

private:
    [[nodiscard]] std::shared_ptr<HttpClient> make(const ClientConfig &config = {}) const
    {
        auto client = HttpClient::create(config);
        client->setAuthorizer(m_keys);
        return client;
    }
    [[nodiscard]] HttpRequest get(const QUrl &url, const QString &connection = QStringLiteral("c")) const
    {
        HttpRequest request;
        request.url = url;
        request.connection = connection;
        return request;
    }
    [[nodiscard]] Result<HttpResponse> ask(const std::shared_ptr<HttpClient> &client, const QString &path,
                                           const QString &connection = QStringLiteral("c")) const
    {
        auto request = get(m_server->url(path), connection);
        request.fresh = 3600s;
        return waitFor(client->send(request));
    }
    /// The first and the last bytes of /f, and whether a mark was seen.
    struct Read {
        QByteArray first;
        QByteArray last;
        bool invented = false;
    };
    [[nodiscard]] Read readFile(const std::shared_ptr<HttpClient> &client, const QString &path = QStringLiteral("/f"))
    {
        const auto seen = std::make_shared<std::atomic<bool>>(false);
        const auto sources = watched(client->byteSources(), [seen] { *seen = true; });
        const auto source = sources->open(m_server->url(path), QStringLiteral("c"), {});
        if (!source)
            return {};
        const auto parts = (*source)->read({{0, 100}, {(*source)->size() - 100, 100}});
        return parts ? Read {parts->at(0), parts->at(1), *seen} : Read();
    }

    std::shared_ptr<Keys> m_keys;
    std::unique_ptr<FaultServer> m_server;
};

void TestInvented::init()
{
    m_keys = std::make_shared<Keys>();
    m_server = std::make_unique<FaultServer>();
    m_server->on("/who",
                 [](const SeenRequest &request, int) { return text(request.header("Authorization").left(21)); });
    m_server->on("/f", [](const SeenRequest &request, int) { return fileFor(request); });
}

void TestInvented::answers_areMarked()
{
    const auto client = make();
    const QUrl url = m_server->url(QStringLiteral("/who"));
    QVERIFY(waitFor(client->send(get(url)))->invented);
    QVERIFY(!waitFor(client->send(get(url, {})))->invented); // nobody's key
    QVERIFY(!waitFor(client->send(get(m_server->localhostUrl(QStringLiteral("/who")))))->invented); // not sent there
    m_keys->test = false;
    QVERIFY(!waitFor(client->send(get(url)))->invented);
}

void TestInvented::headCheck_seesIt()
{
    auto request = get(m_server->url(QStringLiteral("/who")));
    const auto seen = std::make_shared<std::atomic<bool>>(false);
    request.checkHead = [seen](const HttpResponse &head) -> std::optional<Error> {
        *seen = head.invented;
        return std::nullopt;
    };
    const QTemporaryDir dir;
    QVERIFY(waitFor(make()->download(request, dir.filePath(QStringLiteral("x")))));
    QVERIFY(*seen);
}

void TestInvented::redirects_carryTheMark()
{
    const auto client = make();
    m_server->on("/to", text("there"));
    m_server->on("/from", text({}, {{"Location", m_server->localhostUrl(QStringLiteral("/to")).toEncoded()}}, 302));
    m_server->on("/away", text({}, {{"Location", m_server->url(QStringLiteral("/to")).toEncoded()}}, 302));
    // What leads somewhere else was made up, too; and the key may go to the second host alone.
    for (const QUrl &url : {m_server->url(QStringLiteral("/from")), m_server->localhostUrl(QStringLiteral("/away"))}) {
        m_keys->test = true;
        const auto invented = waitFor(client->send(get(url)));
        QCOMPARE(invented->body, QByteArray("there"));
        QVERIFY(invented->invented);
        m_keys->test = false;
        QVERIFY(!waitFor(client->send(get(url)))->invented);
    }
}

void TestInvented::cache_keepsNothingInvented()
{
    const QTemporaryDir dir;
    ClientConfig config;
    config.cacheDir = dir.path();
    auto client = make(config);
    for (int i = 0; i < 2; ++i) {
        const auto answer = ask(client, QStringLiteral("/who"));
        QVERIFY(answer->invented && !answer->fromCache);
    }
    m_keys->test = false;
    const auto live = ask(client, QStringLiteral("/who"));
    QCOMPARE(live->body, liveKey.left(21));
    QVERIFY(!live->invented && !live->fromCache);
    QVERIFY(ask(client, QStringLiteral("/who"))->fromCache);
    m_keys->test = true;
    QVERIFY(ask(client, QStringLiteral("/who"))->invented); // what a live key was told is not told to a test key
    client.reset();
    QVERIFY(QDir(dir.filePath(QStringLiteral("answers"))).isEmpty());
}

void TestInvented::cache_isNotPoisonedByARedirect()
{
    // The address asked is nobody's, and leads to where the key is for.
    const auto client = make();
    m_server->on("/in", text({}, {{"Location", m_server->url(QStringLiteral("/who")).toEncoded()}}, 302));
    auto request = get(m_server->localhostUrl(QStringLiteral("/in")));
    request.fresh = 3600s;
    QVERIFY(waitFor(client->send(request))->invented);
    m_keys->test = false;
    const auto live = waitFor(client->send(request));
    QCOMPARE(live->body, liveKey.left(21));
    QVERIFY(!live->invented);
}

void TestInvented::recording_keepsTheMark()
{
    const QTemporaryDir dir;
    ClientConfig config;
    config.recordTo = dir.filePath(QStringLiteral("recorded"));
    const QUrl url = m_server->url(QStringLiteral("/who"));
    QVERIFY(waitFor(make(config)->send(get(url)))->invented);
    m_keys->test = false;
    QVERIFY(waitFor(make(config)->send(get(url))));
    ClientConfig replay;
    replay.replayFrom = config.recordTo;
    const auto client = make(replay);
    QVERIFY(waitFor(client->send(get(url)))->invented);
    QVERIFY(!waitFor(client->send(get(url)))->invented);
}

void TestInvented::bytes_tell()
{
    const auto client = make();
    const Read invented = readFile(client);
    QVERIFY(invented.invented);
    QVERIFY(invented.first == test::noise(partSize, 2).left(100)
            && invented.last == test::noise(partSize, 2).right(100));
    m_keys->test = false;
    QVERIFY(!readFile(make()).invented);
    // Sources of others are as they were.
    QVERIFY(watched(nullptr, [] {}) == nullptr);
}

void TestInvented::bytes_ofSmallFilesTell()
{
    m_server->on("/small",
                 text("a whole small file, longer than a hundred bytes" + QByteArray(200, '.'),
                      {{"Content-Type", "image/tiff"}}));
    QVERIFY(readFile(make(), QStringLiteral("/small")).invented);
    m_keys->test = false;
    QVERIFY(!readFile(make(), QStringLiteral("/small")).invented);
}

void TestInvented::bytes_areNotMixed()
{
    // One client, one file, one version: what is remembered of one key is not given to the other.
    const auto client = make();
    for (const bool test : {true, false, true, false}) {
        m_keys->test = test;
        const Read read = readFile(client);
        const int seed = read.invented ? 2 : 1;
        QVERIFY(read.first == test::noise(partSize, seed).left(100));
        QVERIFY(read.last == test::noise(partSize, seed).right(100));
        QVERIFY(test || !read.invented);
    }
}

void TestInvented::bytes_readOnAfterTheKeyChanged()
{
    m_keys->test = false;
    const auto client = make();
    const auto seen = std::make_shared<std::atomic<bool>>(false);
    const auto sources = watched(client->byteSources(), [seen] { *seen = true; });
    const auto source = sources->open(m_server->url(QStringLiteral("/f")), QStringLiteral("c"), {});
    QVERIFY(source);
    QVERIFY((*source)->read({{0, 100}}));
    QVERIFY(!*seen);
    m_keys->test = true;
    QVERIFY((*source)->read({{200000, 100}}));
    QVERIFY(*seen);
    // And what came so is not what the live key finds there.
    m_keys->test = false;
    const auto again = client->byteSources()->open(m_server->url(QStringLiteral("/f")), QStringLiteral("c"), {});
    const auto bytes = (*again)->read({{200000, 100}});
    QVERIFY(bytes->at(0) == test::noise(partSize, 1).mid(200000, 100));
}

QTEST_GUILESS_MAIN(TestInvented)
#include "tst_invented.moc"
