// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/map/fakeloader.h"
#include "ui/map/scenelayer.h"

#include <QtTest>

using namespace astra::map;
using astra::render::TileId;
using astra::test::FakeLoader;

class TestSceneLayer : public QObject
{
    Q_OBJECT
private Q_SLOTS:
    void visible_isAskedForOnce();
    void passingView_asksForNothing();
    void picture_isKeptAndReplaced();
    void brokenPicture_isLeftOut();
    void otherLoader_startsEmpty();
    void deletedLoader_showsNothing();
    void manyTiles_dropTheOldest();
};

void TestSceneLayer::visible_isAskedForOnce()
{
    FakeLoader loader;
    SceneLayer layer;
    layer.setLoader(&loader);
    layer.setVisible({{3, 4, 2}});
    layer.setVisible({{3, 4, 2}});
    layer.setVisible({{3, 5, 2}});
    QCOMPARE(loader.asked.size(), std::size_t(2));
    QCOMPARE(loader.asked.back().front(), (TileId {3, 5, 2}));
}

void TestSceneLayer::passingView_asksForNothing()
{
    FakeLoader loader;
    SceneLayer layer;
    layer.setLoader(&loader);
    layer.setVisible({{3, 4, 2}}, false);
    QVERIFY(loader.asked.empty());
    QCOMPARE(layer.visible().size(), std::size_t(1));
    layer.setVisible({{3, 4, 2}});
    QCOMPARE(loader.asked.size(), std::size_t(1));
}

void TestSceneLayer::picture_isKeptAndReplaced()
{
    FakeLoader loader;
    SceneLayer layer;
    layer.setLoader(&loader);
    QSignalSpy changed(&layer, &SceneLayer::changed);
    const TileId id {3, 4, 2};
    loader.give(id, {10, 20, 30, 255});
    QVERIFY(layer.tile(id));
    QCOMPARE(layer.tile(id)->image.pixelColor(5, 5), QColor(10, 20, 30));
    const quint64 serial = layer.tile(id)->serial;
    loader.give(id, {40, 50, 60, 255});
    QVERIFY(layer.tile(id)->serial != serial);
    QCOMPARE(layer.tile(id)->image.pixelColor(5, 5), QColor(40, 50, 60));
    QCOMPARE(changed.count(), 2);
}

void TestSceneLayer::brokenPicture_isLeftOut()
{
    FakeLoader loader;
    SceneLayer layer;
    layer.setLoader(&loader);
    Q_EMIT loader.tileReady({3, 4, 2}, {256, 256, {1, 2, 3}});
    Q_EMIT loader.tileReady({3, 4, 2}, {});
    QVERIFY(!layer.tile({3, 4, 2}));
}

void TestSceneLayer::otherLoader_startsEmpty()
{
    FakeLoader first;
    FakeLoader second;
    SceneLayer layer;
    layer.setLoader(&first);
    layer.setVisible({{3, 4, 2}});
    first.give({3, 4, 2});
    layer.setLoader(&second);
    QVERIFY(!layer.tile({3, 4, 2}));
    first.give({3, 4, 2});
    QVERIFY(!layer.tile({3, 4, 2}));
    layer.setVisible({{3, 4, 2}});
    QCOMPARE(second.asked.size(), std::size_t(1));
}

void TestSceneLayer::deletedLoader_showsNothing()
{
    SceneLayer layer;
    {
        FakeLoader loader;
        layer.setLoader(&loader);
        loader.give({3, 4, 2});
        QVERIFY(layer.active());
    }
    QVERIFY(!layer.active());
    QVERIFY(!layer.tile({3, 4, 2}));
}

void TestSceneLayer::manyTiles_dropTheOldest()
{
    FakeLoader loader;
    SceneLayer layer;
    layer.setLoader(&loader);
    loader.give({12, 0, 0});
    for (int x = 1; x < 300; ++x) {
        layer.setVisible({{12, 0, 0}, {12, x, 0}});
        loader.give({12, x, 0});
    }
    QVERIFY(layer.tile({12, 0, 0})); // in view all the time
    QVERIFY(layer.tile({12, 299, 0}));
    QVERIFY(!layer.tile({12, 1, 0}));
}

QTEST_GUILESS_MAIN(TestSceneLayer)
#include "tst_scenelayer.moc"
