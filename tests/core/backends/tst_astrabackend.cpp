// SPDX-License-Identifier: Apache-2.0
#include "core/backends/astra/astrabackend.h"
#include "core/backends/resultitem.h"
#include "core/credentials/connections.h"
#include "core/library/localscene.h"
#include "core/raster/cogwriter.h"
#include "core/raster/png.h"
#include "tests/support/canary.h"
#include "tests/support/scriptedserver.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <atomic>
#include <cmath>

using namespace astra;
using namespace astra::backends;
using namespace std::chrono_literals;
using test::ScriptedServer;

namespace {

const QByteArray key = "astra_sk_live_CaNaRy5f0c2a9d1e7b4863r678";
const QString sceneId = QStringLiteral("sentinel-2-l2a:S2A_29RKH_20250703");

server::Response json(const char *text, int status = 200) { return server::Response::json(QByteArray(text), status); }

/// 40 × 30 pixels in UTM 29N whose value is column / 100; the first row is nodata.
data::Block pixels()
{
    data::Block block(40, 30, 0.0F);
    for (int y = 0; y < 30; ++y)
        for (int x = 0; x < 40; ++x)
            block.values[static_cast<std::size_t>(y * 40 + x)] = y == 0 ? data::Block::nodata
                                                                        : static_cast<float>(x) / 100;
    return block;
}

data::JobRequest request(const QString &output)
{
    data::Scene here;
    here.provider = QStringLiteral("earth-search");
    here.id = QStringLiteral("S2A_29RKH_20250703_0_L2A");
    here.datetime = QDateTime({2025, 7, 3}, {11, 2, 41}, Qt::UTC);
    data::Scene there = here;
    there.provider = QStringLiteral("astra-os");
    there.id = sceneId;
    there.platform = QStringLiteral("sentinel-2a");
    there.attribution = QStringLiteral("Contains modified Copernicus Sentinel data");
    there.invented = true;
    there.self = QUrl(QStringLiteral("https://astraos.cloud/api/v1/scenes/x?sig=CaNaRysignature"));
    data::JobRequest job;
    job.recipe.parameters = {{"index", "NDVI"}};
    job.recipe.bbox = data::GeoBox {-9.6, 28.5, -9.5, 28.6};
    job.inputs = {{{here, there}}};
    job.output = output;
    job.backend = QStringLiteral("astra-os");
    job.title = QStringLiteral("NDVI of 3 July");
    return job;
}

struct Fixture {
    QTemporaryDir folder;
    Pools pools;
    std::shared_ptr<net::HttpClient> client = net::HttpClient::create();
    std::shared_ptr<credentials::Connections> connections;
    std::unique_ptr<AstraBackend> backend;
    QStringList activities;

    explicit Fixture(const ScriptedServer &astra, std::chrono::milliseconds deadline = 20s,
                     const QByteArray &with = key)
    {
        const Json definition {
            {"id", "astra-os"},
            {"title", "ASTRA OS"},
            {"hosts", Json::array({astra.url().toString().toStdString()})},
            {"signIn",
             Json::array({{{"id", "key"},
                           {"type", "key"},
                           {"environments", {{"astra_sk_live_", "live"}, {"astra_sk_test_", "test"}}}}})},
            {"test", {{"path", "/test"}}}};
        connections = credentials::Connections::create(
            {credentials::ServiceKind::fromJson(definition).value()},
            std::make_unique<credentials::CredentialStore>(credentials::CredentialStore::Kind::MemoryOnly), client);
        client->setAuthorizer(connections);
        const auto account = waitFor(connections->connectKey(QStringLiteral("astra-os"), Secret(with)));
        if (!account)
            qFatal("%s", qPrintable(account.error().message));
        backend = std::make_unique<AstraBackend>(AstraService {QStringLiteral("astra-os"), QStringLiteral("ASTRA OS"),
                                                               astra.url(QStringLiteral("/api/v1")),
                                                               QStringLiteral("astra-os"), deadline, 5ms, 20ms},
                                                 client, pools);
    }
    [[nodiscard]] QString output() const { return folder.filePath(QStringLiteral("ndvi.tif")); }
    [[nodiscard]] QStringList files() const
    {
        return QDir(folder.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name);
    }
    [[nodiscard]] Result<data::JobResult> run(const data::JobRequest &job)
    {
        auto result = waitFor(backend->submit(job, {}, [this](const QString &text) { activities << text; }));
        client->setAuthorizer(nullptr);
        return result;
    }
    [[nodiscard]] Result<data::JobResult> run() { return run(request(output())); }
};

} // namespace

class TestAstraBackend : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void submit_readsEverySpelling_data();
    void submit_readsEverySpelling();
    void submit_sendsBothForms();
    void submit_masksOnlyWhereTheServiceSaysSo_data();
    void submit_masksOnlyWhereTheServiceSaysSo();
    void submit_writesTheItem();
    void submit_marksWhatATestKeyMade();
    void submit_keepsTheKeyAtItsHost();
    void submit_saysWhatWentWrong_data();
    void submit_saysWhatWentWrong();
    void submit_refusesWhatIsNoRaster_data();
    void submit_refusesWhatIsNoRaster();
    void submit_survivesPollsThatFail();
    void submit_endsAtTheDeadline();
    void cancel_settlesAtOnce_data();
    void cancel_settlesAtOnce();
    void check_saysWhatItCannotDo();
    void backendGone_settlesItsRuns();

private:
    QTemporaryDir m_rasters;
    QString m_tiff;
};

void TestAstraBackend::initTestCase()
{
    m_tiff = m_rasters.filePath(QStringLiteral("result.tif"));
    Pools pools;
    raster::CogSpec spec;
    spec.grid = {QStringLiteral("EPSG:32629"), 440000, 3160000, 10, 10, 40, 30};
    const auto written = raster::writeCog(m_tiff, spec, pixels(), pools.cpu);
    QVERIFY2(written, qPrintable(written ? QString() : written.error().message));
}

void TestAstraBackend::submit_readsEverySpelling_data()
{
    QTest::addColumn<QByteArray>("submitted");
    QTest::addColumn<QByteArrayList>("polls");
    const auto row = [](const char *name, const char *submitted, const QByteArrayList &polls) {
        QTest::newRow(name) << QByteArray(submitted) << polls;
    };
    row("documentation",
        R"({"job_id":"job_7k2","status":"queued","operation":"ndvi","scene_ids":["x"],"poll_url":"/api/v1/process/job_7k2"})",
        {R"({"job_id":"job_7k2","status":"queued"})", R"({"job_id":"job_7k2","status":"processing","scene_ids":["x"]})",
         R"({"job_id":"job_7k2","status":"completed","duration_ms":9120,"result":{"href":"HOST/files/r.tif?sig=z",
             "type":"image/tiff","file:size":1,"expires_at":"2020-01-01T00:00:00Z"}})"});
    row("client packages",
        R"({"job_id":"cmb41x","status":"queued","scene_id":"x","bbox":null,"poll_url":"/api/v1/process/cmb41x"})",
        {R"({"job_id":"cmb41x","status":"complete","scene_id":"x","result_url":"HOST/files/r.tif","error":null,"compute_ms":102})"});
    row("camel case, nothing but the id", R"({"job_id":"a b/c","status":"queued"})",
        {R"({"job_id":"a b/c","status":"COMPLETE","resultUrl":"/files/r.tif"})"});
    row("done at once", R"({"job_id":"j","status":"completed","result":{"href":"/files/r.tif"}})", {});
    row("a word nobody knows", R"({"job_id":"j","status":"warming up"})",
        {R"({"job_id":"j","status":"completed","result":"/files/r.tif"})"});
}

void TestAstraBackend::submit_readsEverySpelling()
{
    QFETCH(QByteArray, submitted);
    QFETCH(QByteArrayList, polls);
    std::atomic<int> polled = 0;
    QByteArray host;
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.method == "POST")
            return server::Response::json(submitted, 202);
        if (asked.path.startsWith(u"/api/v1/process/"))
            return server::Response::json(
                QByteArray(polls[std::min<int>(polled++, static_cast<int>(polls.size()) - 1)]).replace("HOST", host));
        if (asked.path == u"/files/r.tif")
            return server::Response::fromFile(m_tiff, "image/tiff");
        return json("{}");
    });
    host = astra.url().toEncoded(QUrl::StripTrailingSlash);
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
    QCOMPARE(polled, static_cast<int>(polls.size()));
    QCOMPARE(fixture.files(), QStringList({QStringLiteral("ndvi.json"), QStringLiteral("ndvi.tif")}));
    QCOMPARE(QFileInfo(fixture.output()).size(), QFileInfo(m_tiff).size());
    // Columns 0…39 over 29 rows: mean 0.195, variance (40² − 1) / 12 / 100².
    QCOMPARE(result->statistics.valid, 29 * 40);
    QCOMPARE(result->statistics.total, 30 * 40);
    QVERIFY(std::abs(result->statistics.minimum) < 1e-6);
    QVERIFY(std::abs(result->statistics.maximum - 0.39) < 1e-6);
    QVERIFY(std::abs(result->statistics.mean - 0.195) < 1e-6);
    QVERIFY(std::abs(result->statistics.stddev - std::sqrt(1599.0 / 12) / 100) < 1e-6);
    QCOMPARE(fixture.activities.front(), QStringLiteral("Submitting to ASTRA OS"));
    QVERIFY(fixture.activities.contains(QStringLiteral("Downloading from ASTRA OS")));
    QCOMPARE(fixture.activities.contains(QStringLiteral("Waiting at ASTRA OS (queued)")), submitted.contains("queued"));
    QCOMPARE(fixture.activities.contains(QStringLiteral("Computing at ASTRA OS")),
             polls.join().contains("processing") || submitted.contains("warming"));
}

void TestAstraBackend::submit_sendsBothForms()
{
    ScriptedServer astra([](const server::Request &asked) {
        return asked.method == "POST" ? json(R"({"job_id":"j","status":"failed"})", 202) : json("{}");
    });
    Fixture fixture(astra);
    QVERIFY(!fixture.run());
    const auto sent = astra.requests().back();
    QCOMPARE(sent.path, QStringLiteral("/api/v1/process"));
    QCOMPARE(sent.header("Content-Type"), QByteArray("application/json"));
    QCOMPARE(sent.header("Authorization"), QByteArray("Bearer " + key));
    const auto body = parseJson(sent.body);
    QVERIFY(body);
    QCOMPARE(stringAt(*body, "operation"), QStringLiteral("ndvi"));
    QCOMPARE(stringAt(*body, "scene_id"), sceneId);
    QCOMPARE(asStringList(member(*body, "scene_ids")), QStringList {sceneId});
    QVERIFY(member(*body, "bbox") == Json::array({-9.6, 28.5, -9.5, 28.6}));
    QCOMPARE(stringAt(member(*body, "params"), "colormap"), stringAt(*body, "colormap"));
}

void TestAstraBackend::submit_masksOnlyWhereTheServiceSaysSo_data()
{
    QTest::addColumn<QByteArray>("echo");
    QTest::addColumn<bool>("accepted");
    QTest::newRow("nested") << QByteArray(R"("params":{"mask":"mask_clouds"},)") << true;
    QTest::newRow("flat") << QByteArray(R"("mask":"mask_clouds",)") << true;
    QTest::newRow("silent") << QByteArray() << false;
    QTest::newRow("none") << QByteArray(R"("params":{"mask":"none"},)") << false;
}

void TestAstraBackend::submit_masksOnlyWhereTheServiceSaysSo()
{
    QFETCH(QByteArray, echo);
    QFETCH(bool, accepted);
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.path == u"/r.tif")
            return server::Response::fromFile(m_tiff, "image/tiff");
        return asked.method == "POST"
            ? server::Response::json("{" + echo + R"("job_id":"j","status":"complete","result_url":"/r.tif"})", 202)
            : json("{}");
    });
    Fixture fixture(astra);
    auto job = request(fixture.output());
    job.recipe.maskClouds = true;
    const auto result = fixture.run(job);
    QCOMPARE(result.has_value(), accepted);
    for (const auto &asked : astra.requests()) {
        if (asked.method != "POST")
            continue;
        const auto body = parseJson(asked.body);
        QCOMPARE(stringAt(*body, "mask"), QStringLiteral("mask_clouds"));
        QCOMPARE(stringAt(member(*body, "params"), "mask"), QStringLiteral("mask_clouds"));
    }
    if (!accepted)
        QCOMPARE(result.error().code, ErrorCode::Unsupported);
}

void TestAstraBackend::submit_writesTheItem()
{
    ScriptedServer astra([this](const server::Request &asked) {
        if (asked.path == u"/files/r.tif")
            return server::Response::fromFile(m_tiff, "image/tiff");
        return asked.method == "POST" ? json(R"({"job_id":"j","status":"complete","result_url":"/files/r.tif"})", 202)
                                      : json("{}");
    });
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY(result);
    QCOMPARE(result->item, itemPath(fixture.output()));
    const auto item = readJsonFile(result->item);
    QVERIFY(item);
    const Json &properties = member(*item, "properties");
    QCOMPARE(stringAt(*item, "type"), QStringLiteral("Feature"));
    QCOMPARE(stringAt(*item, "stac_version"), QStringLiteral("1.0.0"));
    QCOMPARE(stringAt(properties, "title"), QStringLiteral("NDVI of 3 July"));
    QCOMPARE(stringAt(properties, "datetime"), QStringLiteral("2025-07-03T11:02:41.000Z"));
    QCOMPARE(stringAt(properties, "processing:facility"), QStringLiteral("ASTRA OS"));
    QVERIFY(!stringAt(member(properties, "processing:software"), "Astra").isEmpty());
    QVERIFY(stringAt(properties, "processing:lineage").contains(sceneId));
    QCOMPARE(stringAt(member(properties, "astra:recipe"), "operation"), QStringLiteral("index"));
    QCOMPARE(stringAt(properties, "astra:recipe_hash").size(), 7 + 64);
    QVERIFY(asBool(member(properties, "astra:invented")).value_or(false));
    QCOMPARE(member(properties, "astra:notes").size(), std::size_t(1));
    // The copy that was used, not the best one.
    QCOMPARE(stringAt(member(properties, "astra:inputs")[0], "original_id"), sceneId);
    QCOMPARE(*asInteger(member(properties, "proj:epsg")), 32629);
    QVERIFY(member(properties, "proj:shape") == Json::array({30, 40}));
    QVERIFY(member(properties, "proj:transform")
            == Json::array({10.0, 0.0, 440000.0, 0.0, -10.0, 3160000.0, 0.0, 0.0, 1.0}));
    const Json &asset = member(member(*item, "assets"), "ndvi");
    QCOMPARE(stringAt(asset, "href"), QStringLiteral("./ndvi.tif"));
    const Json &band = member(asset, "raster:bands")[0];
    QCOMPARE(stringAt(band, "data_type"), QStringLiteral("float32"));
    QVERIFY(std::abs(*numberAt(member(band, "statistics"), "mean") - 0.195) < 1e-6);
    QVERIFY(std::abs(*numberAt(member(band, "statistics"), "valid_percent") - 100.0 * 29 / 30) < 1e-9);
    QCOMPARE(stringAt(member(*item, "links")[0], "rel"), QStringLiteral("derived_from"));
    QCOMPARE(stringAt(member(*item, "links")[0], "href"), QStringLiteral("https://astraos.cloud/api/v1/scenes/x"));
    // Where it lies in degrees: 440000 … 440400 E, 3159700 … 3160000 N of zone 29 (central meridian −9°).
    const auto box = data::GeoBox::fromJson(member(*item, "bbox"));
    QVERIFY(box && box->west > -9.62 && box->east < -9.60 && box->south > 28.55 && box->north < 28.58);
    QVERIFY(!toText(*item).contains(test::canaryMark));
    QVERIFY(!toText(*item).contains(fixture.folder.path().toUtf8()));
    QCOMPARE(result->scene.assets.front().href, QUrl::fromLocalFile(fixture.output()));
    QVERIFY(result->scene.invented);
    // And it is a scene like any other: opened again, it is found and placed by what was written.
    for (const QString &path : {result->item, result->output}) {
        const auto again = library::openLocal(path);
        QVERIFY2(again, qPrintable(again ? QString() : again.error().message));
        QCOMPARE(again->best().provider, QStringLiteral("local"));
        QVERIFY(again->best().invented);
        QCOMPARE(again->best().title, QStringLiteral("NDVI of 3 July"));
        QCOMPARE(again->best().datetime, result->scene.datetime);
        const auto found = data::findBand(again->best(), QStringLiteral("NDVI"));
        QVERIFY(found);
        QCOMPARE(found->asset->href, QUrl::fromLocalFile(fixture.output()));
    }
}

void TestAstraBackend::submit_marksWhatATestKeyMade()
{
    ScriptedServer astra([this](const server::Request &asked) {
        if (asked.path == u"/files/r.tif")
            return server::Response::fromFile(m_tiff, "image/tiff");
        return asked.method == "POST" ? json(R"({"job_id":"j","status":"complete","result_url":"/files/r.tif"})", 202)
                                      : json("{}");
    });
    for (const QByteArray &with : {test::canaryText("astra_sk_test_"), key}) {
        Fixture fixture(astra, 20s, with);
        // Found with a live key, or in another catalogue.
        auto job = request(fixture.output());
        for (auto &copy : job.inputs.front().copies)
            copy.invented = false;
        const auto result = fixture.run(job);
        QVERIFY2(result, result ? "" : qPrintable(result.error().message));
        const bool invented = with != key;
        QCOMPARE(result->scene.invented, invented);
        QCOMPARE(result->notes.filter(QStringLiteral("test key")).size(), invented ? 1 : 0);
        const auto item = readJsonFile(result->item);
        QCOMPARE(asBool(member(member(*item, "properties"), "astra:invented")).value_or(false), invented);
    }
}

void TestAstraBackend::submit_keepsTheKeyAtItsHost()
{
    // The result lies at another host; the poll address points to yet another one, which is never asked.
    ScriptedServer storage(
        [this](const server::Request &) { return server::Response::fromFile(m_tiff, "image/tiff"); });
    ScriptedServer lure([](const server::Request &) { return json("{}"); });
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.method == "POST")
            return server::Response::json(R"({"job_id":"j","status":"queued","poll_url":")"
                                              + lure.url(QStringLiteral("/process/j")).toEncoded() + R"("})",
                                          202);
        if (asked.path == u"/api/v1/process/j")
            return test::redirect(astra.url(QStringLiteral("/moved")));
        if (asked.path == u"/moved")
            return json(R"({"job_id":"j","status":"complete","result_url":"/go"})");
        return asked.path == u"/go" ? test::redirect(storage.url(QStringLiteral("/r.tif"))) : json("{}");
    });
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
    QVERIFY(lure.requests().empty());
    QVERIFY(!storage.requests().empty());
    for (const auto &asked : storage.requests())
        QVERIFY(asked.header("Authorization").isEmpty());
    QCOMPARE(astra.count(QStringLiteral("/moved")), 1);
}

void TestAstraBackend::submit_saysWhatWentWrong_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QByteArray>("submitted");
    QTest::addColumn<QByteArray>("polled");
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QString>("sentence");
    const auto row = [](const char *name, int status, const char *submitted, const char *polled, ErrorCode code,
                        const char *sentence) {
        QTest::newRow(name) << status << QByteArray(submitted) << QByteArray(polled) << code
                            << QString::fromUtf8(sentence);
    };
    constexpr auto queued = R"({"job_id":"j","status":"queued"})";
    row("wrong key", 401, R"({"error":"API key is invalid or missing"})", "", ErrorCode::Unauthorized,
        "ASTRA OS asks for a valid key: API key is invalid or missing");
    row("plan", 403, R"({"error":{"code":"FORBIDDEN","message":"Processing needs the Pro plan"}})", "",
        ErrorCode::Unauthorized,
        "ASTRA OS accepts the key, but its plan does not include this: Processing needs the Pro plan");
    row("issues", 400, R"({"error":[{"path":["operation"],"message":"unknown"}]})", "", ErrorCode::InvalidInput,
        "ASTRA OS did not accept the request: operation: unknown");
    row("page with 200", 200, "<html>hello</html>", "", ErrorCode::InvalidInput,
        "ASTRA OS gave an answer that is not one");
    row("no status", 202, R"({"job_id":"j"})", "", ErrorCode::InvalidInput, "does not say how the job stands");
    row("no id", 202, R"({"status":"queued"})", "", ErrorCode::InvalidInput, "does not say where to ask for it");
    row("failed, object", 202, queued, R"({"status":"failed","error":{"code":"X","message":"no red band"}})",
        ErrorCode::InvalidInput, "The job failed at ASTRA OS: no red band");
    row("failed, text", 202, queued, R"({"status":"failed","error":"no red band"})", ErrorCode::InvalidInput,
        "The job failed at ASTRA OS: no red band");
    row("failed, null", 202, queued, R"({"status":"failed","error":null})", ErrorCode::InvalidInput,
        "The job failed at ASTRA OS, which does not say why.");
    row("job unknown", 404, queued, "", ErrorCode::NotFound, "ASTRA OS does not have what was asked for");
    row("done without a result", 202, queued, R"({"status":"complete"})", ErrorCode::InvalidInput,
        "ASTRA OS says the job is done, but names no result.");
    row("result by another protocol", 202, queued, R"({"status":"complete","result_url":"file:///etc/passwd"})",
        ErrorCode::InvalidInput, "lies where it cannot be fetched safely");
    row("result without encryption", 202, queued,
        R"({"status":"complete","result_url":"http://storage.example.org/r.tif"})", ErrorCode::InvalidInput,
        "lies where it cannot be fetched safely");
}

void TestAstraBackend::submit_saysWhatWentWrong()
{
    QFETCH(int, status);
    QFETCH(QByteArray, submitted);
    QFETCH(QByteArray, polled);
    QFETCH(ErrorCode, code);
    QFETCH(QString, sentence);
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.method == "POST")
            return server::Response::json(submitted, status);
        if (asked.path.startsWith(u"/api/v1/process/"))
            return server::Response::json(polled);
        return json("{}");
    });
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY(!result);
    QVERIFY2(result.error().message.contains(sentence), qPrintable(result.error().message));
    QCOMPARE(result.error().code, code);
    QVERIFY(!result.error().message.contains(QLatin1String(test::canaryMark)));
    QVERIFY(fixture.files().isEmpty());
}

void TestAstraBackend::submit_refusesWhatIsNoRaster_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind : {"404 page", "page", "text", "empty", "half a file", "no CRS"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void TestAstraBackend::submit_refusesWhatIsNoRaster()
{
    QFETCH(QString, kind);
    const QString png = m_rasters.filePath(QStringLiteral("plain.png"));
    data::Picture picture;
    picture.width = picture.height = 8;
    picture.rgba.assign(8 * 8 * 4, 255);
    QVERIFY(raster::writePng(picture, png));
    QFile tiff(m_tiff);
    QVERIFY(tiff.open(QIODevice::ReadOnly));
    const QByteArray whole = tiff.readAll();
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.method == "POST")
            return json(R"({"job_id":"j","status":"complete","result_url":"/r.tif"})", 202);
        if (asked.path != u"/r.tif")
            return json("{}");
        server::Response response;
        if (kind == u"404 page" || kind == u"page")
            response = server::Response::text(QStringLiteral("<!DOCTYPE html><title>gone</title>"),
                                              kind == u"page" ? 200 : 404);
        else if (kind == u"text")
            response = server::Response::text(QStringLiteral("the result will be here soon"));
        else if (kind == u"half a file")
            response.body = whole.left(whole.size() / 2);
        else if (kind == u"no CRS")
            response = server::Response::fromFile(png, "image/png");
        return response;
    });
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY(!result);
    QCOMPARE(result.error().code, kind == u"404 page" ? ErrorCode::NotFound : ErrorCode::InvalidInput);
    QVERIFY2(result.error().message.contains(u"ASTRA OS"), qPrintable(result.error().message));
    QVERIFY(!result.error().message.contains(fixture.folder.path()));
    QVERIFY2(fixture.files().isEmpty(), qPrintable(fixture.files().join(u' ')));
}

void TestAstraBackend::submit_survivesPollsThatFail()
{
    std::atomic<int> polls = 0;
    ScriptedServer astra([&](const server::Request &asked) {
        if (asked.method == "POST")
            return json(R"({"job_id":"j","status":"queued"})", 202);
        if (asked.path == u"/r.tif")
            return server::Response::fromFile(m_tiff, "image/tiff");
        if (!asked.path.startsWith(u"/api/v1/process/"))
            return json("{}");
        return ++polls <= 2 ? json(R"({"error":"boom"})", 500)
                            : json(R"({"job_id":"j","status":"complete","result_url":"/r.tif"})");
    });
    Fixture fixture(astra);
    const auto result = fixture.run();
    QVERIFY2(result, qPrintable(result ? QString() : result.error().message));
    QVERIFY(fixture.activities.contains(QStringLiteral("ASTRA OS does not answer; asking again")));
}

void TestAstraBackend::submit_endsAtTheDeadline()
{
    ScriptedServer astra([](const server::Request &) { return json(R"({"job_id":"j","status":"queued"})"); });
    Fixture fixture(astra, 120ms);
    const auto result = fixture.run();
    QVERIFY(!result);
    QCOMPARE(result.error().code, ErrorCode::Timeout);
    QVERIFY(result.error().message.startsWith(u"ASTRA OS has not finished the job"));
    QVERIFY(fixture.files().isEmpty());
}

void TestAstraBackend::cancel_settlesAtOnce_data()
{
    QTest::addColumn<QString>("where");
    for (const char *where : {"submitting", "queued", "downloading"})
        QTest::newRow(where) << QString::fromLatin1(where);
}

void TestAstraBackend::cancel_settlesAtOnce()
{
    QFETCH(QString, where);
    std::atomic<bool> reached = false;
    ScriptedServer astra([&](const server::Request &asked) {
        server::Response response = json(R"({"job_id":"j","status":"queued"})");
        if (asked.path == u"/test")
            return response;
        const bool download = asked.path == u"/r.tif";
        const bool post = asked.method == "POST";
        if (where == u"downloading" && post)
            return json(R"({"job_id":"j","status":"complete","result_url":"/r.tif"})", 202);
        if ((where == u"downloading" && download) || (where == u"submitting" && post))
            response.delayMs = 60000;
        if (where != u"queued" || !post)
            reached = true;
        return response;
    });
    Fixture fixture(astra);
    StopSource stop;
    auto future = fixture.backend->submit(request(fixture.output()), Progress(stop.get_token()), {});
    QTRY_VERIFY(reached);
    QElapsedTimer timer;
    timer.start();
    stop.request_stop();
    QVERIFY2(future.isFinished(), "a stop settles the future before it returns");
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
    QTRY_VERIFY_WITH_TIMEOUT(fixture.files().isEmpty(), 1000);
    QTRY_COMPARE_WITH_TIMEOUT(fixture.client->counters().openTransfers, 0, 1000);
    QVERIFY2(timer.elapsed() < 1000, "nothing holds on to a cancelled job");
}

void TestAstraBackend::check_saysWhatItCannotDo()
{
    ScriptedServer astra([](const server::Request &) { return json("{}"); });
    Fixture fixture(astra);
    const auto good = request(fixture.output());
    QVERIFY(fixture.backend->check(good));
    const auto refused = [&](const data::JobRequest &job, const QString &words) {
        const auto checked = fixture.backend->check(job);
        const auto run = waitFor(fixture.backend->submit(job, {}, {}));
        return !checked && !run && checked.error() == run.error() && checked.error().message.contains(words);
    };
    auto job = good;
    job.inputs.front().copies.pop_back();
    QVERIFY(refused(job, QStringLiteral("does not know this scene")));
    QCOMPARE(fixture.backend->check(job).error().code, ErrorCode::Unsupported);
    job = good;
    job.recipe.parameters = {{"index", "NBR"}};
    QVERIFY(refused(job, QStringLiteral("does not compute NBR")));
    const std::vector<std::pair<QString, std::function<void(data::Recipe &)>>> beyond {
        {u"polygon"_qs,
         [](data::Recipe &r) {
             r.area = {{u"a"_qs, {{{0, 0}, {1, 0}, {1, 1}}}}};
         }},
        {u"snow"_qs, [](data::Recipe &r) { r.maskSnow = true; }},
        {u"margin"_qs, [](data::Recipe &r) { r.maskDilation = 10; }},
        {u"another grid"_qs,
         [](data::Recipe &r) {
             r.grid = data::Recipe::GridWish {{}, 20};
         }},
        {u"resampling"_qs, [](data::Recipe &r) { r.resampling = u"nearest"_qs; }},
        {u"PNG"_qs, [](data::Recipe &r) { r.format = u"png"_qs; }},
        {u"codec"_qs, [](data::Recipe &r) { r.codec = u"zstd"_qs; }},
        {u"“constants”"_qs, [](data::Recipe &r) { r.parameters["constants"] = "L=1"; }},
    };
    for (const auto &[words, change] : beyond) {
        job = good;
        change(job.recipe);
        QVERIFY2(refused(job, words), qPrintable(words));
        QCOMPARE(fixture.backend->check(job).error().code, ErrorCode::Unsupported);
    }
    job = good;
    job.recipe.format = u"cog"_qs;
    QVERIFY(fixture.backend->check(job));
    job = good;
    job.inputs.clear();
    QVERIFY(refused(job, QStringLiteral("one scene at a time")));
    job = good;
    job.output.clear();
    QVERIFY(refused(job, QStringLiteral("no name")));
    QCOMPARE(astra.requests().size(), std::size_t(1)); // the key's test: nothing was asked
}

void TestAstraBackend::backendGone_settlesItsRuns()
{
    ScriptedServer astra([](const server::Request &) { return json(R"({"job_id":"j","status":"queued"})"); });
    Fixture fixture(astra);
    auto future = fixture.backend->submit(request(fixture.output()), {}, {});
    QTRY_VERIFY(astra.requests().size() > 2);
    fixture.backend.reset();
    QVERIFY(future.isFinished());
    QCOMPARE(waitFor(future).error().code, ErrorCode::Cancelled);
}

QTEST_GUILESS_MAIN(TestAstraBackend)
#include "tst_astrabackend.moc"
