// SPDX-License-Identifier: Apache-2.0
#include "core/library/bandfiles.h"

#include "core/base/json.h"
#include "core/library/localscene.h"
#include "core/library/productname.h"
#include "core/raster/dataset.h"
#include "core/raster/geodesy.h"

#include <QCoreApplication>
#include <QFileInfo>
#include <QRegularExpression>

#include <cmath>

namespace astra::library {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::library)
};

Result<raster::Info> infoOf(const QString &path)
{
    auto dataset = raster::Dataset::open({path, {}, {}, 1});
    if (!dataset)
        return fail(dataset.error());
    return dataset->info();
}

/// Metres a pixel: as the grid says where that is metres, else measured across the middle.
double groundSize(const data::Grid &grid, const data::GeoBox &box)
{
    const double latitude = box.center().y();
    const double across = raster::distanceMetres({box.west, latitude}, {box.east, latitude}) / grid.width;
    return std::abs(across - grid.pixelWidth) < 0.2 * grid.pixelWidth ? grid.pixelWidth : across;
}

/// The outline of the grid in degrees, with points along its edges: they are curved there.
data::Rings outlineOf(const data::Grid &grid, const data::GeoBox &box)
{
    if (box.crossesAntimeridian())
        return box.rings();
    const auto toDegrees = raster::Transform::create(grid.crs, QStringLiteral("EPSG:4326"));
    if (!toDegrees)
        return box.rings();
    constexpr int steps = 8;
    const double width = grid.width * grid.pixelWidth;
    const double height = grid.height * grid.pixelHeight;
    std::vector<QPointF> ring;
    for (int i = 0; i < 4 * steps; ++i) {
        const double along = static_cast<double>(i % steps) / steps;
        const int side = i / steps;
        const double x = side == 0 ? along : side == 1 ? 1 : side == 2 ? 1 - along : 0;
        const double y = side == 0 ? 0 : side == 1 ? along : side == 2 ? 1 : 1 - along;
        ring.emplace_back(grid.originX + x * width, grid.originY - y * height);
    }
    toDegrees->apply(ring);
    for (const auto &point : ring) {
        if (!std::isfinite(point.x()) || !std::isfinite(point.y()))
            return box.rings();
    }
    ring.push_back(ring.front());
    return {ring};
}

/// The Landsat mission that a file name tells of: "LE70220491999322…", "L7_ETMs", "LC08_…".
int missionOf(const QString &fileName)
{
    static const QRegularExpression pattern(QStringLiteral("^L[COTEM]?0?([4-9])(?=[_\\d])"),
                                            QRegularExpression::CaseInsensitiveOption);
    return pattern.match(fileName).captured(1).toInt();
}

bool isKnownName(const QString &name)
{
    static const QStringList names {
        QStringLiteral("coastal"), QStringLiteral("blue"),     QStringLiteral("green"),    QStringLiteral("red"),
        QStringLiteral("nir"),     QStringLiteral("nir08"),    QStringLiteral("nir09"),    QStringLiteral("swir16"),
        QStringLiteral("swir22"),  QStringLiteral("rededge1"), QStringLiteral("rededge2"), QStringLiteral("rededge3"),
        QStringLiteral("scl"),     QStringLiteral("qa_pixel"), QStringLiteral("lwir11"),   QStringLiteral("lwir")};
    return names.contains(name);
}

/// What a result of ours calls its bands; empty for other files, and where that makes no sense.
QStringList ownNames(const raster::Info &info)
{
    constexpr qsizetype longest = 80;
    const auto ramps = parseJson(info.metadataValue(QStringLiteral("ASTRA_RAMP")).toUtf8());
    QStringList names;
    if (!ramps || !ramps->is_array() || ramps->size() != static_cast<std::size_t>(info.bandCount))
        return names;
    names.reserve(info.bandCount);
    for (const auto &ramp : *ramps) {
        const QString name = stringAt(ramp, "band").trimmed();
        if (name.isEmpty() || name.size() > longest || names.contains(name, Qt::CaseInsensitive))
            return {};
        names << name;
    }
    return names;
}

data::Band bandFrom(const raster::BandInfo &info, int number, int bandCount, const QString &fileName)
{
    static const QRegularExpression numbered(QStringLiteral("^(?:band|b)[ _]?(\\d{1,2})\\b"),
                                             QRegularExpression::CaseInsensitiveOption);
    const int mission = missionOf(fileName);
    const QString description = info.description.trimmed();
    if (const auto match = numbered.match(description); match.hasMatch() && mission > 0) {
        const QString name = u'B' + match.captured(1);
        return {name, landsatCommonName(name, mission), {}};
    }
    if (!description.isEmpty()) {
        const QString lower = description.toLower();
        return {description, isKnownName(lower) ? lower : QString(), {}};
    }
    // Stacks of Landsat 7's six reflective bands leave out the thermal one.
    if (mission == 7 && bandCount == 6) {
        const QString name = u'B' + QString::number(number == 6 ? 7 : number);
        return {name, landsatCommonName(name, mission), {}};
    }
    const QString colour = info.colorInterpretation.toLower();
    if (colour == u"red" || colour == u"green" || colour == u"blue")
        return {QString::number(number), colour, {}};
    return {QString::number(number), {}, {}};
}

Result<void> placed(const raster::Info &info)
{
    if (auto grid = info.grid(); !grid)
        return fail(grid.error());
    return {};
}

} // namespace

data::Asset localAsset(const QString &key, const QString &path)
{
    const QFileInfo info(path);
    const QString suffix = info.suffix().toLower();
    data::Asset asset;
    asset.key = key;
    asset.title = info.fileName();
    asset.href = QUrl::fromLocalFile(info.absoluteFilePath());
    asset.mediaType = suffix == u"jp2" ? QStringLiteral("image/jp2")
        : suffix.startsWith(u"tif")    ? QStringLiteral("image/tiff; application=geotiff")
                                       : QString();
    asset.roles = {QStringLiteral("data")};
    asset.size = info.size();
    return asset;
}

Result<void> fillFromFiles(data::Scene *scene)
{
    std::optional<Error> first;
    double finest = 0;
    for (auto &asset : scene->assets) {
        if (!asset.href.isLocalFile() || !asset.isRaster() || asset.bands.empty())
            continue;
        const auto info = infoOf(asset.href.toLocalFile());
        scene->invented |= info && info->metadataValue(QStringLiteral("ASTRA_INVENTED")) == u"YES";
        const auto grid = info ? info->grid() : Result<data::Grid>(fail(info.error()));
        const auto box = grid ? raster::boundsInDegrees(*grid) : Result<data::GeoBox>(fail(grid.error()));
        if (!box) {
            if (!first)
                first = box.error();
            continue;
        }
        const double gsd = groundSize(*grid, *box);
        for (auto &band : asset.bands)
            band.gsd = gsd;
        if (finest > 0 && gsd >= finest)
            continue;
        finest = gsd;
        scene->gsd = gsd;
        scene->bbox = *box;
        scene->footprint = outlineOf(*grid, *box);
        scene->epsg = raster::epsgOf(grid->crs);
    }
    if (finest > 0)
        return {};
    return fail(first.value_or(
        Error {ErrorCode::NotFound, Text::tr("%1 has no raster on this computer.").arg(scene->id), scene->id, false}));
}

Result<data::Acquisition> openRaster(const QString &path)
{
    const auto info = infoOf(path);
    if (!info)
        return fail(info.error());
    if (auto ok = placed(*info); !ok)
        return fail(ok.error());
    const QFileInfo file(path);
    data::Scene scene;
    scene.provider = QString::fromLatin1(localProvider);
    scene.id = file.completeBaseName();
    scene.title = file.fileName();
    data::Asset asset = localAsset(QStringLiteral("data"), path);
    const auto product = productFile(path);
    if (product) {
        scene.product = product->product;
        scene.collection = product->product;
        scene.platform = product->platform;
        scene.baseline = product->baseline;
        scene.datetime = product->datetime;
    }
    if (product && info->bandCount == 1) {
        asset.bands = {product->band};
    } else {
        const QStringList own = ownNames(*info);
        for (int i = 0; i < info->bandCount; ++i) {
            raster::BandInfo band = info->bands[static_cast<std::size_t>(i)];
            if (!own.isEmpty())
                band.description = own[i];
            asset.bands.push_back(bandFrom(band, i + 1, info->bandCount, file.fileName()));
        }
    }
    scene.assets.push_back(std::move(asset));
    if (auto filled = fillFromFiles(&scene); !filled)
        return fail(filled.error());
    return data::Acquisition {{std::move(scene)}};
}

Result<data::Acquisition> openBandFiles(const std::vector<BandFile> &files,
                                        const std::optional<data::Radiometry> &stated)
{
    data::Scene scene;
    scene.provider = QString::fromLatin1(localProvider);
    QStringList names;
    for (const auto &[name, path] : files) {
        if (!QFileInfo(path).isFile())
            return fail(ErrorCode::NotFound, Text::tr("%1 does not exist.").arg(path));
        if (names.contains(name, Qt::CaseInsensitive))
            return fail(ErrorCode::InvalidInput, Text::tr("The band %1 is given twice.").arg(name));
        const auto info = infoOf(path);
        if (!info)
            return fail(info.error());
        if (auto ok = placed(*info); !ok)
            return fail(ok.error());
        names << name;
        data::Asset asset = localAsset(name, path);
        asset.bands = {data::Band {name, name.toLower(), {}}};
        asset.stated = stated;
        scene.assets.push_back(std::move(asset));
    }
    scene.id = names.join(u'-');
    scene.title = scene.id;
    if (auto filled = fillFromFiles(&scene); !filled)
        return fail(filled.error());
    return data::Acquisition {{std::move(scene)}};
}

} // namespace astra::library
