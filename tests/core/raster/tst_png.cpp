// SPDX-License-Identifier: Apache-2.0
#include "core/raster/png.h"
#include "tests/core/raster/gdalfiles.h"

#include <QDir>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using namespace astra::raster;

class tst_Png : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void picture_isWrittenAsItLooks()
    {
        // Premultiplied: half-transparent pure red is (128, 0, 0, 128), and stands in the file as (255, 0, 0, 128).
        const data::Picture picture {2, 1, {10, 20, 30, 255, 128, 0, 0, 128}};
        const QTemporaryDir dir;
        const QString path = dir.filePath(QStringLiteral("a.png"));
        QVERIFY(writePng(picture, path));
        QCOMPARE(test::readAll(path, 1), (std::vector<double> {10, 255}));
        QCOMPARE(test::readAll(path, 2), (std::vector<double> {20, 0}));
        QCOMPARE(test::readAll(path, 3), (std::vector<double> {30, 0}));
        QCOMPARE(test::readAll(path, 4), (std::vector<double> {255, 128}));
        QCOMPARE(QDir(dir.path()).entryList(QDir::Files | QDir::Hidden), (QStringList {QStringLiteral("a.png")}));
    }

    void nothing_isRefused()
    {
        QCOMPARE(toPng({}).error().code, ErrorCode::Internal);
        QCOMPARE(toPng({2, 2, {1, 2, 3}}).error().code, ErrorCode::Internal);
        QCOMPARE(writePng({1, 1, {1, 2, 3, 255}}, QStringLiteral("/no/such/place/a.png")).error().code,
                 ErrorCode::Storage);
    }
};

QTEST_GUILESS_MAIN(tst_Png)
#include "tst_png.moc"
