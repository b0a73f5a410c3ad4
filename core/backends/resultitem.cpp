// SPDX-License-Identifier: Apache-2.0
#include "core/backends/resultitem.h"

#include "core/data/offsetoverride.h"
#include "core/processing/executor.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>
#include <cmath>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ResultItem)
};

std::string text(const QString &value) { return toStd(value); }

std::string moment(const QDateTime &time) { return text(time.toUTC().toString(Qt::ISODateWithMs)); }

/// "NDVI" for an index, else the operation's name.
QString measureOf(const data::Recipe &recipe) { return stringAt(recipe.parameters, "index", recipe.operation); }

/// Where an input's own Item stands, for others to follow: web addresses only, and nothing after the "?", where
/// signatures would be.
QString publicAddress(const QUrl &self)
{
    if (self.scheme() != u"https" && self.scheme() != u"http")
        return {};
    return self.adjusted(QUrl::RemoveQuery | QUrl::RemoveFragment | QUrl::RemoveUserInfo).toString(QUrl::FullyEncoded);
}

QString joined(const std::vector<data::Acquisition> &inputs, QString data::Scene::*member)
{
    QStringList all;
    for (const auto &input : inputs) {
        const QString &value = input.best().*member;
        if (!value.isEmpty() && !all.contains(value))
            all << value;
    }
    return all.join(QStringLiteral("; "));
}

Json inputsOf(const data::JobRequest &request)
{
    Json inputs = Json::array();
    for (const auto &acquisition : request.inputs) {
        const data::Scene &scene = acquisition.best();
        Json input {{"provider", text(scene.provider)},
                    {"collection", text(scene.collection)},
                    {"original_id", text(scene.id)},
                    {"acquisition", text(acquisition.key())}};
        if (scene.datetime.isValid())
            input["datetime"] = moment(scene.datetime);
        if (!scene.baseline.isEmpty())
            input["baseline"] = text(scene.baseline);
        if (scene.offsetOverride != data::OffsetOverride::None)
            input["offset_override"] = text(data::overrideName(scene.offsetOverride));
        inputs.push_back(input);
    }
    return inputs;
}

/// The rule of each band as the file carries it, with what a person said about the offset; empty where a service
/// computed the file.
Json rulesOf(const data::JobRequest &request, const raster::Info &info)
{
    const auto rules = parseJson(info.metadataValue(QString::fromLatin1(processing::radiometryTag)).toUtf8());
    if (!rules || !rules->is_array())
        return Json::array();
    Json said = *rules;
    const auto decided = request.inputs.front().best().offsetOverride;
    for (auto &rule : said) {
        if (decided != data::OffsetOverride::None && rule.is_object())
            rule["override"] = text(data::overrideName(decided));
    }
    return said;
}

Json propertiesOf(const data::JobRequest &request, const raster::Info &info, const data::Grid &grid,
                  const data::Statistics &statistics, const QStringList &notes, const QString &computedBy)
{
    const Json recipe = request.recipe.toJson();
    const QByteArray hash = QCryptographicHash::hash(toText(recipe), QCryptographicHash::Sha256).toHex();
    const std::string now = moment(QDateTime::currentDateTimeUtc());
    Json software {{"Astra", ASTRA_VERSION}};
    if (request.backend == u"local") {
        software["GDAL"] = ASTRA_GDAL_VERSION;
        software["PROJ"] = ASTRA_PROJ_VERSION;
    }
    QStringList names;
    for (const auto &input : request.inputs)
        names << input.best().qualifiedId();
    Json properties {
        {"created", now},
        {"updated", now},
        {"processing:datetime", now},
        {"processing:facility", text(computedBy)},
        {"processing:software", software},
        {"processing:lineage",
         text(
             QStringLiteral("%1 of %2, computed by %3").arg(measureOf(request.recipe), names.join(u", "), computedBy))},
        {"proj:shape", {grid.height, grid.width}},
        {"proj:transform", {grid.pixelWidth, 0.0, grid.originX, 0.0, -grid.pixelHeight, grid.originY, 0.0, 0.0, 1.0}},
        {"astra:computed_by", text(computedBy)},
        {"astra:backend", text(request.backend)},
        {"astra:recipe", recipe},
        {"astra:recipe_hash", "sha256:" + hash.toStdString()},
        {"astra:inputs", inputsOf(request)},
        {"astra:radiometry", rulesOf(request, info)},
        {"astra:notes", Json::array()},
        {"astra:statistics", statistics.toJson()},
    };
    for (const QString &note : notes)
        properties["astra:notes"].push_back(text(note));
    if (!raster::epsgOf(info.crs)) {
        properties["proj:epsg"] = nullptr;
        properties["proj:wkt2"] = text(info.crs);
    }
    // More than one date: STAC wants the span beside the nominal one.
    std::vector<QDateTime> dates;
    for (const auto &input : request.inputs) {
        if (input.best().datetime.isValid())
            dates.push_back(input.best().datetime);
    }
    if (dates.size() > 1) {
        properties["start_datetime"] = moment(*std::ranges::min_element(dates));
        properties["end_datetime"] = moment(*std::ranges::max_element(dates));
    }
    return properties;
}

/// What the raster extension says of the one band.
Json rasterBand(const raster::Info &info, const data::Statistics &statistics)
{
    Json band {{"data_type", text(info.bands.front().dataType.toLower())}};
    if (const auto nodata = info.bands.front().nodata)
        band["nodata"] = std::isnan(*nodata) ? Json("nan") : Json(*nodata);
    const double total = static_cast<double>(std::max<qint64>(1, statistics.total));
    Json numbers {{"valid_percent", 100.0 * static_cast<double>(statistics.valid) / total}};
    if (statistics.valid > 0) {
        numbers["minimum"] = statistics.minimum;
        numbers["maximum"] = statistics.maximum;
        numbers["mean"] = statistics.mean;
        numbers["stddev"] = statistics.stddev;
    }
    band["statistics"] = numbers;
    return band;
}

data::Scene sceneOf(const data::JobRequest &request, const QFileInfo &tiff, const data::Grid &grid,
                    const data::GeoBox &box)
{
    data::Scene scene;
    scene.provider = QStringLiteral("local");
    scene.id = tiff.completeBaseName();
    scene.title = request.title.isEmpty() ? scene.id : request.title;
    scene.datetime = request.inputs.front().best().datetime;
    scene.platform = joined(request.inputs, &data::Scene::platform);
    scene.attribution = joined(request.inputs, &data::Scene::attribution);
    scene.license = joined(request.inputs, &data::Scene::license);
    scene.invented = std::ranges::any_of(request.inputs, [](const auto &input) { return input.best().invented; });
    scene.bbox = box;
    scene.footprint = box.rings();
    scene.epsg = raster::epsgOf(grid.crs);
    scene.gsd = request.inputs.front().best().gsd;

    const QString measure = measureOf(request.recipe);
    data::Asset asset;
    asset.key = measure.toLower();
    asset.title = measure;
    asset.href = QUrl::fromLocalFile(tiff.absoluteFilePath());
    asset.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
    asset.roles = QStringList {QStringLiteral("data")};
    asset.bands = {{measure, {}, {}}};
    asset.size = tiff.size();
    scene.assets = {asset};
    scene.self = QUrl::fromLocalFile(itemPath(tiff.absoluteFilePath()));
    return scene;
}

Result<void> write(const QString &path, const Json &item)
{
    QSaveFile file(path);
    const QByteArray bytes = toText(item, 2) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
        return fail(
            ErrorCode::Storage,
            Text::tr("The description of the result could not be written to %1: %2").arg(path, file.errorString()),
            path);
    return {};
}

} // namespace

QString itemPath(const QString &tiffPath)
{
    const QFileInfo tiff(tiffPath);
    return QString(tiff.path() + u'/' + tiff.completeBaseName() + QStringLiteral(".json"));
}

Result<data::JobResult> describeResult(const data::JobRequest &request, const QString &tiffPath,
                                       const data::Statistics &statistics, const QStringList &notes,
                                       const QString &computedBy)
{
    if (request.inputs.empty())
        return fail(ErrorCode::Internal, Text::tr("A result without an input cannot be described."));
    auto dataset = raster::Dataset::open({tiffPath, {}, {}, 1});
    if (!dataset)
        return fail(dataset.error());
    const raster::Info &info = dataset->info();
    const auto grid = info.grid();
    if (!grid)
        return fail(grid.error());
    const auto box = raster::boundsInDegrees(*grid);
    if (!box)
        return fail(box.error());

    const data::Scene scene = sceneOf(request, QFileInfo(tiffPath), *grid, *box);
    Json item = data::toStacItem(scene, propertiesOf(request, info, *grid, statistics, notes, computedBy));
    item["stac_extensions"].push_back("https://stac-extensions.github.io/processing/v1.1.0/schema.json");
    item["stac_extensions"].push_back("https://stac-extensions.github.io/file/v2.1.0/schema.json");
    // Relative, so that the pair can be moved.
    const QString name
        = QUrl::fromLocalFile(QFileInfo(tiffPath).fileName()).toString(QUrl::FullyEncoded | QUrl::RemoveScheme);
    Json &asset = item["assets"][text(scene.assets.front().key)];
    asset["href"] = "./" + text(name);
    asset["raster:bands"] = Json::array({rasterBand(info, statistics)});
    item["links"] = Json::array();
    for (const auto &input : request.inputs) {
        if (const QString address = publicAddress(input.best().self); !address.isEmpty())
            item["links"].push_back(
                {{"rel", "derived_from"}, {"href", text(address)}, {"type", "application/geo+json"}});
    }
    const QString path = itemPath(tiffPath);
    if (auto written = write(path, item); !written)
        return fail(written.error());
    return data::JobResult {tiffPath, path, statistics, scene, notes};
}

} // namespace astra::backends
