// SPDX-License-Identifier: Apache-2.0
#include "ui/map/scenelayer.h"

#include <algorithm>
#include <cstring>

namespace astra::map {

namespace {
constexpr qsizetype mostTiles = 256; ///< 64 MB
} // namespace

void SceneLayer::setLoader(imagery::TileLoader *loader)
{
    if (m_loader == loader && loader)
        return;
    if (m_loader)
        m_loader->disconnect(this);
    m_loader = loader;
    m_tiles.clear();
    m_asked.clear();
    if (loader) {
        connect(loader, &imagery::TileLoader::tileReady, this, &SceneLayer::take);
        connect(loader, &QObject::destroyed, this, [this] {
            m_tiles.clear();
            Q_EMIT changed();
        });
    }
    Q_EMIT changed();
}

void SceneLayer::setVisible(const std::vector<render::TileId> &tiles, bool ask)
{
    ++m_serial;
    for (const render::TileId &id : tiles) {
        if (const auto found = m_tiles.find(id); found != m_tiles.end())
            found->used = m_serial;
    }
    m_visible = tiles;
    if (!ask || m_asked == tiles || !m_loader)
        return;
    m_asked = tiles;
    m_loader->setVisible(tiles);
}

const SceneLayer::Tile *SceneLayer::tile(const render::TileId &id) const
{
    const auto found = m_tiles.constFind(id);
    return found == m_tiles.constEnd() ? nullptr : &found.value();
}

void SceneLayer::take(const render::TileId &id, const data::Picture &picture)
{
    const auto wanted = std::size_t(picture.width) * std::size_t(picture.height) * 4;
    if (picture.width <= 0 || picture.height <= 0 || picture.rgba.size() != wanted)
        return;
    QImage image(picture.width, picture.height, QImage::Format_RGBA8888_Premultiplied);
    for (int y = 0; y < picture.height; ++y) {
        const auto row = std::size_t(picture.width) * 4;
        std::memcpy(image.scanLine(y), picture.rgba.data() + std::size_t(y) * row, row);
    }
    const bool sharp = m_loader && !m_loader->status().drawn.palette.empty();
    ++m_serial;
    m_tiles.insert(id, Tile {std::move(image), m_serial, m_serial, sharp});
    trim();
    Q_EMIT changed();
}

void SceneLayer::trim()
{
    if (m_tiles.size() <= mostTiles)
        return;
    std::vector<std::pair<quint64, render::TileId>> order;
    for (auto it = m_tiles.cbegin(); it != m_tiles.cend(); ++it)
        order.emplace_back(it->used, it.key());
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size() / 4; ++i) // a quarter at a time, so that this is rare
        m_tiles.remove(order[i].second);
}

} // namespace astra::map
