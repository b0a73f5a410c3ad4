// SPDX-License-Identifier: Apache-2.0
// Traffic recorded against a server, and replayed after that server is gone.
#include "core/base/json.h"
#include "core/net/httpclient.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;
using test::text;

namespace {

class CanaryAuthorizer : public Authorizer
{
public:
    Future<Authorization> authorize(const QString &, const QUrl &, bool) override
    {
        Authorization answer;
        answer.headers = {{"X-Key", Secret("CaNaRyKEY")}, {"Authorization", Secret("Bearer CaNaRyHEADER")}};
        answer.query = Secret("sv=1&sig=CaNaRy%2BSIG");
        return ready<Authorization>(answer);
    }
};

} // namespace

class TestRecording : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void searchAndRanges_answerTheSame();
    void sameRequest_answersInOrder();
    void order_doesNotMatter();
    void pagingTokens_survive();
    void unrecorded_isNamed();
    void canaries_areInNoFile();
    void confidential_isNeitherRecordedNorReplayed();
    void download_isReplayed();
    void binary_isKeptAsItIs();
    void laterRecording_goesOn();
    void hostileRecording_isNoWayOut();
    void keptAnswers_areRecordedToo();

private:
    [[nodiscard]] std::shared_ptr<HttpClient> recorder() const;
    [[nodiscard]] std::shared_ptr<HttpClient> replayer() const;
    [[nodiscard]] HttpRequest get(const QString &path) const;
    [[nodiscard]] HttpRequest post(const QString &path, const QByteArray &body) const;
    [[nodiscard]] QByteArray everything() const;

    std::unique_ptr<FaultServer> m_server;
    std::unique_ptr<QTemporaryDir> m_dir;
    QString m_folder;
};

void TestRecording::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_folder = m_dir->filePath(QStringLiteral("recorded"));
    m_server = std::make_unique<FaultServer>();
}

std::shared_ptr<HttpClient> TestRecording::recorder() const
{
    ClientConfig config;
    config.backoff = 2ms;
    config.recordTo = m_folder;
    return HttpClient::create(config);
}

std::shared_ptr<HttpClient> TestRecording::replayer() const
{
    ClientConfig config;
    config.replayFrom = m_folder;
    return HttpClient::create(config);
}

HttpRequest TestRecording::get(const QString &path) const
{
    HttpRequest request;
    request.url = m_server->url(path);
    return request;
}

HttpRequest TestRecording::post(const QString &path, const QByteArray &body) const
{
    HttpRequest request = get(path);
    request.method = "POST";
    request.headers = {{"Content-Type", "application/json"}};
    request.body = body;
    return request;
}

QByteArray TestRecording::everything() const
{
    QByteArray all;
    const QDir folder(m_folder);
    for (const auto &name : folder.entryList(QDir::Files | QDir::Hidden)) {
        QFile file(folder.filePath(name));
        all += name.toUtf8() + '\n' + (file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("unreadable"));
    }
    return all;
}

void TestRecording::searchAndRanges_answerTheSame()
{
    const QByteArray page = "{\"type\":\"FeatureCollection\", \"features\":[ {\"id\":\"caf\xc3\xa9\"} ]}";
    const auto bytes = test::noise(900000);
    Reply cog = text(bytes, {{"ETag", "\"v1\""}, {"Content-Type", "image/tiff"}});
    cog.ranges = true;
    m_server->on("/search", text(page, {{"Content-Type", "application/geo+json"}, {"X-Request-Id", "7"}}));
    m_server->on("/f.tif", cog);
    m_server->on("/missing", text("{\"description\":\"gone\"}", {}, 404));
    const auto search = post(QStringLiteral("/search"), R"({"limit":10,"bbox":[1,2,3,4]})");
    const auto run = [&](const std::shared_ptr<HttpClient> &client) {
        const auto found = waitFor(client->send(search));
        QVERIFY2(found, found ? "" : qPrintable(found.error().message));
        QCOMPARE(found->status, 200);
        QCOMPARE(found->body, page);
        QCOMPARE(found->url, search.url);
        QCOMPARE(found->header("Content-Type"), QByteArray("application/geo+json"));
        QCOMPARE(found->header("X-Request-Id"), QByteArray("7"));
        const auto missing = waitFor(client->send(get(QStringLiteral("/missing"))));
        QCOMPARE(missing->status, 404);
        QCOMPARE(missing->body, QByteArray("{\"description\":\"gone\"}"));
        const auto source = client->byteSources()->open(m_server->url(QStringLiteral("/f.tif")), {}, {});
        QVERIFY2(source, source ? "" : qPrintable(source.error().message));
        QCOMPARE((*source)->size(), static_cast<quint64>(bytes.size()));
        const auto parts = (*source)->read({{0, 100}, {200000, 70000}, {899990, 100}});
        QVERIFY2(parts, parts ? "" : qPrintable(parts.error().message));
        QVERIFY(parts->at(0) == bytes.left(100));
        QVERIFY(parts->at(1) == bytes.mid(200000, 70000));
        QVERIFY(parts->at(2) == bytes.right(10));
    };
    run(recorder());
    if (QTest::currentTestFailed())
        return;
    const auto port = m_server->port();
    m_server.reset();
    m_server = std::make_unique<FaultServer>();
    // Another port: the server that was recorded is gone for good.
    const auto client = replayer();
    QVERIFY(m_server->port() != port);
    auto elsewhere = search;
    elsewhere.url = m_server->url(QStringLiteral("/search"));
    QVERIFY(!waitFor(client->send(elsewhere)));
    QCOMPARE(m_server->requests(), 0);
    const auto again = waitFor(client->send(search));
    QCOMPARE(again->body, page);
    const auto source = client->byteSources()->open(QUrl(QStringLiteral("http://127.0.0.1:%1/f.tif").arg(port)), {},
                                                    {});
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    const auto parts = (*source)->read({{200000, 70000}});
    QVERIFY2(parts, parts ? "" : qPrintable(parts.error().message));
    QVERIFY(parts->at(0) == bytes.mid(200000, 70000));
    QVERIFY(!(*source)->read({{400000, 10}})); // this part was not recorded
    QCOMPARE(client->counters().requests, 0);
}

void TestRecording::sameRequest_answersInOrder()
{
    m_server->on("/a", [](const SeenRequest &, int nth) { return text("answer " + QByteArray::number(nth)); });
    {
        const auto client = recorder();
        for (int i = 0; i < 12; ++i)
            QVERIFY(waitFor(client->send(get(QStringLiteral("/a")))));
    }
    const auto client = replayer();
    for (int i = 0; i < 15; ++i)
        QCOMPARE(waitFor(client->send(get(QStringLiteral("/a"))))->body,
                 "answer " + QByteArray::number(std::min(i, 11)));
    QCOMPARE(m_server->requests("/a"), 12);
}

void TestRecording::order_doesNotMatter()
{
    m_server->on("/s", text("found"));
    QVERIFY(waitFor(recorder()->send(
        post(QStringLiteral("/s?b=2&a=1&st=4&sig=ONE"), R"({"limit":10,"query":{"x":{"lt":1,"gt":0}}})"))));
    const auto client = replayer();
    const auto same = post(QStringLiteral("/s?sig=TWO&a=1&b=2"), R"({ "query":{"x":{"gt":0, "lt":1}},"limit":10})");
    const auto answer = waitFor(client->send(same));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, QByteArray("found"));
    for (const auto &other : {post(QStringLiteral("/s?a=1&b=2"), R"({"limit":11,"query":{"x":{"gt":0,"lt":1}}})"),
                              post(QStringLiteral("/s?a=1&b=3"), same.body), get(QStringLiteral("/s?a=1&b=2"))})
        QVERIFY(!waitFor(client->send(other)));
}

void TestRecording::pagingTokens_survive()
{
    const auto page = [](const QByteArray &token) {
        return text(R"({"links":[{"rel":"next","method":"POST","body":{"token":"next:c:)" + token + R"("}}]})");
    };
    m_server->on("/s",
                 [&](const SeenRequest &request, int) { return page(request.body.contains(":c:1") ? "2" : "1"); });
    const auto walk = [&](const std::shared_ptr<HttpClient> &client) {
        const auto first = waitFor(client->send(post(QStringLiteral("/s"), "{}")));
        QVERIFY(first && first->body.contains("next:c:1"));
        const auto second = waitFor(client->send(post(QStringLiteral("/s"), R"({"token":"next:c:1"})")));
        QVERIFY(second && second->body.contains("next:c:2"));
    };
    walk(recorder());
    walk(replayer());
    QCOMPARE(m_server->requests("/s"), 2);
}

void TestRecording::unrecorded_isNamed()
{
    const auto client = replayer();
    const auto answer = waitFor(client->send(get(QStringLiteral("/some/where?bbox=1&sig=CaNaRy"))));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Network);
    QVERIFY(!answer.error().retryable);
    QVERIFY2(answer.error().message.startsWith(
                 QStringLiteral("GET %1").arg(m_server->url(QStringLiteral("/some/where?bbox=1")).toString())),
             qPrintable(answer.error().message));
    QVERIFY(!answer.error().message.contains(QLatin1String(test::canaryMark)));
    HttpRequest outside;
    outside.url = QUrl(QStringLiteral("https://example.invalid/"));
    QVERIFY(!waitFor(client->send(outside)));
    QCOMPARE(m_server->requests(), 0);
    QCOMPARE(client->counters().requests, 0);
}

void TestRecording::canaries_areInNoFile()
{
    auto client = recorder();
    client->setAuthorizer(std::make_shared<CanaryAuthorizer>());
    m_server->on("/quote",
                 text("{\"error\":\"no access for CaNaRyHEADER with CaNaRyKEY and CaNaRy+SIG\"}",
                      {{"Set-Cookie", "id=CaNaRyCOOKIE"}, {"Link", "<https://a/b?sig=CaNaRyLINK>; rel=next"}}));
    m_server->on("/sas", text(R"({"msft:expiry":"2026-01-01","token":"st=1&sig=CaNaRyTOKEN"})"));
    m_server->on("/from", text({}, {{"Location", "/to?sig=CaNaRyLOCATION"}}, 302));
    m_server->on("/to", text("there"));
    auto request = get(QStringLiteral("/quote?api_key=CaNaRyQUERY&keep=1"));
    request.connection = QStringLiteral("c");
    request.headers = {{"Cookie", "CaNaRyMINE"}, {"X-Api-Key", "CaNaRyOWN"}};
    QVERIFY(waitFor(client->send(request)));
    QVERIFY(waitFor(client->send(get(QStringLiteral("/sas")))));
    QVERIFY(waitFor(client->send(get(QStringLiteral("/from")))));
    QVERIFY(waitFor(
        client->send(post(QStringLiteral("/sas"), R"({"password":"CaNaRyPASS","client_secret":"CaNaRySEC"})"))));
    auto form = post(QStringLiteral("/sas"), "grant_type=refresh_token&refresh_token=CaNaRyFORM");
    form.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    QVERIFY(waitFor(client->send(form)));
    client.reset();
    const QByteArray all = everything();
    QVERIFY(all.contains("keep=1") && all.contains("no access for"));
    const auto at = all.indexOf(test::canaryMark);
    QVERIFY2(at < 0, all.mid(std::max<qsizetype>(at - 60, 0), 120).constData());
    // And it can be replayed all the same.
    client = replayer();
    QVERIFY(waitFor(client->send(request)));
    QVERIFY(waitFor(client->send(form)));
}

void TestRecording::confidential_isNeitherRecordedNorReplayed()
{
    m_server->on("/keys", text(R"({"id": 1, "hidden": "CaNaRyNEW"})"));
    auto request = post(QStringLiteral("/keys"), R"({"hidden": "CaNaRyBODY"})");
    request.confidential = true;
    QVERIFY(waitFor(recorder()->send(request)));
    QVERIFY(!QDir(m_folder).exists() || QDir(m_folder).isEmpty());
    auto download = request;
    download.method = "GET";
    download.body.clear();
    QVERIFY(QDir(m_dir->path()).mkdir(QStringLiteral("given-secrets"))); // whoever fetches it wants to have it
    QVERIFY(waitFor(recorder()->download(download, m_dir->filePath(QStringLiteral("given-secrets/f")))));
    QVERIFY(!QDir(m_folder).exists() || QDir(m_folder).isEmpty());

    // Nor does a recording made by hand answer it.
    m_server->on("/keys", text(R"({"id": 1, "hidden": "nothing"})"));
    request.body = R"({"hidden": "nothing either"})";
    request.confidential = false;
    QVERIFY(waitFor(recorder()->send(request)));
    QVERIFY(waitFor(replayer()->send(request)));
    request.confidential = true;
    const int asked = m_server->requests();
    const auto answer = waitFor(replayer()->send(request));
    QVERIFY(!answer);
    QVERIFY2(answer.error().message.contains(QStringLiteral("never recorded")), qPrintable(answer.error().message));
    QCOMPARE(m_server->requests(), asked);
}

void TestRecording::download_isReplayed()
{
    const auto bytes = test::noise(300000);
    Reply cut = text(bytes);
    cut.cutAfter = 1000;
    m_server->on("/f", std::vector<Reply> {cut, text(bytes)});
    const QString path = m_dir->filePath(QStringLiteral("target"));
    int asked = 0;
    for (const auto &client : {recorder(), replayer()}) {
        const auto written = waitFor(client->download(get(QStringLiteral("/f")), path));
        QVERIFY2(written, written ? "" : qPrintable(written.error().message));
        QCOMPARE(*written, bytes.size());
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(file.readAll() == bytes);
        QVERIFY(asked == 0 || m_server->requests("/f") == asked); // the second one is the replay
        asked = m_server->requests("/f");
    }
}

void TestRecording::binary_isKeptAsItIs()
{
    const QByteArray bytes = QByteArray(3, '\0') + "key=VALUE&token=OTHER \"token\":\"x\"" + test::noise(1000);
    m_server->on("/b", text(bytes));
    QVERIFY(waitFor(recorder()->send(get(QStringLiteral("/b")))));
    QVERIFY(waitFor(replayer()->send(get(QStringLiteral("/b"))))->body == bytes);
}

void TestRecording::laterRecording_goesOn()
{
    m_server->on("/a", [](const SeenRequest &, int nth) { return text(QByteArray::number(nth)); });
    QVERIFY(waitFor(recorder()->send(get(QStringLiteral("/a")))));
    QVERIFY(waitFor(recorder()->send(get(QStringLiteral("/a")))));
    const auto client = replayer();
    QCOMPARE(waitFor(client->send(get(QStringLiteral("/a"))))->body, QByteArray("0"));
    QCOMPARE(waitFor(client->send(get(QStringLiteral("/a"))))->body, QByteArray("1"));
}

void TestRecording::hostileRecording_isNoWayOut()
{
    m_server->on("/a", text("inside"));
    QVERIFY(waitFor(recorder()->send(get(QStringLiteral("/a")))));
    // Beside the recording, where a person keeps what is theirs.
    QVERIFY(QDir(m_dir->path()).mkdir(QStringLiteral("given-secrets")));
    QFile secret(m_dir->filePath(QStringLiteral("given-secrets/outside")));
    QVERIFY(secret.open(QIODevice::WriteOnly) && secret.write(test::canaryText()) > 0);
    secret.close();
    const QDir folder(m_folder);
    const QString name = folder.entryList({QStringLiteral("*.json")}).constFirst();
    auto exchange = *readJsonFile(folder.filePath(name));
    exchange["response"]["body"] = "../given-secrets/outside";
    QFile file(folder.filePath(name));
    QVERIFY(file.open(QIODevice::WriteOnly) && file.write(toText(exchange)) > 0);
    file.close();
    // Neighbours that are no exchanges are passed over.
    for (const auto &[other, content] : {std::pair("00002.json", "[1,2"), std::pair("00003.json", "[]"),
                                         std::pair("00004.json", R"({"request":{"url":7},"response":[]})")}) {
        QFile stranger(folder.filePath(QString::fromLatin1(other)));
        QVERIFY(stranger.open(QIODevice::WriteOnly) && stranger.write(content) > 0);
    }
    const auto answer = waitFor(replayer()->send(get(QStringLiteral("/a"))));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::Storage);
}

void TestRecording::keptAnswers_areRecordedToo()
{
    // An answer of the shared cache was no traffic, but without it the recording would have a hole.
    QTemporaryDir cache;
    m_server->on("/a", text("kept"));
    auto request = get(QStringLiteral("/a"));
    request.fresh = 3600s;
    ClientConfig config;
    config.cacheDir = cache.path();
    QVERIFY(waitFor(HttpClient::create(config)->send(request)));
    config.recordTo = m_folder;
    QVERIFY(waitFor(HttpClient::create(config)->send(request))->fromCache);
    QCOMPARE(waitFor(replayer()->send(request))->body, QByteArray("kept"));
}

QTEST_GUILESS_MAIN(TestRecording)
#include "tst_recording.moc"
