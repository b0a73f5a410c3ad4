// SPDX-License-Identifier: Apache-2.0
#include "core/net/decode.h"
#include "core/net/httpclient.h"
#include "tests/support/faultserver.h"

#include <QtTest>

#include <zlib.h>

using namespace astra;
using namespace astra::net;

namespace {

const QString host = QStringLiteral("h");

/// {"id":0,"ok":true}{"id":1,"ok":true}… up to 39, as the brotli library packs it.
const char *const brotliHex
    = "1bed02f8ad0e6c5396d1fd86385cf08ccccaa7b4d491dbabb4b712a953f11065d0bc1ef515d95a95f5514cceb5fd61a0986bb940089c"
      "3c06f5ccaf359aad76a7bba7b7efc21f00423082c660fb161600423082c660fb161500423082c660e701";
/// 50,000,000 zero bytes, packed likewise.
const char *const brotliBombHex = "cfffff7f002400e2b14072effff9ffff0f8004401c1680eefd7ffec1eb03900088c302d041d707";

QByteArray plainText()
{
    QByteArray text;
    for (int i = 0; i < 40; ++i)
        text += "{\"id\":" + QByteArray::number(i) + ",\"ok\":true}";
    return text;
}

/// @param windowBits 31: gzip, 15: zlib, -15: without a frame
QByteArray deflated(const QByteArray &data, int windowBits)
{
    z_stream stream {};
    deflateInit2(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY);
    QByteArray in = data;
    QByteArray out(static_cast<qsizetype>(deflateBound(&stream, static_cast<uLong>(data.size()))) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef *>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef *>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    deflate(&stream, Z_FINISH);
    out.resize(static_cast<qsizetype>(stream.total_out));
    deflateEnd(&stream);
    return out;
}

} // namespace

class TestDecode : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void everyEncoding_data();
    void everyEncoding();
    void bomb_isRefused_data();
    void bomb_isRefused();
    void unknown_isNamed();
    void overTheWire_data() { everyEncoding_data(); }
    void overTheWire();
    void overTheWire_bombIsRefused();
    void overTheWire_errorPagesAreReadToo();
};

void TestDecode::everyEncoding_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<QByteArray>("packed");
    QTest::newRow("gzip") << QByteArray("gzip") << deflated(plainText(), 31);
    QTest::newRow("x-gzip") << QByteArray(" X-GZip ") << deflated(plainText(), 31);
    QTest::newRow("deflate") << QByteArray("deflate") << deflated(plainText(), 15);
    QTest::newRow("deflate, no frame") << QByteArray("deflate") << deflated(plainText(), -15);
    QTest::newRow("br") << QByteArray("br") << QByteArray::fromHex(brotliHex);
}

void TestDecode::everyEncoding()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, packed);
    const QByteArray plain = plainText();
    QVERIFY(packed.size() < plain.size());
    const auto whole = decoded(packed, encoding, plain.size(), host);
    QVERIFY(whole && *whole == plain);
    QCOMPARE(decoded(packed, encoding, plain.size() - 1, host).error().code, ErrorCode::InvalidInput);
    for (const qsizetype length : {qsizetype(0), qsizetype(1), packed.size() / 2, packed.size() - 1}) {
        const auto part = decoded(packed.left(length), encoding, plain.size(), host);
        QVERIFY2(!part, qPrintable(QString::number(length)));
        QVERIFY(part.error().retryable);
    }
    QVERIFY(!decoded("no such thing at all", encoding, 1000, host));
}

void TestDecode::bomb_isRefused_data()
{
    QTest::addColumn<QByteArray>("encoding");
    QTest::addColumn<QByteArray>("packed");
    QTest::newRow("gzip") << QByteArray("gzip") << deflated(QByteArray(50000000, '\0'), 31);
    QTest::newRow("br") << QByteArray("br") << QByteArray::fromHex(brotliBombHex);
}

void TestDecode::bomb_isRefused()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, packed);
    QVERIFY(packed.size() < 100000);
    const auto refused = decoded(packed, encoding, 1000000, host);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::InvalidInput);
    QVERIFY(!refused.error().retryable);
    const auto whole = decoded(packed, encoding, 50000000, host);
    QVERIFY(whole && *whole == QByteArray(50000000, '\0'));
}

void TestDecode::unknown_isNamed()
{
    const auto refused = decoded("x", "zstd", 100, host);
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, ErrorCode::Unsupported);
    QVERIFY(refused.error().message.contains(QStringLiteral("zstd")));
    QCOMPARE(decoded("x", "identity", 100, host).value_or(QByteArray()), QByteArray("x"));
    QCOMPARE(decoded("x", "", 100, host).value_or(QByteArray()), QByteArray("x"));
}

void TestDecode::overTheWire()
{
    QFETCH(QByteArray, encoding);
    QFETCH(QByteArray, packed);
    test::FaultServer server;
    test::Reply reply;
    reply.headers = {{"Content-Encoding", encoding}, {"Content-Type", "application/geo+json"}};
    reply.body = packed;
    server.on("/z", reply);
    const auto client = HttpClient::create();
    HttpRequest request;
    request.url = server.url(QStringLiteral("/z"));
    const auto answer = waitFor(client->send(request));
    QVERIFY2(answer, answer ? "" : qPrintable(answer.error().message));
    QCOMPARE(answer->body, plainText());
    // What is offered is what is read, no more: every name of it is a row of this test.
    QCOMPARE(server.seen().constFirst().header("Accept-Encoding"), acceptedEncodings());
    QCOMPARE(acceptedEncodings(), QByteArray("gzip, deflate, br"));
    QCOMPARE(client->counters().bytesReceived, packed.size());
}

void TestDecode::overTheWire_bombIsRefused()
{
    test::FaultServer server;
    test::Reply reply;
    reply.headers = {{"Content-Encoding", "br"}};
    reply.body = QByteArray::fromHex(brotliBombHex);
    server.on("/z", reply);
    const auto client = HttpClient::create();
    HttpRequest request;
    request.url = server.url(QStringLiteral("/z"));
    request.maxBytes = 1 << 20;
    const auto answer = waitFor(client->send(request));
    QVERIFY(!answer);
    QCOMPARE(answer.error().code, ErrorCode::InvalidInput);
    QCOMPARE(server.requests("/z"), 1);
}

void TestDecode::overTheWire_errorPagesAreReadToo()
{
    // An HTML page for a fault, packed, labelled JSON: its words reach the message.
    test::FaultServer server;
    test::Reply reply;
    reply.status = 405;
    reply.headers = {{"Content-Encoding", "gzip"}, {"Content-Type", "application/geo+json"}};
    reply.body = deflated("<html><head><title>No</title></head><body><h1>Method not allowed</h1></body></html>", 31);
    server.on("/z", reply);
    const auto client = HttpClient::create();
    HttpRequest request;
    request.url = server.url(QStringLiteral("/z"));
    const auto answer = waitFor(client->send(request));
    QVERIFY(answer);
    QCOMPARE(errorFrom(*answer, QStringLiteral("p")).message,
             QStringLiteral("127.0.0.1 answered with status 405: Method not allowed"));
}

QTEST_GUILESS_MAIN(TestDecode)
#include "tst_decode.moc"
