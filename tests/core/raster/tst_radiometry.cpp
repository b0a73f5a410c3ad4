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
    data::Radiometry judged(const PixelEvidence &evidence) const
    {
        return radiometry(scene, band(), nullptr, &evidence);
    }
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
const data::Radiometry scaleAlone {0.0001, 0, 0.0, {}, {}};

/// Red over mixed ground, reflectance 0.02 … 0.22, as it is stored with or without the offset of 1000.
PixelEvidence redOf(double carried, double darkest = 0.02)
{
    data::Block block(20, 20);
    for (std::size_t i = 0; i < block.values.size(); ++i)
        block.values[i] = static_cast<float>(10000 * (darkest + 0.0005 * static_cast<double>(i)) + carried);
    auto evidence = PixelEvidence::of(block, 0.0001, -0.1).value();
    evidence.band = QStringLiteral("B04");
    return evidence;
}

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

    void tables_areRead_data()
    {
        QTest::addColumn<QString>("product");
        QTest::addColumn<QString>("band");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("offset");
        QTest::addColumn<double>("nodata"); // 12345: none
        QTest::addColumn<QString>("quantity");
        const auto row = [](const char *product, const char *band, double scale, double offset, double nodata,
                            const QString &quantity) {
            QTest::addRow("%s %s", product, band)
                << QString::fromLatin1(product) << QString::fromLatin1(band) << scale << offset << nodata << quantity;
        };
        const QString reflectance = QStringLiteral("reflectance");
        row("sentinel-2-l1c", "B04", 0.0001, 0, 0, reflectance);
        row("sentinel-2-l2a", "AOT", 0.001, 0, 0, {});
        row("sentinel-2-l2a", "WVP", 0.001, 0, 0, QStringLiteral("cm"));
        row("hls-l30", "B05", 0.0001, 0, -9999, reflectance);
        row("hls-s30", "B8A", 0.0001, 0, -9999, reflectance);
        row("hls-l30", "B10", 0.01, 0, -9999, QString::fromUtf8("°C"));
        row("hls-s30", "Fmask", 1, 0, 255, {});
        row("naip", "Red", 1, 0, 12345, {});
        row("cop-dem", "elevation", 1, 0, 12345, QStringLiteral("m"));
        row("sentinel-1-grd", "VV", 1, 0, 0, {});
    }
    void tables_areRead()
    {
        QFETCH(QString, product);
        QFETCH(QString, band);
        QFETCH(double, nodata);
        Case c;
        c.scene.product = product;
        c.asset.href = QUrl(QStringLiteral("https://example.com/x.tif"));
        c.asset.bands = {{band, {}, {}}};
        const auto r = c.judged();
        QTEST(r.scale, "scale");
        QTEST(r.offset, "offset");
        QTEST(r.quantity, "quantity");
        QCOMPARE(r.nodata.value_or(12345), nodata);
    }

    void unit_ofTheItemIsKept()
    {
        Case c;
        c.asset.href = QUrl(QStringLiteral("https://example.com/x.tif"));
        c.asset.bands = {{QStringLiteral("depth"), {}, {}}};
        c.asset.unit = QStringLiteral("m");
        QCOMPARE(c.judged().quantity, QStringLiteral("m"));
        c.asset.roles = {QStringLiteral("visual")};
        QVERIFY(c.judged().quantity.isEmpty());
    }

    void evidence_isCounted()
    {
        // 100 numbers, 900 … 999: with the offset −0.01 … −0.0001; ten of them under 910 lie farther than noise.
        data::Block block(10, 11);
        std::fill(block.values.begin(), block.values.end(), data::Block::nodata);
        for (std::size_t i = 0; i < 100; ++i)
            block.values[i] = static_cast<float>(i < 10 ? 800 : i < 40 ? 950 : 1000 + i);
        const auto evidence = PixelEvidence::of(block, 0.0001, -0.1);
        QVERIFY(evidence);
        QCOMPARE(evidence->negative, 40.0);
        QCOMPARE(evidence->farNegative, 10.0);
        QVERIFY(std::abs(evidence->darkest + 0.02) < 1e-9);
        QVERIFY(evidence->offsetIsGone());
        QVERIFY(!PixelEvidence::of(data::Block(4, 4, 500), 0.0001, -0.1)); // too few
        QVERIFY(!PixelEvidence::of(data::Block(50, 50), 0.0001, -0.1)); // nothing valid
    }

    void evidence_ofBrightGroundSaysNothing()
    {
        const auto desert = redOf(0, 0.25);
        QVERIFY(!desert.offsetIsGone() && !desert.offsetIsThere());
        const auto desertWithOffset = redOf(1000, 0.25);
        QVERIFY(!desertWithOffset.offsetIsGone() && !desertWithOffset.offsetIsThere());
        QVERIFY(redOf(0).offsetIsGone());
        QVERIFY(redOf(1000).offsetIsThere());
        // Water after atmospheric correction: a little below zero, and no reason to doubt.
        QVERIFY(!redOf(1000, -0.005).offsetIsGone());
    }

    void evidence_decidesWhereAllAreSilent()
    {
        const auto silent = sentinel("");
        QCOMPARE(silent.judged().offset, 0.0);
        const auto there = silent.judged(redOf(1000));
        QCOMPARE(there.offset, -0.1);
        QVERIFY(there.source.startsWith(QStringLiteral("pixel evidence")));
        const auto gone = silent.judged(redOf(0));
        QCOMPARE(gone.offset, 0.0);
        QVERIFY(gone.source.startsWith(QStringLiteral("pixel evidence")));
        QVERIFY(gone.warning.isEmpty() && there.warning.isEmpty());
    }

    void evidence_decidesBetweenItemAndBaseline()
    {
        // A scale without an offset, at a baseline that has one: silent, or harmonised?
        const auto torn = sentinel("05.11", scaleAlone);
        QCOMPARE(torn.judged().offset, -0.1);
        QCOMPARE(torn.judged(redOf(1000)).offset, -0.1);
        QCOMPARE(torn.judged(redOf(0)).offset, 0.0);
        QCOMPARE(sentinel("02.14", scaleAlone).judged().source, QStringLiteral("item metadata"));
    }

    void evidence_againstTheStatementWarns()
    {
        for (const auto &c : {sentinel("05.11", withOffset), sentinel("05.11")}) {
            const auto wrong = c.judged(redOf(0));
            QCOMPARE(wrong.offset, -0.1); // what was stated stays until a person decides
            QVERIFY(wrong.warning.contains(QStringLiteral("removed already")));
            QVERIFY(wrong.warning.contains(QStringLiteral("NDVI would be too high")));
            QVERIFY(c.judged(redOf(1000)).warning.isEmpty());
            QVERIFY(c.judged(redOf(0, 0.25)).warning.isEmpty());
        }
        auto flagged = sentinel("05.11", withOffset);
        flagged.scene.offsetRemoved = true;
        QVERIFY(flagged.judged(redOf(0)).warning.isEmpty());
        const auto wrong = flagged.judged(redOf(1000));
        QCOMPARE(wrong.offset, 0.0);
        QVERIFY(wrong.warning.contains(QStringLiteral("NDVI would be too low")));
    }

    void evidence_ofTheCogSaysNothingOfItsTwin()
    {
        auto c = sentinel("05.11", withOffset);
        c.scene.offsetRemoved = true;
        c.asset.href = QUrl(QStringLiteral("https://example.com/B04.jp2"));
        c.asset.mediaType = QStringLiteral("image/jp2");
        QCOMPARE(c.judged(redOf(0)).offset, -0.1);
        QVERIFY(c.judged(redOf(0)).warning.isEmpty());
    }

    void evidence_ofLandsat()
    {
        // Numbers of another collection (× 0.0001), read by Collection 2's rule.
        const auto c = landsat("SR_B4", "red");
        QVERIFY(productOffset(c.scene, c.band()));
        data::Block old(20, 20, 800);
        const auto evidence = PixelEvidence::of(old, 0.0000275, -0.2).value();
        QVERIFY(c.judged(evidence).warning.contains(QStringLiteral("other numbers")));
        data::Block right(20, 20, 9000);
        QVERIFY(c.judged(PixelEvidence::of(right, 0.0000275, -0.2).value()).warning.isEmpty());
    }

    void override_winsOverAll()
    {
        auto c = sentinel("05.11", withOffset);
        c.scene.offsetOverride = data::OffsetOverride::Leave;
        auto r = c.judged(redOf(0));
        QCOMPARE(r.offset, 0.0);
        QCOMPARE(r.scale, 0.0001);
        QVERIFY(r.source.startsWith(QStringLiteral("overridden by you")));
        QVERIFY(r.warning.isEmpty());
        c.scene.offsetRemoved = true;
        c.scene.offsetOverride = data::OffsetOverride::Apply;
        QCOMPARE(c.judged().offset, -0.1);
        // Of Sentinel-2's reflectance only.
        c.asset.bands = {{QStringLiteral("SCL"), QStringLiteral("scl"), 20.0}};
        QCOMPARE(c.judged().offset, 0.0);
        auto other = landsat("SR_B4", "red");
        other.scene.offsetOverride = data::OffsetOverride::Leave;
        QCOMPARE(other.judged().offset, -0.2);
    }

    void witness_isTheFirstDarkBand()
    {
        auto c = sentinel("05.11");
        c.scene.assets = {c.asset};
        QCOMPARE(witness(c.scene)->band.name, QStringLiteral("B04"));
        c.scene.baseline = QStringLiteral("02.14");
        QVERIFY(!witness(c.scene)); // nothing to be wrong about
        c.scene.baseline.clear();
        QVERIFY(witness(c.scene));
        c.scene.offsetOverride = data::OffsetOverride::Apply;
        QVERIFY(!witness(c.scene)); // decided
        c.scene.offsetOverride = data::OffsetOverride::None;
        c.scene.product = QStringLiteral("naip");
        QVERIFY(!witness(c.scene));
    }

    void json_holdsAll()
    {
        auto r = sentinel("05.11", withOffset).judged(redOf(0));
        const Json json = toJson(r);
        QCOMPARE(stringAt(json, "rule"), describe(r));
        QCOMPARE(numberAt(json, "offset"), std::optional(-0.1));
        QCOMPARE(numberAt(json, "nodata"), std::optional(0.0));
        QCOMPARE(stringAt(json, "warning"), r.warning);
        QCOMPARE(stringAt(json, "source"), QStringLiteral("item metadata"));
    }

    void words()
    {
        QCOMPARE(describe(sentinel("05.11", withOffset).judged()), QStringLiteral("DN × 0.0001 − 0.1: item metadata"));
    }
};

QTEST_GUILESS_MAIN(tst_Radiometry)
#include "tst_radiometry.moc"
