// SPDX-License-Identifier: Apache-2.0
#include "ui/search/scenelistmodel.h"

#include <QLocale>

#include <algorithm>

namespace astra::search {

QString platformTitle(const QString &platform)
{
    if (platform.isEmpty())
        return {};
    QString title = platform;
    title.replace(u'_', u'-');
    title[0] = title[0].toUpper();
    if (title.startsWith(u"Sentinel-") && title.size() > 10)
        title.back() = title.back().toUpper();
    return title;
}

void SceneListModel::follow(providers::SearchSession *session)
{
    if (m_session)
        m_session->disconnect(this);
    m_session = session;
    beginResetModel();
    m_rows = session ? session->acquisitions() : std::vector<data::Acquisition> {};
    endResetModel();
    Q_EMIT countChanged();
    if (!session)
        return;
    connect(session, &providers::SearchSession::inserted, this, [this](int row) {
        beginInsertRows({}, row, row);
        m_rows.insert(m_rows.begin() + row, m_session->acquisitions()[static_cast<std::size_t>(row)]);
        endInsertRows();
        Q_EMIT countChanged();
    });
    connect(session, &providers::SearchSession::changed, this, [this](int row) {
        m_rows[static_cast<std::size_t>(row)] = m_session->acquisitions()[static_cast<std::size_t>(row)];
        Q_EMIT dataChanged(index(row), index(row));
    });
}

const data::Acquisition *SceneListModel::find(const QString &key) const
{
    const int row = rowOf(key);
    return row < 0 ? nullptr : &m_rows[static_cast<std::size_t>(row)];
}

int SceneListModel::rowOf(const QString &key) const
{
    const auto found = std::find_if(m_rows.begin(), m_rows.end(), [&](const auto &row) { return row.key() == key; });
    return found == m_rows.end() ? -1 : static_cast<int>(found - m_rows.begin());
}

QString SceneListModel::describe(const QString &key) const
{
    const int row = rowOf(key);
    if (row < 0)
        return {};
    const auto part = [&](int role) { return data(index(row), role).toString(); };
    return QStringList {part(DateRole), part(PlatformRole), part(CloudTextRole)}.join(QStringLiteral(", "));
}

int SceneListModel::rowCount(const QModelIndex &parent) const { return parent.isValid() ? 0 : count(); }

QString SceneListModel::providerTitle(const QString &id) const
{
    if (m_session) {
        for (const auto &provider : m_session->providers()) {
            if (provider.id == id)
                return provider.title;
        }
    }
    return id;
}

QVariant SceneListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const data::Acquisition &row = m_rows[static_cast<std::size_t>(index.row())];
    const data::Scene &scene = row.best();
    switch (role) {
    case KeyRole:
        return row.key();
    case Qt::DisplayRole:
    case DateRole:
        return QLocale().toString(scene.datetime.toUTC().date(), tr("d MMM yyyy"));
    case TimeRole:
        return tr("%1 UTC").arg(scene.datetime.toUTC().toString(QStringLiteral("HH:mm")));
    case PlatformRole:
        return platformTitle(scene.platform);
    case ProviderRole:
        return providerTitle(scene.provider);
    case CloudRole:
        return scene.cloudCover.value_or(-1);
    case CloudTextRole:
        return scene.cloudCover ? tr("%1 % cloud").arg(QLocale().toString(*scene.cloudCover, 'f', 0))
                                : tr("cloud not stated");
    case AccessRole:
        return data::needsAccount(data::pixelAccess(scene)) ? tr("pixels need a login") : QString();
    case CopiesRole:
        return static_cast<int>(row.copies.size());
    case CopiesTextRole: {
        if (row.copies.size() < 2)
            return QString();
        QStringList titles;
        for (const auto &copy : row.copies)
            titles.append(providerTitle(copy.provider));
        titles.removeDuplicates();
        return tr("%n copies: %1", nullptr, static_cast<int>(row.copies.size())).arg(titles.join(QStringLiteral(", ")));
    }
    case InventedRole:
        return scene.invented;
    default:
        return {};
    }
}

QHash<int, QByteArray> SceneListModel::roleNames() const
{
    return {{KeyRole, "key"},
            {DateRole, "date"},
            {TimeRole, "time"},
            {PlatformRole, "platform"},
            {ProviderRole, "provider"},
            {CloudRole, "cloud"},
            {CloudTextRole, "cloudText"},
            {AccessRole, "access"},
            {CopiesRole, "copies"},
            {CopiesTextRole, "copiesText"},
            {InventedRole, "invented"}};
}

} // namespace astra::search
