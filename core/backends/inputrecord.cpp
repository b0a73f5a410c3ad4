// SPDX-License-Identifier: Apache-2.0
#include "core/backends/inputrecord.h"

#include "core/data/offsetoverride.h"
#include "core/data/scenejson.h"
#include "core/raster/pixelevidence.h"
#include "core/raster/radiometry.h"

#include <QDateTime>
#include <QFileInfo>
#include <QSet>

namespace astra::backends {

namespace {

/// The keys of the files that pixels are read from: those of the bands, and that of the pixels that were asked for the
/// rule.
QSet<QString> keysRead(const data::Scene &scene, const std::map<QString, data::Radiometry> &rules)
{
    QSet<QString> read;
    for (const auto &[name, rule] : rules) {
        if (const auto band = data::findBand(scene, name))
            read.insert(band->asset->key);
    }
    if (const auto asked = raster::witness(scene))
        read.insert(asked->asset->key);
    return read;
}

/// What it takes to read the same pixels by the same rules. All of its bands: which there are is part of what an
/// operation does and says.
data::Scene onlyBands(data::Scene scene)
{
    std::erase_if(scene.assets, [](const data::Asset &asset) { return asset.bands.empty() || !asset.isRaster(); });
    for (auto &asset : scene.assets) {
        asset.title.clear();
        asset.alternates.clear();
    }
    scene.footprint.clear();
    return scene;
}

/// Name, size and time of each file that is read and lies here.
Json filesOf(const data::Scene &scene, const QSet<QString> &read)
{
    Json files = Json::array();
    for (const auto &asset : scene.assets) {
        if (!asset.href.isLocalFile() || !read.contains(asset.key))
            continue;
        const QFileInfo file(asset.href.toLocalFile());
        files.push_back({toStd(file.fileName()), file.size(), file.lastModified().toMSecsSinceEpoch()});
    }
    return files;
}

} // namespace

Json inputRecord(const data::Scene &scene, const std::map<QString, data::Radiometry> &rules)
{
    Json record {{"provider", toStd(scene.provider)},
                 {"collection", toStd(scene.collection)},
                 {"original_id", toStd(scene.id)},
                 {"acquisition", toStd(data::Acquisition {{scene}}.key())}};
    if (scene.datetime.isValid())
        record["datetime"] = toStd(scene.datetime.toUTC().toString(Qt::ISODateWithMs));
    if (!scene.baseline.isEmpty())
        record["baseline"] = toStd(scene.baseline);
    if (scene.offsetOverride != data::OffsetOverride::None)
        record["offset_override"] = toStd(data::overrideName(scene.offsetOverride));
    if (rules.empty())
        return record;
    for (const auto &[name, rule] : rules) {
        Json band = raster::toJson(rule);
        band["band"] = toStd(name);
        record["bands"].push_back(std::move(band));
    }
    record["scene"] = data::toJson(onlyBands(scene));
    if (Json files = filesOf(scene, keysRead(scene, rules)); !files.empty())
        record["files"] = std::move(files);
    return record;
}

} // namespace astra::backends
