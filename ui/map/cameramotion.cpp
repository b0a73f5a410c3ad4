// SPDX-License-Identifier: Apache-2.0
#include "ui/map/cameramotion.h"

#include <algorithm>
#include <cmath>

namespace astra::map {

namespace {
constexpr double flightMilliseconds = 180;
constexpr double flingDecay = 325; ///< ms in which the speed falls to 1/e
constexpr double zoomDecay = 45;
} // namespace

double worldPixels(double zoom) { return render::tileSize * std::exp2(zoom); }

QPointF toViewUnwrapped(const render::Camera &camera, QPointF world)
{
    const double scale = worldPixels(camera.zoom);
    return {(world.x() - camera.x) * scale + camera.width / 2, (world.y() - camera.y) * scale + camera.height / 2};
}

QPointF toWorldUnwrapped(const render::Camera &camera, QPointF view)
{
    const double scale = worldPixels(camera.zoom);
    return {(view.x() - camera.width / 2) / scale + camera.x, (view.y() - camera.height / 2) / scale + camera.y};
}

void CameraMotion::setCamera(const render::Camera &camera)
{
    stop();
    m_camera = camera;
    confine();
}

void CameraMotion::resize(double width, double height)
{
    m_camera.width = width;
    m_camera.height = height;
    confine();
}

void CameraMotion::putUnder(QPointF world, QPointF view)
{
    const QPointF now = toWorldUnwrapped(m_camera, view);
    m_camera.x += world.x() - now.x();
    m_camera.y += world.y() - now.y();
    confine();
}

void CameraMotion::fling(QPointF velocity)
{
    m_velocity = velocity;
    m_kind = Kind::Fling;
}

void CameraMotion::zoomAt(QPointF view, double levels, bool animated)
{
    const double start = m_kind == Kind::Zoom ? m_zoomGoal : m_camera.zoom;
    m_zoomGoal = std::clamp(start + levels, smallestZoom(), double(render::maximumZoom));
    m_anchor = view;
    m_kind = Kind::Zoom;
    if (!animated) {
        setZoomKeeping(m_zoomGoal, view);
        stop();
    }
}

void CameraMotion::goTo(const render::Camera &target, bool animated)
{
    m_from = m_camera;
    m_to = target;
    m_to.width = m_camera.width;
    m_to.height = m_camera.height;
    m_to.x -= std::round(m_to.x - m_from.x); // the short way round
    m_elapsed = 0;
    m_kind = Kind::Flight;
    if (!animated)
        step(flightMilliseconds);
}

bool CameraMotion::step(double milliseconds)
{
    switch (m_kind) {
    case Kind::Still:
        return false;
    case Kind::Fling: {
        const double scale = worldPixels(m_camera.zoom);
        const double kept = std::exp(-milliseconds / flingDecay);
        m_camera.x -= m_velocity.x() * flingDecay * (1 - kept) / scale;
        m_camera.y -= m_velocity.y() * flingDecay * (1 - kept) / scale;
        m_velocity *= kept;
        if (std::hypot(m_velocity.x(), m_velocity.y()) < 0.02)
            stop();
        break;
    }
    case Kind::Zoom: {
        const double rest = (m_zoomGoal - m_camera.zoom) * std::exp(-milliseconds / zoomDecay);
        const bool there = std::abs(rest) < 0.004;
        setZoomKeeping(there ? m_zoomGoal : m_zoomGoal - rest, m_anchor);
        if (there)
            stop();
        break;
    }
    case Kind::Flight: {
        m_elapsed += milliseconds;
        const double time = std::min(1.0, m_elapsed / flightMilliseconds);
        const double part = 1 - std::pow(1 - time, 3);
        const double levels = m_to.zoom - m_from.zoom;
        // The way over the ground goes with the change of scale, so that the target does not rush past.
        const double way = std::abs(levels) < 1e-6 ? part : (1 - std::exp2(-levels * part)) / (1 - std::exp2(-levels));
        m_camera.zoom = m_from.zoom + levels * part;
        m_camera.x = m_from.x + (m_to.x - m_from.x) * way;
        m_camera.y = m_from.y + (m_to.y - m_from.y) * way;
        if (time >= 1)
            stop();
        break;
    }
    }
    confine();
    return moving();
}

void CameraMotion::setZoomKeeping(double zoom, QPointF view)
{
    const QPointF world = toWorldUnwrapped(m_camera, view);
    m_camera.zoom = zoom;
    putUnder(world, view);
}

double CameraMotion::smallestZoom() const
{
    return std::max(0.0, std::log2(std::max(1.0, m_camera.height) / render::tileSize));
}

void CameraMotion::confine()
{
    m_camera.zoom = std::clamp(m_camera.zoom, smallestZoom(), double(render::maximumZoom));
    m_camera.x -= std::floor(m_camera.x);
    const double half = m_camera.height / 2 / worldPixels(m_camera.zoom);
    m_camera.y = half >= 0.5 ? 0.5 : std::clamp(m_camera.y, half, 1 - half);
}

} // namespace astra::map
