// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/imagery/tileloader.h"

#include <QHash>
#include <QImage>
#include <QObject>
#include <QPointer>
#include <QtQml/qqmlregistration.h>

namespace astra::map {

/// One scene's tiles on their way from a TileLoader to the map. A view model owns it and gives it the loader; the map
/// tells it what is in view and draws what it has.
class SceneLayer : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by a view model")
    Q_PROPERTY(bool active READ active NOTIFY changed)

public:
    struct Tile {
        QImage image;
        quint64 serial = 0; ///< another number for another picture
        quint64 used = 0;
        bool sharp = false; ///< of classes: never blended
    };

    using QObject::QObject;

    /// Not owned; null or destroyed: nothing is drawn any more. Another loader starts empty.
    void setLoader(imagery::TileLoader *loader);
    [[nodiscard]] imagery::TileLoader *loader() const { return m_loader; }
    [[nodiscard]] bool active() const { return !m_loader.isNull(); }

    /// What is in view, most wanted first. \p ask: passed on to the loader where it differs from what was asked for
    /// last; not while an animation runs through zooms that nobody will look at.
    void setVisible(const std::vector<render::TileId> &tiles, bool ask = true);
    [[nodiscard]] const std::vector<render::TileId> &visible() const { return m_visible; }
    /// A null pointer where it has not come.
    [[nodiscard]] const Tile *tile(const render::TileId &id) const;

Q_SIGNALS:
    void changed(); ///< something to draw differs

private:
    void take(const render::TileId &id, const data::Picture &picture);
    void trim();

    QPointer<imagery::TileLoader> m_loader;
    std::vector<render::TileId> m_visible;
    std::vector<render::TileId> m_asked;
    QHash<render::TileId, Tile> m_tiles;
    quint64 m_serial = 0;
};

} // namespace astra::map
