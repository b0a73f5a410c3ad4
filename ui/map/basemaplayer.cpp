// SPDX-License-Identifier: Apache-2.0
#include "ui/map/basemaplayer.h"

#include "core/base/async.h"
#include "ui/map/cameramotion.h"
#include "ui/map/spriteset.h"

#include <QQuickWindow>
#include <QSGRectangleNode>

#include <cmath>
#include <utility>

namespace astra::map {

namespace {
constexpr double margin = 0.2; ///< of the view, painted on each side
constexpr double worldZoom = 2;

struct Node : QSGNode {
    QSGRectangleNode *water = nullptr;
    SpriteSet<int> sprites;
    std::unique_ptr<QSGTexture> world;
    std::unique_ptr<QSGTexture> detail;
    quint64 worldSerial = 0;
    quint64 detailSerial = 0;
};
constexpr int detailKey = 1000;

void renew(std::unique_ptr<QSGTexture> &texture, quint64 &has, quint64 wanted, const QImage &image,
           QQuickWindow *window)
{
    if (has == wanted || image.isNull())
        return;
    texture.reset(window->createTextureFromImage(image));
    has = wanted;
}
} // namespace

BasemapLayer::BasemapLayer(QObject *parent)
    : QObject(parent)
{
    m_busy = true;
    // Qt's own pool: the engine's pools belong to scenes, and the base map is there before any engine is.
    deliver(runOn(*QThreadPool::globalInstance(), &Basemap::builtIn), this,
            [this](const Result<std::shared_ptr<const Basemap>> &result) {
                m_busy = false;
                if (!result)
                    return; // the map stays plain water: scenes and footprints show all the same
                m_basemap = *result;
                Q_EMIT loaded();
                work();
            });
}

void BasemapLayer::setColors(const MapColors &colors)
{
    m_colors = colors;
    work();
}

void BasemapLayer::setCamera(const render::Camera &camera, double pixelRatio)
{
    m_camera = camera;
    m_pixelRatio = pixelRatio;
    work();
}

bool BasemapLayer::stale() const
{
    if (m_painted.image.isNull() || m_painted.colors != m_colors || m_painted.pixelRatio != m_pixelRatio
        || m_painted.camera.zoom != m_camera.zoom)
        return true;
    // Half of the margin used up.
    const double scale = worldPixels(m_camera.zoom);
    double across = m_painted.camera.x - m_camera.x;
    across -= std::round(across);
    const double spareX = m_painted.camera.width / 2 - m_camera.width / 2 - std::abs(across) * scale;
    const double spareY = m_painted.camera.height / 2 - m_camera.height / 2
        - std::abs(m_painted.camera.y - m_camera.y) * scale;
    return spareX < m_camera.width * margin / 2 || spareY < m_camera.height * margin / 2;
}

void BasemapLayer::work()
{
    if (m_busy || !m_basemap || !m_colors.water.isValid() || m_camera.width < 1 || m_camera.height < 1)
        return;
    Painted job;
    const bool world = m_world.isNull() || m_worldColors != m_colors;
    if (world) {
        const double side = worldPixels(worldZoom);
        job.camera = {0.5, 0.5, worldZoom, side, side};
    } else if (stale()) {
        job.camera = m_camera;
        job.camera.width = std::ceil(m_camera.width * (1 + 2 * margin));
        job.camera.height = std::ceil(m_camera.height * (1 + 2 * margin));
        job.pixelRatio = m_pixelRatio;
    } else {
        return;
    }
    job.colors = m_colors;
    m_busy = true;
    const auto paint = [job, basemap = m_basemap]() mutable -> Result<Painted> {
        job.image = basemap->paint(job.camera, job.colors, job.pixelRatio);
        return job;
    };
    deliver(runOn(*QThreadPool::globalInstance(), paint), this, [this, world](Result<Painted> result) {
        m_busy = false;
        if (!result)
            return;
        if (world) {
            ++m_worldSerial;
            m_world = result->image;
            m_worldColors = result->colors;
        } else {
            ++m_detailSerial;
            m_painted = std::move(*result);
        }
        Q_EMIT changed();
        work();
    });
}

QSGNode *BasemapLayer::update(QSGNode *old, QQuickWindow *window)
{
    auto *node = static_cast<Node *>(old);
    if (!node) {
        node = new Node;
        node->water = window->createRectangleNode();
        node->appendChildNode(node->water);
    }
    node->water->setRect(0, 0, m_camera.width, m_camera.height);
    node->water->setColor(m_colors.water);

    // An old texture goes only after its nodes have the new one.
    auto oldWorld = std::exchange(node->world, nullptr);
    auto oldDetail = std::exchange(node->detail, nullptr);
    renew(node->world, node->worldSerial, m_worldSerial, m_world, window);
    renew(node->detail, node->detailSerial, m_detailSerial, m_painted.image, window);
    if (!node->world)
        node->world = std::move(oldWorld);
    if (!node->detail)
        node->detail = std::move(oldDetail);

    const QRectF view(0, 0, m_camera.width, m_camera.height);
    const double scale = worldPixels(m_camera.zoom);
    QRectF detail;
    if (node->detail && m_painted.colors == m_colors) {
        const double ratio = scale / worldPixels(m_painted.camera.zoom);
        const double across = m_painted.camera.x - m_camera.x;
        const QPointF center((across - std::round(across)) * scale + view.width() / 2,
                             (m_painted.camera.y - m_camera.y) * scale + view.height() / 2);
        const QSizeF size(m_painted.camera.width * ratio, m_painted.camera.height * ratio);
        detail = QRectF(center - QPointF(size.width(), size.height()) / 2, size);
        if (ratio == 1) // whole pixels: at rest the picture is as sharp as it was painted
            detail.moveTopLeft((detail.topLeft() * m_pixelRatio).toPoint() / m_pixelRatio);
    }
    node->sprites.begin();
    if (node->world && !detail.contains(view)) {
        const double left = toWorldUnwrapped(m_camera, view.topLeft()).x();
        const double right = toWorldUnwrapped(m_camera, view.topRight()).x();
        for (int copy = int(std::floor(left)); copy <= int(std::floor(right)); ++copy)
            node->sprites.place(window, node, copy, node->world.get(),
                                {toViewUnwrapped(m_camera, QPointF(copy, 0)), QSizeF(scale, scale)});
    }
    if (node->detail && !detail.isEmpty())
        node->sprites.place(window, node, detailKey, node->detail.get(), detail, {},
                            m_painted.camera.zoom == m_camera.zoom);
    node->sprites.end();
    return node;
}

} // namespace astra::map
