// SPDX-License-Identifier: Apache-2.0
#include "core/engine/engine.h"
#include "core/imagery/styles.h"
#include "tests/support/canary.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace astra;
using engine::Engine;
using engine::EngineConfig;

class TestEngine : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void environment_replacesTheFolders();
    void providers_shippedAndOwn();
    void providers_switchedOffStayOff();
    void addProvider_refusesWhatIsNoAddress();
    void addProvider_tellsApiFromDocuments_data();
    void addProvider_tellsApiFromDocuments();
    void world_isUsedAlone();
    void world_thatIsNotThere();
    void open_unknownSource();
    void job_fromFolderToResult();
    void job_atAnUnknownBackendFailsAsAJob();
    void savePicture_neverOverADevice();

private:
    EngineConfig config() const
    {
        EngineConfig config;
        config.configDir = m_folder.filePath(QStringLiteral("config"));
        config.dataDir = m_folder.filePath(QStringLiteral("data"));
        config.cacheDir = m_folder.filePath(QStringLiteral("cache"));
        config.keychain = false;
        config.offline = false;
        return config;
    }
    static std::shared_ptr<Engine> make(const EngineConfig &config)
    {
        auto made = waitFor(Engine::create(config));
        return made ? *made : nullptr;
    }
    static bool enabled(const Engine &engine, const QString &id)
    {
        const auto all = engine.providers();
        return std::any_of(all.begin(), all.end(), [&](const auto &info) { return info.id == id && info.enabled; });
    }
    QTemporaryDir m_folder;
};

void TestEngine::environment_replacesTheFolders()
{
    qputenv("ASTRA_CONFIG_DIR", "/somewhere/config");
    qputenv("ASTRA_DATA_DIR", "/somewhere/data");
    const auto config = EngineConfig::fromEnvironment();
    qunsetenv("ASTRA_CONFIG_DIR");
    qunsetenv("ASTRA_DATA_DIR");
    QCOMPARE(config.configDir, QStringLiteral("/somewhere/config"));
    QCOMPARE(config.dataDir, QStringLiteral("/somewhere/data"));
    QVERIFY(config.cacheDir.startsWith(u"/somewhere/data"));
}

void TestEngine::providers_shippedAndOwn()
{
    auto offline = config();
    offline.offline = true;
    const auto engine = make(offline);
    QVERIFY(engine);
    QVERIFY(enabled(*engine, QStringLiteral("earth-search")));
    QVERIFY(!engine->invented());
    QSignalSpy changed(engine.get(), &Engine::providersChanged);
    QVERIFY(waitFor(engine->addProvider(QStringLiteral("Our Maps"), QUrl(QStringLiteral("https://stac.example/v1/")))));
    QVERIFY(waitFor(engine->addProvider(QStringLiteral("Our Maps"), QUrl(QStringLiteral("https://other.example/v1")))));
    QCOMPARE(changed.count(), 2);
    // Two at once are two.
    const auto one = engine->addProvider(QStringLiteral("Twin"), QUrl(QStringLiteral("https://me:CaNaRy@one.example")));
    const auto two = engine->addProvider(QStringLiteral("Twin"), QUrl(QStringLiteral("https://two.example")));
    QVERIFY(waitFor(one) && waitFor(two));
    const auto again = make(config());
    for (const auto *id : {"our-maps", "our-maps-2", "twin", "twin-2"})
        QVERIFY2(enabled(*again, QString::fromLatin1(id)), id);
    QFile file(m_folder.filePath(QStringLiteral("config/providers.json")));
    QVERIFY(file.open(QIODevice::ReadOnly));
    QVERIFY(!file.readAll().contains(test::canaryMark));
}

void TestEngine::providers_switchedOffStayOff()
{
    QVERIFY(waitFor(make(config())->setProviderEnabled(QStringLiteral("earth-search"), false)));
    const auto engine = make(config());
    QVERIFY(!enabled(*engine, QStringLiteral("earth-search")));
    QVERIFY(waitFor(engine->setProviderEnabled(QStringLiteral("earth-search"), true)));
    QVERIFY(enabled(*engine, QStringLiteral("earth-search")));
    QVERIFY(!waitFor(engine->setProviderEnabled(QStringLiteral("no-such"), true)));
}

void TestEngine::addProvider_refusesWhatIsNoAddress()
{
    const auto engine = make(config());
    for (const auto *text : {"", "nonsense", "ftp://example.org", "file:///etc/passwd"}) {
        const auto added = waitFor(engine->addProvider(QStringLiteral("x"), QUrl(QString::fromLatin1(text))));
        QVERIFY2(!added, text);
        QCOMPARE(added.error().code, ErrorCode::InvalidInput);
    }
}

void TestEngine::addProvider_tellsApiFromDocuments_data()
{
    QTest::addColumn<QByteArray>("document");
    QTest::addColumn<QString>("protocol"); // empty: refused
    QTest::newRow("api by conformance") << QByteArray(R"({"type":"Catalog","conformsTo":[],"links":[]})")
                                        << QStringLiteral("stac");
    QTest::newRow("api by its search link")
        << QByteArray(R"({"type":"Catalog","links":[{"rel":"search","href":"x"}]})") << QStringLiteral("stac");
    QTest::newRow("static catalogue") << QByteArray(R"({"type":"Catalog","links":[{"rel":"child","href":"a.json"}]})")
                                      << QStringLiteral("static");
    QTest::newRow("item") << QByteArray(R"({"type":"Feature","id":"a"})") << QStringLiteral("static");
    QTest::newRow("items") << QByteArray(R"({"type":"FeatureCollection","features":[]})") << QStringLiteral("static");
    QTest::newRow("other JSON") << QByteArray(R"({"hello":"world"})") << QString();
    QTest::newRow("a web page") << QByteArray("<html></html>") << QString();
}

void TestEngine::addProvider_tellsApiFromDocuments()
{
    QFETCH(const QByteArray, document);
    QFETCH(const QString, protocol);
    test::FaultServer server;
    test::Reply reply;
    reply.body = document;
    server.on("/it", reply);
    auto fresh = config();
    fresh.configDir = m_folder.filePath(QLatin1String(QTest::currentDataTag()));
    const auto engine = make(fresh);
    const auto added = waitFor(engine->addProvider(QStringLiteral("mine"), server.url(QStringLiteral("/it"))));
    QCOMPARE(added.has_value(), !protocol.isEmpty());
    const auto all = engine->providers();
    const auto mine = std::find_if(all.begin(), all.end(),
                                   [](const auto &info) { return info.id == QStringLiteral("mine"); });
    if (protocol.isEmpty()) {
        QCOMPARE(added.error().code, ErrorCode::InvalidInput);
        QVERIFY(mine == all.end());
    } else {
        QVERIFY(mine != all.end());
        QCOMPARE(mine->protocol, protocol);
    }
}

void TestEngine::world_isUsedAlone()
{
    test::FaultServer server;
    test::Reply document;
    document.headers = {{"Content-Type", "application/json"}};
    document.body = R"({"providers":[{"id":"invented-one","title":"One","protocol":"stac","url":"http://127.0.0.1:1/v1",
        "invented":true}],"world":{"title":"W","invented":true,"bbox":[-5,43,-4,44],
        "datetime":"2025-01-01/2025-12-31"}})";
    server.on("/providers.json", document);
    auto here = config();
    here.world = server.url(QStringLiteral("/"));
    const auto engine = make(here);
    QVERIFY(engine);
    QVERIFY(engine->invented());
    QCOMPARE(engine->providers().size(), 1u);
    QCOMPARE(engine->worldBox()->west, -5.0);
    QCOMPARE(engine->worldTime().start->date(), QDate(2025, 1, 1));
    QVERIFY(waitFor(engine->setProviderEnabled(QStringLiteral("invented-one"), false)));
    QVERIFY(!enabled(*engine, QStringLiteral("invented-one")));
    QVERIFY(!waitFor(engine->addProvider(QStringLiteral("x"), QUrl(QStringLiteral("https://stac.example")))));
}

void TestEngine::world_thatIsNotThere()
{
    test::FaultServer server;
    test::Reply gone;
    gone.status = 404;
    server.on("*", [gone](const test::SeenRequest &, int) { return gone; });
    auto here = config();
    here.world = server.url(QStringLiteral("/"));
    const auto made = waitFor(Engine::create(here));
    QVERIFY(!made);
    QVERIFY(!made.error().message.isEmpty());
}

void TestEngine::open_unknownSource()
{
    const auto engine = make(config());
    const auto opened = waitFor(engine->open(QStringLiteral("nobody:thing")));
    QVERIFY(!opened);
    QCOMPARE(opened.error().code, ErrorCode::NotFound);
    QVERIFY(opened.error().message.contains(u"nobody:thing"));
    QVERIFY(!waitFor(engine->rawItem(QStringLiteral("/nowhere.json"))));
}

void TestEngine::job_fromFolderToResult()
{
    QVERIFY(QDir().mkpath(m_folder.filePath(QStringLiteral("scene"))));
    QVERIFY(!test::writeLandsat(m_folder.filePath(QStringLiteral("scene"))).isEmpty());
    const auto engine = make(config());
    auto scene = waitFor(engine->open(m_folder.filePath(QStringLiteral("scene"))));
    QVERIFY2(scene, scene ? "" : qUtf8Printable(scene.error().message));
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {*scene};
    QSignalSpy added(engine.get(), &Engine::jobAdded);
    jobs::Job *job = engine->submit(request);
    QCOMPARE(added.count(), 1);
    QTRY_VERIFY(job->isFinished());
    QVERIFY2(job->result(), job->error() ? qUtf8Printable(job->error()->message) : "");
    QVERIFY(job->result()->output.startsWith(config().dataDir)); // no name was given
    // The result is a scene again: opened, it is drawn as what it is.
    const auto again = waitFor(engine->open(job->result()->output));
    QVERIFY2(again, again ? "" : qUtf8Printable(again.error().message));
    QCOMPARE(Engine::defaultStyle(*again).id, QStringLiteral("ndvi"));
    QVERIFY(Engine::canDraw(*again, *imagery::styleNamed(QStringLiteral("ndvi"))));
    QVERIFY(!Engine::canDraw(*again, *imagery::styleNamed(QStringLiteral("true-color"))));
    const auto preview = waitFor(engine->preview(*again, Engine::defaultStyle(*again), {}, 64, 64));
    QVERIFY2(preview, preview ? "" : qUtf8Printable(preview.error().message));
    QCOMPARE(preview->picture.width, 64);
}

void TestEngine::job_atAnUnknownBackendFailsAsAJob()
{
    const auto engine = make(config());
    data::JobRequest request;
    request.backend = QStringLiteral("nobody");
    jobs::Job *job = engine->submit(request);
    QTRY_COMPARE(job->state(), jobs::Job::State::Failed);
    QVERIFY(job->error()->message.contains(u"nobody"));
    QCOMPARE(engine->backends().front().id, QStringLiteral("local"));
    QVERIFY(engine->backends().front().obstacle.isEmpty());
}

void TestEngine::savePicture_neverOverADevice()
{
    const auto engine = make(config());
    data::Picture picture {1, 1, {1, 2, 3, 255}};
    QVERIFY(!waitFor(engine->savePicture(picture, QStringLiteral("/dev/null"))));
    const QString path = m_folder.filePath(QStringLiteral("one.png"));
    QVERIFY(waitFor(engine->savePicture(picture, path)));
    QVERIFY(QFile::exists(path));
}

QTEST_GUILESS_MAIN(TestEngine)
#include "tst_engine.moc"
