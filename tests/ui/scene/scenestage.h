// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/scene/sceneviewer.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QTemporaryDir>

#include <memory>

namespace astra::test {

/// What the panels of a scene are shown with: a viewer, and an engine without a network that keeps what it is told in a
/// folder of its own. A test's stage derives from it, declares the property `viewer`, and adds what is looked at.
class SceneStage : public QObject
{
protected:
    explicit SceneStage(QObject *parent)
        : QObject(parent)
        , m_viewer(new scene::SceneViewer(this))
    {
    }
    /// With nothing kept.
    [[nodiscard]] bool startEngine()
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
        if (engine)
            m_viewer->setEngine(*engine);
        return engine.has_value();
    }
    [[nodiscard]] QString file(const QString &name) const { return m_folder->filePath(name); }
    /// A file that is not opened before it is drawn. @param band its name and its common name
    [[nodiscard]] static data::Asset asset(const QString &band, const QUrl &href)
    {
        data::Asset asset;
        asset.key = band;
        asset.href = href;
        asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
        asset.bands = {{band, band, 10.0}};
        return asset;
    }

    scene::SceneViewer *m_viewer;
    std::unique_ptr<QTemporaryDir> m_folder;
};

/// Makes the test's Stage and hands it to its QML as `stage`.
template<typename Stage> void setStage(QQmlEngine *engine)
{
    engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
    engine->rootContext()->setContextProperty(QStringLiteral("stage"), new Stage(engine));
}

} // namespace astra::test
