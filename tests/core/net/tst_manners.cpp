// SPDX-License-Identifier: Apache-2.0
// How the client behaves towards a host that tells it to wait, or is about to.
#include "core/net/httpclient.h"
#include "tests/support/faultserver.h"

#include <QtTest>

#include <mutex>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;

namespace {

Reply told(int status, const QList<std::pair<QByteArray, QByteArray>> &headers)
{
    Reply reply;
    reply.status = status;
    reply.headers = headers;
    reply.body = "x";
    return reply;
}

/// The pauses a request was told of; written on the net thread.
struct Pauses {
    std::mutex mutex;
    std::vector<std::chrono::milliseconds> list;

    [[nodiscard]] std::function<void(std::chrono::milliseconds)> listener()
    {
        return [this](std::chrono::milliseconds wait) {
            const std::lock_guard lock(mutex);
            list.push_back(wait);
        };
    }
    [[nodiscard]] std::vector<std::chrono::milliseconds> all()
    {
        const std::lock_guard lock(mutex);
        return list;
    }
};

} // namespace

class TestManners : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();

    void retryAfter_everyForm_data();
    void retryAfter_everyForm();
    void retryAfter_besideAnAnswerIsNone();
    void retries_ofSearches();
    void retries_neverOfRefusals();
    void pauses_areTold();
    void pauses_holdTheOthersToo();
    void budget_plentyIsNoWait();
    void budget_littleIsSpread();
    void budget_spentWaitsForTheReset();
    void budget_spentBeyondTheDeadlineFailsAtOnce();
    void budget_ofOneHostIsNotAnothers();
    void budget_farAwayIsNotBelieved();
    void spentWait_canBeStopped();

private:
    [[nodiscard]] Result<HttpResponse> ask(const QString &path, Pauses *pauses = nullptr,
                                           std::chrono::milliseconds deadline = 30s) const;

    std::unique_ptr<FaultServer> m_server;
    std::shared_ptr<HttpClient> m_client;
};

void TestManners::init()
{
    m_client.reset();
    m_server = std::make_unique<FaultServer>();
    m_server->on("*", told(200, {}));
    ClientConfig config;
    config.backoff = 4ms;
    m_client = HttpClient::create(config);
}

Result<HttpResponse> TestManners::ask(const QString &path, Pauses *pauses, std::chrono::milliseconds deadline) const
{
    HttpRequest request;
    request.url = m_server->url(path);
    request.deadline = deadline;
    if (pauses)
        request.onPause = pauses->listener();
    return waitFor(m_client->send(std::move(request)));
}

void TestManners::retryAfter_everyForm_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("date");
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("seconds") << 429 << QByteArray() << QByteArray("1");
    QTest::newRow("503") << 503 << QByteArray() << QByteArray("1");
    // The host's clock is years off: only the span between its own two dates counts.
    QTest::newRow("date, host behind") << 429 << QByteArray("Wed, 01 Jan 2020 00:00:00 GMT")
                                       << QByteArray("Wed, 01 Jan 2020 00:00:01 GMT");
    QTest::newRow("date, host ahead") << 503 << QByteArray("Wed, 01 Jan 2200 00:00:00 GMT")
                                      << QByteArray("Wed, 01 Jan 2200 00:00:01 GMT");
}

void TestManners::retryAfter_everyForm()
{
    QFETCH(int, status);
    QFETCH(QByteArray, date);
    QFETCH(QByteArray, value);
    QList<std::pair<QByteArray, QByteArray>> headers {{"Retry-After", value}};
    if (!date.isEmpty())
        headers.emplaceBack("Date", date);
    m_server->on("/r", std::vector<Reply> {told(status, headers), told(200, {})});
    Pauses pauses;
    QElapsedTimer timer;
    timer.start();
    const auto answer = ask(QStringLiteral("/r"), &pauses);
    QVERIFY(answer);
    QCOMPARE(answer->status, 200);
    QCOMPARE(answer->tries, 2);
    QVERIFY2(timer.elapsed() >= 1000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(pauses.all().front(), 1000ms);
}

void TestManners::retryAfter_besideAnAnswerIsNone()
{
    m_server->on("/job", told(200, {{"Retry-After", "3600"}}));
    QElapsedTimer timer;
    timer.start();
    Pauses pauses;
    for (int i = 0; i < 3; ++i)
        QCOMPARE(ask(QStringLiteral("/job"), &pauses)->status, 200);
    QVERIFY(pauses.all().empty());
    QVERIFY(timer.elapsed() < 30000);
}

void TestManners::retries_ofSearches()
{
    for (int status : {429, 502, 503, 504}) {
        m_server->on("/search", std::vector<Reply> {told(status, {}), told(status, {}), told(200, {})});
        m_server->resetCounts();
        HttpRequest request;
        request.method = "POST";
        request.url = m_server->url(QStringLiteral("/search"));
        request.body = R"({"limit":10})";
        Pauses pauses;
        request.onPause = pauses.listener();
        const auto answer = waitFor(m_client->send(request));
        QVERIFY(answer && answer->status == 200);
        const auto seen = m_server->seen();
        QCOMPARE(seen.size(), 3);
        for (const auto &one : seen) {
            QCOMPARE(one.method, QByteArray("POST"));
            QCOMPARE(one.body, request.body);
        }
        // 4 and 8 ms, give or take half.
        const auto waits = pauses.all();
        QCOMPARE(waits.size(), std::size_t(2));
        QVERIFY(waits[0] >= 2ms && waits[0] <= 6ms);
        QVERIFY(waits[1] >= 4ms && waits[1] <= 12ms);
    }
}

void TestManners::retries_neverOfRefusals()
{
    for (int status : {400, 401, 403, 404, 405, 422}) {
        m_server->on("/search", told(status, {{"Retry-After", "1"}}));
        for (const char *method : {"GET", "POST"}) {
            m_server->resetCounts();
            HttpRequest request;
            request.method = method;
            request.url = m_server->url(QStringLiteral("/search"));
            QCOMPARE(waitFor(m_client->send(request))->status, status);
            QCOMPARE(m_server->requests("/search"), 1);
        }
    }
}

void TestManners::pauses_areTold()
{
    Reply drop;
    drop.drop = true;
    m_server->on("/d", drop);
    Pauses pauses;
    QVERIFY(!ask(QStringLiteral("/d"), &pauses));
    QCOMPARE(pauses.all().size(), std::size_t(3)); // one before each further try
    Pauses none;
    QVERIFY(ask(QStringLiteral("/fine"), &none));
    QVERIFY(none.all().empty());
}

void TestManners::pauses_holdTheOthersToo()
{
    m_client->setHostLimit(QStringLiteral("127.0.0.1"), 1, 0);
    m_server->on("/r", std::vector<Reply> {told(429, {{"Retry-After", "1"}}), told(200, {})});
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/r"));
    QElapsedTimer timer;
    timer.start();
    const auto first = m_client->send(request);
    Pauses pauses;
    request.url = m_server->url(QStringLiteral("/other"));
    request.onPause = pauses.listener();
    QCOMPARE(waitFor(m_client->send(request))->status, 200);
    QVERIFY2(timer.elapsed() >= 1000, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(!pauses.all().empty());
    QCOMPARE(waitFor(first)->status, 200);
}

void TestManners::budget_plentyIsNoWait()
{
    m_server->on(
        "/b", told(200, {{"X-RateLimit-Limit", "100"}, {"X-RateLimit-Remaining", "50"}, {"X-RateLimit-Reset", "9"}}));
    Pauses pauses;
    for (int i = 0; i < 3; ++i)
        QVERIFY(ask(QStringLiteral("/b"), &pauses));
    QVERIFY(pauses.all().empty());
}

void TestManners::budget_littleIsSpread()
{
    // Two of a hundred are left for a second: the rest is asked a third of it apart.
    m_server->on("/b", [](const SeenRequest &, int nth) {
        return nth > 0
            ? told(200, {})
            : told(200, {{"RateLimit-Limit", "100"}, {"RateLimit-Remaining", "2"}, {"RateLimit-Reset", "1"}});
    });
    QElapsedTimer timer;
    timer.start();
    QVERIFY(ask(QStringLiteral("/b")));
    Pauses pauses;
    QVERIFY(ask(QStringLiteral("/b"), &pauses));
    QVERIFY2(timer.elapsed() >= 300, qPrintable(QString::number(timer.elapsed())));
    QVERIFY(ask(QStringLiteral("/b"), &pauses));
    QVERIFY2(timer.elapsed() >= 600, qPrintable(QString::number(timer.elapsed())));
    for (const auto wait : pauses.all())
        QVERIFY(wait > 0ms && wait <= 500ms);
    QCOMPARE(m_client->counters().retries, 0);
}

void TestManners::budget_spentWaitsForTheReset()
{
    m_server->on("/b", [](const SeenRequest &, int nth) {
        return nth > 0 ? told(200, {}) : told(200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "1"}});
    });
    QElapsedTimer timer;
    timer.start();
    QVERIFY(ask(QStringLiteral("/b")));
    Pauses pauses;
    QCOMPARE(ask(QStringLiteral("/b"), &pauses)->status, 200);
    QVERIFY2(timer.elapsed() >= 1000, qPrintable(QString::number(timer.elapsed())));
    for (const auto wait : pauses.all())
        QVERIFY(wait > 0ms && wait <= 1000ms);
    QCOMPARE(m_client->counters().retries, 0); // nothing was refused
}

void TestManners::budget_spentBeyondTheDeadlineFailsAtOnce()
{
    const qint64 reset = QDateTime::currentSecsSinceEpoch() + 600;
    m_server->on("/b", told(200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", QByteArray::number(reset)}}));
    QVERIFY(ask(QStringLiteral("/b")));
    QElapsedTimer timer;
    timer.start();
    Pauses pauses;
    const auto refused = ask(QStringLiteral("/b"), &pauses, 20s);
    QVERIFY(timer.elapsed() < 10000);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::RateLimited);
    QVERIFY(refused.error().retryable);
    const QRegularExpression when(QStringLiteral(R"(^127\.0\.0\.1 takes no more requests until .+ \(in (\d+) s\))"));
    const auto match = when.match(refused.error().message);
    QVERIFY2(match.hasMatch(), qPrintable(refused.error().message));
    QVERIFY(match.captured(1).toInt() > 580 && match.captured(1).toInt() <= 600);
    QVERIFY(pauses.all().empty());
    QCOMPARE(m_server->requests("/b"), 1);
}

void TestManners::budget_ofOneHostIsNotAnothers()
{
    m_server->on("/b", told(200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "3000"}}));
    QVERIFY(ask(QStringLiteral("/b")));
    HttpRequest request;
    request.url = m_server->localhostUrl(QStringLiteral("/other"));
    QVERIFY(waitFor(m_client->send(request)));
}

void TestManners::budget_farAwayIsNotBelieved()
{
    m_server->on("/b", told(200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "999999"}}));
    QVERIFY(ask(QStringLiteral("/b")));
    QVERIFY(ask(QStringLiteral("/b")));
}

void TestManners::spentWait_canBeStopped()
{
    m_server->on("/b", told(200, {{"X-RateLimit-Remaining", "0"}, {"X-RateLimit-Reset", "20"}}));
    QVERIFY(ask(QStringLiteral("/b")));
    StopSource stop;
    HttpRequest request;
    request.url = m_server->url(QStringLiteral("/b"));
    Pauses pauses;
    request.onPause = pauses.listener();
    const auto future = m_client->send(request, stop.get_token());
    QTRY_VERIFY(!pauses.all().empty());
    stop.request_stop();
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
    QCOMPARE(m_server->requests("/b"), 1);
}

QTEST_GUILESS_MAIN(TestManners)
#include "tst_manners.moc"
