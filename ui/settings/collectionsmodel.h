// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <memory>
#include <vector>

namespace astra::settings {

/// What every source holds: one row for each source with its state, and below it one for each of its collections that
/// passes the filter.
class CollectionsModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY summaryChanged) ///< "12 of 312 collections match"

public:
    enum Role {
        SourceRole = Qt::UserRole + 1, ///< the row is a source's own
        ProviderRole, ///< id of the source
        StateRole, ///< of a source: "loading", "ready", "failed"
        TitleRole,
        IdRole, ///< of a collection
        TextRole, ///< of a source: "12 collections", "asking for its collections…", or why it failed
        PlatformsRole, ///< "Sentinel-2A, Sentinel-2B"
        ResolutionRole, ///< "10 m"
        DatesRole, ///< "since 27 Jun 2015"
        LicenseRole,
        AccessRole, ///< "open", "free login"
        DeprecatedRole, ///< its provider wants it used no more
    };
    Q_ENUM(Role)
    using Ask = std::function<Future<std::vector<data::CollectionInfo>>(const QString &provider, StopToken stop)>;

    using QAbstractListModel::QAbstractListModel;
    ~CollectionsModel() override;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    /// Switched-off sources are left out.
    void setSources(const std::vector<data::ProviderInfo> &sources, Ask ask);
    /// Asks every source that was not asked yet: the page is open.
    Q_INVOKABLE void load();
    Q_INVOKABLE void retry(const QString &provider);

    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] QString summary() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void filterChanged();
    void summaryChanged();

private:
    enum class State { Unasked, Loading, Ready, Failed };
    struct Entry {
        data::CollectionInfo info;
        QString access; ///< in words
        QString sought; ///< everything that the filter looks at, in lower case
    };
    /// What of an account decides whether a source lets it in; its counts and times do not.
    struct Held {
        QString account;
        data::Account::Place place = data::Account::Place::None;
        QString way;
        QString masked;
        QDateTime created;
        bool inUse = true;
        friend bool operator==(const Held &, const Held &) = default;
    };
    struct Source {
        data::ProviderInfo info;
        State state = State::Unasked;
        QString error {};
        std::vector<Entry> entries {};
        std::vector<Held> held {}; ///< as it was asked last
    };
    struct Place {
        int source = 0;
        int entry = -1; ///< −1: the source's own row
    };
    void ask(int source);
    void accountsChanged();
    [[nodiscard]] std::vector<Held> heldFor(const QString &connection) const;
    void answer(const QString &provider, const Result<std::vector<data::CollectionInfo>> &collections);
    [[nodiscard]] Entry entryOf(const data::CollectionInfo &info, const QString &sourceTitle) const;
    [[nodiscard]] std::vector<Place> passing(int source) const;
    [[nodiscard]] int rowOfSource(int source) const;
    [[nodiscard]] QString textOf(const Source &source) const;
    [[nodiscard]] QVariant sourceData(const Source &source, int role) const;
    [[nodiscard]] static QVariant entryData(const Entry &entry, int role);

    std::shared_ptr<engine::Engine> m_engine;
    Ask m_ask;
    std::vector<Source> m_sources;
    std::vector<Place> m_rows;
    QString m_filter;
    StopSource m_stop;
    bool m_wanted = false; ///< the page was opened
};

} // namespace astra::settings
