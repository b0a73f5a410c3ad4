// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/scene/scenestage.h"

#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)

using namespace astra;

/// A scene with two copies and two files, looked at without a network.
class Stage : public test::SceneStage
{
    Q_OBJECT
    Q_PROPERTY(astra::scene::SceneViewer *viewer MEMBER m_viewer CONSTANT)
public:
    explicit Stage(QObject *parent)
        : SceneStage(parent)
    {
    }
    Q_INVOKABLE void show()
    {
        data::Scene scene;
        scene.provider = QStringLiteral("coast");
        scene.id = QStringLiteral("S2B_32TMT_20250601_0_L2A");
        scene.acquisition = QStringLiteral("K");
        data::Asset red = asset(QStringLiteral("red"), QUrl(QStringLiteral("https://example.org/B04.tif")));
        red.bands.front().name = QStringLiteral("B04");
        data::Asset locked = red;
        locked.key = QStringLiteral("nir");
        locked.access = data::Access::Login;
        scene.assets = {red, locked};
        data::Scene other = scene;
        other.provider = QStringLiteral("archive");
        m_viewer->show({{scene, other}});
    }
    Q_INVOKABLE [[nodiscard]] QString provider() const { return m_viewer->acquisition()->best().provider; }
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine) { test::setStage<Stage>(engine); }
};

QUICK_TEST_MAIN_WITH_SETUP(scenepanel, Setup)
#include "tst_scenepanel.moc"
