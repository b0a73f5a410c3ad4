// SPDX-License-Identifier: Apache-2.0
// What accounts mean for scenes and results: invented data is marked, a missing key is told before anything is read,
// certificates are taken into use at once.
#include "core/credentials/environmentkeys.h"
#include "core/engine/engine.h"
#include "core/imagery/styles.h"
#include "core/providers/searchsession.h"
#include "core/raster/geodesy.h"
#include "tests/support/canary.h"
#include "tests/support/certificate.h"
#include "tests/support/faultserver.h"
#include "tests/support/smallscenes.h"

#include <QDir>
#include <QFile>
#include <QPointer>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace astra;
using engine::Engine;
using engine::EngineConfig;
using test::FaultServer;
using test::json;
using test::SeenRequest;

namespace {

const QString sceneId = QStringLiteral("LC08_L2SP_204043_20200219_20200822_02_T1");

const QByteArray certificate = test::certificate();

bool write(const QString &path, const QByteArray &content)
{
    QFile file(path);
    return QDir().mkpath(QFileInfo(path).path()) && file.open(QIODevice::WriteOnly)
        && file.write(content) == content.size();
}

} // namespace

class TestEngineKeys : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void testKey_marksScenesAndResults();
    void testKey_marksWhatIsReadWithIt();
    void open_needsNoKey();
    void copernicus_wantsKeysOfItsBucket();
    void bucket_isReadWithItsKeys();
    void authorities_areKeptBesideTheSettings();
    void signIn_outlivesTheEngine();

private:
    [[nodiscard]] EngineConfig config() const
    {
        EngineConfig config;
        config.configDir = m_folder->filePath(QStringLiteral("config"));
        config.dataDir = m_folder->filePath(QStringLiteral("data"));
        config.cacheDir = m_folder->filePath(QStringLiteral("cache"));
        config.keychain = false;
        config.offline = false;
        return config;
    }
    [[nodiscard]] std::shared_ptr<Engine> make() const
    {
        auto made = waitFor(Engine::create(config()));
        if (made && !(*made)->warnings().isEmpty())
            qWarning("%s", qPrintable((*made)->warnings().join(u'\n')));
        return made ? *made : nullptr;
    }
    /// A catalogue at our server, whose scene lies there behind the same key.
    [[nodiscard]] bool defineCatalogue() const;
    [[nodiscard]] Json item() const;
    [[nodiscard]] static Result<data::Account> signIn(const std::shared_ptr<Engine> &engine, const QByteArray &key)
    {
        data::SignInRequest request;
        request.service = QStringLiteral("field-keys");
        request.fields = {{QStringLiteral("key"), Secret(key)}};
        return waitFor(engine->signIn(request));
    }
    /// The one scene that a search finds.
    [[nodiscard]] static std::optional<data::Acquisition> found(const std::shared_ptr<Engine> &engine);
    /// Properties of the Item beside an NDVI of it, computed here.
    [[nodiscard]] Json resultOf(const std::shared_ptr<Engine> &engine, const data::Acquisition &acquisition) const;
    [[nodiscard]] static bool isInvented(const Json &properties)
    {
        return asBool(member(properties, "astra:invented")).value_or(false);
    }
    /// Red and near infrared at an address, behind a connection.
    [[nodiscard]] static data::Scene lockedScene(const QUrl &base, const QString &connection);

    QTemporaryDir m_files;
    std::map<QByteArray, QByteArray> m_bands; ///< by name in the path
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<FaultServer> m_server;
};

void TestEngineKeys::initTestCase()
{
    const QString prefix = test::writeLandsat(m_files.path());
    QVERIFY(!prefix.isEmpty());
    for (const char *band : {"SR_B4", "SR_B5", "QA_PIXEL"}) {
        QFile file(m_files.filePath(prefix + u'_' + QLatin1String(band) + u".TIF"));
        QVERIFY(file.open(QIODevice::ReadOnly));
        m_bands[QByteArray(band) + ".TIF"] = file.readAll();
    }
}

void TestEngineKeys::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
    m_server = std::make_unique<FaultServer>();
    const auto guarded = [](const test::Reply &reply) {
        return [reply](const SeenRequest &request, int) {
            return request.header("Authorization").contains(test::canaryMark) ? reply : test::text("no", {}, 401);
        };
    };
    m_server->on("/api/test", guarded(json({{"ok", true}})));
    m_server->on(
        "/api/search",
        guarded(json({{"type", "FeatureCollection"}, {"features", Json::array({item()})}, {"links", Json::array()}})));
    m_server->on("/api/collections/landsat-c2-l2/items/" + sceneId.toLatin1(), guarded(json(item())));
    m_server->on("/api",
                 json({{"type", "Catalog"},
                       {"conformsTo", {"https://api.stacspec.org/v1.0.0/item-search"}},
                       {"links", {{{"rel", "search"}, {"href", "api/search"}, {"method", "POST"}}}}}));
    for (const auto &[name, bytes] : m_bands) {
        test::Reply file = test::text(bytes, {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}});
        file.ranges = true;
        m_server->on("/files/" + name, guarded(file));
    }
}

void TestEngineKeys::cleanup()
{
    m_server.reset();
    m_folder.reset();
}

Json TestEngineKeys::item() const
{
    const auto box = *raster::boundsInDegrees(test::utmGrid());
    const auto asset = [this](const char *band, const char *common) -> Json {
        return {{"href", toStd(m_server->url(QStringLiteral("/files/%1.TIF").arg(QLatin1String(band))).toString())},
                {"type", "image/tiff; application=geotiff; profile=cloud-optimized"},
                {"eo:bands", {{{"name", band}, {"common_name", common}}}}};
    };
    return {{"type", "Feature"},
            {"stac_version", "1.0.0"},
            {"id", toStd(sceneId)},
            {"collection", "landsat-c2-l2"},
            {"bbox", box.toJson()},
            {"geometry", data::geometryFromRings(box.rings())},
            {"properties", {{"datetime", "2020-02-19T11:00:00Z"}, {"platform", "landsat-8"}}},
            {"assets",
             {{"red", asset("SR_B4", "red")},
              {"nir08", asset("SR_B5", "nir08")},
              {"qa_pixel", asset("QA_PIXEL", "qa_pixel")}}},
            {"links", Json::array()}};
}

bool TestEngineKeys::defineCatalogue() const
{
    const std::string origin = toStd(m_server->url(QString()).toString());
    const Json service {
        {"id", "field-keys"},
        {"title", "Field keys"},
        {"hosts", {origin}},
        {"base", origin + "/api"},
        {"signIn", {{{"id", "key"}, {"type", "key"}, {"environments", {{"fk_live_", "live"}, {"fk_test_", "test"}}}}}},
        {"test", {{"path", "/test"}}}};
    const Json catalogue {
        {"id", "field"},
        {"title", "Field"},
        {"protocol", "stac"},
        {"url", origin + "/api"},
        {"connection", service},
        {"assets", {{{"match", origin + "/files/"}, {"access", "login"}, {"connection", "field-keys"}}}}};
    return write(QDir(config().configDir).filePath(QStringLiteral("providers.json")),
                 toText({{"providers", {catalogue}}}));
}

std::optional<data::Acquisition> TestEngineKeys::found(const std::shared_ptr<Engine> &engine)
{
    data::SearchQuery query;
    query.bbox = *raster::boundsInDegrees(test::utmGrid());
    query.providers = {QStringLiteral("field")};
    const auto session = engine->search(query);
    QSignalSpy finished(session.get(), &providers::SearchSession::finished);
    if (!finished.wait() || session->acquisitions().size() != 1)
        return std::nullopt;
    return session->acquisition(0);
}

Json TestEngineKeys::resultOf(const std::shared_ptr<Engine> &engine, const data::Acquisition &acquisition) const
{
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {acquisition};
    jobs::Job *job = engine->submit(request);
    if (!QTest::qWaitFor([job] { return job->isFinished(); }) || !job->result()) {
        qWarning("%s", job->error() ? qPrintable(job->error()->message) : "no result");
        return {};
    }
    const auto item = readJsonFile(job->result()->item);
    if (!item)
        return {};
    // The file alone says as much as the Item beside it.
    const QTemporaryDir alone;
    const QString file = alone.filePath(QStringLiteral("alone.tif"));
    const auto opened = QFile::copy(job->result()->output, file)
        ? waitFor(engine->open(file))
        : Result<data::Acquisition>(fail(ErrorCode::Storage, file));
    const Json &properties = member(*item, "properties");
    if (!opened || opened->best().invented != isInvented(properties)) {
        qWarning("the file says something else: %s", opened ? "" : qPrintable(opened.error().message));
        return {};
    }
    return properties;
}

data::Scene TestEngineKeys::lockedScene(const QUrl &base, const QString &connection)
{
    data::Scene scene;
    scene.provider = QStringLiteral("field");
    scene.id = sceneId;
    scene.product = QStringLiteral("landsat-c2-l2");
    scene.platform = QStringLiteral("landsat-8");
    scene.bbox = *raster::boundsInDegrees(test::utmGrid());
    scene.footprint = scene.bbox->rings();
    for (const auto &[band, common] : {std::pair("SR_B4", "red"), std::pair("SR_B5", "nir08")}) {
        data::Asset asset;
        asset.key = QString::fromLatin1(common);
        asset.href = base.resolved(QUrl(QString(QLatin1String(band) + u".TIF")));
        asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        asset.bands = {{QString::fromLatin1(band), asset.key, 30.0}};
        asset.access = data::Access::Login;
        asset.connection = connection;
        scene.assets.push_back(asset);
    }
    return scene;
}

void TestEngineKeys::testKey_marksScenesAndResults()
{
    QVERIFY(defineCatalogue());
    for (const bool test : {true, false}) {
        const auto engine = make();
        QVERIFY(engine);
        const auto account = signIn(engine, test::canaryText(test ? "fk_test_" : "fk_live_"));
        QVERIFY2(account, account ? "" : qPrintable(account.error().message));
        QCOMPARE(account->test, test);
        const auto scene = found(engine);
        QVERIFY(scene);
        QCOMPARE(scene->best().invented, test);
        const auto opened = waitFor(engine->open(QString(u"field:" + sceneId)));
        QVERIFY2(opened, opened ? "" : qPrintable(opened.error().message));
        QCOMPARE(opened->best().invented, test);
        const Json properties = resultOf(engine, *scene);
        QVERIFY(!properties.is_null());
        QCOMPARE(isInvented(properties), test);
    }
}

void TestEngineKeys::testKey_marksWhatIsReadWithIt()
{
    QVERIFY(defineCatalogue());
    const auto engine = make();
    const auto live = signIn(engine, test::canaryText("fk_live_"));
    QVERIFY2(live, live ? "" : qPrintable(live.error().message));
    const auto scene = found(engine);
    QVERIFY(scene && !scene->best().invented);
    const auto trial = signIn(engine, test::canaryText("fk_test_"));
    QVERIFY2(trial, trial ? "" : qPrintable(trial.error().message));
    QVERIFY(trial->test && trial->id != live->id);
    QVERIFY(waitFor(engine->useAccount(trial->id)));

    // Found with the live key, read with the other one: the scene is what it was, what is made of it is marked.
    const Json properties = resultOf(engine, *scene);
    QVERIFY(isInvented(properties));
    QVERIFY(toText(member(properties, "astra:notes")).contains("test key"));
    const auto picture = waitFor(engine->preview(*scene, *imagery::styleNamed(QStringLiteral("ndvi")), {}, 32, 32));
    QVERIFY2(picture, picture ? "" : qPrintable(picture.error().message));
    QCOMPARE(picture->notes.filter(QStringLiteral("test key")).size(), 1);
    const auto tiles = engine->tiles(*scene, *imagery::styleNamed(QStringLiteral("ndvi")));
    QSignalSpy ready(tiles.get(), &imagery::TileLoader::tileReady);
    const QPointF at = render::toWorld(tiles->bounds().center().x(), tiles->bounds().center().y()) * 4096;
    tiles->setVisible({{12, static_cast<int>(at.x()), static_cast<int>(at.y())}});
    QTRY_VERIFY(!ready.isEmpty());
    QCOMPARE(tiles->status().notes.filter(QStringLiteral("test key")).size(), 1);
    const QPointF centre = scene->best().bbox->center();
    const auto values = waitFor(
        engine->valuesAt(*scene, *imagery::styleNamed(QStringLiteral("ndvi")), centre.x(), centre.y()));
    QVERIFY2(values, values ? "" : qPrintable(values.error().message));
    QCOMPARE(values->notes.filter(QStringLiteral("test key")).size(), 1);
    // A share of clear sky has no room for a mark.
    const auto sky = waitFor(engine->clearSky(*scene, *scene->best().bbox, {}));
    QVERIFY(!sky);
    QVERIFY2(sky.error().message.contains(QStringLiteral("test key")), qPrintable(sky.error().message));

    // Back to the live key nothing is marked, nor was anything remembered.
    QVERIFY(waitFor(engine->useAccount(live->id)));
    QVERIFY(!isInvented(resultOf(engine, *scene)));
    const auto again = waitFor(engine->preview(*scene, *imagery::styleNamed(QStringLiteral("ndvi")), {}, 32, 32));
    QVERIFY(again && again->notes.filter(QStringLiteral("test key")).isEmpty());
    QVERIFY(waitFor(engine->clearSky(*scene, *scene->best().bbox, {})));
    // What the test key found stays invented, whoever reads it.
    auto other = *scene;
    other.copies.front().invented = true;
    QVERIFY(isInvented(resultOf(engine, other)));
}

void TestEngineKeys::open_needsNoKey()
{
    const std::string origin = toStd(m_server->url(QString()).toString());
    const auto backend = [&](const char *id, Json ways) -> Json {
        Json service {
            {"id", std::string(id) + "-keys"}, {"title", id}, {"hosts", {origin}}, {"signIn", std::move(ways)}};
        service["test"] = {{"path", "/open"}};
        return {{"id", id},           {"title", id},          {"protocol", "astra"}, {"url", origin + "/api"},
                {"processing", true}, {"connection", service}};
    };
    const Json open {{"id", "open"}, {"type", "none"}};
    const Json key {{"id", "key"}, {"type", "key"}};
    m_server->on("/open", json({{"ok", true}}));
    QVERIFY(write(
        QDir(config().configDir).filePath(QStringLiteral("providers.json")),
        toText({{"providers", {backend("locked", {key}), backend("either", {open, key}), backend("free", {open})}}})));
    const auto engine = make();
    const auto obstacle = [&engine](const QString &id) {
        const auto all = engine->backends();
        const auto found = std::ranges::find(all, id, &Engine::BackendInfo::id);
        return found == all.end() ? QStringLiteral("absent") : found->obstacle;
    };
    QCOMPARE(obstacle(QStringLiteral("locked")), QStringLiteral("needs a key"));
    QCOMPARE(obstacle(QStringLiteral("either")), QStringLiteral("needs a key"));
    QCOMPARE(obstacle(QStringLiteral("free")), QString());
    data::SignInRequest request;
    request.service = QStringLiteral("either-keys");
    request.way = QStringLiteral("open");
    const auto account = waitFor(engine->signIn(request));
    QVERIFY2(account, account ? "" : qPrintable(account.error().message));
    QCOMPARE(obstacle(QStringLiteral("either")), QString());
    QCOMPARE(obstacle(QStringLiteral("locked")), QStringLiteral("needs a key"));
}

void TestEngineKeys::copernicus_wantsKeysOfItsBucket()
{
    const auto pixels = lockedScene(QUrl(QStringLiteral("https://eodata.dataspace.copernicus.eu/eodata/x/")),
                                    QStringLiteral("cdse-s3"));
    data::JobRequest request;
    request.recipe.parameters = {{"index", "NDVI"}};
    request.inputs = {{{pixels}}};
    QVERIFY(QDir().mkpath(m_folder->filePath(QStringLiteral("out"))));
    request.output = m_folder->filePath(QStringLiteral("out/x.tif"));
    // The login of its catalogue alone: known without asking anyone.
    qputenv("ASTRA_KEY_CDSE", "{\"client\":\"sh-1\",\"secret\":\"" + test::canaryText() + "\"}");
    credentials::takeEnvironmentKeys();
    {
        const auto engine = make();
        const auto accounts = engine->accounts();
        QVERIFY(std::ranges::any_of(accounts, [](const data::Account &account) {
            return account.service == u"cdse" && account.place == data::Account::Place::Environment;
        }));
        const auto possible = engine->check(request);
        QVERIFY(!possible);
        QCOMPARE(possible.error().code, ErrorCode::Unauthorized);
        QVERIFY2(possible.error().message.contains(QStringLiteral("Copernicus Data Space (S3)")),
                 qPrintable(possible.error().message));
        // A copy that is free serves; one that is paid for is not taken without being chosen.
        auto free = pixels;
        for (auto &asset : free.assets) {
            asset.access = data::Access::Public;
            asset.connection.clear();
        }
        auto both = request;
        both.inputs.front().copies.push_back(free);
        QVERIFY(engine->check(both));
        for (auto &asset : both.inputs.front().copies.back().assets)
            asset.access = data::Access::Paid;
        QVERIFY(!engine->check(both));
    }
    qputenv("ASTRA_KEY_CDSE_S3", "{\"access\":\"AKID\",\"secret\":\"" + test::canaryText() + "\"}");
    credentials::takeEnvironmentKeys();
    const auto engine = make();
    const auto possible = engine->check(request);
    QVERIFY2(possible, possible ? "" : qPrintable(possible.error().message));
}

void TestEngineKeys::bucket_isReadWithItsKeys()
{
    // As Copernicus has it, on this computer.
    QVERIFY(write(QDir(config().configDir).filePath(QStringLiteral("connections/bucket.json")),
                  toText({{"id", "bucket"},
                          {"title", "The bucket (S3)"},
                          {"hosts", {toStd(m_server->url(QString()).toString())}},
                          {"signIn", {{{"id", "s3"}, {"type", "s3"}, {"region", "default"}}}}})));
    const QByteArray access = test::canaryText("AKID");
    const QByteArray credential = "AWS4-HMAC-SHA256 Credential=" + access + '/';
    for (const auto &[name, bytes] : m_bands) {
        test::Reply file = test::text(bytes, {{"ETag", "\"1\""}, {"Content-Type", "image/tiff"}});
        file.ranges = true;
        m_server->on("/bucket/" + name, [file, credential](const SeenRequest &request, int) {
            const bool opened = request.header("Authorization").contains(credential);
            return opened ? file : test::text("<Error><Code>AccessDenied</Code></Error>", {}, 403);
        });
    }
    const auto engine = make();
    const data::Acquisition scene {{lockedScene(m_server->url(QStringLiteral("/bucket/")), QStringLiteral("bucket"))}};
    const auto ndvi = *imagery::styleNamed(QStringLiteral("ndvi"));
    const auto closed = waitFor(engine->preview(scene, ndvi, {}, 32, 32));
    QVERIFY(!closed);
    QVERIFY2(closed.error().message.contains(QStringLiteral("The bucket (S3)")), qPrintable(closed.error().message));
    data::JobRequest wanted;
    wanted.recipe.parameters = {{"index", "NDVI"}};
    wanted.inputs = {scene};
    const jobs::Job *job = engine->submit(wanted);
    QTRY_VERIFY(job->isFinished());
    QVERIFY2(job->error() && job->error()->message.contains(QStringLiteral("The bucket (S3)")),
             job->error() ? qPrintable(job->error()->message) : "");
    data::SignInRequest request;
    request.service = QStringLiteral("bucket");
    request.fields = {{QStringLiteral("access"), Secret(access)}, {QStringLiteral("secret"), test::canary()}};
    const auto account = waitFor(engine->signIn(request));
    QVERIFY2(account, account ? "" : qPrintable(account.error().message));
    const auto drawn = waitFor(engine->preview(scene, ndvi, {}, 32, 32));
    QVERIFY2(drawn, drawn ? "" : qPrintable(drawn.error().message));
    QVERIFY(!resultOf(engine, scene).is_null());
}

void TestEngineKeys::authorities_areKeptBesideTheSettings()
{
    const auto engine = make();
    QCOMPARE(engine->authoritiesDir(), QDir(config().configDir).filePath(QStringLiteral("ca")));
    QVERIFY(waitFor(engine->authorities())->empty());
    const QString wrong = m_folder->filePath(QStringLiteral("wrong.pem"));
    QVERIFY(write(wrong, "no certificate"));
    QCOMPARE(waitFor(engine->addAuthority(wrong)).error().code, ErrorCode::InvalidInput);
    QVERIFY(!waitFor(engine->removeAuthority(QStringLiteral("../providers.json"))));
    const QString right = m_folder->filePath(QStringLiteral("field.crt"));
    QVERIFY(write(right, certificate));
    const auto added = waitFor(engine->addAuthority(right));
    QVERIFY2(added, added ? "" : qPrintable(added.error().message));
    QCOMPARE(*waitFor(engine->authorities()), std::vector {*added});
    QVERIFY(QFile::exists(QDir(engine->authoritiesDir()).filePath(QStringLiteral("field.pem"))));
    QVERIFY(waitFor(engine->removeAuthority(added->file)));
    QVERIFY(waitFor(engine->authorities())->empty());
    auto nowhere = config();
    nowhere.configDir.clear();
    const auto other = *waitFor(Engine::create(nowhere));
    QCOMPARE(other->authoritiesDir(), QString());
    QVERIFY(!waitFor(other->addAuthority(wrong)));
}

void TestEngineKeys::signIn_outlivesTheEngine()
{
    QVERIFY(defineCatalogue());
    test::Reply late = json({{"ok", true}});
    late.delayMs = 100;
    m_server->on("/api/test", late);
    auto engine = make();
    data::SignInRequest request;
    request.service = QStringLiteral("field-keys");
    request.fields = {{QStringLiteral("key"), test::canary("fk_live_")}};
    const auto account = engine->signIn(request);
    QTRY_COMPARE(m_server->requests("/api/test"), 1);
    engine.reset();
    QTRY_VERIFY(account.isFinished());
    QVERIFY(!account.result());
}

QTEST_GUILESS_MAIN(TestEngineKeys)
#include "tst_enginekeys.moc"
