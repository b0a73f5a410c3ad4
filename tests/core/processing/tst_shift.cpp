// SPDX-License-Identifier: Apache-2.0
#include "core/processing/shift.h"
#include "core/raster/geodesy.h"
#include "tests/core/processing/expected.h"

#include <QTest>

#include <numbers>
#include <random>

using namespace astra;
using namespace astra::processing;

namespace {

/// The sum of waves of make.py, moved by (dx, dy).
data::Block picture(double dx, double dy, int width = 256, int height = 256)
{
    struct Wave {
        double u, v, phase;
    };
    std::vector<Wave> waves;
    for (const auto &wave : member(test::expected("shift"), "waves")) {
        constexpr double turn = 2 * std::numbers::pi;
        waves.push_back(
            {turn * wave.at("u").get<double>(), turn * wave.at("v").get<double>(), wave.at("phase").get<double>()});
    }
    data::Block out(width, height);
    for (int y = 0; y < height; ++y) {
        for (int x = 0; x < width; ++x) {
            double sum = 0;
            for (const Wave &wave : waves)
                sum += std::cos(wave.u * (x - dx) + wave.v * (y - dy) + wave.phase);
            out.values[static_cast<std::size_t>(y * width + x)] = static_cast<float>(sum);
        }
    }
    return out;
}

data::Block noise(unsigned seed)
{
    std::mt19937 random(seed);
    data::Block out(256, 256);
    for (float &v : out.values)
        v = static_cast<float>(random() % 1000) / 1000;
    return out;
}

} // namespace

class tst_Shift : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void between_data()
    {
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::addColumn<double>("phaseX");
        QTest::addColumn<double>("phaseY");
        const Json &cases = member(test::expected("shift"), "cases");
        QVERIFY(cases.size() >= 7);
        for (const auto &one : cases) {
            const double x = one.at("x").get<double>();
            const double y = one.at("y").get<double>();
            QTest::addRow("%g, %g", x, y) << x << y << one.at("phase_correlation").at(0).get<double>()
                                          << one.at("phase_correlation").at(1).get<double>();
        }
    }
    void between()
    {
        QFETCH(double, x);
        QFETCH(double, y);
        const auto shift = shiftBetween(picture(0, 0), picture(x, y));
        QVERIFY(shift);
        QVERIFY2(std::hypot(shift->x - x, shift->y - y) < 0.08, qPrintable(QString::number(shift->x)));
        QFETCH(double, phaseX);
        QFETCH(double, phaseY);
        QVERIFY(std::hypot(shift->x - phaseX, shift->y - phaseY) < 0.08);
    }

    void between_worksAcrossSeasonsAndHoles()
    {
        // What was bright is dark, half as strong and three clouds over it.
        data::Block second = picture(1.3, -0.6);
        for (float &v : second.values)
            v = 100 - v / 2;
        for (int y = 0; y < 256; ++y) {
            for (int x = 0; x < 256; ++x) {
                if (std::hypot(x - 60, y - 60) < 30 || std::hypot(x - 180, y - 90) < 35
                    || std::hypot(x - 90, y - 200) < 25)
                    second.values[static_cast<std::size_t>(y * 256 + x)] = data::Block::nodata;
            }
        }
        const auto shift = shiftBetween(picture(0, 0), second);
        QVERIFY(shift);
        QVERIFY(std::hypot(shift->x - 1.3, shift->y + 0.6) < 0.1);
    }

    void between_saysNothing_data()
    {
        QTest::addColumn<data::Block>("first");
        QTest::addColumn<data::Block>("second");
        const data::Block waves = picture(0, 0);
        data::Block edge(256, 256, 0.1F);
        for (int y = 0; y < 256; ++y)
            std::fill_n(edge.values.begin() + y * 256 + 100, 156, 0.4F);
        data::Block holes = waves;
        std::fill_n(holes.values.begin(), 256 * 200, data::Block::nodata);
        QTest::newRow("flat") << data::Block(256, 256, 0.2F) << data::Block(256, 256, 0.2F);
        QTest::newRow("no data") << waves << data::Block(256, 256);
        QTest::newRow("unrelated") << noise(1) << noise(2);
        QTest::newRow("beyond reach") << waves << picture(5, 0);
        QTest::newRow("a straight edge tells one direction only") << edge << edge;
        QTest::newRow("under a quarter of it is there") << waves << holes;
        QTest::newRow("too small") << picture(0, 0, 24, 24) << picture(0, 0, 24, 24);
        QTest::newRow("of two sizes") << waves << picture(0, 0, 200, 256);
    }
    void between_saysNothing()
    {
        QFETCH(data::Block, first);
        QFETCH(data::Block, second);
        QVERIFY(!shiftBetween(first, second));
    }

    void estimate_isTheMedianOverWindows()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 600000, 5100000, 10, 10, 1500, 700};
        const data::Block still = picture(0, 0);
        const data::Block moved = picture(1, 0);
        int reads = 0;
        const auto read = [&](const data::Grid &window) -> Result<std::pair<data::Block, data::Block>> {
            ++reads;
            [&] {
                QCOMPARE(window.width, 256);
                QCOMPARE(window.height, 256);
                QVERIFY(window.originX >= grid.originX && window.originY <= grid.originY);
                QVERIFY(window.originX + 2560 <= grid.originX + 15000);
                QVERIFY(window.originY - 2560 >= grid.originY - 7000);
            }();
            // One that is wrong and two that say nothing do not matter.
            if (reads == 2)
                return std::pair(still, picture(-3, 3));
            if (reads == 3 || reads == 4)
                return std::pair(still, data::Block(256, 256));
            return std::pair(still, moved);
        };
        const auto shift = estimateShift(grid, read, {});
        QVERIFY(shift && *shift);
        QCOMPARE(reads, 8); // four by two
        QCOMPARE((*shift)->windows, 6);
        QVERIFY(std::abs((*shift)->x - 1) < 0.05);
        QVERIFY(std::abs((*shift)->y) < 0.05);
    }

    void estimate_stopsAndFails()
    {
        const data::Grid grid {QStringLiteral("EPSG:32632"), 600000, 5100000, 10, 10, 1500, 700};
        StopSource stop;
        int reads = 0;
        const auto stopping = [&](const data::Grid &) -> Result<std::pair<data::Block, data::Block>> {
            if (++reads == 2)
                stop.request_stop();
            return std::pair(data::Block(256, 256), data::Block(256, 256));
        };
        const auto stopped = estimateShift(grid, stopping, stop.get_token());
        QVERIFY(!stopped);
        QCOMPARE(stopped.error().code, ErrorCode::Cancelled);
        QCOMPARE(reads, 2);
        const auto broken = [](const data::Grid &) -> Result<std::pair<data::Block, data::Block>> {
            return fail(ErrorCode::Network, QStringLiteral("gone"));
        };
        const auto failed = estimateShift(grid, broken, {});
        QVERIFY(!failed);
        QCOMPARE(failed.error().code, ErrorCode::Network);
    }
};

QTEST_APPLESS_MAIN(tst_Shift)
#include "tst_shift.moc"
