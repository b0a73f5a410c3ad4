// SPDX-License-Identifier: Apache-2.0
#include "ui/search/providerlistmodel.h"

namespace astra::search {

namespace {

QString phaseName(data::ProviderState::Phase phase)
{
    switch (phase) {
    case data::ProviderState::Phase::Waiting:
        return QStringLiteral("waiting");
    case data::ProviderState::Phase::Loading:
        return QStringLiteral("loading");
    case data::ProviderState::Phase::Slow:
        return QStringLiteral("slow");
    case data::ProviderState::Phase::Done:
        return QStringLiteral("done");
    case data::ProviderState::Phase::Failed:
        break;
    }
    return QStringLiteral("failed");
}

} // namespace

void ProviderListModel::setProviders(std::vector<data::ProviderInfo> providers)
{
    beginResetModel();
    std::vector<Row> rows;
    for (auto &info : providers) {
        if (!info.enabled)
            continue;
        Row row {std::move(info), true, {}};
        for (const auto &old : m_rows) {
            if (old.info.id == row.info.id && old.info.url == row.info.url)
                row = Row {row.info, old.checked, old.state};
        }
        rows.push_back(std::move(row));
    }
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT checkedChanged();
}

void ProviderListModel::setStates(const std::vector<data::ProviderState> &states)
{
    for (auto &row : m_rows)
        row.state.reset();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
    for (const auto &state : states)
        setState(state);
}

void ProviderListModel::setState(const data::ProviderState &state)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].info.id == state.id) {
            m_rows[i].state = state;
            Q_EMIT dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)), {PhaseRole, TextRole});
        }
    }
}

bool ProviderListModel::toggle(int row)
{
    if (row < 0 || row >= rowCount())
        return false;
    auto &entry = m_rows[static_cast<std::size_t>(row)];
    entry.checked = !entry.checked;
    Q_EMIT dataChanged(index(row), index(row), {CheckedRole});
    Q_EMIT checkedChanged();
    return entry.checked;
}

QStringList ProviderListModel::checked() const
{
    QStringList ids;
    for (const auto &row : m_rows) {
        if (row.checked)
            ids.append(row.info.id);
    }
    return ids;
}

int ProviderListModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant ProviderListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Row &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case IdRole:
        return row.info.id;
    case Qt::DisplayRole:
    case TitleRole:
        return row.info.title;
    case CheckedRole:
        return row.checked;
    case AccessRole:
        return row.info.access;
    case PhaseRole:
        return row.state ? phaseName(row.state->phase) : QString();
    case TextRole: {
        if (!row.state)
            return QString();
        const auto &state = *row.state;
        const QString loaded = state.matched ? tr("%1 of %2").arg(state.loaded).arg(*state.matched)
            : state.more                     ? tr("%1, more there").arg(state.loaded)
                                             : tr("%n scene(s)", nullptr, state.loaded);
        switch (state.phase) {
        case data::ProviderState::Phase::Waiting:
            return tr("asked, waiting");
        case data::ProviderState::Phase::Slow:
            return state.loaded > 0 ? tr("%1, slow").arg(loaded) : tr("slow, still waiting");
        case data::ProviderState::Phase::Loading:
            return tr("%1, loading").arg(loaded);
        case data::ProviderState::Phase::Done:
            return state.notes.isEmpty() ? loaded : QString(loaded + QStringLiteral(" · ") + state.notes.first());
        case data::ProviderState::Phase::Failed:
            return state.error ? state.error->message : tr("failed");
        }
        return QString();
    }
    default:
        return {};
    }
}

QHash<int, QByteArray> ProviderListModel::roleNames() const
{
    return {{IdRole, "providerId"}, {TitleRole, "title"}, {CheckedRole, "asked"},
            {AccessRole, "access"}, {PhaseRole, "phase"}, {TextRole, "text"}};
}

} // namespace astra::search
