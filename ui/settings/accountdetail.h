// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"
#include "ui/settings/keyrotation.h"
#include "ui/settings/providerkeysmodel.h"
#include "ui/settings/servicekeysmodel.h"

namespace astra::settings {

/// All about one account: what its card says, its use as the service counts it, its keys there and their rotation.
class AccountDetail : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Accounts")
    Q_PROPERTY(astra::settings::AccountCard card READ card NOTIFY changed)
    Q_PROPERTY(QVariantList facts READ facts NOTIFY changed) ///< {label, value}
    Q_PROPERTY(QVariantList snippets READ snippets NOTIFY snippetsChanged) ///< {language, text}
    Q_PROPERTY(bool showsUsage READ showsUsage NOTIFY opened)
    Q_PROPERTY(bool usageAsked READ usageAsked NOTIFY usageChanged) ///< the service is being asked
    Q_PROPERTY(QVariantList usage READ usage NOTIFY usageChanged) ///< {label, value}; empty: not asked yet
    Q_PROPERTY(QString usageError READ usageError NOTIFY usageChanged)
    Q_PROPERTY(astra::settings::ServiceKeysModel *keys READ keys CONSTANT)
    Q_PROPERTY(astra::settings::ProviderKeysModel *providerKeys READ providerKeys CONSTANT)
    Q_PROPERTY(astra::settings::KeyRotation *rotation READ rotation CONSTANT)

public:
    AccountDetail(AccountsModel *accounts, SecretClipboard *clipboard, QObject *parent = nullptr);

    void setEngine(const std::shared_ptr<engine::Engine> &engine);
    Q_INVOKABLE void show(const QString &account); ///< empty: none any more; a new key's secret is forgotten
    Q_INVOKABLE void loadUsage();
    Q_INVOKABLE void copySnippet(int index) const; ///< there is no secret in it

    [[nodiscard]] AccountCard card() const { return m_accounts->card(m_account); }
    [[nodiscard]] QVariantList facts() const { return m_accounts->facts(m_account); }
    [[nodiscard]] QVariantList snippets() const { return m_snippets; }
    [[nodiscard]] bool showsUsage() const;
    [[nodiscard]] bool usageAsked() const { return m_usageAsked; }
    [[nodiscard]] QVariantList usage() const { return m_usage; }
    [[nodiscard]] QString usageError() const { return m_usageError; }
    [[nodiscard]] ServiceKeysModel *keys() { return &m_keys; }
    [[nodiscard]] ProviderKeysModel *providerKeys() { return &m_providerKeys; }
    [[nodiscard]] KeyRotation *rotation() { return &m_rotation; }

Q_SIGNALS:
    void opened();
    void changed();
    void usageChanged();
    void snippetsChanged();

private:
    void readSnippets();

    AccountsModel *m_accounts;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_account;
    int m_life = 0; ///< of this account: what was asked for an earlier one is passed over
    QVariantList m_snippets;
    bool m_usageAsked = false;
    QVariantList m_usage;
    QString m_usageError;
    ServiceKeysModel m_keys;
    ProviderKeysModel m_providerKeys;
    KeyRotation m_rotation;
};

} // namespace astra::settings
