// SPDX-License-Identifier: Apache-2.0
#include "ui/map/strokes.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace astra::map {

namespace {
constexpr double mitreLimit = 2.5;

struct Rgba {
    uchar r, g, b, a;
};
Rgba premultiplied(const QColor &color)
{
    const double a = color.alphaF();
    const auto byte = [](double v) { return uchar(std::lround(v * 255)); };
    return {byte(color.redF() * a), byte(color.greenF() * a), byte(color.blueF() * a), byte(a)};
}
void addPoint(Mesh &mesh, QPointF p, Rgba c)
{
    QSGGeometry::ColoredPoint2D point {};
    point.set(float(p.x()), float(p.y()), c.r, c.g, c.b, c.a);
    mesh.points.push_back(point);
}
QPointF unit(QPointF v)
{
    const double length = std::hypot(v.x(), v.y());
    return length > 0 ? v / length : QPointF(1, 0);
}
double cross(QPointF a, QPointF b, QPointF c)
{
    return (b.x() - a.x()) * (c.y() - a.y()) - (b.y() - a.y()) * (c.x() - a.x());
}
} // namespace

void strokeRing(Mesh &mesh, const data::Ring &ring, double width, const QColor &color, const std::vector<bool> &skip)
{
    const std::size_t n = ring.size();
    if (n < 2)
        return;
    const Rgba full = premultiplied(color);
    const Rgba clear {0, 0, 0, 0};
    const double inner = width / 2 - 0.5;
    const auto base = quint32(mesh.points.size());
    // A hairline is a roof, as wide as covers the same: two lanes in place of three are a third less to draw.
    const bool hairline = inner < 0.25;
    const quint32 lanes = hairline ? 2 : 3;
    const double outer = hairline ? width : width / 2 + 0.5;
    for (std::size_t i = 0; i < n; ++i) {
        const QPointF before = unit(ring[i] - ring[(i + n - 1) % n]);
        const QPointF after = unit(ring[(i + 1) % n] - ring[i]);
        const QPointF normal = unit(QPointF(-before.y() - after.y(), before.x() + after.x()));
        const double cosine = std::abs(normal.x() * -after.y() + normal.y() * after.x());
        const QPointF out = normal * std::min(mitreLimit, 1 / std::max(0.01, cosine));
        addPoint(mesh, ring[i] + out * outer, clear);
        if (hairline) {
            addPoint(mesh, ring[i], full);
        } else {
            addPoint(mesh, ring[i] + out * inner, full);
            addPoint(mesh, ring[i] - out * inner, full);
        }
        addPoint(mesh, ring[i] - out * outer, clear);
    }
    for (std::size_t i = 0; i < n; ++i) {
        if (i < skip.size() && skip[i])
            continue;
        const auto a = base + quint32(i) * (lanes + 1);
        const auto b = base + quint32((i + 1) % n) * (lanes + 1);
        for (quint32 lane = 0; lane < lanes; ++lane)
            for (const quint32 corner : {a + lane, b + lane, a + lane + 1, a + lane + 1, b + lane, b + lane + 1})
                mesh.indices.push_back(corner);
    }
}

void fillRing(Mesh &mesh, const data::Ring &ring, const QColor &color)
{
    if (ring.size() < 3)
        return;
    const Rgba rgba = premultiplied(color);
    const auto base = quint32(mesh.points.size());
    double area = 0;
    for (std::size_t i = 0; i < ring.size(); ++i) {
        const QPointF &a = ring[i];
        const QPointF &b = ring[(i + 1) % ring.size()];
        area += a.x() * b.y() - b.x() * a.y();
        addPoint(mesh, a, rgba);
    }
    std::vector<quint32> left(ring.size());
    std::iota(left.begin(), left.end(), 0U);
    if (area < 0)
        std::reverse(left.begin(), left.end());
    std::size_t failures = 0;
    for (std::size_t i = 0; left.size() > 2 && failures < left.size();) {
        const std::size_t n = left.size();
        const quint32 corner[3] = {left[i % n], left[(i + 1) % n], left[(i + 2) % n]};
        const QPointF a = ring[corner[0]];
        const QPointF b = ring[corner[1]];
        const QPointF c = ring[corner[2]];
        const bool ear = cross(a, b, c) >= 0 && std::none_of(left.begin(), left.end(), [&](quint32 k) {
                             return k != corner[0] && k != corner[1] && k != corner[2] && cross(a, b, ring[k]) > 0
                                 && cross(b, c, ring[k]) > 0 && cross(c, a, ring[k]) > 0;
                         });
        if (!ear) {
            ++failures;
            ++i;
            continue;
        }
        for (const quint32 k : corner)
            mesh.indices.push_back(base + k);
        left.erase(left.begin() + std::ptrdiff_t((i + 1) % n));
        failures = 0;
    }
}

} // namespace astra::map
