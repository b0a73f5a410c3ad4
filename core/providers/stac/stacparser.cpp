// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacparser.h"

#include "core/data/sensor.h"
#include "core/data/timerange.h"
#include "core/providers/acquisition.h"
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>

namespace astra::providers::stac {

namespace {

constexpr int maxIdLength = 512;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// The first of several spellings of a property that is a text.
QString textAt(const Json &properties, std::initializer_list<const char *> keys)
{
    for (const auto *key : keys) {
        QString text = stringAt(properties, key);
        if (!text.isEmpty())
            return text;
    }
    return {};
}

QDateTime timeOf(const Json &properties)
{
    for (const auto *key : {"datetime", "start_datetime", "end_datetime"}) {
        if (const auto time = data::parseTime(stringAt(properties, key)))
            return *time;
    }
    return {};
}

std::optional<double> cloudOf(const Json &properties)
{
    for (const auto *key : {"eo:cloud_cover", "cloudCover", "cloud_cover"}) {
        const auto value = asNumber(member(properties, key), true);
        if (value && *value >= 0 && *value <= 100) // −1 stands for unknown
            return value;
    }
    return std::nullopt;
}

std::optional<int> epsgOf(const Json &properties, const Json &assets)
{
    const auto fromObject = [](const Json &object) -> std::optional<int> {
        if (const auto code = asInteger(member(object, "proj:epsg")); code && *code > 0 && *code < 1000000)
            return static_cast<int>(*code);
        const QString code = stringAt(object, "proj:code");
        bool ok = false;
        const int number = code.startsWith(u"EPSG:") ? code.mid(5).toInt(&ok) : 0;
        return ok && number > 0 ? std::optional(number) : std::nullopt;
    };
    if (const auto own = fromObject(properties))
        return own;
    if (assets.is_object()) {
        for (const auto &asset : assets) {
            if (const auto code = fromObject(asset))
                return code;
        }
    }
    return std::nullopt;
}

QString platformOf(const Json &properties, const ProductNames &names)
{
    // "eo:platform": static files of before 1.0.
    QString platform = textAt(properties, {"platform", "eo:platform"}).toLower();
    platform.replace(u'_', u'-').replace(u' ', u'-');
    const bool exact = (platform.size() == 11 && platform.startsWith(u"sentinel-") && platform[9].isDigit())
        || (platform.size() == 9 && platform.startsWith(u"landsat-") && platform[8].isDigit());
    if (exact)
        return platform;
    for (const auto &name : {names.productUri, names.id}) {
        QString told = data::platformOfName(name);
        if (!told.isEmpty())
            return told;
    }
    return platform;
}

QString productOf(const data::Scene &scene, const ProductNames &names, const ParseContext &context)
{
    for (const auto &name : {names.productUri, names.id}) {
        QString told = data::productOfName(name);
        if (!told.isEmpty())
            return told;
    }
    QString known = data::productOfCollection(scene.collection);
    if (!known.isEmpty())
        return known;
    for (auto family = context.families.begin(); family != context.families.end(); ++family) {
        if (family->contains(scene.collection) && data::sensorFor(family.key()))
            return family.key();
    }
    return {};
}

QString baselineFrom(const Json &properties, const ProductNames &names)
{
    const auto isBaseline = [](QStringView text) {
        return text.size() == 5 && text[2] == u'.' && text[0].isDigit() && text[1].isDigit() && text[3].isDigit()
            && text[4].isDigit();
    };
    for (const auto *key :
         {"s2:processing_baseline", "sentinel2:processing_baseline", "processing:version", "processorVersion"}) {
        QString text = stringAt(properties, key);
        if (const auto number = numberAt(properties, key)) // 5.0 for "05.00" was seen
            text = QString::number(*number, 'f', 2).rightJustified(5, u'0');
        if (isBaseline(text))
            return text;
    }
    return baselineOf(names);
}

QString tileOf(const Json &properties)
{
    QString tile = textAt(properties, {"s2:mgrs_tile", "grid:code", "tileId"});
    if (!tile.isEmpty())
        return tile;
    const auto zone = asInteger(member(properties, "mgrs:utm_zone"));
    return zone ? QString(QString::number(*zone) + stringAt(properties, "mgrs:latitude_band")
                          + stringAt(properties, "mgrs:grid_square"))
                : QString();
}

ProductNames namesOf(const QString &id, const Json &properties)
{
    ProductNames names;
    names.id = id.endsWith(u".SAFE") ? id.chopped(5) : id;
    names.productUri = textAt(properties, {"s2:product_uri", "sentinel:product_id", "sentinel2:product_id"});
    names.datatake = textAt(properties, {"s2:datatake_id", "eopf:datatake_id", "productGroupId"});
    names.tile = tileOf(properties);
    return names;
}

/// "20200825T083452" or "20200824" at the front of a text.
QDateTime stampFrom(QStringView text)
{
    const auto number = [&](qsizetype from, qsizetype digits) { return text.mid(from, digits).toInt(); };
    const QDate date(number(0, 4), number(4, 2), number(6, 2));
    const QTime time = text.size() >= 15 && text[8] == u'T' ? QTime(number(9, 2), number(11, 2), number(13, 2))
                                                            : QTime(0, 0);
    return date.isValid() && time.isValid() ? QDateTime(date, time, Qt::UTC) : QDateTime();
}

/// When this version of the product was made: stated, or the last stamp of the product's name; else when the catalogue
/// took it in.
QDateTime processedOf(const Json &properties, const ProductNames &names)
{
    for (const auto *key : {"s2:generation_time", "processing:datetime"}) {
        if (const auto time = data::parseTime(stringAt(properties, key)))
            return *time;
    }
    for (const auto &name : {names.productUri, names.id}) {
        const auto parts = QStringView(name).split(u'_');
        const bool sentinel = parts.size() >= 6 && parts[1].startsWith(u"MSIL");
        const bool landsat = parts.size() >= 7 && parts[0].startsWith(u'L') && parts[4].size() == 8;
        QDateTime time = sentinel ? stampFrom(parts.last()) : landsat ? stampFrom(parts[4]) : QDateTime();
        if (time.isValid())
            return time;
    }
    for (const auto *key : {"created", "updated"}) {
        if (const auto time = data::parseTime(stringAt(properties, key)))
            return *time;
    }
    return {};
}

QUrl selfLink(const Json &links, const QUrl &base)
{
    if (links.is_array()) {
        for (const auto &link : links) {
            if (stringAt(link, "rel") == u"self") {
                const QUrl href(stringAt(link, "href"));
                return href.isRelative() && !base.isEmpty() ? base.resolved(href) : href;
            }
        }
    }
    return {};
}

void readFootprint(data::Scene &scene, const Json &item)
{
    scene.footprint = data::ringsFromGeometry(member(item, "geometry"));
    if (!scene.footprint.empty()) {
        // Derived, not believed: boxes across the antimeridian come world-wide.
        scene.bbox = data::boundsOf(scene.footprint);
        return;
    }
    scene.bbox = data::GeoBox::fromJson(member(item, "bbox"));
    if (scene.bbox)
        scene.footprint = scene.bbox->rings();
}

} // namespace

ParseContext ParseContext::of(const Definition &definition, const QUrl &base)
{
    ParseContext context;
    context.provider = definition.id;
    context.base = base;
    context.attribution = definition.attribution;
    context.license = definition.license;
    context.invented = definition.invented;
    context.assets = definition.assets;
    context.families = definition.families;
    return context;
}

Result<data::Scene> parseItem(const Json &item, const ParseContext &context, AddressReader &addresses)
{
    if (!item.is_object())
        return fail(ErrorCode::InvalidInput, Text::tr("An entry is not a STAC Item."), context.provider);
    data::Scene scene;
    scene.provider = context.provider;
    scene.id = stringAt(item, "id");
    if (scene.id.isEmpty() || scene.id.size() > maxIdLength)
        return fail(ErrorCode::InvalidInput, Text::tr("An Item without a usable id cannot be shown."),
                    context.provider);
    const Json &properties = member(item, "properties");
    const Json &assets = member(item, "assets");
    scene.collection = stringAt(item, "collection");
    const auto names = namesOf(scene.id, properties);
    scene.title = stringAt(properties, "title");
    scene.datetime = timeOf(properties);
    scene.platform = platformOf(properties, names);
    scene.instrument = asStringList(member(properties, "instruments")).join(u'+').toLower();
    scene.product = productOf(scene, names, context);
    if (scene.product.startsWith(u"sentinel-2-"))
        scene.baseline = baselineFrom(properties, names);
    readFootprint(scene, item);
    scene.cloudCover = cloudOf(properties);
    scene.epsg = epsgOf(properties, assets);
    scene.acquisition = acquisitionKey(names, scene.product.isEmpty() ? scene.collection : scene.product);
    scene.processed = processedOf(properties, names);
    scene.offsetRemoved = asBool(member(properties, "earthsearch:boa_offset_applied")).value_or(false);
    scene.invented = context.invented;
    scene.attribution = context.attribution;
    scene.license = stringAt(properties, "license", context.license);
    scene.self = selfLink(member(item, "links"), context.base);

    // Relative hrefs start at the Item, not at the answer that carried it.
    const bool elsewhere = scene.self.scheme().startsWith(u"http") && !context.base.isLocalFile();
    addresses.startAt(elsewhere ? scene.self : context.base);
    const auto gsd = numberAt(properties, "gsd");
    scene.gsd = gsd;
    if (assets.is_object()) {
        AssetReader reader(addresses, properties, data::sensorFor(scene.product, scene.platform));
        scene.assets.reserve(assets.size());
        for (const auto &[key, asset] : assets.get_ref<const Json::object_t &>()) {
            auto parsed = reader.read(key, asset);
            if (!parsed)
                continue;
            for (const auto &band : parsed->bands) {
                if (band.gsd && !gsd && !band.commonName.isEmpty())
                    scene.gsd = scene.gsd ? std::min(*scene.gsd, *band.gsd) : band.gsd;
            }
            scene.assets.push_back(std::move(*parsed));
        }
    }
    return scene;
}

Result<data::Scene> parseItem(const Json &item, const ParseContext &context)
{
    AddressReader addresses(context, context.base);
    return parseItem(item, context, addresses);
}

} // namespace astra::providers::stac
