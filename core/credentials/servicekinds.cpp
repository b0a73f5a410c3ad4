// SPDX-License-Identifier: Apache-2.0
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

/// Definitions, each laid over the one of the same id.
class Layers
{
public:
    void lay(const Json &json, const QString &where)
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
        m_raw[id] = std::move(whole);
        kinds.insert_or_assign(id, *std::move(kind));
    }
    void layFolder(const QString &path, bool own)
    {
        const QDir folder(path);
        for (const QString &name : folder.entryList({QStringLiteral("*.json")}, QDir::Files, QDir::Name)) {
            const QString file = folder.filePath(name);
            if (const auto json = readJsonFile(file, mostBytes))
                lay(*json, own ? file : name);
            else
                warnings.append(QString(file + u": " + json.error().message));
        }
    }
    std::map<QString, ServiceKind> kinds;
    QStringList warnings;

private:
    std::map<QString, Json> m_raw;
};

} // namespace

ServiceKinds ServiceKinds::read(const QString &configDir, const std::vector<Json> &own)
{
    Layers layers;
    layers.layFolder(QStringLiteral(":/astra/connections"), false);
    if (!configDir.isEmpty())
        layers.layFolder(QDir(configDir).filePath(QStringLiteral("connections")), true);
    for (const Json &json : own)
        layers.lay(json, Text::tr("A catalogue's “connection”"));
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
