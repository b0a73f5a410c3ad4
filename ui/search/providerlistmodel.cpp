// SPDX-License-Identifier: Apache-2.0
#include "ui/search/providerlistmodel.h"

#include "ui/search/ledgerwords.h"

namespace astra::search {

ProviderListModel::ProviderListModel(QObject *parent)
    : QAbstractListModel(parent)
{
    m_tick.setInterval(1000);
    connect(&m_tick, &QTimer::timeout, this, &ProviderListModel::tick);
}

/// The seconds until a source is asked again go down where they are read.
void ProviderListModel::tick()
{
    bool paused = false;
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        const auto &state = m_rows[i].state;
        if (!state || !state->retryAt.isValid())
            continue;
        paused = paused || state->retryAt > m_now();
        const QModelIndex at = index(static_cast<int>(i));
        Q_EMIT dataChanged(at, at, {StateRole, TextRole, DetailRole});
    }
    if (!paused)
        m_tick.stop();
}

void ProviderListModel::setProviders(std::vector<data::ProviderInfo> providers)
{
    beginResetModel();
    std::vector<Row> rows;
    for (auto &info : providers) {
        if (!info.enabled)
            continue;
        Row row {std::move(info), true, {}, {}};
        for (const auto &old : m_rows) {
            if (old.info.id == row.info.id && old.info.url == row.info.url)
                row = Row {row.info, old.checked, old.state, old.reason};
        }
        rows.push_back(std::move(row));
    }
    m_rows = std::move(rows);
    endResetModel();
    Q_EMIT checkedChanged();
}

void ProviderListModel::setStates(const std::vector<data::ProviderState> &states, std::optional<double> cloudLimit)
{
    m_cloudLimit = cloudLimit;
    for (auto &row : m_rows)
        row.state.reset();
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(static_cast<int>(m_rows.size()) - 1));
    for (const auto &state : states)
        setState(state);
}

void ProviderListModel::setState(const data::ProviderState &state, const QString &reason)
{
    for (std::size_t i = 0; i < m_rows.size(); ++i) {
        if (m_rows[i].info.id == state.id) {
            m_rows[i].state = state;
            m_rows[i].reason = reason;
            Q_EMIT dataChanged(index(static_cast<int>(i)), index(static_cast<int>(i)),
                               {StateRole, TextRole, DetailRole, StepsRole, AsideRole, NotesRole});
        }
    }
    if (state.retryAt.isValid() && !m_tick.isActive())
        m_tick.start();
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

void ProviderListModel::setChecked(const QStringList &ids)
{
    for (auto &row : m_rows)
        row.checked = ids.isEmpty() || ids.contains(row.info.id);
    if (!m_rows.empty())
        Q_EMIT dataChanged(index(0), index(rowCount() - 1), {CheckedRole});
    Q_EMIT checkedChanged();
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
    case ConnectionRole:
        return row.info.connection;
    default:
        break;
    }
    if (role < StateRole || role > NotesRole)
        return {};
    if (!row.state)
        return role == StepsRole ? QVariant(QVariantList()) : role == NotesRole ? QVariant(QStringList()) : QString();
    switch (role) {
    case StateRole:
        return standingOf(*row.state, m_now()).state;
    case TextRole:
        return standingOf(*row.state, m_now()).text;
    case DetailRole:
        return standingOf(*row.state, m_now()).detail;
    case StepsRole: {
        auto funnel = row.state->funnel;
        // Nothing more is counted at a source that failed.
        funnel.counted = funnel.counted || row.state->phase == data::ProviderState::Phase::Failed;
        return funnelSteps(funnel, m_cloudLimit);
    }
    case AsideRole:
        return QStringList {row.reason, asideText(row.state->funnel)}.join(u'\n').trimmed();
    case NotesRole:
        return row.state->notes;
    default:
        return {};
    }
}

QHash<int, QByteArray> ProviderListModel::roleNames() const
{
    return {{IdRole, "providerId"}, {TitleRole, "title"}, {CheckedRole, "asked"},        {AccessRole, "access"},
            {StateRole, "phase"},   {TextRole, "text"},   {DetailRole, "detail"},        {StepsRole, "steps"},
            {AsideRole, "aside"},   {NotesRole, "notes"}, {ConnectionRole, "connection"}};
}

} // namespace astra::search
