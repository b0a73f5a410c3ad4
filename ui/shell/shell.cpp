// SPDX-License-Identifier: Apache-2.0
#include "ui/shell/shell.h"

#include <QMetaObject>
#include <QPointer>

#include <utility>

namespace astra::shell {

namespace {

/// "Spectral index (NDVI) of 1 scene, Astra 0.1.0": what made a result, in one line.
QString describe(const data::RecipeFile &file)
{
    QString what = file.recipe.operation;
    for (const auto &info : engine::Engine::operations()) {
        if (info.name == file.recipe.operation && !info.title.isEmpty())
            what = info.title;
    }
    if (const QString index = stringAt(file.recipe.parameters, "index"); !index.isEmpty())
        what = Shell::tr("%1 (%2)").arg(what, index);
    const QString made = Shell::tr("%1 of %n scene(s)", nullptr, static_cast<int>(file.inputs.size())).arg(what);
    return file.software.isEmpty() ? made : Shell::tr("%1, by %2").arg(made, file.software);
}

} // namespace

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
        readRecipe(resultFile());
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
        showScene(data::Acquisition {{scene}}, {}, false);
        m_showsResult = false;
    });
    connect(&m_jobForm, &jobs::JobForm::started, &m_jobs, &jobs::JobListModel::follow);
    connect(&m_jobs, &jobs::JobListModel::failed, this, &Shell::say);
    connect(&m_jobs, &jobs::JobListModel::againWanted, this, [this](const data::JobRequest &request) {
        m_jobForm.take({request, {}});
        Q_EMIT analyseWanted();
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
    if (!file.isLocalFile())
        return say(tr("Only files and folders of this computer can be opened here."));
    deliver(m_engine->open(file.toLocalFile()), this, [this](const Result<data::Acquisition> &acquisition) {
        if (acquisition)
            showScene(*acquisition, {}, true);
        else
            say(acquisition.error().message);
    });
}

void Shell::pick(const QString &key)
{
    auto &picked = *m_jobForm.scenes();
    if (picked.contains(key))
        return picked.remove(key);
    const auto acquisition = m_form.scenes()->find(key);
    if (acquisition && !picked.add(*acquisition))
        say(tr("A job takes %n scenes at most.", nullptr, jobs::SceneBasket::most));
}

/// The file of ours that is shown: the recipe lies in it.
QString Shell::resultFile() const
{
    const auto &shown = m_scene.acquisition();
    if (!shown || shown->best().provider != u"local")
        return {};
    const auto &assets = shown->best().assets;
    return assets.empty() ? QString() : assets.front().href.toLocalFile();
}

void Shell::readRecipe(const QString &file)
{
    m_readingRecipe.request_stop();
    m_readingRecipe = StopSource();
    m_recipe.reset();
    m_madeBy.clear();
    Q_EMIT madeByChanged();
    if (!m_engine || file.isEmpty())
        return;
    deliver(m_engine->recipeOf(file), this,
            [this, mine = m_readingRecipe.get_token()](const Result<data::RecipeFile> &recipe) {
                // A file without a recipe is not ours: nothing to say.
                if (mine.stop_requested() || !recipe)
                    return;
                m_recipe = *recipe;
                m_madeBy = describe(*recipe);
                Q_EMIT madeByChanged();
            });
}

void Shell::runAgain()
{
    if (!m_engine || !m_recipe)
        return;
    const auto asked = m_engine;
    deliver(m_engine->reproduce(*m_recipe), this, [this, asked](const Result<engine::Engine::Reproduction> &again) {
        if (asked != m_engine)
            return; // another door was taken meanwhile
        if (!again)
            return say(again.error().message);
        m_jobForm.take(*again);
        Q_EMIT analyseWanted();
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

void Shell::dismissMessage() { say({}); }

void Shell::say(const QString &sentence)
{
    m_message = sentence;
    Q_EMIT messageChanged();
}

} // namespace astra::shell
