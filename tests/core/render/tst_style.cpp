// SPDX-License-Identifier: Apache-2.0
#include "core/render/style.h"

#include <QTest>

#include <cmath>

using namespace astra;
using namespace astra::render;

namespace {

data::Block row(const std::vector<float> &values)
{
    data::Block block(static_cast<int>(values.size()), 1);
    block.values = values;
    return block;
}

std::array<int, 4> pixel(const data::Picture &picture, size_t i)
{
    return {picture.rgba[4 * i], picture.rgba[4 * i + 1], picture.rgba[4 * i + 2], picture.rgba[4 * i + 3]};
}

Style trueColor()
{
    Style style;
    style.high = 0.30;
    style.gamma = 1.4;
    return style;
}
Style ndvi()
{
    Style style;
    style.index = QStringLiteral("NDVI");
    style.ramp = QStringLiteral("rdylgn");
    style.low = 0;
    style.high = 1;
    return style;
}

} // namespace

class tst_Style : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void ramps_haveTheirEnds()
    {
        const auto *r = ramp(QStringLiteral("rdylgn"));
        QVERIFY(r);
        QCOMPARE(r->stops.size(), size_t(11));
        QCOMPARE(r->stops.front(), (std::array<std::uint8_t, 3> {165, 0, 38}));
        QCOMPARE(r->stops.back(), (std::array<std::uint8_t, 3> {0, 104, 55}));
        QVERIFY(!ramp(QStringLiteral("rainbow")));
    }

    void palette_isTakenByValue()
    {
        Style style;
        style.palette = {{{10, 20, 30, 255}, QStringLiteral("none")}, {{200, 100, 51, 128}, {}}};
        const auto picture = paint({row({0, 1, 2, -1, NAN, 70000})}, style);
        QCOMPARE(pixel(picture, 0), (std::array {10, 20, 30, 255}));
        QCOMPARE(pixel(picture, 1), (std::array {100, 50, 26, 128})); // premultiplied
        for (const size_t i : {2, 3, 4, 5})
            QCOMPARE(pixel(picture, i), (std::array {0, 0, 0, 0}));
    }

    void index_takesTheRampsColours()
    {
        const Style style = ndvi();
        // The eleven stops lie at 0, 0.1, …: the values there are the stops, those between are means, those beyond are
        // clamped.
        const auto picture = paint({row({0.0F, 0.5F, 1.0F, -5.0F, 7.0F, 0.05F})}, style);
        QCOMPARE(pixel(picture, 0), (std::array<int, 4> {165, 0, 38, 255}));
        const auto middle = pixel(picture, 1);
        QVERIFY(std::abs(middle[0] - 255) <= 1 && std::abs(middle[1] - 255) <= 1 && std::abs(middle[2] - 191) <= 1);
        QCOMPARE(pixel(picture, 2), (std::array<int, 4> {0, 104, 55, 255}));
        QCOMPARE(pixel(picture, 3), pixel(picture, 0));
        QCOMPARE(pixel(picture, 4), pixel(picture, 2));
        const auto between = pixel(picture, 5); // (a50026 + d73027) / 2
        QVERIFY(std::abs(between[0] - 190) <= 1 && std::abs(between[1] - 24) <= 1
                && std::abs(between[2] - 38.5) <= 1.5);
    }

    void composite_stretchesAndBends()
    {
        const Style style = trueColor();
        const auto picture = paint({row({0.3F, 0.15F, -0.1F}), row({0.0F, 0.15F, 2.0F}), row({0.075F, 0.15F, 0.3F})},
                                   style);
        // 0.30 → 255; 0.15 → 255 × 0.5^(1/1.4) = 155.4; 0.075 → 255 × 0.25^(1/1.4) = 94.7
        const auto first = pixel(picture, 0);
        QCOMPARE(first[0], 255);
        QCOMPARE(first[1], 0);
        QVERIFY(std::abs(first[2] - 94.7) <= 1);
        QVERIFY(std::abs(pixel(picture, 1)[0] - 155.4) <= 1);
        QCOMPARE(pixel(picture, 2), (std::array<int, 4> {0, 255, 255, 255}));
    }

    void noData_isTransparent()
    {
        const float none = data::Block::nodata;
        const auto composite = paint({row({0.1F, none}), row({none, 0.1F}), row({0.1F, 0.1F})}, trueColor());
        QCOMPARE(pixel(composite, 0), (std::array<int, 4> {0, 0, 0, 0}));
        QCOMPARE(pixel(composite, 1), (std::array<int, 4> {0, 0, 0, 0}));
        QCOMPARE(pixel(paint({row({none})}, ndvi()), 0), (std::array<int, 4> {0, 0, 0, 0}));
    }

    void grey_forWhatHasNoNames()
    {
        Style style;
        style.id = QStringLiteral("bands");
        style.low = 0;
        style.high = 1000;
        const auto picture = paint({row({0, 500, 1000})}, style);
        QCOMPARE(pixel(picture, 0), (std::array<int, 4> {0, 0, 0, 255}));
        QVERIFY(std::abs(pixel(picture, 1)[0] - 128) <= 1);
        QCOMPARE(pixel(picture, 2), (std::array<int, 4> {255, 255, 255, 255}));
        QVERIFY(paint({}, style).rgba.empty());
    }
};

QTEST_GUILESS_MAIN(tst_Style)
#include "tst_style.moc"
