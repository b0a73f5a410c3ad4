// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astraparser.h"

#include "core/credentials/serviceerror.h"
#include "core/data/sensor.h"
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>
#include <QRegularExpression>

#include <algorithm>

namespace astra::providers::astra_os {

namespace {

constexpr qint64 usualLinkLife = 3600;
constexpr qint64 longestLinkLife = 7 * 86400;

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

/// What the upstream catalogue calls the scene: "sentinel-2-l2a:S2A_…" without the service's prefix.
QString upstreamId(const Json &item)
{
    const QString stated = stringAt(member(item, "properties"), "astra:original_id");
    const QString id = stringAt(item, "id");
    return stated.isEmpty() ? id.mid(id.indexOf(u':') + 1) : stated;
}

QString collectionOf(const Json &item)
{
    const Json &properties = member(item, "properties");
    for (const auto &name : {stringAt(item, "collection"), stringAt(properties, "astra:collection")}) {
        if (!name.isEmpty())
            return name;
    }
    return {};
}

QString keyOf(const Json &entry) { return stringAt(entry, "band", stringAt(entry, "key")); }

/// A list of entries that name their band or key as a map; anything else as it is.
Json asMap(const Json &assets)
{
    if (!assets.is_array())
        return assets;
    Json map = Json::object();
    for (const auto &entry : assets) {
        if (const QString key = keyOf(entry); !key.isEmpty())
            map[toStd(key)] = entry;
    }
    return map;
}

/// An entry of either form as a STAC asset.
Json asStacAsset(const Json &entry)
{
    Json asset = entry;
    if (!entry.contains("href") && entry.contains("url"))
        asset["href"] = entry["url"];
    return asset;
}

/// The service reports a source that failed in the words of whatever failed.
bool tellsOfFailure(const QString &reason)
{
    static const QRegularExpression words(
        QStringLiteral("abort|time(d)?[ -]?out|\\berror|fail|unavailable|refused|unreachable|reset|not respond|"
                       "no response|\\bfetch\\b|\\bE[A-Z]{4,}\\b|\\b[45]\\d\\d\\b"),
        QRegularExpression::CaseInsensitiveOption);
    return words.match(reason).hasMatch();
}

/// The sources that the service is known to have, by the names under which it reports them.
bool isKnownSource(const QString &name)
{
    static const QStringList known {QStringLiteral("Sentinel-2 L2A (Copernicus)"),
                                    QStringLiteral("Landsat Collection 2 L2 (USGS)"),
                                    QStringLiteral("Microsoft Planetary Computer"),
                                    QStringLiteral("Planet Labs"),
                                    QStringLiteral("UP42"),
                                    QStringLiteral("Airbus OneAtlas")};
    return known.contains(name);
}

struct Warning {
    QString text;
    QString source;
    bool failure = false;
};

Warning warningFrom(const Json &entry)
{
    Warning warning;
    if (const auto words = asString(entry)) {
        warning.text = credentials::faultMessage(entry);
        // "<source>: <reason>"; whatever else has a colon in it is not the name of a source.
        static const QStringList plain {QStringLiteral("warning"), QStringLiteral("note"), QStringLiteral("error"),
                                        QStringLiteral("info")};
        const auto colon = warning.text.indexOf(u": ");
        const QString name = colon > 0 && colon <= 80 ? warning.text.left(colon).trimmed() : QString();
        const bool named = !name.isEmpty() && !plain.contains(name.toLower());
        warning.failure = isKnownSource(name) || tellsOfFailure(named ? warning.text.mid(colon + 2) : warning.text);
        if (named && warning.failure)
            warning.source = name;
        return warning;
    }
    static const QStringList codes {QStringLiteral("PROVIDER_TIMEOUT"), QStringLiteral("PROVIDER_ERROR"),
                                    QStringLiteral("PARTIAL_RESULTS")};
    const QString code = stringAt(entry, "code");
    warning.text = credentials::faultMessage(entry);
    warning.failure = codes.contains(code) || (code.isEmpty() && tellsOfFailure(warning.text));
    const QString provider = stringAt(entry, "provider").simplified().left(80);
    if (warning.failure)
        warning.source = provider;
    if (!provider.isEmpty() && !warning.text.isEmpty())
        warning.text = provider + u": "_qs + warning.text;
    return warning;
}

/// What is known of who may read a source's pixels. The service's own `commercial` flag is wrong for two of its three
/// open sources.
data::Access accessOf(const QString &source, bool saysCommercial)
{
    if (source == u"planetary-computer")
        return data::Access::Signed;
    static const QStringList open {QStringLiteral("sentinel-2-l2a"),
                                   QStringLiteral("sentinel-2"),
                                   QStringLiteral("sentinel"),
                                   QStringLiteral("landsat-c2-l2"),
                                   QStringLiteral("landsat"),
                                   QStringLiteral("copernicus"),
                                   QStringLiteral("usgs")};
    return open.contains(source) || !saysCommercial ? data::Access::Login : data::Access::Paid;
}

/// Of a commercial archive: "planet:psscene", found under "planet:…". Its pixels are ordered, not only logged in for.
bool isCommercial(const Json &item)
{
    static const QStringList archives {QStringLiteral("planet"), QStringLiteral("up42"), QStringLiteral("airbus")};
    return archives.contains(stringAt(item, "id").section(u':', 0, 0)) || collectionOf(item).contains(u':');
}

/// The signature that `asset.href` had to part with.
std::optional<net::SignedLink> linkOf(const data::Asset &asset, const Json &entry, const QDateTime &now)
{
    const QUrl given(stringAt(entry, "href"), QUrl::TolerantMode);
    const bool parted = given.hasQuery() && !asset.href.hasQuery() && given.host() == asset.href.host();
    if (!parted)
        return std::nullopt;
    const auto end = data::parseTime(stringAt(entry, "expires_at"));
    const qint64 life = end ? std::clamp<qint64>(now.secsTo(*end), 0, longestLinkLife) : usualLinkLife;
    return net::SignedLink {asset.href, Secret(given.query(QUrl::FullyEncoded).toLatin1()), std::chrono::seconds(life)};
}

} // namespace

Warnings warningsOf(const Json &answer)
{
    Warnings warnings;
    const Json &list = member(answer, "warnings");
    if (!list.is_array())
        return warnings;
    int failures = 0;
    for (const auto &entry : list) {
        const auto warning = warningFrom(entry);
        if (warning.text.isEmpty())
            continue;
        warnings.texts.append(warning.text);
        failures += warning.failure ? 1 : 0;
        if (!warning.source.isEmpty() && !warnings.silent.contains(warning.source))
            warnings.silent.append(warning.source);
    }
    warnings.onlyFailures = failures > 0 && failures == warnings.texts.size();
    return warnings;
}

Result<data::Scene> parseScene(const Json &item, const stac::ParseContext &context)
{
    // The STAC reader tells product, baseline and acquisition from the upstream id; the id itself is echoed, prefix
    // and all, because the service knows the scene by nothing else.
    Json upstream = item;
    const QString id = stringAt(item, "id");
    if (upstream.is_object() && !id.isEmpty()) {
        upstream["id"] = toStd(upstreamId(item));
        upstream["collection"] = toStd(collectionOf(item));
        upstream["assets"] = asMap(member(item, "assets"));
    }
    auto scene = stac::parseItem(upstream, context);
    if (!scene)
        return scene;
    scene->id = id;
    const Json &assets = member(upstream, "assets");
    const auto closed = isCommercial(item) ? data::Access::Paid : data::Access::Login;
    for (auto &asset : scene->assets) {
        const Json &stated = member(assets, asset.key.toUtf8().constData());
        const bool needsLogin = asBool(member(stated, "astra:requires_auth")).value_or(false);
        if (needsLogin && asset.access == data::Access::Public)
            asset.access = closed;
    }
    return scene;
}

Result<ParsedSearch> parseSearch(const Json &answer, const stac::ParseContext &context)
{
    const Json &features = member(answer, "features");
    if (!features.is_array())
        return fail(ErrorCode::InvalidInput, Text::tr("The answer is no list of scenes."), context.provider);
    const auto small = [&](const char *key) -> std::optional<int> {
        const auto value = asInteger(member(member(answer, "context"), key));
        return value && *value >= 0 && *value <= std::numeric_limits<int>::max()
            ? std::optional(static_cast<int>(*value))
            : std::nullopt;
    };
    ParsedSearch parsed;
    parsed.count = static_cast<int>(features.size());
    parsed.matched = small("matched");
    parsed.limit = small("limit");
    parsed.warnings = warningsOf(answer);
    for (const auto &feature : features) {
        auto scene = parseScene(feature, context);
        if (scene && !scene->footprint.empty())
            parsed.scenes.push_back(std::move(*scene));
        else
            ++parsed.unreadable;
    }
    return parsed;
}

MergedAssets mergeAssets(data::Scene &scene, const Json &answer, const stac::ParseContext &context,
                         const QDateTime &now)
{
    MergedAssets merged;
    const data::Sensor *sensor = data::sensorFor(scene.product, scene.platform);
    const Json assets = asMap(member(answer, "assets"));
    if (!assets.is_object())
        return merged;
    for (const auto &[name, stated] : assets.items()) {
        const QString key = QString::fromStdString(name);
        if (stringAt(stated, "status") == u"error") {
            merged.problems.append(
                Text::tr("%1: %2").arg(key, stringAt(stated, "error", Text::tr("not available")).left(200)));
            continue;
        }
        const Json entry = asStacAsset(stated);
        auto parsed = stac::parseAsset(key, entry, sensor, context);
        if (!parsed)
            continue;
        const auto known = std::find_if(scene.assets.begin(), scene.assets.end(),
                                        [&](const data::Asset &asset) { return asset.key == key; });
        if (auto link = linkOf(*parsed, entry, now))
            merged.links.push_back(std::move(*link));
        if (known == scene.assets.end()) {
            scene.assets.push_back(std::move(*parsed));
            continue;
        }
        if (data::needsAccount(parsed->access) && !data::needsAccount(known->access))
            continue; // what the scene says itself is easier to open
        known->href = parsed->href;
        known->access = parsed->access;
        known->connection = parsed->connection;
        if (!parsed->mediaType.isEmpty())
            known->mediaType = parsed->mediaType;
        if (parsed->size >= 0)
            known->size = parsed->size;
    }
    return merged;
}

void dropSignatures(Json &item, const data::Scene &scene)
{
    const auto assets = item.is_object() ? item.find("assets") : item.end();
    if (assets == item.end() || !assets->is_structured())
        return;
    for (auto entry = assets->begin(); entry != assets->end(); ++entry) {
        const QString key = assets->is_object() ? QString::fromStdString(entry.key()) : keyOf(*entry);
        const data::Asset *asset = scene.asset(key);
        const QUrl given(stringAt(*entry, "href"), QUrl::TolerantMode);
        if (given.hasQuery() && (!asset || !asset->href.hasQuery()))
            (*entry)["href"] = toStd(given.toString(QUrl::FullyEncoded | QUrl::RemoveQuery));
    }
}

std::vector<data::CollectionInfo> parseProviders(const Json &answer, const Definition &definition)
{
    std::vector<data::CollectionInfo> all;
    const Json &list = member(answer, "providers");
    if (!list.is_array())
        return all;
    for (const auto &source : list) {
        const auto access = accessOf(stringAt(source, "id"), asBool(member(source, "commercial")).value_or(false));
        for (const auto &id : asStringList(member(source, "collections"))) {
            const auto known = std::ranges::find(all, id, &data::CollectionInfo::id);
            if (known != all.end()) {
                known->access = std::min(known->access, access); // another source has it, too
                continue;
            }
            data::CollectionInfo collection;
            collection.provider = definition.id;
            collection.id = id.left(200);
            collection.title = stringAt(source, "name", id).left(200);
            collection.family = definition.familyOf(id);
            collection.access = access;
            collection.connection = access == data::Access::Signed ? QStringLiteral("planetary-computer") : QString();
            if (!id.isEmpty() && all.size() < 1000)
                all.push_back(std::move(collection));
        }
    }
    return all;
}

} // namespace astra::providers::astra_os
