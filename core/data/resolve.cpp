// SPDX-License-Identifier: Apache-2.0
#include "core/data/resolve.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::data {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::data)
};

/// What a file is, as far as its media type, else its name, tells.
QString formatOf(const Asset &asset)
{
    const QString type = asset.mediaType.toLower();
    const QString path = asset.href.path().toLower();
    const auto is = [&](std::initializer_list<const char *> types, std::initializer_list<const char *> endings) {
        if (std::ranges::any_of(types, [&](const char *name) { return type.startsWith(QLatin1String(name)); }))
            return true;
        return type.isEmpty()
            && std::ranges::any_of(endings, [&](const char *ending) { return path.endsWith(QLatin1String(ending)); });
    };
    if (is({"image/jp2", "image/jpx", "image/jpeg2000"}, {".jp2"}))
        return QStringLiteral("jp2");
    if (is({"image/jpeg", "image/jpg"}, {".jpg", ".jpeg"}))
        return QStringLiteral("jpeg");
    if (is({"image/png"}, {".png"}))
        return QStringLiteral("png");
    if (!asset.isRaster())
        return {};
    return asset.isCog() ? QStringLiteral("cog") : QStringLiteral("geotiff");
}

bool satisfies(const QString &format, std::optional<FileFormat> wanted)
{
    if (!wanted)
        return format == u"cog" || format == u"png" || format == u"jpeg";
    switch (*wanted) {
    case FileFormat::Cog:
        return format == u"cog";
    case FileFormat::GeoTiff: // every COG is one
        return format == u"cog" || format == u"geotiff";
    case FileFormat::Png:
        return format == u"png";
    case FileFormat::Jpeg:
        break;
    }
    return format == u"jpeg";
}

ResolvedAsset resolved(const QString &asked, const Asset &asset, int index, std::optional<FileFormat> format)
{
    ResolvedAsset one;
    one.asked = asked;
    one.key = asset.key;
    one.index = index;
    one.bands = index > 0 ? std::vector {asset.bands[static_cast<std::size_t>(index) - 1]} : asset.bands;
    one.href = asset.href;
    one.mediaType = asset.mediaType;
    one.format = formatOf(asset);
    // A text or an archive is what it is: nobody wants it as a picture.
    one.direct = one.format.isEmpty() || satisfies(one.format, format);
    one.access = asset.access;
    one.connection = asset.connection;
    one.note = accessNote(asset.href, asset.access, asset.connection);
    one.size = asset.size;
    one.alternates = asset.alternates;
    return one;
}

const Asset *assetByKey(const Scene &scene, const QString &key)
{
    if (const Asset *exact = scene.asset(key))
        return exact;
    const auto found = std::ranges::find_if(
        scene.assets, [&](const Asset &asset) { return asset.key.compare(key, Qt::CaseInsensitive) == 0; });
    return found == scene.assets.end() ? nullptr : &*found;
}

/// Known services, by where their files lie.
QString serviceAt(const QUrl &href)
{
    const QString host = href.host().toLower();
    if (host.endsWith(u".dataspace.copernicus.eu") || (href.scheme() == u"s3" && host == u"eodata"))
        return QStringLiteral("Copernicus Data Space");
    if (host == u"landsatlook.usgs.gov" || host.endsWith(u".usgs.gov"))
        return QStringLiteral("USGS (EROS)");
    if (host.endsWith(u".earthdata.nasa.gov") || host.endsWith(u".earthdatacloud.nasa.gov"))
        return QStringLiteral("NASA Earthdata");
    return {};
}

} // namespace

std::optional<FileFormat> fileFormatFrom(const QString &name)
{
    const QString word = name.toLower();
    if (word == u"cog")
        return FileFormat::Cog;
    if (word == u"geotiff" || word == u"tiff")
        return FileFormat::GeoTiff;
    if (word == u"png")
        return FileFormat::Png;
    if (word == u"jpeg" || word == u"jpg")
        return FileFormat::Jpeg;
    return std::nullopt;
}

QString accessNote(const QUrl &href, Access access, const QString &connection)
{
    const bool bucket = href.scheme() == u"s3" || href.scheme() == u"gs";
    switch (access) {
    case Access::Public:
        return {};
    case Access::Signed:
        return Text::tr("a free signature is fetched");
    case Access::Paid:
        if (!connection.isEmpty())
            return Text::tr("the reader pays, with an account at “%1”").arg(connection);
        return bucket ? Text::tr("the reader pays for this bucket (requester pays)")
                      : Text::tr("has to be paid for at %1").arg(href.host());
    case Access::Login:
        break;
    }
    if (!connection.isEmpty())
        return Text::tr("needs your key for “%1”").arg(connection);
    if (const QString service = serviceAt(href); !service.isEmpty())
        return Text::tr("needs a free account at %1").arg(service);
    return bucket ? Text::tr("needs an account with the owner of the bucket “%1”").arg(href.host())
                  : Text::tr("needs a login at %1").arg(href.host());
}

std::vector<ResolvedAsset> resolve(const Scene &scene, const QStringList &names, std::optional<FileFormat> format)
{
    std::vector<ResolvedAsset> all;
    if (names.isEmpty()) {
        for (const auto &asset : scene.assets)
            all.push_back(resolved(asset.key, asset, 0, format));
        return all;
    }
    for (const auto &name : names) {
        // A key that is a band's name, too, means the band: it may have an easier file.
        if (const auto band = findBand(scene, name)) {
            all.push_back(resolved(name, *band->asset, band->index, format));
        } else if (const Asset *asset = assetByKey(scene, name)) {
            all.push_back(resolved(name, *asset, asset->bands.size() == 1 ? 1 : 0, format));
        } else {
            ResolvedAsset missing;
            missing.asked = name;
            missing.error = Text::tr("%1 has no band or file “%2”; its bands: %3")
                                .arg(scene.id, name, bandNames(scene).join(QStringLiteral(", ")));
            all.push_back(std::move(missing));
        }
    }
    return all;
}

} // namespace astra::data
