// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/settings/fieldlab.h"
#include "ui/jobs/jobform.h"
#include "ui/jobs/joblistmodel.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_JobsPlugin)

using namespace astra;

/// A form whose second back-end is a service that takes a key.
class Stage : public QObject
{
    Q_OBJECT
    Q_PROPERTY(astra::jobs::JobForm *form MEMBER m_form CONSTANT)
    Q_PROPERTY(astra::jobs::JobListModel *jobs MEMBER m_jobs CONSTANT)
public:
    explicit Stage(QObject *parent)
        : QObject(parent)
        , m_form(new jobs::JobForm(this))
        , m_jobs(new jobs::JobListModel(this))
        , m_engine(testing::labEngine(m_lab, m_dir, Json::array({m_lab.computer()})))
    {
        m_form->setEngine(m_engine);
        m_jobs->setEngine(m_engine);
    }
    /// As a result is taken over that was opened.
    Q_INVOKABLE void takeOver(const QString &operation)
    {
        choose();
        engine::Engine::Reproduction again;
        again.request.recipe.operation = operation;
        again.request.inputs = {*m_scene, *m_scene};
        m_form->take(again);
    }
    Q_INVOKABLE void choose()
    {
        data::Scene scene;
        scene.provider = QStringLiteral("plots");
        scene.id = QStringLiteral("S2B_32TQM_20250601_0_L2A");
        for (const auto *name : {"red", "nir"}) {
            data::Asset band;
            band.key = QString::fromLatin1(name);
            band.href = QUrl::fromLocalFile(QStringLiteral("/nowhere/%1.tif").arg(band.key));
            band.mediaType = QStringLiteral("image/tiff; application=geotiff; profile=cloud-optimized");
            band.bands = {{band.key, band.key, 10.0}};
            scene.assets.push_back(band);
        }
        m_scene = data::Acquisition {{scene}};
        m_form->setScene(m_scene);
    }
    Q_INVOKABLE void signIn()
    {
        data::SignInRequest request;
        request.service = QStringLiteral("fieldlab");
        request.fields.insert(QStringLiteral("key"), Secret(testing::FieldLab::mainKey()));
        if (!waitFor(m_engine->signIn(request)))
            qFatal("the lab does not let us in");
    }

private:
    testing::FieldLab m_lab;
    QTemporaryDir m_dir;
    jobs::JobForm *m_form;
    jobs::JobListModel *m_jobs;
    std::shared_ptr<engine::Engine> m_engine;
    std::optional<data::Acquisition> m_scene;
};

class Setup : public QObject
{
    Q_OBJECT
public Q_SLOTS:
    void qmlEngineAvailable(QQmlEngine *engine)
    {
        engine->addImportPath(QStringLiteral("qrc:/qt/qml"));
        engine->rootContext()->setContextProperty(QStringLiteral("stage"), new Stage(engine));
    }
};

QUICK_TEST_MAIN_WITH_SETUP(analysepanel, Setup)
#include "tst_analysepanel.moc"
