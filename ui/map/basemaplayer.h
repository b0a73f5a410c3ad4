// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/map/basemap.h"

#include <QObject>

class QQuickWindow;
class QSGNode;

namespace astra::map {

/// Keeps a picture of the base map that is a little bigger than the view, painted on a pool thread. Panning moves that
/// picture; a new one is asked for when its edge comes near or the zoom changes, one at a time. Beneath lies a small
/// picture of the whole world, so that there is never a hole.
class BasemapLayer : public QObject
{
    Q_OBJECT
public:
    explicit BasemapLayer(QObject *parent = nullptr);

    void setColors(const MapColors &colors);
    void setCamera(const render::Camera &camera, double pixelRatio);
    [[nodiscard]] const std::shared_ptr<const Basemap> &basemap() const { return m_basemap; }
    [[nodiscard]] bool settled() const { return m_basemap && !m_busy && !m_world.isNull() && !stale(); }

    /// Brings the nodes up to date; `old` is what the last call gave. Render thread, GUI thread blocked.
    [[nodiscard]] QSGNode *update(QSGNode *old, QQuickWindow *window);

Q_SIGNALS:
    void changed(); ///< to be drawn anew
    void loaded(); ///< the names are there, too

private:
    struct Painted {
        QImage image;
        render::Camera camera;
        MapColors colors;
        double pixelRatio = 1;
    };
    void work();
    [[nodiscard]] bool stale() const;

    std::shared_ptr<const Basemap> m_basemap;
    MapColors m_colors;
    render::Camera m_camera;
    double m_pixelRatio = 1;
    QImage m_world;
    MapColors m_worldColors;
    Painted m_painted;
    quint64 m_worldSerial = 0;
    quint64 m_detailSerial = 0;
    bool m_busy = false;
};

} // namespace astra::map
