// SPDX-License-Identifier: Apache-2.0
#include "ui/scene/sceneviewer.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QTemporaryDir>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)

using namespace astra;

/// A scene with four bands, and an engine that keeps looks in a folder of its own.
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
    /// With nothing kept.
    Q_INVOKABLE bool show()
    {
        m_viewer->setEngine(nullptr);
        m_folder = std::make_unique<QTemporaryDir>();
        engine::EngineConfig config;
        config.configDir = m_folder->filePath(QStringLiteral("config"));
        config.dataDir = m_folder->filePath(QStringLiteral("data"));
        config.cacheDir = m_folder->filePath(QStringLiteral("cache"));
        config.offline = true;
        config.keychain = false;
        auto engine = waitFor(engine::Engine::create(config));
        if (!engine)
            return false;
        m_viewer->setEngine(*engine);
        data::Scene scene;
        scene.provider = QStringLiteral("local");
        scene.id = QStringLiteral("S2B_32TMT_20250601_0_L2A");
        for (const auto *name : {"red", "green", "blue", "nir"}) {
            data::Asset asset;
            asset.key = QString::fromLatin1(name);
            asset.href = QUrl::fromLocalFile(m_folder->filePath(asset.key + QStringLiteral(".tif")));
            asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
            asset.bands = {{asset.key, asset.key, 10.0}};
            scene.assets.push_back(asset);
        }
        m_viewer->show({{scene}}, QStringLiteral("true-color"));
        return true;
    }

private:
    scene::SceneViewer *m_viewer;
    std::unique_ptr<QTemporaryDir> m_folder;
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

QUICK_TEST_MAIN_WITH_SETUP(lookpanel, Setup)
#include "tst_lookpanel.moc"
