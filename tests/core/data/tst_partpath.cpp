// SPDX-License-Identifier: Apache-2.0
#include "core/data/partpath.h"

#include <QDir>
#include <QFile>
#include <QSaveFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;

class TestPartPath : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void partFiles_areTheJobsOwn();
    void draft_isReplacedByTheFileOrFoundAfterAKill();
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

void TestPartPath::draft_isReplacedByTheFileOrFoundAfterAKill()
{
    const QTemporaryDir folder;
    const QString id = QStringLiteral("7f3e4a5c-0000-4000-8000-000000000001");
    const QString item = folder.filePath(QStringLiteral("a.json"));
    const QString draft = data::draftPath(folder.filePath(QStringLiteral("a.tif")), id);
    const auto names = [&] { return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden); };
    for (const char *content : {"old", "new"}) {
        QSaveFile file(draft);
        QVERIFY(file.open(QIODevice::WriteOnly) && file.write(content) == 3);
        QVERIFY(data::commitTo(item, file));
        QCOMPARE(names(), QStringList {QStringLiteral("a.json")});
        QFile written(item);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.readAll(), QByteArray(content));
    }
    // Killed before it was put in its place.
    QSaveFile killed(draft);
    QVERIFY(killed.open(QIODevice::WriteOnly) && killed.commit());
    QCOMPARE(data::partFiles(folder.filePath(QStringLiteral("a.tif")), id), QStringList {draft});
    QVERIFY(QFile::remove(draft));
    // Its place is taken by a folder: nothing is left over.
    QVERIFY(QDir(folder.path()).mkpath(QStringLiteral("b.json/c")));
    QSaveFile file(draft);
    QVERIFY(file.open(QIODevice::WriteOnly) && !data::commitTo(folder.filePath(QStringLiteral("b.json")), file));
    QCOMPARE(names(), QStringList {QStringLiteral("a.json")});
    QVERIFY(data::draftPath(item, {}).isEmpty());
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
