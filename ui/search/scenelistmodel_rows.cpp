// SPDX-License-Identifier: Apache-2.0
// The rows of the list: what the session has, in the order asked for.

#include "ui/search/scenelistmodel.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace astra::search {

/// Makes the rows those of the session: a page of it came, and it moved some, merged some, and changed others.
void SceneListModel::sync()
{
    const auto &all = m_session->acquisitions();
    std::vector<RowPtr> bySource;
    bySource.reserve(all.size());
    QHash<QString, RowPtr> byKey;
    byKey.reserve(static_cast<qsizetype>(all.size()));
    std::vector<RowPtr> fresh;
    std::vector<RowPtr> changed;
    for (const auto &acquisition : all) {
        QString key = acquisition.key();
        while (byKey.contains(key))
            key += u'+'; // parts of one acquisition that are kept apart
        RowPtr row = m_byKey.take(key);
        const bool isNew = !row;
        if (isNew) {
            row = std::make_shared<Row>();
            row->key = key;
        }
        if (isNew || row->copies != static_cast<int>(acquisition.copies.size())
            || row->best != acquisition.best().qualifiedId()) {
            read(*row, acquisition);
            (isNew ? fresh : changed).push_back(row);
        }
        row->source = static_cast<int>(bySource.size());
        bySource.push_back(row);
        byKey.insert(key, row);
    }
    QSet<const Row *> gone;
    for (const auto &row : std::as_const(m_byKey)) {
        row->source = -1;
        gone.insert(row.get());
    }
    const int before = count();
    m_bySource = std::move(bySource);
    m_byKey = std::move(byKey);
    m_numbered = false;
    removeAll(gone);
    insertAll(std::move(fresh));
    showChanges(changed);
    if (count() != before)
        Q_EMIT countChanged();
}

void SceneListModel::removeAll(const QSet<const Row *> &gone)
{
    for (int last = count() - 1; last >= 0 && !gone.isEmpty(); --last) {
        int first = last + 1;
        while (first > 0 && gone.contains(m_rows[static_cast<std::size_t>(first - 1)].get()))
            --first;
        if (first > last)
            continue;
        beginRemoveRows({}, first, last);
        m_rows.erase(m_rows.begin() + first, m_rows.begin() + last + 1);
        m_numbered = false;
        endRemoveRows();
        last = first;
    }
}

void SceneListModel::insertAll(std::vector<RowPtr> fresh)
{
    const auto earlier = [this](const auto &a, const auto &b) { return precedes(*a, *b); };
    std::stable_sort(fresh.begin(), fresh.end(), earlier);
    for (std::size_t from = 0; from < fresh.size();) {
        const auto where = std::upper_bound(m_rows.begin(), m_rows.end(), fresh[from], earlier);
        // All that fit before the next row there is come at once.
        std::size_t to = from + 1;
        while (to < fresh.size() && (where == m_rows.end() || precedes(*fresh[to], **where)))
            ++to;
        const int at = static_cast<int>(where - m_rows.begin());
        beginInsertRows({}, at, at + static_cast<int>(to - from) - 1);
        m_rows.insert(where, fresh.begin() + static_cast<std::ptrdiff_t>(from),
                      fresh.begin() + static_cast<std::ptrdiff_t>(to));
        m_numbered = false;
        endInsertRows();
        from = to;
    }
}

void SceneListModel::showChanges(const std::vector<RowPtr> &changed)
{
    renumber();
    bool moved = false;
    for (const auto &row : changed) {
        Q_EMIT dataChanged(index(row->place), index(row->place));
        // Another copy in use may be of another second, cloud cover or provider.
        const auto at = static_cast<std::size_t>(row->place);
        moved = moved || (at > 0 && precedes(*row, *m_rows[at - 1]))
            || (at + 1 < m_rows.size() && precedes(*m_rows[at + 1], *row));
    }
    if (moved)
        resort();
}

void SceneListModel::read(Row &row, const data::Acquisition &acquisition) const
{
    const data::Scene &scene = acquisition.best();
    row.time = scene.datetime.isValid() ? scene.datetime.toMSecsSinceEpoch() : std::numeric_limits<qint64>::min();
    row.cloud = scene.cloudCover.value_or(-1);
    row.copies = static_cast<int>(acquisition.copies.size());
    row.invented = scene.invented;
    row.best = scene.qualifiedId();
    row.rank = titleOf(scene.provider).rank;
    row.words.reset();
}

/// Numbers rows that came or changed places since they were last numbered: once for a page, not once a scene.
void SceneListModel::renumber() const
{
    if (m_numbered)
        return;
    for (std::size_t i = 0; i < m_rows.size(); ++i)
        m_rows[i]->place = static_cast<int>(i);
    m_numbered = true;
}

bool SceneListModel::precedes(const Row &a, const Row &b) const
{
    // What is not known stands last in either direction.
    const auto byNumber = [&](double x, double y) -> std::optional<bool> {
        if ((x < 0) != (y < 0))
            return y < 0;
        if (x == y)
            return {};
        return m_ascending ? x < y : x > y;
    };
    std::optional<bool> decided;
    switch (m_sort) {
    case ByDate:
        if (m_ascending && a.time != b.time && std::min(a.time, b.time) != std::numeric_limits<qint64>::min())
            return a.time < b.time;
        break;
    case ByCloud:
        decided = byNumber(a.cloud, b.cloud);
        break;
    case ByClear:
        decided = byNumber(a.sky.clear, b.sky.clear);
        break;
    case ByCovered:
        decided = byNumber(a.sky.covered, b.sky.covered);
        break;
    case ByProvider:
        decided = byNumber(a.rank, b.rank);
        break;
    }
    return decided.value_or(a.time > b.time);
}

void SceneListModel::resort()
{
    m_resort.stop();
    if (!std::is_sorted(m_rows.begin(), m_rows.end(),
                        [this](const auto &a, const auto &b) { return precedes(*a, *b); })) {
        renumber();
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        const QModelIndexList before = persistentIndexList();
        std::vector<RowPtr> held;
        held.reserve(static_cast<std::size_t>(before.size()));
        for (const auto &persistent : before)
            held.push_back(m_rows[static_cast<std::size_t>(persistent.row())]);
        std::stable_sort(m_rows.begin(), m_rows.end(),
                         [this](const auto &a, const auto &b) { return precedes(*a, *b); });
        m_numbered = false;
        renumber();
        QModelIndexList after;
        for (const auto &row : held)
            after.append(index(row->place));
        changePersistentIndexList(before, after);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    }
    Q_EMIT sorted();
}

} // namespace astra::search
