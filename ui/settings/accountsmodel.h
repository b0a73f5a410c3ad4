// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"

#include <QAbstractListModel>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::settings {

/// The services that take a key, one a row. A key goes in and never comes out: only its masked form is ever shown.
class AccountsModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString keychainText READ keychainText NOTIFY keychainChanged)
    Q_PROPERTY(bool keychainOpen READ keychainOpen NOTIFY keychainChanged)
    Q_PROPERTY(int count READ rowCountNow NOTIFY countChanged)

public:
    enum Role {
        TitleRole = Qt::UserRole + 1,
        HostRole,
        MaskedRole, ///< empty without a key
        PlaceRole, ///< "in the keychain", "in memory until Astra ends"
        TestRole, ///< a test key
        BusyRole,
        MessageRole, ///< what the last try said
        FailedRole, ///< the last try failed
    };
    Q_ENUM(Role)

    using QAbstractListModel::QAbstractListModel;

    void setEngine(std::shared_ptr<engine::Engine> engine);
    Q_INVOKABLE void connectKey(int row, const QString &key);
    Q_INVOKABLE void test(int row);
    Q_INVOKABLE void forget(int row);

    [[nodiscard]] QString keychainText() const;
    [[nodiscard]] bool keychainOpen() const { return m_keychain == engine::Engine::Keychain::Open; }
    [[nodiscard]] int rowCountNow() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void keychainChanged();
    void countChanged();

private:
    struct Row {
        data::Account account;
        bool busy = false;
        bool failed = false;
        QString message;
    };
    void refresh();
    void checkKeychain();
    void begin(int row);
    void finish(const QString &connection, const Result<data::Account> &result, const QString &good);

    std::shared_ptr<engine::Engine> m_engine;
    std::vector<Row> m_rows;
    engine::Engine::Keychain m_keychain = engine::Engine::Keychain::Open;
};

} // namespace astra::settings
