// SPDX-License-Identifier: Apache-2.0
#include "ui/map/mapview.h"

#include "core/engine/engine.h"
#include "ui/map/tilelayer.h"

#include <QAbstractAnimation>
#include <QCursor>
#include <QQuickWindow>
#include <QSGTransformNode>

#include <algorithm>
#include <cmath>

namespace astra::map {

namespace {
constexpr std::size_t mostViews = 50; ///< to go back to
constexpr double equatorMetres = 156543.03; ///< a pixel at zoom 0

// Below a plain node the software renderer of Qt 6.4 loses clip and transform: hence the transform node at the root.
struct RootNode : QSGTransformNode {
    QSGNode *base = nullptr;
    QSGNode *tiles = nullptr;
    QSGNode *footprints = nullptr;
    QSGNode *labels = nullptr;
};

/// Finer tiles than this only repeat the scene's pixels.
int finestZoom(const imagery::TileLoader &loader)
{
    const auto gsd = loader.acquisition().best().gsd;
    if (!gsd || *gsd <= 0)
        return render::maximumZoom;
    return std::clamp(int(std::ceil(std::log2(equatorMetres / *gsd))) + 1, 8, render::maximumZoom);
}
} // namespace

class MapView::Ticker : public QAbstractAnimation
{
public:
    explicit Ticker(MapView *map)
        : m_map(map)
    {
    }
    int duration() const override { return -1; }

protected:
    void updateCurrentTime(int now) override
    {
        const int elapsed = now - m_last;
        m_last = now;
        if (elapsed <= 0)
            return;
        const bool more = m_map->m_motion.step(elapsed);
        m_map->cameraMoved();
        if (!more) {
            stop();
            m_map->setMoving(false);
        }
    }
    void updateState(State now, State before) override
    {
        m_last = 0;
        QAbstractAnimation::updateState(now, before);
    }

private:
    MapView *m_map;
    int m_last = 0;
};

MapView::MapView(QQuickItem *parent)
    : QQuickItem(parent)
    , m_ticker(std::make_unique<Ticker>(this))
{
    setFlag(ItemHasContents);
    setClip(true);
    setAcceptedMouseButtons(Qt::LeftButton | Qt::MiddleButton | Qt::BackButton | Qt::ForwardButton);
    setAcceptHoverEvents(true);
    setActiveFocusOnTab(true);
    connect(&m_basemapLayer, &BasemapLayer::changed, this, &QQuickItem::update);
    connect(&m_basemapLayer, &BasemapLayer::loaded, this, [this] {
        m_labels.setBasemap(m_basemapLayer.basemap());
        update();
    });
}

MapView::~MapView() { m_ticker->stop(); }

double MapView::centerLongitude() const { return toPlace(width() / 2, height() / 2).x(); }
double MapView::centerLatitude() const { return toPlace(width() / 2, height() / 2).y(); }

void MapView::setArea(const data::GeoBox &area)
{
    if (m_area == area)
        return;
    m_area = area;
    Q_EMIT areaChanged();
    Q_EMIT areaRectChanged();
}

void MapView::setAreaValid(bool valid)
{
    if (m_areaValid == valid)
        return;
    m_areaValid = valid;
    Q_EMIT areaChanged();
    Q_EMIT areaRectChanged();
}

void MapView::setDrawing(bool drawing)
{
    if (m_drawing == drawing)
        return;
    m_drawing = drawing;
    m_corner.reset();
    m_draft.reset();
    if (m_gesture == Gesture::Draw)
        m_gesture = Gesture::None;
    setCursor(drawing ? Qt::CrossCursor : Qt::ArrowCursor);
    Q_EMIT drawingChanged();
    Q_EMIT areaRectChanged();
}

void MapView::setFootprints(FootprintModel *footprints)
{
    if (m_footprints == footprints)
        return;
    if (m_footprints)
        m_footprints->disconnect(this);
    m_footprints = footprints;
    if (footprints) {
        connect(footprints, &FootprintModel::changed, this, &QQuickItem::update);
        connect(footprints, &QObject::destroyed, this, &MapView::updateLook);
    }
    updateLook();
    Q_EMIT footprintsChanged();
}

void MapView::setHoveredKey(const QString &key)
{
    if (m_hoveredKey == key)
        return;
    m_hoveredKey = key;
    updateLook();
    Q_EMIT hoveredKeyChanged();
}

void MapView::setChosenKey(const QString &key)
{
    if (m_chosenKey == key)
        return;
    m_chosenKey = key;
    updateLook();
    Q_EMIT chosenKeyChanged();
}

void MapView::setSceneLayer(SceneLayer *layer)
{
    if (m_sceneLayer == layer)
        return;
    if (m_sceneLayer) {
        m_sceneLayer->disconnect(this);
        m_sceneLayer->setVisible({});
    }
    m_sceneLayer = layer;
    if (layer) {
        connect(layer, &SceneLayer::changed, this, [this] {
            askForTiles();
            updateLook();
        });
    }
    askForTiles();
    updateLook();
    Q_EMIT sceneLayerChanged();
}

void MapView::setColors(const QVariantMap &colors)
{
    m_colorMap = colors;
    m_colors = MapColors::from(colors);
    m_basemapLayer.setColors(m_colors);
    m_labels.setColors(m_colors);
    updateLook();
    Q_EMIT colorsChanged();
}

void MapView::updateLook()
{
    const bool picture = m_sceneLayer && m_sceneLayer->active();
    m_footprintLayer.setLook({m_footprints, m_hoveredKey, m_chosenKey, !picture, m_colors});
    update();
}

void MapView::setCamera(const render::Camera &camera)
{
    render::Camera wanted = camera;
    wanted.width = width();
    wanted.height = height();
    m_ticker->stop();
    m_motion.setCamera(wanted);
    setMoving(false);
    cameraMoved();
}

void MapView::cameraMoved()
{
    m_basemapLayer.setCamera(camera(), window() ? window()->effectiveDevicePixelRatio() : 1);
    askForTiles();
    update();
    measure();
    Q_EMIT cameraChanged();
    Q_EMIT areaRectChanged();
}

void MapView::askForTiles()
{
    if (!m_sceneLayer)
        return;
    const auto *loader = m_sceneLayer->loader();
    if (!loader || width() <= 0 || height() <= 0)
        return;
    const double ratio = window() ? window()->effectiveDevicePixelRatio() : 1;
    const bool passing = m_ticker->state() == QAbstractAnimation::Running && m_motion.zooming();
    m_sceneLayer->setVisible(render::visibleTiles(camera(), ratio, loader->bounds(), finestZoom(*loader)), !passing);
}

void MapView::startMotion()
{
    if (m_motion.moving()) {
        setMoving(true);
        if (m_ticker->state() != QAbstractAnimation::Running)
            m_ticker->start();
    }
    cameraMoved();
}

void MapView::stopMotion()
{
    m_ticker->stop();
    m_motion.stop();
}

void MapView::setMoving(bool moving)
{
    if (!moving)
        askForTiles();
    if (m_moving == moving)
        return;
    m_moving = moving;
    Q_EMIT movingChanged();
}

void MapView::remember()
{
    if (!m_back.empty() && m_back.back() == camera())
        return;
    m_back.push_back(camera());
    if (m_back.size() > mostViews)
        m_back.erase(m_back.begin());
    m_forward.clear();
}

void MapView::travel(std::vector<render::Camera> &from, std::vector<render::Camera> &to)
{
    if (from.empty())
        return;
    const render::Camera target = from.back();
    from.pop_back();
    to.push_back(camera());
    m_motion.goTo(target, animated());
    startMotion();
}

void MapView::fit(const data::GeoBox &box)
{
    if (!box.isValid() || width() <= 0)
        return;
    remember();
    const double open = std::max(100.0, width() - m_insetLeft - m_insetRight);
    render::Camera target = render::fitting(box, open, height());
    target.x += (m_insetRight - m_insetLeft) / 2 / worldPixels(target.zoom);
    m_motion.goTo(target, animated());
    startMotion();
}

void MapView::home()
{
    remember();
    m_motion.goTo({0.5, 0.42, 0, width(), height()}, animated());
    startMotion();
}

void MapView::zoomBy(double levels)
{
    if (!m_motion.moving())
        remember();
    m_motion.zoomAt({width() / 2, height() / 2}, levels, animated());
    startMotion();
}

void MapView::panBy(double x, double y)
{
    if (!m_motion.moving())
        remember();
    render::Camera target = camera();
    const double scale = worldPixels(target.zoom);
    target.x += x * width() / scale;
    target.y += y * height() / scale;
    m_motion.goTo(target, animated());
    startMotion();
}

QPointF MapView::toView(double longitude, double latitude) const
{
    return render::worldToView(camera(), render::toWorld(longitude, latitude));
}

QPointF MapView::toPlace(double x, double y) const
{
    const QPointF world = worldAt({x, y});
    return render::fromWorld(world.x() - std::floor(world.x()), std::clamp(world.y(), 0.0, 1.0));
}

void MapView::measure()
{
    constexpr double span = 100;
    const QPointF middle(width() / 2, height() / 2);
    const double metres = engine::distanceMetres(toPlace(middle.x() - span / 2, middle.y()),
                                                 toPlace(middle.x() + span / 2, middle.y()));
    m_metresPerPixel = metres / span;
    Q_EMIT resolutionChanged();
}

void MapView::geometryChange(const QRectF &now, const QRectF &before)
{
    QQuickItem::geometryChange(now, before);
    m_motion.resize(now.width(), now.height());
    cameraMoved();
}

void MapView::itemChange(ItemChange change, const ItemChangeData &data)
{
    QQuickItem::itemChange(change, data);
    if (change == ItemDevicePixelRatioHasChanged || change == ItemSceneChange)
        cameraMoved();
}

QSGNode *MapView::updatePaintNode(QSGNode *old, UpdatePaintNodeData *)
{
    auto *root = static_cast<RootNode *>(old);
    const double ratio = window()->effectiveDevicePixelRatio();
    const bool fresh = !root;
    if (fresh)
        root = new RootNode;
    root->base = m_basemapLayer.update(root->base, window());
    root->tiles = updateTiles(root->tiles, window(), m_sceneLayer, camera());
    root->footprints = m_footprintLayer.update(root->footprints, window(), camera(), ratio);
    root->labels = m_labels.update(root->labels, window(), camera(), ratio);
    if (fresh) {
        for (QSGNode *layer : {root->base, root->tiles, root->footprints, root->labels})
            root->appendChildNode(layer);
    }
    return root;
}

} // namespace astra::map
