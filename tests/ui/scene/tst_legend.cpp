// SPDX-License-Identifier: Apache-2.0
#include "core/base/pools.h"
#include "core/library/localscene.h"
#include "core/raster/cogwriter.h"
#include "core/raster/geodesy.h"
#include "tests/ui/scene/scenestage.h"

#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ScenePlugin)

using namespace astra;

/// Results of jobs on disk, in files as jobs write them, and the map's part of looking at them.
class Stage : public test::SceneStage
{
    Q_OBJECT
    Q_PROPERTY(astra::scene::SceneViewer *viewer MEMBER m_viewer CONSTANT)
public:
    explicit Stage(QObject *parent)
        : SceneStage(parent)
    {
    }
    Q_INVOKABLE bool start() { return startEngine(); }
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
    /// A result whose every pixel was masked.
    Q_INVOKABLE bool showNothing()
    {
        raster::CogSpec spec;
        spec.description = QStringLiteral("NDVI");
        return show(QStringLiteral("nothing"), spec, [](int) { return NAN; },
                    {{QStringLiteral("ASTRA_RAMP"),
                      QStringLiteral(R"([{"band":"NDVI","low":-0.2,"high":0.9,"ramp":"rdylgn"}])")}});
    }
    /// A scene of red, green, blue and nir, all of it cloud.
    Q_INVOKABLE bool showClouds(const QString &style)
    {
        raster::CogSpec spec;
        spec.type = raster::SampleType::UInt8;
        spec.nodata = 0;
        data::Scene scene;
        scene.provider = QStringLiteral("local");
        scene.id = QStringLiteral("clouds");
        for (const auto *name : {"red", "green", "blue", "nir", "scl"}) {
            const QString band = QString::fromLatin1(name);
            const float value = band == u"scl" ? 9 : band == u"nir" ? 40 : 20;
            if (!write(band, spec, [value](int) { return value; }, {}))
                return false;
            scene.assets.push_back(asset(band, QUrl::fromLocalFile(file(band + QStringLiteral(".tif")))));
        }
        m_viewer->show({{scene}}, style);
        m_viewer->tiles()->setVisible({tile});
        return true;
    }
    Q_INVOKABLE void inspect(int x)
    {
        std::vector<QPointF> point {
            {m_grid.originX + (x + 0.5) * m_grid.pixelWidth, m_grid.originY - 9.5 * m_grid.pixelHeight}};
        raster::Transform::create(m_grid.crs, QStringLiteral("EPSG:4326"))->apply(point);
        m_viewer->inspect(point[0].x(), point[0].y());
    }

private:
    static constexpr render::TileId tile {14, 8512, 5824};

    /// One tile of value(column).
    bool write(const QString &name, raster::CogSpec spec, const std::function<float(int)> &value,
               const raster::Metadata &metadata)
    {
        m_grid = raster::mercatorGrid(tile.z, tile.x, tile.y, render::tileSize);
        spec.grid = m_grid;
        data::Block pixels(m_grid.width, m_grid.height);
        for (std::size_t i = 0; i < pixels.values.size(); ++i)
            pixels.values[i] = value(static_cast<int>(i) % m_grid.width);
        return raster::writeCog(file(name + QStringLiteral(".tif")), spec, pixels, m_pools.cpu, metadata).has_value();
    }
    bool show(const QString &name, const raster::CogSpec &spec, const std::function<float(int)> &value,
              const raster::Metadata &metadata)
    {
        if (!write(name, spec, value, metadata))
            return false;
        const auto scene = library::openLocal(file(name + QStringLiteral(".tif")));
        if (!scene)
            return false;
        m_viewer->show(*scene);
        m_viewer->tiles()->setVisible({tile});
        return true;
    }

    Pools m_pools;
    data::Grid m_grid;
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine) { test::setStage<Stage>(engine); }
};

QUICK_TEST_MAIN_WITH_SETUP(legend, Setup)
#include "tst_legend.moc"
