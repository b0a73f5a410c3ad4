// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/render/tilegrid.h"

#include <QPointF>

namespace astra::map {

/// Pixels that the world spans at a zoom.
[[nodiscard]] double worldPixels(double zoom);

/// World → view without wrapping: a straight line, for what must not jump at ±180 (x may be below 0 or above 1).
[[nodiscard]] QPointF toViewUnwrapped(const render::Camera &camera, QPointF world);
[[nodiscard]] QPointF toWorldUnwrapped(const render::Camera &camera, QPointF view);

/// Where the camera is and where it is going: drag, fling, zoom at a point, flight. Knows no clock: whoever draws calls
/// step(). Keeps the world's poles at or beyond the view's edges.
class CameraMotion
{
public:
    [[nodiscard]] const render::Camera &camera() const { return m_camera; }
    [[nodiscard]] bool moving() const { return m_kind != Kind::Still; }
    [[nodiscard]] bool zooming() const { return m_kind == Kind::Zoom || m_kind == Kind::Flight; }

    void setCamera(const render::Camera &camera); ///< stops
    void resize(double width, double height);
    void stop() { m_kind = Kind::Still; }

    /// Puts a place of the world under a point of the view: dragging.
    void putUnder(QPointF world, QPointF view);
    /// Goes on by itself and slows down; pixels per millisecond.
    void fling(QPointF velocity);
    /// Zooms by so many levels; what is under `view` stays under it. Calls add up while it is under way.
    void zoomAt(QPointF view, double levels, bool animated);
    void goTo(const render::Camera &target, bool animated);

    /// Moves on by so many milliseconds; whether there is more to come.
    bool step(double milliseconds);

private:
    enum class Kind { Still, Fling, Zoom, Flight };
    void setZoomKeeping(double zoom, QPointF view);
    void confine();
    [[nodiscard]] double smallestZoom() const;

    render::Camera m_camera;
    Kind m_kind = Kind::Still;
    QPointF m_velocity;
    QPointF m_anchor;
    double m_zoomGoal = 0;
    render::Camera m_from;
    render::Camera m_to;
    double m_elapsed = 0;
};

} // namespace astra::map
