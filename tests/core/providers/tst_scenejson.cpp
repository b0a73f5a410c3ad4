// SPDX-License-Identifier: Apache-2.0
#include "core/data/packedassets.h"
#include "core/data/scenejson.h"
#include "core/providers/providerregistry.h"
#include "core/providers/stac/stacparser.h"
#include "tests/support/shareddata.h"

#include <QDirIterator>
#include <QTest>

#include <cmath>
#include <limits>

using namespace astra;
using namespace astra::data;

namespace {

/// Every scene in the recordings.
std::vector<Scene> recorded(const QString &data)
{
    const auto registry = providers::ProviderRegistry::shipped({});
    std::vector<Scene> scenes;
    QDirIterator files(data + u"/stac"_qs, {u"*.json"_qs}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const auto json = readJsonFile(path);
        if (!json)
            continue;
        const auto *definition = registry.find(QFileInfo(path).dir().dirName());
        const auto context = definition ? providers::stac::ParseContext::of(*definition, definition->url)
                                        : providers::stac::ParseContext();
        const Json &features = member(*json, "features");
        const Json items = features.is_array() ? features : Json::array({*json});
        for (const auto &item : items) {
            if (auto scene = providers::stac::parseItem(item, context))
                scenes.push_back(std::move(*scene));
        }
    }
    return scenes;
}

/// Through text, as a store keeps it.
Result<Scene> throughText(const Scene &scene)
{
    const auto json = parseJson(toText(toJson(scene)));
    return json ? sceneFromJson(*json) : Result<Scene>(fail(json.error()));
}

/// Nodata may be NaN, which equals nothing: said by a number of its own instead.
Scene comparable(Scene scene)
{
    for (auto &asset : scene.assets) {
        if (asset.stated && asset.stated->nodata && std::isnan(*asset.stated->nodata))
            asset.stated->nodata = -123456.5;
    }
    return scene;
}

/// Nothing at its default.
Scene full()
{
    Scene scene;
    scene.provider = u"earth-search"_qs;
    scene.collection = u"sentinel-2-l2a"_qs;
    scene.id = u"S2B_31UFU_ü"_qs;
    scene.title = u"A \"title\""_qs;
    scene.datetime = QDateTime::fromMSecsSinceEpoch(1594000000123, Qt::UTC);
    scene.platform = u"sentinel-2b"_qs;
    scene.product = u"sentinel-2-l2a"_qs;
    scene.baseline = u"05.11"_qs;
    scene.footprint = {{{1.1, 2.2}, {3.3, 2.2}, {3.3, 1.0 / 3}}, {{-180, 0}, {-179, 0}, {-179, 1}}};
    scene.bbox = GeoBox {179, -1, -179, 1};
    scene.cloudCover = 12.345678901234567;
    scene.gsd = 10;
    scene.epsg = 32631;
    scene.acquisition = u"S2B|20200705T101559|31UFU|L2A"_qs;
    scene.offsetRemoved = true;
    scene.offsetOverride = OffsetOverride::Leave;
    scene.processed = QDateTime::fromMSecsSinceEpoch(1594111111456, Qt::UTC);
    scene.invented = true;
    scene.attribution = u"Copernicus"_qs;
    scene.license = u"proprietary"_qs;
    scene.self = QUrl(u"https://h/items/S2B?f=json"_qs);
    scene.instrument = u"oli+tirs"_qs;
    Asset asset;
    asset.key = u"red"_qs;
    asset.title = u"Red"_qs;
    asset.href = QUrl(u"https://h/a%20b/ü.tif?version=1&y=%2F#part"_qs);
    asset.mediaType = u"image/tiff"_qs;
    asset.roles = {u"data"_qs, u"reflectance"_qs};
    asset.bands = {{u"B04"_qs, u"red"_qs, 10}, {u"B05"_qs, {}, {}}};
    asset.stated = Radiometry {0.0001, -0.1, 0.0, u"reflectance"_qs, u"item metadata"_qs, u"doubtful"_qs};
    asset.size = 123456789012;
    asset.access = Access::Signed;
    asset.connection = u"planetary-computer"_qs;
    asset.alternates = {{u"s3"_qs, QUrl(u"s3://bucket/ü.jp2"_qs), Access::Paid, u"aws"_qs}, {u"none"_qs, {}, {}, {}}};
    asset.unit = u"dB"_qs;
    Asset local;
    local.key = u"b"_qs;
    local.href = QUrl::fromLocalFile(u"/tmp/some where/100%?.tif"_qs);
    local.access = Access::Login;
    local.size = 0;
    Asset bare;
    bare.key = u"c"_qs;
    scene.assets = {asset, local, bare};
    return scene;
}

} // namespace

class TestSceneJson : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordedScenes_comeBackAsTheyWere()
    {
        const QString data = test::sharedData();
        if (data.isEmpty())
            QSKIP("no shared data beside the checkout");
        const auto scenes = recorded(data);
        QVERIFY(scenes.size() > 100);
        for (const auto &scene : scenes) {
            const auto back = throughText(scene);
            QVERIFY2(back, back ? "" : qPrintable(back.error().message));
            QVERIFY2(comparable(*back) == comparable(scene), qPrintable(scene.qualifiedId()));
        }
    }

    void everyMember_comesBackAsItWas()
    {
        const Scene scene = full();
        const auto back = throughText(scene);
        QVERIFY2(back, back ? "" : qPrintable(back.error().message));
        QVERIFY(*back == scene);
        QVERIFY(*throughText(Scene()) == Scene());
    }

    void packedScene_comesBackUnpacked()
    {
        Scene packed = full();
        AssetPacker().pack(packed);
        QVERIFY(packed.assets.empty());
        const auto back = throughText(packed);
        QVERIFY(back);
        QVERIFY(*back == full());
    }

    void oddNumbers_comeBack()
    {
        Scene scene;
        scene.assets.resize(2);
        scene.assets[0].stated = Radiometry {1, 0, std::numeric_limits<double>::quiet_NaN(), {}, {}, {}};
        scene.assets[1].stated = Radiometry {1e-300, -0.0, -std::numeric_limits<double>::infinity(), {}, {}, {}};
        const auto back = throughText(scene);
        QVERIFY(back);
        QVERIFY(std::isnan(back->assets[0].stated->nodata.value()));
        QVERIFY(back->assets[1].stated == scene.assets[1].stated);
    }

    void secrets_areNotWrittenDown_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<QString>("kept");
        QTest::newRow("azure") << u"https://h/a.tif?st=2020&se=2021&sp=r&sig=CANARY"_qs << u"https://h/a.tif"_qs;
        QTest::newRow("aws") << u"https://h/a.tif?X-Amz-Credential=CANARY&X-Amz-Signature=CANARY"_qs
                             << u"https://h/a.tif"_qs;
        QTest::newRow("google") << u"https://h/a.tif?x-goog-signature=CANARY"_qs << u"https://h/a.tif"_qs;
        QTest::newRow("token") << u"https://h/a.tif?v=2&access_token=CANARY"_qs << u"https://h/a.tif"_qs;
        QTest::newRow("key") << u"https://h/a.tif?KEY=CANARY"_qs << u"https://h/a.tif"_qs;
        QTest::newRow("user") << u"https://me:CANARY@h/a.tif"_qs << u"https://h/a.tif"_qs;
        QTest::newRow("none") << u"https://h/a.tif?version=3&keys=red"_qs << u"https://h/a.tif?version=3&keys=red"_qs;
    }

    void secrets_areNotWrittenDown()
    {
        QFETCH(QString, given);
        QFETCH(QString, kept);
        Scene scene;
        scene.self = QUrl(given);
        scene.assets.resize(1);
        scene.assets[0].href = QUrl(given);
        scene.assets[0].alternates = {{u"s3"_qs, QUrl(given), Access::Public, {}}};
        QVERIFY(!toText(toJson(scene)).contains("CANARY"));
        const auto back = throughText(scene);
        QVERIFY(back);
        QCOMPARE(back->self, QUrl(kept));
        QCOMPARE(back->assets[0].href, QUrl(kept));
        QCOMPARE(back->assets[0].alternates[0].href, QUrl(kept));
    }

    void acquisition_keepsItsCopiesInOrder()
    {
        Acquisition acquisition {{full(), Scene()}};
        acquisition.copies[1].id = u"other"_qs;
        const auto json = parseJson(toText(toJson(acquisition)));
        QVERIFY(json);
        const auto back = acquisitionFromJson(*json);
        QVERIFY(back);
        QVERIFY(*back == acquisition);
        QVERIFY(!acquisitionFromJson({{"copies", Json::array()}}));
        QVERIFY(!acquisitionFromJson(Json::array()));
    }

    void damaged_saysWhere_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("where");
        const auto row = [](const char *text, const char *where) {
            QTest::newRow(text) << QByteArray(text) << QString::fromLatin1(where);
        };
        row("[]", "object");
        row(R"({"id":1})", "id");
        row(R"({"datetime":"yesterday"})", "datetime");
        row(R"({"epsg":99999999999})", "epsg");
        row(R"({"epsg":1.5})", "epsg");
        row(R"({"bbox":[1,2]})", "bbox");
        row(R"({"footprint":[[[1]]]})", "footprint");
        row(R"({"footprint":[1]})", "footprint");
        row(R"({"assets":{}})", "assets");
        row(R"({"assets":[1]})", "object");
        row(R"({"assets":[{"access":"free"}]})", "access");
        row(R"({"assets":[{"bands":[{"gsd":"ten"}]}]})", "gsd");
        row(R"({"assets":[{"stated":[1]}]})", "object");
        row(R"({"assets":[{"roles":[1]}]})", "roles");
        row(R"({"assets":[{"alternates":"x"}]})", "alternates");
        row(R"({"offset_override":"maybe"})", "offset_override");
        row(R"({"invented":"no"})", "invented");
    }

    void damaged_saysWhere()
    {
        QFETCH(QByteArray, text);
        QFETCH(QString, where);
        const auto scene = sceneFromJson(*parseJson(text));
        QVERIFY(!scene);
        QCOMPARE(scene.error().code, ErrorCode::InvalidInput);
        QVERIFY2(scene.error().message.contains(u'“' + where + u'”'), qPrintable(scene.error().message));
    }
};

QTEST_GUILESS_MAIN(TestSceneJson)
#include "tst_scenejson.moc"
