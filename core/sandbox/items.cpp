// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/items.h"

#include "core/sandbox/memberitems.h"

#include <cmath>

namespace astra::sandbox {

namespace {
constexpr const char *cogType = "image/tiff; application=geotiff; profile=cloud-optimized";

bool isMask(const SceneFile &file) { return file.band == u"SCL" || file.band == u"QA_PIXEL"; }
std::string text(const QString &value) { return toStd(value); }
std::string time(const QDateTime &value, int milliseconds = 24)
{
    return text(value.addMSecs(milliseconds).toString(Qt::ISODateWithMs));
}
double rounded(double value, double steps) { return std::round(value * steps) / steps; }

double wavelength(const QString &common)
{
    static const std::array<std::pair<const char *, double>, 8> table {{{"blue", 0.490},
                                                                        {"green", 0.560},
                                                                        {"red", 0.665},
                                                                        {"rededge", 0.704},
                                                                        {"nir", 0.842},
                                                                        {"nir08", 0.865},
                                                                        {"swir16", 1.610},
                                                                        {"swir22", 2.190}}};
    for (const auto &[name, micrometres] : table) {
        if (common == QLatin1String(name))
            return micrometres;
    }
    return 0;
}

/// Key of the asset, the path of its file, and what else this catalogue says of it.
QString assetKey(Manner manner, const SceneFile &file, bool ofLandsat)
{
    if (manner == Manner::Coast || ofLandsat) {
        if (manner == Manner::Coast && file.band == u"B05")
            return QStringLiteral("rededge1");
        return file.commonName;
    }
    if (manner == Manner::Archive)
        return QStringLiteral("%1_%2m").arg(file.band).arg(file.metres);
    return file.band;
}

QString hrefOf(Manner manner, const WorldScene &scene, const SceneFile &file, const QString &base)
{
    const QString tail = scene.pass.id() + u'/' + file.band + u".tif";
    switch (manner) {
    case Manner::Coast:
        return base + u"/coast/data/" + tail;
    case Manner::Signed:
        return base + u'/' + containerOf(scene) + u'/' + tail;
    case Manner::Archive:
        return base + (isLandsat(scene) ? u"/archive/members/" : u"/archive/data/") + tail;
    case Manner::Space:
    case Manner::Survey:
        break; // theirs are told in memberitems.cpp
    }
    return {};
}

Json gridOf(const World &world, const SceneFile &file)
{
    const data::Grid grid = world.grid(file.metres);
    return {{"proj:shape", {grid.height, grid.width}},
            {"proj:transform", {file.metres, 0, grid.originX, 0, -file.metres, grid.originY}}};
}

void stateRadiometry(Manner manner, const Listing &listing, const SceneFile &file, Json &asset)
{
    const WorldScene &scene = *listing.scene;
    const bool ofLandsat = isLandsat(scene);
    const double scale = ofLandsat ? 0.0000275 : 0.0001;
    // Made again, it claims what is not so: its files are the old ones, without an offset.
    const double offset = ofLandsat ? -0.2 : listing.edition == Edition::Again ? -0.1 : -scene.pass.offset() / 10000.0;
    const std::string type = file.band == u"SCL" ? "uint8" : "uint16";
    const double nodata = file.band == u"QA_PIXEL" ? 1 : 0;
    if (manner == Manner::Archive) {
        if (ofLandsat)
            return; // says nothing: the product's table must know
        asset["nodata"] = nodata;
        asset["data_type"] = type;
        if (!isMask(file)) {
            asset["raster:scale"] = scale;
            asset["raster:offset"] = offset;
        }
    } else if (manner == Manner::Coast || ofLandsat) {
        Json band {{"nodata", nodata}, {"data_type", type}, {"spatial_resolution", file.metres}};
        if (!isMask(file)) {
            band["scale"] = scale;
            band["offset"] = offset;
        }
        asset["raster:bands"] = Json::array({std::move(band)});
    }
}

Json assetOf(Manner manner, const Listing &listing, const SceneFile &file, const World &world, const QString &base)
{
    const WorldScene &scene = *listing.scene;
    Json asset = gridOf(world, file);
    asset["href"] = text(hrefOf(manner, scene, file, base));
    asset["type"] = manner == Manner::Archive && isLandsat(scene) ? "image/vnd.stac.geotiff; cloud-optimized=true"
                                                                  : cogType;
    asset["title"] = text(QStringLiteral("%1, %2 m (invented)").arg(file.band).arg(file.metres));
    asset["gsd"] = file.metres;
    if (manner == Manner::Archive)
        asset["file:size"] = file.bytes;
    if (isMask(file)) {
        asset["roles"] = isLandsat(scene) ? Json {"cloud", "cloud-shadow", "snow-ice", "water-mask"} : Json {"data"};
    } else {
        asset["roles"] = manner == Manner::Signed && !isLandsat(scene) ? Json {"data"} : Json {"data", "reflectance"};
        const QString native = isLandsat(scene)
            ? QString(file.band).replace(QStringLiteral("SR_"), QStringLiteral("OLI_"))
            : file.band;
        if (manner == Manner::Archive && !isLandsat(scene)) {
            const QString common = file.commonName == u"rededge" ? QStringLiteral("rededge071") : file.commonName;
            asset["bands"] = Json::array({Json {{"name", text(native)},
                                                {"eo:common_name", text(common)},
                                                {"eo:center_wavelength", wavelength(file.commonName)}}});
        } else {
            const QString name = manner == Manner::Coast && !isLandsat(scene) ? assetKey(manner, file, false) : native;
            asset["eo:bands"] = Json::array({Json {{"name", text(name)},
                                                   {"common_name", text(file.commonName)},
                                                   {"center_wavelength", wavelength(file.commonName)}}});
        }
    }
    stateRadiometry(manner, listing, file, asset);
    return asset;
}

void describeSentinel(Manner manner, const Listing &listing, Json &properties)
{
    const WorldScene &scene = *listing.scene;
    const Pass &pass = scene.pass;
    const QString tile = QString::fromLatin1(tileName);
    const QString baseline = listing.baseline();
    const QString datatake = QStringLiteral("G%1_%2_0%3_N%4")
                                 .arg(QLatin1String(pass.mission), QLatin1String(pass.start))
                                 .arg(50000 + pass.time().date().dayOfYear() * 14)
                                 .arg(baseline);
    const bool part = listing.edition == Edition::WestGranule || listing.edition == Edition::EastGranule;
    properties["constellation"] = manner == Manner::Signed ? "Sentinel 2" : "sentinel-2";
    properties["instruments"] = {"msi"};
    if (manner == Manner::Archive) {
        properties["processing:version"] = text(baseline);
        properties["processing:level"] = "L2";
        properties["product:type"] = "S2MSI2A";
        properties["eopf:datatake_id"] = text(datatake);
        properties["sat:relative_orbit"] = pass.orbit;
        properties["eo:snow_cover"] = rounded(scene.snow, 100);
    } else {
        properties["s2:processing_baseline"] = text(baseline);
        properties["s2:product_uri"] = text(listing.product() + u".SAFE");
        properties["s2:datatake_id"] = text(datatake);
        properties["s2:nodata_pixel_percentage"] = rounded(part ? 47 : scene.nodata, 1e6);
        properties["s2:generation_time"] = time(listing.processed(), 0);
        properties["s2:snow_ice_percentage"] = rounded(scene.snow, 1e6);
        properties["s2:water_percentage"] = rounded(scene.water, 1e6);
    }
    if (manner == Manner::Coast) // says so of every item; of the one made again it is wrong
        properties["earthsearch:boa_offset_applied"] = false;
    if (manner == Manner::Signed) {
        properties["s2:mgrs_tile"] = text(tile);
        properties["sat:relative_orbit"] = pass.orbit;
    } else {
        properties["grid:code"] = text(QString(u"MGRS-" + tile));
    }
}

void describeLandsat(Manner manner, const WorldScene &scene, Json &properties)
{
    const QString place = QString::fromLatin1(pathRow);
    properties["instruments"] = manner == Manner::Archive ? Json {"OLI", "TIRS"} : Json {"oli", "tirs"};
    properties["landsat:wrs_type"] = "2";
    properties["landsat:wrs_path"] = text(place.left(3));
    properties["landsat:wrs_row"] = text(place.mid(3));
    properties["landsat:collection_category"] = "T1";
    properties["landsat:collection_number"] = "02";
    properties["landsat:correction"] = "L2SP";
    properties["landsat:cloud_cover_land"] = -1;
    if (manner != Manner::Archive) {
        properties["grid:code"] = text(QString(u"WRS2-" + place));
        properties["gsd"] = 30;
    }
    const QDateTime when = scene.pass.time();
    properties["landsat:scene_id"] = text(QStringLiteral("LC%1%2%3%4LGN00")
                                              .arg(QString::fromLatin1(scene.pass.mission).right(1), place)
                                              .arg(when.date().year())
                                              .arg(when.date().dayOfYear(), 3, 10, QLatin1Char('0')));
}

Json ownProperties(Manner manner, const Listing &listing)
{
    const WorldScene &scene = *listing.scene;
    const Pass &pass = scene.pass;
    QString platform = pass.platform();
    if (isLandsat(scene) && manner == Manner::Archive)
        platform = platform.toUpper().replace(u'-', u'_');
    else if (!isLandsat(scene) && manner == Manner::Signed)
        platform[0] = u'S';
    // One catalogue dates a tile by its own minute, the others by the start of the datatake.
    const int late = manner == Manner::Coast && !isLandsat(scene) ? 12 * 60 * 1000 + 153 : 24;
    Json properties {{"datetime", time(pass.time(), late)},
                     {"created", time(listing.processed(), 0)},
                     {"updated", time(listing.processed(), 0)},
                     {"platform", text(platform)},
                     {"eo:cloud_cover", rounded(scene.cloudCover, manner == Manner::Archive ? 100 : 1e6)},
                     {"title", text(QString(u"Invented scene " + listing.product()))},
                     {"description", "Made up by the Astra sandbox; no satellite took this."},
                     {"astra:invented", true}};
    if (manner == Manner::Archive && !isLandsat(scene))
        properties["proj:code"] = text(QStringLiteral("EPSG:%1").arg(worldEpsg));
    else
        properties["proj:epsg"] = worldEpsg;
    if (isLandsat(scene))
        describeLandsat(manner, scene, properties);
    else
        describeSentinel(manner, listing, properties);
    return properties;
}

} // namespace

QString containerOf(const WorldScene &scene)
{
    return isLandsat(scene) ? QStringLiteral("landsat-c2") : QStringLiteral("sentinel2-l2");
}

Json propertiesOf(Manner manner, const Listing &listing)
{
    return manner == Manner::Space ? spaceProperties(listing)
        : manner == Manner::Survey ? surveyProperties(listing)
                                   : ownProperties(manner, listing);
}

Json stacItem(Manner manner, const Listing &listing, const World &world, const QString &base)
{
    const WorldScene &scene = *listing.scene;
    const QString root = base + u'/' + mannerPath(manner);
    const QString collection = root + u"/collections/" + collectionOf(manner, listing);
    Json assets = Json::object();
    if (manner == Manner::Space) {
        assets = spaceAssets(listing, world, base);
    } else if (manner == Manner::Survey) {
        assets = surveyAssets(listing, base);
    } else {
        for (const SceneFile &file : scene.files)
            assets[text(assetKey(manner, file, isLandsat(scene)))] = assetOf(manner, listing, file, world, base);
    }
    const auto link = [](const char *rel, const QString &href, const char *type) {
        return Json {{"rel", rel}, {"href", text(href)}, {"type", type}};
    };
    const bool newer = manner == Manner::Space || (manner == Manner::Archive && !isLandsat(scene));
    const data::Rings footprint {listing.footprint()};
    return {{"type", "Feature"},
            {"stac_version", newer ? "1.1.0" : "1.0.0"},
            {"id", text(itemId(manner, listing))},
            {"collection", text(collectionOf(manner, listing))},
            {"geometry", data::geometryFromRings(footprint)},
            {"bbox", data::boundsOf(footprint).value_or(world.box()).toJson()},
            {"properties", propertiesOf(manner, listing)},
            {"assets", std::move(assets)},
            {"links",
             {link("self", collection + u"/items/" + itemId(manner, listing), "application/geo+json"),
              link("collection", collection, "application/json"), link("parent", collection, "application/json"),
              link("root", root, "application/json")}},
            {"stac_extensions",
             {newer ? "https://stac-extensions.github.io/eo/v2.0.0/schema.json"
                    : "https://stac-extensions.github.io/eo/v1.1.0/schema.json",
              newer ? "https://stac-extensions.github.io/projection/v2.0.0/schema.json"
                    : "https://stac-extensions.github.io/projection/v1.1.0/schema.json",
              newer ? "https://stac-extensions.github.io/raster/v2.0.0/schema.json"
                    : "https://stac-extensions.github.io/raster/v1.1.0/schema.json"}}};
}

Json astraAssets(const WorldScene &scene, const World &world, const QString &base)
{
    Json assets = Json::object();
    for (const SceneFile &file : scene.files) {
        Json asset = assetOf(Manner::Coast, {&scene}, file, world, base);
        const std::string href = text(base + u"/cdn/" + scene.pass.id() + u'/' + file.band + u".tif");
        asset["href"] = href;
        asset["url"] = href;
        asset["band"] = text(file.band);
        asset["status"] = "ready";
        asset["file:size"] = file.bytes;
        asset["astra:band_name"] = text(file.commonName);
        asset["astra:is_cog"] = true;
        asset["astra:requires_auth"] = false;
        assets[text(file.band)] = std::move(asset);
    }
    return assets;
}

Json astraItem(const WorldScene &scene, const World &world, const QString &base)
{
    Json item = stacItem(Manner::Coast, {&scene}, world, base);
    const QString id = scene.pass.id();
    item["id"] = text(familyOf(scene) + u':' + id);
    item["collection"] = text(familyOf(scene));
    item["assets"] = astraAssets(scene, world, base);
    item["links"] = Json::array({{{"rel", "self"},
                                  {"href", text(base + u"/api/v1/scenes/" + familyOf(scene) + u"%3A" + id)},
                                  {"type", "application/geo+json"}}});
    Json &properties = item["properties"];
    properties.erase("earthsearch:boa_offset_applied");
    properties["gsd"] = isLandsat(scene) ? 30 : 10;
    properties["astra:provider"] = text(familyOf(scene));
    properties["astra:provider_name"] = "Sandbox (invented data)";
    properties["astra:original_id"] = text(id);
    properties["astra:collection"] = text(familyOf(scene));
    return item;
}

} // namespace astra::sandbox
