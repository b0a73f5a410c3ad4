// SPDX-License-Identifier: Apache-2.0
#include "core/providers/providerregistry.h"

#include "core/net/wire.h"
#include "core/providers/astra/astraprovider.h"
#include "core/providers/pixxel/pixxelprovider.h"
#include "core/providers/stac/stacprovider.h"
#include "core/providers/stac/staticprovider.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>

namespace astra::providers {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::providers)
};

using Make = std::shared_ptr<Provider> (*)(const Definition &, std::shared_ptr<net::HttpClient>, Pools &);
template<typename T>
std::shared_ptr<Provider> makeAs(const Definition &definition, std::shared_ptr<net::HttpClient> http, Pools &pools)
{
    return std::make_shared<T>(definition, std::move(http), pools);
}

// One line a protocol.
const std::vector<std::pair<QString, Make>> &protocols()
{
    static const std::vector<std::pair<QString, Make>> all {
        {QStringLiteral("stac"), makeAs<stac::StacProvider>},
        {QStringLiteral("static"), makeAs<stac::StaticProvider>},
        {QStringLiteral("astra"), makeAs<astra_os::AstraProvider>},
        {QStringLiteral("pixxel"), makeAs<pixxel::PixxelProvider>},
    };
    return all;
}

Make maker(const QString &protocol)
{
    for (const auto &[name, make] : protocols()) {
        if (name == protocol)
            return make;
    }
    return nullptr;
}

World worldFrom(const Json &json)
{
    World world;
    world.title = stringAt(json, "title");
    world.invented = asBool(member(json, "invented")).value_or(false);
    world.bbox = data::GeoBox::fromJson(member(json, "bbox"));
    if (auto range = data::TimeRange::parse(stringAt(json, "datetime")))
        world.datetime = *range;
    return world;
}

} // namespace

ProviderRegistry ProviderRegistry::shipped(const QString &configDir)
{
    ProviderRegistry registry;
    const QDir folder(QStringLiteral(":/astra/providers"));
    Json list = Json::array();
    for (const auto &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
        if (auto json = readJsonFile(folder.filePath(name)))
            list.push_back(std::move(*json));
    }
    registry.lay({{"providers", std::move(list)}}, Text::tr("The program's own catalogues"));

    const QString path = QDir(configDir).filePath(QStringLiteral("providers.json"));
    if (configDir.isEmpty() || !QFileInfo::exists(path))
        return registry;
    if (const auto own = readJsonFile(path, 4LL << 20))
        registry.lay(*own, path);
    else
        registry.m_warnings.append(own.error().message);
    return registry;
}

Result<ProviderRegistry> ProviderRegistry::ofWorld(const Json &document, const QString &origin)
{
    ProviderRegistry registry;
    registry.m_world = worldFrom(member(document, "world"));
    registry.lay(document, origin);
    if (registry.m_definitions.empty())
        return fail(ErrorCode::InvalidInput, Text::tr("%1 names no catalogue.").arg(origin), origin);
    for (auto &definition : registry.m_definitions)
        definition.invented |= registry.m_world.invented;
    return registry;
}

const Definition *ProviderRegistry::find(const QString &id) const
{
    const auto found = std::find_if(m_definitions.begin(), m_definitions.end(),
                                    [&](const Definition &definition) { return definition.id == id; });
    return found == m_definitions.end() ? nullptr : &*found;
}

void ProviderRegistry::lay(const Json &document, const QString &origin)
{
    const Json &entries = member(document, "providers");
    if (!entries.is_array()) {
        m_warnings.append(Text::tr("%1 has no list “providers” and is not used.").arg(origin));
        return;
    }
    for (const auto &entry : entries) {
        const QString id = stringAt(entry, "id");
        const auto known = m_raw.find(id);
        Json whole = known == m_raw.end() ? Json::object() : known->second;
        if (entry.is_object())
            whole.update(entry);
        auto definition = Definition::fromJson(entry.is_object() ? whole : entry, origin);
        if (definition && !maker(definition->protocol))
            definition = fail(ErrorCode::Unsupported,
                              Text::tr("%1: “%2” is left out: its protocol “%3” is not known here.")
                                  .arg(origin, id, definition->protocol));
        if (!definition) {
            m_warnings.append(definition.error().message);
            continue;
        }
        m_raw[id] = std::move(whole);
        const auto place = std::find_if(m_definitions.begin(), m_definitions.end(),
                                        [&](const Definition &other) { return other.id == id; });
        if (place == m_definitions.end())
            m_definitions.push_back(std::move(*definition));
        else
            *place = std::move(*definition);
    }
}

std::shared_ptr<Provider> ProviderRegistry::make(const Definition &definition, std::shared_ptr<net::HttpClient> http,
                                                 Pools &pools)
{
    const Make make = maker(definition.protocol);
    Q_ASSERT(make); // lay() lets nothing else in
    // Catalogues on this machine share one host name, and need no manners.
    if (!definition.url.host().isEmpty() && !net::isLoopback(definition.url))
        http->setHostLimit(definition.url.host(), definition.parallel, definition.perSecond);
    return make(definition, std::move(http), pools);
}

} // namespace astra::providers
