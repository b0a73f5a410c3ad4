// SPDX-License-Identifier: Apache-2.0
#include "core/backends/inputrecord.h"

#include "core/data/offsetoverride.h"
#include "core/data/scenejson.h"
#include "core/processing/indexcatalogue.h"
#include "core/processing/operation.h"
#include "core/raster/pixelevidence.h"
#include "core/raster/radiometry.h"

#include <QCryptographicHash>
#include <QDateTime>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSet>

#include <algorithm>

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
        asset.connection.clear();
    }
    scene.footprint.clear();
    return scene;
}

/// Each file that is read and lies here.
Json filesOf(const data::Scene &scene, const QSet<QString> &read)
{
    Json files = Json::array();
    for (const auto &asset : scene.assets) {
        if (!asset.href.isLocalFile() || !read.contains(asset.key))
            continue;
        const QFileInfo file(asset.href.toLocalFile());
        files.push_back({{"key", toStd(asset.key)},
                         {"name", toStd(file.fileName())},
                         {"bytes", file.size()},
                         {"modified", file.lastModified().toMSecsSinceEpoch()},
                         {"sample", toStd(sampleOf(file.filePath()))}});
    }
    return files;
}

/// "file:///data/b.tif" of a result in /data/out → "../b.tif". What shares no more than the root stays as it is: its
/// way up would tell as much, and mean another file on the next computer.
QString wayTo(const QUrl &file, const QString &folder)
{
    const QString path = QDir::cleanPath(file.toLocalFile());
    if (path.section(u'/', 1, 1) != folder.section(u'/', 1, 1))
        return QString::fromLatin1(file.toEncoded());
    const QString way = QDir(folder).relativeFilePath(path);
    QUrl relative;
    relative.setPath(way.startsWith(u"../") ? way : QString(u"./" + way), QUrl::DecodedMode);
    return QString::fromLatin1(relative.toEncoded());
}

/// Calls `change(QUrl) → QString` for the address of the Item and of each asset of a record's scene.
template<typename F> void changeAddresses(Json &scene, F change)
{
    const auto at = [&](Json &holder, const char *key) {
        if (const QString address = stringAt(holder, key); !address.isEmpty())
            holder[key] = toStd(change(QUrl::fromEncoded(address.toLatin1())));
    };
    at(scene, "self");
    if (!listAt(scene, "assets").empty()) {
        for (auto &asset : scene["assets"])
            at(asset, "href");
    }
}

} // namespace

QString sampleOf(const QString &path)
{
    constexpr qint64 part = 65536;
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        return {};
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(QByteArray::number(file.size()));
    for (const qint64 at : {qint64(0), file.size() / 2, file.size() - part}) {
        file.seek(std::max<qint64>(0, at));
        hash.addData(file.read(part));
    }
    return QString::fromLatin1(hash.result().toHex());
}

Json formulasOf(const data::Recipe &recipe)
{
    Json formulas = Json::object();
    const auto catalogue = processing::indexCatalogue();
    for (const auto &operation : processing::operations()) {
        if (operation.name != recipe.operation)
            continue;
        for (const auto &parameter : operation.parameters) {
            using Kind = processing::ParameterKind;
            if (parameter.kind != Kind::Index && parameter.kind != Kind::Expression)
                continue;
            const QString name = stringAt(recipe.parameters, parameter.name.toUtf8().constData(),
                                          asString(parameter.fallback).value_or(QString()))
                                     .trimmed();
            const auto *index = name.isEmpty() ? nullptr : catalogue->find(name);
            if (!index)
                continue;
            Json constants = Json::object();
            for (const auto &[constant, value] : index->constants)
                constants[toStd(constant)] = value;
            formulas[toStd(name)] = {{"formula", toStd(index->formula)}, {"constants", std::move(constants)}};
        }
    }
    return formulas;
}

Recording recordingOf(const data::JobRequest &request)
{
    return {QDir::cleanPath(QFileInfo(request.output).absolutePath()), formulasOf(request.recipe)};
}

Json placed(Json record, const QString &folder)
{
    if (!member(record, "scene").is_object())
        return record;
    const QUrl base = QUrl::fromLocalFile(folder + u'/');
    changeAddresses(record["scene"], [&](const QUrl &address) {
        return QString::fromLatin1((address.isRelative() ? base.resolved(address) : address).toEncoded());
    });
    return record;
}

Json inputRecord(const data::Scene &scene, const std::map<QString, data::Radiometry> &rules, const Recording &recording)
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
    if (!recording.formulas.empty())
        record["formulas"] = recording.formulas;
    if (rules.empty())
        return record;
    for (const auto &[name, rule] : rules) {
        Json band = raster::toJson(rule);
        band["band"] = toStd(name);
        record["bands"].push_back(std::move(band));
    }
    record["scene"] = data::toJson(onlyBands(scene));
    if (!recording.folder.isEmpty()) {
        changeAddresses(record["scene"], [&](const QUrl &address) {
            return address.isLocalFile() ? wayTo(address, recording.folder) : QString::fromLatin1(address.toEncoded());
        });
    }
    if (Json files = filesOf(scene, keysRead(scene, rules)); !files.empty())
        record["files"] = std::move(files);
    return record;
}

} // namespace astra::backends
