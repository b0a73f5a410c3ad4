// SPDX-License-Identifier: Apache-2.0
#include "core/net/blockcache.h"
#include "core/net/wire.h"
#include "tests/support/faultserver.h"

#include <QtTest>

using namespace astra;
using namespace astra::net;

class TestWire : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void contentRange();
    void origin_isSchemeHostPort();
    void missing_mergesSmallGaps();
    void cache_keepsWhatCame();
    void cache_isBounded();
};

void TestWire::contentRange()
{
    QCOMPARE(parseContentRange("bytes 0-99/1000"), std::optional(ContentRange {0, 99, 1000}));
    for (const char *bad : {"", "bytes */1000", "bytes 0-99/*", "bytes 99-0/1000", "bytes 0-1000/1000", "items 0-1/2",
                            "bytes 0-99", "bytes -1-99/1000", "bytes 0-99/1000x"})
        QVERIFY2(!parseContentRange(bad), bad);
}

void TestWire::origin_isSchemeHostPort()
{
    const QUrl a(QStringLiteral("https://host/a"));
    QVERIFY(sameOrigin(a, QUrl(QStringLiteral("https://HOST:443/b"))));
    QVERIFY(!sameOrigin(a, QUrl(QStringLiteral("http://host/a"))));
    QVERIFY(!sameOrigin(a, QUrl(QStringLiteral("https://host:444/a"))));
    QVERIFY(!sameOrigin(a, QUrl(QStringLiteral("https://host.evil/a"))));
    for (const char *here : {"http://localhost", "https://LOCALHOST:8443/a", "http://127.0.0.1", "http://[::1]:80/"})
        QVERIFY2(isLoopback(QUrl(QString::fromLatin1(here))), here);
    for (const char *away : {"http://localhost.example/", "http://127.0.0.1.example/", "http://127.example/",
                             "http://10.0.0.1/", "http://[fe80::1]/", "http://1.127.0.0/", "file:///127.0.0.1"})
        QVERIFY2(!leadsHere(QUrl(QString::fromLatin1(away))), away);
    for (const char *nameless :
         {"http://0.0.0.0:8000/", "http://[::]/", "http://127.1.2.3:80/", "http://[::ffff:127.0.0.1]/"}) {
        const QUrl url(QString::fromLatin1(nameless));
        QVERIFY2(leadsHere(url) && !isLoopback(url), nameless);
    }
}

void TestWire::missing_mergesSmallGaps()
{
    using Ranges = std::vector<ByteRange>;
    QCOMPARE(missingRanges({{100, 50}, {0, 50}}, {}, 51), Ranges({{0, 150}}));
    QCOMPARE(missingRanges({{100, 50}, {0, 50}}, {}, 50), Ranges({{0, 50}, {100, 50}}));
    QCOMPARE(missingRanges({{0, 100}, {20, 10}, {90, 30}}, {}, 0), Ranges({{0, 120}}));
    QCOMPARE(missingRanges({{0, 100}}, {{10, QByteArray(20, 'a')}, {90, QByteArray(10, 'a')}}, 0),
             Ranges({{0, 10}, {30, 60}}));
    QCOMPARE(missingRanges({{10, 10}}, {{0, QByteArray(64, 'a')}}, 16), Ranges());
    QCOMPARE(missingRanges({{10, 0}}, {}, 16), Ranges());
}

void TestWire::cache_keepsWhatCame()
{
    const auto bytes = test::noise(300000);
    BlockCache cache(1 << 20);
    const QString file = QStringLiteral("f");
    cache.put(file, 0, bytes.left(65536));
    cache.put(file, 70000, bytes.mid(70000, 200000));
    QCOMPARE(cache.bytes(), 65536 + 200000);
    auto pieces = cache.find(file, {65000, 100000});
    QCOMPARE(missingRanges({{65000, 100000}}, pieces, 0), std::vector<ByteRange>({{65536, 70000 - 65536}}));
    QVERIFY(!assembled(pieces, {65000, 100000}));
    pieces = cache.find(file, {70001, 199999});
    QVERIFY(assembled(pieces, {70001, 199999}) == std::optional(bytes.mid(70001, 199999)));
    QVERIFY(cache.find(QStringLiteral("other"), {0, 10}).empty());
}

void TestWire::cache_isBounded()
{
    BlockCache cache(4 * 65536);
    const QByteArray block(65536, 'x');
    const QString file = QStringLiteral("f");
    for (quint64 i = 0; i < 4; ++i)
        cache.put(file, i * 65536, block);
    QVERIFY(!cache.find(file, {0, 10}).empty()); // used: stays
    cache.put(QStringLiteral("g"), 0, block);
    QCOMPARE(cache.bytes(), 4 * 65536);
    QVERIFY(!cache.find(file, {0, 10}).empty());
    QVERIFY(cache.find(file, {65536, 10}).empty()); // the longest unused went
}

QTEST_GUILESS_MAIN(TestWire)
#include "tst_wire.moc"
