// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>
#include <QUrlQuery>

#include <algorithm>

namespace astra::providers::stac {

namespace {

constexpr int maxBands = 1000;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// "B04_10m" and "blue-jp2" say more than the band: what is left is its name.
QString bareKey(QString key)
{
    for (const auto *suffix : {"-jp2", "_10m", "_20m", "_60m", ".TIF", ".tif"}) {
        if (key.endsWith(QLatin1String(suffix)))
            key.chop(static_cast<int>(qstrlen(suffix)));
    }
    return key;
}

QString fileNameOf(const QUrl &href) { return href.path().section(u'/', -1); }

/// The asset holds a picture to look at, whatever bands it was made from.
QString pictureRole(const QString &key)
{
    const QString bare = bareKey(key).toLower();
    if (bare == u"visual" || bare == u"tci")
        return QStringLiteral("visual");
    if (bare == u"thumbnail" || bare == u"rendered_preview" || bare == u"quicklook")
        return QStringLiteral("thumbnail");
    return bare == u"preview" || bare == u"overview" ? QStringLiteral("overview") : QString();
}

/// What the item itself says of band `i`: 1.1 has one list, 1.0 two.
struct Stated {
    QString name;
    QString commonName;
    std::optional<double> gsd;
};

std::vector<Stated> statedBands(const Json &asset)
{
    std::vector<Stated> bands;
    const Json &one = member(asset, "bands");
    const Json &eo = member(asset, "eo:bands");
    const Json &list = one.is_array() ? one : eo;
    if (!list.is_array())
        return bands;
    for (const auto &entry : list) {
        if (bands.size() == maxBands)
            break;
        Stated band;
        band.name = stringAt(entry, "name");
        band.commonName = stringAt(entry, "eo:common_name", stringAt(entry, "common_name"));
        band.gsd = numberAt(entry, "gsd");
        bands.push_back(std::move(band));
    }
    return bands;
}

std::vector<data::Band> bandsOf(const data::Asset &asset, const Json &json, const data::Sensor *sensor)
{
    const auto gsd = [&]() -> std::optional<double> {
        if (const auto own = numberAt(json, "gsd"))
            return own;
        const Json &raster = member(json, "raster:bands");
        return raster.is_array() && !raster.empty() ? numberAt(raster.front(), "spatial_resolution") : std::nullopt;
    }();
    const auto stated = statedBands(json);
    const QString bare = bareKey(asset.key);
    std::vector<data::Band> bands;
    if (stated.size() <= 1) {
        // Who knows best what the one band is: the file's name, then the key, then the item's list. Lists name
        // common names as native ones (Earth Search) and tag B8A as red edge (Planetary Computer).
        const Stated said = stated.empty() ? Stated {} : stated.front();
        const data::SensorBand *known = nullptr;
        if (sensor) {
            known = sensor->findInFileName(fileNameOf(asset.href));
            for (const auto &name : {bare, said.name, said.commonName})
                known = known ? known : sensor->find(name);
        }
        data::Band band;
        band.name = known ? known->band.name : said.name.isEmpty() ? bare : said.name;
        band.commonName = known ? known->band.commonName : said.commonName;
        band.gsd = gsd ? gsd : said.gsd ? said.gsd : known ? known->band.gsd : std::nullopt;
        bands.push_back(std::move(band));
        return bands;
    }
    for (const auto &said : stated) {
        const data::SensorBand *known = sensor ? sensor->find(said.name) : nullptr;
        if (sensor && !known)
            known = sensor->find(said.commonName);
        bands.push_back({known ? known->band.name : said.name, known ? known->band.commonName : said.commonName,
                         gsd ? gsd : said.gsd});
    }
    return bands;
}

/// nodata may be a number, or one of three words.
std::optional<double> nodataFrom(const Json &value)
{
    if (const auto text = asString(value)) {
        const QString word = text->toLower();
        if (word == u"nan")
            return std::numeric_limits<double>::quiet_NaN();
        if (word == u"inf")
            return std::numeric_limits<double>::infinity();
        if (word == u"-inf")
            return -std::numeric_limits<double>::infinity();
    }
    return asNumber(value, true);
}

/// Scale, offset and nodata as the item states them: per band (1.0 `raster:bands`, 1.1 `bands`) or for the asset.
std::optional<data::Radiometry> statedRadiometry(const Json &asset)
{
    const auto firstOf = [](const Json &list) -> const Json & {
        static const Json none;
        return list.is_array() && !list.empty() ? list.front() : none;
    };
    const Json &raster = firstOf(member(asset, "raster:bands"));
    const Json &band = firstOf(member(asset, "bands"));
    const auto pick = [&](const char *old, const char *now) -> std::optional<double> {
        if (const auto value = numberAt(raster, old))
            return value;
        const auto value = numberAt(band, now);
        return value ? value : numberAt(asset, now);
    };
    const auto scale = pick("scale", "raster:scale");
    const auto offset = pick("offset", "raster:offset");
    std::optional<double> nodata;
    for (const auto *source : {&raster, &band, &asset})
        nodata = nodata ? nodata : nodataFrom(member(*source, "nodata"));
    if ((!scale && !offset && !nodata) || (scale && *scale == 0))
        return std::nullopt;
    data::Radiometry radiometry;
    radiometry.scale = scale.value_or(1);
    radiometry.offset = offset.value_or(0);
    radiometry.nodata = nodata;
    radiometry.source = scale || offset ? Text::tr("item metadata") : QString();
    return radiometry;
}

/// An address with a signature in it lasts an hour and is a secret: no value of ours holds one.
bool dropSignature(QUrl &href)
{
    static const QStringList names {QStringLiteral("sig"), QStringLiteral("signature"),
                                    QStringLiteral("x-amz-signature"), QStringLiteral("x-goog-signature")};
    const auto items = QUrlQuery(href).queryItems();
    const bool isSigned = std::any_of(items.begin(), items.end(),
                                      [](const auto &item) { return names.contains(item.first.toLower()); });
    if (isSigned)
        href.setQuery(QString());
    return isSigned;
}

QUrl resolved(const QString &href, const QUrl &base)
{
    const QUrl url(href, QUrl::TolerantMode);
    if (!url.isValid() || href.isEmpty())
        return {};
    return url.isRelative() ? (base.isEmpty() ? QUrl() : base.resolved(url)) : url;
}

} // namespace

void applyRules(data::Asset &asset, const std::vector<AssetRule> &rules)
{
    for (const auto &rule : rules) {
        if (!rule.matches(asset.href))
            continue;
        asset.access = rule.access;
        asset.connection = rule.connection;
        if (!rule.rewrite.isEmpty()) {
            const QString whole = asset.href.toString(QUrl::FullyEncoded);
            asset.href = QUrl(QString(rule.rewrite + whole.mid(rule.match.size())));
        }
        return;
    }
    // A bucket that no rule opens needs an account of its owner's.
    if (asset.href.scheme() == u"s3" || asset.href.scheme() == u"gs")
        asset.access = data::Access::Login;
}

std::optional<data::Asset> parseAsset(const QString &key, const Json &json, const data::Sensor *sensor,
                                      const ParseContext &context)
{
    data::Asset asset;
    asset.key = key;
    asset.href = resolved(stringAt(json, "href"), context.base);
    // A catalogue on the network must not point into this machine's files.
    const bool remote = !context.base.isEmpty() && !context.base.isLocalFile();
    if (asset.href.isEmpty() || (remote && asset.href.isLocalFile()))
        return std::nullopt;
    asset.title = stringAt(json, "title");
    asset.mediaType = stringAt(json, "type");
    asset.roles = asStringList(member(json, "roles"));
    asset.size = asInteger(member(json, "file:size")).value_or(-1);
    const QString picture = pictureRole(key);
    if (!picture.isEmpty() && !asset.roles.contains(picture))
        asset.roles.append(picture);
    if (asset.isRaster()) {
        asset.bands = bandsOf(asset, json, sensor);
        asset.stated = statedRadiometry(json);
    }
    const bool wasSigned = dropSignature(asset.href);
    applyRules(asset, context.assets);
    if (wasSigned && asset.access == data::Access::Public)
        asset.access = data::Access::Login;
    return asset;
}

} // namespace astra::providers::stac
