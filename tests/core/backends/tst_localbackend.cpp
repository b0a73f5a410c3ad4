// SPDX-License-Identifier: Apache-2.0
#include "core/backends/local/localbackend.h"
#include "core/library/localscene.h"
#include "core/net/httpclient.h"
#include "core/raster/dataset.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;

class TestLocalBackend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void ndvi_isTheFormula();
    void ndvi_masked();
    void check_saysWhatIsWrong();
    void copyThatFails_isReplacedAndNoted();
    void cancel_leavesNothing();

private:
    data::JobRequest request(const QString &name) const;

    QTemporaryDir m_folder;
    QTemporaryDir m_out;
    data::Acquisition m_scene;
    Pools m_pools;
};

void TestLocalBackend::initTestCase()
{
    QVERIFY(!test::writeLandsat(m_folder.path()).isEmpty());
    auto opened = library::openLocal(m_folder.path());
    QVERIFY(opened);
    m_scene = std::move(*opened);
}

data::JobRequest TestLocalBackend::request(const QString &name) const
{
    data::JobRequest request;
    request.recipe.operation = QStringLiteral("index");
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {m_scene};
    request.output = m_out.filePath(name);
    return request;
}

void TestLocalBackend::ndvi_isTheFormula()
{
    backends::LocalBackend backend(m_pools, nullptr, QStringLiteral("Astra test"));
    const auto result = waitFor(backend.submit(request(QStringLiteral("a.tif")), Progress(), [](const QString &) {}));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QCOMPARE(result->statistics.valid, 64 * 48);
    QVERIFY(QFile::exists(result->item));
    auto dataset = raster::Dataset::open({result->output, {}, {}, 1});
    QVERIFY(dataset);
    const auto block = dataset->read(1, {0, 0, 64, 48}, 64, 48);
    QVERIFY(block);
    double sum = 0;
    for (int y = 0; y < 48; ++y) {
        for (int x = 0; x < 64; ++x) {
            const double red = (10000 + x) * 0.0000275 - 0.2;
            const double nir = (20000 + 10 * y) * 0.0000275 - 0.2;
            const double expected = (nir - red) / (nir + red);
            sum += expected;
            QVERIFY(std::abs(block->at(x, y) - expected) < 1e-6);
        }
    }
    QVERIFY(std::abs(result->statistics.mean - sum / (64 * 48)) < 1e-6);
}

void TestLocalBackend::ndvi_masked()
{
    backends::LocalBackend backend(m_pools, nullptr, QStringLiteral("Astra test"));
    auto masked = request(QStringLiteral("b.tif"));
    masked.recipe.maskClouds = true;
    const auto result = waitFor(backend.submit(masked, Progress(), [](const QString &) {}));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QCOMPARE(result->statistics.valid, 32 * 48); // the right half is cloud
    QCOMPARE(result->statistics.total, 64 * 48);
}

void TestLocalBackend::check_saysWhatIsWrong()
{
    backends::LocalBackend backend(m_pools, nullptr, QStringLiteral("Astra test"));
    QVERIFY(backend.check(request(QStringLiteral("c.tif"))));
    auto wrong = request(QStringLiteral("c.tif"));
    wrong.recipe.parameters = {{"index", "NDMI"}};
    QVERIFY(backend.check(wrong).error().message.contains(u"swir16"));
    // What the disk says is asked apart, off the thread of the window.
    wrong = request(QStringLiteral("nowhere/c.tif"));
    QVERIFY(backend.check(wrong));
    QCOMPARE(waitFor(backend.checkFiles(wrong)).error().code, ErrorCode::Storage);
    wrong.output = QStringLiteral("/dev/null");
    QCOMPARE(waitFor(backend.checkFiles(wrong)).error().code, ErrorCode::Storage);
    wrong = request(QStringLiteral("c.tif"));
    wrong.inputs.push_back(m_scene);
    QCOMPARE(backend.check(wrong).error().code, ErrorCode::InvalidInput);
    wrong = request(QStringLiteral("c.tif"));
    wrong.recipe.operation = QStringLiteral("alchemy");
    QVERIFY(!backend.check(wrong));
    wrong = request(QStringLiteral("c.tif"));
    wrong.recipe.maskClouds = true;
    std::erase_if(wrong.inputs.front().copies.front().assets,
                  [](const data::Asset &asset) { return asset.bands.front().commonName == u"qa_pixel"; });
    QVERIFY(!backend.check(wrong));
}

void TestLocalBackend::copyThatFails_isReplacedAndNoted()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", [gone](const test::SeenRequest &, int) { return gone; });
    const auto http = net::HttpClient::create();
    auto two = request(QStringLiteral("d.tif"));
    data::Scene broken = m_scene.best();
    broken.provider = QStringLiteral("elsewhere");
    for (auto &asset : broken.assets)
        asset.href = server.url(u'/' + asset.href.fileName());
    two.inputs.front().copies = {broken, m_scene.best()};
    backends::LocalBackend backend(m_pools, http->byteSources(), QStringLiteral("Astra test"));
    const auto result = waitFor(backend.submit(two, Progress(), [](const QString &) {}));
    QVERIFY2(result, result ? "" : qUtf8Printable(result.error().message));
    QVERIFY(result->notes.join(u' ').contains(u"elsewhere"));
    QCOMPARE(result->statistics.valid, 64 * 48);
}

void TestLocalBackend::cancel_leavesNothing()
{
    test::FaultServer server;
    test::Reply hang;
    hang.hang = true;
    server.on("*", [hang](const test::SeenRequest &, int) { return hang; });
    QTemporaryDir out;
    const auto http = net::HttpClient::create();
    auto stuck = request(QString());
    stuck.output = out.filePath(QStringLiteral("e.tif"));
    for (auto &asset : stuck.inputs.front().copies.front().assets)
        asset.href = server.url(u'/' + asset.href.fileName());
    backends::LocalBackend backend(m_pools, http->byteSources(), QStringLiteral("Astra test"));
    StopSource stop;
    const auto future = backend.submit(stuck, Progress(stop.get_token()), [](const QString &) {});
    QTRY_VERIFY(server.requests() > 0);
    stop.request_stop();
    // It holds nothing any more once it says so: the next job may begin.
    QTRY_VERIFY(future.isFinished());
    QCOMPARE(future.result().error().code, ErrorCode::Cancelled);
    QVERIFY(QDir(out.path()).isEmpty(QDir::AllEntries | QDir::Hidden | QDir::NoDotAndDotDot));
}

QTEST_GUILESS_MAIN(TestLocalBackend)
#include "tst_localbackend.moc"
