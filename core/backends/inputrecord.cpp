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

/// What it takes to read the same pixels by the same rules: the bands' files, and that of the pixels that were asked
/// for the rule.
data::Scene onlyRead(data::Scene scene, const std::map<QString, data::Radiometry> &rules)
{
    QSet<QString> read;
    for (const auto &[name, rule] : rules) {
        if (const auto band = data::findBand(scene, name))
            read.insert(band->asset->key);
    }
    if (const auto asked = raster::witness(scene))
        read.insert(asked->asset->key);
    std::erase_if(scene.assets, [&](const data::Asset &asset) { return !read.contains(asset.key); });
    for (auto &asset : scene.assets)
        asset.alternates.clear();
    scene.footprint.clear();
    return scene;
}

/// Name, size and time of each file of it that lies here.
Json filesOf(const data::Scene &scene)
{
    Json files = Json::array();
    for (const auto &asset : scene.assets) {
        if (!asset.href.isLocalFile())
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
    const data::Scene read = onlyRead(scene, rules);
    record["scene"] = data::toJson(read);
    if (Json files = filesOf(read); !files.empty())
        record["files"] = std::move(files);
    return record;
}

} // namespace astra::backends
