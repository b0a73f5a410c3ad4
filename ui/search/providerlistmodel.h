// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

namespace astra::search {

/// The catalogues to ask, and where each stands in the search that runs.
class ProviderListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SearchForm")

public:
    enum Role {
        IdRole = Qt::UserRole + 1,
        TitleRole,
        CheckedRole,
        AccessRole, ///< "open", "needs a login for pixels"
        PhaseRole, ///< "", "waiting", "loading", "slow", "done", "failed"
        TextRole, ///< "12 of 40", "slow, still waiting", "failed: …"
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setProviders(std::vector<data::ProviderInfo> providers);
    void setStates(const std::vector<data::ProviderState> &states);
    void setState(const data::ProviderState &state);
    [[nodiscard]] Q_INVOKABLE bool toggle(int row); ///< @return the new value
    [[nodiscard]] QStringList checked() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void checkedChanged();

private:
    struct Row {
        data::ProviderInfo info;
        bool checked = true;
        std::optional<data::ProviderState> state;
    };
    std::vector<Row> m_rows;
};

} // namespace astra::search
