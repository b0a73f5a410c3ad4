// SPDX-License-Identifier: Apache-2.0
#include "core/providers/resultlist.h"

#include "core/providers/acquisition.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace astra::providers {

namespace {

/// The drawer of an unnamed scene, and by `second` and `band` those next to it: what looks the same lies in one of
/// nine. Empty where the scene can look like no other.
QString drawerOf(const data::Scene &scene, int second, int band)
{
    if (scene.platform.isEmpty() || !scene.datetime.isValid() || !scene.bbox)
        return {};
    constexpr double degrees = 5;
    const auto time = scene.datetime.toSecsSinceEpoch() + second;
    const auto latitude = static_cast<int>(std::floor((scene.bbox->south + scene.bbox->north) / 2 / degrees)) + band;
    return QString(scene.platform + u'|' + scene.instrument + u'|' + QString::number(time) + u'|'
                   + QString::number(latitude));
}

} // namespace

void apply(std::vector<data::Acquisition> &rows, RowChanges changes)
{
    if (!changes.removed.empty() || !changes.inserted.empty()) {
        std::vector<data::Acquisition> now;
        now.reserve(rows.size() - changes.removed.size() + changes.inserted.size());
        auto gone = changes.removed.begin();
        auto next = changes.inserted.begin();
        const auto insert = [&] {
            for (; next != changes.inserted.end() && next->first == static_cast<int>(now.size()); ++next)
                now.push_back(std::move(next->second));
        };
        for (int row = 0; row < static_cast<int>(rows.size()); ++row) {
            insert();
            if (gone != changes.removed.end() && *gone == row)
                ++gone;
            else
                now.push_back(std::move(rows[static_cast<std::size_t>(row)]));
        }
        insert();
        rows = std::move(now);
    }
    for (auto &[row, acquisition] : changes.changed)
        rows[static_cast<std::size_t>(row)] = std::move(acquisition);
}

ResultList::GroupPtr ResultList::rootOf(GroupPtr group)
{
    while (group->into)
        group = group->into;
    return group;
}

ResultList::GroupPtr ResultList::groupOf(const data::Scene &scene)
{
    auto &known = m_groups[scene.acquisition.isEmpty() ? scene.qualifiedId() : scene.acquisition];
    known = known ? rootOf(known) : std::make_shared<Group>();
    return isNamed(scene) ? known : joinLookalikes(known, scene);
}

ResultList::GroupPtr ResultList::joinLookalikes(GroupPtr group, const data::Scene &scene)
{
    const QString own = drawerOf(scene, 0, 0);
    if (own.isEmpty())
        return group;
    for (const int second : {-1, 0, 1}) {
        for (const int band : {-1, 0, 1}) {
            const auto drawer = m_lookalikes.constFind(drawerOf(scene, second, band));
            if (drawer == m_lookalikes.constEnd())
                continue;
            for (const auto &candidate : *drawer) {
                const GroupPtr other = rootOf(candidate);
                const auto same = [&](const data::Scene &copy) { return looksSame(copy, scene); };
                if (other == group || !std::any_of(other->scenes.begin(), other->scenes.end(), same))
                    continue;
                group->into = other;
                std::move(group->scenes.begin(), group->scenes.end(), std::back_inserter(other->scenes));
                std::move(group->rows.begin(), group->rows.end(), std::back_inserter(other->rows));
                group->scenes.clear();
                group->rows.clear();
                group = other;
            }
        }
    }
    auto &drawer = m_lookalikes[own];
    if (std::find(drawer.begin(), drawer.end(), group) == drawer.end())
        drawer.push_back(group);
    return group;
}

void ResultList::put(Group &group, data::Scene scene)
{
    for (auto &copy : group.scenes) {
        if (!areHalves(copy, scene))
            continue;
        data::unpack(copy);
        data::unpack(scene);
        joinHalves(copy, scene);
        m_packer.pack(copy);
        return;
    }
    group.scenes.push_back(std::move(scene));
}

void ResultList::compare(Group &group, Difference &difference) const
{
    std::vector<Row> before = std::move(group.rows);
    group.rows.clear();
    for (auto &acquisition : acquisitionsOf(group.scenes)) {
        data::rankCopies(acquisition, m_providers);
        const auto &time = acquisition.best().datetime;
        Row row;
        row.place = {time.isValid() ? time.toMSecsSinceEpoch() : std::numeric_limits<qint64>::min(), acquisition.key()};
        for (const auto &copy : acquisition.copies)
            row.files.push_back(copy.packed);
        const auto old = std::find_if(before.begin(), before.end(),
                                      [&](const Row &known) { return known.place == row.place; });
        if (old == before.end()) {
            difference.come.emplace_back(row.place, std::move(acquisition));
        } else {
            if (old->files != row.files)
                difference.changed.emplace_back(row.place, std::move(acquisition));
            before.erase(old);
        }
        group.rows.push_back(std::move(row));
    }
    for (auto &row : before)
        difference.gone.push_back(std::move(row.place));
}

RowChanges ResultList::changesOf(Difference difference)
{
    const auto rowOf = [this](const Place &place) {
        return static_cast<int>(std::lower_bound(m_places.begin(), m_places.end(), place) - m_places.begin());
    };
    RowChanges changes;
    std::sort(difference.gone.begin(), difference.gone.end());
    for (const auto &place : difference.gone)
        changes.removed.push_back(rowOf(place));
    std::erase_if(m_places, [&](const Place &place) {
        return std::binary_search(difference.gone.begin(), difference.gone.end(), place);
    });
    const auto middle = static_cast<std::ptrdiff_t>(m_places.size());
    std::sort(difference.come.begin(), difference.come.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    for (const auto &[place, acquisition] : difference.come)
        m_places.push_back(place);
    std::inplace_merge(m_places.begin(), m_places.begin() + middle, m_places.end());
    for (auto &[place, acquisition] : difference.come)
        changes.inserted.emplace_back(rowOf(place), std::move(acquisition));
    for (auto &[place, acquisition] : difference.changed)
        changes.changed.emplace_back(rowOf(place), std::move(acquisition));
    return changes;
}

ResultList::Merged ResultList::add(std::vector<data::Scene> scenes)
{
    Merged merged;
    std::vector<GroupPtr> touched;
    for (auto &scene : scenes) {
        if (m_seen.contains({scene.provider, scene.collection, scene.id})) {
            ++merged.known;
            continue;
        }
        ++merged.fresh;
        m_packer.pack(scene);
        m_seen.insert({scene.provider, scene.collection, scene.id});
        const GroupPtr group = groupOf(scene);
        put(*group, std::move(scene));
        if (!group->touched)
            touched.push_back(group);
        group->touched = true;
    }
    Difference difference;
    for (const auto &group : touched) {
        group->touched = false;
        compare(*group, difference); // one that was joined to another has nothing left
    }
    merged.rows = changesOf(std::move(difference));
    return merged;
}

} // namespace astra::providers
