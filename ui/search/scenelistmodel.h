// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"
#include "core/providers/searchsession.h"
#include "ui/search/clearskyreader.h"
#include "ui/search/scenewords.h"

#include <QAbstractListModel>
#include <QHash>
#include <QPointer>
#include <QSet>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <memory>
#include <optional>
#include <vector>

namespace astra::search {

/// The scenes found, one acquisition a row, in the order asked for. Grows by insertion as answers come, is sorted in
/// place, and is reset only for a new search. Holds no scene itself: a row knows its place in the session, what it is
/// sorted by, and the words that it was once asked for.
class SceneListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SearchForm")
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(Sort sort READ sorting NOTIFY sorted)
    Q_PROPERTY(bool ascending READ ascending NOTIFY sorted)
    Q_PROPERTY(QString orderText READ orderText NOTIFY sorted) ///< "newest first"
    Q_PROPERTY(QString skyText READ skyText NOTIFY skyChanged) ///< "clear sky read for 120 of 400 scenes", or empty

public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        DateRole, ///< "30 Jun 2025"
        TimeRole, ///< "10:27 UTC"
        PlatformRole, ///< "Sentinel-2B"
        ProviderRole, ///< title of the provider of the copy in use
        CloudRole, ///< per cent, or −1 where it is not stated
        CloudTextRole, ///< "12 % cloud", "cloud not stated"
        AccessRole, ///< empty, or what stands before the pixels: "needs a free login"
        CopiesRole, ///< how many copies
        OriginRole, ///< "Coast", "2 copies", "3 copies, 2 versions"
        CopiesTextRole, ///< "2 copies: Coast, Archive"
        InventedRole,
        ClearRole, ///< per cent of one's area, or −1 where it is not known
        ClearTextRole, ///< "92 % clear, 100 % covered of my area", "reading clear sky…", "no mask", or empty
        ClearTipRole, ///< why it is not known, or what it was told from
    };
    Q_ENUM(Role)
    enum Sort { ByDate, ByCloud, ByClear, ByCovered, ByProvider };
    Q_ENUM(Sort)
    using AskSky = std::function<Future<data::ClearSky>(const data::Acquisition &, StopToken)>;
    /// Sorting by clear sky asks for this many rows, from the top, and says so where there are more.
    static constexpr int mostSkies = 200;

    explicit SceneListModel(QObject *parent = nullptr);

    /// Follows the session (which must outlive it or the next call). A null pointer clears. @param askSky absent: no
    /// clear sky is told
    void follow(providers::SearchSession *session, AskSky askSky = {});
    /// One row with its files at hand.
    [[nodiscard]] std::optional<data::Acquisition> find(const QString &key) const;
    [[nodiscard]] bool contains(const QString &key) const { return m_byKey.contains(key); }
    [[nodiscard]] QString keyAt(int row) const;
    /// The footprint of a row as the session holds it.
    [[nodiscard]] const data::Rings &footprintAt(int row) const;
    [[nodiscard]] Q_INVOKABLE int rowOf(const QString &key) const;
    /// "30 Jun 2025, Sentinel-2B, 12 % cloud": one line about it; empty for an unknown key.
    [[nodiscard]] Q_INVOKABLE QString describe(const QString &key) const;

    [[nodiscard]] Sort sorting() const { return m_sort; }
    [[nodiscard]] bool ascending() const { return m_ascending; }
    [[nodiscard]] QString orderText() const;
    /// In the direction that is wanted first: newest, least cloud, clearest, best covered, providers by name.
    Q_INVOKABLE void sortBy(astra::search::SceneListModel::Sort sort);
    Q_INVOKABLE void turnOrder();
    /// Rows in view, so that their clear sky is asked for.
    Q_INVOKABLE void look(int first, int last);
    [[nodiscard]] QString skyText() const;

    [[nodiscard]] int count() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void countChanged();
    void sorted(); ///< rows changed places
    void skyChanged();

private:
    struct Sky {
        enum class State { Unasked, Asked, Known, Failed } state = State::Unasked;
        double clear = -1;
        double covered = -1;
        QString text {}, tip {};
    };
    struct Row {
        QString key;
        int source = 0; ///< row of the session; −1: gone from it
        int place = 0; ///< row here; see renumber()
        qint64 time = 0;
        double cloud = -1;
        int copies = 0;
        bool invented = false;
        QString best; ///< the copy in use
        int rank = 0; ///< of the provider's title among the titles
        Sky sky;
        std::unique_ptr<SceneWords> words; ///< made when they are first asked for
    };
    using RowPtr = std::shared_ptr<Row>;

    void nameProviders();
    void sync();
    void read(Row &row, const data::Acquisition &acquisition) const;
    void removeAll(const QSet<const Row *> &gone);
    void insertAll(std::vector<RowPtr> fresh);
    void showChanges(const std::vector<RowPtr> &changed);
    void renumber() const;
    void resort();
    void askBehind();
    [[nodiscard]] bool precedes(const Row &a, const Row &b) const;
    [[nodiscard]] const SceneWords &wordsOf(Row &row) const;
    void skyStarted(const QString &key);
    void skyAnswered(const QString &key, const Result<data::ClearSky> &result);

    struct Title {
        QString text;
        int rank = 0;
    };
    [[nodiscard]] Title titleOf(const QString &provider) const;

    QPointer<providers::SearchSession> m_session;
    QHash<QString, Title> m_titles; ///< by the id of the provider
    std::vector<RowPtr> m_rows; ///< as shown
    std::vector<RowPtr> m_bySource; ///< as in the session
    QHash<QString, RowPtr> m_byKey;
    mutable bool m_numbered = true; ///< the place of every row is right
    Sort m_sort = ByDate;
    bool m_ascending = false;
    ClearSkyReader m_skies;
    QTimer m_resort; ///< clear skies come one by one
};

} // namespace astra::search
