// SPDX-License-Identifier: Apache-2.0
#include "tests/ui/search/scripted.h"
#include "ui/search/searchform.h"

#include <QQmlContext>
#include <QQmlEngine>
#include <QtQml/qqmlextensionplugin.h>
#include <QtQuickTest>

Q_IMPORT_QML_PLUGIN(Astra_TypesPlugin)
Q_IMPORT_QML_PLUGIN(Astra_ControlsPlugin)
Q_IMPORT_QML_PLUGIN(Astra_SearchPlugin)

using namespace astra;

/// Searches that the QML test starts and ends: three sources, of which one brings scenes, one brings a part and one
/// fails.
class Stage : public QObject
{
    Q_OBJECT
    Q_PROPERTY(astra::search::SearchForm *form MEMBER m_form CONSTANT)
public:
    explicit Stage(QObject *parent)
        : QObject(parent)
        , m_form(new search::SearchForm(this))
    {
        m_form->setArea({7, 47, 8, 48});
    }
    /// @param locked the third source wants a key that can be kept here
    Q_INVOKABLE void search(int scenes, bool locked = false)
    {
        m_sources.clear();
        std::vector<data::ProviderInfo> infos;
        std::vector<std::shared_ptr<providers::Provider>> providers;
        for (const auto *id : {"coast", "service", "archive"}) {
            m_sources.push_back(std::make_shared<testing::Scripted>(QString::fromLatin1(id)));
            infos.push_back(m_sources.back()->info());
            providers.push_back(m_sources.back());
        }
        infos[2].connection = QStringLiteral("archive-keys");
        m_form->providers()->setProviders(infos);
        data::SearchQuery query;
        query.bbox = m_form->area();
        query.cloudCoverLt = 30;
        m_form->show(std::make_unique<providers::SearchSession>(query, providers));
        providers::Page page;
        for (int i = 0; i < scenes; ++i) {
            auto scene = testing::scene(QStringLiteral("coast"), QStringLiteral("s%1").arg(i),
                                        QStringLiteral("2025-01-%1T10:00:00Z").arg(i + 1, 2, 10, QLatin1Char('0')));
            scene.cloudCover = i;
            page.scenes.push_back(scene);
        }
        m_sources[0]->settler.settle(page);
        providers::Page part;
        part.silent = {QStringLiteral("Landsat (USGS)")};
        m_sources[1]->settler.settle(part);
        m_sources[2]->settler.settle(locked
                                         ? fail(ErrorCode::Unauthorized, QStringLiteral("ARCHIVE needs a key."))
                                         : fail(ErrorCode::Timeout, QStringLiteral("ARCHIVE did not answer in 30 s.")));
    }

private:
    search::SearchForm *m_form;
    std::vector<std::shared_ptr<testing::Scripted>> m_sources;
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

QUICK_TEST_MAIN_WITH_SETUP(findpanel, Setup)
#include "tst_findpanel.moc"
