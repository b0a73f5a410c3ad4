// SPDX-License-Identifier: Apache-2.0
#include "core/base/pools.h"
#include "core/library/localscene.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
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

/// Results of jobs on disk, in files as jobs write them, and the map's part of looking at them.
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
    Q_INVOKABLE bool start()
    {
        engine::EngineConfig config;
        config.configDir = m_folder.filePath(QStringLiteral("config"));
        config.dataDir = m_folder.filePath(QStringLiteral("data"));
        config.cacheDir = m_folder.filePath(QStringLiteral("cache"));
        config.offline = true;
        config.keychain = false;
        auto engine = waitFor(engine::Engine::create(config));
        if (engine)
            m_viewer->setEngine(*engine);
        return engine.has_value();
    }
    /// Columns 0…255 of class x / 64.
    Q_INVOKABLE bool showClasses()
    {
        raster::CogSpec spec;
        spec.type = raster::SampleType::UInt8;
        spec.nodata = 255;
        spec.overviews = raster::OverviewMethod::Nearest;
        spec.description = QStringLiteral("Classes of change");
        spec.colours = {{240, 240, 240, 255}, {0, 158, 115, 255}, {213, 94, 0, 255}};
        return show(QStringLiteral("classes"), spec, [](int x) { return x < 192 ? static_cast<float>(x / 64) : NAN; },
                    {{QStringLiteral("ASTRA_RAMP"),
                      QStringLiteral(R"([{"band":"Classes of change","low":0,"high":2,"ramp":""}])")},
                     {QStringLiteral("ASTRA_CLASSES"), QStringLiteral(R"(["No change","Gain","Loss"])")}});
    }
    Q_INVOKABLE bool showDifference()
    {
        raster::CogSpec spec;
        spec.description = QStringLiteral("NDVI, after − before");
        return show(QStringLiteral("difference"), spec, [](int x) { return static_cast<float>(x) / 1000; },
                    {{QStringLiteral("ASTRA_RAMP"),
                      QStringLiteral(R"([{"band":"NDVI change","low":-0.5,"high":0.5,"ramp":"prgn"}])")}});
    }
    Q_INVOKABLE void inspect(int x)
    {
        std::vector<QPointF> point {
            {m_grid.originX + (x + 0.5) * m_grid.pixelWidth, m_grid.originY - 9.5 * m_grid.pixelHeight}};
        raster::Transform::create(m_grid.crs, QStringLiteral("EPSG:4326"))->apply(point);
        m_viewer->inspect(point[0].x(), point[0].y());
    }

private:
    bool show(const QString &name, raster::CogSpec spec, const std::function<float(int)> &value,
              const raster::Metadata &metadata)
    {
        constexpr render::TileId tile {14, 8512, 5824};
        m_grid = raster::mercatorGrid(tile.z, tile.x, tile.y, render::tileSize);
        spec.grid = m_grid;
        data::Block pixels(m_grid.width, m_grid.height);
        for (std::size_t i = 0; i < pixels.values.size(); ++i)
            pixels.values[i] = value(static_cast<int>(i) % m_grid.width);
        const QString path = m_folder.filePath(name + QStringLiteral(".tif"));
        if (!raster::writeCog(path, spec, pixels, m_pools.cpu, metadata))
            return false;
        const auto scene = library::openLocal(path);
        if (!scene)
            return false;
        m_viewer->show(*scene);
        m_viewer->tiles()->setVisible({tile});
        return true;
    }

    scene::SceneViewer *m_viewer;
    QTemporaryDir m_folder;
    Pools m_pools;
    data::Grid m_grid;
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

QUICK_TEST_MAIN_WITH_SETUP(legend, Setup)
#include "tst_legend.moc"
