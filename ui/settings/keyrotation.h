// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"

namespace astra::settings {

/// The change of a key without a gap, step by step: a new one is made and switched to, seen to work, and only then the
/// old one is revoked. Until that, every step can be undone.
class KeyRotation : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by AccountDetail")
    Q_PROPERTY(Step step READ step NOTIFY changed)
    Q_PROPERTY(bool makes READ makes NOTIFY changed) ///< the service makes keys when asked; else one is pasted
    Q_PROPERTY(bool revokes READ revokes NOTIFY changed)
    Q_PROPERTY(QString title READ title NOTIFY changed) ///< the service's
    Q_PROPERTY(QString former READ former NOTIFY changed) ///< the old key, masked
    Q_PROPERTY(QString website READ website NOTIFY changed) ///< where keys are made and revoked by hand
    Q_PROPERTY(QString suggestedLabel READ suggestedLabel NOTIFY changed)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString left READ left NOTIFY changed) ///< what remains to be done at the service by hand; or empty
    Q_PROPERTY(QString error READ error NOTIFY changed)

public:
    enum Step {
        Make, ///< nothing has been changed
        Verify, ///< the new key is in use, the old one still valid
        Revoke, ///< the new one has been seen to work
        Done,
    };
    Q_ENUM(Step)

    explicit KeyRotation(AccountsModel *accounts, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    void show(const QString &account);

    Q_INVOKABLE void make(const QString &label);
    Q_INVOKABLE void take(const QString &label, const QString &key); ///< one that the person made at the service
    Q_INVOKABLE void verify();
    Q_INVOKABLE void finish();
    Q_INVOKABLE void undo();

    [[nodiscard]] Step step() const { return m_step; }
    [[nodiscard]] bool makes() const { return m_service.createsKeys; }
    [[nodiscard]] bool revokes() const { return m_service.revokesKeys; }
    [[nodiscard]] QString title() const { return m_service.title; }
    [[nodiscard]] QString former() const;
    [[nodiscard]] QString website() const;
    [[nodiscard]] QString suggestedLabel() const;
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] QString left() const { return m_left; }
    [[nodiscard]] QString error() const { return m_error; }

Q_SIGNALS:
    void opened();
    void changed();

private:
    void accountsChanged();
    void follow(const Future<data::Account> &change, Step next);

    AccountsModel *m_accounts;
    std::shared_ptr<engine::Engine> m_engine;
    QString m_account;
    data::Service m_service;
    Step m_step = Make;
    bool m_busy = false;
    int m_life = 0; ///< of this account: what was asked for an earlier one is passed over
    QString m_left;
    QString m_error;
};

} // namespace astra::settings
