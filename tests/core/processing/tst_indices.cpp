// SPDX-License-Identifier: Apache-2.0
#include "core/processing/cloudmask.h"
#include "core/processing/indices.h"

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

} // namespace

class tst_Indices : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void table_isComplete()
    {
        for (const auto *name : {"NDVI", "NDWI", "MNDWI", "NDMI", "NDSI", "NBR", "NDBI"}) {
            const auto *index = findIndex(QString::fromLatin1(name));
            QVERIFY2(index, name);
            QCOMPARE(index->bands.size(), 2);
            QCOMPARE(index->formula, QStringLiteral("(%1 − %2) / (%1 + %2)").arg(index->bands[0], index->bands[1]));
            QVERIFY(index->low < index->high);
        }
        QCOMPARE(findIndex(QStringLiteral("ndvi"))->bands,
                 (QStringList {QStringLiteral("nir"), QStringLiteral("red")}));
        QVERIFY(!findIndex(QStringLiteral("EVI9")));
    }

    void kernel_values()
    {
        const float none = data::Block::nodata;
        const auto out = index(
            {row({0.5F, 0.0F, 0.1F, none, 0.2F, -0.1F, 0.3F}), row({0.1F, 0.0F, 0.3F, 0.2F, none, 0.1F, -0.1F})},
            QStringLiteral("NDVI"));
        QVERIFY(std::abs(out.values[0] - 0.4 / 0.6) < 1e-6);
        QVERIFY(std::isnan(out.values[1])); // 0 / 0
        QVERIFY(std::abs(out.values[2] + 0.5) < 1e-6); // no wrap-around below zero
        QVERIFY(std::isnan(out.values[3]) && std::isnan(out.values[4]));
        QVERIFY(std::isnan(out.values[5])); // −0.2 / 0: no infinity
        QVERIFY(std::abs(out.values[6] - 2.0) < 1e-6); // beyond 1 where a reflectance is negative: shown, not hidden
    }

    void scl_classes()
    {
        for (int c = 0; c <= 13; ++c) {
            const bool bad = c == 0 || c == 1 || c == 3 || c == 8 || c == 9 || c == 10 || c > 11;
            QCOMPARE(isMasked(static_cast<float>(c), MaskKind::Scl), bad);
        }
        QVERIFY(isMasked(data::Block::nodata, MaskKind::Scl));
    }

    void qaPixel_bits()
    {
        // Values of the Collection 2 guide: 21824 clear land, 21952 clear water, 1 fill, 22280 cloud (high confidence),
        // 23888 cloud shadow, 30048 snow (clear), 54596 cirrus, 55052 cloud and cirrus; dilated cloud alone is bit 1.
        for (const float clear : {21824.0F, 21952.0F, 30048.0F})
            QVERIFY(!isMasked(clear, MaskKind::QaPixel));
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
    }
};

QTEST_GUILESS_MAIN(tst_Indices)
#include "tst_indices.moc"
