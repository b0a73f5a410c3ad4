// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/data/scene.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <vector>

namespace astra::jobs {

/// The scenes picked for the next job, oldest first.
class SceneBasket : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the form")
    Q_PROPERTY(int count READ count NOTIFY changed)
    Q_PROPERTY(QStringList keys READ keys NOTIFY changed)

public:
    enum Role {
        KeyRole = Qt::UserRole + 1,
        TitleRole, ///< "Sentinel-2B · 30 Jun 2025"
    };
    Q_ENUM(Role)
    static constexpr int most = 500;

    using QAbstractListModel::QAbstractListModel;

    /// False: there are `most` already.
    bool add(const data::Acquisition &acquisition);
    Q_INVOKABLE void remove(const QString &key);
    Q_INVOKABLE void clear();
    void set(std::vector<data::Acquisition> scenes); ///< in this order
    [[nodiscard]] Q_INVOKABLE bool contains(const QString &key) const;
    [[nodiscard]] const std::vector<data::Acquisition> &scenes() const { return m_scenes; }
    [[nodiscard]] int count() const { return static_cast<int>(m_scenes.size()); }
    [[nodiscard]] QStringList keys() const;

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void changed();

private:
    std::vector<data::Acquisition> m_scenes;
};

/// "Sentinel-2B · 30 Jun 2025".
[[nodiscard]] QString titleOf(const data::Acquisition &acquisition);

} // namespace astra::jobs
