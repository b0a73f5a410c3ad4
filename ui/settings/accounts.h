// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ui/settings/accountdetail.h"
#include "ui/settings/accountsmodel.h"
#include "ui/settings/noticeswitches.h"
#include "ui/settings/secretclipboard.h"
#include "ui/settings/signinform.h"

namespace astra::settings {

/// What the pages of accounts share: the list, one account in detail, signing in, and the notices.
class Accounts : public QObject
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(astra::settings::AccountsModel *list READ list CONSTANT)
    Q_PROPERTY(astra::settings::AccountDetail *detail READ detail CONSTANT)
    Q_PROPERTY(astra::settings::SignInForm *signIn READ signIn CONSTANT)
    Q_PROPERTY(astra::settings::NoticeSwitches *notices READ notices CONSTANT)
    Q_PROPERTY(QVariantList addable READ addable NOTIFY changed) ///< {service, title, about, section}

public:
    explicit Accounts(QObject *parent = nullptr);

    void setEngine(const std::shared_ptr<engine::Engine> &engine);
    /// Of an account or a service: the account there that holds a secret and is in use; empty: none.
    Q_INVOKABLE [[nodiscard]] QString accountOf(const QString &accountOrService) const;
    Q_INVOKABLE [[nodiscard]] QString serviceOf(const QString &accountOrService) const;

    [[nodiscard]] AccountsModel *list() { return &m_list; }
    [[nodiscard]] AccountDetail *detail() { return &m_detail; }
    [[nodiscard]] SignInForm *signIn() { return &m_signIn; }
    [[nodiscard]] NoticeSwitches *notices() { return &m_notices; }
    [[nodiscard]] QVariantList addable() const;

Q_SIGNALS:
    void changed();

private:
    std::shared_ptr<engine::Engine> m_engine;
    SecretClipboard m_clipboard;
    AccountsModel m_list;
    AccountDetail m_detail;
    SignInForm m_signIn;
    NoticeSwitches m_notices;
};

} // namespace astra::settings
