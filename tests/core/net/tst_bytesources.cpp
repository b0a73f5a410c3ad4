// SPDX-License-Identifier: Apache-2.0
#include "core/base/pools.h"
#include "core/net/httpclient.h"
#include "core/net/readcounter.h"
#include "tests/support/faultserver.h"

#include <QCryptographicHash>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace astra;
using namespace astra::net;
using namespace std::chrono_literals;
using test::FaultServer;
using test::Reply;
using test::SeenRequest;

namespace {

constexpr int KiB = 1024;

QByteArray hash(const QByteArray &bytes) { return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256); }

} // namespace

class TestByteSources : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();

    void open_needsOneRequest();
    void read_firstOverviewIsTwoRequests();
    void read_mergesAndCutsAtTheEnd();
    void read_comesFromCache();
    void openTogether_asksOnce();
    void smallFileWithoutRanges_isTaken();
    void largeFileWithoutRanges_isRefused();
    void webPage_isRefused();
    void missingAndEmpty_areErrors();
    void wrongRange_isNeverTaken();
    void shortBody_isRetriedThenAnError();
    void compressed_isRefused();
    void changedFile_isAnError_data();
    void changedFile_isAnError();
    void dropped5Percent_sameChecksum();
    void counted_listsWhatWasAskedForAgain();
    void close_wakesReaders();
    void stop_duringOpen();
    void destroyedClient_wakesReaders();
    void signature_isAddedAndRenewed();

private:
    [[nodiscard]] Reply file() const;
    [[nodiscard]] Result<std::shared_ptr<ByteSource>> open(const QString &path = QStringLiteral("/f.tif"),
                                                           const QString &connection = {}, StopToken stop = {}) const;

    std::unique_ptr<FaultServer> m_server;
    std::shared_ptr<HttpClient> m_client;
    QByteArray m_bytes;
};

void TestByteSources::init()
{
    m_bytes = test::noise(3000 * KiB + 17);
    m_server = std::make_unique<FaultServer>();
    m_server->on("/f.tif", file());
    ClientConfig config;
    config.backoff = 2ms;
    m_client = HttpClient::create(config);
}

void TestByteSources::cleanup()
{
    m_client.reset();
    m_server.reset();
}

Reply TestByteSources::file() const
{
    Reply reply;
    reply.body = m_bytes;
    reply.ranges = true;
    reply.headers = {{"ETag", "\"v1\""}, {"Content-Type", "image/tiff"}};
    return reply;
}

Result<std::shared_ptr<ByteSource>> TestByteSources::open(const QString &path, const QString &connection,
                                                          StopToken stop) const
{
    return m_client->byteSources()->open(m_server->url(path), connection, std::move(stop));
}

void TestByteSources::open_needsOneRequest()
{
    const auto source = open();
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    QCOMPARE((*source)->size(), static_cast<quint64>(m_bytes.size()));
    QCOMPARE(m_server->requests(), 1);
    QCOMPARE(m_server->seen().constFirst().header("Range"), QByteArray("bytes=0-65535"));
    QCOMPARE(m_server->seen().constFirst().header("Accept-Encoding"), QByteArray("identity"));
    const auto header = (*source)->read({{0, 4096}, {60000, 5536}});
    QVERIFY(header && header->at(0) == m_bytes.left(4096) && header->at(1) == m_bytes.mid(60000, 5536));
    QCOMPARE(m_server->requests(), 1);
}

void TestByteSources::read_firstOverviewIsTwoRequests()
{
    const auto source = open();
    const auto overview = (*source)->read({{500000, 168 * KiB}});
    QVERIFY(overview && overview->at(0) == m_bytes.mid(500000, 168 * KiB));
    QCOMPARE(m_server->requests(), 2);
    QCOMPARE(m_server->bodyBytesSent(), (64 + 168) * KiB);
    QCOMPARE(m_client->counters().bytesReceived, (64 + 168) * KiB);
    QCOMPARE(m_server->seen().constLast().header("If-Match"), QByteArray("\"v1\""));
}

void TestByteSources::read_mergesAndCutsAtTheEnd()
{
    const auto source = open();
    const auto size = static_cast<quint64>(m_bytes.size());
    m_server->resetCounts();
    const auto parts = (*source)->read({{1000000, 1000},
                                        {1000000 + 1000 + 16 * KiB - 1, 1000}, // a gap of less than 16 KiB
                                        {2000000, 10},
                                        {size - 5, 100},
                                        {size + 10, 5},
                                        {100, 0}});
    QVERIFY2(parts, parts ? "" : qPrintable(parts.error().message));
    QCOMPARE(m_server->requests(), 3);
    QVERIFY(parts->at(0) == m_bytes.mid(1000000, 1000));
    QVERIFY(parts->at(1) == m_bytes.mid(1000000 + 1000 + 16 * KiB - 1, 1000));
    QVERIFY(parts->at(2) == m_bytes.mid(2000000, 10));
    QVERIFY(parts->at(3) == m_bytes.right(5));
    QVERIFY(parts->at(4).isEmpty());
    QVERIFY(parts->at(5).isEmpty());
}

void TestByteSources::read_comesFromCache()
{
    const auto first = open();
    QVERIFY((*first)->read({{100000, 300000}}));
    m_server->resetCounts();
    const auto second = open(); // the same file, opened again by another worker
    const auto part = (*second)->read({{100001, 200000}, {10, 10}});
    QVERIFY(part && part->at(0) == m_bytes.mid(100001, 200000));
    QCOMPARE(m_server->requests(), 0);
    // Only what is missing is fetched, and nothing is rounded up.
    const auto more = (*second)->read({{350000, 100000}});
    QVERIFY(more && more->at(0) == m_bytes.mid(350000, 100000));
    QCOMPARE(m_server->seen().constLast().header("Range"), QByteArray("bytes=400000-449999"));
}

void TestByteSources::openTogether_asksOnce()
{
    Reply late = file();
    late.delayMs = 100;
    m_server->on("/f.tif", late);
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([this, &right] {
            const auto source = open();
            right += source && (*source)->size() == static_cast<quint64>(m_bytes.size()) ? 1 : 0;
        });
    }
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(right.load(), 8);
    QCOMPARE(m_server->requests(), 1);
}

void TestByteSources::smallFileWithoutRanges_isTaken()
{
    Reply whole = file();
    whole.ranges = false;
    m_server->on("/f.tif", whole);
    const auto source = open();
    QVERIFY(source);
    QCOMPARE((*source)->size(), static_cast<quint64>(m_bytes.size()));
    const auto part = (*source)->read({{1234567, 1000}});
    QVERIFY(part && part->at(0) == m_bytes.mid(1234567, 1000));
    QCOMPARE(m_server->requests(), 1);
}

void TestByteSources::largeFileWithoutRanges_isRefused()
{
    Reply whole;
    whole.body = QByteArray((64 << 20) + 1, 'a');
    m_server->on("/f.tif", whole);
    const auto source = open();
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Unsupported);
    QVERIFY2(source.error().message.contains(QStringLiteral("f.tif")), qPrintable(source.error().message));
    QVERIFY(m_client->counters().bytesReceived < (8 << 20)); // noticed at the head
}

void TestByteSources::webPage_isRefused()
{
    for (int status : {200, 206}) {
        Reply page;
        page.status = status;
        page.body = "<html>Please log in</html>";
        page.headers = {{"Content-Type", "text/html"}, {"Content-Range", "bytes 0-25/26"}};
        m_server->on("/f.tif", page);
        const auto source = open();
        QVERIFY(!source);
        QCOMPARE(source.error().code, ErrorCode::Unauthorized);
        QCOMPARE(m_server->requests("/f.tif"), 1);
    }
}

void TestByteSources::missingAndEmpty_areErrors()
{
    const auto missing = open(QStringLiteral("/nowhere.tif?sig=CaNaRySECRET"));
    QVERIFY(!missing);
    QCOMPARE(missing.error().code, ErrorCode::NotFound);
    QVERIFY(!missing.error().message.contains(QStringLiteral("SECRET")));
    Reply empty = file();
    empty.body.clear();
    m_server->on("/f.tif", empty);
    QVERIFY(!open());
    empty.ranges = false;
    m_server->on("/f.tif", empty);
    QVERIFY(!open());
}

void TestByteSources::wrongRange_isNeverTaken()
{
    const auto source = open();
    Reply liar = file();
    liar.contentRange = "bytes 100000-100999/3072017";
    m_server->on("/f.tif", std::vector<Reply> {liar, file()});
    const auto recovered = (*source)->read({{200000, 1000}});
    QVERIFY(recovered && recovered->at(0) == m_bytes.mid(200000, 1000));
    QCOMPARE(m_server->requests("/f.tif"), 2);

    m_server->on("/f.tif", liar);
    const auto refused = (*source)->read({{300000, 1000}});
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Network);
    QCOMPARE(m_server->requests("/f.tif"), 4);

    Reply whole = file(); // 200 with everything
    whole.ranges = false;
    m_server->on("/f.tif", whole);
    QVERIFY(!(*source)->read({{300000, 1000}}));
}

void TestByteSources::shortBody_isRetriedThenAnError()
{
    const auto source = open();
    Reply lying = file(); // says 206 and the full Content-Range, with fewer bytes
    lying.shorten = 1;
    Reply cut = file();
    cut.cutAfter = 500;
    m_server->on("/f.tif", std::vector<Reply> {lying, cut, file()});
    const auto recovered = (*source)->read({{200000, 1000}});
    QVERIFY2(recovered, recovered ? "" : qPrintable(recovered.error().message));
    QVERIFY(recovered->at(0) == m_bytes.mid(200000, 1000));
    // Counted here, not at the server: Qt repeats by itself what a kept connection lost early.
    QCOMPARE(m_client->counters().retries, 2);
    for (const auto &fault : {lying, cut}) {
        m_server->on("/f.tif", fault);
        m_client->resetCounters();
        const auto refused = (*source)->read({{300000, 1000}});
        QVERIFY(!refused);
        QCOMPARE(refused.error().code, ErrorCode::Network);
        QCOMPARE(m_client->counters().retries, 3);
    }
}

void TestByteSources::compressed_isRefused()
{
    Reply recoded = file();
    recoded.headers.emplaceBack("Content-Encoding", "gzip");
    m_server->on("/f.tif", recoded);
    const auto source = open();
    QVERIFY(!source);
    QCOMPARE(source.error().code, ErrorCode::Unsupported);
}

void TestByteSources::changedFile_isAnError_data()
{
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<QByteArray>("before");
    QTest::addColumn<QByteArray>("after");
    QTest::newRow("strong ETag") << QByteArray("ETag") << QByteArray("\"v1\"") << QByteArray("\"v2\"");
    QTest::newRow("weak ETag") << QByteArray("ETag") << QByteArray("W/\"v1\"") << QByteArray("W/\"v2\"");
    QTest::newRow("date") << QByteArray("Last-Modified") << QByteArray("Sun, 01 Mar 2026 12:00:00 GMT")
                          << QByteArray("Sun, 01 Mar 2026 12:00:01 GMT");
}

void TestByteSources::changedFile_isAnError()
{
    QFETCH(QByteArray, name);
    QFETCH(QByteArray, before);
    QFETCH(QByteArray, after);
    Reply reply = file();
    reply.headers = {{name, before}};
    m_server->on("/f.tif", reply);
    const auto source = open();
    QVERIFY((*source)->read({{200000, 1000}}));
    Reply other = reply;
    other.headers = {{name, after}};
    m_server->on("/f.tif", other);
    const auto mixed = (*source)->read({{300000, 1000}});
    QVERIFY(!mixed);
    QVERIFY2(mixed.error().message.contains(QStringLiteral("changed")), qPrintable(mixed.error().message));
    QCOMPARE(m_server->requests("/f.tif"), 1);
    // Opened anew it is the new file, and no byte of the old one is left in it.
    const auto again = open();
    QVERIFY(again);
    QVERIFY((*again)->read({{200000, 1000}}));
    QCOMPARE(m_server->requests("/f.tif"), 3);
}

void TestByteSources::dropped5Percent_sameChecksum()
{
    // Every twentieth answer breaks off, is dropped, is short or lies, in turn.
    m_server->on("/f.tif", [this](const SeenRequest &, int nth) {
        Reply reply = file();
        if (nth % 20 != 7)
            return reply;
        switch (nth / 20 % 4) {
        case 0:
            reply.drop = true;
            break;
        case 1:
            reply.cutAfter = 300;
            break;
        case 2:
            reply.shorten = 1;
            break;
        default:
            reply.contentRange = "bytes 0-99/3072017";
        }
        return reply;
    });
    const auto source = open();
    QVERIFY(source);
    constexpr int step = 10 * KiB;
    const int parts = static_cast<int>(m_bytes.size() / step) + 1;
    std::vector<QByteArray> read(static_cast<std::size_t>(parts));
    std::atomic<int> next = 0;
    std::atomic<int> failures = 0;
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = next++; i < parts; i = next++) {
                auto part = (*source)->read({{static_cast<quint64>(i) * step, step}});
                if (part)
                    read[static_cast<std::size_t>(i)] = part->at(0);
                else
                    ++failures;
            }
        });
    }
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(failures.load(), 0);
    QByteArray all;
    for (const auto &part : read)
        all += part;
    QCOMPARE(hash(all), hash(m_bytes));
    QVERIFY(m_server->requests() > parts - 10);
    QVERIFY(m_client->counters().retries > 0);
}

void TestByteSources::counted_listsWhatWasAskedForAgain()
{
    const auto counter = std::make_shared<ReadCounter>();
    Reply busy;
    busy.status = 503;
    Reply lying = file();
    lying.contentRange = "bytes 0-99/3072017";
    m_server->on("/f.tif", std::vector<Reply> {busy, file(), lying, lying, file()});
    const auto source = counted(m_client->byteSources(), counter, {})->open(m_server->url(u"/f.tif"_qs), {}, {});
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    QVERIFY((*source)->read({{200000, 1000}}));
    QVERIFY((*source)->read({{200000, 1000}})); // from the cache: asks nobody
    const auto report = counter->report();
    QCOMPARE(report.bytes, 64 * KiB + 1000);
    QCOMPARE(report.requests, 5);
    QCOMPARE(report.retries.size(), 3U);
    QCOMPARE(report.retries[0].offset, 0);
    QCOMPARE(report.retries[0].length, 64 * KiB);
    QCOMPARE(report.retries[0].attempt, 1);
    QVERIFY2(report.retries[0].why.contains(u"503"), qPrintable(report.retries[0].why));
    for (std::size_t i = 1; i < 3; ++i) {
        const auto &retry = report.retries[i];
        QCOMPARE(retry.host, u"127.0.0.1/f.tif"_qs);
        QCOMPARE(retry.offset, 200000);
        QCOMPARE(retry.length, 1000);
        QCOMPARE(retry.attempt, static_cast<int>(i));
        QVERIFY(!retry.why.isEmpty());
    }
    // What is not counted disturbs nobody.
    QVERIFY(!counted(nullptr, counter, {}));
}

void TestByteSources::close_wakesReaders()
{
    const auto source = open();
    Reply hang;
    hang.hang = true;
    m_server->on("/f.tif", hang);
    std::vector<std::thread> threads;
    std::atomic<int> woken = 0;
    for (quint64 i = 0; i < 4; ++i) {
        threads.emplace_back([&source, &woken, i] {
            const auto part = (*source)->read({{200000 + i * 100000, 1000}});
            woken += !part && part.error().code == ErrorCode::Cancelled ? 1 : 0;
        });
    }
    QTRY_COMPARE(m_server->requests("/f.tif"), 4);
    QElapsedTimer timer;
    timer.start();
    (*source)->close();
    for (auto &thread : threads)
        thread.join();
    QVERIFY2(timer.elapsed() < 2000, qPrintable(QString::number(timer.elapsed())));
    QCOMPARE(woken.load(), 4);
    QTRY_VERIFY(m_server->openConnections() <= 2); // only idle ones that served the head are left
    QTRY_COMPARE(m_client->counters().openTransfers, 0);
    QCOMPARE((*source)->read({{0, 10}}).error().code, ErrorCode::Cancelled);
}

void TestByteSources::stop_duringOpen()
{
    Reply hang;
    hang.hang = true;
    m_server->on("/f.tif", hang);
    StopSource stop;
    std::atomic<bool> ended = false;
    std::thread opener([&] {
        const auto source = open(QStringLiteral("/f.tif"), {}, stop.get_token());
        ended = !source && source.error().code == ErrorCode::Cancelled;
    });
    QTRY_COMPARE(m_server->requests("/f.tif"), 1);
    stop.request_stop();
    opener.join();
    QVERIFY(ended);
    QTRY_COMPARE(m_server->openConnections(), 0);

    // A stop that comes after the open closes the source as well.
    m_server->on("/f.tif", file());
    StopSource later;
    const auto source = open(QStringLiteral("/f.tif"), {}, later.get_token());
    QVERIFY(source);
    later.request_stop();
    QVERIFY(!(*source)->read({{200000, 10}}));
}

void TestByteSources::destroyedClient_wakesReaders()
{
    const auto source = open();
    const auto factory = m_client->byteSources();
    Reply hang;
    hang.hang = true;
    m_server->on("/f.tif", hang);
    std::atomic<bool> failed = false;
    std::thread reader([&] { failed = !(*source)->read({{200000, 1000}}); });
    QTRY_COMPARE(m_server->requests("/f.tif"), 1);
    m_client.reset();
    reader.join();
    QVERIFY(failed);
    QVERIFY(!factory->open(m_server->url(QStringLiteral("/g.tif")), {}, {}));
}

void TestByteSources::signature_isAddedAndRenewed()
{
    class Signer : public Authorizer
    {
    public:
        Future<Authorization> authorize(const QString &, const QUrl &, bool refused) override
        {
            Authorization answer;
            if (refused)
                signature = "sig=second";
            answer.query = Secret(signature);
            return ready<Authorization>(answer);
        }
        QByteArray signature = "sig=first"; // net thread only
    };
    std::atomic<bool> expired = false;
    m_server->on("/f.tif", [this, &expired](const SeenRequest &request, int) {
        const QByteArray valid = expired ? "/f.tif?sig=second" : "/f.tif?sig=first";
        Reply refused;
        refused.status = 403;
        return request.target == valid ? file() : refused;
    });
    m_client->setAuthorizer(std::make_shared<Signer>());
    const auto source = open(QStringLiteral("/f.tif"), QStringLiteral("c"));
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    expired = true;
    const auto part = (*source)->read({{200000, 1000}});
    QVERIFY(part && part->at(0) == m_bytes.mid(200000, 1000));
    QCOMPARE(m_server->requests(), 3);
}

QTEST_GUILESS_MAIN(TestByteSources)
#include "tst_bytesources.moc"
