// SPDX-License-Identifier: Apache-2.0
#include "core/net/httpclient.h"
#include "core/server/server.h"
#include "tests/support/faultserver.h"

#include <QTemporaryDir>
#include <QtTest>

#include <atomic>
#include <thread>

using namespace astra;

class TestRoundTrip : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void cleanup();
    void byteSource_readsServedFile();
    void byteSource_noticesReplacedFile();
    void download_isIdentical();
    void send_parallelRequests();

private:
    void writeFile(const QByteArray &bytes);

    QTemporaryDir m_dir;
    QByteArray m_bytes;
    std::unique_ptr<server::Server> m_server;
    std::shared_ptr<net::HttpClient> m_client;
};

void TestRoundTrip::writeFile(const QByteArray &bytes)
{
    m_bytes = bytes;
    QFile file(m_dir.filePath(QStringLiteral("scene.tif")));
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(bytes), bytes.size());
}

void TestRoundTrip::init()
{
    writeFile(test::noise(5000001));
    auto server = server::Server::start({}, [this](const server::Request &request) {
        if (request.path == QStringLiteral("/scene.tif"))
            return ready<server::Response>(
                server::Response::fromFile(m_dir.filePath(QStringLiteral("scene.tif")), "image/tiff"));
        return ready<server::Response>(server::Response::json(request.body));
    });
    QVERIFY(server);
    m_server = std::move(*server);
    m_client = net::HttpClient::create();
}

void TestRoundTrip::cleanup()
{
    m_client.reset();
    m_server.reset();
}

void TestRoundTrip::byteSource_readsServedFile()
{
    const auto url = m_server->url().resolved(QUrl(QStringLiteral("/scene.tif")));
    const auto source = m_client->byteSources()->open(url, {}, {});
    QVERIFY2(source, source ? "" : qPrintable(source.error().message));
    QCOMPARE((*source)->size(), static_cast<quint64>(m_bytes.size()));
    std::atomic<int> right = 0;
    std::vector<std::thread> threads;
    for (quint64 t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (quint64 offset = t * 50000; offset < 4900000; offset += 200000) {
                const auto parts = (*source)->read({{offset, 40000}, {offset + 80000, 20000}});
                right += parts && parts->at(0) == m_bytes.mid(static_cast<qsizetype>(offset), 40000)
                        && parts->at(1) == m_bytes.mid(static_cast<qsizetype>(offset + 80000), 20000)
                    ? 1
                    : 0;
            }
        });
    }
    for (auto &thread : threads)
        thread.join();
    QCOMPARE(right.load(), 25 + 25 + 24 + 24);
    QCOMPARE(m_client->counters().retries, 0);
}

void TestRoundTrip::byteSource_noticesReplacedFile()
{
    const auto url = m_server->url().resolved(QUrl(QStringLiteral("/scene.tif")));
    const auto source = m_client->byteSources()->open(url, {}, {});
    QVERIFY(source);
    writeFile(test::noise(5000002, 2)); // another length: another ETag, whatever the clock's resolution
    const auto part = (*source)->read({{1000000, 100}});
    QVERIFY(!part);
    QVERIFY2(part.error().message.contains(QStringLiteral("changed")), qPrintable(part.error().message));
    const auto again = m_client->byteSources()->open(url, {}, {});
    QVERIFY(again);
    QCOMPARE((*again)->size(), static_cast<quint64>(5000002));
}

void TestRoundTrip::download_isIdentical()
{
    net::HttpRequest request;
    request.url = m_server->url().resolved(QUrl(QStringLiteral("/scene.tif")));
    const QString path = m_dir.filePath(QStringLiteral("copy.tif"));
    QCOMPARE(waitFor(m_client->download(request, path)).value_or(-1), m_bytes.size());
    QFile copy(path);
    QVERIFY(copy.open(QIODevice::ReadOnly));
    QVERIFY(copy.readAll() == m_bytes);
}

void TestRoundTrip::send_parallelRequests()
{
    std::vector<Future<net::HttpResponse>> answers;
    for (int i = 0; i < 200; ++i) {
        net::HttpRequest request;
        request.method = "POST";
        request.url = m_server->url().resolved(QUrl(QStringLiteral("/echo")));
        request.body = QByteArray::number(i);
        answers.push_back(m_client->send(request));
    }
    for (int i = 0; i < 200; ++i) {
        const auto answer = waitFor(answers[static_cast<std::size_t>(i)]);
        QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
        QCOMPARE(answer->body, QByteArray::number(i));
    }
}

QTEST_GUILESS_MAIN(TestRoundTrip)
#include "tst_roundtrip.moc"
