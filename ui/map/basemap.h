// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/render/tilegrid.h"
#include "ui/map/mapcolors.h"

#include <QImage>
#include <QPoint>
#include <QRectF>

#include <memory>
#include <vector>

namespace astra::map {

/// Land, borders and names of the world; what resources/basemap/build.mjs wrote. Immutable: any thread may use it.
class Basemap
{
public:
    struct Place {
        QPointF world;
        bool country = false;
        double zoom = 0; ///< from here on it is shown
        QString name;
    };

    /// @param packed the file's content. An error says where it does not fit.
    [[nodiscard]] static Result<std::shared_ptr<const Basemap>> parse(const QByteArray &packed);
    /// The one in the program's resources.
    [[nodiscard]] static Result<std::shared_ptr<const Basemap>> builtIn();

    /// Water, land and borders as the camera sees them, opaque; the camera may look beyond ±180.
    [[nodiscard]] QImage paint(const render::Camera &camera, const MapColors &colors, double pixelRatio) const;
    /// Most important (smallest zoom) first.
    [[nodiscard]] const std::vector<Place> &places() const { return m_places; }
    [[nodiscard]] bool isLand(double longitude, double latitude) const; ///< in the finest level

private:
    using Part = std::vector<QPoint>;
    struct Cell {
        int x = 0;
        int y = 0;
        std::vector<Part> rings;
        std::vector<Part> lines;
    };
    struct Level {
        int z = 0;
        std::vector<Cell> cells;
    };
    class Reader;

    [[nodiscard]] const Level &levelFor(double zoom) const;

    std::vector<Level> m_levels;
    std::vector<Place> m_places;
};

} // namespace astra::map
