// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/packedassets.h"

#include <QHash>
#include <QSet>
#include <QStringList>

#include <memory>
#include <utility>
#include <vector>

namespace astra::providers {

/// The way from the rows before to the rows now.
struct RowChanges {
    using Row = std::pair<int, data::Acquisition>;
    std::vector<int> removed; ///< rows before, upwards
    std::vector<Row> inserted; ///< rows now, upwards
    std::vector<Row> changed; ///< rows now
    [[nodiscard]] bool isEmpty() const { return removed.empty() && inserted.empty() && changed.empty(); }
};
void apply(std::vector<data::Acquisition> &rows, RowChanges changes);

/// The scenes of a search, merged into acquisitions and sorted, newest first. Says what each addition does to the rows,
/// which it does not keep itself. In whatever order scenes come, the rows end the same. For one thread at a time.
class ResultList
{
public:
    /// @param providers ids in the order in which equal copies are preferred
    explicit ResultList(QStringList providers = {})
        : m_providers(std::move(providers))
    {
    }

    struct Merged {
        RowChanges rows; ///< their files are packed
        int fresh = 0; ///< scenes that were not there yet
        int known = 0; ///< the same items again
    };
    Merged add(std::vector<data::Scene> scenes);

private:
    /// What one catalogue calls one item. Shares its texts with the scene.
    struct Identity {
        QString provider;
        QString collection;
        QString id;
        friend bool operator==(const Identity &, const Identity &) = default;
        friend std::size_t qHash(const Identity &identity, std::size_t seed = 0)
        {
            return qHashMulti(seed, identity.id, identity.collection, identity.provider);
        }
    };
    /// Where a row stands: what rows are sorted by, and nobody else's.
    struct Place {
        qint64 time = 0;
        QString key;
        friend bool operator==(const Place &, const Place &) = default;
        /// Newest first; without a time last. The key makes the order the same whoever answers first.
        friend bool operator<(const Place &a, const Place &b)
        {
            return a.time != b.time ? a.time > b.time : a.key < b.key;
        }
    };
    struct Row {
        Place place;
        std::vector<std::shared_ptr<const data::PackedAssets>> files; ///< of its copies: the same ones, the same row
    };
    /// Scenes that may be one acquisition: they share a key, or look the same.
    struct Group {
        std::vector<data::Scene> scenes;
        std::vector<Row> rows;
        std::shared_ptr<Group> into; ///< turned out to be part of that one
        bool touched = false;
    };
    using GroupPtr = std::shared_ptr<Group>;
    /// What a pass over the touched groups finds.
    struct Difference {
        std::vector<Place> gone;
        std::vector<std::pair<Place, data::Acquisition>> come;
        std::vector<std::pair<Place, data::Acquisition>> changed;
    };

    [[nodiscard]] static GroupPtr rootOf(GroupPtr group);
    [[nodiscard]] GroupPtr groupOf(const data::Scene &scene);
    [[nodiscard]] GroupPtr joinLookalikes(GroupPtr group, const data::Scene &scene);
    void put(Group &group, data::Scene scene);
    void compare(Group &group, Difference &difference) const;
    [[nodiscard]] RowChanges changesOf(Difference difference);

    QStringList m_providers;
    data::AssetPacker m_packer;
    std::vector<Place> m_places; ///< of the rows
    QHash<QString, GroupPtr> m_groups; ///< by key
    QHash<QString, std::vector<GroupPtr>> m_lookalikes; ///< of unnamed scenes: by platform, time and latitude
    QSet<Identity> m_seen;
};

} // namespace astra::providers
