// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/sourcesmodel.h"

namespace astra::settings {

void SourcesModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_error.clear();
    if (m_engine)
        connect(m_engine.get(), &engine::Engine::providersChanged, this, &SourcesModel::refresh);
    refresh();
    Q_EMIT errorChanged();
}

void SourcesModel::refresh()
{
    auto rows = m_engine ? m_engine->providers() : std::vector<data::ProviderInfo> {};
    if (rows.size() == m_rows.size() && !rows.empty()) {
        m_rows = std::move(rows);
        Q_EMIT dataChanged(index(0), index(rowCount() - 1));
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

QStringList SourcesModel::warnings() const { return m_engine ? m_engine->warnings() : QStringList(); }

void SourcesModel::setEnabled(int row, bool enabled)
{
    if (m_engine && row >= 0 && row < rowCount())
        follow(m_engine->setProviderEnabled(m_rows[static_cast<std::size_t>(row)].id, enabled));
}

void SourcesModel::add(const QString &title, const QString &url)
{
    if (m_engine)
        follow(m_engine->addProvider(title.trimmed(), QUrl(url.trimmed(), QUrl::StrictMode)));
}

void SourcesModel::follow(const Future<void> &change)
{
    deliver(change, this, [this](const Result<void> &done) {
        m_error = done ? QString() : done.error().message;
        refresh();
        Q_EMIT errorChanged();
        if (done)
            Q_EMIT kept();
    });
}

int SourcesModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QVariant SourcesModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const auto &row = m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return row.title;
    case UrlRole:
        return QString(row.url.host() + row.url.path());
    case EnabledRole:
        return row.enabled;
    case AccessRole:
        return row.access;
    default:
        return {};
    }
}

QHash<int, QByteArray> SourcesModel::roleNames() const
{
    return {{TitleRole, "title"}, {UrlRole, "url"}, {EnabledRole, "switchedOn"}, {AccessRole, "access"}};
}

} // namespace astra::settings
