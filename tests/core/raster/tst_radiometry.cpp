// SPDX-License-Identifier: Apache-2.0
#include "core/raster/radiometry.h"

#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::raster;

namespace {

struct Case {
    data::Scene scene;
    data::Asset asset;
    data::BandRef band() const { return {&asset, 1, asset.bands.front()}; }
    data::Radiometry judged(const Info *file = nullptr) const { return radiometry(scene, band(), file); }
};

Case sentinel(const char *baseline, std::optional<data::Radiometry> stated = {})
{
    Case c;
    c.scene.product = QStringLiteral("sentinel-2-l2a");
    c.scene.baseline = QString::fromLatin1(baseline);
    c.asset.href = QUrl(QStringLiteral("https://example.com/B04.tif"));
    c.asset.bands = {{QStringLiteral("B04"), QStringLiteral("red"), 10.0}};
    c.asset.stated = stated;
    return c;
}

Case landsat(const char *name, const char *common)
{
    Case c;
    c.scene.product = QStringLiteral("landsat-c2-l2");
    c.asset.href = QUrl(QStringLiteral("https://example.com/x.TIF"));
    c.asset.bands = {{QString::fromLatin1(name), QString::fromLatin1(common), 30.0}};
    return c;
}

const data::Radiometry withOffset {0.0001, -0.1, 0.0, {}, {}};

Info fileWith(std::optional<double> scale, std::optional<double> offset, std::optional<double> nodata)
{
    Info info;
    BandInfo band;
    band.scale = scale;
    band.offset = offset;
    band.nodata = nodata;
    info.bands = {band};
    return info;
}

} // namespace

class tst_Radiometry : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void sentinel2_byBaseline_data()
    {
        QTest::addColumn<QByteArray>("baseline");
        QTest::addColumn<double>("offset");
        QTest::newRow("02.14") << QByteArray("02.14") << 0.0;
        QTest::newRow("03.01") << QByteArray("03.01") << 0.0;
        QTest::newRow("04.00") << QByteArray("04.00") << -0.1;
        QTest::newRow("05.00, an old date processed again") << QByteArray("05.00") << -0.1;
        QTest::newRow("05.11") << QByteArray("05.11") << -0.1;
        QTest::newRow("none stated") << QByteArray() << 0.0;
    }
    void sentinel2_byBaseline()
    {
        QFETCH(QByteArray, baseline);
        QFETCH(double, offset);
        const auto r = sentinel(baseline.constData()).judged();
        QCOMPARE(r.scale, 0.0001);
        QCOMPARE(r.offset, offset);
        QCOMPARE(r.nodata, std::optional(0.0));
        QCOMPARE(r.quantity, QStringLiteral("reflectance"));
        QVERIFY(r.source.contains(QString::fromLatin1(baseline)));
    }

    void sameGround_sameNdvi()
    {
        // Red 0.05, near infrared 0.30 as four sources store them: before and after baseline 04.00, with the offset
        // removed, and as a statement of the item.
        auto removed = sentinel("05.00", withOffset);
        removed.scene.offsetRemoved = true;
        struct {
            Case source;
            float red, nir;
        } const cases[] = {{sentinel("02.14"), 500, 3000},
                           {sentinel("05.11"), 1500, 4000},
                           {sentinel("05.11", withOffset), 1500, 4000},
                           {removed, 500, 3000}};
        for (const auto &c : cases) {
            data::Block values(2, 1);
            values.values = {c.red, c.nir};
            apply(values, c.source.judged());
            const float ndvi = (values.values[1] - values.values[0]) / (values.values[1] + values.values[0]);
            QVERIFY(std::abs(ndvi - 0.25 / 0.35) < 1e-5);
        }
    }

    void offsetRemoved_isForTheCogsOnly()
    {
        auto c = sentinel("05.00", withOffset);
        c.scene.offsetRemoved = true;
        QCOMPARE(c.judged().offset, 0.0);
        QVERIFY(c.judged().source.contains(QStringLiteral("removed")));
        c.asset.href = QUrl(QStringLiteral("s3://bucket/B04.jp2"));
        c.asset.mediaType = QStringLiteral("image/jp2");
        QCOMPARE(c.judged().offset, -0.1);
        auto unstated = sentinel("05.00");
        unstated.scene.offsetRemoved = true;
        QCOMPARE(unstated.judged().offset, 0.0);
    }

    void statedOffset_isNotForAerosol()
    {
        auto c = sentinel("05.11", data::Radiometry {0.001, -0.1, 0.0, {}, {}});
        c.asset.bands = {{QStringLiteral("AOT"), {}, 20.0}};
        c.asset.roles = {QStringLiteral("data"), QStringLiteral("reflectance")}; // seen in the wild
        QCOMPARE(c.judged().scale, 0.001);
        QCOMPARE(c.judged().offset, 0.0);
        QVERIFY(c.judged().quantity.isEmpty());
    }

    void classes_stayAsTheyAre()
    {
        auto c = sentinel("05.11", withOffset);
        c.asset.bands = {{QStringLiteral("SCL"), QStringLiteral("scl"), 20.0}};
        QCOMPARE(c.judged().scale, 1.0);
        QCOMPARE(c.judged().offset, 0.0);
        const auto qa = landsat("QA_PIXEL", "qa_pixel").judged();
        QCOMPARE(qa.scale, 1.0);
        QCOMPARE(qa.nodata, std::optional(1.0));
        auto visual = sentinel("05.11", withOffset);
        visual.asset.roles = {QStringLiteral("visual")};
        QCOMPARE(visual.judged().scale, 1.0);
    }

    void landsat_byTable()
    {
        const auto red = landsat("SR_B4", "red").judged();
        QCOMPARE(red.scale, 0.0000275);
        QCOMPARE(red.offset, -0.2);
        QCOMPARE(red.quantity, QStringLiteral("reflectance"));
        const auto thermal = landsat("ST_B10", "lwir11").judged();
        QCOMPARE(thermal.scale, 0.00341802);
        QCOMPARE(thermal.offset, 149.0);
        QCOMPARE(thermal.quantity, QStringLiteral("kelvin"));
        // DN 7273 is zero reflectance, 43636 is one (the product guide's valid range).
        data::Block dn(2, 1);
        dn.values = {7273, 43636};
        apply(dn, red);
        QVERIFY(std::abs(dn.values[0]) < 1e-4 && std::abs(dn.values[1] - 1) < 1e-4);
    }

    void unknownProduct_believesTheFile()
    {
        Case c;
        c.asset.href = QUrl(QStringLiteral("file:///a.tif"));
        c.asset.bands = {{QStringLiteral("red"), QStringLiteral("red"), {}}};
        const auto tagged = fileWith(0.5, 2.0, -5.0);
        QCOMPARE(c.judged(&tagged).scale, 0.5);
        QCOMPARE(c.judged(&tagged).offset, 2.0);
        QCOMPARE(c.judged(&tagged).nodata, std::optional(-5.0));
        const auto plain = fileWith({}, {}, {});
        QCOMPARE(c.judged(&plain).scale, 1.0);
        QVERIFY(!c.judged(&plain).nodata);
        QVERIFY(c.judged(&plain).source.contains(QStringLiteral("raw")));
        c.asset.stated = data::Radiometry {0.1, -1, {}, {}, {}}; // given by hand: before the file's tags
        QCOMPARE(c.judged(&tagged).scale, 0.1);
    }

    void nodata_ofTheFileWins()
    {
        const auto file = fileWith({}, {}, 65535.0);
        QCOMPARE(sentinel("02.14").judged(&file).nodata, std::optional(65535.0));
    }

    void words()
    {
        QCOMPARE(describe(sentinel("05.11", withOffset).judged()), QStringLiteral("DN × 0.0001 − 0.1: item metadata"));
    }
};

QTEST_GUILESS_MAIN(tst_Radiometry)
#include "tst_radiometry.moc"
