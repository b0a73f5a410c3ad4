// SPDX-License-Identifier: Apache-2.0
#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <geodesic.h>
#include <proj.h>

#include <algorithm>
#include <cmath>
#include <list>
#include <numbers>

namespace astra::raster {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::raster)
};

constexpr double equatorMetres = 6378137.0;
constexpr double halfWorld = equatorMetres * std::numbers::pi;
constexpr double mercatorLimit = 85.05112877980659; // where the square world ends

struct Context {
    Context()
        : pj(proj_context_create())
    {
        proj_context_set_enable_network(pj, 0);
        proj_log_level(pj, PJ_LOG_NONE);
    }
    ~Context() { proj_context_destroy(pj); }
    Context(const Context &) = delete;
    Context &operator=(const Context &) = delete;
    PJ_CONTEXT *pj;
};

const geod_geodesic &ellipsoid()
{
    static const geod_geodesic wgs84 = [] {
        geod_geodesic g;
        geod_init(&g, equatorMetres, 1 / 298.257223563);
        return g;
    }();
    return wgs84;
}

/// The points of an edge that is straight in degrees, without its end: geodesics would cut the corner.
void addEdge(geod_polygon &polygon, QPointF from, QPointF to)
{
    const double span = std::max(std::abs(to.x() - from.x()), std::abs(to.y() - from.y()));
    const int steps = std::clamp(static_cast<int>(std::ceil(span / 0.02)), 1, 4000);
    for (int i = 0; i < steps; ++i) {
        const double t = static_cast<double>(i) / steps;
        geod_polygon_addpoint(&ellipsoid(), &polygon, from.y() + (to.y() - from.y()) * t,
                              from.x() + (to.x() - from.x()) * t);
    }
}

} // namespace

class Transform::Private
{
public:
    // Shared with every transform of the thread, and alive as long as the last of them.
    std::shared_ptr<Context> context;
    PJ *pj = nullptr;
    QString from;
    QString to;

    Private() = default;
    ~Private() { proj_destroy(pj); }
    Private(const Private &) = delete;
    Private &operator=(const Private &) = delete;
};

Result<Transform> Transform::create(const QString &from, const QString &to)
{
    // Making one asks PROJ's database and takes milliseconds; a thread meets few pairs.
    thread_local const auto context = std::make_shared<Context>();
    thread_local std::list<std::shared_ptr<Private>> known;
    const auto same = [&](const auto &p) { return p->from == from && p->to == to; };
    Transform transform;
    if (const auto found = std::find_if(known.begin(), known.end(), same); found != known.end()) {
        transform.d = *found;
        return transform;
    }
    PJ *raw = proj_create_crs_to_crs(context->pj, from.toUtf8().constData(), to.toUtf8().constData(), nullptr);
    PJ *normalised = raw ? proj_normalize_for_visualization(context->pj, raw) : nullptr;
    proj_destroy(raw);
    if (!normalised) {
        return fail(ErrorCode::Unsupported,
                    Text::tr("There is no way from the coordinate system %1 to %2.").arg(from.left(80), to.left(80)));
    }
    transform.d = std::make_shared<Private>();
    transform.d->context = context;
    transform.d->pj = normalised;
    transform.d->from = from;
    transform.d->to = to;
    known.push_front(transform.d);
    if (known.size() > 16)
        known.pop_back();
    return transform;
}

void Transform::apply(std::vector<QPointF> &points) const
{
    if (points.empty())
        return;
    static_assert(sizeof(QPointF) == 2 * sizeof(double));
    auto &first = points.front();
    proj_trans_generic(d->pj, PJ_FWD, &first.rx(), sizeof(QPointF), points.size(), &first.ry(), sizeof(QPointF),
                       points.size(), nullptr, 0, 0, nullptr, 0, 0);
    proj_errno_reset(d->pj);
}

Result<std::array<double, 4>> Transform::bounds(const std::array<double, 4> &box) const
{
    std::array<double, 4> out {};
    const int ok = proj_trans_bounds(d->context->pj, d->pj, PJ_FWD, box[0], box[1], box[2], box[3], out.data(),
                                     out.data() + 1, out.data() + 2, out.data() + 3, 21);
    proj_errno_reset(d->pj);
    const bool finite = std::all_of(out.begin(), out.end(), [](double v) { return std::isfinite(v); });
    if (!ok || !finite) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The area cannot be shown in the coordinate system %1.").arg(d->to.left(80)));
    }
    return out;
}

double areaKm2(const data::Rings &rings)
{
    double total = 0;
    for (const auto &ring : rings) {
        if (ring.size() < 3)
            continue;
        geod_polygon polygon;
        geod_polygon_init(&polygon, 0);
        for (std::size_t i = 0; i < ring.size(); ++i)
            addEdge(polygon, ring[i], ring[(i + 1) % ring.size()]);
        double area = 0;
        geod_polygon_compute(&ellipsoid(), &polygon, 0, 1, &area, nullptr);
        total += std::abs(area);
    }
    return total / 1e6;
}

double areaKm2(const data::GeoBox &box)
{
    // Halves, so that no edge is as long as half the world, where "the shorter way round" would not be known.
    double total = 0;
    for (const auto &part : box.split()) {
        const double middle = (part.west + part.east) / 2;
        total += areaKm2(data::Rings {
            {{part.west, part.south}, {middle, part.south}, {middle, part.north}, {part.west, part.north}},
            {{middle, part.south}, {part.east, part.south}, {part.east, part.north}, {middle, part.north}},
        });
    }
    return total;
}

double distanceMetres(QPointF from, QPointF to)
{
    double metres = 0;
    geod_inverse(&ellipsoid(), from.y(), from.x(), to.y(), to.x(), &metres, nullptr, nullptr);
    return metres;
}

Result<data::GeoBox> boundsInDegrees(const data::Grid &grid)
{
    const auto transform = Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
    if (!transform)
        return fail(transform.error());
    const auto box = transform->bounds({grid.originX, grid.originY - grid.pixelHeight * grid.height,
                                        grid.originX + grid.pixelWidth * grid.width, grid.originY});
    if (!box)
        return fail(box.error());
    const auto &[west, south, east, north] = *box;
    return data::GeoBox::checked(std::max(west, -180.0), std::max(south, -90.0), std::min(east, 180.0),
                                 std::min(north, 90.0));
}

data::Grid windowOf(const data::Grid &grid, int x, int y, int width, int height)
{
    data::Grid window = grid;
    window.originX += x * grid.pixelWidth;
    window.originY -= y * grid.pixelHeight;
    window.width = width;
    window.height = height;
    return window;
}

Result<data::Grid> cropped(const data::Grid &grid, const data::GeoBox &box)
{
    const auto transform = Transform::create(QStringLiteral("EPSG:4326"), grid.crs);
    if (!transform)
        return fail(transform.error());
    const auto bounds = transform->bounds({box.west, box.south, box.east, box.north});
    if (!bounds)
        return fail(bounds.error());
    // A millionth of a pixel is rounding, not a wish for one more pixel.
    constexpr double slack = 1e-6;
    const auto before = [](double v) { return std::floor(v + slack); };
    const auto after = [](double v) { return std::ceil(v - slack); };
    const double left = std::max(0.0, before(((*bounds)[0] - grid.originX) / grid.pixelWidth));
    const double right = std::min<double>(grid.width, after(((*bounds)[2] - grid.originX) / grid.pixelWidth));
    const double top = std::max(0.0, before((grid.originY - (*bounds)[3]) / grid.pixelHeight));
    const double bottom = std::min<double>(grid.height, after((grid.originY - (*bounds)[1]) / grid.pixelHeight));
    if (!(left < right && top < bottom))
        return fail(ErrorCode::InvalidInput, Text::tr("The area %1 does not touch the scene.").arg(box.toString()));
    return windowOf(grid, static_cast<int>(left), static_cast<int>(top), static_cast<int>(right - left),
                    static_cast<int>(bottom - top));
}

data::Grid mercatorGrid(int z, int x, int y, int size)
{
    const double side = 2 * halfWorld / std::ldexp(1.0, z);
    return {
        QStringLiteral("EPSG:3857"), -halfWorld + side * x, halfWorld - side * y, side / size, side / size, size, size};
}

Result<data::Grid> mercatorGrid(const data::GeoBox &box, int width, int height)
{
    const auto transform = Transform::create(QStringLiteral("EPSG:4326"), QStringLiteral("EPSG:3857"));
    if (!transform)
        return fail(transform.error());
    std::vector<QPointF> corners {{box.west, std::clamp(box.south, -mercatorLimit, mercatorLimit)},
                                  {box.east, std::clamp(box.north, -mercatorLimit, mercatorLimit)}};
    transform->apply(corners);
    if (box.crossesAntimeridian())
        corners[1].rx() += 2 * halfWorld;
    const double spanX = corners[1].x() - corners[0].x();
    const double spanY = corners[1].y() - corners[0].y();
    if (!(spanX > 0 && spanY > 0) || width < 1 || height < 1)
        return fail(ErrorCode::InvalidInput, Text::tr("The area %1 cannot be drawn on the map.").arg(box.toString()));
    const double pixel = std::max(spanX / width, spanY / height);
    return data::Grid {QStringLiteral("EPSG:3857"),
                       corners[0].x(),
                       corners[1].y(),
                       pixel,
                       pixel,
                       std::max(1, static_cast<int>(std::lround(spanX / pixel))),
                       std::max(1, static_cast<int>(std::lround(spanY / pixel)))};
}

std::optional<int> epsgOf(const QString &crs)
{
    if (!crs.startsWith(QStringLiteral("EPSG:")))
        return std::nullopt;
    bool ok = false;
    const int code = crs.mid(5).toInt(&ok);
    return ok ? std::optional(code) : std::nullopt;
}

} // namespace astra::raster
