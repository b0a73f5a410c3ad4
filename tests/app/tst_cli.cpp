// SPDX-License-Identifier: Apache-2.0
// The command line's manners: exit statuses, one line on standard error, documents on standard output.
#include "core/base/json.h"
#include "tests/app/program.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>

using namespace astra;
using test::runAstra;

class TestCli : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void wrongUse_data();
    void wrongUse();
    void failure_isOneLine();
    void help_isGeneratedFromTheOperations();
    void process_json();
    void process_shorthandIsTheSame();
    void process_bandFiles();
    void scene_commandsNoTerminal();
    void preview_writesAPng();
    void preview_saysWhyItIsBlank_data();
    void preview_saysWhyItIsBlank();
    void preview_saysWhatItCosts();
    void preview_drawsOneFileAsItStands();
    void assets_json();
    void search_json();
    void search_nobodyAnswers();
    void search_readsStaticCatalogues();
    void sandbox_failsOnDemand();
    void interrupt_stopsAndLeavesNothing();

private:
    QString file(const QString &name) const { return m_folder.filePath(name); }

    QTemporaryDir m_folder;
    QString m_scene; ///< folder
    QString m_prefix;
};

void TestCli::initTestCase()
{
    m_scene = file(QStringLiteral("scene"));
    QVERIFY(QDir().mkpath(m_scene));
    m_prefix = test::writeLandsat(m_scene);
    QVERIFY(!m_prefix.isEmpty());
}

void TestCli::wrongUse_data()
{
    QTest::addColumn<QString>("words");
    for (const auto *words : {"frobnicate",
                              "search",
                              "search --bbox 1,2,3",
                              "search --bbox 1,2,200,3",
                              "search --bbox 1,91,2,92",
                              "search --bbox 1,2,3,4 --datetime yesterday",
                              "search --bbox 1,2,3,4 --providers nobody",
                              "search --bbox 1,2,3,4 --limit many",
                              "search --bbox",
                              "search --nonsense",
                              "scene",
                              "assets a b",
                              "preview x.tif",
                              "preview x.tif --style wow -o y.png",
                              "preview x.tif --size big -o y.png",
                              "process",
                              "process alchemy x -o y.tif",
                              "process ndvi",
                              "process ndvi x.tif",
                              "process ndvi a b -o y.tif",
                              "process index x --index NONE -o y.tif",
                              "process ndvi x --index NDWI -o y.tif",
                              "process ndvi --band red -o y.tif",
                              "process ndvi x --scale 2 -o y.tif",
                              "process ndvi x --mask snow -o y.tif",
                              "process ndvi x --backend nobody -o y.tif",
                              "preview x --offset-override maybe -o y.png",
                              "preview --band red=x --offset-override leave -o y.png",
                              "process ndvi x --offset-override -o y.tif",
                              "providers --provider nobody",
                              "--record a --replay b providers",
                              "--replay /nowhere/at/all providers",
                              "connections explode",
                              "connections list all",
                              "connections rotate",
                              "keys providers add",
                              "keys roll",
                              "gui --fault coast=lazy",
                              "sandbox --fault coast",
                              "sandbox --fault coast=lazy",
                              "sandbox --fault nobody=slow",
                              "sandbox --fault astra=loop",
                              "sandbox --port no"})
        QTest::newRow(words) << QString::fromLatin1(words);
}

void TestCli::wrongUse()
{
    QFETCH(QString, words);
    const auto run = runAstra(words.split(u' '));
    QCOMPARE(run.status, 2);
    QVERIFY(run.output.isEmpty());
    QVERIFY2(run.messages.startsWith("astra: "), run.messages.constData());
    QCOMPARE(run.messages.count('\n'), 1);
}

void TestCli::failure_isOneLine()
{
    const auto run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), QStringLiteral("/nowhere/x.json"),
                               QStringLiteral("-o"), file(QStringLiteral("no.tif"))});
    QCOMPARE(run.status, 1);
    QCOMPARE(run.messages, QByteArray("astra: process ndvi: /nowhere/x.json does not exist.\n"));
    QVERIFY(!QFile::exists(file(QStringLiteral("no.tif"))));
}

void TestCli::help_isGeneratedFromTheOperations()
{
    const auto all = runAstra({QStringLiteral("--help")});
    QCOMPARE(all.status, 0);
    QVERIFY(all.output.contains("process"));
    const auto process = runAstra({QStringLiteral("process"), QStringLiteral("--help")});
    QCOMPARE(process.status, 0);
    QVERIFY(process.output.contains("ndvi"));
    const auto index = runAstra({QStringLiteral("process"), QStringLiteral("index"), QStringLiteral("--help")});
    QVERIFY(index.output.contains("NDMI"));
    QCOMPARE(runAstra({QStringLiteral("search"), QStringLiteral("--version")}).status, 0);
    const auto sandbox = runAstra({QStringLiteral("sandbox"), QStringLiteral("--help")});
    const auto connections = runAstra({QStringLiteral("connections"), QStringLiteral("--help")});
    for (const char *line : {"\n  list ", "\n  add KIND ", "\n  snippet ID ", "\n  certificates add FILE ",
                             " add, rename, rotate: a name "})
        QVERIFY2(connections.output.contains(line), line);
    for (const char *fault : {"  slow ", "  502-big ", "  429-date ", "  expired-signature ", "  dead-pixels "})
        QVERIFY2(sandbox.output.contains(fault), fault);
}

void TestCli::process_json()
{
    const QString output = file(QStringLiteral("ndvi.tif"));
    const auto run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), m_scene, QStringLiteral("--mask"),
                               QStringLiteral("clouds"), QStringLiteral("--json"), QStringLiteral("-o"), output});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    QCOMPARE(stringAt(*document, "output"), output);
    QCOMPARE(asInteger(member(member(*document, "statistics"), "valid")), 32 * 48);
    QVERIFY(QFile::exists(stringAt(*document, "item")));
    QVERIFY(run.messages.contains("0.2")); // the radiometry, in words
}

void TestCli::process_shorthandIsTheSame()
{
    const QString first = file(QStringLiteral("short.tif"));
    const QString second = file(QStringLiteral("long.tif"));
    QCOMPARE(runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), m_scene, QStringLiteral("-o"), first}).status,
             0);
    QCOMPARE(runAstra({QStringLiteral("process"), QStringLiteral("index"), m_scene, QStringLiteral("--index=NDVI"),
                       QStringLiteral("-o"), second})
                 .status,
             0);
    QCOMPARE(test::readBand(first).values, test::readBand(second).values);
    const auto recipe = [](const QString &tif) {
        const auto item = readJsonFile(QString(tif).replace(QStringLiteral(".tif"), QStringLiteral(".json")));
        return item ? member(member(*item, "properties"), "astra:recipe_hash") : Json();
    };
    QVERIFY(recipe(first).is_string());
    QVERIFY(recipe(first) == recipe(second));
}

void TestCli::process_bandFiles()
{
    const QString output = file(QStringLiteral("bands.tif"));
    const auto band = [&](const char *name, const char *which) {
        return QString(QLatin1String(name) + u'=' + m_scene + u'/' + m_prefix + QLatin1String(which));
    };
    const auto run = runAstra({QStringLiteral("process"), QStringLiteral("ndvi"), QStringLiteral("--band"),
                               band("red", "_SR_B4.TIF"), QStringLiteral("--band"), band("nir", "_SR_B5.TIF"),
                               QStringLiteral("--scale"), QStringLiteral("0.0001"), QStringLiteral("--offset"),
                               QStringLiteral("-0.1"), QStringLiteral("-o"), output});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto pixels = test::readBand(output);
    const double red = (10000 + 7) * 0.0001 - 0.1;
    const double nir = 20000 * 0.0001 - 0.1;
    QVERIFY(std::abs(pixels.values[7] - (nir - red) / (nir + red)) < 1e-6);
}

void TestCli::scene_commandsNoTerminal()
{
    const QString folder = file(QStringLiteral("rude"));
    QVERIFY(QDir().mkpath(folder));
    QFile document(folder + QStringLiteral("/item.json"));
    QVERIFY(document.open(QIODevice::WriteOnly));
    document.write(
        toText({{"type", "Feature"},
                {"stac_version", "1.0.0"},
                {"id", "rude\x1b[2J"},
                {"collection", "flights"},
                {"geometry", nullptr},
                {"properties", {{"datetime", "2021-06-01T10:00:00Z"}, {"platform", "drone\x1b]0;gone\x07\u009b31m"}}},
                {"links", Json::array()},
                {"assets", {{"image", {{"href", "./image.tif"}, {"type", "image/tiff"}}}}}}));
    document.close();
    const auto run = runAstra({QStringLiteral("scene"), folder});
    QVERIFY2(run.status == 0 && run.output.contains("drone"), run.messages.constData());
    for (const QChar character : QString::fromUtf8(run.output + run.messages))
        QVERIFY(character == u'\n' || character.category() != QChar::Other_Control);
}

void TestCli::preview_writesAPng()
{
    const QString output = file(QStringLiteral("p.png"));
    const auto run = runAstra({QStringLiteral("preview"), m_scene, QStringLiteral("--size"), QStringLiteral("200x100"),
                               QStringLiteral("-o"), output});
    QVERIFY2(run.status == 0, run.messages.constData());
    QFile png(output);
    QVERIFY(png.open(QIODevice::ReadOnly));
    const QByteArray bytes = png.readAll();
    QVERIFY(bytes.startsWith("\x89PNG"));
    QCOMPARE(bytes.mid(16, 8), QByteArray("\0\0\0\xc8\0\0\0\x64", 8)); // width and height, big-endian
}

void TestCli::preview_saysWhyItIsBlank_data()
{
    QTest::addColumn<QString>("box");
    QTest::addColumn<bool>("masked");
    QTest::addColumn<QByteArray>("sentence"); // none: something is to be seen
    // UTM 29 N (301300 … 301700, 2699100 … 2699500), by GDAL's gdaltransform: within the right half.
    const QString cloud = QStringLiteral("-10.9593,24.3927,-10.9554,24.3962");
    QTest::newRow("cloud, shown") << cloud << false << QByteArray();
    QTest::newRow("cloud, masked") << cloud << true << QByteArray("masked as cloud");
    QTest::newRow("elsewhere") << QStringLiteral("-9,24,-8.9,24.1") << false << QByteArray("No pixel in this area");
}

void TestCli::preview_saysWhyItIsBlank()
{
    QFETCH(const QString, box);
    QFETCH(const bool, masked);
    QFETCH(const QByteArray, sentence);
    QStringList words {QStringLiteral("preview"),         m_scene,
                       QStringLiteral("--bbox=") + box,   QStringLiteral("-o"),
                       file(QStringLiteral("blank.png")), QStringLiteral("--json")};
    if (masked)
        words << QStringLiteral("--mask") << QStringLiteral("clouds");
    const auto run = runAstra(words);
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    QCOMPARE(member(*document, "notes").size(), sentence.isEmpty() ? 0u : 1u);
    if (!sentence.isEmpty()) {
        QVERIFY2(run.messages.contains(sentence), run.messages.constData());
        QVERIFY(asStringList(member(*document, "notes")).front().toUtf8().contains(sentence));
    }
}

void TestCli::preview_saysWhatItCosts()
{
    const QString config = file(QStringLiteral("paid"));
    QVERIFY(QDir().mkpath(config));
    const auto write = [&](const char *name, const Json &json) {
        QFile out(config + u'/' + QLatin1String(name));
        return out.open(QIODevice::WriteOnly) && out.write(toText(json)) > 0;
    };
    const std::string item = QUrl::fromLocalFile(config + u"/item.json").toString().toStdString();
    QVERIFY(write(
        "item.json",
        {{"type", "Feature"},
         {"stac_version", "1.0.0"},
         {"id", "dear"},
         {"collection", "flights"},
         {"bbox", {10, 50, 11, 51}},
         {"geometry", {{"type", "Polygon"}, {"coordinates", {{{10, 50}, {11, 50}, {11, 51}, {10, 51}, {10, 50}}}}}},
         {"properties", {{"datetime", "2021-06-01T10:00:00Z"}}},
         {"links", Json::array()},
         {"assets", {{"image", {{"href", "s3://bucket/image.tif"}, {"type", "image/tiff"}}}}}}));
    const Json rule {{"match", "s3://bucket/"}, {"access", "paid"}, {"connection", "aws"}};
    const Json provider {
        {"id", "paid"}, {"title", "Paid"}, {"protocol", "static"}, {"url", item}, {"assets", Json::array({rule})}};
    QVERIFY(write("providers.json", {{"providers", Json::array({provider})}}));
    const auto run = runAstra({QStringLiteral("--config"), config, QStringLiteral("--offline"),
                               QStringLiteral("preview"), QStringLiteral("paid:dear"), QStringLiteral("--style"),
                               QStringLiteral("asset:image"), QStringLiteral("-o"), file(QStringLiteral("dear.png"))});
    QCOMPARE(run.status, 1); // and the account is missing
    QVERIFY2(run.messages.contains("your account is charged"), run.messages.constData());
}

void TestCli::preview_drawsOneFileAsItStands()
{
    const auto listed = runAstra({QStringLiteral("assets"), m_scene, QStringLiteral("--bands"), QStringLiteral("red"),
                                  QStringLiteral("--json")});
    const auto document = parseJson(listed.output);
    QVERIFY(document);
    const QString key = stringAt(member(*document, "assets")[0], "key");
    const QString output = file(QStringLiteral("asset.png"));
    const QStringList words {QStringLiteral("preview"), m_scene, QStringLiteral("-o"), output,
                             QStringLiteral("--style")};
    const auto drawn = runAstra(words + QStringList(QString(u"asset:" + key)));
    QVERIFY2(drawn.status == 0, drawn.messages.constData());
    QVERIFY(QFileInfo(output).size() > 100);
    const auto none = runAstra(words + QStringList(QStringLiteral("asset:no-such-file")));
    QCOMPARE(none.status, 1);
    QVERIFY2(none.messages.contains(key.toUtf8()), none.messages.constData()); // names those there are
}

void TestCli::assets_json()
{
    const auto run = runAstra({QStringLiteral("assets"), m_scene, QStringLiteral("--bands"), QStringLiteral("red,nir"),
                               QStringLiteral("--json")});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto document = parseJson(run.output);
    QVERIFY(document);
    const Json &assets = member(*document, "assets");
    QCOMPARE(assets.size(), 2u);
    QVERIFY(stringAt(assets[1], "href").endsWith(u"_SR_B5.TIF"));
    QCOMPARE(*numberAt(assets[0], "scale"), 0.0000275);
    const auto none = runAstra(
        {QStringLiteral("assets"), m_scene, QStringLiteral("--bands"), QStringLiteral("swir16")});
    QCOMPARE(none.status, 1);
}

void TestCli::search_json()
{
    test::FaultServer server;
    test::Reply page;
    page.headers = {{"Content-Type", "application/geo+json"}};
    page.body = R"({"type":"FeatureCollection","links":[],"features":[{"type":"Feature","stac_version":"1.0.0",
        "id":"S2A_29RKH_20200219_0_L2A","collection":"sentinel-2-l2a","bbox":[-12,24,-10,25],
        "geometry":{"type":"Polygon","coordinates":[[[-12,24],[-10,24],[-10,25],[-12,25],[-12,24]]]},
        "properties":{"datetime":"2020-02-19T11:34:25Z","eo:cloud_cover":4,
        "s2:product_uri":"S2A_MSIL2A_20200219T112111_N0214_R037_T29RKH_20200219T123947.SAFE",
        "s2:processing_baseline":"02.14","platform":"sentinel-2a"},"links":[],"assets":{}}]})";
    server.on("*", [page](const test::SeenRequest &, int) { return page; });
    const Json document {{"providers",
                          {{{"id", "ours"},
                            {"title", "Ours"},
                            {"protocol", "stac"},
                            {"url", server.url(QStringLiteral("/v1")).toString().toStdString()}}}}};
    QVERIFY(QDir().mkpath(file(QStringLiteral("config"))));
    QFile providers(file(QStringLiteral("config/providers.json")));
    QVERIFY(providers.open(QIODevice::WriteOnly));
    providers.write(toText(document));
    providers.close();
    const auto run = runAstra({QStringLiteral("--config"), file(QStringLiteral("config")), QStringLiteral("search"),
                               QStringLiteral("--bbox=-12,24,-10,25"), QStringLiteral("--datetime"),
                               QStringLiteral("2020-02-01/2020-02-29"), QStringLiteral("--providers"),
                               QStringLiteral("ours"), QStringLiteral("--json")});
    QVERIFY2(run.status == 0, run.messages.constData());
    const auto found = parseJson(run.output);
    QVERIFY(found);
    QCOMPARE(stringAt(*found, "type"), QStringLiteral("FeatureCollection"));
    QVERIFY(member(*found, "context").is_object());
    QVERIFY(member(*found, "warnings").is_array());
    QCOMPARE(member(*found, "features").size(), 1u);
    const Json &properties = member(member(*found, "features")[0], "properties");
    QCOMPARE(stringAt(properties, "astra:provider"), QStringLiteral("ours"));
    QCOMPARE(stringAt(properties, "astra:collection"), QStringLiteral("sentinel-2-l2a"));
    QCOMPARE(stringAt(properties, "astra:original_id"), QStringLiteral("S2A_29RKH_20200219_0_L2A"));
    QVERIFY(stringAt(properties, "astra:acquisition").contains(u"29RKH"));
    QCOMPARE(member(properties, "astra:copies").size(), 1u);
    QCOMPARE(stringAt(member(properties, "astra:copies")[0], "baseline"), QStringLiteral("02.14"));
}

void TestCli::search_nobodyAnswers()
{
    const auto run = runAstra({QStringLiteral("--offline"), QStringLiteral("search"), QStringLiteral("--bbox=1,2,3,4"),
                               QStringLiteral("--datetime=2020-01-01")});
    QCOMPARE(run.status, 1);
    QVERIFY(run.output.isEmpty());
    QVERIFY(run.messages.trimmed().split('\n').back().startsWith("astra: search: "));
}

/// A catalogue on disk as people keep them: a collection with Items beside it; and one Item alone.
void TestCli::search_readsStaticCatalogues()
{
    const QString folder = file(QStringLiteral("catalogue"));
    QVERIFY(QDir().mkpath(folder));
    const auto write = [&](const char *name, const Json &json) {
        QFile out(folder + u'/' + QLatin1String(name));
        return out.open(QIODevice::WriteOnly) && out.write(toText(json)) > 0;
    };
    const auto item = [](const char *id, const char *time) {
        return Json {
            {"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", id},
            {"collection", "flights"},
            {"bbox", {10, 50, 11, 51}},
            {"geometry", {{"type", "Polygon"}, {"coordinates", {{{10, 50}, {11, 50}, {11, 51}, {10, 51}, {10, 50}}}}}},
            {"properties", {{"datetime", time}}},
            {"links", Json::array()},
            {"assets", {{"image", {{"href", "./image.tif"}, {"type", "image/tiff"}}}}}};
    };
    QVERIFY(write("june.json", item("june", "2021-06-01T10:00:00Z")));
    QVERIFY(write("july.json", item("july", "2021-07-01T10:00:00Z")));
    QVERIFY(
        write("collection.json",
              {{"type", "Collection"},
               {"stac_version", "1.0.0"},
               {"id", "flights"},
               {"title", "Drone flights"},
               {"description", "Two of them"},
               {"license", "CC0-1.0"},
               {"extent",
                {{"spatial", {{"bbox", {{10, 50, 11, 51}}}}},
                 {"temporal", {{"interval", {{"2021-06-01T00:00:00Z", nullptr}}}}}}},
               {"links", {{{"rel", "item"}, {"href", "./june.json"}}, {{"rel", "item"}, {"href", "./july.json"}}}}}));
    const auto address = [&](const char *name) {
        return QUrl::fromLocalFile(folder + u'/' + QLatin1String(name)).toString().toStdString();
    };
    const QString config = file(QStringLiteral("static"));
    QVERIFY(QDir().mkpath(config));
    QFile providers(config + u"/providers.json");
    QVERIFY(providers.open(QIODevice::WriteOnly));
    providers.write(toText(
        {{"providers",
          {{{"id", "flights"}, {"title", "Flights"}, {"protocol", "static"}, {"url", address("collection.json")}},
           {{"id", "one"}, {"title", "One Item"}, {"protocol", "static"}, {"url", address("july.json")}}}}}));
    providers.close();
    const auto run = [&](const QStringList &words) {
        return runAstra(QStringList {QStringLiteral("--config"), config} + words);
    };
    const auto search = [&](const char *provider, const char *time) {
        const auto ran = run({QStringLiteral("search"), QStringLiteral("--bbox=10.2,50.2,10.4,50.4"),
                              QStringLiteral("--datetime"), QString::fromLatin1(time), QStringLiteral("--providers"),
                              QString::fromLatin1(provider)});
        return QByteArray(QByteArray::number(ran.status) + ' ' + ran.output.split(' ').front().trimmed());
    };
    QCOMPARE(search("flights", "2021-07-01/2021-07-31"), QByteArray("0 flights:july"));
    QCOMPARE(search("flights", "2021-06-01/2021-06-30"), QByteArray("0 flights:june"));
    QCOMPARE(search("flights", "2020-01-01/2020-12-31"), QByteArray("0 "));
    QCOMPARE(search("one", "2021-01-01/2021-12-31"), QByteArray("0 one:july"));
    const auto scene = run({QStringLiteral("scene"), QStringLiteral("flights:june")});
    QVERIFY2(scene.status == 0 && scene.output.contains("2021-06-01"), scene.messages.constData());
    const auto held = run({QStringLiteral("providers"), QStringLiteral("--collections"), QStringLiteral("--provider"),
                           QStringLiteral("flights")});
    QVERIFY2(held.status == 0 && held.output.contains("Drone flights"), held.messages.constData());
}

void TestCli::sandbox_failsOnDemand()
{
    // The world that other tests have made, or will find made.
    QVERIFY(QDir().mkpath(QStringLiteral(ASTRA_BINARY_DIR "/test-world")));
    const QString data = file(QStringLiteral("sandbox"));
    QVERIFY(QDir().mkpath(data));
    QVERIFY(QFile::link(QStringLiteral(ASTRA_BINARY_DIR "/test-world"), data + QStringLiteral("/cache")));
    QProcess sandbox;
    sandbox.start(test::programPath(),
                  {QStringLiteral("--data"), data, QStringLiteral("sandbox"), QStringLiteral("--fault"),
                   QStringLiteral("coast=500"), QStringLiteral("--fault"), QStringLiteral("sandbox-signed=html")});
    QVERIFY(sandbox.waitForStarted());
    while (!sandbox.canReadLine() && sandbox.waitForReadyRead(500000)) { }
    const QString url = QString::fromLatin1(sandbox.readLine().trimmed());
    QVERIFY2(url.startsWith(u"http://127.0.0.1:"), qPrintable(url));
    const auto search = [&](const char *provider) {
        return runAstra({QStringLiteral("--world"), url, QStringLiteral("search"), QStringLiteral("--bbox=-5,43,-4,44"),
                         QStringLiteral("--providers"), QString::fromLatin1(provider)});
    };
    const auto coast = search("sandbox-coast");
    QCOMPARE(coast.status, 1);
    QVERIFY2(coast.messages.contains("500"), coast.messages.constData());
    QCOMPARE(search("sandbox-signed").status, 1);
    const auto space = search("sandbox-space");
    QCOMPARE(space.status, 0);
    QCOMPARE(space.output.count('\n'), 6);
    ::kill(static_cast<pid_t>(sandbox.processId()), SIGINT);
    QVERIFY(sandbox.waitForFinished(10000));
    QCOMPARE(sandbox.exitCode(), 130);
}

void TestCli::interrupt_stopsAndLeavesNothing()
{
    test::FaultServer server;
    test::Reply hang;
    hang.hang = true;
    server.on("*", [hang](const test::SeenRequest &, int) { return hang; });
    const QString folder = file(QStringLiteral("stuck"));
    QVERIFY(QDir().mkpath(folder));
    const auto asset = [&](const char *name, const char *common) {
        return Json {{"href", server.url(QStringLiteral("/%1.tif").arg(QLatin1String(name))).toString().toStdString()},
                     {"type", "image/tiff"},
                     {"eo:bands", {{{"name", name}, {"common_name", common}}}}};
    };
    const Json item {{"type", "Feature"},
                     {"stac_version", "1.0.0"},
                     {"id", "stuck"},
                     {"geometry", nullptr},
                     {"properties", {{"datetime", "2020-02-19T11:34:25Z"}}},
                     {"links", Json::array()},
                     {"assets", {{"red", asset("B04", "red")}, {"nir", asset("B08", "nir")}}}};
    QFile document(folder + QStringLiteral("/item.json"));
    QVERIFY(document.open(QIODevice::WriteOnly));
    document.write(toText(item));
    document.close();

    QProcess process;
    process.start(test::programPath(),
                  {QStringLiteral("--config"), file(QStringLiteral("c")), QStringLiteral("--data"),
                   file(QStringLiteral("d")), QStringLiteral("process"), QStringLiteral("ndvi"), folder,
                   QStringLiteral("-o"), file(QStringLiteral("stuck/out.tif"))});
    QVERIFY(process.waitForStarted());
    QTRY_VERIFY(server.requests() > 0);
    ::kill(static_cast<pid_t>(process.processId()), SIGINT);
    QVERIFY(process.waitForFinished(5000));
    QCOMPARE(process.exitCode(), 130);
    QCOMPARE(QDir(folder).entryList(QDir::Files | QDir::Hidden), QStringList {QStringLiteral("item.json")});
}

QTEST_GUILESS_MAIN(TestCli)
#include "tst_cli.moc"
