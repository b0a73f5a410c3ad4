// SPDX-License-Identifier: Apache-2.0
#include "core/data/partpath.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;

class TestPartPath : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void partFiles_areTheJobsOwn();
    void fileBeside_keepsTheExtension();
};

void TestPartPath::partFiles_areTheJobsOwn()
{
    const QTemporaryDir folder;
    const QString id = QStringLiteral("7f3e4a5c-0000-4000-8000-000000000001");
    const QString other = QStringLiteral("7f3e4a5c-0000-4000-8000-000000000002");
    // "[" and "*" stand for nothing else.
    const QString output = folder.filePath(QStringLiteral("a[*].png"));
    const QString interim = data::interimPath(output, id);
    QStringList own {data::partPath(output, id), interim, data::fileBeside(interim, QStringLiteral("_classes")),
                     data::fileBeside(interim, QStringLiteral("_areas"), QStringLiteral("csv"))};
    QVERIFY(data::partFiles(output, id).isEmpty());
    const QStringList others {output, data::partPath(output, other), data::interimPath(output, other),
                              data::interimPath(folder.filePath(QStringLiteral("b.png")), id)};
    for (const auto &path : own + others) {
        QFile file(path);
        QVERIFY2(file.open(QIODevice::WriteOnly), qPrintable(path));
    }
    QStringList found = data::partFiles(output, id);
    found.sort();
    own.sort();
    QCOMPARE(found, own);
    QVERIFY(data::partFiles(output, {}).isEmpty());
}

void TestPartPath::fileBeside_keepsTheExtension()
{
    QCOMPARE(data::fileBeside(QStringLiteral("/a/b.c.tif"), QStringLiteral("_x")), QStringLiteral("/a/b.c_x.tif"));
    QCOMPARE(data::fileBeside(QStringLiteral("/a/b"), QStringLiteral("_x")), QStringLiteral("/a/b_x"));
    QCOMPARE(data::fileBeside(QStringLiteral("/a/b.tif"), QStringLiteral("_x"), QStringLiteral("csv")),
             QStringLiteral("/a/b_x.csv"));
}

QTEST_GUILESS_MAIN(TestPartPath)
#include "tst_partpath.moc"
