// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/async.h"
#include "core/base/json.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <functional>
#include <vector>

namespace astra::scene {

/// Everything the provider says about a scene, one value a row, with a filter. Asked for when it is first looked at.
class MetadataModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by SceneViewer")
    Q_PROPERTY(int count READ count NOTIFY stateChanged)
    Q_PROPERTY(QString filter READ filter WRITE setFilter NOTIFY stateChanged)
    Q_PROPERTY(bool loading READ loading NOTIFY stateChanged)
    Q_PROPERTY(QString error READ error NOTIFY stateChanged)
    Q_PROPERTY(QString summary READ summary NOTIFY stateChanged) ///< "12 of 143 values"

public:
    enum Role { NameRole = Qt::UserRole + 1, ValueRole };
    Q_ENUM(Role)
    using Ask = std::function<Future<Json>(StopToken stop)>;
    static constexpr int mostRows = 20'000; ///< an Item has some hundred

    using QAbstractListModel::QAbstractListModel;
    ~MetadataModel() override;

    /// Another scene; forgets the old one's. Without `ask` there is nothing to show.
    void setSource(Ask ask);
    Q_INVOKABLE void load(); ///< does nothing where it is loaded, or being loaded
    Q_INVOKABLE void retry();
    /// Puts one value, or all that pass the filter, on the clipboard. @param row −1: all
    Q_INVOKABLE void copy(int row) const;

    [[nodiscard]] QString filter() const { return m_filter; }
    void setFilter(const QString &filter);
    [[nodiscard]] bool loading() const { return m_state == State::Loading; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QString summary() const;

    [[nodiscard]] int count() const { return static_cast<int>(m_shown.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

    struct Entry {
        QString name; ///< "properties.eo:cloud_cover", "assets.red.href"
        QString value;
    };
    /// Every value with the way to it; lists of plain values are one. Bounded by mostRows.
    [[nodiscard]] static std::vector<Entry> flattened(const Json &json);

Q_SIGNALS:
    void stateChanged();

private:
    enum class State { Idle, Loading, Loaded, Failed };
    void pass();

    Ask m_ask;
    State m_state = State::Idle;
    QString m_error;
    QString m_filter;
    std::vector<Entry> m_all;
    std::vector<int> m_shown;
    StopSource m_stop;
};

} // namespace astra::scene
