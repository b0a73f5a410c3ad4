// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/look.h"

#include "core/processing/indices.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

namespace astra::imagery {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::imagery)
};

bool drawsBands(const data::Scene &scene, const render::Style &style)
{
    return !style.bands.isEmpty() && std::all_of(style.bands.begin(), style.bands.end(), [&](const QString &name) {
        return data::findBand(scene, name).has_value();
    });
}

constexpr const char *bandsId = "bands";
constexpr const char *assetPrefix = "asset:";

/// Red, green and blue of a file by their names, else its first three bands, else its only one.
std::vector<int> bandsToDraw(const data::Asset &asset)
{
    const auto numberOf = [&](const char *common) {
        for (std::size_t i = 0; i < asset.bands.size(); ++i) {
            if (asset.bands[i].commonName == QLatin1String(common))
                return static_cast<int>(i) + 1;
        }
        return 0;
    };
    std::vector<int> named {numberOf("red"), numberOf("green"), numberOf("blue")};
    if (std::find(named.begin(), named.end(), 0) == named.end())
        return named;
    // Pictures are listed as one band, or as those that they were made from.
    const bool isPicture = asset.roles.contains(QStringLiteral("visual"));
    return asset.bands.size() >= 3 || isPicture ? std::vector {1, 2, 3} : std::vector {1};
}

/// The index that a band holds by its name, as our results name theirs.
const processing::NormalisedDifference *ownIndex(const data::Scene &scene)
{
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            if (const auto *index = processing::findIndex(band.name))
                return index;
        }
    }
    return nullptr;
}

} // namespace

std::optional<processing::MaskKind> maskOf(const data::Scene &scene)
{
    for (const auto kind : {processing::MaskKind::Scl, processing::MaskKind::QaPixel}) {
        if (data::findBand(scene, processing::maskBand(kind)))
            return kind;
    }
    return std::nullopt;
}

Result<Look> Look::of(const data::Scene &scene, const render::Style &style)
{
    Look look;
    look.style = style;
    if (!style.index.isEmpty() && data::findBand(scene, style.index)) {
        look.bands = {style.index};
        return look;
    }
    look.computesIndex = !style.index.isEmpty();
    look.bands = style.bands;
    for (const auto &band : style.bands) {
        if (!data::findBand(scene, band)) {
            return fail(ErrorCode::InvalidInput,
                        Text::tr("%1 has no band “%2”, which %3 needs; it has: %4")
                            .arg(scene.id, band, style.id, data::bandNames(scene).join(QStringLiteral(", "))),
                        scene.provider);
        }
    }
    if (style.maskClouds) {
        look.mask = maskOf(scene);
        if (look.mask)
            look.bands << processing::maskBand(*look.mask);
        else
            look.notes << Text::tr("%1 has no cloud mask: clouds are shown.").arg(scene.id);
    }
    return look;
}

render::Style Look::defaultStyle(const data::Scene &scene)
{
    const auto trueColor = render::styleNamed(QStringLiteral("true-color"));
    if (trueColor && drawsBands(scene, *trueColor))
        return *trueColor;
    if (const auto *index = ownIndex(scene)) {
        if (const auto style = render::styleNamed(index->name.toLower()))
            return *style;
    }
    render::Style bands;
    bands.id = QString::fromLatin1(bandsId);
    QStringList names;
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            if (data::findBand(scene, band.name) && !names.contains(band.name))
                names << band.name;
        }
    }
    if (names.isEmpty()) {
        for (const auto &asset : scene.assets) {
            if (const auto style = assetStyle(scene, asset.key))
                return *style;
        }
    }
    bands.bands = names.size() >= 3 ? names.mid(0, 3) : names.mid(0, 1);
    bands.low = 0;
    bands.high = 1;
    return bands;
}

Result<render::Style> Look::assetStyle(const data::Scene &scene, const QString &key)
{
    const data::Asset *asset = scene.asset(key);
    if (!asset || !asset->isRaster()) {
        QStringList rasters;
        for (const auto &other : scene.assets) {
            if (other.isRaster())
                rasters << other.key;
        }
        return fail(ErrorCode::NotFound,
                    Text::tr("%1 has no raster file “%2”; it has: %3")
                        .arg(scene.id, key.left(80), rasters.join(QStringLiteral(", "))),
                    scene.provider);
    }
    render::Style style;
    style.id = QString::fromLatin1(assetPrefix) + key;
    style.low = 0;
    style.high = 1;
    for (const int number : bandsToDraw(*asset))
        style.bands << QString(key + u'#' + QString::number(number));
    return style;
}

bool Look::isStretched(const render::Style &style)
{
    return style.id == QLatin1String(bandsId) || style.id.startsWith(QLatin1String(assetPrefix));
}

std::pair<double, double> percentiles(const data::Block &block)
{
    std::vector<float> valid;
    valid.reserve(block.values.size());
    std::copy_if(block.values.begin(), block.values.end(), std::back_inserter(valid),
                 [](float value) { return std::isfinite(value); });
    if (valid.empty())
        return {0, 1};
    const auto at = [&](double part) {
        const auto rank = static_cast<std::ptrdiff_t>(std::lround(part * static_cast<double>(valid.size() - 1)));
        std::nth_element(valid.begin(), valid.begin() + rank, valid.end());
        return static_cast<double>(valid[static_cast<std::size_t>(rank)]);
    };
    const double low = at(0.02);
    const double high = at(0.98);
    return {low, high > low ? high : low + 1};
}

std::vector<data::Block> prepared(const Look &look, std::vector<data::Block> blocks)
{
    std::optional<data::Block> mask;
    if (look.mask) {
        mask = std::move(blocks.back());
        blocks.pop_back();
    }
    if (look.computesIndex)
        blocks = {processing::index(blocks, look.style.index)};
    if (mask) {
        for (auto &block : blocks)
            processing::applyCloudMask(block, *mask, *look.mask);
    }
    return blocks;
}

data::Picture draw(const Look &look, std::vector<data::Block> blocks, const Stretch &stretch)
{
    blocks = prepared(look, std::move(blocks));
    render::Style style = look.style;
    if (stretch.size() >= blocks.size() && !stretch.empty()) {
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            const auto low = static_cast<float>(stretch[i].first);
            const auto range = static_cast<float>(stretch[i].second - stretch[i].first);
            for (float &value : blocks[i].values)
                value = (value - low) / range;
        }
        style.low = 0;
        style.high = 1;
        style.gamma = 1;
    }
    return render::paint(blocks, style);
}

} // namespace astra::imagery
