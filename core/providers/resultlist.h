// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

#include <QHash>
#include <QSet>
#include <QStringList>

#include <optional>
#include <vector>

namespace astra::providers {

/// The scenes of a search, merged into acquisitions and sorted, newest first. Says what each addition did to the rows.
class ResultList
{
public:
    struct Change {
        enum class Kind { None, Inserted, Changed };
        Kind kind = Kind::None; ///< None: known already
        int first = 0; ///< Inserted: the new row. Changed: the rows from here …
        int last = 0; ///< … to here hold something else than before
    };
    /// @param providers ids in the order in which equal copies are preferred
    explicit ResultList(QStringList providers = {})
        : m_providers(std::move(providers))
    {
    }
    Change add(data::Scene scene);

    [[nodiscard]] const std::vector<data::Acquisition> &rows() const { return m_rows; }

private:
    [[nodiscard]] int rowOf(const QString &key) const;
    [[nodiscard]] int insert(data::Acquisition acquisition);
    Change replaced(int row);

    QStringList m_providers;
    std::vector<data::Acquisition> m_rows;
    QSet<QString> m_keys; ///< of the rows
    QSet<QString> m_seen; ///< provider, collection and id of every scene
};

} // namespace astra::providers
