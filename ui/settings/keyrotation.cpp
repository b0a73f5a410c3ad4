// SPDX-License-Identifier: Apache-2.0
#include "ui/settings/keyrotation.h"

#include "ui/settings/accountwords.h"

namespace astra::settings {

KeyRotation::KeyRotation(AccountsModel *accounts, QObject *parent)
    : QObject(parent)
    , m_accounts(accounts)
{
    connect(accounts, &AccountsModel::changed, this, &KeyRotation::accountsChanged);
}

void KeyRotation::setEngine(std::shared_ptr<engine::Engine> engine)
{
    show({});
    m_engine = std::move(engine);
}

void KeyRotation::show(const QString &account)
{
    ++m_life;
    m_account = account;
    m_busy = false;
    m_left.clear();
    m_error.clear();
    const data::Account *const known = m_accounts->account(account);
    m_service = m_accounts->service(known ? known->service : QString());
    m_step = Make;
    if (known && !known->former.isEmpty()) {
        const bool seenToWork = !known->refused && known->lastUsed.isValid() && known->lastUsed > known->created;
        m_step = seenToWork ? Revoke : Verify;
    }
    Q_EMIT opened();
    Q_EMIT changed();
}

/// One begun or ended elsewhere (the command line, another window) is followed here.
void KeyRotation::accountsChanged()
{
    const bool underWay = m_step == Verify || m_step == Revoke;
    if (!m_busy && !m_account.isEmpty() && underWay == former().isEmpty() && m_step != Done)
        show(m_account);
    else
        Q_EMIT changed();
}

QString KeyRotation::former() const
{
    const data::Account *const known = m_accounts->account(m_account);
    return known ? known->former : QString();
}

QString KeyRotation::suggestedLabel() const
{
    return m_engine && !m_account.isEmpty() ? m_engine->suggestedLabel(m_account, {}) : QString();
}

QString KeyRotation::website() const { return webAddress(m_service.website); }

void KeyRotation::follow(const Future<data::Account> &change, Step next)
{
    m_busy = true;
    m_left.clear();
    m_error.clear();
    Q_EMIT changed();
    deliver(change, this, [this, next, life = m_life](const Result<data::Account> &account) {
        if (life != m_life)
            return;
        m_busy = false;
        if (account) {
            m_step = next;
            for (const auto &notice : account->notices) {
                if (notice.kind == data::AccountNotice::Kind::Left)
                    m_left = notice.text;
            }
        } else {
            m_error = account.error().message;
        }
        Q_EMIT changed();
    });
}

void KeyRotation::make(const QString &label)
{
    if (m_engine && !m_busy && m_step == Make && makes())
        follow(m_engine->beginRotation(m_account, label.trimmed()), Verify);
}

void KeyRotation::take(const QString &label, const QString &key)
{
    const Secret secret(key.trimmed().toUtf8());
    if (m_engine && !m_busy && m_step == Make && !secret.isEmpty())
        follow(m_engine->beginRotation(m_account, label.trimmed(), secret), Verify);
}

void KeyRotation::verify()
{
    if (m_engine && !m_busy && m_step == Verify)
        follow(m_engine->testAccount(m_account), Revoke);
}

void KeyRotation::finish()
{
    if (m_engine && !m_busy && m_step == Revoke)
        follow(m_engine->finishRotation(m_account), Done);
}

void KeyRotation::undo()
{
    if (m_engine && !m_busy && (m_step == Verify || m_step == Revoke))
        follow(m_engine->undoRotation(m_account), Make);
}

} // namespace astra::settings
