// SPDX-License-Identifier: Apache-2.0
#include "core/raster/dataset.h"
#include "core/sandbox/sandbox.h"
#include "core/sandbox/world/world.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QtTest>

using namespace astra;
using namespace astra::sandbox;

/// The files: made the same every time, kept, checked, and holding what truth() says.
class TestWorld : public QObject
{
    Q_OBJECT

private:
    QTemporaryDir m_dir;
    Pools m_pools;

private Q_SLOTS:
    void whole_isSmallAndQuicklyFoundAgain();
};

void TestWorld::whole_isSmallAndQuicklyFoundAgain()
{
    QElapsedTimer timer;
    timer.start();
    const QString dir = qEnvironmentVariable("SBX", m_dir.path());
    const auto made = World::open(dir, worldSize, m_pools, {});
    QVERIFY2(made.has_value(), made ? "" : qPrintable(made.error().message));
    qInfo() << "made in" << timer.elapsed() << "ms," << made->bytes() / 1000000 << "MB";
    for (const auto &s : made->scenes()) {
        qint64 bytes = 0; QString t;
        for (const auto &f : s.files) { bytes += f.bytes; t += f.band + u' ' + QString::number(f.bytes / 1000) + u' '; }
        qInfo() << s.pass.id() << s.cloudCover << s.nodata << s.snow << s.water << bytes / 1000 << t;
    }
    timer.restart();
    const auto found = World::open(dir, worldSize, m_pools, {});
    QVERIFY(found.has_value());
    qInfo() << "found in" << timer.elapsed() << "ms";
}

QTEST_GUILESS_MAIN(TestWorld)
#include "tst_world.moc"
