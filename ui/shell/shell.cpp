// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/shell.h"

#include <QMetaObject>
#include <QPointer>

#include <utility>

namespace astra::shell {

Shell::Shell(engine::EngineConfig config, WorldStarter startWorld, QObject *parent)
    : QObject(parent)
    , m_config(std::move(config))
    , m_startWorld(std::move(startWorld))
{
    connect(&m_scene, &scene::SceneViewer::tilesChanged, &m_layer, &map::SceneLayer::setLoader);
    connect(&m_scene, &scene::SceneViewer::sceneChanged, this, [this] {
        // A result is looked at; what the next job takes is still the scene it came from.
        if (!m_showsResult)
            m_jobForm.setScene(m_scene.acquisition());
        refreshFootprints();
    });
    connect(&m_form, &search::SearchForm::areaChanged, this, [this] { m_jobForm.setArea(m_form.area()); });
    // Several sources answer at about the same time: the map follows once for all of them.
    m_footprintsDue.setSingleShot(true);
    m_footprintsDue.setInterval(60);
    connect(&m_footprintsDue, &QTimer::timeout, this, &Shell::refreshFootprints);
    connect(m_form.scenes(), &search::SceneListModel::countChanged, this, [this] {
        if (m_form.scenes()->count() == 0)
            refreshFootprints();
        else if (!m_footprintsDue.isActive())
            m_footprintsDue.start();
    });
    connect(m_form.scenes(), &search::SceneListModel::sorted, this, [this] {
        const auto &scenes = *m_form.scenes();
        QStringList keys;
        keys.reserve(scenes.count());
        for (int row = 0; row < scenes.count(); ++row)
            keys.append(scenes.keyAt(row));
        m_footprints.setOrder(keys);
    });
    connect(&m_jobs, &jobs::JobListModel::resultReady, this, [this](const data::Scene &scene) {
        m_showsResult = true;
        showScene(data::Acquisition {{scene}}, QStringLiteral("ndvi"), false);
        m_showsResult = false;
    });
}

Shell::~Shell()
{
    // The map's layer must not look at a loader that goes before it.
    m_layer.setLoader(nullptr);
}

void Shell::openReal()
{
    engine::EngineConfig config = m_config;
    config.world.clear();
    openEngine(std::move(config), QStringLiteral("real"));
}

void Shell::openSandbox()
{
    if (m_opening)
        return;
    m_opening = true;
    m_error.clear();
    m_progress = 0;
    Q_EMIT doorChanged();
    const QPointer<Shell> self(this);
    const auto report = [self](double fraction) {
        QMetaObject::invokeMethod(
            self.data(),
            [self, fraction] {
                if (self) {
                    self->m_progress = fraction;
                    Q_EMIT self->progressChanged();
                }
            },
            Qt::QueuedConnection);
    };
    deliver(m_startWorld(report), this, [this](const Result<World> &world) {
        if (!world)
            return failOpening(world.error());
        m_opening = false;
        m_sandboxKey = world->key;
        engine::EngineConfig config = m_config;
        config.world = world->url;
        openEngine(std::move(config), QStringLiteral("sandbox"));
    });
}

void Shell::openEngine(engine::EngineConfig config, const QString &door)
{
    if (m_opening)
        return;
    m_opening = true;
    m_error.clear();
    Q_EMIT doorChanged();
    deliver(engine::Engine::create(std::move(config)), this,
            [this, door](const Result<std::shared_ptr<engine::Engine>> &engine) {
                if (!engine)
                    return failOpening(engine.error());
                m_opening = false;
                m_progress = 0;
                m_door = door;
                setEngine(*engine);
                Q_EMIT doorChanged();
                if (const auto box = (*engine)->worldBox()) {
                    m_form.setArea(*box);
                    Q_EMIT fitWanted(*box);
                }
                if (!m_pendingFile.isEmpty())
                    openFile(std::exchange(m_pendingFile, QUrl()));
            });
}

void Shell::failOpening(const Error &error)
{
    m_opening = false;
    m_progress = 0;
    m_error = error.message;
    m_pendingFile.clear();
    Q_EMIT doorChanged();
}

void Shell::leave()
{
    setEngine(nullptr);
    m_door.clear();
    m_sandboxKey.clear();
    m_form.clearArea();
    dismissMessage();
    Q_EMIT doorChanged();
}

void Shell::setEngine(std::shared_ptr<engine::Engine> engine)
{
    m_scene.setEngine(engine);
    m_form.setEngine(engine);
    m_jobs.setEngine(engine);
    m_jobForm.setEngine(engine);
    m_accounts.setEngine(engine);
    m_sources.setEngine(engine);
    m_authorities.setEngine(engine);
    m_collections.setEngine(engine);
    // Last: the screens let go of the old one first.
    m_engine = std::move(engine);
}

void Shell::openFile(const QUrl &file)
{
    if (!m_engine) {
        m_pendingFile = file;
        openReal();
        return;
    }
    dismissMessage();
    if (!file.isLocalFile()) {
        m_message = tr("Only files and folders of this computer can be opened here.");
        Q_EMIT messageChanged();
        return;
    }
    deliver(m_engine->open(file.toLocalFile()), this, [this](const Result<data::Acquisition> &acquisition) {
        if (acquisition) {
            showScene(*acquisition, {}, true);
        } else {
            m_message = acquisition.error().message;
            Q_EMIT messageChanged();
        }
    });
}

void Shell::choose(const QString &key)
{
    if (const auto acquisition = m_form.scenes()->find(key))
        showScene(*acquisition, {}, false);
}

void Shell::showScene(const data::Acquisition &acquisition, const QString &style, bool fit)
{
    m_scene.show(acquisition, style);
    const auto &scene = acquisition.best();
    const auto box = scene.bbox ? scene.bbox : data::boundsOf(scene.footprint);
    if (fit && box)
        Q_EMIT fitWanted(*box);
}

void Shell::refreshFootprints()
{
    m_footprintsDue.stop();
    const auto &scenes = *m_form.scenes();
    std::vector<map::FootprintModel::Footprint> footprints;
    footprints.reserve(static_cast<std::size_t>(scenes.count()) + 1);
    for (int row = 0; row < scenes.count(); ++row)
        footprints.push_back({scenes.keyAt(row), scenes.footprintAt(row)});
    if (const auto &shown = m_scene.acquisition(); shown && !scenes.contains(shown->key()))
        footprints.push_back({shown->key(), shown->best().footprint});
    m_footprints.setFootprints(std::move(footprints));
}

void Shell::dismissMessage()
{
    m_message.clear();
    Q_EMIT messageChanged();
}

} // namespace astra::shell
