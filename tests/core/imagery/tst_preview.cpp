// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/preview.h"
#include "core/imagery/styles.h"
#include "core/library/localscene.h"
#include "core/net/httpclient.h"
#include "core/raster/geodesy.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace astra;

namespace {

double reflectance(double dn) { return dn * 0.0000275 - 0.2; }
double ndvi(double redDn, double nirDn)
{
    const double red = reflectance(redDn);
    const double nir = reflectance(nirDn);
    return (nir - red) / (nir + red);
}

/// The centre of pixel (x, y) of the test scene in degrees.
QPointF pixelCentre(int x, int y)
{
    const data::Grid grid = test::utmGrid();
    std::vector<QPointF> point {
        {grid.originX + (x + 0.5) * grid.pixelWidth, grid.originY - (y + 0.5) * grid.pixelHeight}};
    raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326"))->apply(point);
    return point.front();
}

} // namespace

class TestPreview : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void valuesAt_areTheFormula();
    void valuesAt_cloudsAreNoData();
    void valuesAt_outsideIsNoData();
    void preview_wholeSceneIsTransparentOutside();
    void preview_saysWhyItIsBlank_data();
    void preview_saysWhyItIsBlank();
    void preview_keepsTheSizeAskedFor();
    void preview_copyThatFailsIsReplacedWhole();
    void preview_saysWhichBandIsMissing();
    void look_ownIndexNeedsNoComputing();
    void rawNumbers_areSaidWhereTheyMatter();
    void percentiles_ofKnownNumbers();
    void stretch_ofRawValuesCoversTheirRange();

private:
    render::Style style(const char *id) const { return *imagery::styleNamed(QString::fromLatin1(id)); }
    std::shared_ptr<imagery::SceneReader> reader() const
    {
        return std::make_shared<imagery::SceneReader>(m_scene, nullptr);
    }

    QTemporaryDir m_folder;
    data::Acquisition m_scene;
    Pools m_pools;
};

void TestPreview::initTestCase()
{
    QVERIFY(!test::writeLandsat(m_folder.path()).isEmpty());
    auto opened = library::openLocal(m_folder.path());
    QVERIFY2(opened, opened ? "" : qUtf8Printable(opened.error().message));
    m_scene = std::move(*opened);
}

void TestPreview::valuesAt_areTheFormula()
{
    const QPointF at = pixelCentre(10, 20);
    const auto values = waitFor(imagery::valuesAt(m_pools, reader(), style("ndvi"), at.x(), at.y(), {}));
    QVERIFY2(values, values ? "" : qUtf8Printable(values.error().message));
    QCOMPARE(values->size(), 3u);
    for (const auto &value : *values) {
        const double expected = value.band == u"red" ? reflectance(10010)
            : value.band == u"nir"                   ? reflectance(20200)
                                                     : ndvi(10010, 20200);
        QVERIFY(value.value);
        QVERIFY2(std::abs(*value.value - expected) < 1e-6, qUtf8Printable(value.band));
    }
}

void TestPreview::valuesAt_cloudsAreNoData()
{
    auto masked = style("ndvi");
    masked.maskClouds = true;
    const auto at = [&](int x) {
        const QPointF point = pixelCentre(x, 5);
        return waitFor(imagery::valuesAt(m_pools, reader(), masked, point.x(), point.y(), {}))->back().value;
    };
    QVERIFY(at(5)); // clear
    QVERIFY(!at(60)); // cloud
}

void TestPreview::valuesAt_outsideIsNoData()
{
    const auto values = waitFor(imagery::valuesAt(m_pools, reader(), style("ndvi"), 0, 0, {}));
    QVERIFY(values);
    for (const auto &value : *values)
        QVERIFY(!value.value);
}

void TestPreview::preview_wholeSceneIsTransparentOutside()
{
    const auto made = waitFor(imagery::preview(m_pools, reader(), style("ndvi"), {}, 0, 0, {}));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    const data::Picture &picture = made->picture;
    QCOMPARE(std::max(picture.width, picture.height), 1024);
    const auto alpha = [&](int x, int y) {
        return picture.rgba[4
                                * (static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width)
                                   + static_cast<std::size_t>(x))
                            + 3];
    };
    QCOMPARE(int(alpha(picture.width / 2, picture.height / 2)), 255);
    QVERIFY(made->radiometry.contains(u"0.2"));
    QVERIFY(made->notes.isEmpty());
}

void TestPreview::preview_saysWhyItIsBlank_data()
{
    QTest::addColumn<QString>("look");
    QTest::addColumn<bool>("masked");
    QTest::addColumn<int>("left"); // of the part that is drawn, in pixels of the scene
    QTest::addColumn<QString>("word"); // that the sentence holds; none: something is to be seen
    QTest::newRow("clear") << "true-color" << true << 4 << "";
    QTest::newRow("cloud, not masked") << "true-color" << false << 40 << "";
    QTest::newRow("cloud, masked") << "true-color" << true << 40 << "masked";
    QTest::newRow("cloud, masked, of an index") << "ndvi" << true << 40 << "masked";
    QTest::newRow("outside") << "true-color" << false << 4000 << "No pixel";
    QTest::newRow("outside, masked") << "ndvi" << true << 4000 << "No pixel";
    QTest::newRow("no value") << "formula:log(red - red - 1)" << false << 4 << "no value";
    QTest::newRow("no value, masked") << "formula:log(red - red - 1)" << true << 4 << "no value";
}

void TestPreview::preview_saysWhyItIsBlank()
{
    QFETCH(const QString, look);
    QFETCH(const bool, masked);
    QFETCH(const int, left);
    QFETCH(const QString, word);
    auto wanted = imagery::styleNamed(look);
    QVERIFY(wanted);
    wanted->maskClouds = masked;
    const QPointF from = pixelCentre(left, 30);
    const QPointF to = pixelCentre(left + 15, 15);
    const data::GeoBox box {from.x(), from.y(), to.x(), to.y()};
    const auto made = waitFor(imagery::preview(m_pools, reader(), *wanted, box, 64, 64, {}));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    bool seen = false;
    for (std::size_t i = 3; i < made->picture.rgba.size(); i += 4)
        seen |= made->picture.rgba[i] != 0;
    QCOMPARE(seen, word.isEmpty());
    QCOMPARE(made->notes.size(), seen ? 0 : 1);
    QVERIFY2(made->notes.join(u' ').contains(word), qUtf8Printable(made->notes.join(u' ')));
}

void TestPreview::preview_keepsTheSizeAskedFor()
{
    const auto made = waitFor(imagery::preview(m_pools, reader(), style("true-color"), {}, 300, 100, {}));
    QVERIFY(made);
    QCOMPARE(made->picture.width, 300);
    QCOMPARE(made->picture.height, 100);
    QCOMPARE(int(made->picture.rgba[3]), 0); // the scene is nearly square: bare at the sides
    const auto huge = waitFor(imagery::preview(m_pools, reader(), style("true-color"), {}, 100000, 1, {}));
    QVERIFY(!huge);
    QCOMPARE(huge.error().code, ErrorCode::InvalidInput);
}

void TestPreview::preview_copyThatFailsIsReplacedWhole()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", [gone](const test::SeenRequest &, int) { return gone; });
    data::Scene broken = m_scene.best();
    broken.provider = QStringLiteral("elsewhere");
    // One band of it is not there: nothing of this copy may be used.
    for (auto &asset : broken.assets) {
        if (asset.bands.front().commonName == u"nir08")
            asset.href = server.url(QStringLiteral("/nir.tif"));
    }
    const auto http = net::HttpClient::create();
    const data::Acquisition both {{broken, m_scene.best()}};
    const auto twoCopies = std::make_shared<imagery::SceneReader>(both, http->byteSources());
    const auto made = waitFor(imagery::preview(m_pools, twoCopies, style("ndvi"), {}, 0, 0, {}));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    QCOMPARE(made->notes.size(), 1);
    QVERIFY(made->notes.front().contains(u"elsewhere"));
    QCOMPARE(twoCopies->scene().provider, QStringLiteral("local"));
}

void TestPreview::preview_saysWhichBandIsMissing()
{
    const auto made = waitFor(imagery::preview(m_pools, reader(), style("ndmi"), {}, 0, 0, {}));
    QVERIFY(!made);
    QCOMPARE(made.error().code, ErrorCode::InvalidInput);
    QVERIFY(made.error().message.contains(u"swir16"));
}

void TestPreview::look_ownIndexNeedsNoComputing()
{
    data::Scene result;
    data::Asset asset;
    asset.href = QUrl::fromLocalFile(QStringLiteral("/x/ndvi.tif"));
    asset.bands = {{QStringLiteral("NDVI"), {}, {}}};
    result.assets = {asset};
    const auto look = imagery::Look::of(result, style("ndvi"));
    QVERIFY(look);
    QCOMPARE(look->bands, QStringList {QStringLiteral("NDVI")});
    QVERIFY(!look->computes);
    QCOMPARE(imagery::Look::defaultStyle(result).id, QStringLiteral("ndvi"));
}

void TestPreview::rawNumbers_areSaidWhereTheyMatter()
{
    std::vector<imagery::OpenScene::BandFacts> facts(2);
    const auto notes = [&](const char *id) {
        const auto look = imagery::Look::of(m_scene.best(), style(id));
        return look ? imagery::unitNotes(*look, facts) : QStringList(QStringLiteral("no look"));
    };
    QCOMPARE(notes("ndvi"), QStringList()); // a ratio is the same of any numbers
    QCOMPARE(notes("formula:nir / red"), QStringList());
    QCOMPARE(notes("savi").size(), 1);
    QCOMPARE(notes("formula:nir - red").size(), 1);
    for (auto &band : facts)
        band.radiometry.quantity = QStringLiteral("reflectance");
    QCOMPARE(notes("savi"), QStringList());
}

void TestPreview::percentiles_ofKnownNumbers()
{
    data::Block block(101, 2);
    for (int i = 0; i <= 100; ++i)
        block.values[static_cast<std::size_t>(i)] = static_cast<float>(100 - i); // the second row stays empty
    const auto [low, high] = imagery::percentiles(block);
    QCOMPARE(low, 2.0);
    QCOMPARE(high, 98.0);
    QCOMPARE(imagery::percentiles(data::Block(4, 4)), std::make_pair(0.0, 1.0));
}

void TestPreview::stretch_ofRawValuesCoversTheirRange()
{
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("raw.tif"));
    QVERIFY(test::writeBand(path, test::utmGrid(), [](int x, int) { return 1000 + x; }));
    const auto scene = library::openLocal(path);
    QVERIFY(scene);
    const auto raw = std::make_shared<imagery::SceneReader>(*scene, nullptr);
    const auto made = waitFor(imagery::preview(m_pools, raw, imagery::Look::defaultStyle(scene->best()), {}, 0, 0, {}));
    QVERIFY2(made, made ? "" : qUtf8Printable(made.error().message));
    const auto &picture = made->picture;
    const auto red = [&](int x) {
        return int(
            picture.rgba[4
                         * (static_cast<std::size_t>(picture.height / 2) * static_cast<std::size_t>(picture.width)
                            + static_cast<std::size_t>(x))]);
    };
    QVERIFY(red(picture.width / 10) < 40);
    QVERIFY(red(picture.width * 9 / 10) > 215);
}

QTEST_GUILESS_MAIN(TestPreview)
#include "tst_preview.moc"
