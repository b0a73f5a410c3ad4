// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"
#include "ui/settings/askedmodel.h"

namespace astra::settings {

/// The keys that a service has made for an account, and the making and ending of them. A new key's secret is here only
/// while its box stands open.
class ServiceKeysModel : public astra::settings::AskedModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccountDetail")
    Q_PROPERTY(bool listable READ listable NOTIFY opened)
    Q_PROPERTY(bool creatable READ creatable NOTIFY opened)
    Q_PROPERTY(bool testable READ testable NOTIFY opened) ///< a new one may be a test key
    Q_PROPERTY(bool rollable READ rollable NOTIFY opened)
    Q_PROPERTY(bool revocable READ revocable NOTIFY opened)
    Q_PROPERTY(bool counted READ counted NOTIFY changed) ///< the service may tell the usage of each
    Q_PROPERTY(QStringList plans READ plans NOTIFY opened)
    Q_PROPERTY(QStringList scopes READ scopes NOTIFY opened)
    Q_PROPERTY(QString suggestedLabel READ suggestedLabel NOTIFY changed)
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
        UsageRole, ///< list of {label, value}; empty: not asked yet
        UsageTextRole, ///< that it is being asked for, or why there is none
    };
    Q_ENUM(Role)

    ServiceKeysModel(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void show(const QString &account); ///< asks nothing yet

    /// Of a service that does not list its keys, the error says where they are.
    Q_INVOKABLE void load();
    /// @param keepHere also as an account of its own, in the keychain
    Q_INVOKABLE void create(const QString &label, bool test, const QString &plan, const QStringList &scopes,
                            bool keepHere);
    Q_INVOKABLE void roll(int row);
    Q_INVOKABLE void revoke(int row);
    Q_INVOKABLE void askUsage(int row);
    Q_INVOKABLE void copyNewKey();
    Q_INVOKABLE void forgetNewKey(); ///< closes its box

    [[nodiscard]] bool listable() const { return m_service.listsKeys; }
    [[nodiscard]] bool creatable() const { return m_service.createsKeys; }
    [[nodiscard]] bool testable() const { return m_service.createsTestKeys; }
    [[nodiscard]] bool rollable() const { return m_service.rollsKeys; }
    [[nodiscard]] bool revocable() const { return m_service.revokesKeys; }
    [[nodiscard]] bool counted() const { return m_counted; }
    [[nodiscard]] QStringList plans() const { return m_service.plans; }
    [[nodiscard]] QStringList scopes() const { return m_service.scopes; }
    [[nodiscard]] QString suggestedLabel() const;
    [[nodiscard]] QString newKey() const { return QString::fromUtf8(m_newKey.reveal()); }
    [[nodiscard]] QString newKeyText() const { return m_newKeyText; }
    [[nodiscard]] int rowCountNow() const override { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void opened();
    void newKeyChanged();

private:
    struct Use {
        QVariantList facts;
        QString text;
    };
    void takeKeys(std::vector<data::ServiceKey> rows);
    void showUse(const QString &key, const Use &use);
    void showNewKey(const Secret &secret, const QString &text);

    AccountsModel *m_accounts;
    SecretClipboard *m_clipboard;
    QString m_account;
    data::Service m_service;
    std::vector<data::ServiceKey> m_rows;
    QHash<QString, Use> m_uses; ///< by the key's id
    bool m_counted = true; ///< until the service says that it is not
    Secret m_newKey;
    QString m_newKeyText;
};

} // namespace astra::settings
