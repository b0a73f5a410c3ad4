// SPDX-License-Identifier: Apache-2.0
#include "core/providers/resultlist.h"

#include "core/providers/acquisition.h"

#include <algorithm>

namespace astra::providers {

namespace {

/// Newest first; without a time last. The key makes the order the same whoever answers first.
bool before(const data::Acquisition &a, const data::Acquisition &b)
{
    const auto &left = a.best().datetime;
    const auto &right = b.best().datetime;
    if (left.isValid() != right.isValid())
        return left.isValid();
    if (left != right)
        return left > right;
    return a.key() < b.key();
}

bool belongs(const data::Acquisition &acquisition, const data::Scene &scene)
{
    return std::all_of(acquisition.copies.begin(), acquisition.copies.end(),
                       [&](const data::Scene &copy) { return isSameAcquisition(copy, scene); });
}

} // namespace

int ResultList::rowOf(const QString &key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(),
                                    [&](const data::Acquisition &row) { return row.key() == key; });
    return static_cast<int>(found - m_rows.begin());
}

int ResultList::insert(data::Acquisition acquisition)
{
    const auto place = std::upper_bound(m_rows.begin(), m_rows.end(), acquisition, before);
    const auto row = static_cast<int>(place - m_rows.begin());
    m_rows.insert(place, std::move(acquisition));
    return row;
}

ResultList::Change ResultList::replaced(int row)
{
    // Another copy may be the best one now, and its catalogue may state another minute.
    data::Acquisition acquisition = std::move(m_rows[static_cast<std::size_t>(row)]);
    m_rows.erase(m_rows.begin() + row);
    data::rankCopies(acquisition, m_providers);
    const int now = insert(std::move(acquisition));
    return {Change::Kind::Changed, std::min(row, now), std::max(row, now)};
}

ResultList::Change ResultList::add(data::Scene scene)
{
    const QString identity = scene.provider + u'\n' + scene.collection + u'\n' + scene.id;
    if (m_seen.contains(identity))
        return {};
    m_seen.insert(identity);

    const QString key = scene.acquisition;
    for (int part = 1; !key.isEmpty(); ++part) {
        // Two parts of a tile that came down separately share the key and are two rows.
        scene.acquisition = part == 1 ? key : QString(key + u'~' + QString::number(part));
        if (!m_keys.contains(scene.acquisition))
            break;
        const int row = rowOf(scene.acquisition);
        auto &acquisition = m_rows[static_cast<std::size_t>(row)];
        for (auto &copy : acquisition.copies) {
            if (joinHalves(copy, scene))
                return replaced(row);
        }
        if (belongs(acquisition, scene)) {
            acquisition.copies.push_back(std::move(scene));
            return replaced(row);
        }
    }
    data::Acquisition acquisition {{std::move(scene)}};
    m_keys.insert(acquisition.key());
    const int row = insert(std::move(acquisition));
    return {Change::Kind::Inserted, row, row};
}

} // namespace astra::providers
