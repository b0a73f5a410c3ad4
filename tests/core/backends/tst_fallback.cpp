// SPDX-License-Identifier: Apache-2.0
// One copy's server opens its files and then delivers nothing of them: map, picture, point, job and clear sky take the
// next copy for everything, and say so.
#include "core/backends/local/localbackend.h"
#include "core/imagery/clearsky.h"
#include "core/imagery/preview.h"
#include "core/imagery/scenetiles.h"
#include "core/imagery/styles.h"
#include "core/net/httpclient.h"
#include "core/raster/geodesy.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;

namespace {

constexpr int side = 600;

/// Compresses badly, so that a file is more than its first part.
int rough(int x, int y, int from)
{
    auto n = static_cast<quint32>(x) * 374761393U + static_cast<quint32>(y) * 668265263U;
    n = (n ^ (n >> 13)) * 1274126177U;
    return from + static_cast<int>((n >> 16) % 2000);
}

} // namespace

class TestFallback : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void preview();
    void point();
    void tiles();
    void job();
    void clearSky();
    void inventedCopy_isSaidToBeOne();
    void paidCopy_isNotTaken();
    void theOnlyCopy_failsInWords();

private:
    [[nodiscard]] data::Scene copy(const QString &provider) const;
    /// The failing copy first; its files differ, so that a mixture would show.
    [[nodiscard]] data::Acquisition both() const { return {{copy(u"broken"_qs), copy(u"whole"_qs)}}; }
    [[nodiscard]] std::shared_ptr<imagery::SceneReader> reader() const
    {
        return std::make_shared<imagery::SceneReader>(both(), m_http->byteSources());
    }
    static void verifyNote(const QStringList &notes)
    {
        QVERIFY2(notes.size() == 1, qUtf8Printable(notes.join(u'|')));
        QVERIFY2(notes[0].startsWith(u"Read from whole: broken did not deliver ("), qUtf8Printable(notes[0]));
        QVERIFY(notes[0].contains(u"404"));
    }

    QTemporaryDir m_folder;
    std::unique_ptr<test::FaultServer> m_server;
    std::shared_ptr<net::HttpClient> m_http;
    data::Grid m_grid = test::utmGrid(side, side, 30);
    Pools m_pools;
    std::map<QString, QByteArray> m_files;
};

void TestFallback::initTestCase()
{
    const auto write = [&](const QString &name, const std::function<int(int, int)> &value) {
        const QString path = m_folder.filePath(name);
        QVERIFY(test::writeBand(path, m_grid, value));
        QFile file(path);
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_files[name] = file.readAll();
        QVERIFY2(m_files[name].size() > 200000, qPrintable(name));
    };
    write(u"whole-red.tif"_qs, [](int x, int y) { return rough(x, y, 8000); });
    write(u"whole-nir.tif"_qs, [](int x, int y) { return rough(x, y, 16000); });
    write(u"whole-qa.tif"_qs, [](int x, int y) { return 64 + rough(x, y, 0) / 64 * 64; }); // no bit of cloud or shadow
    write(u"broken-red.tif"_qs, [](int x, int y) { return rough(x, y, 20000); });
    write(u"broken-nir.tif"_qs, [](int x, int y) { return rough(x, y, 9000); });
    write(u"broken-qa.tif"_qs, [](int x, int y) { return 8 + rough(x, y, 0) / 64 * 64; }); // all cloud
}

void TestFallback::init()
{
    m_server = std::make_unique<test::FaultServer>();
    for (const auto &[name, bytes] : m_files) {
        test::Reply whole;
        whole.body = bytes;
        whole.ranges = true;
        whole.headers = {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}};
        test::Reply gone;
        gone.status = 404;
        const bool fails = name.startsWith(u"broken");
        m_server->on("/" + name.toLatin1(), [whole, gone, fails](const test::SeenRequest &request, int) {
            // The first part, in which the header lies, is still there.
            return fails && !request.header("Range").startsWith("bytes=0-") ? gone : whole;
        });
    }
    m_http = net::HttpClient::create();
}

data::Scene TestFallback::copy(const QString &provider) const
{
    data::Scene scene;
    scene.provider = provider;
    scene.id = u"scene"_qs;
    scene.product = u"landsat-c2-l2"_qs;
    scene.platform = u"landsat-8"_qs;
    scene.bbox = raster::boundsInDegrees(m_grid).value();
    scene.footprint = scene.bbox->rings();
    for (const auto &[key, name, common] :
         {std::tuple(u"red"_qs, u"SR_B4"_qs, u"red"_qs), std::tuple(u"nir"_qs, u"SR_B5"_qs, u"nir08"_qs),
          std::tuple(u"qa"_qs, u"QA_PIXEL"_qs, u"qa_pixel"_qs)}) {
        data::Asset asset;
        asset.key = key;
        asset.href = m_server->url(u"/%1-%2.tif"_qs.arg(provider, key));
        asset.mediaType = u"image/tiff; application=geotiff; profile=cloud-optimized"_qs;
        asset.bands = {{name, common, 30.0}};
        scene.assets.push_back(asset);
    }
    return scene;
}

void TestFallback::preview()
{
    const auto ndvi = *imagery::styleNamed(u"ndvi"_qs);
    const auto read = reader();
    const auto drawn = waitFor(imagery::preview(m_pools, read, ndvi, {}, 128, 0, {}));
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    verifyNote(drawn->notes);
    // Not a pixel of the broken copy: the picture is the one that the whole copy gives alone.
    const auto alone = std::make_shared<imagery::SceneReader>(data::Acquisition {{copy(u"whole"_qs)}},
                                                              m_http->byteSources());
    const auto expected = waitFor(imagery::preview(m_pools, alone, ndvi, {}, 128, 0, {}));
    QVERIFY(expected && expected->picture.rgba == drawn->picture.rgba);
}

void TestFallback::point()
{
    std::vector<QPointF> at {{m_grid.originX + 100.5 * 30, m_grid.originY - 50.5 * 30}};
    raster::Transform::create(m_grid.crs, u"EPSG:4326"_qs)->apply(at);
    const auto read = reader();
    const auto values = waitFor(
        imagery::valuesAt(m_pools, read, *imagery::styleNamed(u"ndvi"_qs), at[0].x(), at[0].y(), {}));
    QVERIFY2(values, values ? "" : qUtf8Printable(values.error().message));
    const double red = rough(100, 50, 8000) * 0.0000275 - 0.2;
    const double nir = rough(100, 50, 16000) * 0.0000275 - 0.2;
    QVERIFY(std::abs(values->back().value.value() - (nir - red) / (nir + red)) < 1e-5);
    verifyNote(read->notes());
}

void TestFallback::tiles()
{
    imagery::SceneTiles tiles(both(), *imagery::styleNamed(u"ndvi"_qs), m_pools, m_http);
    QSignalSpy ready(&tiles, &imagery::TileLoader::tileReady);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    const auto c = tiles.bounds().center();
    const QPointF at = render::toWorld(c.x(), c.y()) * 2048;
    tiles.setVisible({{11, static_cast<int>(at.x()), static_cast<int>(at.y())}});
    QTRY_VERIFY(!ready.isEmpty());
    const auto status = tiles.status();
    QCOMPARE(status.copy, u"whole"_qs);
    QCOMPARE(status.copyId, u"whole:scene"_qs);
    verifyNote(status.notes);
    QVERIFY(failed.isEmpty());
    QCOMPARE(status.ready, 1);
}

void TestFallback::job()
{
    backends::LocalBackend backend(m_pools, m_http->byteSources(), u"Astra test"_qs);
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.recipe.maskClouds = true;
    request.inputs = {both()};
    request.output = m_folder.filePath(u"ndvi.tif"_qs);
    const auto made = waitFor(backend.submit(request, Progress(), [](const QString &) {}));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    verifyNote(made->notes.filter(u"did not deliver"_qs));
    QCOMPARE(made->statistics.valid, made->statistics.total); // the broken copy's mask would leave nothing
    const Json properties = member(readJsonFile(made->item).value(), "properties");
    QCOMPARE(stringAt(member(properties, "astra:inputs")[0], "provider"), u"whole"_qs);
}

void TestFallback::clearSky()
{
    imagery::ClearSkies skies(m_pools, m_http->byteSources(), {});
    const auto box = raster::boundsInDegrees(raster::windowOf(m_grid, 150, 150, 200, 200)).value();
    const auto sky = waitFor(skies.of(both(), box, {}, {}));
    QVERIFY2(sky, sky ? "" : qUtf8Printable(sky.error().message));
    QCOMPARE(sky->clear, 100.0);
    QVERIFY(m_server->requests("/broken-qa.tif") > 0);
}

void TestFallback::inventedCopy_isSaidToBeOne()
{
    // What a test key found stands beside what is really there, and is told as itself.
    data::Acquisition acquisition = both();
    acquisition.copies[1].invented = true;
    const auto ndvi = *imagery::styleNamed(u"ndvi"_qs);
    const auto read = std::make_shared<imagery::SceneReader>(acquisition, m_http->byteSources());
    const auto drawn = waitFor(imagery::preview(m_pools, read, ndvi, {}, 128, 0, {}));
    QVERIFY2(drawn, drawn ? "" : qUtf8Printable(drawn.error().message));
    QCOMPARE(drawn->notes.filter(u"invented"_qs).size(), 1);
    // A share of clear sky could not say so.
    imagery::ClearSkies skies(m_pools, m_http->byteSources(), {});
    const auto box = raster::boundsInDegrees(raster::windowOf(m_grid, 150, 150, 200, 200)).value();
    QVERIFY(!waitFor(skies.of(acquisition, box, {}, {})));
    // Where the row itself is marked, there is nothing to add.
    acquisition.copies[0].invented = true;
    const auto marked = std::make_shared<imagery::SceneReader>(acquisition, m_http->byteSources());
    const auto again = waitFor(imagery::preview(m_pools, marked, ndvi, {}, 128, 0, {}));
    QVERIFY(again && again->notes.filter(u"invented"_qs).isEmpty());
    QVERIFY(waitFor(skies.of(acquisition, box, {}, {})));
}

void TestFallback::paidCopy_isNotTaken()
{
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {both()};
    for (auto &asset : request.inputs.front().copies[1].assets) {
        asset.access = data::Access::Paid;
        asset.connection = u"aws"_qs;
    }
    request.output = m_folder.filePath(u"paid.tif"_qs);
    backends::LocalBackend backend(m_pools, m_http->byteSources(), u"Astra test"_qs);
    const auto made = waitFor(backend.submit(request, Progress(), [](const QString &) {}));
    QVERIFY(!made);
    QVERIFY2(made.error().message.contains(u"404"), qUtf8Printable(made.error().message));
    QCOMPARE(m_server->requests("/whole-red.tif"), 0);
    QVERIFY(!QFile::exists(request.output));
}

void TestFallback::theOnlyCopy_failsInWords()
{
    const auto alone = std::make_shared<imagery::SceneReader>(data::Acquisition {{copy(u"broken"_qs)}},
                                                              m_http->byteSources());
    const auto drawn = waitFor(imagery::preview(m_pools, alone, *imagery::styleNamed(u"ndvi"_qs), {}, 128, 0, {}));
    QVERIFY(!drawn);
    QCOMPARE(drawn.error().code, ErrorCode::NotFound);
    QVERIFY(alone->notes().isEmpty());
}

QTEST_GUILESS_MAIN(TestFallback)
#include "tst_fallback.moc"
