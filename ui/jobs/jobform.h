// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "ui/jobs/parametermodel.h"
#include "ui/jobs/scenebasket.h"

#include <QObject>
#include <QTimer>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>

namespace astra::jobs {

/// The job about to be run: which operation, of which scenes, over what, and where. What can be entered comes from the
/// operations' declarations.
class JobForm : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QVariantList operations READ operations CONSTANT) ///< {name, title, text}
    Q_PROPERTY(int operationRow READ operationRow WRITE setOperationRow NOTIFY operationChanged)
    Q_PROPERTY(QString help READ help NOTIFY operationChanged) ///< one sentence about the operation
    Q_PROPERTY(QString runText READ runText NOTIFY changed) ///< "Run NDVI", "Run NDVI on 5 scenes"
    Q_PROPERTY(astra::jobs::ParameterModel *parameters READ parameters CONSTANT)
    Q_PROPERTY(astra::jobs::SceneBasket *scenes READ scenes CONSTANT)
    Q_PROPERTY(QString scenesText READ scenesText NOTIFY changed) ///< what is taken, and what is missing
    Q_PROPERTY(bool canPick READ canPick NOTIFY changed) ///< the scene shown is not among those picked
    Q_PROPERTY(QString sceneTitle READ sceneTitle NOTIFY changed)
    Q_PROPERTY(QStringList overs READ overs NOTIFY
                   changed) ///< rectangle, whole scene, polygons of a file, perhaps a recipe's area
    Q_PROPERTY(int over READ over WRITE setOver NOTIFY changed)
    Q_PROPERTY(QString crs MEMBER m_crs NOTIFY changed) ///< "EPSG:32632"; empty: the first scene's
    Q_PROPERTY(QString pixel MEMBER m_pixel NOTIFY changed) ///< in units of the CRS, as typed; empty: the finest band's
    Q_PROPERTY(int resampling MEMBER m_resampling NOTIFY changed) ///< of resamplings
    Q_PROPERTY(QStringList resamplings READ resamplings CONSTANT)
    Q_PROPERTY(int codec MEMBER m_codec NOTIFY changed) ///< of codecs
    Q_PROPERTY(QStringList codecs READ codecs CONSTANT)
    Q_PROPERTY(bool hasArea READ hasArea NOTIFY changed)
    Q_PROPERTY(bool maskClouds MEMBER m_maskClouds NOTIFY changed)
    Q_PROPERTY(bool maskSnow MEMBER m_maskSnow NOTIFY changed)
    Q_PROPERTY(double maskDilation MEMBER m_maskDilation NOTIFY changed) ///< metres
    Q_PROPERTY(bool canMask READ canMask NOTIFY changed)
    Q_PROPERTY(QStringList formats READ formats NOTIFY operationChanged) ///< empty: a table comes out
    Q_PROPERTY(int format MEMBER m_format NOTIFY changed)
    Q_PROPERTY(QVariantList backends READ backends NOTIFY changed) ///< {id, title, obstacle}
    Q_PROPERTY(int backend MEMBER m_backend NOTIFY changed)
    Q_PROPERTY(bool keyNeeded READ keyNeeded NOTIFY changed)
    Q_PROPERTY(QString connection READ connection NOTIFY changed) ///< the account or service of the back-end's key
    Q_PROPERTY(QString obstacle READ obstacle NOTIFY obstacleChanged) ///< why it cannot run now; empty: it can
    Q_PROPERTY(QString cost READ cost NOTIFY changed) ///< that somebody pays for the run; empty: it costs nothing
    Q_PROPERTY(QString estimate READ estimate NOTIFY estimated) ///< bytes, requests, time, disk; empty: not known
    Q_PROPERTY(QString warnings READ warnings NOTIFY estimated) ///< before it runs: another orbit, season …
    Q_PROPERTY(QString notes READ notes NOTIFY notesChanged) ///< a recipe was taken over, and what is not as it was
    Q_PROPERTY(
        bool estimating MEMBER m_estimating NOTIFY changed) ///< the form is seen: what a job would take is asked for
    Q_PROPERTY(QString folder READ folder NOTIFY changed)

public:
    explicit JobForm(QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void setScene(const std::optional<data::Acquisition> &scene); ///< the one shown
    void setArea(const data::GeoBox &area);
    /// A recipe found in a result, with its inputs: everything as it was, for the person to run again.
    void take(const engine::Engine::Reproduction &again);

    Q_INVOKABLE void pickShown();
    Q_INVOKABLE void setAreaFile(const QUrl &file); ///< its polygons are what the job is over
    Q_INVOKABLE void run();
    Q_INVOKABLE void dropRecipe(); ///< afresh: nothing of a recipe that was taken over

    [[nodiscard]] QVariantList operations() const;
    [[nodiscard]] QString operation() const { return m_operation.name; }
    void setOperation(const QString &name);
    [[nodiscard]] int operationRow() const;
    void setOperationRow(int row);
    [[nodiscard]] QString help() const { return m_operation.text; }
    [[nodiscard]] QString runText() const;
    [[nodiscard]] ParameterModel *parameters() { return &m_parameters; }
    [[nodiscard]] SceneBasket *scenes() { return &m_basket; }
    [[nodiscard]] QString scenesText() const;
    [[nodiscard]] bool canPick() const;
    [[nodiscard]] QString sceneTitle() const;
    [[nodiscard]] QStringList overs() const;
    [[nodiscard]] static QStringList resamplings();
    [[nodiscard]] static QStringList codecs();
    [[nodiscard]] int over() const;
    void setOver(int over);
    [[nodiscard]] bool hasArea() const { return m_area.isValid(); }
    [[nodiscard]] bool canMask() const;
    [[nodiscard]] QStringList formats() const;
    [[nodiscard]] QVariantList backends() const;
    [[nodiscard]] bool keyNeeded() const;
    [[nodiscard]] QString connection() const;
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] QString cost() const;
    [[nodiscard]] QString estimate() const { return m_estimate; }
    [[nodiscard]] QString warnings() const { return m_warnings.join(u'\n'); }
    [[nodiscard]] QString notes() const { return m_notes; }
    [[nodiscard]] QString folder() const;

Q_SIGNALS:
    void changed();
    void obstacleChanged(); ///< follows changed(): bindings hear of that before this does, who remembers the old one
    void operationChanged();
    void estimated();
    void notesChanged();
    void started(astra::jobs::Job *job); ///< one job, by the person, here

private:
    enum class Over { Rectangle, Whole, File, Recipe };
    /// Polygons with what is shown of them.
    struct Polygons {
        QString title;
        std::vector<data::NamedArea> areas;
    };

    void accountsChanged();
    void askEstimate();
    void forgetEstimate();
    [[nodiscard]] std::vector<data::Acquisition> inputs() const;
    [[nodiscard]] QString shortName() const;
    [[nodiscard]] QString findObstacle() const;
    [[nodiscard]] QString backendId() const;
    [[nodiscard]] QString newOutput(const data::Acquisition &first) const;
    [[nodiscard]] data::JobRequest request(std::vector<data::Acquisition> inputs) const;
    [[nodiscard]] std::vector<data::JobRequest> requests() const;

    std::shared_ptr<engine::Engine> m_engine;
    processing::OperationInfo m_operation;
    ParameterModel m_parameters;
    SceneBasket m_basket;
    std::optional<data::Acquisition> m_scene;
    data::GeoBox m_area {0, 0, 0, 0};
    Over m_over = Over::Rectangle;
    bool m_maskClouds = true;
    bool m_maskSnow = false;
    double m_maskDilation = 0;
    int m_format = 0;
    int m_backend = 0;
    bool m_estimating = false;
    QString m_crs;
    QString m_pixel;
    int m_resampling = 0;
    int m_codec = 0;
    Polygons m_polygons; ///< of a file
    QString m_polygonsError;
    StopSource m_readingPolygons;
    std::optional<data::Recipe> m_then; ///< a recipe that was taken over: what it was cut to
    QVariantList m_told; ///< the back-ends, as of the last change that was told
    QTimer m_estimateDue;
    StopSource m_asking;
    QString m_estimate;
    QStringList m_warnings;
    QString m_notes;
    mutable std::optional<QString> m_obstacle; ///< as last asked for
};

} // namespace astra::jobs
