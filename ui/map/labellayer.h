// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/map/basemap.h"

#include <memory>

class QQuickWindow;
class QSGNode;

namespace astra::map {

/// The names on the map: always the same size, upright, over the scene's tiles. build.mjs chose the zooms so that names
/// do not meet; here they are only picked, written once each, and placed.
class LabelLayer
{
public:
    void setBasemap(std::shared_ptr<const Basemap> basemap) { m_basemap = std::move(basemap); }
    void setColors(const MapColors &colors);
    /// Which names stand in the view, as indices into Basemap::places().
    [[nodiscard]] std::vector<int> visible(const render::Camera &camera) const;

    [[nodiscard]] QSGNode *update(QSGNode *old, QQuickWindow *window, const render::Camera &camera, double pixelRatio);

private:
    [[nodiscard]] QImage written(const Basemap::Place &place, double pixelRatio) const;

    std::shared_ptr<const Basemap> m_basemap;
    MapColors m_colors;
    quint64 m_revision = 0;
};

} // namespace astra::map
