// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/scene/sceneviewer.h"

#include <QSignalSpy>
#include <QTest>

using namespace astra;
using scene::SceneViewer;
using testing::FieldLab;

/// Pixels that stand behind an account: which one is missing, and that nobody pays without having said so.
class TestSceneAccess : public QObject
{
    Q_OBJECT

private:
    FieldLab m_lab;
    std::unique_ptr<QTemporaryDir> m_dir;
    std::shared_ptr<engine::Engine> m_engine;
    std::unique_ptr<SceneViewer> m_viewer;

    /// One picture at the lab, for whoever has an account there.
    [[nodiscard]] data::Acquisition scene(data::Access access, const QString &id = QStringLiteral("plot-7")) const
    {
        data::Scene scene;
        scene.provider = QStringLiteral("plots");
        scene.id = id;
        data::Asset picture;
        picture.key = QStringLiteral("visual");
        picture.href = m_lab.server().url(u"/v1/%1.tif"_qs.arg(id));
        picture.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        picture.bands = {{QStringLiteral("red"), QStringLiteral("red"), 10.0},
                         {QStringLiteral("green"), QStringLiteral("green"), 10.0},
                         {QStringLiteral("blue"), QStringLiteral("blue"), 10.0}};
        picture.access = access;
        picture.connection = QStringLiteral("fieldlab");
        scene.assets = {picture};
        return {{scene}};
    }
    [[nodiscard]] int reads() const
    {
        const auto requests = m_lab.server().requests();
        return static_cast<int>(std::count_if(requests.begin(), requests.end(),
                                              [](const auto &request) { return request.path.endsWith(u".tif"); }));
    }
    void signIn()
    {
        data::SignInRequest request;
        request.service = QStringLiteral("fieldlab");
        request.fields.insert(QStringLiteral("key"), Secret(FieldLab::mainKey()));
        QVERIFY(waitFor(m_engine->signIn(request)));
    }

private Q_SLOTS:
    void init()
    {
        m_dir = std::make_unique<QTemporaryDir>();
        m_engine = testing::labEngine(m_lab, *m_dir, Json::array({m_lab.catalogue()}));
        m_viewer = std::make_unique<SceneViewer>();
        m_viewer->setEngine(m_engine);
    }
    void cleanup()
    {
        m_viewer.reset();
        m_engine.reset();
        m_dir.reset();
    }

    void missingKey_isNamedAndGoneOnceItIsThere()
    {
        QSignalSpy keys(m_viewer.get(), &SceneViewer::keysChanged);
        m_viewer->show(scene(data::Access::Login));
        QCOMPARE(m_viewer->missingKeys(), QStringList(QStringLiteral("fieldlab")));
        // Whose key it is, which is not always the catalogue's.
        QVERIFY2(m_viewer->access().contains(u"Field lab"), qPrintable(m_viewer->access()));
        const auto told = keys.count();
        signIn();
        QTRY_VERIFY(m_viewer->missingKeys().isEmpty());
        QVERIFY(keys.count() > told);
        QVERIFY(m_viewer->access().isEmpty());
        QVERIFY(!m_viewer->asksBeforePaying()); // a login costs nothing
    }

    void paidPixels_areReadOnlyAfterAWord()
    {
        signIn();
        const auto paid = scene(data::Access::Paid);
        const int before = reads();
        m_viewer->show(paid);
        QVERIFY(m_viewer->asksBeforePaying());
        QVERIFY2(m_viewer->access().contains(u"Plots"), qPrintable(m_viewer->access()));
        // Neither a look at it again, nor another style or a second try, is a word.
        m_viewer->retry();
        m_viewer->setStyleId(QStringLiteral("ndvi"));
        m_viewer->show(paid);
        m_viewer->inspect(7.5, 47.5);
        QVERIFY(m_viewer->pixel().isEmpty());
        QVERIFY(!m_viewer->tiles() && !m_viewer->shown());
        QCOMPARE(reads(), before);

        QSignalSpy tiles(m_viewer.get(), &SceneViewer::tilesChanged);
        m_viewer->payToRead();
        QVERIFY(!m_viewer->asksBeforePaying());
        QVERIFY(m_viewer->shown());
        QVERIFY(tiles.count() > 0);
        QVERIFY(m_viewer->access().isEmpty());
        // It holds for this scene until the end, and for no other.
        m_viewer->show(scene(data::Access::Paid, QStringLiteral("plot-8")));
        QVERIFY(m_viewer->asksBeforePaying() && !m_viewer->tiles());
        m_viewer->show(paid);
        QVERIFY(!m_viewer->asksBeforePaying());
    }

    void paidPixels_withoutAnAccountAskForOne()
    {
        m_viewer->show(scene(data::Access::Paid));
        QVERIFY(!m_viewer->asksBeforePaying());
        QCOMPARE(m_viewer->missingKeys(), QStringList(QStringLiteral("fieldlab")));
        signIn();
        QTRY_VERIFY(m_viewer->asksBeforePaying());
        QVERIFY(m_viewer->missingKeys().isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestSceneAccess)
#include "tst_sceneaccess.moc"
