// SPDX-License-Identifier: Apache-2.0
#include "core/processing/cloudmask.h"
#include "core/raster/geodesy.h"

#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::processing;

namespace {

data::Block row(const std::vector<float> &values)
{
    data::Block block(static_cast<int>(values.size()), 1);
    block.values = values;
    return block;
}

const data::Grid own {QStringLiteral("EPSG:32631"), 500000, 5000000, 20, 20, 60, 60};

data::Block blockOf(const Json &rows)
{
    data::Block block(own.width, own.height);
    std::size_t i = 0;
    for (const auto &line : rows) {
        for (const auto &value : line)
            block.values[i++] = value.get<float>();
    }
    return block;
}

data::Block windowed(const data::Block &block, const data::Grid &window)
{
    const int x = static_cast<int>(std::lround((window.originX - own.originX) / own.pixelWidth));
    const int y = static_cast<int>(std::lround((own.originY - window.originY) / own.pixelHeight));
    data::Block part(window.width, window.height);
    for (int j = 0; j < window.height; ++j) {
        for (int i = 0; i < window.width; ++i)
            part.values[static_cast<std::size_t>(j * window.width + i)] = block.at(x + i, y + j);
    }
    return part;
}

} // namespace

class tst_CloudMask : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void scl_classes()
    {
        for (int c = 0; c <= 13; ++c) {
            const bool bad = c == 0 || c == 1 || c == 3 || c == 8 || c == 9 || c == 10 || c > 11;
            QCOMPARE(isMasked(static_cast<float>(c), MaskKind::Scl), bad);
            QCOMPARE(isMasked(static_cast<float>(c), MaskKind::Scl, true), bad || c == 11);
        }
        QVERIFY(isMasked(data::Block::nodata, MaskKind::Scl));
    }

    void qaPixel_bits()
    {
        // Values of the Collection 2 guide: 21824 clear land, 21952 clear water, 1 fill, 22280 cloud (high confidence),
        // 23888 cloud shadow, 30048 snow (clear), 54596 cirrus, 55052 cloud and cirrus; dilated cloud alone is bit 1.
        for (const float clear : {21824.0F, 21952.0F, 30048.0F})
            QVERIFY(!isMasked(clear, MaskKind::QaPixel));
        QVERIFY(isMasked(30048.0F, MaskKind::QaPixel, true));
        for (const float bad : {1.0F, 22280.0F, 23888.0F, 54596.0F, 55052.0F, 2.0F})
            QVERIFY(isMasked(bad, MaskKind::QaPixel));
    }

    void mask_takesOnlyWhatItSays()
    {
        auto values = row({0.1F, 0.2F, 0.3F});
        applyCloudMask(values, row({4, 9, 5}), MaskKind::Scl);
        QCOMPARE(values.values[0], 0.1F);
        QVERIFY(std::isnan(values.values[1]));
        QCOMPARE(values.values[2], 0.3F);
        auto others = row({1, 2, 3});
        applyMask(others, row({0, 1, data::Block::nodata}));
        QCOMPARE(others.values[0], 1.0F);
        QVERIFY(std::isnan(others.values[1]) && std::isnan(others.values[2]));
    }

    /// Grown in its own pixels and taken by nearest neighbour, whole and window by window.
    void grown_asNumpySays()
    {
        const auto json = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/cloudmask/expected.json"));
        QVERIFY(json);
        QVERIFY(listAt(*json, "cases").size() >= 60);
        for (const auto &expected : listAt(*json, "cases")) {
            const bool scl = stringAt(expected, "kind") == u"scl";
            const auto raw = blockOf(listAt(*json, scl ? "scl" : "qa_pixel"));
            const auto &g = listAt(expected, "grid");
            const data::Grid target {own.crs, g[0], g[1], g[2], g[2], g[3], g[4]};
            const auto mask = CloudMask::create(own, target,
                                                {scl ? MaskKind::Scl : MaskKind::QaPixel,
                                                 *asBool(member(expected, "snow")), *numberAt(expected, "metres")});
            QVERIFY(mask);
            QVERIFY(mask->grid() == own);
            QString said;
            for (const auto &run : stringAt(expected, "runs").split(u' '))
                said += QString(run.mid(2).toInt(), run[0]);
            QCOMPARE(said.size(), qsizetype(target.width) * target.height);
            const auto check = [&](const raster::Window &part) {
                const auto window = mask->toRead(part);
                const auto got = mask->on(part, window ? std::optional(windowed(raw, *window)) : std::nullopt);
                for (int y = 0; y < part.height; ++y) {
                    for (int x = 0; x < part.width; ++x) {
                        const float v = got.at(x, y);
                        const QChar is = std::isnan(v) ? u'?' : v == 0 ? u'0' : u'1';
                        if (is != said[(part.y + y) * target.width + part.x + x])
                            return false;
                    }
                }
                return true;
            };
            const QByteArray what = toText({expected["kind"], expected["name"], expected["metres"], expected["snow"]});
            QVERIFY2(check({0, 0, target.width, target.height}), what.constData());
            for (const auto &part : {raster::Window {0, 0, 16, 16}, raster::Window {30, 20, 25, 9},
                                     raster::Window {target.width - 7, target.height - 11, 7, 11}})
                QVERIFY2(check(part), what.constData());
        }
    }

    void reads_onlyWhatGrowingNeeds()
    {
        const data::Grid target {own.crs, 500000, 5000000, 10, 10, 120, 120};
        const auto mask = CloudMask::create(own, target, {MaskKind::Scl, false, 100});
        QVERIFY(mask);
        const auto window = mask->toRead({40, 40, 20, 20}); // own pixels 20…29; 4 of 20.008 m on each side, and two
        QVERIFY(window && window->width >= 18 && window->width <= 24 && window->height == window->width);
        QVERIFY(!CloudMask::create(own, {own.crs, 700000, 5000000, 10, 10, 9, 9}, {})->toRead({0, 0, 9, 9}));
    }

    void coarseTarget_takesPixelsOfThatScale()
    {
        const data::Grid target {own.crs, 500000, 5000000, 80, 80, 15, 15};
        const auto mask = CloudMask::create(own, target, {});
        QVERIFY(mask);
        QCOMPARE(mask->grid(), (data::Grid {own.crs, 500000, 5000000, 80, 80, 15, 15}));
    }
};

QTEST_GUILESS_MAIN(tst_CloudMask)
#include "tst_cloudmask.moc"
