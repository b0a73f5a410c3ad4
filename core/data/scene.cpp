// SPDX-License-Identifier: Apache-2.0
#include "core/data/scene.h"

#include "core/data/offsetoverride.h"
#include "core/data/packedassets.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace astra::data {

namespace {

int schemeRank(const QUrl &href)
{
    const QString scheme = href.scheme();
    if (scheme == u"file" || scheme.isEmpty())
        return 0;
    return scheme == u"https" || scheme == u"http" ? 1 : 2;
}

/// Lower is better: what decides among several assets that hold the same band.
auto assetRank(const Asset &asset, const Band &band)
{
    return std::tuple(needsAccount(asset.access), !asset.isCog(), schemeRank(asset.href), band.gsd.value_or(1e9));
}

/// A picture (TCI, thumbnail) holds display values, not measurements.
bool isPicture(const Asset &asset)
{
    return std::any_of(asset.roles.begin(), asset.roles.end(), [](const QString &role) {
        return role == u"visual" || role == u"thumbnail" || role == u"overview";
    });
}

std::optional<BandRef> bestMatch(const Scene &scene, const auto &matches)
{
    std::optional<BandRef> best;
    for (const auto &asset : scene.assets) {
        for (std::size_t i = 0; i < asset.bands.size(); ++i) {
            const Band &band = asset.bands[i];
            if (!matches(band) || !asset.isRaster() || isPicture(asset))
                continue;
            if (!best || assetRank(asset, band) < assetRank(*best->asset, best->band))
                best = BandRef {&asset, static_cast<int>(i) + 1, band};
        }
    }
    return best;
}

std::optional<BandRef> exactBand(const Scene &scene, const QString &name)
{
    const auto equals = [&](const QString &other) { return other.compare(name, Qt::CaseInsensitive) == 0; };
    if (auto found = bestMatch(scene, [&](const Band &band) { return equals(band.name); }))
        return found;
    return bestMatch(scene, [&](const Band &band) { return equals(band.commonName); });
}

/// Where no band has that name, an asset's key is one: "dem" of a file with one band, "visual#2" of any. Pictures are
/// found by it, too.
std::optional<BandRef> byKey(const Scene &scene, const QString &name)
{
    const Asset *asset = scene.asset(name);
    int index = 1;
    if (const auto hash = name.lastIndexOf(u'#'); !asset && hash > 0) {
        bool ok = false;
        index = name.mid(hash + 1).toInt(&ok);
        asset = ok && index >= 1 ? scene.asset(name.left(hash)) : nullptr;
    } else if (asset && asset->bands.size() != 1)
        asset = nullptr;
    if (!asset || !asset->isRaster() || asset->bands.empty())
        return std::nullopt;
    const auto place = static_cast<std::size_t>(index) - 1;
    return BandRef {asset, index, place < asset->bands.size() ? asset->bands[place] : Band {name, {}, {}}};
}

const char *accessName(Access access)
{
    switch (access) {
    case Access::Public:
        return "public";
    case Access::Signed:
        return "signed";
    case Access::Login:
        return "login";
    case Access::Paid:
        break;
    }
    return "paid";
}

} // namespace

bool Asset::isRaster() const
{
    const auto isType = [&](QStringView start) { return mediaType.startsWith(start, Qt::CaseInsensitive); };
    if (isType(u"image/tiff") || isType(u"image/vnd.stac.geotiff") || isType(u"image/jp2"))
        return true;
    if (!mediaType.isEmpty() && !isType(u"image/")
        && mediaType.compare(u"application/octet-stream", Qt::CaseInsensitive) != 0)
        return false;
    const QString path = href.path();
    const auto isNamed = [&](QStringView end) { return path.endsWith(end, Qt::CaseInsensitive); };
    return isNamed(u".tif") || isNamed(u".tiff") || isNamed(u".jp2");
}

bool Asset::isCog() const
{
    if (mediaType.contains(u"cloud-optimized"))
        return true;
    if (mediaType.contains(u"jp2"))
        return false;
    const QString path = href.path();
    return path.endsWith(u".tif", Qt::CaseInsensitive) || path.endsWith(u".tiff", Qt::CaseInsensitive);
}

const Asset *Scene::asset(const QString &key) const
{
    const auto found = std::find_if(assets.begin(), assets.end(), [&](const Asset &a) { return a.key == key; });
    return found == assets.end() ? nullptr : &*found;
}

std::optional<BandRef> findBand(const Scene &scene, const QString &name)
{
    if (name.isEmpty())
        return std::nullopt;
    if (auto found = exactBand(scene, name))
        return found;
    std::optional<BandRef> found;
    if (name.compare(u"nir", Qt::CaseInsensitive) == 0)
        found = exactBand(scene, QStringLiteral("nir08"));
    else if (name.compare(u"nir08", Qt::CaseInsensitive) == 0)
        found = exactBand(scene, QStringLiteral("nir"));
    return found ? found : byKey(scene, name);
}

QStringList bandNames(const Scene &scene)
{
    QStringList names;
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            const QString &name = band.commonName.isEmpty() ? band.name : band.commonName;
            if (!name.isEmpty() && !names.contains(name) && findBand(scene, name))
                names.append(name);
        }
    }
    return names;
}

QString Acquisition::key() const { return best().acquisition.isEmpty() ? best().qualifiedId() : best().acquisition; }

Access pixelAccess(const Scene &scene)
{
    if (scene.packed)
        return scene.packed->pixelAccess;
    Access worst = Access::Public;
    bool any = false;
    for (const auto &name : {u"red"_qs, u"green"_qs, u"blue"_qs, u"nir"_qs}) {
        if (const auto band = findBand(scene, name)) {
            worst = std::max(worst, band->asset->access);
            any = true;
        }
    }
    if (!any) {
        for (const auto &asset : scene.assets) {
            if (asset.isRaster())
                worst = std::max(worst, asset.access);
        }
    }
    return worst;
}

bool hasCog(const Scene &scene)
{
    if (scene.packed)
        return scene.packed->hasCog;
    if (const auto red = findBand(scene, u"red"_qs))
        return red->asset->isCog();
    return std::any_of(scene.assets.begin(), scene.assets.end(),
                       [](const Asset &asset) { return asset.isRaster() && asset.isCog(); });
}

void rankCopies(Acquisition &acquisition, const QStringList &providers)
{
    if (acquisition.copies.size() < 2)
        return;
    const auto rankOf = [&](const Scene &scene) {
        const Access access = pixelAccess(scene);
        const auto place = providers.indexOf(scene.provider);
        const qint64 processed = scene.processed.isValid() ? scene.processed.toSecsSinceEpoch()
                                                           : std::numeric_limits<qint64>::min();
        // Greater is better for baseline and processing: the two sides change places there.
        return std::tuple(needsAccount(access), !hasCog(scene), scene.baseline, processed, access,
                          place < 0 ? providers.size() : place);
    };
    using Rank = decltype(rankOf(acquisition.copies.front()));
    std::vector<std::pair<Rank, Scene>> ranked;
    ranked.reserve(acquisition.copies.size());
    for (auto &copy : acquisition.copies)
        ranked.emplace_back(rankOf(copy), std::move(copy));
    std::sort(ranked.begin(), ranked.end(), [](const auto &left, const auto &right) {
        const auto &[loginA, otherA, baselineA, processedA, accessA, placeA] = left.first;
        const auto &[loginB, otherB, baselineB, processedB, accessB, placeB] = right.first;
        const Scene &a = left.second;
        const Scene &b = right.second;
        return std::tie(loginA, otherA, baselineB, processedB, accessA, placeA, a.provider, a.id, a.collection)
            < std::tie(loginB, otherB, baselineA, processedA, accessB, placeB, b.provider, b.id, b.collection);
    });
    for (std::size_t i = 0; i < ranked.size(); ++i)
        acquisition.copies[i] = std::move(ranked[i].second);
}

Json toStacItem(const Scene &scene, const Json &extra)
{
    Json properties = Json::object();
    properties["datetime"] = scene.datetime.isValid() ? Json(toStd(scene.datetime.toUTC().toString(Qt::ISODateWithMs)))
                                                      : Json();
    if (!scene.title.isEmpty())
        properties["title"] = toStd(scene.title);
    if (!scene.platform.isEmpty())
        properties["platform"] = toStd(scene.platform);
    if (scene.cloudCover)
        properties["eo:cloud_cover"] = *scene.cloudCover;
    if (scene.gsd)
        properties["gsd"] = *scene.gsd;
    if (scene.epsg)
        properties["proj:epsg"] = *scene.epsg;
    if (!scene.baseline.isEmpty())
        properties["s2:processing_baseline"] = toStd(scene.baseline);
    if (scene.offsetRemoved)
        properties["earthsearch:boa_offset_applied"] = true;
    if (const QString word = overrideName(scene.offsetOverride); !word.isEmpty())
        properties["astra:offset_override"] = toStd(word);
    if (!scene.license.isEmpty())
        properties["license"] = toStd(scene.license);
    properties["astra:provider"] = toStd(scene.provider);
    properties["astra:collection"] = toStd(scene.collection);
    properties["astra:original_id"] = toStd(scene.id);
    if (!scene.acquisition.isEmpty())
        properties["astra:acquisition"] = toStd(scene.acquisition);
    if (!scene.attribution.isEmpty())
        properties["astra:attribution"] = toStd(scene.attribution);
    if (scene.invented)
        properties["astra:invented"] = true;
    properties.update(extra);

    Json assets = Json::object();
    for (const auto &asset : scene.assets) {
        Json entry {{"href", toStd(asset.href.toString(QUrl::FullyEncoded))}};
        if (!asset.title.isEmpty())
            entry["title"] = toStd(asset.title);
        if (!asset.mediaType.isEmpty())
            entry["type"] = toStd(asset.mediaType);
        for (const auto &role : asset.roles)
            entry["roles"].push_back(toStd(role));
        if (asset.size >= 0)
            entry["file:size"] = asset.size;
        entry["astra:access"] = accessName(asset.access);
        for (const auto &band : asset.bands) {
            Json b {{"name", toStd(band.name)}};
            if (!band.commonName.isEmpty())
                b["common_name"] = toStd(band.commonName);
            entry["eo:bands"].push_back(b);
            if (band.gsd)
                entry["gsd"] = *band.gsd;
        }
        Json raster = Json::object();
        if (asset.stated) {
            raster = {{"scale", asset.stated->scale}, {"offset", asset.stated->offset}};
            if (asset.stated->nodata)
                raster["nodata"] = *asset.stated->nodata;
        }
        if (!asset.unit.isEmpty())
            raster["unit"] = toStd(asset.unit);
        if (!raster.empty())
            entry["raster:bands"] = Json::array({raster});
        assets[toStd(asset.key)] = entry;
    }

    Json item {{"type", "Feature"},
               {"stac_version", "1.0.0"},
               {"stac_extensions",
                {"https://stac-extensions.github.io/eo/v1.1.0/schema.json",
                 "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
                 "https://stac-extensions.github.io/raster/v1.1.0/schema.json"}},
               {"id", toStd(scene.qualifiedId())},
               {"geometry", geometryFromRings(scene.footprint)},
               {"properties", properties},
               {"assets", assets},
               {"links", Json::array()}};
    const auto box = scene.bbox ? scene.bbox : boundsOf(scene.footprint);
    if (box)
        item["bbox"] = box->toJson();
    if (!scene.collection.isEmpty())
        item["collection"] = toStd(scene.collection);
    if (!scene.self.isEmpty())
        item["links"].push_back({{"rel", "via"}, {"href", toStd(scene.self.toString(QUrl::FullyEncoded))}});
    return item;
}

} // namespace astra::data
