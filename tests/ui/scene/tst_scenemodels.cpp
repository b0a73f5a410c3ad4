// SPDX-License-Identifier: Apache-2.0
#include "tests/support/models.h"
#include "ui/scene/assetlistmodel.h"
#include "ui/scene/metadatamodel.h"
#include "ui/scene/sceneviewer.h"

#include <QAbstractItemModelTester>
#include <QClipboard>
#include <QGuiApplication>
#include <QSignalSpy>
#include <QTest>

using namespace astra;
using scene::AssetListModel;
using scene::MetadataModel;
using test::column;

namespace {

data::Asset file(const QString &key, const QString &url, const QString &type)
{
    data::Asset asset;
    asset.key = key;
    asset.href = QUrl(url);
    asset.mediaType = type;
    return asset;
}

data::Scene sceneWithFiles()
{
    data::Scene scene;
    scene.provider = QStringLiteral("coast");
    scene.id = QStringLiteral("S2B");
    auto red = file(QStringLiteral("red"), QStringLiteral("https://example.org/B04.tif"),
                    QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized"));
    red.title = QStringLiteral("Red");
    red.bands = {{QStringLiteral("B04"), QStringLiteral("red"), 10.0}};
    red.size = 3 * 1024 * 1024;
    auto raw = file(QStringLiteral("B08_10m"), QStringLiteral("https://example.org/B08.jp2"),
                    QStringLiteral("image/jp2"));
    raw.bands = {{QStringLiteral("B08"), QStringLiteral("nir"), 10.0}};
    raw.access = data::Access::Login;
    const auto text = file(QStringLiteral("metadata"), QStringLiteral("https://example.org/m.xml"),
                           QStringLiteral("application/xml"));
    scene.assets = {text, red, raw};
    return scene;
}

data::Acquisition twoCopies()
{
    auto first = sceneWithFiles();
    first.acquisition = QStringLiteral("K");
    first.baseline = QStringLiteral("05.11");
    auto second = first;
    second.provider = QStringLiteral("archive");
    second.baseline = QStringLiteral("05.00");
    return {{first, second}};
}

const Json item = {{"id", "S2B"},
                   {"properties",
                    {{"eo:cloud_cover", 12.5},
                     {"instruments", {"msi"}},
                     {"nothing", nullptr},
                     {"view", {{"azimuth", 45}}},
                     {"bands", {{{"name", "B04"}}, {{"name", "B08"}}}}}},
                   {"assets", {{"red", {{"href", "https://example.org/B04.tif"}}}}},
                   {"geometry", {{"type", "Point"}, {"coordinates", {7, 47}}}}};

} // namespace

class TestSceneModels : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void assets_sayFormSizeAndAccess()
    {
        AssetListModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        const auto scene = sceneWithFiles();
        model.setScene(&scene);
        // What can be drawn stands first.
        QCOMPARE(column(model, AssetListModel::KeyRole),
                 QStringList({QStringLiteral("red"), QStringLiteral("B08_10m"), QStringLiteral("metadata")}));
        QCOMPARE(model.index(0).data(AssetListModel::DetailRole).toString(), QStringLiteral("COG · 10 m · 3.0 MB"));
        QCOMPARE(model.index(0).data(AssetListModel::BandsRole).toString(), QStringLiteral("red (B04)"));
        QCOMPARE(model.index(0).data(AssetListModel::AccessRole).toString(), QStringLiteral("open"));
        QVERIFY(!model.index(0).data(AssetListModel::LockedRole).toBool());
        QCOMPARE(model.index(1).data(AssetListModel::DetailRole).toString(), QStringLiteral("JPEG 2000 · 10 m"));
        QCOMPARE(model.index(1).data(AssetListModel::AccessRole).toString(), QStringLiteral("free login"));
        QVERIFY(model.index(1).data(AssetListModel::LockedRole).toBool());
        QCOMPARE(model.index(2).data(AssetListModel::DetailRole).toString(), QStringLiteral("XML"));
        QVERIFY(model.index(0).data(AssetListModel::DrawableRole).toBool());
        QVERIFY(!model.index(1).data(AssetListModel::DrawableRole).toBool());
        QVERIFY(!model.index(2).data(AssetListModel::DrawableRole).toBool());
        model.setScene(nullptr);
        QCOMPARE(model.count(), 0);
    }

    void format_isWrittenAsPeopleDo()
    {
        QCOMPARE(scene::formatText(QStringLiteral("geotiff"), {}), QStringLiteral("GeoTIFF"));
        QCOMPARE(scene::formatText({}, QStringLiteral("application/x-hdf5")), QStringLiteral("HDF5"));
        QCOMPARE(scene::formatText({}, QStringLiteral("text/html; charset=utf-8")), QStringLiteral("web page"));
        QCOMPARE(scene::formatText({}, QStringLiteral("application/x-odd")), QStringLiteral("application/x-odd"));
        QCOMPARE(scene::formatText({}, {}), QString());
    }

    void metadata_isEveryValueOnce()
    {
        const auto entries = MetadataModel::flattened(item);
        QStringList lines;
        for (const auto &entry : entries)
            lines.append(QString(entry.name + u'=' + entry.value));
        QCOMPARE(
            lines,
            QStringList({QStringLiteral("properties.bands[0].name=B04"), QStringLiteral("properties.bands[1].name=B08"),
                         QStringLiteral("properties.eo:cloud_cover=12.5"), QStringLiteral("properties.instruments=msi"),
                         QStringLiteral("properties.nothing=null"), QStringLiteral("properties.view.azimuth=45"),
                         QStringLiteral("geometry={\"coordinates\":[7,47],\"type\":\"Point\"}"),
                         QStringLiteral("id=S2B"), QStringLiteral("assets.red.href=https://example.org/B04.tif")}));
        QVERIFY(MetadataModel::flattened(Json()).empty());
        QVERIFY(MetadataModel::flattened(Json("text")).empty());
    }

    void metadata_isBounded()
    {
        Json many = Json::object();
        for (int i = 0; i < MetadataModel::mostRows + 10; ++i)
            many[std::to_string(i)] = i;
        QCOMPARE(static_cast<int>(MetadataModel::flattened(many).size()), MetadataModel::mostRows);
    }

    void metadata_isAskedWhenLookedAtFilteredAndCopied()
    {
        MetadataModel model;
        const QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
        int asked = 0;
        model.setSource([&asked](const StopToken &) {
            ++asked;
            return ready<Json>(item);
        });
        QCOMPARE(asked, 0);
        model.load();
        model.load();
        QVERIFY(model.loading());
        QTRY_COMPARE(model.count(), 9);
        QCOMPARE(asked, 1);
        model.setFilter(QStringLiteral("CLOUD"));
        QCOMPARE(column(model, MetadataModel::NameRole), QStringList({QStringLiteral("properties.eo:cloud_cover")}));
        model.copy(0);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("12.5"));
        model.setFilter(QStringLiteral("b08")); // in a value
        QCOMPARE(model.count(), 1);
        model.copy(-1);
        QCOMPARE(QGuiApplication::clipboard()->text(), QStringLiteral("properties.bands[1].name\tB08"));
    }

    void metadata_saysWhyThereIsNone()
    {
        MetadataModel model;
        bool works = false;
        model.setSource([&works](const StopToken &) {
            return ready<Json>(works ? Result<Json>(item)
                                     : Result<Json>(fail(ErrorCode::Network, QStringLiteral("It broke off."))));
        });
        model.load();
        QTRY_COMPARE(model.error(), QStringLiteral("It broke off."));
        works = true;
        model.retry();
        QTRY_COMPARE(model.count(), 9);
        QVERIFY(model.error().isEmpty());
    }

    void viewer_takesAnotherCopy()
    {
        scene::SceneViewer viewer;
        viewer.show(twoCopies());
        QSignalSpy changed(&viewer, &scene::SceneViewer::sceneChanged);
        QCOMPARE(viewer.copies().size(), 2);
        QCOMPARE(viewer.copies()[1].toMap()[QStringLiteral("detail")].toString(), QStringLiteral("baseline 05.00"));
        viewer.useCopy(1);
        QCOMPARE(changed.count(), 1);
        QCOMPARE(viewer.acquisition()->best().provider, QStringLiteral("archive"));
        QCOMPARE(viewer.acquisition()->copies.size(), std::size_t(2));
        QCOMPARE(viewer.key(), QStringLiteral("K")); // still the same row of the list
        viewer.useCopy(0);
        viewer.useCopy(7);
        QCOMPARE(changed.count(), 1);
    }

    void viewer_keepsAPersonsWordOnTheOffset()
    {
        scene::SceneViewer viewer;
        viewer.show(twoCopies());
        QSignalSpy changed(&viewer, &scene::SceneViewer::sceneChanged);
        viewer.overrideOffset(QStringLiteral("apply"));
        QCOMPARE(changed.count(), 1); // what analyses takes the same acquisition
        QCOMPARE(viewer.acquisition()->best().offsetOverride, data::OffsetOverride::Apply);
        QCOMPARE(viewer.acquisition()->copies[1].offsetOverride, data::OffsetOverride::None);
        viewer.clear();
        viewer.show(twoCopies()); // as the list gives it, without the word
        QCOMPARE(viewer.acquisition()->best().offsetOverride, data::OffsetOverride::Apply);
        viewer.overrideOffset({});
        QCOMPARE(viewer.acquisition()->best().offsetOverride, data::OffsetOverride::None);
        viewer.overrideOffset(QStringLiteral("perhaps"));
        QCOMPARE(viewer.acquisition()->best().offsetOverride, data::OffsetOverride::None);
    }
};

QTEST_MAIN(TestSceneModels)
#include "tst_scenemodels.moc"
