// SPDX-License-Identifier: Apache-2.0
#include "core/processing/pixelareas.h"

#include "core/raster/geodesy.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace astra::processing {

namespace {

constexpr int cell = 64; // pixels: too small for the area to vary, large enough for its corners to tell it exactly
constexpr int mostCells = 1024; // a side
constexpr double roundTheWorld = 2 * 17367530.4451614; // metres of EPSG:6933 from 180° west to 180° east

/// The corners of pixel rows and columns, `columnStep` and `rowStep` apart, row by row, in another CRS.
Result<std::vector<QPointF>> lattice(const data::Grid &grid, int columnStep, int rowStep, const QString &crs)
{
    const auto transform = raster::Transform::create(grid.crs, crs);
    if (!transform)
        return fail(transform.error());
    std::vector<QPointF> points;
    const auto steps = [](int pixels, int step) { return (pixels + step - 1) / step; };
    points.reserve((static_cast<std::size_t>(steps(grid.width, columnStep)) + 1)
                   * (static_cast<std::size_t>(steps(grid.height, rowStep)) + 1));
    for (int row = 0; row < grid.height + rowStep; row += rowStep) {
        const double y = grid.originY - std::min(row, grid.height) * grid.pixelHeight;
        for (int column = 0; column < grid.width + columnStep; column += columnStep)
            points.emplace_back(grid.originX + std::min(column, grid.width) * grid.pixelWidth, y);
    }
    transform->apply(points);
    return points;
}

/// Whether rows are parallels and columns are meridians (degrees, Mercator): then a row's pixels are equal.
bool followsParallels(const std::vector<QPointF> &corners)
{
    constexpr double slack = 1e-4; // metres
    return std::abs(corners[0].x() - corners[2].x()) < slack && std::abs(corners[1].x() - corners[3].x()) < slack
        && std::abs(corners[0].y() - corners[1].y()) < slack && std::abs(corners[2].y() - corners[3].y()) < slack;
}

/// Between four corners, the first two in the upper row. @param circle after which x begins anew
double quadrilateral(QPointF a, QPointF b, QPointF c, QPointF d, double circle)
{
    const QPointF p = d - a;
    const QPointF q = c - b;
    return std::abs(std::remainder(p.x(), circle) * q.y() - p.y() * std::remainder(q.x(), circle)) / 2;
}

} // namespace

Result<PixelAreas> PixelAreas::create(const data::Grid &grid)
{
    PixelAreas areas;
    areas.m_grid = grid;
    const auto step = [](int pixels) { return std::max(cell, (pixels + mostCells - 1) / mostCells); };
    areas.m_columnStep = step(grid.width);
    areas.m_rowStep = step(grid.height);

    // Areas are true in both: around the equator for what follows its parallels, else around the grid's own middle,
    // where nothing is torn apart at a meridian.
    QString equalArea = QStringLiteral("EPSG:6933");
    const auto corners = lattice(grid, grid.width, grid.height, equalArea);
    if (!corners)
        return fail(corners.error());
    data::Grid measured = grid;
    double circle = std::numeric_limits<double>::infinity();
    if (followsParallels(*corners)) {
        measured.width = 1; // stands for its row
        areas.m_rowStep = 1;
        circle = roundTheWorld;
    } else {
        const auto toDegrees = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
        if (!toDegrees)
            return fail(toDegrees.error());
        std::vector<QPointF> middle {
            {grid.originX + grid.width * grid.pixelWidth / 2, grid.originY - grid.height * grid.pixelHeight / 2}};
        toDegrees->apply(middle);
        equalArea = QStringLiteral("+proj=laea +lon_0=%1 +lat_0=%2 +datum=WGS84 +units=m +type=crs")
                        .arg(middle[0].x(), 0, 'f', 6)
                        .arg(middle[0].y(), 0, 'f', 6);
    }
    const auto points = lattice(measured, areas.m_columnStep, areas.m_rowStep, equalArea);
    if (!points)
        return fail(points.error());

    areas.m_columns = (measured.width + areas.m_columnStep - 1) / areas.m_columnStep;
    const int rows = (grid.height + areas.m_rowStep - 1) / areas.m_rowStep;
    areas.m_areas.reserve(static_cast<std::size_t>(areas.m_columns) * static_cast<std::size_t>(rows));
    const auto at = [&](int column, int row) {
        return (*points)[static_cast<std::size_t>(row) * (static_cast<std::size_t>(areas.m_columns) + 1)
                         + static_cast<std::size_t>(column)];
    };
    for (int row = 0; row < rows; ++row) {
        const int high = std::min(areas.m_rowStep, grid.height - row * areas.m_rowStep);
        for (int column = 0; column < areas.m_columns; ++column) {
            const int wide = std::min(areas.m_columnStep, measured.width - column * areas.m_columnStep);
            const double whole = quadrilateral(at(column, row), at(column + 1, row), at(column, row + 1),
                                               at(column + 1, row + 1), circle);
            // Corners that lie nowhere on the earth: no pixel there has data.
            areas.m_areas.push_back(std::isfinite(whole) ? whole / wide / high : 0);
        }
    }
    if (measured.width < grid.width)
        areas.m_columnStep = grid.width;
    return areas;
}

void PixelAreas::row(int row, int from, int to, const std::function<void(int, int, double)> &each) const
{
    const double *areas = m_areas.data() + static_cast<std::ptrdiff_t>(row / m_rowStep) * m_columns;
    while (from < to) {
        const int index = from / m_columnStep;
        const int end = std::min(to, (index + 1) * m_columnStep);
        each(from, end, areas[index]);
        from = end;
    }
}

} // namespace astra::processing
