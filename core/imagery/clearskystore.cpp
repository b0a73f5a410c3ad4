// SPDX-License-Identifier: Apache-2.0
#include "core/imagery/clearskystore.h"

#include "core/base/json.h"
#include "core/base/logging.h"

#include <QDir>
#include <QFileInfo>
#include <QSaveFile>

#include <algorithm>

namespace astra::imagery {

namespace {

constexpr std::size_t mostKept = 4000;
constexpr qint64 largestFile = 4LL << 20;
constexpr qsizetype longestText = 100;

/// The file may have been written by anything: each field is looked at.
std::optional<data::ClearSky> skyFrom(const Json &entry)
{
    const auto clear = numberAt(entry, "clear");
    const auto covered = numberAt(entry, "covered");
    const QString source = stringAt(entry, "source");
    const auto isPerCent = [](const auto &v) { return v && *v >= 0 && *v <= 100; };
    if (!isPerCent(clear) || !isPerCent(covered) || source.size() > longestText)
        return std::nullopt;
    return data::ClearSky {*clear, *covered, source};
}

} // namespace

std::optional<data::ClearSky> ClearSkyStore::inMemory(const QByteArray &key)
{
    const std::lock_guard lock(m_mutex);
    const auto known = m_kept.constFind(key);
    return known == m_kept.constEnd() ? std::nullopt : std::optional(*known);
}

std::optional<data::ClearSky> ClearSkyStore::find(const QByteArray &key)
{
    {
        const std::lock_guard lock(m_mutex);
        load();
    }
    return inMemory(key);
}

void ClearSkyStore::insert(const QByteArray &key, const data::ClearSky &sky)
{
    const std::lock_guard lock(m_mutex);
    if (!m_kept.contains(key))
        m_order.push_back(key);
    m_kept.insert(key, sky);
    m_isChanged = true;
    while (m_order.size() > mostKept) {
        m_kept.remove(m_order.front());
        m_order.erase(m_order.begin());
    }
}

void ClearSkyStore::load()
{
    if (std::exchange(m_isLoaded, true) || m_file.isEmpty() || !QFileInfo(m_file).isFile())
        return;
    const auto json = readJsonFile(m_file, largestFile);
    const Json &entries = json ? member(*json, "areas") : Json();
    if (!entries.is_array())
        return;
    std::vector<QByteArray> before;
    for (const auto &entry : entries) {
        const QByteArray key = stringAt(entry, "key").toLatin1();
        const auto sky = skyFrom(entry);
        if (before.size() == mostKept || key.isEmpty() || key.size() > longestText || !sky || m_kept.contains(key))
            continue;
        before.push_back(key);
        m_kept.insert(key, *sky);
    }
    m_order.insert(m_order.begin(), before.begin(), before.end());
}

void ClearSkyStore::save()
{
    if (m_file.isEmpty())
        return;
    // Who looks a sky up in the main thread must not wait for the disk.
    const std::lock_guard writing(m_writing);
    Json entries = Json::array();
    {
        const std::lock_guard lock(m_mutex);
        load();
        if (!std::exchange(m_isChanged, false))
            return;
        for (const auto &key : m_order) {
            const data::ClearSky sky = m_kept.value(key);
            entries.push_back({{"key", key.toStdString()},
                               {"clear", sky.clear},
                               {"covered", sky.covered},
                               {"source", toStd(sky.source)}});
        }
    }
    QSaveFile file(m_file);
    const QByteArray text = toText({{"areas", std::move(entries)}});
    if (!QDir().mkpath(QFileInfo(m_file).path()) || !file.open(QIODevice::WriteOnly) || file.write(text) != text.size()
        || !file.commit())
        qCDebug(logRaster) << "clear skies are not kept:" << file.errorString();
}

} // namespace astra::imagery
