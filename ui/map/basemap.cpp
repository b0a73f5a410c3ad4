// SPDX-License-Identifier: Apache-2.0
#include "ui/map/basemap.h"

#include "ui/map/cameramotion.h"

#include <QCoreApplication>
#include <QFile>
#include <QPainter>
#include <QPainterPath>

#include <cmath>
#include <cstdint>

namespace astra::map {

namespace {
struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::map)
};

constexpr int extent = 4096; ///< units along a cell's side
constexpr double placeUnits = 1 << 24;

bool onCut(const QPoint &a, const QPoint &b)
{
    const auto along = [](int u, int v) { return u == v && (u == 0 || u == extent); };
    return along(a.x(), b.x()) || along(a.y(), b.y());
}
} // namespace

/// Reads varints; once something does not fit it stays failed and gives zeros.
class Basemap::Reader
{
public:
    explicit Reader(const QByteArray &bytes)
        : m_bytes(bytes)
    {
    }
    bool failed() const { return m_failed; }
    bool atEnd() const { return m_at == m_bytes.size(); }
    bool literal(const QByteArray &text)
    {
        const bool same = m_bytes.mid(m_at, text.size()) == text;
        m_at += text.size();
        return same;
    }
    std::uint32_t number()
    {
        std::uint32_t value = 0;
        for (int shift = 0; shift < 32; shift += 7) {
            if (m_failed || m_at >= m_bytes.size())
                break;
            const auto byte = static_cast<unsigned char>(m_bytes[m_at++]);
            value |= std::uint32_t(byte & 127U) << shift;
            if (byte < 128)
                return value;
        }
        m_failed = true;
        return 0;
    }
    int integer()
    {
        const std::uint32_t value = number();
        return int(value >> 1) ^ -int(value & 1U);
    }
    /// A count of things that take at least `least` bytes each: more than the file holds is a fault.
    std::size_t count(qsizetype least)
    {
        const std::uint32_t value = number();
        m_failed = m_failed || qint64(value) * least > m_bytes.size() - m_at;
        return m_failed ? 0 : value;
    }
    QString text()
    {
        const auto length = qsizetype(count(1));
        const QString value = QString::fromUtf8(m_bytes.mid(m_at, length));
        m_at += length;
        return value;
    }
    std::vector<Part> parts()
    {
        std::vector<Part> parts(count(3));
        for (Part &part : parts) {
            part.resize(count(2));
            QPoint point;
            for (QPoint &p : part) {
                point.rx() += integer();
                point.ry() += integer();
                m_failed = m_failed || point.x() < 0 || point.x() > extent || point.y() < 0 || point.y() > extent;
                p = point;
            }
        }
        return parts;
    }

private:
    QByteArray m_bytes;
    qsizetype m_at = 0;
    bool m_failed = false;
};

Result<std::shared_ptr<const Basemap>> Basemap::parse(const QByteArray &packed)
{
    const auto damaged = [] {
        return fail(ErrorCode::InvalidInput, Text::tr("The base map is damaged. Install Astra again."));
    };
    constexpr int mostBytes = 64 << 20;
    if (packed.size() < 8 || quint8(packed[0]) > quint8(mostBytes >> 24))
        return damaged();
    Reader in(qUncompress(packed));
    if (!in.literal("ASTRAMAP1"))
        return damaged();
    auto map = std::make_shared<Basemap>();
    map->m_levels.resize(in.count(2));
    for (Level &level : map->m_levels) {
        level.z = int(std::min(in.number(), 12U));
        level.cells.resize(in.count(4));
        for (Cell &cell : level.cells) {
            cell.x = int(in.number());
            cell.y = int(in.number());
            cell.rings = in.parts();
            cell.lines = in.parts();
        }
    }
    map->m_places.resize(in.count(5));
    for (Place &place : map->m_places) {
        place.world.rx() = in.integer() / placeUnits;
        place.world.ry() = in.integer() / placeUnits;
        place.country = in.number() == 0;
        place.zoom = in.number() / 4.0;
        place.name = in.text();
    }
    if (in.failed() || !in.atEnd() || map->m_levels.empty())
        return damaged();
    return std::shared_ptr<const Basemap>(std::move(map));
}

Result<std::shared_ptr<const Basemap>> Basemap::builtIn()
{
    QFile file(QStringLiteral(":/astra/basemap/basemap.bin"));
    if (!file.open(QIODevice::ReadOnly))
        return fail(ErrorCode::Storage, Text::tr("The base map is missing. Install Astra again."));
    return parse(file.readAll());
}

const Basemap::Level &Basemap::levelFor(double zoom) const
{
    const std::size_t index = zoom < 2.6 ? 0 : zoom < 5.4 ? 1 : 2;
    return m_levels[std::min(index, m_levels.size() - 1)];
}

QImage Basemap::paint(const render::Camera &camera, const MapColors &colors, double pixelRatio) const
{
    QImage image((QSizeF(camera.width, camera.height) * pixelRatio).toSize(), QImage::Format_RGB32);
    image.setDevicePixelRatio(pixelRatio);
    image.fill(colors.water);
    const Level &level = levelFor(camera.zoom);
    const double cells = std::exp2(level.z);
    const double side = worldPixels(camera.zoom) / cells;
    const double unit = side / extent;
    const QRectF view(0, 0, camera.width, camera.height);
    const QPointF first = toWorldUnwrapped(camera, view.topLeft());
    const QPointF last = toWorldUnwrapped(camera, view.bottomRight());

    // One path for all cells: where two meet, their edges cancel exactly and no seam shows.
    QPainterPath land;
    QPainterPath coast;
    QPainterPath borders;
    for (int copy = int(std::floor(first.x())); copy <= int(std::floor(last.x())); ++copy) {
        for (const Cell &cell : level.cells) {
            const QPointF corner = toViewUnwrapped(camera, {copy + cell.x / cells, cell.y / cells});
            if (!view.intersects(QRectF(corner, QSizeF(side, side))))
                continue;
            const auto at = [&corner, unit](const QPoint &p) { return corner + QPointF(p) * unit; };
            for (const Part &ring : cell.rings) {
                QPoint previous = ring.back();
                land.moveTo(at(ring.front()));
                coast.moveTo(at(previous));
                for (const QPoint &p : ring) {
                    land.lineTo(at(p));
                    if (onCut(previous, p))
                        coast.moveTo(at(p));
                    else
                        coast.lineTo(at(p));
                    previous = p;
                }
                land.closeSubpath();
            }
            for (const Part &line : cell.lines) {
                borders.moveTo(at(line.front()));
                for (const QPoint &p : line)
                    borders.lineTo(at(p));
            }
        }
    }
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.fillPath(land, colors.land);
    QColor shore = colors.border;
    shore.setAlphaF(0.7F);
    painter.strokePath(coast, QPen(shore, 0.8));
    painter.strokePath(borders, QPen(colors.border, 1.2));
    return image;
}

bool Basemap::isLand(double longitude, double latitude) const
{
    const Level &level = m_levels.back();
    const QPointF world = render::toWorld(longitude, latitude) * std::exp2(level.z);
    const QPoint corner(int(std::floor(world.x())), int(std::floor(world.y())));
    const QPointF inside = (world - QPointF(corner)) * extent;
    for (const Cell &cell : level.cells) {
        if (QPoint(cell.x, cell.y) != corner)
            continue;
        bool land = false;
        for (const Part &ring : cell.rings) {
            QPoint previous = ring.back();
            for (const QPoint &p : ring) {
                if ((p.y() > inside.y()) != (previous.y() > inside.y())
                    && inside.x() < p.x() + (inside.y() - p.y()) * (previous.x() - p.x()) / (previous.y() - p.y()))
                    land = !land;
                previous = p;
            }
        }
        return land;
    }
    return false;
}

} // namespace astra::map
