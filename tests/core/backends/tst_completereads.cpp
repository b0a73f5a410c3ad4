// SPDX-License-Identifier: Apache-2.0
// A result exists only if every part of its inputs was read: lines that break, ranges that never come, servers that
// send zeros, copies that do not deliver.
#include "core/backends/local/localbackend.h"
#include "core/net/httpclient.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QCryptographicHash>
#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <map>

using namespace astra;
using namespace std::chrono_literals;

namespace {

constexpr int side = 1300;

/// Compresses badly, so that a file is many ranges.
int rough(int x, int y, int from)
{
    auto n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U;
    n = (n ^ (n >> 13)) * 1274126177U;
    return from + static_cast<int>((n >> 16) % 2000);
}

QByteArray contents(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

QByteArray hashOf(const QString &path)
{
    return QCryptographicHash::hash(contents(path), QCryptographicHash::Sha256).toHex();
}

quint64 firstOf(const test::SeenRequest &request)
{
    return request.header("Range").mid(6).split('-').constFirst().toULongLong();
}

} // namespace

class TestCompleteReads : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void brokenLines_sameFileAndEveryRetryIsListed();
    void droppedLines_sameFile();
    void oneRangeNever_noFile();
    void zeros_noFile();
    void copyOfOneScene_isSwappedForThatSceneAlone();
    void estimate_isWhatIsRead();

private:
    using Fault = std::function<void(test::Reply &, const test::SeenRequest &, int nth)>;
    /// What the server does to ranges of the files whose name begins so.
    void spoil(const QString &start, const Fault &fault);
    [[nodiscard]] data::Scene copy(const QString &files, const QString &provider) const;
    [[nodiscard]] data::JobRequest ndvi(const QString &name) const;
    [[nodiscard]] Result<data::JobResult> run(const data::JobRequest &request);
    [[nodiscard]] QStringList left() const
    {
        return QDir(m_out->path()).entryList(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot);
    }

    QTemporaryDir m_folder;
    std::unique_ptr<QTemporaryDir> m_out;
    std::unique_ptr<test::FaultServer> m_server;
    std::map<QString, QByteArray> m_files;
    data::Grid m_grid = test::utmGrid(side, side, 30);
    Pools m_pools;
};

void TestCompleteReads::initTestCase()
{
    const auto write = [&](const QString &name, int from) {
        const QString path = m_folder.filePath(name);
        QVERIFY(test::writeBand(path, m_grid, [from](int x, int y) { return rough(x, y, from); }));
        m_files[name] = contents(path);
        QVERIFY(m_files[name].size() > 1'000'000);
    };
    write(u"one-red.tif"_qs, 8000);
    write(u"one-nir.tif"_qs, 16000);
    write(u"two-red.tif"_qs, 9000);
    write(u"two-nir.tif"_qs, 20000);
}

void TestCompleteReads::init()
{
    m_out = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<test::FaultServer>();
    spoil({}, {});
}

void TestCompleteReads::spoil(const QString &start, const Fault &fault)
{
    for (const auto &[name, bytes] : m_files) {
        if (!name.startsWith(start))
            continue;
        test::Reply whole;
        whole.body = bytes;
        whole.ranges = true;
        whole.headers = {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}};
        m_server->on("/" + name.toLatin1(), [whole, fault](const test::SeenRequest &request, int nth) {
            test::Reply reply = whole;
            if (fault)
                fault(reply, request, nth);
            return reply;
        });
    }
}

data::Scene TestCompleteReads::copy(const QString &files, const QString &provider) const
{
    data::Scene scene;
    scene.provider = provider;
    scene.id = u"scene-"_qs + files;
    scene.product = u"landsat-c2-l2"_qs;
    scene.platform = u"landsat-8"_qs;
    scene.datetime = QDateTime::fromSecsSinceEpoch(files == u"one" ? 1'580'000'000 : 1'590'000'000, Qt::UTC);
    scene.bbox = raster::boundsInDegrees(m_grid).value();
    scene.footprint = scene.bbox->rings();
    for (const auto &[band, common] : {std::pair(u"SR_B4"_qs, u"red"_qs), std::pair(u"SR_B5"_qs, u"nir"_qs)}) {
        data::Asset asset;
        asset.key = common;
        asset.href = m_server->url(u'/' + files + u'-' + common + u".tif");
        asset.mediaType = u"image/tiff"_qs;
        asset.bands = {{band, common, 30.0}};
        scene.assets.push_back(asset);
    }
    return scene;
}

data::JobRequest TestCompleteReads::ndvi(const QString &name) const
{
    data::JobRequest request;
    request.recipe.operation = u"index"_qs;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {{{copy(u"one"_qs, u"a"_qs)}}};
    request.output = m_out->filePath(name);
    return request;
}

/// With a client of its own: nothing is in a cache.
Result<data::JobResult> TestCompleteReads::run(const data::JobRequest &request)
{
    net::ClientConfig config;
    config.backoff = 2ms;
    const auto http = net::HttpClient::create(config);
    backends::LocalBackend backend(m_pools, http->byteSources(), u"Astra test"_qs);
    auto result = waitFor(backend.submit(request, Progress(), [](const QString &) {}));
    m_pools.io.waitForDone();
    return result;
}

void TestCompleteReads::brokenLines_sameFileAndEveryRetryIsListed()
{
    const auto good = run(ndvi(u"good.tif"_qs));
    QVERIFY2(good, good ? "" : qUtf8Printable(good.error().message));
    QVERIFY(good->reads.retries.empty());
    QVERIFY(good->reads.windows > 0);
    QVERIFY(good->reads.bytes > 2'000'000);
    QCOMPARE(good->reads.bytes, m_server->bodyBytesSent());

    // Of each file every fourth answer is refused, lies about its range or is short.
    spoil({}, [](test::Reply &reply, const test::SeenRequest &, int nth) {
        switch (nth % 12) {
        case 3:
            reply.status = 503;
            reply.ranges = false;
            break;
        case 7:
            reply.contentRange = "bytes 0-99/3072017";
            break;
        case 11:
            reply.shorten = 1;
            break;
        default:
            break;
        }
    });
    m_server->resetCounts();
    const auto poor = run(ndvi(u"poor.tif"_qs));
    QVERIFY2(poor, poor ? "" : qUtf8Printable(poor.error().message));
    QCOMPARE(hashOf(poor->output), hashOf(good->output));
    QCOMPARE(poor->reads.windows, good->reads.windows);

    // The server's own list: what is said to have been asked for again was.
    std::map<std::pair<QByteArray, QByteArray>, int> asked;
    for (const auto &seen : m_server->seen())
        ++asked[{seen.path(), seen.header("Range")}];
    QVERIFY(!poor->reads.retries.empty());
    for (const auto &retry : poor->reads.retries) {
        QVERIFY2(retry.host.startsWith(u"127.0.0.1/one-"), qUtf8Printable(retry.host));
        QVERIFY(!retry.why.isEmpty() && retry.attempt >= 1 && retry.length > 0);
        const QByteArray range = "bytes=" + QByteArray::number(retry.offset) + '-'
            + QByteArray::number(retry.offset + retry.length - 1);
        QVERIFY(asked[std::pair("/" + retry.host.section(u'/', 1).toLatin1(), range)] >= 2);
    }
    QVERIFY(poor->notes.join(u'|').contains(u"repeated"));
}

void TestCompleteReads::droppedLines_sameFile()
{
    const auto good = run(ndvi(u"good.tif"_qs));
    QVERIFY2(good, good ? "" : qUtf8Printable(good.error().message));
    // Qt itself repeats some of what a kept connection lost early: those nobody counts.
    spoil({}, [](test::Reply &reply, const test::SeenRequest &, int nth) {
        reply.drop = nth % 6 == 2;
        reply.cutAfter = nth % 6 == 4 ? 300 : -1;
    });
    const auto poor = run(ndvi(u"poor.tif"_qs));
    QVERIFY2(poor, poor ? "" : qUtf8Printable(poor.error().message));
    QCOMPARE(hashOf(poor->output), hashOf(good->output));
    QVERIFY(!poor->reads.retries.empty());
}

void TestCompleteReads::oneRangeNever_noFile()
{
    // Somewhere in the middle of one file.
    spoil(u"one-nir"_qs, [](test::Reply &reply, const test::SeenRequest &request, int) {
        const auto first = firstOf(request);
        reply.drop = first > 1'000'000 && first < 1'400'000;
    });
    const auto result = run(ndvi(u"a.tif"_qs));
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Network);
    QVERIFY2(result.error().message.contains(u"127.0.0.1"), qUtf8Printable(result.error().message));
    QCOMPARE(left(), QStringList());
}

void TestCompleteReads::zeros_noFile()
{
    spoil(u"one-red"_qs, [](test::Reply &reply, const test::SeenRequest &request, int) {
        if (firstOf(request) > 100'000)
            reply.body.fill('\0');
    });
    const auto result = run(ndvi(u"a.tif"_qs));
    QVERIFY(!result);
    QVERIFY(result.error().code != ErrorCode::Internal);
    QCOMPARE(left(), QStringList());
}

void TestCompleteReads::copyOfOneScene_isSwappedForThatSceneAlone()
{
    data::JobRequest request = ndvi(u"c.tif"_qs);
    request.recipe.operation = u"change"_qs;
    request.recipe.parameters = {{"value", "NDVI"}, {"classes", false}};
    request.inputs = {{{copy(u"one"_qs, u"a"_qs)}}, {{copy(u"two"_qs, u"b"_qs)}}};
    const auto plain = run(request);
    QVERIFY2(plain, plain ? "" : qUtf8Printable(plain.error().message));

    data::Scene broken = copy(u"two"_qs, u"broken"_qs);
    for (auto &asset : broken.assets)
        asset.href = m_server->url(u"/gone.tif"_qs);
    request.inputs[1].copies.insert(request.inputs[1].copies.begin(), broken);
    request.output = m_out->filePath(u"d.tif"_qs);
    const auto swapped = run(request);
    QVERIFY2(swapped, swapped ? "" : qUtf8Printable(swapped.error().message));
    QCOMPARE(hashOf(swapped->output), hashOf(plain->output)); // no trace of the copy that gave nothing
    QVERIFY2(swapped->notes.constFirst().startsWith(u"scene-two: Read from b: broken did not deliver ("),
             qUtf8Printable(swapped->notes.constFirst()));
    const auto item = readJsonFile(swapped->item);
    QVERIFY(item);
    const Json &inputs = member(member(*item, "properties"), "astra:inputs");
    QCOMPARE(inputs.size(), 2U);
    QCOMPARE(stringAt(inputs[0], "provider"), u"a"_qs);
    QCOMPARE(stringAt(inputs[1], "provider"), u"b"_qs);
}

void TestCompleteReads::estimate_isWhatIsRead()
{
    const auto http = net::HttpClient::create();
    backends::LocalBackend backend(m_pools, http->byteSources(), u"Astra test"_qs);
    const auto estimate = waitFor(backend.estimate(ndvi(u"a.tif"_qs), {}));
    QVERIFY2(estimate, estimate ? "" : qUtf8Printable(estimate.error().message));
    QVERIFY(estimate->exact);
    QVERIFY(estimate->requests > 0);
    m_server->resetCounts();
    const auto result = run(ndvi(u"a.tif"_qs));
    QVERIFY(result);
    const auto sent = static_cast<double>(m_server->bodyBytesSent());
    QVERIFY2(std::abs(static_cast<double>(estimate->bytes) - sent) < 0.1 * sent,
             qPrintable(QStringLiteral("%1 estimated, %2 sent").arg(estimate->bytes).arg(sent)));
    QVERIFY(estimate->disk >= QFileInfo(result->output).size());
}

QTEST_GUILESS_MAIN(TestCompleteReads)
#include "tst_completereads.moc"
