// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountsmodel.h"

#include <QVariantMap>

namespace astra::settings {

/// Signing in to one service: the ways there are, what each asks for, and how the try stands. What was entered is kept
/// as secrets here only while the other form of the same key may be wanted, and never goes back to the screen.
class SignInForm : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by Accounts")
    Q_PROPERTY(QString service READ service NOTIFY opened) ///< id; empty: closed
    Q_PROPERTY(QString title READ title NOTIFY opened)
    Q_PROPERTY(QString about READ about NOTIFY opened)
    Q_PROPERTY(QString bound READ bound NOTIFY opened)
    Q_PROPERTY(QStringList steps READ steps NOTIFY opened)
    Q_PROPERTY(QString website READ website NOTIFY opened)
    Q_PROPERTY(bool ownAddress READ ownAddress NOTIFY opened) ///< the address is asked for
    Q_PROPERTY(QString exampleAddress READ exampleAddress NOTIFY opened)
    Q_PROPERTY(QString suggestedLabel READ suggestedLabel NOTIFY opened)
    Q_PROPERTY(QVariantList ways READ ways NOTIFY opened) ///< {title, available}
    Q_PROPERTY(int way READ way WRITE setWay NOTIFY wayChanged)
    Q_PROPERTY(QString note READ note NOTIFY wayChanged)
    Q_PROPERTY(QVariantList fields READ fields NOTIFY wayChanged) ///< {name, label, hint, secret, optional}
    Q_PROPERTY(bool testable READ testable NOTIFY wayChanged) ///< the service can be asked whether it accepts it
    Q_PROPERTY(bool secret READ secret NOTIFY wayChanged) ///< a key or password is asked for
    Q_PROPERTY(bool browser READ browser NOTIFY wayChanged)
    Q_PROPERTY(bool busy READ busy NOTIFY changed)
    Q_PROPERTY(QString objection READ objection NOTIFY changed) ///< to what was entered; nothing was sent
    Q_PROPERTY(QString error READ error NOTIFY changed) ///< what the service said
    Q_PROPERTY(QString otherForm READ otherForm NOTIFY changed) ///< title of it, where it may help; else empty
    Q_PROPERTY(
        QString promptUrl READ promptUrl NOTIFY changed) ///< to be opened in a browser; empty: nothing to do there
    Q_PROPERTY(QString promptCode READ promptCode NOTIFY changed)
    Q_PROPERTY(QString promptLeft READ promptLeft NOTIFY changed) ///< "9 min left"

public:
    explicit SignInForm(AccountsModel *accounts, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);
    /// @param account the one to sign in again; empty: a new one, or the one that is there without a secret
    Q_INVOKABLE void open(const QString &service, const QString &account = {});
    Q_INVOKABLE void close(); ///< stops what is under way and forgets what was entered
    /// @param values by the fields' names. signedIn() or error follows
    Q_INVOKABLE void submit(const QVariantMap &values, const QString &label, const QString &address);
    Q_INVOKABLE void tryOther(); ///< what was entered last, in the service's other form
    Q_INVOKABLE void cancel();
    Q_INVOKABLE void copyCode(); ///< what is to be typed in the browser

    [[nodiscard]] QString service() const { return m_service.id; }
    [[nodiscard]] QString title() const { return m_service.title; }
    [[nodiscard]] QString about() const { return m_service.about; }
    [[nodiscard]] QString bound() const { return m_service.bound; }
    [[nodiscard]] QStringList steps() const { return m_service.steps; }
    [[nodiscard]] QString website() const;
    [[nodiscard]] bool ownAddress() const { return m_service.ownAddress && m_account.isEmpty(); }
    [[nodiscard]] QString exampleAddress() const { return m_service.exampleAddress; }
    [[nodiscard]] QString suggestedLabel() const;
    [[nodiscard]] QVariantList ways() const;
    [[nodiscard]] int way() const { return m_way; }
    void setWay(int way);
    [[nodiscard]] QString note() const { return current().note; }
    [[nodiscard]] QVariantList fields() const;
    [[nodiscard]] bool testable() const { return current().testable; }
    [[nodiscard]] bool secret() const;
    [[nodiscard]] bool browser() const { return current().browser; }
    [[nodiscard]] bool busy() const { return m_busy; }
    [[nodiscard]] QString objection() const { return m_objection; }
    [[nodiscard]] QString error() const { return m_error; }
    [[nodiscard]] QString otherForm() const;
    [[nodiscard]] QString promptUrl() const;
    [[nodiscard]] QString promptCode() const { return m_prompt.code; }
    [[nodiscard]] QString promptLeft() const;

Q_SIGNALS:
    void opened();
    void wayChanged();
    void changed();
    void signedIn(const QString &account);

private:
    [[nodiscard]] data::SignInWay current() const;
    void send();
    [[nodiscard]] QString welcome(const data::Account &account) const;
    /// Of the service's catalogue where that is switched off; empty: it is on, or there is none.
    [[nodiscard]] QString switchedOff() const;
    void settled(const Result<data::Account> &account);
    void forget();

    AccountsModel *m_accounts;
    std::shared_ptr<engine::Engine> m_engine;
    data::Service m_service;
    QString m_account;
    int m_way = 0;
    data::SignInRequest m_request; ///< as sent last
    bool m_refused = false; ///< the service did not accept it
    bool m_busy = false;
    int m_try = 0; ///< what an earlier one answers is passed over
    StopSource m_stop;
    QString m_objection;
    QString m_error;
    data::SignInPrompt m_prompt;
    QTimer m_tick; ///< runs while the browser is waited for
};

} // namespace astra::settings
