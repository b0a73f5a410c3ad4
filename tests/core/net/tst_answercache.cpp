// SPDX-License-Identifier: Apache-2.0
#include "core/net/answercache.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"

#include <QDirIterator>
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

/// Adds a canary to every request of connection "c".
class CanaryAuthorizer : public Authorizer
{
public:
    Future<Authorization> authorize(const QString &, const QUrl &, bool) override
    {
        Authorization answer;
        if (!header.isEmpty())
            answer.headers = {{"Authorization", Secret(header)}};
        answer.query = Secret(query);
        return ready<Authorization>(answer);
    }
    QByteArray header = "Bearer CaNaRyHEADER";
    QByteArray query;
};

/// Knows no end to its thinking.
class SilentAuthorizer : public Authorizer
{
public:
    Future<Authorization> authorize(const QString &, const QUrl &, bool) override
    {
        ++asked;
        return m_never.future();
    }
    std::atomic<int> asked = 0;

private:
    Settler<Authorization> m_never;
};

KeptAnswer kept(const QByteArray &body, qint64 at = 1000)
{
    KeptAnswer answer;
    answer.response.status = 200;
    answer.response.body = body;
    answer.response.url = QUrl(QStringLiteral("https://a.example/x"));
    answer.response.headers = {{"ETag", "\"1\""}, {"Set-Cookie", "CaNaRy"}};
    answer.at = at;
    return answer;
}

QByteArray keyOf(const QString &url)
{
    HttpRequest request;
    request.url = QUrl(url);
    return AnswerCache::keyOf(request);
}

} // namespace

class TestAnswerCache : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void key_tellsQuestionsApart();
    void key_isNoneForWhatMustNotBeKept();
    void file_isReadByAnother();
    void file_damagedIsReplaced_data();
    void file_damagedIsReplaced();
    void files_areBounded();
    void secretBody_staysInMemory();

    void fresh_servesWithoutARequest();
    void fresh_zeroAsksAndKeepsNothing();
    void fresh_afterARestart();
    void posts_areToldApart();
    void old_isRevalidated_data();
    void old_isRevalidated();
    void old_isReplaced();
    void refusals_areNotKept();
    void refusedByTheAsker_isAskedAnew();
    void credentials_stayInMemory();
    void credentials_anotherKeyIsAnotherAsker();
    void credentials_areNotWaitedForWithoutEnd_data();
    void credentials_areNotWaitedForWithoutEnd();
    void tries_areNotKept();
    void signedAddresses_areNeverKept();
    void confidential_isNeverKept();
    void noStore_isRespected();
    void large_isKeptWhole();

private:
    [[nodiscard]] std::shared_ptr<HttpClient> make() const;
    [[nodiscard]] Result<HttpResponse> ask(const std::shared_ptr<HttpClient> &client, const QString &path,
                                           std::chrono::seconds fresh = 3600s, const QString &connection = {}) const;
    [[nodiscard]] QStringList files() const;
    /// Everything kept becomes so many seconds older.
    void age(qint64 seconds) const;

    std::unique_ptr<FaultServer> m_server;
    std::unique_ptr<QTemporaryDir> m_dir;
};

void TestAnswerCache::init()
{
    m_dir = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>();
    m_server->on("/a", [](const SeenRequest &, int nth) { return text("answer " + QByteArray::number(nth)); });
}

std::shared_ptr<HttpClient> TestAnswerCache::make() const
{
    ClientConfig config;
    config.backoff = 2ms;
    config.cacheDir = m_dir->path();
    return HttpClient::create(config);
}

Result<HttpResponse> TestAnswerCache::ask(const std::shared_ptr<HttpClient> &client, const QString &path,
                                          std::chrono::seconds fresh, const QString &connection) const
{
    HttpRequest request;
    request.url = m_server->url(path);
    request.fresh = fresh;
    request.connection = connection;
    return waitFor(client->send(request));
}

QStringList TestAnswerCache::files() const
{
    QStringList list;
    QDirIterator it(m_dir->path(), QDir::Files | QDir::Hidden, QDirIterator::Subdirectories);
    while (it.hasNext())
        list.append(it.next());
    return list;
}

void TestAnswerCache::age(qint64 seconds) const
{
    const auto list = files();
    for (const auto &name : list) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadWrite));
        const QString all = QString::fromLatin1(file.readAll());
        const auto at = QRegularExpression(QStringLiteral("\"at\":(\\d+)")).match(all);
        QVERIFY(at.hasMatch());
        QString older = all;
        older.replace(at.captured(0), QStringLiteral("\"at\":%1").arg(at.captured(1).toLongLong() - seconds));
        QVERIFY(file.seek(0) && file.resize(0) && file.write(older.toLatin1()) == older.size());
    }
}

void TestAnswerCache::key_tellsQuestionsApart()
{
    HttpRequest request;
    request.url = QUrl(QStringLiteral("https://a.example/x?y=1"));
    std::vector<QByteArray> keys {AnswerCache::keyOf(request)};
    request.url.setFragment(QStringLiteral("part"));
    QCOMPARE(AnswerCache::keyOf(request), keys[0]);
    const auto other = [&](const std::function<void(HttpRequest &)> &change) {
        HttpRequest changed = request;
        change(changed);
        keys.push_back(AnswerCache::keyOf(changed));
    };
    other([](HttpRequest &r) { r.method = "POST"; });
    other([](HttpRequest &r) { r.body = "{}"; });
    other([](HttpRequest &r) { r.connection = QStringLiteral("c"); });
    other([](HttpRequest &r) { r.url.setQuery(QStringLiteral("y=2")); });
    other([](HttpRequest &r) { r.url.setPort(8443); });
    other([](HttpRequest &r) { r.headers = {{"Accept", "application/geo+json"}}; });
    other([](HttpRequest &r) { r.headers = {{"Content-Type", "application/geo+json"}}; });
    for (std::size_t i = 0; i < keys.size(); ++i) {
        QCOMPARE(keys[i].size(), 64);
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY(keys[i] != keys[j]);
    }
}

void TestAnswerCache::key_isNoneForWhatMustNotBeKept()
{
    for (const char *url : {"https://a/b?sig=x", "https://a/b?X-Amz-Signature=x", "https://a/b?api_key=x",
                            "https://me:x@a/b", "https://a/b?token=x"})
        QVERIFY2(keyOf(QString::fromLatin1(url)).isEmpty(), url);
    QVERIFY(!keyOf(QStringLiteral("https://a/b?token=next:c:i")).isEmpty());
    HttpRequest request;
    request.url = QUrl(QStringLiteral("https://a/b"));
    for (const char *header : {"Authorization", "Cookie", "X-Api-Key", "Range", "If-None-Match"}) {
        request.headers = {{header, "x"}};
        QVERIFY2(AnswerCache::keyOf(request).isEmpty(), header);
    }
    request.headers.clear();
    for (const char *method : {"PUT", "DELETE", "PATCH", "HEAD"}) {
        request.method = method;
        QVERIFY2(AnswerCache::keyOf(request).isEmpty(), method);
    }
}

void TestAnswerCache::file_isReadByAnother()
{
    const QByteArray key = keyOf(QStringLiteral("https://a.example/x"));
    const QByteArray body = "{\"a\":\"\xc3\xa9\"}\nsecond line" + QByteArray(3, '\0');
    const QString folder = m_dir->filePath(QStringLiteral("deep/er"));
    AnswerCache(folder, 1 << 20).put(key, kept(body, 1234), true);
    const auto found = AnswerCache(folder, 1 << 20).find(key);
    QVERIFY(found);
    QCOMPARE(found->at, 1234);
    QCOMPARE(found->response.status, 200);
    QCOMPARE(found->response.body, body);
    QCOMPARE(found->response.url, QUrl(QStringLiteral("https://a.example/x")));
    QCOMPARE(found->response.header("etag"), QByteArray("\"1\""));
    QVERIFY(found->response.header("Set-Cookie").isEmpty());
    QVERIFY(!AnswerCache(folder, 1 << 20).find(keyOf(QStringLiteral("https://a.example/y"))));
    QVERIFY(!AnswerCache({}, 1 << 20).find(key));
}

void TestAnswerCache::file_damagedIsReplaced_data()
{
    QTest::addColumn<QByteArray>("content");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("no head") << QByteArray("nothing of the kind");
    QTest::newRow("other JSON") << QByteArray("{\"format\":1}\nbody");
    QTest::newRow("another format") << QByteArray(
        "{\"format\":2,\"at\":1,\"status\":200,\"url\":\"https://a\",\"headers\":[],\"sha256\":\"\"}\n");
    QTest::newRow("cut") << QByteArray("cut");
    QTest::newRow("flipped") << QByteArray("flipped");
}

void TestAnswerCache::file_damagedIsReplaced()
{
    QFETCH(QByteArray, content);
    const QByteArray key = keyOf(QStringLiteral("https://a.example/x"));
    const QString folder = m_dir->path();
    AnswerCache(folder, 1 << 20).put(key, kept("the body"), true);
    QCOMPARE(files().size(), 1);
    QFile file(files().constFirst());
    QVERIFY(file.open(QIODevice::ReadWrite));
    const QByteArray good = file.readAll();
    if (content == "cut")
        content = good.chopped(1);
    else if (content == "flipped")
        content = good.chopped(1) + 'Y';
    QVERIFY(file.resize(0) && file.seek(0) && file.write(content) == content.size());
    file.close();
    AnswerCache cache(folder, 1 << 20);
    QVERIFY(!cache.find(key));
    cache.put(key, kept("new body"), true);
    QCOMPARE(AnswerCache(folder, 1 << 20).find(key)->response.body, QByteArray("new body"));
}

void TestAnswerCache::files_areBounded()
{
    constexpr qint64 bound = 100000;
    const QString folder = m_dir->path();
    const auto url = [](int i) { return QStringLiteral("https://a.example/%1").arg(i); };
    const QDateTime start = QDateTime::currentDateTimeUtc().addDays(-1);
    for (int i = 0; i < 9; ++i) {
        AnswerCache(folder, bound).put(keyOf(url(i)), kept(QByteArray(10000, 'a')), true);
        QFile file(QString(folder + u'/' + QString::fromLatin1(keyOf(url(i)))));
        QVERIFY(file.open(QIODevice::ReadWrite));
        QVERIFY(file.setFileTime(start.addSecs(i), QFileDevice::FileModificationTime));
    }
    QVERIFY(AnswerCache(folder, bound).find(keyOf(url(0)))); // used just now
    AnswerCache(folder, bound).put(keyOf(url(9)), kept(QByteArray(10000, 'a')), true);
    qint64 total = 0;
    for (const auto &name : files())
        total += QFileInfo(name).size();
    QVERIFY2(total <= bound, qPrintable(QString::number(total)));
    AnswerCache cache(folder, bound);
    QVERIFY(cache.find(keyOf(url(0))));
    QVERIFY(cache.find(keyOf(url(9))));
    QVERIFY(!cache.find(keyOf(url(1)))); // the longest unused
    // One that is larger than the whole bound is not kept, and costs no other its place.
    const auto before = files().size();
    cache.put(keyOf(url(10)), kept(QByteArray(bound + 1, 'a')), true);
    QCOMPARE(files().size(), before);
    QVERIFY(!cache.find(keyOf(url(10))));
}

void TestAnswerCache::secretBody_staysInMemory()
{
    const QByteArray key = keyOf(QStringLiteral("https://a.example/x"));
    AnswerCache cache(m_dir->path(), 1 << 20);
    cache.put(key, kept("{}"), true);
    QCOMPARE(files().size(), 1);
    cache.put(key, kept("{\"token\":\"st=1&sig=CaNaRy\"}"), true);
    QCOMPARE(files().size(), 0); // not even the old one, which would come back after a restart
    QVERIFY(cache.find(key)->response.body.contains(test::canaryMark));
}

void TestAnswerCache::fresh_servesWithoutARequest()
{
    const auto client = make();
    const auto first = ask(client, QStringLiteral("/a"));
    QVERIFY(first && !first->fromCache);
    const auto second = ask(client, QStringLiteral("/a"));
    QVERIFY(second && second->fromCache);
    QCOMPARE(second->body, first->body);
    QCOMPARE(second->status, 200);
    QCOMPARE(second->url, first->url);
    QCOMPARE(m_server->requests("/a"), 1);
    QCOMPARE(client->counters().requests, 1);
}

void TestAnswerCache::fresh_zeroAsksAndKeepsNothing()
{
    auto client = make();
    QVERIFY(!ask(client, QStringLiteral("/a"), 0s)->fromCache);
    QVERIFY(!ask(client, QStringLiteral("/a"))->fromCache);
    QVERIFY(!ask(client, QStringLiteral("/a"), 0s)->fromCache); // although it is kept by now
    QCOMPARE(m_server->requests("/a"), 3);
}

void TestAnswerCache::fresh_afterARestart()
{
    QCOMPARE(ask(make(), QStringLiteral("/a"))->body, QByteArray("answer 0"));
    const auto again = ask(make(), QStringLiteral("/a"));
    QVERIFY(again->fromCache);
    QCOMPARE(again->body, QByteArray("answer 0"));
    QCOMPARE(m_server->requests("/a"), 1);
    QCOMPARE(files().size(), 1);
    QVERIFY(files().constFirst().startsWith(m_dir->filePath(QStringLiteral("answers/"))));
}

void TestAnswerCache::posts_areToldApart()
{
    m_server->on("/search", [](const SeenRequest &request, int) { return text("found " + request.body); });
    const auto client = make();
    HttpRequest request;
    request.method = "POST";
    request.url = m_server->url(QStringLiteral("/search"));
    request.headers = {{"Content-Type", "application/json"}};
    request.fresh = 60s;
    for (int round = 0; round < 2; ++round) {
        for (const char *body : {"{\"limit\":1}", "{\"limit\":2}"}) {
            request.body = body;
            const auto answer = waitFor(client->send(request));
            QCOMPARE(answer->body, QByteArray("found ") + body);
            QCOMPARE(answer->fromCache, round == 1);
        }
    }
    QCOMPARE(m_server->requests("/search"), 2);
}

void TestAnswerCache::old_isRevalidated_data()
{
    QTest::addColumn<QByteArray>("given");
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("tag") << QByteArray("ETag") << QByteArray("If-None-Match") << QByteArray("W/\"v1\"");
    QTest::newRow("date") << QByteArray("Last-Modified") << QByteArray("If-Modified-Since")
                          << QByteArray("Sun, 01 Mar 2026 12:00:00 GMT");
}

void TestAnswerCache::old_isRevalidated()
{
    QFETCH(QByteArray, given);
    QFETCH(QByteArray, asked);
    QFETCH(QByteArray, value);
    m_server->on("/v", [=](const SeenRequest &request, int) {
        return request.header(asked) == value ? text({}, {}, 304) : text("{\"long\":1}", {{given, value}});
    });
    QVERIFY(!ask(make(), QStringLiteral("/v"))->fromCache);
    age(7200);
    auto client = make();
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/v"));
    request.fresh = 3600s;
    // A look at the answer sees the answer, not the empty word that it still holds.
    request.checkBody = [](const HttpResponse &response) {
        return response.body.isEmpty() ? std::optional(Error {ErrorCode::InvalidInput, {}, {}, false}) : std::nullopt;
    };
    const auto answer = waitFor(client->send(request));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QVERIFY(answer->fromCache);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->body, QByteArray("{\"long\":1}"));
    QCOMPARE(m_server->requests("/v"), 2);
    // Vouched for just now: it serves without another question, here and after a restart.
    QVERIFY(waitFor(client->send(request))->fromCache);
    client.reset();
    QVERIFY(waitFor(make()->send(request))->fromCache);
    QCOMPARE(m_server->requests("/v"), 2);
}

void TestAnswerCache::old_isReplaced()
{
    m_server->on("/v", [](const SeenRequest &, int nth) {
        return text("v" + QByteArray::number(nth), {{"ETag", "\"v" + QByteArray::number(nth) + '"'}});
    });
    QCOMPARE(ask(make(), QStringLiteral("/v"))->body, QByteArray("v0"));
    age(7200);
    const auto answer = ask(make(), QStringLiteral("/v"));
    QVERIFY(!answer->fromCache);
    QCOMPARE(answer->body, QByteArray("v1"));
    QCOMPARE(m_server->seen().constLast().header("If-None-Match"), QByteArray("\"v0\""));
    QCOMPARE(ask(make(), QStringLiteral("/v"))->body, QByteArray("v1"));
    // Kept in the future, by a clock that was wrong: not fresh.
    age(-7200);
    QCOMPARE(ask(make(), QStringLiteral("/v"))->body, QByteArray("v2"));
}

void TestAnswerCache::refusals_areNotKept()
{
    const auto client = make();
    for (int status : {400, 404, 500, 501}) {
        const QByteArray path = "/r" + QByteArray::number(status);
        m_server->on(path, std::vector<Reply> {text("no", {}, status), text("yes")});
        QCOMPARE(ask(client, QString::fromLatin1(path))->status, status);
        QCOMPARE(ask(client, QString::fromLatin1(path))->body, QByteArray("yes"));
    }
}

void TestAnswerCache::refusedByTheAsker_isAskedAnew()
{
    auto client = make();
    QCOMPARE(ask(client, QStringLiteral("/a"))->body, QByteArray("answer 0"));
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/a"));
    request.fresh = 3600s;
    request.checkBody = [](const HttpResponse &response) {
        return response.body == "answer 0" ? std::optional(Error {ErrorCode::InvalidInput, {}, {}, false})
                                           : std::nullopt;
    };
    QCOMPARE(waitFor(client->send(request))->body, QByteArray("answer 1"));
    // What is refused is not kept.
    request.checkBody = [](const HttpResponse &) { return Error {ErrorCode::InvalidInput, {}, {}, false}; };
    QVERIFY(!waitFor(client->send(request)));
    QCOMPARE(ask(client, QStringLiteral("/a"))->body, QByteArray("answer 1"));
}

void TestAnswerCache::credentials_stayInMemory()
{
    const auto authorizer = std::make_shared<CanaryAuthorizer>();
    auto client = make();
    client->setAuthorizer(authorizer);
    QVERIFY(!ask(client, QStringLiteral("/a"), 3600s, QStringLiteral("c"))->fromCache);
    QVERIFY(ask(client, QStringLiteral("/a"), 3600s, QStringLiteral("c"))->fromCache);
    QVERIFY(!ask(client, QStringLiteral("/a"))->fromCache); // nobody else's
    m_server->on("/quote", text("{\"you_sent\":\"Bearer CaNaRyHEADER\"}"));
    QVERIFY(ask(client, QStringLiteral("/quote"), 3600s, QStringLiteral("c")));
    client.reset(); // all is written that will be
    QCOMPARE(files().size(), 1);
    for (const auto &name : files()) {
        QFile file(name);
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY2(!file.readAll().contains(test::canaryMark) && !name.contains(QLatin1String(test::canaryMark)),
                 qPrintable(name));
    }
    client = make();
    client->setAuthorizer(authorizer);
    QVERIFY(!ask(client, QStringLiteral("/a"), 3600s, QStringLiteral("c"))->fromCache);
}

void TestAnswerCache::credentials_anotherKeyIsAnotherAsker()
{
    const auto authorizer = std::make_shared<CanaryAuthorizer>();
    const auto client = make();
    client->setAuthorizer(authorizer);
    m_server->on("/who",
                 [](const SeenRequest &request, int) { return text("for " + request.header("Authorization")); });
    for (const char *header : {"", "Bearer one-key", "Bearer another", "Bearer one-key", ""}) {
        authorizer->header = header;
        QCOMPARE(ask(client, QStringLiteral("/who"), 3600s, QStringLiteral("c"))->body, QByteArray("for ") + header);
    }
    QCOMPARE(m_server->requests("/who"), 3);
}

void TestAnswerCache::credentials_areNotWaitedForWithoutEnd_data()
{
    QTest::addColumn<int>("fresh"); // s; 0: the cache has no part in it
    QTest::addColumn<bool>("stops");
    QTest::newRow("stopped") << 3600 << true;
    QTest::newRow("stopped, no cache") << 0 << true;
    QTest::newRow("deadline") << 3600 << false;
    QTest::newRow("deadline, no cache") << 0 << false;
}

void TestAnswerCache::credentials_areNotWaitedForWithoutEnd()
{
    QFETCH(int, fresh);
    QFETCH(bool, stops);
    const auto authorizer = std::make_shared<SilentAuthorizer>();
    const auto client = make();
    client->setAuthorizer(authorizer);
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/a"));
    request.fresh = std::chrono::seconds(fresh);
    request.connection = QStringLiteral("c");
    request.deadline = stops ? 0ms : 30ms;
    StopSource stop;
    const auto answer = client->send(request, stop.get_token());
    QTRY_COMPARE(authorizer->asked.load(), 1);
    if (stops)
        stop.request_stop();
    QTRY_VERIFY(answer.isFinished());
    QVERIFY(!waitFor(answer));
    const auto error = waitFor(answer).error();
    QCOMPARE(error.code, stops ? ErrorCode::Cancelled : ErrorCode::Timeout);
    QVERIFY2(stops || error.message.contains(QStringLiteral("127.0.0.1")), qPrintable(error.message));
    QCOMPARE(m_server->requests("/a"), 0);
}

void TestAnswerCache::tries_areNotKept()
{
    m_server->on("/late", [](const SeenRequest &, int nth) { return nth == 0 ? text("no", {}, 503) : text("yes"); });
    const auto client = make();
    QCOMPARE(ask(client, QStringLiteral("/late"))->tries, 2);
    const auto again = ask(client, QStringLiteral("/late"));
    QVERIFY(again->fromCache);
    QCOMPARE(again->tries, 1);
}

void TestAnswerCache::signedAddresses_areNeverKept()
{
    const auto authorizer = std::make_shared<CanaryAuthorizer>();
    authorizer->query = "sv=1&sig=CaNaRySIG";
    auto client = make();
    client->setAuthorizer(authorizer);
    m_server->on("/to", text("there"));
    m_server->on("/from", text({}, {{"Location", "/to?sig=CaNaRySIG"}}, 302));
    for (const auto &[path, connection] :
         {std::pair(QStringLiteral("/a"), QStringLiteral("c")),
          std::pair(QStringLiteral("/a?sig=CaNaRySIG"), QString()), std::pair(QStringLiteral("/from"), QString())}) {
        QVERIFY(!ask(client, path, 3600s, connection)->fromCache);
        QVERIFY(!ask(client, path, 3600s, connection)->fromCache);
    }
    client.reset();
    QCOMPARE(files().size(), 0);
}

void TestAnswerCache::confidential_isNeverKept()
{
    const auto client = make();
    QCOMPARE(ask(client, QStringLiteral("/a"))->body, QByteArray("answer 0"));
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/a"));
    request.fresh = 3600s;
    request.confidential = true;
    for (const char *body : {"answer 1", "answer 2"})
        QCOMPARE(waitFor(client->send(request))->body, QByteArray(body));
    QCOMPARE(ask(client, QStringLiteral("/a"))->body, QByteArray("answer 0"));
    QCOMPARE(files().size(), 1);
}

void TestAnswerCache::noStore_isRespected()
{
    m_server->on("/n", text("x", {{"Cache-Control", "private, No-Store"}}));
    auto client = make();
    QVERIFY(!ask(client, QStringLiteral("/n"))->fromCache);
    QVERIFY(!ask(client, QStringLiteral("/n"))->fromCache);
    client.reset();
    QCOMPARE(files().size(), 0);
}

void TestAnswerCache::large_isKeptWhole()
{
    const auto bytes = test::noise(9000000);
    m_server->on("/l", text(bytes));
    QVERIFY(ask(make(), QStringLiteral("/l")));
    const auto answer = ask(make(), QStringLiteral("/l"));
    QVERIFY(answer->fromCache);
    QVERIFY(answer->body == bytes);
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/l"));
    request.fresh = 3600s;
    request.maxBytes = 1000; // the limit holds for what is kept, too
    QVERIFY(!waitFor(make()->send(request)));
}

QTEST_GUILESS_MAIN(TestAnswerCache)
#include "tst_answercache.moc"
