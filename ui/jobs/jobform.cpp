// SPDX-License-Identifier: Apache-2.0
#include "ui/jobs/jobform.h"

#include <QDateTime>
#include <QLocale>
#include <QRegularExpression>

#include <algorithm>

namespace astra::jobs {

JobForm::JobForm(QObject *parent)
    : QObject(parent)
{
    connect(this, &JobForm::changed, this, [this] { m_told = backends(); });
}

void JobForm::setEngine(std::shared_ptr<engine::Engine> engine)
{
    if (m_engine)
        m_engine->disconnect(this);
    m_engine = std::move(engine);
    m_scene.reset();
    m_backend = 0;
    if (m_engine) {
        connect(m_engine.get(), &engine::Engine::accountsChanged, this, &JobForm::accountsChanged);
        connect(m_engine.get(), &engine::Engine::providersChanged, this, &JobForm::changed);
        connect(m_engine.get(), &engine::Engine::jobAdded, this, &JobForm::changed);
    }
    Q_EMIT changed();
}

/// Accounts change with each of their requests; here only what they open counts.
void JobForm::accountsChanged()
{
    if (backends() != m_told)
        Q_EMIT changed();
}

void JobForm::setScene(const std::optional<data::Acquisition> &scene)
{
    m_scene = scene;
    Q_EMIT changed();
}

void JobForm::setArea(const data::GeoBox &area)
{
    m_area = area;
    Q_EMIT changed();
}

QString JobForm::sceneTitle() const
{
    if (!m_scene)
        return {};
    const auto &scene = m_scene->best();
    const QString what = scene.platform.isEmpty() ? scene.id.left(40) : scene.platform;
    return scene.datetime.isValid()
        ? tr("%1 · %2").arg(what, QLocale().toString(scene.datetime.toUTC().date(), tr("d MMM yyyy")))
        : what;
}

bool JobForm::canMask() const
{
    return m_scene
        && (data::findBand(m_scene->best(), QStringLiteral("scl"))
            || data::findBand(m_scene->best(), QStringLiteral("qa_pixel")));
}

QVariantList JobForm::backends() const
{
    QVariantList list;
    if (m_engine) {
        for (const auto &backend : m_engine->backends()) {
            list.append(QVariantMap {{QStringLiteral("id"), backend.id},
                                     {QStringLiteral("title"), backend.title},
                                     {QStringLiteral("obstacle"), backend.obstacle}});
        }
    }
    return list;
}

QString JobForm::backendId() const
{
    const auto all = m_engine ? m_engine->backends() : std::vector<engine::Engine::BackendInfo> {};
    return m_backend >= 0 && m_backend < static_cast<int>(all.size()) ? all[static_cast<std::size_t>(m_backend)].id
                                                                      : QString();
}

bool JobForm::keyNeeded() const
{
    if (m_engine) {
        for (const auto &backend : m_engine->backends()) {
            if (backend.id == backendId())
                return !backend.obstacle.isEmpty();
        }
    }
    return false;
}

QString JobForm::connection() const
{
    const QString backend = backendId();
    const auto all = m_engine ? m_engine->providers() : std::vector<data::ProviderInfo> {};
    const auto found = std::find_if(all.begin(), all.end(),
                                    [&](const data::ProviderInfo &info) { return info.id == backend; });
    return found == all.end() ? QString() : found->connection;
}

QString JobForm::obstacle() const
{
    if (!m_scene)
        return tr("Choose a scene first.");
    const auto &scene = m_scene->best();
    if (!data::findBand(scene, QStringLiteral("red")) || !data::findBand(scene, QStringLiteral("nir")))
        return tr("NDVI needs a red and a near-infrared band. This scene does not have both.");
    if (!m_wholeScene && m_area.isValid() && scene.bbox && !scene.bbox->intersects(m_area))
        return tr("The rectangle lies outside this scene.");
    if (keyNeeded())
        return tr("This service needs a key.");
    const auto possible = m_engine->check(request());
    return possible ? QString() : possible.error().message;
}

QString JobForm::cost() const
{
    return m_scene && data::pixelAccess(m_scene->best()) == data::Access::Paid && backendId() == u"local"
        ? tr("Whoever reads the pixels of this scene pays for it: your account is charged for what the job reads.")
        : QString();
}

QString JobForm::folder() const { return m_engine ? m_engine->resultsDir() : QString(); }

QString JobForm::newOutput() const
{
    static const QRegularExpression unsafe(QStringLiteral("[^A-Za-z0-9._-]"));
    QString name = m_scene->best().id;
    name.replace(unsafe, QStringLiteral("_"));
    // The moment in the name keeps results apart without looking at the disk from the GUI thread.
    const QString moment = QDateTime::currentDateTimeUtc().toString(QStringLiteral("yyyyMMdd-HHmmss-zzz"));
    return QString(folder() + QStringLiteral("/ndvi_") + name.left(80) + u'_' + moment + QStringLiteral(".tif"));
}

data::JobRequest JobForm::request() const
{
    data::JobRequest request;
    request.recipe.operation = QStringLiteral("index");
    request.recipe.parameters = {{"index", "NDVI"}};
    request.recipe.maskClouds = m_maskClouds && canMask();
    if (!m_wholeScene && m_area.isValid())
        request.recipe.bbox = m_area;
    request.inputs = {*m_scene};
    request.backend = backendId();
    request.output = newOutput();
    request.title = tr("NDVI · %1").arg(sceneTitle());
    return request;
}

void JobForm::run()
{
    // The queue owns the job; the list beside shows it as it is added.
    if (m_engine && obstacle().isEmpty())
        static_cast<void>(m_engine->submit(request()));
}

} // namespace astra::jobs
