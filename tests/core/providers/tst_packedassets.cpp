// SPDX-License-Identifier: Apache-2.0
#include "core/data/packedassets.h"
#include "core/providers/providerregistry.h"
#include "core/providers/stac/stacparser.h"
#include "tests/support/shareddata.h"

#include <QDirIterator>
#include <QTest>

#include <cmath>
#include <limits>

using namespace astra;

namespace {

data::Asset file(const QString &key, const QString &href)
{
    data::Asset asset;
    asset.key = key;
    asset.href = QUrl(href);
    asset.mediaType = u"image/tiff; application=geotiff; profile=cloud-optimized"_qs;
    asset.bands = {{key, key, 10.0}};
    return asset;
}

/// Every scene in the recordings.
std::vector<data::Scene> recorded(const QString &data)
{
    const auto registry = providers::ProviderRegistry::shipped({});
    std::vector<data::Scene> scenes;
    QDirIterator files(data + u"/stac"_qs, {u"*.json"_qs}, QDir::Files, QDirIterator::Subdirectories);
    while (files.hasNext()) {
        const QString path = files.next();
        const auto json = readJsonFile(path);
        if (!json)
            continue;
        const QString provider = QFileInfo(path).dir().dirName();
        const auto *definition = registry.find(provider);
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

} // namespace

class TestPackedAssets : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void recordedScenes_comeBackAsTheyWere()
    {
        const QString data = test::sharedData();
        if (data.isEmpty())
            QSKIP("no shared data beside the checkout");
        data::AssetPacker packer;
        int files = 0;
        for (const auto &scene : recorded(data)) {
            auto packed = scene;
            packer.pack(packed);
            QVERIFY(packed.packed);
            QVERIFY(packed.assets.empty());
            QCOMPARE(data::pixelAccess(packed), data::pixelAccess(scene));
            QCOMPARE(data::hasCog(packed), data::hasCog(scene));
            data::unpack(packed);
            QVERIFY2(packed == scene, qPrintable(scene.qualifiedId()));
            files += static_cast<int>(scene.assets.size());
        }
        QVERIFY(files > 1000);
    }

    void oddFiles_comeBackAsTheyWere()
    {
        data::Scene scene;
        scene.assets = {file(u"a"_qs, u"https://h/a%20b/ü.tif?x=1&y=%2F#part"_qs), file(u"b"_qs, {}),
                        file(u"c"_qs, u"file:///tmp/some where/c.tif"_qs), file(u"d"_qs, u"s3://bucket/d.jp2"_qs)};
        scene.assets[0].size = 123456789012;
        scene.assets[1].size = 0;
        scene.assets[2].alternates = {{u"s3"_qs, QUrl(u"s3://bucket/c.tif"_qs), data::Access::Paid, u"aws"_qs},
                                      {u"https"_qs, QUrl(), data::Access::Login, {}}};
        scene.assets[3].stated = data::Radiometry {0.0001, -0.1, 0.0, u"reflectance"_qs, u"item metadata"_qs, {}};
        scene.assets[3].unit = u"dB"_qs;
        auto packed = scene;
        data::AssetPacker().pack(packed); // outlives its packer
        data::unpack(packed);
        QVERIFY(packed == scene);
        data::unpack(packed);
        QVERIFY(packed == scene);
        data::Scene none;
        data::AssetPacker().pack(none);
        QVERIFY(none.packed);
        data::unpack(none);
        QVERIFY(none == data::Scene());
    }

    void likeScenes_shareTheirKinds()
    {
        data::AssetPacker packer;
        data::Scene one;
        one.assets = {file(u"red"_qs, u"https://h/1/red.tif"_qs), file(u"scl"_qs, u"https://h/1/scl.tif"_qs)};
        one.assets[1].stated = data::Radiometry {1, 0, std::numeric_limits<double>::quiet_NaN(), {}, {}, {}};
        auto two = one;
        two.assets[0].href = QUrl(u"https://h/2/red.tif"_qs);
        two.assets[0].size = 7;
        auto other = one;
        other.assets[0].access = data::Access::Login;
        for (auto *scene : {&one, &two, &other})
            packer.pack(*scene);
        QCOMPARE(one.packed->kinds, two.packed->kinds);
        QVERIFY(one.packed->kinds != other.packed->kinds);
        data::unpack(two);
        QCOMPARE(two.assets[0].href, QUrl(u"https://h/2/red.tif"_qs));
        QCOMPARE(two.assets[0].size, 7);
        QCOMPARE(two.assets[1].size, -1);
        QVERIFY(std::isnan(two.assets[1].stated->nodata.value()));
    }
};

QTEST_GUILESS_MAIN(TestPackedAssets)
#include "tst_packedassets.moc"
