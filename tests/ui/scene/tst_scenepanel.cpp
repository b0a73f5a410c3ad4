// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/sceneviewer.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)

using namespace astra;

/// A scene with two copies and two files, looked at without a network.
class Stage : public QObject
{
    Q_OBJECT
    Q_PROPERTY(astra::scene::SceneViewer *viewer MEMBER m_viewer CONSTANT)
public:
    explicit Stage(QObject *parent)
        : QObject(parent)
        , m_viewer(new scene::SceneViewer(this))
    {
    }
    Q_INVOKABLE void show()
    {
        data::Scene scene;
        scene.provider = QStringLiteral("coast");
        scene.id = QStringLiteral("S2B_32TMT_20250601_0_L2A");
        scene.acquisition = QStringLiteral("K");
        data::Asset red;
        red.key = QStringLiteral("red");
        red.href = QUrl(QStringLiteral("https://example.org/B04.tif"));
        red.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        red.bands = {{QStringLiteral("B04"), QStringLiteral("red"), 10.0}};
        data::Asset locked = red;
        locked.key = QStringLiteral("nir");
        locked.access = data::Access::Login;
        scene.assets = {red, locked};
        data::Scene other = scene;
        other.provider = QStringLiteral("archive");
        m_viewer->show({{scene, other}});
    }
    Q_INVOKABLE [[nodiscard]] QString provider() const { return m_viewer->acquisition()->best().provider; }

private:
    scene::SceneViewer *m_viewer;
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        engine->rootContext()->setContextProperty(QStringLiteral("stage"), new Stage(engine));
    }
};

QUICK_TEST_MAIN_WITH_SETUP(scenepanel, Setup)
#include "tst_scenepanel.moc"
