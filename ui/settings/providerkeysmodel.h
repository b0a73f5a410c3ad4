// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"

namespace astra::settings {

/// The keys of further services that a service keeps and uses for the person.
class ProviderKeysModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccountDetail")
    Q_PROPERTY(bool kept READ kept NOTIFY opened) ///< the service keeps such keys at all
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString error READ error NOTIFY changed)
    Q_PROPERTY(QString message READ message NOTIFY changed)
    Q_PROPERTY(int count READ rowCountNow NOTIFY changed)

public:
    enum Role {
        ProviderRole = Qt::UserRole + 1,
        MaskedRole,
        AddedRole,
        StopsRole, ///< what will stop working once it is removed
    };
    Q_ENUM(Role)

    explicit ProviderKeysModel(AccountsModel *accounts, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void show(const QString &account); ///< asks nothing yet

    Q_INVOKABLE void load();
    Q_INVOKABLE void add(const QString &provider, const QString &key);
    Q_INVOKABLE void remove(int row);

    [[nodiscard]] bool kept() const { return m_kept; }
    [[nodiscard]] bool loaded() const { return m_loaded; }
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QString message() const { return m_message; }
    [[nodiscard]] int rowCountNow() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void opened();
    void changed();

private:
    void take(std::vector<data::ProviderKey> rows);
    template<typename T, typename F> void follow(const Future<T> &change, F done);

    AccountsModel *m_accounts;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_account;
    std::vector<data::ProviderKey> m_rows;
    bool m_kept = false;
    bool m_loaded = false;
    bool m_busy = false;
    int m_life = 0; ///< of this account: what was asked for an earlier one is passed over
    StopSource m_stop;
    QString m_error;
    QString m_message;
};

} // namespace astra::settings
