// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "ui/jobs/jobform.h"
#include "ui/jobs/joblistmodel.h"
#include "ui/map/footprintmodel.h"
#include "ui/map/scenelayer.h"
#include "ui/scene/sceneviewer.h"
#include "ui/search/searchform.h"
#include "ui/settings/accounts.h"
#include "ui/settings/authoritiesmodel.h"
#include "ui/settings/collectionsmodel.h"
#include "ui/settings/sourcesmodel.h"

#include <QObject>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <memory>

namespace astra::shell {

/// A sandbox that has been started: its URL and the key that its ASTRA service accepts (made to be shown).
struct World {
    QUrl url;
    QString key;
};
/// Starts the sandbox, or says why not. @param progress 0…1, from any thread
using WorldStarter = std::function<Future<World>(std::function<void(double)> progress)>;

/// The one object that Main.qml gets: which door was taken, and the screens behind it. It joins the screens, which know
/// nothing of each other.
class Shell : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("given to Main.qml by the program")
    Q_PROPERTY(QString door READ door NOTIFY doorChanged) ///< "", "real" or "sandbox"
    Q_PROPERTY(bool opening READ opening NOTIFY doorChanged)
    Q_PROPERTY(double openingProgress READ openingProgress NOTIFY progressChanged)
    Q_PROPERTY(QString error READ error NOTIFY doorChanged)
    Q_PROPERTY(QString sandboxKey READ sandboxKey NOTIFY doorChanged)
    Q_PROPERTY(QString message READ message NOTIFY messageChanged) ///< about a file opened or dropped
    Q_PROPERTY(QString madeBy READ madeBy NOTIFY madeByChanged) ///< how the result shown was made; empty: it is none
    Q_PROPERTY(bool dark MEMBER m_dark NOTIFY darkChanged)
    Q_PROPERTY(astra::search::SearchForm *form READ form CONSTANT)
    Q_PROPERTY(astra::scene::SceneViewer *scene READ scene CONSTANT)
    Q_PROPERTY(astra::jobs::JobForm *jobForm READ jobForm CONSTANT)
    Q_PROPERTY(astra::jobs::JobListModel *jobs READ jobs CONSTANT)
    Q_PROPERTY(astra::settings::Accounts *accounts READ accounts CONSTANT)
    Q_PROPERTY(astra::settings::SourcesModel *sources READ sources CONSTANT)
    Q_PROPERTY(astra::settings::AuthoritiesModel *authorities READ authorities CONSTANT)
    Q_PROPERTY(astra::settings::CollectionsModel *collections READ collections CONSTANT)
    Q_PROPERTY(astra::map::FootprintModel *footprints READ footprints CONSTANT)
    Q_PROPERTY(astra::map::SceneLayer *layer READ layer CONSTANT)

public:
    Shell(engine::EngineConfig config, WorldStarter startWorld, QObject *parent = nullptr);
    ~Shell() override;

    Q_INVOKABLE void openReal();
    Q_INVOKABLE void openSandbox();
    Q_INVOKABLE void leave(); ///< back to the two doors
    /// A local Item, folder, raster or result, opened or dropped.
    Q_INVOKABLE void openFile(const QUrl &file);
    Q_INVOKABLE void choose(const QString &key); ///< a scene of the list
    Q_INVOKABLE void pick(const QString &key); ///< into the next job, or out of it again
    Q_INVOKABLE void runAgain(); ///< the recipe of the result that is shown, into the form
    Q_INVOKABLE void dismissMessage();

    [[nodiscard]] QString door() const { return m_door; }
    [[nodiscard]] bool opening() const { return m_opening; }
    [[nodiscard]] double openingProgress() const { return m_progress; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QString sandboxKey() const { return m_sandboxKey; }
    [[nodiscard]] QString message() const { return m_message; }
    [[nodiscard]] QString madeBy() const { return m_madeBy; }
    [[nodiscard]] search::SearchForm *form() { return &m_form; }
    [[nodiscard]] scene::SceneViewer *scene() { return &m_scene; }
    [[nodiscard]] jobs::JobForm *jobForm() { return &m_jobForm; }
    [[nodiscard]] jobs::JobListModel *jobs() { return &m_jobs; }
    [[nodiscard]] settings::Accounts *accounts() { return &m_accounts; }
    [[nodiscard]] settings::SourcesModel *sources() { return &m_sources; }
    [[nodiscard]] settings::AuthoritiesModel *authorities() { return &m_authorities; }
    [[nodiscard]] settings::CollectionsModel *collections() { return &m_collections; }
    [[nodiscard]] map::FootprintModel *footprints() { return &m_footprints; }
    [[nodiscard]] map::SceneLayer *layer() { return &m_layer; }

Q_SIGNALS:
    void doorChanged();
    void progressChanged();
    void messageChanged();
    void darkChanged();
    void madeByChanged();
    void analyseWanted(); ///< the form holds what was asked for
    /// The map should show this.
    void fitWanted(const astra::data::GeoBox &box);

private:
    void openEngine(engine::EngineConfig config, const QString &door);
    void setEngine(std::shared_ptr<engine::Engine> engine);
    void showScene(const data::Acquisition &acquisition, const QString &style, bool fit);
    void refreshFootprints();
    void say(const QString &sentence);
    [[nodiscard]] QString resultFile() const;
    void readRecipe(const QString &file);
    void failOpening(const Error &error);

    engine::EngineConfig m_config;
    WorldStarter m_startWorld;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_door;
    bool m_opening = false;
    double m_progress = 0;
    QString m_error;
    QString m_sandboxKey;
    QString m_message;
    QUrl m_pendingFile; ///< dropped before a door was taken
    bool m_dark = true;
    QString m_madeBy;
    std::optional<data::RecipeFile> m_recipe; ///< of the result shown
    StopSource m_readingRecipe;
    bool m_showsResult = false; ///< while a result of a job is being shown

    QTimer m_footprintsDue;
    map::FootprintModel m_footprints;
    map::SceneLayer m_layer;
    search::SearchForm m_form;
    scene::SceneViewer m_scene;
    jobs::JobForm m_jobForm;
    jobs::JobListModel m_jobs;
    settings::Accounts m_accounts;
    settings::SourcesModel m_sources;
    settings::AuthoritiesModel m_authorities;
    settings::CollectionsModel m_collections;
};

} // namespace astra::shell
