// SPDX-License-Identifier: Apache-2.0
#include "core/processing/evaluator.h"
#include "core/processing/statistics.h"

#include <QTest>

#include <bit>
#include <cmath>
#include <limits>
#include <optional>
#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

constexpr float none = std::numeric_limits<float>::quiet_NaN();

data::Block noise(int width, int height, unsigned seed, double shareOfNone)
{
    std::mt19937 chance(seed);
    data::Block block(width, height);
    for (float &value : block.values) {
        const double share = static_cast<double>(chance()) / 4294967296.0;
        const double number = static_cast<double>(chance()) / 4294967296.0;
        value = share < shareOfNone ? none : static_cast<float>(1000 + number);
    }
    return block;
}

bool sameBits(const PartialStatistics &a, const PartialStatistics &b)
{
    const auto bits = [](double value) { return std::bit_cast<quint64>(value); };
    return a.valid == b.valid && a.total == b.total && bits(a.minimum) == bits(b.minimum)
        && bits(a.maximum) == bits(b.maximum) && bits(a.mean) == bits(b.mean) && bits(a.squares) == bits(b.squares);
}

} // namespace

class tst_Statistics : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { Evaluator::useSimd(Simd::Avx512); }

    void asTheDefinitionSays_data()
    {
        QTest::addColumn<int>("width");
        QTest::addColumn<double>("shareOfNone");
        for (const int width : {1, 3, 7, 8, 9, 511, 512, 4096, 4097, 9001}) {
            for (const double share : {0.0, 0.3, 0.99, 1.0})
                QTest::addRow("%d, %g missing", width, share) << width << share;
        }
    }
    /// Two passes of long double, and the same bits whatever the processor offers.
    void asTheDefinitionSays()
    {
        QFETCH(int, width);
        QFETCH(double, shareOfNone);
        const auto block = noise(width, 3, static_cast<unsigned>(width), shareOfNone);
        qint64 valid = 0;
        long double sum = 0;
        double least = std::numeric_limits<double>::infinity();
        double most = -least;
        for (const float value : block.values) {
            if (std::isnan(value))
                continue;
            ++valid;
            sum += static_cast<long double>(value);
            least = std::min(least, static_cast<double>(value));
            most = std::max(most, static_cast<double>(value));
        }
        const long double mean = valid > 0 ? sum / static_cast<long double>(valid) : 0;
        long double squares = 0;
        for (const float value : block.values) {
            if (!std::isnan(value))
                squares += (static_cast<long double>(value) - mean) * (static_cast<long double>(value) - mean);
        }
        std::optional<PartialStatistics> first;
        for (const Simd simd : {Simd::Baseline, Simd::Avx2, Simd::Avx512}) {
            Evaluator::useSimd(simd);
            const auto own = PartialStatistics::of(block);
            if (!first)
                first = own;
            QVERIFY(sameBits(own, *first));
            QCOMPARE(own.total, static_cast<qint64>(block.values.size()));
            QCOMPARE(own.valid, valid);
            if (valid == 0)
                continue;
            QCOMPARE(own.minimum, least);
            QCOMPARE(own.maximum, most);
            QVERIFY(std::abs(own.mean - static_cast<double>(mean)) < 1e-10);
            QVERIFY(std::abs(own.squares - static_cast<double>(squares)) < 1e-9 * (1 + static_cast<double>(squares)));
        }
    }
};

QTEST_GUILESS_MAIN(tst_Statistics)
#include "tst_statistics.moc"
