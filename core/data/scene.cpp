// SPDX-License-Identifier: Apache-2.0
#include "core/data/scene.h"

#include <algorithm>
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

std::optional<BandRef> bestMatch(const Scene &scene, const auto &matches)
{
    std::optional<BandRef> best;
    for (const auto &asset : scene.assets) {
        if (!asset.isRaster())
            continue;
        for (std::size_t i = 0; i < asset.bands.size(); ++i) {
            const Band &band = asset.bands[i];
            if (!matches(band))
                continue;
            // A picture (TCI, thumbnail) holds display values, not measurements.
            if (asset.roles.contains(QStringLiteral("visual")) || asset.roles.contains(QStringLiteral("thumbnail"))
                || asset.roles.contains(QStringLiteral("overview")))
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
    const QString type = mediaType.toLower();
    if (type.startsWith(u"image/tiff") || type.startsWith(u"image/vnd.stac.geotiff") || type.startsWith(u"image/jp2"))
        return true;
    const QString path = href.path().toLower();
    const bool byName = path.endsWith(u".tif") || path.endsWith(u".tiff") || path.endsWith(u".jp2");
    return byName && (type.isEmpty() || type.startsWith(u"image/") || type == u"application/octet-stream");
}

bool Asset::isCog() const
{
    if (mediaType.contains(u"cloud-optimized"))
        return true;
    const QString path = href.path().toLower();
    return (path.endsWith(u".tif") || path.endsWith(u".tiff")) && !mediaType.contains(u"jp2");
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
    if (name.compare(u"nir", Qt::CaseInsensitive) == 0)
        return exactBand(scene, QStringLiteral("nir08"));
    if (name.compare(u"nir08", Qt::CaseInsensitive) == 0)
        return exactBand(scene, QStringLiteral("nir"));
    return std::nullopt;
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
    Access worst = Access::Public;
    bool any = false;
    for (const auto *name : {"red", "green", "blue", "nir"}) {
        if (const auto band = findBand(scene, QString::fromLatin1(name))) {
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

void rankCopies(Acquisition &acquisition, const QStringList &providers)
{
    const auto hasCog = [](const Scene &scene) {
        const auto band = findBand(scene, QStringLiteral("red"));
        return band && band->asset->isCog();
    };
    std::stable_sort(acquisition.copies.begin(), acquisition.copies.end(), [&](const Scene &a, const Scene &b) {
        const bool loginA = needsAccount(pixelAccess(a));
        const bool loginB = needsAccount(pixelAccess(b));
        if (loginA != loginB)
            return loginB;
        if (hasCog(a) != hasCog(b))
            return hasCog(a);
        if (a.baseline != b.baseline)
            return a.baseline > b.baseline;
        if (pixelAccess(a) != pixelAccess(b))
            return pixelAccess(a) < pixelAccess(b);
        const auto place = [&](const Scene &scene) {
            const auto index = providers.indexOf(scene.provider);
            return index < 0 ? providers.size() : index;
        };
        return std::tuple(place(a), a.provider, a.id) < std::tuple(place(b), b.provider, b.id);
    });
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
        if (asset.stated) {
            Json raster {{"scale", asset.stated->scale}, {"offset", asset.stated->offset}};
            if (asset.stated->nodata)
                raster["nodata"] = *asset.stated->nodata;
            entry["raster:bands"] = Json::array({raster});
        }
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
