// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/engine/engine.h"
#include "ui/settings/accountcard.h"
#include "ui/settings/secretclipboard.h"

#include <QAbstractListModel>
#include <QTimer>
#include <QtQml/qqmlregistration.h>

#include <memory>

namespace astra::settings {

/// The accounts, one a row, group by group, and what can be asked of each. A key goes in and never comes out: only its
/// masked form is ever shown, and an explicit copy goes straight to the clipboard.
class AccountsModel : public QAbstractListModel
{
    Q_OBJECT
    QML_ELEMENT
    QML_UNCREATABLE("made by the shell")
    Q_PROPERTY(QString keychainText READ keychainText NOTIFY keychainChanged)
    Q_PROPERTY(QString keptText READ keptText NOTIFY keychainChanged) ///< where a key entered now goes: "in KWallet"
    Q_PROPERTY(bool keychainOpen READ keychainOpen NOTIFY keychainChanged)
    Q_PROPERTY(bool keychainAsked READ keychainAsked NOTIFY keychainChanged) ///< it is being looked at
    Q_PROPERTY(int count READ rowCountNow NOTIFY countChanged)

public:
    enum Role {
        CardRole = Qt::UserRole + 1,
        GroupRole, ///< title of its group, at the first of each; else empty
    };
    Q_ENUM(Role)

    /// @param clipboard outlives this
    explicit AccountsModel(SecretClipboard *clipboard, QObject *parent = nullptr);

    void setEngine(std::shared_ptr<engine::Engine> engine);

    Q_INVOKABLE void checkKeychain();
    Q_INVOKABLE void test(const QString &account);
    Q_INVOKABLE void tryOther(const QString &account); ///< the secret that is kept, sent in the service's other form
    Q_INVOKABLE void signOut(const QString &account);
    Q_INVOKABLE void remove(const QString &account);
    Q_INVOKABLE void keep(const QString &account); ///< what is in memory only, in the keychain
    Q_INVOKABLE void rename(const QString &account, const QString &label);
    Q_INVOKABLE void use(const QString &account);
    Q_INVOKABLE void copyKey(const QString &account); ///< by the person's click, and nothing else
    /// What a screen beside the list has to say of an account: on its card.
    /// @param source id of its catalogue where that is to be switched on
    void say(const QString &account, const QString &message, const QString &source = {});
    Q_INVOKABLE void switchOn(const QString &account); ///< the catalogue that its card names
    Q_INVOKABLE void copyVariable(const QString &account); ///< its name; there is no secret in it

    [[nodiscard]] AccountCard card(const QString &account) const; ///< without an id: there is none
    [[nodiscard]] QVariantList facts(const QString &account) const;
    [[nodiscard]] const data::Account *account(const QString &account) const; ///< until the next change
    [[nodiscard]] data::Service service(const QString &service) const;

    [[nodiscard]] QString keychainText() const;
    [[nodiscard]] QString keptText() const;
    [[nodiscard]] bool keychainOpen() const;
    [[nodiscard]] bool keychainAsked() const { return m_keychainAsked; }
    [[nodiscard]] int rowCountNow() const { return static_cast<int>(m_rows.size()); }
    [[nodiscard]] int rowCount(const QModelIndex &parent = {}) const override;
    [[nodiscard]] QVariant data(const QModelIndex &index, int role) const override;
    [[nodiscard]] QHash<int, QByteArray> roleNames() const override;

Q_SIGNALS:
    void keychainChanged();
    void countChanged();
    void changed(); ///< any card

private:
    struct Row {
        data::Account account;
        data::Service service;
        bool several = false;
        bool busy = false;
        bool failed = false;
        QString message {};
        QString source {};
        AccountCard card {}; ///< as it is shown
    };
    void refresh();
    bool touch(); ///< tells which cards have changed. @return whether any has
    [[nodiscard]] Row *find(const QString &account);
    [[nodiscard]] const Row *find(const QString &account) const;
    [[nodiscard]] AccountCard cardOf(const Row &row) const;
    /// Shows `account` as busy until `change` settles, then what came of it.
    template<typename T>
    void follow(const QString &account, const QString &doing, const Future<T> &change, const QString &good);

    SecretClipboard *m_clipboard;
    std::shared_ptr<engine::Engine> m_engine;
    std::vector<data::Service> m_services;
    std::vector<Row> m_rows;
    std::optional<data::Keychain> m_keychain; ///< absent: not known yet
    bool m_keychainAsked = false;
    int m_life = 0; ///< of this engine: what an earlier one answers is passed over
    QTimer m_tick; ///< minutes go by
};

} // namespace astra::settings
