// SPDX-License-Identifier: Apache-2.0
#include "core/backends/resultitem.h"

#include "core/backends/inputrecord.h"
#include "core/backends/resultfiles.h"
#include "core/data/areajson.h"
#include "core/data/offsetoverride.h"
#include "core/data/partpath.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace astra::backends {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ResultItem)
};

std::string text(const QString &value) { return toStd(value); }

std::string moment(const QDateTime &time) { return text(time.toUTC().toString(Qt::ISODateWithMs)); }

/// Where an input's own Item stands, for others to follow: on the web or in a bucket, and nothing after the "?", where
/// signatures would be.
QString publicAddress(const QUrl &self)
{
    static const QStringList followed {QStringLiteral("https"), QStringLiteral("http"), QStringLiteral("s3"),
                                       QStringLiteral("gs")};
    if (!followed.contains(self.scheme()))
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

/// What was read, where nobody said: by identity.
std::vector<Json> inputsOf(const data::JobRequest &request)
{
    std::vector<Json> inputs;
    inputs.reserve(request.inputs.size());
    for (const auto &acquisition : request.inputs)
        inputs.push_back(inputRecord(acquisition.best(), {}, recordingOf(request)));
    return inputs;
}

/// The rule of each band as the file carries it, with what a person said about the offset; empty where a service
/// computed the file.
Json rulesOf(const data::JobRequest &request, Json rules)
{
    for (auto &rule : rules) {
        if (!rule.is_object())
            continue;
        const QString scene = stringAt(rule, "scene");
        const auto found = std::ranges::find_if(request.inputs,
                                                [&](const auto &input) { return input.best().id == scene; });
        const auto &input = found == request.inputs.end() ? request.inputs.front() : *found;
        const auto decided = input.best().offsetOverride;
        if (decided != data::OffsetOverride::None)
            rule["override"] = text(data::overrideName(decided));
    }
    return rules;
}

/// Where its pixels lie, in the projection extension's words.
void placeOn(Json &properties, const ResultFile &file)
{
    const data::Grid &grid = *file.grid;
    properties["proj:shape"] = {grid.height, grid.width};
    properties["proj:transform"] = {grid.pixelWidth, 0.0, grid.originX, 0.0, -grid.pixelHeight,
                                    grid.originY,    0.0, 0.0,          1.0};
    if (!raster::epsgOf(grid.crs)) {
        properties["proj:epsg"] = nullptr;
        properties["proj:wkt2"] = text(grid.crs);
    }
}

Json propertiesOf(const data::JobRequest &request, const data::JobResult &done, const std::vector<ResultFile> &files,
                  const std::vector<Json> &inputs, const QString &computedBy)
{
    // The corners of large areas stand once: in the file, where it has a place for them.
    const bool inFile = files.front().asset.mediaType.startsWith(u"image/tiff");
    const Json whole = request.recipe.toJson();
    const Json recipe = inFile ? data::withoutCorners(whole) : whole;
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
        {"astra:computed_by", text(computedBy)},
        {"astra:backend", text(request.backend)},
        {"astra:recipe", recipe},
        {"astra:recipe_hash", "sha256:" + hash.toStdString()},
        {"astra:inputs", inputs},
        {"astra:radiometry", rulesOf(request, files.front().radiometry)},
        {"astra:notes", toJson(done.notes)},
        {"astra:statistics", done.statistics.toJson()},
    };
    if (!done.tables.empty())
        properties["astra:tables"] = done.tables;
    if (files.front().grid)
        placeOn(properties, files.front());
    for (const auto &file : files) {
        if (!file.render.is_null())
            properties["renders"][text(file.asset.key)] = file.render;
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

/// The ground it is about: what its pixels cover; of tables and pictures, what was asked for, else what was read.
Result<data::Rings> groundOf(const data::JobRequest &request, const std::vector<ResultFile> &files)
{
    if (const auto &grid = files.front().grid) {
        const auto box = raster::boundsInDegrees(*grid);
        return box ? Result<data::Rings>(box->rings()) : fail(box.error());
    }
    data::Rings rings;
    for (const auto &area : request.recipe.area)
        rings.insert(rings.end(), area.rings.begin(), area.rings.end());
    if (const auto asked = request.recipe.bbox ? request.recipe.bbox : data::boundsOf(rings))
        return asked->rings();
    for (const auto &input : request.inputs) {
        const data::Scene &scene = input.best();
        const data::Rings own = scene.bbox ? scene.bbox->rings() : scene.footprint;
        rings.insert(rings.end(), own.begin(), own.end());
    }
    return rings;
}

data::Scene sceneOf(const data::JobRequest &request, const QFileInfo &output, const std::vector<ResultFile> &files,
                    const data::Rings &ground)
{
    data::Scene scene;
    scene.provider = QStringLiteral("local");
    scene.id = output.completeBaseName();
    scene.title = request.title.isEmpty() ? scene.id : request.title;
    scene.datetime = request.inputs.front().best().datetime;
    scene.platform = joined(request.inputs, &data::Scene::platform);
    scene.attribution = joined(request.inputs, &data::Scene::attribution);
    scene.license = joined(request.inputs, &data::Scene::license);
    scene.invented = std::ranges::any_of(request.inputs, [](const auto &input) { return input.best().invented; });
    scene.bbox = data::boundsOf(ground);
    scene.footprint = ground;
    if (const auto &grid = files.front().grid)
        scene.epsg = raster::epsgOf(grid->crs);
    scene.gsd = request.inputs.front().best().gsd;
    scene.assets.reserve(files.size());
    for (const auto &file : files)
        scene.assets.push_back(file.asset);
    scene.self = QUrl::fromLocalFile(itemPath(output.absoluteFilePath()));
    return scene;
}

/// What the assets say beyond the scene, by relative addresses, so that the files can be moved together.
void completeAssets(Json &item, const std::vector<ResultFile> &files)
{
    for (const auto &file : files) {
        Json &asset = item["assets"][text(file.asset.key)];
        asset.update(file.json);
        const QString name = file.asset.href.fileName(QUrl::FullyDecoded);
        asset["href"] = "./" + text(QUrl::fromLocalFile(name).toString(QUrl::FullyEncoded | QUrl::RemoveScheme));
    }
    QStringList used {QStringLiteral("processing/v1.1.0"), QStringLiteral("file/v2.1.0")};
    const auto any = [&](auto has) { return std::ranges::any_of(files, has); };
    if (any([](const ResultFile &file) { return file.json.contains("classification:classes"); }))
        used << QStringLiteral("classification/v2.0.0");
    if (any([](const ResultFile &file) { return !file.render.is_null(); }))
        used << QStringLiteral("render/v1.0.0");
    for (const auto &extension : used)
        item["stac_extensions"].push_back(
            text(QStringLiteral("https://stac-extensions.github.io/%1/schema.json").arg(extension)));
}

/// @param draft see data::draftPath()
Result<void> write(const QString &path, const QString &draft, const Json &item)
{
    QSaveFile file(draft.isEmpty() ? path : draft);
    const QByteArray bytes = toText(item, 2) + '\n';
    if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !data::commitTo(path, file))
        return fail(
            ErrorCode::Storage,
            Text::tr("The description of the result could not be written to %1: %2").arg(path, file.errorString()),
            path);
    return {};
}

} // namespace

QString itemPath(const QString &resultPath)
{
    const QFileInfo result(resultPath);
    const bool isJson = result.suffix().compare(u"json", Qt::CaseInsensitive) == 0;
    return QString(result.path() + u'/' + result.completeBaseName()
                   + (isJson ? QStringLiteral(".item.json") : QStringLiteral(".json")));
}

Result<data::JobResult> describeResult(const data::JobRequest &request, data::JobResult done, const QString &computedBy,
                                       std::vector<Json> inputs)
{
    if (request.inputs.empty())
        return fail(ErrorCode::Internal, Text::tr("A result without an input cannot be described."));
    const auto files = describeFiles(request, done);
    if (!files)
        return fail(files.error());
    const auto ground = groundOf(request, *files);
    if (!ground)
        return fail(ground.error());
    if (inputs.empty())
        inputs = inputsOf(request);

    done.scene = sceneOf(request, QFileInfo(done.output), *files, *ground);
    Json item = data::toStacItem(done.scene, propertiesOf(request, done, *files, inputs, computedBy));
    completeAssets(item, *files);
    item["links"] = Json::array();
    for (const auto &input : request.inputs) {
        if (const QString address = publicAddress(input.best().self); !address.isEmpty())
            item["links"].push_back(
                {{"rel", "derived_from"}, {"href", text(address)}, {"type", "application/geo+json"}});
    }
    done.item = itemPath(done.output);
    if (auto written = write(done.item, data::draftPath(request.output, request.id), item); !written)
        return fail(written.error());
    return done;
}

} // namespace astra::backends
