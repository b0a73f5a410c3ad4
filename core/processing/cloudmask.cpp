// SPDX-License-Identifier: Apache-2.0
#include "core/processing/cloudmask.h"

#include "core/raster/geodesy.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::processing {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

// Of a pixel: 60 m are three pixels of 20 m, although those measure 20.008 m on the ground in the middle of a UTM zone.
constexpr double slack = 0.01;

constexpr unsigned bit(int n) { return 1U << n; }

// No data, saturated, cloud shadow, cloud of medium and of high probability, thin cirrus.
constexpr unsigned sclMasked = bit(0) | bit(1) | bit(3) | bit(8) | bit(9) | bit(10);
constexpr int sclSnow = 11;
// Fill, dilated cloud, cirrus, cloud, cloud shadow.
constexpr unsigned qaMasked = bit(0) | bit(1) | bit(2) | bit(3) | bit(4);
constexpr unsigned qaSnow = bit(5);

/// The edge of an image is no cloud and does not grow.
bool isFill(float value, MaskKind kind)
{
    return kind == MaskKind::Scl ? value == 0 : (static_cast<unsigned>(value) & bit(0)) != 0;
}

/// Metres on the ground to one pixel, across and down, in the middle of the grid.
Result<std::pair<double, double>> metresPerPixel(const data::Grid &grid)
{
    const auto transform = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
    if (!transform)
        return fail(transform.error());
    const double x = grid.originX + grid.pixelWidth * grid.width / 2;
    const double y = grid.originY - grid.pixelHeight * grid.height / 2;
    std::vector<QPointF> points {{x - grid.pixelWidth / 2, y},
                                 {x + grid.pixelWidth / 2, y},
                                 {x, y - grid.pixelHeight / 2},
                                 {x, y + grid.pixelHeight / 2}};
    transform->apply(points);
    return std::pair(raster::distanceMetres(points[0], points[1]), raster::distanceMetres(points[2], points[3]));
}

} // namespace

bool isMasked(float maskValue, MaskKind kind, bool snow)
{
    if (!(maskValue >= 0 && maskValue <= 65535))
        return true; // NaN, or no class at all
    const auto value = static_cast<unsigned>(maskValue);
    if (kind == MaskKind::QaPixel)
        return (value & (snow ? qaMasked | qaSnow : qaMasked)) != 0;
    return value > sclSnow || (bit(static_cast<int>(value)) & (snow ? sclMasked | bit(sclSnow) : sclMasked)) != 0;
}

void applyCloudMask(data::Block &values, const data::Block &mask, MaskKind kind)
{
    Q_ASSERT(values.values.size() == mask.values.size());
    for (std::size_t i = 0; i < values.values.size(); ++i) {
        if (isMasked(mask.values[i], kind))
            values.values[i] = data::Block::nodata;
    }
}

void applyMask(data::Block &values, const data::Block &mask)
{
    Q_ASSERT(values.values.size() == mask.values.size());
    float *value = values.values.data();
    const float *says = mask.values.data();
    for (std::size_t i = 0; i < values.values.size(); ++i)
        value[i] = says[i] == 0 ? value[i] : data::Block::nodata;
}

QString maskBand(MaskKind kind) { return kind == MaskKind::Scl ? QStringLiteral("scl") : QStringLiteral("qa_pixel"); }

Result<CloudMask> CloudMask::create(const data::Grid &own, const data::Grid &target, const Wish &wish)
{
    CloudMask mask;
    mask.m_wish = wish;
    mask.m_grid = own;
    auto alignment = raster::Alignment::create(own, target, raster::Resampling::Nearest);
    if (!alignment)
        return fail(std::move(alignment.error()));
    // As many of its pixels together as an overview of that size has: what a map of this scale shows, too, where the
    // file has that overview. Where it has none the map takes one pixel of several, which may be a neighbour of ours.
    int factor = 1;
    while (2 * factor <= alignment->ratio() * 1.01 && 2 * factor <= std::min(own.width, own.height))
        factor *= 2;
    if (factor > 1) {
        mask.m_grid.width = (own.width + factor - 1) / factor;
        mask.m_grid.height = (own.height + factor - 1) / factor;
        mask.m_grid.pixelWidth = own.pixelWidth * own.width / mask.m_grid.width;
        mask.m_grid.pixelHeight = own.pixelHeight * own.height / mask.m_grid.height;
        alignment = raster::Alignment::create(mask.m_grid, target, raster::Resampling::Nearest);
        if (!alignment)
            return fail(std::move(alignment.error()));
    }
    mask.m_alignment = std::move(*alignment);
    if (wish.metres <= 0)
        return mask;
    const auto size = metresPerPixel(mask.m_grid);
    if (!size)
        return fail(size.error());
    const auto [across, down] = *size;
    if (!(across > 0 && down > 0 && std::isfinite(across) && std::isfinite(down))) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("The cloud mask cannot be grown: how large its pixels are on the ground cannot be told."));
    }
    const double radius = wish.metres + slack * std::min(across, down);
    const auto rows = static_cast<int>(radius / down);
    mask.m_reach.reserve(static_cast<std::size_t>(rows) + 1);
    for (int dy = 0; dy <= rows; ++dy) {
        const double left = radius * radius - (dy * down) * (dy * down);
        mask.m_reach.push_back(static_cast<int>(std::sqrt(std::max(0.0, left)) / across));
    }
    mask.m_reachX = mask.m_reach.front();
    return mask;
}

raster::Window CloudMask::windowFor(const raster::Window &part) const
{
    auto window = m_alignment->sourceOf(part).window;
    if (const auto own = m_alignment->own(part))
        window = *own;
    const int rows = std::max(0, static_cast<int>(m_reach.size()) - 1);
    const int left = std::max(0, window.x - m_reachX);
    const int top = std::max(0, window.y - rows);
    const int right = std::min(m_grid.width, window.x + window.width + m_reachX);
    const int bottom = std::min(m_grid.height, window.y + window.height + rows);
    return {left, top, std::max(0, right - left), std::max(0, bottom - top)};
}

std::optional<data::Grid> CloudMask::toRead(const raster::Window &part) const
{
    const auto window = windowFor(part);
    if (window.width < 1 || window.height < 1)
        return std::nullopt;
    return raster::windowOf(m_grid, window.x, window.y, window.width, window.height);
}

data::Block CloudMask::on(const raster::Window &part, const std::optional<data::Block> &read) const
{
    data::Block out(part.width, part.height);
    if (!read)
        return out;
    const auto window = windowFor(part);
    data::Block mask(read->width, read->height);
    std::vector<std::uint8_t> seeds(m_reach.empty() ? 0 : mask.values.size());
    for (std::size_t i = 0; i < mask.values.size(); ++i) {
        const float value = read->values[i];
        if (std::isnan(value))
            continue;
        const bool masked = isMasked(value, m_wish.kind, m_wish.snow);
        mask.values[i] = masked ? 1.0F : 0.0F;
        if (!seeds.empty())
            seeds[i] = masked && !isFill(value, m_wish.kind) ? 1 : 0;
    }
    if (!seeds.empty())
        grow(mask, seeds);
    for (int y = 0; y < part.height; ++y) {
        for (int x = 0; x < part.width; ++x) {
            const QPointF p = m_alignment->at(part.x + x, part.y + y);
            // Not finite compares false.
            if (!(p.x() >= 0 && p.y() >= 0 && p.x() < m_grid.width && p.y() < m_grid.height))
                continue;
            const int mx = static_cast<int>(p.x()) - window.x;
            const int my = static_cast<int>(p.y()) - window.y;
            if (mx >= 0 && my >= 0 && mx < mask.width && my < mask.height)
                out.values[static_cast<std::size_t>(y) * static_cast<std::size_t>(part.width)
                           + static_cast<std::size_t>(x)]
                    = mask.at(mx, my);
        }
    }
    return out;
}

/// Every pixel within the disc around a seed. For each pixel the nearest seed of its column is known; that one reaches
/// so far to both sides, and nothing else in the column farther.
void CloudMask::grow(data::Block &mask, const std::vector<std::uint8_t> &seeds) const
{
    const auto width = static_cast<std::size_t>(mask.width);
    const int rows = static_cast<int>(m_reach.size()) - 1;
    const int none = rows + 1;
    std::vector<int> away(seeds.size());
    std::vector<int> since(width, none);
    const auto pass = [&](int y) {
        for (std::size_t x = 0; x < width; ++x) {
            const std::size_t i = static_cast<std::size_t>(y) * width + x;
            since[x] = seeds[i] ? 0 : std::min(since[x] + 1, none);
            away[i] = std::min(away[i], since[x]);
        }
    };
    std::fill(away.begin(), away.end(), none);
    for (int y = 0; y < mask.height; ++y)
        pass(y);
    std::fill(since.begin(), since.end(), none);
    for (int y = mask.height; y-- > 0;)
        pass(y);
    std::vector<int> change(width + 1);
    for (int y = 0; y < mask.height; ++y) {
        std::fill(change.begin(), change.end(), 0);
        const std::size_t row = static_cast<std::size_t>(y) * width;
        for (std::size_t x = 0; x < width; ++x) {
            const int dy = away[row + x];
            if (dy > rows)
                continue;
            const auto reach = static_cast<std::size_t>(m_reach[static_cast<std::size_t>(dy)]);
            ++change[x > reach ? x - reach : 0];
            --change[std::min(width, x + reach + 1)];
        }
        int covered = 0;
        for (std::size_t x = 0; x < width; ++x) {
            covered += change[x];
            // What is not known stays so.
            if (covered > 0 && !std::isnan(mask.values[row + x]))
                mask.values[row + x] = 1.0F;
        }
    }
}

} // namespace astra::processing
