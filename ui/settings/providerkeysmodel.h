// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"
#include "ui/settings/askedmodel.h"

namespace astra::settings {

/// The keys of further services that a service keeps and uses for the person.
class ProviderKeysModel : public astra::settings::AskedModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccountDetail")
    Q_PROPERTY(bool kept READ kept NOTIFY opened) ///< the service keeps such keys at all

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
    [[nodiscard]] int rowCountNow() const override { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void opened();

private:
    AccountsModel *m_accounts;
    QString m_account;
    std::vector<data::ProviderKey> m_rows;
    bool m_kept = false;
};

} // namespace astra::settings
