// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace astra::scene {

/// Every way of looking at a scene: composites, a person's own, and the indices, by what they are about.
class LookListModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SceneViewer")
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY filterChanged) ///< words; all of them are looked for
    Q_PROPERTY(int count READ count NOTIFY countChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY countChanged) ///< "58 of 64 can be drawn from this scene"

public:
    enum Role {
        IdRole = Qt::UserRole + 1, ///< for SceneViewer::styleId
        TitleRole,
        TextRole, ///< what it shows
        FormulaRole, ///< or the bands
        HeadingRole, ///< what it is about, in words, at the first of its kind; else empty
        ObstacleRole, ///< what the scene lacks, as a sentence; empty: can be drawn
        OwnRole, ///< not shipped: can be removed
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setScene(const data::Acquisition *acquisition); ///< null: none
    /// By its style's id; null: there is none. Whatever the filter.
    [[nodiscard]] const engine::Engine::Look *find(const QString &id) const;
    [[nodiscard]] const std::vector<engine::Engine::Look> &all() const { return m_all; }

    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] QString summary() const;
    /// The style of a row that the scene has the bands for; else empty.
    Q_INVOKABLE [[nodiscard]] QString drawable(int row) const;
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void filterChanged();
    void countChanged();

private:
    void sift();
    [[nodiscard]] QString headingOf(std::size_t row) const;

    std::vector<engine::Engine::Look> m_all;
    std::vector<std::size_t> m_shown; ///< places in m_all
    QString m_filter;
};

/// "True colour"; of what has no title here the look's own.
[[nodiscard]] QString titleOf(const engine::Engine::Look &look);

} // namespace astra::scene
