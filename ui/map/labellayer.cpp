// SPDX-License-Identifier: Apache-2.0
#include "ui/map/labellayer.h"

#include "ui/map/cameramotion.h"
#include "ui/map/spriteset.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>

#include <cmath>
#include <unordered_map>

namespace astra::map {

namespace {
constexpr double countryLevels = 3.5; ///< as in build.mjs: further in, a country's name makes way
constexpr double halo = 2;
constexpr double dot = 2; ///< radius of a town's point
constexpr double dotGap = 4;
constexpr std::size_t mostTextures = 400;
constexpr double beyond = 120; ///< a name whose point is outside the view still reaches in

struct Node : QSGNode {
    SpriteSet<int> sprites;
    std::unordered_map<int, std::unique_ptr<QSGTexture>> textures;
    quint64 revision = 0;
    double pixelRatio = 0;
};

QFont fontFor(const Basemap::Place &place)
{
    QFont font(QStringLiteral("Inter"));
    font.setPixelSize(place.country ? 12 : place.zoom < 6 ? 12 : 11);
    font.setWeight(place.country ? QFont::DemiBold : QFont::Medium);
    if (place.country)
        font.setLetterSpacing(QFont::AbsoluteSpacing, 0.8);
    return font;
}
} // namespace

void LabelLayer::setColors(const MapColors &colors)
{
    m_colors = colors;
    ++m_revision;
}

std::vector<int> LabelLayer::visible(const render::Camera &camera) const
{
    std::vector<int> found;
    if (!m_basemap)
        return found;
    const QRectF view = QRectF(0, 0, camera.width, camera.height).adjusted(-beyond, -20, beyond, 20);
    const auto &places = m_basemap->places();
    for (std::size_t i = 0; i < places.size() && places[i].zoom <= camera.zoom; ++i) {
        if (places[i].country && camera.zoom > places[i].zoom + countryLevels)
            continue;
        if (view.contains(render::worldToView(camera, places[i].world)))
            found.push_back(int(i));
    }
    return found;
}

QImage LabelLayer::written(const Basemap::Place &place, double pixelRatio) const
{
    const QFont font = fontFor(place);
    const QFontMetricsF metrics(font);
    const double left = halo + (place.country ? 0 : dot * 2 + dotGap);
    const QSizeF size(std::ceil(metrics.horizontalAdvance(place.name)) + left + halo + 1,
                      std::ceil(metrics.height()) + 2 * halo);
    QImage image((size * pixelRatio).toSize(), QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(pixelRatio);
    image.fill(Qt::transparent);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    QPainterPath path;
    path.addText(left, halo + metrics.ascent(), font, place.name);
    if (!place.country)
        path.addEllipse(QPointF(halo + dot, size.height() / 2), dot, dot);
    QColor around = m_colors.land;
    around.setAlphaF(0.75F);
    painter.strokePath(path, QPen(around, halo * 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setPen(m_colors.label);
    painter.setFont(font);
    painter.drawText(QPointF(left, halo + metrics.ascent()), place.name);
    if (!place.country) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(m_colors.label);
        painter.drawEllipse(QPointF(halo + dot, size.height() / 2), dot, dot);
    }
    return image;
}

QSGNode *LabelLayer::update(QSGNode *old, QQuickWindow *window, const render::Camera &camera, double pixelRatio)
{
    auto *node = static_cast<Node *>(old);
    if (!node)
        node = new Node;
    node->sprites.begin();
    if (node->revision != m_revision || node->pixelRatio != pixelRatio || node->textures.size() > mostTextures) {
        node->sprites.end(); // nothing shows the old textures any more
        node->textures.clear();
        node->revision = m_revision;
        node->pixelRatio = pixelRatio;
    }
    for (const int index : visible(camera)) {
        const Basemap::Place &place = m_basemap->places()[std::size_t(index)];
        auto &texture = node->textures[index];
        if (!texture)
            texture.reset(window->createTextureFromImage(
                written(place, pixelRatio), {QQuickWindow::TextureHasAlphaChannel, QQuickWindow::TextureCanUseAtlas}));
        const QSizeF size = QSizeF(texture->textureSize()) / pixelRatio;
        const QPointF at = render::worldToView(camera, place.world);
        const QPointF corner = at - QPointF(place.country ? size.width() / 2 : halo + dot, size.height() / 2);
        const QPointF snapped = QPointF((corner * pixelRatio).toPoint()) / pixelRatio;
        node->sprites.place(window, node, index, texture.get(), QRectF(snapped, size), {}, true);
    }
    node->sprites.end();
    return node;
}

} // namespace astra::map
