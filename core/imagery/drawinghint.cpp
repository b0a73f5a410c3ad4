// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/drawinghint.h"

#include "core/base/json.h"
#include "core/imagery/styles.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>
#include <tuple>

namespace astra::imagery {

namespace {

constexpr qint64 largestItem = 16LL << 20;
constexpr double mostClasses = 65536; // of 16 bits

std::optional<std::pair<double, double>> rangeOf(std::optional<double> low, std::optional<double> high)
{
    const bool sound = low && high && std::isfinite(*low) && std::isfinite(*high) && *low < *high;
    return sound ? std::optional(std::pair(*low, *high)) : std::nullopt;
}

QString knownRamp(const QString &id) { return render::ramp(id) ? id : QString(); }

Json tagOf(const raster::Info &file, const char *key)
{
    auto json = parseJson(file.metadataValue(QLatin1String(key)).toUtf8());
    return json && json->is_array() ? std::move(*json) : Json::array();
}

/// What the rules of the inputs say of a band that was taken over under its name; nothing where they differ.
QString quantityOf(const QString &band, const raster::Info &file)
{
    QStringList all;
    for (const auto &rule : tagOf(file, "ASTRA_RADIOMETRY")) {
        if (stringAt(rule, "band") == band)
            all << stringAt(rule, "quantity");
    }
    all.removeDuplicates();
    return all.size() == 1 ? all.front() : QString();
}

struct ClassName {
    Q_DECLARE_TR_FUNCTIONS(astra::processing)
};

/// Files say what their classes are in one language; people read it in theirs.
QString shown(const QString &name) { return name.isEmpty() ? name : ClassName::tr(name.toUtf8().constData()); }

DrawingHint hintOfFile(int band, const raster::Info &file)
{
    DrawingHint hint;
    const auto at = static_cast<std::size_t>(band - 1);
    if (at >= file.bands.size())
        return hint;
    if (const Json ramps = tagOf(file, "ASTRA_RAMP"); at < ramps.size()) {
        const Json &ramp = ramps[at];
        hint.name = stringAt(ramp, "band");
        hint.ramp = knownRamp(stringAt(ramp, "ramp"));
        hint.range = rangeOf(numberAt(ramp, "low"), numberAt(ramp, "high"));
        hint.quantity = quantityOf(hint.name, file);
        // The range of bands that were taken over is one of reflectance.
        if (hint.ramp.isEmpty() && hint.quantity.isEmpty())
            hint.range.reset();
    }
    const raster::BandInfo &info = file.bands[at];
    hint.palette.reserve(info.colours.size());
    for (const auto &colour : info.colours)
        hint.palette.push_back({colour, {}});
    const Json names = tagOf(file, "ASTRA_CLASSES");
    for (std::size_t i = 0; i < hint.palette.size(); ++i) {
        if (i < names.size())
            hint.palette[i].name = shown(asString(names[i]).value_or(QString()));
        else if (const auto place = static_cast<qsizetype>(i); names.empty() && place < info.categories.size())
            hint.palette[i].name = info.categories[place];
    }
    return hint;
}

std::optional<std::array<std::uint8_t, 4>> colourOf(const QString &hex)
{
    bool isNumber = false;
    const unsigned rgb = hex.toUInt(&isNumber, 16);
    if (!isNumber || hex.size() != 6)
        return std::nullopt;
    return std::array {static_cast<std::uint8_t>(rgb >> 16U), static_cast<std::uint8_t>(rgb >> 8U),
                       static_cast<std::uint8_t>(rgb), std::uint8_t {255}};
}

/// The classification extension's list; empty where a class has no colour.
std::vector<render::PaletteEntry> paletteOf(const Json &classes)
{
    std::vector<render::PaletteEntry> palette;
    for (const auto &entry : classes) {
        const auto value = numberAt(entry, "value");
        const auto colour = colourOf(stringAt(entry, "color_hint"));
        if (!colour || !value || !(*value >= 0) || *value >= mostClasses)
            return {};
        const auto at = static_cast<std::size_t>(*value);
        palette.resize(std::max(palette.size(), at + 1));
        palette[at] = {*colour, stringAt(entry, "description", stringAt(entry, "name"))};
    }
    return palette;
}

/// The hint of a file with one band, from the Item that lists it.
DrawingHint hintOfItem(const Json &item, const data::Asset &asset)
{
    DrawingHint hint;
    const QByteArray key = asset.key.toUtf8();
    hint.palette = paletteOf(listAt(member(member(item, "assets"), key.constData()), "classification:classes"));
    for (const auto &render : member(member(item, "properties"), "renders")) {
        const Json &ranges = listAt(render, "rescale");
        if (!asStringList(member(render, "assets")).contains(asset.key) || ranges.empty() || !ranges[0].is_array()
            || ranges[0].size() != 2)
            continue;
        hint.range = rangeOf(asNumber(ranges[0][0]), asNumber(ranges[0][1]));
        hint.ramp = knownRamp(stringAt(render, "colormap_name"));
        break;
    }
    if (hint.range || !hint.palette.empty())
        hint.name = asset.bands.front().name;
    return hint;
}

} // namespace

DrawingHint hintOf(const data::Scene &scene, const data::BandRef &band, const raster::Info &file)
{
    DrawingHint hint = hintOfFile(band.index, file);
    const bool silent = hint.name.isEmpty() && hint.palette.empty();
    if (!silent || scene.provider != u"local" || !scene.self.isLocalFile() || file.bandCount != 1
        || band.asset->bands.size() != 1)
        return hint;
    const auto item = readJsonFile(scene.self.toLocalFile(), largestItem);
    return item ? hintOfItem(*item, *band.asset) : hint;
}

render::Style hinted(render::Style style, const std::vector<DrawingHint> &hints)
{
    if (!style.asStands || hints.empty())
        return style;
    const DrawingHint &first = hints.front();
    if (hints.size() == 1) {
        style.palette = first.palette;
        if (!first.ramp.isEmpty() || !style.palette.empty()) {
            style.index = first.name.isEmpty() ? style.bands.front().section(u'#', 0, 0) : first.name;
            style.ramp = first.ramp;
        }
        style.stretch = style.stretch && !first.range && style.palette.empty();
    } else {
        const bool alike = std::ranges::all_of(hints, [&](const DrawingHint &hint) {
            return hint.range && hint.range == first.range && hint.quantity == u"reflectance";
        });
        if (!alike)
            return style;
        style.stretch = false;
        // As the scenes are drawn whose reflectance it is.
        if (const auto trueColor = styleNamed(QStringLiteral("true-color")))
            style.gamma = trueColor->gamma;
    }
    if (!style.stretch && first.range)
        std::tie(style.low, style.high) = *first.range;
    return style;
}

} // namespace astra::imagery
