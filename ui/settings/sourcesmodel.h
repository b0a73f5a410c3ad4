// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::settings {

/// Every configured catalogue, switched on or not, and a way to add one.
class SourcesModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString error READ error NOTIFY errorChanged)
    Q_PROPERTY(QStringList warnings READ warnings NOTIFY errorChanged) ///< what is wrong in providers.json
    Q_PROPERTY(bool editable READ editable NOTIFY errorChanged) ///< false for the sandbox's world

public:
    enum Role { TitleRole = Qt::UserRole + 1, UrlRole, EnabledRole, AccessRole };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    Q_INVOKABLE void setEnabled(int row, bool enabled);
    Q_INVOKABLE void add(const QString &title, const QString &url); ///< kept() or error follows
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QStringList warnings() const;
    [[nodiscard]] bool editable() const { return m_engine && !m_engine->invented(); }

    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void errorChanged();
    void kept();

private:
    void follow(const Future<void> &change);
    void refresh();

    std::shared_ptr<engine::Engine> m_engine;
    std::vector<data::ProviderInfo> m_rows;
    QString m_error;
};

} // namespace astra::settings
