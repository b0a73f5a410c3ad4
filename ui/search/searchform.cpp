// SPDX-License-Identifier: Apache-2.0
#include "ui/search/searchform.h"

#include "ui/search/ledgerwords.h"

#include <QDate>
#include <QHash>
#include <QLocale>

#include <cmath>

namespace astra::search {

namespace {

/// The families that people know by a name of their own; others keep their id.
QString familyTitle(const QString &id)
{
    const QHash<QString, QString> titles {
        {QStringLiteral("sentinel-2-l2a"), QStringLiteral("Sentinel-2 L2A")},
        {QStringLiteral("sentinel-2-l1c"), QStringLiteral("Sentinel-2 L1C")},
        {QStringLiteral("sentinel-1-grd"), QStringLiteral("Sentinel-1 GRD")},
        {QStringLiteral("landsat-c2-l2"), SearchForm::tr("Landsat 4–9 Level 2")},
        {QStringLiteral("landsat-c2-l1"), SearchForm::tr("Landsat Level 1")},
        {QStringLiteral("hls-s30"), QStringLiteral("HLS Sentinel-2")},
        {QStringLiteral("hls-l30"), QStringLiteral("HLS Landsat")},
        {QStringLiteral("naip"), SearchForm::tr("NAIP aerial")},
        {QStringLiteral("cop-dem"), QStringLiteral("Copernicus DEM")},
    };
    return titles.value(id, id);
}

/// A day as the form's fields have it; an open end as the parser takes it.
QString dayText(const std::optional<QDateTime> &time)
{
    return time ? time->toUTC().date().toString(Qt::ISODate) : QStringLiteral("..");
}

} // namespace

SearchForm::SearchForm(QObject *parent)
    : QObject(parent)
{
    lastDays(90);
    connect(this, &SearchForm::areaChanged, this, &SearchForm::obstacleChanged);
    connect(this, &SearchForm::areaChanged, this, &SearchForm::questionChanged);
    connect(this, &SearchForm::datesChanged, this, &SearchForm::obstacleChanged);
    connect(this, &SearchForm::datesChanged, this, &SearchForm::questionChanged);
    connect(this, &SearchForm::cloudChanged, this, &SearchForm::questionChanged);
    connect(&m_providers, &ProviderListModel::checkedChanged, this, &SearchForm::obstacleChanged);
    connect(this, &SearchForm::collectionsChanged, this, &SearchForm::obstacleChanged);
    connect(this, &SearchForm::collectionsChanged, this, &SearchForm::questionChanged);
}

SearchForm::~SearchForm() { m_scenes.follow(nullptr); }

void SearchForm::setEngine(std::shared_ptr<engine::Engine> engine)
{
    m_scenes.follow(nullptr);
    m_session.reset();
    m_suggestions.clear();
    m_collections.clear();
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_family = 0;
    if (m_engine) {
        const auto refresh = [this] {
            m_providers.setProviders(m_engine->providers());
            Q_EMIT engineChanged();
        };
        connect(m_engine.get(), &engine::Engine::providersChanged, this, refresh);
        refresh();
        const data::TimeRange time = m_engine->worldTime();
        if (time.start && time.end) {
            m_start = time.start->toUTC().date().toString(Qt::ISODate);
            m_end = time.end->toUTC().date().toString(Qt::ISODate);
            checkDates();
        } else {
            lastDays(90);
        }
    } else {
        m_providers.setProviders({});
    }
    Q_EMIT engineChanged();
    Q_EMIT familyChanged();
    Q_EMIT collectionsChanged();
    Q_EMIT stateChanged();
}

void SearchForm::setArea(const data::GeoBox &area)
{
    if (area == m_area && m_areaError.isEmpty())
        return;
    m_area = area;
    m_areaError.clear();
    Q_EMIT areaChanged();
}

QString SearchForm::areaText() const
{
    if (!hasArea())
        return {};
    const double area = engine::areaKm2(m_area);
    return tr("%1 km²").arg(QLocale().toString(area, 'f', area < 10 ? 2 : area < 1000 ? 1 : 0));
}

void SearchForm::setAreaText(const QString &west, const QString &south, const QString &east, const QString &north)
{
    const auto clean = [](QString text) { return text.replace(u'−', u'-').replace(u',', u'.').trimmed(); };
    const auto box = data::GeoBox::parse(QStringList {clean(west), clean(south), clean(east), clean(north)}.join(u','));
    if (box) {
        m_area = *box;
        m_areaError.clear();
    } else {
        m_areaError = box.error().message;
    }
    Q_EMIT areaChanged();
}

void SearchForm::clearArea() { setArea(data::GeoBox {0, 0, 0, 0}); }

void SearchForm::setStartDate(const QString &text)
{
    m_start = text.trimmed();
    checkDates();
}

void SearchForm::setEndDate(const QString &text)
{
    m_end = text.trimmed();
    checkDates();
}

void SearchForm::checkDates()
{
    // Two open ends are any time: what a suggestion may ask, and no range of days.
    const bool anyTime = m_start == u".." && m_end == u"..";
    const auto range = data::TimeRange::parse(QString(m_start + u'/' + m_end));
    m_dateError = range || anyTime ? QString() : range.error().message;
    Q_EMIT datesChanged();
}

void SearchForm::lastDays(int days)
{
    const QDate today = QDateTime::currentDateTimeUtc().date();
    m_start = today.addDays(-days).toString(Qt::ISODate);
    m_end = today.toString(Qt::ISODate);
    checkDates();
}

QVariantList SearchForm::families() const
{
    QStringList ids;
    if (m_engine) {
        for (const auto &provider : m_engine->providers())
            ids += provider.enabled ? provider.families : QStringList();
    }
    ids.removeDuplicates();
    QVariantList list {QVariantMap {{QStringLiteral("id"), QString()}, {QStringLiteral("title"), tr("All imagery")}}};
    for (const auto &id : ids)
        list.append(QVariantMap {{QStringLiteral("id"), id}, {QStringLiteral("title"), familyTitle(id)}});
    return list;
}

bool SearchForm::searching() const { return m_session && !m_session->isFinished(); }

bool SearchForm::canLoadMore() const { return m_session && m_session->isFinished() && m_session->canLoadMore(); }

QString SearchForm::summary() const
{
    return m_session ? summaryText(m_session->providers(), m_scenes.count()) : QString();
}

QString SearchForm::cutShort() const
{
    return m_session && !searching() ? cutShortText(m_session->providers()) : QString();
}

QString SearchForm::emptyText() const
{
    return m_session && !searching() && m_scenes.count() == 0 ? search::emptyText(m_session->providers()) : QString();
}

bool SearchForm::counting() const { return m_session && m_session->isFinished() && !m_session->isCounted(); }

QStringList SearchForm::suggestions() const
{
    QStringList texts;
    for (const auto &suggestion : m_suggestions)
        texts.append(suggestion.text);
    return texts;
}

QVariantList SearchForm::collections() const
{
    QVariantList list;
    for (const auto &chosen : m_collections)
        list.append(QVariantMap {{QStringLiteral("title"), chosen.title},
                                 {QStringLiteral("provider"), chosen.provider},
                                 {QStringLiteral("id"), chosen.id}});
    return list;
}

void SearchForm::addCollection(const QString &provider, const QString &id, const QString &title)
{
    std::erase_if(m_collections, [&](const Chosen &chosen) { return chosen.provider != provider || chosen.id == id; });
    m_collections.push_back({provider, id, title.isEmpty() ? id : title});
    Q_EMIT collectionsChanged();
}

void SearchForm::removeCollection(int index)
{
    if (index < 0 || index >= static_cast<int>(m_collections.size()))
        return;
    m_collections.erase(m_collections.begin() + index);
    Q_EMIT collectionsChanged();
}

QString SearchForm::question() const
{
    const auto day = [](const QString &iso) {
        const QDate date = QDate::fromString(iso, Qt::ISODate);
        return date.isValid() ? QLocale().toString(date, tr("d MMM yyyy")) : iso == u".." ? tr("any time") : iso;
    };
    const QString cloud = m_cloud < 100 ? tr("cloud under %1 %").arg(m_cloud) : tr("any cloud");
    QStringList parts {areaText(), tr("%1 to %2").arg(day(m_start), day(m_end)), cloud};
    for (const auto &chosen : m_collections)
        parts.append(chosen.title);
    return parts.join(QStringLiteral(" · "));
}

QString SearchForm::obstacle() const
{
    if (!hasArea())
        return tr("Draw a rectangle on the map, or type its edges.");
    if (!m_dateError.isEmpty())
        return m_dateError;
    if (m_collections.empty() && m_providers.checked().isEmpty())
        return tr("Switch on at least one source.");
    return {};
}

bool SearchForm::invented() const { return m_engine && m_engine->invented(); }

data::SearchQuery SearchForm::query() const
{
    data::SearchQuery query;
    query.bbox = m_area;
    query.datetime = data::TimeRange::parse(QString(m_start + u'/' + m_end)).value_or(data::TimeRange {});
    if (m_cloud < 100)
        query.cloudCoverLt = m_cloud;
    query.limit = m_limit;
    if (!m_collections.empty()) {
        for (const auto &chosen : m_collections)
            query.collections.append(chosen.id);
        query.providers = {m_collections.front().provider};
        return query;
    }
    const QVariantList all = families();
    if (m_family > 0 && m_family < all.size())
        query.collections = {all[m_family].toMap()[QStringLiteral("id")].toString()};
    query.providers = m_providers.checked();
    return query;
}

void SearchForm::take(const data::SearchQuery &query)
{
    setArea(query.bbox);
    m_start = dayText(query.datetime.start);
    m_end = dayText(query.datetime.end);
    checkDates();
    m_cloud = query.cloudCoverLt ? static_cast<int>(std::lround(*query.cloudCoverLt)) : 100;
    m_limit = query.limit;
    std::erase_if(m_collections, [&](const Chosen &chosen) {
        return !query.collections.contains(chosen.id) || query.providers != QStringList {chosen.provider};
    });
    if (m_collections.empty()) {
        setFamilyById(query.collections.size() == 1 ? query.collections.front() : QString());
        m_providers.setChecked(query.providers);
    }
    Q_EMIT cloudChanged();
    Q_EMIT limitChanged();
    Q_EMIT collectionsChanged();
}

void SearchForm::setFamilyById(const QString &id)
{
    const QVariantList all = families();
    m_family = 0;
    for (int i = 1; i < static_cast<int>(all.size()); ++i) {
        if (all[i].toMap()[QStringLiteral("id")].toString() == id)
            m_family = i;
    }
    Q_EMIT familyChanged();
}

void SearchForm::search()
{
    if (m_engine && obstacle().isEmpty())
        show(m_engine->search(query()));
}

void SearchForm::show(std::unique_ptr<providers::SearchSession> session)
{
    m_scenes.follow(nullptr);
    m_suggestions.clear();
    m_session = std::move(session);
    SceneListModel::AskSky askSky;
    if (m_engine) {
        askSky = [this](const data::Acquisition &acquisition, StopToken stop) {
            const auto &asked = m_session->query();
            return m_engine->clearSky(acquisition, asked.bbox, asked.intersects, std::move(stop));
        };
    }
    m_scenes.follow(m_session.get(), std::move(askSky));
    m_providers.setStates(m_session->providers(), m_session->query().cloudCoverLt);
    using Session = providers::SearchSession;
    connect(m_session.get(), &Session::providerChanged, this, [this](int index) {
        showSource(index);
        Q_EMIT stateChanged();
    });
    connect(m_session.get(), &Session::rowsChanged, this, &SearchForm::stateChanged);
    connect(m_session.get(), &Session::finished, this, &SearchForm::settle);
    connect(m_session.get(), &Session::counted, this, &SearchForm::settle);
    Q_EMIT searchStarted();
    settle();
}

/// What a source brought, and why that was nothing: as far as it is counted yet.
void SearchForm::showSource(int index)
{
    const auto &state = m_session->providers()[static_cast<std::size_t>(index)];
    const bool none = state.phase == data::ProviderState::Phase::Done && state.funnel.shown == 0;
    m_providers.setState(state, none ? m_session->reason(index) : QString());
}

void SearchForm::settle()
{
    for (int i = 0; i < static_cast<int>(m_session->providers().size()); ++i)
        showSource(i);
    m_suggestions = m_session->isFinished() ? m_session->suggestions() : std::vector<providers::Suggestion> {};
    Q_EMIT stateChanged();
}

void SearchForm::suggest(int index)
{
    if (index < 0 || index >= static_cast<int>(m_suggestions.size()))
        return;
    const data::SearchQuery query = m_suggestions[static_cast<std::size_t>(index)].query;
    take(query);
    // The question itself, not what the fields make of it: they cannot hold all that one can ask.
    if (m_engine)
        show(m_engine->search(query));
}

void SearchForm::loadMore()
{
    if (m_session)
        m_session->loadMore();
    Q_EMIT stateChanged();
}

void SearchForm::stop()
{
    if (m_session)
        m_session->stop();
    Q_EMIT stateChanged();
}

} // namespace astra::search
