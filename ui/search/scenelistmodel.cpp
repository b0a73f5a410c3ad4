// SPDX-License-Identifier: Apache-2.0
#include "ui/search/scenelistmodel.h"

#include <algorithm>

namespace astra::search {

using providers::SearchSession;

SceneListModel::SceneListModel(QObject *parent)
    : QAbstractListModel(parent)
{
    connect(&m_skies, &ClearSkyReader::started, this, &SceneListModel::skyStarted);
    connect(&m_skies, &ClearSkyReader::answered, this, &SceneListModel::skyAnswered);
    m_resort.setSingleShot(true);
    m_resort.setInterval(250);
    connect(&m_resort, &QTimer::timeout, this, &SceneListModel::resort);
}

void SceneListModel::follow(SearchSession *session, AskSky askSky)
{
    if (m_session)
        m_session->disconnect(this);
    m_resort.stop();
    m_session = session;
    beginResetModel();
    m_rows.clear();
    m_bySource.clear();
    m_byKey.clear();
    m_numbered = true;
    nameProviders();
    m_skies.begin(session && askSky ? [this, askSky = std::move(askSky)](const QString &key, StopToken stop) {
        const auto acquisition = find(key);
        return acquisition ? askSky(*acquisition, std::move(stop)) : ready<data::ClearSky>(cancelled());
    } : ClearSkyReader::Ask());
    endResetModel();
    if (session) {
        sync();
        connect(session, &SearchSession::rowsChanged, this, &SceneListModel::sync);
    }
    Q_EMIT countChanged();
    Q_EMIT skyChanged();
}

void SceneListModel::nameProviders()
{
    m_titles.clear();
    if (!m_session)
        return;
    std::vector<std::pair<QString, QString>> titles;
    for (const auto &provider : m_session->providers())
        titles.emplace_back(provider.title, provider.id);
    std::sort(titles.begin(), titles.end(),
              [](const auto &a, const auto &b) { return a.first.localeAwareCompare(b.first) < 0; });
    int rank = 0;
    for (const auto &[title, id] : titles)
        m_titles.insert(id, {title, ++rank});
}

SceneListModel::Title SceneListModel::titleOf(const QString &provider) const
{
    return m_titles.value(provider, Title {provider, 0});
}

void SceneListModel::sortBy(Sort sort)
{
    m_sort = sort;
    m_ascending = sort == ByCloud || sort == ByProvider;
    resort();
    askBehind();
}

void SceneListModel::turnOrder()
{
    m_ascending = !m_ascending;
    resort();
}

QString SceneListModel::orderText() const
{
    switch (m_sort) {
    case ByDate:
        return m_ascending ? tr("oldest first") : tr("newest first");
    case ByProvider:
        return m_ascending ? tr("A to Z") : tr("Z to A");
    case ByCloud:
    case ByClear:
    case ByCovered:
        break;
    }
    return m_ascending ? tr("lowest first") : tr("highest first");
}

void SceneListModel::look(int first, int last)
{
    QStringList keys;
    for (int row = std::max(0, first); row <= std::min(last, count() - 1); ++row)
        keys.append(m_rows[static_cast<std::size_t>(row)]->key);
    m_skies.setInView(keys);
    askBehind();
}

void SceneListModel::askBehind()
{
    QStringList keys;
    if (m_sort == ByClear || m_sort == ByCovered) {
        // From the newest on, whatever the order of the moment: the same rows, however often it is sorted.
        const std::size_t most = std::min<std::size_t>(m_bySource.size(), mostSkies);
        for (std::size_t i = 0; i < most; ++i)
            keys.append(m_bySource[i]->key);
    }
    m_skies.setBehind(keys);
    Q_EMIT skyChanged();
}

QString SceneListModel::skyText() const
{
    if (m_sort != ByClear && m_sort != ByCovered)
        return {};
    const int known = static_cast<int>(std::count_if(m_rows.begin(), m_rows.end(), [](const auto &row) {
        return row->sky.state == Sky::State::Known || row->sky.state == Sky::State::Failed;
    }));
    if (known == count())
        return {};
    return m_skies.isBusy() || m_skies.left() > 0
        ? tr("Reading clear sky: %1 of %2 scenes").arg(known).arg(std::min(count(), std::max(mostSkies, known)))
        : tr("Clear sky is read for %1 of %2 scenes: scroll to read more.").arg(known).arg(count());
}

void SceneListModel::skyStarted(const QString &key)
{
    if (const int row = rowOf(key); row >= 0) {
        m_rows[static_cast<std::size_t>(row)]->sky = {Sky::State::Asked, -1, -1, tr("reading clear sky…"), {}};
        Q_EMIT dataChanged(index(row), index(row), {ClearRole, ClearTextRole, ClearTipRole});
    }
}

void SceneListModel::skyAnswered(const QString &key, const Result<data::ClearSky> &result)
{
    const int row = rowOf(key);
    if (row < 0)
        return;
    Sky &sky = m_rows[static_cast<std::size_t>(row)]->sky;
    sky = result ? Sky {Sky::State::Known, result->clear, result->covered, skyWords(result),
                        tr("Told from %1").arg(result->source)}
                 : Sky {Sky::State::Failed, -1, -1, skyWords(result), result.error().message};
    Q_EMIT dataChanged(index(row), index(row), {ClearRole, ClearTextRole, ClearTipRole});
    Q_EMIT skyChanged();
    if ((m_sort == ByClear || m_sort == ByCovered) && !m_resort.isActive())
        m_resort.start();
}

std::optional<data::Acquisition> SceneListModel::find(const QString &key) const
{
    const RowPtr row = m_byKey.value(key);
    if (!row || !m_session)
        return {};
    const int source = row->source;
    return source < 0 ? std::nullopt : std::optional(m_session->acquisition(source));
}

QString SceneListModel::keyAt(int row) const { return m_rows[static_cast<std::size_t>(row)]->key; }

const data::Rings &SceneListModel::footprintAt(int row) const
{
    static const data::Rings none;
    const int source = m_rows[static_cast<std::size_t>(row)]->source;
    return source < 0 ? none : m_session->acquisitions()[static_cast<std::size_t>(source)].best().footprint;
}

int SceneListModel::rowOf(const QString &key) const
{
    const RowPtr row = m_byKey.value(key);
    if (!row)
        return -1;
    renumber();
    return row->place;
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

const SceneWords &SceneListModel::wordsOf(Row &row) const
{
    static const SceneWords none;
    if (const int source = row.words || !m_session ? -1 : row.source; source >= 0) {
        row.words = std::make_unique<SceneWords>(sceneWords(
            m_session->acquisition(source), [this](const QString &provider) { return titleOf(provider).text; }));
    }
    return row.words ? *row.words : none;
}

QVariant SceneListModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    Row &row = *m_rows[static_cast<std::size_t>(index.row())];
    switch (role) {
    case KeyRole:
        return row.key;
    case Qt::DisplayRole:
    case DateRole:
        return wordsOf(row).date;
    case TimeRole:
        return wordsOf(row).time;
    case PlatformRole:
        return wordsOf(row).platform;
    case ProviderRole:
        return wordsOf(row).provider;
    case CloudRole:
        return row.cloud;
    case CloudTextRole:
        return wordsOf(row).cloud;
    case AccessRole:
        return wordsOf(row).access;
    case CopiesRole:
        return row.copies;
    case OriginRole:
        return wordsOf(row).origin;
    case CopiesTextRole:
        return wordsOf(row).copies;
    case InventedRole:
        return row.invented;
    case ClearRole:
        return row.sky.clear;
    case ClearTextRole:
        return row.sky.text;
    case ClearTipRole:
        return row.sky.tip;
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
            {OriginRole, "origin"},
            {CopiesTextRole, "copiesText"},
            {InventedRole, "invented"},
            {ClearRole, "clear"},
            {ClearTextRole, "clearText"},
            {ClearTipRole, "clearTip"}};
}

} // namespace astra::search
