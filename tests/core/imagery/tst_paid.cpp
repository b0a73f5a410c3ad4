// SPDX-License-Identifier: Apache-2.0
// What its reader pays for is read where somebody chose it, and never because another copy fails, nor for a list.
#include "core/imagery/clearsky.h"
#include "core/imagery/openscene.h"
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

using namespace astra;

class TestPaid : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void copyAfter_passesOverWhatIsPaidFor();
    void preview_neverFallsBackToIt();
    void tiles_neverFallBackToIt();
    void point_neverFallsBackToIt();
    void preview_readsIfChosen();
    void clearSky_neverAsksForIt();
    void clearSky_takesTheFreeCopyBesideIt();

private:
    [[nodiscard]] data::Scene copy(const QString &provider, data::Access access) const;
    [[nodiscard]] std::shared_ptr<imagery::SceneReader> reader(const data::Acquisition &acquisition) const
    {
        return std::make_shared<imagery::SceneReader>(acquisition, m_http->byteSources());
    }
    [[nodiscard]] static bool asked(const test::FaultServer &server, const QByteArray &provider)
    {
        const auto seen = server.seen();
        return std::any_of(seen.begin(), seen.end(),
                           [&](const auto &request) { return request.path().split('/').value(1) == provider; });
    }

    const render::Style m_ndvi = *imagery::styleNamed(QStringLiteral("ndvi"));
    QTemporaryDir m_folder;
    data::Grid m_grid = test::utmGrid();
    Pools m_pools;
    std::map<QByteArray, QByteArray> m_files;
    std::unique_ptr<test::FaultServer> m_server;
    std::shared_ptr<net::HttpClient> m_http;
};

void TestPaid::initTestCase()
{
    const QString prefix = test::writeLandsat(m_folder.path());
    QVERIFY(!prefix.isEmpty());
    for (const auto &[key, name] :
         {std::pair("red", "SR_B4"), std::pair("nir", "SR_B5"), std::pair("qa", "QA_PIXEL")}) {
        QFile file(m_folder.filePath(prefix + u'_' + QLatin1String(name) + u".TIF"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_files[key] = file.readAll();
    }
}

void TestPaid::init()
{
    m_server = std::make_unique<test::FaultServer>();
    m_server->on("*", [files = m_files](const test::SeenRequest &request, int) {
        const auto parts = request.path().split('/');
        const auto file = files.find(parts.value(2));
        if (parts.value(1) == "broken" || file == files.end())
            return test::text("gone", {}, 404);
        test::Reply whole = test::text(file->second, {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}});
        whole.ranges = true;
        return whole;
    });
    m_http = net::HttpClient::create();
}

data::Scene TestPaid::copy(const QString &provider, data::Access access) const
{
    data::Scene scene;
    scene.provider = provider;
    scene.id = QStringLiteral("scene");
    scene.product = QStringLiteral("landsat-c2-l2");
    scene.platform = QStringLiteral("landsat-8");
    scene.bbox = raster::boundsInDegrees(m_grid).value();
    scene.footprint = scene.bbox->rings();
    for (const auto &[key, name, common] : {std::tuple("red", "SR_B4", "red"), std::tuple("nir", "SR_B5", "nir08"),
                                            std::tuple("qa", "QA_PIXEL", "qa_pixel")}) {
        data::Asset asset;
        asset.key = QString::fromLatin1(key);
        asset.href = m_server->url(QStringLiteral("/%1/%2").arg(provider, asset.key));
        asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        asset.bands = {{QString::fromLatin1(name), QString::fromLatin1(common), 30.0}};
        asset.access = access;
        // An account that would pay is there: nothing but the rule stands in the way.
        if (access == data::Access::Paid)
            asset.connection = QStringLiteral("aws");
        scene.assets.push_back(asset);
    }
    return scene;
}

void TestPaid::copyAfter_passesOverWhatIsPaidFor()
{
    const auto free = copy(QStringLiteral("free"), data::Access::Public);
    const auto paid = copy(QStringLiteral("paid"), data::Access::Paid);
    const auto login = copy(QStringLiteral("login"), data::Access::Login);
    QCOMPARE(imagery::copyAfter({{free, paid, login}}, 0), std::size_t(2));
    QCOMPARE(imagery::copyAfter({{free, paid, paid}}, 0), std::size_t(3)); // there is none
    QCOMPARE(imagery::copyAfter({{free, paid}}, 1), std::size_t(2));
    // From one that was chosen and paid for on to what is free.
    QCOMPARE(imagery::copyAfter({{paid, paid, free}}, 0), std::size_t(2));
    // One band that is paid for is enough.
    auto half = free;
    half.assets[1].access = data::Access::Paid;
    QCOMPARE(imagery::copyAfter({{free, half}}, 0), std::size_t(2));
}

void TestPaid::preview_neverFallsBackToIt()
{
    const data::Acquisition both {
        {copy(QStringLiteral("broken"), data::Access::Public), copy(QStringLiteral("paid"), data::Access::Paid)}};
    const auto drawn = waitFor(imagery::preview(m_pools, reader(both), m_ndvi, {}, 64, 0, {}));
    QVERIFY(!drawn);
    QVERIFY2(drawn.error().message.contains(QStringLiteral("404")), qPrintable(drawn.error().message));
    QVERIFY(asked(*m_server, "broken"));
    QVERIFY(!asked(*m_server, "paid"));
    // Past it, a third copy that is free serves.
    auto three = both;
    three.copies.push_back(copy(QStringLiteral("free"), data::Access::Public));
    const auto other = waitFor(imagery::preview(m_pools, reader(three), m_ndvi, {}, 64, 0, {}));
    QVERIFY2(other, other ? "" : qPrintable(other.error().message));
    QVERIFY(asked(*m_server, "free") && !asked(*m_server, "paid"));
}

void TestPaid::tiles_neverFallBackToIt()
{
    const data::Acquisition both {
        {copy(QStringLiteral("broken"), data::Access::Public), copy(QStringLiteral("paid"), data::Access::Paid)}};
    imagery::SceneTiles tiles(both, m_ndvi, m_pools, m_http);
    QSignalSpy failed(&tiles, &imagery::TileLoader::failed);
    const auto centre = tiles.bounds().center();
    const QPointF at = render::toWorld(centre.x(), centre.y()) * 4096;
    tiles.setVisible({{12, static_cast<int>(at.x()), static_cast<int>(at.y())}});
    QTRY_COMPARE(failed.count(), 1);
    QCOMPARE(tiles.status().copy, QStringLiteral("broken"));
    QVERIFY(!asked(*m_server, "paid"));
}

void TestPaid::point_neverFallsBackToIt()
{
    const data::Acquisition both {
        {copy(QStringLiteral("broken"), data::Access::Public), copy(QStringLiteral("paid"), data::Access::Paid)}};
    const auto centre = raster::boundsInDegrees(m_grid)->center();
    QVERIFY(!waitFor(imagery::valuesAt(m_pools, reader(both), m_ndvi, centre.x(), centre.y(), {})));
    QVERIFY(!asked(*m_server, "paid"));
}

void TestPaid::preview_readsIfChosen()
{
    const data::Acquisition chosen {{copy(QStringLiteral("paid"), data::Access::Paid)}};
    const auto drawn = waitFor(imagery::preview(m_pools, reader(chosen), m_ndvi, {}, 64, 0, {}));
    QVERIFY2(drawn, drawn ? "" : qPrintable(drawn.error().message));
    QVERIFY(asked(*m_server, "paid"));
}

void TestPaid::clearSky_neverAsksForIt()
{
    imagery::ClearSkies skies(m_pools, m_http->byteSources(), {});
    const auto box = raster::boundsInDegrees(m_grid).value();
    const auto sky = waitFor(skies.of({{copy(QStringLiteral("paid"), data::Access::Paid)}}, box, {}, {}));
    QVERIFY(!sky);
    QVERIFY2(sky.error().message.contains(QStringLiteral("pays")), qPrintable(sky.error().message));
    // Nor where the free copy fails.
    QVERIFY(!waitFor(skies.of(
        {{copy(QStringLiteral("broken"), data::Access::Public), copy(QStringLiteral("paid"), data::Access::Paid)}}, box,
        {}, {})));
    QVERIFY(asked(*m_server, "broken"));
    QVERIFY(!asked(*m_server, "paid"));
}

void TestPaid::clearSky_takesTheFreeCopyBesideIt()
{
    imagery::ClearSkies skies(m_pools, m_http->byteSources(), {});
    // Well inside the left half, which is clear.
    const auto box = raster::boundsInDegrees(raster::windowOf(m_grid, 4, 4, 20, 20)).value();
    const auto sky = waitFor(skies.of(
        {{copy(QStringLiteral("paid"), data::Access::Paid), copy(QStringLiteral("free"), data::Access::Public)}}, box,
        {}, {}));
    QVERIFY2(sky, sky ? "" : qPrintable(sky.error().message));
    QCOMPARE(sky->clear, 100.0);
    QVERIFY(!asked(*m_server, "paid"));
}

QTEST_GUILESS_MAIN(TestPaid)
#include "tst_paid.moc"
