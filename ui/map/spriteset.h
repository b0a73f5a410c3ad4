// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QHash>
#include <QQuickWindow>
#include <QSGImageNode>
#include <QSet>

namespace astra::map {

/// Image nodes by key, kept from frame to frame: place() what is to be seen between begin() and end(). Textures belong
/// to the caller and outlive the nodes that show them.
template<typename Key> class SpriteSet
{
public:
    void begin() { m_placed.clear(); }
    /// @param source part of the texture in its pixels; empty: all of it
    /// @param exact no filtering: one texel is one pixel, where it would cost a software OpenGL dearly for nothing, or
    /// texels may not be blended
    void place(QQuickWindow *window, QSGNode *parent, const Key &key, QSGTexture *texture, const QRectF &target,
               const QRectF &source = {}, bool exact = false)
    {
        QSGImageNode *&node = m_nodes[key];
        const bool fresh = !node;
        if (fresh)
            node = window->createImageNode();
        if (const auto filtering = exact ? QSGTexture::Nearest : QSGTexture::Linear; node->filtering() != filtering)
            node->setFiltering(filtering);
        if (node->texture() != texture)
            node->setTexture(texture);
        const QRectF part = source.isEmpty() ? QRectF(QPointF(), texture->textureSize()) : source;
        if (fresh || node->sourceRect() != part)
            node->setSourceRect(part);
        if (fresh || node->rect() != target)
            node->setRect(target);
        if (fresh)
            parent->appendChildNode(node);
        m_placed.insert(key);
    }
    void end()
    {
        m_nodes.removeIf([this](auto it) {
            if (m_placed.contains(it.key()))
                return false;
            delete it.value(); // takes itself out of its parent
            return true;
        });
    }

private:
    QHash<Key, QSGImageNode *> m_nodes;
    QSet<Key> m_placed;
};

} // namespace astra::map
