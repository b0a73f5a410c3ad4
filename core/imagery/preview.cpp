// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/preview.h"

#include "core/raster/geodesy.h"
#include "core/raster/radiometry.h"

#include <QCoreApplication>
#include <QtMath>

#include <algorithm>
#include <array>
#include <cmath>

namespace astra::imagery {

namespace {

constexpr int defaultSide = 1024;
constexpr int largestSide = 16384;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

using Facts = std::vector<OpenScene::BandFacts>;

struct Wanted {
    render::Style style;
    std::optional<data::GeoBox> box;
    int width = 0;
    int height = 0;
    StopToken stop;
};

/// The picture's grid: the box fitted into the size, and where a size was asked for, exactly that size around it.
Result<data::Grid> pictureGrid(const Wanted &wanted, const data::GeoBox &box)
{
    const int width = wanted.width > 0 ? wanted.width : defaultSide;
    const int height = wanted.height > 0 ? wanted.height : defaultSide;
    if (width > largestSide || height > largestSide) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("A picture of %1 × %2 pixels is too large.").arg(width).arg(height));
    }
    auto grid = raster::mercatorGrid(box, width, height);
    if (!grid || wanted.width <= 0 || wanted.height <= 0)
        return grid;
    const int left = (width - grid->width) / 2;
    const int above = (height - grid->height) / 2;
    grid->originX -= left * grid->pixelWidth;
    grid->originY += above * grid->pixelHeight;
    grid->width = width;
    grid->height = height;
    return grid;
}

Future<Stretch> readStretch(Pools &pools, const std::shared_ptr<OpenScene> &scene, const Look &look, const Facts &facts,
                            const StopToken &stop)
{
    const auto whole = facts.front().info.grid();
    if (!isRaw(look, facts) || !whole)
        return ready<Stretch>(Stretch());
    return chain(readBands(pools, scene, look.drawn(), overviewGrid(*whole), raster::Resampling::Nearest, stop),
                 [look](Result<std::vector<data::Block>> blocks) -> Result<Stretch> {
                     if (!blocks)
                         return fail(blocks.error());
                     return stretchOf(look, std::move(*blocks));
                 });
}

/// Whether a common factor of all bands changes nothing: then it does not matter what their numbers mean.
bool isScaleFree(const processing::Evaluator &evaluator)
{
    constexpr std::size_t pixels = 4;
    constexpr float factor = 1000;
    const auto bands = static_cast<std::size_t>(std::max(1, evaluator.inputs()));
    const auto values = [&](float scale) {
        std::vector<std::array<float, pixels>> numbers(bands);
        std::vector<processing::Source> inputs(bands);
        for (std::size_t b = 0; b < bands; ++b) {
            for (std::size_t p = 0; p < pixels; ++p) {
                // Any spectra will do, as long as no two bands are alike.
                const double spread = 0.618 * static_cast<double>((b + 1) * (p + 1));
                numbers[b][p] = scale * static_cast<float>(0.05 + 0.4 * (spread - std::floor(spread)));
            }
            inputs[b].values = numbers[b].data();
        }
        std::array<float, pixels> out {};
        evaluator.run(inputs, out.data(), pixels);
        return out;
    };
    const auto one = values(1);
    const auto other = values(factor);
    return std::equal(one.begin(), one.end(), other.begin(), [](float a, float b) {
        return (std::isnan(a) && std::isnan(b)) || std::abs(a - b) <= 1e-3F * std::max(std::abs(a), 1e-3F);
    });
}

/// One try with the copy in use.
Future<Preview> attempt(Pools &pools, const std::shared_ptr<SceneReader> &reader, const Wanted &wanted)
{
    const auto scene = reader->copy();
    const auto asked = Look::of(scene->scene(), wanted.style);
    if (!asked)
        return ready<Preview>(fail(asked.error()));
    return chain(
        openBands(pools, scene, asked->bands, wanted.stop),
        [&pools, reader, scene, asked = *asked, wanted](Result<Facts> facts) -> Future<Preview> {
            if (!facts)
                return ready<Preview>(fail(facts.error()));
            const Look look = asFilesSay(asked, *facts);
            const auto whole = facts->front().info.grid();
            auto box = wanted.box ? Result<data::GeoBox>(*wanted.box)
                                  : whole.and_then([](const data::Grid &g) { return raster::boundsInDegrees(g); });
            if (!box)
                return ready<Preview>(fail(box.error()));
            const auto grid = pictureGrid(wanted, *box);
            if (!grid)
                return ready<Preview>(fail(grid.error()));
            return chain(
                readStretch(pools, scene, look, *facts, wanted.stop),
                [&pools, reader, scene, look, wanted, grid = *grid, box = *box,
                 facts = *facts](Result<Stretch> stretch) -> Future<Preview> {
                    if (!stretch)
                        return ready<Preview>(fail(stretch.error()));
                    return chain(
                        readBands(pools, scene, look.bands, grid, resamplingFor(grid, facts), wanted.stop),
                        [&pools, reader, look, box, facts,
                         stretch = *stretch](Result<std::vector<data::Block>> blocks) -> Future<Preview> {
                            if (!blocks)
                                return ready<Preview>(fail(blocks.error()));
                            return runOn(pools.cpu, [=, blocks = std::move(*blocks)]() -> Result<Preview> {
                                Preview made {
                                    draw(look, blocks, stretch), box, describeRadiometry(facts), warningOf(facts), {}};
                                const Blank blank = blankOf(look, blocks, made.picture);
                                if (blank != Blank::None)
                                    made.notes << blankSentence(blank, look.style.index);
                                made.notes += reader->notes() + reader->copy()->notes() + look.notes;
                                made.notes += unitNotes(look, facts) + placeNotes(facts);
                                return made;
                            });
                        });
                });
        });
}

Result<std::vector<PointValue>> pointValues(OpenScene &scene, const Look &look, double longitude, double latitude,
                                            const StopToken &stop)
{
    std::vector<PointValue> values;
    std::vector<data::Block> blocks;
    for (const auto &band : look.bands) {
        const auto facts = scene.facts(band, stop);
        if (!facts)
            return fail(facts.error());
        const auto grid = facts->info.grid();
        const auto transform = grid ? raster::Transform::create(QStringLiteral("EPSG:4326"), grid->crs)
                                    : Result<raster::Transform>(fail(grid.error()));
        if (!transform)
            return fail(transform.error());
        std::vector<QPointF> point {{longitude, latitude}};
        transform->apply(point);
        const double column = std::floor((point[0].x() - grid->originX) / grid->pixelWidth);
        const double row = std::floor((grid->originY - point[0].y()) / grid->pixelHeight);
        data::Block block(1, 1);
        if (column >= 0 && row >= 0 && column < grid->width && row < grid->height) {
            auto read = scene.read(band, raster::windowOf(*grid, static_cast<int>(column), static_cast<int>(row), 1, 1),
                                   raster::Resampling::Nearest, stop);
            if (!read)
                return fail(read.error());
            block = std::move(*read);
        }
        const float value = block.values.front();
        values.push_back({band, std::isfinite(value) ? std::optional<double>(value) : std::nullopt});
        const auto &palette = facts->hint.palette;
        if (value >= 0 && value < static_cast<float>(palette.size()))
            values.back().name = palette[static_cast<std::size_t>(value)].name;
        blocks.push_back(std::move(block));
    }
    if (look.computes) {
        const float value = prepared(look, std::move(blocks)).front().values.front();
        values.push_back({look.style.index, std::isfinite(value) ? std::optional<double>(value) : std::nullopt});
    }
    return values;
}

} // namespace

QString describeRadiometry(const std::vector<OpenScene::BandFacts> &facts)
{
    return facts.empty() ? QString() : raster::describe(facts.front().radiometry);
}

QString warningOf(const std::vector<OpenScene::BandFacts> &facts)
{
    for (const auto &band : facts) {
        if (!band.radiometry.warning.isEmpty())
            return band.radiometry.warning;
    }
    return {};
}

QStringList placeNotes(const std::vector<OpenScene::BandFacts> &facts)
{
    for (const auto &band : facts) {
        if (band.info.isApproximate)
            return {Text::tr("%1 is placed by its ground control points: where it lies is approximate.")
                        .arg(band.info.name)};
    }
    return {};
}

QStringList unitNotes(const Look &look, const std::vector<OpenScene::BandFacts> &facts)
{
    if (!look.computes || isScaleFree(*look.computes))
        return {};
    const QStringList drawn = look.drawn();
    for (qsizetype i = 0; i < drawn.size(); ++i) {
        const auto &radiometry = facts[static_cast<std::size_t>(i)].radiometry;
        const bool isRaw = radiometry.quantity.isEmpty() && radiometry.scale == 1 && radiometry.offset == 0;
        // Classes are compared with, not calculated with.
        const bool isMask = drawn[i].compare(processing::maskBand(processing::MaskKind::Scl), Qt::CaseInsensitive) == 0
            || drawn[i].compare(processing::maskBand(processing::MaskKind::QaPixel), Qt::CaseInsensitive) == 0;
        if (isRaw && !isMask) {
            return {Text::tr("%1 is made for reflectance, but %2 holds raw numbers: its values mean little here.")
                        .arg(look.style.index.left(80), drawn[i])};
        }
    }
    return {};
}

Look asFilesSay(Look look, const std::vector<OpenScene::BandFacts> &facts)
{
    std::vector<DrawingHint> hints;
    hints.reserve(facts.size());
    for (qsizetype i = 0; i < look.drawn().size(); ++i)
        hints.push_back(facts[static_cast<std::size_t>(i)].hint);
    look.style = hinted(std::move(look.style), hints);
    return look;
}

bool isRaw(const Look &look, const std::vector<OpenScene::BandFacts> &facts)
{
    if (Look::isStretched(look.style) || !look.style.index.isEmpty())
        return Look::isStretched(look.style);
    const auto drawn = look.drawn().size();
    return std::any_of(facts.begin(), facts.begin() + drawn,
                       [](const auto &band) { return band.radiometry.quantity != u"reflectance"; });
}

data::Grid overviewGrid(const data::Grid &whole, int side)
{
    const int longest = std::max(whole.width, whole.height);
    if (longest <= side)
        return whole;
    data::Grid grid = whole;
    grid.width = std::max(1, whole.width * side / longest);
    grid.height = std::max(1, whole.height * side / longest);
    grid.pixelWidth = whole.pixelWidth * whole.width / grid.width;
    grid.pixelHeight = whole.pixelHeight * whole.height / grid.height;
    return grid;
}

raster::Resampling resamplingFor(const data::Grid &mercator, const std::vector<OpenScene::BandFacts> &facts)
{
    const auto whole = facts.front().info.grid();
    const auto box = whole.and_then([](const data::Grid &grid) { return raster::boundsInDegrees(grid); });
    if (!box)
        return raster::Resampling::Bilinear;
    const double latitude = box->center().y();
    const double source = raster::distanceMetres({box->west, latitude}, {box->east, latitude}) / whole->width;
    const double target = mercator.pixelWidth * std::cos(qDegreesToRadians(latitude));
    return target < source ? raster::Resampling::Nearest : raster::Resampling::Bilinear;
}

Future<Preview> preview(Pools &pools, const std::shared_ptr<SceneReader> &reader, const render::Style &style,
                        std::optional<data::GeoBox> box, int width, int height, const StopToken &stop)
{
    const Wanted wanted {style, box, width, height, stop};
    return chain(attempt(pools, reader, wanted), [&pools, reader, wanted](Result<Preview> result) -> Future<Preview> {
        if (result || !reader->next(result.error()))
            return ready<Preview>(std::move(result));
        return preview(pools, reader, wanted.style, wanted.box, wanted.width, wanted.height, wanted.stop);
    });
}

Future<std::vector<PointValue>> valuesAt(Pools &pools, const std::shared_ptr<SceneReader> &reader,
                                         const render::Style &style, double longitude, double latitude,
                                         const StopToken &stop)
{
    return runOn(pools.io, [reader, style, longitude, latitude, stop]() -> Result<std::vector<PointValue>> {
        for (;;) {
            const auto look = Look::of(reader->scene(), style);
            auto values = look ? pointValues(*reader->copy(), *look, longitude, latitude, stop)
                               : Result<std::vector<PointValue>>(fail(look.error()));
            if (values || !reader->next(values.error()))
                return values;
        }
    });
}

} // namespace astra::imagery
