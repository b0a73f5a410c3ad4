// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"

namespace astra::settings {

/// The keys that a service has made for an account, and the making and ending of them. A new key's secret is here only
/// while its box stands open.
class ServiceKeysModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccountDetail")
    Q_PROPERTY(bool listable READ listable NOTIFY opened)
    Q_PROPERTY(bool creatable READ creatable NOTIFY opened)
    Q_PROPERTY(bool testable READ testable NOTIFY opened) ///< a new one may be a test key
    Q_PROPERTY(bool rollable READ rollable NOTIFY opened)
    Q_PROPERTY(bool revocable READ revocable NOTIFY opened)
    Q_PROPERTY(QStringList plans READ plans NOTIFY opened)
    Q_PROPERTY(QStringList scopes READ scopes NOTIFY opened)
    Q_PROPERTY(QString suggestedLabel READ suggestedLabel NOTIFY changed)
    Q_PROPERTY(bool loaded READ loaded NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString error READ error NOTIFY changed)
    Q_PROPERTY(bool absent READ absent NOTIFY changed) ///< the error says that the service does not offer this
    Q_PROPERTY(QString message READ message NOTIFY changed) ///< what went well
    Q_PROPERTY(int count READ rowCountNow NOTIFY changed)
    Q_PROPERTY(QString newKey READ newKey NOTIFY newKeyChanged) ///< the whole secret, shown once; empty: none
    Q_PROPERTY(QString newKeyText READ newKeyText NOTIFY newKeyChanged) ///< what became of it

public:
    enum Role {
        LabelRole = Qt::UserRole + 1,
        MaskedRole,
        DatesRole, ///< "made on 3 May 2026 · used 5 min ago · ends on 3 Jun 2026"
        ScopesRole,
        TestRole,
        OursRole, ///< the one that this account uses
        EndedRole, ///< revoked, or past its end
        StopsRole, ///< what will stop working once it is revoked
    };
    Q_ENUM(Role)

    ServiceKeysModel(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void show(const QString &account); ///< asks nothing yet

    Q_INVOKABLE void load();
    /// @param keepHere also as an account of its own, in the keychain
    Q_INVOKABLE void create(const QString &label, bool test, const QString &plan, const QStringList &scopes,
                            bool keepHere);
    Q_INVOKABLE void roll(int row);
    Q_INVOKABLE void revoke(int row);
    Q_INVOKABLE void copyNewKey();
    Q_INVOKABLE void forgetNewKey(); ///< closes its box

    [[nodiscard]] bool listable() const { return m_service.listsKeys; }
    [[nodiscard]] bool creatable() const { return m_service.createsKeys; }
    [[nodiscard]] bool testable() const { return m_service.createsTestKeys; }
    [[nodiscard]] bool rollable() const { return m_service.rollsKeys; }
    [[nodiscard]] bool revocable() const { return m_service.revokesKeys; }
    [[nodiscard]] QStringList plans() const { return m_service.plans; }
    [[nodiscard]] QStringList scopes() const { return m_service.scopes; }
    [[nodiscard]] QString suggestedLabel() const;
    [[nodiscard]] bool loaded() const { return m_loaded; }
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] bool absent() const { return m_absent; }
    [[nodiscard]] QString message() const { return m_message; }
    [[nodiscard]] QString newKey() const { return QString::fromUtf8(m_newKey.reveal()); }
    [[nodiscard]] QString newKeyText() const { return m_newKeyText; }
    [[nodiscard]] int rowCountNow() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void opened();
    void changed();
    void newKeyChanged();

private:
    void take(std::vector<data::ServiceKey> rows);
    void showNewKey(const Secret &secret, const QString &text);
    /// Busy until `change` settles; then `done` for what went well, and the list anew.
    template<typename T, typename F> void follow(const Future<T> &change, F done);

    AccountsModel *m_accounts;
    SecretClipboard *m_clipboard;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_account;
    data::Service m_service;
    std::vector<data::ServiceKey> m_rows;
    bool m_loaded = false;
    bool m_busy = false;
    int m_life = 0; ///< of this account: what was asked for an earlier one is passed over
    StopSource m_stop;
    QString m_error;
    bool m_absent = false;
    QString m_message;
    Secret m_newKey;
    QString m_newKeyText;
};

} // namespace astra::settings
