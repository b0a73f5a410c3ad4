// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/collectionsmodel.h"

#include "ui/types/words.h"

#include <QLocale>

#include <algorithm>

namespace astra::settings {

namespace {

QString resolutionText(std::optional<double> gsd)
{
    if (!gsd)
        return {};
    return *gsd >= 1000 ? CollectionsModel::tr("%1 km").arg(QLocale().toString(*gsd / 1000))
                        : CollectionsModel::tr("%1 m").arg(QLocale().toString(*gsd));
}

QString datesText(const data::TimeRange &range)
{
    const auto day = [](const QDateTime &time) {
        return QLocale().toString(time.toUTC().date(), CollectionsModel::tr("d MMM yyyy"));
    };
    if (range.start && range.end)
        return CollectionsModel::tr("%1 to %2").arg(day(*range.start), day(*range.end));
    if (range.start)
        return CollectionsModel::tr("since %1").arg(day(*range.start));
    return range.end ? CollectionsModel::tr("until %1").arg(day(*range.end)) : QString();
}

QString platformsText(const QStringList &platforms)
{
    QStringList titles;
    for (const auto &platform : platforms)
        titles.append(types::platformTitle(platform));
    return titles.join(QStringLiteral(", "));
}

} // namespace

CollectionsModel::~CollectionsModel() { m_stop.request_stop(); }

void CollectionsModel::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_wanted = false;
    if (!m_engine) {
        setSources({}, {});
        return;
    }
    const auto refresh = [this] {
        setSources(m_engine->providers(), [this](const QString &provider, StopToken stop) {
            return m_engine->collections(provider, std::move(stop));
        });
    };
    connect(m_engine.get(), &engine::Engine::providersChanged, this, refresh);
    connect(m_engine.get(), &engine::Engine::accountsChanged, this, &CollectionsModel::accountsChanged);
    refresh();
}

/// A key may open what failed without it. To be refused changes an account as well, and is no reason to ask again.
void CollectionsModel::accountsChanged()
{
    for (std::size_t i = 0; m_wanted && i < m_sources.size(); ++i) {
        if (m_sources[i].state == State::Failed && m_sources[i].held != heldFor(m_sources[i].info.connection))
            ask(static_cast<int>(i));
    }
}

std::vector<CollectionsModel::Held> CollectionsModel::heldFor(const QString &connection) const
{
    std::vector<Held> held;
    if (!m_engine || connection.isEmpty())
        return held;
    const auto accounts = m_engine->accounts();
    for (const auto &account : accounts) {
        if (account.id == connection || account.service == connection)
            held.push_back({account.id, account.place, account.way, account.masked, account.created, account.inUse});
    }
    return held;
}

void CollectionsModel::setSources(const std::vector<data::ProviderInfo> &sources, Ask ask)
{
    m_stop.request_stop();
    m_stop = StopSource();
    beginResetModel();
    m_ask = std::move(ask);
    m_sources.clear();
    m_rows.clear();
    for (const auto &info : sources) {
        if (!info.enabled)
            continue;
        m_rows.push_back({static_cast<int>(m_sources.size()), -1});
        m_sources.push_back({info});
    }
    endResetModel();
    Q_EMIT summaryChanged();
    if (m_wanted)
        load();
}

void CollectionsModel::load()
{
    m_wanted = true;
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        if (m_sources[i].state == State::Unasked)
            ask(static_cast<int>(i));
    }
}

void CollectionsModel::retry(const QString &provider)
{
    for (std::size_t i = 0; i < m_sources.size(); ++i) {
        if (m_sources[i].info.id == provider && m_sources[i].state == State::Failed)
            ask(static_cast<int>(i));
    }
}

void CollectionsModel::ask(int source)
{
    if (!m_ask)
        return;
    Source &asked = m_sources[static_cast<std::size_t>(source)];
    asked.state = State::Loading;
    asked.error.clear();
    asked.held = heldFor(asked.info.connection);
    const QModelIndex at = index(rowOfSource(source));
    Q_EMIT dataChanged(at, at);
    Q_EMIT summaryChanged();
    deliver(m_ask(asked.info.id, m_stop.get_token()), this,
            [this, id = asked.info.id,
             stop = m_stop.get_token()](const Result<std::vector<data::CollectionInfo>> &collections) {
                if (!stop.stop_requested())
                    answer(id, collections);
            });
}

void CollectionsModel::answer(const QString &provider, const Result<std::vector<data::CollectionInfo>> &collections)
{
    const auto found = std::find_if(m_sources.begin(), m_sources.end(),
                                    [&](const Source &source) { return source.info.id == provider; });
    if (found == m_sources.end() || found->state != State::Loading)
        return;
    const int source = static_cast<int>(found - m_sources.begin());
    found->state = collections ? State::Ready : State::Failed;
    found->error = collections ? QString() : collections.error().message;
    if (collections) {
        for (const auto &info : *collections)
            found->entries.push_back(entryOf(info, found->info.title));
        std::stable_sort(found->entries.begin(), found->entries.end(), [](const Entry &a, const Entry &b) {
            return a.info.title.localeAwareCompare(b.info.title) < 0;
        });
    }
    const int row = rowOfSource(source);
    if (const auto places = passing(source); !places.empty()) {
        beginInsertRows({}, row + 1, row + static_cast<int>(places.size()));
        m_rows.insert(m_rows.begin() + row + 1, places.begin(), places.end());
        endInsertRows();
    }
    Q_EMIT dataChanged(index(row), index(row));
    Q_EMIT summaryChanged();
}

CollectionsModel::Entry CollectionsModel::entryOf(const data::CollectionInfo &info, const QString &sourceTitle) const
{
    Entry entry {info, data::accessInWords(info.access, !info.connection.isEmpty()), {}};
    entry.sought = QStringList {info.title,
                                info.id,
                                info.family,
                                info.license,
                                sourceTitle,
                                entry.access,
                                info.platforms.join(u' '),
                                platformsText(info.platforms),
                                info.keywords.join(u' '),
                                resolutionText(info.gsd),
                                datesText(info.datetime)}
                       .join(u'\n')
                       .toLower();
    return entry;
}

std::vector<CollectionsModel::Place> CollectionsModel::passing(int source) const
{
    const QStringList words = m_filter.toLower().split(u' ', Qt::SkipEmptyParts);
    const auto &entries = m_sources[static_cast<std::size_t>(source)].entries;
    std::vector<Place> places;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        if (std::all_of(words.begin(), words.end(),
                        [&](const QString &word) { return entries[i].sought.contains(word); }))
            places.push_back({source, static_cast<int>(i)});
    }
    return places;
}

int CollectionsModel::rowOfSource(int source) const
{
    const auto row = std::find_if(m_rows.begin(), m_rows.end(),
                                  [&](const Place &place) { return place.source == source && place.entry < 0; });
    return static_cast<int>(row - m_rows.begin());
}

void CollectionsModel::setFilter(const QString &filter)
{
    if (filter == m_filter)
        return;
    m_filter = filter;
    beginResetModel();
    m_rows.clear();
    for (int source = 0; source < static_cast<int>(m_sources.size()); ++source) {
        m_rows.push_back({source, -1});
        const auto places = passing(source);
        m_rows.insert(m_rows.end(), places.begin(), places.end());
    }
    endResetModel();
    Q_EMIT filterChanged();
    Q_EMIT summaryChanged();
}

QString CollectionsModel::summary() const
{
    int all = 0;
    int loading = 0;
    for (const auto &source : m_sources) {
        all += static_cast<int>(source.entries.size());
        loading += source.state == State::Loading ? 1 : 0;
    }
    const int shown = static_cast<int>(m_rows.size() - m_sources.size());
    QString text = m_filter.trimmed().isEmpty() ? tr("%n collection(s)", nullptr, all)
                                                : tr("%1 of %n collection(s) match", nullptr, all).arg(shown);
    if (loading > 0)
        text += QStringLiteral(" · ") + tr("%n source(s) still loading", nullptr, loading);
    return text;
}

int CollectionsModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_rows.size());
}

QString CollectionsModel::textOf(const Source &source) const
{
    switch (source.state) {
    case State::Unasked:
        return {};
    case State::Loading:
        return tr("asking for its collections…");
    case State::Failed:
        return source.error;
    case State::Ready:
        break;
    }
    const int all = static_cast<int>(source.entries.size());
    if (m_filter.trimmed().isEmpty())
        return tr("%n collection(s)", nullptr, all);
    const auto places = passing(static_cast<int>(&source - m_sources.data()));
    return tr("%1 of %n collection(s)", nullptr, all).arg(places.size());
}

QVariant CollectionsModel::sourceData(const Source &source, int role) const
{
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return source.info.title;
    case SourceRole:
        return true;
    case ProviderRole:
        return source.info.id;
    case StateRole:
        return source.state == State::Failed ? QStringLiteral("failed")
            : source.state == State::Ready   ? QStringLiteral("ready")
                                             : QStringLiteral("loading");
    case TextRole:
        return textOf(source);
    case AccessRole:
        return source.info.access;
    case DeprecatedRole:
        return false;
    default:
        return role >= SourceRole && role <= DeprecatedRole ? QVariant(QString()) : QVariant();
    }
}

QVariant CollectionsModel::entryData(const Entry &entry, int role)
{
    switch (role) {
    case Qt::DisplayRole:
    case TitleRole:
        return entry.info.title.isEmpty() ? entry.info.id : entry.info.title;
    case SourceRole:
        return false;
    case ProviderRole:
        return entry.info.provider;
    case IdRole:
        return entry.info.id;
    case PlatformsRole:
        return platformsText(entry.info.platforms);
    case ResolutionRole:
        return resolutionText(entry.info.gsd);
    case DatesRole:
        return datesText(entry.info.datetime);
    case LicenseRole:
        return entry.info.license;
    case AccessRole:
        return entry.access;
    case DeprecatedRole:
        return entry.info.deprecated;
    default:
        return role >= SourceRole && role <= DeprecatedRole ? QVariant(QString()) : QVariant();
    }
}

QVariant CollectionsModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Place place = m_rows[static_cast<std::size_t>(index.row())];
    const Source &source = m_sources[static_cast<std::size_t>(place.source)];
    return place.entry < 0 ? sourceData(source, role)
                           : entryData(source.entries[static_cast<std::size_t>(place.entry)], role);
}

QHash<int, QByteArray> CollectionsModel::roleNames() const
{
    return {{SourceRole, "source"},       {ProviderRole, "provider"},     {StateRole, "phase"},
            {TitleRole, "title"},         {IdRole, "collectionId"},       {TextRole, "text"},
            {PlatformsRole, "platforms"}, {ResolutionRole, "resolution"}, {DatesRole, "dates"},
            {LicenseRole, "license"},     {AccessRole, "access"},         {DeprecatedRole, "outdated"}};
}

} // namespace astra::settings
