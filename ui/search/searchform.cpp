// SPDX-License-Identifier: Apache-2.0
#include "ui/search/searchform.h"

#include <QDate>
#include <QLocale>

namespace astra::search {

namespace {

QString familyTitle(const QString &id)
{
    if (id == u"sentinel-2-l2a")
        return QStringLiteral("Sentinel-2 L2A");
    if (id == u"landsat-c2-l2")
        return QStringLiteral("Landsat 4–9 Level 2");
    return id;
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
}

SearchForm::~SearchForm() { m_scenes.follow(nullptr); }

void SearchForm::setEngine(std::shared_ptr<engine::Engine> engine)
{
    m_scenes.follow(nullptr);
    m_session.reset();
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
    const auto range = data::TimeRange::parse(QString(m_start + u'/' + m_end));
    m_dateError = range ? QString() : range.error().message;
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
    if (!m_session)
        return {};
    int loaded = 0;
    int matched = 0;
    bool known = true;
    for (const auto &state : m_session->providers()) {
        loaded += state.loaded;
        if (state.phase == data::ProviderState::Phase::Failed)
            continue;
        matched += state.matched.value_or(state.loaded);
        known = known && (state.matched || (!state.more && state.phase == data::ProviderState::Phase::Done));
    }
    const int rows = m_scenes.count();
    const QString shown = tr("%n acquisition(s)", nullptr, rows);
    return known ? tr("%1 · loaded %2 of %3").arg(shown).arg(loaded).arg(std::max(matched, loaded))
                 : tr("%1 · loaded %2").arg(shown).arg(loaded);
}

QString SearchForm::emptyText() const
{
    if (!m_session || searching() || m_scenes.count() > 0)
        return {};
    int failed = 0;
    const auto &states = m_session->providers();
    for (const auto &state : states)
        failed += state.phase == data::ProviderState::Phase::Failed ? 1 : 0;
    if (failed == static_cast<int>(states.size()))
        return tr("No source answered, so nothing can be said about this area. See above why, and try again.");
    QString text = tr("No scene matches here.");
    if (failed > 0)
        text += u' ' + tr("%n source(s) did not answer.", nullptr, failed);
    if (m_cloud < 100)
        text += u' ' + tr("Allow more cloud, or widen the dates.");
    else
        text += u' ' + tr("Widen the dates or the area.");
    return text;
}

QString SearchForm::question() const
{
    const auto day = [](const QString &iso) {
        const QDate date = QDate::fromString(iso, Qt::ISODate);
        return date.isValid() ? QLocale().toString(date, tr("d MMM yyyy")) : iso;
    };
    const QString cloud = m_cloud < 100 ? tr("cloud under %1 %").arg(m_cloud) : tr("any cloud");
    return QStringList {areaText(), tr("%1 to %2").arg(day(m_start), day(m_end)), cloud}.join(QStringLiteral(" · "));
}

QString SearchForm::obstacle() const
{
    if (!hasArea())
        return tr("Draw a rectangle on the map, or type its edges.");
    if (!m_dateError.isEmpty())
        return m_dateError;
    if (m_providers.checked().isEmpty())
        return tr("Switch on at least one source.");
    return {};
}

bool SearchForm::invented() const { return m_engine && m_engine->invented(); }

void SearchForm::search()
{
    if (!m_engine || !obstacle().isEmpty())
        return;
    const auto range = data::TimeRange::parse(QString(m_start + u'/' + m_end));
    if (!range)
        return;
    data::SearchQuery query;
    query.bbox = m_area;
    query.datetime = *range;
    if (m_cloud < 100)
        query.cloudCoverLt = m_cloud;
    const QVariantList all = families();
    if (m_family > 0 && m_family < all.size())
        query.collections = {all[m_family].toMap()[QStringLiteral("id")].toString()};
    query.providers = m_providers.checked();
    query.limit = m_limit;

    m_scenes.follow(nullptr);
    m_session = m_engine->search(query);
    m_scenes.follow(m_session.get());
    m_providers.setStates(m_session->providers());
    connect(m_session.get(), &providers::SearchSession::providerChanged, this, [this](int index) {
        m_providers.setState(m_session->providers()[static_cast<std::size_t>(index)]);
        Q_EMIT stateChanged();
    });
    connect(m_session.get(), &providers::SearchSession::inserted, this, &SearchForm::stateChanged);
    connect(m_session.get(), &providers::SearchSession::finished, this, &SearchForm::stateChanged);
    Q_EMIT searchStarted();
    Q_EMIT stateChanged();
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
