// SPDX-License-Identifier: Apache-2.0
#include "core/sandbox/memberitems.h"

#include <QCryptographicHash>

#include <array>
#include <cmath>
#include <initializer_list>

namespace astra::sandbox {

namespace {
std::string text(const QString &value) { return toStd(value); }
std::string time(const QDateTime &value) { return text(value.toString(Qt::ISODateWithMs)); }
double percent(double value) { return std::round(value * 100) / 100; }

/// As long as the real ones; of the name, as there is no such file.
std::string checksum(const QString &name, QCryptographicHash::Algorithm algorithm, const char *prefix)
{
    return QByteArray(prefix).append(QCryptographicHash::hash(name.toUtf8(), algorithm).toHex()).toStdString();
}

/// A layer of a Sentinel-2 product, finest first.
struct Layer {
    const char *name;
    const char *common;
    double wavelength;
    const char *title;
    std::array<int, 3> metres;
};
constexpr std::array<Layer, 16> layers {{{"AOT", "", 0, "Aerosol optical thickness (AOT)", {10, 20, 60}},
                                         {"B01", "coastal", 0.443, "Coastal aerosol (band 1)", {20, 60, 0}},
                                         {"B02", "blue", 0.493, "Blue (band 2)", {10, 20, 60}},
                                         {"B03", "green", 0.56, "Green (band 3)", {10, 20, 60}},
                                         {"B04", "red", 0.665, "Red (band 4)", {10, 20, 60}},
                                         {"B05", "rededge071", 0.704, "Red edge 1 (band 5)", {20, 60, 0}},
                                         {"B06", "rededge075", 0.741, "Red edge 2 (band 6)", {20, 60, 0}},
                                         {"B07", "rededge078", 0.783, "Red edge 3 (band 7)", {20, 60, 0}},
                                         {"B08", "nir", 0.833, "NIR 1 (band 8)", {10, 0, 0}},
                                         {"B8A", "nir08", 0.865, "NIR 2 (band 8A)", {20, 60, 0}},
                                         {"B09", "nir09", 0.945, "NIR 3 (band 9)", {60, 0, 0}},
                                         {"B11", "swir16", 1.614, "SWIR 1 (band 11)", {20, 60, 0}},
                                         {"B12", "swir22", 2.202, "SWIR 2 (band 12)", {20, 60, 0}},
                                         {"SCL", "", 0, "Scene classification map (SCL)", {20, 60, 0}},
                                         {"TCI", "", 0, "True colour image", {10, 20, 60}},
                                         {"WVP", "", 0, "Water vapour (WVP)", {10, 20, 60}}}};

/// The two addresses of one file of a product, and what goes with them.
Json addressed(const Listing &listing, const QString &base, const QStringList &path, const char *type)
{
    const Pass &pass = listing.scene->pass;
    const QString safe = listing.product() + u".SAFE";
    const QString local = safe + u'/' + path.join(u'/');
    QString nodes = QStringLiteral("/Nodes(%1)").arg(safe);
    for (const QString &part : path)
        nodes += QStringLiteral("/Nodes(%1)").arg(part);
    const QString uuid = QString::fromLatin1(QCryptographicHash::hash(safe.toUtf8(), QCryptographicHash::Md5).toHex());
    const QString product = QStringLiteral("%1/space/odata/v1/Products(%2-%3-%4-%5-%6)")
                                .arg(base, uuid.left(8), uuid.mid(8, 4), uuid.mid(12, 4), uuid.mid(16, 4),
                                     uuid.mid(20));
    const QString s3 = u"s3://eodata/Sentinel-2/MSI/L2A/" + pass.time().toString(u"yyyy/MM/dd/") + local;
    return {{"href", text(s3)},
            {"type", type},
            {"alternate",
             {{"https",
               {{"href", text(QString(product + nodes + u"/$value"))},
                {"auth:refs", {"oidc"}},
                {"storage:refs", Json::array()},
                {"alternate:name", "HTTPS"}}}}},
            {"file:checksum", checksum(local, QCryptographicHash::Sha3_256, "1620")},
            {"file:local_path", text(local)},
            {"auth:refs", {"s3"}},
            {"storage:refs", {"sandbox-s3"}},
            {"alternate:name", "S3"}};
}

Json bandOf(const Layer &layer)
{
    return {{"name", layer.name},
            {"description", layer.title},
            {"eo:common_name", layer.common},
            {"eo:center_wavelength", layer.wavelength},
            // Too wide by ten, as the real catalogue states it.
            {"eo:full_width_half_max", std::round(layer.wavelength * 514) / 1000}};
}

Json classes(const WorldScene &scene)
{
    const std::array<std::pair<const char *, double>, 12> named {{{"no_data", percent(scene.nodata)},
                                                                  {"saturated_or_defective", 0},
                                                                  {"dark_area_pixels", 0},
                                                                  {"cloud_shadows", 0},
                                                                  {"vegetation", 0},
                                                                  {"not_vegetated", 0},
                                                                  {"water", percent(scene.water)},
                                                                  {"unclassified", 0},
                                                                  {"cloud_medium_probability", 0},
                                                                  {"cloud_high_probability", percent(scene.cloudCover)},
                                                                  {"thin_cirrus", 0},
                                                                  {"snow", percent(scene.snow)}}};
    Json list = Json::array();
    for (const auto &[name, share] : named)
        list.push_back({{"name", name}, {"value", list.size()}, {"percentage", share}});
    return list;
}

Json layerAsset(const Listing &listing, const World &world, const QString &base, const Layer &layer, int metres)
{
    const QString resolution = QStringLiteral("%1m").arg(metres);
    const QString granule
        = QStringLiteral("L2A_T%1_A050000_%2").arg(QLatin1String(tileName), QLatin1String(listing.scene->pass.start));
    const QString file = QStringLiteral("T%1_%2_%3_%4.jp2")
                             .arg(QLatin1String(tileName), QLatin1String(listing.scene->pass.start),
                                  QLatin1String(layer.name), resolution);
    Json asset = addressed(listing, base,
                           {QStringLiteral("GRANULE"), granule, QStringLiteral("IMG_DATA"), u'R' + resolution, file},
                           "image/jp2");
    const data::Grid grid = world.grid(10);
    const QLatin1String name(layer.name);
    const bool band = name.startsWith(u'B');
    const std::string sampling = metres == layer.metres[0] ? "sampling:original" : "sampling:downsampled";
    asset["title"] = text(QStringLiteral("%1 - %2 (invented)").arg(QLatin1String(layer.title), resolution));
    asset["gsd"] = metres;
    asset["nodata"] = 0;
    asset["data_type"] = name == u"SCL" || name == u"TCI" ? "uint8" : "uint16";
    asset["roles"] = {name == u"TCI" ? "visual" : "data", sampling, text(u"gsd:" + resolution)};
    asset["proj:code"] = text(grid.crs);
    asset["proj:shape"] = {grid.height * 10 / metres, grid.width * 10 / metres};
    asset["proj:transform"] = {metres, 0, grid.originX, 0, -metres, grid.originY};
    asset["proj:bbox"] = {grid.originX, grid.originY - grid.height * 10, grid.originX + grid.width * 10, grid.originY};
    asset["file:size"] = 400000 + 90000000 / (metres * metres);
    if (band) {
        asset["roles"].insert(asset["roles"].begin() + 1, "reflectance");
        asset["bands"] = Json::array({bandOf(layer)});
        asset["view:azimuth"] = 293.84;
        asset["view:incidence_angle"] = 8.14;
    }
    if (name == u"TCI")
        asset["bands"] = {bandOf(layers[4]), bandOf(layers[3]), bandOf(layers[2])};
    if (name == u"SCL")
        asset["classification:classes"] = classes(*listing.scene);
    if (band || name == u"AOT" || name == u"WVP") { // nonsense for the last two, and so in the real catalogue
        asset["raster:scale"] = 0.0001;
        asset["raster:offset"] = -0.1;
    }
    return asset;
}

/// Name of an asset, of its file's last part, its title and what it is.
struct Document {
    const char *key;
    const char *file;
    const char *type;
    const char *role;
};
constexpr std::array<Document, 5> documents {{{"safe_manifest", "manifest.safe", "application/xml", "metadata"},
                                              {"granule_metadata", "MTD_TL.xml", "application/xml", "metadata"},
                                              {"inspire_metadata", "INSPIRE.xml", "application/xml", "metadata"},
                                              {"product_metadata", "MTD_MSIL2A.xml", "application/xml", "metadata"},
                                              {"datastrip_metadata", "MTD_DS.xml", "application/xml", "metadata"}}};

/// Of the half: the part of the file's name, the key, the title and the native band, whose common name is the key.
struct SurveyFile {
    const char *suffix;
    const char *key;
    const char *title;
    const char *band = "";
};
constexpr std::array<SurveyFile, 9> reflectanceFiles {
    {{"SR_B1.TIF", "coastal", "Coastal/Aerosol Band (B1)", "B1"},
     {"SR_B2.TIF", "blue", "Blue Band (B2)", "B2"},
     {"SR_B3.TIF", "green", "Green Band (B3)", "B3"},
     {"SR_B4.TIF", "red", "Red Band (B4)", "B4"},
     {"SR_B5.TIF", "nir08", "Near Infrared Band 0.8 (B5)", "B5"},
     {"SR_B6.TIF", "swir16", "Short-wave Infrared Band 1.6 (B6)", "B6"},
     {"SR_B7.TIF", "swir22", "Short-wave Infrared Band 2.2 (B7)", "B7"},
     {"SR_QA_AEROSOL.TIF", "qa_aerosol", "Aerosol Quality Assessment Band"},
     {"thumb_small.jpeg", "thumbnail", "Thumbnail image"}}};
constexpr std::array<SurveyFile, 9> temperatureFiles {
    {{"ST_B10.TIF", "lwir11", "Surface Temperature Band (B10)", "B10"},
     {"ST_ATRAN.TIF", "atran", "Atmospheric Transmittance Band"},
     {"ST_CDIST.TIF", "cdist", "Cloud Distance Band"},
     {"ST_DRAD.TIF", "drad", "Downwelled Radiance Band"},
     {"ST_URAD.TIF", "urad", "Upwelled Radiance Band"},
     {"ST_TRAD.TIF", "trad", "Thermal Radiance Band"},
     {"ST_EMIS.TIF", "emis", "Emissivity Band"},
     {"ST_EMSD.TIF", "emsd", "Emissivity Standard Deviation Band"},
     {"ST_QA.TIF", "qa", "Surface Temperature Quality Assessment Band"}}};
constexpr std::array<SurveyFile, 7> commonFiles {
    {{"QA_PIXEL.TIF", "qa_pixel", "Pixel Quality Assessment Band"},
     {"QA_RADSAT.TIF", "qa_radsat", "Radiometric Saturation Quality Assessment Band"},
     {"ANG.txt", "ANG.txt", "Angle Coefficients File"},
     {"MTL.txt", "MTL.txt", "Product Metadata File"},
     {"MTL.xml", "MTL.xml", "Product Metadata File (xml)"},
     {"MTL.json", "MTL.json", "Product Metadata File (json)"},
     {"thumb_large.jpeg", "reduced_resolution_browse", "Reduced resolution browse image"}}};

Json surveyAsset(const Listing &listing, const QString &base, const SurveyFile &file)
{
    const QString name = QLatin1String(file.suffix);
    const QString id = listing.product();
    const QString tail = QStringLiteral("collection02/level-2/standard/oli-tirs/%1/202/030/%2/%2_%3")
                             .arg(QString::number(listing.scene->pass.time().date().year()), id, name);
    const bool raster = name.endsWith(u".TIF");
    const char *type = raster     ? "image/vnd.stac.geotiff; cloud-optimized=true"
        : name.endsWith(u".jpeg") ? "image/jpeg"
        : name.endsWith(u".json") ? "application/json"
        : name.endsWith(u".xml")  ? "application/xml"
                                  : "text/plain";
    const QString key = QLatin1String(file.key);
    Json asset {{"href", text(QString(base + u"/survey/data/" + tail))},
                {"type", type},
                {"title", text(QString(QLatin1String(file.title) + u" (invented)"))},
                {"description", text(QString(u"Collection 2 Level-2 " + QLatin1String(file.title)))},
                {"alternate",
                 {{"s3",
                   {{"storage:platform", "AWS"},
                    {"storage:requester_pays", true},
                    {"href", text(QString(u"s3://usgs-landsat/" + tail))}}}}},
                {"file:checksum", checksum(tail, QCryptographicHash::Sha512, "1340")}};
    if (*file.band != '\0') {
        Json band {{"name", file.band}, {"common_name", file.key}, {"gsd", 30}};
        asset["eo:bands"] = Json::array({std::move(band)});
    }
    asset["roles"] = key == u"qa_pixel" ? Json {"cloud", "cloud-shadow", "snow-ice", "water-mask"}
        : raster                        ? Json {"data"}
        : key == u"thumbnail"           ? Json {"thumbnail"}
        : name.endsWith(u".jpeg")       ? Json {"overview"}
                                        : Json {"metadata"};
    return asset;
}
} // namespace

Json spaceAssets(const Listing &listing, const World &world, const QString &base)
{
    Json assets = Json::object();
    for (const Layer &layer : layers) {
        for (const int metres : layer.metres) {
            const QString key = QStringLiteral("%1_%2m").arg(QLatin1String(layer.name)).arg(metres);
            if (metres > 0)
                assets[text(key)] = layerAsset(listing, world, base, layer, metres);
        }
    }
    for (const Document &document : documents) {
        Json asset = addressed(listing, base, {QString::fromLatin1(document.file)}, document.type);
        asset["title"] = document.file;
        asset["roles"] = {document.role};
        assets[document.key] = std::move(asset);
    }
    Json product = addressed(listing, base, {}, "application/zip");
    product["href"] = product["alternate"]["https"]["href"];
    product["roles"] = {"data", "metadata", "archive"};
    product["title"] = "Zipped product (invented)";
    product["auth:refs"] = {"oidc"};
    product.erase("alternate");
    assets["Product"] = std::move(product);
    return assets;
}

Json spaceProperties(const Listing &listing)
{
    const WorldScene &scene = *listing.scene;
    const Pass &pass = scene.pass;
    const std::string taken = time(pass.time().addMSecs(24));
    const QString datatake = QStringLiteral("G%1_%2_050000_N%3")
                                 .arg(QLatin1String(pass.mission), QLatin1String(pass.start), listing.baseline());
    return {{"gsd", 10},
            {"title", text(QString(u"Invented scene " + listing.product()))},
            {"description", "Made up by the Astra sandbox; no satellite took this."},
            {"astra:invented", true},
            {"datetime", taken},
            {"start_datetime", taken},
            {"end_datetime", taken},
            {"created", time(listing.processed().addSecs(2400))},
            {"updated", time(listing.processed().addSecs(3000))},
            {"published", time(listing.processed().addSecs(2980))},
            {"platform", text(pass.platform())},
            {"constellation", "sentinel-2"},
            {"instruments", {"msi"}},
            {"grid:code", text(QString(u"MGRS-" + QLatin1String(tileName)))},
            {"eo:cloud_cover", percent(scene.cloudCover)},
            {"eo:snow_cover", percent(scene.snow)},
            {"statistics", {{"water", percent(scene.water)}, {"nodata", percent(scene.nodata)}}},
            {"product:type", "S2MSI2A"},
            {"product:timeliness", "PT24H"},
            {"product:timeliness_category", "NRT"},
            {"processing:level", "L2"},
            {"processing:version", text(listing.baseline())},
            {"processing:datetime", time(listing.processed())},
            {"processing:facility", "Astra sandbox"},
            {"eopf:datatake_id", text(datatake)},
            {"eopf:instrument_mode", "INS-NOBS"},
            {"sat:absolute_orbit", 50000},
            {"sat:relative_orbit", pass.orbit},
            {"sat:orbit_state", "descending"},
            {"view:sun_azimuth", 165.2},
            {"view:sun_elevation", 41.7},
            {"auth:schemes", {{"s3", {{"type", "s3"}}}, {"oidc", {{"type", "openIdConnect"}}}}},
            {"storage:schemes",
             {{"sandbox-s3",
               {{"type", "custom-s3"}, {"title", "Store of the sandbox (invented)"}, {"requester_pays", false}}}}}};
}

Json surveyAssets(const Listing &listing, const QString &base)
{
    const auto &own = listing.edition == Edition::Temperature ? temperatureFiles : reflectanceFiles;
    Json assets = Json::object();
    for (const SurveyFile &file : own)
        assets[file.key] = surveyAsset(listing, base, file);
    for (const SurveyFile &file : commonFiles)
        assets[file.key] = surveyAsset(listing, base, file);
    return assets;
}

Json surveyProperties(const Listing &listing)
{
    const WorldScene &scene = *listing.scene;
    const QString place = QString::fromLatin1(pathRow);
    const QDateTime when = scene.pass.time();
    return {{"title", text(QString(u"Invented scene " + listing.product()))},
            {"description", "Made up by the Astra sandbox; no satellite took this."},
            {"astra:invented", true},
            {"datetime", text(when.toString(u"yyyy-MM-dd'T'HH:mm:ss.732651'Z'"))},
            {"created", time(listing.processed())},
            {"updated", time(listing.processed())},
            {"platform", text(scene.pass.platform().toUpper().replace(u'-', u'_'))},
            {"instruments", {"OLI", "TIRS"}},
            {"eo:cloud_cover", percent(scene.cloudCover)},
            {"landsat:cloud_cover_land", percent(scene.cloudCover)},
            {"landsat:wrs_type", "2"},
            {"landsat:wrs_path", text(place.left(3))},
            {"landsat:wrs_row", text(place.mid(3))},
            {"landsat:collection_category", "T1"},
            {"landsat:collection_number", "02"},
            {"landsat:correction", "L2SP"},
            {"landsat:scene_id",
             text(QStringLiteral("LC%1%2%3%4LGN00")
                      .arg(QString::fromLatin1(scene.pass.mission).right(1), place)
                      .arg(when.date().year())
                      .arg(when.date().dayOfYear(), 3, 10, QLatin1Char('0')))},
            {"proj:epsg", worldEpsg},
            {"view:off_nadir", 0},
            {"view:sun_azimuth", 158.45},
            {"view:sun_elevation", 22.58}};
}

} // namespace astra::sandbox
