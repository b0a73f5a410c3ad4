// SPDX-License-Identifier: Apache-2.0
#include "core/processing/tables.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <unistd.h>

using namespace astra;
using namespace astra::processing;

namespace {

/// Tells what it is told to.
class Teller : public Operation
{
public:
    Json geoJson;
    void describe(Parameters &parameters) override { Q_UNUSED(parameters) }
    Result<Plan> plan(const std::vector<SceneFacts> &scenes) override
    {
        Q_UNUSED(scenes)
        return Plan();
    }
    TileOutput tile(const TileInput &input) const override
    {
        Q_UNUSED(input)
        return {};
    }
    Json toGeoJson(const Summary &summary) const override
    {
        Q_UNUSED(summary)
        return geoJson;
    }
};

QByteArray contentOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray("cannot be read");
}

} // namespace

class TestTables : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void csv()
    {
        const Table table {QStringLiteral("zonal"),
                           {QStringLiteral("area"), QStringLiteral("mean"), QStringLiteral("count")},
                           {{"Großer Acker", 0.125, 12}, {"a, \"b\"", nullptr, 0}, {"two\nlines", -1.5e-7, -3}}};
        QCOMPARE(toCsv(table),
                 QByteArray("area,mean,count\r\n"
                            "Gro\xc3\x9f"
                            "er Acker,0.125,12\r\n"
                            "\"a, \"\"b\"\"\",,0\r\n"
                            "\"two\nlines\",-1.5e-07,-3\r\n"));
    }

    void formulas_areTexts_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("cell");
        QTest::newRow("=") << QByteArray("=1+1") << QByteArray("'=1+1");
        QTest::newRow("= with a comma") << QByteArray("=HYPERLINK(\"x\",1)")
                                        << QByteArray("\"'=HYPERLINK(\"\"x\"\",1)\"");
        QTest::newRow("+") << QByteArray("+A1") << QByteArray("'+A1");
        QTest::newRow("-") << QByteArray("-1+cmd|x") << QByteArray("'-1+cmd|x");
        QTest::newRow("a place") << QByteArray("-11.5,24.8") << QByteArray("\"-11.5,24.8\"");
        QTest::newRow("a signed number") << QByteArray("+1") << QByteArray("+1");
        QTest::newRow("@") << QByteArray("@SUM(A1)") << QByteArray("'@SUM(A1)");
        QTest::newRow("tab") << QByteArray("\t=1") << QByteArray("'\t=1");
        QTest::newRow("return") << QByteArray("\r=1") << QByteArray("\"'\r=1\"");
        QTest::newRow("inside") << QByteArray("a=1") << QByteArray("a=1");
        QTest::newRow("spaces") << QByteArray(" a") << QByteArray("\" a\"");
    }

    void formulas_areTexts()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, cell);
        QCOMPARE(toCsv({QStringLiteral("t"), {QStringLiteral("x")}, {{text.toStdString()}}}), "x\r\n" + cell + "\r\n");
    }

    void emptyCells_areNotEmptyLines()
    {
        QCOMPARE(toCsv({QStringLiteral("t"), {QStringLiteral("x")}, {{nullptr}, {1}}}),
                 QByteArray("x\r\n\"\"\r\n1\r\n"));
    }

    void tablesOfOneOperation_standBesideEachOther()
    {
        const QTemporaryDir folder;
        const Table first {QStringLiteral("zonal"), {QStringLiteral("a")}, {{1}}};
        const Table second {QStringLiteral("classes"), {QStringLiteral("b")}, {{2}}};
        const auto paths = writeTables(folder.filePath(QStringLiteral("out.v1.csv")), Teller(), {{first, second}, {}});
        QVERIFY2(paths, paths ? "" : qPrintable(paths.error().message));
        QCOMPARE(*paths,
                 (QStringList {folder.filePath(QStringLiteral("out.v1.csv")),
                               folder.filePath(QStringLiteral("out.v1_classes.csv"))}));
        QCOMPARE(contentOf(paths->at(0)), QByteArray("a\r\n1\r\n"));
        QCOMPARE(contentOf(paths->at(1)), QByteArray("b\r\n2\r\n"));
        QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden).size(), 2);

        const auto beside = writeTablesBeside(folder.filePath(QStringLiteral("change.tif")), {{first, second}, {}});
        QVERIFY(beside);
        QCOMPARE(*beside,
                 (QStringList {folder.filePath(QStringLiteral("change_zonal.csv")),
                               folder.filePath(QStringLiteral("change_classes.csv"))}));
    }

    void json_isWhatTheOperationMakes()
    {
        const QTemporaryDir folder;
        const Summary summary {{{QStringLiteral("t"), {QStringLiteral("a")}, {{1}}}}, {}};
        Teller teller;
        teller.geoJson = {{"type", "FeatureCollection"}, {"features", Json::array()}};
        const QString geo = folder.filePath(QStringLiteral("out.GeoJSON"));
        QVERIFY(writeTables(geo, teller, summary));
        QVERIFY(*readJsonFile(geo) == teller.geoJson);

        const QString plain = folder.filePath(QStringLiteral("out.json"));
        teller.geoJson = nullptr;
        QVERIFY(writeTables(plain, teller, summary));
        const Json expected = Json::array(
            {{{"name", "t"}, {"columns", {"a"}}, {"rows", Json::array({Json::array({1})})}}});
        QVERIFY(*readJsonFile(plain) == expected);
        QCOMPARE(writeTables(folder.filePath(QStringLiteral("x.geojson")), teller, summary).error().code,
                 ErrorCode::Unsupported);
        QVERIFY(!QFile::exists(folder.filePath(QStringLiteral("x.geojson"))));
    }

    void otherNames_areRefusedBeforehand()
    {
        for (const char *name : {"out.tif", "out", "csv"}) {
            const auto checked = checkTableName(QString::fromLatin1(name));
            QVERIFY2(!checked && checked.error().code == ErrorCode::InvalidInput, name);
        }
        QVERIFY(checkTableName(QStringLiteral("/a/b.CSV")));
    }

    void whatCannotBeWritten_isSaid()
    {
        const Table table {QStringLiteral("t"), {QStringLiteral("a")}, {{1}}};
        const auto nowhere = writeCsv(QStringLiteral("/nowhere/at/all.csv"), table);
        QVERIFY(!nowhere);
        QCOMPARE(nowhere.error().code, ErrorCode::Storage);
        QVERIFY(nowhere.error().message.contains(u"all.csv"));

        // What was there stays until the new one is whole.
        const QTemporaryDir folder;
        const QString path = folder.filePath(QStringLiteral("a.csv"));
        QVERIFY(writeCsv(path, table));
        if (geteuid() == 0)
            return; // may write anywhere
        QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::ExeOwner);
        QVERIFY(!writeCsv(path, {QStringLiteral("t"), {QStringLiteral("b")}, {}}));
        QFile::setPermissions(folder.path(), QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
        QCOMPARE(contentOf(path), QByteArray("a\r\n1\r\n"));
    }
};

QTEST_GUILESS_MAIN(TestTables)
#include "tst_tables.moc"
