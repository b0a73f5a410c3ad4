// SPDX-License-Identifier: Apache-2.0
// `astra assets`: what a person learns of a file before any click, and what a script gets.
#include "core/base/json.h"
#include "tests/app/program.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace astra;
using test::runAstra;

class TestAssets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void bands_eachByItself();
    void bands_noneIsAFailure();
    void files_asATable();
    void format_isJudged_data();
    void format_isJudged();
    void format_unknownIsAWrongUse();

private:
    QTemporaryDir m_folder;
    QString m_item;
};

void TestAssets::initTestCase()
{
    const auto asset = [](const char *href, const char *type, const char *band, const char *common) {
        Json entry {{"href", href}, {"type", type}};
        if (band)
            entry["eo:bands"] = Json::array({{{"name", band}, {"common_name", common}}});
        return entry;
    };
    const char *cog = "image/tiff; application=geotiff; profile=cloud-optimized";
    const Json item {{"type", "Feature"},
                     {"stac_version", "1.0.0"},
                     {"id", "S2B_MSIL2A_20200705T101559_N0500_R065_T32TMT_20230530T175912"},
                     {"bbox", {7.6, 46.8, 9.1, 47.8}},
                     {"geometry", nullptr},
                     {"properties", {{"datetime", "2020-07-05T10:15:59Z"}}},
                     {"links", Json::array()},
                     {"assets",
                      {{"red", asset("https://cogs.example.org/B04.tif", cog, "B04", "red")},
                       {"B08_10m", asset("s3://eodata/B08_10m.jp2", "image/jp2", "B08", "nir")},
                       {"thumbnail", asset("https://cogs.example.org/t.jpg", "image/jpeg", nullptr, nullptr)}}}};
    m_item = m_folder.filePath(QStringLiteral("item.json"));
    QFile file(m_item);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QVERIFY(file.write(toText(item)) > 0);
}

void TestAssets::bands_eachByItself()
{
    const auto run = runAstra({QStringLiteral("assets"), m_item, QStringLiteral("--bands"),
                               QStringLiteral("red,B99,nir,thumbnail"), QStringLiteral("--json")});
    QCOMPARE(run.status, 0); // three of four
    QVERIFY2(run.messages.contains("B99"), run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    const Json &list = member(*document, "assets");
    QCOMPARE(list.size(), 4u);
    const auto at = [&](std::size_t i, const char *key) { return stringAt(list[i], key); };
    QCOMPARE(at(0, "status"), QStringLiteral("ready"));
    QCOMPARE(at(0, "band"), QStringLiteral("red"));
    QCOMPARE(at(0, "format"), QStringLiteral("cog"));
    QCOMPARE(at(0, "routing"), QStringLiteral("direct"));
    QCOMPARE(at(0, "access"), QStringLiteral("public"));
    QCOMPARE(at(0, "note"), QString());
    QCOMPARE(*asInteger(list[0]["index"]), 1);
    QCOMPARE(*numberAt(list[0], "scale"), 0.0001);
    QCOMPARE(at(1, "status"), QStringLiteral("error"));
    QVERIFY(at(1, "error").contains(u"nir")); // what there is instead
    QVERIFY(!list[1].contains("href"));
    QCOMPARE(at(2, "key"), QStringLiteral("B08_10m"));
    QCOMPARE(at(2, "access"), QStringLiteral("login"));
    QCOMPARE(at(2, "routing"), QStringLiteral("conversion needed"));
    QCOMPARE(at(2, "note"), QStringLiteral("needs a free account at Copernicus Data Space"));
    QCOMPARE(at(3, "key"), QStringLiteral("thumbnail"));
    QVERIFY(!list[3].contains("scale")); // a picture has no radiometry
}

void TestAssets::bands_noneIsAFailure()
{
    const auto run = runAstra({QStringLiteral("assets"), m_item, QStringLiteral("--bands"), QStringLiteral("B98,B99")});
    QCOMPARE(run.status, 1);
    QVERIFY(run.output.isEmpty());
    QCOMPARE(run.messages.count('\n'), 1);
}

void TestAssets::files_asATable()
{
    const auto run = runAstra({QStringLiteral("assets"), m_item});
    QCOMPARE(run.status, 0);
    const auto lines = run.output.trimmed().split('\n');
    QCOMPARE(lines.size(), 3);
    QVERIFY2(lines[0].startsWith("B08_10m") && lines[0].endsWith("needs a free account at Copernicus Data Space"),
             lines[0].constData());
    // Columns stand below each other.
    QCOMPARE(lines[0].indexOf("s3://"), lines[1].indexOf("https://"));
    QCOMPARE(lines[1].indexOf("https://"), lines[2].indexOf("https://"));
}

void TestAssets::format_isJudged_data()
{
    QTest::addColumn<QString>("format");
    QTest::addColumn<QString>("routing");
    QTest::newRow("COG") << QStringLiteral("cog") << QStringLiteral("direct");
    QTest::newRow("GeoTIFF") << QStringLiteral("geotiff") << QStringLiteral("direct");
    QTest::newRow("PNG") << QStringLiteral("png") << QStringLiteral("conversion needed");
    QTest::newRow("JPEG") << QStringLiteral("jpeg") << QStringLiteral("conversion needed");
}

void TestAssets::format_isJudged()
{
    QFETCH(QString, format);
    QFETCH(QString, routing);
    const auto run = runAstra({QStringLiteral("assets"), m_item, QStringLiteral("--bands"), QStringLiteral("red"),
                               QStringLiteral("--format"), format, QStringLiteral("--json")});
    QCOMPARE(run.status, 0);
    QCOMPARE(stringAt(member(*parseJson(run.output), "assets")[0], "routing"), routing);
}

void TestAssets::format_unknownIsAWrongUse()
{
    const auto run = runAstra({QStringLiteral("assets"), m_item, QStringLiteral("--format"), QStringLiteral("gif")});
    QCOMPARE(run.status, 2);
    QVERIFY(run.messages.contains("gif"));
}

QTEST_GUILESS_MAIN(TestAssets)
#include "tst_assets.moc"
