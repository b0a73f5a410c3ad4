// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/look.h"

#include "core/imagery/styles.h"
#include "core/processing/inputreader.h"

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

/// Classes, bits of quality, and how many scenes a composite is made of are no part of its colours.
bool isColour(const data::Band &band)
{
    return !processing::isClasses(band.name) && !processing::isClasses(band.commonName) && band.name != u"count";
}

/// Red, green and blue of a file by their names, else its first three bands of which all can be drawn together, else
/// the first.
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
    if (asset.roles.contains(QStringLiteral("visual")))
        return {1, 2, 3};
    std::vector<int> colours;
    for (std::size_t i = 0; i < asset.bands.size() && colours.size() < 3; ++i) {
        if (isColour(asset.bands[i]))
            colours.push_back(static_cast<int>(i) + 1);
    }
    return colours.size() == 3 ? colours : std::vector {colours.empty() ? 1 : colours.front()};
}

/// The style of the index that a band holds by its name, as our results name theirs.
std::optional<render::Style> ownIndex(const data::Scene &scene)
{
    const auto catalogue = processing::indexCatalogue();
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            if (const auto *index = catalogue->find(band.name); index && index->name == band.name)
                return styleOf(*index);
        }
    }
    return std::nullopt;
}

Error lacksBand(const data::Scene &scene, const QString &band, const QString &style)
{
    return {ErrorCode::InvalidInput,
            Text::tr("%1 needs the band “%2”; %3 has: %4")
                .arg(style, band, scene.id, data::bandNames(scene).join(QStringLiteral(", "))),
            scene.provider, false};
}

/// An index of the catalogue, or a formula as somebody typed it.
Result<processing::ResolvedFormula> formulaOf(const render::Style &style, const processing::SceneFacts &facts)
{
    auto resolved = [&] {
        if (style.index == style.formula)
            return processing::resolve(style.formula, style.constants, facts);
        processing::Index index;
        index.name = style.index;
        index.formula = style.formula;
        index.constants = style.constants;
        return processing::resolve(index, facts);
    }();
    if (resolved && resolved->bands.isEmpty()) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 names no band: there is nothing to draw.").arg(style.index.left(80)));
    }
    return resolved;
}

/// Whether any pixel has a value in every one of `blocks`.
bool holdsData(const std::vector<data::Block> &blocks)
{
    for (std::size_t i = 0; i < blocks.front().values.size(); ++i) {
        if (std::ranges::all_of(blocks, [i](const data::Block &block) { return std::isfinite(block.values[i]); }))
            return true;
    }
    return false;
}

} // namespace

QString blankSentence(Blank blank, const QString &index)
{
    switch (blank) {
    case Blank::None:
        break;
    case Blank::NoData:
        return Text::tr("No pixel in this area has data.");
    case Blank::Masked:
        return Text::tr("Every pixel in this area that has data is masked as cloud or shadow. Drawn without the mask, "
                        "they show.");
    case Blank::NoValue:
        return index.isEmpty() ? Text::tr("No pixel in this area has a value that is drawn.")
                               : Text::tr("%1 has no value at any pixel in this area.").arg(index.left(80));
    }
    return {};
}

std::optional<processing::MaskKind> maskOf(const data::Scene &scene)
{
    for (const auto kind : {processing::MaskKind::Scl, processing::MaskKind::QaPixel}) {
        if (data::findBand(scene, processing::maskBand(kind)))
            return kind;
    }
    return std::nullopt;
}

bool holdsIndex(const data::Scene &scene, const render::Style &style)
{
    if (style.index.isEmpty() || style.index == style.formula)
        return false;
    const auto found = data::findBand(scene, style.index);
    return found && found->band.name == style.index;
}

QStringList Look::drawn() const { return mask ? bands.mid(0, bands.size() - 1) : bands; }

Result<Look> Look::of(const data::Scene &scene, const render::Style &style)
{
    return of(scene, processing::factsOf(scene), style);
}

Result<Look> Look::of(const data::Scene &scene, const processing::SceneFacts &facts, const render::Style &style)
{
    Look look;
    look.style = style;
    if (holdsIndex(scene, style)) {
        look.bands = {style.index};
        return look;
    }
    if (style.index.isEmpty()) {
        look.bands = style.bands;
        for (const auto &band : style.bands) {
            if (!data::findBand(scene, band))
                return fail(lacksBand(scene, band, style.id));
        }
    } else {
        auto formula = formulaOf(style, facts);
        if (!formula) {
            formula.error().code = ErrorCode::InvalidInput; // the style asked for does not fit
            formula.error().origin = scene.provider;
            return fail(std::move(formula.error()));
        }
        look.bands = formula->bands;
        look.computes = std::move(formula->evaluator);
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
    const auto trueColor = styleNamed(QStringLiteral("true-color"));
    if (trueColor && drawsBands(scene, *trueColor))
        return *trueColor;
    if (const auto style = ownIndex(scene))
        return *style;
    render::Style bands;
    bands.id = QString::fromLatin1(bandsId);
    QStringList names;
    QStringList others;
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            auto &list = isColour(band) ? names : others;
            if (data::findBand(scene, band.name) && !list.contains(band.name))
                list << band.name;
        }
    }
    if (names.isEmpty())
        names = others.mid(0, 1);
    if (names.isEmpty()) {
        for (const auto &asset : scene.assets) {
            if (const auto style = assetStyle(scene, asset.key))
                return *style;
        }
    }
    bands.bands = names.size() >= 3 ? names.mid(0, 3) : names.mid(0, 1);
    bands.low = 0;
    bands.high = 1;
    bands.stretch = true;
    bands.asStands = true;
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
    style.stretch = true;
    style.asStands = true;
    for (const int number : bandsToDraw(*asset))
        style.bands << QString(key + u'#' + QString::number(number));
    return style;
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

Stretch stretchOf(const Look &look, std::vector<data::Block> blocks)
{
    Look whole = look;
    whole.bands = look.drawn();
    whole.mask.reset();
    const auto values = prepared(whole, std::move(blocks));
    Stretch stretch;
    stretch.reserve(values.size());
    for (const auto &block : values)
        stretch.push_back(percentiles(block));
    return stretch;
}

std::vector<data::Block> prepared(const Look &look, std::vector<data::Block> blocks)
{
    if (look.mask) {
        // Before anything is computed, as in a job: what is masked is no value to any formula.
        const data::Block mask = std::move(blocks.back());
        blocks.pop_back();
        for (auto &block : blocks)
            processing::applyCloudMask(block, mask, *look.mask);
    }
    if (!look.computes)
        return blocks;
    std::vector<processing::Source> inputs(blocks.size());
    for (std::size_t i = 0; i < blocks.size(); ++i)
        inputs[i].values = blocks[i].values.data();
    std::vector<data::Block> index;
    data::Block &out = index.emplace_back(blocks.front().width, blocks.front().height);
    look.computes->run(inputs, out.values.data(), out.values.size());
    return index;
}

Blank blankOf(const Look &look, const std::vector<data::Block> &blocks, const data::Picture &picture)
{
    for (std::size_t i = 3; i < picture.rgba.size(); i += 4) {
        if (picture.rgba[i] != 0)
            return Blank::None;
    }
    const auto drawn = blocks.begin() + look.drawn().size();
    if (!holdsData({blocks.begin(), drawn}))
        return Blank::NoData;
    Look masks = look;
    masks.computes.reset();
    return holdsData(prepared(masks, blocks)) ? Blank::NoValue : Blank::Masked;
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
