// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <QAbstractItemModel>
#include <QStringList>

namespace astra::test {

/// What every row of a list says in one role, as text.
[[nodiscard]] inline QStringList column(const QAbstractItemModel &model, int role)
{
    QStringList values;
    values.reserve(model.rowCount());
    for (int row = 0; row < model.rowCount(); ++row)
        values.append(model.index(row, 0).data(role).toString());
    return values;
}

} // namespace astra::test
