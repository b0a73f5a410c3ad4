// SPDX-License-Identifier: Apache-2.0
#include "core/base/json.h"
#include "core/processing/exactsum.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

std::vector<float> valuesOf(const Json &entry)
{
    std::vector<float> values;
    for (const auto &value : entry.at("values"))
        values.push_back(value.get<float>());
    return values;
}

ExactStatistics of(const std::vector<float> &values, std::size_t from, std::size_t to)
{
    ExactStatistics all;
    for (std::size_t i = from; i < to; ++i)
        all.add(values[i]);
    return all;
}

template<typename T> QByteArray bytesOf(const T &value)
{
    QByteArray bytes;
    QDataStream stream(&bytes, QIODevice::WriteOnly);
    stream << value;
    return bytes;
}

double units(double a, double b) { return std::abs(a - b) / (std::nextafter(std::abs(b), INFINITY) - std::abs(b)); }

} // namespace

class tst_ExactSum : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase()
    {
        auto read = readJsonFile(QStringLiteral(ASTRA_SOURCE_DIR "/tests/data/operations/exactsum.json"));
        QVERIFY(read);
        m_cases = std::move(*read);
        QCOMPARE(m_cases.size(), std::size_t(6));
    }

    void rational_data()
    {
        QTest::addColumn<QString>("name");
        for (const auto &[name, entry] : m_cases.items())
            QTest::newRow(name.c_str()) << QString::fromStdString(name);
    }
    /// The sum is rounded once; of a mean and a deviation the last digit may differ.
    void rational()
    {
        QFETCH(QString, name);
        const Json &entry = m_cases.at(toStd(name));
        const auto values = valuesOf(entry);
        const auto all = of(values, 0, values.size());
        QCOMPARE(all.valid, static_cast<qint64>(values.size()));
        QVERIFY(all.sum.value() == entry.at("sum").get<double>()); // QCOMPARE would let the last digits differ
        const auto result = all.result();
        QVERIFY(units(result.mean, entry.at("mean").get<double>()) <= 1);
        QVERIFY2(units(result.stddev, entry.at("stddev").get<double>()) <= 2,
                 qPrintable(QString::number(result.stddev, 'g', 17)));
        QCOMPARE(result.minimum, static_cast<double>(*std::min_element(values.begin(), values.end())));
        QCOMPARE(result.maximum, static_cast<double>(*std::max_element(values.begin(), values.end())));
    }

    void anyOrder_anyParts()
    {
        std::mt19937 random(7);
        for (const auto &[name, entry] : m_cases.items()) {
            auto values = valuesOf(entry);
            const QByteArray once = bytesOf(of(values, 0, values.size()));
            for (int round = 0; round < 50; ++round) {
                std::shuffle(values.begin(), values.end(), random);
                ExactStatistics all;
                for (std::size_t at = 0; at < values.size();) {
                    const std::size_t end = std::min(values.size(), at + random() % 40);
                    // Through bytes, as a tile that an earlier run kept.
                    QDataStream stream(bytesOf(of(values, at, end)));
                    ExactStatistics part;
                    stream >> part;
                    QVERIFY(stream.status() == QDataStream::Ok && stream.atEnd());
                    all.add(part);
                    at = end;
                }
                QCOMPARE(bytesOf(all), once);
            }
        }
    }

    void equalValues_haveNoDeviation()
    {
        ExactStatistics all;
        for (int i = 0; i < 1000; ++i)
            all.add(0.1F);
        QCOMPARE(all.result().stddev, 0.0);
        QCOMPARE(all.result().mean, static_cast<double>(0.1F));
        QCOMPARE(ExactStatistics().result(), data::Statistics());
    }

    /// Carries reach as far as the numbers do: 2^24 of the largest float32, and all of them off again.
    void manyOfTheLargest()
    {
        const double most = static_cast<double>(std::numeric_limits<float>::max());
        ExactSum sum;
        for (int i = 0; i < 1 << 16; ++i)
            sum.add(-most * most);
        ExactSum all;
        for (int i = 0; i < 256; ++i)
            all.add(sum);
        QVERIFY(all.value() == -most * most * (1 << 24));
        all.add(1.0);
        ExactSum back;
        for (int i = 0; i < 1 << 16; ++i)
            back.add(most * most);
        for (int i = 0; i < 256; ++i)
            all.add(back);
        QCOMPARE(all.value(), 1.0);
        all.add(-1.0);
        QCOMPARE(all.value(), 0.0);
        QCOMPARE(bytesOf(all), bytesOf(ExactSum()));
    }

    void strangeBytes_areNoSum()
    {
        for (const auto &bytes :
             {QByteArray("\0\x14\x02", 3), QByteArray("\0\xff\xff", 3), QByteArray("\0\0\x02\0", 4), QByteArray()}) {
            QDataStream stream(bytes);
            ExactSum sum;
            stream >> sum;
            QVERIFY(stream.status() != QDataStream::Ok);
        }
    }

private:
    Json m_cases;
};

QTEST_GUILESS_MAIN(tst_ExactSum)
#include "tst_exactsum.moc"
