// SPDX-License-Identifier: Apache-2.0
#include "core/providers/astra/astraparser.h"

#include "core/data/sensor.h"
#include "core/providers/acquisition.h"
#include "core/providers/stac/assetparser.h"

#include <QCoreApplication>

#include <algorithm>

namespace astra::providers::astra_os {

namespace {

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

/// An entry of either form as a STAC asset.
Json asStacAsset(const Json &entry)
{
    Json asset = entry;
    if (!entry.contains("href") && entry.contains("url"))
        asset["href"] = entry["url"];
    return asset;
}

} // namespace

QStringList warningsOf(const Json &answer)
{
    QStringList warnings;
    const Json &list = member(answer, "warnings");
    if (!list.is_array())
        return warnings;
    for (const auto &entry : list) {
        QString text = asString(entry).value_or(stringAt(entry, "message", stringAt(entry, "code")));
        const QString provider = stringAt(entry, "provider");
        if (!provider.isEmpty() && !text.isEmpty())
            text = provider + u": "_qs + text;
        if (!text.isEmpty())
            warnings.append(text.left(300));
    }
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
    }
    auto scene = stac::parseItem(upstream, context);
    if (!scene)
        return scene;
    scene->id = id;
    const Json &assets = member(item, "assets");
    for (auto &asset : scene->assets) {
        const Json &stated = member(assets, asset.key.toUtf8().constData());
        const bool needsLogin = asBool(member(stated, "astra:requires_auth")).value_or(false);
        if (needsLogin && asset.access == data::Access::Public)
            asset.access = data::Access::Login;
    }
    return scene;
}

Result<stac::ParsedPage> parseSearch(const Json &answer, const stac::ParseContext &context)
{
    const Json &features = member(answer, "features");
    if (!features.is_array())
        return stac::parsePage(answer, context); // says what is wrong
    stac::ParsedPage page;
    page.count = static_cast<int>(features.size());
    const auto matched = asInteger(member(member(answer, "context"), "matched"));
    if (matched && *matched >= 0 && *matched <= std::numeric_limits<int>::max())
        page.matched = static_cast<int>(*matched);
    page.notes = warningsOf(answer);
    int unreadable = 0;
    for (const auto &feature : features) {
        auto scene = parseScene(feature, context);
        if (scene && !scene->footprint.empty())
            page.scenes.push_back(std::move(*scene));
        else
            ++unreadable;
    }
    if (unreadable > 0)
        page.notes.append(Text::tr("%n entries could not be read and are left out.", nullptr, unreadable));
    return page;
}

QStringList mergeAssets(data::Scene &scene, const Json &answer, const stac::ParseContext &context)
{
    QStringList problems;
    const data::Sensor *sensor = data::sensorFor(scene.product, scene.platform);
    const auto take = [&](const QString &key, const Json &entry) {
        if (stringAt(entry, "status") == u"error") {
            problems.append(Text::tr("%1: %2").arg(key, stringAt(entry, "error", Text::tr("not available")).left(200)));
            return;
        }
        auto parsed = stac::parseAsset(key, asStacAsset(entry), sensor, context);
        if (!parsed)
            return;
        const auto known = std::find_if(scene.assets.begin(), scene.assets.end(),
                                        [&](const data::Asset &asset) { return asset.key == key; });
        if (known == scene.assets.end()) {
            scene.assets.push_back(std::move(*parsed));
            return;
        }
        if (data::needsAccount(parsed->access) && !data::needsAccount(known->access))
            return; // what the scene says itself is easier to open
        known->href = parsed->href;
        known->access = parsed->access;
        known->connection = parsed->connection;
        if (!parsed->mediaType.isEmpty())
            known->mediaType = parsed->mediaType;
    };
    const Json &assets = member(answer, "assets");
    if (assets.is_object()) {
        for (const auto &[key, entry] : assets.items())
            take(QString::fromStdString(key), entry);
    } else if (assets.is_array()) {
        for (const auto &entry : assets) {
            const QString key = stringAt(entry, "band", stringAt(entry, "key"));
            if (!key.isEmpty())
                take(key, entry);
        }
    }
    return problems;
}

} // namespace astra::providers::astra_os
