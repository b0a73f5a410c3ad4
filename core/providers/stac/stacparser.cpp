// SPDX-License-Identifier: Apache-2.0
#include "core/providers/stac/stacparser.h"

#include "core/data/sensor.h"
#include "core/data/timerange.h"
#include "core/providers/acquisition.h"
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>
#include <QRegularExpression>

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
    QString platform = stringAt(properties, "platform").toLower().replace(u'_', u'-').replace(u' ', u'-');
    static const QRegularExpression exact(QStringLiteral("^(sentinel-\\d[a-d]|landsat-\\d)$"));
    if (exact.match(platform).hasMatch())
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
    static const QRegularExpression form(QStringLiteral(R"(^\d\d\.\d\d$)"));
    for (const auto *key :
         {"s2:processing_baseline", "sentinel2:processing_baseline", "processing:version", "processorVersion"}) {
        QString text = stringAt(properties, key);
        if (const auto number = numberAt(properties, key)) // 5.0 for "05.00" was seen
            text = QString::number(*number, 'f', 2).rightJustified(5, u'0');
        if (form.match(text).hasMatch())
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

std::optional<ParsedPage::Next> nextOf(const Json &links)
{
    if (!links.is_array())
        return std::nullopt;
    for (const auto &link : links) {
        if (stringAt(link, "rel") != u"next")
            continue;
        ParsedPage::Next next;
        next.href = stringAt(link, "href");
        next.method = stringAt(link, "method", QStringLiteral("GET")).toUpper().toLatin1();
        next.body = member(link, "body").is_object() ? member(link, "body") : Json();
        next.merge = asBool(member(link, "merge")).value_or(false);
        if (!next.href.isEmpty() && (next.method == "GET" || next.method == "POST"))
            return next;
    }
    return std::nullopt;
}

std::optional<int> matchedOf(const Json &page)
{
    for (const auto &value :
         {asInteger(member(page, "numberMatched")), asInteger(member(member(page, "context"), "matched"))}) {
        if (value && *value >= 0)
            return static_cast<int>(std::min<qint64>(*value, std::numeric_limits<int>::max()));
    }
    return std::nullopt;
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

Result<data::Scene> parseItem(const Json &item, const ParseContext &context)
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
    scene.product = productOf(scene, names, context);
    if (scene.product.startsWith(u"sentinel-2-"))
        scene.baseline = baselineFrom(properties, names);
    readFootprint(scene, item);
    scene.cloudCover = cloudOf(properties);
    scene.epsg = epsgOf(properties, assets);
    scene.acquisition = acquisitionKey(names, scene.product);
    scene.offsetRemoved = asBool(member(properties, "earthsearch:boa_offset_applied")).value_or(false);
    scene.invented = context.invented;
    scene.attribution = context.attribution;
    scene.license = stringAt(properties, "license", context.license);
    scene.self = selfLink(member(item, "links"), context.base);

    const data::Sensor *sensor = data::sensorFor(scene.product, scene.platform);
    // Relative hrefs start at the Item, not at the answer that carried it.
    ParseContext own = context;
    if (scene.self.isValid() && !scene.self.isEmpty() && !scene.self.isRelative() && !context.base.isLocalFile())
        own.base = scene.self;
    if (assets.is_object()) {
        for (const auto &[key, asset] : assets.items()) {
            if (auto parsed = parseAsset(QString::fromStdString(key), asset, sensor, own))
                scene.assets.push_back(std::move(*parsed));
        }
    }
    scene.gsd = numberAt(properties, "gsd");
    for (const auto &asset : scene.assets) {
        for (const auto &band : asset.bands) {
            if (band.gsd && !numberAt(properties, "gsd") && !band.commonName.isEmpty())
                scene.gsd = scene.gsd ? std::min(*scene.gsd, *band.gsd) : band.gsd;
        }
    }
    return scene;
}

Result<ParsedPage> parsePage(const Json &page, const ParseContext &context)
{
    const Json &features = member(page, "features");
    if (!features.is_array()) {
        const QString said = stringAt(page, "description", stringAt(page, "message", stringAt(page, "detail")));
        return fail(ErrorCode::InvalidInput,
                    said.isEmpty() ? Text::tr("The answer is no list of scenes.")
                                   : Text::tr("The answer is no list of scenes: %1").arg(said.left(300)),
                    context.provider);
    }
    ParsedPage parsed;
    parsed.count = static_cast<int>(features.size());
    parsed.matched = matchedOf(page);
    parsed.next = nextOf(member(page, "links"));
    int unreadable = 0;
    for (const auto &feature : features) {
        auto scene = parseItem(feature, context);
        if (!scene) {
            ++unreadable;
            continue;
        }
        if (scene->footprint.empty()) {
            parsed.notes.append(Text::tr("%1 has no footprint and is left out.").arg(scene->id.left(80)));
            continue;
        }
        if (scene->assets.empty())
            parsed.notes.append(Text::tr("%1 lists no files.").arg(scene->id.left(80)));
        parsed.scenes.push_back(std::move(*scene));
    }
    if (unreadable > 0)
        parsed.notes.append(Text::tr("%n entries could not be read and are left out.", nullptr, unreadable));
    return parsed;
}

} // namespace astra::providers::stac
