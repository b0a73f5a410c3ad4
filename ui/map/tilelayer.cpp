// SPDX-License-Identifier: Apache-2.0
#include "ui/map/tilelayer.h"

#include "ui/map/cameramotion.h"
#include "ui/map/scenelayer.h"
#include "ui/map/spriteset.h"

#include <cmath>
#include <unordered_map>

namespace astra::map {

namespace {
constexpr int coarserLevels = 6;

struct TileHash {
    std::size_t operator()(const render::TileId &id) const { return qHash(id); }
};
struct Texture {
    std::unique_ptr<QSGTexture> texture;
    quint64 serial = 0;
    bool wanted = false;
};
struct Node : QSGNode {
    SpriteSet<render::TileId> sprites;
    std::unordered_map<render::TileId, Texture, TileHash> textures;
    std::vector<std::unique_ptr<QSGTexture>> outdated; ///< until no node shows them
};

/// One frame's work.
struct Frame {
    Node *node;
    QQuickWindow *window;
    const SceneLayer *layer;
    const render::Camera &camera;
    const double pixelRatio = window->effectiveDevicePixelRatio();

    QSGTexture *texture(const render::TileId &id) const
    {
        const SceneLayer::Tile *tile = layer->tile(id);
        if (!tile)
            return nullptr;
        Texture &entry = node->textures[id];
        if (entry.serial != tile->serial) {
            if (entry.texture)
                node->outdated.push_back(std::move(entry.texture));
            entry.texture.reset(window->createTextureFromImage(tile->image, QQuickWindow::TextureHasAlphaChannel));
            entry.serial = tile->serial;
        }
        entry.wanted = true;
        return entry.texture.get();
    }
    [[nodiscard]] bool isSharp(const render::TileId &id) const
    {
        const SceneLayer::Tile *tile = layer->tile(id);
        return tile && tile->sharp;
    }
    /// The nearest copy of the world; edges on whole pixels, so that neighbours meet without a gap.
    QRectF place(const render::TileId &id) const
    {
        const double tiles = std::exp2(id.z);
        const double middle = (id.x + 0.5) / tiles - camera.x;
        const double shift = std::round(middle);
        const QPointF from = toViewUnwrapped(camera, {id.x / tiles - shift, id.y / tiles});
        const QPointF to = toViewUnwrapped(camera, {(id.x + 1) / tiles - shift, (id.y + 1) / tiles});
        return {from.toPoint(), to.toPoint()};
    }
    void draw(const render::TileId &id) const
    {
        if (QSGTexture *own = texture(id)) {
            const QRectF target = place(id);
            const bool exact = pixelRatio == 1 && target.size().toSize() == own->textureSize();
            node->sprites.place(window, node, id, own, target, {}, exact || isSharp(id));
            return;
        }
        bool finer = false;
        for (int i = 0; i < 4; ++i) {
            const render::TileId child {id.z + 1, id.x * 2 + (i & 1), id.y * 2 + (i >> 1)};
            if (QSGTexture *part = texture(child)) {
                node->sprites.place(window, node, child, part, place(child), {}, isSharp(child));
                finer = true;
            }
        }
        for (int up = 1; !finer && up <= coarserLevels && up <= id.z; ++up) {
            const render::TileId parent {id.z - up, id.x >> up, id.y >> up};
            if (QSGTexture *whole = texture(parent)) {
                const QSizeF size = QSizeF(whole->textureSize()) / (1 << up);
                const QPointF corner((id.x - (parent.x << up)) * size.width(),
                                     (id.y - (parent.y << up)) * size.height());
                node->sprites.place(window, node, id, whole, place(id), QRectF(corner, size), isSharp(parent));
                return;
            }
        }
    }
};
} // namespace

QSGNode *updateTiles(QSGNode *old, QQuickWindow *window, const SceneLayer *layer, const render::Camera &camera)
{
    auto *node = static_cast<Node *>(old);
    if (!node)
        node = new Node;
    for (auto &[id, texture] : node->textures)
        texture.wanted = false;
    node->sprites.begin();
    if (layer && layer->active()) {
        const Frame frame {node, window, layer, camera};
        for (const render::TileId &id : layer->visible())
            frame.draw(id);
    }
    node->sprites.end();
    node->outdated.clear();
    std::erase_if(node->textures, [](const auto &entry) { return !entry.second.wanted; });
    return node;
}

} // namespace astra::map
