// SPDX-License-Identifier: Apache-2.0
#include "ui/map/footprintlayer.h"

#include "ui/map/cameramotion.h"
#include "ui/map/spriteset.h"
#include "ui/map/strokes.h"

#include <QPainter>
#include <QSGGeometryNode>
#include <QSGRendererInterface>
#include <QSGTransformNode>
#include <QSGVertexColorMaterial>

#include <cmath>
#include <cstring>
#include <memory>

namespace astra::map {

namespace {
constexpr double lineWidth = 1.2;
constexpr double strongWidth = 2.4;
constexpr double casing = 2; ///< both sides together
constexpr int mostCased = 400; ///< with more in view, casings only darken the map and are most of what is drawn

struct MeshNode : QSGGeometryNode {
    MeshNode()
        : data(QSGGeometry::defaultAttributes_ColoredPoint2D(), 0, 0, QSGGeometry::UnsignedIntType)
    {
        data.setDrawingMode(QSGGeometry::DrawTriangles);
        setGeometry(&data);
        setMaterial(&vertexColors);
    }
    void set(const Mesh &mesh)
    {
        data.allocate(int(mesh.points.size()), int(mesh.indices.size()));
        if (!mesh.points.empty()) {
            std::memcpy(data.vertexData(), mesh.points.data(), mesh.points.size() * sizeof(mesh.points[0]));
            std::memcpy(data.indexData(), mesh.indices.data(), mesh.indices.size() * sizeof(quint32));
        }
        markDirty(DirtyGeometry);
    }
    QSGGeometry data;
    QSGVertexColorMaterial vertexColors;
};

struct Node : QSGNode {
    // Geometry
    QSGTransformNode *moved = nullptr;
    MeshNode *mesh = nullptr;
    QPointF anchor; ///< world coordinates of the mesh's origin
    QRectF region; ///< of the world that the mesh covers
    double zoom = -1;
    // Picture
    SpriteSet<int> sprites;
    std::unique_ptr<QSGTexture> texture;
    render::Camera camera;
    // Both
    quint64 revision = 0;
    quint64 model = 0;
};

/// The parts of the world in a region that may run over ±180: (shift, footprint) for each that is in it.
template<typename F> void eachIn(const FootprintModel &model, const QRectF &region, F f)
{
    const auto &shapes = model.shapes();
    for (int copy = int(std::floor(region.left())); copy <= int(std::floor(region.right())); ++copy)
        for (std::size_t i = shapes.size(); i-- > 0;) // the first of the list last: on top
            if (region.intersects(shapes[i].bounds.translated(copy, 0)))
                f(copy, shapes[i]);
}

bool isCased(const FootprintModel &model, const QRectF &region)
{
    int count = 0;
    eachIn(model, region, [&count](int, const auto &) { ++count; });
    return count <= mostCased;
}

/// Edges that only exist because the footprint was cut at ±180.
std::vector<bool> cuts(const FootprintModel::Shape &shape, const data::Ring &ring)
{
    if (!shape.seam)
        return {};
    std::vector<bool> skip(ring.size());
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const double a = ring[i].x();
        const double b = ring[(i + 1) % ring.size()].x();
        skip[i] = a == b && (a <= 0 || a >= 1);
    }
    return skip;
}

const FootprintModel::Shape *shapeOf(const FootprintLook &look, const QString &key)
{
    const int index = look.model && !key.isEmpty() ? look.model->indexOf(key) : -1;
    return index < 0 ? nullptr : &look.model->shapes()[std::size_t(index)];
}

QRectF regionAround(const render::Camera &camera, double views)
{
    const double scale = worldPixels(camera.zoom);
    const QSizeF size(camera.width / scale * (1 + 2 * views), camera.height / scale * (1 + 2 * views));
    return {QPointF(camera.x - size.width() / 2, camera.y - size.height() / 2), size};
}

Mesh meshOf(const FootprintLook &look, const QRectF &region, QPointF anchor, double scale)
{
    Mesh mesh;
    const auto placed = [&](const data::Ring &ring, int copy) {
        data::Ring result;
        result.reserve(ring.size());
        for (const QPointF &p : ring)
            result.push_back((p + QPointF(copy, 0) - anchor) * scale);
        return result;
    };
    const auto stroke = [&](int copy, const FootprintModel::Shape &shape, double width, const QColor &color) {
        for (const data::Ring &ring : shape.rings)
            strokeRing(mesh, placed(ring, copy), width, color, cuts(shape, ring));
    };
    const auto *chosen = shapeOf(look, look.chosen);
    const auto *hovered = shapeOf(look, look.hovered);
    if (isCased(*look.model, region))
        eachIn(*look.model, region,
               [&](int copy, const auto &shape) { stroke(copy, shape, lineWidth + casing, look.colors.casing); });
    eachIn(*look.model, region,
           [&](int copy, const auto &shape) { stroke(copy, shape, lineWidth, look.colors.footprint); });
    eachIn(*look.model, region, [&](int copy, const auto &shape) {
        if (&shape != chosen && &shape != hovered)
            return;
        if (&shape == chosen && look.fillChosen)
            for (const data::Ring &ring : shape.rings)
                fillRing(mesh, placed(ring, copy), look.colors.chosenFill);
        stroke(copy, shape, strongWidth + casing, look.colors.casing);
        stroke(copy, shape, strongWidth, &shape == hovered ? look.colors.hovered : look.colors.chosen);
    });
    return mesh;
}

void updateMesh(Node *node, const FootprintLook &look, const render::Camera &camera, bool renewed)
{
    const double scale = worldPixels(camera.zoom);
    if (!node->moved) {
        node->moved = new QSGTransformNode;
        node->mesh = new MeshNode;
        node->moved->appendChildNode(node->mesh);
        node->appendChildNode(node->moved);
    }
    QRectF view = regionAround(camera, 0);
    // The camera's x jumps by a world at ±180; the mesh may still be good.
    double jump = std::round(node->region.center().x() - view.center().x());
    view.translate(jump, 0);
    if (renewed || node->zoom != camera.zoom || !node->region.contains(view)) {
        node->region = regionAround(camera, 1);
        node->anchor = {camera.x, camera.y};
        node->zoom = camera.zoom;
        jump = 0;
        node->mesh->set(look.model ? meshOf(look, node->region, node->anchor, scale) : Mesh {});
    }
    const QPointF origin = toViewUnwrapped(camera, node->anchor - QPointF(jump, 0));
    QMatrix4x4 matrix;
    matrix.translate(float(origin.x()), float(origin.y()));
    node->moved->setMatrix(matrix);
}
} // namespace

void FootprintLayer::setLook(const FootprintLook &look)
{
    if (m_look == look)
        return;
    m_look = look;
    ++m_revision;
}

void FootprintLayer::paint(QPainter &painter, const FootprintLook &look, const render::Camera &camera)
{
    if (!look.model)
        return;
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(Qt::NoBrush);
    const auto outline = [&](int copy, const FootprintModel::Shape &shape, double width, const QColor &color) {
        painter.setPen(QPen(color, width, Qt::SolidLine, Qt::FlatCap, Qt::MiterJoin));
        for (const data::Ring &ring : shape.rings) {
            QPolygonF line;
            for (const QPointF &p : ring)
                line << toViewUnwrapped(camera, p + QPointF(copy, 0));
            const std::vector<bool> skip = cuts(shape, ring);
            if (skip.empty()) {
                painter.drawPolygon(line);
                continue;
            }
            for (qsizetype i = 0; i < line.size(); ++i)
                if (!skip[std::size_t(i)])
                    painter.drawLine(line[i], line[(i + 1) % line.size()]);
        }
    };
    const QRectF view = regionAround(camera, 0);
    if (isCased(*look.model, view))
        eachIn(*look.model, view,
               [&](int copy, const auto &shape) { outline(copy, shape, lineWidth + casing, look.colors.casing); });
    eachIn(*look.model, view,
           [&](int copy, const auto &shape) { outline(copy, shape, lineWidth, look.colors.footprint); });
    const auto *chosen = shapeOf(look, look.chosen);
    const auto *hovered = shapeOf(look, look.hovered);
    eachIn(*look.model, view, [&](int copy, const auto &shape) {
        if (&shape != chosen && &shape != hovered)
            return;
        if (&shape == chosen && look.fillChosen) {
            painter.setBrush(look.colors.chosenFill);
            outline(copy, shape, 0.01, Qt::transparent);
            painter.setBrush(Qt::NoBrush);
        }
        outline(copy, shape, strongWidth + casing, look.colors.casing);
        outline(copy, shape, strongWidth, &shape == hovered ? look.colors.hovered : look.colors.chosen);
    });
}

QSGNode *FootprintLayer::update(QSGNode *old, QQuickWindow *window, const render::Camera &camera, double pixelRatio)
{
    auto *node = static_cast<Node *>(old);
    if (!node)
        node = new Node;
    const quint64 model = m_look.model ? m_look.model->revision() : 0;
    const bool renewed = node->revision != m_revision || node->model != model;
    node->revision = m_revision;
    node->model = model;
    if (window->rendererInterface()->graphicsApi() != QSGRendererInterface::Software) {
        updateMesh(node, m_look, camera, renewed);
        return node;
    }
    if (!renewed && node->camera == camera)
        return node;
    node->camera = camera;
    node->sprites.begin();
    std::unique_ptr<QSGTexture> texture;
    if (m_look.model && m_look.model->count() > 0) {
        QImage image((QSizeF(camera.width, camera.height) * pixelRatio).toSize(), QImage::Format_ARGB32_Premultiplied);
        image.setDevicePixelRatio(pixelRatio);
        image.fill(Qt::transparent);
        QPainter painter(&image);
        paint(painter, m_look, camera);
        painter.end();
        texture.reset(window->createTextureFromImage(image, QQuickWindow::TextureHasAlphaChannel));
        node->sprites.place(window, node, 0, texture.get(), QRectF(0, 0, camera.width, camera.height));
    }
    node->sprites.end();
    node->texture = std::move(texture);
    return node;
}

} // namespace astra::map
