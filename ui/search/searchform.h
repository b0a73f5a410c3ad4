// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "ui/search/providerlistmodel.h"
#include "ui/search/scenelistmodel.h"

#include <QObject>
#include <QVariantList>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::search {

/// What is looked for: the form beside the map, the search it starts and the list that it fills.
class SearchForm : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(astra::data::GeoBox area READ area WRITE setArea NOTIFY areaChanged)
    Q_PROPERTY(bool hasArea READ hasArea NOTIFY areaChanged)
    Q_PROPERTY(QString areaText READ areaText NOTIFY areaChanged) ///< "402 km²"
    Q_PROPERTY(QString areaError READ areaError NOTIFY areaChanged) ///< why the typed rectangle is none
    Q_PROPERTY(QString startDate READ startDate WRITE setStartDate NOTIFY datesChanged)
    Q_PROPERTY(QString endDate READ endDate WRITE setEndDate NOTIFY datesChanged)
    Q_PROPERTY(QString dateError READ dateError NOTIFY datesChanged)
    Q_PROPERTY(int cloud MEMBER m_cloud NOTIFY cloudChanged) ///< per cent; 100: any
    Q_PROPERTY(QVariantList families READ families NOTIFY engineChanged) ///< {id, title}
    Q_PROPERTY(int family MEMBER m_family NOTIFY familyChanged) ///< index into families
    Q_PROPERTY(int limit MEMBER m_limit NOTIFY limitChanged)
    Q_PROPERTY(astra::search::ProviderListModel *providers READ providers CONSTANT)
    Q_PROPERTY(astra::search::SceneListModel *scenes READ scenes CONSTANT)
    Q_PROPERTY(bool searching READ searching NOTIFY stateChanged)
    Q_PROPERTY(bool searched READ searched NOTIFY stateChanged) ///< a search was made since the engine came
    Q_PROPERTY(bool canLoadMore READ canLoadMore NOTIFY stateChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY stateChanged) ///< "24 acquisitions · loaded 24 of 60"
    Q_PROPERTY(QString cutShort READ cutShort NOTIFY stateChanged) ///< a sentence where the list may lack scenes
    /// Sentences for buttons that would bring scenes into the list.
    Q_PROPERTY(QStringList suggestions READ suggestions NOTIFY stateChanged)
    Q_PROPERTY(bool counting READ counting NOTIFY stateChanged) ///< the sources' numbers are still being asked for
    /// Single collections chosen on the data sources page, instead of a product: {title, provider, id}
    Q_PROPERTY(QVariantList collections READ collections NOTIFY collectionsChanged)
    Q_PROPERTY(
        QString emptyText READ emptyText NOTIFY stateChanged) ///< why the list is empty, once the search has ended
    Q_PROPERTY(QString question READ question NOTIFY questionChanged) ///< what is asked, in one line
    Q_PROPERTY(QString obstacle READ obstacle NOTIFY obstacleChanged) ///< why a search cannot start; empty: it can
    Q_PROPERTY(bool invented READ invented NOTIFY engineChanged)

public:
    explicit SearchForm(QObject *parent = nullptr);
    ~SearchForm() override;

    void setEngine(std::shared_ptr<engine::Engine> engine);

    [[nodiscard]] data::GeoBox area() const { return m_area; }
    void setArea(const data::GeoBox &area);
    [[nodiscard]] bool hasArea() const { return m_area.isValid(); }
    [[nodiscard]] QString areaText() const;
    [[nodiscard]] QString areaError() const { return m_areaError; }
    /// The four typed fields, in degrees. Nothing changes where they are no rectangle; areaError says why.
    Q_INVOKABLE void setAreaText(const QString &west, const QString &south, const QString &east, const QString &north);
    Q_INVOKABLE void clearArea();

    [[nodiscard]] QString startDate() const { return m_start; }
    [[nodiscard]] QString endDate() const { return m_end; }
    void setStartDate(const QString &text);
    void setEndDate(const QString &text);
    [[nodiscard]] QString dateError() const { return m_dateError; }
    Q_INVOKABLE void lastDays(int days);

    [[nodiscard]] QVariantList families() const;
    [[nodiscard]] ProviderListModel *providers() { return &m_providers; }
    [[nodiscard]] SceneListModel *scenes() { return &m_scenes; }
    [[nodiscard]] bool searching() const;
    [[nodiscard]] bool searched() const { return m_session != nullptr; }
    [[nodiscard]] bool canLoadMore() const;
    [[nodiscard]] QString summary() const;
    [[nodiscard]] QString emptyText() const;
    [[nodiscard]] QString question() const;
    [[nodiscard]] QString obstacle() const;
    [[nodiscard]] bool invented() const;

    [[nodiscard]] QString cutShort() const;
    [[nodiscard]] QStringList suggestions() const;
    [[nodiscard]] bool counting() const;
    [[nodiscard]] QVariantList collections() const;
    /// One provider's collection is asked for, and no other provider; those of another one give way.
    Q_INVOKABLE void addCollection(const QString &provider, const QString &id, const QString &title);
    Q_INVOKABLE void removeCollection(int index);

    /// What the fields ask; meaningful where there is no obstacle.
    [[nodiscard]] data::SearchQuery query() const;
    /// Fills the fields with a question.
    void take(const data::SearchQuery &query);
    /// Shows a search that runs or has run.
    void show(std::unique_ptr<providers::SearchSession> session);

    Q_INVOKABLE void search();
    Q_INVOKABLE void suggest(int index); ///< takes over a suggestion and searches
    Q_INVOKABLE void loadMore();
    Q_INVOKABLE void stop();

Q_SIGNALS:
    void engineChanged();
    void areaChanged();
    void datesChanged();
    void cloudChanged();
    void familyChanged();
    void limitChanged();
    void stateChanged();
    void questionChanged();
    void obstacleChanged();
    void collectionsChanged();
    void searchStarted();

private:
    struct Chosen {
        QString provider;
        QString id;
        QString title;
    };
    void checkDates();
    void setFamilyById(const QString &id);
    void showSource(int index);
    void settle(); ///< a search ended, or its numbers are complete

    std::shared_ptr<engine::Engine> m_engine;
    std::unique_ptr<providers::SearchSession> m_session;
    std::vector<providers::Suggestion> m_suggestions;
    ProviderListModel m_providers;
    SceneListModel m_scenes;
    data::GeoBox m_area {0, 0, 0, 0};
    QString m_areaError;
    std::vector<Chosen> m_collections;
    QString m_start;
    QString m_end;
    QString m_dateError;
    int m_cloud = 100;
    int m_family = 0;
    int m_limit = 50;
};

} // namespace astra::search
