// SPDX-License-Identifier: Apache-2.0
#include "core/library/localscene.h"

#include "core/data/offsetoverride.h"
#include "core/library/bandfiles.h"
#include "core/library/productname.h"
#include "core/providers/stac/stacparser.h"

#include <QCoreApplication>
#include <QDir>
#include <QDirIterator>
#include <QFileInfo>

#include <map>

namespace astra::library {

namespace {

constexpr int mostFilesLookedAt = 20000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::library)
};

bool isItemDocument(const Json &json)
{
    return stringAt(json, "type") == u"Feature" && member(json, "assets").is_object();
}

/// The relative or file: href if that file exists, else the file of that name beside the Item.
std::optional<QString> fileOf(const QUrl &href, const QDir &beside)
{
    if (href.isLocalFile() && QFileInfo(href.toLocalFile()).isFile())
        return href.toLocalFile();
    const QString name = href.fileName();
    if (!name.isEmpty() && name != u"." && name != u".." && QFileInfo(beside.filePath(name)).isFile())
        return beside.absoluteFilePath(name);
    return std::nullopt;
}

/// Bands that lie on disk are read from there: no remote file may stand in for one, however well it ranks.
void preferLocalBands(data::Scene *scene)
{
    QStringList here;
    for (const auto &asset : scene->assets) {
        if (asset.href.isLocalFile()) {
            for (const auto &band : asset.bands)
                here << band.name.toLower() << band.commonName.toLower();
        }
    }
    here.removeAll(QString());
    for (auto &asset : scene->assets) {
        if (asset.href.isLocalFile())
            continue;
        std::erase_if(asset.bands, [&](const data::Band &band) {
            return here.contains(band.name.toLower()) || here.contains(band.commonName.toLower());
        });
    }
}

Result<data::Acquisition> sceneOfItem(const Json &item, const QString &path)
{
    providers::stac::ParseContext context;
    context.provider = QString::fromLatin1(localProvider);
    context.base = QUrl::fromLocalFile(path);
    auto scene = providers::stac::parseItem(item, context);
    if (!scene)
        return fail(scene.error());
    const QDir beside = QFileInfo(path).absoluteDir();
    for (auto &asset : scene->assets) {
        if (const auto file = fileOf(asset.href, beside)) {
            asset.href = QUrl::fromLocalFile(*file);
            asset.access = data::Access::Public;
            asset.connection.clear();
        }
    }
    preferLocalBands(&*scene);
    scene->self = QUrl::fromLocalFile(path);
    const Json &properties = member(item, "properties");
    scene->invented = scene->invented || asBool(member(properties, "astra:invented")).value_or(false);
    if (scene->attribution.isEmpty())
        scene->attribution = stringAt(properties, "astra:attribution");
    // What a person decided is kept with the Item that was saved of it.
    scene->offsetOverride
        = data::overrideNamed(stringAt(properties, "astra:offset_override")).value_or(data::OffsetOverride::None);
    // The files are believed before what the Item says of their grid; those that cannot be read now will say so
    // when their band is wanted.
    (void)fillFromFiles(&*scene);
    return data::Acquisition {{std::move(*scene)}};
}

Result<data::Acquisition> openItem(const QString &path)
{
    const auto json = readJsonFile(path);
    if (!json)
        return fail(json.error());
    if (!isItemDocument(*json)) {
        return fail(ErrorCode::InvalidInput,
                    Text::tr("%1 is JSON, but not a STAC Item: it needs “type”: “Feature” and “assets”.").arg(path));
    }
    return sceneOfItem(*json, path);
}

/// The Items that lie directly in a folder, by name.
std::vector<std::pair<QString, Json>> itemsIn(const QDir &folder)
{
    std::vector<std::pair<QString, Json>> items;
    for (const auto &entry :
         folder.entryInfoList({QStringLiteral("*.json"), QStringLiteral("*.geojson")}, QDir::Files, QDir::Name)) {
        auto json = readJsonFile(entry.absoluteFilePath(), 16LL << 20);
        if (json && isItemDocument(*json))
            items.emplace_back(entry.absoluteFilePath(), std::move(*json));
    }
    return items;
}

/// The folder's Item; of several, the one with most of its files here.
std::optional<std::pair<QString, Json>> itemOf(const QDir &folder)
{
    std::optional<std::pair<QString, Json>> best;
    std::ptrdiff_t most = -1;
    for (auto &[path, json] : itemsIn(folder)) {
        std::ptrdiff_t here = 0;
        for (const auto &asset : member(json, "assets")) {
            const QUrl href(stringAt(asset, "href"));
            here += fileOf(QUrl::fromLocalFile(path).resolved(href), folder) ? 1 : 0;
        }
        if (here > most) {
            most = here;
            best = {path, std::move(json)};
        }
    }
    return best;
}

struct Found {
    std::map<QString, std::vector<std::pair<QString, ProductFile>>> groups;
    QStringList otherRasters;
};
Found lookThrough(const QString &folder)
{
    Found found;
    QDirIterator files(folder, QDir::Files, QDirIterator::Subdirectories);
    for (int count = 0; files.hasNext() && count < mostFilesLookedAt; ++count) {
        const QString path = files.next();
        if (auto file = productFile(path)) {
            const QString group = file->group.isEmpty() ? QFileInfo(path).absolutePath() : file->group;
            found.groups[group].emplace_back(path, std::move(*file));
        } else if (const QString suffix = QFileInfo(path).suffix().toLower(); suffix == u"tif" || suffix == u"tiff") {
            found.otherRasters << path;
        }
    }
    return found;
}

Result<data::Acquisition> sceneOfGroup(const QString &group, std::vector<std::pair<QString, ProductFile>> files)
{
    std::sort(files.begin(), files.end(), [](const auto &a, const auto &b) { return a.first < b.first; });
    data::Scene scene;
    scene.provider = QString::fromLatin1(localProvider);
    scene.id = QFileInfo(group).fileName();
    for (const auto &[path, file] : files) {
        if (scene.product.isEmpty())
            scene.product = file.product;
        if (scene.platform.isEmpty())
            scene.platform = file.platform;
        if (scene.baseline.isEmpty())
            scene.baseline = file.baseline;
        if (!scene.datetime.isValid())
            scene.datetime = file.datetime;
        // Only level 2A is classified: it tells what files named after their band alone are.
        if (scene.product.isEmpty() && file.band.commonName == u"scl")
            scene.product = QStringLiteral("sentinel-2-l2a");
        data::Asset asset = localAsset(QFileInfo(path).completeBaseName(), path);
        asset.bands = {file.band};
        scene.assets.push_back(std::move(asset));
    }
    scene.collection = scene.product;
    scene.title = scene.id;
    if (auto filled = fillFromFiles(&scene); !filled)
        return fail(filled.error());
    return data::Acquisition {{std::move(scene)}};
}

/// @param prefix only products whose name begins so; empty: any
Result<data::Acquisition> openFolder(const QString &path, const QString &prefix)
{
    if (prefix.isEmpty()) {
        if (const auto item = itemOf(QDir(path)))
            return sceneOfItem(item->second, item->first);
    }
    Found found = lookThrough(path);
    std::erase_if(found.groups, [&](const auto &group) {
        return !QFileInfo(group.first).fileName().startsWith(prefix, Qt::CaseInsensitive);
    });
    if (found.groups.size() == 1)
        return sceneOfGroup(found.groups.begin()->first, found.groups.begin()->second);
    if (found.groups.empty() && prefix.isEmpty() && found.otherRasters.size() == 1)
        return openRaster(found.otherRasters.front());
    if (found.groups.empty()) {
        return fail(ErrorCode::NotFound,
                    Text::tr("%1 holds no scene that can be recognised: neither a STAC Item nor files named like those "
                             "of a Landsat or Sentinel-2 product.")
                        .arg(path));
    }
    QStringList names;
    for (const auto &group : found.groups)
        names << QFileInfo(group.first).fileName();
    return fail(ErrorCode::InvalidInput,
                Text::tr("%1 holds %2 scenes. Name one of them, as in %3; there are: %4")
                    .arg(path)
                    .arg(names.size())
                    .arg(QDir(path).filePath(names.front()), names.mid(0, 6).join(QStringLiteral(", "))));
}

/// A result of ours, or any raster with an Item of its own name that lists it.
std::optional<QString> itemBeside(const QString &raster)
{
    const QFileInfo info(raster);
    const QString path = info.absoluteDir().filePath(info.completeBaseName() + QStringLiteral(".json"));
    const auto json = readJsonFile(path, 16LL << 20);
    if (!json || !isItemDocument(*json))
        return std::nullopt;
    for (const auto &asset : member(*json, "assets")) {
        if (QUrl(stringAt(asset, "href")).fileName() == info.fileName())
            return path;
    }
    return std::nullopt;
}

QString pathOf(const QString &source)
{
    const QUrl url(source);
    return QDir::cleanPath(url.isLocalFile() ? url.toLocalFile() : source);
}

} // namespace

bool isLocal(const QString &source)
{
    if (source.isEmpty())
        return false;
    if (QUrl(source).isLocalFile() || QFileInfo::exists(source))
        return true;
    return source.startsWith(u'/') || source.startsWith(u'.') || source.startsWith(u'~')
        || source.contains(u'/') // a provider's ids hold none
        || !source.contains(u':');
}

Result<data::Acquisition> openLocal(const QString &source)
{
    const QString path = pathOf(source);
    const QFileInfo info(path);
    if (info.isDir())
        return openFolder(info.absoluteFilePath(), {});
    if (!info.exists()) {
        const QFileInfo folder(info.absolutePath());
        if (folder.isDir() && !info.fileName().isEmpty()) {
            if (auto scene = openFolder(folder.absoluteFilePath(), info.fileName());
                scene || scene.error().code != ErrorCode::NotFound)
                return scene;
        }
        return fail(ErrorCode::NotFound, Text::tr("%1 does not exist.").arg(path));
    }
    if (!info.isReadable())
        return fail(ErrorCode::Storage, Text::tr("%1 may not be read.").arg(path));
    const QString suffix = info.suffix().toLower();
    if (suffix == u"json" || suffix == u"geojson")
        return openItem(info.absoluteFilePath());
    if (const auto item = itemBeside(info.absoluteFilePath()))
        return openItem(*item);
    return openRaster(info.absoluteFilePath());
}

Result<Json> localItem(const QString &source)
{
    const QFileInfo info(pathOf(source));
    if (info.isDir()) {
        if (auto item = itemOf(QDir(info.absoluteFilePath())))
            return std::move(item->second);
    }
    const auto scene = openLocal(source);
    if (!scene)
        return fail(scene.error());
    if (scene->best().self.isLocalFile())
        return readJsonFile(scene->best().self.toLocalFile());
    return data::toStacItem(scene->best());
}

} // namespace astra::library
