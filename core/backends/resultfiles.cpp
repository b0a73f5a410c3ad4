// SPDX-License-Identifier: Apache-2.0
#include "core/backends/resultfiles.h"

#include "core/backends/outputs.h"
#include "core/processing/executor.h"
#include "core/processing/operation.h"
#include "core/raster/dataset.h"

#include <QFileInfo>

#include <algorithm>
#include <cmath>

namespace astra::backends {

namespace {

/// What the operation declares of a file; null where it cannot be planned here (a service computed it).
const processing::OutputFile *declared(const Result<processing::Plan> &plan, const QString &output, const QString &path)
{
    if (!plan)
        return nullptr;
    const QString name = QFileInfo(path).completeBaseName();
    const auto found = std::ranges::find_if(plan->files, [&](const processing::OutputFile &file) {
        return QFileInfo(output).completeBaseName() + file.suffix == name;
    });
    return found == plan->files.end() ? nullptr : &*found;
}

QString mediaTypeOf(const QString &path, const QString &format)
{
    const QString suffix = QFileInfo(path).suffix().toLower();
    if (suffix == u"csv")
        return QStringLiteral("text/csv");
    if (suffix == u"json" || suffix == u"geojson")
        return QStringLiteral("application/geo+json");
    if (suffix == u"png")
        return QStringLiteral("image/png");
    if (suffix == u"jpg" || suffix == u"jpeg")
        return QStringLiteral("image/jpeg");
    return format == u"geotiff" ? QStringLiteral("image/tiff; application=geotiff")
                                : QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
}

bool isTable(const data::Asset &asset)
{
    return asset.mediaType == u"text/csv" || asset.mediaType == u"application/geo+json";
}

bool isPicture(const data::Asset &asset) { return asset.mediaType == u"image/png" || asset.mediaType == u"image/jpeg"; }

/// The name of a band of an input where that is one of the field's: a stack of bands is a scene again.
QString commonNameOf(const data::JobRequest &request, const QString &name)
{
    for (const auto &input : request.inputs) {
        const auto band = data::findBand(input.best(), name);
        if (band && !band->band.commonName.isEmpty() && (band->band.commonName == name || band->band.name == name))
            return band->band.commonName;
    }
    return {};
}

/// What the file itself says; `known` has the digits of the first band that a file's text would lose.
Json statisticsOf(const raster::BandInfo &band, const std::optional<data::Statistics> &known)
{
    if (known) {
        const double total = static_cast<double>(std::max<qint64>(1, known->total));
        Json numbers {{"valid_percent", 100.0 * static_cast<double>(known->valid) / total}};
        if (known->valid > 0) {
            numbers["minimum"] = known->minimum;
            numbers["maximum"] = known->maximum;
            numbers["mean"] = known->mean;
            numbers["stddev"] = known->stddev;
        }
        return numbers;
    }
    Json numbers = Json::object();
    for (const auto &[key, value] : band.metadata) {
        bool isNumber = false;
        const double number = value.toDouble(&isNumber);
        if (key.startsWith(u"STATISTICS_") && isNumber && std::isfinite(number))
            numbers[toStd(key.mid(11).toLower())] = number;
    }
    return numbers;
}

QString sampleType(const QString &gdalName)
{
    return gdalName == u"Byte" ? QStringLiteral("uint8") : gdalName.toLower();
}

/// What the raster extension says of one band.
Json rasterBand(const raster::BandInfo &info, const processing::OutputBand *band,
                const std::optional<data::Statistics> &known)
{
    Json json {{"data_type", toStd(sampleType(info.dataType))}};
    if (info.nodata)
        json["nodata"] = std::isnan(*info.nodata) ? Json("nan") : Json(*info.nodata);
    if (band && !band->unit.isEmpty())
        json["unit"] = toStd(band->unit);
    if (!info.description.isEmpty())
        json["description"] = toStd(info.description);
    if (Json numbers = statisticsOf(info, known); !numbers.empty())
        json["statistics"] = std::move(numbers);
    return json;
}

Json classesOf(const processing::OutputFile &file)
{
    Json classes = Json::array();
    for (std::size_t i = 0; i < static_cast<std::size_t>(file.classes.size()); ++i) {
        const QString title = file.classes[static_cast<qsizetype>(i)];
        if (title.isEmpty())
            continue;
        QString name = title;
        for (QChar &c : name)
            c = c.unicode() < 128 && c.isLetterOrNumber() ? c.toLower() : QChar(u'_');
        Json entry {{"value", i}, {"name", toStd(name)}, {"description", toStd(title)}};
        if (i < file.colours.size()) {
            const auto &colour = file.colours[i];
            entry["color_hint"] = toStd(
                QStringLiteral("%1").arg((colour[0] << 16U) | (colour[1] << 8U) | colour[2], 6, 16, QLatin1Char('0')));
        }
        classes.push_back(std::move(entry));
    }
    return classes;
}

Json renderOf(const data::Asset &asset, const processing::OutputFile &file)
{
    const auto &band = file.bands.front();
    if (file.bands.size() != 1 || band.low >= band.high)
        return nullptr;
    Json render {{"title", toStd(asset.title)},
                 {"assets", {toStd(asset.key)}},
                 {"rescale", Json::array({Json::array({band.low, band.high})})}};
    if (!band.ramp.isEmpty())
        render["colormap_name"] = toStd(band.ramp);
    return render;
}

/// Its own file goes by what was computed, one beside it by its suffix ("_classes": "classes").
QString titleOf(const data::JobRequest &request, const data::JobResult &done, const QString &path)
{
    if (path == done.output)
        return measureOf(request.recipe);
    QString name = QFileInfo(path).completeBaseName();
    const QString own = QFileInfo(done.output).completeBaseName();
    if (name.startsWith(own + u'_'))
        name = name.mid(own.size() + 1);
    return name;
}

Result<ResultFile> describeFile(const data::JobRequest &request, const data::JobResult &done, const QString &path,
                                const processing::OutputFile *plan)
{
    const QFileInfo info(path);
    ResultFile file;
    data::Asset &asset = file.asset;
    asset.title = titleOf(request, done, path);
    asset.key = asset.title.toLower();
    asset.href = QUrl::fromLocalFile(info.absoluteFilePath());
    asset.mediaType = mediaTypeOf(path, request.recipe.format);
    asset.roles = QStringList {QStringLiteral("data")};
    asset.size = info.size();
    file.json = Json::object();
    if (isTable(asset))
        return file;
    auto dataset = raster::Dataset::open({path, {}, {}, 1});
    if (!dataset)
        return fail(dataset.error());
    const raster::Info &raster = dataset->info();
    if (auto grid = raster.grid())
        file.grid = std::move(*grid);
    file.crs = raster.crs;
    if (auto rules = parseJson(raster.metadataValue(QString::fromLatin1(processing::radiometryTag)).toUtf8());
        rules && rules->is_array())
        file.radiometry = std::move(*rules);
    if (isPicture(asset)) {
        // Colours to look at, not the numbers that they stand for.
        asset.roles = QStringList {QStringLiteral("visual")};
        return file;
    }
    for (std::size_t i = 0; i < raster.bands.size(); ++i) {
        const auto *band = plan && i < plan->bands.size() ? &plan->bands[i] : nullptr;
        const bool first = i == 0 && path == done.output;
        const QString name = band && !band->name.isEmpty() ? band->name
            : raster.bands.size() == 1                     ? asset.title
                                                           : raster.bands[i].description;
        asset.bands.push_back({name, commonNameOf(request, name), {}});
        file.json["raster:bands"].push_back(
            rasterBand(raster.bands[i], band, first ? std::optional(done.statistics) : std::nullopt));
    }
    if (plan && !plan->classes.isEmpty())
        file.json["classification:classes"] = classesOf(*plan);
    else if (plan && !plan->bands.empty())
        file.render = renderOf(asset, *plan);
    return file;
}

} // namespace

QString measureOf(const data::Recipe &recipe) { return stringAt(recipe.parameters, "index", recipe.operation); }

Result<std::vector<ResultFile>> describeFiles(const data::JobRequest &request, const data::JobResult &done)
{
    const auto plan = planOf(request);
    std::vector<ResultFile> files;
    for (const auto &path : QStringList {done.output} + done.files) {
        auto file = describeFile(request, done, path, declared(plan, done.output, path));
        if (!file)
            return fail(file.error());
        files.push_back(std::move(*file));
    }
    return files;
}

} // namespace astra::backends
