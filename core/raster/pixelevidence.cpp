// SPDX-License-Identifier: Apache-2.0
#include "core/raster/pixelevidence.h"

#include "core/data/sensor.h"
#include "core/raster/radiometry.h"

#include <algorithm>
#include <cmath>

namespace astra::raster {

namespace {

constexpr std::size_t fewestPixels = 64;
constexpr double noise = 0.01; // reflectance: atmospheric correction leaves dark water so far below zero
constexpr double goneAbove = 3; // per cent far below zero
constexpr double thereBelow = 0.2; // per cent below zero
constexpr double dark = 0.06; // reflectance of the darkest hundredth of a scene that has dark ground at all
constexpr int smallestSide = 64; // of an overview that still shows the ground
constexpr int largestSide = 1024; // read where there is no overview

/// The coarsest overview that still shows something; -1 for the file itself, nothing where neither is small.
std::optional<int> levelToAsk(const Info &info)
{
    std::optional<int> level;
    for (std::size_t i = 0; i < info.overviews.size(); ++i) {
        const auto [width, height] = info.overviews[i];
        if (std::max(width, height) <= largestSide && (!level || std::max(width, height) >= smallestSide))
            level = static_cast<int>(i);
    }
    if (!level && std::max(info.width, info.height) <= largestSide)
        level = -1;
    return level;
}

} // namespace

std::optional<PixelEvidence> PixelEvidence::of(const data::Block &numbers, double scale, double offset)
{
    std::vector<double> values;
    values.reserve(numbers.values.size());
    for (const float number : numbers.values) {
        if (std::isfinite(number))
            values.push_back(static_cast<double>(number) * scale + offset);
    }
    if (values.size() < fewestPixels)
        return std::nullopt;
    const auto perCentBelow = [&](double limit) {
        const auto count = std::count_if(values.begin(), values.end(), [limit](double v) { return v < limit; });
        return 100.0 * static_cast<double>(count) / static_cast<double>(values.size());
    };
    PixelEvidence evidence;
    evidence.negative = perCentBelow(-1e-9);
    evidence.farNegative = perCentBelow(-noise);
    const auto first = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 100);
    std::nth_element(values.begin(), first, values.end());
    evidence.darkest = *first;
    return evidence;
}

bool PixelEvidence::offsetIsGone() const { return farNegative > goneAbove; }
bool PixelEvidence::offsetIsThere() const { return negative < thereBelow && darkest <= dark; }

std::optional<data::BandRef> witness(const data::Scene &scene)
{
    const data::Sensor *sensor = data::sensorFor(scene.product, scene.platform);
    if (!sensor || scene.offsetOverride != data::OffsetOverride::None)
        return std::nullopt;
    for (const auto &name : sensor->dark) {
        auto band = data::findBand(scene, name);
        if (const auto *known = sensor->find(name); !band && known)
            band = data::findBand(scene, known->band.commonName);
        if (!band || (!band->asset->isCog() && !band->asset->href.isLocalFile()))
            continue;
        const bool isStated = band->asset->stated && band->asset->stated->offset != 0;
        const bool isOld = !sensor->baselineFrom.isEmpty() && !scene.baseline.isEmpty()
            && !sensor->hasOffsetSince(scene.baseline);
        if (isOld && !isStated && !scene.offsetRemoved)
            return std::nullopt;
        return band;
    }
    return std::nullopt;
}

Result<std::optional<PixelEvidence>> askPixels(const data::Scene &scene, const data::BandRef &witness, Dataset &file)
{
    const auto level = levelToAsk(file.info());
    const auto rule = productOffset(scene, witness);
    if (!level || !rule || witness.index > file.info().bandCount)
        return std::optional<PixelEvidence>();
    const auto &info = file.info();
    const auto [width, height] = *level < 0 ? std::pair(info.width, info.height)
                                            : info.overviews[static_cast<std::size_t>(*level)];
    const auto numbers = file.readLevel(witness.index, *level, {0, 0, width, height}, width, height,
                                        radiometry(scene, witness, &info).nodata);
    if (!numbers)
        return fail(numbers.error());
    auto evidence = PixelEvidence::of(*numbers, rule->scale, rule->offset);
    if (evidence) {
        evidence->band = witness.band.name;
        evidence->ofCog = witness.asset->isCog();
    }
    return evidence;
}

} // namespace astra::raster
