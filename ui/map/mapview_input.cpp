// SPDX-License-Identifier: Apache-2.0
// The hands on the map. One rule: whatever is going on, a drag that starts on bare map pans; only drawing, Shift and
// the area's handles take it over, and the middle button pans even then.

#include "core/engine/engine.h"
#include "ui/map/mapview.h"

#include <QCursor>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>

#include <algorithm>
#include <cmath>

namespace astra::map {

namespace {
constexpr double clickReach = 4; ///< pixels that a click may wander
constexpr double levelsPerNotch = 0.6;
constexpr double fineLevels = 0.1; ///< with Ctrl
constexpr double pixelsPerLevel = 240; ///< touchpads
constexpr double slowestFling = 0.15; ///< pixels per millisecond
constexpr qint64 restMilliseconds = 60; ///< held still so long before letting go: no fling
} // namespace

data::GeoBox MapView::shownArea() const { return m_draft ? boxOf(*m_draft) : m_area; }

QRectF MapView::areaRect() const
{
    if (m_draft) {
        const QRectF world = *m_draft;
        return {toViewUnwrapped(camera(), world.topLeft()), toViewUnwrapped(camera(), world.bottomRight())};
    }
    if (m_drawing || !m_areaValid || !m_area.isValid())
        return {};
    QRectF world = worldRect(m_area);
    world.translate(std::round(camera().x - world.center().x()), 0);
    return {toViewUnwrapped(camera(), world.topLeft()), toViewUnwrapped(camera(), world.bottomRight())};
}

double MapView::areaKm2() const
{
    const data::GeoBox box = shownArea();
    return box.isValid() ? engine::areaKm2(box) : 0;
}

void MapView::edit(const data::GeoBox &box)
{
    if (!box.isValid())
        return;
    setArea(box);
    setAreaValid(true);
    Q_EMIT areaEdited(box);
}

void MapView::setRubberBand(const QRectF &band)
{
    m_rubberBand = band;
    Q_EMIT rubberBandChanged();
}

void MapView::startPan(QPointF view)
{
    remember();
    m_gesture = Gesture::Pan;
    m_lastView = view;
    m_velocity = {};
    m_sinceMove.start();
    setMoving(true);
    setCursor(Qt::ClosedHandCursor);
}

void MapView::panTo(QPointF view)
{
    const double elapsed = std::max(1.0, double(m_sinceMove.nsecsElapsed()) / 1e6);
    m_sinceMove.start();
    // The newer the heavier: a jerk at the end counts, one long ago does not.
    const double weight = std::min(1.0, elapsed / 40);
    m_velocity = m_velocity * (1 - weight) + (view - m_lastView) / elapsed * weight;
    m_lastView = view;
    m_motion.putUnder(m_pressWorld, view);
    cameraMoved();
}

void MapView::endGesture()
{
    if (m_gesture == Gesture::Pan) {
        const bool flung = animated() && m_sinceMove.elapsed() < restMilliseconds
            && std::hypot(m_velocity.x(), m_velocity.y()) > slowestFling;
        if (flung) {
            m_motion.fling(m_velocity);
            startMotion();
        } else {
            setMoving(false);
        }
    }
    m_gesture = Gesture::None;
    m_handle = Handle::None;
    updateCursor(m_lastView);
}

void MapView::mousePressEvent(QMouseEvent *event)
{
    const QPointF view = event->position();
    forceActiveFocus(Qt::MouseFocusReason);
    if (event->button() == Qt::BackButton || event->button() == Qt::ForwardButton) {
        event->button() == Qt::BackButton ? travel(m_back, m_forward) : travel(m_forward, m_back);
        return;
    }
    stopMotion();
    m_pressView = view;
    m_lastView = view;
    m_pressWorld = worldAt(view);
    m_gesture = Gesture::Undecided;
    if (event->button() == Qt::MiddleButton) {
        startPan(view);
    } else if (event->modifiers() & Qt::ShiftModifier) {
        m_gesture = Gesture::ZoomBox;
    } else if (m_drawing) {
        m_gesture = Gesture::Draw;
        if (!m_corner)
            m_corner = m_pressWorld;
    } else if (const Handle handle = handleAt(areaRect(), view); handle != Handle::None) {
        m_gesture = Gesture::Resize;
        m_handle = handle;
        m_areaAtPress = worldRect(m_area);
    }
}

void MapView::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF view = event->position();
    pointAt(view);
    const bool wandered = QLineF(m_pressView, view).length() >= clickReach;
    switch (m_gesture) {
    case Gesture::None:
        break;
    case Gesture::Undecided:
        if (!wandered)
            break;
        startPan(m_pressView);
        [[fallthrough]];
    case Gesture::Pan:
        panTo(view);
        break;
    case Gesture::Draw:
        m_draft = QRectF(*m_corner, worldAt(view)).normalized();
        Q_EMIT areaRectChanged();
        break;
    case Gesture::ZoomBox:
        setRubberBand(QRectF(m_pressView, view).normalized());
        break;
    case Gesture::Resize:
        edit(boxOf(dragged(m_areaAtPress, m_handle, worldAt(view) - m_pressWorld)));
        break;
    }
}

void MapView::mouseReleaseEvent(QMouseEvent *event)
{
    const QPointF view = event->position();
    const bool wandered = QLineF(m_pressView, view).length() >= clickReach;
    const QRectF band = m_rubberBand;
    switch (m_gesture) {
    case Gesture::Undecided: {
        const QPointF place = toPlace(view.x(), view.y());
        const QStringList keys = m_footprints ? m_footprints->at(place.x(), place.y()) : QStringList {};
        Q_EMIT footprintsClicked(keys, place.x(), place.y());
        break;
    }
    case Gesture::Draw:
        // A drag ends here; so does the second click. The first click only sets the corner.
        if (wandered || (m_draft && QLineF(toViewUnwrapped(camera(), *m_corner), view).length() >= clickReach))
            finishDrawing(view);
        break;
    case Gesture::ZoomBox:
        setRubberBand({});
        if (wandered && band.width() > 2 && band.height() > 2)
            fit(boxOf(QRectF(worldAt(band.topLeft()), worldAt(band.bottomRight()))));
        break;
    case Gesture::None:
    case Gesture::Pan:
    case Gesture::Resize:
        break;
    }
    endGesture();
    updateCursor(view);
}

void MapView::finishDrawing(QPointF view)
{
    QRectF world = QRectF(*m_corner, worldAt(view)).normalized();
    world.setTop(std::max(0.0, world.top()));
    world.setBottom(std::min(1.0, world.bottom()));
    const data::GeoBox box = boxOf(world);
    if (!box.isValid())
        return; // a line: the second corner is still to come
    setDrawing(false);
    edit(box);
}

void MapView::mouseUngrabEvent()
{
    setRubberBand({});
    endGesture();
}

void MapView::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (m_drawing || event->button() != Qt::LeftButton) {
        mousePressEvent(event);
        return;
    }
    remember();
    m_motion.zoomAt(event->position(), event->modifiers() & Qt::ShiftModifier ? -1 : 1, animated());
    startMotion();
}

void MapView::wheelEvent(QWheelEvent *event)
{
    const double notches = event->angleDelta().y() / 120.0;
    double levels = notches * (event->modifiers() & Qt::ControlModifier ? fineLevels : levelsPerNotch);
    if (!event->pixelDelta().isNull() && event->phase() != Qt::NoScrollPhase)
        levels = event->pixelDelta().y() / pixelsPerLevel;
    if (levels == 0) {
        event->ignore();
        return;
    }
    if (!m_motion.moving())
        remember();
    m_motion.zoomAt(event->position(), levels, animated());
    startMotion();
    event->accept();
}

bool MapView::event(QEvent *event)
{
    if (event->type() == QEvent::NativeGesture) {
        const auto *gesture = static_cast<QNativeGestureEvent *>(event);
        if (gesture->gestureType() == Qt::ZoomNativeGesture) {
            m_motion.zoomAt(gesture->position(), std::log2(std::max(0.2, 1 + gesture->value())), false);
            startMotion();
            return true;
        }
    }
    return QQuickItem::event(event);
}

void MapView::focusInEvent(QFocusEvent *event)
{
    QQuickItem::focusInEvent(event);
    m_focusVisible = event->reason() == Qt::TabFocusReason || event->reason() == Qt::BacktabFocusReason;
    Q_EMIT focusVisibleChanged();
}

void MapView::focusOutEvent(QFocusEvent *event)
{
    QQuickItem::focusOutEvent(event);
    m_spaceHeld = false;
    m_focusVisible = false;
    Q_EMIT focusVisibleChanged();
}

void MapView::hoverMoveEvent(QHoverEvent *event)
{
    const QPointF view = event->position();
    if (m_spaceHeld) {
        panTo(view);
        return;
    }
    pointAt(view);
    if (m_drawing && m_corner) {
        m_draft = QRectF(*m_corner, worldAt(view)).normalized();
        Q_EMIT areaRectChanged();
    }
    updateCursor(view);
}

void MapView::hoverLeaveEvent(QHoverEvent *)
{
    m_pointerInside = false;
    setHoveredKey({});
    Q_EMIT pointerMoved();
}

void MapView::pointAt(QPointF view)
{
    m_pointerInside = contains(view);
    m_pointerPlace = toPlace(view.x(), view.y());
    m_lastView = m_gesture == Gesture::Pan ? m_lastView : view;
    if (m_gesture == Gesture::None && !m_drawing) {
        const QStringList keys = m_footprints ? m_footprints->at(m_pointerPlace.x(), m_pointerPlace.y())
                                              : QStringList {};
        setHoveredKey(keys.isEmpty() ? QString() : keys.first());
    }
    Q_EMIT pointerMoved();
}

void MapView::updateCursor(QPointF view)
{
    if (m_gesture != Gesture::None)
        return;
    if (m_drawing)
        setCursor(Qt::CrossCursor);
    else if (const Handle handle = handleAt(areaRect(), view); handle != Handle::None)
        setCursor(cursorFor(handle));
    else
        setCursor(m_hoveredKey.isEmpty() ? Qt::ArrowCursor : Qt::PointingHandCursor);
}

void MapView::keyPressEvent(QKeyEvent *event)
{
    const double part = event->modifiers() & Qt::ShiftModifier ? 0.75 : 0.25;
    const bool alt = event->modifiers() & Qt::AltModifier;
    switch (event->key()) {
    case Qt::Key_Left:
        alt ? travel(m_back, m_forward) : panBy(-part, 0);
        break;
    case Qt::Key_Right:
        alt ? travel(m_forward, m_back) : panBy(part, 0);
        break;
    case Qt::Key_Up:
        panBy(0, -part);
        break;
    case Qt::Key_Down:
        panBy(0, part);
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
    case Qt::Key_PageUp:
        zoomBy(1);
        break;
    case Qt::Key_Minus:
    case Qt::Key_PageDown:
        zoomBy(-1);
        break;
    case Qt::Key_Home:
        home();
        break;
    case Qt::Key_Space:
        if (!event->isAutoRepeat() && m_gesture == Gesture::None) {
            m_spaceHeld = true;
            m_pressWorld = worldAt(m_lastView);
            setCursor(Qt::ClosedHandCursor);
            m_sinceMove.start();
        }
        break;
    case Qt::Key_Escape:
        // The innermost thing first; what is nobody's business here goes on to the window.
        if (!m_drawing && m_gesture != Gesture::ZoomBox) {
            event->ignore();
            break;
        }
        setDrawing(false);
        setRubberBand({});
        m_gesture = Gesture::None;
        break;
    default:
        event->ignore();
    }
}

void MapView::keyReleaseEvent(QKeyEvent *event)
{
    if (event->key() == Qt::Key_Space && !event->isAutoRepeat()) {
        m_spaceHeld = false;
        updateCursor(m_lastView);
        return;
    }
    event->ignore();
}

} // namespace astra::map
