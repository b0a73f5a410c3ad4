// SPDX-License-Identifier: Apache-2.0
#include "core/credentials/formcheck.h"
#include "core/credentials/servicekind.h"

#include <QCoreApplication>
#include <QDir>

#include <algorithm>
#include <map>

namespace astra::credentials {

namespace {

struct Text {
    Q_DECLARE_TR_FUNCTIONS(astra::ServiceKind)
};

constexpr qint64 mostBytes = 256LL << 10;

bool isHere(const Host &host) { return !host.wildcard && isThisMachine(host.name); }

/// Where a way of signing in sends secrets to, besides the hosts of its service.
std::vector<QUrl> issuersOf(const ServiceKind &kind)
{
    std::vector<QUrl> issuers;
    for (const SignInMethod &method : kind.methods) {
        if (!method.issuer.isEmpty())
            issuers.push_back(method.issuer);
    }
    return issuers;
}

/// Whether secrets of a shipped service stay where they went, or on this computer. A key in the environment is known by
/// the service's id alone, and whoever enters one trusts its name: neither may be led to another host.
bool staysThere(const ServiceKind &shipped, const ServiceKind &laid)
{
    const auto within = [](const auto &all, const auto &one) { return std::ranges::find(all, one) != all.end(); };
    const bool here = !laid.hosts.empty() && std::ranges::all_of(laid.hosts, isHere);
    const bool hosts = laid.service.ownAddress == shipped.service.ownAddress
        && std::ranges::all_of(laid.hosts, [&](const Host &host) { return within(shipped.hosts, host); });
    const auto issuers = issuersOf(laid);
    const auto known = issuersOf(shipped);
    return (here || hosts) && std::ranges::all_of(issuers, [&](const QUrl &issuer) {
               return within(known, issuer) || (here && isThisMachine(issuer.host()));
           });
}

/// Definitions, each laid over the one of the same id.
class Layers
{
public:
    void lay(const Json &json, const QString &where, bool own)
    {
        const QString id = stringAt(json, "id");
        const auto known = m_raw.find(id);
        Json whole = known == m_raw.end() ? Json::object() : known->second;
        for (const auto &[key, value] : json.items()) {
            if (json.is_object() && value.is_null())
                whole.erase(key);
            else if (json.is_object())
                whole[key] = value;
        }
        auto kind = ServiceKind::fromJson(json.is_object() ? whole : json, where);
        if (!kind) {
            warnings.append(kind.error().message);
            return;
        }
        const auto shipped = m_shipped.find(id);
        if (own && shipped != m_shipped.end() && !staysThere(shipped->second, *kind)) {
            warnings.append(Text::tr("%1: “%2” belongs to a service that is known, and cannot be led to another host. "
                                     "Give it an “id” of its own.")
                                .arg(where, id));
            return;
        }
        if (!own)
            m_shipped.insert_or_assign(id, *kind);
        m_raw[id] = std::move(whole);
        kinds.insert_or_assign(id, *std::move(kind));
    }
    void layFolder(const QString &path, bool own)
    {
        const QDir folder(path);
        for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
            const QString file = folder.filePath(name);
            if (const auto json = readJsonFile(file, mostBytes))
                lay(*json, own ? file : name, own);
            else
                warnings.append(QString(file + u": " + json.error().message));
        }
    }
    std::map<QString, ServiceKind> kinds;
    QStringList warnings;

private:
    std::map<QString, Json> m_raw;
    std::map<QString, ServiceKind> m_shipped;
};

} // namespace

ServiceKinds ServiceKinds::read(const QString &configDir, const std::vector<Json> &own)
{
    Layers layers;
    layers.layFolder(QStringLiteral(":/astra/connections"), false);
    if (!configDir.isEmpty())
        layers.layFolder(QDir(configDir).filePath(QStringLiteral("connections")), true);
    for (const Json &json : own)
        layers.lay(json, Text::tr("A catalogue's “connection”"), true);
    ServiceKinds all;
    all.warnings = std::move(layers.warnings);
    all.kinds.reserve(layers.kinds.size());
    for (auto &[id, kind] : layers.kinds)
        all.kinds.push_back(std::move(kind));
    std::ranges::stable_sort(all.kinds, [](const ServiceKind &a, const ServiceKind &b) {
        if (a.service.group != b.service.group)
            return a.service.group < b.service.group;
        return a.service.title.compare(b.service.title, Qt::CaseInsensitive) < 0;
    });
    return all;
}

const ServiceKind *ServiceKinds::find(const QString &id) const
{
    const auto found = std::ranges::find_if(kinds, [&id](const ServiceKind &kind) { return kind.service.id == id; });
    return found == kinds.end() ? nullptr : &*found;
}

} // namespace astra::credentials
