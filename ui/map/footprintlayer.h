// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/render/tilegrid.h"
#include "ui/map/footprintmodel.h"
#include "ui/map/mapcolors.h"

class QQuickWindow;
class QPainter;
class QSGNode;

namespace astra::map {

/// What the footprints look like just now.
struct FootprintLook {
    const FootprintModel *model = nullptr;
    QString hovered;
    QString chosen;
    bool fillChosen = true; ///< not over a scene's own picture: it would tint what is measured
    MapColors colors;
    friend bool operator==(const FootprintLook &, const FootprintLook &) = default;
};

/// Footprints as scene graph nodes. On OpenGL and Vulkan: triangles with soft edges, made for one zoom and moved by a
/// matrix while panning. On the software renderer, where geometry nodes draw nothing: a picture of the view.
class FootprintLayer
{
public:
    void setLook(const FootprintLook &look);
    [[nodiscard]] QSGNode *update(QSGNode *old, QQuickWindow *window, const render::Camera &camera, double pixelRatio);

    /// The second path by itself.
    static void paint(QPainter &painter, const FootprintLook &look, const render::Camera &camera);

private:
    FootprintLook m_look;
    quint64 m_revision = 1;
};

} // namespace astra::map
