// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <functional>

namespace astra::search {

/// The catalogues to ask, where each stands in the search that runs, and what became of what it holds.
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
        StateRole, ///< "" before a search; else one of Standing::state
        TextRole, ///< "12 of 40", "again in 8 s"
        DetailRole, ///< sentences about what failed or is missing
        StepsRole, ///< from the area to the list: {label, value}; empty before a search
        AsideRole, ///< why it brought nothing; "Set aside: 3 sent twice."
        NotesRole, ///< what the source itself said, sentences
        ConnectionRole, ///< the account or service that its key belongs to; empty: none
    };
    Q_ENUM(Role)
    using Clock = std::function<QDateTime()>;

    explicit ProviderListModel(QObject *parent = nullptr);
    /// For tests: what "again in 8 s" counts from.
    void setClock(Clock clock) { m_now = std::move(clock); }

    void setProviders(std::vector<data::ProviderInfo> providers);
    /// A new search. @param cloudLimit per cent; absent: any
    void setStates(const std::vector<data::ProviderState> &states, std::optional<double> cloudLimit = {});
    /// @param reason why it brought nothing, in a sentence
    void setState(const data::ProviderState &state, const QString &reason = {});
    [[nodiscard]] Q_INVOKABLE bool toggle(int row); ///< @return the new value
    [[nodiscard]] QStringList checked() const;
    void setChecked(const QStringList &ids); ///< these and no others; empty: all

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
        QString reason {};
    };
    void tick();

    std::vector<Row> m_rows;
    std::optional<double> m_cloudLimit;
    Clock m_now = &QDateTime::currentDateTimeUtc;
    QTimer m_tick; ///< runs while a source pauses
};

} // namespace astra::search
