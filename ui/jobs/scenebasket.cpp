// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/scenebasket.h"

#include "ui/types/words.h"

#include <QLocale>

#include <algorithm>

namespace astra::jobs {

QString titleOf(const data::Acquisition &acquisition)
{
    const auto &scene = acquisition.best();
    const QString what = scene.platform.isEmpty() ? scene.id.left(40) : types::platformTitle(scene.platform);
    return scene.datetime.isValid() ? SceneBasket::tr("%1 · %2").arg(
               what, QLocale().toString(scene.datetime.toUTC().date(), SceneBasket::tr("d MMM yyyy")))
                                    : what;
}

bool SceneBasket::add(const data::Acquisition &acquisition)
{
    if (contains(acquisition.key()))
        return true;
    if (count() >= most)
        return false;
    const auto place = std::upper_bound(
        m_scenes.begin(), m_scenes.end(), acquisition,
        [](const auto &a, const auto &b) { return a.best().datetime < b.best().datetime; });
    const int row = static_cast<int>(place - m_scenes.begin());
    beginInsertRows({}, row, row);
    m_scenes.insert(place, acquisition);
    endInsertRows();
    Q_EMIT changed();
    return true;
}

void SceneBasket::remove(const QString &key)
{
    const auto found = std::find_if(m_scenes.begin(), m_scenes.end(),
                                    [&](const auto &scene) { return scene.key() == key; });
    if (found == m_scenes.end())
        return;
    const int row = static_cast<int>(found - m_scenes.begin());
    beginRemoveRows({}, row, row);
    m_scenes.erase(found);
    endRemoveRows();
    Q_EMIT changed();
}

void SceneBasket::clear() { set({}); }

void SceneBasket::set(std::vector<data::Acquisition> scenes)
{
    beginResetModel();
    m_scenes = std::move(scenes);
    endResetModel();
    Q_EMIT changed();
}

bool SceneBasket::contains(const QString &key) const
{
    return std::any_of(m_scenes.begin(), m_scenes.end(), [&](const auto &scene) { return scene.key() == key; });
}

QStringList SceneBasket::keys() const
{
    QStringList keys;
    keys.reserve(count());
    for (const auto &scene : m_scenes)
        keys.append(scene.key());
    return keys;
}

int SceneBasket::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QVariant SceneBasket::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &scene = m_scenes[static_cast<std::size_t>(index.row())];
    switch (role) {
    case KeyRole:
        return scene.key();
    case Qt::DisplayRole:
    case TitleRole:
        return titleOf(scene);
    default:
        return {};
    }
}

QHash<int, QByteArray> SceneBasket::roleNames() const { return {{KeyRole, "key"}, {TitleRole, "title"}}; }

} // namespace astra::jobs
